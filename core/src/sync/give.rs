//! What goes out: each audience's present state against what it was last sent, sealed once, one envelope for each of
//! its devices. Made only when the post box was just reached, so that a draft which comes and goes between two
//! deliveries is in no byte. Invariant: what is posted is in the outbox first, in the transaction that counts it.
//! Long because what others get and what own devices get are two halves of one delivery.

use super::due::Due;
use super::items::Said;
use super::shelf::{open_shared, put_generation};
use super::take::ASK;
use crate::companion::deed::{HOME_OUT, generation_bytes};
use crate::companion::mine::read_array;
use crate::companion::ties::{More, derive_alias, get_more, person_ref, put_more, put_tie};
use crate::companion::{Companion, Done};
use crate::life::Share;
use crate::notebook::{
    DocName, DocSnapshot, Generation, Projection, Shared, WireItem, derive_projection,
};
use crate::store::{OutboxItem, Record};
use crate::trust::envelope::{Envelope, Part, derive_post_key, seal_envelope};
use crate::trust::ids::{DeviceId, NotebookId, TieId};
use crate::trust::inbox::{SlotSeed, week_of};
use crate::trust::message::{Item, NumbersHeard};
use crate::trust::tie::{Sealed, Tie};
use jiff::ToSpan;

/// Namespace of what own devices were told last of each tie: its record and its epoch, as hashes.
const TOLD: &str = "told";
/// A person sees so many days back, at most, and never before the day of showing.
const WINDOW: i64 = 92;
/// Bytes and pieces of one message, and of one envelope: below what either has room for, with the keys that ride along.
const GROUP_BYTES: usize = 1_000_000;
const GROUP: usize = 1_000;

impl Companion {
    /// Seals what each audience is to get and puts it in the outbox. Returns how many envelopes were made.
    pub(crate) fn prepare(&mut self) -> Done<u32> {
        let mut made = 0;
        let mut forwards = Forwards::default();
        for tie in self.people_ties()? {
            if tie.has_ended() || !tie.is_listed() {
                continue;
            }
            let (count, more) = self.prepare_for(tie)?;
            made += count;
            forwards.messages.extend(more.messages);
            forwards.covered.extend(more.covered);
        }
        made += self.prepare_home(forwards)?;
        Ok(made)
    }

    /// What this person is to have; `tried`: as if that were shown to them too, which leaves no trace.
    pub(crate) fn projection(
        &mut self,
        tie: &Tie,
        before: Option<&Shared>,
        tried: Option<&Share>,
    ) -> Done<Projection> {
        let (who, notebook) = (person_ref(&tie.id()), tie.my_notebook());
        let alias_key: [u8; 32] = read_array(&self.store, b"alias")?;
        let today = self.clock.now().today;
        let drawn = self.look(|mine| {
            if let Some(share) = tried {
                mine.show(share)?;
            }
            Ok(derive_projection(
                mine,
                &who,
                today,
                today.saturating_sub(WINDOW.days()),
                &|item| derive_alias(&alias_key, &notebook, &item.0),
                before,
            )?)
        });
        if tried.is_some() {
            self.private = None;
        }
        drawn
    }

