// What every page of the demo life says of itself to a screen reader, in order: the way back, the way out, the heading, the
// page from top to bottom, the homes. Invariant: nothing is read before what stands above it.
package org.alongside.check

import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.junit4.createComposeRule
import java.io.File
import java.util.concurrent.CountDownLatch
import java.util.concurrent.Executors
import kotlinx.coroutines.asCoroutineDispatcher
import org.alongside.check.TownOfTwo.Companion.session
import org.alongside.desktop.Life
import org.alongside.desktop.morePlacesOf
import org.alongside.desktop.placesOf
import org.alongside.ui.AppModel
import org.alongside.ui.HOMES
import org.alongside.ui.Place
import org.alongside.ui.Standing
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

class OrderScreenTest {
    @get:Rule(order = 0) val folder = TemporaryFolder()
    @get:Rule(order = 1) val rule = createComposeRule()

    private fun all(): List<SemanticsNode> = rule.onAllNodes(SemanticsMatcher("all") { true }).fetchSemanticsNodes(false)

    private fun said() = all().filter { Listener.label(it).isNotBlank() }

    @Test
    fun `each page is read from its top to its foot, with the way out first and the homes last`() = Life(File(System.getProperty("homes")), folder.root).use { life ->
        val ear = Listener(rule)
        val robin = AppModel(life.robin).also { it.start() }
        rule.waitUntil(10_000) { robin.state.value is Standing.Open }
        ear.takeUp(robin)
        val phone = robin.session.phone
        val places = placesOf(phone) + morePlacesOf(phone)
        assertTrue("only ${places.size} pages", places.size > 38)
        val wrong = mutableListOf<String>()
        for ((name, place) in places) {
            robin.way.backTo(Place.Today)
            robin.way.go(place)
            rule.waitForIdle()
            ear.await("the page $name") { heading() != null }
            val nodes = said()
            val labels = nodes.map { Listener.label(it) }
            val first = if (place == Place.Today) "Settings" else "Back"
            if (labels.take(2) != listOf(first, "Hide and lock this app")) wrong += "$name begins with ${labels.take(2)}"
            if (nodes.getOrNull(2)?.let { SemanticsProperties.Heading in it.config } != true) wrong += "$name: no heading after the way out"
            if (labels.takeLast(HOMES.size) != listOf("Today", "Goals", "People", "Ideas")) wrong += "$name ends with ${labels.takeLast(HOMES.size)}"
            // Nothing asks to be read at another place than where it stands.
            for (node in nodes) if ((node.config.getOrNull(SemanticsProperties.TraversalIndex) ?: 0f) != 0f) wrong += "$name: '${Listener.label(node)}' is read elsewhere"
            val page = nodes.dropLast(HOMES.size)
            for ((above, below) in page.zipWithNext()) if (isAbove(below, above)) wrong += "$name: '${Listener.label(below)}' stands above '${Listener.label(above)}'"
            for (node in page) if (SemanticsActions.OnClick in node.config && Listener.label(node).isBlank()) wrong += "$name: something to touch has no words"
        }
        assertEquals(emptyList<String>(), wrong)
        phone.close()
    }

    private fun heading() = all().firstOrNull { SemanticsProperties.Heading in it.config && it.config.getOrNull(SemanticsProperties.Text) != null }

    private fun isAbove(one: SemanticsNode, other: SemanticsNode) = one.positionInRoot.y + one.size.height <= other.positionInRoot.y

    @Test
    fun `a page that was not read yet has the way back and the way out`() {
        val slow = Executors.newSingleThreadExecutor()
        val held = CountDownLatch(1)
        Life(File(System.getProperty("homes")), folder.root).use { life ->
            val ear = Listener(rule)
            val robin = AppModel(life.robin, quick = slow.asCoroutineDispatcher()).also { it.start() }
            rule.waitUntil(10_000) { robin.state.value is Standing.Open }
            ear.takeUp(robin)
            ear.isAt("Today")
            slow.execute { held.await() }
            robin.way.go(Place.Settings)
            ear.await("the two ways") { ear.everything().take(2) == listOf("Back", "Hide and lock this app") }
            ear.hearsNot("Data used this month")
            ear.touch("Back")
            robin.way.go(Place.Settings)
            held.countDown()
            ear.isAt("Settings")
            robin.session.phone.close()
        }
        slow.shutdown()
    }

    @Test
    fun `looking at what someone sees goes back once they are taken out`() = Life(File(System.getProperty("homes")), folder.root).use { life ->
        val ear = Listener(rule)
        val robin = AppModel(life.robin).also { it.start() }
        rule.waitUntil(10_000) { robin.state.value is Standing.Open }
        ear.takeUp(robin)
        val bo = robin.session.phone.people().people.first { it.name == "Bo" }.who
        robin.way.go(Place.People)
        robin.way.go(Place.SeeAs(bo))
        ear.isAt("What Bo sees")
        robin.session.phone.removePerson(bo)
        ear.isAt("My people")
        robin.session.phone.close()
    }
}
