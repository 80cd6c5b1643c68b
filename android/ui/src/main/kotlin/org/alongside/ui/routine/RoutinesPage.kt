// All my routines, also those that today does not offer and those that ended. Knows no rhythm.
// Invariant: no number, no last time, and what ended is there without a word about it.
package org.alongside.ui.routine

import alongside.core.RoutineRow
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import org.alongside.ui.Place
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.Row
import org.alongside.ui.parts.Waiting
import org.alongside.ui.parts.words
import org.alongside.ui.words.howOften

@Composable
fun RoutinesPage(session: Session, way: Way) {
    val model = remember { RoutinesViewModel(session) }
    val screen by model.state.collectAsState()
    val all = screen ?: return Waiting()
    Page(words("routines.title"), main = { MainButton(words("today.add-routine")) { way.go(Place.AddRoutine) } }) {
        if (all.going.isEmpty() && all.paused.isEmpty() && all.ended.isEmpty()) Line(words("routines.blank"))
        Rows(words("routines.going"), all.going, way)
        Rows(words("routines.paused"), all.paused, way)
        Rows(words("routines.ended"), all.ended, way)
    }
}

@Composable
private fun Rows(title: String, rows: List<RoutineRow>, way: Way) {
    if (rows.isNotEmpty()) Part(title) {
        for (row in rows) Row(row.name, words.howOften(row.howOften), spoken = words("routines.open-it", "name" to row.name)) {
            way.go(Place.Routine(row.id))
        }
    }
}
