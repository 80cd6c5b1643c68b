// Which of the app's activities is in front of the person, and when the last of them goes out of sight. The camera's page
// is one of the app's own: going there is not leaving. Invariant: no activity is held once it was destroyed.
package org.alongside.platform

import android.app.Activity
import android.app.Application
import android.os.Bundle

/** [made] hears of each new one, before anything is drawn on it. */
class Living(private val made: (Activity) -> Unit = {}) : Application.ActivityLifecycleCallbacks {
    private val there = LinkedHashSet<Activity>()
    private val inSight = HashSet<Activity>()

    /** The newest one that lives; null where none does. */
    val activity: Activity? get() = there.lastOrNull { !it.isFinishing } ?: there.lastOrNull()

    /** Hears that the app came into sight, and that it left it. */
    var came: () -> Unit = {}
    var left: () -> Unit = {}

    override fun onActivityCreated(activity: Activity, state: Bundle?) {
        there += activity
        made(activity)
    }

    override fun onActivityStarted(activity: Activity) {
        // The one in front is the last of them.
        there -= activity
        there += activity
        val first = inSight.isEmpty()
        inSight += activity
        if (first) came()
    }

    override fun onActivityStopped(activity: Activity) {
        inSight -= activity
        // One that is made anew at once, as for another size of text, was not left.
        if (inSight.isEmpty() && !activity.isChangingConfigurations) left()
    }

    override fun onActivityDestroyed(activity: Activity) {
        there -= activity
        inSight -= activity
    }

    override fun onActivityResumed(activity: Activity) = Unit

    override fun onActivityPaused(activity: Activity) = Unit

    override fun onActivitySaveInstanceState(activity: Activity, state: Bundle) = Unit
}
