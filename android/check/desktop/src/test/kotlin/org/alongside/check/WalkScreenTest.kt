// One's own things walked by ear: first run, routines, notes, goals and steps, a copy brought back. It finds everything by
// what a screen reader says. Invariant: no test tag anywhere.
package org.alongside.check

import java.time.LocalDate
import org.alongside.check.TownOfTwo.Companion.session
import org.alongside.desktop.TimesOnly
import org.alongside.ui.Place
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test

class WalkScreenTest : Walking() {
    @Test
    fun `first run, a routine, done, rest, a note, and the history`() {
        val robin = town.app("robin")
        ear.takeUp(robin)
        ear.isAt("Your planner")
        val called = "A name for you. Any name will do. You can leave it out."
        ear.type(called, "Rob\u202Ein")
        ear.touch("Start")
        ear.hears("That does not fit here. Try it another way.")
        ear.isAt("Your planner")
        ear.type(called, "")
        ear.touch("Start")
        ear.isAt("A new routine")
        ear.type("What is it called?", "Walk")
        ear.touch("On some days")
        for (day in listOf("Saturday", "Sunday")) ear.touch(day)
        ear.type("At what time? You can leave this out.", "half past")
        ear.touch("Add it")
        ear.hears("That does not fit here. Try it another way.")
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
        val kept = robin.platform.notices as TimesOnly
        ear.await("the moments that the core names") { kept.times == robin.session.phone.noticesAhead() && kept.times.isNotEmpty() }
        ear.touch(NOTICE)
        ear.await("no moment any more") { kept.times.isEmpty() }
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
        ear.hears("It is back.")
    }

    @Test
    fun `all my routines, also one that ended, and an undo that is gone with the next deed`() {
        begin("Robin")
        ear.touch("All my routines")
        ear.isAt("All my routines")
        ear.hears("Nothing here yet.")
        ear.touch("Back")
        routine("Walk")
        routine("Cook")
        ear.touch("All my routines")
        ear.isAt("All my routines")
        ear.hears("Going on")
        ear.touch("Open Walk")
        ear.isAt("Walk")
        ear.touch("End it. Your history stays.")
        ear.hears("Ended. Your history stays.")
        ear.touch("Back")
        ear.isAt("All my routines")
        ear.hears("Ended")
        ear.touch("Open Walk")
        ear.touch("Take it up again")
        ear.hears("End it. Your history stays.")
        ear.touch("Delete")
        ear.isAt("All my routines")
        ear.hears("Deleted.")
        ear.touch("Today")
        ear.touch("Done: Cook")
        ear.await("the mark") { ear.isOn("Done: Cook") }
        ear.hearsNot("Undo")
    }

    @Test
    fun `all notes of a day are one text, written to the day that the page was opened for`() {
        val robin = begin("Robin")
        routine("Walk")
        val phone = robin.session.phone
        val walk = phone.today().routines.single().id
        val today = phone.today().day
        val yesterday = "${LocalDate.parse(today).minusDays(1)}"
        phone.setNote(walk, yesterday, "Two lines\nof yesterday")
        ear.takeUp(robin)
        robin.way.go(Place.Note(walk, yesterday))
        ear.isAt("Walk")
        ear.await("yesterday's note") { ear.fieldText("How was it?") == "Two lines\nof yesterday" }
        ear.type("How was it?", "Better now")
        ear.touch("Back")
        ear.touch("Note: Walk")
        assertEquals("the draft of another day is not here", "", ear.fieldText("How was it?"))
        ear.touch("Back")
        robin.way.go(Place.Note(walk, yesterday))
        ear.isAt("Walk")
        ear.touch("Keep")
        ear.isAt("Today")
        assertEquals(listOf("Better now"), phone.routine(walk).days.single { it.day == yesterday }.notes)
        assertTrue(phone.routine(walk).today.notes.isEmpty())
    }

    @Test
    fun `names have room for what the core takes, counted as people count`() {
        begin("Robin")
        ear.touch("Add a routine")
        ear.type("What is it called?", "\uD83D\uDE42".repeat(70))
        val kept = ear.fieldText("What is it called?")
        assertEquals(60, kept.codePointCount(0, kept.length))
        assertFalse("no half of a sign", kept.last().isHighSurrogate())
        ear.touch("Add it")
        ear.isAt("Today")
    }

    @Test
    fun `goals and their next small steps, and other names for them`() {
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
        ear.touch("Back")
        ear.touch("Add a next small step")
        ear.isAt("A next small step")
        assertEquals("the draft of another goal is not here", "", ear.fieldText("What is it?"))
        ear.touch("Back")
        ear.touch("Add a next small step to A place of my own")
        ear.touch("Add it")
        ear.isAt("Goals")
        ear.touch("Ask about the list")
        ear.await("the step") { ear.isOn("Ask about the list") }
        ear.touch("Open Ask about the list")
        ear.isAt("Ask about the list")
        ear.touch("Change it: Ask about the list")
        ear.isAt("Change the step")
        ear.type("What is it called?", "Call about the list")
        ear.touch("Keep")
        ear.isAt("Call about the list")
        ear.touch("Back")
        ear.isAt("Goals")
        ear.hearsNot("Open Call about the list")
        ear.touch("Show steps that are over")
        ear.hears("Open Call about the list")
        ear.touch("Going. Open A place of my own")
        ear.isAt("A place of my own")
        ear.touch("Change it: A place of my own")
        ear.isAt("Change the goal")
        ear.type("What is it called?", "My own door")
        ear.touch("Keep")
        ear.isAt("My own door")
        ear.touch("Reached")
        ear.await("reached") { ear.isOn("Reached") }
        ear.touch("Back")
        ear.isAt("Goals")
        ear.hears("Reached. Open My own door")
        ear.touch("Reached. Open My own door")
        ear.touch("Delete")
        ear.isAt("Goals")
        ear.touch("Undo")
        ear.hears("Reached. Open My own door")
    }

    @Test
    fun `a copy brings things back on a new phone, with the sheet or with my own words`() {
        val robin = begin("Robin")
        routine("Walk")
        ear.touch("Settings")
        ear.touch("Get-back sheet, Still to be written down.")
        ear.isAt("Get-back sheet")
        val twelve = ear.everything().mapNotNull { Regex("""^\d+\. (\w+)$""").find(it)?.groupValues?.get(1) }
        ear.touch("Back")
        ear.touch("Take a copy, A copy for you.")
        ear.isAt("Take a copy")
        ear.touch("Make a copy that my sheet opens")
        ear.await("the copy") { town.shared("Robin", "alongside.backup").exists() }
        town.shared("Robin", "alongside.backup").copyTo(town.toOpen("New", "alongside.backup"))
        assertFalse(robin.hidden.value)

        ear.takeUp(town.app("New"))
        ear.isAt("Your planner")
        ear.touch("I had this before")
        ear.isAt("I had this before")
        ear.touch("Back")
        ear.isAt("Your planner")
        ear.touch("I had this before")
        ear.touch("Pick your copy")
        ear.hears("Your copy is here.")
        ear.type("The words", "these are not the words")
        ear.touch("Bring my things back")
        ear.hears("This did not open. Look at it again.")
        ear.touch("It opens with my own words")
        ear.touch("It opens with my sheet")
        ear.type("The words", twelve.joinToString(" "))
        ear.touch("Bring my things back")
        ear.isAt("Today")
        ear.hears("Your things are back.")
        ear.hears("Done: Walk")
    }

    private companion object {
        const val NOTICE = "Show me a notice at this time, The notice says no name and no words of yours."
    }
}
