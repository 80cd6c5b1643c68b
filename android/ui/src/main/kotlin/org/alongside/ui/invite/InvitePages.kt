// Meeting someone, or another phone of mine: the soft check, my code shown, their code taken in, the four words said aloud.
// Knows no key and no post box. Invariant: nothing of theirs is shown before both said yes and the words were the same.
package org.alongside.ui.invite

import alongside.core.InviteRow
import alongside.core.Role
import alongside.core.Stage
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.unit.LayoutDirection
import androidx.compose.ui.unit.dp
import kotlinx.coroutines.delay
import org.alongside.ui.AppModel
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
import org.alongside.ui.parts.Room
import org.alongside.ui.parts.SideButton
import org.alongside.ui.parts.Small
import org.alongside.ui.parts.Typed
import org.alongside.ui.parts.Waiting
import org.alongside.ui.parts.draft
import org.alongside.ui.parts.roleChosen
import org.alongside.ui.parts.words
import org.alongside.ui.platform.Camera
import org.alongside.ui.platform.Clipboard
import org.alongside.ui.platform.ShareSheet
import org.alongside.ui.theme.LocalPalette

/** A new invite of mine. */
@Composable
fun InvitePage(session: Session, way: Way) {
    val model = remember { InviteViewModel(session, way) }
    val screen by model.state.collectAsState()
    val invites = screen ?: return Waiting()
    val name = draft("invite.name").trim()
    val role = roleChosen("invite.", Role.Friend)
    if (!invites.canInvite) return NoPostBox(words("invite.title"), way)
    Page(
        words("invite.title"),
        main = {
            MainButton(words("invite.make"), enabled = name.isNotEmpty() && role.isWhole) { model.invite(name, role.role, role.official) }
            PlainButton(words("people.join")) { way.go(Place.Join()) }
        },
    ) {
        Band(LocalPalette.current.usSoft) { Line(words("invite.soft-check")) }
        Field(words("invite.name"), "invite.name", most = Room.person, typed = Typed.Name)
        RoleChoice("invite.", invites.roles, role)
    }
}

/** Another phone of mine. */
@Composable
fun OwnPhonePage(session: Session, way: Way) {
    val model = remember { InviteViewModel(session, way) }
    val screen by model.state.collectAsState()
    val invites = screen ?: return Waiting()
    if (!invites.canInvite) return NoPostBox(words("own-phone.title"), way)
    Page(words("own-phone.title"), words("own-phone.under"), main = {
        MainButton(words("own-phone.make"), onClick = model::inviteOwn)
        PlainButton(words("own-phone.join")) { way.go(Place.Join(ownPhone = true)) }
    }) {}
}

/** A code that I was given, or made on another phone of mine. Who asks is known after it was looked for. */
@Composable
fun JoinPage(place: Place.Join, session: Session, way: Way, camera: Camera, clipboard: Clipboard) {
    val model = remember { InviteViewModel(session, way) }
    val field = AppModel.codeField(place.ownPhone)
    val code = draft(field).trim()
    Page(
        words(if (place.ownPhone) "own-phone.join" else "join.title"), words(if (place.ownPhone) "own-phone.join-under" else "join.under"),
        main = { MainButton(words(if (place.ownPhone) "own-phone.look" else "join.look"), enabled = code.isNotEmpty()) { model.join(place.ownPhone, code, clipboard) } },
    ) {
        if (place.ownPhone) Small(words("own-phone.must-be-new"))
        if (camera.there) SideButton(words("join.scan")) { camera.scan { text -> if (text != null) way.draft(field, text) } }
        Field(words("join.code"), field, lines = 3, typed = Typed.Code)
    }
}

@Composable
private fun NoPostBox(title: String, way: Way) = Page(
    title, main = { MainButton(words("post-box.title")) { way.go(Place.PostBox) } },
) { Line(words("invite.no-post-box")) }

