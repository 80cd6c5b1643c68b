// When the post box is met: on opening, soon after a deed, in the background, and now and then while someone waits for an
// answer. It knows nothing of what is sent. Invariant: at most one meeting at a time; what is asked for meanwhile is one
// more meeting afterwards, however often it was asked for.
import AlongsideCore
import Observation

/// Meets the post box for the app.
@MainActor @Observable public final class Courier {
    /// Whether a meeting is under way.
    public private(set) var underWay = false
    /// Whether the last meeting did not reach the post box.
    public private(set) var offline = false
    /// Meetings that ended, for whoever waits for one.
    public private(set) var met = 0

    @ObservationIgnored private let meet: @Sendable () async throws -> SyncReport
    @ObservationIgnored private let pause: @Sendable (Duration) async -> Void
    @ObservationIgnored private var again = false
    @ObservationIgnored private var soon: Task<Void, Never>?

    /// Deeds that follow each other within this time go out together.
    public nonisolated static let gathering: Duration = .seconds(2)
    /// While two people wait for each other's words.
    public nonisolated static let waiting: Duration = .seconds(5)

    public init(
        meet: @escaping @Sendable () async throws -> SyncReport,
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.meet = meet
        self.pause = pause
    }

    /// The app was opened, or somebody asked for a meeting now.
    public func now() async {
        guard !underWay else {
            again = true
            return
        }
        underWay = true
        repeat {
            again = false
            do {
                offline = try await meet().offline
            } catch {
                // No post box was set, or the store said no: screens tell of it, not this.
                offline = false
            }
            met += 1
        } while again
        underWay = false
    }

    /// A deed was done: its words go out soon, with those of the deeds that follow at once.
    public func deedDone() {
        guard soon == nil else { return }
        soon = Task { [weak self, pause] in
            await pause(Self.gathering)
            self?.soon = nil
            await self?.now()
        }
    }

    /// Meets the post box again and again until the task is cancelled: for a screen on which somebody waits.
    public func keepMeeting() async {
        while !Task.isCancelled {
            await now()
            await pause(Self.waiting)
        }
    }

    /// In the background. Whether the post box was reached.
    public func inBackground() async -> Bool {
        await now()
        return !offline
    }
}
