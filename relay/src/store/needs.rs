//! What a transaction will look at, said before it begins.
//! Knows hashes and ids only.
//! Invariant: needs of several deeds, joined, are what all of them need.

/// A store across a wire asks for all of it at once, and takes its locks in one order; one in the same process needs none of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// The UTC day on which it is done.
    pub day: u32,
    /// Hashes of fetch tokens.
    pub fetches: Vec<[u8; 32]>,
    /// Hashes of slots' tokens.
    pub slots: Vec<[u8; 32]>,
    /// Items that may be kept already: the UTC day they came, and their id.
    pub repeats: Vec<(u32, [u8; 16])>,
    /// Whether an inbox may be made.
    pub makes: bool,
}

impl Needs {
    /// Nothing but the day.
    #[must_use]
    pub fn on(day: u32) -> Self {
        Self {
            day,
            ..Self::default()
        }
    }

    /// The inbox that this fetch hash opens.
    #[must_use]
    pub fn inbox(day: u32, fetch_hash: [u8; 32]) -> Self {
        Self {
            fetches: vec![fetch_hash],
            ..Self::on(day)
        }
    }

    /// The inbox that this slot hash posts to.
    #[must_use]
    pub fn slot(day: u32, slot_hash: [u8; 32]) -> Self {
        Self {
            slots: vec![slot_hash],
            ..Self::on(day)
        }
    }

    /// These, and others.
    pub fn join(&mut self, other: Self) {
        self.day = self.day.max(other.day);
        self.fetches.extend(other.fetches);
        self.slots.extend(other.slots);
        self.repeats.extend(other.repeats);
        self.makes |= other.makes;
    }
}
