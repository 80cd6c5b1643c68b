// Meeting someone: the soft check, my code shown, their code taken in, the four words said aloud.
// Knows no key and no post box. Invariant: nothing of theirs is shown before both said yes and the words were the same.
package org.alongside.ui.invite

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.unit.dp
import alongside.core.InviteRow
import alongside.core.Stage
import org.alongside.ui.Place
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Band
import org.alongside.ui.parts.Field
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.PlainButton
import org.alongside.ui.parts.QrCode
import org.alongside.ui.parts.RoleChoice
import org.alongside.ui.parts.SideButton
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.draft
import org.alongside.ui.platform.Camera
import org.alongside.ui.platform.ShareSheet
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.parts.words

/** A new invite of mine. */
@Composable
fun InvitePage(session: Session, way: Way) {
    val model = remember { InviteViewModel(session, way) }
    val screen by model.state.collectAsState()
    val invites = screen ?: return
    var official by remember { mutableStateOf(false) }
    val name = draft("invite.name").trim()
    val role = draft("invite.role", "friend").trim()
    if (!invites.postBox) return NoPostBox(way)
    Page(
        words("invite.title"),
        main = {
            MainButton(words("invite.make"), enabled = name.isNotEmpty() && role.isNotEmpty()) { model.invite(name, role, official) }
            PlainButton(words("people.join")) { way.go(Place.Join) }
        },
    ) {
        Band(LocalPalette.current.usSoft) { Line(words("invite.soft-check")) }
        Field(words("invite.name"), "invite.name", most = 30)
        RoleChoice("invite.role", role, official) { official = it }
    }
}

/** A code that I was given. */
@Composable
fun JoinPage(session: Session, way: Way, camera: Camera) {
    val model = remember { InviteViewModel(session, way) }
    val screen by model.state.collectAsState()
    val invites = screen ?: return
    var official by remember { mutableStateOf(false) }
    val code = draft("join.code").trim()
    val name = draft("join.name").trim()
    val role = draft("join.role", "friend").trim()
    if (!invites.postBox) return NoPostBox(way)
    Page(
        words("join.title"), words("join.under"),
        main = {
            MainButton(words("join.look"), enabled = code.isNotEmpty() && name.isNotEmpty() && role.isNotEmpty()) {
                model.join(code, name, role, official)
            }
        },
    ) {
        if (camera.there) SideButton(words("join.scan")) { camera.scan { text -> if (text != null) way.draft("join.code", text) } }
        Field(words("join.code"), "join.code", lines = 3, most = 2_000)
        Field(words("invite.name"), "join.name", most = 30)
        RoleChoice("join.role", role, official) { official = it }
    }
}

@Composable
private fun NoPostBox(way: Way) = Page(
    words("invite.title"), main = { MainButton(words("post-box.title")) { way.go(Place.PostBox) } },
) { Line(words("invite.no-post-box")) }

/** One invite, with the one thing that can be done next. */
@Composable
fun MeetingPage(place: Place.Meeting, session: Session, way: Way, share: ShareSheet) {
    val model = remember { InviteViewModel(session, way) }
    val screen by model.state.collectAsState()
    val meeting by session.isMeeting.collectAsState()
    val invites = screen?.invites ?: return
    val invite = invites.find { it.id == place.invite }
    if (invite == null) return Page(words("trouble.not-found")) {}
    val shareText = invite.link
    Page(words("meeting.title", "name" to invite.name), words(stageWords(invite)), main = {
        when (invite.stage) {
            Stage.NO_ANSWER_YET, Stage.LOOKING, Stage.WORDS_COMING -> MainButton(words("people.meet"), enabled = !meeting, onClick = model::meet)
            Stage.THEY_ASK -> MainButton(words("meeting.yes")) { model.yes(invite.id) }
            Stage.COMPARE -> MainButton(words("meeting.same")) { model.same(invite.id) }
            Stage.DOES_NOT_FIT, Stage.OVER -> MainButton(words("meeting.put-away")) { model.notNow(invite.id) }
        }
        when (invite.stage) {
            Stage.COMPARE -> PlainButton(words("meeting.different")) { model.different(invite.id) }
            Stage.DOES_NOT_FIT, Stage.OVER -> Unit
            else -> PlainButton(words("meeting.not-now")) { model.notNow(invite.id) }
        }
    }) {
        when (invite.stage) {
            Stage.NO_ANSWER_YET -> MyCode(invite) { if (shareText != null) share.text(shareText) }
            Stage.LOOKING -> Line(words("meeting.looking"))
            Stage.THEY_ASK -> TheyAsk(invite)
            Stage.WORDS_COMING -> Line(words("meeting.words-coming"))
            Stage.COMPARE -> FourWords(invite)
            Stage.DOES_NOT_FIT -> Line(words("meeting.does-not-fit"))
            Stage.OVER -> Line(words("meeting.over"))
        }
    }
}

@Composable
private fun MyCode(invite: InviteRow, share: () -> Unit) {
    Line(words("meeting.show-code", "name" to invite.name))
    invite.link?.let { QrCode(it, words("meeting.code-picture")) }
    SideButton(words("meeting.share"), onClick = share)
    Part(words("meeting.by-hand")) {
        Line(words("meeting.by-hand-how", "name" to invite.name))
        Line(invite.codeWords.joinToString(" "))
    }
    Small(words("meeting.hours"))
}

@Composable
private fun TheyAsk(invite: InviteRow) {
    Line(words("meeting.they-ask", "name" to invite.theirs.orEmpty()))
    Line(words("meeting.what-then", "name" to invite.theirs.orEmpty()))
    Small(words("meeting.not-told"))
}

@Composable
private fun FourWords(invite: InviteRow) {
    Line(words("meeting.say-words", "name" to invite.name))
    Band(LocalPalette.current.note) {
        FlowRow(Modifier.fillMaxWidth(), Arrangement.spacedBy(16.dp), Arrangement.spacedBy(6.dp)) {
            for (word in invite.words) Text(word, style = MaterialTheme.typography.headlineMedium)
        }
    }
    Small(words("meeting.why-words"))
}
