// The four homes at the foot of every page, and the page for a home that can't be opened.
// Invariant: each home has its drawing and its word; where the words are large they stand in two rows, never cut.
package org.alongside.ui

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.BoxWithConstraints
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.width
import androidx.compose.foundation.selection.selectable
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Icon
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import org.alongside.ui.parts.Icons
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Rule
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.parts.words

private val looks: Map<Place, Pair<String, ImageVector>> = mapOf(
    Place.Today to ("home.today" to Icons.today),
    Place.Goals to ("home.goals" to Icons.goals),
    Place.People to ("home.people" to Icons.people),
    Place.Ideas to ("home.ideas" to Icons.ideas),
)

/** The four homes. [here] is the page in view, whichever it is. */
@Composable
fun Homes(here: Place, go: (Place) -> Unit) {
    val palette = LocalPalette.current
    Column(Modifier.fillMaxWidth().background(palette.raised.ground)) {
        Rule()
        BoxWithConstraints(Modifier.fillMaxWidth(), Alignment.Center) {
            // Room for a drawing above a word of seven letters, at the size of text that the person chose.
            val needed = with(LocalDensity.current) { 76.sp.toDp() } * HOMES.size
            val rows = if (maxWidth >= needed) listOf(HOMES) else HOMES.chunked(2)
            Column(Modifier.selectableGroup()) {
                for (row in rows) Row(Modifier.fillMaxWidth()) {
                    for (place in row) Home(place, place == here, rows.size > 1, Modifier.weight(1f)) { go(place) }
                }
            }
        }
    }
}

@Composable
private fun Home(place: Place, here: Boolean, wide: Boolean, modifier: Modifier, go: () -> Unit) {
    val palette = LocalPalette.current
    val (key, icon) = looks.getValue(place)
    val ink = if (here) palette.me.ground else palette.quiet
    val touch = modifier.selectable(here, role = Role.Tab, onClick = go).heightIn(min = 56.dp)
    // In two rows a line above one would be taken for a line below another: there a frame marks it.
    val mark = Modifier.height(3.dp).width(36.dp).background(if (here && !wide) ink else Color.Transparent)
    val frame = if (here && wide) Modifier.border(2.dp, ink, RoundedCornerShape(10.dp)) else Modifier
    Column(touch, Arrangement.Top, Alignment.CenterHorizontally) {
        Box(mark)
        val word: @Composable () -> Unit = {
            Text(
                words(key), color = ink, fontSize = 14.sp, lineHeight = 20.sp, textAlign = TextAlign.Center,
                fontWeight = if (here) FontWeight.Bold else FontWeight.Normal,
            )
        }
        if (wide) {
            Row(frame.padding(horizontal = 8.dp, vertical = 6.dp), Arrangement.spacedBy(6.dp), Alignment.CenterVertically) {
                Icon(icon, null, Modifier.size(24.dp), ink)
                word()
            }
        } else {
            Icon(icon, null, Modifier.padding(top = 5.dp).size(24.dp), ink)
            Box(Modifier.padding(bottom = 6.dp)) { word() }
        }
    }
}

/** What is kept here can't be opened; nothing was changed. */
@Composable
fun StuckPage(model: AppModel, why: Said) = Page(words("stuck.title"), main = { MainButton(words("stuck.again")) { model.start() } }) {
    Line(words(why.key))
    Line(words("stuck.safe"))
}
