// Today: what the person can do on it. It knows no view and no rule of when a routine comes round. Invariant: each deed is
// one call to the core.
import AlongsideCore
import Observation

/// The first screen.
@MainActor @Observable public final class TodayModel {
    public let page: Page<TodayScreen>
    public let words: Words

    public init(_ home: Home) {
        page = Page(home) { try $0.today() }
        words = home.words
    }

    /// Marks a routine for the day that is shown; none takes the mark away.
    public func mark(_ row: TodayRow, _ mark: Mark?) async {
        guard let day = page.screen?.day else { return }
        await page.deed { try $0.mark(routine: row.id, day: day, mark: mark) }
    }

    /// Writes a note for the day that is shown; an empty one takes it away.
    public func note(_ row: TodayRow, _ text: String) async {
        guard let day = page.screen?.day else { return }
        await page.deed { try $0.setNote(routine: row.id, day: day, note: text.isEmpty ? nil : text) }
    }

    /// Takes the last deed back.
    public func undo() async {
        if let back = await page.deed({ try $0.undo() }) { page.say(words(back ? "said.undone" : "said.nothing-to-undo")) }
    }

    /// What a screen reader says of a row.
    public func spoken(_ row: TodayRow) -> String {
        let time = row.time.map { words.time($0) }
        let parts = [row.name, time, row.mark.map(words.mark)].compactMap { $0 }
        return parts.joined(separator: ", ")
    }

    /// The one thing about people, in a sentence.
    public var us: String {
        switch page.screen?.us {
        case let .idea(idea): words("today.idea", ["name": idea.name])
        case let .word(word): words("today.word", ["name": word.name ?? "", "text": words.word(word.kind, word.text)])
        case let .person(person): words("today.say-hello", ["name": person.name])
        case .nobody, nil: words("today.nobody")
        }
    }
}
