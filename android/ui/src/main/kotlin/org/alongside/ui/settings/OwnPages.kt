// My name, notices, the post box: one small page for each. They know no rule of life.
// Invariant: what is not changed on a page stays as it was.
package org.alongside.ui.settings

import alongside.core.QuietHours
import alongside.core.SettingsScreen
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import kotlinx.coroutines.flow.StateFlow
import org.alongside.ui.Place
import org.alongside.ui.ScreenModel
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Field
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Room
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.Switch
import org.alongside.ui.parts.Typed
import org.alongside.ui.parts.Waiting
import org.alongside.ui.parts.draft
import org.alongside.ui.parts.picked
import org.alongside.ui.parts.words
import org.alongside.ui.platform.Notices

class MyNameViewModel(session: Session, private val way: Way) : ScreenModel(session) {
    val state: StateFlow<SettingsScreen?> = watch { it.settings() }

    fun keep(name: String) = session.deed(then = { _: Unit ->
        way.used("my-name.")
        way.leave(Place.MyName)
    }) { it.renameMe(name) }
}

/** What those call me whom I meet. */
@Composable
fun MyNamePage(session: Session, way: Way) {
    val model = remember { MyNameViewModel(session, way) }
    val screen by model.state.collectAsState()
    val before = (screen ?: return Waiting()).name
    val name = draft("my-name.name", before).trim()
    Page(words("my-name.title"), words("my-name.under"), main = {
        MainButton(words("my-name.keep"), enabled = name.isNotEmpty()) { model.keep(name) }
    }) { Field(words("my-name.name"), "my-name.name", first = before, most = Room.person, typed = Typed.Name) }
}

class NoticesViewModel(session: Session, private val way: Way) : ScreenModel(session) {
    val state: StateFlow<SettingsScreen?> = watch { it.settings() }

    fun words(on: Boolean) = session.deed { it.setWordsNotice(on) }

    fun noQuiet() = session.deed { it.setQuietHours(null) }

    fun quiet(from: String, until: String) = session.deed(then = { _: Unit ->
        way.used("notices.")
        way.leave(Place.Notices)
    }) {
        // Two digits of hours, as times are written everywhere but by hand.
        it.setQuietHours(QuietHours(from.padStart(5, '0'), until.padStart(5, '0')))
    }
}

/** When this phone may speak up. Whether a notice comes, the core decides. */
@Composable
fun NoticesPage(session: Session, way: Way, notices: Notices) {
    val model = remember { NoticesViewModel(session, way) }
    val screen by model.state.collectAsState()
    val settings = screen ?: return Waiting()
    var refused by remember { mutableStateOf(false) }
    val hours = settings.quietHours
    val (wantsQuiet, want) = picked("notices.quiet", hours != null)
    val from = draft("notices.from", hours?.from.orEmpty()).trim()
    val until = draft("notices.until", hours?.until.orEmpty()).trim()
    Page(words("notices.title"), words("notices.under"), main = {
        if (wantsQuiet) MainButton(words("notices.keep"), enabled = from.isNotEmpty() && until.isNotEmpty()) { model.quiet(from, until) }
    }) {
        Switch(words("notices.words"), settings.wordsNotice, under = words("notices.words-under")) { on ->
            if (!on) model.words(false)
            else notices.ask { allowed ->
                refused = !allowed
                if (allowed) model.words(true)
            }
        }
        if (refused) Small(words("routine.notice-refused"))
        Switch(words("notices.quiet"), wantsQuiet, under = words("notices.quiet-under")) { on ->
            want(on)
            if (!on && hours != null) model.noQuiet()
        }
        if (wantsQuiet) {
            Field(words("notices.quiet-from"), "notices.from", first = hours?.from.orEmpty(), typed = Typed.Code)
            Field(words("notices.quiet-until"), "notices.until", first = hours?.until.orEmpty(), typed = Typed.Code)
            Small(words("add-routine.time-help"))
        }
    }
}

class PostBoxViewModel(session: Session, private val way: Way) : ScreenModel(session) {
    val state: StateFlow<SettingsScreen?> = watch { it.settings() }

    /** Another address, code or stop on the way; the proxy that is set stays. */
    fun set(url: String, proxy: String?, code: String, stop: String) = session.deed(waits = true, then = { _: Unit ->
        way.used("post-box.")
        way.leave(Place.PostBox)
    }) { it.setPostBox(url, proxy, code.ifEmpty { null }, stop.ifEmpty { null }) }
}

/** Where the post box is. */
@Composable
fun PostBoxPage(session: Session, way: Way) {
    val model = remember { PostBoxViewModel(session, way) }
    val screen by model.state.collectAsState()
    val settings = screen ?: return Waiting()
    val url = draft("post-box.url", settings.postBox.orEmpty()).trim()
    val code = draft("post-box.code", settings.code.orEmpty()).trim()
    val stop = draft("post-box.stop", settings.oblivious.orEmpty()).trim()
    Page(words("post-box.title"), words("post-box.under"), main = {
        MainButton(words("post-box.set"), enabled = url.isNotEmpty()) { model.set(url, settings.proxy, code, stop) }
    }) {
        Line(words("post-box.blind"))
        if (settings.readyInMinutes > 0u) Line(words("post-box.ready-in", "minutes" to settings.readyInMinutes))
        Field(words("post-box.address"), "post-box.url", first = settings.postBox.orEmpty(), typed = Typed.Address)
        Field(words("post-box.code"), "post-box.code", first = settings.code.orEmpty(), typed = Typed.Code)
        Field(words("post-box.stop"), "post-box.stop", first = settings.oblivious.orEmpty(), typed = Typed.Address)
        Small(words("post-box.stop-under"))
    }
}
