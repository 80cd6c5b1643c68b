// Puts Android's own parts behind the interfaces that the screens declare. It knows no screen and no life.
// Invariant: no permission is asked for here before the person does the thing that needs it.
package org.alongside.platform

import alongside.core.PhoneClock
import android.app.Activity
import android.content.Context
import java.io.File
import java.time.ZoneId
import org.alongside.ui.platform.BackgroundPost
import org.alongside.ui.platform.Camera
import org.alongside.ui.platform.Kept
import org.alongside.ui.platform.Platform

/**
 * The phone under the app, for as long as [activity] is there.
 *
 * [camera] and [asks] need an activity that can wait for an answer, and come from it.
 */
class AndroidPlatform(activity: Activity, override val camera: Camera, asks: AsksForNotices) : Platform {
    private val app: Context = activity.applicationContext
    override val home: String = homeOf(app)
    override val kept: Kept = PreferencesKept(app)
    override val keys = WrappedKey(File(app.noBackupFilesDir, "key"), KeystoreWrap())
    override val clock: PhoneClock = SystemClock
    override val notices = AlarmNotices(app, asks)
    override val share = IntentShare(activity)
    override val hide = HomeScreen(activity)
    override val screen = SecureWindow(activity.window)
    override val post: BackgroundPost = SyncJobs(app)

    companion object {
        /** Where the home is: in the folder that no backup of the system takes along. */
        fun homeOf(app: Context): String = File(app.noBackupFilesDir, "home").path
    }
}

/** The system's clock and zone; asked each time, since a person travels. */
object SystemClock : PhoneClock {
    override fun seconds(): ULong = (System.currentTimeMillis() / 1000).toULong()

    override fun zone(): String = ZoneId.systemDefault().id
}

/** Small things in the app's own preferences, which no backup takes along either. */
class PreferencesKept(app: Context) : Kept {
    private val all = app.getSharedPreferences("kept", Context.MODE_PRIVATE)

    override fun get(name: String): String? = all.getString(name, null)

    override fun put(name: String, value: String?) {
        all.edit().run { if (value == null) remove(name) else putString(name, value) }.commit()
    }
}
