// A person who hears the screen and does not see it: finds everything by what a screen reader says, touches and types.
// It knows no test tag and no place on the screen. Invariant: on every page that it comes to, each thing to touch has
// words, is 48 dp or more, and there is a heading.
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
import androidx.compose.ui.semantics.getOrNull
import androidx.compose.ui.state.ToggleableState
import androidx.compose.ui.test.SemanticsMatcher
import androidx.compose.ui.test.junit4.ComposeContentTestRule
import androidx.compose.ui.test.performClick
import androidx.compose.ui.test.performScrollTo
import androidx.compose.ui.test.performTextReplacement
import androidx.compose.ui.unit.Density
import androidx.compose.ui.unit.DpSize
import androidx.compose.ui.unit.dp
import java.util.Locale
import org.alongside.desktop.Letters
import org.alongside.ui.Alongside
import org.alongside.ui.AppModel
import org.alongside.ui.words.Words

/** One pair of hands and ears; [takeUp] says which phone they hold. */
class Listener(private val rule: ComposeContentTestRule, private val size: DpSize = DpSize(360.dp, 640.dp), text: Float = 1f) {
    private var held by mutableStateOf<AppModel?>(null)
    private val words = Words.of(Locale.ENGLISH)

    init {
        rule.setContent {
            CompositionLocalProvider(LocalDensity provides Density(1f, text)) {
                Box(Modifier.requiredSize(size)) { held?.let { Alongside(it, Letters, words, dark = false) } }
            }
        }
    }

    fun takeUp(phone: AppModel) {
        held?.leftSight()
        held = phone
        phone.inSight()
        rule.waitForIdle()
    }

    /** Hears the heading of a page, and checks everything on it that can be touched. */
    fun isAt(heading: String) {
        await("the heading '$heading'") { all().any { it.config.getOrNull(SemanticsProperties.Heading) != null && label(it) == heading } }
        for (node in touchable()) {
            val bounds = node.size
            check(label(node).isNotBlank()) { "something on '$heading' has no words" }
            check(bounds.width >= 48 && bounds.height >= 48) { "'${label(node)}' on '$heading' is ${bounds.width} by ${bounds.height}" }
        }
    }

    /** Hears these words anywhere on the page. */
    fun hears(text: String) = await("the words '$text'") { all().any { text in label(it) } }

    fun hearsNot(text: String) {
        rule.waitForIdle()
        check(all().none { text in label(it) }) { "heard: $text" }
    }

    /** Touches what says exactly this. */
    fun touch(label: String) {
        await("something to touch that says '$label', of: ${touchable().map(::label)}") { touchable().count { label(it) == label } >= 1 }
        val found = rule.onAllNodes(saying(label) and canBeTouched())[0]
        runCatching { found.performScrollTo() }
        found.performClick()
        rule.waitForIdle()
    }

    fun isOn(label: String): Boolean {
        await("'$label' to touch") { touchable().any { label(it) == label } }
        val node = touchable().first { label(it) == label }
        return node.config.getOrNull(SemanticsProperties.ToggleableState) == ToggleableState.On ||
            node.config.getOrNull(SemanticsProperties.Selected) == true
    }

    fun type(label: String, text: String) {
        fieldOf(label)
        val field = rule.onNode(saying(label) and SemanticsMatcher.keyIsDefined(SemanticsActions.SetText))
        runCatching { field.performScrollTo() }
        field.performTextReplacement(text)
        rule.waitForIdle()
    }

    /** What stands in a field. */
    fun fieldText(label: String): String = fieldOf(label).config[SemanticsProperties.EditableText].text

    /** Whether what is typed there is hidden. */
    fun isSecret(label: String): Boolean = SemanticsProperties.Password in fieldOf(label).config

    // The core is read on a thread of its own: a page that was just turned to may not be there yet.
    private fun fieldOf(label: String): SemanticsNode {
        val isIt = { node: SemanticsNode -> label(node) == label && SemanticsActions.SetText in node.config }
        await("a field '$label'") { all().any(isIt) }
        return all().first(isIt)
    }

    /** Every word on the page, in the order in which it is read out. */
    fun everything(): List<String> {
        rule.waitForIdle()
        return all().map(::label).filter { it.isNotBlank() }
    }

    fun await(what: String, until: () -> Boolean) = try {
        rule.waitUntil(15_000) { until() }
    } catch (why: Throwable) {
        throw AssertionError("no $what; heard: ${everything()}", why)
    }

    private fun all(): List<SemanticsNode> = rule.onAllNodes(SemanticsMatcher("all") { true }).fetchSemanticsNodes(false)

    private fun touchable() = all().filter { SemanticsActions.OnClick in it.config && SemanticsActions.SetText !in it.config }

    private fun saying(label: String) = SemanticsMatcher("says '$label'") { label(it) == label }

    private fun canBeTouched() = SemanticsMatcher.keyIsDefined(SemanticsActions.OnClick)

    companion object {
        /** What a screen reader says of a node: its description, or else its text. */
        fun label(node: SemanticsNode): String =
            (node.config.getOrNull(SemanticsProperties.ContentDescription) ?: node.config.getOrNull(SemanticsProperties.Text)?.map { it.text })
                .orEmpty().joinToString(", ")
    }
}
