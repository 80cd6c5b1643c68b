// The open phone, as every screen holds it: reads a whole screen, does a deed, says what happened, wakes what the core
// has to do. It decides nothing; each read and each deed is one call. Invariant: deeds are done in the order in which they
// were asked for, a screen is read again after each, and nothing that goes wrong in one ends the app.
package org.alongside.ui

import alongside.core.ChangeListener
import alongside.core.InternalException
import alongside.core.Phone
import alongside.core.SyncReport
import alongside.core.Trouble
import androidx.compose.runtime.RememberObserver
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.channels.BufferOverflow
import kotlinx.coroutines.channels.Channel
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
import kotlinx.coroutines.withTimeoutOrNull
import java.util.concurrent.atomic.AtomicInteger

/**
 * A word about what just happened: a key of the words, what goes in its places, and the number of the deed that can be
 * taken back.
 */
data class Said(val key: String, val places: List<Pair<String, String>> = emptyList(), val undo: ULong? = null)

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
    private val underWay = AtomicInteger()
    private val meeting = MutableStateFlow(false)
    @Volatile private var aloud = false
    private val seen = MutableStateFlow(false)
    private val letters = Letters(phone, waiting)
    private val held = phone.listen(object : ChangeListener {
        override fun onChange() {
            changed.tryEmit(Unit)
        }
    })

    val changes: SharedFlow<Unit> get() = changed

    /** What just happened, until the next page or the next deed. */
    val said: StateFlow<Said?> = saying.asStateFlow()

    /** Whether the post box is being met. */
    val isMeeting: StateFlow<Boolean> = meeting.asStateFlow()

    /** Whether the app is in sight. */
    val isInSight: StateFlow<Boolean> = seen.asStateFlow()

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
            underWay.incrementAndGet()
            say(null)
            try {
                then(act(phone))
            } catch (trouble: Trouble) {
                say(wordsFor(trouble))
            } catch (_: InternalException) {
                // A text that no value of the core can be read from.
                say(Said("trouble.does-not-fit"))
            } finally {
                underWay.decrementAndGet()
            }
            changed.tryEmit(Unit)
        }
    }

    /** A deed that can be taken back: [said] gets its number. */
    fun <T> undoable(then: (T) -> Unit = {}, said: (T, ULong?) -> Unit, act: (Phone) -> T) =
        deed<Pair<T, ULong?>>(then = { (done, number) ->
            said(done, number)
            then(done)
        }) { phone -> act(phone) to phone.lastDeed() }

    fun undo(number: ULong) = deed(then = { undone: Boolean -> say(Said(if (undone) "said.undone" else "said.nothing-to-undo")) }) {
        it.undo(number)
    }

    /** What was just done goes out soon; deeds that come close together go together. */
    fun send() = letters.send()

    /** Meets the post box by hand, or while two people wait for each other. [aloud]: says how it went. */
    fun meet(aloud: Boolean = false) {
        if (aloud) this.aloud = true
        if (!meeting.compareAndSet(expect = false, update = true)) return
        scope.launch(waiting) {
            val how = try {
                how(phone.sync())
            } catch (trouble: Trouble) {
                wordsFor(trouble)
            } finally {
                meeting.value = false
            }
            if (this@Session.aloud) {
                this@Session.aloud = false
                say(how)
            }
            changed.tryEmit(Unit)
        }
    }

    private fun how(met: SyncReport) = when {
        met.codeRefused -> Said("post-box.code-refused")
        met.readyInMinutes > 0u -> Said("post-box.ready-in", listOf("minutes" to met.readyInMinutes.toString()))
        met.offline -> Said("trouble.offline")
        else -> Said("said.met")
    }

    /** Meets the post box and waits for it; for who has a thread to wait with. */
    fun meetNow(): SyncReport = phone.sync()

    /** In sight: keeps the core's rhythm. When it meets the post box, the core says. */
    fun inSight(): Job {
        seen.value = true
        return scope.launch(waiting) {
            while (isActive) {
                try {
                    delay(phone.nextContact(true).toLong() * 1_000)
                    phone.keepRhythm()
                } catch (_: Trouble) {
                    // No post box yet, or a moment that failed: the next one is asked for.
                    delay(A_WHILE)
                }
            }
        }
    }

    /** Out of sight: what was sent goes now. The seconds until the core wants to be woken go to [wake]. */
    fun leftSight(wake: (UInt) -> Unit) {
        seen.value = false
        letters.now()
        scope.launch(waiting) {
            try {
                wake(phone.nextContact(false))
            } catch (_: Trouble) {
                // The store's: the next opening of the app asks again.
            }
        }
    }

    /** A screen, read now and after each change, as long as [reader] lives. [gone] when it is not there any more. */
    internal fun <S> watch(reader: CoroutineScope, gone: () -> Unit, read: (Phone) -> S): StateFlow<S?> {
        val state = MutableStateFlow<S?>(null)
        reader.launch(quick) {
            changed.onStart { emit(Unit) }.collect {
                try {
                    state.value = read(phone)
                } catch (trouble: Trouble) {
                    // While a deed is under way it turns the page itself; after it this is read again.
                    if (trouble !is Trouble.NotFound) say(wordsFor(trouble)) else if (underWay.get() == 0) gone()
                } catch (_: InternalException) {
                    gone()
                }
            }
        }
        return state.asStateFlow()
    }

    /** Reads something again after each change, without a screen. */
    fun <T> follow(read: (Phone) -> T, then: (T) -> Unit): Job = scope.launch(waiting) {
        changed.onStart { emit(Unit) }.collect {
            try {
                then(read(phone))
            } catch (_: Trouble) {
                // Read again at the next change.
            }
        }
    }

    override fun close() {
        scope.cancel()
        letters.close()
        held.close()
    }

    private companion object {
        const val A_WHILE = 60_000L
    }
}

/** Hands out what goes to others, a moment after it was done: one contact for what was done together. It outlives its session. */
private class Letters(phone: Phone, on: CoroutineDispatcher) {
    private val asked = Channel<Boolean>(Channel.UNLIMITED)
    @Volatile private var waits = false

    init {
        CoroutineScope(SupervisorJob() + on).launch {
            for (now in asked) {
                if (!now) withTimeoutOrNull(TOGETHER) { while (asked.receiveCatching().getOrNull() == false) Unit }
                waits = false
                try {
                    phone.send()
                } catch (_: Trouble) {
                    // No post box, or a store that is full: it stays owed, and the rhythm hands it out.
                } catch (_: IllegalStateException) {
                    // The phone was closed meanwhile.
                }
            }
        }
    }

    fun send() {
        waits = true
        asked.trySend(false)
    }

    fun now() {
        if (waits) asked.trySend(true)
    }

    /** What waits still goes. */
    fun close() {
        asked.close()
    }

    private companion object {
        const val TOGETHER = 2_000L
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
