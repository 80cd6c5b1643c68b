// Notices and wakings on a real home with the real core, as they come while Android keeps the app's process: the one open
// phone is shared. It knows no screen. Invariant: what speaks and what keeps silent, the core decided.
package org.alongside.check

import alongside.core.HowOften
import alongside.core.Mark
import alongside.core.Phone
import android.app.AlarmManager
import android.app.Application
import android.app.Notification
import android.app.NotificationManager
import java.time.Duration
import org.alongside.platform.AndroidPlatform
import org.alongside.platform.NoticeReceiver
import org.alongside.platform.Waking
import org.alongside.ui.platform.OpenHomes
import org.junit.After
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNotNull
import org.junit.Assert.assertNull
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Before
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.Config
import org.robolectric.shadows.ShadowSystemClock

@RunWith(RobolectricTestRunner::class)
@Config(sdk = [34])
class HomeTest {
    private val app: Application get() = RuntimeEnvironment.getApplication()
    private val manager get() = app.getSystemService(NotificationManager::class.java)
    private lateinit var platform: AndroidPlatform
    private lateinit var phone: Phone

    @Before fun `a home was begun and the app has it open`() {
        // Robolectric's day is the first of January 1970.
        ShadowSystemClock.advanceBy(Duration.ofDays(57 * 365L))
        platform = AndroidPlatform.of(app, Turned())
        phone = OpenHomes.make(platform.home) { Phone.begin(platform.home, platform.keys, platform.clock, "Robin") }
    }

    @After fun `the app is gone`() = phone.close()

    private fun walk(): String = phone.addRoutine("Walk", HowOften.Daily, "8:30").also {
        phone.setRoutineNotice(it, true)
        platform.notices.at(phone.noticesAhead())
    }

    private fun moment() = "${phone.today().day}T08:30"

    @Test
    fun `each moment that the core names has an alarm`() {
        walk()
        val alarms = shadowOf(app.getSystemService(AlarmManager::class.java)).scheduledAlarms
        assertTrue(alarms.isNotEmpty())
        assertEquals(phone.noticesAhead().size, alarms.size)
    }

    @Test
    fun `a notice speaks at its time while the app has the home open, and says no name`() {
        walk()
        NoticeReceiver.came(app, moment())
        assertEquals("Look at your planner.", shadowOf(manager).allNotifications.single().extras.getString(Notification.EXTRA_TITLE))
    }

    @Test
    fun `a notice keeps silent once all of its time is done, and where none was switched on`() {
        val walk = walk()
        phone.mark(walk, phone.today().day, Mark.DONE)
        NoticeReceiver.came(app, moment())
        assertTrue(shadowOf(manager).allNotifications.isEmpty())
        phone.mark(walk, phone.today().day, null)
        phone.setRoutineNotice(walk, false)
        NoticeReceiver.came(app, moment())
        assertTrue(shadowOf(manager).allNotifications.isEmpty())
    }

    @Test
    fun `a notice speaks and keeps silent too where the app itself was closed`() {
        val walk = walk()
        val moment = moment()
        phone.close()
        NoticeReceiver.came(app, moment)
        assertEquals(1, shadowOf(manager).allNotifications.size)
        manager.cancelAll()
        phone = platform.phone()
        phone.mark(walk, phone.today().day, Mark.REST)
        NoticeReceiver.came(app, moment)
        assertTrue(shadowOf(manager).allNotifications.isEmpty())
    }

    @Test
    fun `app, notices and wakings share one phone`() {
        assertSame(phone, platform.phone())
        assertSame(phone, AndroidPlatform.of(app).phone())
    }

    @Test
    fun `a waking without a post box asks for no other, and one that reaches none asks again`() {
        assertNull(Waking(app).wake())
        phone.setPostBox("http://127.0.0.1:9", null)
        assertNotNull(Waking(app).wake())
        assertTrue("nothing came, nothing is said", shadowOf(manager).allNotifications.isEmpty())
    }
}
