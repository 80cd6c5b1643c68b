// Every screen walked by ear: first run, routine, done, invite by code and words, show, see-as, encourage, idea taken,
// stop showing, quick hide, lock. It finds everything by what a screen reader says. Invariant: no test tag anywhere.
package org.alongside.check

import androidx.compose.ui.test.junit4.createComposeRule
import org.alongside.check.TownOfTwo.Companion.session
import org.alongside.ui.AppModel
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test

class WalkScreenTest {
    @get:Rule(order = 0) val town = TownOfTwo()
    @get:Rule(order = 1) val rule = createComposeRule()
    private lateinit var ear: Listener

    @Before fun `ears are open`() {
        ear = Listener(rule)
    }

    private fun begin(name: String): AppModel {
        val app = town.app(name)
        ear.takeUp(app)
        ear.isAt("Your planner")
        ear.type("A name for you. Any name will do. You can leave it out.", name)
        ear.touch("Start")
        ear.isAt("A new routine")
        ear.touch("Back")
        ear.isAt("Today")
        return app
    }

    private fun postBox() {
        ear.touch("Settings")
        ear.isAt("Settings")
        ear.touch("Post box, No post box yet.")
        ear.isAt("Post box")
        ear.type("Its address", town.relay.url)
        ear.touch("Use this post box")
        ear.isAt("Settings")
        ear.touch("Back")
        ear.isAt("Today")
    }

    private fun post() {
        ear.touch("People")
        ear.isAt("My people")
        ear.touch("Look for post")
        ear.hears("Your phone met the post box.")
    }

    @Test
    fun `first run, a routine, done, rest, a note, and the history`() {
        val robin = town.app("robin")
        ear.takeUp(robin)
        ear.isAt("Your planner")
        ear.touch("Start")
        ear.isAt("A new routine")
        ear.type("What is it called?", "Walk")
        ear.touch("On some days")
        for (day in listOf("Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")) ear.touch(day)
        ear.type("At what time? You can leave this out.", "8:30")
        ear.touch("Add it")
        ear.isAt("Today")
        ear.hears("08:30")
        ear.touch("Done: Walk")
        ear.await("the mark") { ear.isOn("Done: Walk") }
        ear.touch("Rest day: Walk")
        ear.await("the other mark") { ear.isOn("Rest day: Walk") && !ear.isOn("Done: Walk") }
        ear.touch("Rest day: Walk")
        ear.await("no mark") { !ear.isOn("Rest day: Walk") }
        for (word in listOf("missed", "not done", "not marked")) ear.hearsNot(word)
        ear.touch("Note: Walk")
        ear.isAt("Walk")
        ear.type("How was it?", "Slow and good")
        ear.touch("Back")
        ear.touch("Note: Walk")
        ear.hears("Only you can see this note.")
        assertTrue("what was typed is still there", ear.fieldText("How was it?") == "Slow and good")
        ear.touch("Keep")
        ear.isAt("Today")
        ear.hears("Slow and good")
        ear.touch("Walk, 08:30")
        ear.isAt("Walk")
        ear.hears("Only you can see this.")
        ear.touch(NOTICE)
        ear.await("the notice") { ear.isOn(NOTICE) }
        ear.touch("Pause. Your history stays.")
        ear.hears("Paused. Your history stays.")
        ear.touch("Start again")
        ear.hears("End it. Your history stays.")
        ear.touch("Change it")
        ear.isAt("Change the routine")
        ear.type("What is it called?", "Walk by the water")
        ear.touch("Keep")
        ear.isAt("Walk by the water")
        ear.touch("Delete")
        ear.isAt("Today")
        ear.hears("Deleted.")
        ear.touch("Undo")
        ear.hears("Walk by the water")
    }

    @Test
    fun `goals and their next small steps`() {
        begin("Robin")
        ear.touch("Goals")
        ear.isAt("Goals")
        ear.touch("Add a goal")
        ear.isAt("Something I want")
        ear.type("What is it?", "A place of my own")
        ear.touch("Home")
        ear.touch("Add it")
        ear.isAt("Goals")
        ear.hears("A place of my own")
        ear.touch("Add a next small step to A place of my own")
        ear.isAt("A next small step")
        ear.type("What is it?", "Ask about the list")
        ear.touch("Add it")
        ear.isAt("Goals")
        ear.touch("Ask about the list")
        ear.await("the step") { ear.isOn("Ask about the list") }
        ear.touch("Going. Open A place of my own")
        ear.isAt("A place of my own")
        ear.touch("Reached")
        ear.await("reached") { ear.isOn("Reached") }
        ear.touch("Back")
        ear.isAt("Goals")
        ear.hears("Reached. Open A place of my own")
    }

