//! The ciphers of the push services: what the coding of Web Push (RFC 8291) is done with, and signed words about who asks (RFC 7515).
//! Knows no phone. The coding is the `ece` crate's, the ciphers are those of `p256`, `aes-gcm`, `hkdf` and `ring`; here they are only joined.
//! Invariant: each push has a key pair of its own, which is forgotten with it.

use std::any::Any;

use aes_gcm::aead::Aead;
use aes_gcm::{Aes128Gcm, KeyInit, Nonce};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ece::{Cryptographer, EcKeyComponents, Error, LocalKeyPair, RemotePublicKey};
use hkdf::Hkdf;
use p256::elliptic_curve::sec1::ToSec1Point;
use p256::{PublicKey, SecretKey};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use rustls::pki_types::{PrivateKeyDer, pem::PemObject};
use serde_json::Value;
use sha2::Sha256;

use crate::store::StoreError;

/// What every phone is sent: that something came, and nothing else.
const NEWS: [u8; 1] = [1];

/// The one body of a push for this phone (RFC 8291); its length is always the same.
#[must_use]
pub fn sealed(key: &[u8; 65], auth: &[u8; 16]) -> Option<Vec<u8>> {
    join();
    ece::encrypt(key, auth, &NEWS).ok()
}

/// Names these ciphers to the coding, once for the whole process.
pub fn join() {
    // Whoever was first set the same.
    let _ = ece::crypto::set_cryptographer(&Joined);
}

/// Whether this is a point of the curve: else nothing could be sealed for it.
#[must_use]
pub fn is_key(key: &[u8; 65]) -> bool {
    PublicKey::from_sec1_bytes(key).is_ok()
}

struct Joined;

struct Local(SecretKey);

struct Remote(PublicKey);

impl RemotePublicKey for Remote {
    fn as_raw(&self) -> ece::Result<Vec<u8>> {
        Ok(self.0.to_sec1_point(false).as_bytes().to_vec())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl LocalKeyPair for Local {
    fn pub_as_raw(&self) -> ece::Result<Vec<u8>> {
        Ok(self.0.public_key().to_sec1_point(false).as_bytes().to_vec())
    }

    fn raw_components(&self) -> ece::Result<EcKeyComponents> {
        Ok(EcKeyComponents::new(
            self.0.to_bytes().to_vec(),
            self.pub_as_raw()?,
        ))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Cryptographer for Joined {
    fn generate_ephemeral_keypair(&self) -> ece::Result<Box<dyn LocalKeyPair>> {
        // Not every 32 bytes are a key of the curve, but all except one in four thousand million are.
        for _ in 0..4 {
            let mut bytes = [0; 32];
            self.random_bytes(&mut bytes)?;
            if let Ok(key) = SecretKey::from_slice(&bytes) {
                return Ok(Box::new(Local(key)));
            }
        }
        Err(Error::CryptoError)
    }

    fn import_key_pair(&self, components: &EcKeyComponents) -> ece::Result<Box<dyn LocalKeyPair>> {
        let key = SecretKey::from_slice(components.private_key());
        Ok(Box::new(Local(key.map_err(|_| Error::CryptoError)?)))
    }

    fn import_public_key(&self, raw: &[u8]) -> ece::Result<Box<dyn RemotePublicKey>> {
        let key = PublicKey::from_sec1_bytes(raw);
        Ok(Box::new(Remote(key.map_err(|_| Error::CryptoError)?)))
    }

    fn compute_ecdh_secret(
        &self,
        remote: &dyn RemotePublicKey,
        local: &dyn LocalKeyPair,
    ) -> ece::Result<Vec<u8>> {
        let remote: Option<&Remote> = remote.as_any().downcast_ref();
        let local: Option<&Local> = local.as_any().downcast_ref();
        let (remote, local) = remote.zip(local).ok_or(Error::CryptoError)?;
        let shared = p256::ecdh::diffie_hellman(local.0.to_nonzero_scalar(), remote.0.as_affine());
        Ok(shared.raw_secret_bytes().to_vec())
    }

    fn hkdf_sha256(
        &self,
        salt: &[u8],
        secret: &[u8],
        info: &[u8],
        len: usize,
    ) -> ece::Result<Vec<u8>> {
        let mut out = vec![0; len];
        Hkdf::<Sha256>::new(Some(salt), secret)
            .expand(info, &mut out)
            .map_err(|_| Error::CryptoError)?;
        Ok(out)
    }

    fn aes_gcm_128_encrypt(&self, key: &[u8], iv: &[u8], data: &[u8]) -> ece::Result<Vec<u8>> {
        let (cipher, nonce) = aes(key, iv)?;
        let sealed = cipher.encrypt(&nonce, data);
        sealed.map_err(|_| Error::CryptoError)
    }

    fn aes_gcm_128_decrypt(&self, key: &[u8], iv: &[u8], sealed: &[u8]) -> ece::Result<Vec<u8>> {
        let (cipher, nonce) = aes(key, iv)?;
        let opened = cipher.decrypt(&nonce, sealed);
        opened.map_err(|_| Error::CryptoError)
    }

    fn random_bytes(&self, to: &mut [u8]) -> ece::Result<()> {
        getrandom::fill(to).map_err(|_| Error::CryptoError)
    }
}

fn aes(
    key: &[u8],
    iv: &[u8],
) -> ece::Result<(Aes128Gcm, Nonce<aes_gcm::aead::array::typenum::U12>)> {
    let cipher = Aes128Gcm::new_from_slice(key).map_err(|_| Error::CryptoError)?;
    let iv: [u8; 12] = iv.try_into().map_err(|_| Error::CryptoError)?;
    Ok((cipher, iv.into()))
}

/// A new key of P-256 for signing, PKCS #8.
///
/// # Errors
/// [`StoreError::NoRandomness`].
pub fn new_key() -> Result<Vec<u8>, StoreError> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    made.map(|key| key.as_ref().to_vec())
        .map_err(|_| StoreError::NoRandomness)
}

/// A key that signs.
pub enum Signer {
    /// ES256.
    P256(Box<EcdsaKeyPair>),
    /// RS256.
    Rsa(Box<RsaKeyPair>),
}

impl Signer {
    /// From PKCS #8: a key of P-256, or of RSA.
    #[must_use]
    pub fn read(pkcs8: &[u8]) -> Option<Self> {
        let random = SystemRandom::new();
        EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random)
            .map(|key| Self::P256(Box::new(key)))
            .or_else(|_| RsaKeyPair::from_pkcs8(pkcs8).map(|key| Self::Rsa(Box::new(key))))
            .ok()
    }

    /// The same from PEM.
    #[must_use]
    pub fn from_pem(pem: &str) -> Option<Self> {
        match PrivateKeyDer::from_pem_slice(pem.as_bytes()).ok()? {
            PrivateKeyDer::Pkcs8(key) => Self::read(key.secret_pkcs8_der()),
            _ => None,
        }
    }

    /// The public key as a push service is told it: of P-256 a point, uncompressed.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        match self {
            Self::P256(key) => key.public_key().as_ref().to_vec(),
            Self::Rsa(key) => key.public_key().as_ref().to_vec(),
        }
    }

