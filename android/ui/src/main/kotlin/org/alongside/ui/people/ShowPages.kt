// Showing one thing to one person: which, to whom, for how long. What may be shown, the core says.
// Invariant: who will see what is said before it is shown, and what someone with an office may have to do.
package org.alongside.ui.people

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import alongside.core.Until
import org.alongside.ui.Place
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Band
import org.alongside.ui.parts.Choice
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Margin
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.Row
import org.alongside.ui.parts.Switch
import org.alongside.ui.parts.Waiting
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.words.role
import org.alongside.ui.words.until
import org.alongside.ui.parts.words

/** Which of my things to show to this person. */
@Composable
fun ShowWhatPage(place: Place.ShowWhat, session: Session, way: Way) {
    val model = remember { PersonViewModel(session, way, place.who, place) }
    val screen by model.state.collectAsState()
    val them = screen ?: return Waiting()
    val name = them.person.name
    Page(words("show.what", "name" to name), words("show.one-thing")) {
        if (them.couldShow.isEmpty()) Line(words("show.nothing-left", "name" to name))
        for (thing in them.couldShow) Row(thing.label, words("show.kind." + thing.item.substringBefore(':'))) { way.go(Place.Show(thing.item, place.who)) }
    }
}

/** To which of my people to show this thing. */
@Composable
fun ShowWhomPage(place: Place.ShowWhom, session: Session, way: Way) {
    val model = remember { ShowWhomViewModel(session, way, place) }
    val screen by model.state.collectAsState()
    val could = screen ?: return Waiting()
    Page(words("show.whom"), words("show.one-person")) {
        if (could.people.isEmpty()) {
            Line(words(if (could.isSeen) "show.all-see" else "show.nobody"))
            PlainButton(words("people.invite")) { way.go(Place.Invite) }
        }
        for (person in could.people) Row(person.name, words.role(person.role)) { way.go(Place.Show(place.item, person.who)) }
    }
}

/** The last question, with the very thing that they would see. */
@Composable
fun ShowPage(place: Place.Show, session: Session, way: Way) {
    val model = remember { ShowViewModel(session, way, place) }
    val screen by model.state.collectAsState()
    val question = screen ?: return Waiting()
    val name = question.name
    var chosen by remember { mutableStateOf<Until?>(null) }
    val until = chosen ?: question.lengths.first()
    var notes by remember { mutableStateOf(false) }
    Page(
        words("show.title", "name" to name), question.label,
        main = {
            MainButton(words("show.yes", "name" to name)) { model.show(until, notes, name) }
            PlainButton(words("person.see-as", "name" to name)) { way.go(Place.SeeAs(place.who)) }
        },
    ) {
        Line(words(if (question.hasDays) "show.will-see-days" else "show.will-see", "name" to name, "thing" to question.label))
        if (question.official) Band(LocalPalette.current.note) { Line(words("show.official", "name" to name)) }
        Part(words("show.how-long")) {
            Column(Modifier.selectableGroup()) {
                for (length in question.lengths) {
                    val week = length is Until.Through
                    Choice(if (week) words("show.for-a-week") else words.until(length), until == length, under = if (week) words.until(length) else null) {
                        chosen = length
                    }
                }
            }
        }
        if (question.hasDays) Switch(words("show.notes"), notes, under = words("show.notes-under", "name" to name)) { notes = it }
        Line(words("show.can-stop", "name" to name))
        Part(words("show.would-see", "name" to name)) { Margin(LocalPalette.current.me.ground) { Shown(question.wouldSee) } }
    }
}
