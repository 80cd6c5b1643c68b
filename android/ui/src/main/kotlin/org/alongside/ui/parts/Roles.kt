// Choosing who someone is to me: a ready word or my own, and whether they come with an office.
// Invariant: a role is a label; choosing one gives nobody anything.
package org.alongside.ui.parts

import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.selection.selectableGroup
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import org.alongside.ui.words.ROLES
import org.alongside.ui.words.role

/** [field] is the draft in which the role is kept while the page is filled in. */
@Composable
fun RoleChoice(field: String, role: String, official: Boolean, setOfficial: (Boolean) -> Unit) {
    val way = LocalWay.current
    Part(words("role.title")) {
        Column(Modifier.selectableGroup()) {
            for (ready in ROLES) Choice(words.role(ready), role == ready) { way.draft(field, ready) }
            Choice(words("role.own"), role !in ROLES) { way.draft(field, "") }
        }
        if (role !in ROLES) Field(words("role.own-word"), field, most = 30)
        Switch(words("role.official"), official, under = words("role.official-under"), onChange = setOfficial)
    }
}
