// The story `two phones meet, show a routine, encourage back, stop showing`, told by two Kotlin phones through one real
// relay process. It knows the door of the core and no screen. Invariant: both phones are real, and so is the post box.
package org.alongside.check

import alongside.core.Allow
import alongside.core.CardKind
import alongside.core.ChangeListener
import alongside.core.HowOften
import alongside.core.Mark
import alongside.core.Phone
import alongside.core.Role
import alongside.core.Stage
import alongside.core.Takes
import alongside.core.Trouble
import alongside.core.Until
import alongside.core.Us
import alongside.core.WordKind
import java.io.File
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit
import org.alongside.desktop.FileKey
import org.alongside.desktop.Relay
import org.alongside.desktop.SystemClock
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

class KotlinStory {
    @get:Rule val folder = TemporaryFolder()
    private lateinit var relay: Relay

    @Before fun `the post box opens`() {
        relay = Relay.start(folder.newFolder("relay"))
    }

    @After fun `the post box closes`() = relay.close()

    private fun home(name: String) = File(folder.root, name)

    private fun begin(name: String): Phone {
        val folder = home(name).apply { mkdirs() }
        val phone = Phone.begin(File(folder, "home").path, FileKey(File(folder, "key")), SystemClock, name)
        phone.setPostBox(relay.url, null)
        return phone
    }

    private fun again(name: String) = Phone.open(File(home(name), "home").path, FileKey(File(home(name), "key")), SystemClock)

    @Test
    fun `two phones meet, show a routine, encourage back, stop showing`() {
        val robin = begin("Robin")
        var pat = begin("Pat")
        val (patHere, robinThere) = meet(robin, pat)

        val walk = robin.addRoutine("Walk", HowOften.Daily, "08:00")
        robin.addRoutine("Take my tablet", HowOften.Daily, null)
        val today = robin.today().day
        robin.mark(walk, today, Mark.DONE)
        val question = robin.beforeShowing("routine:$walk", patHere)
        assertEquals("Walk", question.label)
        assertTrue(question.hasDays)
        robin.show("routine:$walk", patHere, Until.UntilIStop, false)
        robin.sync()
        pat.sync()

        val shown = pat.person(robinThere).theyShow
        assertEquals(listOf("Walk"), shown.routines.map { it.name })
        assertEquals(Mark.DONE, shown.routines.single().days.single().mark)
        val seen = robin.seeAs(patHere)
        assertEquals(shown.routines.map { it.name to it.days }, seen.shown.routines.map { it.name to it.days })
        assertFalse("nothing of the other routine went out", shown.toString().contains("tablet"))

        // Pat's phone dies here, and is opened again: what came is there.
        pat.close()
        pat = again("Pat")
        assertEquals(listOf("Walk"), pat.person(robinThere).theyShow.routines.map { it.name })

        pat.encourage(robinThere, WordKind.Card(CardKind.WELL_DONE), "", null)
        assertThrows(Trouble::class.java) { pat.encourage(robinThere, WordKind.OwnWords, "Good to hear you.", null) }
        pat.sync()
        val heard = CountDownLatch(1)
        val listening = robin.listen(object : ChangeListener {
            override fun onChange() = heard.countDown()
        })
        robin.sync()
        assertTrue("a change is heard of", heard.await(10, TimeUnit.SECONDS))
        listening.close()
        val word = (robin.today().us as Us.Word).word
        assertEquals("Pat", word.name)
        assertEquals(WordKind.Card(CardKind.WELL_DONE), word.kind)

        robin.stopShowing("routine:$walk", patHere)
        robin.mark(walk, today, null)
        robin.sync()
        pat.sync()
        assertTrue(pat.person(robinThere).theyShow.routines.isEmpty())
        assertEquals(listOf("Pat"), robin.people().people.map { it.name })
        assertNull("Robin's mark is gone at home too", robin.routine(walk).today.mark)
        robin.close()
        pat.close()
    }

    @Test
    fun `own words come once the door is open to them, and an idea is used without a word back`() {
        val robin = begin("Robin")
        val pat = begin("Pat")
        val (patHere, robinThere) = meet(robin, pat)
        assertEquals(Takes.CARDS, pat.person(robinThere).takes)
        robin.setAllow(patHere, Allow.OWN_WORDS)
        robin.sync()
        pat.sync()
        assertEquals(Takes.OWN_WORDS, pat.person(robinThere).takes)
        pat.encourage(robinThere, WordKind.OwnWords, "Good to hear you.", null)
        assertEquals("the next own words wait for an answer", Takes.THEIR_TURN, pat.person(robinThere).takes)
        pat.sync()
        robin.sync()
        robin.encourage(patHere, WordKind.Card(CardKind.GLAD), "", null)
        robin.sync()
        pat.sync()
        pat.suggestRoutine(robinThere, "Cook something", HowOften.TimesAWeek(2u))
        pat.sync()
        robin.sync()
        val came = robin.person(patHere)
        assertEquals(listOf("Good to hear you."), came.fromThem.map { it.text })
        val idea = robin.ideas().ideas.single()
        robin.useIdea(idea.from, idea.id)
        assertTrue(robin.ideas().ideas.isEmpty())
        assertTrue(robin.today().routines.any { it.name == "Cook something" } || robin.today().paused.isEmpty())
        robin.sync()
        pat.sync()
        assertTrue(pat.person(robinThere).theyShow.routines.isEmpty())
        robin.close()
        pat.close()
    }

    @Test
    fun `without a post box everything of one's own works, and being offline is said`() {
        val robin = begin("Robin")
        relay.close()
        val walk = robin.addRoutine("Walk", HowOften.Daily, null)
        robin.mark(walk, robin.today().day, Mark.REST)
        assertEquals(Mark.REST, robin.today().routines.single().mark)
        assertTrue(robin.sync().offline)
        assertThrows(Trouble.NotFound::class.java) { robin.routine("0".repeat(16)) }
        robin.close()
    }

    /** Each one's name for the other, after four words that were the same. */
    private fun meet(robin: Phone, pat: Phone): Pair<String, String> {
        val mine = robin.invite(false, "Pat", Role.Mentor, false)
        val link = requireNotNull(robin.invites().invites.single { it.id == mine }.link)
        val theirs = pat.join(false, link)
        for (round in 1..12) {
            val (here, there) = robin.invites().invites.single { it.id == mine } to pat.invites().invites.single { it.id == theirs }
            if (here.stage == Stage.COMPARE && there.stage == Stage.COMPARE) {
                assertEquals(here.words, there.words)
                assertNotEquals(emptyList<String>(), here.words)
                val who = robin.wordsAreTheSame(mine) to pat.wordsAreTheSame(theirs)
                for (last in 1..2) {
                    robin.sync()
                    pat.sync()
                }
                return who
            }
            if (there.stage == Stage.THEY_ASK) {
                pat.knowThemAs(theirs, "Robin", Role.Friend, false)
                pat.answerInvite(theirs)
            }
            if (here.stage == Stage.THEY_ASK) robin.answerInvite(mine)
            robin.sync()
            pat.sync()
        }
        error("they did not meet: ${robin.invites()} ${pat.invites()}")
    }
}
