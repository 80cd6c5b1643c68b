// Places to type in. They know no screen. Invariant: what is typed is kept as a draft until it is used, so that going
// back loses nothing; the keyboard is asked not to learn from it.
package org.alongside.ui.parts

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

/** A draft as it stands, or [first] where nothing was typed. */
@Composable
fun draft(field: String, first: String = ""): String {
    val drafts by LocalWay.current.drafts.collectAsState()
    return drafts[field] ?: first
}

/** A field for words, kept under the name [field]. Its label stands above it, so that it never goes away. */
@Composable
fun Field(label: String, field: String, modifier: Modifier = Modifier, first: String = "", lines: Int = 1, most: Int = 60) {
    val way = LocalWay.current
    // A field of one line grows with what is in it, so that large text is never cut; it takes no new line.
    TypedField(label, draft(field, first), { way.draft(field, (if (lines == 1) it.replace("\n", " ") else it).take(most)) }, modifier, lines)
}

/** Digits that nobody else is to read. They are no draft: they go when the page goes. */
@Composable
fun DigitsField(label: String, digits: String, modifier: Modifier = Modifier, onChange: (String) -> Unit) =
    TypedField(label, digits, { typed -> onChange(typed.filter { it in '0'..'9' }) }, modifier, 1, digits = true)

@Composable
private fun TypedField(
    label: String, text: String, onChange: (String) -> Unit, modifier: Modifier, lines: Int, digits: Boolean = false,
) {
    val palette = LocalPalette.current
    // The field itself says its label; said twice it would only be in the way.
    Small(label, modifier.padding(top = 10.dp).clearAndSetSemantics {}, palette.ink)
    OutlinedTextField(
        text, onChange, Modifier.fillMaxWidth().semantics { contentDescription = label },
        singleLine = digits, minLines = lines,
        visualTransformation = if (digits) PasswordVisualTransformation() else VisualTransformation.None,
        keyboardOptions = KeyboardOptions(
            capitalization = if (digits) KeyboardCapitalization.None else KeyboardCapitalization.Sentences,
            autoCorrectEnabled = false,
            keyboardType = if (digits) KeyboardType.NumberPassword else KeyboardType.Text,
        ),
        colors = OutlinedTextFieldDefaults.colors(
            focusedBorderColor = palette.me.ground, unfocusedBorderColor = palette.edge, cursorColor = palette.me.ground,
        ),
    )
}