    @Test
    fun `two phones meet by words, show, see as, encourage, an idea, stop showing`() {
        val robin = begin("Robin")
        postBox()
        ear.touch("Add a routine")
        ear.type("What is it called?", "Walk")
        ear.touch("Add it")
        ear.isAt("Today")
        ear.touch("Done: Walk")
        val pat = begin("Pat")
        postBox()

        ear.takeUp(robin)
        ear.touch("Invite someone")
        ear.isAt("Invite someone")
        ear.hears("Is it okay for you two to be in touch?")
        ear.type("What do you call them?", "Pat")
        ear.touch("Mentor")
        ear.touch("They come as part of their job, They may have to write things down.")
        ear.touch("Make a code")
        ear.isAt("You and Pat")
        ear.hears("Your code as a picture")
        val code = ear.everything().first { it.split(' ').size == 24 }

        ear.takeUp(pat)
        ear.touch("People")
        ear.isAt("My people")
        ear.touch("I have a code")
        ear.isAt("I have a code")
        ear.type("The code. You can paste it or type the 24 words.", code)
        ear.type("What do you call them?", "Robin")
        ear.touch("Look who asks")
        ear.isAt("You and Robin")
        untilHeard("Robin asks to be in touch with you.")
        ear.touch("Yes, be in touch")
        untilWords(robin, pat)
        ear.takeUp(robin)
        ear.isAt("You and Pat")
        val mine = fourWords()
        ear.takeUp(pat)
        assertTrue("the same words on both", mine == fourWords())
        ear.touch("They are the same")
        ear.isAt("Robin")
        ear.takeUp(robin)
        ear.touch("They are the same")
        ear.isAt("Pat")
        repeat(2) {
            for (app in listOf(pat, robin)) app.session.meetNow()
        }

        ear.touch("Show Pat something")
        ear.isAt("Show Pat one thing")
        ear.touch("Walk, Routine")
        ear.isAt("Show Pat this?")
        ear.hears("Pat may have to write this down or act on it.")
        ear.hears("Pat will see \"Walk\" and your marks from today on.")
        ear.touch("Show Pat this")
        ear.isAt("Pat")
        ear.touch("See what Pat sees")
        ear.isAt("What Pat sees")
        ear.touch("Back")
        robin.session.meetNow()
        ear.touch("See what Pat sees")
        ear.hears("Walk")
        ear.touch("Back")

        ear.takeUp(pat)
        pat.session.meetNow()
        ear.hears("Walk")
        ear.touch("Send Robin something kind")
        ear.isAt("Send Robin something kind")
        ear.hears("Robin takes cards for now.")
        ear.touch("Well done.")
        ear.touch("Send it to Robin")
        ear.isAt("Robin")
        ear.hears("Well done.")
        pat.session.meetNow()

        ear.takeUp(robin)
        robin.session.meetNow()
        ear.hears("Well done.")
        ear.touch("Today")
        ear.isAt("Today")
        ear.hears("Pat: \"Well done.\"")
        ear.touch("People")
        ear.touch("Pat, Mentor")
        ear.isAt("Pat")
        ear.touch("About Pat")
        ear.isAt("About Pat")
        ear.touch("Cards, own words and ideas")
        ear.await("the choice") { ear.isOn("Cards, own words and ideas") }
        ear.touch("Back")
        ear.touch("Stop showing Walk to Pat")
        ear.hears("You stopped showing this. Pat may have seen it before. Nobody was told.")
        robin.session.meetNow()

        ear.takeUp(pat)
        pat.session.meetNow()
        ear.await("Walk to be gone") { ear.everything().none { it == "Walk" } }
        ear.touch("Send Robin something kind")
        ear.touch("My own words")
        ear.type("Your words", "It was good to hear you.")
        ear.touch("Send it to Robin")
        ear.isAt("Robin")
        ear.hears("It was good to hear you.")
        ear.touch("Send Robin an idea")
        ear.isAt("An idea for Robin")
        ear.type("What is the routine called?", "Cook")
        ear.touch("Send it to Robin")
        ear.isAt("Robin")
        pat.session.meetNow()

        ear.takeUp(robin)
        robin.session.meetNow()
        ear.hears("It was good to hear you.")
        ear.touch("Today")
        ear.isAt("Today")
        ear.hears("Pat has an idea for you. Look now or later.")
        ear.touch("Look at the idea")
        ear.isAt("Ideas")
        ear.touch("Not now: A routine: Cook. Every day., from Pat")
        ear.hears("Nobody was told.")
        ear.touch("Change it: A routine: Cook. Every day., from Pat")
        ear.isAt("Change it")
        ear.touch("Back")
        ear.isAt("Ideas")
        ear.touch("Use it: A routine: Cook. Every day., from Pat")
        ear.hears("No ideas now.")
        ear.touch("Today")
        ear.touch("Done: Cook")

        ear.takeUp(pat)
        ear.touch("About Robin")
        ear.touch("Block Robin")
        ear.hears("Blocked. They were not told.")
    }

