// See what they see. It knows no view. Invariant: it shows what the core drew from the very bytes sent, and nothing of its
// own.
import AlongsideCore
import Observation

/// What one person sees of me.
@MainActor @Observable public final class SeeAsModel {
    public let page: Page<SeeAsScreen>
    public let words: Words

    public init(_ home: Home, who: String) {
        page = Page(home) { try $0.seeAs(who: who) }
        words = home.words
    }

    public var nothing: Bool {
        guard let screen = page.screen else { return false }
        let shown = screen.shown
        return shown.routines.isEmpty && shown.goals.isEmpty && shown.steps.isEmpty && screen.words.isEmpty && screen.ideas.isEmpty
    }

    /// What is not all there yet, in sentences.
    public var notices: [String] {
        guard let screen = page.screen else { return [] }
        return [screen.onItsWay ? words("see-as.on-its-way") : nil, screen.notAllHere ? words("see-as.not-all-here") : nil].compactMap { $0 }
    }
}
