// The story of the phones in Swift: two phones meet, show a routine, encourage back, stop showing. Real phones in folders
// of their own, one real post box between them. It knows no view model. Invariant: nothing passes between the two but by
// that post box and what two people would say aloud.
import AlongsideCore
import Foundation
import PhoneKit
import XCTest

final class TwoPhonesStory: XCTestCase {
    private var folder = URL(fileURLWithPath: "/")

    override func setUpWithError() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    override func tearDownWithError() throws {
        try FileManager.default.removeItem(at: folder)
    }

    private func phone(_ name: String, _ postBox: String) throws -> Phone {
        try openOrBegin(folder.appendingPathComponent(name), name: name, postBox: postBox)
    }

    /// Both phones are opened for a moment, one after the other, so often.
    private func meet(_ phones: Phone..., times: Int = 1) throws {
        for _ in 0 ..< times {
            for phone in phones {
                XCTAssertFalse(try phone.sync().offline)
            }
        }
    }

    private func invite(_ phone: Phone) throws -> InviteRow {
        try XCTUnwrap(phone.invites().invites.first)
    }

    private func routines(_ phone: Phone) throws -> [ShownRoutineRow] {
        let who = try XCTUnwrap(phone.people().people.first).who
        return try phone.person(who: who).theyShow.routines
    }

    func testTwoPhonesMeetShowARoutineEncourageBackStopShowing() throws {
        let relay = try RelayProcess(in: folder)
        let robin = try phone("Robin", relay.url)
        let pat = try phone("Pat", relay.url)

        // They meet: a code from hand to hand, a yes, four words said aloud.
        _ = try robin.invite(ownPhone: false, name: "Pat", role: .mentor, official: false)
        let code = try XCTUnwrap(invite(robin).link)
        _ = try pat.join(ownPhone: false, code: code)
        XCTAssertEqual(try invite(pat).stage, .looking)
        try meet(robin, pat)
        XCTAssertEqual(try invite(pat).stage, .theyAsk)
        XCTAssertEqual(try invite(pat).theirs, "Robin")
        try pat.knowThemAs(invite: invite(pat).id, name: "Robin", role: .friend, official: false)
        try pat.answerInvite(invite: invite(pat).id)
        try meet(pat, robin, times: 3)
        XCTAssertEqual(try invite(robin).stage, .compare)
        let words = try invite(robin).words
        XCTAssertEqual(words.count, 4)
        XCTAssertEqual(try invite(pat).words, words)
        let patForRobin = try robin.wordsAreTheSame(invite: invite(robin).id)
        let robinForPat = try pat.wordsAreTheSame(invite: invite(pat).id)
        try meet(robin, pat, times: 2)
        XCTAssertTrue(try robin.invites().invites.isEmpty)

        // Robin walks and shows it; nothing else of Robin's is shown.
        let walk = try robin.addRoutine(name: "Walk", often: .daily, time: "08:30")
        _ = try robin.addRoutine(name: "Mine alone", often: .free, time: nil)
        let today = try robin.today().day
        try robin.mark(routine: walk, day: today, mark: .done)
        let question = try robin.beforeShowing(item: "routine:" + walk, to: patForRobin)
        XCTAssertTrue(question.hasDays)
        try robin.show(item: "routine:" + walk, to: patForRobin, until: .untilIStop, notes: false)
        try meet(robin, pat)
        let seen = try routines(pat)
        XCTAssertEqual(seen.map(\.name), ["Walk"])
        XCTAssertEqual(seen.first?.days.map(\.mark), [.done])
        XCTAssertEqual(try robin.seeAs(who: patForRobin).shown.routines.map(\.name), ["Walk"])

        // Pat answers with a card.
        _ = try pat.encourage(to: robinForPat, word: .card(.wellDone), text: "", about: nil)
        try meet(pat, robin)
        let came = try robin.person(who: patForRobin).fromThem
        XCTAssertEqual(came.map(\.kind), [.card(.wellDone)])
        guard case let .word(word) = try robin.today().us else { return XCTFail("Today does not tell of the word") }
        XCTAssertEqual(word.name, "Pat")

        // Robin stops showing: what comes later does not go, what was there goes away.
        try robin.stopShowing(item: "routine:" + walk, to: patForRobin)
        try robin.changeRoutine(routine: walk, name: "Walk with the dog", often: .daily, time: "8:30")
        try meet(robin, pat)
        XCTAssertEqual(try routines(pat).map(\.name), [])
        XCTAssertEqual(try robin.seeAs(who: patForRobin).shown.routines.map(\.name), [])
    }
}
