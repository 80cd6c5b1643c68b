// Wakes the core now and again while the app is closed. What is done then, and when the next time is, the core says; this
// only asks the system for it. Invariant: one waking is asked for at a time, with a network, and it outlives a restart.
package org.alongside.platform

import alongside.core.InternalException
import alongside.core.Trouble
import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import java.util.concurrent.TimeUnit
import org.alongside.ui.platform.BackgroundPost

/** Asks the system to wake this app once. */
class SyncJobs(private val app: Context) : BackgroundPost {
    override fun wakeIn(seconds: UInt) {
        val soonest = maxOf(TimeUnit.SECONDS.toMillis(seconds.toLong()), TimeUnit.MINUTES.toMillis(LEAST_MINUTES))
        // One that was asked for before is replaced.
        app.getSystemService(JobScheduler::class.java).schedule(
            JobInfo.Builder(ID, ComponentName(app, SyncJob::class.java))
                .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                .setMinimumLatency(soonest)
                .setPersisted(true)
                .build(),
        )
    }

    companion object {
        const val ID = 1

        /** The system gives no app more than this. */
        const val LEAST_MINUTES = 15L
    }
}

/** One waking. */
class SyncJob : JobService() {
    override fun onStartJob(job: JobParameters): Boolean {
        Thread {
            val next = Waking(this).wake()
            jobFinished(job, false)
            // Asked for once this one is over: a job that runs can't be replaced without being stopped.
            if (next != null) SyncJobs(applicationContext).wakeIn(next)
        }.start()
        return true
    }

    // What was begun is safe: the core finishes or begins again.
    override fun onStopJob(job: JobParameters): Boolean = true
}

/** What one waking does. */
class Waking(context: Context) {
    private val app = context.applicationContext

    /** Seconds until the next waking; null where there is nothing to wake for. */
    fun wake(): UInt? {
        val phone = try {
            AndroidPlatform.of(app).phone()
        } catch (trouble: Trouble) {
            // No home, or one that can't be opened now: the app asks again once it was opened.
            return if (trouble is Trouble.NotFound) null else LATER
        }
        return try {
            val done = phone.inBackground()
            if (done.notice) Notice.show(app, "notice.text")
            done.nextContact
        } catch (trouble: Trouble) {
            // Without a post box there is nothing to wake for until one is set, in sight.
            if (trouble is Trouble.NotFound) null else LATER
        } catch (_: InternalException) {
            LATER
        }
    }

    private companion object {
        val LATER = TimeUnit.HOURS.toSeconds(1).toUInt()
    }
}
