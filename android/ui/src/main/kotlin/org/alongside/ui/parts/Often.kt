// Choosing how often a routine comes round. Knows no rhythm: it only picks one of those that the core has.
// Invariant: something is always chosen, and every choice is words.
package org.alongside.ui.parts

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.foundation.layout.Column
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import org.alongside.ui.words.howOften
import org.alongside.ui.words.weekday
import alongside.core.HowOften

/** Choices for how often. [often] is what is chosen; a rhythm that is none of the ready ones stays until another is chosen. */
@Composable
fun OftenChoice(often: HowOften, choose: (HowOften) -> Unit) {
    Part(words("often.title")) {
        Column(Modifier.selectableGroup()) {
            Choice(words("often.daily"), often is HowOften.Daily) { choose(HowOften.Daily) }
            Choice(words("often.some-days"), often is HowOften.Weekdays) { choose(HowOften.Weekdays(byteArrayOf(1))) }
            if (often is HowOften.Weekdays) DaysChoice(often.days, choose)
            Choice(words("often.some-times"), often is HowOften.TimesAWeek) { choose(HowOften.TimesAWeek(3u)) }
            if (often is HowOften.TimesAWeek) TimesChoice(often.times.toInt(), choose)
            Choice(words("often.free"), often is HowOften.Free) { choose(HowOften.Free) }
            if (often is HowOften.EveryOtherWeek || often is HowOften.TimesInDays) Choice(words.howOften(often), true) {}
        }
    }
}

@Composable
private fun DaysChoice(days: ByteArray, choose: (HowOften) -> Unit) {
    for (number in 1..7) {
        val on = number.toByte() in days
        Switch(words.weekday(number), on) { now ->
            val chosen = (1..7).map { it.toByte() }.filter { if (it.toInt() == number) now else it in days }
            // The last day stays: a rhythm without a day is none.
            if (chosen.isNotEmpty()) choose(HowOften.Weekdays(chosen.toByteArray()))
        }
    }
}

@Composable
private fun TimesChoice(times: Int, choose: (HowOften) -> Unit) =
    FlowRow(Modifier.fillMaxWidth(), Arrangement.spacedBy(8.dp), Arrangement.spacedBy(6.dp)) {
        SideButton(words("often.less"), enabled = times > 1) { choose(HowOften.TimesAWeek((times - 1).toUByte())) }
        SideButton(words("often.more"), enabled = times < 7) { choose(HowOften.TimesAWeek((times + 1).toUByte())) }
        Line(words.howOften(HowOften.TimesAWeek(times.toUByte())))
    }
