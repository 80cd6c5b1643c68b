// The app as a whole: first run, home, hidden, locked, woken with no view, back on another day; and notices. The core is the
// real one; the phone's parts are the stand-ins of Homes.swift.
@testable import CompanionKit
import AlongsideCore
import Foundation
import PhoneKit
import XCTest

final class RootTests: HomesCase {
    @MainActor private func root(_ phone: PhoneParts, _ drawer: Drawer) -> RootModel {
        let place = folder.appendingPathComponent("home")
        let platform = Platform(
            folder: place.path, keys: HomeKey(drawer, folder: place.path), secrets: drawer, stretch: Stretched(), face: phone, background: phone,
            notices: phone, voice: phone
        )
        return RootModel(platform: platform, words: Words(language: "en"))
    }

    @MainActor func testFirstRunThenHomeThenHomeAgain() async throws {
        let (phone, drawer) = (PhoneParts(), Drawer())
        let first = root(phone, drawer)
        await first.open()
        guard case let .firstRun(model) = first.now else { return XCTFail("no first run") }
        XCTAssertEqual(phone.asked, 0, "nothing is asked at first run")
        let home = await model.start()
        await first.begun(try XCTUnwrap(home))
        let begun = try XCTUnwrap(first.home)
        guard case .routine = begun.takeBeginning() else { return XCTFail("it goes on with one routine") }
        XCTAssertNil(begun.takeBeginning(), "once")
        XCTAssertEqual(phone.wakings.count, 1)
        let before = begun.changes
        await first.left().value
        first.returned()
        XCTAssertGreaterThan(begun.changes, before, "screens are read again on coming back")
        XCTAssertEqual(phone.asked, 0)
        await first.open()
        XCTAssertTrue(first.home === begun, "a home is opened once")
        // With a post box: opening and coming back meet nothing.
        let relay = try RelayProcess(in: folder)
        let settings = SettingsModel(begun)
        let set = await settings.setPostBox(relay.url)
        XCTAssertTrue(set)
        await first.begun(begun)
        await first.left().value
        first.returned()
        await settings.page.read()
        XCTAssertNil(settings.page.screen?.daysSinceMet)

        // A second opening while the first is there is said, not hidden.
        let second = root(phone, drawer)
        await second.open()
        guard case .stuck(.InUse) = second.now else { return XCTFail("opened twice") }
        XCTAssertEqual(second.words.trouble(.InUse), "Something else has it open. Try again in a while.")
        let again = second.returned()
        XCTAssertNotNil(again, "what did not open is tried again on coming back")
        await again?.value
        XCTAssertNil(first.returned())
    }

    @MainActor func testALockThatOutlivedTheAppIsTakenAway() async throws {
        let (phone, drawer) = (PhoneParts(), Drawer())
        let old = LockModel(drawer, Stretched())
        let set = await old.set("123456", again: "123456")
        XCTAssertTrue(set)
        let root = root(phone, drawer)
        XCTAssertTrue(root.lock.locked)
        await root.open()
        XCTAssertFalse(root.lock.locked || root.lock.hasPin)
    }

    @MainActor func testWokenWithNoViewItOpensTheHomeMeetsAndAsksForTheNextWaking() async throws {
        let (phone, drawer) = (PhoneParts(), Drawer())
        weak var door: Door?
        do {
            // Before there is a home, a waking does nothing and asks for no other.
            let early = root(phone, drawer)
            let woken = await phone.work?()
            XCTAssertEqual(woken, Woken(reached: false, next: nil))
            guard case let .firstRun(model) = early.now else { return XCTFail("no first run") }
            let home = await model.start()
            let relay = try RelayProcess(in: folder)
            let went = await SettingsModel(try XCTUnwrap(home)).setPostBox(relay.url)
            XCTAssertTrue(went)
            door = home?.door
        }
        try await ended { door }
        let cold = root(phone, drawer)
        guard case .opening = cold.now else { return XCTFail("nothing is open yet") }
        let woken = await phone.work?()
        XCTAssertNotNil(cold.home)
        XCTAssertNotNil(woken?.next)
        XCTAssertEqual(phone.shown, [], "nothing came, so nothing is said")
        let open = cold.home
        await cold.open()
        XCTAssertTrue(cold.home === open, "the view takes the same one")
    }

    @MainActor func testAFaceOpensTheLockOnlyWhereItWasChosen() async throws {
        let (phone, drawer) = (PhoneParts(), Drawer())
        let model = root(phone, drawer)
        _ = await model.lock.set("123456", again: "123456")
        model.lock.hide()
        phone.right = true
        await model.openWithFace()
        XCTAssertTrue(model.lock.locked)
        model.lock.face = true
        phone.right = false
        await model.openWithFace()
        XCTAssertTrue(model.lock.locked)
        phone.right = true
        for _ in 0 ..< 6 { await model.open(withDigits: "000000") }
        await model.openWithFace()
        XCTAssertTrue(model.lock.locked, "wrong tries make a face wait too")
        XCTAssertEqual(phone.spoken.first, "Not these. Try again.")
        XCTAssertEqual(phone.spoken.last.map { $0.hasPrefix("Wait a little") }, true)
        XCTAssertEqual(phone.spoken.last, model.refusal)
    }

