// Two phones side by side on a desktop, with a real relay between them, to be played by hand.
// Invariant: they are the whole app, twice; nothing joins them but the relay.
package org.alongside.desktop

import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.ui.unit.DpSize
import androidx.compose.ui.unit.dp
import androidx.compose.ui.window.Window
import androidx.compose.ui.window.WindowPosition
import androidx.compose.ui.window.WindowState
import androidx.compose.ui.window.application
import java.awt.Color
import java.awt.GraphicsEnvironment
import java.awt.image.BufferedImage
import java.io.File
import java.util.Locale
import kotlin.system.exitProcess
import kotlinx.coroutines.delay
import org.alongside.ui.Alongside
import org.alongside.ui.AppModel
import org.alongside.ui.Place
import org.alongside.ui.Standing
import org.alongside.ui.words.Words

/** Opens the two windows on copies of the homes that were left in [left], in [folder]. */
fun showPhones(left: File, folder: File) {
    Life(left, folder, goesOn = true).use { life ->
        val models = listOf("Robin" to life.robin, "Pat" to life.platform("Pat")).map { (name, platform) -> name to AppModel(platform).also { it.start(); it.inSight() } }
        application {
            LaunchedEffect(Unit) {
                while (true) {
                    delay(60_000)
                    life.dayIs()
                }
            }
            models.forEachIndexed { at, (name, model) ->
                Window(
                    ::exitApplication, WindowState(position = WindowPosition((60 + at * 420).dp, 60.dp), size = DpSize(380.dp, 760.dp)), title = name,
                ) { Alongside(model, Letters, Words.of(Locale.getDefault()), isSystemInDarkTheme()) }
            }
        }
    }
}

/** Without a display: the same two phones, side by side in one picture. */
fun side(life: Life, into: File) {
    val look = Look("phones", Words.of(Locale.UK), scale = 2f)
    val pictures = listOf("Robin", "Pat").map { name ->
        val model = AppModel(life.platform(name)).also { it.start() }
        repeat(400) { if (model.state.value is Standing.Opening) Thread.sleep(25) }
        val session = (model.state.value as Standing.Open).session
        if (name == "Pat") model.way.go(Place.Person(session.phone.people().people.first().who))
        picture(model, look, height = 900).also {
            session.close()
            session.phone.close()
        }
    }
    val gap = 48
    val both = BufferedImage(pictures.sumOf { it.width } + gap * 3, pictures.first().height + gap * 2, BufferedImage.TYPE_INT_RGB)
    val pen = both.createGraphics()
    pen.color = Color(0xD9, 0xCF, 0xBD)
    pen.fillRect(0, 0, both.width, both.height)
    pictures.forEachIndexed { at, one -> pen.drawImage(one, gap + at * (one.width + gap), gap, null) }
    pen.dispose()
    both.writeTo(into)
}

/** With a display, two windows; without one, a picture. Homes as they were left, a folder for their copies, a file for the picture. */
fun main(arguments: Array<String>) {
    val (left, homes, into) = arguments.map(::File)
    if (!GraphicsEnvironment.isHeadless()) return showPhones(left, homes)
    Life(left, homes).use { side(it, into) }
    println("no display: two phones drawn into ${into.name}")
    exitProcess(0)
}
