// The sheet that every screen is drawn on: a way back and the way out on top, a heading, the content, the main thing to do.
// It knows no screen. Invariant: everything on it can be scrolled to, at any size of text; "Hide" is always on top.
package org.alongside.ui.parts

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.compositionLocalOf
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.paneTitle
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.alongside.ui.Said
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.theme.TextOn

/** What a page needs of the app around it: a way back, if there is one, and the way out. */
class Around(val back: (() -> Unit)?, val hide: () -> Unit)

/** The app around the page that is drawn. */
val LocalAround = compositionLocalOf<Around> { error("a page is drawn inside the app") }

/**
 * One screen. [start] stands where "Back" stands on other pages; [main] is the one main action, at the end of the page.
 */
@Composable
fun Page(
    title: String,
    under: String? = null,
    start: (@Composable () -> Unit)? = null,
    main: (@Composable ColumnScope.() -> Unit)? = null,
    content: @Composable ColumnScope.() -> Unit,
) = Sheet(Modifier.semantics { paneTitle = title }, start) {
    Text(title, Modifier.padding(top = 8.dp).semantics { heading() }, style = MaterialTheme.typography.headlineMedium)
    if (under != null) Small(under, Modifier.padding(top = 2.dp))
    Rule(Modifier.padding(top = 10.dp, bottom = 4.dp))
    content()
    if (main != null) {
        Spacer(Modifier.height(20.dp))
        main()
    }
    Spacer(Modifier.height(28.dp))
}

/** A page that was not read yet: the way back and the way out are there already. */
@Composable
fun Waiting() = Sheet(Modifier, null) {}

@Composable
private fun Sheet(modifier: Modifier, start: (@Composable () -> Unit)?, content: @Composable ColumnScope.() -> Unit) {
    val around = LocalAround.current
    Column(modifier.fillMaxSize().verticalScroll(rememberScrollState()), horizontalAlignment = Alignment.CenterHorizontally) {
        Column(Modifier.widthIn(max = 560.dp).fillMaxWidth().padding(horizontal = 20.dp)) {
            FlowRow(Modifier.fillMaxWidth().padding(top = 6.dp), Arrangement.SpaceBetween) {
                Box {
                    if (around.back != null) PlainButton(words("page.back"), icon = Icons.back, onClick = around.back)
                    else start?.invoke()
                }
                PlainButton(words("page.hide"), icon = Icons.hide, spoken = words("page.hide-spoken"), onClick = around.hide)
            }
            content()
        }
    }
}

/** A ruled line, as on a planner's page. */
@Composable
fun Rule(modifier: Modifier = Modifier) = HorizontalDivider(modifier, 1.dp, LocalPalette.current.rule)

/** A part of a page with a heading of its own. */
@Composable
fun Part(title: String, color: Color = LocalPalette.current.ink, content: @Composable ColumnScope.() -> Unit) {
    Column(Modifier.fillMaxWidth().padding(top = 18.dp), Arrangement.spacedBy(4.dp)) {
        Text(title, Modifier.semantics { heading() }, color, style = MaterialTheme.typography.titleMedium)
        content()
    }
}

/** A paragraph on ground of its own. */
@Composable
fun Band(colors: TextOn, modifier: Modifier = Modifier, content: @Composable ColumnScope.() -> Unit) {
    Surface(modifier.fillMaxWidth().padding(vertical = 6.dp), MaterialTheme.shapes.medium, colors.ground, colors.text) {
        Column(Modifier.padding(14.dp), Arrangement.spacedBy(6.dp), content = content)
    }
}

/**
 * What just happened; a screen reader says it by itself. It stands below the page, so that nothing on the page moves
 * away from under a finger.
 */
@Composable
fun SaidBand(said: Said, undo: (ULong) -> Unit) {
    val palette = LocalPalette.current
    Surface(Modifier.fillMaxWidth(), color = palette.note.ground, contentColor = palette.note.text) {
        FlowRow(Modifier.padding(horizontal = 20.dp, vertical = 10.dp), Arrangement.spacedBy(12.dp), Arrangement.Center) {
            Text(
                words(said.key, *said.places.toTypedArray()),
                Modifier.align(Alignment.CenterVertically).semantics { liveRegion = LiveRegionMode.Polite },
            )
            said.undo?.let { number -> SideButton(words("said.undo")) { undo(number) } }
        }
    }
}

/** A plain paragraph. */
@Composable
fun Line(text: String, modifier: Modifier = Modifier) = Text(text, modifier.padding(vertical = 4.dp))