    fn prepare_for(&mut self, mut tie: Tie) -> Done<(u32, Forwards)> {
        let now = self.clock.now();
        let (id, today) = (tie.id(), now.utc_day());
        let mut more = get_more(&self.store, &id)?;
        self.renew(&mut tie, &mut more, today)?;
        let readers: Vec<DeviceId> = tie.readers().into_keys().collect();
        if readers.is_empty() {
            return Ok((0, Forwards::default()));
        }
        let notebook = tie.my_notebook();
        let mut shared = open_shared(&self.store, &notebook)?;
        let projection = self.projection(&tie, Some(&shared), None)?;
        let due = Due::of(&tie, &readers, &more, today);
        due.remind(&mut tie, &readers, &more);
        let whole = more.whole
            || due.is_whole()
            || tie.must_turn(today)
            || shared.must_start_anew(&projection);
        let snapshots: Vec<DocSnapshot>;
        let mut items: Vec<Item> = Vec::new();
        let mut changes = Vec::new();
        if whole {
            let floor = shared.generation().floor(tie.beginnings(&notebook));
            let number = floor.saturating_add(if more.anew { Generation::FORGOTTEN } else { 1 });
            more.anew = false;
            (shared, snapshots) = Shared::start_generation(number, &projection, &mut self.rng);
            items.extend(
                snapshots
                    .iter()
                    .map(|doc| document_item(shared.generation(), doc.name, true, &doc.bytes)),
            );
            if items.is_empty() {
                items.push(document_item(shared.generation(), DocName::Core, true, &[]));
            }
            changes.extend(
                snapshots
                    .into_iter()
                    .map(|doc| (doc.name, doc.actor, doc.bytes)),
            );
        } else {
            for change in shared.refresh(&projection, &mut self.rng) {
                items.push(document_item(
                    shared.generation(),
                    change.name,
                    false,
                    &change.bytes,
                ));
                changes.push((change.name, change.actor, change.bytes));
            }
        }
        if more.way_back
            && let Some(secret) = tie.way_back().last()
        {
            items.push(Said::WayBack(*secret).write());
            more.way_back = false;
        }
        let must_give = readers.iter().any(|reader| tie.was_never_given(reader));
        let quiet = items.is_empty();
        items.extend(forks(&tie, &tie.their_notebook()));
        if quiet && !tie.owes_numbers() && !must_give {
            return Ok((0, Forwards::default()));
        }
        let numbers = tie.numbers_to_say();
        let content = !quiet;
        let sealed = self.seal_all(&mut tie, today, items, whole, numbers)?;
        due.note_sealed(&mut more, &sealed, content, whole, today);
        let messages: Vec<Vec<u8>> = sealed.iter().map(|one| one.bytes.clone()).collect();
        let bodies = self.envelopes(&mut tie, &readers, &messages, today)?;
        let generation = generation_bytes(&shared.generation());
        let mut deed = self.store.begin()?;
        if whole {
            deed.drop_documents(&notebook.0)?;
            deed.outbox_drop_for_tie(&id.0)?;
        }
        put_generation(&mut deed, &notebook, &shared.generation())?;
        for (name, actor, bytes) in &changes {
            deed.append_change(&notebook.0, &name.to_string(), actor, &generation, bytes)?;
        }
        if whole {
            deed.sealed_drop_others(&notebook.0, &generation)?;
        }
        for one in &sealed {
            deed.sealed_add(
                &notebook.0,
                &generation,
                &tie.me().0,
                one.sequence,
                &one.bytes,
            )?;
        }
        let made = bodies.len();
        for body in bodies {
            deed.outbox_add(&body)?;
        }
        put_more(&mut deed, &id, &more)?;
        put_tie(&mut deed, &tie)?;
        deed.commit()?;
        let mut forwards = Forwards::default();
        if content {
            forwards.messages = messages;
        } else {
            // Numbers alone: own devices are told that nothing is missing there.
            forwards.covered.push(covered(&tie));
        }
        Ok((u32::try_from(made).unwrap_or(u32::MAX), forwards))
    }

    /// A new slot where the old one is to be closed, or a new card when the old one is past its time.
    fn renew(&mut self, tie: &mut Tie, more: &mut More, today: u32) -> Done<()> {
        if more.reslot {
            self.reslot(tie)?;
            more.reslot = false;
        } else if tie.card_is_due() && !tie.readers().is_empty() {
            let key = self.tie_key(tie)?;
            let turn = self.turn_of(tie.slot())?;
            let seed = *self.slot_seed(tie.slot(), turn)?.leak_bytes();
            tie.renew_card(&key, tie.slot(), seed, today, &mut self.rng)?;
        }
        Ok(())
    }

