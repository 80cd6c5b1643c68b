// What a desktop has of a phone: a folder, a key in a file that only its owner can read, the system's clock, a clipboard.
// There is no keystore and no camera here, and it says so. Invariant: nothing is written outside the folder it was given.
package org.alongside.desktop

import alongside.core.PhoneClock
import alongside.core.PhoneKeys
import java.awt.GraphicsEnvironment
import java.awt.Toolkit
import java.awt.datatransfer.DataFlavor
import java.awt.datatransfer.StringSelection
import java.io.File
import java.nio.file.Files
import java.nio.file.attribute.PosixFilePermissions
import java.security.SecureRandom
import java.time.Instant
import java.time.ZoneId
import java.util.Properties
import org.alongside.ui.platform.BackgroundPost
import org.alongside.ui.platform.Camera
import org.alongside.ui.platform.Clipboard
import org.alongside.ui.platform.Kept
import org.alongside.ui.platform.Notices
import org.alongside.ui.platform.OpenFile
import org.alongside.ui.platform.Platform
import org.alongside.ui.platform.PrivateScreen
import org.alongside.ui.platform.QuickHide
import org.alongside.ui.platform.ShareSheet

/** A desktop under the app. [leave] is what "Hide" does to its window. */
class DesktopPlatform(
    private val folder: File,
    override val clock: PhoneClock = SystemClock,
    override val camera: Camera = NoCamera,
    private val leave: () -> Unit = {},
) : Platform {
    init {
        folder.mkdirs()
    }

    override val home: String = File(folder, "home").path
    override val keys: PhoneKeys = FileKey(File(folder, "key"))
    override val kept: Kept = FileKept(File(folder, "kept.properties"))
    override val notices = TimesOnly()
    override val share: ShareSheet = FolderShare(File(folder, "shared"))
    override val files: OpenFile = FileInFolder(File(folder, "to-open"))
    override val clipboard: Clipboard = DesktopClipboard
    override val hide = object : QuickHide {
        override fun leave() = this@DesktopPlatform.leave()
    }

    // A desktop's window meets the post box while it is open; closed, it does not.
    override val post = object : BackgroundPost {
        override fun wakeIn(seconds: UInt) = Unit
    }

    // A desktop can't keep a window out of pictures.
    override val screen = object : PrivateScreen {
        override fun keepPrivate(private: Boolean) = Unit
    }
}

/** The system's clock and zone. */
object SystemClock : PhoneClock {
    override fun seconds(): ULong = Instant.now().epochSecond.toULong()

    override fun zone(): String = ZoneId.systemDefault().id
}

/** 32 bytes by chance, in a file for its owner alone. */
class FileKey(private val file: File) : PhoneKeys {
    override fun key(): ByteArray {
        if (!file.exists()) {
            val mine = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            Files.createFile(file.toPath(), mine)
            file.writeBytes(ByteArray(32).also { SecureRandom().nextBytes(it) })
        }
        return file.readBytes()
    }
}

private class FileKept(private val file: File) : Kept {
    private val all = Properties().apply { if (file.exists()) file.reader().use { load(it) } }

    @Synchronized override fun get(name: String): String? = all.getProperty(name)

    @Synchronized override fun put(name: String, value: String?) {
        if (value == null) all.remove(name) else all.setProperty(name, value)
        file.writer().use { all.store(it, null) }
    }
}

private object NoCamera : Camera {
    override val there = false

    override fun scan(then: (String?) -> Unit) = then(null)
}

/** A desktop shows no notices: the times are kept to be looked at. */
class TimesOnly : Notices {
    @Volatile var times: List<String> = emptyList()
        private set

    override fun ask(then: (Boolean) -> Unit) = then(true)

    override fun at(times: List<String>) {
        this.times = times
    }
}

/** Files go into a folder, text onto the clipboard where there is one. */
class FolderShare(private val folder: File) : ShareSheet {
    override fun text(text: String) {
        if (!GraphicsEnvironment.isHeadless()) Toolkit.getDefaultToolkit().systemClipboard.setContents(StringSelection(text), null)
        file("text.txt", text.toByteArray())
    }

    override fun file(name: String, bytes: ByteArray) {
        folder.mkdirs()
        File(folder, name).writeBytes(bytes)
    }

    override fun forget() {
        folder.deleteRecursively()
    }
}

/** The one file that lies in a folder: a desktop has no list to pick from. */
private class FileInFolder(private val folder: File) : OpenFile {
    override fun pick(then: (ByteArray?) -> Unit) = then(folder.listFiles()?.singleOrNull()?.readBytes())
}

private object DesktopClipboard : Clipboard {
    override fun forget(text: String) {
        if (GraphicsEnvironment.isHeadless()) return
        val board = Toolkit.getDefaultToolkit().systemClipboard
        val held = runCatching { board.getData(DataFlavor.stringFlavor) as? String }.getOrNull()
        if (held?.trim() == text.trim()) board.setContents(StringSelection(""), null)
    }
}
