// Hands the words in use to every page. Invariant: a page is never drawn without words.
package org.alongside.ui.parts

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.runtime.staticCompositionLocalOf
import org.alongside.ui.words.Words

/** The words in use. */
val LocalWords = staticCompositionLocalOf<Words> { error("no words were given") }

/** The words in use, as every screen asks for them. */
val words: Words
    @Composable @ReadOnlyComposable get() = LocalWords.current
