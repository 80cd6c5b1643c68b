// The Android classes on Robolectric: notices, jobs, the key's wrapping, leaving, sharing, the lock, codes.
// It knows no screen. What a keystore or a camera does is not tested here: there is none.
package org.alongside.check

import alongside.core.Trouble
import android.app.Activity
import android.app.AlarmManager
import android.app.Application
import android.app.Notification
import android.app.NotificationManager
import android.app.job.JobScheduler
import android.content.ClipData
import android.content.ClipboardManager
import android.content.Intent
import android.net.Uri
import android.view.WindowManager
import java.io.File
import java.io.FileNotFoundException
import java.security.GeneralSecurityException
import java.time.LocalDateTime
import java.time.ZoneId
import org.alongside.platform.AlarmNotices
import org.alongside.platform.AndroidPlatform
import org.alongside.platform.HomeScreen
import org.alongside.platform.LeaveForNotices
import org.alongside.platform.Notice
import org.alongside.platform.NoticeReceiver
import org.alongside.platform.PhoneCamera
import org.alongside.platform.PreferencesKept
import org.alongside.platform.SharedFiles
import org.alongside.platform.SyncJobs
import org.alongside.platform.Wrap
import org.alongside.platform.WrappedKey
import org.alongside.ui.platform.Kept
import org.junit.Assert.assertArrayEquals
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertNotEquals
import org.junit.Assert.assertNull
import org.junit.Assert.assertThrows
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class PlatformTest {
    private val app: Application get() = RuntimeEnvironment.getApplication()
    private val alarms get() = shadowOf(app.getSystemService(AlarmManager::class.java))

    private val platform get() = AndroidPlatform.of(app, Turned())

    private fun activity(): Activity = Robolectric.buildActivity(Activity::class.java).setup().get()

    @Test
    fun `a notice names nobody and is secret on the lock screen`() {
        Notice.show(app, "notice.text")
        val manager = app.getSystemService(NotificationManager::class.java)
        val notice = shadowOf(manager).allNotifications.single()
        assertEquals("You have a note.", notice.extras.getString(Notification.EXTRA_TITLE))
        assertNull(notice.extras.getString(Notification.EXTRA_TEXT))
        assertEquals(Notification.VISIBILITY_SECRET, notice.visibility)
        assertEquals(Notification.VISIBILITY_SECRET, manager.getNotificationChannel(Notice.CHANNEL).lockscreenVisibility)
    }

    @Test
    @Config(sdk = [34], qualifiers = "de")
    fun `a notice speaks the phone's language`() {
        Notice.show(app, "notice.text")
        val notice = shadowOf(app.getSystemService(NotificationManager::class.java)).allNotifications.single()
        assertEquals("Du hast eine Notiz.", notice.extras.getString(Notification.EXTRA_TITLE))
    }

    @Test
    fun `each moment has one alarm, and a moment that is gone has none`() {
        val notices = AlarmNotices(app) { it(true) }
        notices.at(listOf("2027-03-27T08:30", "2027-03-27T18:00"))
        notices.at(listOf("2027-03-27T08:30", "2027-03-27T18:00"))
        assertEquals(2, alarms.scheduledAlarms.size)
        notices.at(listOf("2027-03-27T18:00", "2027-03-28T18:00"))
        assertEquals(2, alarms.scheduledAlarms.size)
        notices.at(emptyList())
        assertTrue(alarms.scheduledAlarms.isEmpty())
    }

    @Test
    fun `an alarm comes at the person's own time, also after the clocks went forward`() {
        val london = ZoneId.of("Europe/London")
        for (moment in listOf("2027-03-27T08:30", "2027-03-28T08:30")) {
            AlarmNotices.set(app, moment, london)
            val at = LocalDateTime.parse(moment).atZone(london).toInstant().toEpochMilli()
            assertTrue(alarms.scheduledAlarms.any { it.triggerAtMs == at })
        }
    }

    @Test
    fun `alarms come back after the phone was started, but for those that passed`() {
        // What was kept before; a phone that was started has no alarm of it.
        PreferencesKept(app).put(AlarmNotices.MOMENTS, "2020-03-27T08:30 2999-03-27T08:30")
        assertTrue(alarms.scheduledAlarms.isEmpty())
        NoticeReceiver().onReceive(app, Intent(Intent.ACTION_BOOT_COMPLETED))
        assertEquals(1, alarms.scheduledAlarms.size)
    }

    @Test
    fun `one waking is asked for at a time, with a network, and never sooner than the system gives`() {
        val jobs = app.getSystemService(JobScheduler::class.java)
        SyncJobs(app).wakeIn(20_000u)
        assertEquals(20_000_000, jobs.allPendingJobs.single().minLatencyMillis)
        SyncJobs(app).wakeIn(5u)
        val job = jobs.allPendingJobs.single()
        assertEquals(SyncJobs.LEAST_MINUTES * 60_000, job.minLatencyMillis)
        assertFalse("once, and then it is asked anew", job.isPeriodic)
        assertTrue(job.isPersisted)
        assertNotEquals(0, job.networkType)
    }

    @Test
    fun `the home's key is the same each time and never on disk as it is`() {
        val file = File(app.noBackupFilesDir, "key")
        val first = WrappedKey(file, Turned()).key()
        assertEquals(32, first.size)
        assertArrayEquals(first, WrappedKey(file, Turned()).key())
        assertFalse(file.readBytes().toList().windowed(32).any { it == first.toList() })
    }

    @Test
    fun `a key that does not open is said and stays where it is`() {
        val file = File(app.noBackupFilesDir, "key")
        WrappedKey(file, Turned()).key()
        val before = file.readBytes()
        assertThrows(Trouble.CannotOpen::class.java) { WrappedKey(file, NeverOpens()).key() }
        assertArrayEquals(before, file.readBytes())
    }

    @Test
    fun `the home lies where no backup looks`() {
        assertTrue(AndroidPlatform.homeOf(app).startsWith(app.noBackupFilesDir.path))
    }

    @Test
    fun `hide leaves for the home screen`() {
        HomeScreen(app).leave()
        val started = shadowOf(app).nextStartedActivity
        assertEquals(Intent.ACTION_MAIN, started.action)
        assertTrue(started.hasCategory(Intent.CATEGORY_HOME))
    }

    private fun isSecure(activity: Activity) = activity.window.attributes.flags and WindowManager.LayoutParams.FLAG_SECURE != 0

    @Test
    fun `each activity's own window is kept out of pictures, also one that is made anew`() {
        val platform = platform
        val first = Robolectric.buildActivity(Activity::class.java).setup()
        assertTrue(isSecure(first.get()))
        val before = first.get()
        first.recreate()
        assertTrue("another one", before !== first.get())
        assertTrue(isSecure(first.get()))
        platform.screen.keepPrivate(false)
        assertFalse("the one that is there", isSecure(first.get()))
        platform.kept.put(Kept.PICTURES, "let")
        first.recreate()
        assertFalse("what the person chose holds", isSecure(first.get()))
        platform.kept.put(Kept.PICTURES, null)
        first.recreate()
        assertTrue(isSecure(first.get()))
    }

    @Test
    fun `going to the camera's page is not leaving, and leaving from there is`() {
        val heard = mutableListOf<String>()
        val living = platform.living
        living.came = { heard += "came" }
        living.left = { heard += "left" }
        val main = Robolectric.buildActivity(Activity::class.java).create().start().resume()
        assertEquals(listOf("came"), heard)
        val camera = Robolectric.buildActivity(Activity::class.java).create()
        main.pause()
        camera.start().resume()
        main.stop()
        assertEquals("still here", listOf("came"), heard)
        camera.pause()
        main.start().resume()
        camera.stop().destroy()
        assertEquals("still here", listOf("came"), heard)
        assertTrue(living.activity === main.get())
        main.recreate()
        assertFalse("made anew is not left", "left" in heard)
        assertTrue(living.activity === main.get())
        main.pause().stop()
        assertEquals("left", heard.last())
        main.destroy()
        assertNull("no activity is held", living.activity)
    }

    @Test
    fun `a shared file can be read, one at a time, no other, and not after it was forgotten`() {
        val share = platform.share
        activity()
        share.file("first.json", "one".toByteArray())
        share.file("second.json", "two".toByteArray())
        File(app.cacheDir, "private").writeText("not this")
        val files = Robolectric.setupContentProvider(SharedFiles::class.java)
        fun read(name: String) = files.openFile(Uri.parse("content://any.shared/$name"), "r").use { java.io.FileInputStream(it.fileDescriptor).readBytes().decodeToString() }
        assertEquals("two", read("second.json"))
        for (other in listOf("first.json", "..%2Fprivate", "a/b", "")) assertThrows(FileNotFoundException::class.java) { read(other) }
        assertThrows(FileNotFoundException::class.java) { files.openFile(Uri.parse("content://any.shared/second.json"), "rw") }
        val chosen = shadowOf(app).nextStartedActivity
        assertEquals(Intent.ACTION_CHOOSER, chosen.action)
        share.forget()
        assertThrows(FileNotFoundException::class.java) { read("second.json") }
        assertFalse(SharedFiles.folder(app.cacheDir).exists())
    }

    @Test
    fun `the clipboard is emptied of a code that was used, and of nothing else`() {
        val board = app.getSystemService(ClipboardManager::class.java)
        board.setPrimaryClip(ClipData.newPlainText("", "a shopping list"))
        platform.clipboard.forget("alongside:abc")
        assertEquals("a shopping list", board.primaryClip!!.getItemAt(0).text)
        board.setPrimaryClip(ClipData.newPlainText("", "alongside:abc\n"))
        platform.clipboard.forget("alongside:abc")
        assertFalse(board.hasPrimaryClip())
    }

    @Test
    fun `a file is picked and read, and going back gives none`() {
        val platform = platform
        val activity = activity()
        val heard = mutableListOf<ByteArray?>()
        platform.files.pick { heard += it }
        val asked = shadowOf(activity).nextStartedActivityForResult
        assertEquals(Intent.ACTION_OPEN_DOCUMENT, asked.intent.action)
        val file = Uri.parse("content://files/copy")
        shadowOf(app.contentResolver).registerInputStream(file, "a copy".byteInputStream())
        platform.answered(asked.requestCode, Activity.RESULT_OK, Intent().setData(file))
        platform.files.pick { heard += it }
        platform.answered(asked.requestCode, Activity.RESULT_CANCELED, null)
        assertEquals(listOf("a copy", null), heard.map { it?.decodeToString() })
    }

    @Test
    fun `small things stay and go`() {
        PreferencesKept(app).put("lock.delay", "5")
        assertEquals("5", PreferencesKept(app).get("lock.delay"))
        PreferencesKept(app).put("lock.delay", null)
        assertNull(PreferencesKept(app).get("lock.delay"))
    }

    @Test
    fun `leave for notices is asked when it is needed, and no is an answer`() {
        val platform = platform
        activity()
        val heard = mutableListOf<Boolean>()
        platform.notices.ask { heard += it }
        assertTrue("nothing is decided yet", heard.isEmpty())
        platform.permitted(LeaveForNotices.REQUEST, intArrayOf(-1))
        platform.permitted(LeaveForNotices.REQUEST, intArrayOf(0))
        assertEquals(listOf(false), heard)
    }

    @Test
    fun `the camera's page gives a text or nothing, also to an activity that was made anew meanwhile`() {
        val platform = platform
        val main = Robolectric.buildActivity(Activity::class.java).setup()
        val heard = mutableListOf<String?>()
        platform.camera.scan { heard += it }
        assertEquals("ScanActivity", shadowOf(main.get()).nextStartedActivity.component!!.shortClassName.substringAfterLast('.'))
        platform.answered(PhoneCamera.REQUEST, Activity.RESULT_CANCELED, null)
        platform.camera.scan { heard += it }
        main.recreate()
        platform.answered(PhoneCamera.REQUEST, Activity.RESULT_OK, Intent().putExtra("text", "code"))
        assertEquals(listOf(null, "code"), heard)
    }

    private class NeverOpens : Wrap {
        override fun wrap(key: ByteArray): ByteArray = error("no new key may be made")

        override fun unwrap(wrapped: ByteArray): ByteArray = throw GeneralSecurityException("another phone's")
    }
}

/** Stands where the keystore stands on a phone. It turns bits and protects nothing. */
internal class Turned : Wrap {
    override fun wrap(key: ByteArray) = key.map { (it.toInt() xor 0x55).toByte() }.toByteArray()

    override fun unwrap(wrapped: ByteArray) = wrap(wrapped)
}
