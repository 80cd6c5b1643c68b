// Puts Android's own parts behind the interfaces that the screens declare: one for the whole process, shared by the app,
// the background job and the notices. It knows no screen and no life. Invariant: it holds no activity longer than that
// activity lives, and asks for no permission before the person does the thing that needs it.
package org.alongside.platform

import alongside.core.Phone
import alongside.core.PhoneClock
import android.app.Activity
import android.app.Application
import android.content.ClipboardManager
import android.content.Context
import android.content.Intent
import java.io.File
import java.time.ZoneId
import org.alongside.ui.platform.BackgroundPost
import org.alongside.ui.platform.Clipboard
import org.alongside.ui.platform.Kept
import org.alongside.ui.platform.OpenHomes
import org.alongside.ui.platform.Platform

/** The phone under the app. [wrap] is the keystore's part. */
class AndroidPlatform private constructor(private val app: Application, wrap: Wrap) : Platform {
    override val kept: Kept = PreferencesKept(app)

    /** The activity in front of the person, and whether any of the app's is in sight. Each has a window of its own to keep private. */
    val living = Living { SecureWindow.keepPrivate(it.window, kept.get(Kept.PICTURES) == null) }.also(app::registerActivityLifecycleCallbacks)
    private val leave = LeaveForNotices(living)
    override val home: String = homeOf(app)
    override val keys = WrappedKey(File(app.noBackupFilesDir, "key"), wrap)
    override val clock: PhoneClock = SystemClock
    override val notices = AlarmNotices(app, leave)
    override val camera = PhoneCamera(app, living)
    override val files = PickedFile(living)
    override val clipboard: Clipboard = PhoneClipboard(app)
    override val share = IntentShare(app, living)
    override val hide = HomeScreen(app)
    override val screen = SecureWindow(living)
    override val post: BackgroundPost = SyncJobs(app)

    /** The one open phone of this process. */
    fun phone(): Phone = OpenHomes.open(home, keys, clock)

    /** Hands an answer of another activity on to who asked. */
    fun answered(request: Int, result: Int, data: Intent?) {
        camera.answered(request, data)
        files.answered(request, if (result == Activity.RESULT_OK) data?.data else null)
    }

    fun permitted(request: Int, results: IntArray) = leave.answered(request, results)

    companion object {
        private var one: AndroidPlatform? = null

        /** The platform of this process; made with [wrap] the first time. */
        @Synchronized
        fun of(context: Context, wrap: Wrap = KeystoreWrap()): AndroidPlatform {
            val app = context.applicationContext as Application
            return one?.takeIf { it.app === app } ?: AndroidPlatform(app, wrap).also { one = it }
        }

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

/** The system's clipboard. It is looked at only to empty it of what was used. */
class PhoneClipboard(private val app: Context) : Clipboard {
    override fun forget(text: String) {
        val board = app.getSystemService(ClipboardManager::class.java)
        val held = board.primaryClip?.takeIf { it.itemCount > 0 }?.getItemAt(0)?.text?.toString()?.trim()
        if (held != text.trim()) return
        if (android.os.Build.VERSION.SDK_INT >= android.os.Build.VERSION_CODES.P) board.clearPrimaryClip()
        else board.setPrimaryClip(android.content.ClipData.newPlainText("", ""))
    }
}
