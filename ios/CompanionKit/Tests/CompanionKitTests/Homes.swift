// Real homes for the view models' tests: a folder and a core each, and where two meet a real post box. Invariant: no part
// of the core is replaced.
@testable import CompanionKit
import AlongsideCore
import Foundation
import PhoneKit
import XCTest

/// A test case with a folder of its own.
class HomesCase: XCTestCase {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)

    override func setUp() async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    override func tearDown() async throws {
        try FileManager.default.removeItem(at: folder)
    }

    /// A blank home.
    @MainActor func home(_ name: String) async throws -> Home {
        let place = folder.appendingPathComponent(name)
        return try await Home.begin(folder: place.path, keys: KeyFile(beside: place), name: name, words: Words(language: "en"))
    }

    /// Two people in touch through this post box.
    @MainActor func inTouch(_ relay: RelayProcess) async throws -> (Home, Home) {
        let (robin, pat) = (try await home("Robin"), try await home("Pat"))
        for one in [robin, pat] { let went = await SettingsModel(one).setPostBox(relay.url); XCTAssertTrue(went) }
        let (mine, theirs) = (InviteModel(robin), InviteModel(pat))
        mine.name = "Pat"
        var went = await mine.make()
        XCTAssertTrue(went)
        theirs.name = "Robin"
        theirs.code = try XCTUnwrap(mine.page.screen?.invites.first?.link)
        went = await theirs.join()
        XCTAssertTrue(went)
        try await meet(robin, pat)
        await theirs.page.read()
        await theirs.yes(try XCTUnwrap(theirs.page.screen?.invites.first))
        try await meet(pat, robin, pat, robin)
        for model in [mine, theirs] {
            await model.page.read()
            let invite = try XCTUnwrap(model.page.screen?.invites.first)
            XCTAssertEqual(invite.words.count, 4)
            XCTAssertEqual(model.words.stage(invite.stage), "Say the four words.")
            let joined = await model.theWords(invite, areTheSame: true)
            XCTAssertTrue(joined)
        }
        try await meet(robin, pat, robin, pat)
        return (robin, pat)
    }

    @MainActor func meet(_ homes: Home...) async throws {
        for one in homes {
            await one.courier.now()
            XCTAssertFalse(one.courier.offline)
        }
    }
}
