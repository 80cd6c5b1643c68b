// What needs an activity to wait for an answer: the camera's page, and leave to show notices.
// Invariant: each is asked once, for the thing at hand, and no is an answer like any other.
package org.alongside.platform

import android.Manifest
import android.app.Activity
import android.content.Intent
import android.content.pm.PackageManager
import android.os.Build
import org.alongside.ui.platform.Camera

/** The camera's page, opened from [activity], which hands results on to [answered]. */
class PhoneCamera(private val activity: Activity) : Camera {
    private var then: ((String?) -> Unit)? = null

    override val there: Boolean get() = activity.packageManager.hasSystemFeature(PackageManager.FEATURE_CAMERA_ANY)

    override fun scan(then: (String?) -> Unit) {
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

/** Leave to show notices; phones before Android 13 do not ask. */
class LeaveForNotices(private val activity: Activity) : AsksForNotices {
    private var then: ((Boolean) -> Unit)? = null

    override fun ask(then: (Boolean) -> Unit) {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) return then(true)
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
