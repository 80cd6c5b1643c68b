// Settings: the lock, the post box, data used, the get-back sheet, export, limits. Knows no rule of life.
// Invariant: what a setting does and cannot do is said beside it.
package org.alongside.ui.settings

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import alongside.core.PhoneRow
import alongside.core.SettingsScreen
import kotlinx.coroutines.flow.StateFlow
import org.alongside.ui.AppModel
import org.alongside.ui.Place
import org.alongside.ui.Said
import org.alongside.ui.ScreenModel
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Choice
import org.alongside.ui.parts.DigitsField
import org.alongside.ui.parts.Field
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.Row
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.draft
import org.alongside.ui.platform.ShareSheet
import org.alongside.ui.words.dataUsed
import org.alongside.ui.parts.words

class SettingsViewModel(session: Session) : ScreenModel(session) {
    val state: StateFlow<SettingsScreen?> = watch { it.settings() }

    fun removePhone(phone: PhoneRow) = session.deed(waits = true, then = { _: Unit -> session.say(Said("said.phone-removed")) }) {
        it.removePhone(phone.number)
    }
}

@Composable
fun SettingsPage(session: Session, app: AppModel) {
    val way = app.way
    val model = remember { SettingsViewModel(session) }
    val screen by model.state.collectAsState()
    val settings = screen ?: return
    Page(words("settings.title"), settings.name) {
        Row(words("settings.lock"), words(if (app.lock.isSet) "settings.lock-set" else "settings.lock-none")) { way.go(Place.SetLock) }
        Row(words("post-box.title"), settings.postBox ?: words("settings.post-box-none")) { way.go(Place.PostBox) }
        Line(words.dataUsed(settings.bytesThisMonth))
        settings.daysSinceMet?.let { Small(if (it == 0u) words("settings.met-today") else words("settings.not-met", "days" to it)) }
        Row(words("sheet.title"), words(if (settings.sheetToWrite) "settings.sheet-to-write" else "settings.sheet-written")) { way.go(Place.Sheet) }
        Row(words("export.title"), words("settings.export-under")) { way.go(Place.Export) }
        Row(words("limits.title"), words("settings.limits-under")) { way.go(Place.Limits) }
        Part(words("settings.hide-title")) { Small(words("settings.hide-how")) }
        if (settings.phones.size > 1) Part(words("settings.phones")) { Phones(settings.phones, model) }
    }
}

@Composable
private fun Phones(phones: List<PhoneRow>, model: SettingsViewModel) {
    for (phone in phones) {
        Line(words("settings.phone", "number" to phone.number))
        if (phone.thisOne) Small(words("settings.this-phone"))
        else PlainButton(words("settings.remove-phone"), spoken = words("settings.remove-phone-of", "number" to phone.number)) { model.removePhone(phone) }
    }
}

/** The lock: six digits or more, and how long the app may be away before it locks. */
@Composable
fun SetLockPage(session: Session, app: AppModel) {
    val lock = app.lock
    var digits by remember { mutableStateOf("") }
    var again by remember { mutableStateOf("") }
    var delay by remember { mutableStateOf(lock.delay) }
    Page(words("lock.title"), words("lock.under"), main = {
        MainButton(words("lock.set"), enabled = lock.fits(digits) && digits == again) {
            lock.set(digits)
            session.say(Said("said.lock-set"), nextPage = true)
            app.way.leave(Place.SetLock)
        }
        if (lock.isSet) PlainButton(words("lock.take-away")) {
            lock.takeAway()
            session.say(Said("said.lock-gone"), nextPage = true)
            app.way.leave(Place.SetLock)
        }
    }) {
        DigitsField(words("lock.digits"), digits) { digits = it }
        DigitsField(words("lock.again"), again) { again = it }
        if (again.isNotEmpty() && digits != again) Small(words("lock.not-same"))
        Part(words("lock.delay")) {
            Column(Modifier.selectableGroup()) {
                for (minutes in listOf(0, 1, 5)) Choice(words("lock.delay-$minutes"), delay == minutes) {
                    delay = minutes
                    lock.delay = minutes
                }
            }
        }
        Small(words("lock.limits"))
    }
}

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
        way.used("sheet.")
        session.say(Said("said.sheet-checked"), nextPage = true)
        way.leave(Place.Sheet)
    }) { it.checkSheet(typed) }
}

