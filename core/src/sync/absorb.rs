//! A phone whose past was put back, and which has siblings, takes their notebook for its own and brings along what only
//! it holds. Until a sibling's whole notebook comes it shows what it has and sends no document: its old changes carry
//! numbers that the siblings know with other content. Invariant: no mark and no note of either copy is lost.

use crate::companion::deed::{HOME_OUT, NoShelf, StoreShelf, generation_bytes, mark_for_home};
use crate::companion::mine::SELF;
use crate::companion::{Companion, Done};
use crate::notebook::{Generation, Private, WireItem};
use crate::trust::suite::make_32;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// In this phone's own record while it waits for a sibling's whole notebook.
const ABSORB: &[u8] = b"absorb";
/// A notebook that is not there: the empty shelf on which the new one is built.
const NOWHERE: [u8; 32] = [0xff; 32];

impl Companion {
    pub(crate) fn is_to_absorb(&self) -> Done<bool> {
        Ok(self.store.get(SELF, ABSORB)?.is_some())
    }

    /// Begins to wait for a sibling, or stops when there is none any more.
    pub(crate) fn wait_to_absorb(&mut self, wait: bool) -> Done<()> {
        let mut deed = self.store.begin()?;
        if wait {
            deed.put(SELF, ABSORB, &[1])?;
            for (key, _) in deed.list(HOME_OUT)? {
                deed.delete(HOME_OUT, &key)?;
            }
        } else {
            deed.delete(SELF, ABSORB)?;
        }
        deed.commit()?;
        Ok(())
    }

    /// A sibling's whole notebook came: it takes the place of ours, and what only ours held is written on top.
    pub(crate) fn absorb_into(&mut self, documents: &[WireItem]) -> Done<()> {
        // Two notebooks are open at once, and each draws its own actors.
        let mut rng = ChaCha20Rng::from_seed(make_32(&mut self.rng));
        let mut fresh = Private::open(StoreShelf {
            reads: &self.store,
            notebook: NOWHERE,
            rng: &mut self.rng,
        });
        for document in documents {
            let _ = fresh.apply(document.name, &document.changes);
        }
        let mut fresh = fresh.with_shelf(NoShelf);
        let kept = self
            .private
            .take()
            .unwrap_or_else(|| Private::open(NoShelf));
        let mut old = kept.with_shelf(StoreShelf {
            reads: &self.store,
            notebook: self.notebook.0,
            rng: &mut self.rng,
        });
        let mut onto = fresh.with_shelf(StoreShelf {
            reads: &self.store,
            notebook: NOWHERE,
            rng: &mut rng,
        });
        onto.absorb(&mut old)?;
        onto.take_edits();
        let changes = onto.take_changes();
        let mut kept = Vec::new();
        for name in onto.names()? {
            kept.extend(onto.to_stored(name)?.map(|document| (name, document)));
        }
        fresh = onto.with_shelf(NoShelf);
        let generation = generation_bytes(&Generation::PRIVATE);
        let mut deed = self.store.begin()?;
        deed.drop_documents(&self.notebook.0)?;
        for (name, document) in &kept {
            let snapshot = document.snapshot.as_deref().unwrap_or_default();
            let name = name.to_string();
            deed.put_snapshot(
                &self.notebook.0,
                &name,
                &document.actor,
                &generation,
                snapshot,
            )?;
            if !document.changes.is_empty() {
                deed.append_changes(
                    &self.notebook.0,
                    &name,
                    &document.actor,
                    &generation,
                    &document.changes,
                )?;
            }
        }
        for change in &changes {
            mark_for_home(&mut deed, change)?;
        }
        deed.delete(SELF, ABSORB)?;
        deed.delete_page("today")?;
        deed.commit()?;
        self.private = Some(fresh);
        Ok(())
    }
}
