//! A card: what one device shows a tie, signed by that device. Its counter only rises and it never names fewer suites
//! than before, so that an old card can't be shown again. Frozen format: docs/formats.md "Card",
//! golden file tests/golden/trust/card.hex.

use super::bytes::{Reader, Writer, check_set};
use super::device::{TieKey, derive_device_id};
use super::ids::{DeviceId, PrekeyId};
use super::prekey::derive_prekey_id;
use super::suite::{self, Label, PUBLIC, SUITE};
use super::{Day, Refused};

/// Most suites a card may name.
const SUITES: u32 = 16;

/// A card as it was received or made; always well signed.
#[derive(Clone, PartialEq, Eq)]
pub struct Card {
    bytes: Vec<u8>,
    device: [u8; 32],
    prekey: Vec<u8>,
    seed: [u8; 32],
    suites: Vec<u8>,
    counter: u64,
    day: Day,
}

impl Card {
    /// Signs a card. `prekey` is the public half (1,216 bytes), `seed` the slot's.
    ///
    /// # Errors
    /// [`Refused::Malformed`] where the prekey has another length.
    pub fn make(
        key: &TieKey,
        prekey: &[u8],
        seed: [u8; 32],
        counter: u64,
        day: Day,
    ) -> Result<Self, Refused> {
        if prekey.len() != PUBLIC {
            return Err(Refused::Malformed);
        }
        let mut w = Writer::new();
        w.u8(SUITE);
        w.fixed(&key.public());
        w.fixed(prekey);
        w.fixed(&seed);
        w.count(1);
        w.u8(SUITE);
        w.u64(counter);
        w.u32(day);
        let mut bytes = w.finish();
        let signature = key.sign(Label::Card, &bytes);
        bytes.extend_from_slice(&signature);
        Self::open(&bytes)
    }

    /// Reads and verifies a card.
    ///
    /// # Errors
    /// [`Refused::Malformed`], [`Refused::UnknownSuite`], [`Refused::BadSignature`].
    pub fn open(bytes: &[u8]) -> Result<Self, Refused> {
        let card = Self::reopen(bytes)?;
        let (signed, signature) = bytes.split_last_chunk().ok_or(Refused::Malformed)?;
        suite::verify(&card.device, Label::Card, signed, signature)?;
        Ok(card)
    }

    /// Reads a card from this phone's own encrypted store: it was verified before it was kept.
    ///
    /// # Errors
    /// As [`Card::open`], but for the signature.
    pub(crate) fn reopen(bytes: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(bytes);
        if r.u8()? != SUITE {
            return Err(Refused::UnknownSuite);
        }
        let device = r.array()?;
        let prekey = r.fixed(PUBLIC)?.to_vec();
        let seed = r.array()?;
        let mut suites = Vec::new();
        for _ in 0..r.count(SUITES)? {
            suites.push(r.u8()?);
        }
        check_set(&suites)?;
        if suites.is_empty() {
            return Err(Refused::Malformed);
        }
        let counter = r.u64()?;
        let day = r.u32()?;
        r.fixed(64)?;
        r.finish()?;
        Ok(Self {
            bytes: bytes.to_vec(),
            device,
            prekey,
            seed,
            suites,
            counter,
            day,
        })
    }

    /// Whether this one may take the place of `before`, of the same device.
    ///
    /// # Errors
    /// [`Refused::Replayed`] where the counter does not rise, [`Refused::Stale`] where a suite is gone,
    /// [`Refused::NotListed`] where it is another device's.
    pub fn succeeds(&self, before: &Self) -> Result<(), Refused> {
        if self.device != before.device {
            return Err(Refused::NotListed);
        }
        if self.counter <= before.counter {
            return Err(Refused::Replayed);
        }
        if before
            .suites
            .iter()
            .all(|suite| self.suites.contains(suite))
        {
            Ok(())
        } else {
            Err(Refused::Stale)
        }
    }

    /// As signed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The device's public key in the tie.
    #[must_use]
    pub fn device_public(&self) -> &[u8; 32] {
        &self.device
    }

    /// The device's id in the tie.
    #[must_use]
    pub fn device_id(&self) -> DeviceId {
        derive_device_id(&self.device)
    }

    /// The public half of the prekey, 1,216 bytes.
    #[must_use]
    pub fn prekey_public(&self) -> &[u8] {
        &self.prekey
    }

    /// The prekey's id.
    #[must_use]
    pub fn prekey_id(&self) -> PrekeyId {
        derive_prekey_id(&self.prekey)
    }

    /// The seed of the slot that this tie writes through.
    #[must_use]
    pub fn slot_seed(&self) -> &[u8; 32] {
        &self.seed
    }

    /// The suites that the device reads, sorted.
    #[must_use]
    pub fn suites(&self) -> &[u8] {
        &self.suites
    }

    /// Whether the device reads what is sealed in a suite: a sender uses the highest that all readers name.
    #[must_use]
    pub fn reads(&self, suite: u8) -> bool {
        self.suites.contains(&suite)
    }

    /// Rises with each card of the device in the tie.
    #[must_use]
    pub fn counter(&self) -> u64 {
        self.counter
    }

    /// The day it was made.
    #[must_use]
    pub fn day(&self) -> Day {
        self.day
    }
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Card")
            .field("device", &self.device_id())
            .field("counter", &self.counter)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
