// The key of the home's file: it is made once, before there is a home, and never again, whatever the keystore says. All that
// a person ever wrote hangs on it.
@testable import CompanionKit
import AlongsideCore
import Foundation
import XCTest

final class KeyTests: HomesCase {
    private func key(_ drawer: Drawer, _ place: URL) throws -> Data {
        try HomeKey(drawer, folder: place.path).key()
    }

    func testAKeyIsMadeOnceAndIsTheSameEachTime() throws {
        let (drawer, place) = (Drawer(), folder.appendingPathComponent("home"))
        let first = try key(drawer, place)
        XCTAssertEqual(first.count, 32)
        XCTAssertEqual(try key(drawer, place), first)
        XCTAssertNotEqual(try key(Drawer(), place), first)
    }

    func testAKeystoreThatDoesNotSayMakesNoKeyAndTakesNoneAway() throws {
        let (drawer, place) = (Drawer(), folder.appendingPathComponent("home"))
        drawer.silent = true
        XCTAssertThrowsError(try key(drawer, place)) { XCTAssertEqual($0 as? Trouble, .CannotOpen) }
        drawer.silent = false
        let first = try key(drawer, place)
        drawer.silent = true
        XCTAssertThrowsError(try key(drawer, place))
        drawer.silent = false
        XCTAssertEqual(try key(drawer, place), first)
    }

    func testAKeyThatIsNoKeyIsLeftAsItIs() throws {
        let drawer = Drawer()
        drawer.kept[HomeKey.name] = Data([1, 2, 3])
        XCTAssertThrowsError(try key(drawer, folder.appendingPathComponent("home")))
        XCTAssertEqual(drawer.kept[HomeKey.name], Data([1, 2, 3]))
    }

    func testAKeyThatCouldNotBeKeptIsNotUsed() throws {
        let drawer = Drawer()
        drawer.full = true
        XCTAssertThrowsError(try key(drawer, folder.appendingPathComponent("home")))
    }

    @MainActor func testWhereAHomeIsNoKeyIsMadeForIt() async throws {
        let (drawer, place) = (Drawer(), folder.appendingPathComponent("home"))
        let words = Words(language: "en")
        let keys = HomeKey(drawer, folder: place.path)
        weak var door: Door?
        do {
            let home = try await Home.begin(folder: place.path, keys: keys, name: "Robin", words: words)
            _ = try await home.door.ask { try $0.addGoal(name: "A job", area: nil) }
            door = home.door
        }
        try await ended { door }
        XCTAssertTrue(
            FileManager.default.fileExists(atPath: place.appendingPathComponent(HomeKey.file).path), "the core calls its file otherwise now"
        )
        let kept = drawer.kept
        drawer.kept = [:]
        do {
            _ = try await Home.open(folder: place.path, keys: keys, words: words)
            XCTFail("opened without its key")
        } catch {
            XCTAssertTrue(error is Trouble)
        }
        XCTAssertTrue(drawer.kept.isEmpty, "no other key may take its place")
        drawer.kept = kept
        let again = try await Home.open(folder: place.path, keys: keys, words: words)
        let goals = GoalsModel(try XCTUnwrap(again))
        await goals.page.read()
        XCTAssertEqual(goals.page.screen?.goals.map(\.name), ["A job"])
    }
}
