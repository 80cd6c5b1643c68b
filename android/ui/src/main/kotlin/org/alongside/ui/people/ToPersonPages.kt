// What goes to a person: a card, own words where they let them in, an idea; and who they are to me.
// What they let in, the core says. Invariant: cards come first, and nothing is sent by a touch that only opens a page.
package org.alongside.ui.people

import alongside.core.Allow
import alongside.core.ShownThings
import alongside.core.WordKind
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import org.alongside.ui.Place
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Band
import org.alongside.ui.parts.Choice
import org.alongside.ui.parts.Field
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.OftenChoice
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.RoleChoice
import org.alongside.ui.parts.Room
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.Typed
import org.alongside.ui.parts.Waiting
import org.alongside.ui.parts.draft
import org.alongside.ui.parts.oftenOffered
import org.alongside.ui.parts.picked
import org.alongside.ui.parts.roleChosen
import org.alongside.ui.parts.words
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.words.allow
import org.alongside.ui.words.kind
import org.alongside.ui.words.takes

/** Something kind for a person, about a thing that they show or about nothing. */
@Composable
fun EncouragePage(place: Place.Encourage, session: Session, way: Way) {
    val model = remember { PersonViewModel(session, way, place.who, place) }
    val screen by model.state.collectAsState()
    val them = screen ?: return Waiting()
    val name = them.person.name
    val fields = "to.${place.who}.${place.about.orEmpty()}."
    val (choice, choose) = picked<Any>(fields + "kind", Unit)
    val chosen = choice as? WordKind
    val own = draft(fields + "words").trim()
    val takesText = them.ownWords && (chosen is WordKind.OwnWords || chosen is WordKind.Seen || chosen is WordKind.Thanks)
    val about = place.about?.let { them.theyShow.nameOf(it) }
    Page(
        words("encourage.title", "name" to name), words("encourage.under", "name" to name),
        main = {
            if (them.cards.isNotEmpty()) {
                val whole = chosen != null && (chosen !is WordKind.OwnWords || own.isNotEmpty())
                MainButton(words("encourage.send", "name" to name), enabled = whole) {
                    if (chosen != null) model.encourage(chosen, if (takesText) own else "", place.about, name)
                }
            }
        },
    ) {
        if (about != null) Line(words("encourage.about", "thing" to about))
        words.takes(them.takes, name)?.let { Line(it) }
        if (them.cards.isEmpty()) return@Page
        Column(Modifier.selectableGroup()) {
            for (card in them.cards) Choice(words.kind(card, ""), chosen == card) { choose(card) }
            if (them.ownWords) {
                Choice(words("encourage.seen"), chosen is WordKind.Seen) { choose(WordKind.Seen) }
                Choice(words("encourage.own"), chosen is WordKind.OwnWords) { choose(WordKind.OwnWords) }
            }
        }
        if (takesText) {
            Field(words(if (chosen is WordKind.Seen) "encourage.seen-what" else "encourage.words"), fields + "words", lines = 3, most = Room.words)
            Small(words("encourage.signed", "name" to name))
        }
    }
}

/** What a shown thing is called; null where it is not shown any more. */
private fun ShownThings.nameOf(id: String): String? =
    routines.find { it.id == id }?.name ?: goals.find { it.id == id }?.name ?: steps.find { it.id == id }?.name

/** Own words that may hurt, once more before their writer's eyes. What is worth it, the core says; nothing is kept of it. */
@Composable
fun AgainPage(place: Place.Again, session: Session, way: Way) {
    val model = remember { PersonViewModel(session, way, place.who, place) }
    val screen by model.state.collectAsState()
    val name = (screen ?: return Waiting()).person.name
    Page(words("again.title"), words("again.under"), main = {
        MainButton(words("again.change")) { way.back() }
        PlainButton(words("again.send", "name" to name)) { model.send(place.words, name) }
    }) { Band(LocalPalette.current.note) { Line(place.words.text) } }
}

private enum class Suggesting { ROUTINE, STEP, WORDS }

