// A person's Alongside on this phone, as the app holds it: the door to the core, the courier, the words. It knows no view.
// Invariant: there is one for each folder, made by `open` or `begin` and by nothing else.
import AlongsideCore
import Foundation
import Observation

/// What all screens share.
@MainActor @Observable public final class Home {
    public let words: Words
    public let courier: Courier
    /// Goes up with each change in the core: screens that are open read again.
    public private(set) var changes = 0

    /// What the phone offers for reminders, where it offers any.
    @ObservationIgnored public internal(set) var notices: (any Notices)?
    @ObservationIgnored let door: Door
    @ObservationIgnored private var listening: Listening?

    init(phone: Phone, words: Words) {
        let door = Door(phone)
        self.door = door
        self.words = words
        courier = Courier(meet: { try await door.meetThePostBox() })
        listening = door.listen { [weak self] in
            Task { @MainActor in self?.changes += 1 }
        }
    }

    /// The app is on screen again, perhaps on another day: everything is read again.
    func cameBack() async {
        changes += 1
        await courier.now()
    }

    /// Opens what is in the folder. None where nothing is there: this is the first run.
    public static func open(folder: String, keys: any PhoneKeys, words: Words) async throws -> Home? {
        do {
            let phone = try await off { try Phone.open(folder: folder, keys: keys, clock: SystemTime()) }
            return Home(phone: phone, words: words)
        } catch Trouble.NotFound {
            return nil
        }
    }

    /// A new, blank one. Nothing else is asked for, and nobody is told.
    public static func begin(folder: String, keys: any PhoneKeys, name: String, words: Words) async throws -> Home {
        let phone = try await off { try Phone.begin(folder: folder, keys: keys, clock: SystemTime(), name: name) }
        return Home(phone: phone, words: words)
    }

    private static func off<Made: Sendable>(_ make: @escaping @Sendable () throws -> Made) async throws -> Made {
        try await Task.detached(operation: make).value
    }
}

/// What this phone's clock says, and where.
public final class SystemTime: PhoneClock {
    public init() {}

    public func seconds() -> UInt64 {
        UInt64(max(0, Foundation.Date().timeIntervalSince1970))
    }

    public func zone() -> String {
        TimeZone.current.identifier
    }
}
