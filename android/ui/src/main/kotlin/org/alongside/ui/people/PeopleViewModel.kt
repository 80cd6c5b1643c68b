// The models of people's pages. They hand each deed to the core and decide nothing about who may see what.
package org.alongside.ui.people

import alongside.core.Allow
import alongside.core.GoalsScreen
import alongside.core.HowOften
import alongside.core.PeopleScreen
import alongside.core.PersonRow
import alongside.core.PersonScreen
import alongside.core.Role
import alongside.core.SeeAsScreen
import alongside.core.ShowQuestion
import alongside.core.Trouble
import alongside.core.Until
import alongside.core.WordKind
import alongside.core.isWorthAnotherLook
import kotlinx.coroutines.flow.StateFlow
import org.alongside.ui.OwnWords
import org.alongside.ui.Place
import org.alongside.ui.Said
import org.alongside.ui.ScreenModel
import org.alongside.ui.Session
import org.alongside.ui.Way

/** My people. */
class PeopleViewModel(session: Session) : ScreenModel(session) {
    val state: StateFlow<PeopleScreen?> = watch { it.people() }

    fun meet() = session.meet(aloud = true)
}

/** Who could see a thing of mine and does not yet, and whether somebody does; the core says both. */
class CouldSee(val people: List<PersonRow>, val isSeen: Boolean)

class ShowWhomViewModel(session: Session, private val way: Way, private val place: Place.ShowWhom) : ScreenModel(session) {
    val state: StateFlow<CouldSee?> = watch({ way.leave(place) }) { phone ->
        val (kind, id) = place.item.split(':', limit = 2)
        if (kind == "routine") phone.routine(id).let { CouldSee(it.couldSee, it.seenBy.isNotEmpty()) } else phone.goals().whoCouldSee(place.item)
    }

    private fun GoalsScreen.whoCouldSee(item: String): CouldSee {
        goals.find { "goal:${it.id}" == item }?.let { return CouldSee(it.couldSee, it.seenBy.isNotEmpty()) }
        val step = (goals.flatMap { it.steps } + steps).find { "step:${it.id}" == item } ?: throw Trouble.NotFound()
        return CouldSee(step.couldSee, step.seenBy.isNotEmpty())
    }
}

/** One person, and everything that goes to them. */
class PersonViewModel(session: Session, private val way: Way, private val who: String, private val place: Place) : ScreenModel(session) {
    val state: StateFlow<PersonScreen?> = watch({ way.leave(place) }) { it.person(who) }

    /** Sends a word; own words that may hurt are shown to their writer once more first. */
    fun encourage(kind: WordKind, text: String, about: String?, name: String) {
        if (isWorthAnotherLook(text)) way.go(Place.Again(who, OwnWords.Word(kind, text, about))) else send(OwnWords.Word(kind, text, about), name)
    }

    fun suggestWords(text: String, name: String) {
        if (isWorthAnotherLook(text)) way.go(Place.Again(who, OwnWords.Idea(text))) else send(OwnWords.Idea(text), name)
    }

    /** Sends own words as they are. */
    fun send(words: OwnWords, name: String) = session.deed(then = { _: String ->
        done(if (words is OwnWords.Word) "said.sent" else "said.idea-sent", name)
    }) {
        when (words) {
            is OwnWords.Word -> it.encourage(who, words.kind, words.text, words.about)
            is OwnWords.Idea -> it.suggestWords(who, words.text)
        }
    }

    fun suggestRoutine(routine: String, often: HowOften, name: String) = session.deed(then = { _: String ->
        done("said.idea-sent", name)
    }) { it.suggestRoutine(who, routine, often) }

    fun suggestStep(step: String, goal: String?, name: String) = session.deed(then = { _: String ->
        done("said.idea-sent", name)
    }) { it.suggestStep(who, step, goal) }

    fun takeBack(word: String) = session.deed(then = { _: Unit -> session.send() }) { it.takeWordBack(who, word) }

    fun takeIdeaBack(idea: String) = session.deed(then = { _: Unit -> session.send() }) { it.takeIdeaBack(who, idea) }

    fun keep(word: String) = session.deed(then = { _: Unit -> session.say(Said("said.kept")) }) { it.keepWord(who, word) }

    fun letGo(word: String) = session.deed { it.letWordGo(who, word) }

    fun stopShowing(item: String, name: String) = session.deed(then = { _: Unit ->
        session.say(Said("said.stopped-showing", listOf("name" to name)))
        session.send()
    }) { it.stopShowing(item, who) }

    fun allow(allow: Allow) = session.deed { it.setAllow(who, allow) }

    fun change(name: String, role: Role, official: Boolean) = session.deed(then = { _: Unit ->
        way.used(fieldsOf(who))
        way.leave(place)
    }) { it.changePerson(who, name, role, official) }

    fun block() = session.deed(waits = true, then = { _: Unit ->
        session.say(Said("said.blocked"), nextPage = true)
        way.leave(place)
        session.send()
    }) { it.block(who) }

    fun remove() = session.deed(waits = true, then = { _: Unit ->
        session.say(Said("said.removed"), nextPage = true)
        way.go(Place.People)
        session.send()
    }) { it.removePerson(who) }

    private fun done(key: String, name: String) {
        way.used("to.$who.")
        session.say(Said(key, listOf("name" to name)), nextPage = true)
        way.leaveAll { it == place || it is Place.Encourage && it.who == who || it is Place.Suggest && it.who == who }
        session.send()
    }

    companion object {
        fun fieldsOf(who: String) = "about.$who."
    }
}

/** What one person sees of me. */
class SeeAsViewModel(session: Session, way: Way, place: Place.SeeAs) : ScreenModel(session) {
    val state: StateFlow<SeeAsScreen?> = watch({ way.leave(place) }) { it.seeAs(place.who) }
}

/** The question before one thing is shown to one person. */
class ShowViewModel(session: Session, private val way: Way, private val place: Place.Show) : ScreenModel(session) {
    val state: StateFlow<ShowQuestion?> = watch({ way.leave(place) }) { it.beforeShowing(place.item, place.who) }

    fun show(until: Until, notes: Boolean, name: String) = session.deed(then = { _: Unit ->
        session.say(Said("said.shown", listOf("name" to name)), nextPage = true)
        way.leaveAll { it == Place.ShowWhat(place.who) || it == Place.ShowWhom(place.item) || it == place }
        session.send()
    }) { it.show(place.item, place.who, until, notes) }
}