/** An idea for a person. */
@Composable
fun SuggestPage(place: Place.Suggest, session: Session, way: Way) {
    val model = remember { PersonViewModel(session, way, place.who, place) }
    val screen by model.state.collectAsState()
    val them = screen ?: return Waiting()
    val name = them.person.name
    val fields = "to.${place.who}.idea."
    val (what, choose) = picked(fields + "what", Suggesting.ROUTINE)
    val (often, chooseOften) = picked(fields + "often", oftenOffered.first())
    val (goal, chooseGoal) = picked(fields + "goal", "")
    val field = fields + what.name
    val text = draft(field).trim()
    Page(
        words("suggest.title", "name" to name), words("suggest.under", "name" to name),
        main = {
            MainButton(words("suggest.send", "name" to name), enabled = text.isNotEmpty() && them.ownWords) {
                when (what) {
                    Suggesting.ROUTINE -> model.suggestRoutine(text, often, name)
                    Suggesting.STEP -> model.suggestStep(text, goal.ifEmpty { null }, name)
                    Suggesting.WORDS -> model.suggestWords(text, name)
                }
            }
        },
    ) {
        words.takes(them.takes, name)?.let { Line(it) }
        Column(Modifier.selectableGroup()) {
            Choice(words("suggest.routine"), what == Suggesting.ROUTINE) { choose(Suggesting.ROUTINE) }
            Choice(words("suggest.step"), what == Suggesting.STEP) { choose(Suggesting.STEP) }
            Choice(words("suggest.words"), what == Suggesting.WORDS) { choose(Suggesting.WORDS) }
        }
        when (what) {
            Suggesting.ROUTINE -> {
                Field(words("suggest.routine-name"), field, most = Room.name)
                OftenChoice(often, chooseOften)
            }
            Suggesting.STEP -> {
                Field(words("suggest.step-name"), field, most = Room.name)
                if (them.theyShow.goals.isNotEmpty()) Part(words("suggest.step-for")) {
                    Column(Modifier.selectableGroup()) {
                        Choice(words("suggest.step-for-none"), goal.isEmpty()) { chooseGoal("") }
                        for (one in them.theyShow.goals) Choice(one.name, goal == one.id) { chooseGoal(one.id) }
                    }
                }
            }
            Suggesting.WORDS -> Field(words("suggest.your-words"), field, lines = 3, most = Room.words)
        }
    }
}

/** Who someone is to me, what may come from them, and the ways out. */
@Composable
fun AboutPersonPage(place: Place.AboutPerson, session: Session, way: Way) {
    val model = remember { PersonViewModel(session, way, place.who, place) }
    val screen by model.state.collectAsState()
    val them = screen ?: return Waiting()
    val person = them.person
    val fields = PersonViewModel.fieldsOf(place.who)
    val name = draft(fields + "name", them.called).trim()
    val role = roleChosen(fields, person.role, person.official)
    Page(words("about-person.title", "name" to person.name)) {
        Part(words("about-person.may-come", "name" to person.name)) {
            Column(Modifier.selectableGroup()) {
                for (allow in Allow.entries) Choice(words.allow(allow), person.allows == allow) { model.allow(allow) }
            }
            Small(words("about-person.not-told", "name" to person.name))
        }
        Field(words("about-person.name"), fields + "name", first = them.called, most = Room.person, typed = Typed.Name)
        RoleChoice(fields, them.roles, role, first = person.role)
        // It keeps what stands above it; below the ways out it would seem to answer them.
        MainButton(words("about-person.keep"), Modifier.padding(top = 12.dp), enabled = name.isNotEmpty() && role.isWhole) { model.change(name, role.role, role.official) }
        Part(words("about-person.ways-out")) {
            Small(words("about-person.block-under"))
            if (!person.blocked) PlainButton(words("about-person.block", "name" to person.name)) { way.go(Place.Ending(place.who, block = true)) }
            PlainButton(words("about-person.remove", "name" to person.name)) { way.go(Place.Ending(place.who, block = false)) }
        }
    }
}

/** The second touch before a person is blocked or taken out. */
@Composable
fun EndingPage(place: Place.Ending, session: Session, way: Way) {
    val model = remember { PersonViewModel(session, way, place.who, place) }
    val screen by model.state.collectAsState()
    val name = (screen ?: return Waiting()).person.name
    Page(words(if (place.block) "ending.block-title" else "ending.remove-title", "name" to name), main = {
        if (place.block) MainButton(words("ending.block", "name" to name), onClick = model::block)
        else MainButton(words("ending.remove", "name" to name), onClick = model::remove)
    }) {
        Line(words(if (place.block) "ending.block-list" else "ending.remove-list", "name" to name))
        for (line in listOf("ending.not-told", "ending.no-new", "ending.keeps")) Line(words(line, "name" to name))
        Line(words("ending.back"))
    }
}
