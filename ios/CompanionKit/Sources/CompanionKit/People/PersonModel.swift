// One person: both directions, what I show them, what may come from them. It knows no view. Invariant: before a thing is
// shown, the core's question about it was asked and its answer is on screen; each deed is one call.
import AlongsideCore
import Observation

/// One person's screen.
@MainActor @Observable public final class PersonModel {
    public let page: Page<PersonScreen>
    public let words: Words
    /// What is about to be shown to them, with what the core says of it.
    public private(set) var question: ShowQuestion?
    /// They are not among my people any more.
    public private(set) var gone = false
    @ObservationIgnored private let who: String

    public init(_ home: Home, who: String) {
        self.who = who
        page = Page(home) { try $0.person(who: who) }
        words = home.words
    }

    public var name: String { page.screen?.person.name ?? "" }

    /// Asks the core what is to be said before this is shown.
    public func ask(_ thing: ThingRow) async {
        let who = who
        question = await page.look { try $0.beforeShowing(item: thing.item, to: who) }
    }

    public func doNotShow() {
        question = nil
    }

    /// The three lengths that a screen offers.
    public func lengths(_ question: ShowQuestion) -> [(until: Until, said: String)] {
        [
            (.once, words("until.once")),
            (.through(question.weekEnds), words("show.for-a-week")),
            (.untilIStop, words("until.stop")),
        ]
    }

    public func show(_ question: ShowQuestion, until: Until, notes: Bool) async {
        let said = words("said.shown", ["name": question.name])
        await page.deed(said: said) { try $0.show(item: question.item, to: question.who, until: until, notes: notes) }
        self.question = nil
    }

    public func stopShowing(_ share: ShareRow) async {
        let said = words("said.stopped-showing", ["name": share.name])
        await page.deed(said: said) { try $0.stopShowing(item: share.item, to: share.who) }
    }

    public func keep(_ word: WordRow) async {
        await page.deed { try $0.keepWord(from: word.from, word: word.id) }
    }

    public func letGo(_ word: WordRow) async {
        await page.deed { try $0.letWordGo(from: word.from, word: word.id) }
    }

    public func takeBack(_ word: SentRow) async {
        let who = who
        await page.deed { try $0.takeWordBack(to: who, word: word.id) }
    }

    public func allow(_ allow: Allow) async {
        let who = who
        await page.deed(said: words("said.nobody-was-told")) { try $0.setAllow(who: who, allow: allow) }
    }

    public func rename(_ name: String) async {
        let who = who
        await page.deed { try $0.renamePerson(who: who, name: name) }
    }

    public func setRole(_ role: String, official: Bool) async {
        let who = who
        await page.deed { try $0.setRole(who: who, role: role, official: official) }
    }

    public func block() async {
        let who = who
        await page.deed(said: words("said.blocked")) { try $0.block(who: who) }
    }

    /// Takes them out of my people.
    public func remove() async {
        let who = who
        gone = await page.last { try $0.removePerson(who: who) } != nil
    }

    public func suggest(words text: String) async -> Bool {
        let who = who
        let said = words("said.idea-sent", ["name": name])
        return await page.deed(said: said) { try $0.suggestWords(to: who, text: text) } != nil
    }

    public func suggest(routine name: String, _ often: HowOften) async -> Bool {
        let (who, said) = (who, words("said.idea-sent", ["name": self.name]))
        return await page.deed(said: said) { try $0.suggestRoutine(to: who, name: name, often: often) } != nil
    }

    /// What is asked before a thing is shown: who will see what, and what it may mean.
    public func sentences(_ question: ShowQuestion) -> [String] {
        let places: KeyValuePairs<String, String> = ["name": question.name, "thing": question.label]
        let what = words(question.hasDays ? "show.will-see-days" : "show.will-see", places)
        return [what] + (question.official ? [words("show.official", ["name": question.name])] : [])
    }

    /// Why nothing or little can go to them now; none where words can.
    public var takes: String? {
        page.screen.flatMap { words.takes($0.takes, name: $0.person.name) }
    }

    /// What may come from them, in the order in which a screen offers it.
    public nonisolated static let allowances: [Allow] = [.cardsOnly, .ownWords, .quiet]
}
