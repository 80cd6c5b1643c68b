// The app as a whole: first run, home, hidden, locked, back on another day; and notices. The phone's own parts are small
// stand-ins here, since the real ones are Apple's; the core is the real one.
@testable import CompanionKit
import AlongsideCore
import Foundation
import PhoneKit
import XCTest

private final class Pin: PinKeeper, @unchecked Sendable {
    var pin: String?
    var wrongTries = 0
    var lastWrong: UInt64 = 0
    var delay = 0
}

@MainActor private final class PhoneParts: FaceCheck, BackgroundPost, Notices {
    var there = true
    var chosen = false
    var right = false
    var meet: (@MainActor () async -> Bool)?
    var notices: [String: String] = [:]
    var texts: [String] = []
    var allowed = true

    func isRight(reason: String) async -> Bool { right }
    func keepMeeting(_ meet: @escaping @MainActor () async -> Bool) { self.meet = meet }
    func has(routine: String) -> Bool { notices[routine] != nil }
    func set(routine: String, time: String?, text: String) async -> Bool {
        guard allowed else { return false }
        notices[routine] = time
        texts.append(text)
        return true
    }
}

final class RootTests: HomesCase {
    @MainActor private func root(_ phone: PhoneParts, _ pin: Pin) -> RootModel {
        let place = folder.appendingPathComponent("home")
        let platform = Platform(folder: place.path, keys: KeyFile(beside: place), pin: pin, face: phone, background: phone, notices: phone)
        return RootModel(platform: platform, words: Words(language: "en"))
    }

    @MainActor func testFirstRunThenHomeThenHomeAgain() async throws {
        let phone = PhoneParts()
        let first = root(phone, Pin())
        await first.open()
        guard case let .firstRun(model) = first.now else { return XCTFail("no first run") }
        let home = await model.start()
        await first.begun(try XCTUnwrap(home))
        guard case let .home(begun) = first.now else { return XCTFail("no home") }
        let before = begun.changes
        first.left()
        await first.returned()
        XCTAssertGreaterThan(begun.changes, before, "screens are read again on coming back")
        let reached = await phone.meet?()
        XCTAssertEqual(reached, true, "without a post box there is nothing to be offline from")

        // A second opening while the first is there is said, not hidden.
        let second = root(phone, Pin())
        await second.open()
        guard case .stuck(.InUse) = second.now else { return XCTFail("opened twice") }
        XCTAssertEqual(second.words.trouble(.InUse), "Something else has it open. Try again in a while.")
    }

    @MainActor func testAFaceOpensTheLockOnlyWhereItWasChosen() async throws {
        let (phone, pin) = (PhoneParts(), Pin())
        pin.pin = "123456"
        let root = root(phone, pin)
        phone.right = true
        await root.openWithFace()
        XCTAssertTrue(root.lock.locked)
        phone.chosen = true
        phone.right = false
        await root.openWithFace()
        XCTAssertTrue(root.lock.locked)
        phone.right = true
        pin.wrongTries = 7
        pin.lastWrong = SystemTime().seconds()
        root.lock.tick()
        await root.openWithFace()
        XCTAssertTrue(root.lock.locked, "wrong tries make a face wait too")
        pin.lastWrong = 0
        root.lock.tick()
        await root.openWithFace()
        XCTAssertFalse(root.lock.locked)
    }

    @MainActor func testANoticeComesAtTheRoutinesTimeAndSaysNothing() async throws {
        let (phone, home) = (PhoneParts(), try await home("Robin"))
        home.notices = phone
        let id = try await home.door.ask { try $0.addRoutine(name: "Take my pills", often: .daily, time: nil) }
        let model = RoutineModel(home, id: id)
        await model.page.read()
        XCTAssertFalse(model.canHaveNotice)
        await model.setTime("08:30")
        XCTAssertTrue(model.canHaveNotice)
        XCTAssertTrue(phone.notices.isEmpty, "nothing is asked of the phone before the person wants it")
        await model.setNotice(true)
        XCTAssertEqual(phone.notices, [id: "08:30"])
        XCTAssertEqual(phone.texts, ["You have a note."])
        await model.setTime("09:15")
        XCTAssertEqual(phone.notices, [id: "09:15"])
        let again = RoutineModel(home, id: id)
        XCTAssertTrue(again.hasNotice)
        await model.setTime(nil)
        XCTAssertFalse(model.hasNotice)
        XCTAssertTrue(phone.notices.isEmpty)
        await model.setTime("10:00")
        phone.allowed = false
        await model.setNotice(true)
        XCTAssertFalse(model.hasNotice)
    }
}
