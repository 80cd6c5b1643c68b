// The demo life in its second year: Robin, four people with phones of their own, and a real relay, all through the same
// door that the screens use. It makes marks by a fixed rule, not by chance, so that pictures stay the same.
// Invariant: every name is of the story's; no offence, sentence or drug appears in any of them.
package org.alongside.desktop

import alongside.core.Allow
import alongside.core.CardKind
import alongside.core.HowOften
import alongside.core.Mark
import alongside.core.Phone
import alongside.core.PhoneClock
import alongside.core.Stage
import alongside.core.State
import alongside.core.Until
import alongside.core.WordKind
import java.io.File
import java.time.DayOfWeek
import java.time.LocalDate
import java.time.ZoneId

/** A clock that stands at nine in the morning of [day], in London. */
class StandingClock(@Volatile var day: LocalDate) : PhoneClock {
    override fun seconds(): ULong = day.atTime(9, 0).atZone(ZoneId.of(zone())).toEpochSecond().toULong()

    override fun zone() = "Europe/London"
}

/** Robin and the people, as they stand on the last day. */
class DemoLife(private val folder: File) : AutoCloseable {
    private val clock = StandingClock(FIRST)
    private val relay = Relay.start(File(folder, "relay"), FIRST.toEpochDay())
    private val phones = linkedMapOf<String, Phone>()

    /** What Robin's phone stands on, with its home filled. */
    val robin = platform("Robin")

    /** The same for one of the people. */
    fun platform(name: String) = DesktopPlatform(File(folder, name), clock)

    /** A new phone with nothing in it, in the same town. */
    val blank get() = platform("New")

    /** Lives it; the phones are closed at the end, for the screens to open them. */
    fun live(): DemoLife {
        val me = begin("Robin")
        val routines = ROUTINES.associate { it.name to me.addRoutine(it.name, it.often, it.time) }
        for (back in 120L downTo 0L) mark(me, routines, FIRST.minusDays(back))
        goals(me)
        val known = PEOPLE.associate { it.name to meet(me, it) }
        me.setAllow(known.getValue("Pat"), Allow.OWN_WORDS)
        me.setAllow(known.getValue("Jean"), Allow.OWN_WORDS)
        for ((name, thing, notes) in SHOWN) me.show("routine:${routines.getValue(thing)}", known.getValue(name), Until.UntilIStop, notes)
        everyone()
        var day = FIRST
        while (day < LAST) {
            day = day.plusDays(1)
            clock.day = day
            relay.dayIs(day.toEpochDay())
            if (day < LAST) mark(me, routines, day) else begun(me, routines)
            if (day.dayOfMonth % 5 == 0) everyone()
        }
        words(me, known)
        everyone()
        everyone()
        phones.values.forEach { it.close() }
        phones.clear()
        return this
    }

    private fun begin(name: String): Phone {
        val at = platform(name)
        return Phone.begin(at.home, at.keys, clock, name).also {
            it.setPostBox(relay.url, null)
            phones[name] = it
        }
    }

    private fun everyone() = phones.values.forEach { it.sync() }

    // Done mostly, rest sometimes, and some days blank: which, the day's number says.
    private fun mark(me: Phone, routines: Map<String, String>, day: LocalDate) = ROUTINES.forEachIndexed { at, routine ->
        val turn = (day.toEpochDay() * 7 + at * 5) % 11
        if (!routine.on(day) || turn in 8..9) return@forEachIndexed
        val id = routines.getValue(routine.name)
        me.mark(id, "$day", if (turn == 3L) Mark.REST else Mark.DONE)
        if (routine.name == "Walk" && turn == 5L) me.setNote(id, "$day", NOTES[(day.toEpochDay() % NOTES.size).toInt()])
    }

    // The last day has begun: one thing done, one note, the rest still open.
    private fun begun(me: Phone, routines: Map<String, String>) {
        me.mark(routines.getValue("Up and washed by 8"), "$LAST", Mark.DONE)
        me.mark(routines.getValue("Walk"), "$LAST", Mark.DONE)
        me.setNote(routines.getValue("Walk"), "$LAST", "Frost on the path. Good.")
    }

    private fun goals(me: Phone) {
        for ((name, area, state, steps) in GOALS) {
            val goal = me.addGoal(name, area)
            for ((step, reached) in steps) {
                val id = me.addStep(step, goal)
                if (reached) me.setState("step:$id", State.REACHED)
            }
            if (state != State.GOING) me.setState("goal:$goal", state)
        }
    }

