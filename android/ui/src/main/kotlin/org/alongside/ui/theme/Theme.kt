// Dresses Material 3 in the planner's paper, inks and letters, so that a part of the library never shows its own colours.
// It knows no screen. Invariant: every role of the colour scheme is one of the palette's colours, light and dark alike.
package org.alongside.ui.theme

import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.ColorScheme
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Shapes
import androidx.compose.material3.Typography
import androidx.compose.material3.lightColorScheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.style.LineBreak
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.text.style.TextDirection
import androidx.compose.ui.unit.LayoutDirection
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp

/** The colours in use. */
val LocalPalette = staticCompositionLocalOf { Daylight }

/** The scheme that Material's parts draw with. */
fun Palette.scheme(): ColorScheme = lightColorScheme(
    primary = me.ground, onPrimary = me.text,
    primaryContainer = meSoft.ground, onPrimaryContainer = meSoft.text, inversePrimary = meSoft.ground,
    secondary = us.ground, onSecondary = us.text,
    secondaryContainer = usSoft.ground, onSecondaryContainer = usSoft.text,
    tertiary = us.ground, onTertiary = us.text,
    tertiaryContainer = note.ground, onTertiaryContainer = note.text,
    background = paper, onBackground = ink,
    surface = paper, onSurface = ink,
    surfaceVariant = raised.ground, onSurfaceVariant = quiet,
    surfaceTint = paper,
    inverseSurface = ink, inverseOnSurface = paper,
    // What would be red elsewhere: a word to read, in the ink of notes.
    error = note.text, onError = note.ground, errorContainer = note.ground, onErrorContainer = note.text,
    outline = edge, outlineVariant = rule, scrim = Color.Black,
    surfaceBright = paper, surfaceDim = raised.ground, surfaceContainer = raised.ground,
    surfaceContainerHigh = raised.ground, surfaceContainerHighest = raised.ground,
    surfaceContainerLow = paper, surfaceContainerLowest = paper,
)

/** Letters made for new readers; lines long enough to breathe. */
private fun letters(family: FontFamily, start: TextAlign): Typography {
    fun style(size: Int, line: Int, weight: FontWeight = FontWeight.Normal) = TextStyle(
        fontFamily = family, fontSize = size.sp, lineHeight = line.sp, fontWeight = weight,
        lineBreak = LineBreak.Paragraph,
        // What someone typed reads as its own letters run, whichever way the page runs.
        textDirection = TextDirection.Content, textAlign = start,
    )
    val title = style(26, 34, FontWeight.Bold)
    val part = style(18, 26, FontWeight.Bold)
    val body = style(17, 25)
    val small = style(15, 22)
    return Typography(
        displayLarge = title, displayMedium = title, displaySmall = title,
        headlineLarge = title, headlineMedium = title, headlineSmall = title,
        titleLarge = part, titleMedium = part, titleSmall = part,
        bodyLarge = body, bodyMedium = body, bodySmall = small,
        labelLarge = style(17, 24, FontWeight.Bold), labelMedium = small, labelSmall = small,
    )
}

private val shapes = RoundedCornerShape(6.dp).let { Shapes(it, it, it, it, it) }

/** Everything below is drawn in the app's own look. */
@Composable
fun AlongsideTheme(
    letters: FontFamily,
    dark: Boolean = isSystemInDarkTheme(),
    content: @Composable () -> Unit,
) {
    val palette = if (dark) Lamplight else Daylight
    // All begins at the page's own side, also what runs the other way.
    val start = if (LocalLayoutDirection.current == LayoutDirection.Rtl) TextAlign.Right else TextAlign.Left
    CompositionLocalProvider(LocalPalette provides palette) {
        MaterialTheme(palette.scheme(), shapes = shapes, typography = letters(letters, start), content = content)
    }
}
