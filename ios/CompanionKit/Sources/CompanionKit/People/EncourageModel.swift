// Saying something kind: cards first, own words where they let them in. It knows no view. Invariant: what may go is what
// the core said; a word that did not go stays on screen; own words that could hurt are read once more before they go.
import AlongsideCore
import Observation

/// A thing of theirs that a word is about.
public struct About: Hashable, Sendable {
    public let id: String
    public let name: String

    public init(id: String, name: String) {
        self.id = id
        self.name = name
    }
}

/// Something kind for one person.
@MainActor @Observable public final class EncourageModel {
    public let page: Page<PersonScreen>
    public let words: Words
    public let about: About?
    public var chosen: WordKind?
    public var text = ""
    /// The words are to be read once more before they go.
    public private(set) var again = false
    public private(set) var sent = false
    @ObservationIgnored private let who: String

    public init(_ home: Home, who: String, about: About? = nil) {
        self.who = who
        self.about = about
        page = Page(home) { try $0.person(who: who) }
        words = home.words
    }

    public var name: String { page.screen?.person.name ?? "" }
    public var cards: [WordKind] { page.screen?.cards ?? [] }

    /// What can hold own words, as the core lets them go.
    public var own: [WordKind] { page.screen?.ownWords == true ? [.ownWords, .seen] : [] }

    /// Whether the chosen one has room for own words.
    public var hasWords: Bool {
        guard page.screen?.ownWords == true else { return false }
        return switch chosen {
        case .ownWords, .seen, .thanks: true
        case .card, nil: false
        }
    }

    /// What stands above the words that are typed.
    public var question: String {
        words(chosen == .seen ? "encourage.seen-what" : "encourage.words")
    }

    public func title(_ kind: WordKind) -> String {
        switch kind {
        case .ownWords: words("encourage.own")
        case .seen: words("encourage.seen")
        case .card, .thanks: words.word(kind, "")
        }
    }

    /// Sends what is chosen, or asks to read it once more.
    public func send() async {
        let text = hasWords ? text : ""
        if !again, isWorthAnotherLook(text: text) {
            again = true
            return
        }
        guard let chosen else { return }
        let (who, about) = (who, about?.id)
        let said = words("said.sent", ["name": name])
        sent = await page.last(said: said, sends: true) { try $0.encourage(to: who, word: chosen, text: text, about: about) } != nil
        again = false
        if sent { self.text = "" }
    }

    /// Back to the words.
    public func change() {
        again = false
    }
}
