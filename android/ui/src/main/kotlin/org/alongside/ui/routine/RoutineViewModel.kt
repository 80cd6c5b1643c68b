// The models of a routine's pages. They hand each deed to the core and decide nothing.
package org.alongside.ui.routine

import alongside.core.HowOften
import alongside.core.Mark
import alongside.core.RoutineScreen
import alongside.core.RoutinesScreen
import kotlinx.coroutines.flow.StateFlow
import org.alongside.ui.Place
import org.alongside.ui.Said
import org.alongside.ui.ScreenModel
import org.alongside.ui.Session
import org.alongside.ui.Way

/** All my routines. */
class RoutinesViewModel(session: Session) : ScreenModel(session) {
    val state: StateFlow<RoutinesScreen?> = watch { it.routines() }
}

/** One routine. */
class RoutineViewModel(session: Session, private val way: Way, private val id: String, place: Place) : ScreenModel(session) {
    val state: StateFlow<RoutineScreen?> = watch({ way.leave(place) }) { it.routine(id) }
    val item = "routine:$id"

    fun mark(day: String, mark: Mark?) = session.deed { it.mark(id, day, mark) }

    fun pause() = session.deed { it.pause(id, null) }

    fun resume() = session.deed { it.resume(id) }

    fun end() = session.deed { it.end(id) }

    fun takeUp() = session.deed { it.takeUp(id) }

    fun notice(on: Boolean) = session.deed { it.setRoutineNotice(id, on) }

    fun delete() = session.undoable(said = { seen: List<String>, undo ->
        val places = listOf("names" to seen.joinToString(", "))
        session.say(Said(if (seen.isEmpty()) "said.deleted" else "said.deleted-seen", places, undo), nextPage = true)
    }) { it.delete(item) }

    fun stopShowing(who: String, name: String) = session.deed(then = { _: Unit ->
        session.say(Said("said.stopped-showing", listOf("name" to name)))
        session.send()
    }) { it.stopShowing(item, who) }

    fun change(name: String, often: HowOften, time: String) = session.deed(then = { _: Unit ->
        way.used(fieldsOf(id))
        way.leave(Place.ChangeRoutine(id))
    }) { it.changeRoutine(id, name, often, time.ifEmpty { null }) }

    companion object {
        fun fieldsOf(id: String) = "routine.$id."
    }
}

/** A new routine. */
class AddRoutineViewModel(session: Session, private val way: Way) : ScreenModel(session) {
    fun add(name: String, often: HowOften, time: String) = session.deed(then = { _: String ->
        way.used("add-routine.")
        way.leave(Place.AddRoutine)
    }) { it.addRoutine(name, often, time.ifEmpty { null }) }
}

/** The notes of one day of a routine, as one text. */
class NoteViewModel(session: Session, private val way: Way, private val place: Place.Note) : ScreenModel(session) {
    val state: StateFlow<RoutineScreen?> = watch({ way.leave(place) }) { it.routine(place.routine) }
    val field = "note.${place.routine}.${place.day}"

    /** What was written on the day that the page was opened for, which may be yesterday by now. */
    fun notes(routine: RoutineScreen): String =
        (listOf(routine.today) + routine.days).find { it.day == place.day }?.notes.orEmpty().joinToString("\n")

    fun keep(text: String) = session.deed(then = { _: Unit ->
        way.used(field)
        way.leave(place)
    }) { it.setNote(place.routine, place.day, text.ifBlank { null }) }
}
