// Notices at times of the day. The text is always the same; it names nobody and nothing.
// It knows no routine: whether a notice speaks, the core's own page of Today says. Invariant: secret on the lock screen.
package org.alongside.platform

import alongside.core.Phone
import alongside.core.Trouble
import android.app.AlarmManager
import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import android.net.Uri
import java.io.File
import java.time.LocalTime
import java.time.ZoneId
import java.time.ZonedDateTime
import org.alongside.ui.platform.Notices
import org.alongside.ui.platform.Reminders
import org.alongside.ui.words.Words

/** Asks the person whether notices may be shown; an activity does. */
fun interface AsksForNotices {
    fun ask(then: (Boolean) -> Unit)
}

/** One alarm for each time of the day. */
class AlarmNotices(private val app: Context, private val asks: AsksForNotices) : Notices {
    private val kept = PreferencesKept(app)
    private val alarms get() = app.getSystemService(AlarmManager::class.java)

    override fun ask(then: (Boolean) -> Unit) = asks.ask(then)

    override fun at(times: List<String>) {
        val before = kept.get(TIMES).orEmpty().split(' ').filter { it.isNotEmpty() }
        for (gone in before - times.toSet()) alarms.cancel(pending(app, gone))
        for (time in times) set(app, time)
        kept.put(TIMES, times.joinToString(" "))
    }

    companion object {
        private const val TIMES = "notices.times"

        /** Sets the next alarm of a time; inexact, so that the phone may sleep. */
        fun set(app: Context, time: String, now: ZonedDateTime = ZonedDateTime.now(ZoneId.systemDefault())) {
            val at = LocalTime.parse(time)
            val today = now.with(at)
            val next = if (today.isAfter(now)) today else today.plusDays(1)
            app.getSystemService(AlarmManager::class.java)
                .setAndAllowWhileIdle(AlarmManager.RTC_WAKEUP, next.toInstant().toEpochMilli(), pending(app, time))
        }

        /** All times again, after the phone was started. */
        fun setAll(app: Context) = PreferencesKept(app).get(TIMES).orEmpty().split(' ').filter { it.isNotEmpty() }.forEach { set(app, it) }

        // The time is in the address, or the system would take two alarms for one.
        private fun pending(app: Context, time: String): PendingIntent {
            val intent = Intent(app, NoticeReceiver::class.java).setAction(NoticeReceiver.SPEAK).setData(Uri.parse("alongside:notice/$time"))
            return PendingIntent.getBroadcast(app, 0, intent, PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT)
        }
    }
}

/** Hears alarms, and that the phone was started. */
class NoticeReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        val app = context.applicationContext
        if (intent.action == Intent.ACTION_BOOT_COMPLETED) return AlarmNotices.setAll(app)
        val time = intent.data?.schemeSpecificPart?.substringAfter('/') ?: return
        AlarmNotices.set(app, time)
        val answer = goAsync()
        Thread {
            try {
                if (speaks(app, time)) Notice.show(app)
            } finally {
                answer.finish()
            }
        }.start()
    }

    // Where the home can't be opened just now, the app is open itself and shows the day.
    private fun speaks(app: Context, time: String): Boolean = try {
        val keys = WrappedKey(File(app.noBackupFilesDir, "key"), KeystoreWrap())
        Phone.open(AndroidPlatform.homeOf(app), keys, SystemClock).use { Reminders(PreferencesKept(app)).speaks(it.today(), time) }
    } catch (_: Trouble) {
        false
    }

    companion object {
        const val SPEAK = "org.alongside.SPEAK"
    }
}

/** The one notice. */
object Notice {
    const val CHANNEL = "planner"
    const val ID = 1

    fun show(app: Context) {
        val manager = app.getSystemService(NotificationManager::class.java)
        val words = Words.of(app.resources.configuration.locales.get(0))
        val channel = NotificationChannel(CHANNEL, words("notice.channel"), NotificationManager.IMPORTANCE_DEFAULT)
        channel.lockscreenVisibility = Notification.VISIBILITY_SECRET
        channel.setShowBadge(false)
        manager.createNotificationChannel(channel)
        val open = app.packageManager.getLaunchIntentForPackage(app.packageName)
            ?.let { PendingIntent.getActivity(app, 0, it, PendingIntent.FLAG_IMMUTABLE) }
        val notice = Notification.Builder(app, CHANNEL)
            .setSmallIcon(android.R.drawable.ic_menu_my_calendar)
            .setContentTitle(words("notice.text"))
            .setVisibility(Notification.VISIBILITY_SECRET)
            .setContentIntent(open)
            .setAutoCancel(true)
            .build()
        manager.notify(ID, notice)
    }
}
