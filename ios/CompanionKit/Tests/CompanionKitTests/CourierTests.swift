// When the post box is met: never twice at once, once more for what was asked meanwhile, once for deeds that follow each
// other. The meeting itself is the only thing that is made up here, so that it can be held open.
@testable import CompanionKit
import AlongsideCore
import Foundation
import XCTest

/// A meeting that ends when it is told to.
private actor Meetings {
    var begun = 0
    var atOnce = 0
    var most = 0
    var answer: Result<SyncReport, Trouble> = .success(SyncReport(came: 0, went: 0, waits: 0, aside: 0, offline: false, notUpToDate: false))
    private var held: [CheckedContinuation<Void, Never>] = []
    private var open = false

    func meet() async throws -> SyncReport {
        begun += 1
        atOnce += 1
        most = max(most, atOnce)
        if !open { await withCheckedContinuation { held.append($0) } }
        atOnce -= 1
        return try answer.get()
    }

    func letGo() {
        open = true
        held.forEach { $0.resume() }
        held = []
    }

    func set(_ answer: Result<SyncReport, Trouble>) { self.answer = answer }
}

final class CourierTests: XCTestCase {
    @MainActor func testMeetingsFollowEachOtherAndOneMoreIsEnough() async throws {
        let meetings = Meetings()
        let courier = Courier(meet: { try await meetings.meet() }, pause: { _ in })
        let first = Task { await courier.now() }
        while await meetings.begun == 0 { await Task.yield() }
        XCTAssertTrue(courier.underWay)
        for _ in 0 ..< 5 { await courier.now() }
        await meetings.letGo()
        await first.value
        let (begun, most) = (await meetings.begun, await meetings.most)
        XCTAssertEqual(begun, 2)
        XCTAssertEqual(most, 1)
        XCTAssertEqual(courier.met, 2)
        XCTAssertFalse(courier.underWay)
    }

    @MainActor func testDeedsThatFollowEachOtherGoOutTogether() async throws {
        let meetings = Meetings()
        await meetings.letGo()
        let (stream, go) = AsyncStream<Void>.makeStream()
        let courier = Courier(meet: { try await meetings.meet() }, pause: { _ in for await _ in stream { return } })
        for _ in 0 ..< 5 { courier.deedDone() }
        let none = await meetings.begun
        XCTAssertEqual(none, 0)
        go.yield()
        while courier.met == 0 { await Task.yield() }
        let begun = await meetings.begun
        XCTAssertEqual(begun, 1)
    }

    @MainActor func testBeingOfflineIsSaidAndForgotten() async throws {
        let meetings = Meetings()
        await meetings.letGo()
        let courier = Courier(meet: { try await meetings.meet() }, pause: { _ in })
        await meetings.set(.success(SyncReport(came: 0, went: 0, waits: 1, aside: 0, offline: true, notUpToDate: false)))
        var reached = await courier.inBackground()
        XCTAssertFalse(reached)
        await meetings.set(.success(SyncReport(came: 1, went: 1, waits: 0, aside: 0, offline: false, notUpToDate: false)))
        reached = await courier.inBackground()
        XCTAssertTrue(reached)
        // Without a post box there is nothing to be offline from.
        await meetings.set(.failure(.NotFound))
        await courier.now()
        XCTAssertFalse(courier.offline)
    }
}
