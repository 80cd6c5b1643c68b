// Wakings of the app while it is closed, as often as the phone allows. It was never run; on Linux its types are checked
// against a stand-in. Invariant: each waking asks for the next one that the core named; when to meet whom is the core's.
import BackgroundTasks
import CompanionKit
import Foundation

@MainActor final class PostInBackground: BackgroundPost {
    private static let identifier = "org.alongside.app.sync"
    /// The system wakes no app sooner.
    private static let soonest: UInt32 = 15 * 60
    private var work: (@MainActor () async -> Woken)?

    /// Has to be called before the app has begun.
    func register() {
        BGTaskScheduler.shared.register(forTaskWithIdentifier: Self.identifier, using: .main) { [weak self] task in
            MainActor.assumeIsolated { self?.run(task) }
        }
    }

    func whenWoken(_ work: @escaping @MainActor () async -> Woken) {
        self.work = work
    }

    func wake(in seconds: UInt32) {
        let request = BGAppRefreshTaskRequest(identifier: Self.identifier)
        request.earliestBeginDate = Date(timeIntervalSinceNow: TimeInterval(max(Self.soonest, seconds)))
        try? BGTaskScheduler.shared.submit(request)
    }

    private func run(_ task: BGTask) {
        // Asked for first: a waking that the system cuts short is not the last one.
        wake(in: Self.soonest)
        let work = Task { [weak self] in
            let woken = await self?.work?()
            if let next = woken?.next {
                self?.wake(in: next)
            } else {
                BGTaskScheduler.shared.cancel(taskRequestWithIdentifier: Self.identifier)
            }
            task.setTaskCompleted(success: woken?.reached ?? false)
        }
        task.expirationHandler = { work.cancel() }
    }
}
