// What the screens between people do, on two real cores and a real post box.
@testable import CompanionKit
import AlongsideCore
import Foundation
import PhoneKit
import XCTest

final class PeopleModelTests: HomesCase {
    @MainActor func testTwoPeopleMeetShowEncourageAndStopThroughTheModels() async throws {
        let relay = try RelayProcess(in: folder)
        let (robin, pat) = try await inTouch(relay)
        let id = try await robin.door.ask { try $0.addRoutine(name: "Walk", often: .daily, time: nil) }
        _ = try await robin.door.ask { try $0.addGoal(name: "A job", area: nil) }
        let people = PeopleModel(robin)
        await people.page.read()
        let patRow = try XCTUnwrap(people.page.screen?.people.first)
        XCTAssertEqual(people.under(patRow), "Friend")

        let person = PersonModel(robin, who: patRow.who)
        await person.page.read()
        XCTAssertTrue(person.canEncourage && person.nothingYet)
        XCTAssertEqual(person.apart, [])
        for item in try XCTUnwrap(person.page.screen?.couldShow).map(\.item) {
            let show = ShowModel(robin, item: item, who: patRow.who)
            await show.page.read()
            let question = try XCTUnwrap(show.page.screen)
            XCTAssertEqual(Set(question.lengths.map(show.said)), ["Just once", "For a week", "Until I stop"])
            if item == "routine:" + id {
                XCTAssertEqual(show.sentences, ["Pat will see \"Walk\" and your marks from today on."])
                XCTAssertEqual(question.wouldSee.routines.map(\.name), ["Walk"], "exactly what they would see is there before yes")
            }
            show.at = try XCTUnwrap(question.lengths.firstIndex(of: .untilIStop))
            let went = await show.show()
            XCTAssertTrue(went)
        }
        await person.page.read()
        XCTAssertEqual(person.page.screen?.iShow.map(\.label).sorted(), ["A job", "Walk"])
        XCTAssertEqual(person.page.screen?.couldShow, [], "nothing is offered twice")
        try await meet(robin, pat)

        // A refused question is told of; the page does not wait for ever.
        let lost = ShowModel(robin, item: "routine:" + id, who: "nobody")
        await lost.page.read()
        XCTAssertNil(lost.page.screen)
        XCTAssertNotNil(lost.page.trouble)
        let went = await lost.show()
        XCTAssertFalse(went)

        let robinWho = try await only(pat)
        let theirs = PersonModel(pat, who: robinWho)
        await theirs.page.read()
        let walk = try XCTUnwrap(theirs.page.screen?.theyShow.routines.first.map { About(id: $0.id, name: $0.name) })
        let kind = EncourageModel(pat, who: robinWho, about: walk)
        await kind.page.read()
        XCTAssertEqual(kind.page.screen?.theyShow.routines.map(\.name), ["Walk"])
        XCTAssertTrue(kind.cards.contains(.thanks))
        XCTAssertEqual(kind.own, [], "own words go only where they were let in")
        await kind.send()
        XCTAssertFalse(kind.sent, "nothing was chosen")
        kind.chosen = kind.cards.first
        XCTAssertFalse(kind.hasWords)
        await kind.send()
        XCTAssertTrue(kind.sent)
        XCTAssertEqual(pat.said?.text, "On its way to Robin.")
        try await meet(pat, robin)

        await person.page.read()
        let word = try XCTUnwrap(person.page.screen?.fromThem.first)
        XCTAssertEqual(person.words.word(word.kind, word.text), "Hello. No need to write back.")
        XCTAssertEqual(word.about, "Walk")
        await person.keep(word)
        XCTAssertEqual(person.page.screen?.fromThem.first?.kept, true)
        await person.allow(.ownWords)
        XCTAssertEqual(person.page.screen?.person.allows, .ownWords)

        let seen = SeeAsModel(robin, who: patRow.who)
        await seen.page.read()
        XCTAssertEqual(seen.page.screen?.shown.routines.map(\.name), ["Walk"])
        for share in try XCTUnwrap(person.page.screen?.iShow) where share.item == "routine:" + id { await person.stopShowing(share) }
        XCTAssertEqual(robin.said?.text, "You stopped showing this. Pat may have seen it before. Nobody was told.")
        // A thing that somebody saw is deleted: that is said.
        let goals = GoalsModel(robin)
        await goals.page.read()
        await goals.delete(Wanted(try XCTUnwrap(goals.page.screen?.goals.first)))
        XCTAssertEqual(robin.said?.text, "Deleted. Pat may have seen it before.")
        XCTAssertNotNil(robin.said?.undo)
        try await meet(robin, pat)
        await seen.page.read()
        XCTAssertTrue(seen.nothing)
    }

