// The app's letters, from the class path of a desktop. It knows no screen.
package org.alongside.desktop

import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.platform.Font

/** The same two files that the phone app carries. */
val Letters: FontFamily = FontFamily(
    font("AndikaNewBasic-R.ttf", FontWeight.Normal),
    font("AndikaNewBasic-B.ttf", FontWeight.Bold),
)

private fun font(file: String, weight: FontWeight) = Font(
    file, requireNotNull(Here::class.java.getResourceAsStream("/fonts/$file")) { "no $file" }.use { it.readBytes() }, weight,
)

private object Here
