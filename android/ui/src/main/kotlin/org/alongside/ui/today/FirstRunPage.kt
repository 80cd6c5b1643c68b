// The first minute: three short cards, a name that may be left out, and then the planner; for who had it before, a copy
// or another phone. It asks for nothing else. Invariant: no permission, no account, no question that must be answered.
package org.alongside.ui.today

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import org.alongside.ui.AppModel
import org.alongside.ui.Place
import org.alongside.ui.Said
import org.alongside.ui.parts.Around
import org.alongside.ui.parts.Band
import org.alongside.ui.parts.Choice
import org.alongside.ui.parts.Field
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.LocalAround
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.Room
import org.alongside.ui.parts.SecretField
import org.alongside.ui.parts.SideButton
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.Typed
import org.alongside.ui.parts.draft
import org.alongside.ui.parts.words
import org.alongside.ui.theme.LocalPalette

/** [why]: what went wrong with the try before. */
@Composable
fun FirstRunPage(model: AppModel, why: Said?) {
    var restoring by remember { mutableStateOf(false) }
    if (!restoring) return First(model, why) { restoring = true }
    CompositionLocalProvider(LocalAround provides Around({ restoring = false }, model::hide)) { RestorePage(model, why) }
}

@Composable
private fun First(model: AppModel, why: Said?, restore: () -> Unit) {
    val palette = LocalPalette.current
    val unnamed = words("first.unnamed")
    val name = draft("first.name").trim().ifEmpty { unnamed }
    fun start(place: Place) = model.begin(name) {
        model.way.used("first.")
        model.way.go(place)
    }
    Page(
        words("first.title"),
        main = {
            MainButton(words("first.start")) { start(Place.AddRoutine) }
            PlainButton(words("restore.open"), onClick = restore)
            PlainButton(words("own-phone.join")) { start(Place.Join(ownPhone = true)) }
        },
    ) {
        why?.let { Line(words(it.key)) }
        Band(palette.meSoft) { Line(words("first.card-planner")) }
        Band(palette.usSoft) { Line(words("first.card-private")) }
        Band(palette.note) { Line(words("first.card-people")) }
        Field(words("first.name"), "first.name", most = Room.person, typed = Typed.Name)
    }
}

/** A copy, and what opens it. */
@Composable
private fun RestorePage(model: AppModel, why: Said?) {
    var copy by remember { mutableStateOf<ByteArray?>(null) }
    var bySheet by remember { mutableStateOf(true) }
    var typed by remember { mutableStateOf("") }
    val picked = copy
    Page(
        words("restore.title"), words("restore.under"),
        main = {
            MainButton(words("restore.go"), enabled = picked != null && typed.isNotBlank()) {
                if (picked != null) model.restore(picked, if (bySheet) typed.trim() else typed, bySheet)
            }
        },
    ) {
        why?.let { Line(words(it.key)) }
        SideButton(words("restore.pick")) { model.platform.files.pick { bytes -> if (bytes != null) copy = bytes } }
        if (picked != null) Small(words("restore.picked"))
        Column(Modifier.selectableGroup()) {
            Choice(words("restore.by-sheet"), bySheet) { bySheet = true }
            Choice(words("restore.by-words"), !bySheet) { bySheet = false }
        }
        SecretField(words("restore.typed"), typed, hidden = !bySheet) { typed = it }
    }
}