    @MainActor func testOwnWordsAreReadOnceMoreAndIdeasAreUsedOrTakenBack() async throws {
        let relay = try RelayProcess(in: folder)
        let (robin, pat) = try await inTouch(relay)
        let (patWho, robinWho) = (try await only(robin), try await only(pat))
        let person = PersonModel(robin, who: patWho)
        await person.page.read()
        await person.allow(.ownWords)
        // What is let in goes with the day's delivery; by hand it goes at once.
        try await meet(robin, pat)

        let kind = EncourageModel(pat, who: robinWho)
        await kind.page.read()
        XCTAssertEqual(kind.own, [.ownWords, .seen])
        kind.chosen = .seen
        XCTAssertTrue(kind.hasWords)
        XCTAssertEqual(kind.question, "What did you see?")
        let threat = "I will kill you"
        XCTAssertTrue(isWorthAnotherLook(text: threat))
        kind.text = threat
        await kind.send()
        XCTAssertTrue(kind.again)
        XCTAssertFalse(kind.sent)
        kind.change()
        XCTAssertFalse(kind.again)
        XCTAssertEqual(kind.text, threat, "the words are there to be changed")
        kind.text = "You waited with me."
        await kind.send()
        XCTAssertTrue(kind.sent)
        await kind.page.read()
        XCTAssertEqual(kind.own, [], "one message waits for an answer")
        let theirs = PersonModel(pat, who: robinWho)
        await theirs.page.read()
        XCTAssertEqual(theirs.takes.map { $0.hasPrefix("You wrote to Robin.") }, true)
        try await meet(pat, robin)
        await person.page.read()
        XCTAssertEqual(person.page.screen?.fromThem.map { person.words.word($0.kind, $0.text) }, ["I saw you. You waited with me."])
        let answer = EncourageModel(robin, who: patWho)
        await answer.page.read()
        answer.chosen = .thanks
        await answer.send()
        XCTAssertTrue(answer.sent)
        try await meet(robin, pat)

        // An idea of each kind.
        for kind in SuggestModel.Kind.allCases {
            let idea = SuggestModel(pat, who: robinWho)
            await idea.page.read()
            XCTAssertEqual(idea.page.screen?.ownWords, true, "\(kind)")
            idea.kind = kind
            idea.text = "Try the river path"
            await idea.send()
            XCTAssertTrue(idea.sent, "\(kind)")
            try await meet(pat, robin)
            _ = try await robin.door.ask { try $0.encourage(to: patWho, word: .card(.hello), text: "", about: nil) }
            try await meet(robin, pat)
        }
        await theirs.page.read()
        XCTAssertEqual(theirs.page.screen?.myIdeas.count, 3)

        let ideas = IdeasModel(robin)
        await ideas.page.read()
        let words = try XCTUnwrap(ideas.page.screen?.ideas.first { !$0.canUse })
        XCTAssertEqual(ideas.name(words), "")
        XCTAssertEqual(ideas.changing(words).title, "Make it a small step")
        await ideas.notNow(words)
        XCTAssertEqual(ideas.page.screen?.ideas.first { $0.id == words.id }?.left, true)
        var went = await ideas.change(words, name: "Walk by the river")
        XCTAssertTrue(went)
        XCTAssertEqual(robin.said?.text, "It is yours now. Nobody was told.")
        let routine = try XCTUnwrap(ideas.page.screen?.ideas.first { if case .routine = $0.offered { true } else { false } })
        XCTAssertEqual(ideas.changing(routine).title, "Change it")
        went = await ideas.change(routine, name: "")
        XCTAssertFalse(went)
        await ideas.use(routine)
        XCTAssertEqual(ideas.page.screen?.ideas.count, 1)
        let goals = GoalsModel(robin)
        await goals.page.read()
        XCTAssertEqual(goals.page.screen?.steps.map(\.name), ["Walk by the river"])

        let step = try XCTUnwrap(theirs.page.screen?.myIdeas.first)
        await theirs.takeBack(step)
        XCTAssertEqual(theirs.page.screen?.myIdeas.count, 2)
    }

