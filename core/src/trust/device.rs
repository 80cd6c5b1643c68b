//! A device: one random seed gives it an Ed25519 key for each tie; the hash of the key is its id there.
//! Two ties of one device share no key and no id. Invariant: the seed is neither cloned, shown nor serialised.

use super::ids::DeviceId;
use super::suite::{self, Label};
use ed25519_dalek::SigningKey;
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// The seed of a device's signing keys. Prekeys never come from it: they are random, so that a seed found later
/// reopens no recorded grant.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct DeviceSecret([u8; 32]);

impl DeviceSecret {
    /// A fresh one: a new device.
    #[must_use]
    pub fn make(rng: &mut dyn CryptoRng) -> Self {
        Self(suite::make_32(rng))
    }

    /// From the encrypted store.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// For the encrypted store only.
    #[must_use]
    pub fn leak_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// This device's key in one tie. `context` is random, local to the device, one for each tie.
    #[must_use]
    pub fn derive_tie_key(&self, context: &[u8; 32]) -> TieKey {
        let seed = Zeroizing::new(suite::derive(Label::TieKey, &self.0, &[context]));
        TieKey(SigningKey::from_bytes(&seed))
    }
}

/// An Ed25519 key (RFC 8032) of one device in one tie. Zeroed on drop by its library.
pub struct TieKey(SigningKey);

impl TieKey {
    /// The public half, 32 bytes.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The device's id in the tie.
    #[must_use]
    pub fn device_id(&self) -> DeviceId {
        derive_device_id(&self.public())
    }

    /// Signs bytes under a label.
    #[must_use]
    pub fn sign(&self, label: Label, bytes: &[u8]) -> [u8; 64] {
        suite::sign(&self.0, label, bytes)
    }
}

/// A device's id: the hash of its public key in the tie.
#[must_use]
pub fn derive_device_id(public: &[u8; 32]) -> DeviceId {
    DeviceId(suite::hash(Label::DeviceId, &[public]))
}

impl std::fmt::Debug for DeviceSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DeviceSecret(..)")
    }
}

impl std::fmt::Debug for TieKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TieKey(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_ties_of_one_device_share_no_key_and_no_id() {
        let device = DeviceSecret::make(&mut crate::trust::golden::rng(1));
        let (one, other) = (
            device.derive_tie_key(&[1; 32]),
            device.derive_tie_key(&[2; 32]),
        );
        assert_ne!(one.public(), other.public());
        assert_ne!(one.device_id(), other.device_id());
        let again = DeviceSecret::from_bytes(*device.leak_bytes()).derive_tie_key(&[1; 32]);
        assert_eq!(one.public(), again.public());
        assert_eq!(format!("{device:?} {one:?}"), "DeviceSecret(..) TieKey(..)");
    }
}
