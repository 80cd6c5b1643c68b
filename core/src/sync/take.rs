//! What comes in: one envelope at a time, opened, believed by the tie it came through, and taken into the notebooks.
//! Documents are kept before the numbers that say they are here, so that a phone that dies between the two takes the
//! envelope once more, which changes nothing. Invariant: one bad part stops nothing (P9).
//! Long because one envelope is followed from its bytes to the notebooks in one place.

use super::items::Said;
use super::shelf::merge_shared;
use crate::companion::deed::generation_bytes;
use crate::companion::mine::{SELF as SELF_RECORD, close_slot, is_sound, slots, take_slot};
use crate::companion::ties::{get_more, put_more, put_tie};
use crate::companion::{Companion, Done};
use crate::error::AlongsideError;
use crate::notebook::{Generation, WireItem};
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};
use crate::trust::envelope::{Chunk, Chunks, Envelope, Opened, open_item};
use crate::trust::ids::{NotebookId, TieId};
use crate::trust::inbox::week_of;
use crate::trust::tie::{Came, Tie, TieKind, TieStart};
use std::collections::BTreeMap;

/// Namespace of pieces that wait for the rest of their envelope.
const PIECE: &str = "piece";
/// Most pieces kept of one tie: two of the largest envelopes.
const PIECES: usize = 48;
/// Namespace of cards for ties that this device wants to be signed into.
pub(crate) const ASK: &str = "ask";

/// What an item of an inbox turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It was opened (or a piece of one was kept).
    Opened,
    /// It was here before.
    Before,
    /// No key of this device opens it.
    Aside,
}

impl Companion {
    /// Takes one item of the inbox of a week.
    pub(crate) fn take_item(
        &mut self,
        week: u32,
        id: &[u8; 16],
        day: u32,
        bytes: &[u8],
    ) -> Done<Taken> {
        if self.store.was_seen(id)? {
            return Ok(Taken::Before);
        }
        for slot in slots(&self.store)? {
            let key = self
                .slot_seed(slot.number, slot.turn)?
                .derive_slot_key(week);
            match open_item(&key, bytes) {
                // An invite that was given up.
                Ok(_) if slot.tie == TieId([0; 32]) && slot.closed.is_some() => {}
                Ok(_) if slot.tie == TieId([0; 32]) => {
                    // They said yes first: it waits here until this phone's person does.
                    let mut key = vec![slot.number];
                    key.extend_from_slice(id);
                    let mut w = Writer::new();
                    w.u32(week);
                    w.u32(day);
                    w.fixed(id);
                    w.bytes(bytes);
                    let mut deed = self.store.begin()?;
                    deed.put(super::meet::EARLY, &key, &w.finish())?;
                    deed.commit()?;
                    return Ok(Taken::Before);
                }
                Ok(Opened::Whole(envelope)) => {
                    self.take_envelope(&slot.tie, &envelope)?;
                    self.seen(id, day)?;
                    return Ok(Taken::Opened);
                }
                Ok(Opened::Chunk(chunk)) => {
                    self.take_piece(&slot.tie, bytes, &chunk)?;
                    self.seen(id, day)?;
                    return Ok(Taken::Opened);
                }
                Err(_) => {}
            }
        }
        let mut deed = self.store.begin()?;
        deed.set_aside(id, day, bytes)?;
        deed.mark_seen(id, day)?;
        deed.commit()?;
        Ok(Taken::Aside)
    }

    fn seen(&mut self, id: &[u8; 16], day: u32) -> Done<()> {
        let mut deed = self.store.begin()?;
        deed.mark_seen(id, day)?;
        deed.commit()?;
        Ok(())
    }

    /// Keeps a piece; when all are there the envelope is taken and the pieces go.
    fn take_piece(&mut self, tie: &TieId, bytes: &[u8], chunk: &Chunk) -> Done<()> {
        let set = chunk.set();
        let mut name = tie.0.to_vec();
        name.extend_from_slice(&set);
        let before = self.store.list_under(PIECE, &name)?;
        let mut key = name.clone();
        key.push(u8::try_from(before.len()).unwrap_or(u8::MAX));
        let others = self.store.list_under(PIECE, &tie.0)?;
        let mut deed = self.store.begin()?;
        if others.len() >= PIECES {
            // Envelopes that never became whole: what they brought comes again in the next whole state.
            for (old, _) in others.iter().filter(|(old, _)| !old.starts_with(&name)) {
                deed.delete(PIECE, old)?;
            }
        }
        deed.put(PIECE, &key, bytes)?;
        deed.commit()?;
        let mut chunks = Chunks::new();
        let mut whole = None;
        for (_, piece) in self.store.list_under(PIECE, &name)? {
            if let Some(opened) = self.reopen(tie, &piece)? {
                whole = chunks.join(opened).unwrap_or(None).or(whole);
            }
        }
        if let Some(envelope) = whole {
            self.take_envelope(tie, &envelope)?;
            let mut deed = self.store.begin()?;
            for (key, _) in deed.list_under(PIECE, &name)? {
                deed.delete(PIECE, &key)?;
            }
            deed.commit()?;
        }
        Ok(())
    }

