// Choosing who someone is to me: one of the core's ready words or my own, and whether they come with an office.
// Invariant: a role is a label; choosing one gives nobody anything.
package org.alongside.ui.parts

import alongside.core.Role
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.words.role

/** What stands in the choice now. */
class RoleChosen(val role: Role, val official: Boolean, internal val setRole: (Role) -> Unit, internal val setOfficial: (Boolean) -> Unit) {
    /** Whether it can be used: an own word is not empty. */
    val isWhole: Boolean get() = (role as? Role.Own)?.v1?.isNotEmpty() ?: true
}

/** The choice as it stands in the drafts under [fields]; [role] and [official] where nothing was chosen yet. */
@Composable
fun roleChosen(fields: String, role: Role, official: Boolean = false): RoleChosen {
    val (chosen, setRole) = picked(fields + "role", role)
    val (office, setOfficial) = picked(fields + "official", official)
    val own = draft(fields + "own-role", (role as? Role.Own)?.v1.orEmpty()).trim()
    return RoleChosen(if (chosen is Role.Own) Role.Own(own) else chosen, office, setRole, setOfficial)
}

/** The choice among [ready] roles and a word of one's own. */
@Composable
fun RoleChoice(fields: String, ready: List<Role>, chosen: RoleChosen, first: Role = chosen.role) {
    Part(words("role.title")) {
        Column(Modifier.selectableGroup()) {
            for (role in ready) Choice(words.role(role), chosen.role == role) { chosen.setRole(role) }
            Choice(words("role.own"), chosen.role is Role.Own) { chosen.setRole(Role.Own("")) }
        }
        if (chosen.role is Role.Own) {
            Field(words("role.own-word"), fields + "own-role", first = (first as? Role.Own)?.v1.orEmpty(), most = Room.ownRole, typed = Typed.Name)
        }
        Switch(words("role.official"), chosen.official, under = words("role.official-under"), onChange = chosen.setOfficial)
        if (chosen.official) Band(LocalPalette.current.note) { Line(words("role.official-then")) }
    }
}
