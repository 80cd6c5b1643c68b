// A person's Alongside on this phone, as the app holds it: the door to the core, the courier, the words, and what was just
// said. It knows no view. Invariant: there is one for each folder, made here and nowhere else; what was said goes at the next
// deed.
import AlongsideCore
import Foundation
import Observation

/// What a deed came to, and how it can be taken back.
public struct Said: Equatable, Sendable {
    public let text: String
    /// The deed that undo takes back; none where it can't be.
    public let undo: UInt64?
}

/// What a new home goes on with.
public enum Beginning: Sendable {
    case routine, ownPhone
}

/// What all screens share.
@MainActor @Observable public final class Home {
    public let words: Words
    public let courier: Courier
    /// Goes up with each change in the core: screens that are open read again.
    public private(set) var changes = 0
    /// Drawn on whichever page is in sight.
    public private(set) var said: Said?

    @ObservationIgnored let door: Door
    /// What the phone offers for notices, where it offers any.
    @ObservationIgnored var notices: (any Notices)?
    /// Says aloud, for who can't see.
    @ObservationIgnored var voice: (any Voice)?
    @ObservationIgnored private var beginning: Beginning?
    @ObservationIgnored private var listening: Listening?
    @ObservationIgnored private var laid: [String]?
    @ObservationIgnored private var laying: Task<Void, Never>?

    init(phone: Phone, words: Words, beginning: Beginning? = nil) {
        let door = Door(phone)
        self.door = door
        self.words = words
        self.beginning = beginning
        courier = Courier(door.postBox)
        listening = door.listen { [weak self] in
            Task { @MainActor in await self?.changed() }
        }
    }

    /// What a new home goes on with, once.
    public func takeBeginning() -> Beginning? {
        defer { beginning = nil }
        return beginning
    }

    /// Takes back the deed that is said, while it is the last one.
    public func undo() async {
        guard let deed = said?.undo else { return }
        do {
            let back = try await door.ask { try $0.undo(deed: deed) }
            changes += 1
            say(words(back ? "said.undone" : "said.nothing-to-undo"))
        } catch {
            say(words.trouble(Trouble.of(error)))
        }
    }

    /// Says what was done where no deed of the core's was.
    public func say(_ text: String) {
        say(text, undo: nil)
    }

    func say(_ text: String, undo: UInt64?) {
        said = Said(text: text, undo: undo)
        voice?.say(text)
    }

    func unsay() {
        said = nil
    }

    /// The app is on screen again, perhaps on another day: everything is read again. No network is touched.
    func cameBack() {
        changes += 1
    }

    private func changed() async {
        changes += 1
        await layNotices()
    }

    /// Has the phone keep the core's notices ahead and no others. One laying after another: two at once could leave one of
    /// the older.
    func layNotices() async {
        let before = laying
        let now = Task {
            await before?.value
            await layOnce()
        }
        laying = now
        await now.value
    }

    private func layOnce() async {
        guard let notices, let ahead = try? await door.ask({ try $0.noticesAhead() }), ahead != laid else { return }
        laid = ahead
        await notices.replaceAll(ahead.compactMap(Moment.init), text: words("notice.time"))
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
    public static func begin(
        folder: String, keys: any PhoneKeys, name: String, words: Words, then beginning: Beginning? = nil
    ) async throws -> Home {
        let phone = try await off { try Phone.begin(folder: folder, keys: keys, clock: SystemTime(), name: name) }
        return Home(phone: phone, words: words, beginning: beginning)
    }

    /// One made from a copy.
    static func restore(
        folder: String, keys: any PhoneKeys, copy: Data, typed: String, bySheet: Bool, words: Words
    ) async throws -> Home {
        let phone = try await off {
            try Phone.restore(folder: folder, keys: keys, clock: SystemTime(), backup: copy, typed: typed, bySheet: bySheet)
        }
        let home = Home(phone: phone, words: words)
        home.say(words("said.restored"))
        return home
    }

    private static func off<Made: Sendable>(_ make: @escaping @Sendable () throws -> Made) async throws -> Made {
        try await Task.detached(operation: make).value
    }
}

/// A moment in the person's own time, as the core writes it: `2026-05-04T08:00`.
public struct Moment: Equatable, Sendable {
    /// As the core wrote it.
    public let text: String
    public let year, month, day, hour, minute: Int

    public init?(_ text: String) {
        let numbers = text.split { "-T:".contains($0) }.compactMap { Int($0) }
        guard numbers.count == 5 else { return nil }
        self.text = text
        (year, month, day, hour, minute) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4])
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
