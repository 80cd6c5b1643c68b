// What goes on between two people, walked by ear on two phones: an invite by words, showing, seeing as, kind words, ideas,
// and the ways out. Invariant: both apps are whole, and only the relay joins them.
package org.alongside.check

import org.alongside.check.TownOfTwo.Companion.session
import org.alongside.ui.platform.Clipboard
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test

class PeopleScreenTest : Walking() {
    @Test
    fun `two phones meet by words, show, see as, encourage, an idea, stop showing`() {
        val robin = begin("Robin")
        postBox()
        routine("Walk")
        ear.touch("Done: Walk")
        val pat = begin("Pat")
        postBox()
        meet(robin, pat, "Robin", "Pat", official = true)

        ear.hears("Say hello first, if you like.")
        ear.touch("Show Pat something")
        ear.isAt("Show Pat one thing")
        ear.touch("Walk, Routine")
        ear.isAt("Show Pat this?")
        ear.hears("Pat may have to write this down or act on it.")
        ear.hears("Pat will see \"Walk\" and your marks from today on.")
        ear.hears("This is what Pat would see:")
        ear.touch("Show Pat this")
        ear.isAt("Pat")
        ear.hears("Pat will see it when your phones have met the post box.")
        ear.touch("Show Pat something")
        ear.hears("Pat sees all you could show.")
        ear.touch("Today")
        ear.touch("Walk")
        ear.isAt("Walk")
        ear.hears("Stop showing")
        ear.touch("Show this to someone")
        ear.isAt("Show it to one person")
        ear.hears("Your people see this already.")
        ear.touch("People")
        ear.touch("Pat, Mentor")
        ear.isAt("Pat")
        ear.touch("See what Pat sees")
        ear.isAt("What Pat sees")
        untilPostBrings("Walk")
        ear.touch("Back")

        ear.takeUp(pat)
        untilPostBrings("Walk")
        ear.touch("Send Robin something kind")
        ear.isAt("Send Robin something kind")
        ear.hears("Robin takes cards for now.")
        ear.touch("Well done.")
        ear.touch("Send it to Robin")
        ear.isAt("Robin")
        ear.hears("On its way to Robin.")
        ear.hears("Well done.")

        ear.takeUp(robin)
        untilPostBrings("Well done.")
        ear.touch("Keep this: Well done.")
        ear.hears("Kept.")
        ear.touch("Let it go: Well done.")
        ear.hears("Keep this: Well done.")
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
        ear.touch("Send Pat something kind")
        ear.touch("Thank you.")
        ear.touch("Send it to Pat")
        ear.isAt("Pat")

        ear.takeUp(pat)
        untilPostBrings("Thank you.")
        ear.touch("Say something kind about Walk")
        ear.isAt("Send Robin something kind")
        ear.hears("About: Walk")
        ear.touch("I saw you …")
        ear.type("What did you see?", "You were out in the rain.")
        ear.touch("Send it to Robin")
        ear.isAt("Robin")
        ear.hears("I saw you. You were out in the rain.")
        ear.touch("Send Robin something kind")
        ear.touch("My own words")
        ear.type("Your words", "I will find you on Friday.")
        ear.touch("Send it to Robin")
        ear.isAt("Read it once more")
        ear.hears("I will find you on Friday.")
        ear.touch("Change it")
        ear.isAt("Send Robin something kind")
        ear.await("what was chosen") { ear.isOn("My own words") }
        assertEquals("I will find you on Friday.", ear.fieldText("Your words"))
        ear.type("Your words", "See you on Friday.")
        ear.touch("Send it to Robin")
        ear.isAt("Robin")
        ear.hears("See you on Friday.")
        ear.touch("Send Robin something kind")
        ear.touch("My own words")
        ear.type("Your words", "I will find you there.")
        ear.touch("Send it to Robin")
        ear.isAt("Read it once more")
        ear.touch("Send it to Robin")
        ear.isAt("Robin")
        // Four words of one day: one of them stands below the newest few.
        older()
        ear.hears("I will find you there.")
        ear.hears("I saw you. You were out in the rain.")

        ear.takeUp(robin)
        untilPostBrings("Show older ones")
        older()
        ear.hears("I will find you there.")
        ear.hears("I saw you. You were out in the rain.")
        ear.hears("About: Walk")
        ear.touch("Stop showing Walk to Pat")
        ear.hears("You stopped showing this. Pat may have seen it before. Nobody was told.")
        ear.takeUp(pat)
        ear.await("Walk to be gone") {
            town.post()
            ear.everything().none { it == "Walk" }
        }
    }