    @MainActor func testWhoForgotTheDigitsOpensWithTheSheet() async throws {
        let (phone, drawer) = (PhoneParts(), Drawer())
        let model = root(phone, drawer)
        await model.open()
        guard case let .firstRun(first) = model.now else { return XCTFail("no first run") }
        let home = await first.start()
        await model.begun(try XCTUnwrap(home))
        let sheet = try await XCTUnwrap(home).door.ask { try $0.sheet() }
        _ = await model.lock.set("123456", again: "123456")
        model.lock.hide()
        model.lock.comeBack()
        var right = await model.open(withSheet: "twelve other words")
        XCTAssertFalse(right)
        XCTAssertTrue(model.lock.locked)
        right = await model.open(withSheet: sheet)
        XCTAssertTrue(right)
        XCTAssertFalse(model.lock.locked || model.lock.hasPin)
        XCTAssertEqual(model.home?.said?.text, "The lock is gone.")
    }

    @MainActor func testALinkIsKeptForThePageOfCodesAndOtherLinksAreNot() async throws {
        let model = root(PhoneParts(), Drawer())
        model.take(try XCTUnwrap(URL(string: "https://example.org/#abc")))
        XCTAssertNil(model.code)
        model.take(try XCTUnwrap(URL(string: "alongside:#abc")))
        XCTAssertEqual(model.code, "alongside:#abc")
    }

    @MainActor func testNoticesAreTheCoresAndTheSystemKeepsNoOthers() async throws {
        let (phone, home) = (PhoneParts(), try await home("Robin"))
        home.notices = phone
        home.voice = phone
        let id = try await home.door.ask { try $0.addRoutine(name: "Take my pills", often: .daily, time: "8:30") }
        let model = RoutineModel(home, id: id)
        await model.page.read()
        XCTAssertEqual(model.page.screen?.notice, false)
        XCTAssertEqual(phone.asked, 0, "nothing is asked of the phone before the person wants it")
        phone.allowed = false
        await model.setNotice(true)
        XCTAssertTrue(model.noticeRefused)
        XCTAssertEqual(model.page.screen?.notice, false)
        phone.allowed = true
        await model.setNotice(true)
        XCTAssertFalse(model.noticeRefused)
        XCTAssertEqual(model.page.screen?.notice, true)
        await home.layNotices()
        let laid = try XCTUnwrap(phone.laid.last)
        XCTAssertFalse(laid.isEmpty)
        XCTAssertTrue(laid.allSatisfy { $0.hour == 8 && $0.minute == 30 })
        XCTAssertEqual(phone.text, "Look at your planner.")
        let times = phone.laid.count
        await home.layNotices()
        XCTAssertEqual(phone.laid.count, times, "what is the same is not laid again")
        await model.setNotice(false)
        await home.layNotices()
        XCTAssertEqual(phone.laid.last, [])
    }

    @MainActor func testANoticeOfPostAndQuietHours() async throws {
        let (phone, home) = (PhoneParts(), try await home("Robin"))
        home.notices = phone
        let model = NoticesModel(home)
        await model.read()
        phone.allowed = false
        await model.setWordsNotice(true)
        XCTAssertTrue(model.refused)
        XCTAssertEqual(model.page.screen?.wordsNotice, false)
        phone.allowed = true
        await model.setWordsNotice(true)
        XCTAssertEqual(model.page.screen?.wordsNotice, true)
        model.from = try XCTUnwrap(Words.moment("21:45"))
        await model.setQuiet(true)
        XCTAssertEqual(model.page.screen?.quietHours, QuietHours(from: "21:45", until: "07:00"))
        let again = NoticesModel(home)
        await again.read()
        XCTAssertEqual(Words.plain(again.from), "21:45")
        await model.setQuiet(false)
        XCTAssertNil(model.page.screen?.quietHours)
        model.from = model.until
        await model.setQuiet(true)
        XCTAssertNotNil(model.page.trouble, "hours that end as they begin are the core's to refuse")
    }

    func testAMomentIsReadAsTheCoreWritesIt() throws {
        let moment = try XCTUnwrap(Moment("2026-05-04T08:05"))
        XCTAssertEqual([moment.year, moment.month, moment.day, moment.hour, moment.minute], [2026, 5, 4, 8, 5])
        XCTAssertNil(Moment("soon"))
    }
}
