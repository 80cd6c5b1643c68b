// The lock: the right numbers open it, wrong ones only take longer, hiding locks at once.
@testable import CompanionKit
import XCTest

private final class Kept: PinKeeper, @unchecked Sendable {
    var pin: String?
    var wrongTries = 0
    var lastWrong: UInt64 = 0
    var delay = 1
}

final class LockTests: XCTestCase {
    @MainActor func testALockIsSetOpenedAndTakenAway() async {
        let kept = Kept()
        let lock = LockModel(keeper: kept, seconds: { 1000 })
        XCTAssertFalse(lock.locked)
        for (pin, again) in [("12345", "12345"), ("123456", "123457"), ("12345a", "12345a")] {
            XCTAssertFalse(lock.set(pin, again: again))
        }
        XCTAssertTrue(lock.set("123456", again: "123456"))
        lock.hide()
        XCTAssertTrue(lock.hidden && lock.locked)
        lock.comeBack()
        XCTAssertTrue(!lock.hidden && lock.locked)
        lock.open("654321")
        XCTAssertTrue(lock.locked && lock.wrong)
        lock.open("123456")
        XCTAssertFalse(lock.locked)
        XCTAssertTrue(LockModel(keeper: kept).locked)
        lock.takeAway()
        XCTAssertFalse(LockModel(keeper: kept).locked)
    }

    @MainActor func testWrongTriesOnlyTakeLonger() async {
        XCTAssertEqual((0 ... 11).map { LockModel.pause(after: $0) }, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900])
        let kept = Kept()
        kept.pin = "123456"
        var now: UInt64 = 1000
        let lock = LockModel(keeper: kept, seconds: { now })
        for _ in 0 ..< 5 { lock.open("000000") }
        XCTAssertEqual(lock.wait, 30)
        lock.open("123456")
        XCTAssertTrue(lock.locked, "the right numbers wait too")
        XCTAssertEqual(LockModel(keeper: kept, seconds: { now }).wait, 30, "a new start does not shorten it")
        now = 10
        lock.tick()
        XCTAssertEqual(lock.wait, 30, "a clock put back does not lengthen it")
        now = 1030
        lock.open("123456")
        XCTAssertFalse(lock.locked)
        XCTAssertEqual(kept.wrongTries, 0)
        XCTAssertNotNil(kept.pin)
    }

    @MainActor func testAwayForLongerThanTheDelayLocks() async {
        let kept = Kept()
        kept.pin = "123456"
        var now: UInt64 = 1000
        let lock = LockModel(keeper: kept, seconds: { now })
        lock.opened()
        lock.left()
        now = 1059
        lock.returned()
        XCTAssertFalse(lock.locked)
        lock.left()
        now = 1119
        lock.returned()
        XCTAssertTrue(lock.locked)
        lock.opened()
        lock.left()
        now = 1000
        lock.returned()
        XCTAssertTrue(lock.locked, "a clock put back locks too")
        lock.opened()
        lock.delay = 0
        lock.left()
        XCTAssertTrue(lock.locked, "at once")
    }
}
