// What needs an activity to wait for an answer: the camera's page, a file to pick, and leave to show notices.
// Invariant: each is asked once, for the thing at hand, of the activity that lives; no is an answer like any other.
package org.alongside.platform

import android.Manifest
import android.content.Context
import android.content.Intent
import android.content.pm.PackageManager
import android.net.Uri
import android.os.Build
import org.alongside.ui.platform.Camera
import org.alongside.ui.platform.OpenFile

/** The camera's page. What the activity hears goes to [answered]. */
class PhoneCamera(private val app: Context, private val living: Living) : Camera {
    private var then: ((String?) -> Unit)? = null

    override val there: Boolean get() = app.packageManager.hasSystemFeature(PackageManager.FEATURE_CAMERA_ANY)

    override fun scan(then: (String?) -> Unit) {
        val activity = living.activity ?: return then(null)
        this.then = then
        @Suppress("DEPRECATION") // The newer way needs a library that this module does without.
        activity.startActivityForResult(Intent(activity, ScanActivity::class.java), REQUEST)
    }

    fun answered(request: Int, data: Intent?) {
        if (request != REQUEST) return
        val hears = then
        then = null
        hears?.invoke(data?.getStringExtra(ScanActivity.TEXT))
    }

    companion object {
        const val REQUEST = 11
    }
}

/** One file, picked in the system's own list of files. It is read at once; no right to it is kept. */
class PickedFile(private val living: Living) : OpenFile {
    private var then: ((ByteArray?) -> Unit)? = null

    override fun pick(then: (ByteArray?) -> Unit) {
        val activity = living.activity ?: return then(null)
        this.then = then
        val intent = Intent(Intent.ACTION_OPEN_DOCUMENT).addCategory(Intent.CATEGORY_OPENABLE).setType("*/*")
        @Suppress("DEPRECATION")
        activity.startActivityForResult(intent, REQUEST)
    }

    fun answered(request: Int, file: Uri?) {
        if (request != REQUEST) return
        val hears = then ?: return
        then = null
        hears(file?.let(::read))
    }

    private fun read(file: Uri): ByteArray? = try {
        living.activity?.contentResolver?.openInputStream(file)?.use { it.readBytes() }
    } catch (_: java.io.IOException) {
        null
    } catch (_: SecurityException) {
        null
    }

    companion object {
        const val REQUEST = 13
    }
}

/** Leave to show notices; phones before Android 13 do not ask. */
class LeaveForNotices(private val living: Living) : AsksForNotices {
    private var then: ((Boolean) -> Unit)? = null

    override fun ask(then: (Boolean) -> Unit) {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) return then(true)
        val activity = living.activity ?: return then(false)
        if (activity.checkSelfPermission(Manifest.permission.POST_NOTIFICATIONS) == PackageManager.PERMISSION_GRANTED) return then(true)
        this.then = then
        activity.requestPermissions(arrayOf(Manifest.permission.POST_NOTIFICATIONS), REQUEST)
    }

    fun answered(request: Int, results: IntArray) {
        if (request != REQUEST) return
        val hears = then
        then = null
        hears?.invoke(results.firstOrNull() == PackageManager.PERMISSION_GRANTED)
    }

    companion object {
        const val REQUEST = 12
    }
}