    /// One envelope for each other device of mine: changes of the notebook for me alone, and all that the notebooks
    /// for others were sent.
    fn prepare_home(&mut self, forwards: Forwards) -> Done<u32> {
        let today = self.clock.now().utc_day();
        let mut tie = self.home_tie()?;
        if !tie.is_listed() {
            return Ok(0);
        }
        let id = tie.id();
        let mut more = get_more(&self.store, &id)?;
        self.renew(&mut tie, &mut more, today)?;
        let readers: Vec<DeviceId> = tie.readers().into_keys().collect();
        let waiting = self.store.list(HOME_OUT)?;
        if readers.is_empty() {
            self.wait_to_absorb(false)?;
            if !waiting.is_empty() {
                let mut deed = self.store.begin()?;
                for (key, _) in &waiting {
                    deed.delete(HOME_OUT, key)?;
                }
                deed.commit()?;
            }
            return Ok(0);
        }
        let due = Due::of(&tie, &readers, &more, today);
        due.remind(&mut tie, &readers, &more);
        let whole = more.whole || due.is_whole();
        let mut items = Vec::new();
        let mut told = Vec::new();
        let absorbs = self.is_to_absorb()?;
        let whole = whole && !absorbs;
        if absorbs {
            // Nothing of ours before a sibling's notebook is here.
        } else if whole {
            let documents = self.look(|mine| Ok(mine.items_for_own_devices()?))?;
            items.extend(
                documents
                    .into_iter()
                    .map(|document| Said::Document(document).write()),
            );
            items.push(Said::Own(self.own_record()?).write());
        } else {
            items.extend(self.changes_for_home(&waiting)?);
        }
        for other in self.people_ties()? {
            if other.has_ended() {
                continue;
            }
            let digest = other.derive_members_digest();
            let key = [&other.id().0[..], b"r"].concat();
            if whole || !self.was_told(&key, &digest)? {
                items.push(Said::Tie(other.record()).write());
                told.push((key, digest.to_vec()));
            }
            if let Some((statement, secret)) = other.key_item() {
                let hash =
                    crate::trust::suite::hash(crate::trust::suite::Label::EpochId, &[&statement]);
                let key = [&other.id().0[..], b"k"].concat();
                if whole || !self.was_told(&key, &hash)? {
                    items.push(
                        Said::Key {
                            notebook: other.my_notebook(),
                            statement,
                            secret: secret.clone(),
                        }
                        .write(),
                    );
                    told.push((key, hash.to_vec()));
                }
            }
            if whole {
                items.extend(self.copies(&other)?);
            }
        }
        for (phone, other, device) in self.devices_known()? {
            let key = [&phone.0[..], &other.0, b"i"].concat();
            if whole || !self.was_told(&key, &device.0)? {
                let tie = other;
                items.push(Said::Is { phone, tie, device }.write());
                told.push((key, device.0.to_vec()));
            }
        }
        let mut signed_in = Vec::new();
        for (key, card) in self.store.list(ASK)? {
            let Ok(bytes) = key.clone().try_into() else {
                continue;
            };
            if self.tie(&TieId(bytes)).is_ok_and(|tie| tie.is_listed()) {
                signed_in.push(key);
            } else {
                let tie = TieId(bytes);
                items.push(Said::Card { tie, card }.write());
            }
        }
        let must_give = readers.iter().any(|reader| tie.was_never_given(reader));
        let quiet = items.is_empty() && forwards.messages.is_empty();
        if quiet && !tie.owes_numbers() && forwards.covered.is_empty() && !must_give {
            return Ok(0);
        }
        let content = !items.is_empty();
        items.extend(forwards.covered);
        let mut numbers = tie.numbers_to_say();
        items.extend(forks(&tie, &tie.my_notebook()));
        for other in self.people_ties()? {
            let heard = other.sibling_numbers();
            let hash = hash_of_numbers(&heard);
            let key = [&other.id().0[..], b"n"].concat();
            if whole || !self.was_told(&key, &hash)? {
                numbers.extend(heard);
                told.push((key, hash.to_vec()));
            }
            if !other.has_ended() {
                items.extend(forks(&other, &other.my_notebook()));
            }
        }
        let sealed = self.seal_all(&mut tie, today, items, whole, numbers)?;
        due.note_sealed(&mut more, &sealed, content, whole, today);
        let mut messages: Vec<Vec<u8>> = sealed.into_iter().map(|one| one.bytes).collect();
        messages.extend(forwards.messages);
        let bodies = self.envelopes(&mut tie, &readers, &messages, today)?;
        let mut deed = self.store.begin()?;
        for (key, _) in &waiting {
            deed.delete(HOME_OUT, key)?;
        }
        for key in &signed_in {
            deed.delete(ASK, key)?;
        }
        for (key, value) in told {
            deed.put(TOLD, &key, &value)?;
        }
        let made = bodies.len();
        for body in bodies {
            deed.outbox_add(&body)?;
        }
        put_more(&mut deed, &id, &more)?;
        put_tie(&mut deed, &tie)?;
        deed.commit()?;
        Ok(u32::try_from(made).unwrap_or(u32::MAX))
    }

    /// Whether my other devices were told this last.
    fn was_told(&self, key: &[u8], value: &[u8]) -> Done<bool> {
        Ok(self.store.get(TOLD, key)?.as_deref() == Some(value))
    }

    /// What was written here since my other devices were told: one item for each document.
    fn changes_for_home(&mut self, waiting: &[Record]) -> Done<Vec<Item>> {
        self.look(|mine| {
            let mut items = Vec::new();
            for (key, heads) in waiting {
                let name = std::str::from_utf8(key).ok().and_then(DocName::parse);
                let Some(name) = name else { continue };
                let bytes = mine.own_changes_since(name, heads.as_chunks().0)?;
                if !bytes.is_empty() {
                    items.push(document_item(Generation::PRIVATE, name, false, &bytes));
                }
            }
            Ok(items)
        })
    }

    /// All documents of a tie's two notebooks, for a device of mine that lacks them, and how far they reach.
    fn copies(&mut self, tie: &Tie) -> Done<Vec<Item>> {
        let mut items = Vec::new();
        for notebook in [tie.my_notebook(), tie.their_notebook()] {
            let mut shared = open_shared(&self.store, &notebook)?;
            items.extend(
                shared
                    .items_for_own_devices()
                    .into_iter()
                    .map(|document| Said::Copy { notebook, document }.write()),
            );
        }
        items.push(covered(tie));
        Ok(items)
    }

