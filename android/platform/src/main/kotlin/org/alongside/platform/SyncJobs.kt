// Meets the post box some times a day while the app is closed. How a meeting goes is the core's; this only wakes it.
// Invariant: needs a network, never wakes a sleeping phone for it, and survives a restart of the phone.
package org.alongside.platform

import alongside.core.Phone
import alongside.core.Trouble
import android.app.job.JobInfo
import android.app.job.JobParameters
import android.app.job.JobScheduler
import android.app.job.JobService
import android.content.ComponentName
import android.content.Context
import java.io.File
import java.util.concurrent.TimeUnit
import org.alongside.ui.platform.BackgroundPost

/** Asks the system for a job every few hours. */
class SyncJobs(private val app: Context) : BackgroundPost {
    override fun keepMeeting() {
        val jobs = app.getSystemService(JobScheduler::class.java)
        if (jobs.getPendingJob(ID) != null) return
        jobs.schedule(
            JobInfo.Builder(ID, ComponentName(app, SyncJob::class.java))
                .setRequiredNetworkType(JobInfo.NETWORK_TYPE_ANY)
                .setPeriodic(TimeUnit.HOURS.toMillis(EVERY_HOURS), TimeUnit.HOURS.toMillis(1))
                .setPersisted(true)
                .build(),
        )
    }

    companion object {
        const val ID = 1
        const val EVERY_HOURS = 6L
    }
}

/** One meeting. */
class SyncJob : JobService() {
    @Volatile private var at: Thread? = null

    override fun onStartJob(job: JobParameters): Boolean {
        at = Thread {
            val again = !met()
            jobFinished(job, again)
        }.also { it.start() }
        return true
    }

    // What was begun is safe: the core finishes or begins again.
    override fun onStopJob(job: JobParameters): Boolean = true

    private fun met(): Boolean = try {
        val keys = WrappedKey(File(noBackupFilesDir, "key"), KeystoreWrap())
        Phone.open(AndroidPlatform.homeOf(this), keys, SystemClock).use { !it.sync().offline }
    } catch (trouble: Trouble) {
        // Open in the app, which meets the post box itself; or nothing there to meet it with.
        trouble is Trouble.InUse || trouble is Trouble.NotFound
    }
}
