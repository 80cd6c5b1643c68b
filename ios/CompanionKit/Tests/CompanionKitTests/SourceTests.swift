// What no type sees in the views and adapters: sides that do not turn with the language, sheets that are not covered, rows told
// apart by what they say, places that a backup takes. It reads lines and knows no Swift. Invariant: each rule finds what is
// planted, so that it is known to look.
import Foundation
import XCTest

final class SourceTests: XCTestCase {
    private struct Rule: Sendable {
        let why: String
        let planted: String
        let breaks: @Sendable (String) -> Bool
    }

    private static let rules = [
        Rule(why: "left and right do not turn with the language: leading and trailing do", planted: ".padding(.left, 12)") { line in
            let sides = [".left", ".right", ".topLeft", ".topRight", ".topBarLeft", ".topBarRight", ".bottomLeft", ".bottomRight"]
            return sides.contains { side in
                line.ranges(of: side).contains { range in
                    let (before, after) = (line[..<range.lowerBound].last, line[range.upperBound...].first)
                    return before.map { "([ ".contains($0) } ?? true && !(after?.isLetter ?? false)
                }
            }
        },
        Rule(why: "two rows that say the same can't be told apart by it", planted: "ForEach(row.notes, id: \\.self) { Text(verbatim: $0) }") { line in
            ["notes", "words", "ideas", "sentences", "notices"].contains { line.contains($0 + ", id: \\.self") }
        },
        Rule(why: "what is kept there is in the phone's backup", planted: "UserDefaults.standard.set(true, forKey: name)") { line in
            line.contains("UserDefaults") || line.contains("@AppStorage") || line.contains("@SceneStorage")
        },
    ]

    private func complaints(_ text: String) -> [String] {
        text.split(separator: "\n").map(String.init).filter { !$0.drop { $0 == " " }.hasPrefix("//") }
            .flatMap { line in Self.rules.filter { $0.breaks(line) }.map { $0.why + ": " + line } }
    }

    func testWhatIsPlantedIsFound() {
        for rule in Self.rules { XCTAssertEqual(complaints("let a = 1\n" + rule.planted).count, 1, rule.why) }
        XCTAssertEqual(complaints(".padding(.leading, 12)\n.environment(\\.layoutDirection, .leftToRight)"), [])
    }

    func testNoViewBreaksARule() throws {
        let sources = try sources()
        XCTAssertGreaterThan(sources.count, 20, "the views were not read")
        for (name, text) in sources { XCTAssertEqual(complaints(text), [], name) }
    }

    /// What lies above the root is not covered with it, so each sheet is a `SheetPage`, by itself or as what it shows.
    func testEverySheetIsCovered() throws {
        let all = try sources().map(\.1).joined(separator: "\n")
        var sheets = 0
        for part in all.components(separatedBy: ".sheet(").dropFirst() {
            sheets += 1
            let shown = part.prefix(400)
            let view = shown.components(separatedBy: CharacterSet.alphanumerics.inverted)
                .first { word in word.first?.isUppercase == true && word.hasSuffix("View") || word == "SheetPage" }
            let name = try XCTUnwrap(view, "a sheet of nothing: \(shown)")
            if name == "SheetPage" { continue }
            let declared = try XCTUnwrap(all.components(separatedBy: "struct \(name): View").dropFirst().first, name)
            let body = try XCTUnwrap(declared.components(separatedBy: "var body: some View").dropFirst().first, name)
            XCTAssertTrue(body.prefix(120).contains("SheetPage("), name)
        }
        XCTAssertGreaterThan(sheets, 5)
    }

    private func sources() throws -> [(String, String)] {
        // The tests are reached by a link; the app lies beside where they really are.
        let here = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        let app = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Alongside")
        let files = try XCTUnwrap(FileManager.default.enumerator(at: app, includingPropertiesForKeys: nil))
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            .map { ($0.lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
    }
}
