//! Prekeys: X-Wing pairs that grants are sealed to. Always fresh random, never derived; the private half is erased
//! 30 days of use after the next one. Invariant: the private half is neither cloned, shown nor serialised.

use super::Refused;
use super::ids::PrekeyId;
use super::suite::{HpkeSecret, Label, hash};
use rand_core::CryptoRng;
use std::sync::OnceLock;
use zeroize::Zeroizing;

/// One pair.
pub struct Prekey {
    secret: HpkeSecret,
    /// Worked out when first asked for: a sync opens its ties many times over and seldom needs it.
    public: OnceLock<Vec<u8>>,
}

impl Prekey {
    /// A fresh one.
    ///
    /// # Errors
    /// As [`HpkeSecret::public`].
    pub fn make(rng: &mut dyn CryptoRng) -> Result<Self, Refused> {
        let secret = HpkeSecret::make(rng);
        let public = secret.public()?.into();
        Ok(Self { secret, public })
    }

    /// The public half, 1,216 bytes.
    #[must_use]
    pub fn public(&self) -> &[u8] {
        // Every 32 bytes are a seed; a grant to no key at all would open nowhere.
        self.public
            .get_or_init(|| self.secret.public().unwrap_or_default())
    }

    /// The private half.
    #[must_use]
    pub fn secret(&self) -> &HpkeSecret {
        &self.secret
    }

    /// The id that epoch statements name.
    #[must_use]
    pub fn id(&self) -> PrekeyId {
        derive_prekey_id(self.public())
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
        Ok(Self {
            secret: HpkeSecret::from_bytes(bytes),
            public: OnceLock::new(),
        })
    }
}

impl std::fmt::Debug for Prekey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Prekey(..)")
    }
}

/// A prekey's id: the hash of its public half.
#[must_use]
pub fn derive_prekey_id(public: &[u8]) -> PrekeyId {
    PrekeyId(hash(Label::PrekeyId, &[public]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::golden::rng;

    #[test]
    fn a_prekey_comes_back_from_the_store_and_hides_its_secret() {
        let prekey = Prekey::make(&mut rng(1)).unwrap();
        let kept = Prekey::from_bytes(&prekey.leak_bytes()).unwrap();
        assert_eq!(kept.public(), prekey.public());
        assert_eq!(kept.id(), derive_prekey_id(prekey.public()));
        assert_eq!(Prekey::from_bytes(&[1; 31]).err(), Some(Refused::Malformed));
        assert_ne!(Prekey::make(&mut rng(2)).unwrap().id(), prekey.id());
        let secret = hex::encode(&*prekey.leak_bytes());
        assert!(!format!("{prekey:?}").contains(&secret));
    }
}
