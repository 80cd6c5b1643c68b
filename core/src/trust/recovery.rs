//! The root on the get-back sheet and what comes from it: 1,024 numbered keys that sign a new beginning of a device
//! list, one for each tie, and the key pair that opens backups. Invariant: the phone keeps public halves only once the
//! sheet was checked; one tie's key says nothing of another's.
//! Frozen derivations: docs/formats.md "Recovery"; golden file tests/golden/trust/recovery.hex.
use super::Refused;
use super::bytes::{Reader, Writer};
use super::suite::{self, HpkeSecret, Label};
use super::words;
use ed25519_dalek::SigningKey;
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// How many recovery keys a root gives: one for each tie there will ever be.
pub const RECOVERY_KEYS: u16 = 1_024;

/// 128 random bits, written down as 12 words: the get-back sheet.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Root([u8; 16]);

/// 256 random bits that are split among chosen people, never the root itself: its keys ask for a wait at every
/// supporter's phone, the root's do not.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct HelperSecret([u8; 32]);

/// One of the numbered Ed25519 keys (RFC 8032) of a root or of a helper secret.
pub struct RecoveryKey(SigningKey);

/// What the phone keeps of a root: what others may know.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryPublics {
    /// Public halves of the numbered keys, by number.
    pub keys: Vec<[u8; 32]>,
    /// X-Wing public key to which backups are sealed, 1,216 bytes.
    pub backup: Vec<u8>,
}

impl Root {
    /// A fresh one, at the first start.
    #[must_use]
    pub fn make(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// Takes bytes from the keystore, where they are until the sheet was checked.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves, for the keystore and nothing else.
    #[must_use]
    pub fn leak_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// The 12 words of the sheet.
    ///
    /// # Errors
    /// None in practice: 16 bytes always are 12 words.
    pub fn phrase(&self) -> Result<Zeroizing<String>, Refused> {
        words::phrase_of(&self.0)
    }

    /// Reads the 12 words of a sheet.
    ///
    /// # Errors
    /// `Malformed` when they are not such words.
    pub fn from_phrase(typed: &str) -> Result<Self, Refused> {
        Ok(Self(*words::bytes_of_phrase::<16>(typed)?))
    }

    /// Whether the words that the person read back from the sheet are the right ones. Only then is the root forgotten.
    ///
    /// # Errors
    /// `Malformed` when they are no such words, `WordsDiffer` when they are those of another sheet.
    pub fn check_sheet(&self, typed: &str) -> Result<(), Refused> {
        let read = words::bytes_of_phrase::<16>(typed)?;
        if bool::from(read.as_slice().ct_eq(&self.0)) {
            Ok(())
        } else {
            Err(Refused::WordsDiffer)
        }
    }

    /// The recovery key number `n`, for one tie.
    ///
    /// # Errors
    /// `TooLarge` from 1,024 on.
    pub fn derive_recovery_key(&self, n: u16) -> Result<RecoveryKey, Refused> {
        numbered(Label::RecoveryKey, &self.0, n)
    }

    /// The X-Wing key pair that opens what was sealed for the sheet.
    #[must_use]
    pub fn derive_backup_key(&self) -> HpkeSecret {
        HpkeSecret::from_bytes(suite::derive(Label::BackupKey, &self.0, &[]))
    }

    /// All that the phone keeps when it forgets the root.
    ///
    /// # Errors
    /// None in practice.
    pub fn derive_publics(&self) -> Result<RecoveryPublics, Refused> {
        let keys = (0..RECOVERY_KEYS)
            .map(|n| self.derive_recovery_key(n).map(|key| key.public()))
            .collect::<Result<_, _>>()?;
        Ok(RecoveryPublics {
            keys,
            backup: self.derive_backup_key().public()?,
        })
    }
}

impl RecoveryPublics {
    /// What is kept in the store.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(suite::SUITE);
        w.count(self.keys.len());
        for key in &self.keys {
            w.fixed(key);
        }
        w.bytes(&self.backup);
        w.finish()
    }

    /// Takes up what was kept.
    ///
    /// # Errors
    /// `Malformed`, `TooLarge` or `UnknownSuite` when it is none.
    pub fn decode(kept: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(kept);
        if r.u8()? != suite::SUITE {
            return Err(Refused::UnknownSuite);
        }
        let mut keys = Vec::new();
        for _ in 0..r.count(u32::from(RECOVERY_KEYS))? {
            keys.push(r.array()?);
        }
        let backup = r.bytes(suite::PUBLIC)?.to_vec();
        r.finish()?;
        Ok(Self { keys, backup })
    }
}

impl HelperSecret {
    /// A fresh one, made anew when one of the chosen people changes.
    #[must_use]
    pub fn make(rng: &mut dyn CryptoRng) -> Self {
        Self(suite::make_32(rng))
    }

    /// Takes bytes that were kept, or joined from the people's parts.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves, to be split.
    #[must_use]
    pub fn leak_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The helper key number `n`, for one tie.
    ///
    /// # Errors
    /// `TooLarge` from 1,024 on.
    pub fn derive_helper_key(&self, n: u16) -> Result<RecoveryKey, Refused> {
        numbered(Label::HelperKey, &self.0, n)
    }

    /// The X-Wing key pair that opens what was sealed for helpers.
    #[must_use]
    pub fn derive_backup_key(&self) -> HpkeSecret {
        HpkeSecret::from_bytes(suite::derive(Label::HelperBackupKey, &self.0, &[]))
    }
}

impl RecoveryKey {
    /// Its public half, as it stands in a first list.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs under a label, as every signature is made.
    #[must_use]
    pub fn sign(&self, label: Label, bytes: &[u8]) -> [u8; 64] {
        suite::sign(&self.0, label, bytes)
    }
}

fn numbered(label: Label, secret: &[u8], n: u16) -> Result<RecoveryKey, Refused> {
    if n >= RECOVERY_KEYS {
        return Err(Refused::TooLarge);
    }
    let seed = Zeroizing::new(suite::derive(label, secret, &[&n.to_be_bytes()]));
    Ok(RecoveryKey(SigningKey::from_bytes(&seed)))
}

macro_rules! hides {
    ($($name:ident)+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}
hides!(Root HelperSecret RecoveryKey RecoveryPublics);

#[cfg(test)]
mod tests;