    private fun words(me: Phone, known: Map<String, String>) {
        fun them(name: String) = phones.getValue(name)
        them("Pat").encourage(them("Pat").people().people.single().who, WordKind.OwnWords, "Four walks this week. I saw you in the rain too.", null)
        them("Jean").encourage(them("Jean").people().people.single().who, WordKind.Card(CardKind.THINKING_OF_YOU), "", null)
        me.encourage(known.getValue("Pat"), WordKind.Thanks, "", null)
        me.encourage(known.getValue("Jean"), WordKind.Card(CardKind.GLAD), "", null)
        val pat = them("Pat").people().people.single().who
        val theirs = them("Pat").addRoutine("Swim", HowOften.Weekdays(byteArrayOf(6)), null)
        them("Pat").mark(theirs, "$LAST", Mark.DONE)
        them("Pat").show("routine:$theirs", pat, Until.UntilIStop, false)
        them("Pat").suggestRoutine(pat, "Stretch after work", HowOften.TimesAWeek(3u))
        them("Jean").suggestWords(them("Jean").people().people.single().who, "Come for soup on Sunday. Bring Kit.")
    }

    private fun meet(me: Phone, person: PersonOf): String {
        val them = begin(person.name)
        val mine = me.invite(false, person.name, person.role, person.official)
        val link = requireNotNull(me.invites().invites.single { it.id == mine }.link)
        val theirs = them.join(false, link, "Robin", "friend", false)
        repeat(12) {
            val (here, there) = me.invites().invites.single { it.id == mine } to them.invites().invites.single { it.id == theirs }
            if (here.stage == Stage.COMPARE && there.stage == Stage.COMPARE) {
                check(here.words == there.words) { "the four words differ" }
                them.wordsAreTheSame(theirs, true)
                return me.wordsAreTheSame(mine, true)
            }
            if (there.stage == Stage.THEY_ASK) them.answerInvite(theirs)
            me.sync()
            them.sync()
        }
        error("${person.name} and Robin did not meet")
    }

    override fun close() {
        phones.values.forEach { it.close() }
        relay.close()
    }

    private data class RoutineOf(val name: String, val often: HowOften, val time: String?, val days: Set<DayOfWeek>) {
        fun on(day: LocalDate) = day.dayOfWeek in days
    }

    private data class PersonOf(val name: String, val role: String, val official: Boolean = false)

    private data class GoalOf(val name: String, val area: String, val state: State, val steps: List<Pair<String, Boolean>>)

    companion object {
        val FIRST: LocalDate = LocalDate.of(2027, 10, 29)
        val LAST: LocalDate = LocalDate.of(2027, 11, 19)

        private fun routine(name: String, often: HowOften, time: String?, vararg days: Int) =
            RoutineOf(name, often, time, (if (days.isEmpty()) (1..7).toList() else days.toList()).map(DayOfWeek::of).toSet())

        private fun on(vararg days: Byte) = HowOften.Weekdays(days)

        private val ROUTINES = listOf(
            routine("Up and washed by 8", HowOften.Daily, "07:30"),
            routine("Walk", HowOften.TimesAWeek(4u), null, 1, 3, 5, 7),
            routine("Phone Kit", on(3, 7), "18:00", 3, 7),
            routine("Eat with Mum", on(7), "13:00", 7),
            routine("Mutual-aid meeting", on(2), "19:00", 2),
            routine("Men's shed", on(4), "10:00", 4),
            routine("Co-op shift", on(1, 2, 3, 5), "12:00", 1, 2, 3, 5),
            routine("Money check", on(5), null, 5),
            routine("Cook something new", HowOften.TimesAWeek(1u), null, 6),
        )
        private val PEOPLE = listOf(
            PersonOf("Jean", "family"), PersonOf("Pat", "mentor"), PersonOf("Nia", "friend"), PersonOf("Bo", "officer", official = true),
        )
        private val SHOWN = listOf(
            Triple("Pat", "Walk", true), Triple("Pat", "Mutual-aid meeting", false), Triple("Jean", "Eat with Mum", true), Triple("Nia", "Mutual-aid meeting", true),
        )
        private val GOALS = listOf(
            GoalOf("Be a steady parent to Kit", "people", State.GOING, listOf("Ask Kit about the school play" to true, "Book a room for the birthday" to false)),
            GoalOf("Learn joinery", "learning", State.GOING, listOf("Finish the stool" to false)),
            GoalOf("A place of my own", "home", State.REACHED, listOf("Paint the kitchen" to true)),
            GoalOf("Passport and papers", "rights", State.SET_ASIDE, emptyList()),
        )
        private val NOTES = listOf("Rain, but good.", "Went by the canal.", "Short one. Still counts.", "Met Nia on the way.")
    }
}
