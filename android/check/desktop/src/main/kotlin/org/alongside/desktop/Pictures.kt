// Takes a picture of every page in every look: light, dark, narrow with large text, right to left, German; a life in its
// second year and an empty one. It knows the pages by their places only.
// Invariant: the pictures come from the real screens on the real core; a page that can't be drawn stops the command.
package org.alongside.desktop

import alongside.core.Phone
import alongside.core.Stage
import java.io.File
import java.util.Locale
import kotlin.system.exitProcess
import org.alongside.ui.AppModel
import org.alongside.ui.Place
import org.alongside.ui.Standing
import org.alongside.ui.words.Words

private val english = Words.of(Locale.UK)
private val looks = listOf(
    Look("light", english), Look("dark", english, dark = true), Look("large", english, width = 320, text = 2f),
    Look("right-to-left", english.mirrored()), Look("german", Words.of(Locale.GERMANY)),
)

/** Into the first folder named, from the homes that were left in the second; the third is for their copies. */
fun main(arguments: Array<String>) {
    val (into, left, homes) = arguments.map(::File)
    Life(left, homes).use { life ->
        var count = 0
        for (look in looks) count += takeAll(life, look, File(into, look.name))
        count += empty(life, File(into, "empty"))
        side(life, File(into, "two-phones.png"))
        println("pictures: ${count + 1}")
    }
    exitProcess(0)
}

private fun opened(platform: DesktopPlatform): AppModel = AppModel(platform).also { model ->
    model.start()
    repeat(400) { if (model.state.value is Standing.Opening) Thread.sleep(25) }
}

private fun AppModel.shut() = (state.value as? Standing.Open)?.session?.let {
    it.close()
    it.phone.close()
}

private fun takeAll(life: Life, look: Look, into: File): Int {
    val model = opened(life.robin)
    val phone = (model.state.value as Standing.Open).session.phone
    val places = placesOf(phone) + morePlacesOf(phone)
    for ((name, place) in places) {
        model.way.backTo(Place.Today)
        model.way.go(place)
        picture(model, look).writeTo(File(into, "$name.png"))
    }
    model.hide()
    picture(model, look, height = 640).writeTo(File(into, "curtain.png"))
    model.shut()
    pats(life, look, File(into, "shown-to-me.png"))
    return places.size + 2
}

/** What is shown to me, as Pat sees it of Robin. */
private fun pats(life: Life, look: Look, into: File) {
    val model = opened(life.platform("Pat"))
    val phone = (model.state.value as Standing.Open).session.phone
    model.way.go(Place.Person(phone.people().people.first { it.name == "Robin" }.who))
    picture(model, look).writeTo(into)
    model.shut()
}

/** Every page that a life like this one has, by the name of its picture. */
fun placesOf(phone: Phone): Map<String, Place> {
    val people = phone.people().people
    fun who(name: String) = people.first { it.name == name }.who
    val walk = phone.today().routines.first { it.name == "Walk" }.id
    val (pat, bo) = who("Pat") to who("Bo")
    val idea = phone.ideas().ideas.first()
    val goal = phone.goals().goals.first()
    fun invite(stage: Stage) = phone.invites().invites.first { it.stage == stage }.id
    return linkedMapOf(
        "today" to Place.Today, "add-routine" to Place.AddRoutine, "routine" to Place.Routine(walk), "change-routine" to Place.ChangeRoutine(walk),
        "note" to Place.Note(walk, phone.today().day), "goals" to Place.Goals, "add-goal" to Place.AddGoal, "add-step" to Place.AddStep(goal.id),
        "goal" to Place.Goal("goal:${goal.id}"), "people" to Place.People, "person" to Place.Person(pat), "about-person" to Place.AboutPerson(pat),
        "encourage" to Place.Encourage(pat), "suggest" to Place.Suggest(pat), "see-as" to Place.SeeAs(pat), "show-what" to Place.ShowWhat(pat),
        "show-whom" to Place.ShowWhom("routine:$walk"), "show" to Place.Show("routine:$walk", bo), "ideas" to Place.Ideas,
        "change-idea" to Place.ChangeIdea(idea.from, idea.id), "invite" to Place.Invite, "meeting" to Place.Meeting(invite(Stage.NO_ANSWER_YET)), "four-words" to Place.Meeting(invite(Stage.COMPARE)), "join" to Place.Join(),
        "settings" to Place.Settings, "lock" to Place.SetLock, "sheet" to Place.Sheet, "export" to Place.Export, "post-box" to Place.PostBox,
        "limits" to Place.Limits,
    )
}

private fun empty(life: Life, into: File): Int {
    val look = looks.first()
    val model = opened(life.blank)
    picture(model, look, height = 640).writeTo(File(into, "first-run.png"))
    for (other in looks) picture(model, other).writeTo(File(into.parentFile, "${other.name}/first-run.png"))
    model.begin("Robin")
    repeat(400) { if (model.state.value !is Standing.Open) Thread.sleep(25) }
    val places = listOf(
        "today" to Place.Today, "goals" to Place.Goals, "people" to Place.People, "ideas" to Place.Ideas, "invite" to Place.Invite,
        "settings" to Place.Settings,
    )
    for ((name, place) in places) {
        model.way.backTo(Place.Today)
        model.way.go(place)
        picture(model, look).writeTo(File(into, "$name.png"))
    }
    model.shut()
    return places.size + looks.size
}