    /// These claims as a signed token (RFC 7519); `key_id` where the other side knows the key by one.
    #[must_use]
    pub fn claim(&self, key_id: Option<&str>, claims: &Value) -> Option<String> {
        let algorithm = match self {
            Self::P256(_) => "ES256",
            Self::Rsa(_) => "RS256",
        };
        let mut head = serde_json::json!({"alg": algorithm, "typ": "JWT"});
        if let Some((head, id)) = head.as_object_mut().zip(key_id) {
            head.insert("kid".into(), id.into());
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let said = format!("{}.{}", part(&head), part(claims));
        let random = SystemRandom::new();
        let signature = match self {
            Self::P256(key) => key.sign(&random, said.as_bytes()).ok()?.as_ref().to_vec(),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, said.as_bytes(), &mut signature)
                    .ok()?;
                signature
            }
        };
        Some(format!("{said}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    #[test]
    fn the_ciphers_are_those_of_the_rfc() {
        join();
        // RFC 8291, appendix A: sealed to the byte, and opened.
        ece::crypto::test_cryptographer(Joined);
    }

    #[test]
    fn a_push_opens_with_the_phones_keys_alone_and_is_always_as_long() {
        join();
        let (phone, auth) = ece::generate_keypair_and_auth_secret().unwrap();
        let key: [u8; 65] = phone.pub_as_raw().unwrap().try_into().unwrap();
        assert!(is_key(&key) && !is_key(&[4; 65]));
        let (one, two) = (sealed(&key, &auth).unwrap(), sealed(&key, &auth).unwrap());
        assert_eq!((one.len(), two.len()), (230, 230));
        assert_ne!(one[..86], two[..86], "a key and a salt of its own");
        let own = phone.raw_components().unwrap();
        assert_eq!(ece::decrypt(&own, &auth, &one).unwrap(), NEWS);
        assert!(ece::decrypt(&own, &[0; 16], &one).is_err());
    }

    #[test]
    fn what_is_claimed_is_signed() {
        let signer = Signer::read(&new_key().unwrap()).unwrap();
        let claims = serde_json::json!({"aud": "https://push.example"});
        let token = signer.claim(Some("id"), &claims).unwrap();
        let (said, signature) = token.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, signer.public());
        assert!(key.verify(said.as_bytes(), &signature).is_ok());
        assert!(key.verify(b"something else", &signature).is_err());
        let head = URL_SAFE_NO_PAD
            .decode(said.split_once('.').unwrap().0)
            .unwrap();
        assert_eq!(head, br#"{"alg":"ES256","kid":"id","typ":"JWT"}"#);
    }
}
