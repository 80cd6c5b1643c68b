// One person: what came from them and what went to them, what they show me and what I show them, side by side.
// Invariant: both directions have the same room, and nothing tells whether they read or did anything.
package org.alongside.ui.people

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import alongside.core.PersonScreen
import alongside.core.SentRow
import alongside.core.SentIdeaRow
import alongside.core.WordRow
import org.alongside.ui.Place
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Margin
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.Row
import org.alongside.ui.parts.ShareLine
import org.alongside.ui.parts.SideButton
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.Waiting
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.words.kind
import org.alongside.ui.words.offered
import org.alongside.ui.words.role
import org.alongside.ui.words.shortDay
import org.alongside.ui.parts.words

@Composable
fun PersonPage(place: Place.Person, session: Session, way: Way) {
    val model = remember { PersonViewModel(session, way, place.who, place) }
    val screen by model.state.collectAsState()
    val them = screen ?: return Waiting()
    val name = them.person.name
    Page(
        name, words.role(them.person.role),
        main = {
            if (them.person.inTouch) MainButton(words("encourage.title", "name" to name)) { way.go(Place.Encourage(place.who)) }
        },
    ) {
        if (them.person.blocked) {
            Line(words("person.blocked-long"))
            Small(words("person.blocked-back"))
        } else if (!them.person.inTouch) Line(words("person.not-in-touch", "name" to name))
        FromThem(them, model, way)
        FromMe(them, model, way)
        Part(words("person.more")) {
            PlainButton(words("person.about", "name" to name)) { way.go(Place.AboutPerson(place.who)) }
        }
    }
}

@Composable
private fun FromThem(them: PersonScreen, model: PersonViewModel, way: Way) {
    val name = them.person.name
    Part(words("person.from-them", "name" to name), LocalPalette.current.us.ground) {
        Margin(LocalPalette.current.us.ground) {
            if (them.fromThem.isEmpty() && them.ideas.isEmpty()) Small(words("person.nothing-yet"))
            Latest(them.fromThem) { Came(it, model) }
            Latest(them.ideas) { idea -> Row(words("person.idea"), words.offered(idea.offered)) { way.go(Place.Ideas) } }
            Small(words("person.they-show", "name" to name), Modifier.padding(top = 10.dp))
            val about: ((String) -> Unit)? = if (them.cards.isEmpty()) null else ({ id -> way.go(Place.Encourage(them.person.who, id)) })
            Shown(them.theyShow, about)
        }
    }
}

@Composable
private fun FromMe(them: PersonScreen, model: PersonViewModel, way: Way) {
    val name = them.person.name
    val who = them.person.who
    Part(words("person.from-me", "name" to name), LocalPalette.current.me.ground) {
        Margin(LocalPalette.current.me.ground) {
            if (them.toThem.isEmpty() && them.myIdeas.isEmpty()) Small(words(if (them.cards.isEmpty()) "person.nothing-yet" else "person.say-hello"))
            Latest(them.toThem) { Sent(it, model) }
            Latest(them.myIdeas) { MyIdea(it, model) }
            Small(words("person.i-show", "name" to name), Modifier.padding(top = 10.dp))
            if (them.iShow.isEmpty()) Line(words("person.i-show-nothing", "name" to name))
            for (share in them.iShow) {
                Line(share.label)
                ShareLine(share, words("share.stop-of", "thing" to share.label, "name" to name)) { model.stopShowing(share.item, name) }
            }
            FlowRow(Modifier.fillMaxWidth().padding(top = 20.dp), Arrangement.spacedBy(8.dp), Arrangement.spacedBy(6.dp)) {
                SideButton(words("person.see-as", "name" to name)) { way.go(Place.SeeAs(who)) }
                if (them.person.inTouch) SideButton(words("person.show", "name" to name)) { way.go(Place.ShowWhat(who)) }
                if (them.ownWords) SideButton(words("person.suggest", "name" to name)) { way.go(Place.Suggest(who)) }
            }
        }
    }
}

// The newest few; the rest comes when it is asked for, so that years of words do not bury what can be done.
@Composable
private fun <T> Latest(all: List<T>, row: @Composable (T) -> Unit) {
    var more by remember { mutableStateOf(false) }
    for (one in if (more) all else all.take(FEW)) row(one)
    if (!more && all.size > FEW) PlainButton(words("person.older")) { more = true }
}

private const val FEW = 3

// What can be done about a word stands nearer to it than to the next.
private val apart = Modifier.padding(bottom = 10.dp)

@Composable
private fun Came(word: WordRow, model: PersonViewModel) = Column(apart) {
    Line(words.kind(word.kind, word.text))
    word.about?.let { Small(words("word.about", "name" to it)) }
    Small(words.shortDay(word.day))
    val text = words.kind(word.kind, word.text)
    if (word.kept) PlainButton(words("word.let-go"), spoken = words("word.let-go-of", "text" to text)) { model.letGo(word.id) }
    else PlainButton(words("word.keep"), spoken = words("word.keep-of", "text" to text)) { model.keep(word.id) }
}

@Composable
private fun Sent(word: SentRow, model: PersonViewModel) = Column(apart) {
    val text = words.kind(word.kind, word.text)
    Line(text)
    word.about?.let { Small(words("word.about", "name" to it)) }
    Small(words.shortDay(word.day))
    PlainButton(words("word.take-back"), spoken = words("word.take-back-of", "text" to text)) { model.takeBack(word.id) }
}

@Composable
private fun MyIdea(idea: SentIdeaRow, model: PersonViewModel) = Column(apart) {
    val text = words("idea.sent", "idea" to idea.label)
    Line(text)
    Small(words.shortDay(idea.day))
    PlainButton(words("word.take-back"), spoken = words("word.take-back-of", "text" to text)) { model.takeIdeaBack(idea.id) }
}
