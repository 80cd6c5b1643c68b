// My people, and who can be met next. Knows nobody but those it is given.
// Invariant: no number about a person, no last time, nothing that ranks them.
package org.alongside.ui.people

import androidx.compose.runtime.Composable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import alongside.core.PersonRow
import org.alongside.ui.Place
import org.alongside.ui.Session
import org.alongside.ui.Way
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.Part
import org.alongside.ui.parts.Row
import org.alongside.ui.parts.Rule
import org.alongside.ui.parts.SideButton
import org.alongside.ui.parts.Waiting
import org.alongside.ui.invite.nameOf
import org.alongside.ui.invite.stageWords
import org.alongside.ui.words.role
import org.alongside.ui.parts.words

@Composable
fun PeoplePage(session: Session, way: Way) {
    val model = remember { PeopleViewModel(session) }
    val screen by model.state.collectAsState()
    val meeting by session.isMeeting.collectAsState()
    val people = screen ?: return Waiting()
    Page(words("people.title"), words("people.under"), main = { MainButton(words("people.invite")) { way.go(Place.Invite) } }) {
        if (people.people.isEmpty() && people.invites.isEmpty()) Line(words("people.blank"))
        people.people.forEachIndexed { at, person ->
            if (at > 0) Rule()
            Row(person.name, under(person)) { way.go(Place.Person(person.who)) }
        }
        if (people.invites.isNotEmpty()) Part(words("people.invites")) {
            for (invite in people.invites) Row(nameOf(invite), words(stageWords(invite))) { way.go(Place.Meeting(invite.id)) }
        }
        Part(words("people.more")) {
            SideButton(words("people.join")) { way.go(Place.Join()) }
            SideButton(words("people.meet"), enabled = !meeting, onClick = model::meet)
        }
    }
}

@Composable
private fun under(person: PersonRow): String = if (person.blocked) words("person.blocked") else words.role(person.role)
