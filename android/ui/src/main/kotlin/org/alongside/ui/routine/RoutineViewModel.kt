// The models of a routine's pages. They hand each deed to the core and decide nothing.
package org.alongside.ui.routine

import kotlinx.coroutines.flow.StateFlow
import org.alongside.ui.Place
import org.alongside.ui.Said
import org.alongside.ui.ScreenModel
import org.alongside.ui.Session
import org.alongside.ui.Way
import alongside.core.HowOften
import alongside.core.Mark
import alongside.core.RoutineScreen

/** One routine. */
class RoutineViewModel(session: Session, private val way: Way, private val id: String, place: Place) : ScreenModel(session) {
    val state: StateFlow<RoutineScreen?> = watch({ way.leave(place) }) { it.routine(id) }
    val item = "routine:$id"

    fun mark(day: String, mark: Mark?) = session.deed { it.mark(id, day, mark) }

    fun pause() = session.deed { it.pause(id, null) }

    fun resume() = session.deed { it.resume(id) }

    fun end() = session.deed { it.end(id) }

    fun takeUp() = session.deed { it.takeUp(id) }

    fun delete() = session.deed(then = { seen: List<String> ->
        val places = listOf("names" to seen.joinToString(", "))
        session.say(Said(if (seen.isEmpty()) "said.deleted" else "said.deleted-seen", places, undo = true), nextPage = true)
    }) { it.delete(item) }

    fun stopShowing(who: String, name: String) = session.deed(then = { _: Unit ->
        session.say(Said("said.stopped-showing", listOf("name" to name)))
    }) { it.stopShowing(item, who) }

    /** Changes what was changed, in one go. */
    fun change(before: RoutineScreen, name: String, often: HowOften?, time: String?) = session.deed(then = { _: Unit ->
        way.used(fieldsOf(id))
        way.leave(Place.ChangeRoutine(id))
    }) { phone ->
        if (name != before.name) phone.rename(item, name)
        if (often != null) phone.setHowOften(id, often)
        if (time != before.time) phone.setTime(id, time)
    }

    companion object {
        fun fieldsOf(id: String) = "routine.$id."
    }
}

/** A new routine. */
class AddRoutineViewModel(session: Session, private val way: Way) : ScreenModel(session) {
    fun add(name: String, often: HowOften, time: String?) = session.deed(then = { _: String ->
        way.used("add-routine.")
        way.leave(Place.AddRoutine)
    }) { it.addRoutine(name, often, time) }
}

/** A note for one day of a routine. */
class NoteViewModel(session: Session, private val way: Way, private val place: Place.Note) : ScreenModel(session) {
    val state: StateFlow<RoutineScreen?> = watch({ way.leave(place) }) { it.routine(place.routine) }

    fun keep(text: String) = session.deed(then = { _: Unit ->
        way.used("note.")
        way.leave(place)
    }) { it.setNote(place.routine, place.day, text.ifBlank { null }) }
}
