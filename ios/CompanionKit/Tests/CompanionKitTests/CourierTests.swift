// When the core is woken for the post box: by hand never twice at once, deeds that follow each other once, the rhythm at the
// core's own seconds. The meetings are made up here, so that they can be held open and counted.
@testable import CompanionKit
import AlongsideCore
import Foundation
import XCTest

/// Meetings that end when they are told to.
private actor Meetings {
    var begun: [String] = []
    var atOnce = 0
    var most = 0
    var answer: Result<SyncReport, Trouble> = .success(report(offline: false))
    var seconds: [UInt32] = []
    private var held: [CheckedContinuation<Void, Never>] = []
    private var open: Bool

    init(open: Bool) { self.open = open }

    static func report(offline: Bool) -> SyncReport {
        SyncReport(
            came: 0, went: 0, waits: 0, aside: 0, offline: offline, notUpToDate: false, readyInMinutes: 0, codeRefused: false
        )
    }

    func meet(_ how: String) async throws -> SyncReport {
        begun.append(how)
        atOnce += 1
        most = max(most, atOnce)
        if !open { await withCheckedContinuation { held.append($0) } }
        atOnce -= 1
        return try answer.get()
    }

    func next() throws -> UInt32 {
        guard !seconds.isEmpty else { throw Trouble.Damaged }
        return seconds.removeFirst()
    }

    func letGo() {
        open = true
        held.forEach { $0.resume() }
        held = []
    }

    func set(_ answer: Result<SyncReport, Trouble>) { self.answer = answer }
    func set(_ seconds: [UInt32]) { self.seconds = seconds }

    nonisolated var postBox: PostBox {
        PostBox(
            sync: { try await self.meet("sync") }, send: { try await self.meet("send") }, nextContact: { try await self.next() },
            keepRhythm: { try await self.meet("rhythm") }, inBackground: { throw Trouble.NotFound }
        )
    }
}

final class CourierTests: XCTestCase {
    @MainActor func testMeetingsByHandFollowEachOtherAndOneMoreIsEnough() async throws {
        let meetings = Meetings(open: false)
        let courier = Courier(meetings.postBox) { _ in }
        let first = Task { await courier.now() }
        while await meetings.begun.isEmpty { await Task.yield() }
        XCTAssertTrue(courier.underWay)
        let others = (0 ..< 5).map { _ in Task { await courier.now() } }
        for _ in 0 ..< 50 { await Task.yield() }
        await meetings.letGo()
        let ended = await first.value
        XCTAssertEqual(ended, .met)
        for other in others {
            let ended = await other.value
            XCTAssertEqual(ended, .met, "who asked meanwhile is told too")
        }
        let (begun, most) = (await meetings.begun, await meetings.most)
        XCTAssertEqual(begun, ["sync", "sync"])
        XCTAssertEqual(most, 1)
        XCTAssertFalse(courier.underWay)
    }

    @MainActor func testWhatGoesToOthersGoesOutTogether() async throws {
        let meetings = Meetings(open: true)
        let (stream, go) = AsyncStream<Void>.makeStream()
        let courier = Courier(meetings.postBox) { _ in for await _ in stream { return } }
        for _ in 0 ..< 5 { courier.sendSoon() }
        let none = await meetings.begun
        XCTAssertEqual(none, [])
        go.yield()
        while await meetings.begun.isEmpty { await Task.yield() }
        for _ in 0 ..< 50 { await Task.yield() }
        let begun = await meetings.begun
        XCTAssertEqual(begun, ["send"])
        // The app is left before the pause is over: it goes at once, and not a second time.
        courier.sendSoon()
        await courier.leave()
        go.yield()
        await courier.leave()
        for _ in 0 ..< 50 { await Task.yield() }
        let left = await meetings.begun
        XCTAssertEqual(left, ["send", "send"])
    }

    @MainActor func testHowAMeetingByHandEndedIsTold() async throws {
        let meetings = Meetings(open: true)
        let courier = Courier(meetings.postBox) { _ in }
        for (answer, ended): (Result<SyncReport, Trouble>, Meeting) in [
            (.success(Meetings.report(offline: false)), .met), (.success(Meetings.report(offline: true)), .failed(.Offline)),
            (.failure(.NotFound), .noPostBox), (.failure(.NoRoom), .failed(.NoRoom)),
        ] {
            await meetings.set(answer)
            let told = await courier.now()
            XCTAssertEqual(told, ended)
        }
    }

    @MainActor func testTheRhythmWaitsTheCoresOwnSecondsAndNeverSpins() async throws {
        let meetings = Meetings(open: true)
        await meetings.set([90, 0, 7])
        let waited = Waited()
        await Courier(meetings.postBox) { waited.add($0) }.keepRhythm()
        XCTAssertEqual(waited.all, [.seconds(90), .seconds(1), .seconds(7)])
        let begun = await meetings.begun
        XCTAssertEqual(begun, ["rhythm", "rhythm", "rhythm"])
    }
}

private final class Waited: @unchecked Sendable {
    private let lock = NSLock()
    private var pauses: [Duration] = []
    func add(_ pause: Duration) { lock.withLock { pauses.append(pause) } }
    var all: [Duration] { lock.withLock { pauses } }
}
