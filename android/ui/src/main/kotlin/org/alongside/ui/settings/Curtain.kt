// What shows when the app was hidden or is locked: a blank page of a planner and a way in.
// Invariant: nothing of the person's is on it, not even whether there is something.
package org.alongside.ui.settings

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.height
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.Spacer
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.paneTitle
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.alongside.ui.AppModel
import org.alongside.ui.parts.DigitsField
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.Rule
import org.alongside.ui.parts.SecretField
import org.alongside.ui.parts.Small
import org.alongside.ui.platform.Try
import org.alongside.ui.parts.words

@Composable
fun Curtain(model: AppModel) {
    var digits by remember { mutableStateOf("") }
    var came by remember { mutableStateOf<Try?>(null) }
    var forgot by remember { mutableStateOf(false) }
    var twelve by remember { mutableStateOf("") }
    var notSheet by remember { mutableStateOf(false) }
    val title = words("curtain.title")
    Column(
        Modifier.fillMaxSize().semantics { paneTitle = title }.verticalScroll(rememberScrollState()).padding(horizontal = 20.dp, vertical = 28.dp).widthIn(max = 560.dp),
    ) {
        Text(title, Modifier.semantics { heading() }, style = MaterialTheme.typography.headlineMedium)
        for (line in 1..4) Rule(Modifier.padding(top = 34.dp))
        Spacer(Modifier.height(34.dp))
        if (forgot) {
            SecretField(words("curtain.sheet"), twelve, hidden = false) { twelve = it }
            if (notSheet) Said(words("curtain.not-sheet"))
            Spacer(Modifier.height(14.dp))
            MainButton(words("curtain.sheet-open"), enabled = twelve.isNotBlank()) {
                model.openWithSheet(twelve.trim()) { notSheet = true }
                twelve = ""
            }
            PlainButton(words("page.back")) { forgot = false }
            return@Column
        }
        if (model.lock.isSet) {
            DigitsField(words("curtain.digits"), digits) { digits = it }
            when (val now = came) {
                is Try.Wrong -> Said(words("curtain.wrong"))
                is Try.Wait -> Said(words("curtain.wait", "seconds" to now.seconds))
                else -> Unit
            }
            Spacer(Modifier.height(14.dp))
        }
        MainButton(words("curtain.open"), enabled = !model.lock.isSet || digits.isNotEmpty()) {
            came = model.open(digits)
            digits = ""
        }
        if (model.lock.isSet) PlainButton(words("curtain.forgot")) { forgot = true }
    }
}

@Composable
private fun Said(text: String) = Small(text, Modifier.padding(top = 6.dp).semantics { liveRegion = LiveRegionMode.Polite })
