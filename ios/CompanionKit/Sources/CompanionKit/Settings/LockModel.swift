// The app's own lock, and the quick way out of sight. It knows no view and no keychain, and no rule: which digits fit, how
// long wrong ones wait and when it closes are the core's. Invariant: the digits themselves are kept nowhere; nothing is ever
// wiped for wrong tries; where the keystore does not say whether there is a lock, it is shut.
import AlongsideCore
import Foundation
import Observation

/// What is kept of a lock.
struct KeptLock: Codable, Equatable {
    /// The digits, stretched: they can't be had back from it.
    struct Pin: Codable, Equatable {
        var salt: Data
        var rounds: UInt32
        var stretched: Data
    }

    var pin: Pin?
    var wrongTries: UInt32 = 0
    /// When the last wrong one was, in seconds since 1970.
    var lastWrong: UInt64 = 0
    /// Minutes away after which it locks.
    var delay: UInt8 = 0
    /// A face or a finger opens it too.
    var face = false
}

/// Whether the app is locked or out of sight.
@MainActor @Observable public final class LockModel {
    /// Locked: only the lock is on screen.
    public private(set) var locked = false
    /// Out of sight: a blank page of a planner, until it is tapped.
    public private(set) var hidden = false
    /// The last try was not the right one.
    public private(set) var wrong = false
    /// Seconds until the next try, as the screen shows them.
    public private(set) var wait: UInt64 = 0

    private var kept = KeptLock()
    /// The keystore did not say what is kept.
    private var unread = false
    @ObservationIgnored private let secrets: any Secrets
    @ObservationIgnored private let stretch: any Stretch
    @ObservationIgnored private let seconds: () -> UInt64
    @ObservationIgnored private var leftAt: UInt64?

    nonisolated static let name = "lock"
    /// What one try costs: about a third of a second on a phone of 2020.
    nonisolated static let rounds: UInt32 = 600_000

    public init(_ secrets: any Secrets, _ stretch: any Stretch, seconds: @escaping () -> UInt64 = { SystemTime().seconds() }) {
        self.secrets = secrets
        self.stretch = stretch
        self.seconds = seconds
        read()
        locked = hasPin
        tick()
    }

    public var hasPin: Bool { unread || kept.pin != nil }

    private func read() {
        switch secrets.read(Self.name) {
        case let .bytes(bytes):
            let read = try? JSONDecoder().decode(KeptLock.self, from: bytes)
            kept = read ?? KeptLock()
            unread = read == nil
        case .nothing: unread = false
        case .unknown: unread = true
        }
    }

    /// Whether it is kept.
    @discardableResult
    private func keep() -> Bool {
        (try? JSONEncoder().encode(kept)).map { secrets.replace(Self.name, $0) } ?? false
    }

    /// A second went by.
    public func tick() {
        if unread { read() }
        guard kept.wrongTries > 0 else {
            if wait != 0 { wait = 0 }
            return
        }
        let now = seconds()
        let since = Int64(clamping: now) - Int64(clamping: kept.lastWrong)
        let left = lockWaits(wrong: kept.wrongTries, secondsSince: since)
        if wait != left { wait = left }
        guard since < 0 else { return }
        kept.lastWrong = now
        keep()
    }

    public func open(_ digits: String) async {
        tick()
        guard wait == 0, !unread, let pin = kept.pin else { return }
        guard let made = await stretched(digits, pin.salt, pin.rounds) else { return }
        if made.isTheSame(as: pin.stretched) {
            opened()
        } else {
            kept.wrongTries += 1
            kept.lastWrong = seconds()
            keep()
            wrong = true
            tick()
        }
    }

    private func stretched(_ digits: String, _ salt: Data, _ rounds: UInt32) async -> Data? {
        let stretch = stretch
        return await Task.detached { stretch.stretched(digits, salt: salt, rounds: rounds) }.value
    }

    /// A face or a finger was the right one.
    func opened() {
        if kept.wrongTries > 0 {
            kept.wrongTries = 0
            keep()
        }
        wrong = false
        locked = false
    }

    /// Whether these digits, typed twice, are the lock from now on.
    public func set(_ digits: String, again: String) async -> Bool {
        guard lockFits(digits: digits), digits == again else { return false }
        let salt = Data.chance(16)
        guard let made = await stretched(digits, salt, Self.rounds) else { return false }
        kept.pin = KeptLock.Pin(salt: salt, rounds: Self.rounds, stretched: made)
        kept.wrongTries = 0
        return keep()
    }

    public func takeAway() {
        kept = KeptLock()
        unread = false
        secrets.remove(Self.name)
        wrong = false
        wait = 0
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
        close(away: 0)
    }

    /// The app came back.
    public func returned() {
        guard let leftAt else { return }
        close(away: Int64(clamping: seconds()) - Int64(clamping: leftAt))
        self.leftAt = nil
    }

    private func close(away: Int64) {
        if hasPin, lockCloses(secondsAway: away, delayMinutes: kept.delay) { locked = true }
    }

    /// Minutes away after which it locks: those that there are words for, up to the core's longest.
    public nonisolated static func delays(_ words: Words) -> [UInt8] {
        let beginning = "lock.delay-"
        let minutes = words.keys.filter { $0.hasPrefix(beginning) }.compactMap { UInt8($0.dropFirst(beginning.count)) }
        return minutes.filter { $0 <= lockLongestDelay() }.sorted()
    }

    public var delay: UInt8 {
        get { kept.delay }
        set {
            kept.delay = newValue
            keep()
        }
    }

    /// Whether a face or a finger opens it too.
    public var face: Bool {
        get { kept.face }
        set {
            kept.face = newValue
            keep()
        }
    }
}

extension Data {
    /// Without telling by the time it takes how much of it is the same.
    fileprivate func isTheSame(as other: Data) -> Bool {
        count == other.count && zip(self, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
