// Places to type in. They know no screen. Invariant: what is typed is kept as a draft until it is used, so that going
// back loses nothing, but for what nobody is to find: digits, passphrases and the words of the sheet.
package org.alongside.ui.parts

import alongside.core.room
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.OutlinedTextFieldDefaults
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.compositionLocalOf
import androidx.compose.runtime.getValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.input.KeyboardCapitalization
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.text.input.PasswordVisualTransformation
import androidx.compose.ui.text.input.VisualTransformation
import androidx.compose.ui.unit.dp
import org.alongside.ui.Way
import org.alongside.ui.theme.LocalPalette

/** The drafts of the app. */
val LocalWay = compositionLocalOf<Way> { error("a field is typed in inside the app") }

/** How many characters there is room for, as the core says. */
object Room {
    private val all by lazy { room() }
    val name get() = all.name.toInt()
    val person get() = all.person.toInt()
    val ownRole get() = all.ownRole.toInt()
    val note get() = all.note.toInt()
    val words get() = all.words.toInt()
}

/** What a keyboard is asked to help with. */
enum class Typed(internal val keyboard: KeyboardOptions) {
    /** Sentences, and names of things. */
    Words(KeyboardOptions(KeyboardCapitalization.Sentences, autoCorrectEnabled = true)),
    Name(KeyboardOptions(KeyboardCapitalization.Words, autoCorrectEnabled = true)),

    /** Codes and times: not one letter may be changed. */
    Code(KeyboardOptions(KeyboardCapitalization.None, autoCorrectEnabled = false)),
    Address(KeyboardOptions(KeyboardCapitalization.None, autoCorrectEnabled = false, keyboardType = KeyboardType.Uri)),
    Secret(KeyboardOptions(KeyboardCapitalization.None, autoCorrectEnabled = false, keyboardType = KeyboardType.Password)),
    Digits(KeyboardOptions(KeyboardCapitalization.None, autoCorrectEnabled = false, keyboardType = KeyboardType.NumberPassword)),
}

/** A draft as it stands, or [first] where nothing was typed. */
@Composable
fun draft(field: String, first: String = ""): String {
    val drafts by LocalWay.current.drafts.collectAsState()
    return drafts[field] as? String ?: first
}

/** Something chosen on a page, kept under the name [field] as a draft is, and how to choose anew. */
@Composable
fun <T : Any> picked(field: String, first: T): Pair<T, (T) -> Unit> {
    val way = LocalWay.current
    val drafts by way.drafts.collectAsState()
    @Suppress("UNCHECKED_CAST") // One name is used by one choice.
    return (drafts[field] as T? ?: first) to { value -> way.draft(field, value) }
}

/** The text, cut after so many characters as people count them: never inside one. */
fun String.upTo(most: Int): String = if (codePointCount(0, length) <= most) this else substring(0, offsetByCodePoints(0, most))

/** A field for words, kept under the name [field]. Its label stands above it, so that it never goes away. */
@Composable
fun Field(
    label: String, field: String, modifier: Modifier = Modifier, first: String = "", lines: Int = 1, most: Int? = null, typed: Typed = Typed.Words,
) {
    val way = LocalWay.current
    TypedField(label, draft(field, first), {
        // A field of one line grows with what is in it, so that large text is never cut; it takes no new line.
        val text = if (lines == 1) it.replace("\n", " ") else it
        way.draft(field, if (most == null) text else text.upTo(most))
    }, modifier, lines, typed)
}

/** Digits that nobody else is to read. They are no draft: they go when the page goes. */
@Composable
fun DigitsField(label: String, digits: String, modifier: Modifier = Modifier, onChange: (String) -> Unit) =
    TypedField(label, digits, { typed -> onChange(typed.filter { it in '0'..'9' }) }, modifier, 1, Typed.Digits)

/** Words that open something. They are no draft; [hidden]: they are not seen either. */
@Composable
fun SecretField(label: String, text: String, hidden: Boolean, onChange: (String) -> Unit) =
    TypedField(label, text, { onChange(it.replace("\n", " ")) }, Modifier, if (hidden) 1 else 3, if (hidden) Typed.Secret else Typed.Code)

@Composable
private fun TypedField(label: String, text: String, onChange: (String) -> Unit, modifier: Modifier, lines: Int, typed: Typed) {
    val palette = LocalPalette.current
    val hidden = typed == Typed.Digits || typed == Typed.Secret
    // The field itself says its label; said twice it would only be in the way.
    Small(label, modifier.padding(top = 12.dp, bottom = 4.dp).clearAndSetSemantics {}, palette.ink)
    OutlinedTextField(
        text, onChange, Modifier.fillMaxWidth().semantics { contentDescription = label },
        singleLine = hidden, minLines = lines,
        visualTransformation = if (hidden) PasswordVisualTransformation() else VisualTransformation.None,
        keyboardOptions = typed.keyboard,
        colors = OutlinedTextFieldDefaults.colors(
            focusedBorderColor = palette.me.ground, unfocusedBorderColor = palette.edge, cursorColor = palette.me.ground,
        ),
    )
}
