// Every page of the demo life, measured: no text is cut off, no word is broken in the middle, nothing stands beside the
// screen; narrow with text at 200 %, and in German. Invariant: what is measured is what was laid out, not a picture.
package org.alongside.check

import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.requiredSize
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.junit4.createComposeRule
import androidx.compose.ui.test.performSemanticsAction
import androidx.compose.ui.text.TextLayoutResult
import androidx.compose.ui.unit.Density
import androidx.compose.ui.unit.dp
import java.io.File
import java.util.Locale
import org.alongside.desktop.Letters
import org.alongside.desktop.Life
import org.alongside.desktop.morePlacesOf
import org.alongside.desktop.placesOf
import org.alongside.ui.Alongside
import org.alongside.ui.AppModel
import org.alongside.ui.Place
import org.alongside.ui.Standing
import org.alongside.ui.words.Words
import org.junit.AfterClass
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.BeforeClass
import org.junit.ClassRule
import org.junit.Rule
import org.junit.Test
import org.junit.rules.TemporaryFolder

class NothingCutScreenTest {
    @get:Rule val rule = createComposeRule()

    @Test
    fun `nothing is cut, broken or beside the screen at 320 dp and 200 %`() = assertEquals(emptyList<String>(), wrong(Words.of(Locale.UK), 320, 2f))

    @Test
    fun `nothing is cut, broken or beside the screen in German`() = assertEquals(emptyList<String>(), wrong(Words.of(Locale.GERMANY), 360, 1f))

    private val found = mutableListOf<String>()
    private var measured = 0

    private fun wrong(words: Words, width: Int, text: Float): List<String> {
        var held by mutableStateOf(AppModel(life.robin).also { it.start() })
        rule.setContent {
            CompositionLocalProvider(LocalDensity provides Density(1f, text)) {
                Box(Modifier.requiredSize(width.dp, 640.dp)) { Alongside(held, Letters, words, dark = false) }
            }
        }
        val model = held
        rule.waitUntil(10_000) { model.state.value is Standing.Open }
        val session = (model.state.value as Standing.Open).session
        for ((name, place) in placesOf(session.phone) + morePlacesOf(session.phone)) {
            model.way.backTo(Place.Today)
            model.way.go(place)
            measure(name)
        }
        model.way.go(Place.MyName)
        model.lock.set("135790")
        model.hide()
        measure("curtain")
        touch(words("curtain.forgot"))
        measure("curtain-forgot")
        model.lock.takeAway()
        session.close()
        session.phone.close()

        held = AppModel(life.blank).also { it.start() }
        rule.waitUntil(10_000) { held.state.value is Standing.FirstRun }
        measure("first-run")
        touch(words("restore.open"))
        measure("restore")
        assertTrue("only $measured texts were measured", measured > 400)
        return found
    }

    private fun touch(label: String) {
        val says = SemanticsMatcher("says '$label'") { Listener.label(it) == label && SemanticsActions.OnClick in it.config }
        rule.onNode(says).performSemanticsAction(SemanticsActions.OnClick)
    }

    private fun measure(name: String) {
        rule.waitUntil(10_000) { all().any { SemanticsProperties.Heading in it.config } }
        rule.waitForIdle()
        val screen = all().first().boundsInRoot
        for (node in all()) {
            val layout = layoutOf(node) ?: continue
            measured++
            if (isCut(layout)) found += "$name: cut: ${layout.layoutInput.text}"
            broken(layout)?.let { found += "$name: broken: $it" }
            if (node.positionInRoot.x < screen.left || node.positionInRoot.x + node.size.width > screen.right) found += "$name: beside: ${layout.layoutInput.text}"
        }
    }

    private fun all() = rule.onAllNodes(SemanticsMatcher("all") { true }, useUnmergedTree = true).fetchSemanticsNodes(false)

    private fun layoutOf(node: SemanticsNode): TextLayoutResult? {
        // What is typed may be an address, which has no place to break at.
        if (SemanticsActions.SetText in node.config) return null
        val into = mutableListOf<TextLayoutResult>()
        node.config.getOrElseNullable(SemanticsActions.GetTextLayoutResult) { null }?.action?.invoke(into)
        return into.firstOrNull()
    }

    /** More than a pixel of the text has no room: a layout is whole pixels, its text is not. */
    private fun isCut(layout: TextLayoutResult): Boolean {
        val text = layout.multiParagraph
        // The text's own width is what it was given, not what its lines take.
        val wide = (0 until layout.lineCount).any { layout.getLineRight(it) - layout.getLineLeft(it) > layout.size.width + 1 }
        return text.didExceedMaxLines || wide || text.height > layout.size.height + 1
    }

    /** The line that ends inside a word, if one does. */
    private fun broken(layout: TextLayoutResult): String? {
        val text = layout.layoutInput.text.text
        if ("://" in text) return null
        return (0 until layout.lineCount - 1).map { layout.getLineEnd(it) }.firstOrNull { end ->
            end in 1 until text.length && text[end - 1].isLetterOrDigit() && text[end].isLetterOrDigit()
        }?.let { "${text.take(it)}|${text.drop(it)}" }
    }

    companion object {
        @get:ClassRule @JvmStatic val folder = TemporaryFolder()
        private lateinit var life: Life

        @BeforeClass @JvmStatic fun `the town opens`() {
            life = Life(File(System.getProperty("homes")), folder.root)
        }

        @AfterClass @JvmStatic fun `the town closes`() = life.close()
    }
}
