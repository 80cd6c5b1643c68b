// The drawings beside words, made of a few lines each, so that no picture has to be loaded. They know no screen.
// Invariant: none stands alone; each is drawn beside its word and says nothing to a screen reader.
package org.alongside.ui.parts

import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.SolidColor
import androidx.compose.ui.graphics.StrokeCap
import androidx.compose.ui.graphics.StrokeJoin
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.graphics.vector.PathParser
import androidx.compose.ui.unit.dp

/** All drawings, 24 by 24, in lines. */
object Icons {
    /** A page with a line under the date. */
    val today = drawn("M5 4h14v16h-14z M5 9h14 M9 2v4 M15 2v4 M9 14l2 2 4-4")

    /** Two heads side by side. */
    val people = drawn("M8 11a3 3 0 1 0 0-6a3 3 0 0 0 0 6z M2.5 19c0-3.5 2.5-5.5 5.5-5.5s5.5 2 5.5 5.5 M16 11a3 3 0 1 0 0-6 M17 13.6c2.6 0.4 4.5 2.3 4.5 5.4")

    /** A hill with a flag. */
    val goals = drawn("M3 20l6-9 4 5 3-4 5 8z M9 11V4l5 2-5 2")

    /** A lamp. */
    val ideas = drawn("M9 17c0-2-3-3.5-3-7.500a6 6 0 0 1 12 0c0 4-3 5.500-3 7.500z M9.500 20.500h5")

    /** Back, in the direction of reading. */
    val back = drawn("M14 5l-7 7 7 7", mirrors = true)

    /** On, in the direction of reading. */
    val on = drawn("M9 5l7 7-7 7", mirrors = true)

    /** A tick. */
    val tick = drawn("M5 12.500l5 5 9-11", width = 2.6f)

    /** A moon, for a day of rest. */
    val rest = drawn("M19 14.500a7.500 7.500 0 1 1-8.500-10.500a6 6 0 0 0 8.500 10.500z")

    /** A closed curtain. */
    val hide = drawn("M4 4h16 M6 4v14 M18 4v14 M12 4c0 6-3 8-6 9 M12 4c0 6 3 8 6 9")

    /** Three sliders. */
    val settings = drawn("M4 7h9 M17 7h3 M15 5v4 M4 12h3 M11 12h9 M9 10v4 M4 17h10 M18 17h2 M16 15v4")

    /** A leaf of paper with lines. */
    val note = drawn("M6 3h9l4 4v14h-13z M9 11h7 M9 15h7")

    private fun drawn(lines: String, width: Float = 1.8f, mirrors: Boolean = false): ImageVector =
        ImageVector.Builder(defaultWidth = 24.dp, defaultHeight = 24.dp, viewportWidth = 24f, viewportHeight = 24f, autoMirror = mirrors)
            .addPath(
                PathParser().parsePathString(lines).toNodes(), stroke = SolidColor(Color.Black), strokeLineWidth = width,
                strokeLineCap = StrokeCap.Round, strokeLineJoin = StrokeJoin.Round,
            ).build()
}
