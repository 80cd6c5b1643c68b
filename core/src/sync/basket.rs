//! What the envelopes of one fetch brought, until it is kept: many changes of one document are merged as one batch, and
//! a tie is opened once, so that a month's post costs little more than its last letter. Documents are kept before the
//! numbers that say they are here. Invariant: taken together or one by one, the same envelopes leave the same things
//! here; one letter that does not fit spoils no other.

use super::shelf::{Letter, merge_letters};
use super::take::PIECE;
use crate::companion::deed::generation_bytes;
use crate::companion::mine::{PUT_BACK, SELF};
use crate::companion::ties::{get_more, put_more, put_tie};
use crate::companion::{Companion, Done};
use crate::notebook::{DocName, Generation, WireItem};
use crate::trust::ids::{NotebookId, TieId};
use crate::trust::tie::{Tie, TieKind};
use std::collections::BTreeMap;

/// What is in hand.
#[derive(Default)]
pub(crate) struct Basket {
    /// Ties that were opened, as they are by now.
    pub(super) ties: BTreeMap<TieId, Tie>,
    gathered: bool,
    /// What an envelope said of its tie: whether its slot is to be closed, whether the whole state is owed there.
    pub(super) said: BTreeMap<TieId, (bool, bool)>,
    /// Documents of the notebook for me alone.
    pub(super) own: Vec<WireItem>,
    /// Ours is the notebook that stays where a sibling holds another: it is to get ours whole.
    pub(super) forked: bool,
    /// Letters of notebooks for one person, in the order they came.
    pub(super) letters: BTreeMap<NotebookId, Vec<Letter>>,
    /// Pieces whose envelope is whole.
    pub(super) pieces: Vec<Vec<u8>>,
    /// Items that no known key opened.
    pub(super) strange: u32,
    /// Items that are done with, and their days.
    pub(super) seen: Vec<([u8; 16], u32)>,
}

impl Companion {
    /// Opens a tie if there is one and it is not open yet.
    pub(super) fn open_in(&self, basket: &mut Basket, id: &TieId) {
        if !basket.ties.contains_key(id)
            && let Ok(tie) = self.tie(id)
        {
            basket.ties.insert(*id, tie);
        }
    }

    /// Opens the ties with all people.
    pub(super) fn gather(&self, basket: &mut Basket) -> Done<()> {
        if !basket.gathered {
            for tie in self.people_ties()? {
                basket.ties.entry(tie.id()).or_insert(tie);
            }
            basket.gathered = true;
        }
        Ok(())
    }

