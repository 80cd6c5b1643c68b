// Measures the app on a desktop: how long until the first frame that shows Today, and from a click on Done to the frame that
// shows the mark. The whole app is measured, drawn into memory; who started this keeps the time of the start.
// Invariant: a frame counts once Today was composed for it from what the core answered, not before.
package org.alongside.desktop

import androidx.compose.ui.ImageComposeScene
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.input.pointer.PointerButton
import androidx.compose.ui.input.pointer.PointerEventType
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.unit.Density
import java.io.File
import java.util.Locale
import java.util.concurrent.atomic.AtomicInteger
import org.alongside.ui.Alongside
import org.alongside.ui.AppModel
import org.alongside.ui.platform.Notices
import org.alongside.ui.platform.Platform
import org.alongside.ui.words.Words

/** Today tells the notices its times each time that it is composed from another state: that is when it is seen. */
private class Watched(under: Platform, seen: AtomicInteger) : Platform by under {
    override val notices = object : Notices {
        override fun ask(then: (Boolean) -> Unit) = then(true)

        override fun at(times: List<String>) {
            seen.incrementAndGet()
        }
    }
}

private class Scene(folder: File, seconds: Long, zone: String) {
    private val seen = AtomicInteger()
    private val model = AppModel(Watched(DesktopPlatform(folder, LifeClock(seconds, zone, goesOn = false)), seen)).also { it.start() }
    private val words = Words.of(Locale.UK)
    private val scene = ImageComposeScene(360, 760, Density(1f)) { Alongside(model, Letters, words, dark = false) }
    val shown get() = seen.get()

    /** Draws frames as they are asked for, until Today was shown so many times. */
    fun drawUntil(times: Int) {
        val last = System.nanoTime() + PATIENCE
        scene.render(System.nanoTime())
        while (seen.get() < times) {
            if (scene.hasInvalidations()) scene.render(System.nanoTime()) else Thread.sleep(0, PAUSE)
            check(System.nanoTime() < last) { "Today was not shown" }
        }
    }

    /** Draws what still moves. */
    fun settle() {
        val last = System.nanoTime() + CALM
        while (System.nanoTime() < last) if (scene.hasInvalidations()) scene.render(System.nanoTime()) else Thread.sleep(5)
    }

    fun click(at: Offset) {
        scene.sendPointerEvent(PointerEventType.Press, at, button = PointerButton.Primary)
        scene.sendPointerEvent(PointerEventType.Release, at, button = PointerButton.Primary)
    }

    /** The first routine's Done: the first box on the page. */
    fun done(): Offset {
        fun all(node: SemanticsNode): List<SemanticsNode> = listOf(node) + node.children.flatMap(::all)
        val nodes = scene.semanticsOwners.flatMap { all(it.rootSemanticsNode) }
        return nodes.first { SemanticsProperties.ToggleableState in it.config }.boundsInRoot.center
    }

    private companion object {
        const val PATIENCE = 30_000_000_000L
        const val CALM = 500_000_000L
        const val PAUSE = 100_000
    }
}

/** `start FOLDER SECONDS ZONE` says when Today is shown; `mark ROUNDS FOLDER SECONDS ZONE` says microseconds for each round. */
fun main(arguments: Array<String>) {
    val (folder, seconds, zone) = arguments.takeLast(3)
    val scene = Scene(File(folder), seconds.toLong(), zone)
    scene.drawUntil(1)
    if (arguments.first() == "mark") {
        scene.settle()
        repeat(arguments[1].toInt()) {
            val (at, before) = scene.done() to scene.shown
            val begun = System.nanoTime()
            scene.click(at)
            scene.drawUntil(before + 1)
            println("mark ${(System.nanoTime() - begun) / 1_000}")
            scene.settle()
        }
    }
    println("shown")
    System.out.flush()
    Runtime.getRuntime().halt(0)
}
