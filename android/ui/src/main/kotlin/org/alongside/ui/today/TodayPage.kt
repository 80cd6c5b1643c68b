// Today: my routines and one thing about people, side by side with the same weight. Knows no rhythm and no day but the
// one it is given. Invariant: an unmarked routine shows no word about that.
package org.alongside.ui.today

import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import org.alongside.ui.Place
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Icons
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Margin
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.RoutineMarks
import org.alongside.ui.parts.Rule
import org.alongside.ui.parts.SideButton
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.Waiting
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.words.day
import org.alongside.ui.words.kind
import org.alongside.ui.words.offered
import org.alongside.ui.words.role
import org.alongside.ui.parts.words
import alongside.core.TodayRow
import alongside.core.TodayScreen
import alongside.core.Us

@Composable
fun TodayPage(session: Session, way: Way) {
    val model = remember { TodayViewModel(session) }
    val screen by model.state.collectAsState()
    val today = screen ?: return Waiting()
    Page(
        words("today.title"), words.day(today.day),
        start = { PlainButton(words("settings.title"), icon = Icons.settings) { way.go(Place.Settings) } },
        main = {
            MainButton(words("today.add-routine")) { way.go(Place.AddRoutine) }
            PlainButton(words("today.routines")) { way.go(Place.Routines) }
        },
    ) {
        if (today.welcomeBack) Line(words("today.welcome-back"))
        // The one thing about people comes first: below a long day it would never be seen.
        Part(words("today.us"), LocalPalette.current.us.ground) {
            Margin(LocalPalette.current.us.ground) { OneThing(today.us, way) }
        }
        Part(words("today.mine"), LocalPalette.current.me.ground) {
            Margin(LocalPalette.current.me.ground) { Mine(today, model, way) }
        }
        if (today.paused.isNotEmpty()) Part(words("today.paused")) {
            for (row in today.paused) PlainButton(row.name) { way.go(Place.Routine(row.id)) }
        }
    }
}

@Composable
private fun Mine(today: TodayScreen, model: TodayViewModel, way: Way) {
    if (today.routines.isEmpty()) Line(words("today.blank"))
    today.routines.forEachIndexed { at, row ->
        if (at > 0) Rule()
        Routine(row, today.day, model, way)
    }
}

@Composable
private fun Routine(row: TodayRow, day: String, model: TodayViewModel, way: Way) = RoutineMarks(
    row.name, row.time, row.mark, row.amount, row.unit, row.notes,
    onMark = { model.mark(row, day, it) },
    onNote = { way.go(Place.Note(row.id, day)) },
    onOpen = { way.go(Place.Routine(row.id)) },
)

@Composable
private fun OneThing(us: Us, way: Way) = when (us) {
    is Us.Nobody -> {
        Line(words("today.nobody"))
        SideButton(words("today.invite"), apart) { way.go(Place.Invite) }
    }
    is Us.Idea -> {
        Line(words("today.idea", "name" to us.idea.name))
        Small(words.offered(us.idea.offered))
        SideButton(words("today.look-at-idea"), apart) { way.go(Place.Ideas) }
    }
    is Us.Word -> {
        Line(words("today.word", "name" to us.word.name.orEmpty(), "text" to words.kind(us.word.kind, us.word.text)))
        us.word.about?.let { Small(words("word.about", "name" to it)) }
        SideButton(words("person.open", "name" to us.word.name.orEmpty()), apart) { way.go(Place.Person(us.word.from)) }
    }
    is Us.Person -> {
        Line(us.person.name)
        Small(words.role(us.person.role))
        SideButton(words("today.say-hello", "name" to us.person.name), apart) { way.go(Place.Encourage(us.person.who)) }
    }
}

// The deed stands apart from the words before it.
private val apart = Modifier.padding(top = 8.dp)
