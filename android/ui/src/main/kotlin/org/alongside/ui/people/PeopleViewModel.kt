// The models of people's pages. They hand each deed to the core and decide nothing about who may see what.
package org.alongside.ui.people

import alongside.core.Allow
import alongside.core.HowOften
import alongside.core.PeopleScreen
import alongside.core.PersonScreen
import alongside.core.SeeAsScreen
import alongside.core.ShowQuestion
import alongside.core.Until
import alongside.core.WordKind
import kotlinx.coroutines.flow.StateFlow
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

/** One person, and everything that goes to them. */
class PersonViewModel(session: Session, private val way: Way, private val who: String, private val place: Place) : ScreenModel(session) {
    val state: StateFlow<PersonScreen?> = watch({ way.leave(place) }) { it.person(who) }

    fun encourage(kind: WordKind, text: String, name: String) = session.deed(then = { _: String ->
        done("said.sent", name)
    }) { it.encourage(who, kind, text, null) }

    fun takeBack(word: String) = session.deed { it.takeWordBack(who, word) }

    fun keep(word: String) = session.deed { it.keepWord(who, word) }

    fun letGo(word: String) = session.deed { it.letWordGo(who, word) }

    fun suggestRoutine(routine: String, often: HowOften, name: String) = session.deed(then = { _: String ->
        done("said.idea-sent", name)
    }) { it.suggestRoutine(who, routine, often) }

    fun suggestWords(text: String, name: String) = session.deed(then = { _: String -> done("said.idea-sent", name) }) { it.suggestWords(who, text) }

    fun stopShowing(item: String, name: String) = session.deed(then = { _: Unit ->
        session.say(Said("said.stopped-showing", listOf("name" to name)))
    }) { it.stopShowing(item, who) }

    fun allow(allow: Allow) = session.deed { it.setAllow(who, allow) }

    fun change(name: String, role: String, official: Boolean) = session.deed(then = { _: Unit ->
        way.used("about.$who.")
        way.leave(place)
    }) { phone ->
        phone.renamePerson(who, name)
        phone.setRole(who, role, official)
    }

    fun block() = session.deed(waits = true, then = { _: Unit -> session.say(Said("said.blocked")) }) { it.block(who) }

    fun remove() = session.deed(waits = true, then = { _: Unit ->
        session.say(Said("said.removed"), nextPage = true)
        way.go(Place.People)
    }) { it.removePerson(who) }

    private fun done(key: String, name: String) {
        way.used("to.$who.")
        session.say(Said(key, listOf("name" to name)), nextPage = true)
        way.leave(place)
    }
}

/** What one person sees of me. */
class SeeAsViewModel(session: Session, who: String) : ScreenModel(session) {
    val state: StateFlow<SeeAsScreen?> = watch { it.seeAs(who) }
}

/** The question before one thing is shown to one person. */
class ShowViewModel(session: Session, private val way: Way, private val place: Place.Show) : ScreenModel(session) {
    val state: StateFlow<ShowQuestion?> = watch({ way.leave(place) }) { it.beforeShowing(place.item, place.who) }

    fun show(until: Until, notes: Boolean, name: String) = session.deed(then = { _: Unit ->
        session.say(Said("said.shown", listOf("name" to name)), nextPage = true)
        way.leave(Place.ShowWhat(place.who))
        way.leave(Place.ShowWhom(place.item))
        way.leave(place)
    }) { it.show(place.item, place.who, until, notes) }
}
