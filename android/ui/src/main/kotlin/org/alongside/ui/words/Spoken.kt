// Says plain data in words: days, times, how often, marks, roles, cards. It decides nothing and counts no days.
// Invariant: every value that the core can send has words; one that it has not, a compile error names.
package org.alongside.ui.words

import java.text.NumberFormat
import java.time.DayOfWeek
import java.time.LocalDate
import java.time.LocalTime
import java.time.format.DateTimeFormatter
import java.time.format.TextStyle
import alongside.core.Allow
import alongside.core.CardKind
import alongside.core.HowOften
import alongside.core.Mark
import alongside.core.Offered
import alongside.core.Role
import alongside.core.State
import alongside.core.Takes
import alongside.core.Until
import alongside.core.WordKind

/** A day as a heading: `Friday 27 November`. */
fun Words.day(day: String): String = LocalDate.parse(day).format(DateTimeFormatter.ofPattern(this("date.day"), locale))

/** A day in a list: `Fri 27 Nov 2026`. */
fun Words.shortDay(day: String): String = LocalDate.parse(day).format(DateTimeFormatter.ofPattern(this("date.short"), locale))

/** A time of day: `08:30`. */
fun Words.time(time: String): String = LocalTime.parse(time).format(DateTimeFormatter.ofPattern(this("time.of-day"), locale))

/** A day of the week, 1 is Monday. */
fun Words.weekday(number: Int): String = DayOfWeek.of(number).getDisplayName(TextStyle.FULL_STANDALONE, locale)

/** How often a routine comes round. */
fun Words.howOften(often: HowOften): String = when (often) {
    is HowOften.Daily -> this("often.daily")
    is HowOften.Weekdays -> this("often.weekdays", "days" to weekdays(often.days))
    is HowOften.TimesAWeek -> times(often.times.toInt(), "often.once-a-week", "often.times-a-week")
    is HowOften.EveryOtherWeek -> this("often.every-other-week", "days" to weekdays(often.days))
    is HowOften.TimesInDays ->
        if (often.times.toInt() == 1) this("often.once-in-days", "days" to often.days)
        else this("often.times-in-days", "times" to often.times, "days" to often.days)
    is HowOften.Free -> this("often.free")
}

private fun Words.times(times: Int, once: String, more: String) = if (times == 1) this(once) else this(more, "times" to times)

private fun Words.weekdays(days: ByteArray): String = days.joinToString(", ") { weekday(it.toInt()) }

/** A mark on a day; none has no words. */
fun Words.mark(mark: Mark): String = this(if (mark == Mark.DONE) "mark.done" else "mark.rest")

/** An amount in thousandths, with its unit. */
fun Words.amount(thousandths: Long, unit: String?): String {
    val number = NumberFormat.getNumberInstance(locale).apply { maximumFractionDigits = 3 }.format(thousandths / 1000.0)
    return if (unit == null) number else "$number $unit"
}

/** Who someone is to me: a ready word in this language, or my own. */
fun Words.role(role: Role): String = when (role) {
    is Role.Partner -> this("role.partner")
    is Role.Family -> this("role.family")
    is Role.Friend -> this("role.friend")
    is Role.Faith -> this("role.faith")
    is Role.Work -> this("role.work")
    is Role.Mentor -> this("role.mentor")
    is Role.Officer -> this("role.officer")
    is Role.Neighbour -> this("role.neighbour")
    is Role.Own -> role.v1
}

/** A part of life: a ready word in this language, or my own. */
fun Words.area(area: String): String = if (keys.contains("area.$area")) this("area.$area") else area

fun Words.state(state: State): String = this(
    when (state) {
        State.GOING -> "goal.going"
        State.REACHED -> "goal.reached"
        State.CHANGED -> "goal.changed"
        State.SET_ASIDE -> "goal.set-aside"
    },
)

fun Words.allow(allow: Allow): String = this(
    when (allow) {
        Allow.CARDS_ONLY -> "allow.cards"
        Allow.OWN_WORDS -> "allow.own-words"
        Allow.QUIET -> "allow.quiet"
    },
)

/** What a card says. */
fun Words.card(card: CardKind): String = this("card." + card.name.lowercase().replace('_', '-'))

/** A kind word: what its card says, or the writer's own words. */
fun Words.kind(kind: WordKind, text: String): String = when (kind) {
    is WordKind.Card -> card(kind.v1)
    is WordKind.OwnWords -> text
    is WordKind.Thanks -> if (text.isEmpty()) this("word.thanks") else this("word.thanks-for", "text" to text)
    is WordKind.Seen -> if (text.isEmpty()) this("word.seen") else this("word.seen-that", "text" to text)
}

fun Words.until(until: Until): String = when (until) {
    is Until.Once -> this("until.once")
    is Until.Through -> this("until.through", "day" to shortDay(until.v1))
    is Until.UntilIStop -> this("until.stop")
}

/** What an idea offers. */
fun Words.offered(offered: Offered): String = when (offered) {
    is Offered.Routine -> this("idea.routine", "name" to offered.name, "often" to howOften(offered.howOften))
    is Offered.Step -> offered.goal.let { goal ->
        if (goal == null) this("idea.step", "name" to offered.name) else this("idea.step-for", "name" to offered.name, "goal" to goal)
    }
    is Offered.Words -> offered.text
}

/** What a person lets in now. */
fun Words.takes(takes: Takes, name: String): String? = when (takes) {
    Takes.OWN_WORDS -> null
    Takes.CARDS -> this("encourage.cards-only", "name" to name)
    Takes.THEIR_TURN -> this("encourage.their-turn", "name" to name)
    Takes.TOMORROW -> this("encourage.tomorrow")
    Takes.NOTHING -> this("encourage.nothing", "name" to name)
}

/** When this phone met the post box. */
fun Words.met(days: UInt): String = when (days) {
    0u -> this("settings.met-today")
    1u -> this("settings.not-met-1")
    else -> this("settings.not-met", "days" to days)
}

/** Data used, in the way a person's phone plan counts it. */
fun Words.dataUsed(bytes: ULong): String {
    if (bytes < 50_000u) return this("settings.data-little")
    val number = NumberFormat.getNumberInstance(locale).apply { minimumFractionDigits = 1; maximumFractionDigits = 1 }
    return this("settings.data-used", "megabytes" to number.format(bytes.toDouble() / 1_000_000))
}
