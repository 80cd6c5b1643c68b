// What the app needs of the phone under it, each behind a protocol: models and views know these and no class of a phone's
// system. Invariant: nothing here asks the person for a permission before they did something that needs it.
import AlongsideCore

/// The phone under the app.
@MainActor public struct Platform {
    /// The folder of the home's one encrypted file, out of every backup of the system.
    public let folder: String
    /// The key of that file, kept by the phone's keystore.
    public let keys: any PhoneKeys
    public let pin: any PinKeeper
    public let face: any FaceCheck
    public let background: any BackgroundPost
    public let notices: any Notices

    public init(
        folder: String, keys: any PhoneKeys, pin: any PinKeeper, face: any FaceCheck, background: any BackgroundPost, notices: any Notices
    ) {
        self.folder = folder
        self.keys = keys
        self.pin = pin
        self.face = face
        self.background = background
        self.notices = notices
    }
}

/// Keeps the lock's digits and the wrong tries where other apps can't read them, out of every backup.
public protocol PinKeeper: AnyObject, Sendable {
    var pin: String? { get set }
    var wrongTries: Int { get set }
    /// When the last wrong one was, in seconds since 1970.
    var lastWrong: UInt64 { get set }
    /// Minutes away after which it locks.
    var delay: Int { get set }
}

/// A face or a finger, as the phone knows it.
@MainActor public protocol FaceCheck: AnyObject {
    /// Whether this phone can.
    var there: Bool { get }
    /// Whether the person chose it.
    var chosen: Bool { get set }
    func isRight(reason: String) async -> Bool
}

/// Meets the post box some times a day while the app is closed.
@MainActor public protocol BackgroundPost: AnyObject {
    /// From now on; `meet` says whether the post box was reached.
    func keepMeeting(_ meet: @escaping @MainActor () async -> Bool)
}

/// Notices at times of the day. They carry no name and no content.
@MainActor public protocol Notices: AnyObject {
    /// Whether this routine has one.
    func has(routine: String) -> Bool
    /// One each day at this time from now on, or none; the person is asked by the phone for the first. Whether it went.
    func set(routine: String, time: String?, text: String) async -> Bool
}