    /// A kept piece is as it came, sealed with the key of its slot in one of the last weeks.
    fn reopen(&self, tie: &TieId, piece: &[u8]) -> Done<Option<Chunk>> {
        let now = week_of(self.clock.now().utc_day());
        for slot in slots(&self.store)?.iter().filter(|slot| slot.tie == *tie) {
            let seed = self.slot_seed(slot.number, slot.turn)?;
            for week in (now.saturating_sub(14)..=now + 2).rev() {
                if let Ok(Opened::Chunk(chunk)) = open_item(&seed.derive_slot_key(week), piece) {
                    return Ok(Some(chunk));
                }
            }
        }
        Ok(None)
    }

    /// Takes an envelope that came through a tie's slot.
    pub(crate) fn take_envelope(&mut self, id: &TieId, envelope: &Envelope) -> Done<()> {
        let mut ties: BTreeMap<TieId, Tie> = BTreeMap::new();
        let Ok(tie) = self.tie(id) else {
            return Ok(());
        };
        ties.insert(*id, tie);
        let Some(tie) = ties.get_mut(id) else {
            return Ok(());
        };
        let today = self.clock.now().utc_day();
        let brought = tie.take(&envelope.parts);
        let kind = tie.kind();
        let reslot = brought.lost_device;
        // Another of my phones signed a new one in, or became one: it may lack everything.
        let newcomer = kind == TieKind::Home && brought.list_changed;
        if kind == TieKind::Home && !brought.unknown.is_empty() {
            tie.owe_numbers();
        }
        for came in &brought.messages {
            self.take_message(id, kind, came, &mut ties)?;
        }
        if kind == TieKind::Home {
            for bytes in &brought.unknown {
                self.take_forwarded(bytes, &mut ties)?;
            }
        }
        let mut deed = self.store.begin()?;
        for tie in ties.values() {
            put_tie(&mut deed, tie)?;
        }
        let mut more = get_more(&deed, id)?;
        more.reslot |= reslot;
        more.whole |= newcomer;
        more.came = today;
        put_more(&mut deed, id, &more)?;
        deed.commit()?;
        Ok(())
    }

    /// A message that an own device wrote in another tie, forwarded at home.
    fn take_forwarded(&mut self, bytes: &[u8], ties: &mut BTreeMap<TieId, Tie>) -> Done<()> {
        for tie in self.people_ties()? {
            let id = tie.id();
            let tie = ties.entry(id).or_insert(tie);
            if let Ok(came) = tie.take_message(bytes) {
                if came.notebook == tie.my_notebook() {
                    self.take_message(&id, TieKind::People, &came, ties)?;
                    self.keep_sealed(&came, bytes)?;
                }
                return Ok(());
            }
        }
        Ok(())
    }

    /// The sealed bytes of a sibling, for "See what they see" on this device too.
    fn keep_sealed(&mut self, came: &Came, bytes: &[u8]) -> Done<()> {
        let generation = match self.store.get(super::shelf::GENERATION, &came.notebook.0)? {
            Some(generation) => generation,
            None => return Ok(()),
        };
        let mut deed = self.store.begin()?;
        if came.body.full {
            deed.sealed_drop_others(&came.notebook.0, &generation)?;
        }
        deed.sealed_add(
            &came.notebook.0,
            &generation,
            &came.body.device.0,
            came.body.sequence,
            bytes,
        )?;
        deed.commit()?;
        Ok(())
    }

