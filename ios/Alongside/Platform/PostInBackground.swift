// Meeting the post box while the app is closed, as often as the phone allows. It was never run; on Linux it is parsed only.
// Invariant: each meeting asks for the next one, whether it reached the post box or not.
import BackgroundTasks
import CompanionKit
import Foundation

@MainActor final class PostInBackground: BackgroundPost {
    private static let identifier = "org.alongside.app.sync"
    private static let pause: TimeInterval = 4 * 3600
    private var meet: (@MainActor () async -> Bool)?

    /// Has to be called before the app has begun.
    func register() {
        BGTaskScheduler.shared.register(forTaskWithIdentifier: Self.identifier, using: .main) { [weak self] task in
            MainActor.assumeIsolated { self?.run(task) }
        }
    }

    func keepMeeting(_ meet: @escaping @MainActor () async -> Bool) {
        self.meet = meet
        askForNext()
    }

    private func askForNext() {
        let request = BGAppRefreshTaskRequest(identifier: Self.identifier)
        request.earliestBeginDate = Date(timeIntervalSinceNow: Self.pause)
        try? BGTaskScheduler.shared.submit(request)
    }

    private func run(_ task: BGTask) {
        askForNext()
        let work = Task { [meet] in
            let reached = await meet?() ?? false
            task.setTaskCompleted(success: reached)
        }
        task.expirationHandler = { work.cancel() }
    }
}
