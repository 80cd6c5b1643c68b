// The demo life goes on where it was left: what the pictures and the two windows show are phones that share and encourage
// through their post box. It knows the door of the core and no screen. Invariant: nothing here was made for this test.
package org.alongside.check

import alongside.core.CardKind
import alongside.core.Mark
import alongside.core.Phone
import alongside.core.Stage
import alongside.core.Us
import alongside.core.WordKind
import java.io.File
import org.alongside.desktop.Life
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

class LifeStory {
    @get:Rule val folder = TemporaryFolder()

    private fun Life.phone(name: String): Phone = platform(name).let { Phone.open(it.home, it.keys, it.clock) }

    @Test
    fun `Robin and Pat go on sharing through the post box in the second year`() = Life(File(System.getProperty("homes")), folder.root).use { life ->
        val (robin, pat) = life.phone("Robin") to life.phone("Pat")
        val today = robin.today()
        assertEquals("2027-11-19", today.day)
        assertTrue("an idea is the first thing about people", today.us is Us.Idea)
        assertEquals(setOf(Stage.NO_ANSWER_YET, Stage.COMPARE), robin.invites().invites.map { it.stage }.toSet())
        val patHere = robin.people().people.first { it.name == "Pat" }.who
        val robinThere = pat.people().people.single().who
        val walk = today.routines.first { it.name == "Walk" }.id
        fun Phone.lastOfWalk() = person(robinThere).theyShow.routines.first { it.name == "Walk" }.days.firstOrNull { it.day == today.day }?.mark

        fun Phone.restsWell() = person(patHere).fromThem.count { it.day == today.day && it.kind == WordKind.Card(CardKind.REST_WELL) }

        assertEquals(null, pat.lastOfWalk())
        assertEquals(0, robin.restsWell())
        robin.mark(walk, today.day, Mark.DONE)
        pat.encourage(robinThere, WordKind.Card(CardKind.REST_WELL), "", null)
        repeat(2) { for (phone in listOf(robin, pat)) assertFalse("the post box is there", phone.sync().offline) }

        assertEquals(Mark.DONE, pat.lastOfWalk())
        assertEquals(1, robin.restsWell())
        robin.close()
        pat.close()
    }
}
