// Two apps with homes of their own and one real relay between them, for tests by ear. Invariant: all of it is real.
package org.alongside.check

import java.io.File
import org.alongside.desktop.DesktopPlatform
import org.alongside.desktop.Relay
import org.alongside.ui.AppModel
import org.alongside.ui.Session
import org.alongside.ui.Standing
import org.junit.rules.ExternalResource
import org.junit.rules.TemporaryFolder
import org.alongside.ui.platform.Camera
import org.alongside.ui.platform.Clipboard
import org.alongside.ui.platform.Notices
import org.alongside.ui.platform.Platform

class TownOfTwo : ExternalResource() {
    private val folder = TemporaryFolder()
    private val apps = mutableListOf<AppModel>()
    lateinit var relay: Relay
        private set

    override fun before() {
        folder.create()
        relay = Relay.start(File(folder.root, "relay"))
    }

    override fun after() {
        // What still runs ends by itself: a phone is closed with its process, as on a real one.
        for (app in apps) {
            app.leftSight()
            (app.state.value as? Standing.Open)?.session?.close()
        }
        relay.close()
        folder.delete()
    }

    /** An app on a home of its own. What is given stands in place of a part of its desktop. */
    fun app(name: String, camera: Camera? = null, notices: Notices? = null, clipboard: Clipboard? = null): AppModel {
        val desktop = DesktopPlatform(File(folder.root, name))
        val platform = object : Platform by desktop {
            override val camera = camera ?: desktop.camera
            override val notices = notices ?: desktop.notices
            override val clipboard = clipboard ?: desktop.clipboard
        }
        return AppModel(platform).also {
            apps += it
            it.start()
        }
    }

    /** Every phone meets the post box once. */
    fun post() = apps.forEach { app -> (app.state.value as? Standing.Open)?.session?.meetNow() }

    /** Where a desktop finds the file that it is to open. */
    fun toOpen(name: String, file: String): File = File(folder.root, "$name/to-open/$file").also { it.parentFile.mkdirs() }

    fun shared(name: String, file: String): File = File(folder.root, "$name/shared/$file")

    companion object {
        val AppModel.session: Session get() = (state.value as Standing.Open).session
    }
}