    @MainActor func testOnlyWhatGoesToOthersGoesOutSoon() async throws {
        let relay = try RelayProcess(in: folder)
        let (robin, pat) = try await inTouch(relay)
        let (who, courier) = (try await only(robin), robin.courier)
        let goals = GoalsModel(robin)
        _ = await goals.addGoal("A job", area: nil)
        await goals.set(Wanted(try XCTUnwrap(goals.page.screen?.goals.first)), .reached)
        let routine = NewRoutineModel(robin)
        routine.name = "Walk"
        _ = await routine.keep()
        let today = TodayModel(robin)
        await today.page.read()
        let row = try XCTUnwrap(today.page.screen?.routines.first)
        await today.mark(row, .done)
        let person = PersonModel(robin, who: who)
        await person.page.read()
        await person.allow(.ownWords)
        XCTAssertFalse(courier.sendsSoon, "marks, notes, goals and settings wait for the day's delivery")

        let card = EncourageModel(robin, who: who)
        await card.page.read()
        card.chosen = card.cards.first
        await card.send()
        XCTAssertTrue(courier.sendsSoon, "a card")
        await courier.leave()
        let show = ShowModel(robin, item: "routine:" + row.id, who: who)
        await show.page.read()
        _ = await show.show()
        XCTAssertTrue(courier.sendsSoon, "showing")
        await courier.leave()
        await person.page.read()
        await person.stopShowing(try XCTUnwrap(person.page.screen?.iShow.first))
        XCTAssertTrue(courier.sendsSoon, "stopping")
        await courier.leave()
        _ = await person.end(.block)
        XCTAssertTrue(courier.sendsSoon, "blocking")
        await courier.leave()
        XCTAssertFalse(courier.sendsSoon)
        // What was sent so is there, with no meeting of the sender's by hand.
        try await meet(pat)
        let theirs = PersonModel(pat, who: try await only(pat))
        await theirs.page.read()
        XCTAssertEqual(theirs.page.screen?.fromThem.count, 1)
    }

    @MainActor func testAPersonIsCalledOtherwiseBlockedAndTakenOut() async throws {
        let relay = try RelayProcess(in: folder)
        let (robin, _) = try await inTouch(relay)
        let person = PersonModel(robin, who: try await only(robin))
        await person.page.read()
        XCTAssertEqual(person.page.screen?.called, "Pat")
        XCTAssertEqual(person.page.screen?.roles.contains(.mentor), true)
        var went = await person.change(" Patricia ", .own("Coach"), official: true)
        XCTAssertTrue(went)
        XCTAssertEqual(person.name, "Patricia")
        XCTAssertEqual(person.words.role(try XCTUnwrap(person.page.screen?.person.role)), "Coach")
        went = await person.change("", .friend, official: false)
        XCTAssertFalse(went)
        XCTAssertEqual(person.apart, [])
        XCTAssertEqual(Array(person.sentences(.block).prefix(2)), ["Patricia stays on your list as blocked.", "Patricia is not told."])
        went = await person.end(.block)
        XCTAssertTrue(went)
        XCTAssertEqual(
            person.apart, ["You blocked them. They were not told.", "To be in touch again, you both need a new code."], "blocked is said once"
        )
        XCTAssertNil(person.takes)
        XCTAssertFalse(person.canEncourage)
        XCTAssertFalse(person.gone)
        let people = PeopleModel(robin)
        await people.page.read()
        XCTAssertEqual(people.page.screen?.people.first.map(people.under), "Blocked")
        went = await person.end(.remove)
        XCTAssertTrue(went && person.gone)
        XCTAssertEqual(robin.said?.text, "Taken out. They were not told.")
        await people.page.read()
        XCTAssertEqual(people.page.screen?.people, [])
    }

