// Saying something kind: cards first, own words where they let them in. It knows no view. Invariant: what may go is what
// the core said; a word that did not go stays on screen.
import AlongsideCore
import Observation

/// Something kind for one person.
@MainActor @Observable public final class EncourageModel {
    public let page: Page<PersonScreen>
    public let words: Words
    public var text = ""
    public private(set) var sent = false
    @ObservationIgnored private let who: String

    public init(_ home: Home, who: String) {
        self.who = who
        page = Page(home) { try $0.person(who: who) }
        words = home.words
    }

    public var name: String { page.screen?.person.name ?? "" }
    public var cards: [WordKind] { page.screen?.cards ?? [] }
    public var cardsGo: Bool { page.screen.map { $0.takes == .cards || $0.takes == .ownWords } ?? false }
    public var ownWordsGo: Bool { page.screen?.takes == .ownWords }

    public func send(_ card: WordKind) async {
        await go(card, "")
    }

    public func sendOwnWords() async {
        await go(.ownWords, text)
    }

    private func go(_ kind: WordKind, _ text: String) async {
        let who = who
        let said = words("said.sent", ["name": name])
        sent = await page.deed(said: said) { try $0.encourage(to: who, word: kind, text: text, about: nil) } != nil
        if sent { self.text = "" }
    }
}
