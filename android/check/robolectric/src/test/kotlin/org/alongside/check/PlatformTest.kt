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
import android.content.Intent
import android.net.Uri
import android.view.WindowManager
import java.io.File
import java.io.FileNotFoundException
import java.security.GeneralSecurityException
import java.time.ZoneId
import java.time.ZonedDateTime
import org.alongside.platform.AlarmNotices
import org.alongside.platform.AndroidPlatform
import org.alongside.platform.HomeScreen
import org.alongside.platform.IntentShare
import org.alongside.platform.LeaveForNotices
import org.alongside.platform.Notice
import org.alongside.platform.NoticeReceiver
import org.alongside.platform.PhoneCamera
import org.alongside.platform.PreferencesKept
import org.alongside.platform.SecureWindow
import org.alongside.platform.SharedFiles
import org.alongside.platform.SyncJobs
import org.alongside.platform.Wrap
import org.alongside.platform.WrappedKey
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

    private fun activity(): Activity = Robolectric.buildActivity(Activity::class.java).setup().get()

    @Test
    fun `a notice names nobody and is secret on the lock screen`() {
        Notice.show(app)
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
        Notice.show(app)
        val notice = shadowOf(app.getSystemService(NotificationManager::class.java)).allNotifications.single()
        assertEquals("Du hast eine Notiz.", notice.extras.getString(Notification.EXTRA_TITLE))
    }

    @Test
    fun `each time has one alarm, and a time that is gone has none`() {
        val notices = AlarmNotices(app) { it(true) }
        notices.at(listOf("08:30", "18:00"))
        notices.at(listOf("08:30", "18:00"))
        assertEquals(2, alarms.scheduledAlarms.size)
        notices.at(listOf("18:00"))
        assertEquals(1, alarms.scheduledAlarms.size)
        notices.at(emptyList())
        assertTrue(alarms.scheduledAlarms.isEmpty())
    }

    @Test
    fun `the next alarm is today or tomorrow, by the person's own clock`() {
        val now = ZonedDateTime.of(2027, 3, 27, 9, 0, 0, 0, ZoneId.of("Europe/London"))
        AlarmNotices.set(app, "08:30", now)
        // The clocks go forward in that night; half past eight stays half past eight.
        assertEquals(ZonedDateTime.of(2027, 3, 28, 8, 30, 0, 0, now.zone).toInstant().toEpochMilli(), alarms.scheduledAlarms.single().triggerAtMs)
        AlarmNotices.set(app, "18:00", now)
        assertTrue(alarms.scheduledAlarms.any { it.triggerAtMs == now.withHour(18).toInstant().toEpochMilli() })
    }

    @Test
    fun `alarms come back after the phone was started`() {
        AlarmNotices(app) { it(true) }.at(listOf("08:30"))
        alarms.scheduledAlarms.clear()
        NoticeReceiver().onReceive(app, Intent(Intent.ACTION_BOOT_COMPLETED))
        assertEquals(1, alarms.scheduledAlarms.size)
    }

    @Test
    fun `the post box is met some times a day, with a network, by one job`() {
        val jobs = app.getSystemService(JobScheduler::class.java)
        repeat(2) { SyncJobs(app).keepMeeting() }
        val job = jobs.allPendingJobs.single()
        assertEquals(SyncJobs.EVERY_HOURS * 3_600_000, job.intervalMillis)
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
        HomeScreen(activity()).leave()
        val started = shadowOf(app).nextStartedActivity
        assertEquals(Intent.ACTION_MAIN, started.action)
        assertTrue(started.hasCategory(Intent.CATEGORY_HOME))
    }

    @Test
    fun `the window is kept out of pictures, and let in again only when that is wanted`() {
        val window = activity().window
        fun isSecure() = window.attributes.flags and WindowManager.LayoutParams.FLAG_SECURE != 0
        SecureWindow(window).keepPrivate(true)
        assertTrue(isSecure())
        SecureWindow(window).keepPrivate(false)
        assertFalse(isSecure())
    }

    @Test
    fun `a shared file can be read, one at a time, and no other`() {
        val share = IntentShare(activity())
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
        val leave = LeaveForNotices(activity())
        val heard = mutableListOf<Boolean>()
        leave.ask { heard += it }
        assertTrue("nothing is decided yet", heard.isEmpty())
        leave.answered(LeaveForNotices.REQUEST, intArrayOf(-1))
        leave.answered(LeaveForNotices.REQUEST, intArrayOf(0))
        assertEquals(listOf(false), heard)
    }

    @Test
    fun `the camera's page gives a text or nothing`() {
        val activity = activity()
        val camera = PhoneCamera(activity)
        val heard = mutableListOf<String?>()
        camera.scan { heard += it }
        assertEquals("ScanActivity", shadowOf(activity).nextStartedActivity.component!!.shortClassName.substringAfterLast('.'))
        camera.answered(PhoneCamera.REQUEST, null)
        camera.scan { heard += it }
        camera.answered(PhoneCamera.REQUEST, Intent().putExtra("text", "code"))
        assertEquals(listOf(null, "code"), heard)
    }

    /** Stands where the keystore stands on a phone. It turns bits and protects nothing. */
    private class Turned : Wrap {
        override fun wrap(key: ByteArray) = key.map { (it.toInt() xor 0x55).toByte() }.toByteArray()

        override fun unwrap(wrapped: ByteArray) = wrap(wrapped)
    }

    private class NeverOpens : Wrap {
        override fun wrap(key: ByteArray): ByteArray = error("no new key may be made")

        override fun unwrap(wrapped: ByteArray): ByteArray = throw GeneralSecurityException("another phone's")
    }
}
