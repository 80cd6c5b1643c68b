//! Joins the items of a large envelope, which come in any order, twice, or never. It keeps opened bytes in memory
//! only; the caller acknowledges an item once its envelope was joined and saved, not before.
//! Invariant: one slot holds at most `MOST_SETS` unfinished sets of at most 24 items each.
use super::{CHUNK_COUNTS, Envelope, PLACE, decode_padded};
use crate::trust::Refused;
use std::collections::BTreeMap;
use zeroize::{Zeroize, Zeroizing};

/// Unfinished sets of one slot; the one that waits longest is dropped for a newer one. A tie that sends more at once
/// than this harms nobody but itself: what was dropped is fetched or sent again.
const MOST_SETS: usize = 2;

/// One opened item of a large envelope.
#[derive(PartialEq, Eq)]
pub struct Chunk {
    set: [u8; 16],
    index: u8,
    count: u8,
    bytes: Vec<u8>,
}

/// What has come so far of the large envelopes of one slot. Keep one for each slot, lest one tie crowd out another.
#[derive(Default)]
pub struct Chunks {
    waiting: Vec<Set>,
}

struct Set {
    id: [u8; 16],
    count: u8,
    come: BTreeMap<u8, Vec<u8>>,
}

impl Chunk {
    /// The random id that the items of one envelope share.
    #[must_use]
    pub fn set(&self) -> [u8; 16] {
        self.set
    }

    pub(super) fn decode(rest: &[u8]) -> Result<Self, Refused> {
        let (place, bytes) = rest
            .split_first_chunk::<PLACE>()
            .ok_or(Refused::Malformed)?;
        let [set @ .., index, count] = *place;
        if index >= count || !CHUNK_COUNTS.contains(&usize::from(count)) {
            return Err(Refused::Malformed);
        }
        Ok(Self {
            set,
            index,
            count,
            bytes: bytes.to_vec(),
        })
    }
}

impl std::fmt::Debug for Chunk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Chunk({} of {})", self.index, self.count)
    }
}

impl Drop for Chunk {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}

impl Drop for Set {
    fn drop(&mut self) {
        self.come.values_mut().for_each(Zeroize::zeroize);
    }
}

impl Chunks {
    /// No envelope has begun.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one item; gives the envelope when it was the last one lacking. A repeated item changes nothing.
    ///
    /// # Errors
    /// `Malformed` when two items of one set disagree, or the joined bytes are not an envelope; the set is dropped.
    pub fn join(&mut self, mut chunk: Chunk) -> Result<Option<Envelope>, Refused> {
        let place = self.waiting.iter().position(|set| set.id == chunk.set);
        let mut set = match place {
            Some(place) => self.waiting.remove(place),
            None => Set {
                id: chunk.set,
                count: chunk.count,
                come: BTreeMap::new(),
            },
        };
        if set.count != chunk.count {
            return Err(Refused::Malformed);
        }
        match set.come.get(&chunk.index) {
            Some(known) if *known != chunk.bytes => return Err(Refused::Malformed),
            Some(_) => {}
            None => {
                set.come
                    .insert(chunk.index, std::mem::take(&mut chunk.bytes));
            }
        }
        if set.come.len() == usize::from(set.count) {
            let size = set.come.values().map(Vec::len).sum();
            let mut whole = Zeroizing::new(Vec::with_capacity(size));
            for bytes in set.come.values() {
                whole.extend_from_slice(bytes);
            }
            return decode_padded(&whole).map(Some);
        }
        // Back to its old place, so that a set cannot stay for ever by repeating one item.
        self.waiting
            .insert(place.unwrap_or(self.waiting.len()), set);
        if self.waiting.len() > MOST_SETS {
            self.waiting.remove(0);
        }
        Ok(None)
    }

    /// The ids of the sets that still lack an item, oldest first: their items are not to be acknowledged yet.
    pub fn unfinished(&self) -> impl Iterator<Item = [u8; 16]> + '_ {
        self.waiting.iter().map(|set| set.id)
    }
}
