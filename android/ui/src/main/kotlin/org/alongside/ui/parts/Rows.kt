// A row that opens a page, as in a list of people. Knows no page.
// Invariant: the whole row is one target with one label.
package org.alongside.ui.parts

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.material3.Icon
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import org.alongside.ui.theme.LocalPalette

/** Two things side by side, or one below the other where the text is large. */
@Composable
fun Beside(first: @Composable (Modifier) -> Unit, second: @Composable () -> Unit) {
    if (LocalDensity.current.fontScale > 1.3f) Column {
        first(Modifier)
        // Under the words of what it belongs to.
        Box(Modifier.padding(start = 34.dp)) { second() }
    } else androidx.compose.foundation.layout.Row(verticalAlignment = Alignment.CenterVertically) {
        first(Modifier.weight(1f).padding(end = 12.dp))
        second()
    }
}

/** Opens a page. */
@Composable
fun Row(name: String, under: String? = null, spoken: String? = null, open: () -> Unit) {
    androidx.compose.foundation.layout.Row(
        Modifier.fillMaxWidth().heightIn(min = 56.dp).clickable(role = Role.Button, onClick = open).spoken(spoken).padding(vertical = 8.dp),
        Arrangement.spacedBy(12.dp), Alignment.CenterVertically,
    ) {
        Column(Modifier.weight(1f)) {
            Text(name, fontWeight = FontWeight.Bold)
            if (under != null) Small(under)
        }
        Icon(Icons.on, null, Modifier.size(22.dp), LocalPalette.current.quiet)
    }
}
