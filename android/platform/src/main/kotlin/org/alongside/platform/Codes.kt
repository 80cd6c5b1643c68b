// Reads a code out of a picture from the camera. It knows the grey of a picture and no camera.
// Invariant: a picture without a code is no error; the next one may have it.
package org.alongside.platform

import com.google.zxing.BarcodeFormat
import com.google.zxing.BinaryBitmap
import com.google.zxing.DecodeHintType
import com.google.zxing.PlanarYUVLuminanceSource
import com.google.zxing.ReaderException
import com.google.zxing.common.HybridBinarizer
import com.google.zxing.qrcode.QRCodeReader

/** The text of the code in the grey half of a camera's picture, rows [width] bytes long; none where there is no code. */
fun codeIn(grey: ByteArray, width: Int, height: Int): String? {
    val picture = BinaryBitmap(HybridBinarizer(PlanarYUVLuminanceSource(grey, width, height, 0, 0, width, height, false)))
    val hints = mapOf(DecodeHintType.TRY_HARDER to true, DecodeHintType.POSSIBLE_FORMATS to listOf(BarcodeFormat.QR_CODE))
    return try {
        QRCodeReader().decode(picture, hints).text
    } catch (_: ReaderException) {
        null
    }
}
