// Wakes the core for the post box: by hand, soon after what goes to others, in its own rhythm while the app is in sight, and
// while two people wait for each other. It decides no moment: the core says when the next one is. Invariant: opening the app
// and marking a day meet nothing; what is asked for by hand meanwhile is one more meeting, however often it was asked for.
import AlongsideCore
import Observation

/// The core's ways to the post box.
struct PostBox: Sendable {
    let sync: @Sendable () async throws -> SyncReport
    let send: @Sendable () async throws -> SyncReport
    /// Seconds until the next contact of the rhythm, while the app is in sight.
    let nextContact: @Sendable () async throws -> UInt32
    let keepRhythm: @Sendable () async throws -> SyncReport
    let inBackground: @Sendable () async throws -> Background
}

/// How a meeting by hand ended.
public enum Meeting: Equatable, Sendable {
    case met
    case noPostBox
    /// The place at the post box is made ready, for so many minutes still.
    case notReady(UInt32)
    case codeRefused
    case failed(Trouble)
}

/// Meets the post box for the app.
@MainActor @Observable public final class Courier {
    /// Whether a meeting by hand is under way.
    public private(set) var underWay = false

    @ObservationIgnored private let post: PostBox
    @ObservationIgnored private let pause: @Sendable (Duration) async -> Void
    @ObservationIgnored private var again = false
    @ObservationIgnored private var last = Meeting.noPostBox
    @ObservationIgnored private var waiters: [CheckedContinuation<Meeting, Never>] = []
    @ObservationIgnored private var soon: Task<Void, Never>?

    /// Deeds that follow each other within this time go out together.
    nonisolated static let gathering: Duration = .seconds(2)
    /// While two people wait for each other's words.
    nonisolated static let waiting: Duration = .seconds(5)

    init(_ post: PostBox, pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }) {
        self.post = post
        self.pause = pause
    }

    /// Somebody asked for a meeting now; how it ended.
    @discardableResult
    public func now() async -> Meeting {
        guard !underWay else {
            again = true
            return await withCheckedContinuation { waiters.append($0) }
        }
        underWay = true
        repeat {
            again = false
            last = await Self.ended(post.sync)
        } while again
        underWay = false
        let waiting = waiters
        waiters = []
        waiting.forEach { $0.resume(returning: last) }
        return last
    }

    /// Something for others was done: it goes out soon, with what follows at once.
    func sendSoon() {
        guard soon == nil else { return }
        soon = Task { [weak self, pause] in
            await pause(Self.gathering)
            guard !Task.isCancelled else { return }
            await self?.sendNow()
        }
    }

    /// Whether something is to go out soon.
    var sendsSoon: Bool { soon != nil }

    /// The app is about to be out of sight: what was to go out soon goes now.
    func leave() async {
        guard let soon else { return }
        soon.cancel()
        await sendNow()
    }

    private func sendNow() async {
        soon = nil
        // What could not go waits in the core for its next contact.
        _ = await Self.ended(post.send)
    }

    /// Keeps the core's rhythm until the task is cancelled: while the app is in sight.
    public func keepRhythm() async {
        while !Task.isCancelled {
            guard let seconds = try? await post.nextContact() else { return }
            // Never at once again, whatever the core answers.
            await pause(.seconds(max(1, Int64(seconds))))
            if Task.isCancelled { return }
            _ = await Self.ended(post.keepRhythm)
        }
    }

    /// Meets the post box again and again until the task is cancelled: for a screen on which somebody waits.
    public func keepMeeting() async {
        while !Task.isCancelled {
            await now()
            await pause(Self.waiting)
        }
    }

    /// While the app is not in sight; none where the core said no.
    func inBackground() async -> Background? {
        try? await post.inBackground()
    }

    private static func ended(_ meet: @Sendable () async throws -> SyncReport) async -> Meeting {
        do {
            let report = try await meet()
            if report.codeRefused { return .codeRefused }
            if report.readyInMinutes > 0 { return .notReady(report.readyInMinutes) }
            return report.offline ? .failed(.Offline) : .met
        } catch Trouble.NotFound {
            return .noPostBox
        } catch {
            return .failed(Trouble.of(error))
        }
    }
}
