// Setting the app's lock. Which digits fit, and when it closes, the core says.
// Invariant: digits are no draft; they go when the page goes.
package org.alongside.ui.settings

import alongside.core.lockLongestDelay
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import org.alongside.ui.AppModel
import org.alongside.ui.Place
import org.alongside.ui.Said
import org.alongside.ui.Session
import org.alongside.ui.parts.Choice
import org.alongside.ui.parts.DigitsField
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.words

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
                for (minutes in listOf(0, 1, lockLongestDelay().toInt())) Choice(words("lock.delay-$minutes"), delay == minutes) {
                    delay = minutes
                    lock.delay = minutes
                }
            }
        }
        Small(words("lock.limits"))
    }
}