    @MainActor func testAnInviteHasAPictureAndAWayOn() async throws {
        let home = try await home("Robin")
        let model = InviteModel(home)
        await model.page.read()
        XCTAssertEqual(model.page.screen?.canInvite, false, "an address is needed first")
        let relay = try RelayProcess(in: folder)
        let set = await SettingsModel(home).setPostBox(relay.url)
        XCTAssertTrue(set)
        var numbers: [UInt64] = []
        for name in ["Pat", "Jean"] {
            model.name = name
            let made = await model.make()
            numbers.append(try XCTUnwrap(made))
        }
        XCTAssertEqual(numbers.map { model.row($0)?.name }, ["Pat", "Jean"], "each is found by its own number")
        let invite = try XCTUnwrap(model.row(numbers[0]))
        XCTAssertEqual(invite.codeWords.count, 24)
        let picture = try XCTUnwrap(model.picture(invite))
        XCTAssertEqual(picture.dark.count, Int(picture.width * picture.width))
        XCTAssertEqual(model.title(invite), "You and Pat")
        XCTAssertEqual(model.words.stage(invite.stage), "No answer yet.")
        XCTAssertEqual(model.sentences(invite).first, "Let Pat read this with their phone.")
        let went = await model.leave(invite)
        XCTAssertTrue(went)
        XCTAssertNil(model.row(numbers[0]))
        let own = await model.make(ownPhone: true)
        let row = try XCTUnwrap(model.row(try XCTUnwrap(own)))
        XCTAssertEqual(model.title(row), "Another phone of mine")
        XCTAssertEqual(model.sentences(row).first, "Let your other phone read this.")
        XCTAssertEqual(PeopleModel(home).line(row), "Another phone of mine: No answer yet.")
    }

    @MainActor func testWhoIsAskedCanSayNeverAndNobodyIsTold() async throws {
        let relay = try RelayProcess(in: folder)
        let (robin, pat) = (try await home("Robin"), try await home("Pat"))
        let set = await SettingsModel(robin).setPostBox(relay.url)
        XCTAssertTrue(set)
        let mine = InviteModel(robin)
        mine.name = "Pat"
        let made = await mine.make()
        let invite = try XCTUnwrap(made)
        // Joining needs no address: the code carries it.
        let theirs = InviteModel(pat, code: try XCTUnwrap(mine.row(invite)?.link))
        let joined = await theirs.join()
        let answer = try XCTUnwrap(joined)
        XCTAssertEqual(theirs.title(theirs.row(answer)), "I have a code")
        try await meet(robin, pat)
        await theirs.read(answer)
        let row = try XCTUnwrap(theirs.row(answer))
        XCTAssertEqual(row.stage, .theyAsk)
        XCTAssertEqual(theirs.sentences(row).first, "Robin asks to be in touch with you.")
        theirs.name = "My Robin"
        await theirs.read(answer)
        XCTAssertEqual(theirs.name, "My Robin", "what was typed stays")
        let never = await theirs.never(row)
        XCTAssertTrue(never)
        XCTAssertEqual(pat.said?.text, "This code will not ask again. Nobody was told.")
        try await meet(pat, robin)
        await mine.read(invite)
        XCTAssertEqual(mine.row(invite)?.stage, .noAnswerYet)
    }
}
