//! A phone whose past was put back, and which has siblings, takes their notebook for its own and brings along what only
//! it holds. Until a sibling's whole notebook comes it shows what it has and sends no document: its old changes carry
//! numbers that the siblings know with other content. Invariant: no mark and no note of either copy is lost.

use super::basket::Basket;
use crate::companion::deed::{HOME_OUT, NoShelf, StoreShelf, generation_bytes, mark_for_home};
use crate::companion::mine::SELF;
use crate::companion::{Companion, Done};
use crate::notebook::{Generation, Private, WireItem};
use crate::trust::suite::make_32;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

/// In this phone's own record while it waits for a sibling's whole notebook.
const ABSORB: &[u8] = b"absorb";
/// Namespace of documents that came meanwhile, by a number of its own: the whole notebook may be older than they are.
const HELD: &str = "held";
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
            // They build on a notebook that nobody holds any more.
            for (key, _) in deed.list(HELD)? {
                deed.delete(HELD, &key)?;
            }
        }
        deed.commit()?;
        Ok(())
    }

    /// Whether a sibling's whole notebook takes the place of ours. A phone whose past was put back may have given what it
    /// wrote since to one sibling, and another holds what it forgot: two notebooks, of which one has to give way.
    pub(super) fn gives_way(&mut self, whole: &[WireItem], basket: &mut Basket) -> Done<bool> {
        if self.was_put_back(basket, whole)? {
            return Ok(false);
        }
        let gives_way = self.look(|mine| Ok(mine.gives_way_to(whole)?))?;
        if gives_way == Some(false) {
            basket.forked = true;
        }
        Ok(gives_way == Some(true))
    }

    /// Keeps documents that build on the notebook that is still to come.
    pub(crate) fn hold_until_absorbed(&mut self, documents: &[WireItem]) -> Done<()> {
        let mut deed = self.store.begin()?;
        let held = deed.list(HELD)?.len();
        for (at, document) in documents.iter().enumerate() {
            let key = u32::try_from(held + at).unwrap_or(u32::MAX).to_be_bytes();
            deed.put(
                HELD,
                &key,
                &[&[document.kind()], &document.encode()[..]].concat(),
            )?;
        }
        deed.commit()?;
        Ok(())
    }

    /// A sibling's whole notebook came: it takes the place of ours, and what only ours held is written on top.
    pub(crate) fn absorb_into(&mut self, mut documents: Vec<WireItem>) -> Done<()> {
        let held = self.store.list(HELD)?;
        documents.extend(held.iter().filter_map(|(_, value)| {
            let (kind, bytes) = value.split_first()?;
            WireItem::decode(*kind, bytes).ok()
        }));
        // Two notebooks are open at once, and each draws its own actors.
        let mut rng = ChaCha20Rng::from_seed(make_32(&mut self.rng));
        let mut fresh = Private::open(StoreShelf {
            reads: &self.store,
            notebook: NOWHERE,
            rng: &mut self.rng,
        });
        for document in &documents {
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
        for (key, _) in &held {
            deed.delete(HELD, key)?;
        }
        deed.delete(SELF, ABSORB)?;
        crate::companion::page::forget_pages(&mut deed)?;
        deed.commit()?;
        self.private = Some(fresh);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::companion::kit::{day, phone};
    use crate::companion::mine::PUT_BACK;
    use crate::life::{Mark, Rhythm};

    fn whole(phone: &mut Companion) -> Vec<WireItem> {
        let all = phone.look(|mine| Ok(mine.items_for_own_devices()?));
        all.unwrap()
    }

    #[test]
    fn what_builds_on_a_notebook_is_not_lost_when_it_comes_before_it() {
        let mut sibling = phone("Robin", 61);
        let walk = sibling.add_routine("Walk", Rhythm::Daily).unwrap();
        sibling.mark_done(walk, day(1)).unwrap();
        let older = whole(&mut sibling);
        let heads = sibling.look(|mine| Ok(mine.heads()?)).unwrap();
        sibling.mark_done(walk, day(2)).unwrap();
        let newer = sibling.look(|mine| {
            let mut newer = Vec::new();
            for (name, heads) in &heads {
                newer.push(WireItem {
                    generation: Generation::PRIVATE,
                    name: *name,
                    snapshot: false,
                    changes: mine.own_changes_since(*name, heads)?,
                });
            }
            Ok(newer)
        });
        let mut back = phone("Robin", 62);
        let swim = back.add_routine("Swim", Rhythm::Daily).unwrap();
        back.mark_done(swim, day(3)).unwrap();
        back.wait_to_absorb(true).unwrap();
        back.hold_until_absorbed(&newer.unwrap()).unwrap();
        back.absorb_into(older).unwrap();
        back.private = None;
        for (routine, number) in [(walk, 1), (walk, 2), (swim, 3)] {
            let mark = back.record(routine, day(number)).unwrap().mark;
            assert_eq!(mark, Some(Mark::Done), "on day {number}");
        }
        assert!(back.store.list(HELD).unwrap().is_empty());
    }

    #[test]
    fn changes_of_its_own_that_it_has_not_show_that_it_was_put_back() {
        // The same randomness: the second is what the first was before its last deed.
        let (mut later, mut back) = (phone("Robin", 63), phone("Robin", 63));
        for phone in [&mut later, &mut back] {
            let walk = phone.add_routine("Walk", Rhythm::Daily).unwrap();
            phone.mark_done(walk, day(1)).unwrap();
        }
        let same = whole(&mut later);
        let with = |own| {
            let mut basket = Basket::default();
            basket.own = own;
            basket
        };
        back.settle(with(same)).unwrap();
        assert!(back.store.get(SELF, PUT_BACK).unwrap().is_none());
        later.add_routine("Swim", Rhythm::Daily).unwrap();
        let all = whole(&mut later);
        back.settle(with(all)).unwrap();
        assert!(back.store.get(SELF, PUT_BACK).unwrap().is_some());
    }

    #[test]
    fn of_two_notebooks_with_one_number_exactly_one_gives_way() {
        let (mut one, mut other) = (phone("Robin", 64), phone("Robin", 64));
        one.add_routine("Walk", Rhythm::Daily).unwrap();
        other.add_routine("Swim", Rhythm::Daily).unwrap();
        let (of_one, of_other) = (whole(&mut one), whole(&mut other));
        let first = one.look(|mine| Ok(mine.gives_way_to(&of_other)?)).unwrap();
        let second = other.look(|mine| Ok(mine.gives_way_to(&of_one)?)).unwrap();
        assert_eq!(first.map(|gives_way| !gives_way), second);
        assert!(first.is_some());
        let same = one.look(|mine| Ok(mine.gives_way_to(&of_one)?)).unwrap();
        assert_eq!(same, None);
    }
}
