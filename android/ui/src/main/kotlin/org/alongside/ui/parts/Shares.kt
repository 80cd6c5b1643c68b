// Who sees a thing of mine, and the way to stop it. Knows no rule of sharing.
// Invariant: each share says its name, for how long, and can be stopped with one touch.
package org.alongside.ui.parts

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import org.alongside.ui.words.until
import alongside.core.ShareRow

/** The people who see one thing. */
@Composable
fun SeenBy(shares: List<ShareRow>, stop: (who: String, name: String) -> Unit, open: (who: String) -> Unit) {
    if (shares.isEmpty()) Small(words("share.only-you"))
    for (share in shares) {
        PlainButton(share.name, spoken = words("person.open", "name" to share.name)) { open(share.who) }
        ShareLine(share, words("share.stop-of", "thing" to share.label, "name" to share.name)) { stop(share.who, share.name) }
    }
}

/** For how long it is shown, and the way to stop. */
@Composable
fun ShareLine(share: ShareRow, spoken: String, stop: () -> Unit) {
    Small(words.until(share.until))
    if (share.notes) Small(words("share.with-notes"))
    FlowRow(Modifier.fillMaxWidth().padding(vertical = 4.dp), Arrangement.spacedBy(8.dp)) {
        SideButton(words("share.stop"), spoken = spoken, onClick = stop)
    }
}