    fn take_message(
        &mut self,
        id: &TieId,
        kind: TieKind,
        came: &Came,
        ties: &mut BTreeMap<TieId, Tie>,
    ) -> Done<()> {
        let mut documents = Vec::new();
        let mut copies: BTreeMap<NotebookId, Vec<WireItem>> = BTreeMap::new();
        let mut covered = Vec::new();
        for item in &came.body.items {
            let Ok(Some(said)) = Said::read(item) else {
                continue;
            };
            match (kind, said) {
                (_, Said::Document(document)) => documents.push(document),
                (TieKind::People, Said::WayBack(secret)) => {
                    if let Some(tie) = ties.get_mut(id) {
                        tie.add_way_back(secret);
                    }
                }
                (TieKind::Home, Said::Copy { notebook, document }) => {
                    copies.entry(notebook).or_default().push(document);
                }
                (
                    TieKind::Home,
                    Said::Covered {
                        notebook,
                        device,
                        number,
                    },
                ) => {
                    covered.push((notebook, device, number));
                }
                (
                    TieKind::Home,
                    Said::Key {
                        notebook,
                        statement,
                        secret,
                    },
                ) => {
                    if let Some(tie) = self.tie_with_notebook(&notebook, ties)? {
                        let _ = tie.take_key_item(&statement, &secret);
                    }
                }
                (TieKind::Home, Said::Tie(record)) => self.take_tie_record(&record, ties)?,
                (TieKind::Home, Said::Card { tie, card }) => {
                    self.card_was_brought(&came.body.device, &tie, &card)?;
                    self.sign_in(&tie, &card, ties)?;
                }
                (TieKind::Home, Said::Is { phone, tie, device }) => {
                    self.device_is(&came.body.device, &phone, &tie, &device)?;
                }
                (TieKind::Home, Said::Own(bytes)) => self.take_own_record(&bytes)?,
                _ => {}
            }
        }
        if came.notebook == self.notebook {
            if !self.is_to_absorb()? {
                self.take_home_documents(&documents)?;
            } else if came.body.full && !documents.is_empty() {
                self.absorb_into(&documents)?;
            }
        } else if !documents.is_empty() {
            copies.entry(came.notebook).or_default().extend(documents);
        }
        for (notebook, documents) in copies {
            let Some(tie) = self.tie_with_notebook(&notebook, ties)? else {
                continue;
            };
            let beginnings = tie.beginnings(&notebook);
            merge_shared(
                &mut self.store,
                &notebook,
                &documents,
                beginnings,
                &mut self.rng,
            )?;
        }
        for (notebook, device, number) in covered {
            if let Some(tie) = self.tie_with_notebook(&notebook, ties)? {
                tie.cover(notebook, device, number);
            }
        }
        if kind == TieKind::Home {
            for heard in &came.body.numbers {
                let from = came.body.device;
                if let Some(tie) = self.tie_with_notebook(&heard.notebook, ties)? {
                    tie.take_numbers(&from, heard);
                }
            }
        }
        Ok(())
    }