/** The get-back sheet, until it was written down. */
@Composable
fun SheetPage(session: Session, way: Way) {
    val model = remember { SheetViewModel(session, way) }
    val sheet by model.sheet.collectAsState()
    val twelve = sheet ?: return
    if (twelve.isEmpty()) return Page(words("sheet.title")) { Line(words("sheet.written")) }
    val typed = draft("sheet.typed").trim()
    Page(words("sheet.title"), words("sheet.under"), main = {
        MainButton(words("sheet.check"), enabled = typed.isNotEmpty()) { model.check(typed) }
    }) {
        Line(words("sheet.write-down"))
        twelve.split(' ').forEachIndexed { at, word -> Line(words("sheet.word", "number" to at + 1, "word" to word)) }
        Small(words("sheet.strong"))
        Field(words("sheet.type"), "sheet.typed", lines = 3, most = 400)
    }
}

class ExportViewModel(session: Session, private val share: ShareSheet) : ScreenModel(session) {
    fun locked(passphrase: String) = session.deed(then = { bytes: ByteArray -> share.file("alongside.backup", bytes) }) {
        it.backupWithPassphrase(passphrase)
    }

    fun readable() = session.deed(then = { text: String -> share.file("alongside.json", text.toByteArray()) }) { it.export() }
}

/** A copy of my things: locked, unless I ask for a readable one. */
@Composable
fun ExportPage(session: Session, share: ShareSheet) {
    val model = remember { ExportViewModel(session, share) }
    val passphrase = draft("export.passphrase")
    Page(words("export.title"), words("export.under"), main = {
        MainButton(words("export.locked"), enabled = passphrase.isNotEmpty()) { model.locked(passphrase) }
    }) {
        Field(words("export.passphrase"), "export.passphrase", most = 200)
        Small(words("export.passphrase-under"))
        Part(words("export.readable-title")) {
            Small(words("export.readable-under"))
            PlainButton(words("export.readable"), onClick = model::readable)
        }
    }
}

class PostBoxViewModel(session: Session, private val way: Way) : ScreenModel(session) {
    val state: StateFlow<SettingsScreen?> = watch { it.settings() }

    fun set(url: String) = session.deed(waits = true, then = { _: Unit ->
        way.used("post-box.")
        way.leave(Place.PostBox)
        session.meet(aloud = true)
    }) { it.setPostBox(url, null) }
}

/** Where the post box is. */
@Composable
fun PostBoxPage(session: Session, way: Way) {
    val model = remember { PostBoxViewModel(session, way) }
    val screen by model.state.collectAsState()
    val settings = screen ?: return
    val url = draft("post-box.url", settings.postBox.orEmpty()).trim()
    Page(words("post-box.title"), words("post-box.under"), main = {
        MainButton(words("post-box.set"), enabled = url.isNotEmpty()) { model.set(url) }
    }) {
        Line(words("post-box.blind"))
        Field(words("post-box.address"), "post-box.url", first = settings.postBox.orEmpty(), most = 300)
    }
}

/** What the app can and cannot protect. */
@Composable
fun LimitsPage() = Page(words("limits.title")) {
    Part(words("limits.can")) { for (at in 1..5) Line(words("limits.can-$at")) }
    Part(words("limits.cannot")) { for (at in 1..8) Line(words("limits.cannot-$at")) }
    Part(words("limits.not-built")) { for (at in 1..3) Line(words("limits.not-built-$at")) }
}
