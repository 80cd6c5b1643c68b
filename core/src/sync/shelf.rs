//! Notebooks for one person, on disk: opening one, keeping one, and what a merge left to write.
//! Invariant: all documents of a stored notebook are of one generation, and that generation is known even when it
//! has no document.

use crate::companion::Done;
use crate::companion::deed::{generation_bytes, generation_from, stored};
use crate::error::AlongsideError;
use crate::notebook::{DocName, Generation, Merged, Shared, WireItem};
use crate::store::{Reads, Store, Txn};
use crate::trust::ids::NotebookId;
use rand_core::CryptoRng;
use std::collections::{BTreeMap, BTreeSet};

/// Namespace of each shared notebook's generation.
pub(crate) const GENERATION: &str = "generation";

/// Opens a notebook.
pub(crate) fn open_shared(reads: &Reads, notebook: &NotebookId) -> Done<Shared> {
    let generation = match reads.get(GENERATION, &notebook.0)? {
        Some(bytes) => generation_from(&bytes)?,
        None => return Ok(Shared::empty()),
    };
    let mut documents = Vec::new();
    for name in reads.names(&notebook.0)? {
        let Some(parsed) = DocName::parse(&name) else {
            continue;
        };
        if let Some(rows) = reads.load_document(&notebook.0, &name)? {
            documents.push((parsed, stored(rows)?));
        }
    }
    Ok(Shared::open(generation, documents)?)
}

/// Notes the generation.
pub(crate) fn put_generation(
    deed: &mut Txn<'_>,
    notebook: &NotebookId,
    generation: &Generation,
) -> Done<()> {
    deed.put(GENERATION, &notebook.0, &generation_bytes(generation))?;
    Ok(())
}

/// What one message brought to a notebook, and the message itself where this device keeps it.
pub(crate) struct Letter {
    /// Documents, in their order.
    pub(crate) documents: Vec<WireItem>,
    /// The sealed bytes of a sibling, for "See what they see" on this device too.
    pub(crate) sealed: Option<SealedLetter>,
}

/// A sealed message of an own device.
pub(crate) struct SealedLetter {
    /// Who sealed it.
    pub(crate) device: [u8; 32],
    /// Its number.
    pub(crate) sequence: u64,
    /// Whether it holds the whole state.
    pub(crate) full: bool,
    /// As the readers get it.
    pub(crate) bytes: Vec<u8>,
}

/// Merges letters into a notebook, in their order, and keeps what came of it. What does not fit is left out.
/// `beginnings` is how often the author began anew by the get-back sheet.
pub(crate) fn merge_letters(
    store: &mut Store,
    notebook: &NotebookId,
    letters: &[Letter],
    beginnings: u32,
    rng: &mut dyn CryptoRng,
) -> Done<()> {
    let mut merging = Merging {
        shared: open_shared(store, notebook)?,
        touched: BTreeSet::new(),
        replaced: false,
        beginnings,
        together: BTreeMap::new(),
    };
    let mut sealed = Vec::new();
    for letter in letters {
        for item in &letter.documents {
            merging.take(item, rng);
        }
        sealed.extend(
            letter
                .sealed
                .iter()
                .map(|one| (merging.shared.generation(), one)),
        );
    }
    merging.merge_together(rng);
    let Merging {
        mut shared,
        touched,
        replaced,
        ..
    } = merging;
    let generation = shared.generation();
    let changed = replaced || !touched.is_empty();
    if !changed && (sealed.is_empty() || generation == Generation::PRIVATE) {
        return Ok(());
    }
    let mut deed = store.begin()?;
    if replaced {
        deed.drop_documents(&notebook.0)?;
    }
    if changed {
        deed.delete_page(crate::companion::page::US)?;
        put_generation(&mut deed, notebook, &generation)?;
    }
    let generation = generation_bytes(&generation);
    for name in touched {
        let doc = shared
            .document_to_stored(name)
            .ok_or(AlongsideError::StoreDamaged)?;
        let (name, snapshot) = (name.to_string(), doc.snapshot.unwrap_or_default());
        deed.put_snapshot(&notebook.0, &name, &doc.actor, &generation, &snapshot)?;
        if !doc.changes.is_empty() {
            deed.append_changes(&notebook.0, &name, &doc.actor, &generation, &doc.changes)?;
        }
    }
    for (generation, letter) in sealed {
        if generation == Generation::PRIVATE {
            continue;
        }
        let generation = generation_bytes(&generation);
        if letter.full {
            deed.sealed_drop_others(&notebook.0, &generation)?;
        }
        deed.sealed_add(
            &notebook.0,
            &generation,
            &letter.device,
            letter.sequence,
            &letter.bytes,
        )?;
    }
    deed.commit()?;
    Ok(())
}

/// A notebook while letters are merged into it.
struct Merging<'l> {
    shared: Shared,
    touched: BTreeSet<DocName>,
    replaced: bool,
    beginnings: u32,
    /// Items of the present generation that are still to be merged, by document: many changes are one batch.
    together: BTreeMap<DocName, Vec<&'l WireItem>>,
}

impl<'l> Merging<'l> {
    fn take(&mut self, item: &'l WireItem, rng: &mut dyn CryptoRng) {
        let known = self.shared.generation();
        if !item.generation.is_within_reach(&known, self.beginnings) {
            return;
        }
        if item.generation == known {
            self.together.entry(item.name).or_default().push(item);
        } else {
            self.merge_together(rng);
            self.merge(item, rng);
        }
    }

    fn merge_together(&mut self, rng: &mut dyn CryptoRng) {
        for (_, items) in std::mem::take(&mut self.together) {
            if let [first, _, ..] = items.as_slice() {
                let changes: Vec<&[u8]> = items.iter().map(|one| &one.changes[..]).collect();
                let joined = WireItem {
                    changes: changes.concat(),
                    ..(*first).clone()
                };
                if self.merge(&joined, rng) {
                    continue;
                }
            }
            for item in items {
                self.merge(item, rng);
            }
        }
    }

    /// False where it does not fit.
    fn merge(&mut self, item: &WireItem, rng: &mut dyn CryptoRng) -> bool {
        match self.shared.merge(item, rng) {
            Ok(Merged::Replaced { .. }) => {
                self.replaced = true;
                self.touched = BTreeSet::from([item.name]);
            }
            Ok(Merged::Applied {
                changed,
                waiting_for_more,
                ..
            }) => {
                if changed || waiting_for_more {
                    self.touched.insert(item.name);
                }
            }
            Ok(Merged::Dropped) => {}
            Err(_) => return false,
        }
        true
    }
}
