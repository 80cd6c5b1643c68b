// Having an idea for someone: just words, a routine or a small step. It knows no view. Invariant: a step is for a goal that
// they show, or for none; words that could hurt are read once more before they go.
import AlongsideCore
import Observation

/// An idea for one person.
@MainActor @Observable public final class SuggestModel {
    public enum Kind: CaseIterable, Identifiable, Sendable {
        case words, routine, step
        public var id: Self { self }
    }

    public let page: Page<PersonScreen>
    public let words: Words
    public let often = OftenModel()
    public var kind = Kind.words
    public var text = ""
    /// The goal of theirs that a step is for.
    public var goal: String?
    public private(set) var again = false
    public private(set) var sent = false
    @ObservationIgnored private let who: String

    public init(_ home: Home, who: String) {
        self.who = who
        page = Page(home) { try $0.person(who: who) }
        words = home.words
    }

    public var name: String { page.screen?.person.name ?? "" }
    /// The goals that they show me.
    public var goals: [ShownGoalRow] { page.screen?.theyShow.goals ?? [] }

    public func title(_ kind: Kind) -> String {
        switch kind {
        case .words: words("suggest.words")
        case .routine: words("suggest.routine")
        case .step: words("suggest.step")
        }
    }

    public var question: String {
        switch kind {
        case .words: words("suggest.your-words")
        case .routine: words("suggest.routine-name")
        case .step: words("suggest.step-name")
        }
    }

    public func send() async {
        if !again, isWorthAnotherLook(text: text) {
            again = true
            return
        }
        let (who, kind, text, goal, often) = (who, kind, text, goal, often.chosen)
        sent = await page.last(said: words("said.idea-sent", ["name": name]), sends: true) { phone in
            switch kind {
            case .words: try phone.suggestWords(to: who, text: text)
            case .routine: try phone.suggestRoutine(to: who, name: text, often: often)
            case .step: try phone.suggestStep(to: who, name: text, goal: goal)
            }
        } != nil
        again = false
    }

    public func change() {
        again = false
    }
}