    private fun older() {
        ear.touch("Show older ones")
        ear.await("all of them") { ear.everything().none { it == "Show older ones" } }
    }

    @Test
    fun `ideas are sent, taken back, left, made a small step, and used`() {
        val robin = begin("Robin")
        postBox()
        ear.touch("Goals")
        ear.touch("Add a goal")
        ear.type("What is it?", "A place of my own")
        ear.touch("Add it")
        ear.isAt("Goals")
        val pat = begin("Pat")
        postBox()
        meet(robin, pat, "Robin", "Pat")
        ear.touch("Show Pat something")
        ear.touch("A place of my own, Goal")
        ear.touch("Show Pat this")
        ear.isAt("Pat")
        ear.touch("About Pat")
        ear.touch("Cards, own words and ideas")
        ear.touch("Back")
        ear.touch("Send Pat something kind")
        ear.touch("Well done.")
        ear.touch("Send it to Pat")
        ear.isAt("Pat")

        ear.takeUp(pat)
        untilPostBrings("A place of my own")
        untilPostBrings("Send Robin an idea")
        ear.touch("Send Robin an idea")
        ear.isAt("An idea for Robin")
        ear.type("What is the routine called?", "Cook")
        ear.touch("Send it to Robin")
        ear.isAt("Robin")
        ear.hears("On its way to Robin. They can use it or leave it.")
        ear.touch("Send Robin an idea")
        ear.touch("A small step")
        ear.type("What is the small step?", "Look at the board")
        ear.touch("A place of my own")
        ear.touch("Send it to Robin")
        ear.isAt("Robin")
        ear.touch("Send Robin an idea")
        ear.touch("Just words")
        ear.type("Your words", "Come for soup.")
        ear.touch("Send it to Robin")
        ear.isAt("Robin")
        ear.hears("Come for soup.")
        val mine = ear.everything().filter { it.startsWith("Take it back: An idea: ") }
        assertEquals("$mine", 3, mine.size)

        ear.takeUp(robin)
        ear.touch("Ideas")
        ear.isAt("Ideas")
        untilPostBrings("Come for soup.")
        ear.takeUp(pat)
        ear.touch(mine.single { "Look at the board" in it })
        ear.await("two ideas") { ear.everything().count { it.startsWith("Take it back: An idea: ") } == 2 }

        ear.takeUp(robin)
        ear.await("the idea to be gone") {
            town.post()
            ear.everything().none { "Look at the board" in it }
        }
        ear.touch("Today")
        ear.hears("Pat has an idea for you. Look now or later.")
        ear.touch("Look at the idea")
        ear.isAt("Ideas")
        ear.touch("Not now: A routine: Cook. Every day., from Pat")
        ear.hears("Left for now. Nobody was told.")
        ear.touch("Change it: A routine: Cook. Every day., from Pat")
        ear.isAt("Change it")
        ear.type("In your words", "Cook soup")
        ear.touch("Back")
        ear.isAt("Ideas")
        ear.touch("Make it a small step: Come for soup., from Pat")
        ear.isAt("Make it a small step")
        assertEquals("the draft of another idea is not here", "", ear.fieldText("What is the small step?"))
        ear.type("What is the small step?", "Soup at Pat's")
        ear.touch("Use it my way")
        ear.isAt("Ideas")
        ear.hears("It is yours now. Nobody was told.")
        ear.touch("Use it: A routine: Cook. Every day., from Pat")
        ear.hears("No ideas now.")
        ear.touch("Today")
        ear.touch("Done: Cook")
        ear.touch("Goals")
        ear.hears("Soup at Pat's")
    }

