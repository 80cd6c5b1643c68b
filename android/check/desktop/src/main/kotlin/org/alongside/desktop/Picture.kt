// Draws one page of the app into a PNG, without a display. Knows no page by name.
// Invariant: a picture is as high as its page, so that nothing that can be scrolled to is left out.
package org.alongside.desktop

import androidx.compose.ui.ImageComposeScene
import androidx.compose.ui.unit.Density
import java.awt.image.BufferedImage
import java.awt.image.IndexColorModel
import java.io.File
import javax.imageio.ImageIO
import org.alongside.ui.Alongside
import org.alongside.ui.AppModel
import org.alongside.ui.words.Words
import org.jetbrains.skia.Image

/** How a picture is taken. [width] in dp, [text] the person's size of text, [scale] pixels for each dp. */
data class Look(val name: String, val words: Words, val dark: Boolean = false, val width: Int = 360, val text: Float = 1f, val scale: Float = 1f)

/** The page in view as pixels; [height] in dp, or as high as the page needs. */
fun picture(model: AppModel, look: Look, height: Int? = null): BufferedImage {
    if (height != null) return drawn(model, look, height)
    val tall = drawn(model, look, TALL)
    return drawn(model, look, (needed(tall) / look.scale).toInt().coerceAtLeast(LEAST))
}

private fun drawn(model: AppModel, look: Look, height: Int): BufferedImage {
    val density = Density(look.scale, look.text)
    val scene = ImageComposeScene((look.width * look.scale).toInt(), (height * look.scale).toInt(), density) {
        Alongside(model, Letters, look.words, look.dark)
    }
    try {
        var time = 0L
        var still = 0
        var image: Image = scene.render(time)
        // The core answers on a thread of its own: the page is there when nothing moved for a while.
        while (still < STILL && time < LONGEST) {
            Thread.sleep(FRAME)
            time += FRAME
            if (scene.hasInvalidations()) still = 0 else still++
            image = scene.render(time * 1_000_000)
        }
        return ImageIO.read(image.encodeToData()!!.bytes.inputStream())
    } finally {
        scene.close()
    }
}

/** Rows that a page needs: its own, and what stands at the foot of the screen. The empty middle is left out. */
private fun needed(tall: BufferedImage): Int {
    fun isBlank(y: Int) = (0 until tall.width).all { tall.getRGB(it, y) == tall.getRGB(0, 0) }
    // The longest blank stretch is the room between the page and the foot.
    var best = 0 to 0
    var start = -1
    for (y in 0..tall.height) {
        val blank = y < tall.height && isBlank(y)
        if (blank && start < 0) start = y
        if (!blank && start >= 0) {
            if (y - start > best.second - best.first) best = start to y
            start = -1
        }
    }
    return tall.height - (best.second - best.first) + ROOM
}

/** Writes it with at most 256 colours: pages are paper and ink, and a tenth of the bytes is enough. */
fun BufferedImage.writeTo(file: File) {
    file.parentFile.mkdirs()
    val counts = HashMap<Int, Int>()
    for (y in 0 until height) for (x in 0 until width) counts.merge(getRGB(x, y), 1, Int::plus)
    val colours = counts.entries.sortedByDescending { it.value }.take(256).map { it.key }
    val model = IndexColorModel(8, colours.size, colours.toIntArray(), 0, false, -1, java.awt.image.DataBuffer.TYPE_BYTE)
    val near = HashMap<Int, Int>()
    val small = BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, model)
    for (y in 0 until height) for (x in 0 until width) {
        val colour = getRGB(x, y)
        small.raster.setSample(x, y, 0, near.getOrPut(colour) { colours.indices.minBy { distance(colours[it], colour) } })
    }
    ImageIO.write(small, "png", file)
}

private fun distance(a: Int, b: Int): Int = (0..16 step 8).sumOf { shift -> ((a shr shift and 255) - (b shr shift and 255)).let { it * it } }

private const val TALL = 24_000
private const val LEAST = 640
private const val ROOM = 24
private const val FRAME = 15L
private const val STILL = 12
private const val LONGEST = 5_000L
