// One phone shows its code, the other reads the very picture that was drawn, as a camera would.
// Invariant: the code travels as a picture and no other way.
package org.alongside.check

import androidx.compose.ui.graphics.toAwtImage
import androidx.compose.ui.test.captureToImage
import androidx.compose.ui.test.junit4.createComposeRule
import androidx.compose.ui.test.onRoot
import com.google.zxing.BinaryBitmap
import com.google.zxing.DecodeHintType
import com.google.zxing.RGBLuminanceSource
import com.google.zxing.common.HybridBinarizer
import com.google.zxing.qrcode.QRCodeReader
import java.awt.image.BufferedImage
import org.alongside.ui.platform.Camera
import org.junit.Rule
import org.junit.Test

class ScanScreenTest {
    @get:Rule(order = 0) val town = TownOfTwo()
    @get:Rule(order = 1) val rule = createComposeRule()

    /** Reads what stands in front of it, as the phone does. */
    private class Lens : Camera {
        var inFront: BufferedImage? = null
        override val there = true

        override fun scan(then: (String?) -> Unit) {
            val seen = checkNotNull(inFront)
            val pixels = IntArray(seen.width * seen.height)
            seen.getRGB(0, 0, seen.width, seen.height, pixels, 0, seen.width)
            then(QRCodeReader().decode(BinaryBitmap(HybridBinarizer(RGBLuminanceSource(seen.width, seen.height, pixels))), HARDER).text)
        }
    }

    @Test
    fun `a code is read from the other phone's screen`() {
        val ear = Listener(rule)
        val lens = Lens()
        val robin = town.app("robin")
        begin(ear, robin)
        ear.touch("People")
        ear.touch("Invite someone")
        ear.type("What do you call them?", "Pat")
        ear.touch("Make a code")
        ear.isAt("You and Pat")
        ear.hears("Your code as a picture")
        lens.inFront = rule.onRoot().captureToImage().toAwtImage()

        val pat = town.app("pat", lens)
        begin(ear, pat)
        ear.touch("People")
        ear.touch("I have a code")
        ear.touch("Read it with the camera")
        ear.await("the code") { ear.fieldText("The code. You can paste it or type the 24 words.").isNotEmpty() }
        ear.touch("Look who asks")
        ear.isAt("You and A friend")
        ear.hears("A friend asks to be in touch with you.")
        ear.touch("Not now")
        ear.hears("Nobody was told.")
    }

    private fun begin(ear: Listener, app: org.alongside.ui.AppModel) {
        ear.takeUp(app)
        ear.isAt("Your planner")
        ear.touch("Start")
        ear.isAt("A new routine")
        ear.touch("Back")
        ear.touch("Settings")
        ear.touch("Post box, No post box yet.")
        ear.type("Its address", town.relay.url)
        ear.touch("Use this post box")
        ear.isAt("Settings")
    }

    private companion object {
        val HARDER = mapOf(DecodeHintType.TRY_HARDER to true)
    }
}
