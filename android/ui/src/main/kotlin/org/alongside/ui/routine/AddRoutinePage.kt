// A new routine, a changed one, and a note for a day. Knows no rhythm and no day of its own.
// Invariant: nothing has to be filled in but a name; the note may be left empty, which takes it away.
package org.alongside.ui.routine

import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import java.time.DateTimeException
import java.time.LocalTime
import org.alongside.ui.Place
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Field
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.OftenChoice
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.draft
import org.alongside.ui.words.day
import org.alongside.ui.parts.words
import alongside.core.HowOften

@Composable
fun AddRoutinePage(session: Session, way: Way) {
    val model = remember { AddRoutineViewModel(session, way) }
    var often by remember { mutableStateOf<HowOften>(HowOften.Daily) }
    val name = draft("add-routine.name").trim()
    val typed = draft("add-routine.time").trim()
    Page(
        words("add-routine.title"), words("share.only-you"),
        main = {
            MainButton(words("add-routine.add"), enabled = name.isNotEmpty() && isTimeOrNone(typed)) {
                model.add(name, often, timeOf(typed))
            }
        },
    ) {
        Field(words("add-routine.name"), "add-routine.name")
        OftenChoice(often) { often = it }
        TimeField("add-routine.time", typed)
    }
}

@Composable
fun ChangeRoutinePage(place: Place.ChangeRoutine, session: Session, way: Way) {
    val model = remember { RoutineViewModel(session, way, place.id, place) }
    val screen by model.state.collectAsState()
    val routine = screen ?: return
    val fields = RoutineViewModel.fieldsOf(place.id)
    var often by remember { mutableStateOf<HowOften?>(null) }
    val name = draft(fields + "name", routine.name).trim()
    val typed = draft(fields + "time", routine.time.orEmpty()).trim()
    Page(
        words("change-routine.title"), routine.name,
        main = {
            MainButton(words("change-routine.keep"), enabled = name.isNotEmpty() && isTimeOrNone(typed)) {
                model.change(routine, name, often, timeOf(typed))
            }
        },
    ) {
        Field(words("add-routine.name"), fields + "name", first = routine.name)
        OftenChoice(often ?: routine.howOften) { often = it }
        TimeField(fields + "time", typed, routine.time.orEmpty())
    }
}

@Composable
fun NotePage(place: Place.Note, session: Session, way: Way) {
    val model = remember { NoteViewModel(session, way, place) }
    val screen by model.state.collectAsState()
    val routine = screen ?: return
    val field = "note.${place.routine}"
    val before = routine.today.notes.firstOrNull().orEmpty()
    val text = draft(field, before)
    Page(routine.name, words.day(place.day), main = { MainButton(words("note.keep")) { model.keep(text) } }) {
        Field(words("note.how"), field, first = before, lines = 4, most = 5_000)
        Line(words(if (routine.seenBy.any { it.open && it.notes }) "note.shown" else "note.only-you"))
    }
}

@Composable
private fun TimeField(field: String, typed: String, first: String = "") {
    Field(words("add-routine.time"), field, first = first, most = 5)
    if (!isTimeOrNone(typed)) Small(words("add-routine.time-help"))
}

/** A typed time as `HH:mm`; none where nothing was typed. `8:30`, `8.30`, `0830` and `8` are all times. */
internal fun timeOf(typed: String): String? {
    val numbers = typed.split(':', '.').let { if (it.size == 1 && typed.length >= 3) listOf(typed.dropLast(2), typed.takeLast(2)) else it }
    val (hours, minutes) = (numbers + "0").take(2).map { it.toIntOrNull() ?: return null }
    return try {
        LocalTime.of(hours, minutes).toString()
    } catch (_: DateTimeException) {
        null
    }
}

internal fun isTimeOrNone(typed: String): Boolean = typed.isEmpty() || timeOf(typed) != null
