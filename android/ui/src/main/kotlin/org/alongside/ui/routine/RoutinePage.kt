// A routine: how often, its days as they were written, who sees it, and what can be done with it.
// Invariant: days without a mark are not drawn, and leaving, pausing or ending asks for no reason.
package org.alongside.ui.routine

import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import org.alongside.ui.AppModel
import org.alongside.ui.Place
import org.alongside.ui.Session
import org.alongside.ui.parts.Days
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Margin
import org.alongside.ui.parts.Marks
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.SeenBy
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.Switch
import org.alongside.ui.parts.Waiting
import org.alongside.ui.platform.Notices
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.words.amount
import org.alongside.ui.words.howOften
import org.alongside.ui.words.shortDay
import org.alongside.ui.words.time
import org.alongside.ui.parts.words
import alongside.core.RoutineScreen

@Composable
fun RoutinePage(place: Place.Routine, session: Session, app: AppModel) {
    val way = app.way
    val model = remember { RoutineViewModel(session, way, place.id, place) }
    val screen by model.state.collectAsState()
    val routine = screen ?: return Waiting()
    Page(
        routine.name, words.howOften(routine.howOften),
        main = { MainButton(words("routine.show")) { way.go(Place.ShowWhom(model.item)) } },
    ) {
        routine.time?.let { Line(words("routine.at", "time" to words.time(it))) }
        Standing(routine)
        Part(words("today.title")) {
            Margin(LocalPalette.current.me.ground) {
                Marks(routine.name, routine.today.mark, { model.mark(routine.today.day, it) }) {
                    way.go(Place.Note(routine.id, routine.today.day))
                }
                routine.today.amount?.let { Small(words.amount(it, routine.unit)) }
                for (note in routine.today.notes) Small(note)
            }
        }
        Part(words("routine.who-sees")) { SeenBy(routine.seenBy, model::stopShowing) { way.go(Place.Person(it)) } }
        if (routine.days.isNotEmpty()) Part(words("routine.days")) { Days(routine.days, routine.unit, routine.name, few = 14) }
        Part(words("routine.notice")) { Notice(routine, model, app.platform.notices) }
        Part(words("routine.change-it")) {
            PlainButton(words("routine.change")) { way.go(Place.ChangeRoutine(routine.id)) }
            when {
                routine.ended -> PlainButton(words("routine.take-up"), onClick = model::takeUp)
                routine.paused -> PlainButton(words("routine.resume"), onClick = model::resume)
                else -> {
                    PlainButton(words("routine.pause"), onClick = model::pause)
                    PlainButton(words("routine.end"), onClick = model::end)
                }
            }
            PlainButton(words("routine.delete"), onClick = model::delete)
        }
    }
}

@Composable
private fun Standing(routine: RoutineScreen) {
    val until = routine.pausedUntil
    when {
        routine.ended -> Line(words("routine.ended"))
        routine.paused && until != null -> Line(words("routine.paused-until", "day" to words.shortDay(until)))
        routine.paused -> Line(words("routine.paused"))
    }
}

@Composable
private fun Notice(routine: RoutineScreen, model: RoutineViewModel, notices: Notices) {
    var refused by remember { mutableStateOf(false) }
    if (routine.time == null) return Small(words("routine.notice-needs-time"))
    Switch(words("routine.notice-on"), routine.notice, under = words("routine.notice-under")) { wanted ->
        if (!wanted) model.notice(false)
        else notices.ask { allowed ->
            refused = !allowed
            if (allowed) model.notice(true)
        }
    }
    if (refused) Small(words("routine.notice-refused"))
}
