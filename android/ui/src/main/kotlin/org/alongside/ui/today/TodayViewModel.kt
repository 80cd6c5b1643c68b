// The model of Today: the whole screen as the core made it, and the mark. Decides nothing.
package org.alongside.ui.today

import kotlinx.coroutines.flow.StateFlow
import org.alongside.ui.ScreenModel
import org.alongside.ui.Session
import alongside.core.Mark
import alongside.core.TodayRow
import alongside.core.TodayScreen

class TodayViewModel(session: Session) : ScreenModel(session) {
    val state: StateFlow<TodayScreen?> = watch { it.today() }

    /** Marks the day; the same mark again takes it away. */
    fun mark(row: TodayRow, day: String, mark: Mark?) = session.deed { it.mark(row.id, day, mark) }
}
