// Things that one person shows another, drawn alike whether they show me or I look at what they see.
// Invariant: the same drawing shows both, and it adds nothing to what was sent.
package org.alongside.ui.people

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import alongside.core.ShownRoutineRow
import alongside.core.ShownThings
import org.alongside.ui.Place
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Days
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.Margin
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.Waiting
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.words.howOften
import org.alongside.ui.words.kind
import org.alongside.ui.words.offered
import org.alongside.ui.words.shortDay
import org.alongside.ui.words.state
import org.alongside.ui.parts.words

/** [encourage]: says something kind about the thing with this id, where that can go. */
@Composable
fun Shown(things: ShownThings, encourage: ((id: String) -> Unit)? = null) {
    if (things.routines.isEmpty() && things.goals.isEmpty() && things.steps.isEmpty()) Line(words("shown.nothing"))
    for (routine in things.routines) {
        Thing(routine.name, standing(routine), routine.until)
        Days(routine.days, routine.unit, routine.name, few = 7)
        Kind(routine.name, routine.id, encourage)
    }
    for (goal in things.goals) {
        Thing(goal.name, words.state(goal.state), goal.until)
        Kind(goal.name, goal.id, encourage)
    }
    for (step in things.steps) {
        Thing(step.name, words.state(step.state), step.until)
        Kind(step.name, step.id, encourage)
    }
}

@Composable
private fun Kind(name: String, id: String, encourage: ((id: String) -> Unit)?) {
    if (encourage != null) PlainButton(words("shown.encourage"), spoken = words("shown.encourage-of", "thing" to name)) { encourage(id) }
}

@Composable
private fun standing(routine: ShownRoutineRow): String = when {
    routine.ended -> words("routine.ended")
    routine.paused -> words("routine.paused")
    else -> words.howOften(routine.howOften)
}

@Composable
private fun Thing(name: String, under: String, until: String?) = Column(Modifier.padding(top = 6.dp)) {
    Text(name, fontWeight = FontWeight.Bold)
    Small(under)
    if (until != null) Small(words("until.through", "day" to words.shortDay(until)))
}

/** What one person sees of me, drawn from what is really sent to them. */
@Composable
fun SeeAsPage(place: Place.SeeAs, session: Session, way: Way) {
    val model = remember { SeeAsViewModel(session, way, place) }
    val screen by model.state.collectAsState()
    val seen = screen ?: return Waiting()
    Page(words("see-as.title", "name" to seen.name), words("see-as.under", "name" to seen.name)) {
        if (seen.onItsWay) Line(words("see-as.on-its-way"))
        if (seen.notAllHere) Line(words("see-as.not-all-here"))
        Part(words("see-as.things")) { Margin(LocalPalette.current.me.ground) { Shown(seen.shown) } }
        if (seen.words.isNotEmpty()) Part(words("see-as.words")) {
            Margin(LocalPalette.current.me.ground) {
                for (word in seen.words) Column(Modifier.padding(bottom = 12.dp)) {
                    Line(words.kind(word.kind, word.text))
                    word.about?.let { Small(words("word.about", "name" to it)) }
                    Small(words.shortDay(word.day))
                }
            }
        }
        if (seen.ideas.isNotEmpty()) Part(words("see-as.ideas")) { for (idea in seen.ideas) Line(words.offered(idea)) }
    }
}
