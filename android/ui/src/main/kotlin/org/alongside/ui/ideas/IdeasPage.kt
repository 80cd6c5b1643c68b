// Ideas of others: use it, change it, or not now. Knows nothing of what the writer learns, which is nothing.
// Invariant: the three answers have the same weight on the screen, and none asks for a reason.
package org.alongside.ui.ideas

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.flow.StateFlow
import org.alongside.ui.Place
import org.alongside.ui.Said
import org.alongside.ui.ScreenModel
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Field
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Margin
import org.alongside.ui.parts.OftenChoice
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.Room
import org.alongside.ui.parts.SideButton
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.Waiting
import org.alongside.ui.parts.draft
import org.alongside.ui.parts.oftenOffered
import org.alongside.ui.parts.picked
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.words.offered
import org.alongside.ui.words.shortDay
import org.alongside.ui.parts.words
import alongside.core.HowOften
import alongside.core.IdeaRow
import alongside.core.IdeasScreen
import alongside.core.Offered

class IdeasViewModel(session: Session, private val way: Way) : ScreenModel(session) {
    val state: StateFlow<IdeasScreen?> = watch { it.ideas() }

    fun use(idea: IdeaRow) = session.undoable(said = { _: Unit, undo -> session.say(Said("said.idea-used", undo = undo)) }) { it.useIdea(idea.from, idea.id) }

    fun leave(idea: IdeaRow) = session.deed(then = { _: Unit -> session.say(Said("said.idea-left")) }) { it.leaveIdea(idea.from, idea.id) }

    fun change(idea: IdeaRow, name: String, often: HowOften?) = session.undoable(then = {
        way.used(fieldsOf(idea.from, idea.id))
        way.leave(Place.ChangeIdea(idea.from, idea.id))
    }, said = { _: Unit, undo -> session.say(Said("said.idea-used", undo = undo), nextPage = true) }) {
        it.changeIdea(idea.from, idea.id, name, often)
    }

    companion object {
        fun fieldsOf(from: String, idea: String) = "change-idea.$from.$idea."
    }
}

@Composable
fun IdeasPage(session: Session, way: Way) {
    val model = remember { IdeasViewModel(session, way) }
    val screen by model.state.collectAsState()
    val ideas = screen?.ideas ?: return Waiting()
    Page(words("home.ideas"), words("ideas.under")) {
        if (ideas.isEmpty()) Line(words("ideas.blank"))
        for (idea in ideas) Part(words("ideas.from", "name" to idea.name)) {
            Margin(LocalPalette.current.us.ground) {
                Line(words.offered(idea.offered))
                Small(words.shortDay(idea.day))
                if (idea.left) Small(words("ideas.left"))
                Answers(idea, model, way)
            }
        }
    }
}

@Composable
private fun Answers(idea: IdeaRow, model: IdeasViewModel, way: Way) {
    val about = arrayOf("idea" to words.offered(idea.offered), "name" to idea.name)
    FlowRow(Modifier.fillMaxWidth().padding(top = 6.dp), Arrangement.spacedBy(8.dp), Arrangement.spacedBy(6.dp)) {
        val change = { way.go(Place.ChangeIdea(idea.from, idea.id)) }
        if (idea.canUse) {
            SideButton(words("ideas.use"), spoken = words("ideas.use-of", *about)) { model.use(idea) }
            SideButton(words("ideas.change"), spoken = words("ideas.change-of", *about), onClick = change)
        } else SideButton(words("ideas.make-step"), spoken = words("ideas.make-step-of", *about), onClick = change)
        if (!idea.left) SideButton(words("ideas.not-now"), spoken = words("ideas.not-now-of", *about)) { model.leave(idea) }
    }
}

/** Uses an idea in my own way. */
@Composable
fun ChangeIdeaPage(place: Place.ChangeIdea, session: Session, way: Way) {
    val model = remember { IdeasViewModel(session, way) }
    val screen by model.state.collectAsState()
    val ideas = screen?.ideas ?: return Waiting()
    val idea = ideas.find { it.from == place.from && it.id == place.idea }
    if (idea == null) return Page(words("trouble.not-found")) {}
    val first = when (val offered = idea.offered) {
        is Offered.Routine -> offered.name
        is Offered.Step -> offered.name
        is Offered.Words -> ""
    }
    val fields = IdeasViewModel.fieldsOf(place.from, place.idea)
    val offered = idea.offered as? Offered.Routine
    val (often, choose) = picked(fields + "often", offered?.howOften ?: oftenOffered.first())
    val name = draft(fields + "name", first).trim()
    Page(
        words(if (idea.canUse) "ideas.change" else "ideas.make-step"), words("ideas.from", "name" to idea.name),
        main = { MainButton(words("ideas.use-mine"), enabled = name.isNotEmpty()) { model.change(idea, name, if (offered == null) null else often) } },
    ) {
        if (!idea.canUse) Line(words.offered(idea.offered))
        Field(words(if (idea.canUse) "ideas.your-words" else "ideas.step-name"), fields + "name", first = first, most = Room.name)
        if (offered != null) OftenChoice(often, choose)
    }
}
