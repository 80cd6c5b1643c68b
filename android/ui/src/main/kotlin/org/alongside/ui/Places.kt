// Where a person can be in the app, and the way back from there. Knows no screen.
// Invariant: Today is always at the bottom; going back never does a deed and never loses what was typed.
package org.alongside.ui

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update

/** A page. */
sealed interface Place {
    data object Today : Place
    data object AddRoutine : Place
    data class Routine(val id: String) : Place
    data class ChangeRoutine(val id: String) : Place
    data class Note(val routine: String, val day: String) : Place
    data object Goals : Place
    data object AddGoal : Place
    data class AddStep(val goal: String?) : Place
    data class Goal(val item: String) : Place
    data object People : Place
    data class Person(val who: String) : Place
    data class AboutPerson(val who: String) : Place
    data class Encourage(val who: String) : Place
    data class Suggest(val who: String) : Place
    data class SeeAs(val who: String) : Place
    data class ShowWhat(val who: String) : Place
    data class ShowWhom(val item: String) : Place
    data class Show(val item: String, val who: String) : Place
    data object Ideas : Place
    data class ChangeIdea(val from: String, val idea: String) : Place
    data object Invite : Place
    data class Meeting(val invite: ULong) : Place
    data object Join : Place
    data object Settings : Place
    data object SetLock : Place
    data object Sheet : Place
    data object Export : Place
    data object PostBox : Place
    data object Limits : Place
}

/** The four pages that are always one touch away. */
val HOMES = listOf(Place.Today, Place.Goals, Place.People, Place.Ideas)

/** The way that was gone. */
class Way {
    private val places = MutableStateFlow(listOf<Place>(Place.Today))
    private val typed = MutableStateFlow(mapOf<String, String>())

    val way: StateFlow<List<Place>> = places.asStateFlow()

    /** What was typed and not used yet, by field. */
    val drafts: StateFlow<Map<String, String>> = typed.asStateFlow()

    fun go(place: Place) = places.update { if (place in HOMES) home(place) else it + place }

    /** One back; false where there is none. */
    fun back(): Boolean {
        val before = places.value
        if (before.size > 1) places.value = before.dropLast(1)
        return before.size > 1
    }

    /** Back to where [place] was; used when a page has done its deed. */
    fun backTo(place: Place) = places.update { way ->
        val at = way.lastIndexOf(place)
        if (at < 0) home(place) else way.take(at + 1)
    }

    /** The page in view has done its deed, or its thing is gone: it leaves the way. */
    fun leave(place: Place) = places.update { way -> way.filterNot { it == place }.ifEmpty { listOf(Place.Today) } }

    fun draft(field: String, text: String) = typed.update { it + (field to text) }

    /** What was typed on a page was used. */
    fun used(fields: String) = typed.update { drafts -> drafts.filterKeys { !it.startsWith(fields) } }

    private fun home(place: Place) = if (place == Place.Today) listOf(place) else listOf(Place.Today, place)
}