    @Test
    fun `quick hide and the lock`() {
        val robin = begin("Robin")
        ear.touch("Settings")
        ear.isAt("Settings")
        ear.hears("Data used this month")
        ear.touch("Lock, No lock yet.")
        ear.isAt("Lock")
        ear.type("Your digits", "135790")
        ear.type("The same digits again", "135790")
        ear.touch("Set the lock")
        ear.isAt("Settings")
        ear.hears("Your lock is on.")
        ear.touch("Hide and lock this app")
        ear.isAt("Planner")
        ear.hearsNot("Settings")
        ear.type("Your digits", "111111")
        ear.touch("Open")
        ear.hears("Not these. Try again.")
        ear.type("Your digits", "135790")
        ear.touch("Open")
        ear.isAt("Settings")
        assertFalse(robin.hidden.value)
    }

    @Test
    fun `the get-back sheet, a copy, the limits`() {
        begin("Robin")
        ear.touch("Settings")
        ear.touch("Get-back sheet, Still to be written down.")
        ear.isAt("Get-back sheet")
        val twelve = ear.everything().mapNotNull { Regex("""^\d+\. (\w+)$""").find(it)?.groupValues?.get(1) }
        assertTrue("$twelve", twelve.size == 12)
        ear.type("Now type them from your paper.", twelve.joinToString(" "))
        ear.touch("Check")
        ear.isAt("Settings")
        ear.touch("Get-back sheet, You have it on paper.")
        ear.hears("This phone forgot the words.")
        ear.touch("Back")
        ear.touch("Take a copy, A copy for you.")
        ear.isAt("Take a copy")
        ear.type("Words to lock it with", "green tea at noon")
        ear.touch("Make a locked copy")
        ear.await("the locked copy") { town.shared("Robin", "alongside.backup").exists() }
        ear.touch("Make a copy that all can read")
        ear.await("the readable copy") { town.shared("Robin", "alongside.json").exists() }
        assertFalse("the locked copy is locked", town.shared("Robin", "alongside.backup").readText(Charsets.ISO_8859_1).contains("Robin"))
        ear.touch("Back")
        ear.touch("What this app can and cannot do, A short page. Good to read.")
        ear.isAt("What this app can and cannot do")
        ear.hears("It cannot take back what someone saw.")
    }

    private fun untilHeard(text: String) {
        repeat(6) {
            if (ear.everything().any { text in it }) return
            ear.touch("Look for post")
            rule.waitForIdle()
            Thread.sleep(300)
        }
        ear.hears(text)
    }

    // Both phones meet the post box until the four words are there.
    private fun untilWords(robin: AppModel, pat: AppModel) {
        repeat(8) { for (app in listOf(pat, robin)) app.session.meetNow() }
    }

    private fun fourWords(): List<String> {
        ear.hears("Say these words")
        return ear.everything().filter { Regex("""^[a-z]+$""").matches(it) }
    }

    private companion object {
        const val NOTICE = "Show me a notice at this time, The notice says no name and no words of yours."
    }
}