/** One invite, with the one thing that can be done next. The post box is met now and again while it is looked at. */
@Composable
fun MeetingPage(place: Place.Meeting, session: Session, way: Way, share: ShareSheet) {
    val model = remember { InviteViewModel(session, way) }
    val screen by model.state.collectAsState()
    val inSight by session.isInSight.collectAsState()
    val invites = screen ?: return Waiting()
    val invite = invites.invites.find { it.id == place.invite } ?: return Page(words("trouble.not-found")) {}
    // A code of words says no address: without one nobody can be looked for.
    if (invite.isUnderWay && !invites.canInvite) return NoPostBox(words("join.title"), way)
    if (inSight && invite.isUnderWay) LaunchedEffect(invite.stage) {
        while (true) {
            session.meet()
            delay(LOOKS_EVERY)
        }
    }
    val name = nameOf(invite)
    val fields = InviteViewModel.fieldsOf(invite.id)
    val called = draft(fields + "name", invite.name.ifEmpty { invite.theirs.orEmpty() }).trim()
    val role = roleChosen(fields, Role.Friend)
    Page(if (invite.ownPhone) words("own-phone.title") else words("meeting.title", "name" to name), words(stageWords(invite)), main = {
        Next(invite, model, canSayYes = invite.ownPhone || called.isNotEmpty() && role.isWhole) {
            if (invite.ownPhone) model.yesOwn(invite.id) else model.yes(invite, called, role.role, role.official)
        }
    }) {
        when (invite.stage) {
            Stage.NO_ANSWER_YET -> MyCode(invite, name) { invite.link?.let(share::text) }
            Stage.LOOKING -> Line(words("meeting.looking"))
            Stage.THEY_ASK -> {
                TheyAsk(invite)
                if (!invite.ownPhone) {
                    Field(words("meeting.call-them"), fields + "name", first = called, most = Room.person, typed = Typed.Name)
                    RoleChoice(fields, invites.roles, role)
                }
            }
            Stage.WORDS_COMING -> Line(words("meeting.words-coming"))
            Stage.COMPARE -> FourWords(invite, name)
            Stage.DOES_NOT_FIT -> Line(words("meeting.does-not-fit"))
            Stage.OVER -> Line(words("meeting.over"))
        }
    }
}

private const val LOOKS_EVERY = 5_000L

private val InviteRow.isUnderWay: Boolean get() = stage != Stage.DOES_NOT_FIT && stage != Stage.OVER

@Composable
private fun Next(invite: InviteRow, model: InviteViewModel, canSayYes: Boolean, yes: () -> Unit) {
    when (invite.stage) {
        Stage.NO_ANSWER_YET, Stage.LOOKING, Stage.WORDS_COMING -> MainButton(words("people.meet"), onClick = model::meet)
        Stage.THEY_ASK -> MainButton(words("meeting.yes"), enabled = canSayYes, onClick = yes)
        Stage.COMPARE -> MainButton(words("meeting.same")) { model.same(invite) }
        Stage.DOES_NOT_FIT, Stage.OVER -> MainButton(words("meeting.put-away")) { model.notNow(invite.id) }
    }
    when (invite.stage) {
        Stage.COMPARE -> PlainButton(words("meeting.different")) { model.different(invite.id) }
        Stage.DOES_NOT_FIT, Stage.OVER -> Unit
        else -> PlainButton(words("meeting.not-now")) { model.notNow(invite.id) }
    }
    if (invite.stage == Stage.THEY_ASK) {
        PlainButton(words("meeting.never")) { model.never(invite.id) }
        Small(words("meeting.never-under"))
    }
}

@Composable
private fun MyCode(invite: InviteRow, name: String, share: () -> Unit) {
    Line(if (invite.ownPhone) words("own-phone.show-code") else words("meeting.show-code", "name" to name))
    invite.link?.let { QrCode(it, words("meeting.code-picture")) }
    if (!invite.ownPhone) SideButton(words("meeting.share"), onClick = share)
    Part(words("meeting.by-hand")) {
        if (!invite.ownPhone) Line(words("meeting.by-hand-how", "name" to name))
        Line(invite.codeWords.joinToString(" "))
    }
    Small(words("meeting.hours"))
}

@Composable
private fun TheyAsk(invite: InviteRow) {
    if (invite.ownPhone) return Line(words("own-phone.under"))
    Line(words("meeting.they-ask", "name" to invite.theirs.orEmpty()))
    Line(words("meeting.what-then", "name" to invite.theirs.orEmpty()))
    Small(words("meeting.not-told"))
}

@Composable
private fun FourWords(invite: InviteRow, name: String) {
    Line(if (invite.ownPhone) words("own-phone.say-words") else words("meeting.say-words", "name" to name))
    Band(LocalPalette.current.note) {
        // English words, whatever the page's language: both people read them in one order, from the left, two and two.
        CompositionLocalProvider(LocalLayoutDirection provides LayoutDirection.Ltr) {
            FlowRow(Modifier.fillMaxWidth(), Arrangement.spacedBy(16.dp), Arrangement.spacedBy(6.dp), maxItemsInEachRow = 2) {
                for (word in invite.words) Text(word, style = MaterialTheme.typography.headlineMedium)
            }
        }
    }
    Small(words("meeting.why-words"))
}
