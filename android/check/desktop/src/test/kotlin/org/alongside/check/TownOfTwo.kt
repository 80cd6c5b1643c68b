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
        apps.forEach { (it.state.value as? Standing.Open)?.session?.phone?.close() }
        relay.close()
        folder.delete()
    }

    fun app(name: String, camera: Camera? = null): AppModel {
        val home = File(folder.root, name)
        val platform = if (camera == null) DesktopPlatform(home) else DesktopPlatform(home, camera = camera)
        return AppModel(platform).also {
            apps += it
            it.start()
        }
    }

    fun shared(name: String, file: String): File = File(folder.root, "$name/shared/$file")

    companion object {
        val AppModel.session: Session get() = (state.value as Standing.Open).session
    }
}
