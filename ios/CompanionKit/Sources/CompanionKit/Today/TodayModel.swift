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

    /// Somebody asked for post.
    public func meet() async {
        await page.meet()
    }

    /// What a screen reader says of a row.
    public func spoken(_ row: TodayRow) -> String {
        let amount = row.amount.map { words.amount(thousandths: $0, unit: row.unit) }
        let parts = [row.name, row.time.map { words.time($0) }, row.mark.map(words.mark), amount].compactMap { $0 }
        return parts.joined(separator: ", ")
    }

    /// The one thing about people, in a sentence.
    public var us: String {
        switch page.screen?.us {
        case let .idea(idea): words("today.idea", ["name": idea.name])
        case let .word(word): words("today.word", ["name": word.name ?? "", "text": words.word(word.kind, word.text)])
        case let .person(person): person.name
        case .nobody, nil: words("today.nobody")
        }
    }

    /// What stands below it, smaller; none where there is no more to say.
    public var underUs: String? {
        switch page.screen?.us {
        case let .idea(idea): words.offered(idea.offered)
        case let .word(word): word.about.map { words("word.about", ["name": $0]) }
        case let .person(person): words.role(person.role)
        case .nobody, nil: nil
        }
    }
}
