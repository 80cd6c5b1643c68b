// The get-back sheet, and a copy to take along. Knows no cipher.
// Invariant: passphrases and the sheet's words are no drafts, and no copy stays behind once the page is left.
package org.alongside.ui.settings

import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.runtime.DisposableEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.flow.StateFlow
import org.alongside.ui.Place
import org.alongside.ui.Said
import org.alongside.ui.ScreenModel
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.SecretField
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.Waiting
import org.alongside.ui.parts.words
import org.alongside.ui.platform.ShareSheet

class SheetViewModel(session: Session, private val way: Way) : ScreenModel(session) {
    /** The words, or an empty text once they were checked and the phone has forgotten them. */
    val sheet: StateFlow<String?> = watch { phone ->
        try {
            phone.sheet()
        } catch (_: alongside.core.Trouble.NotFound) {
            ""
        }
    }

    fun check(typed: String) = session.deed(waits = true, then = { _: Unit ->
        session.say(Said("said.sheet-checked"), nextPage = true)
        way.leave(Place.Sheet)
    }) { it.checkSheet(typed) }
}

/** The get-back sheet, until it was written down. */
@Composable
fun SheetPage(session: Session, way: Way) {
    val model = remember { SheetViewModel(session, way) }
    val sheet by model.sheet.collectAsState()
    var typed by remember { mutableStateOf("") }
    val twelve = sheet ?: return Waiting()
    if (twelve.isEmpty()) return Page(words("sheet.title")) { Line(words("sheet.written")) }
    Page(words("sheet.title"), words("sheet.under"), main = {
        MainButton(words("sheet.check"), enabled = typed.isNotBlank()) { model.check(typed.trim()) }
    }) {
        Line(words("sheet.write-down"))
        twelve.split(' ').forEachIndexed { at, word -> Line(words("sheet.word", "number" to at + 1, "word" to word)) }
        Small(words("sheet.strong"))
        SecretField(words("sheet.type"), typed, hidden = false) { typed = it }
    }
}

class ExportViewModel(session: Session, private val share: ShareSheet) : ScreenModel(session) {
    fun locked(passphrase: String) = session.deed(then = { bytes: ByteArray -> share.file("alongside.backup", bytes) }) {
        it.backupWithPassphrase(passphrase)
    }

    fun forSheet() = session.deed(then = { bytes: ByteArray -> share.file("alongside.backup", bytes) }) { it.backupForSheet() }

    fun readable() = session.deed(then = { text: String -> share.file("alongside.json", text.toByteArray()) }) { it.export() }
}

/** A copy of my things: locked, unless I ask for a readable one. What was handed on is deleted once this page is left. */
@Composable
fun ExportPage(session: Session, share: ShareSheet) {
    val model = remember { ExportViewModel(session, share) }
    var passphrase by remember { mutableStateOf("") }
    DisposableEffect(Unit) { onDispose { share.forget() } }
    Page(words("export.title"), words("export.under")) {
        SecretField(words("export.passphrase"), passphrase, hidden = true) { passphrase = it }
        Small(words("export.passphrase-under"), Modifier.padding(vertical = 8.dp))
        MainButton(words("export.locked"), enabled = passphrase.isNotEmpty()) { model.locked(passphrase) }
        Part(words("export.for-sheet-title")) {
            Small(words("export.for-sheet-under"))
            PlainButton(words("export.for-sheet"), onClick = model::forSheet)
        }
        Part(words("export.readable-title")) {
            Small(words("export.readable-under"))
            PlainButton(words("export.readable"), onClick = model::readable)
        }
    }
}
