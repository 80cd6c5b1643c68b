//! One notebook for one person: what of my life this person may see, as documents of its own.
//! The same type on the author's devices and on the reader's, so that "see what Sam sees" reads
//! the very documents that Sam reads. Knows no private notebook: a [`Projection`] comes in.
//! Invariant: only what a projection holds at a delivery is ever written here; what must go
//! makes the notebook begin anew, and no byte of the new generation knows the old one.

use std::collections::BTreeMap;

use rand_core::CryptoRng;

use super::Refused;
use super::document::{Document, StoredDocument, Value};
use super::generation::Generation;
use super::name::DocName;
use super::projection::Projection;
use super::wire::WireItem;

/// The most documents a reader keeps of one notebook: 4 years of months, and words.
const MAX_DOCUMENTS: usize = 64;
/// The most keys that a reader takes from one document.
pub(super) const MAX_KEYS: usize = 20_000;

/// New changes of one document, to append to disk and to send as item kind 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocChange {
    /// Which document.
    pub name: DocName,
    /// This device's actor there, to be kept with the document.
    pub actor: [u8; 16],
    /// The newest changes before them.
    pub since: Vec<[u8; 32]>,
    /// Concatenated changes.
    pub bytes: Vec<u8>,
}

/// A fresh document from its beginning, to store and to send as item kind 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocSnapshot {
    /// Which document.
    pub name: DocName,
    /// This device's actor there, to be kept with the document.
    pub actor: [u8; 16],
    /// Concatenated changes.
    pub bytes: Vec<u8>,
}

/// What became of an item that was merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merged {
    /// It belongs to what is shown.
    Applied {
        /// Something new is here: append the item's changes to the stored document.
        changed: bool,
        /// Earlier changes have not come yet.
        waiting_for_more: bool,
        /// How many changes did not fit and were left out.
        refused: u32,
    },
    /// It began a higher generation: everything stored of this notebook goes, this item is the
    /// first of the new one.
    Replaced {
        /// Earlier changes have not come yet.
        waiting_for_more: bool,
        /// How many changes did not fit and were left out.
        refused: u32,
    },
    /// It belongs to a generation that is over.
    Dropped,
}

/// What one author shows one person.
#[derive(Debug, Default)]
pub struct Shared {
    generation: Generation,
    docs: BTreeMap<DocName, Document>,
}

impl Shared {
    /// A notebook of which nothing was written or heard yet.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Opens what the store kept.
    ///
    /// # Errors
    /// [`Refused::Damaged`] if a document does not open.
    pub fn open(
        generation: Generation,
        stored: impl IntoIterator<Item = (DocName, StoredDocument)>,
    ) -> Result<Self, Refused> {
        let mut docs = BTreeMap::new();
        for (name, stored) in stored {
            docs.insert(name, Document::load(&stored)?);
        }
        Ok(Self { generation, docs })
    }

    /// Begins a new life of the notebook: fresh documents, with actors of their own, that hold the
    /// projection and nothing else. `number` is one above [`Shared::generation`]'s.
    pub fn start_generation(
        number: u64,
        projection: &Projection,
        rng: &mut dyn CryptoRng,
    ) -> (Self, Vec<DocSnapshot>) {
        let mut shared = Self {
            generation: Generation::make(number, rng),
            docs: BTreeMap::new(),
        };
        let snapshots = shared
            .refresh(projection, rng)
            .into_iter()
            .map(|change| DocSnapshot {
                name: change.name,
                actor: change.actor,
                bytes: change.bytes,
            })
            .collect();
        (shared, snapshots)
    }

