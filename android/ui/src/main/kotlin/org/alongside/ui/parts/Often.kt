// Choosing how often a routine comes round. Knows no rhythm: it offers those that the core offers, in the core's order.
// Invariant: something is always chosen, and every choice is words.
package org.alongside.ui.parts

import alongside.core.HowOften
import alongside.core.howOftenOffered
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import org.alongside.ui.words.howOften
import org.alongside.ui.words.weekday

/** What is offered for a new routine; the first is chosen at the beginning. */
val oftenOffered: List<HowOften> by lazy { howOftenOffered() }

/** Choices for how often. [often] is what is chosen; one of a kind that is not offered stays until another is chosen. */
@Composable
fun OftenChoice(often: HowOften, choose: (HowOften) -> Unit) {
    Part(words("often.title")) {
        Column(Modifier.selectableGroup()) {
            for (one in oftenOffered) {
                val chosen = often::class == one::class
                Choice(kindOf(one), chosen) { if (!chosen) choose(one) }
                if (chosen && often is HowOften.Weekdays) DaysChoice(often.days, choose)
                if (chosen && often is HowOften.TimesAWeek) TimesChoice(often.times.toInt(), choose)
            }
            if (oftenOffered.none { it::class == often::class }) Choice(words.howOften(often), true) {}
        }
    }
}

@Composable
private fun kindOf(often: HowOften): String = when (often) {
    is HowOften.Weekdays -> words("often.some-days")
    is HowOften.TimesAWeek -> words("often.some-times")
    else -> words.howOften(often)
}

// Below the words of the choice that it belongs to, not below its box.
private val INSET = 38.dp

@Composable
private fun DaysChoice(days: ByteArray, choose: (HowOften) -> Unit) {
    for (number in 1..7) {
        val on = number.toByte() in days
        Switch(words.weekday(number), on, Modifier.padding(start = INSET)) { now ->
            val chosen = (1..7).map { it.toByte() }.filter { if (it.toInt() == number) now else it in days }
            // The last day stays: a rhythm without a day is none.
            if (chosen.isNotEmpty()) choose(HowOften.Weekdays(chosen.toByteArray()))
        }
    }
}

@Composable
private fun TimesChoice(times: Int, choose: (HowOften) -> Unit) =
    Column(Modifier.padding(start = INSET)) {
        Line(words.howOften(HowOften.TimesAWeek(times.toUByte())))
        FlowRow(Modifier.fillMaxWidth(), Arrangement.spacedBy(8.dp), Arrangement.spacedBy(6.dp)) {
            SideButton(words("often.less"), enabled = times > 1) { choose(HowOften.TimesAWeek((times - 1).toUByte())) }
            SideButton(words("often.more"), enabled = times < 7) { choose(HowOften.TimesAWeek((times + 1).toUByte())) }
        }
    }