    /// One message, or several where a long life is sent whole: the first holds all that the earlier ones held, as far as
    /// there is room, and what follows is missed if it does not come.
    fn seal_all(
        &mut self,
        tie: &mut Tie,
        today: u32,
        items: Vec<Item>,
        whole: bool,
        numbers: Vec<NumbersHeard>,
    ) -> Done<Vec<Sealed>> {
        let key = self.tie_key(tie)?;
        let mut sealed = Vec::new();
        let mut numbers = Some(numbers);
        for batch in in_groups(items, |item| item.bytes.len()) {
            let first = numbers.is_some();
            let numbers = numbers.take().unwrap_or_default();
            let whole = whole && first;
            sealed.push(tie.seal(&key, today, batch, whole, numbers, &mut self.rng)?);
        }
        Ok(sealed)
    }

    fn envelopes(
        &mut self,
        tie: &mut Tie,
        readers: &[DeviceId],
        messages: &[Vec<u8>],
        today: u32,
    ) -> Done<Vec<OutboxItem>> {
        let week = week_of(today);
        let mut bodies = Vec::new();
        let groups = in_groups(messages.to_vec(), Vec::len);
        for (reader, messages) in readers
            .iter()
            .flat_map(|reader| groups.iter().map(move |group| (reader, group)))
        {
            let mut parts = tie.parts_for(reader, None, &mut self.rng)?;
            parts.extend(
                messages
                    .iter()
                    .map(|message| Part::Message(message.clone())),
            );
            let seed = match tie.theirs().cards().find(|(device, _)| *device == reader) {
                Some((_, card)) => SlotSeed::from_bytes(*card.slot_seed()),
                None => continue,
            };
            let body = seal_envelope(
                &seed.derive_slot_key(week),
                &Envelope { parts },
                &mut self.rng,
            )?;
            bodies.push(OutboxItem {
                tie: tie.id().0,
                slot_token: *seed.derive_slot_token(week).leak_bytes(),
                idempotency: derive_post_key(&body),
                kind: 0,
                made_day: today,
                body,
            });
            tie.gave(*reader);
        }
        Ok(bodies)
    }

    pub(crate) fn turn_of(&self, number: u8) -> Done<u32> {
        Ok(crate::companion::mine::slots(&self.store)?
            .iter()
            .find(|slot| slot.number == number)
            .map_or(0, |slot| slot.turn))
    }
}

/// In the same order, in groups that a message or an envelope has room for; always one at least.
fn in_groups<T>(all: Vec<T>, bytes: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = vec![Vec::new()];
    let mut filled = 0;
    for one in all {
        let more = bytes(&one);
        let full = filled + more > GROUP_BYTES;
        match groups.last_mut() {
            Some(group) if group.is_empty() || (!full && group.len() < GROUP) => {
                group.push(one);
                filled += more;
            }
            _ => {
                groups.push(vec![one]);
                filled = more;
            }
        }
    }
    groups
}

/// What own devices get of the messages for people.
#[derive(Default)]
struct Forwards {
    /// Those that hold something, as they are.
    messages: Vec<Vec<u8>>,
    /// That there were others.
    covered: Vec<Item>,
}

/// What this device wrote in a tie up to now is here, or needs not be.
fn covered(tie: &Tie) -> Item {
    Said::Covered {
        notebook: tie.my_notebook(),
        device: tie.me(),
        number: tie.sequence(),
    }
    .write()
}

fn hash_of_numbers(numbers: &[NumbersHeard]) -> [u8; 32] {
    let all: Vec<u8> = numbers
        .iter()
        .flat_map(|heard| {
            let counts = [heard.contiguous.to_be_bytes(), heard.highest.to_be_bytes()];
            [
                &heard.notebook.0[..],
                &heard.device.0,
                counts.as_flattened(),
            ]
            .concat()
        })
        .collect();
    crate::trust::suite::hash(crate::trust::suite::Label::ListId, &[&all])
}

/// The devices that write in a notebook and whose past was put back, as far as it shows: each is to be told.
fn forks(tie: &Tie, notebook: &NotebookId) -> Vec<Item> {
    let forked = tie.forked().into_iter();
    forked
        .filter(|(of, _)| of == notebook)
        .map(|(notebook, device)| Said::Forked { notebook, device }.write())
        .collect()
}

fn document_item(generation: Generation, name: DocName, snapshot: bool, changes: &[u8]) -> Item {
    Said::Document(WireItem {
        generation,
        name,
        snapshot,
        changes: changes.to_vec(),
    })
    .write()
}
