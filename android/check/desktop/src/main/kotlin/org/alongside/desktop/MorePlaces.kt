// The pages that open from another page's thing: one beside `placesOf`, which has those with a home of their own.
// Invariant: together they are every page of a life that was begun.
package org.alongside.desktop

import alongside.core.Phone
import alongside.core.WordKind
import org.alongside.ui.OwnWords
import org.alongside.ui.Place

/** By the name of its picture. */
fun morePlacesOf(phone: Phone): Map<String, Place> {
    val pat = phone.people().people.first { it.name == "Pat" }.who
    val goal = phone.goals().goals.first()
    val step = phone.goals().goals.flatMap { it.steps }.first()
    val shown = phone.person(pat).theyShow.routines.firstOrNull()?.id
    val words = phone.ideas().ideas.firstOrNull { !it.canUse }
    return linkedMapOf<String, Place>(
        "routines" to Place.Routines, "change-goal" to Place.ChangeThing("goal:${goal.id}"), "change-step" to Place.ChangeThing("step:${step.id}"),
        "step" to Place.Goal("step:${step.id}"), "block" to Place.Ending(pat, block = true), "take-out" to Place.Ending(pat, block = false),
        "again" to Place.Again(pat, OwnWords.Word(WordKind.OwnWords, "I will find you on Friday.", null)),
        "my-name" to Place.MyName, "notices" to Place.Notices, "own-phone" to Place.OwnPhone, "join-own-phone" to Place.Join(ownPhone = true),
    ).apply {
        if (shown != null) put("encourage-about", Place.Encourage(pat, shown))
        if (words != null) put("make-step", Place.ChangeIdea(words.from, words.id))
    }
}
