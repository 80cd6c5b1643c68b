// What is on screen as a whole: the first run, a home, or what keeps it shut; and the lock before all of them. It knows no
// view and no class of a phone's system: what the phone brings is behind the protocols in Platform.swift. Invariant: a home
// is opened once, whether a view or a waking in the background came first.
import AlongsideCore
import Foundation
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
    /// A code that came with a link, until a page took it.
    public var code: String?
    public let lock: LockModel
    public let words: Words
    public let platform: Platform
    @ObservationIgnored private var opening: Task<Void, Never>?

    public init(platform: Platform, words: Words) {
        self.platform = platform
        self.words = words
        lock = LockModel(platform.secrets, platform.stretch)
        platform.background.whenWoken { [weak self] in await self?.woken() ?? Woken(reached: false, next: nil) }
    }

    /// The home, once it is open.
    public var home: Home? {
        if case let .home(home) = now { home } else { nil }
    }

    /// Opens what is there, or begins the first run. Asked again meanwhile it waits for the same.
    public func open() async {
        if home != nil { return }
        let task = opening ?? Task { await self.openOnce() }
        opening = task
        await task.value
        opening = nil
    }

    private func openOnce() async {
        if case .firstRun = now { return }
        now = .opening
        Exports.clear()
        do {
            if let home = try await Home.open(folder: platform.folder, keys: platform.keys, words: words) {
                await begun(home)
            } else {
                // What a keystore keeps outlives an app that was taken off the phone: a lock without a home locks nothing.
                lock.takeAway()
                now = .firstRun(FirstRunModel(folder: platform.folder, keys: platform.keys, words: words))
            }
        } catch {
            now = .stuck(Trouble.of(error))
        }
    }

    /// There is a home. No network is touched.
    public func begun(_ home: Home) async {
        home.notices = platform.notices
        home.voice = platform.voice
        if let said = home.said { platform.voice.say(said.text) }
        now = .home(home)
        await home.layNotices()
        await askToBeWoken(home)
    }

    /// While the app is in sight: the core's rhythm, until the task is cancelled.
    public func inSight() async {
        await home?.courier.keepRhythm()
    }

    /// The app is on screen again. What did not open before, perhaps since the phone was not unlocked yet, is tried again.
    @discardableResult
    public func returned() -> Task<Void, Never>? {
        lock.returned()
        home?.cameBack()
        guard case .stuck = now else { return nil }
        return Task { await open() }
    }

    /// The app left the screen: it is locked at once where it is to be, and what was to go out soon goes.
    @discardableResult
    public func left() -> Task<Void, Never> {
        lock.left()
        return Task {
            guard let home else { return }
            await home.courier.leave()
            await askToBeWoken(home)
        }
    }

    /// The system woke the app, which may have no view and no home yet.
    func woken() async -> Woken {
        await open()
        guard let home else { return Woken(reached: false, next: nil) }
        guard let done = await home.courier.inBackground() else {
            return Woken(reached: false, next: try? await home.door.ask { try $0.nextContact(inHand: false) })
        }
        if done.notice { await platform.notices.show(words("notice.text")) }
        await home.layNotices()
        return Woken(reached: !done.offline, next: done.nextContact)
    }

    private func askToBeWoken(_ home: Home) async {
        guard let seconds = try? await home.door.ask({ try $0.nextContact(inHand: false) }) else { return }
        platform.background.wake(in: seconds)
    }

    /// The digits were typed.
    public func open(withDigits digits: String) async {
        await lock.open(digits)
        if let refusal { platform.voice.say(refusal) }
    }

    /// Why the lock is still shut, in a sentence.
    public var refusal: String? {
        if lock.wait > 0 { return words("curtain.wait", ["seconds": String(lock.wait)]) }
        return lock.wrong ? words("curtain.wrong") : nil
    }

    /// A face or a finger, where the person chose that.
    public func openWithFace() async {
        lock.tick()
        guard lock.face, lock.wait == 0 else { return }
        if await platform.face.isRight(reason: words("face.reason")) { lock.opened() }
    }

    /// The words of the get-back sheet open it for one who forgot the digits: the lock is gone then. Whether they did.
    public func open(withSheet typed: String) async -> Bool {
        guard let home, (try? await home.door.ask({ try $0.isMySheet(typed: typed) })) == true else {
            platform.voice.say(words("curtain.not-sheet"))
            return false
        }
        lock.takeAway()
        home.say(words("said.lock-gone"))
        return true
    }

    /// A link was touched: its code is filled in, and nothing is done with it yet.
    public func take(_ link: URL) {
        guard link.scheme?.lowercased() == "alongside" else { return }
        code = link.absoluteString
    }
}
