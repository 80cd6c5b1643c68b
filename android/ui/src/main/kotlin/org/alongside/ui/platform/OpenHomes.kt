// The homes that are open in this process, one phone each: the app, the background job and the notices share it, since a
// home can be opened once. It knows no screen and no life. Invariant: no second one is opened while the first lives.
package org.alongside.ui.platform

import alongside.core.Phone
import alongside.core.PhoneClock
import alongside.core.PhoneKeys

object OpenHomes {
    private val open = HashMap<String, Phone>()

    /** The phone of this folder: the one that is open, or opened now. */
    fun open(folder: String, keys: PhoneKeys, clock: PhoneClock): Phone = kept(folder) { Phone.open(folder, keys, clock) }

    /** The same with a new home where none is, made by [make]. */
    fun make(folder: String, make: () -> Phone): Phone = kept(folder, make)

    @Synchronized
    private fun kept(folder: String, opening: () -> Phone): Phone {
        open[folder]?.takeUnless { it.uniffiIsDestroyed }?.let { return it }
        return opening().also { open[folder] = it }
    }
}
