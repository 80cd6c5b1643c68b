// The app's own lock: keeps what a try is compared with and counts wrong tries. What fits, how long to wait and when it
// closes, the core says. It is in front of the screens; the file on the phone has a key of its own.
// Invariant: the digits are kept nowhere, and a wrong try costs time only.
package org.alongside.ui.platform

import alongside.core.lockCloses
import alongside.core.lockFits
import alongside.core.lockLongestDelay
import alongside.core.lockWaits
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

    /** Minutes away after which it locks. */
    var delay: Int
        get() = kept.get(DELAY)?.toIntOrNull() ?: 0
        set(minutes) = kept.put(DELAY, minutes.coerceIn(0, lockLongestDelay().toInt()).toString())

    /** Whether these digits can be a lock. */
    fun fits(digits: String): Boolean = lockFits(digits)

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
    fun locksAfter(left: Long): Boolean = isSet && lockCloses(seconds() - left, delay.toUByte())

    private fun waits(): Long {
        val since = seconds() - (kept.get(LAST)?.toLongOrNull() ?: 0L)
        // The clock was turned back: the wait begins anew, and never ends by it.
        if (since < 0) kept.put(LAST, seconds().toString())
        return lockWaits(wrong().toUInt(), since).toLong()
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
        const val ROUNDS = 120_000
        const val PIN = "lock.pin"
        const val DELAY = "lock.delay"
        const val WRONG = "lock.wrong"
        const val LAST = "lock.last"
    }
}
