// The demo life on the day of its second year on which it was left: Robin's home and Pat's, and their post box, which runs
// again as a process of its own. It lives nothing itself: `homes` of the town has. Invariant: what was left stays as it was;
// the phones get copies.
package org.alongside.desktop

import alongside.core.Phone
import alongside.core.PhoneClock
import java.io.File
import java.time.Duration

/** The clock of a life: it stands at the moment in which the life was left, or goes on from there. */
class LifeClock(private val left: Long, private val zone: String, private val goesOn: Boolean) : PhoneClock {
    private val begun = System.nanoTime()

    override fun seconds(): ULong = (left + if (goesOn) Duration.ofNanos(System.nanoTime() - begun).toSeconds() else 0).toULong()

    override fun zone() = zone
}

/** Copies of the homes that were left in [left], in [folder]; nothing else may be there. */
class Life(left: File, private val folder: File, goesOn: Boolean = false) : AutoCloseable {
    private val clock: LifeClock
    private val relay: Relay

    init {
        check(left.copyRecursively(folder, overwrite = true)) { "the homes can't be copied" }
        val (seconds, zone) = File(folder, "moment").readText().split(' ')
        clock = LifeClock(seconds.toLong(), zone, goesOn)
        relay = Relay.start(File(folder, "relay"), day())
        // It answers at another door than when the life was lived.
        for (name in listOf("Robin", "Pat")) {
            val at = platform(name)
            Phone.open(at.home, at.keys, clock).use { it.setPostBox(relay.url, null) }
        }
    }

    /** What Robin's phone stands on. */
    val robin get() = platform("Robin")

    /** A new phone with nothing in it, in the same town. */
    val blank get() = platform("New")

    /** What the phone of this name stands on. */
    fun platform(name: String) = DesktopPlatform(File(folder, name), clock)

    /** Tells the post box the day, where time goes on. */
    fun dayIs() = relay.dayIs(day())

    override fun close() = relay.close()

    private fun day() = clock.seconds().toLong() / DAY

    private companion object {
        const val DAY = 86_400L
    }
}