    /// Which life of the notebook this is.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// The names of its documents.
    pub fn names(&self) -> impl Iterator<Item = DocName> + '_ {
        self.docs.keys().copied()
    }

    /// Whether nothing was ever written or heard here.
    pub fn is_empty(&self) -> bool {
        self.docs.is_empty()
    }

    /// Whether something here waits for changes that have not come.
    pub fn is_waiting(&self) -> bool {
        self.docs.values().any(Document::is_waiting)
    }

    /// Whether a delivery of `projection` needs [`Shared::start_generation`]: a thing that is here
    /// is shown no more, or a text that is here was replaced or taken back. What a projection
    /// merely does not mention stays: another device of mine may know more than this one.
    pub fn must_start_anew(&self, projection: &Projection) -> bool {
        if self.generation == Generation::PRIVATE {
            return true;
        }
        self.docs.iter().any(|(name, doc)| {
            doc.entries("").iter().any(|(key, here)| {
                let stays = projection.lets_stay(*name, key);
                let wanted = projection.values.get(&(*name, key.clone()));
                !stays || wanted.is_some_and(|wanted| replaces_text(here, wanted))
            })
        })
    }

    /// Writes what differs from the projection, and only that; nothing when nothing differs.
    /// Call [`Shared::must_start_anew`] first: this never takes anything away.
    pub fn refresh(&mut self, projection: &Projection, rng: &mut dyn CryptoRng) -> Vec<DocChange> {
        for ((name, key), wanted) in &projection.values {
            // What is empty and was never here is not worth a byte.
            let known = self.docs.get(name);
            let here = known.map(|doc| doc.get_all(key)).unwrap_or_default();
            if here.as_slice() == [wanted.clone()] || (here.is_empty() && wanted.is_empty()) {
                continue;
            }
            let doc = self.docs.entry(*name);
            doc.or_insert_with(|| Document::make(rng)).put(key, wanted);
        }
        let mut changes = Vec::new();
        for (name, doc) in &mut self.docs {
            let since = doc.taken_heads();
            let bytes = doc.take_changes();
            if !bytes.is_empty() {
                changes.push(DocChange {
                    name: *name,
                    actor: doc.actor(),
                    since,
                    bytes,
                });
            }
        }
        changes
    }

    /// Takes in an item of the author's: on a reader's device, or on another device of the
    /// author's. A higher generation replaces everything, a lower one is dropped; of two with
    /// the same number the one with the greater random part counts as higher.
    ///
    /// # Errors
    /// [`Refused`] if the changes are not ours in form, or there are too many documents: nothing
    /// is changed.
    pub fn merge(&mut self, item: &WireItem, rng: &mut dyn CryptoRng) -> Result<Merged, Refused> {
        if item.generation < self.generation {
            return Ok(Merged::Dropped);
        }
        if item.generation > self.generation {
            let mut fresh = Document::make(rng);
            let applied = fresh.apply(&item.changes)?;
            self.generation = item.generation;
            self.docs = BTreeMap::from([(item.name, fresh)]);
            return Ok(Merged::Replaced {
                waiting_for_more: applied.waiting_for_more,
                refused: applied.refused,
            });
        }
        let applied = if let Some(doc) = self.docs.get_mut(&item.name) {
            doc.apply(&item.changes)?
        } else if self.docs.len() < MAX_DOCUMENTS {
            let mut fresh = Document::make(rng);
            let applied = fresh.apply(&item.changes)?;
            self.docs.insert(item.name, fresh);
            applied
        } else {
            return Err(Refused::TooLarge);
        };
        Ok(Merged::Applied {
            changed: applied.changed,
            waiting_for_more: applied.waiting_for_more,
            refused: applied.refused,
        })
    }

    /// The documents as the store should keep them: compact.
    pub fn to_stored(&mut self) -> Vec<(DocName, StoredDocument)> {
        let docs = self.docs.iter_mut();
        docs.map(|(name, doc)| (*name, doc.to_stored())).collect()
    }

    /// One document as the store should keep it: compact.
    pub fn document_to_stored(&mut self, name: DocName) -> Option<StoredDocument> {
        self.docs.get_mut(&name).map(Document::to_stored)
    }

    /// All changes of this generation, as items of kind 2, for another device of the author's.
    /// A reader's gap is mended by a new generation instead: these bytes know older values.
    pub fn items_for_own_devices(&mut self) -> Vec<WireItem> {
        let generation = self.generation;
        let docs = self.docs.iter_mut();
        docs.map(|(name, doc)| WireItem {
            generation,
            name: *name,
            snapshot: true,
            changes: doc.all_changes(),
        })
        .collect()
    }

    /// The winning value of a key.
    pub(super) fn value(&self, name: DocName, key: &str) -> Option<Value> {
        self.docs.get(&name)?.get(key)
    }

    /// All keys of a document that begin with `prefix`, with their concurrent values.
    pub(super) fn entries(&self, name: DocName, prefix: &str) -> Vec<(String, Vec<Value>)> {
        let doc = self.docs.get(&name);
        let mut all = doc.map(|doc| doc.entries(prefix)).unwrap_or_default();
        all.truncate(MAX_KEYS);
        all
    }

    /// Every byte string that this notebook's documents consist of, unsqueezed, for searches.
    #[cfg(test)]
    pub(super) fn every_byte(&mut self) -> Vec<Vec<u8>> {
        let docs = self.docs.values_mut();
        docs.flat_map(|doc| [doc.save_plain(), doc.all_changes()])
            .collect()
    }
}

/// Whether a text that a reader has would be replaced: it would live on in the history.
fn replaces_text(here: &[Value], wanted: &Value) -> bool {
    here.iter()
        .any(|value| value.as_text().is_some_and(|text| !text.is_empty()) && value != wanted)
}
