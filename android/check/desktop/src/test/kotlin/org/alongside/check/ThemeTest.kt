// The theme against its promises: contrast, no red, and the whole scheme made of the palette. Knows no screen.
package org.alongside.check

import androidx.compose.material3.ColorScheme
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.luminance
import org.alongside.ui.theme.Daylight
import org.alongside.ui.theme.Lamplight
import org.alongside.ui.theme.Palette
import org.alongside.ui.theme.scheme
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import kotlin.math.max
import kotlin.math.min

class ThemeTest {
    private val palettes = listOf(Daylight, Lamplight)

    @Test
    fun `every text stands at 4,5 to 1 or more, by day and in the dark`() {
        for (palette in palettes) for ((ground, text) in palette.pairs + palette.scheme().pairs()) {
            val contrast = contrast(ground, text)
            assertTrue("$text on $ground: $contrast", contrast >= 4.5)
        }
    }

    @Test
    fun `a border can be seen on its ground`() {
        for (palette in palettes) for ((ground, line) in palette.borders) assertTrue("$line", contrast(ground, line) >= 3.0)
    }

    @Test
    fun `contrast is counted as the guidelines count it`() {
        assertEquals(21.0, contrast(Color.White, Color.Black), 0.01)
        assertEquals(4.54, contrast(Color.White, Color(0xFF767676)), 0.01)
    }

    @Test
    fun `nothing is red`() {
        assertTrue(isRed(Color(0xFFB3261E)))
        for (palette in palettes) for (color in palette.scheme().all()) assertTrue("$color", !isRed(color))
    }

    private fun contrast(a: Color, b: Color): Double {
        val (light, dark) = max(a.luminance(), b.luminance()) to min(a.luminance(), b.luminance())
        return (light + 0.05) / (dark + 0.05)
    }

    // Red: the red part far above both others.
    private fun isRed(color: Color) = color.red > 0.4f && color.red > color.green * 1.7f && color.red > color.blue * 1.7f

    private fun ColorScheme.pairs() = listOf(
        primary to onPrimary, primaryContainer to onPrimaryContainer, secondary to onSecondary,
        secondaryContainer to onSecondaryContainer, tertiary to onTertiary, tertiaryContainer to onTertiaryContainer,
        background to onBackground, surface to onSurface, surfaceVariant to onSurfaceVariant, surface to onSurfaceVariant,
        inverseSurface to inverseOnSurface, error to onError, errorContainer to onErrorContainer, surface to error,
    ).map { (ground, text) -> org.alongside.ui.theme.TextOn(ground, text) }

    // Every colour that the scheme has, so that none of the library's own is left; the scrim is only ever a shade.
    private fun ColorScheme.all(): List<Color> = ColorScheme::class.java.methods
        .filter { it.name.startsWith("get") && it.returnType == Long::class.javaPrimitiveType && it.parameterCount == 0 }
        .map { Color((it.invoke(this) as Long).toULong()) }.also { check(it.size > 30) { "only ${it.size} colours were found" } }
}
