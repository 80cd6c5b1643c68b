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
        way.used("add-step.")
        way.leave(Place.AddStep(goal))
    }) { it.addStep(name, goal) }

    fun set(item: String, state: State) = session.deed { it.setState(item, state) }

    fun delete(item: String) = session.deed(then = { seen: List<String> ->
        way.leave(Place.Goal(item))
        val places = listOf("names" to seen.joinToString(", "))
        session.say(Said(if (seen.isEmpty()) "said.deleted" else "said.deleted-seen", places, undo = true), nextPage = true)
    }) { it.delete(item) }

    fun stopShowing(item: String, who: String, name: String) = session.deed(then = { _: Unit ->
        session.say(Said("said.stopped-showing", listOf("name" to name)))
    }) { it.stopShowing(item, who) }
}
