// The colours of the app, light and dark, as pairs of what is written on what.
// It knows no screen and no Compose theme. Invariant: every pair stands at 4.5:1 or more, and no colour is red.
package org.alongside.ui.theme

import androidx.compose.ui.graphics.Color

/** Two colours that are used together: text on its ground. */
data class TextOn(val ground: Color, val text: Color)

/**
 * A planner's page: paper and ink, and three inks for marking.
 *
 * [me] marks my own things, [us] marks what is about people, with the same weight; [note] marks a word to read.
 */
data class Palette(
    val paper: Color,
    val ink: Color,
    val quiet: Color,
    val rule: Color,
    val edge: Color,
    val me: TextOn,
    val meSoft: TextOn,
    val us: TextOn,
    val usSoft: TextOn,
    val note: TextOn,
    val raised: TextOn,
) {
    /** Every text on every ground where it may stand; the theme uses no other. */
    val pairs: List<TextOn>
        get() = listOf(
            TextOn(paper, ink), TextOn(paper, quiet), TextOn(raised.ground, quiet), TextOn(raised.ground, ink),
            TextOn(paper, me.ground), TextOn(paper, us.ground), TextOn(paper, note.text),
            TextOn(raised.ground, me.ground), TextOn(raised.ground, us.ground),
            me, meSoft, us, usSoft, note, raised,
        )

    /** What is no text and still must be seen, 3:1 or more on the page: the border of a field or a box. */
    val borders: List<TextOn>
        get() = listOf(TextOn(paper, edge), TextOn(raised.ground, edge))
}

/** By day. */
val Daylight = Palette(
    paper = Color(0xFFFBF6EC),
    ink = Color(0xFF2E2A25),
    quiet = Color(0xFF625A50),
    rule = Color(0xFFE4D9C6),
    edge = Color(0xFF857B6E),
    me = TextOn(Color(0xFF2F6153), Color(0xFFFFFFFF)),
    meSoft = TextOn(Color(0xFFDCE8DF), Color(0xFF24483E)),
    us = TextOn(Color(0xFF36527A), Color(0xFFFFFFFF)),
    usSoft = TextOn(Color(0xFFDDE5F0), Color(0xFF2A4061)),
    note = TextOn(Color(0xFFF4E3BF), Color(0xFF5A3D00)),
    raised = TextOn(Color(0xFFF3EBDC), Color(0xFF2E2A25)),
)

/** In the dark. */
val Lamplight = Palette(
    paper = Color(0xFF1F1D1A),
    ink = Color(0xFFEDE6DA),
    quiet = Color(0xFFB8AFA2),
    rule = Color(0xFF3B3731),
    edge = Color(0xFF9A9083),
    me = TextOn(Color(0xFF9CCFBC), Color(0xFF123329)),
    meSoft = TextOn(Color(0xFF26392F), Color(0xFFC9E6D8)),
    us = TextOn(Color(0xFFA9C3E8), Color(0xFF142A47)),
    usSoft = TextOn(Color(0xFF26334A), Color(0xFFD3E1F5)),
    note = TextOn(Color(0xFF40351F), Color(0xFFF0D59B)),
    raised = TextOn(Color(0xFF2B2824), Color(0xFFEDE6DA)),
)
