// All my routines: going on, paused, ended. It knows no view. Invariant: it is the way to every routine, also to one that is
// not offered today.
import AlongsideCore
import Observation

/// All my routines.
@MainActor @Observable public final class RoutinesModel {
    public let page: Page<RoutinesScreen>
    public let words: Words

    public init(_ home: Home) {
        page = Page(home) { try $0.routines() }
        words = home.words
    }

    public var nothing: Bool {
        page.screen.map { $0.going.isEmpty && $0.paused.isEmpty && $0.ended.isEmpty } ?? false
    }
}
