// The key of the home's file: made by chance once, kept wrapped, unwrapped only by the phone's keystore.
// It knows no cipher of the core. Invariant: the key is never on disk unwrapped, and a wrap that does not open is never
// replaced by a new key, since that would lose the home.
package org.alongside.platform

import alongside.core.PhoneKeys
import alongside.core.Trouble
import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.KeyProperties
import java.io.File
import java.security.GeneralSecurityException
import java.security.KeyStore
import java.security.SecureRandom
import javax.crypto.Cipher
import javax.crypto.KeyGenerator
import javax.crypto.SecretKey
import javax.crypto.spec.GCMParameterSpec

/** Wraps a key so that only this phone can unwrap it. In front of the keystore, which exists on phones only. */
interface Wrap {
    fun wrap(key: ByteArray): ByteArray

    /** @throws GeneralSecurityException where it was not wrapped here. */
    fun unwrap(wrapped: ByteArray): ByteArray
}

/** The home's key, wrapped, in [file]. */
class WrappedKey(private val file: File, private val wrap: Wrap) : PhoneKeys {
    @Synchronized
    override fun key(): ByteArray = try {
        if (file.exists()) wrap.unwrap(file.readBytes()) else made()
    } catch (_: GeneralSecurityException) {
        throw Trouble.CannotOpen()
    } catch (_: java.io.IOException) {
        throw Trouble.CannotOpen()
    }

    // Written whole under another name first: half a key would lose the home.
    private fun made(): ByteArray {
        val key = ByteArray(32).also { SecureRandom().nextBytes(it) }
        file.parentFile?.mkdirs()
        val next = File(file.path + ".next")
        next.writeBytes(wrap.wrap(key))
        if (!next.renameTo(file)) throw Trouble.CannotOpen()
        return key
    }
}

/** AES-GCM with a key that never leaves the phone's keystore. Not run here: there is no keystore off a phone. */
class KeystoreWrap : Wrap {
    override fun wrap(key: ByteArray): ByteArray {
        val cipher = Cipher.getInstance(GCM).apply { init(Cipher.ENCRYPT_MODE, mine()) }
        return cipher.iv + cipher.doFinal(key)
    }

    override fun unwrap(wrapped: ByteArray): ByteArray {
        if (wrapped.size <= IV) throw GeneralSecurityException("too short")
        val cipher = Cipher.getInstance(GCM)
        cipher.init(Cipher.DECRYPT_MODE, mine(), GCMParameterSpec(128, wrapped, 0, IV))
        return cipher.doFinal(wrapped, IV, wrapped.size - IV)
    }

    private fun mine(): SecretKey {
        val store = KeyStore.getInstance(STORE).apply { load(null) }
        (store.getKey(NAME, null) as? SecretKey)?.let { return it }
        val spec = KeyGenParameterSpec.Builder(NAME, KeyProperties.PURPOSE_ENCRYPT or KeyProperties.PURPOSE_DECRYPT)
            .setBlockModes(KeyProperties.BLOCK_MODE_GCM).setEncryptionPaddings(KeyProperties.ENCRYPTION_PADDING_NONE).setKeySize(256).build()
        return KeyGenerator.getInstance(KeyProperties.KEY_ALGORITHM_AES, STORE).apply { init(spec) }.generateKey()
    }

    private companion object {
        const val STORE = "AndroidKeyStore"
        const val NAME = "alongside.home"
        const val GCM = "AES/GCM/NoPadding"
        const val IV = 12
    }
}
