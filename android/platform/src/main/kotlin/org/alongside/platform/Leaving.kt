// Ways out of the app: the system's home screen, another app that takes a text or a file, a window kept out of pictures.
// Invariant: nothing leaves the app unless the person picked where it goes.
package org.alongside.platform

import android.content.ClipData
import android.content.ContentProvider
import android.content.ContentValues
import android.content.Context
import android.content.Intent
import android.database.Cursor
import android.database.MatrixCursor
import android.net.Uri
import android.os.ParcelFileDescriptor
import android.provider.OpenableColumns
import android.view.Window
import android.view.WindowManager
import java.io.File
import java.io.FileNotFoundException
import org.alongside.ui.platform.PrivateScreen
import org.alongside.ui.platform.QuickHide
import org.alongside.ui.platform.ShareSheet

/** To the system's home screen at once. */
class HomeScreen(private val app: Context) : QuickHide {
    override fun leave() {
        app.startActivity(Intent(Intent.ACTION_MAIN).addCategory(Intent.CATEGORY_HOME).addFlags(Intent.FLAG_ACTIVITY_NEW_TASK))
    }
}

/** No pictures of the screen, and none in the list of recent apps; of the window that is there. */
class SecureWindow(private val living: Living) : PrivateScreen {
    override fun keepPrivate(private: Boolean) {
        living.activity?.window?.let { keepPrivate(it, private) }
    }

    companion object {
        /** For a window that was just made. */
        fun keepPrivate(window: Window, private: Boolean) =
            if (private) window.addFlags(WindowManager.LayoutParams.FLAG_SECURE) else window.clearFlags(WindowManager.LayoutParams.FLAG_SECURE)
    }
}

/** The system's own list of apps to share with. */
class IntentShare(private val app: Context, private val living: Living) : ShareSheet {
    override fun text(text: String) = choose(Intent(Intent.ACTION_SEND).setType("text/plain").putExtra(Intent.EXTRA_TEXT, text))

    override fun file(name: String, bytes: ByteArray) {
        // One file at a time: what was shared before does not stay readable.
        forget()
        val folder = SharedFiles.folder(app.cacheDir)
        folder.mkdirs()
        File(folder, name).writeBytes(bytes)
        val uri = Uri.parse("content://${app.packageName}.shared/$name")
        val intent = Intent(Intent.ACTION_SEND).setType("application/octet-stream").putExtra(Intent.EXTRA_STREAM, uri)
        intent.clipData = ClipData.newRawUri(null, uri)
        choose(intent.addFlags(Intent.FLAG_GRANT_READ_URI_PERMISSION))
    }

    override fun forget() {
        SharedFiles.folder(app.cacheDir).deleteRecursively()
    }

    private fun choose(intent: Intent) {
        living.activity?.startActivity(Intent.createChooser(intent, null))
    }
}

/** Lets the app that was picked read the one file that was shared, and no other. */
class SharedFiles : ContentProvider() {
    override fun onCreate() = true

    override fun openFile(uri: Uri, mode: String): ParcelFileDescriptor {
        if (mode != "r") throw FileNotFoundException("only to be read")
        return ParcelFileDescriptor.open(fileOf(uri), ParcelFileDescriptor.MODE_READ_ONLY)
    }

    override fun query(uri: Uri, projection: Array<String>?, selection: String?, args: Array<String>?, order: String?): Cursor {
        val file = fileOf(uri)
        return MatrixCursor(arrayOf(OpenableColumns.DISPLAY_NAME, OpenableColumns.SIZE)).apply { addRow(arrayOf<Any>(file.name, file.length())) }
    }

    override fun getType(uri: Uri) = "application/octet-stream"

    override fun insert(uri: Uri, values: ContentValues?): Uri? = null

    override fun delete(uri: Uri, selection: String?, args: Array<String>?) = 0

    override fun update(uri: Uri, values: ContentValues?, selection: String?, args: Array<String>?) = 0

    // Only a name that lies in the folder itself: a path with steps in it leads nowhere.
    private fun fileOf(uri: Uri): File {
        val name = uri.pathSegments.singleOrNull() ?: throw FileNotFoundException("not there")
        val folder = folder(requireNotNull(context).cacheDir)
        val file = File(folder, name)
        if (file.canonicalFile.parentFile != folder.canonicalFile || !file.isFile) throw FileNotFoundException("not there")
        return file
    }

    companion object {
        fun folder(cache: File) = File(cache, "shared")
    }
}
