// What each screen's model does, on a real core: the deed is done, the screen read again, what went wrong said in words.
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
        first.name = String(repeating: "x", count: 31)
        let refused = await first.start()
        XCTAssertNil(refused)
        XCTAssertEqual(first.trouble.map(words.trouble), "That does not fit here. Try it another way.")
        first.name = "Robin"
        let home = await first.start()
        let model = TodayModel(try XCTUnwrap(home))
        await model.page.read()
        XCTAssertEqual(model.page.screen?.name, "Robin")
        XCTAssertEqual(model.page.screen?.routines.count, 0)
        XCTAssertEqual(model.us, words("today.nobody"))
    }

    @MainActor func testAMarkARestANoteAndUndo() async throws {
        let home = try await home("Robin")
        let new = NewRoutineModel(home)
        new.name = "Walk"
        new.time = "08:30"
        let went = await new.add()
        XCTAssertTrue(went)
        let model = TodayModel(home)
        await model.page.read()
        func row() throws -> TodayRow { try XCTUnwrap(model.page.screen?.routines.first) }
        XCTAssertTrue(model.spoken(try row()).hasPrefix("Walk, 08:30"))
        await model.mark(try row(), .done)
        XCTAssertEqual(try row().mark, .done)
        XCTAssertTrue(model.spoken(try row()).hasSuffix(", Done"))
        await model.mark(try row(), .rest)
        XCTAssertEqual(try row().mark, .rest)
        await model.undo()
        XCTAssertEqual(model.page.said, "It is back.")
        XCTAssertEqual(try row().mark, .done)
        await model.mark(try row(), nil)
        XCTAssertNil(try row().mark)
        await model.note(try row(), "wet and good")
        XCTAssertEqual(try row().notes, ["wet and good"])
        await model.note(try row(), "")
        XCTAssertEqual(try row().notes, [])
    }

    @MainActor func testARoutineIsPausedEndedTakenUpAndDeleted() async throws {
        let home = try await home("Robin")
        let id = try await home.door.ask { try $0.addRoutine(name: "Walk", often: .daily, time: nil) }
        let model = RoutineModel(home, id: id)
        await model.page.read()
        XCTAssertNil(model.standing)
        await model.pause()
        XCTAssertEqual(model.standing, "Paused. Your history stays.")
        await model.resume()
        XCTAssertNil(model.standing)
        await model.end()
        XCTAssertEqual(model.standing, "Ended. Your history stays.")
        await model.takeUp()
        await model.rename("Long walk")
        await model.setHowOften(.timesAWeek(times: 3))
        XCTAssertEqual(model.page.screen?.name, "Long walk")
        XCTAssertEqual(model.page.screen?.howOften, .timesAWeek(times: 3))
        await model.rename("")
        XCTAssertNotNil(model.page.trouble)
        XCTAssertEqual(model.page.screen?.name, "Long walk")
        let went = await model.delete()
        XCTAssertTrue(went)
        await model.page.read()
        XCTAssertEqual(model.page.trouble, .NotFound)
    }

    @MainActor func testEveryChoiceOfANewRoutineIsTaken() async throws {
        let home = try await home("Robin")
        for choice in NewRoutineModel.Choice.allCases {
            let new = NewRoutineModel(home)
            new.name = choice.rawValue
            new.choice = choice
            new.weekdays = [1, 7]
            let went = await new.add()
            XCTAssertTrue(went, choice.rawValue)
            XCTAssertFalse(new.said(choice).isEmpty)
        }
        let empty = NewRoutineModel(home)
        let went = await empty.add()
        XCTAssertFalse(went)
        XCTAssertNotNil(empty.trouble)
    }

    @MainActor func testGoalsAndStepsStandWhereTheyAreSet() async throws {
        let model = GoalsModel(try await home("Robin"))
        var went = await model.addGoal("A job that lasts", area: "work")
        XCTAssertTrue(went)
        let goal = try XCTUnwrap(model.page.screen?.goals.first)
        went = await model.addStep("Ask Jean", goal: goal)
        XCTAssertTrue(went)
        for state in GoalsModel.states {
            await model.set(goal, state)
            XCTAssertEqual(model.page.screen?.goals.first?.state, state)
        }
        let step = try XCTUnwrap(model.page.screen?.goals.first?.steps.first)
        await model.set(step, .reached)
        XCTAssertEqual(model.page.screen?.goals.first?.steps.first?.state, .reached)
        XCTAssertEqual(model.seenBy(goal.seenBy), "Only you can see this.")
        XCTAssertEqual(model.spoken(goal.name, .going), "A job that lasts, Going")
        await model.delete(step)
        await model.delete(goal)
        XCTAssertEqual(model.page.screen?.goals.count, 0)
        await model.undo()
        XCTAssertEqual(model.page.screen?.goals.count, 1)
    }

    @MainActor func testTwoPeopleMeetShowEncourageAndStopThroughTheModels() async throws {
        let relay = try RelayProcess(in: folder)
        let (robin, pat) = try await inTouch(relay)
        let id = try await robin.door.ask { try $0.addRoutine(name: "Walk", often: .daily, time: nil) }
        let people = PeopleModel(robin)
        await people.page.read()
        let patRow = try XCTUnwrap(people.page.screen?.people.first)
        XCTAssertEqual(people.under(patRow), "Friend")

        let person = PersonModel(robin, who: patRow.who)
        await person.page.read()
        let thing = try XCTUnwrap(person.page.screen?.couldShow.first { $0.item == "routine:" + id })
        await person.ask(thing)
        let question = try XCTUnwrap(person.question)
        XCTAssertEqual(person.lengths(question).map(\.said), ["Just once", "For a week", "Until I stop"])
        XCTAssertEqual(person.sentences(question), ["Pat will see \"Walk\" and your marks from today on."])
        await person.show(question, until: .untilIStop, notes: false)
        XCTAssertNil(person.question)
        XCTAssertEqual(person.page.screen?.iShow.map(\.label), ["Walk"])
        try await meet(robin, pat)

        let theirs = PeopleModel(pat)
        await theirs.page.read()
        let robinRow = try XCTUnwrap(theirs.page.screen?.people.first)
        let kind = EncourageModel(pat, who: robinRow.who)
        await kind.page.read()
        XCTAssertEqual(kind.page.screen?.theyShow.routines.map(\.name), ["Walk"])
        XCTAssertTrue(kind.cardsGo)
        XCTAssertFalse(kind.ownWordsGo)
        await kind.send(try XCTUnwrap(kind.cards.first))
        XCTAssertTrue(kind.sent)
        try await meet(pat, robin)

        await person.page.read()
        let word = try XCTUnwrap(person.page.screen?.fromThem.first)
        XCTAssertEqual(person.words.word(word.kind, word.text), "Hello. No need to write back.")
        await person.keep(word)
        XCTAssertEqual(person.page.screen?.fromThem.first?.kept, true)
        await person.allow(.ownWords)
        XCTAssertEqual(person.page.screen?.person.allows, .ownWords)

        let seen = SeeAsModel(robin, who: patRow.who)
        await seen.page.read()
        XCTAssertEqual(seen.page.screen?.shown.routines.map(\.name), ["Walk"])
        await person.stopShowing(try XCTUnwrap(person.page.screen?.iShow.first))
        XCTAssertEqual(person.page.said, "You stopped showing this. Pat may have seen it before. Nobody was told.")
        try await meet(robin, pat)
        await seen.page.read()
        XCTAssertTrue(seen.nothing)
        await kind.page.read()
        XCTAssertEqual(kind.page.screen?.theyShow.routines.map(\.name), [])

        // Own words go now that they are let in, and an idea is used in the receiver's own way.
        XCTAssertTrue(kind.ownWordsGo)
        let patsRobin = PersonModel(pat, who: robinRow.who)
        let went = await patsRobin.suggest(words: "Try the river path")
        XCTAssertTrue(went)
        try await meet(pat, robin)
        let ideas = IdeasModel(robin)
        await ideas.page.read()
        let idea = try XCTUnwrap(ideas.page.screen?.ideas.first)
        XCTAssertNil(ideas.name(idea))
        await ideas.notNow(idea)
        XCTAssertEqual(ideas.page.screen?.ideas.first?.left, true)
        await ideas.use(try XCTUnwrap(ideas.page.screen?.ideas.first))
        XCTAssertEqual(ideas.page.said, "It is yours now. Nobody was told.")
        XCTAssertEqual(ideas.page.screen?.ideas.count, 0)

        await person.block()
        XCTAssertEqual(person.takes, "You and Pat are not in touch now.")
        await people.page.read()
        XCTAssertEqual(people.page.screen?.people.first.map(people.under), "Blocked")
    }

    @MainActor func testSettingsSayWhereThePostBoxIsAndTheSheetIsForgotten() async throws {
        let relay = try RelayProcess(in: folder)
        let home = try await home("Robin")
        let model = SettingsModel(home)
        await model.page.read()
        XCTAssertNil(model.met)
        var went = await model.setPostBox("no address")
        XCTAssertFalse(went)
        went = await model.setPostBox(relay.url)
        XCTAssertTrue(went)
        await model.meet()
        XCTAssertEqual(model.met, "Your phone met the post box today.")
        XCTAssertTrue(model.data.hasPrefix("Data used this month"))
        await model.showSheet()
        XCTAssertEqual(model.sheet.count, 12)
        let written = model.sheet.joined(separator: " ")
        await model.checkSheet("other words")
        XCTAssertFalse(model.sheetDone)
        await model.checkSheet(written)
        XCTAssertTrue(model.sheetDone)
        XCTAssertEqual(model.sheet, [])
        XCTAssertEqual(model.page.screen?.sheetToWrite, false)
        let short = await model.lockedCopy("short")
        XCTAssertNil(short)
        let locked = await model.lockedCopy("eight letters and more")
        XCTAssertGreaterThan(locked?.count ?? 0, 100)
        let open = await model.openCopy()
        XCTAssertTrue(open?.contains("Robin") == true || open?.hasPrefix("{") == true)
    }

    @MainActor func testAnInviteHasAPictureAndAWayOn() async throws {
        let model = InviteModel(try await home("Robin"))
        model.name = "Pat"
        let went = await model.make()
        XCTAssertTrue(went)
        let invite = try XCTUnwrap(model.page.screen?.invites.first)
        XCTAssertEqual(invite.codeWords.count, 24)
        let picture = try XCTUnwrap(model.picture(invite))
        XCTAssertEqual(picture.dark.count, Int(picture.width * picture.width))
        XCTAssertEqual(model.words.stage(invite.stage), "No answer yet.")
        XCTAssertEqual(model.sentences(invite).first, "Let Pat read this with their phone.")
        await model.notNow(invite)
        XCTAssertEqual(model.page.screen?.invites.count, 0)
    }

    @MainActor func testWhatChangesIsHeard() async throws {
        let home = try await home("Robin")
        let before = home.changes
        _ = try await home.door.ask { try $0.addGoal(name: "A job", area: nil) }
        for _ in 0 ..< 200 where home.changes == before { try await Task.sleep(for: .milliseconds(20)) }
        XCTAssertGreaterThan(home.changes, before)
    }
}
