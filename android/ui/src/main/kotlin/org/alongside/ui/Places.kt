// Where a person can be in the app, and the way back from there. Knows no screen.
// Invariant: Today is always at the bottom; going back never does a deed and never loses what was typed.
package org.alongside.ui

import alongside.core.WordKind
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update

/** A page. */
sealed interface Place {
    data object Today : Place
    data object AddRoutine : Place
    data object Routines : Place
    data class Routine(val id: String) : Place
    data class ChangeRoutine(val id: String) : Place
    data class Note(val routine: String, val day: String) : Place
    data object Goals : Place
    data object AddGoal : Place
    data class AddStep(val goal: String?) : Place
    data class Goal(val item: String) : Place
    data class ChangeThing(val item: String) : Place
    data object People : Place
    data class Person(val who: String) : Place
    data class AboutPerson(val who: String) : Place
    data class Ending(val who: String, val block: Boolean) : Place

    /** A kind word for someone, about one thing that they show ([about] names it) or about nothing. */
    data class Encourage(val who: String, val about: String? = null) : Place

    /** Own words that are worth another look before they go. */
    data class Again(val who: String, val words: OwnWords) : Place
    data class Suggest(val who: String) : Place
    data class SeeAs(val who: String) : Place
    data class ShowWhat(val who: String) : Place
    data class ShowWhom(val item: String) : Place
    data class Show(val item: String, val who: String) : Place
    data object Ideas : Place
    data class ChangeIdea(val from: String, val idea: String) : Place
    data object Invite : Place
    data class Meeting(val invite: ULong) : Place
    data class Join(val ownPhone: Boolean = false) : Place
    data object Settings : Place
    data object MyName : Place
    data object Notices : Place
    data object OwnPhone : Place
    data object SetLock : Place
    data object Sheet : Place
    data object Export : Place
    data object PostBox : Place
    data object Limits : Place
}

/** Own words on their way to someone: a kind word, about a thing or not, or an idea. */
sealed interface OwnWords {
    val text: String

    data class Word(val kind: WordKind, override val text: String, val about: String?) : OwnWords
    data class Idea(override val text: String) : OwnWords
}

/** The four pages that are always one touch away. */
val HOMES = listOf(Place.Today, Place.Goals, Place.People, Place.Ideas)

/** The way that was gone. */
class Way {
    private val places = MutableStateFlow(listOf<Place>(Place.Today))
    private val typed = MutableStateFlow(mapOf<String, Any>())

    val way: StateFlow<List<Place>> = places.asStateFlow()

    /** What was typed or chosen and not used yet, by field. */
    val drafts: StateFlow<Map<String, Any>> = typed.asStateFlow()

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
    fun leave(place: Place) = leaveAll { it == place }

    /** The same for several pages that did one deed together. */
    fun leaveAll(which: (Place) -> Boolean) = places.update { way -> way.filterNot(which).ifEmpty { listOf(Place.Today) } }

    fun draft(field: String, value: Any) = typed.update { it + (field to value) }

    /** What was typed on a page was used. */
    fun used(fields: String) = typed.update { drafts -> drafts.filterKeys { !it.startsWith(fields) } }

    private fun home(place: Place) = if (place == Place.Today) listOf(place) else listOf(Place.Today, place)
}
