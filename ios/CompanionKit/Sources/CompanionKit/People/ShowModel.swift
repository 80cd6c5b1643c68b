// Showing one thing to one person: what is asked, exactly what they would see, for how long. It knows no view. Invariant:
// nothing is shown before the core's question about it was on screen; how long, and what comes first, are the core's.
import AlongsideCore
import Observation

/// The question before a thing is shown.
@MainActor @Observable public final class ShowModel {
    public let page: Page<ShowQuestion>
    public let words: Words
    /// Which length is chosen.
    public var at = 0
    public var notes = false

    public init(_ home: Home, item: String, who: String) {
        page = Page(home) { try $0.beforeShowing(item: item, to: who) }
        words = home.words
    }

    /// What a length is called.
    public func said(_ length: Until) -> String {
        if case .through = length { return words("show.for-a-week") }
        return words.until(length)
    }

    /// What is asked: who will see what, and what it may mean.
    public var sentences: [String] {
        guard let question = page.screen else { return [] }
        let places: KeyValuePairs<String, String> = ["name": question.name, "thing": question.label]
        let what = words(question.hasDays ? "show.will-see-days" : "show.will-see", places)
        return [what] + (question.official ? [words("show.official", ["name": question.name])] : [])
    }

    /// Whether it went.
    public func show() async -> Bool {
        guard let question = page.screen, question.lengths.indices.contains(at) else { return false }
        let (until, notes) = (question.lengths[at], notes)
        let said = words("said.shown", ["name": question.name])
        return await page.last(said: said, sends: true) {
            try $0.show(item: question.item, to: question.who, until: until, notes: notes)
        } != nil
    }
}
