// The whole app as it is drawn: first run, the page in view with the four homes below it, or the curtain.
// Invariant: each place has one page; "Hide" and the way back are on all of them.
package org.alongside.ui

import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.key
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.LocalLayoutDirection
import androidx.compose.ui.semantics.isTraversalGroup
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.unit.LayoutDirection
import org.alongside.ui.goals.AddGoalPage
import org.alongside.ui.goals.AddStepPage
import org.alongside.ui.goals.ChangeThingPage
import org.alongside.ui.goals.GoalPage
import org.alongside.ui.goals.GoalsPage
import org.alongside.ui.ideas.ChangeIdeaPage
import org.alongside.ui.ideas.IdeasPage
import org.alongside.ui.invite.InvitePage
import org.alongside.ui.invite.JoinPage
import org.alongside.ui.invite.MeetingPage
import org.alongside.ui.invite.OwnPhonePage
import org.alongside.ui.parts.Around
import org.alongside.ui.parts.LocalAround
import org.alongside.ui.parts.LocalWay
import org.alongside.ui.parts.LocalWords
import org.alongside.ui.parts.SaidBand
import org.alongside.ui.parts.Waiting
import org.alongside.ui.people.AboutPersonPage
import org.alongside.ui.people.AgainPage
import org.alongside.ui.people.EncouragePage
import org.alongside.ui.people.EndingPage
import org.alongside.ui.people.PeoplePage
import org.alongside.ui.people.PersonPage
import org.alongside.ui.people.SeeAsPage
import org.alongside.ui.people.ShowPage
import org.alongside.ui.people.ShowWhatPage
import org.alongside.ui.people.ShowWhomPage
import org.alongside.ui.people.SuggestPage
import org.alongside.ui.routine.AddRoutinePage
import org.alongside.ui.routine.ChangeRoutinePage
import org.alongside.ui.routine.NotePage
import org.alongside.ui.routine.RoutinePage
import org.alongside.ui.routine.RoutinesPage
import org.alongside.ui.settings.Curtain
import org.alongside.ui.settings.ExportPage
import org.alongside.ui.settings.LimitsPage
import org.alongside.ui.settings.MyNamePage
import org.alongside.ui.settings.NoticesPage
import org.alongside.ui.settings.PostBoxPage
import org.alongside.ui.settings.SetLockPage
import org.alongside.ui.settings.SettingsPage
import org.alongside.ui.settings.SheetPage
import org.alongside.ui.theme.AlongsideTheme
import org.alongside.ui.today.FirstRunPage
import org.alongside.ui.today.TodayPage
import org.alongside.ui.words.Words

/** The app, in its letters and words. */
@Composable
fun Alongside(model: AppModel, letters: FontFamily, words: Words, dark: Boolean) {
    val direction = if (words.rightToLeft) LayoutDirection.Rtl else LayoutDirection.Ltr
    CompositionLocalProvider(LocalWords provides words, LocalWay provides model.way, LocalLayoutDirection provides direction) {
        AlongsideTheme(letters, dark) {
            Surface(Modifier.fillMaxSize(), color = MaterialTheme.colorScheme.background) { Standing(model) }
        }
    }
}

@Composable
private fun Standing(model: AppModel) {
    val standing by model.state.collectAsState()
    val hidden by model.hidden.collectAsState()
    if (hidden) return Curtain(model)
    when (val now = standing) {
        is Standing.Opening -> Framed(Around(null, model::hide)) { Waiting() }
        is Standing.FirstRun -> Framed(Around(null, model::hide)) { FirstRunPage(model, now.why) }
        is Standing.Stuck -> Framed(Around(null, model::hide)) { StuckPage(model, now.why) }
        is Standing.Open -> Open(model, now.session)
    }
}

@Composable
private fun Framed(around: Around, page: @Composable () -> Unit) = CompositionLocalProvider(LocalAround provides around, content = page)

@Composable
private fun Open(model: AppModel, session: Session) {
    val way by model.way.way.collectAsState()
    val said by session.said.collectAsState()
    val place = way.last()
    // What happened is said where it happened, and on the page that follows.
    LaunchedEffect(place) { session.pageTurned() }
    val back: (() -> Unit)? = if (way.size > 1) ({ model.way.back() }) else null
    Column(Modifier.fillMaxSize()) {
        Box(Modifier.weight(1f).semantics { isTraversalGroup = true }) {
            Framed(Around(back, model::hide)) { key(session, place) { PageOf(place, model, session) } }
        }
        said?.let { SaidBand(it, session::undo) }
        Homes(place, model.way::go)
    }
}

@Composable
private fun PageOf(place: Place, model: AppModel, session: Session) {
    val way = model.way
    when (place) {
        is Place.Today -> TodayPage(session, way)
        is Place.AddRoutine -> AddRoutinePage(session, way)
        is Place.Routines -> RoutinesPage(session, way)
        is Place.Routine -> RoutinePage(place, session, model)
        is Place.ChangeRoutine -> ChangeRoutinePage(place, session, way)
        is Place.Note -> NotePage(place, session, way)
        is Place.Goals -> GoalsPage(session, way)
        is Place.AddGoal -> AddGoalPage(session, way)
        is Place.AddStep -> AddStepPage(place, session, way)
        is Place.Goal -> GoalPage(place, session, way)
        is Place.ChangeThing -> ChangeThingPage(place, session, way)
        is Place.People -> PeoplePage(session, way)
        is Place.Person -> PersonPage(place, session, way)
        is Place.AboutPerson -> AboutPersonPage(place, session, way)
        is Place.Ending -> EndingPage(place, session, way)
        is Place.Again -> AgainPage(place, session, way)
        is Place.Encourage -> EncouragePage(place, session, way)
        is Place.Suggest -> SuggestPage(place, session, way)
        is Place.SeeAs -> SeeAsPage(place, session, way)
        is Place.ShowWhat -> ShowWhatPage(place, session, way)
        is Place.ShowWhom -> ShowWhomPage(place, session, way)
        is Place.Show -> ShowPage(place, session, way)
        is Place.Ideas -> IdeasPage(session, way)
        is Place.ChangeIdea -> ChangeIdeaPage(place, session, way)
        is Place.Invite -> InvitePage(session, way)
        is Place.Meeting -> MeetingPage(place, session, way, model.platform.share)
        is Place.Join -> JoinPage(place, session, way, model.platform.camera, model.platform.clipboard)
        is Place.Settings -> SettingsPage(session, model)
        is Place.MyName -> MyNamePage(session, way)
        is Place.Notices -> NoticesPage(session, way, model.platform.notices)
        is Place.OwnPhone -> OwnPhonePage(session, way)
        is Place.SetLock -> SetLockPage(session, model)
        is Place.Sheet -> SheetPage(session, way)
        is Place.Export -> ExportPage(session, model.platform.share)
        is Place.PostBox -> PostBoxPage(session, way)
        is Place.Limits -> LimitsPage()
    }
}
