// The app from its first moment: opens the home or begins one, draws the curtain when the person hides it or was away.
// It knows no screen. Invariant: behind the curtain nothing of the person's is drawn.
package org.alongside.ui

import androidx.lifecycle.ViewModel
import java.util.Locale
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.launch
import org.alongside.ui.platform.Lock
import org.alongside.ui.platform.Platform
import org.alongside.ui.platform.Reminders
import org.alongside.ui.platform.Try
import alongside.core.Phone
import alongside.core.Trouble

/** How far the app is. */
sealed interface Standing {
    data object Opening : Standing
    data object FirstRun : Standing
    data class Open(val session: Session) : Standing
    data class Stuck(val why: Said) : Standing
}

/** The whole app. */
class AppModel(
    val platform: Platform,
    private val quick: CoroutineDispatcher = Dispatchers.IO.limitedParallelism(1),
    private val waiting: CoroutineDispatcher = Dispatchers.IO,
) : ViewModel() {
    private val scope = CoroutineScope(SupervisorJob())
    private val standing = MutableStateFlow<Standing>(Standing.Opening)
    private val curtain = MutableStateFlow(false)
    private var left: Long? = null
    @Volatile private var visible = false
    @Volatile private var meets: Job? = null

    val lock = Lock(platform.kept) { platform.clock.seconds().toLong() }
    val reminders = Reminders(platform.kept)
    val way = Way()
    val state: StateFlow<Standing> = standing.asStateFlow()

    /** Whether the curtain is drawn: nothing of the person's shows. */
    val hidden: StateFlow<Boolean> = curtain.asStateFlow()

    /** Opens the home. The lock comes first, where one is set. */
    fun start() {
        curtain.value = lock.isSet
        enter { Phone.open(platform.home, platform.keys, platform.clock) }
    }

    /** Begins a new home. Nothing else is asked. */
    fun begin(name: String) = enter { Phone.begin(platform.home, platform.keys, platform.clock, name) }

    private fun enter(phone: () -> Phone) {
        scope.launch(quick) {
            standing.value = try {
                Standing.Open(Session(phone(), scope, quick, waiting).also { if (visible) meets = it.meetWhileOpen() })
            } catch (trouble: Trouble) {
                if (trouble is Trouble.NotFound) Standing.FirstRun else Standing.Stuck(wordsFor(trouble))
            }
        }
    }

    /** Away at once: the curtain, then the system's home. */
    fun hide() {
        curtain.value = true
        platform.hide.leave()
    }

    /** The app went out of sight. */
    fun leftSight() {
        visible = false
        left = platform.clock.seconds().toLong()
        meets?.cancel()
    }

    /** The app is in sight again. */
    fun inSight() {
        visible = true
        left?.let { if (lock.locksAfter(it)) curtain.value = true }
        left = null
        meets?.cancel()
        meets = (standing.value as? Standing.Open)?.session?.meetWhileOpen()
    }

    /** Opens the curtain: with the right digits, or with any where no lock is set. */
    fun open(digits: String): Try = lock.open(digits).also { if (it == Try.Opened) curtain.value = false }

    override fun onCleared() {
        (standing.value as? Standing.Open)?.session?.close()
        scope.cancel()
    }
}
