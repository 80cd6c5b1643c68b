// The lock against the core's own rules: what fits, how long wrong tries make wait, when it closes. Knows no screen.
package org.alongside.check

import alongside.core.lockCloses
import alongside.core.lockLongestDelay
import alongside.core.lockWaits
import org.alongside.ui.platform.Kept
import org.alongside.ui.platform.Lock
import org.alongside.ui.platform.Try
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertTrue
import org.junit.Test

class LockTest {
    private val kept = object : Kept {
        val all = mutableMapOf<String, String>()

        override fun get(name: String) = all[name]

        override fun put(name: String, value: String?) {
            if (value == null) all.remove(name) else all[name] = value
        }
    }
    private var now = 1_000_000L
    private val lock = Lock(kept) { now }

    @Test
    fun `six digits or more, and they are kept nowhere`() {
        for (none in listOf("", "12345", "12345a", "١٢٣٤٥٦")) assertFalse(none, lock.fits(none))
        lock.set("135790")
        assertFalse(kept.all.values.any { "135790" in it })
        assertEquals(Try.Opened, lock.open("135790"))
        assertEquals(Try.Wrong, lock.open("135791"))
    }

    @Test
    fun `wrong tries make wait as long as the core says, and the right digits open it after that`() {
        lock.set("135790")
        var wrong = 0u
        while (lockWaits(wrong, 0) == 0uL) {
            assertEquals(Try.Wrong, lock.open("000000"))
            wrong++
            assertTrue("the core makes wait at some time", wrong < 100u)
        }
        val wait = lockWaits(wrong, 0).toLong()
        assertEquals(Try.Wait(wait), lock.open("135790"))
        now += wait
        assertEquals(Try.Wrong, lock.open("000000"))
        val longer = lockWaits(wrong + 1u, 0).toLong()
        assertTrue(longer > wait)
        assertEquals(Try.Wait(longer), lock.open("135790"))
        now -= 500_000
        assertEquals("a clock turned back does not open it sooner", Try.Wait(longer), lock.open("135790"))
        now += 10
        assertEquals("the wait began anew and goes on", Try.Wait(longer - 10), lock.open("135790"))
        now += longer
        assertEquals(Try.Opened, lock.open("135790"))
        assertEquals(Try.Wrong, lock.open("000000"))
    }

    @Test
    fun `it locks when the core says so, and never where none is set`() {
        assertFalse("no lock, nothing to open", lock.locksAfter(now - 10_000))
        lock.set("135790")
        for (delay in listOf(0, 1, lockLongestDelay().toInt())) {
            lock.delay = delay
            assertEquals(delay, lock.delay)
            for (away in listOf(-1L, 0L, 1L, 59L, 60L, 299L, 300L)) {
                assertEquals("$away away, $delay minutes", lockCloses(away, delay.toUByte()), lock.locksAfter(now - away))
            }
        }
        lock.delay = 99
        assertEquals(lockLongestDelay().toInt(), lock.delay)
        lock.takeAway()
        assertFalse(lock.isSet)
        assertEquals(Try.Opened, lock.open(""))
    }
}
