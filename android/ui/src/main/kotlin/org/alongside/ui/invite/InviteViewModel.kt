// The models of meeting someone: an invite of mine, a code that I was given, the four words. They decide nothing.
package org.alongside.ui.invite

import alongside.core.InviteRow
import alongside.core.InviteScreen
import alongside.core.Role
import alongside.core.Stage
import androidx.compose.runtime.Composable
import kotlinx.coroutines.flow.StateFlow
import org.alongside.ui.AppModel
import org.alongside.ui.Place
import org.alongside.ui.Said
import org.alongside.ui.ScreenModel
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.words
import org.alongside.ui.platform.Clipboard

class InviteViewModel(session: Session, private val way: Way) : ScreenModel(session) {
    val state: StateFlow<InviteScreen?> = watch { it.invites() }

    fun invite(name: String, role: Role, official: Boolean) = session.deed(waits = true, then = { id: ULong ->
        way.used("invite.")
        way.leave(Place.Invite)
        way.go(Place.Meeting(id))
    }) { it.invite(false, name, role, official) }

    /** A code for another phone of mine. */
    fun inviteOwn() = session.deed(waits = true, then = { id: ULong ->
        way.leave(Place.OwnPhone)
        way.go(Place.Meeting(id))
    }) { it.invite(true, it.settings().name, Role.Friend, false) }

    /** Takes a code in; a code that was pasted does not stay on the clipboard. */
    fun join(ownPhone: Boolean, code: String, clipboard: Clipboard) = session.deed(waits = true, then = { id: ULong ->
        clipboard.forget(code)
        way.used(AppModel.codeField(ownPhone))
        way.leave(Place.Join(ownPhone))
        way.go(Place.Meeting(id))
    }) { it.join(ownPhone, code) }

    fun meet() = session.meet(aloud = true)

    fun yes(invite: InviteRow, name: String, role: Role, official: Boolean) = session.deed(waits = true, then = { _: Unit ->
        way.used(fieldsOf(invite.id))
    }) {
        it.knowThemAs(invite.id, name, role, official)
        it.answerInvite(invite.id)
    }

    /** Yes to another phone of mine, which needs no name and no role. */
    fun yesOwn(invite: ULong) = session.deed(waits = true) { it.answerInvite(invite) }

    fun notNow(invite: ULong) = session.deed(waits = true, then = { _: Unit ->
        session.say(Said("said.nobody-was-told"), nextPage = true)
        way.leave(Place.Meeting(invite))
    }) { it.leaveInvite(invite) }

    fun never(invite: ULong) = session.deed(waits = true, then = { _: Unit ->
        session.say(Said("said.never"), nextPage = true)
        way.leave(Place.Meeting(invite))
    }) { it.refuseInvite(invite) }

    fun same(invite: InviteRow) = session.deed(waits = true, then = { who: String ->
        if (invite.ownPhone) session.say(Said("own-phone.joined"), nextPage = true)
        way.leave(Place.Meeting(invite.id))
        if (!invite.ownPhone) way.go(Place.Person(who))
        session.send()
    }) { it.wordsAreTheSame(invite.id) }

    fun different(invite: ULong) = session.deed(waits = true, then = { _: Unit ->
        session.say(Said("said.words-differ"), nextPage = true)
        way.leave(Place.Meeting(invite))
    }) { it.wordsDiffer(invite) }

    companion object {
        fun fieldsOf(invite: ULong) = "meeting.$invite."
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

/** Who it is with: what I call them, or else what they call themselves; with a code of which nothing is known yet, the code. */
@Composable
fun nameOf(invite: InviteRow): String =
    if (invite.ownPhone) words("own-phone.title") else invite.name.ifEmpty { invite.theirs ?: words("join.title") }
