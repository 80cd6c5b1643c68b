// What each screen of one's own does, on a real core: the deed is done, the screen read again, what went wrong said in words.
@testable import CompanionKit
import AlongsideCore
import Foundation
import PhoneKit
import XCTest

final class ModelTests: HomesCase {
    @MainActor func testTheFirstRunAsksForANameAndNothingElse() async throws {
        let place = folder.appendingPathComponent("new")
        let words = Words(language: "en")
        let none = try await Home.open(folder: place.path, keys: KeyFile(beside: place), words: words)
        XCTAssertNil(none)
        let first = FirstRunModel(folder: place.path, keys: KeyFile(beside: place), words: words)
        first.name = String(repeating: "x", count: Int(room().person) + 1)
        let refused = await first.start()
        XCTAssertNil(refused)
        XCTAssertEqual(first.trouble.map(words.trouble), "That does not fit here. Try it another way.")
        first.name = "  Robin "
        let home = await first.start()
        let model = TodayModel(try XCTUnwrap(home))
        await model.page.read()
        XCTAssertEqual(model.page.screen?.name, "Robin")
        XCTAssertEqual(model.page.screen?.routines.count, 0)
        XCTAssertEqual(model.us, words("today.nobody"))
    }

    @MainActor func testANameMayBeLeftOut() async throws {
        let place = folder.appendingPathComponent("new")
        let first = FirstRunModel(folder: place.path, keys: KeyFile(beside: place), words: Words(language: "en"))
        first.name = "   "
        let home = await first.start(then: .ownPhone)
        let model = SettingsModel(try XCTUnwrap(home))
        await model.page.read()
        XCTAssertEqual(model.page.screen?.name, "A friend")
        let went = await model.renameMe(" Robin ")
        XCTAssertTrue(went)
        XCTAssertEqual(model.page.screen?.name, "Robin")
    }

    @MainActor func testAMarkARestANoteAndUndo() async throws {
        let home = try await home("Robin")
        let new = NewRoutineModel(home)
        new.name = "Walk"
        new.time = " 8:30 "
        let went = await new.keep()
        XCTAssertTrue(went)
        XCTAssertEqual(home.said?.text, "Kept.", "what can be undone is said")
        XCTAssertNotNil(home.said?.undo)
        let model = TodayModel(home)
        await model.page.read()
        func row() throws -> TodayRow { try XCTUnwrap(model.page.screen?.routines.first) }
        XCTAssertTrue(model.spoken(try row()).hasPrefix("Walk, 08:30"))
        await model.mark(try row(), .done)
        XCTAssertEqual(try row().mark, .done)
        XCTAssertTrue(model.spoken(try row()).hasSuffix(", Done"))
        await model.mark(try row(), .rest)
        XCTAssertEqual(try row().mark, .rest)
        await home.undo()
        await model.page.read()
        XCTAssertEqual(home.said, Said(text: "It is back.", undo: nil))
        XCTAssertEqual(try row().mark, .done)
        await model.mark(try row(), nil)
        XCTAssertNil(try row().mark)
        let note = NoteModel(home, routine: try row().id, day: try XCTUnwrap(model.page.screen?.day))
        await note.read()
        XCTAssertEqual(note.text, "")
        XCTAssertEqual(note.under, "Only you can see this note.")
        note.text = "wet and good"
        var kept = await note.keep()
        XCTAssertTrue(kept)
        await model.page.read()
        XCTAssertEqual(try row().notes, ["wet and good"])
        await note.read()
        XCTAssertEqual(note.text, "wet and good")
        note.text = String(repeating: "x", count: Int(room().note) + 1)
        kept = await note.keep()
        XCTAssertFalse(kept)
        XCTAssertNotNil(note.page.trouble)
        note.text = ""
        kept = await note.keep()
        XCTAssertTrue(kept)
        await model.page.read()
        XCTAssertEqual(try row().notes, [])
        XCTAssertEqual(NoteModel.joined(["mine", "from my tablet"]), "mine\nfrom my tablet")
    }

