// The models of goals and steps. They hand each deed to the core and decide nothing.
package org.alongside.ui.goals

import kotlinx.coroutines.flow.StateFlow
import org.alongside.ui.Place
import org.alongside.ui.Said
import org.alongside.ui.ScreenModel
import org.alongside.ui.Session
import org.alongside.ui.Way
import alongside.core.GoalsScreen
import alongside.core.State

class GoalsViewModel(session: Session, private val way: Way) : ScreenModel(session) {
    val state: StateFlow<GoalsScreen?> = watch { it.goals() }

    fun addGoal(name: String, area: String?) = session.deed(then = { _: String ->
        way.used("add-goal.")
        way.leave(Place.AddGoal)
    }) { it.addGoal(name, area) }

    fun addStep(name: String, goal: String?) = session.deed(then = { _: String ->
        way.used(stepFieldOf(goal))
        way.leave(Place.AddStep(goal))
    }) { it.addStep(name, goal) }

    fun set(item: String, state: State) = session.deed { it.setState(item, state) }

    fun rename(place: Place.ChangeThing, name: String) = session.deed(then = { _: Unit ->
        way.used(fieldOf(place.item))
        way.leave(place)
    }) { it.rename(place.item, name) }

    fun delete(item: String) = session.undoable(then = { way.leave(Place.Goal(item)) }, said = { seen: List<String>, undo ->
        val places = listOf("names" to seen.joinToString(", "))
        session.say(Said(if (seen.isEmpty()) "said.deleted" else "said.deleted-seen", places, undo), nextPage = true)
    }) { it.delete(item) }

    fun stopShowing(item: String, who: String, name: String) = session.deed(then = { _: Unit ->
        session.say(Said("said.stopped-showing", listOf("name" to name)))
        session.send()
    }) { it.stopShowing(item, who) }

    companion object {
        /** The draft of a new step for this goal, or for none. */
        fun stepFieldOf(goal: String?) = "add-step.${goal.orEmpty()}.name"

        /** The draft of another name. */
        fun fieldOf(item: String) = "change-thing.$item.name"
    }
}
