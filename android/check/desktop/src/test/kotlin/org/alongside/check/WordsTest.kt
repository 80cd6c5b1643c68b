// Every word on screen: the same keys in both languages, none missing and none left over, no word of the list, and a
// reading age of nine, screen by screen. Invariant: each check is shown to catch a planted one.
package org.alongside.check

import java.io.File
import java.util.Locale
import alongside.core.HowOften
import org.alongside.ui.words.Words
import org.alongside.ui.words.howOften
import org.alongside.ui.words.met
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertTrue
import org.junit.Test

class WordsTest {
    private val top = File(System.getProperty("top"))
    private val english = Words.of(Locale.UK)
    private val german = Words.of(Locale.GERMANY)

    // The list itself, from the one place where it stands.
    private val forbidden: List<String> = Regex("\"([a-z -]+)\",").findAll(
        File(top, "core/src/life/wordlist.rs").readText().substringAfter("FORBIDDEN").substringBefore("];"),
    ).map { it.groupValues[1] }.toList()

    private fun texts(words: Words) = words.keys.filterNot { Words.isPattern(it) }.associateWith { words.raw(it) }

    @Test
    fun `both languages have the same keys and the same places`() {
        assertEquals(english.keys, german.keys)
        for (key in english.keys) assertEquals(key, places(english.raw(key)), places(german.raw(key)))
    }

