// The open phone, as every screen holds it: reads a whole screen, does a deed, says what happened. It decides nothing;
// each read and each deed is one call. Invariant: deeds are done in the order in which they were asked for, and a screen
// is read again after each deed and after each change that comes from outside.
package org.alongside.ui

import androidx.compose.runtime.RememberObserver
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharedFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.onStart
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.plus
import alongside.core.ChangeListener
import alongside.core.Phone
import alongside.core.SyncReport
import alongside.core.Trouble

/** A word about what just happened: a key of the words, what goes in its places, and whether it can be taken back. */
data class Said(val key: String, val places: List<Pair<String, String>> = emptyList(), val undo: Boolean = false)

/**
 * One open phone.
 *
 * [quick] runs one thing at a time; [waiting] is for what may wait for a meeting with the post box.
 */
class Session(
    val phone: Phone,
    scope: CoroutineScope,
    private val quick: CoroutineDispatcher,
    private val waiting: CoroutineDispatcher,
) : AutoCloseable {
    private val scope = scope + SupervisorJob(scope.coroutineContext[Job])
    private val changed = MutableSharedFlow<Unit>(extraBufferCapacity = 1, onBufferOverflow = BufferOverflow.DROP_OLDEST)
    private val saying = MutableStateFlow<Said?>(null)
    @Volatile private var fresh = false
    private val meeting = MutableStateFlow(false)
    private val held = phone.listen(object : ChangeListener {
        override fun onChange() {
            changed.tryEmit(Unit)
        }
    })

    val changes: SharedFlow<Unit> get() = changed

    /** What just happened, until the next page. */
    val said: StateFlow<Said?> = saying.asStateFlow()

    /** Whether the post box is being met. */
    val isMeeting: StateFlow<Boolean> = meeting.asStateFlow()

    /** Says it on the page in view and, where that page leaves at once, on the one that follows. */
    fun say(said: Said?, nextPage: Boolean = false) {
        fresh = nextPage
        saying.value = said
    }

    /** Another page is in view: what was said there a page ago goes. */
    fun pageTurned() {
        if (!fresh) saying.value = null
        fresh = false
    }

    /** Does one thing; then [then], on the same thread. What goes wrong is said. */
    fun <T> deed(waits: Boolean = false, then: (T) -> Unit = {}, act: (Phone) -> T) {
        scope.launch(if (waits) waiting else quick) {
            try {
                then(act(phone))
            } catch (trouble: Trouble) {
                say(wordsFor(trouble))
            }
            changed.tryEmit(Unit)
        }
    }

    fun undo() = deed({ phone -> phone.undo() }, { say(Said(if (it) "said.undone" else "said.nothing-to-undo")) })

    private fun <T> deed(act: (Phone) -> T, then: (T) -> Unit) = deed(false, then, act)

    /** Meets the post box. [aloud]: says how it went. */
    fun meet(aloud: Boolean = false) {
        if (!meeting.compareAndSet(expect = false, update = true)) return
        scope.launch(waiting) {
            try {
                val report = phone.sync()
                if (aloud) say(Said(if (report.offline) "trouble.offline" else "said.met"))
            } catch (trouble: Trouble) {
                if (aloud) say(wordsFor(trouble))
            } finally {
                meeting.value = false
            }
            changed.tryEmit(Unit)
        }
    }

    /** Meets the post box now and again while the app is on screen. */
    fun meetWhileOpen(): Job = scope.launch(waiting) {
        while (isActive) {
            meet()
            delay(MEETS_EVERY)
        }
    }

    /** Meets the post box and waits for it; for who has a thread to wait with. */
    fun meetNow(): SyncReport = phone.sync()

    /** A screen, read now and after each change, as long as [reader] lives. [gone] when it is not there any more. */
    internal fun <S> watch(reader: CoroutineScope, gone: () -> Unit, read: (Phone) -> S): StateFlow<S?> {
        val state = MutableStateFlow<S?>(null)
        reader.launch(quick) {
            changed.onStart { emit(Unit) }.collect {
                try {
                    state.value = read(phone)
                } catch (trouble: Trouble) {
                    if (trouble is Trouble.NotFound) gone() else say(wordsFor(trouble))
                }
            }
        }
        return state.asStateFlow()
    }

    override fun close() {
        scope.cancel()
        held.close()
    }

    companion object {
        private const val MEETS_EVERY = 60_000L
    }
}

/** The words for what went wrong. */
fun wordsFor(trouble: Trouble): Said = Said(
    when (trouble) {
        is Trouble.Offline -> "trouble.offline"
        is Trouble.NotFound -> "trouble.not-found"
        is Trouble.NotYours -> "trouble.not-yours"
        is Trouble.CannotOpen -> "trouble.cannot-open"
        is Trouble.InviteEnded -> "trouble.invite-ended"
        is Trouble.Damaged -> "trouble.damaged"
        is Trouble.NewerVersion -> "trouble.newer-version"
        is Trouble.InUse -> "trouble.in-use"
        is Trouble.DoesNotFit -> "trouble.does-not-fit"
        is Trouble.NoRoom -> "trouble.no-room"
    },
)

/** The model of one screen: lives as long as its page is looked at. */
abstract class ScreenModel(protected val session: Session) : RememberObserver {
    private val scope = CoroutineScope(SupervisorJob())

    /** The whole screen, null until it was read for the first time. */
    protected fun <S> watch(gone: () -> Unit = {}, read: (Phone) -> S): StateFlow<S?> = session.watch(scope, gone, read)

    override fun onRemembered() = Unit

    override fun onForgotten() = scope.cancel()

    override fun onAbandoned() = scope.cancel()
}