    @MainActor func testUndoTakesBackOnlyTheDeedThatIsSaid() async throws {
        let home = try await home("Robin")
        let goals = GoalsModel(home)
        _ = await goals.addGoal("A job", area: nil)
        let said = try XCTUnwrap(home.said)
        // Another page's deed comes between: the old band must not take it back.
        _ = try await home.door.ask { try $0.addGoal(name: "A garden", area: nil) }
        XCTAssertEqual(home.said, said)
        await home.undo()
        XCTAssertEqual(home.said?.text, "There is nothing to bring back.")
        await goals.page.read()
        XCTAssertEqual(goals.page.screen?.goals.count, 2)
    }

    @MainActor func testADeedThatCannotBeUndoneOffersNoUndo() async throws {
        let home = try await home("Robin")
        _ = await GoalsModel(home).addGoal("A job", area: nil)
        let settings = SettingsModel(home)
        let went = await settings.renameMe("Kim")
        XCTAssertTrue(went)
        XCTAssertEqual(home.said, Said(text: "Kept.", undo: nil), "undo would take back the goal")
    }

    @MainActor func testARoutineIsPausedEndedTakenUpChangedAndDeleted() async throws {
        let home = try await home("Robin")
        let id = try await home.door.ask { try $0.addRoutine(name: "Walk", often: .daily, time: nil) }
        let model = RoutineModel(home, id: id)
        await model.page.read()
        XCTAssertNil(model.standing)
        await model.mark(.done)
        XCTAssertEqual(model.page.screen?.today.mark, .done)
        await model.pause()
        XCTAssertEqual(model.standing, "Paused. Your history stays.")
        await model.resume()
        XCTAssertNil(model.standing)
        await model.end()
        XCTAssertEqual(model.standing, "Ended. Your history stays.")
        let all = RoutinesModel(home)
        await all.page.read()
        XCTAssertEqual(all.page.screen?.ended.map(\.name), ["Walk"], "what is ended can be found again")
        XCTAssertFalse(all.nothing)
        await model.takeUp()

        let change = NewRoutineModel(home, changing: try XCTUnwrap(model.page.screen))
        XCTAssertEqual(change.name, "Walk")
        XCTAssertEqual(change.often.chosen, .daily)
        change.name = "Long walk"
        change.time = "7pm"
        change.often.at = try XCTUnwrap(change.often.offered.firstIndex { if case .timesAWeek = $0 { true } else { false } })
        change.often.set(times: 4)
        var went = await change.keep()
        XCTAssertTrue(went)
        await model.page.read()
        XCTAssertEqual(model.page.screen?.name, "Long walk")
        XCTAssertEqual(model.page.screen?.howOften, .timesAWeek(times: 4))
        XCTAssertEqual(model.page.screen?.time, "19:00")
        for (name, time) in [("", ""), ("Walk", "later")] {
            let wrong = NewRoutineModel(home, changing: try XCTUnwrap(model.page.screen))
            (wrong.name, wrong.time) = (name, time)
            went = await wrong.keep()
            XCTAssertFalse(went)
            XCTAssertNotNil(wrong.page.trouble)
        }
        let deleted = await model.delete()
        XCTAssertTrue(deleted)
        XCTAssertEqual(home.said?.text, "Deleted.")
        XCTAssertNotNil(home.said?.undo, "undo waits on the page that follows")
        await model.page.read()
        XCTAssertEqual(model.page.trouble, .NotFound)
        await home.undo()
        await model.page.read()
        XCTAssertEqual(model.page.screen?.name, "Long walk")
    }

    @MainActor func testEveryWayThatIsOfferedIsTaken() async throws {
        let home = try await home("Robin")
        XCTAssertEqual(NewRoutineModel(home).often.chosen, howOftenOffered().first)
        for at in howOftenOffered().indices {
            let new = NewRoutineModel(home)
            new.name = "No. \(at)"
            new.often.at = at
            let went = await new.keep()
            XCTAssertTrue(went, "\(at)")
            XCTAssertFalse(new.often.said(at, new.words).isEmpty)
        }
        let long = NewRoutineModel(home)
        long.name = RoomFor.name.cut(String(repeating: "ä", count: 500))
        let fits = await long.keep()
        XCTAssertTrue(fits)
        let empty = NewRoutineModel(home)
        let went = await empty.keep()
        XCTAssertFalse(went)
        XCTAssertNotNil(empty.page.trouble)
    }

