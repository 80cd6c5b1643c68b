//! Prekeys: X-Wing pairs that grants are sealed to. Always fresh random, never derived; the private half is erased
//! 30 days of use after the next one. Invariant: the private half is neither cloned, shown nor serialised.

use super::Refused;
use super::ids::PrekeyId;
use super::suite::{HpkeSecret, Label, hash};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// One pair.
#[derive(Debug)]
pub struct Prekey {
    secret: HpkeSecret,
    public: Vec<u8>,
}

impl Prekey {
    /// A fresh one.
    ///
    /// # Errors
    /// As [`HpkeSecret::public`].
    pub fn make(rng: &mut dyn CryptoRng) -> Result<Self, Refused> {
        Self::of(HpkeSecret::make(rng))
    }

    fn of(secret: HpkeSecret) -> Result<Self, Refused> {
        let public = secret.public()?;
        Ok(Self { secret, public })
    }

    /// The public half, 1,216 bytes.
    #[must_use]
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    /// The private half.
    #[must_use]
    pub fn secret(&self) -> &HpkeSecret {
        &self.secret
    }

    /// The id that epoch statements name.
    #[must_use]
    pub fn id(&self) -> PrekeyId {
        derive_prekey_id(&self.public)
    }

    /// For the encrypted store only.
    #[must_use]
    pub fn leak_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(self.secret.leak_bytes().to_vec())
    }

    /// From the encrypted store.
    ///
    /// # Errors
    /// [`Refused::Malformed`] where it is not 32 bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refused> {
        let bytes = bytes.try_into().map_err(|_| Refused::Malformed)?;
        Self::of(HpkeSecret::from_bytes(bytes))
    }
}

/// A prekey's id: the hash of its public half.
#[must_use]
pub fn derive_prekey_id(public: &[u8]) -> PrekeyId {
    PrekeyId(hash(Label::PrekeyId, &[public]))
}