    fn tie_with_notebook<'t>(
        &self,
        notebook: &NotebookId,
        ties: &'t mut BTreeMap<TieId, Tie>,
    ) -> Done<Option<&'t mut Tie>> {
        let writes_it = |tie: &Tie| {
            tie.kind() == TieKind::People
                && (tie.my_notebook() == *notebook || tie.their_notebook() == *notebook)
        };
        if *notebook == self.notebook {
            return Ok(None);
        }
        // Those at hand first: each number in a message asks, and opening all ties for each would be most of the work.
        let at_hand = ties.iter().find(|(_, tie)| writes_it(tie));
        if let Some(id) = at_hand.map(|(id, _)| *id) {
            return Ok(ties.get_mut(&id));
        }
        let found = self.people_ties()?.into_iter().find(writes_it);
        Ok(found.map(|tie| ties.entry(tie.id()).or_insert(tie)))
    }

    /// Changes of the notebook for me alone, from another device of mine.
    pub(crate) fn take_home_documents(&mut self, documents: &[WireItem]) -> Done<()> {
        if documents.is_empty() {
            return Ok(());
        }
        let mut kept = Vec::new();
        self.look(|mine| {
            for document in documents {
                let Ok(applied) = mine.apply(document.name, &document.changes) else {
                    continue;
                };
                if applied.changed || applied.waiting_for_more {
                    kept.push((document, mine.actor(document.name)?));
                }
            }
            Ok(())
        })?;
        let generation = generation_bytes(&Generation::PRIVATE);
        let mut deed = self.store.begin()?;
        for (document, actor) in kept {
            let name = document.name.to_string();
            deed.append_change(
                &self.notebook.0,
                &name,
                &actor,
                &generation,
                &document.changes,
            )?;
        }
        deed.delete_page("today")?;
        deed.commit()?;
        Ok(())
    }

    /// A tie that an own device holds: one we know is joined with what it says, a new one is begun with keys of our own,
    /// which a sibling then signs in.
    fn take_tie_record(&mut self, record: &[u8], ties: &mut BTreeMap<TieId, Tie>) -> Done<()> {
        let Ok(id) = Tie::record_id(record) else {
            return Ok(());
        };
        if id == self.home {
            return Ok(());
        }
        if let Ok(tie) = self.tie(&id) {
            let tie = ties.entry(id).or_insert(tie);
            let lost = tie.take_record(record).unwrap_or(false);
            if lost {
                let mut more = get_more(&self.store, &id)?;
                more.reslot = true;
                let mut deed = self.store.begin()?;
                put_more(&mut deed, &id, &more)?;
                deed.commit()?;
            }
            return Ok(());
        }
        let (slot, turn) = match self.free_slot() {
            Err(AlongsideError::Invalid(_)) => return Ok(()),
            free => free?,
        };
        let seed = *self.slot_seed(slot, turn)?.leak_bytes();
        let today = self.clock.now().utc_day();
        let device = self.device()?;
        let start = TieStart::make(&device, [0; 32], [0; 32], slot, seed, today, &mut self.rng)?;
        let card = start.card_bytes().to_vec();
        let tie = match Tie::from_record(start, record) {
            // A second home would take the place of the one there is.
            Ok(tie) if tie.kind() == TieKind::People => tie,
            _ => return Ok(()),
        };
        let mut deed = self.store.begin()?;
        take_slot(&mut deed, slot, turn, &id)?;
        deed.put(ASK, &id.0, &card)?;
        put_tie(&mut deed, &tie)?;
        deed.commit()?;
        ties.insert(id, tie);
        Ok(())
    }

    /// An own device asks to be signed into a tie.
    fn sign_in(&mut self, id: &TieId, card: &[u8], ties: &mut BTreeMap<TieId, Tie>) -> Done<()> {
        let Ok(tie) = self.tie(id) else {
            return Ok(());
        };
        let tie = ties.entry(*id).or_insert(tie);
        if tie.is_listed() && !tie.has_ended() {
            let key = self.device()?.derive_tie_key(tie.context());
            let _ = tie.add_device(&key, card);
        }
        Ok(())
    }

    /// What all own devices share.
    pub(crate) fn own_record(&self) -> Done<Vec<u8>> {
        let mut w = Writer::new();
        for key in SHARED_OWN {
            w.bytes(&self.store.get(SELF_RECORD, key)?.unwrap_or_default());
        }
        Ok(w.finish())
    }

    fn take_own_record(&mut self, bytes: &[u8]) -> Done<()> {
        let Ok(shared) = read_own_record(bytes) else {
            return Ok(());
        };
        let mut deed = self.store.begin()?;
        for (key, value) in shared {
            deed.put(SELF_RECORD, key, value)?;
        }
        deed.commit()?;
        Ok(())
    }

    /// The other side lost a device, or this person did: the slot is closed, and a new one goes out with a new card.
    pub(crate) fn reslot(&mut self, tie: &mut Tie) -> Done<()> {
        let today = self.clock.now().utc_day();
        let (slot, turn) = self.free_slot()?;
        let seed = *self.slot_seed(slot, turn)?.leak_bytes();
        let key = self.tie_key(tie)?;
        let old = tie.slot();
        tie.renew_card(&key, slot, seed, today, &mut self.rng)?;
        let mut more = get_more(&self.store, &tie.id())?;
        more.reslot = false;
        let mut deed = self.store.begin()?;
        close_slot(&mut deed, old, week_of(today))?;
        take_slot(&mut deed, slot, turn, &tie.id())?;
        deed.put(super::weeks::CLOSE, &[old], &[])?;
        put_more(&mut deed, &tie.id(), &more)?;
        put_tie(&mut deed, tie)?;
        deed.commit()?;
        Ok(())
    }
}

/// What of this phone's own record all own devices share.
const SHARED_OWN: [&[u8]; 3] = [b"publics", b"alias", b"name"];

/// Values of this phone's own record by their keys.
type OwnValues<'a> = Vec<(&'static [u8], &'a [u8])>;

/// What a sibling shares: all of it as this phone would have written it, or nothing.
fn read_own_record(bytes: &[u8]) -> Result<OwnValues<'_>, Refused> {
    let mut r = Reader::new(bytes);
    let mut shared = Vec::new();
    for key in SHARED_OWN {
        let value = r.bytes(1 << 20)?;
        if !value.is_empty() {
            if !is_sound(key, value) {
                return Err(Refused::Malformed);
            }
            shared.push((key, value));
        }
    }
    Ok(shared)
}
