// Parts that draw a routine: its row with the marks, how often it comes round, its days. They know no rhythm.
// Invariant: a day that has no row is not drawn, and a mark shows by its words and its tick, not by colour alone.
package org.alongside.ui.parts

import androidx.compose.foundation.background
import androidx.compose.foundation.border
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.drawBehind
import androidx.compose.ui.geometry.CornerRadius
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.LayoutDirection
import androidx.compose.ui.unit.dp
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.words.amount
import org.alongside.ui.words.mark
import org.alongside.ui.words.shortDay
import org.alongside.ui.words.time
import alongside.core.DayRow
import alongside.core.Mark

/** The margin of a planner's page, in one ink. */
@Composable
fun Margin(ink: Color, content: @Composable ColumnScope.() -> Unit) {
    Column(
        Modifier.fillMaxWidth().drawBehind {
            val width = 4.dp.toPx()
            val start = if (layoutDirection == LayoutDirection.Ltr) 0f else size.width - width
            drawRoundRect(ink, Offset(start, 0f), Size(width, size.height), CornerRadius(width / 2))
        }.padding(start = 16.dp),
        content = content,
    )
}

/** A routine of mine on one day, to be marked. */
@Composable
fun RoutineMarks(
    name: String, time: String?, mark: Mark?, amount: Long?, unit: String?, notes: List<String>,
    onMark: (Mark?) -> Unit, onNote: () -> Unit, onOpen: () -> Unit,
) {
    Column(Modifier.fillMaxWidth().padding(vertical = 4.dp)) {
        Column(
            Modifier.fillMaxWidth().heightIn(min = TARGET).clickable(onClickLabel = words("routine.open"), role = Role.Button, onClick = onOpen),
            Arrangement.Center,
        ) {
            Text(name, fontWeight = FontWeight.Bold)
            if (time != null) Small(words.time(time))
        }
        Marks(name, mark, onMark, onNote)
        if (amount != null) Small(words.amount(amount, unit))
        for (note in notes) Small(note)
    }
}

/** Done, rest day, note. */
@Composable
fun Marks(name: String, mark: Mark?, onMark: (Mark?) -> Unit, onNote: () -> Unit) =
    FlowRow(Modifier.fillMaxWidth().padding(vertical = 4.dp), Arrangement.spacedBy(8.dp), Arrangement.spacedBy(6.dp)) {
        MarkBox(words("mark.done"), Icons.tick, words("mark.done-of", "name" to name), mark == Mark.DONE) { on ->
            onMark(if (on) Mark.DONE else null)
        }
        MarkBox(words("mark.rest"), Icons.rest, words("mark.rest-of", "name" to name), mark == Mark.REST) { on ->
            onMark(if (on) Mark.REST else null)
        }
        PlainButton(words("note.title"), icon = Icons.note, spoken = words("note.of", "name" to name), onClick = onNote)
    }

@Composable
private fun MarkBox(text: String, icon: ImageVector, spoken: String, on: Boolean, onChange: (Boolean) -> Unit) {
    val palette = LocalPalette.current
    val shape = RoundedCornerShape(10.dp)
    val ink = if (on) palette.me.text else palette.ink
    Row(
        Modifier.heightIn(min = TARGET).background(if (on) palette.me.ground else Color.Transparent, shape)
            .border(1.dp, if (on) palette.me.ground else palette.edge, shape)
            .toggleable(on, role = Role.Checkbox, onValueChange = onChange).semantics { contentDescription = spoken }
            .padding(horizontal = 14.dp, vertical = 8.dp),
        Arrangement.spacedBy(8.dp), Alignment.CenterVertically,
    ) {
        if (on) Icon(icon, null, Modifier.size(20.dp), ink)
        Text(text, color = ink, style = MaterialTheme.typography.labelLarge)
    }
}

/** The days of [thing] on which something was written, and no others: the newest [few], and the rest when asked for. */
@Composable
fun Days(days: List<DayRow>, unit: String?, thing: String, few: Int) {
    var more by remember { mutableStateOf(false) }
    for (row in if (more) days else days.take(few)) Column(Modifier.fillMaxWidth().padding(vertical = 6.dp).semantics(mergeDescendants = true) {}) {
        FlowRow(Modifier.fillMaxWidth(), Arrangement.SpaceBetween) {
            Small(words.shortDay(row.day))
            row.mark?.let { mark ->
                Row(Modifier, Arrangement.spacedBy(8.dp), Alignment.CenterVertically) {
                    Icon(if (mark == Mark.DONE) Icons.tick else Icons.rest, null, Modifier.size(18.dp), LocalPalette.current.me.ground)
                    Small(words.mark(mark), color = LocalPalette.current.ink)
                }
            }
        }
        row.amount?.let { Small(words.amount(it, unit)) }
        for (note in row.notes) Small(note, color = LocalPalette.current.ink)
    }
    if (!more && days.size > few) PlainButton(words("shown.more-days"), spoken = words("shown.more-days-of", "thing" to thing)) { more = true }
}
