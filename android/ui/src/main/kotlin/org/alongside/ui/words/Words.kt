// The words on screen, read from one file for each language. It knows no screen and no phone.
// Invariant: a key that is missing in a language is an error, never an empty place and never another language.
package org.alongside.ui.words

import java.text.Bidi
import java.util.Locale
import java.util.Properties

/** The texts of one language. */
class Words private constructor(
    /** The language that dates and numbers are written in. */
    val locale: Locale,
    /** Whether lines run from right to left. */
    val rightToLeft: Boolean,
    private val texts: Map<String, String>,
) {
    /** Every key, for checks. */
    val keys: Set<String> get() = texts.keys

    /** The text of a key as it stands in the file, for checks. */
    fun raw(key: String): String = texts.getValue(key)

    /** The text of a key, its {places} filled. */
    operator fun invoke(key: String, vararg places: kotlin.Pair<String, Any>): String {
        val text = texts[key] ?: error("no words for $key in $locale")
        // Each place once and in one go: a name that someone typed may look like a place itself.
        return PLACE.replace(text) { found ->
            val name = found.groupValues[1]
            setApart(places.firstOrNull { it.first == name }?.second?.toString() ?: error("$key has no $name"))
        }
    }

    /** A text whose letters run the other way than these words keeps its own direction inside them (Unicode's first strong isolate). */
    private fun setApart(text: String): String {
        val inside = Bidi(text, if (rightToLeft) Bidi.DIRECTION_RIGHT_TO_LEFT else Bidi.DIRECTION_LEFT_TO_RIGHT)
        val alike = if (rightToLeft) inside.isRightToLeft else inside.isLeftToRight
        return if (alike) text else "$ISOLATE$text$END"
    }

    /** The same words as a language that runs from right to left would lay them out; for looking at screens. */
    fun mirrored(): Words = Words(locale, true, texts.mapValues { (key, text) -> if (isPattern(key)) text else mirror(text) })

    companion object {
        /** The languages that have a file. */
        val languages = listOf("en", "de")

        /** The words of a phone's language, or English where there is no file. */
        fun of(locale: Locale): Words {
            val language = locale.language.takeIf { it in languages } ?: "en"
            val texts = Properties()
            val file = Words::class.java.getResourceAsStream("/words/$language.properties") ?: error("no file of words for $language")
            file.use { texts.load(it.reader(Charsets.UTF_8)) }
            // Dates follow the words: a German date in an English sentence helps nobody.
            val written = if (locale.language == language) locale else Locale.forLanguageTag(language)
            return Words(written, false, texts.entries.associate { (key, text) -> key.toString() to text.toString() })
        }

        /** Whether a key holds a pattern for dates, which is no text. */
        fun isPattern(key: String): Boolean = key.startsWith("date.") || key.startsWith("time.")
    }
}

private val PLACE = Regex("\\{([a-z]+)\\}")
private const val ISOLATE = '\u2068'
private const val END = '\u2069'
private const val MARK = '\u200F'
private const val OVERRIDE = '\u202E'
private const val POP = '\u202C'

// As Android's own right-to-left test language does: each word keeps its letters and is shown from right to left.
private fun mirror(text: String): String = text.split(' ').joinToString(" ") { word ->
    if ('{' in word || word.isEmpty()) word else "$MARK$OVERRIDE$word$POP$MARK"
}
