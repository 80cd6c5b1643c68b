//! Which numbers of one sender are here. Invariant: however a sender counts, this stays small.

use crate::trust::ids::BodyId;
use std::collections::{BTreeMap, BTreeSet};

/// Most numbers kept of one sender above a gap.
const BEYOND: usize = 256;
/// So many of a sender's latest bodies are known by name: as many as it may write before a word of ours reaches it.
const RECENT: usize = 8;

/// How far a sender's numbers were opened here, or how far ours were opened there.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Numbers {
    /// Everything up to this number is here.
    pub contiguous: u64,
    /// The highest number that is here.
    pub highest: u64,
    /// Those that are here above `contiguous`.
    pub(crate) beyond: BTreeSet<u64>,
    /// The bodies of the latest numbers, to notice a device whose past was copied or put back.
    pub(crate) recent: BTreeMap<u64, BodyId>,
    /// Two bodies of one number came, or one that follows another than the one that is here.
    pub(crate) forked: bool,
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

    /// Notes the body of a number and the one before it. True where another body of this number is here.
    pub(crate) fn note(&mut self, number: u64, id: BodyId, previous: BodyId) -> bool {
        let other = self.recent.get(&number).is_some_and(|known| *known != id);
        let before = number.checked_sub(1).and_then(|n| self.recent.get(&n));
        self.forked |= other || before.is_some_and(|known| *known != previous);
        self.recent.entry(number).or_insert(id);
        while self.recent.len() > RECENT {
            self.recent.pop_first();
        }
        other
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
