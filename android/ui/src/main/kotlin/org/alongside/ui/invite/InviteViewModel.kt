// The models of meeting someone: an invite of mine, a code that I was given, the four words. They decide nothing.
package org.alongside.ui.invite

import alongside.core.InviteRow
import alongside.core.InviteScreen
import alongside.core.Stage
import kotlinx.coroutines.flow.StateFlow
import org.alongside.ui.Place
import org.alongside.ui.Said
import org.alongside.ui.ScreenModel
import org.alongside.ui.Session
import org.alongside.ui.Way

class InviteViewModel(session: Session, private val way: Way) : ScreenModel(session) {
    val state: StateFlow<InviteScreen?> = watch { it.invites() }

    fun invite(name: String, role: String, official: Boolean) = session.deed(waits = true, then = { id: ULong ->
        way.used("invite.")
        way.leave(Place.Invite)
        way.go(Place.Meeting(id))
        session.meet()
    }) { it.invite(false, name, role, official) }

    fun join(code: String, name: String, role: String, official: Boolean) = session.deed(waits = true, then = { id: ULong ->
        way.used("join.")
        way.leave(Place.Join)
        way.go(Place.Meeting(id))
        session.meet()
    }) { it.join(false, code, name, role, official) }

    fun meet() = session.meet(aloud = true)

    fun yes(invite: ULong) = session.deed(waits = true, then = { _: Unit -> session.meet() }) { it.answerInvite(invite) }

    fun notNow(invite: ULong) = session.deed(waits = true, then = { _: Unit ->
        session.say(Said("said.nobody-was-told"), nextPage = true)
        way.leave(Place.Meeting(invite))
    }) { it.leaveInvite(invite) }

    fun same(invite: ULong) = session.deed(waits = true, then = { who: String ->
        way.leave(Place.Meeting(invite))
        way.go(Place.Person(who))
        session.meet()
    }) { it.wordsAreTheSame(invite, true) }

    /** They differ: nothing is joined, which the core answers as something that does not fit. */
    fun different(invite: ULong) = session.deed(waits = true, then = { _: Unit ->
        session.say(Said("said.words-differ"), nextPage = true)
        way.leave(Place.Meeting(invite))
    }) {
        try {
            it.wordsAreTheSame(invite, false)
            Unit
        } catch (_: alongside.core.Trouble.DoesNotFit) {
            Unit
        }
    }
}

/** How far an invite is, in words. */
fun stageWords(invite: InviteRow): String = "stage." + when (invite.stage) {
    Stage.NO_ANSWER_YET -> "no-answer-yet"
    Stage.LOOKING -> "looking"
    Stage.THEY_ASK -> "they-ask"
    Stage.WORDS_COMING -> "words-coming"
    Stage.COMPARE -> "compare"
    Stage.DOES_NOT_FIT -> "does-not-fit"
    Stage.OVER -> "over"
}
