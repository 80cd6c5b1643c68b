// The app's own lock, and the quick way out of sight. It knows no view and no keychain: a PIN is kept behind `PinKeeper`.
// Invariant: nothing is ever wiped for wrong tries; they only take longer, and a new start of the app does not shorten it.
import Foundation
import Observation

/// Keeps the PIN and the wrong tries where other apps can't read them.
public protocol PinKeeper: AnyObject, Sendable {
    var pin: String? { get set }
    var wrongTries: Int { get set }
    /// When the last wrong one was, in seconds since 1970.
    var lastWrong: UInt64 { get set }
}

/// Whether the app is locked or out of sight.
@MainActor @Observable public final class LockModel {
    /// Locked: only the lock is on screen.
    public private(set) var locked: Bool
    /// Out of sight: a blank page of a planner, until it is tapped.
    public private(set) var hidden = false
    /// The last try was not the PIN.
    public private(set) var wrong = false
    public private(set) var hasPin: Bool

    @ObservationIgnored private let keeper: any PinKeeper
    @ObservationIgnored private let seconds: () -> UInt64
    @ObservationIgnored private var leftAt: UInt64?

    public nonisolated static let digits = 6

    public init(keeper: any PinKeeper, seconds: @escaping () -> UInt64 = { SystemTime().seconds() }) {
        self.keeper = keeper
        self.seconds = seconds
        hasPin = keeper.pin != nil
        locked = keeper.pin != nil
    }

    /// How long the next try has to wait after so many wrong ones, in seconds: 5 go at once.
    public nonisolated static func pause(after wrong: Int) -> UInt64 {
        wrong < 5 ? 0 : min(300, 15 << UInt64(min(wrong - 5, 5)))
    }

    /// Seconds until the next try.
    public var wait: UInt64 {
        let until = keeper.lastWrong + Self.pause(after: keeper.wrongTries)
        let now = seconds()
        // A clock put back makes nobody wait longer than the pause itself.
        return until > now ? min(until - now, Self.pause(after: keeper.wrongTries)) : 0
    }

    public func open(_ pin: String) {
        guard wait == 0 else { return }
        if pin == keeper.pin {
            opened()
        } else {
            keeper.wrongTries += 1
            keeper.lastWrong = seconds()
            wrong = true
        }
    }

    /// A face or a finger was the right one.
    public func opened() {
        keeper.wrongTries = 0
        wrong = false
        locked = false
    }

    /// Whether these six numbers, typed twice, are the lock from now on.
    public func set(_ pin: String, again: String) -> Bool {
        let fits = pin.count == Self.digits && pin.allSatisfy { $0.isASCII && $0.isNumber }
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

    /// The app left the screen.
    public func left() {
        leftAt = seconds()
    }

    /// The app came back: locked, if it was away for longer than `delay` seconds.
    public func returned(delay: UInt64) {
        if let leftAt, hasPin, seconds() >= leftAt + delay { locked = true }
        leftAt = nil
    }
}
