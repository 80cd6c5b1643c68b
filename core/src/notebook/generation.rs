//! A life of a person's notebook. When something must go (a share stopped, a text replaced), the
//! notebook begins anew with fresh documents, and readers drop what they had.
//! Invariant: generations are ordered by number, then by the random part, the same everywhere.

use rand_core::CryptoRng;

/// A notebook begins anew some times a month: so far above the number known another may stand, no further.
const STEP: u64 = 1 << 16;

/// Number and random part; the greater one is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation {
    /// Rises with each new beginning; 0 means nothing was ever written.
    pub number: u64,
    /// Tells apart two that two devices began at once.
    pub random: [u8; 16],
}

impl Generation {
    /// The only generation of a private notebook, and of a shared one before its first delivery.
    pub const PRIVATE: Self = Self {
        number: 0,
        random: [0; 16],
    };

    /// So many a phone may have begun and then forgotten, since its past was put back: its next one lies above them all.
    pub const FORGOTTEN: u64 = 1 << 10;

    /// Whether an honest author can have come to this generation from the one known, who began anew by the get-back
    /// sheet so often. A device that lies about it before it is removed would else outrank all that comes after.
    pub fn is_within_reach(&self, known: &Self, beginnings: u32) -> bool {
        self.number <= known.floor(beginnings).saturating_add(STEP)
    }

    /// The number that the next one is counted from: this one's, or where a new beginning by the get-back sheet starts,
    /// above all that a lost phone wrote.
    pub fn floor(&self, beginnings: u32) -> u64 {
        self.number.max(u64::from(beginnings) << 32)
    }

    /// A new beginning with this number.
    pub fn make(number: u64, rng: &mut dyn CryptoRng) -> Self {
        let mut random = [0; 16];
        rng.fill_bytes(&mut random);
        Self { number, random }
    }
}
