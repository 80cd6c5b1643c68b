// Real homes for the view models' tests: a folder and a core each, and where two meet a real post box. The phone's own parts
// are small stand-ins, since the real ones are Apple's. Invariant: no part of the core is replaced.
@testable import CompanionKit
import AlongsideCore
import Foundation
import PhoneKit
import XCTest

/// A test case with a folder of its own.
class HomesCase: XCTestCase {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    override func setUp() async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    override func tearDown() async throws {
        try FileManager.default.removeItem(at: folder)
    }

    /// A blank home.
    @MainActor func home(_ name: String) async throws -> Home {
        let place = folder.appendingPathComponent(name)
        return try await Home.begin(folder: place.path, keys: KeyFile(beside: place), name: name, words: Words(language: "en"))
    }

    /// Two people in touch through this post box.
    @MainActor func inTouch(_ relay: RelayProcess) async throws -> (Home, Home) {
        let (robin, pat) = (try await home("Robin"), try await home("Pat"))
        for one in [robin, pat] { let went = await SettingsModel(one).setPostBox(relay.url); XCTAssertTrue(went) }
        let (mine, theirs) = (InviteModel(robin), InviteModel(pat))
        mine.name = " Pat "
        let made = await mine.make()
        let invite = try XCTUnwrap(made)
        theirs.code = try XCTUnwrap(mine.row(invite)?.link)
        let joined = await theirs.join()
        let answer = try XCTUnwrap(joined)
        try await meet(robin, pat)
        await theirs.read(answer)
        XCTAssertEqual(theirs.name, "Robin", "what they call themselves is there to be changed")
        await theirs.yes(try XCTUnwrap(theirs.row(answer)))
        try await meet(pat, robin, pat, robin)
        for (model, number) in [(mine, invite), (theirs, answer)] {
            await model.read(number)
            let row = try XCTUnwrap(model.row(number))
            XCTAssertEqual(row.words.count, 4)
            XCTAssertEqual(model.words.stage(row.stage), "Say the four words.")
            let together = await model.same(row)
            XCTAssertTrue(together)
        }
        try await meet(robin, pat, robin, pat)
        return (robin, pat)
    }

    @MainActor func meet(_ homes: Home...) async throws {
        for one in homes {
            let meeting = await one.courier.now()
            XCTAssertEqual(meeting, .met)
        }
    }

    /// Waits until nobody holds a home any more, as when an app was ended.
    @MainActor func ended(_ door: () -> Door?) async throws {
        for _ in 0 ..< 250 where door() != nil { try await Task.sleep(for: .milliseconds(20)) }
        XCTAssertNil(door(), "somebody still holds it")
        // Its last question lets the phone go on a thread of its own.
        try await Task.sleep(for: .milliseconds(50))
    }

    /// What a person reads of one other.
    @MainActor func only(_ home: Home) async throws -> String {
        let people = PeopleModel(home)
        await people.page.read()
        return try XCTUnwrap(people.page.screen?.people.first).who
    }
}

/// A keystore that can also refuse to say.
final class Drawer: Secrets, @unchecked Sendable {
    var kept: [String: Data] = [:]
    var silent = false
    var full = false

    func read(_ name: String) -> Kept {
        if silent { return .unknown }
        return kept[name].map { .bytes($0) } ?? .nothing
    }

    func add(_ name: String, _ bytes: Data) -> Bool {
        guard !silent, !full, kept[name] == nil else { return false }
        kept[name] = bytes
        return true
    }

    func replace(_ name: String, _ bytes: Data) -> Bool {
        guard !silent, !full else { return false }
        kept[name] = bytes
        return true
    }

    func remove(_ name: String) {
        kept[name] = nil
    }
}

/// Not a real stretching: the phone's own is Apple's. It only has to differ by digits and by salt.
struct Stretched: Stretch {
    func stretched(_ digits: String, salt: Data, rounds: UInt32) -> Data? {
        var bytes = [UInt8](repeating: 7, count: 32)
        for (at, byte) in (Array(digits.utf8) + Array(salt)).enumerated() { bytes[at % 32] = bytes[at % 32] &* 31 &+ byte }
        return Data(bytes)
    }
}

@MainActor final class PhoneParts: FaceCheck, BackgroundPost, Notices, Voice {
    var there = true
    var right = false
    var work: (@MainActor () async -> Woken)?
    var wakings: [UInt32] = []
    var allowed = true
    var asked = 0
    var laid: [[Moment]] = []
    var text = ""
    var shown: [String] = []
    var spoken: [String] = []

    func isRight(reason: String) async -> Bool { right }
    func whenWoken(_ work: @escaping @MainActor () async -> Woken) { self.work = work }
    func wake(in seconds: UInt32) { wakings.append(seconds) }
    func mayShow() async -> Bool {
        asked += 1
        return allowed
    }
    func replaceAll(_ moments: [Moment], text: String) async {
        laid.append(moments)
        self.text = text
    }
    func show(_ text: String) async { shown.append(text) }
    func say(_ text: String) { spoken.append(text) }
}
