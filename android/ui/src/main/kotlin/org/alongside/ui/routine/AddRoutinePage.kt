// A new routine, a changed one, and the notes of a day. Knows no rhythm and no day of its own; times are read by the core.
// Invariant: nothing has to be filled in but a name; the note may be left empty, which takes it away.
package org.alongside.ui.routine

import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import org.alongside.ui.Place
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Field
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.OftenChoice
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Room
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.Typed
import org.alongside.ui.parts.Waiting
import org.alongside.ui.parts.draft
import org.alongside.ui.parts.oftenOffered
import org.alongside.ui.parts.picked
import org.alongside.ui.parts.words
import org.alongside.ui.words.day

@Composable
fun AddRoutinePage(session: Session, way: Way) {
    val model = remember { AddRoutineViewModel(session, way) }
    val (often, choose) = picked("add-routine.often", oftenOffered.first())
    val name = draft("add-routine.name").trim()
    val time = draft("add-routine.time").trim()
    Page(
        words("add-routine.title"), words("share.only-you"),
        main = { MainButton(words("add-routine.add"), enabled = name.isNotEmpty()) { model.add(name, often, time) } },
    ) {
        Field(words("add-routine.name"), "add-routine.name", most = Room.name)
        OftenChoice(often, choose)
        TimeField("add-routine.time")
    }
}

@Composable
fun ChangeRoutinePage(place: Place.ChangeRoutine, session: Session, way: Way) {
    val model = remember { RoutineViewModel(session, way, place.id, place) }
    val screen by model.state.collectAsState()
    val routine = screen ?: return Waiting()
    val fields = RoutineViewModel.fieldsOf(place.id)
    val (often, choose) = picked(fields + "often", routine.howOften)
    val name = draft(fields + "name", routine.name).trim()
    val time = draft(fields + "time", routine.time.orEmpty()).trim()
    Page(
        words("change-routine.title"), routine.name,
        main = { MainButton(words("change-routine.keep"), enabled = name.isNotEmpty()) { model.change(name, often, time) } },
    ) {
        Field(words("add-routine.name"), fields + "name", first = routine.name, most = Room.name)
        OftenChoice(often, choose)
        TimeField(fields + "time", routine.time.orEmpty())
    }
}

@Composable
fun NotePage(place: Place.Note, session: Session, way: Way) {
    val model = remember { NoteViewModel(session, way, place) }
    val screen by model.state.collectAsState()
    val routine = screen ?: return Waiting()
    val before = model.notes(routine)
    val text = draft(model.field, before)
    Page(routine.name, words.day(place.day), main = { MainButton(words("note.keep")) { model.keep(text) } }) {
        Field(words("note.how"), model.field, first = before, lines = 4, most = Room.note)
        Line(words(if (routine.notesSeen) "note.shown" else "note.only-you"))
    }
}

@Composable
private fun TimeField(field: String, first: String = "") {
    Field(words("add-routine.time"), field, first = first, typed = Typed.Code)
    Small(words("add-routine.time-help"))
}
