// What is on screen as a whole: the first run, a home, or what keeps it shut; and the lock before all of them. It knows no
// view and no class of a phone's system: what the phone brings is behind the protocols in Platform.swift. Invariant: what
// is in the home is asked for only while nothing hides it.
import AlongsideCore
import Observation

/// The app.
@MainActor @Observable public final class RootModel {
    public enum Now {
        case opening
        case firstRun(FirstRunModel)
        case home(Home)
        /// It did not open, and this is why. Nothing was changed.
        case stuck(Trouble)
    }

    public private(set) var now = Now.opening
    public let lock: LockModel
    public let words: Words
    public let platform: Platform

    public init(platform: Platform, words: Words) {
        self.platform = platform
        self.words = words
        lock = LockModel(keeper: platform.pin)
    }

    /// Opens what is there, or begins the first run.
    public func open() async {
        now = .opening
        do {
            if let home = try await Home.open(folder: platform.folder, keys: platform.keys, words: words) {
                await begun(home)
            } else {
                now = .firstRun(FirstRunModel(folder: platform.folder, keys: platform.keys, words: words))
            }
        } catch {
            now = .stuck(Trouble.of(error))
        }
    }

    /// There is a home: the post box is met, and again in the background.
    public func begun(_ home: Home) async {
        home.notices = platform.notices
        now = .home(home)
        platform.background.keepMeeting { await home.courier.inBackground() }
        await home.courier.now()
    }

    /// The app is on screen again.
    public func returned() async {
        lock.returned()
        if case let .home(home) = now { await home.cameBack() }
    }

    /// The app left the screen.
    public func left() {
        lock.left()
    }

    /// A face or a finger, where the person chose that.
    public func openWithFace() async {
        guard platform.face.chosen, lock.wait == 0 else { return }
        if await platform.face.isRight(reason: words("face.reason")) { lock.opened() }
    }
}
