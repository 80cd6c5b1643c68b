// The lock: six digits, slower after wrong tries, never wiping. Knows no screen.
package org.alongside.check

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
    fun `after five wrong tries each one costs time, and the right digits open it after that`() {
        lock.set("135790")
        repeat(5) { assertEquals(Try.Wrong, lock.open("000000")) }
        assertEquals(Try.Wait(30), lock.open("135790"))
        now += 30
        assertEquals(Try.Wrong, lock.open("000000"))
        assertEquals(Try.Wait(60), lock.open("135790"))
        now -= 500_000
        assertEquals("a clock turned back does not open it sooner", Try.Wait(60), lock.open("135790"))
        now += 10_000
        assertEquals(Try.Opened, lock.open("135790"))
        assertEquals(Try.Wrong, lock.open("000000"))
    }

    @Test
    fun `it locks after the time away that was chosen, and when the clock was turned back`() {
        assertFalse("no lock, nothing to open", lock.locksAfter(now - 10_000))
        lock.set("135790")
        lock.delay = 5
        assertFalse(lock.locksAfter(now - 299))
        assertTrue(lock.locksAfter(now - 300))
        assertTrue(lock.locksAfter(now + 1))
        lock.delay = 0
        assertTrue(lock.locksAfter(now - 1))
        lock.takeAway()
        assertFalse(lock.isSet)
        assertEquals(Try.Opened, lock.open(""))
    }
}
