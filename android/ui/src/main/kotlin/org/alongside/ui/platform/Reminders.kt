// Which routines have a notice on this phone, and at what times. The core says what stands on Today's page; this only
// remembers what was switched on. Invariant: a notice is a time; no name and no word goes with it.
package org.alongside.ui.platform

import alongside.core.TodayScreen

/** The routines that the person switched a notice on for. */
class Reminders(private val kept: Kept) {
    fun on(routine: String): Boolean = routine in all()

    fun switch(routine: String, on: Boolean) = kept.put(NAME, (if (on) all() + routine else all() - routine).joinToString(" "))

    /** The times on Today's page that have a notice. */
    fun times(today: TodayScreen): List<String> =
        (today.routines + today.paused).filter { on(it.id) }.mapNotNull { it.time }.distinct().sorted()

    /** Whether Today's page has an unmarked routine with a notice at this time. What is on the page, the core decides. */
    fun speaks(today: TodayScreen, time: String): Boolean =
        today.routines.any { it.time == time && it.mark == null && on(it.id) }

    private fun all(): Set<String> = kept.get(NAME).orEmpty().split(' ').filter { it.isNotEmpty() }.toSet()

    private companion object {
        const val NAME = "notices"
    }
}
