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
        XCTAssertEqual(english("see-as.title", ["name": "Pat"]), "What Pat sees")
        XCTAssertEqual(german("see-as.title", ["name": "Pat"]), "Was Pat sieht")
    }

    func testDaysAreSaidByTheirNames() {
        XCTAssertEqual(english.day("2026-02-04"), "Wednesday 4 February")
        XCTAssertEqual(german.day("2026-02-04"), "Mittwoch, 4. Februar")
        XCTAssertEqual(english.shortDay("2025-12-31"), "Wed 31 Dec 2025")
        XCTAssertEqual(english.day("soon"), "soon")
        XCTAssertEqual(english.day("2026-02-31"), "2026-02-31")
    }

    func testTimesAreWrittenAsPeopleWriteThem() {
        XCTAssertEqual(english.time("08:30"), "08:30")
        XCTAssertEqual(german.time("20:05"), "20:05")
        XCTAssertEqual(english.time("later"), "later")
    }

    func testRhythmsAreSaid() {
        XCTAssertEqual(english.often(.daily), "Every day")
        XCTAssertEqual(english.often(.weekdays(days: Data([1, 3, 7]))), "Monday, Wednesday, Sunday")
        XCTAssertEqual(german.often(.weekdays(days: Data([2, 6]))), "Dienstag, Samstag")
        XCTAssertEqual(english.often(.timesAWeek(times: 1)), "Once a week")
        XCTAssertEqual(english.often(.timesAWeek(times: 4)), "4 times a week")
        XCTAssertEqual(english.often(.everyOtherWeek(days: Data([5]), anchor: "2026-02-04")), "Every other week: Friday")
        XCTAssertEqual(english.often(.timesInDays(times: 2, days: 10)), "2 times in 10 days")
        XCTAssertEqual(english.often(.timesInDays(times: 1, days: 10)), "Once in 10 days")
        XCTAssertEqual(english.often(.free), "On any day")
    }

    func testAmountsAreSaid() {
        XCTAssertEqual(english.dataUsed(bytes: 1_234_567), "Data used this month: about 1.2 MB.")
        XCTAssertTrue(german.dataUsed(bytes: 1_234_567).contains("1,2"))
        XCTAssertEqual(english.dataUsed(bytes: 49_999), "Data used this month: almost none.")
        XCTAssertEqual(english.amount(thousandths: 2500, unit: "km"), "2.5 km")
        XCTAssertEqual(english.amount(thousandths: 3000, unit: nil), "3")
    }

    func testADayInOneLine() {
        let row = DayRow(day: "2026-02-05", mark: .done, amount: 2500, notes: [])
        XCTAssertEqual(english.line(row, unit: "km"), "Done, 2.5 km")
        let note = DayRow(day: "2026-02-06", mark: nil, amount: nil, notes: ["wet"])
        XCTAssertEqual(english.line(note, unit: nil), "")
    }

    func testEveryPairOfColoursCanBeRead() {
        func light(_ part: Double) -> Double { part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4) }
        func light(_ ink: Ink) -> Double { 0.2126 * light(ink.red) + 0.7152 * light(ink.green) + 0.0722 * light(ink.blue) }
        func contrast(_ one: Ink, _ other: Ink) -> Double {
            let (a, b) = (light(one), light(other))
            return (max(a, b) + 0.05) / (min(a, b) + 0.05)
        }
        XCTAssertEqual(contrast(Ink(0x000000), Ink(0xFFFFFF)), 21, accuracy: 0.01)
        for palette in [Palette.daylight, .lamplight] {
            for pair in palette.pairs { XCTAssertGreaterThanOrEqual(contrast(pair.ground, pair.text), 4.5, "\(pair)") }
        }
    }

    func testReadyRolesAreSaidAndOwnWordsStandAsTheyAre() {
        XCTAssertEqual(english.role(.officer), "Officer")
        XCTAssertEqual(german.role(.friend), "Freundin oder Freund")
        XCTAssertEqual(german.role(.own("Coach")), "Coach")
        XCTAssertEqual(english.area("home"), "Home")
    }

    func testWhatIsPutInIsNotFilledAgain() {
        XCTAssertEqual(english("today.word", ["name": "{text}", "text": "Hello"]), "{text}: \"Hello\"")
        XCTAssertEqual(english("today.word", ["name": "}{", "text": "{name}"]), "}{: \"{name}\"")
        XCTAssertEqual(english("see-as.title"), "What {name} sees", "a place that nothing is said for stands as it is")
    }

    /// A pseudo-locale: every English text between marks, in a language that is written from right to left.
    func testFromRightToLeftEachNameKeepsItsOwnDirection() throws {
        let texts = Dictionary(uniqueKeysWithValues: english.keys.map { ($0, "\u{200F}[" + english($0) + "]") })
        let pseudo = Words(language: "ar", texts: texts)
        XCTAssertEqual(pseudo.keys, english.keys)
        XCTAssertEqual(pseudo("see-as.title", ["name": "Pat (2)"]), "\u{200F}[What \u{2068}Pat (2)\u{2069} sees]")
        XCTAssertFalse(english("see-as.title", ["name": "Pat"]).contains("\u{2068}"))
        for key in pseudo.keys {
            let said = pseudo(key, ["name": "Pat", "thing": "Walk", "text": "Hi", "idea": "x", "goal": "y"])
            XCTAssertEqual(said.filter { $0 == "\u{2068}" }.count, said.filter { $0 == "\u{2069}" }.count, key)
        }
        XCTAssertFalse(pseudo.day("2026-02-04").isEmpty)
    }

    func testAFieldStopsWhereTheCoreWouldRefuse() {
        for field in RoomFor.allCases {
            XCTAssertGreaterThan(field.most, 0)
            let families = String(repeating: "👨‍👩‍👧‍👦", count: field.most)
            XCTAssertEqual(field.cut(families + "x"), families, "no character is cut in two")
            XCTAssertEqual(field.cut("Walk"), "Walk")
        }
    }

    func testTimesOfDayGoToAClockAndBack() throws {
        for time in ["00:00", "07:05", "21:45"] { XCTAssertEqual(Words.plain(try XCTUnwrap(Words.moment(time))), time) }
        XCTAssertNil(Words.moment("later"))
    }
}
