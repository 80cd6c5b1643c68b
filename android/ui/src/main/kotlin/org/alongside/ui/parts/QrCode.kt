// Draws a code's squares. What is in the code, and which squares are dark, the core says.
// Invariant: it is dark on white with its quiet edge in both themes, or a camera can't read it.
package org.alongside.ui.parts

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.layout.aspectRatio
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.geometry.Size
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import alongside.core.drawCode

private const val EDGE = 4

@Composable
fun QrCode(text: String, spoken: String) {
    val code = remember(text) { drawCode(text) }
    Canvas(Modifier.padding(vertical = 8.dp).widthIn(max = 300.dp).fillMaxWidth().aspectRatio(1f).semantics { contentDescription = spoken }) {
        val row = code.width.toInt()
        // Whole pixels: a seam between squares costs a camera more than a slightly wider edge.
        val square = (size.minDimension / (row + 2 * EDGE)).toInt().toFloat()
        val start = ((size.minDimension - square * row) / 2).toInt().toFloat()
        drawRect(Color.White)
        code.dark.forEachIndexed { at, dark ->
            if (dark) drawRect(Color.Black, Offset(start + at % row * square, start + at / row * square), Size(square, square))
        }
    }
}
