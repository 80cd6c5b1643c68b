// Ideas of others for me: use, change, not now. It knows no view. Invariant: nobody is told which, and nothing here asks
// why.
import AlongsideCore
import Observation

/// Ideas.
@MainActor @Observable public final class IdeasModel {
    public let page: Page<IdeasScreen>
    public let words: Words

    public init(_ home: Home) {
        page = Page(home) { try $0.ideas() }
        words = home.words
    }

    public func use(_ idea: IdeaRow) async {
        await page.deed(said: words("said.idea-used")) { try $0.useIdea(from: idea.from, idea: idea.id) }
    }

    /// In my own words; of just words it makes a small step. Whether it went.
    public func change(_ idea: IdeaRow, name: String) async -> Bool {
        await page.deed(said: words("said.idea-used")) {
            try $0.changeIdea(from: idea.from, idea: idea.id, name: name, often: nil)
        } != nil
    }

    public func notNow(_ idea: IdeaRow) async {
        await page.deed(said: words("said.idea-left")) { try $0.leaveIdea(from: idea.from, idea: idea.id) }
    }

    /// The name that is there to be changed; empty where it is just words.
    public func name(_ idea: IdeaRow) -> String {
        switch idea.offered {
        case let .routine(name, _), let .step(name, _): name
        case .words: ""
        }
    }

    /// What changing it is called.
    public func changing(_ idea: IdeaRow) -> (title: String, spoken: String) {
        let places: KeyValuePairs<String, String> = ["idea": words.offered(idea.offered), "name": idea.name]
        return idea.canUse
            ? (words("ideas.change"), words("ideas.change-of", places))
            : (words("ideas.make-step"), words("ideas.make-step-of", places))
    }
}