    @MainActor func testDaysAndTimesOfAWeekAreChosen() async throws {
        let often = OftenModel(now: .everyOtherWeek(days: Data([5]), anchor: "2026-02-04"))
        XCTAssertEqual(often.offered.count, howOftenOffered().count + 1, "an own way that is not offered stands beside")
        XCTAssertEqual(often.days, [5])
        often.set(day: 2, true)
        often.set(day: 5, false)
        XCTAssertEqual(often.chosen, .everyOtherWeek(days: Data([2]), anchor: "2026-02-04"))
        XCTAssertNil(often.times)
        let week = OftenModel(now: .timesAWeek(times: 7))
        XCTAssertEqual(week.times, 7)
        week.set(times: 8)
        XCTAssertEqual(week.times, 7)
        week.set(times: 6)
        XCTAssertEqual(week.chosen, .timesAWeek(times: 6))
        XCTAssertNil(week.days)
    }

    @MainActor func testGoalsAndStepsStandWhereTheyAreSet() async throws {
        let home = try await home("Robin")
        let model = GoalsModel(home)
        var went = await model.addGoal("A job that lasts", area: "work")
        XCTAssertTrue(went)
        let row = try XCTUnwrap(model.page.screen?.goals.first)
        let goal = Wanted(row)
        went = await model.addStep("Ask Jean", goal: row)
        XCTAssertTrue(went)
        went = await model.addStep("Call the bank", goal: nil)
        XCTAssertTrue(went)
        XCTAssertEqual(model.page.screen?.steps.map(\.name), ["Call the bank"], "a step may be for no goal")
        for state in GoalsModel.states {
            await model.set(goal, state)
            XCTAssertEqual(model.page.screen?.goals.first?.state, state)
        }
        let step = Wanted(try XCTUnwrap(model.page.screen?.goals.first?.steps.first))
        await model.set(step, .reached)
        XCTAssertEqual(model.page.screen?.goals.first?.steps.first?.state, .reached)
        XCTAssertEqual(model.spoken(goal), "A job that lasts, Going")
        went = await model.rename(goal, "A job that I like")
        XCTAssertTrue(went)
        went = await model.rename(step, "")
        XCTAssertFalse(went)
        await model.delete(step)
        XCTAssertEqual(model.page.screen?.goals.first?.steps.count, 0)
        await model.delete(goal)
        XCTAssertEqual(model.page.screen?.goals.count, 0)
        await home.undo()
        await model.page.read()
        XCTAssertEqual(model.page.screen?.goals.map(\.name), ["A job that I like"])
    }

