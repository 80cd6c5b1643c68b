// What goes to a person: a card, own words where they let them in, an idea; and who they are to me.
// What they let in, the core says. Invariant: cards come first, and nothing is sent by a touch that only opens a page.
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
import alongside.core.Allow
import alongside.core.HowOften
import alongside.core.Takes
import alongside.core.WordKind
import org.alongside.ui.Place
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Choice
import org.alongside.ui.parts.Field
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.OftenChoice
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.RoleChoice
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.draft
import org.alongside.ui.words.allow
import org.alongside.ui.words.card
import org.alongside.ui.words.takes
import org.alongside.ui.parts.words

/** Something kind for a person. */
@Composable
fun EncouragePage(place: Place.Encourage, session: Session, way: Way) {
    val model = remember { PersonViewModel(session, way, place.who, place) }
    val screen by model.state.collectAsState()
    val them = screen ?: return
    val name = them.person.name
    var chosen by remember { mutableStateOf<WordKind?>(null) }
    val field = "to.${place.who}.words"
    val own = draft(field).trim()
    val open = them.takes == Takes.CARDS || them.takes == Takes.OWN_WORDS
    val kind = chosen
    Page(
        words("encourage.title", "name" to name), words("encourage.under", "name" to name),
        main = {
            if (open) MainButton(words("encourage.send", "name" to name), enabled = if (kind is WordKind.OwnWords) own.isNotEmpty() else kind != null) {
                if (kind != null) model.encourage(kind, if (kind is WordKind.OwnWords) own else "", name)
            }
        },
    ) {
        words.takes(them.takes, name)?.let { Line(it) }
        if (!open) return@Page
        Column(Modifier.selectableGroup()) {
            for (card in them.cards) if (card is WordKind.Card) Choice(words.card(card.v1), kind == card) { chosen = card }
            Choice(words("word.thanks"), kind is WordKind.Thanks) { chosen = WordKind.Thanks }
            if (them.takes == Takes.OWN_WORDS) Choice(words("encourage.own"), kind is WordKind.OwnWords) { chosen = WordKind.OwnWords }
        }
        if (kind is WordKind.OwnWords) {
            Field(words("encourage.words"), field, lines = 3, most = 280)
            Small(words("encourage.signed", "name" to name))
        }
    }
}

/** An idea for a person. */
@Composable
fun SuggestPage(place: Place.Suggest, session: Session, way: Way) {
    val model = remember { PersonViewModel(session, way, place.who, place) }
    val screen by model.state.collectAsState()
    val them = screen ?: return
    val name = them.person.name
    var routine by remember { mutableStateOf(true) }
    var often by remember { mutableStateOf<HowOften>(HowOften.Daily) }
    val field = "to.${place.who}.idea"
    val text = draft(field).trim()
    Page(
        words("suggest.title", "name" to name), words("suggest.under", "name" to name),
        main = {
            MainButton(words("suggest.send", "name" to name), enabled = text.isNotEmpty() && them.takes == Takes.OWN_WORDS) {
                if (routine) model.suggestRoutine(text, often, name) else model.suggestWords(text, name)
            }
        },
    ) {
        words.takes(them.takes, name)?.let { Line(it) }
        Column(Modifier.selectableGroup()) {
            Choice(words("suggest.routine"), routine) { routine = true }
            Choice(words("suggest.words"), !routine) { routine = false }
        }
        Field(words(if (routine) "suggest.routine-name" else "suggest.your-words"), field, lines = if (routine) 1 else 3, most = if (routine) 60 else 280)
        if (routine) OftenChoice(often) { often = it }
    }
}

/** Who someone is to me, what may come from them, and the ways out. */
@Composable
fun AboutPersonPage(place: Place.AboutPerson, session: Session, way: Way) {
    val model = remember { PersonViewModel(session, way, place.who, place) }
    val screen by model.state.collectAsState()
    val person = screen?.person ?: return
    val fields = "about.${place.who}."
    var official by remember { mutableStateOf(person.official) }
    val name = draft(fields + "name", person.name).trim()
    val role = draft(fields + "role", person.role).trim()
    Page(
        words("about-person.title", "name" to person.name),
        main = { MainButton(words("about-person.keep"), enabled = name.isNotEmpty() && role.isNotEmpty()) { model.change(name, role, official) } },
    ) {
        Part(words("about-person.may-come", "name" to person.name)) {
            Column(Modifier.selectableGroup()) {
                for (allow in Allow.entries) Choice(words.allow(allow), person.allows == allow) { model.allow(allow) }
            }
            Small(words("about-person.not-told", "name" to person.name))
        }
        Field(words("about-person.name"), fields + "name", first = person.name, most = 30)
        RoleChoice(fields + "role", role, official) { official = it }
        Part(words("about-person.ways-out")) {
            Small(words("about-person.block-under"))
            if (!person.blocked) PlainButton(words("about-person.block", "name" to person.name), onClick = model::block)
            PlainButton(words("about-person.remove", "name" to person.name), onClick = model::remove)
        }
    }
}
