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

/// Merges items into a notebook and keeps what came of it. Returns whether the view may have changed; an item that
/// does not fit is left out and counted by the caller through the error count. `beginnings` is how often the author
/// began anew by the get-back sheet.
pub(crate) fn merge_shared(
    store: &mut Store,
    notebook: &NotebookId,
    items: &[WireItem],
    beginnings: u32,
    rng: &mut dyn CryptoRng,
) -> Done<(bool, u32)> {
    let mut shared = open_shared(store, notebook)?;
    let mut touched: Vec<DocName> = Vec::new();
    let mut replaced = false;
    let mut refused = 0;
    for item in items {
        let known = shared.generation();
        if !item.generation.is_within_reach(&known, beginnings) {
            refused += 1;
            continue;
        }
        match shared.merge(item, rng) {
            Ok(Merged::Replaced { .. }) => {
                replaced = true;
                touched = vec![item.name];
            }
            Ok(Merged::Applied {
                changed,
                waiting_for_more,
                ..
            }) => {
                if (changed || waiting_for_more) && !touched.contains(&item.name) {
                    touched.push(item.name);
                }
            }
            Ok(Merged::Dropped) => {}
            Err(_) => refused += 1,
        }
    }
    if touched.is_empty() && !replaced {
        return Ok((false, refused));
    }
    let generation = shared.generation();
    let mut kept = Vec::new();
    for name in touched {
        let doc = shared
            .document_to_stored(name)
            .ok_or(AlongsideError::StoreDamaged)?;
        kept.push((name.to_string(), doc));
    }
    let mut deed = store.begin()?;
    if replaced {
        deed.drop_documents(&notebook.0)?;
    }
    put_generation(&mut deed, notebook, &generation)?;
    let generation = generation_bytes(&generation);
    for (name, doc) in &kept {
        deed.put_snapshot(
            &notebook.0,
            name,
            &doc.actor,
            &generation,
            doc.snapshot.as_deref().unwrap_or_default(),
        )?;
        if !doc.changes.is_empty() {
            deed.append_changes(&notebook.0, name, &doc.actor, &generation, &doc.changes)?;
        }
    }
    deed.commit()?;
    Ok((true, refused))
}