    @Test
    fun `what the writer cannot send now is said, and a person can be renamed, blocked and taken out with two touches`() {
        val robin = begin("Robin")
        postBox()
        val pat = begin("Pat")
        postBox()
        meet(robin, pat, "Robin", "Pat")
        ear.touch("About Pat")
        ear.touch("Cards, own words and ideas")
        ear.touch("Back")
        ear.takeUp(pat)
        untilPostBrings("Send Robin an idea")
        ear.touch("Send Robin something kind")
        ear.touch("My own words")
        ear.type("Your words", "It was good to hear you.")
        ear.hears("Robin can show that you wrote this.")
        ear.touch("Send it to Robin")
        ear.isAt("Robin")
        ear.touch("Send Robin something kind")
        ear.hears("You wrote to Robin. You can write more when Robin writes back. A card can go now.")
        ear.touch("Back")
        ear.touch("Take it back: It was good to hear you.")
        ear.await("the word to be gone") { ear.everything().none { "It was good" in it } }

        ear.touch("About Robin")
        ear.isAt("About Robin")
        ear.type("What do you call them?", "Rob")
        ear.touch("My own word")
        ear.type("Your word for them", "Walking friend")
        ear.touch("They come as part of their job, They may have to write things down.")
        ear.hears("They may have to write down or act on what you show.")
        ear.touch("Keep")
        ear.isAt("Rob")
        ear.hears("Walking friend")
        ear.touch("About Rob")
        ear.touch("Block Rob")
        ear.isAt("Block Rob?")
        ear.hears("To be in touch again, you both need a new code.")
        ear.touch("Back")
        ear.isAt("About Rob")
        ear.touch("Block Rob")
        ear.isAt("Block Rob?")
        ear.touch("Block Rob")
        ear.isAt("About Rob")
        ear.hears("Blocked. They were not told.")
        ear.touch("Back")
        ear.isAt("Rob")
        ear.hears("You blocked them. They were not told.")
        ear.hears("To be in touch again, you both need a new code.")
        ear.hearsNot("are not in touch now")
        ear.touch("About Rob")
        ear.touch("Take Rob out of my people")
        ear.isAt("Take Rob out of your people?")
        ear.touch("Take Rob out")
        ear.isAt("My people")
        ear.hears("Taken out. They were not told.")
        ear.hears("Nobody is here yet.")
    }

    @Test
    fun `a code from a link is filled in, leaves the clipboard once used, and never asks again where that is wanted`() {
        val robin = begin("Robin")
        postBox()
        ear.touch("Invite someone")
        ear.type("What do you call them?", "Pat")
        ear.touch("Make a code")
        ear.isAt("You and Pat")
        ear.touch("Send the code another way")
        ear.await("the code as a text") { town.shared("Robin", "text.txt").exists() }
        val link = town.shared("Robin", "text.txt").readText()
        assertTrue(link, link.startsWith("alongside:"))

        val board = object : Clipboard {
            @Volatile var held = link

            override fun forget(text: String) {
                if (text == held) held = ""
            }
        }
        val pat = begin("Pat", clipboard = board)
        pat.take(link)
        ear.isAt("I have a code")
        assertEquals(link, ear.fieldText("The code. You can paste it or type the 24 words."))
        assertEquals("nothing was used yet", link, board.held)
        ear.touch("Look who asks")
        // Without a post box of one's own too: the code carries it.
        ear.hears("Robin asks to be in touch with you.")
        assertEquals("", board.held)
        ear.hears("This code will not ask again. They are not told.")
        ear.touch("Never, and do not tell")
        ear.hears("This code will not ask again. Nobody was told.")
        ear.touch("People")
        ear.hears("Nobody is here yet.")
        ear.takeUp(robin)
        ear.hears("No answer yet.")
    }

    @Test
    fun `where the four words differ nobody is joined`() {
        val robin = begin("Robin")
        postBox()
        val pat = begin("Pat")
        postBox()
        untilFourWords(robin, pat, "Robin", "Pat")
        ear.touch("They are not the same")
        ear.hears("You are not in touch. Nothing was shown.")
        ear.touch("People")
        ear.hears("Nobody is here yet.")
        assertTrue(pat.session.phone.people().people.isEmpty())
    }

    @Test
    fun `a sent word goes though the app is closed right after it`() {
        val robin = begin("Robin")
        postBox()
        val pat = begin("Pat")
        postBox()
        meet(robin, pat, "Robin", "Pat")
        ear.touch("Send Pat something kind")
        ear.touch("Well done.")
        ear.touch("Send it to Pat")
        ear.isAt("Pat")
        robin.leftSight()
        robin.session.close()
        val there = pat.session.phone
        ear.await("the card at Pat's") {
            pat.session.meetNow()
            there.person(there.people().people.single().who).fromThem.isNotEmpty()
        }
    }
}
