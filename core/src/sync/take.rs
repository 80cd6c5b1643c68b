//! What comes in: one envelope at a time, opened, believed by the tie it came through, and taken into the notebooks.
//! Documents are kept before the numbers that say they are here, so that a phone that dies between the two takes the
//! envelope once more, which changes nothing. Invariant: one bad part stops nothing (P9); what a basket holds is kept
//! by [`Companion::settle`] alone.
//! Long because one envelope is followed from its bytes to the notebooks in one place.

use super::basket::Basket;
use super::items::Said;
use super::past::open_by_slots;
use super::shelf::{Letter, SealedLetter};
use crate::companion::mine::{
    PUT_BACK, SELF as SELF_RECORD, close_slot, is_sound, later_slots, slots, take_slot,
};
use crate::companion::ties::{get_more, put_more, put_tie};
use crate::companion::{Companion, Done};
use crate::error::AlongsideError;
use crate::notebook::WireItem;
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};
use crate::trust::envelope::{Chunk, Chunks, Envelope, Opened, open_item};
use crate::trust::ids::{NotebookId, TieId};
use crate::trust::inbox::week_of;
use crate::trust::tie::{Came, Tie, TieKind, TieStart};
use std::collections::BTreeMap;

/// Namespace of pieces that wait for the rest of their envelope.
pub(super) const PIECE: &str = "piece";
/// Most pieces kept of one tie: two of the largest envelopes.
const PIECES: usize = 48;
/// Items of one fetch that no known key opens and that are tried with the keys of a later self.
const STRANGE: u32 = 8;
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
    /// Takes one item of the inbox of a week, and keeps what it brought.
    pub(crate) fn take_one(
        &mut self,
        week: u32,
        id: &[u8; 16],
        day: u32,
        bytes: &[u8],
    ) -> Done<Taken> {
        let mut basket = Basket::default();
        let taken = self.take_item(week, id, day, bytes, &mut basket)?;
        self.settle(basket)?;
        Ok(taken)
    }

    /// Takes one item of the inbox of a week into the basket.
    pub(crate) fn take_item(
        &mut self,
        week: u32,
        id: &[u8; 16],
        day: u32,
        bytes: &[u8],
        basket: &mut Basket,
    ) -> Done<Taken> {
        if self.store.was_seen(id)? || basket.seen.iter().any(|(seen, _)| seen == id) {
            return Ok(Taken::Before);
        }
        for slot in slots(&self.store)? {
            let key = self
                .slot_seed(slot.number, slot.turn)?
                .derive_slot_key(week);
            match open_item(&key, bytes) {
                Ok(_) if self.is_over(&slot.tie, basket) => {
                    basket.seen.push((*id, day));
                    return Ok(Taken::Before);
                }
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
                    self.take_envelope(&slot.tie, &envelope, basket)?;
                    basket.seen.push((*id, day));
                    return Ok(Taken::Opened);
                }
                Ok(Opened::Chunk(chunk)) => {
                    self.take_piece(&slot.tie, bytes, &chunk, basket)?;
                    basket.seen.push((*id, day));
                    return Ok(Taken::Opened);
                }
                Err(_) => {}
            }
        }
        let later = self.open_with_a_later_slot(week, bytes, basket)?;
        let mut deed = self.store.begin()?;
        if later.is_some() {
            deed.put(SELF_RECORD, PUT_BACK, &[1])?;
        }
        deed.set_aside(id, day, bytes)?;
        deed.mark_seen(id, day)?;
        deed.commit()?;
        if let Some(Opened::Whole(envelope)) = later {
            self.take_signed_only(envelope, basket)?;
        }
        Ok(Taken::Aside)
    }

    /// Opens an item that was sealed for a slot which this phone has not handed out yet. Nobody else can have done so: it
    /// was this phone, and then its past was put back.
    ///
    /// Whoever may write through one slot could fill it with noise: of one fetch only the first few are tried.
    fn open_with_a_later_slot(
        &self,
        week: u32,
        bytes: &[u8],
        basket: &mut Basket,
    ) -> Done<Option<Opened>> {
        basket.strange += 1;
        if basket.strange > STRANGE {
            return Ok(None);
        }
        let later = later_slots(&self.store)?;
        Ok(open_by_slots(&self.slot_root()?, &later, week, bytes))
    }

    /// Whether the tie has ended: what still comes of it is left unread.
    fn is_over(&self, tie: &TieId, basket: &mut Basket) -> bool {
        self.open_in(basket, tie);
        basket.ties.get(tie).is_some_and(Tie::has_ended)
    }

    /// Keeps a piece; when all are there the envelope is taken, and the pieces go when it is kept.
    fn take_piece(
        &mut self,
        tie: &TieId,
        bytes: &[u8],
        chunk: &Chunk,
        basket: &mut Basket,
    ) -> Done<()> {
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
            self.take_envelope(tie, &envelope, basket)?;
            let pieces = self.store.list_under(PIECE, &name)?;
            basket.pieces.extend(pieces.into_iter().map(|(key, _)| key));
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
    pub(crate) fn take_envelope(
        &mut self,
        id: &TieId,
        envelope: &Envelope,
        basket: &mut Basket,
    ) -> Done<()> {
        self.open_in(basket, id);
        let Some(tie) = basket.ties.get_mut(id) else {
            return Ok(());
        };
        let brought = tie.take(&envelope.parts);
        let kind = tie.kind();
        // Another of my phones signed a new one in, or became one: it may lack everything.
        let newcomer = kind == TieKind::Home && brought.list_changed;
        if kind == TieKind::Home && !brought.unknown.is_empty() {
            tie.owe_numbers();
        }
        for came in &brought.messages {
            self.take_message(id, kind, came, None, basket)?;
        }
        if kind == TieKind::Home {
            for bytes in &brought.unknown {
                self.take_forwarded(bytes, basket)?;
            }
        }
        let said = basket.said.entry(*id).or_default();
        said.0 |= brought.lost_device;
        said.1 |= newcomer;
        Ok(())
    }

    /// A message that an own device wrote in another tie, forwarded at home.
    fn take_forwarded(&mut self, bytes: &[u8], basket: &mut Basket) -> Done<()> {
        self.gather(basket)?;
        let came = basket.ties.values_mut().find_map(|tie| {
            let of_a_person = tie.kind() == TieKind::People;
            let came = of_a_person.then(|| tie.take_message(bytes))?.ok()?;
            Some((tie.id(), came.notebook == tie.my_notebook(), came))
        });
        if let Some((id, true, came)) = came {
            self.take_message(&id, TieKind::People, &came, Some(bytes), basket)?;
        }
        Ok(())
    }

    fn take_message(
        &mut self,
        id: &TieId,
        kind: TieKind,
        came: &Came,
        sealed: Option<&[u8]>,
        basket: &mut Basket,
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
                    if let Some(tie) = basket.ties.get_mut(id) {
                        tie.add_way_back(secret);
                    }
                }
                (TieKind::Home, Said::Forked { notebook, device }) if notebook != self.notebook => {
                    if let Some(tie) = self.tie_of_notebook(&notebook, basket)? {
                        tie.take_fork(&came.body.device, &notebook, &device);
                    }
                }
                (_, Said::Forked { notebook, device }) => {
                    if let Some(tie) = basket.ties.get_mut(id) {
                        tie.take_fork(&came.body.device, &notebook, &device);
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
                    if let Some(tie) = self.tie_of_notebook(&notebook, basket)? {
                        let _ = tie.take_key_item(&statement, &secret);
                    }
                }
                (TieKind::Home, Said::Tie(record)) => {
                    self.take_tie_record(&record, &mut basket.ties)?
                }
                (TieKind::Home, Said::Card { tie, card }) => {
                    self.card_was_brought(&came.body.device, &tie, &card)?;
                    self.sign_in(&tie, &card, &mut basket.ties)?
                }
                (TieKind::Home, Said::Is { phone, tie, device }) => {
                    self.device_is(&came.body.device, &phone, &tie, &device)?;
                }
                (TieKind::Home, Said::Own(bytes)) => self.take_own_record(&bytes)?,
                _ => {}
            }
        }
        if came.notebook == self.notebook {
            let whole = came.body.full && !documents.is_empty();
            if self.is_to_absorb()? {
                if whole {
                    self.absorb_into(documents)?;
                } else {
                    self.hold_until_absorbed(&documents)?;
                }
            } else if whole && self.gives_way(&documents, basket)? {
                self.absorb_into(documents)?;
            } else {
                basket.own.extend(documents);
            }
        } else if !documents.is_empty() || sealed.is_some() {
            let sealed = sealed.map(|bytes| SealedLetter {
                device: came.body.device.0,
                sequence: came.body.sequence,
                full: came.body.full,
                bytes: bytes.to_vec(),
            });
            let letters = basket.letters.entry(came.notebook).or_default();
            letters.push(Letter { documents, sealed });
        }
        if !copies.is_empty() {
            self.settle_letters(basket)?;
        }
        for (notebook, documents) in copies {
            let copy = Letter {
                documents,
                sealed: None,
            };
            self.merge(&notebook, &[copy], basket)?;
        }
        for (notebook, device, number) in covered {
            if let Some(tie) = self.tie_of_notebook(&notebook, basket)? {
                tie.cover(notebook, device, number);
            }
        }
        if kind == TieKind::Home {
            for heard in &came.body.numbers {
                let from = came.body.device;
                if let Some(tie) = self.tie_of_notebook(&heard.notebook, basket)? {
                    tie.take_numbers(&from, heard);
                }
            }
        }
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
        deed.put(super::weeks::CLOSING, &[old], &tie.id().0)?;
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
