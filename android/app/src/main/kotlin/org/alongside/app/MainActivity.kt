// The one activity: puts the app on the screen of an Android phone. It knows no page.
// Invariant: private on screen from its first moment; the keyboard is told not to learn; back is always the app's own way.
package org.alongside.app

import android.content.Intent
import android.os.Bundle
import android.view.inputmethod.EditorInfo
import androidx.activity.ComponentActivity
import androidx.activity.OnBackPressedCallback
import androidx.activity.compose.setContent
import androidx.activity.viewModels
import androidx.compose.foundation.background
import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.safeDrawingPadding
import androidx.compose.runtime.Composable
import androidx.compose.ui.ExperimentalComposeUiApi
import androidx.compose.ui.Modifier
import androidx.compose.ui.platform.InterceptPlatformTextInput
import androidx.compose.ui.platform.LocalConfiguration
import androidx.compose.ui.platform.PlatformTextInputMethodRequest
import androidx.compose.ui.text.font.Font
import androidx.compose.ui.text.font.FontFamily
import androidx.compose.ui.text.font.FontWeight
import androidx.lifecycle.ViewModel
import androidx.lifecycle.ViewModelProvider
import org.alongside.platform.AndroidPlatform
import org.alongside.ui.Alongside
import org.alongside.ui.AppModel
import org.alongside.ui.Standing
import org.alongside.ui.theme.Daylight
import org.alongside.ui.theme.Lamplight
import org.alongside.ui.words.Words

class MainActivity : ComponentActivity() {
    private val platform by lazy { AndroidPlatform.of(this) }
    private val app: AppModel by viewModels {
        object : ViewModelProvider.Factory {
            @Suppress("UNCHECKED_CAST")
            override fun <T : ViewModel> create(modelClass: Class<T>): T = AppModel(platform).also { it.start() } as T
        }
    }

    override fun onCreate(savedInstanceState: Bundle?) {
        // Asked for first: it hears of this activity from its very beginning, and keeps its window private.
        val living = platform.living
        super.onCreate(savedInstanceState)
        // The model outlives this activity, and so may what is told to the process.
        val model = app
        living.came = model::inSight
        living.left = model::leftSight
        onBackPressedDispatcher.addCallback(this, object : OnBackPressedCallback(true) {
            override fun handleOnBackPressed() {
                if (app.hidden.value || app.state.value !is Standing.Open || !app.way.back()) moveTaskToBack(true)
            }
        })
        if (savedInstanceState == null) open(intent)
        val letters = FontFamily(
            Font("fonts/AndikaNewBasic-R.ttf", assets, FontWeight.Normal), Font("fonts/AndikaNewBasic-B.ttf", assets, FontWeight.Bold),
        )
        setContent { Screen(letters) }
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        open(intent)
    }

    // A link to a code that someone sent: it goes into the field and no further.
    private fun open(intent: Intent) {
        if (intent.action == Intent.ACTION_VIEW) intent.dataString?.let(app::take)
    }

    @Composable
    private fun Screen(letters: FontFamily) {
        val dark = isSystemInDarkTheme()
        val words = Words.of(LocalConfiguration.current.locales[0])
        Unlearning {
            Box(Modifier.background(if (dark) Lamplight.paper else Daylight.paper).safeDrawingPadding()) { Alongside(app, letters, words, dark) }
        }
    }

    @Deprecated("The newer way asks for a library in the platform module.")
    override fun onActivityResult(requestCode: Int, resultCode: Int, data: Intent?) {
        @Suppress("DEPRECATION")
        super.onActivityResult(requestCode, resultCode, data)
        platform.answered(requestCode, resultCode, data)
    }

    override fun onRequestPermissionsResult(requestCode: Int, permissions: Array<String>, grantResults: IntArray) {
        super.onRequestPermissionsResult(requestCode, permissions, grantResults)
        platform.permitted(requestCode, grantResults)
    }
}

/** Every field in it asks the keyboard not to learn from what is typed. */
@OptIn(ExperimentalComposeUiApi::class)
@Composable
private fun Unlearning(content: @Composable () -> Unit) = InterceptPlatformTextInput(
    { request, next ->
        next.startInputMethod(PlatformTextInputMethodRequest { info ->
            request.createInputConnection(info).also { info.imeOptions = info.imeOptions or EditorInfo.IME_FLAG_NO_PERSONALIZED_LEARNING }
        })
    },
    content,
)
