// What the app needs of the phone under it, each behind a protocol: models and views know these and no class of a phone's
// system. Invariant: nothing here asks the person for a permission before they did something that needs it.
import AlongsideCore
import Foundation

/// The phone under the app.
@MainActor public struct Platform {
    /// The folder of the home's one encrypted file, out of every backup of the system.
    public let folder: String
    /// The key of that file.
    public let keys: any PhoneKeys
    public let secrets: any Secrets
    public let stretch: any Stretch
    public let face: any FaceCheck
    public let background: any BackgroundPost
    public let notices: any Notices
    public let voice: any Voice

    public init(
        folder: String, keys: any PhoneKeys, secrets: any Secrets, stretch: any Stretch, face: any FaceCheck, background: any BackgroundPost,
        notices: any Notices, voice: any Voice
    ) {
        self.folder = folder
        self.keys = keys
        self.secrets = secrets
        self.stretch = stretch
        self.face = face
        self.background = background
        self.notices = notices
        self.voice = voice
    }
}

/// What a keystore says when it is asked for something small.
public enum Kept: Equatable, Sendable {
    case bytes(Data)
    /// It says that there is none.
    case nothing
    /// It did not say: locked, broken, anything else. It may well be there.
    case unknown
}

/// Keeps small things where other apps can't read them, out of every backup.
public protocol Secrets: AnyObject, Sendable {
    func read(_ name: String) -> Kept
    /// Keeps something new. False where there is one already, or where it did not go; nothing is lost then.
    func add(_ name: String, _ bytes: Data) -> Bool
    /// Keeps this in place of what was there.
    func replace(_ name: String, _ bytes: Data) -> Bool
    func remove(_ name: String)
}

/// Makes of digits something from which they can't be had back but by trying, each try at a price (PBKDF2).
public protocol Stretch: Sendable {
    func stretched(_ digits: String, salt: Data, rounds: UInt32) -> Data?
}

/// A face or a finger, as the phone knows it.
@MainActor public protocol FaceCheck: AnyObject {
    /// Whether this phone can.
    var there: Bool { get }
    func isRight(reason: String) async -> Bool
}

/// How a waking in the background ended.
public struct Woken: Equatable, Sendable {
    public let reached: Bool
    /// Seconds until the system is to wake the app again; none: not at all.
    public let next: UInt32?

    public init(reached: Bool, next: UInt32?) {
        self.reached = reached
        self.next = next
    }
}

/// Wakes the app while it is closed.
@MainActor public protocol BackgroundPost: AnyObject {
    /// What is done at each waking. Said once, before the app has begun.
    func whenWoken(_ work: @escaping @MainActor () async -> Woken)
    /// Asks the system for one waking in so many seconds, or later.
    func wake(in seconds: UInt32)
}

/// Notices. They carry no name and no content.
@MainActor public protocol Notices: AnyObject {
    /// Asks the person, through the phone, whether this app may show any; at once true where they said so before.
    func mayShow() async -> Bool
    /// All that the phone is to show later, in place of what it kept for that.
    func replaceAll(_ moments: [Moment], text: String) async
    /// One now.
    func show(_ text: String) async
}

/// Says aloud what a page says, for who can't see it.
@MainActor public protocol Voice: AnyObject {
    func say(_ text: String)
}
