// Settings walked by ear: my name, the lock and the ways past it, notices, another phone of mine, the sheet, copies, limits.
// Invariant: what must not stay behind is looked for after the page was left.
package org.alongside.check

import org.alongside.check.TownOfTwo.Companion.session
import org.alongside.ui.platform.Notices
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

class SettingsScreenTest : Walking() {
    private fun twelve() = ear.everything().mapNotNull { Regex("""^\d+\. (\w+)$""").find(it)?.groupValues?.get(1) }

    private fun lock() {
        ear.touch("Lock, No lock yet.")
        ear.isAt("Lock")
        ear.type("Your digits", "135790")
        ear.type("The same digits again", "135790")
        ear.touch("Set the lock")
        ear.isAt("Settings")
        ear.hears("Your lock is on.")
    }

    @Test
    fun `quick hide and the lock`() {
        val robin = begin("Robin")
        ear.touch("Settings")
        ear.isAt("Settings")
        ear.hears("Data used this month")
        lock()
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
    fun `who forgot the digits opens with the sheet, and the lock is gone`() {
        val robin = begin("Robin")
        ear.touch("Settings")
        ear.touch("Get-back sheet, Still to be written down.")
        ear.isAt("Get-back sheet")
        val sheet = twelve()
        ear.touch("Back")
        lock()
        ear.touch("Hide and lock this app")
        ear.isAt("Planner")
        ear.touch("I do not know my digits")
        ear.type("Type the twelve words from your sheet.", "not these words")
        ear.touch("Open with the words")
        ear.hears("These are not the words. Try again.")
        assertTrue(robin.hidden.value)
        ear.touch("Back")
        ear.hears("I do not know my digits")
        ear.touch("I do not know my digits")
        ear.type("Type the twelve words from your sheet.", sheet.joinToString(" "))
        ear.touch("Open with the words")
        ear.isAt("Settings")
        ear.hears("Lock, No lock yet.")
        assertFalse(robin.lock.isSet)
    }

    @Test
    fun `my name, and pictures of the app`() {
        val robin = begin("Robin")
        ear.touch("Settings")
        ear.touch("My name, Robin")
        ear.isAt("My name")
        ear.type("A name for you", "Robin K")
        ear.touch("Keep")
        ear.isAt("Settings")
        ear.hears("My name, Robin K")
        assertEquals("Robin K", robin.session.phone.settings().name)
        val pictures = "Let me take pictures of this app, Other apps can then see it too."
        assertFalse(ear.isOn(pictures))
        ear.touch(pictures)
        ear.await("the choice") { ear.isOn(pictures) }
        assertTrue(robin.letsPictures.value)
        ear.touch(pictures)
        assertFalse(robin.letsPictures.value)
    }

    @Test
    fun `notices are asked for when they are switched on, and no is an answer`() {
        val asked = object : Notices {
            @Volatile var allows = false

            override fun ask(then: (allowed: Boolean) -> Unit) = then(allows)

            override fun at(times: List<String>) = Unit
        }
        val robin = begin("Robin", notices = asked)
        ear.touch("Settings")
        ear.touch("Notices, When your phone may speak up.")
        ear.isAt("Notices")
        val words = "Tell me when post came, It says: You have a note."
        ear.touch(words)
        ear.hears("Your phone does not let this app show notices.")
        assertFalse(robin.session.phone.settings().wordsNotice)
        asked.allows = true
        ear.touch(words)
        ear.await("the notice") { ear.isOn(words) }
        ear.touch("Keep quiet hours, No notice comes then.")
        ear.type("Quiet from", "late")
        ear.type("Quiet until", "7:30")
        ear.touch("Keep")
        ear.hears("That does not fit here. Try it another way.")
        ear.type("Quiet from", "21:00")
        ear.touch("Keep")
        ear.isAt("Settings")
        val quiet = robin.session.phone.settings().quietHours
        assertNotNull(quiet)
        assertEquals("21:00" to "07:30", quiet!!.from to quiet.until)
        ear.touch("Notices, When your phone may speak up.")
        ear.touch("Keep quiet hours, No notice comes then.")
        ear.await("no quiet hours") { robin.session.phone.settings().quietHours == null }
        ear.touch(words)
        ear.await("no notice") { !ear.isOn(words) }
    }

    @Test
    fun `another phone of mine joins at its first run`() {
        val robin = begin("Robin")
        postBox()
        routine("Walk")
        ear.touch("Settings")
        ear.touch("Another phone of mine, Your things will be on both phones.")
        ear.isAt("Another phone of mine")
        ear.touch("Make a code for it")
        ear.hears("Let your other phone read this.")
        val code = ear.everything().first { it.split(' ').size == 24 }

        val tablet = town.app("Tablet")
        ear.takeUp(tablet)
        ear.isAt("Your planner")
        ear.touch("I have this on another phone")
        ear.isAt("I have this on another phone")
        ear.hears("This only works while nothing is here yet.")
        ear.type("The code. You can paste it or type the 24 words.", code)
        ear.touch("Go on")
        ear.hears("First say where your post box is.")
        ear.touch("Post box")
        ear.type("Its address", town.relay.url)
        ear.touch("Use this post box")
        ear.touch("Yes, be in touch")
        ear.hears("The four words are on their way.")
        ear.takeUp(robin)
        untilPostBrings("Look at both phones. Are these words the same?")
        ear.takeUp(tablet)
        untilPostBrings("Look at both phones. Are these words the same?")
        ear.touch("They are the same")
        ear.hears("Your phones are together now.")
        ear.takeUp(robin)
        ear.touch("They are the same")
        ear.hears("Your phones are together now.")
        ear.takeUp(tablet)
        ear.touch("Today")
        untilPostBrings("Done: Walk")
        ear.takeUp(robin)
        ear.isAt("Settings")
        val off = { ear.everything().first { it.startsWith("Take phone ") } }
        ear.touch(off())
        ear.hears("It gets nothing new then.")
        assertEquals("asked first", 2, robin.session.phone.settings().phones.size)
        ear.touch(off())
        ear.await("one phone") { robin.session.phone.settings().phones.size == 1 }
    }

    @Test
    fun `the get-back sheet, a copy, the limits`() {
        val robin = begin("Robin")
        ear.touch("Settings")
        ear.touch("Get-back sheet, Still to be written down.")
        ear.isAt("Get-back sheet")
        val twelve = twelve()
        assertTrue("$twelve", twelve.size == 12)
        ear.type("Now type them from your paper.", twelve.joinToString(" "))
        ear.touch("Back")
        ear.touch("Get-back sheet, Still to be written down.")
        assertEquals("the words are no draft", "", ear.fieldText("Now type them from your paper."))
        ear.type("Now type them from your paper.", twelve.joinToString(" "))
        ear.touch("Check")
        ear.isAt("Settings")
        ear.touch("Get-back sheet, You have it on paper.")
        ear.hears("This phone forgot the words.")
        ear.touch("Back")
        ear.touch("Take a copy, A copy for you.")
        ear.isAt("Take a copy")
        ear.type("Words to lock it with", "green tea at noon")
        assertTrue("it is not to be read over a shoulder", ear.isSecret("Words to lock it with"))
        ear.touch("Make a locked copy")
        ear.await("the locked copy") { town.shared("Robin", "alongside.backup").exists() }
        assertFalse("the locked copy is locked", town.shared("Robin", "alongside.backup").readText(Charsets.ISO_8859_1).contains("Robin"))
        ear.touch("Make a copy that all can read")
        ear.await("the readable copy") { town.shared("Robin", "alongside.json").exists() }
        ear.touch("Back")
        ear.isAt("Settings")
        assertFalse("nothing stays behind", town.shared("Robin", "alongside.json").exists())
        assertTrue("no draft of the words", robin.way.drafts.value.keys.none { "passphrase" in it || "sheet" in it })
        ear.touch("Take a copy, A copy for you.")
        assertEquals("", ear.fieldText("Words to lock it with"))
        ear.touch("Make a copy that all can read")
        ear.await("the readable copy") { town.shared("Robin", "alongside.json").exists() }
        ear.touch("Hide and lock this app")
        ear.isAt("Planner")
        assertFalse("nothing stays behind", town.shared("Robin", "alongside.json").exists())
        ear.touch("Open")
        ear.touch("Back")
        ear.touch("What this app can and cannot do, A short page. Good to read.")
        ear.isAt("What this app can and cannot do")
        ear.hears("It cannot take back what someone saw.")
        ear.hears("It cannot wipe a thing from this phone.")
        ear.hears("No one from outside has looked for faults in this app yet.")
    }

    @Test
    fun `an address that fits nowhere is said, and the way to the post box stays`() {
        val robin = begin("Robin")
        robin.session.phone.setPostBox(town.relay.url, "socks5h://127.0.0.1:9050")
        ear.touch("Settings")
        ear.touch("Post box, ${town.relay.url}")
        ear.type("Its address", "no address")
        ear.touch("Use this post box")
        ear.hears("That does not fit here. Try it another way.")
        ear.type("Its address", "https://post.example")
        ear.touch("Use this post box")
        ear.isAt("Settings")
        assertEquals("socks5h://127.0.0.1:9050", robin.session.phone.settings().proxy)
        assertNull(robin.session.phone.settings().code)
        ear.touch("Post box, https://post.example")
        ear.type("Its code, if it asks for one", "no code")
        ear.touch("Use this post box")
        ear.hears("That does not fit here. Try it another way.")
        val code = "A".repeat(43)
        ear.type("Its code, if it asks for one", code)
        ear.type("A stop on the way, if you have one", "https://stop.example")
        ear.touch("Use this post box")
        ear.isAt("Settings")
        assertEquals(code, robin.session.phone.settings().code)
        assertEquals("https://stop.example", robin.session.phone.settings().oblivious)
        assertNull("nothing was met by that", robin.session.phone.settings().daysSinceMet)
    }
}
