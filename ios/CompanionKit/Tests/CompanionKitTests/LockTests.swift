// The lock: the right digits open it, wrong ones only take longer, hiding locks at once, and the digits are kept nowhere. The
// numbers are the core's; here is tried that it is asked.
@testable import CompanionKit
import AlongsideCore
import Foundation
import XCTest

final class LockTests: XCTestCase {
    @MainActor private func lock(_ drawer: Drawer, _ seconds: @escaping () -> UInt64 = { 1000 }) -> LockModel {
        LockModel(drawer, Stretched(), seconds: seconds)
    }

    @MainActor func testALockIsSetOpenedAndTakenAway() async {
        let drawer = Drawer()
        let model = lock(drawer)
        XCTAssertFalse(model.locked)
        for (digits, again) in [("12345", "12345"), ("123456", "123457"), ("12345a", "12345a")] {
            let set = await model.set(digits, again: again)
            XCTAssertFalse(set)
        }
        let set = await model.set("123456", again: "123456")
        XCTAssertTrue(set)
        model.hide()
        XCTAssertTrue(model.hidden && model.locked)
        model.comeBack()
        XCTAssertTrue(!model.hidden && model.locked)
        await model.open("654321")
        XCTAssertTrue(model.locked && model.wrong)
        await model.open("123456")
        XCTAssertFalse(model.locked)
        XCTAssertTrue(lock(drawer).locked)
        model.takeAway()
        XCTAssertFalse(lock(drawer).locked)
        XCTAssertTrue(drawer.kept.isEmpty)
    }

    @MainActor func testTheDigitsAreKeptNowhereAndTheSameDigitsAreKeptOtherwiseEachTime() async throws {
        let (one, other) = (Drawer(), Drawer())
        for drawer in [one, other] { _ = await lock(drawer).set("918273", again: "918273") }
        let (kept, again) = (try XCTUnwrap(one.kept[LockModel.name]), try XCTUnwrap(other.kept[LockModel.name]))
        XCTAssertFalse(String(decoding: kept, as: UTF8.self).contains("918273"))
        let (a, b) = (try JSONDecoder().decode(KeptLock.self, from: kept), try JSONDecoder().decode(KeptLock.self, from: again))
        XCTAssertNotEqual(a.pin?.salt, b.pin?.salt)
        XCTAssertNotEqual(a.pin?.stretched, b.pin?.stretched)
        XCTAssertEqual(a.pin?.rounds, LockModel.rounds)
    }

    @MainActor func testALockThatCannotBeKeptIsNone() async {
        let drawer = Drawer()
        drawer.full = true
        let set = await lock(drawer).set("123456", again: "123456")
        XCTAssertFalse(set)
    }

    @MainActor func testWhereTheKeystoreDoesNotSayItIsShut() async {
        let drawer = Drawer()
        _ = await lock(drawer).set("123456", again: "123456")
        drawer.silent = true
        let model = lock(drawer)
        XCTAssertTrue(model.locked && model.hasPin)
        await model.open("123456")
        XCTAssertTrue(model.locked)
        drawer.silent = false
        await model.open("123456")
        XCTAssertFalse(model.locked)
    }

    @MainActor func testWrongTriesOnlyTakeLonger() async {
        let drawer = Drawer()
        var now: UInt64 = 1000
        let model = lock(drawer) { now }
        _ = await model.set("123456", again: "123456")
        model.hide()
        for _ in 0 ..< 5 { await model.open("000000") }
        XCTAssertEqual(model.wait, lockWaits(wrong: 5, secondsSince: 0))
        XCTAssertGreaterThan(model.wait, 0)
        await model.open("123456")
        XCTAssertTrue(model.locked, "the right digits wait too")
        XCTAssertEqual(lock(drawer) { now }.wait, model.wait, "a new start does not shorten it")
        now += 10
        model.tick()
        XCTAssertEqual(model.wait, lockWaits(wrong: 5, secondsSince: 10))
        now = 10
        model.tick()
        let whole = model.wait
        XCTAssertEqual(whole, lockWaits(wrong: 5, secondsSince: 0), "a clock put back begins the wait again")
        now = 20
        model.tick()
        XCTAssertEqual(model.wait, whole - 10, "and from then on it counts")
        now = 10 + whole
        await model.open("123456")
        XCTAssertFalse(model.locked)
    }

    @MainActor func testAwayForLongerThanTheDelayLocks() async throws {
        let drawer = Drawer()
        var now: UInt64 = 1000
        let model = lock(drawer) { now }
        _ = await model.set("123456", again: "123456")
        let delays = LockModel.delays(Words(language: "en"))
        XCTAssertEqual(delays, [0, 1, 5])
        XCTAssertEqual(delays.last, lockLongestDelay())
        model.delay = 1
        XCTAssertEqual(lock(drawer).delay, 1)
        model.left()
        now += 59
        model.returned()
        XCTAssertFalse(model.locked)
        model.left()
        now += 60
        model.returned()
        XCTAssertTrue(model.locked)
        model.opened()
        model.left()
        now -= 30
        model.returned()
        XCTAssertTrue(model.locked, "a clock put back locks too")
        model.opened()
        model.delay = 0
        model.left()
        XCTAssertTrue(model.locked, "at once")
    }
}