    @Test
    fun `every key that the screens use is there, and none is left over`() {
        val sources = listOf("android/ui/src/main/kotlin", "android/platform/src/main/kotlin").flatMap { folder ->
            File(top, folder).walk().filter { it.extension == "kt" }.map { it.readText() }.toList()
        }.joinToString("\n")
        val used = Regex("""(?:words|this|Said|times|done)\(\s*(?:if \([^"]*\) )?"([a-z-]+\.[a-z0-9.-]+)"""").findAll(sources).map { it.groupValues[1] }.toSet()
        assertTrue("only ${used.size} were found", used.size > 150)
        assertEquals(emptySet<String>(), used.filterNot { it.endsWith(".") || it.endsWith("-") || it in english.keys }.toSet())
        // What the other phone alone says stands in its sources, or beside the reasons that it gives its system.
        val other = (File(top, "ios").walk().filter { it.extension == "swift" } + File(top, "tests/xtask/src/words.rs")).joinToString("\n") { it.readText() }
        val mentioned = { key: String -> "\"$key\"" in sources || "\"$key\"" in other || MADE.any { key.startsWith(it) } }
        assertEquals(emptyList<String>(), english.keys.filterNot(mentioned))
    }

    @Test
    fun `no word of the list is on screen`() {
        assertTrue("the list was not found", forbidden.size > 50)
        for ((key, text) in texts(english)) assertNull(key, wrongWord(text))
        assertEquals("streak", wrongWord("Keep your Streak going"))
        assertNull(wrongWord("You backtracked to the levelled path."))
    }

    @Test
    fun `one of something is said as one`() {
        assertEquals("Your phone met the post box yesterday. Your things are safe here.", english.met(1u))
        assertEquals("Your phone has not met the post box for 2 days. Your things are safe here.", english.met(2u))
        assertEquals("Once in 10 days", english.howOften(HowOften.TimesInDays(1u, 10u)))
        assertEquals("3 times in 10 days", english.howOften(HowOften.TimesInDays(3u, 10u)))
        assertEquals("Once a week", english.howOften(HowOften.TimesAWeek(1u)))
    }

    @Test
    fun `a name that runs the other way is set apart, and no other`() {
        val inEnglish = { name: String -> english("show.title", "name" to name) }
        assertEquals(english.raw("show.title").replace("{name}", "Pat"), inEnglish("Pat"))
        assertTrue("\u2068\u0639\u0644\u064A 2\u2069" in inEnglish("\u0639\u0644\u064A 2"))
        val mirrored = english.mirrored()
        assertTrue("\u2068Pat.\u2069" in mirrored("show.title", "name" to "Pat."))
        assertTrue("\u2068\u0639" !in mirrored("show.title", "name" to "\u0639\u0644\u064A"))
    }

    @Test
    fun `nothing shouts`() {
        for (words in listOf(english, german)) for ((key, text) in texts(words)) assertTrue(key, '!' !in text)
    }

    @Test
    fun `each screen reads at grade five or below, and no sentence is longer than twenty words`() {
        val parts = texts(english).entries.groupBy({ it.key.substringBefore('.') }, { plain(it.value) })
        assertEquals("every part is on a screen", parts.keys, (SCREENS.flatten() + EVERYWHERE).toSet())
        val screens = SCREENS.associate { on -> on.first() to (on + EVERYWHERE).flatMap(parts::getValue) }
        val grades = screens.mapValues { (_, lines) -> Reading.of(lines.joinToString("\n")) }
        for ((screen, reading) in grades) {
            assertTrue("$screen: grade ${reading.grade}", reading.grade <= 5.0)
            assertTrue("$screen: ${reading.longest}", reading.longest.split(' ').size <= 20)
        }
        for ((key, text) in texts(german)) for (sentence in Reading.sentences(plain(text))) assertTrue(key, sentence.split(' ').size <= 20)
        val all = Reading.of(screens.values.flatten().joinToString("\n"))
        assertTrue("mean sentence ${all.mean}", all.mean <= 12.0)
        println("reading: ${texts(english).size} texts, hardest ${grades.maxBy { it.value.grade }.let { "${it.key} at ${"%.1f".format(Locale.ROOT, it.value.grade)}" }}, all ${"%.1f".format(Locale.ROOT, all.grade)}")
    }

    @Test
    fun `a hard text is caught`() {
        val planted = "Participants are required to demonstrate continuous behavioural improvement, notwithstanding individual circumstances."
        assertTrue(Reading.of(planted).grade > 5.0)
        assertNotNull(wrongWord("This is for the service user."))
    }

    private fun wrongWord(text: String): String? {
        val low = text.lowercase()
        return forbidden.firstOrNull { Regex("(?<![\\p{L}\\p{N}])${Regex.escape(it)}(?![\\p{L}\\p{N}])").containsMatchIn(low) }
    }

    private fun places(text: String) = Regex("""\{[a-z]+}""").findAll(text).map { it.value }.toSet()

    // Names are short on average; a name stands for one.
    private fun plain(text: String) = text.replace(Regex("""\{[a-z]+}"""), "Sam")

    private companion object {
        /** Which parts of the words stand on which screen. */
        val SCREENS = listOf(
            listOf("first"), listOf("today", "mark", "note"), listOf("routine", "mark", "notice", "share", "until"), listOf("routines"),
            listOf("add-routine", "often"), listOf("change-routine", "add-routine", "often"), listOf("goals", "goal"), listOf("change-goal", "change-thing"), listOf("change-step", "change-thing"),
            listOf("add-goal", "area"), listOf("add-step"), listOf("people"), listOf("person", "word", "share", "shown"),
            listOf("about-person", "allow", "role"), listOf("ending"), listOf("encourage", "card", "word"), listOf("again"), listOf("suggest", "often"),
            listOf("show", "until"), listOf("see-as", "shown"), listOf("ideas", "idea"), listOf("invite", "role"),
            listOf("join", "role"), listOf("meeting", "stage"), listOf("own-phone"), listOf("restore"), listOf("settings"), listOf("my-name"), listOf("notices"), listOf("lock", "face"), listOf("curtain"),
            listOf("sheet"), listOf("export"), listOf("post-box"), listOf("limits"), listOf("stuck", "trouble"), listOf("said"), listOf("trouble"),
        )
        val EVERYWHERE = listOf("page", "home")

        /** Keys that are put together from a word of the core. */
        val MADE = listOf("role.", "area.", "card.", "stage.", "show.kind.", "limits.", "lock.delay-")
    }
}

/** Flesch-Kincaid, counted as its formula says. */
class Reading private constructor(val grade: Double, val mean: Double, val longest: String) {
    companion object {
        fun of(text: String): Reading {
            val sentences = sentences(text)
            val words = sentences.flatMap { it.split(' ') }
            val mean = words.size.toDouble() / sentences.size
            val grade = 0.39 * mean + 11.8 * words.sumOf(::syllables) / words.size - 15.59
            return Reading(grade, mean, sentences.maxBy { it.split(' ').size })
        }

        fun sentences(text: String): List<String> = text.split('\n', '.', '?', ':', '!')
            .map { part -> part.split(Regex("""[^\p{L}\p{N}'-]+""")).filter { it.any(Char::isLetterOrDigit) }.joinToString(" ") }
            .filter { it.isNotEmpty() }

        // Groups of vowels; a silent e at the end is none, and every word has one.
        private fun syllables(word: String): Int {
            val low = word.lowercase()
            var count = Regex("[aeiouy]+").findAll(low).count()
            if (low.endsWith("e") && !low.endsWith("le") && count > 1) count--
            if (low.endsWith("ed") && !low.endsWith("ted") && !low.endsWith("ded") && count > 1) count--
            return maxOf(1, count)
        }
    }
}