    /// The tie with a person that one of these notebooks belongs to.
    pub(super) fn tie_of_notebook<'b>(
        &self,
        notebook: &NotebookId,
        basket: &'b mut Basket,
    ) -> Done<Option<&'b mut Tie>> {
        if *notebook == self.notebook {
            return Ok(None);
        }
        self.gather(basket)?;
        Ok(basket.ties.values_mut().find(|tie| {
            tie.kind() == TieKind::People
                && (tie.my_notebook() == *notebook || tie.their_notebook() == *notebook)
        }))
    }

    /// Keeps everything.
    pub(crate) fn settle(&mut self, mut basket: Basket) -> Done<()> {
        // Changes of my own later self carry numbers that this copy of the notebook may have given to others since: it takes
        // none of them. Once it is a new device, a sibling's whole notebook comes.
        let own = std::mem::take(&mut basket.own);
        if !self.was_put_back(&basket, &own)? {
            basket.forked |= self.take_home_documents(&own)?;
        }
        if basket.forked {
            let home = self.home;
            self.open_in(&mut basket, &home);
            basket.said.entry(home).or_default().1 = true;
        }
        self.settle_letters(&mut basket)?;
        if basket.ties.is_empty() && basket.seen.is_empty() {
            return Ok(());
        }
        let today = self.clock.now().utc_day();
        let mut deed = self.store.begin()?;
        for tie in basket.ties.values() {
            put_tie(&mut deed, tie)?;
        }
        for (id, (reslot, whole)) in &basket.said {
            let mut more = get_more(&deed, id)?;
            more.reslot |= reslot;
            more.whole |= whole;
            more.came = today;
            put_more(&mut deed, id, &more)?;
        }
        for key in &basket.pieces {
            deed.delete(PIECE, key)?;
        }
        for (id, day) in &basket.seen {
            deed.mark_seen(id, *day)?;
        }
        deed.commit()?;
        Ok(())
    }

    /// Whether this phone's past was put back, by what is in hand or came before, and a sibling holds what it forgot.
    pub(super) fn was_put_back(&mut self, basket: &Basket, own: &[WireItem]) -> Done<bool> {
        let mut back = basket.ties.values().any(Tie::was_rolled_back)
            || self.store.get(SELF, PUT_BACK)?.is_some();
        if !back {
            back = self.look(|mine| {
                for document in own {
                    if mine.lacks_own_of(document.name, &document.changes)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            })?;
            if back {
                let mut deed = self.store.begin()?;
                deed.put(SELF, PUT_BACK, &[1])?;
                deed.commit()?;
            }
        }
        Ok(back && self.has_siblings()?)
    }

    /// Merges the letters in hand, so that what comes next finds them in place.
    pub(super) fn settle_letters(&mut self, basket: &mut Basket) -> Done<()> {
        for (notebook, letters) in std::mem::take(&mut basket.letters) {
            self.merge(&notebook, &letters, basket)?;
        }
        Ok(())
    }

    /// Merges letters into one notebook. One that belongs to no tie is nobody's.
    pub(super) fn merge(
        &mut self,
        notebook: &NotebookId,
        letters: &[Letter],
        basket: &mut Basket,
    ) -> Done<()> {
        let Some(tie) = self.tie_of_notebook(notebook, basket)? else {
            return Ok(());
        };
        let beginnings = tie.beginnings(notebook);
        merge_letters(
            &mut self.store,
            notebook,
            letters,
            beginnings,
            &mut self.rng,
        )
    }

    /// Changes of the notebook for me alone, from another device of mine. Whether one was refused since another with its
    /// writer and number is here.
    pub(crate) fn take_home_documents(&mut self, documents: &[WireItem]) -> Done<bool> {
        let mut forked = false;
        if documents.is_empty() {
            return Ok(forked);
        }
        let mut by_name: BTreeMap<DocName, Vec<&[u8]>> = BTreeMap::new();
        for document in documents {
            let of = by_name.entry(document.name).or_default();
            of.push(&document.changes);
        }
        let mut kept = Vec::new();
        self.look(|mine| {
            for (name, changes) in by_name {
                let joined = changes.concat();
                // Where something in there is not ours in form, each is taken for itself.
                let batches = match mine.apply(name, &joined) {
                    Ok(applied) => vec![(joined, applied)],
                    Err(_) if changes.len() == 1 => Vec::new(),
                    Err(_) => {
                        let each = changes.into_iter();
                        each.filter_map(|one| Some((one.to_vec(), mine.apply(name, one).ok()?)))
                            .collect()
                    }
                };
                for (batch, applied) in batches {
                    forked |= applied.cloned;
                    if applied.changed || applied.waiting_for_more {
                        kept.push((name, batch, mine.actor(name)?));
                    }
                }
            }
            Ok(())
        })?;
        let generation = generation_bytes(&Generation::PRIVATE);
        let mut deed = self.store.begin()?;
        for (name, changes, actor) in kept {
            let name = name.to_string();
            deed.append_change(&self.notebook.0, &name, &actor, &generation, &changes)?;
        }
        crate::companion::page::forget_pages(&mut deed)?;
        deed.commit()?;
        Ok(forked)
    }
}

#[cfg(test)]
mod tests {
    use crate::companion::kit::{day, phone};
    use crate::life::{Mark, Rhythm};

    #[test]
    fn one_document_that_does_not_fit_spoils_no_other() {
        let mut phone_of_robin = phone("Robin", 51);
        let walk = phone_of_robin.add_routine("Walk", Rhythm::Daily).unwrap();
        let mut documents = Vec::new();
        for number in 1..4 {
            phone_of_robin.mark_done(walk, day(number)).unwrap();
            let all = phone_of_robin.look(|mine| Ok(mine.items_for_own_devices()?));
            documents.extend(all.unwrap());
            let mut torn = documents.last().unwrap().clone();
            torn.changes.truncate(20);
            documents.push(torn);
        }
        let mut tablet = phone("Robin", 52);
        tablet.take_home_documents(&documents).unwrap();
        tablet.private = None;
        for number in 1..4 {
            let mark = tablet.record(walk, day(number)).unwrap().mark;
            assert_eq!(mark, Some(Mark::Done));
        }
    }
}
