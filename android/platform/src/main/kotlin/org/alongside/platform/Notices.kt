// Notices: the moments that the core names, kept by the system, and the one line that each says. It names nobody and
// nothing. Whether a notice still speaks when its moment is there, the core says. Invariant: secret on the lock screen.
package org.alongside.platform

import alongside.core.InternalException
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
import java.time.LocalDateTime
import java.time.ZoneId
import org.alongside.ui.platform.Notices
import org.alongside.ui.words.Words

/** Asks the person whether notices may be shown; an activity does. */
fun interface AsksForNotices {
    fun ask(then: (Boolean) -> Unit)
}

/** One alarm for each moment. */
class AlarmNotices(private val app: Context, private val asks: AsksForNotices) : Notices {
    private val kept = PreferencesKept(app)

    override fun ask(then: (Boolean) -> Unit) = asks.ask(then)

    @Synchronized
    override fun at(times: List<String>) {
        val before = kept(app)
        if (times == before) return
        val alarms = app.getSystemService(AlarmManager::class.java)
        for (gone in before - times.toSet()) alarms.cancel(pending(app, gone))
        for (moment in times) set(app, moment)
        kept.put(MOMENTS, times.joinToString(" "))
    }

    companion object {
        /** Kept under this name: the moments that have an alarm. */
        const val MOMENTS = "notices.moments"

        /** Sets the alarm of a moment in the person's own time; inexact, so that the phone may sleep. */
        fun set(app: Context, moment: String, zone: ZoneId = ZoneId.systemDefault()) {
            val at = LocalDateTime.parse(moment).atZone(zone).toInstant().toEpochMilli()
            app.getSystemService(AlarmManager::class.java).setAndAllowWhileIdle(AlarmManager.RTC_WAKEUP, at, pending(app, moment))
        }

        /** All again, after the phone was started or went to another zone: the system keeps none of them then. */
        fun setAll(app: Context, now: LocalDateTime = LocalDateTime.now()) =
            // What passed meanwhile would come at once, and on another day than its own.
            kept(app).filter { LocalDateTime.parse(it) > now }.forEach { set(app, it) }

        private fun kept(app: Context) = PreferencesKept(app).get(MOMENTS).orEmpty().split(' ').filter { it.isNotEmpty() }

        // The moment is in the address, or the system would take two alarms for one.
        private fun pending(app: Context, moment: String): PendingIntent {
            val intent = Intent(app, NoticeReceiver::class.java).setAction(NoticeReceiver.SPEAK).setData(Uri.parse("alongside:notice/$moment"))
            return PendingIntent.getBroadcast(app, 0, intent, PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT)
        }
    }
}

/** Hears alarms, that the phone was started, and that it is in another zone. */
class NoticeReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        val app = context.applicationContext
        if (intent.action != SPEAK) return AlarmNotices.setAll(app)
        val moment = intent.data?.schemeSpecificPart?.substringAfter('/') ?: return
        val answer = goAsync()
        Thread {
            try {
                came(app, moment)
            } finally {
                answer?.finish()
            }
        }.start()
    }

    companion object {
        const val SPEAK = "org.alongside.SPEAK"

        /** A moment is there: the notice speaks if the core says so, and the next moments are asked for. */
        fun came(app: Context, moment: String) {
            try {
                val platform = AndroidPlatform.of(app)
                val phone = platform.phone()
                if (phone.noticeIsDue(moment.substringAfter('T'))) Notice.show(app, "notice.time")
                platform.notices.at(phone.noticesAhead())
            } catch (_: Trouble) {
                // A home that can't be opened says nothing.
            } catch (_: InternalException) {
                // An alarm of another version of the app.
            }
        }
    }
}

/** The one notice. */
object Notice {
    const val CHANNEL = "planner"
    const val ID = 1

    /** Shows it with the words of [key], which name nobody. */
    fun show(app: Context, key: String) {
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
            .setContentTitle(words(key))
            .setVisibility(Notification.VISIBILITY_SECRET)
            .setContentIntent(open)
            .setAutoCancel(true)
            .build()
        manager.notify(ID, notice)
    }
}
