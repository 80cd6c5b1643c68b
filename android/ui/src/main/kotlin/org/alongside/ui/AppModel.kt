// The app from its first moment: opens the home or begins one, draws the curtain when the person hides it or was away.
// It knows no screen. Invariant: behind the curtain nothing of the person's is drawn.
package org.alongside.ui

import alongside.core.InternalException
import alongside.core.Phone
import alongside.core.Trouble
import androidx.lifecycle.ViewModel
import java.nio.ByteBuffer
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
import org.alongside.ui.platform.Kept
import org.alongside.ui.platform.Lock
import org.alongside.ui.platform.OpenHomes
import org.alongside.ui.platform.Platform
import org.alongside.ui.platform.Try

/** How far the app is. */
sealed interface Standing {
    data object Opening : Standing

    /** Nothing is here yet. [why]: what went wrong with the try before. */
    data class FirstRun(val why: Said? = null) : Standing
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
    private val pictures = MutableStateFlow(platform.kept.get(Kept.PICTURES) != null)
    private var left: Long? = null
    @Volatile private var visible = false
    @Volatile private var rhythm: Job? = null

    val lock = Lock(platform.kept) { platform.clock.seconds().toLong() }
    val way = Way()
    val state: StateFlow<Standing> = standing.asStateFlow()

    /** Whether the curtain is drawn: nothing of the person's shows. */
    val hidden: StateFlow<Boolean> = curtain.asStateFlow()

    /** Whether the person lets pictures be taken of the app. */
    val letsPictures: StateFlow<Boolean> = pictures.asStateFlow()

    private val session: Session? get() = (standing.value as? Standing.Open)?.session

    /** Opens the home. The lock comes first, where one is set. */
    fun start() {
        platform.share.forget()
        curtain.value = lock.isSet
        enter { OpenHomes.open(platform.home, platform.keys, platform.clock) }
    }

    /** Begins a new home; [then] where that held. Nothing else is asked. */
    fun begin(name: String, then: () -> Unit = {}) = enter(then) {
        OpenHomes.make(platform.home) { Phone.begin(platform.home, platform.keys, platform.clock, name) }
    }

    /** Brings things back from a copy, into a home where none is. */
    fun restore(copy: ByteArray, typed: String, bySheet: Boolean) = enter({ session?.say(Said("said.restored"), nextPage = true) }) {
        // The core reads it where it lies, which only a buffer outside the heap allows.
        val lent = ByteBuffer.allocateDirect(copy.size).put(copy).flip() as ByteBuffer
        OpenHomes.make(platform.home) { Phone.restore(platform.home, platform.keys, platform.clock, lent, typed, bySheet) }
    }

    private fun enter(then: () -> Unit = {}, phone: () -> Phone) {
        scope.launch(quick) {
            val first = standing.value is Standing.FirstRun
            try {
                val session = Session(phone(), scope, quick, waiting)
                standing.value = Standing.Open(session)
                if (visible) rhythm = session.inSight()
                session.follow({ it.noticesAhead() }, platform.notices::at)
                then()
            } catch (trouble: Trouble) {
                standing.value = when {
                    trouble is Trouble.NotFound -> Standing.FirstRun()
                    first -> Standing.FirstRun(wordsFor(trouble))
                    else -> Standing.Stuck(wordsFor(trouble))
                }
            } catch (_: InternalException) {
                standing.value = if (first) Standing.FirstRun(Said("trouble.does-not-fit")) else Standing.Stuck(Said("trouble.damaged"))
            }
        }
    }

    /** Away at once: the curtain, then the system's home. */
    fun hide() {
        curtain.value = true
        platform.share.forget()
        platform.hide.leave()
    }

    /** The app went out of sight, all its pages: the camera's page is one of them. */
    fun leftSight() {
        visible = false
        val now = platform.clock.seconds().toLong()
        left = now
        // Where it locks at once, nothing shows for a moment when it comes back.
        if (lock.locksAfter(now)) curtain.value = true
        rhythm?.cancel()
        session?.leftSight(platform.post::wakeIn)
    }

    /** The app is in sight again. */
    fun inSight() {
        visible = true
        left?.let { if (lock.locksAfter(it)) curtain.value = true }
        left = null
        rhythm?.cancel()
        rhythm = session?.inSight()
    }

    /** Opens the curtain: with the right digits, or with any where no lock is set. */
    fun open(digits: String): Try = lock.open(digits).also { if (it == Try.Opened) curtain.value = false }

    /** Opens it with the words of the get-back sheet, and takes the lock away: its digits are not known any more. */
    fun openWithSheet(typed: String, wrong: () -> Unit) {
        val session = session ?: return wrong()
        session.deed(waits = true, then = { mine: Boolean ->
            if (mine) {
                lock.takeAway()
                session.say(Said("said.lock-gone"), nextPage = true)
                curtain.value = false
            } else wrong()
        }) { it.isMySheet(typed) }
    }

    fun letPictures(let: Boolean) {
        platform.kept.put(Kept.PICTURES, if (let) "let" else null)
        pictures.value = let
        platform.screen.keepPrivate(!let)
    }

    /** A link to a code was opened: the page that takes it in, with the code in its place. */
    fun take(link: String) {
        way.draft(codeField(false), link)
        way.go(Place.Join())
    }

    override fun onCleared() {
        session?.close()
        scope.cancel()
    }

    companion object {
        /** The draft that holds a code, for a person's phone or another one of mine. */
        fun codeField(ownPhone: Boolean) = if (ownPhone) "join.own.code" else "join.code"
    }
}
