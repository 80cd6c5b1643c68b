// The app's own lock: six digits or more, slower after wrong tries, never wiping anything. It is in front of the screens;
// the file on the phone has a key of its own. Knows no screen and no life.
// Invariant: the digits are kept nowhere, and a wrong try costs time only.
package org.alongside.ui.platform

import java.security.MessageDigest
import java.security.SecureRandom
import java.util.Base64
import javax.crypto.SecretKeyFactory
import javax.crypto.spec.PBEKeySpec

/** What a try came to. */
sealed interface Try {
    data object Opened : Try
    data object Wrong : Try

    /** No try counts for so many seconds. */
    data class Wait(val seconds: Long) : Try
}

/** The lock. [seconds] is the phone's clock. */
class Lock(private val kept: Kept, private val seconds: () -> Long) {
    val isSet: Boolean get() = kept.get(PIN) != null

    /** Minutes away after which it locks, 0 to 5. */
    var delay: Int
        get() = kept.get(DELAY)?.toIntOrNull() ?: 0
        set(minutes) = kept.put(DELAY, minutes.coerceIn(0, 5).toString())

    /** Whether these digits can be a lock. */
    fun fits(digits: String): Boolean = digits.length >= LEAST && digits.all { it in '0'..'9' }

    fun set(digits: String) {
        require(fits(digits))
        val salt = ByteArray(16).also { SecureRandom().nextBytes(it) }
        kept.put(PIN, "${text(salt)}:${text(stretched(digits, salt))}")
        forgetTries()
    }

    fun takeAway() {
        kept.put(PIN, null)
        forgetTries()
    }

    fun open(digits: String): Try {
        val (salt, expected) = (kept.get(PIN) ?: return Try.Opened).split(':').map { Base64.getDecoder().decode(it) }
        val waits = waits()
        if (waits > 0) return Try.Wait(waits)
        if (MessageDigest.isEqual(stretched(digits, salt), expected)) {
            forgetTries()
            return Try.Opened
        }
        val wrong = wrong() + 1
        kept.put(WRONG, wrong.toString())
        kept.put(LAST, seconds().toString())
        return Try.Wrong
    }

    /** Whether someone who left at [left] (seconds) and is here again has to open it. */
    fun locksAfter(left: Long): Boolean = isSet && seconds() - left !in 0 until maxOf(1L, delay * 60L)

    // Five tries are free, then each wrong one doubles the wait, up to fifteen minutes. A clock that was turned back
    // starts the wait anew and never ends it.
    private fun waits(): Long {
        val over = wrong() - FREE
        if (over < 0) return 0
        val wait = minOf(30L shl minOf(over, 5), 900L)
        val since = seconds() - (kept.get(LAST)?.toLongOrNull() ?: 0L)
        if (since < 0) kept.put(LAST, seconds().toString())
        return (wait - maxOf(since, 0L)).coerceAtLeast(0L)
    }

    private fun wrong(): Int = kept.get(WRONG)?.toIntOrNull() ?: 0

    private fun forgetTries() {
        kept.put(WRONG, null)
        kept.put(LAST, null)
    }

    private fun stretched(digits: String, salt: ByteArray): ByteArray =
        SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(PBEKeySpec(digits.toCharArray(), salt, ROUNDS, 256)).encoded

    private fun text(bytes: ByteArray): String = Base64.getEncoder().encodeToString(bytes)

    private companion object {
        const val LEAST = 6
        const val FREE = 5
        const val ROUNDS = 120_000
        const val PIN = "lock.pin"
        const val DELAY = "lock.delay"
        const val WRONG = "lock.wrong"
        const val LAST = "lock.last"
    }
}
