// The first minute: three short cards, a name that may be left out, and then the planner. It asks for nothing else.
// Invariant: no permission, no account, no question that must be answered.
package org.alongside.ui.today

import androidx.compose.runtime.Composable
import org.alongside.ui.AppModel
import org.alongside.ui.Place
import org.alongside.ui.parts.Band
import org.alongside.ui.parts.Field
import org.alongside.ui.parts.Line
import org.alongside.ui.parts.MainButton
import org.alongside.ui.parts.Page
import org.alongside.ui.parts.draft
import org.alongside.ui.theme.LocalPalette
import org.alongside.ui.parts.words

@Composable
fun FirstRunPage(model: AppModel) {
    val palette = LocalPalette.current
    val unnamed = words("first.unnamed")
    val name = draft("first.name")
    Page(
        words("first.title"),
        main = {
            MainButton(words("first.start")) {
                model.begin(name.trim().ifEmpty { unnamed })
                model.way.used("first.")
                model.way.go(Place.AddRoutine)
            }
        },
    ) {
        Band(palette.meSoft) { Line(words("first.card-planner")) }
        Band(palette.usSoft) { Line(words("first.card-private")) }
        Band(palette.note) { Line(words("first.card-people")) }
        Field(words("first.name"), "first.name", most = 30)
    }
}
