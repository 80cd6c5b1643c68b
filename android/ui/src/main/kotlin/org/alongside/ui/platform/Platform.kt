// What the app needs of the phone under it, each behind an interface: the screens know these, and no class of a system.
// Invariant: nothing here is asked for before the person does something that needs it.
package org.alongside.ui.platform

import alongside.core.PhoneClock
import alongside.core.PhoneKeys

/** The phone under the app. */
interface Platform {
    /** The folder of the home's one encrypted file, out of every backup of the system. */
    val home: String

    /** The key of that file, wrapped by the phone's keystore. */
    val keys: PhoneKeys
    val clock: PhoneClock
    val kept: Kept
    val notices: Notices
    val camera: Camera
    val files: OpenFile
    val clipboard: Clipboard
    val share: ShareSheet
    val hide: QuickHide
    val post: BackgroundPost
    val screen: PrivateScreen
}

/** A few small things that belong to the app on this phone and to no home: the lock, whether pictures may be taken. */
interface Kept {
    fun get(name: String): String?

    /** Keeps it; null takes it away. */
    fun put(name: String, value: String?)

    companion object {
        /** Kept under this name where pictures may be taken. */
        const val PICTURES = "pictures"
    }
}

/** Notices at times of the day. They carry no name and no content. */
interface Notices {
    /** Asks for the right to show notices, if the phone wants to be asked; only when the person switches a first one on. */
    fun ask(then: (allowed: Boolean) -> Unit)

    /** The moments, `2026-05-04T08:00` in the person's own time, at which a notice comes; these and no others from now on. */
    fun at(times: List<String>)
}

/** The camera, for a code and for nothing else. */
interface Camera {
    /** Whether there is one. A code can be typed everywhere. */
    val there: Boolean

    /** Looks for a code until one is seen; null when the person went back or said no. */
    fun scan(then: (text: String?) -> Unit)
}

/** Opens one file that the person picks. */
interface OpenFile {
    /** What is in it; null when the person went back or it can't be read. */
    fun pick(then: (bytes: ByteArray?) -> Unit)
}

/** The phone's clipboard, to empty it. */
interface Clipboard {
    /** Empties it if it holds this text: a code that was used is nobody else's to paste. */
    fun forget(text: String)
}

/** Hands a text or a file to another app that the person picks. */
interface ShareSheet {
    fun text(text: String)

    fun file(name: String, bytes: ByteArray)

    /** Deletes the file that was handed on: no readable copy stays behind. */
    fun forget()
}

/** Leaves the app at once. */
interface QuickHide {
    fun leave()
}

/** Wakes the app while it is closed. */
interface BackgroundPost {
    /** Once, in so many seconds or later. */
    fun wakeIn(seconds: UInt)
}

/** Keeps the screen out of pictures and of the list of recent apps. */
interface PrivateScreen {
    fun keepPrivate(private: Boolean)
}