    @MainActor func testSettingsSayWhereThePostBoxIsAndTheSheetIsForgotten() async throws {
        let relay = try RelayProcess(in: folder)
        let home = try await home("Robin")
        let model = SettingsModel(home)
        await model.page.read()
        XCTAssertNil(model.met)
        await model.meet()
        XCTAssertEqual(home.said?.text, "No post box yet.")
        var went = await model.setPostBox("no address")
        XCTAssertFalse(went)
        try await home.door.ask { try $0.setPostBox(url: "http://127.0.0.1:9", proxy: "socks5h://127.0.0.1:9050") }
        went = await model.setPostBox("http://127.0.0.1:9/ ")
        XCTAssertTrue(went)
        XCTAssertEqual(model.page.screen?.proxy, "socks5h://127.0.0.1:9050", "the way there stays")
        XCTAssertNil(model.ready)
        let code = String(repeating: "A", count: 43)
        went = await model.setPostBox("http://127.0.0.1:9", code: "no code")
        XCTAssertFalse(went)
        went = await model.setPostBox("http://127.0.0.1:9", code: code, stop: " https://stop.example")
        XCTAssertTrue(went)
        XCTAssertEqual(model.page.screen?.code, code)
        XCTAssertEqual(model.page.screen?.oblivious, "https://stop.example")
        try await home.door.ask { try $0.setPostBox(url: "http://127.0.0.1:9", proxy: nil) }
        await model.meet()
        XCTAssertEqual(model.page.trouble, .Offline)
        went = await model.setPostBox(relay.url)
        XCTAssertTrue(went)
        await model.meet()
        XCTAssertEqual(home.said?.text, "Your phone met the post box.")
        XCTAssertEqual(model.met, "Your phone met the post box today.")
        XCTAssertTrue(model.data.hasPrefix("Data used this month"))
        await model.showSheet()
        XCTAssertEqual(model.sheet.count, 12)
        let written = model.sheet.joined(separator: " ")
        var right = await model.checkSheet("other words")
        XCTAssertFalse(right)
        right = await model.checkSheet(written)
        XCTAssertTrue(right)
        XCTAssertEqual(model.sheet, [])
        XCTAssertEqual(model.page.screen?.sheetToWrite, false)
    }

    @MainActor func testCopiesGoWithThePageAndBringThingsBack() async throws {
        let home = try await home("Robin")
        _ = try await home.door.ask { try $0.addGoal(name: "A job", area: nil) }
        let sheet = try await home.door.ask { try $0.sheet() }
        let model = SettingsModel(home)
        await model.makeLockedCopy("short")
        XCTAssertEqual(model.copies, [])
        XCTAssertNotNil(model.page.trouble)
        await model.makeLockedCopy("eight letters and more")
        await model.makeCopyForSheet()
        await model.makeOpenCopy()
        await model.makeOpenCopy()
        XCTAssertEqual(model.copies.count, 3)
        XCTAssertTrue(try String(contentsOf: try XCTUnwrap(model.copies.last), encoding: .utf8).contains("A job"))

        for (at, typed, bySheet) in [(0, "eight letters and more", false), (1, sheet, true)] {
            let place = folder.appendingPathComponent("back \(at)")
            let first = FirstRunModel(folder: place.path, keys: KeyFile(beside: place), words: home.words)
            first.pick(.success(folder.appendingPathComponent("not there")))
            XCTAssertEqual(first.trouble, .CannotOpen)
            first.pick(.success(model.copies[at]))
            XCTAssertNil(first.trouble)
            first.bySheet = bySheet
            first.typed = "other words altogether"
            let none = await first.restore()
            XCTAssertNil(none)
            XCTAssertNotNil(first.trouble)
            first.typed = typed
            let restored = await first.restore()
            let back = try XCTUnwrap(restored)
            XCTAssertEqual(back.said?.text, "Your things are back.")
            let goals = GoalsModel(back)
            await goals.page.read()
            XCTAssertEqual(goals.page.screen?.goals.map(\.name), ["A job"])
        }
        let copies = model.copies
        model.letCopiesGo()
        for copy in copies { XCTAssertFalse(FileManager.default.fileExists(atPath: copy.path), copy.lastPathComponent) }
        XCTAssertEqual(model.copies, [])
    }

    @MainActor func testWhatChangesIsHeard() async throws {
        let home = try await home("Robin")
        let before = home.changes
        _ = try await home.door.ask { try $0.addGoal(name: "A job", area: nil) }
        for _ in 0 ..< 200 where home.changes == before { try await Task.sleep(for: .milliseconds(20)) }
        XCTAssertGreaterThan(home.changes, before)
    }

    @MainActor func testWhatIsSaidAndWhatWentWrongAreSpoken() async throws {
        let (phone, home) = (PhoneParts(), try await home("Robin"))
        home.voice = phone
        let model = GoalsModel(home)
        _ = await model.addGoal("", area: nil)
        _ = await model.addGoal("A job", area: nil)
        XCTAssertEqual(phone.spoken, ["That does not fit here. Try it another way.", "Kept."])
    }
}
