// The app's own lock, and the quick way out of sight. It knows no view and no keychain: a PIN is kept behind `PinKeeper`.
// Invariant: nothing is ever wiped for wrong tries; they only take longer, and a new start of the app does not shorten it.
import Observation

/// Whether the app is locked or out of sight.
@MainActor @Observable public final class LockModel {
    /// Locked: only the lock is on screen.
    public private(set) var locked: Bool
    /// Out of sight: a blank page of a planner, until it is tapped.
    public private(set) var hidden = false
    /// The last try was not the PIN.
    public private(set) var wrong = false
    public private(set) var hasPin: Bool
    /// Seconds until the next try, as the screen shows them.
    public private(set) var wait: UInt64 = 0

    @ObservationIgnored private let keeper: any PinKeeper
    @ObservationIgnored private let seconds: () -> UInt64
    @ObservationIgnored private var leftAt: UInt64?

    /// So many digits at least.
    public nonisolated static let least = 6

    public init(keeper: any PinKeeper, seconds: @escaping () -> UInt64 = { SystemTime().seconds() }) {
        self.keeper = keeper
        self.seconds = seconds
        hasPin = keeper.pin != nil
        locked = keeper.pin != nil
        tick()
    }

    /// How long the next try has to wait after so many wrong ones, in seconds: 5 go at once.
    public nonisolated static func pause(after wrong: Int) -> UInt64 {
        wrong < 5 ? 0 : min(900, 30 << UInt64(min(wrong - 5, 5)))
    }

    /// A second went by.
    public func tick() {
        let pause = Self.pause(after: keeper.wrongTries)
        let (now, until) = (seconds(), keeper.lastWrong + pause)
        // A clock put back makes nobody wait longer than the pause itself.
        wait = until > now ? min(until - now, pause) : 0
    }

    public func open(_ pin: String) {
        tick()
        guard wait == 0 else { return }
        if pin == keeper.pin {
            opened()
        } else {
            keeper.wrongTries += 1
            keeper.lastWrong = seconds()
            wrong = true
            tick()
        }
    }

    /// A face or a finger was the right one.
    public func opened() {
        keeper.wrongTries = 0
        wrong = false
        locked = false
    }

    /// Whether these digits, typed twice, are the lock from now on.
    public func set(_ pin: String, again: String) -> Bool {
        let fits = pin.count >= Self.least && pin.allSatisfy { $0.isASCII && $0.isNumber }
        guard fits, pin == again else { return false }
        keeper.pin = pin
        hasPin = true
        return true
    }

    public func takeAway() {
        keeper.pin = nil
        hasPin = false
        locked = false
    }

    /// Out of sight at once, and locked where there is a lock.
    public func hide() {
        hidden = true
        locked = hasPin
    }

    /// The blank page was tapped.
    public func comeBack() {
        hidden = false
    }

    /// The app left the screen. Where it is to lock at once, it is locked before anybody sees it again.
    public func left() {
        leftAt = seconds()
        if hasPin, keeper.delay <= 0 { locked = true }
    }

    /// The app came back: locked, if it was away for longer than was chosen.
    public func returned() {
        let delay = UInt64(max(0, keeper.delay) * 60)
        // A clock that was put back locks too.
        if let leftAt, hasPin, seconds() < leftAt || seconds() - leftAt >= max(1, delay) { locked = true }
        leftAt = nil
    }

    /// Minutes away after which it locks, as the screen offers them.
    public nonisolated static let delays = [0, 1, 5]

    public var delay: Int {
        get { keeper.delay }
        set { keeper.delay = newValue }
    }
}
