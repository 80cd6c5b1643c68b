//! Which numbers of one sender are here. Invariant: however a sender counts, this stays small.

use crate::trust::ids::BodyId;
use std::collections::BTreeSet;

/// Most numbers kept of one sender above a gap.
const BEYOND: usize = 256;

/// How far a sender's numbers were opened here, or how far ours were opened there.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// Everything up to this number is here.
    pub contiguous: u64,
    /// The highest number that is here.
    pub highest: u64,
    /// Those that are here above `contiguous`.
    pub(crate) beyond: BTreeSet<u64>,
    /// The body with the highest number, to notice a cloned device.
    pub(crate) last: Option<BodyId>,
}

impl Numbers {
    /// Whether something between was not opened yet.
    #[must_use]
    pub fn has_gap(&self) -> bool {
        self.highest > self.contiguous
    }

    /// Whether this number was opened before.
    #[must_use]
    pub fn holds(&self, number: u64) -> bool {
        number <= self.contiguous || self.beyond.contains(&number)
    }

    /// Takes a number in. `full` means that this message holds all that the earlier ones held.
    pub fn take(&mut self, number: u64, full: bool) {
        self.highest = self.highest.max(number);
        if full {
            self.contiguous = self.contiguous.max(number);
        } else {
            self.beyond.insert(number);
        }
        while self.beyond.remove(&self.contiguous.saturating_add(1)) {
            self.contiguous += 1;
        }
        let floor = self.contiguous;
        self.beyond.retain(|n| *n > floor);
        // A forgotten number is at worst opened once more, which changes nothing; the gap stays a gap.
        while self.beyond.len() > BEYOND {
            self.beyond.pop_first();
        }
    }
}
