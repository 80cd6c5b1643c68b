// How days, times, rhythms and amounts are said, in every language there are words for. Invariant: no text is empty, and
// what is no day is said as it came.
@testable import CompanionKit
import AlongsideCore
import Foundation
import XCTest

final class WordsTests: XCTestCase {
    private let english = Words(language: "en")
    private let german = Words(language: "de")

    func testEveryLanguageHasTheSameKeysAndNoEmptyText() {
        XCTAssertGreaterThan(english.keys.count, 100)
        for language in Words.languages {
            let words = Words(language: language)
            XCTAssertEqual(words.keys, english.keys)
            for key in words.keys { XCTAssertFalse(words(key).isEmpty, key) }
        }
    }

    func testTheFirstLanguageWithWordsIsTaken() {
        XCTAssertEqual(Words(preferred: ["de-AT", "en"]).language, "de")
        XCTAssertEqual(Words(preferred: ["cy", "en-GB", "de"]).language, "en")
        XCTAssertEqual(Words(preferred: ["cy"]).language, "en")
        XCTAssertEqual(Words(preferred: []).language, "en")
    }

    func testWhatIsPutInStandsInItsPlace() {
        XCTAssertEqual(english("see.title", ["name": "Pat"]), "What Pat sees")
        XCTAssertEqual(german("see.title", ["name": "Pat"]), "Was Pat sieht")
        XCTAssertEqual(english.list(["Pat"]), "Pat")
        XCTAssertEqual(english.list(["Pat", "Jean", "Sam"]), "Pat, Jean and Sam")
        XCTAssertEqual(german.list(["Pat", "Jean"]), "Pat und Jean")
        XCTAssertEqual(english.list([]), "")
    }

    func testDaysAreSaidByTheirNames() {
        XCTAssertEqual(english.day("2026-02-04", today: "2026-02-04"), "Today")
        XCTAssertEqual(english.day("2026-02-28", today: "2026-03-01"), "Yesterday")
        XCTAssertEqual(english.day("2026-02-04", today: "2026-02-06"), "Wednesday, February 4")
        XCTAssertEqual(german.day("2026-02-04", today: "2026-02-06"), "Mittwoch, 4. Februar")
        XCTAssertEqual(english.day("2025-02-04", today: "2026-02-06"), "February 4, 2025")
        XCTAssertEqual(english.day("2026-02-07", today: "2026-02-06"), "Saturday, February 7")
        XCTAssertEqual(english.day("soon", today: "2026-02-06"), "soon")
        XCTAssertEqual(english.day("2026-02-31", today: "2026-02-06"), "2026-02-31")
    }

    func testTimesAreWrittenAsPeopleWriteThem() {
        XCTAssertTrue(english.time("08:30").hasPrefix("8:30"))
        XCTAssertTrue(english.time("20:05").hasPrefix("8:05"))
        XCTAssertEqual(german.time("20:05"), "20:05")
        XCTAssertEqual(english.time("later"), "later")
    }

    func testRhythmsAreSaid() {
        XCTAssertEqual(english.rhythm(.daily), "Every day")
        XCTAssertEqual(english.rhythm(.weekdays(days: Data([1, 3, 7]))), "On Monday, Wednesday and Sunday")
        XCTAssertEqual(german.rhythm(.weekdays(days: Data([2, 6]))), "Am Dienstag und Samstag")
        XCTAssertEqual(english.rhythm(.timesAWeek(times: 1)), "Once a week")
        XCTAssertEqual(english.rhythm(.timesAWeek(times: 4)), "4 times a week")
        XCTAssertEqual(english.rhythm(.everyOtherWeek(days: Data([5]), anchor: "2026-02-04")), "Every second week, on Friday")
        XCTAssertEqual(english.rhythm(.timesInDays(times: 2, days: 10)), "2 times in 10 days")
        XCTAssertEqual(english.rhythm(.timesInDays(times: 1, days: 10)), "Once in 10 days")
        XCTAssertEqual(english.rhythm(.free), "Any day I like")
    }

    func testAmountsAreSaid() {
        XCTAssertEqual(english.amount(bytes: 0), "0 kB")
        XCTAssertEqual(english.amount(bytes: 345_678), "346 kB")
        XCTAssertEqual(english.amount(bytes: 1_234_567), "1.2 MB")
        XCTAssertEqual(german.amount(bytes: 1_234_567), "1,2 MB")
        XCTAssertEqual(english.amount(thousandths: 2500, unit: "km"), "2.5 km")
        XCTAssertEqual(english.amount(thousandths: 3000, unit: nil), "3")
    }

    func testADayInOneLine() {
        let row = DayRow(day: "2026-02-05", mark: .done, amount: 2500, notes: [])
        XCTAssertEqual(english.line(row, today: "2026-02-06", unit: "km"), "Yesterday: done, 2.5 km")
        let note = DayRow(day: "2026-02-06", mark: nil, amount: nil, notes: ["wet"])
        XCTAssertEqual(english.line(note, today: "2026-02-06", unit: nil), "Today")
    }

    func testReadyRolesAreSaidAndOwnWordsStandAsTheyAre() {
        XCTAssertEqual(english.role("officer"), "Officer")
        XCTAssertEqual(german.role("friend"), "Freund")
        XCTAssertEqual(german.role("Coach"), "Coach")
        for role in InviteModel.roles { XCTAssertTrue(english.keys.contains("role." + role), role) }
        XCTAssertEqual(english.area("home"), "Home")
    }
}
