// Settings, and the page that says what the app can and cannot do. Each setting has a page of its own. Knows no rule of life.
// Invariant: what a setting does and cannot do is said beside it.
package org.alongside.ui.settings

import alongside.core.PhoneRow
import alongside.core.SettingsScreen
import androidx.compose.foundation.layout.padding
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.flow.StateFlow
import org.alongside.ui.AppModel
import org.alongside.ui.Place
import org.alongside.ui.Said
import org.alongside.ui.ScreenModel
import org.alongside.ui.Session
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.Row
import org.alongside.ui.parts.SideButton
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.Switch
import org.alongside.ui.parts.Waiting
import org.alongside.ui.parts.words
import org.alongside.ui.platform.Notices
import org.alongside.ui.words.dataUsed
import org.alongside.ui.words.met

class SettingsViewModel(session: Session) : ScreenModel(session) {
    val state: StateFlow<SettingsScreen?> = watch { it.settings() }

    fun removePhone(phone: PhoneRow) = session.deed(waits = true, then = { _: Unit ->
        session.say(Said("said.phone-removed"))
        session.send()
    }) {
        it.removePhone(phone.number)
    }
}

@Composable
fun SettingsPage(session: Session, app: AppModel) {
    val way = app.way
    val model = remember { SettingsViewModel(session) }
    val screen by model.state.collectAsState()
    val pictures by app.letsPictures.collectAsState()
    val settings = screen ?: return Waiting()
    Page(words("settings.title")) {
        Row(words("settings.name"), settings.name) { way.go(Place.MyName) }
        Row(words("settings.lock"), words(if (app.lock.isSet) "settings.lock-set" else "settings.lock-none")) { way.go(Place.SetLock) }
        Row(words("notices.title"), words("settings.notices-under")) { way.go(Place.Notices) }
        Row(words("post-box.title"), settings.postBox ?: words("settings.post-box-none")) { way.go(Place.PostBox) }
        Line(words.dataUsed(settings.bytesThisMonth))
        settings.daysSinceMet?.let { Small(words.met(it), Modifier.padding(bottom = 8.dp)) }
        Row(words("sheet.title"), words(if (settings.sheetToWrite) "settings.sheet-to-write" else "settings.sheet-written")) { way.go(Place.Sheet) }
        Row(words("export.title"), words("settings.export-under")) { way.go(Place.Export) }
        Row(words("own-phone.title"), words("own-phone.under")) { way.go(Place.OwnPhone) }
        Row(words("limits.title"), words("settings.limits-under")) { way.go(Place.Limits) }
        Part(words("settings.hide-title")) { Small(words("settings.hide-how")) }
        Switch(words("settings.pictures"), pictures, under = words("settings.pictures-under"), onChange = app::letPictures)
        if (settings.phones.size > 1) Part(words("settings.phones")) { Phones(settings.phones, model) }
    }
}

@Composable
private fun Phones(phones: List<PhoneRow>, model: SettingsViewModel) {
    for (phone in phones) {
        Line(words("settings.phone", "number" to phone.number))
        if (phone.thisOne) Small(words("settings.this-phone"))
        else {
            var asked by remember(phone.number) { mutableStateOf(false) }
            if (asked) {
                Line(words("settings.remove-phone-sure"))
                SideButton(words("settings.remove-phone-yes"), spoken = words("settings.remove-phone-of", "number" to phone.number)) { model.removePhone(phone) }
            } else PlainButton(words("settings.remove-phone"), spoken = words("settings.remove-phone-of", "number" to phone.number)) { asked = true }
        }
    }
}

/** What the app can and cannot protect. */
@Composable
fun LimitsPage() = Page(words("limits.title")) {
    Part(words("limits.can")) { for (at in 1..5) Line(words("limits.can-$at")) }
    Part(words("limits.cannot")) { for (at in 1..9) Line(words("limits.cannot-$at")) }
    Part(words("limits.not-built")) { for (at in 1..4) Line(words("limits.not-built-$at")) }
}
