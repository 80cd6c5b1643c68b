// The buttons of every screen: one main one, quiet ones beside it, and boxes to choose from. They know no screen.
// Invariant: each is 48 dp or more to the touch, has its words on it, and never tells anything by colour alone.
package org.alongside.ui.parts

import androidx.compose.foundation.BorderStroke
import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.defaultMinSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Button
import androidx.compose.material3.ButtonDefaults
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import org.alongside.ui.theme.LocalPalette

/** The least that a finger can hit. */
val TARGET = 48.dp

private val shape = RoundedCornerShape(10.dp)
private val padding = PaddingValues(horizontal = 18.dp, vertical = 10.dp)

/** The one main thing to do on a screen. */
@Composable
fun MainButton(text: String, modifier: Modifier = Modifier, enabled: Boolean = true, onClick: () -> Unit) {
    Button(
        onClick, modifier.fillMaxWidth().heightIn(min = 52.dp), enabled, shape, contentPadding = padding,
        elevation = ButtonDefaults.buttonElevation(0.dp),
        colors = ButtonDefaults.buttonColors(
            disabledContainerColor = LocalPalette.current.raised.ground, disabledContentColor = LocalPalette.current.quiet,
        ),
    ) { Text(text, textAlign = TextAlign.Center) }
}

/** Another thing to do, with a border. [spoken] is what a screen reader says where the words alone are not enough. */
@Composable
fun SideButton(text: String, modifier: Modifier = Modifier, spoken: String? = null, enabled: Boolean = true, onClick: () -> Unit) {
    OutlinedButton(
        onClick, modifier.heightIn(min = TARGET).spoken(spoken), enabled, shape, contentPadding = padding,
        border = BorderStroke(1.dp, LocalPalette.current.edge),
        colors = ButtonDefaults.outlinedButtonColors(
            contentColor = LocalPalette.current.ink, disabledContentColor = LocalPalette.current.quiet,
        ),
    ) { Text(text, textAlign = TextAlign.Center) }
}

/** A thing to do that stands back. */
@Composable
fun PlainButton(
    text: String, modifier: Modifier = Modifier, icon: ImageVector? = null, spoken: String? = null, onClick: () -> Unit,
) {
    TextButton(
        onClick, modifier.heightIn(min = TARGET).defaultMinSize(minWidth = TARGET).spoken(spoken), shape = shape,
        contentPadding = PaddingValues(horizontal = 4.dp, vertical = 8.dp),
        colors = ButtonDefaults.textButtonColors(contentColor = LocalPalette.current.me.ground),
    ) {
        if (icon != null) Icon(icon, null, Modifier.padding(end = 8.dp).size(22.dp))
        Text(text)
    }
}

/** One of several, with a round box: its words say what is chosen, and the box shows it. */
@Composable
fun Choice(text: String, chosen: Boolean, modifier: Modifier = Modifier, under: String? = null, onClick: () -> Unit) {
    Row(
        modifier.fillMaxWidth().heightIn(min = TARGET).selectable(chosen, role = Role.RadioButton, onClick = onClick)
            .padding(vertical = 8.dp),
        Arrangement.spacedBy(12.dp), Alignment.CenterVertically,
    ) {
        ChoiceBox(chosen, round = true)
        Labels(text, under)
    }
}

/** A thing to switch on or off, with a square box. */
@Composable
fun Switch(text: String, on: Boolean, modifier: Modifier = Modifier, under: String? = null, onChange: (Boolean) -> Unit) {
    Row(
        modifier.fillMaxWidth().heightIn(min = TARGET).toggleable(on, role = Role.Checkbox, onValueChange = onChange)
            .padding(vertical = 8.dp),
        Arrangement.spacedBy(12.dp), Alignment.CenterVertically,
    ) {
        ChoiceBox(on, round = false)
        Labels(text, under)
    }
}

@Composable
private fun RowScope.Labels(text: String, under: String?) {
    Column(Modifier.weight(1f)) {
        Text(text)
        if (under != null) Small(under)
    }
}

@Composable
private fun ChoiceBox(chosen: Boolean, round: Boolean) {
    val palette = LocalPalette.current
    val shape = if (round) CircleShape else RoundedCornerShape(4.dp)
    val ground = if (chosen) palette.me.ground else Color.Transparent
    Box(
        Modifier.size(26.dp).background(ground, shape).border(2.dp, if (chosen) palette.me.ground else palette.edge, shape)
            .clearAndSetSemantics {},
        Alignment.Center,
    ) { if (chosen) Icon(Icons.tick, null, Modifier.size(18.dp), tint = palette.me.text) }
}

/** What a screen reader says in place of the words that are seen. */
fun Modifier.spoken(text: String?): Modifier = if (text == null) this else semantics { contentDescription = text }

/** Smaller words, for what is good to know. */
@Composable
fun Small(text: String, modifier: Modifier = Modifier, color: Color = LocalPalette.current.quiet) {
    Text(text, modifier, color, style = MaterialTheme.typography.bodySmall)
}
