// Goals, each with its next small steps. It knows no rule about when a goal is reached: the person says so.
// Invariant: what is set aside is there with its words and nothing is said about it.
package org.alongside.ui.goals

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import org.alongside.ui.Place
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Beside
import org.alongside.ui.parts.Choice
import org.alongside.ui.parts.Field
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Margin
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.Room
import org.alongside.ui.parts.Row
import org.alongside.ui.parts.SeenBy
import org.alongside.ui.parts.Switch
import org.alongside.ui.parts.Waiting
import org.alongside.ui.parts.draft
import org.alongside.ui.parts.picked
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.words.area
import org.alongside.ui.words.state
import org.alongside.ui.parts.words
import alongside.core.GoalsScreen
import alongside.core.ShareRow
import alongside.core.State
import alongside.core.StepRow

@Composable
fun GoalsPage(session: Session, way: Way) {
    val model = remember { GoalsViewModel(session, way) }
    val screen by model.state.collectAsState()
    val goals = screen ?: return Waiting()
    Page(words("home.goals"), words("goals.under"), main = { MainButton(words("goals.add")) { way.go(Place.AddGoal) } }) {
        if (goals.goals.isEmpty() && goals.steps.isEmpty()) Line(words("goals.blank"))
        for (goal in goals.goals) key(goal.id) { Part(goal.name) {
            Margin(LocalPalette.current.me.ground) {
                Row(words.state(goal.state), goal.area?.let { words.area(it) }, spoken = words("goals.open-row", "goal" to goal.name, "state" to words.state(goal.state))) {
                    way.go(Place.Goal("goal:${goal.id}"))
                }
                Steps(goal.steps, model, way)
                PlainButton(words("goals.add-step"), spoken = words("goals.add-step-to", "goal" to goal.name)) { way.go(Place.AddStep(goal.id)) }
            }
        } }
        Part(words("goals.steps-alone")) {
            Margin(LocalPalette.current.me.ground) {
                Steps(goals.steps, model, way)
                PlainButton(words("goals.add-step")) { way.go(Place.AddStep(null)) }
            }
        }
    }
}

@Composable
private fun Steps(steps: List<StepRow>, model: GoalsViewModel, way: Way) {
    // Folded is what was over when the page was opened: a step that is ticked now stays where it is.
    val folded = remember { steps.filter { it.over }.map { it.id }.toSet() }
    var whole by remember { mutableStateOf(false) }
    StepRows(if (whole) steps else steps.filter { it.id !in folded }, model, way)
    if (!whole && steps.any { it.id in folded }) PlainButton(words("goals.over-steps")) { whole = true }
}

@Composable
private fun StepRows(steps: List<StepRow>, model: GoalsViewModel, way: Way) {
    for (step in steps) {
        val item = "step:${step.id}"
        val under = if (step.state == State.GOING || step.state == State.REACHED) null else words.state(step.state)
        Beside({ modifier ->
            Switch(step.name, step.state == State.REACHED, modifier, under) { done ->
                model.set(item, if (done) State.REACHED else State.GOING)
            }
        }) { PlainButton(words("goals.open"), spoken = words("goals.open-it", "goal" to step.name)) { way.go(Place.Goal(item)) } }
    }
}

/** One goal or step: where it stands and who sees it. */
@Composable
fun GoalPage(place: Place.Goal, session: Session, way: Way) {
    val model = remember { GoalsViewModel(session, way) }
    val screen by model.state.collectAsState()
    val goals = screen ?: return Waiting()
    val goal = goals.goalOf(place.item)
    val step = goals.stepOf(place.item)
    when {
        goal != null -> Standing(place.item, goal.name, goal.state, goal.seenBy, goal.area, model, way)
        step != null -> Standing(place.item, step.name, step.state, step.seenBy, null, model, way)
        else -> Page(words("trouble.not-found")) {}
    }
}

private fun GoalsScreen.goalOf(item: String) = goals.find { "goal:${it.id}" == item }

private fun GoalsScreen.stepOf(item: String) = (goals.flatMap { it.steps } + steps).find { "step:${it.id}" == item }

/** Another name for a goal or step. */
@Composable
fun ChangeThingPage(place: Place.ChangeThing, session: Session, way: Way) {
    val model = remember { GoalsViewModel(session, way) }
    val screen by model.state.collectAsState()
    val goals = screen ?: return Waiting()
    val goal = goals.goalOf(place.item)
    val before = goal?.name ?: goals.stepOf(place.item)?.name ?: return Page(words("trouble.not-found")) {}
    val field = GoalsViewModel.fieldOf(place.item)
    val name = draft(field, before).trim()
    Page(
        words(if (goal != null) "change-goal.title" else "change-step.title"),
        main = { MainButton(words("change-thing.keep"), enabled = name.isNotEmpty()) { model.rename(place, name) } },
    ) { Field(words("change-thing.name"), field, first = before, most = Room.name) }
}

@Composable
private fun Standing(item: String, name: String, state: State, seenBy: List<ShareRow>, area: String?, model: GoalsViewModel, way: Way) {
    Page(name, area?.let { words.area(it) }, main = { MainButton(words("routine.show")) { way.go(Place.ShowWhom(item)) } }) {
        Part(words("goals.state")) {
            Column(Modifier.selectableGroup()) {
                for (one in State.entries) Choice(words.state(one), one == state) { model.set(item, one) }
            }
        }
        Part(words("routine.who-sees")) {
            SeenBy(seenBy, { who, them -> model.stopShowing(item, who, them) }) { way.go(Place.Person(it)) }
        }
        Part(words("routine.change-it")) {
            PlainButton(words("change-thing.open"), spoken = words("change-thing.open-of", "thing" to name)) { way.go(Place.ChangeThing(item)) }
            PlainButton(words("routine.delete")) { model.delete(item) }
        }
    }
}

@Composable
fun AddGoalPage(session: Session, way: Way) {
    val model = remember { GoalsViewModel(session, way) }
    val screen by model.state.collectAsState()
    val areas = screen?.areas ?: return Waiting()
    val (area, choose) = picked("add-goal.area", "")
    val name = draft("add-goal.name").trim()
    Page(
        words("add-goal.title"), words("share.only-you"),
        main = { MainButton(words("add-goal.add"), enabled = name.isNotEmpty()) { model.addGoal(name, area.ifEmpty { null }) } },
    ) {
        Field(words("add-goal.name"), "add-goal.name", most = Room.name)
        Part(words("add-goal.area")) {
            Column(Modifier.selectableGroup()) {
                Choice(words("add-goal.no-area"), area.isEmpty()) { choose("") }
                for (one in areas) Choice(words.area(one), area == one) { choose(one) }
            }
        }
    }
}

@Composable
fun AddStepPage(place: Place.AddStep, session: Session, way: Way) {
    val model = remember { GoalsViewModel(session, way) }
    val screen by model.state.collectAsState()
    val goal = screen?.goals?.find { it.id == place.goal }?.name
    val field = GoalsViewModel.stepFieldOf(place.goal)
    val name = draft(field).trim()
    Page(
        words("add-step.title"), goal,
        main = { MainButton(words("add-step.add"), enabled = name.isNotEmpty()) { model.addStep(name, place.goal) } },
    ) { Field(words("add-step.name"), field, most = Room.name) }
}
