// Codes out of the grey of a picture, as a camera gives it. Knows no camera.
package org.alongside.check

import com.google.zxing.BarcodeFormat
import com.google.zxing.qrcode.QRCodeWriter
import org.alongside.platform.codeIn
import org.junit.Assert.assertEquals
import org.junit.Assert.assertNull
import org.junit.Test

class CodesTest {
    @Test
    fun `a code is read from a picture`() {
        val side = 300
        val code = QRCodeWriter().encode("alongside:abc", BarcodeFormat.QR_CODE, side, side)
        val grey = ByteArray(side * side) { if (code.get(it % side, it / side)) 20 else 220.toByte() }
        assertEquals("alongside:abc", codeIn(grey, side, side))
    }

    @Test
    fun `a picture without a code is no trouble`() = assertNull(codeIn(ByteArray(300 * 300) { (it % 251).toByte() }, 300, 300))
}
