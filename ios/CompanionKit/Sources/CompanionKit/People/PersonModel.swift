// One person: both directions, what I show them, what may come from them. It knows no view. Invariant: what can go to them
// is what the core said; each deed is one call.
import AlongsideCore
import Foundation
import Observation

/// The ways out.
public enum Ending: Identifiable, Sendable {
    case block, remove
    public var id: Self { self }
}

/// One person's screen.
@MainActor @Observable public final class PersonModel {
    public let page: Page<PersonScreen>
    public let words: Words
    /// They are not among my people any more.
    public private(set) var gone = false
    @ObservationIgnored private let who: String

    public init(_ home: Home, who: String) {
        self.who = who
        page = Page(home) { try $0.person(who: who) }
        words = home.words
    }

    public var name: String { page.screen?.person.name ?? "" }

    /// Whether anything kind can go to them now.
    public var canEncourage: Bool { page.screen.map { !$0.cards.isEmpty || $0.ownWords } ?? false }

    /// Nothing went either way yet.
    public var nothingYet: Bool {
        page.screen.map { $0.fromThem.isEmpty && $0.toThem.isEmpty && $0.ideas.isEmpty && $0.myIdeas.isEmpty } ?? false
    }

    public func stopShowing(_ share: ShareRow) async {
        await page.stopShowing(share)
    }

    public func keep(_ word: WordRow) async {
        await page.deed { try $0.keepWord(from: word.from, word: word.id) }
    }

    public func letGo(_ word: WordRow) async {
        await page.deed { try $0.letWordGo(from: word.from, word: word.id) }
    }

    public func takeBack(_ word: SentRow) async {
        let who = who
        await page.deed(sends: true) { try $0.takeWordBack(to: who, word: word.id) }
    }

    public func takeBack(_ idea: SentIdeaRow) async {
        let who = who
        await page.deed(sends: true) { try $0.takeIdeaBack(to: who, idea: idea.id) }
    }

    public func allow(_ allow: Allow) async {
        let who = who
        await page.deed(said: words("said.nobody-was-told")) { try $0.setAllow(who: who, allow: allow) }
    }

    /// What I call them and who they are to me. Whether it went.
    public func change(_ name: String, _ role: Role, official: Bool) async -> Bool {
        let (who, name) = (who, name.trimmingCharacters(in: .whitespacesAndNewlines))
        return await page.deed(said: words("said.kept")) {
            try $0.changePerson(who: who, name: name, role: role, official: official)
        } != nil
    }

    /// Whether it went.
    public func end(_ ending: Ending) async -> Bool {
        let who = who
        switch ending {
        case .block: return await page.deed(said: words("said.blocked"), sends: true) { try $0.block(who: who) } != nil
        case .remove:
            gone = await page.last(said: words("said.removed"), sends: true) { try $0.removePerson(who: who) } != nil
            return gone
        }
    }

    /// What a way out means, in sentences.
    public func sentences(_ ending: Ending) -> [String] {
        let places: KeyValuePairs<String, String> = ["name": name]
        let list = switch ending {
        case .block: words("ending.block-list", places)
        case .remove: words("ending.remove-list", places)
        }
        return [
            list, words("ending.not-told", places), words("ending.no-new", places), words("ending.keeps", places), words("ending.back", places),
        ]
    }

    /// That we are not in touch, and why, in sentences.
    public var apart: [String] {
        guard let person = page.screen?.person else { return [] }
        if person.blocked { return [words("person.blocked-long"), words("person.blocked-back")] }
        return person.inTouch ? [] : [words("person.not-in-touch", ["name": person.name])]
    }

    /// Why nothing or little can go to them now; none where words can, or where it is said already.
    public var takes: String? {
        guard let screen = page.screen, apart.isEmpty else { return nil }
        return words.takes(screen.takes, name: screen.person.name)
    }

    /// What may come from them, in the order in which a screen offers it.
    public nonisolated static let allowances: [Allow] = [.cardsOnly, .ownWords, .quiet]
}
