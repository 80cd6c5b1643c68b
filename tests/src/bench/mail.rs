//! What comes in after a time away, on phones with the five-year life: 30 days' catch-up in bytes against automerge's
//! own sync, and 1,000 changes in 30 envelopes in time against automerge applying the same changes. What an own device
//! gets is the notebook for me alone and what was sent to each of the people: the peer gets the same documents.

use super::Told;
use super::life::{Life, PHONE, TABLET};
use super::row::{Goal, Row, Unit, median, micros};
use super::tape::Tape;
use crate::phone::Phone;
use crate::post_box::Seen;
use alongside_core::companion::Companion;
use alongside_core::notebook::{Document, StoredDocument};
use alongside_core::store::Store;
use alongside_core::sync::Contact;
use alongside_core::trust::envelope::{Chunks, Envelope, Opened, Part, open_item};
use alongside_core::trust::inbox::{SlotRoot, week_of};
use automerge::AutoCommit;
use automerge::sync::{State, SyncDoc};
use std::collections::BTreeMap;
use std::path::Path;

const ENVELOPES: usize = 30;
const CHANGES: usize = 1_000;
const DAYS: usize = 30;
const ROUNDS: usize = 7;

type Documents = BTreeMap<String, StoredDocument>;

/// All documents as they lie on a phone: its person's, and those of the people.
fn documents(phone: &mut Phone, to: &Path) -> Told<Documents> {
    let copy = phone.copy(to);
    let store = Store::open(&copy, &phone.keystore())?;
    let mut all = Documents::new();
    for notebook in store.notebooks()? {
        for name in store.names(&notebook)? {
            let rows = store.load_document(&notebook, &name)?;
            let rows = rows.ok_or("a document")?;
            let stored = StoredDocument {
                actor: rows.actor.try_into().map_err(|_| "an actor")?,
                snapshot: rows.snapshot,
                changes: rows.changes,
            };
            let generation = hex::encode(rows.generation);
            let notebook = hex::encode(notebook);
            all.insert(format!("{notebook} {generation} {name}"), stored);
        }
    }
    drop(store);
    std::fs::remove_dir_all(copy)?;
    Ok(all)
}

/// A document as automerge alone knows it.
fn raw(stored: &StoredDocument) -> Told<AutoCommit> {
    let mut doc = match &stored.snapshot {
        Some(snapshot) => AutoCommit::load(snapshot)?,
        None => AutoCommit::new(),
    };
    doc.load_incremental(&stored.changes.concat())?;
    Ok(doc)
}

/// Thirty days in which the tablet lies in a drawer; the phone delivers each day.
pub(super) fn catch_up(life: &mut Life) -> Told<Vec<Row>> {
    life.town.deliver(2);
    let shelf = life.town.shelf("before");
    let before = documents(life.town.phone(TABLET), &shelf)?;
    life.town.net.borrow_mut().seen = Some(Vec::new());
    let mut changes = 0;
    for _ in 0..DAYS {
        changes += life.one_more_day()?;
        let phones: Vec<String> = life.town.phones.keys().cloned().collect();
        for phone in phones.iter().filter(|phone| *phone != TABLET) {
            life.town.phone(phone).sync();
        }
    }
    let after = documents(life.town.phone(PHONE), &shelf)?;
    let seen = life.town.net.borrow_mut().seen.take().unwrap_or_default();
    let days: Vec<u32> = seen
        .iter()
        .map(|one| u32::try_from(one.second / 86_400).unwrap_or(0))
        .collect();
    let keys = slot_keys(life.town.phone(TABLET), &shelf, &days)?;
    let (mut bytes, mut items, mut posted, mut whole) = (0, 0, 0, 0);
    let first = seen.first().map_or(0, |one| one.second);
    let mut whole_on = std::collections::BTreeSet::new();
    let mut chunks = Chunks::new();
    let from_the_phone = |one: &&Seen| one.call == "post" && one.truly == PHONE;
    for one in seen.iter().filter(from_the_phone) {
        let pieces = one.body.chunks(one.body.len().min(65_536));
        for piece in pieces {
            let opened = keys.iter().find_map(|key| open_item(key, piece).ok());
            let Some(opened) = opened else { continue };
            items += 1;
            posted += piece.len();
            let envelope = match opened {
                Opened::Whole(envelope) => Some(envelope),
                Opened::Chunk(chunk) => {
                    whole += 1;
                    whole_on.insert(1 + (one.second - first) / 86_400);
                    chunks.join(chunk)?
                }
            };
            bytes += envelope.as_ref().map_or(0, unpadded);
        }
    }
    let sync = raw_sync(&before, &after)?;
    let fetches = (items as f64 / 64.0)
        .max(posted as f64 / 2_097_152.0)
        .ceil();
    life.town.deliver(2);
    let row = Row::against(
        "30 days' catch-up of an own device, before padding",
        Unit::Bytes,
        bytes as f64,
        ("automerge's sync protocol, plaintext", sync as f64),
        Goal::AtMost(0.3),
    )
    .also("fetches", Unit::Bytes, fetches, Goal::AtMost(1.0))
    .note(format!(
        "{changes} changes; {items} items of {} kB with their padding, {whole} of them pieces of a whole state sent again (on day {whole_on:?})",
        posted / 1_000
    ))
    .why("each day's delivery is signed, numbered and sealed for itself, for each notebook; most of both is what was sent to four people, which an own device gets too");
    Ok(vec![row])
}

/// Every key under which something may have come to this phone on these days.
fn slot_keys(
    phone: &mut Phone,
    to: &Path,
    days: &[u32],
) -> Told<Vec<alongside_core::trust::inbox::SlotKey>> {
    let copy = phone.copy(to);
    let store = Store::open(&copy, &phone.keystore())?;
    let root: [u8; 32] = store
        .get("self", b"slots")?
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or("a home has slots")?;
    let root = SlotRoot::from_bytes(root);
    let used = store.list("slot")?;
    drop(store);
    std::fs::remove_dir_all(copy)?;
    let weeks: std::collections::BTreeSet<u32> = days.iter().map(|day| week_of(*day)).collect();
    let mut keys = Vec::new();
    for (number, value) in used {
        let number = *number.first().ok_or("a slot has a number")?;
        let turn = value.first_chunk().ok_or("a slot has a turn")?;
        let seed = root.derive_slot_seed(number, u32::from_be_bytes(*turn));
        keys.extend(weeks.iter().map(|week| seed.derive_slot_key(*week)));
    }
    Ok(keys)
}

/// What an envelope is without padding: nonce and tag, suite and shape, length and count, and each part with its head.
fn unpadded(envelope: &Envelope) -> usize {
    let part = |part: &Part| match part {
        Part::List(bytes)
        | Part::Card(bytes)
        | Part::Message(bytes)
        | Part::InviteStep(bytes)
        | Part::WayBack(bytes) => 1 + 4 + bytes.len(),
        Part::Epoch(statement, grant) => {
            1 + 4 + statement.len() + 1 + grant.as_ref().map_or(0, |grant| 4 + grant.len())
        }
    };
    24 + 16 + 2 + 4 + 4 + envelope.parts.iter().map(part).sum::<usize>()
}

/// Bytes of automerge's own sync, both ways, for the documents that changed.
fn raw_sync(before: &Documents, after: &Documents) -> Told<usize> {
    let mut bytes = 0;
    for (name, stored) in after {
        if before.get(name) == Some(stored) {
            continue;
        }
        let mut full = raw(stored)?;
        let mut behind = before.get(name).map_or(Ok(AutoCommit::new()), raw)?;
        if behind.get_heads() == full.get_heads() {
            continue;
        }
        let (mut here, mut there) = (State::new(), State::new());
        loop {
            let one = full.sync().generate_sync_message(&mut here);
            if let Some(message) = &one {
                bytes += message.clone().encode().len();
                behind
                    .sync()
                    .receive_sync_message(&mut there, message.clone())?;
            }
            let other = behind.sync().generate_sync_message(&mut there);
            if let Some(message) = &other {
                bytes += message.clone().encode().len();
                full.sync()
                    .receive_sync_message(&mut here, message.clone())?;
            }
            if one.is_none() && other.is_none() {
                break;
            }
        }
        assert_eq!(behind.get_heads(), full.get_heads());
    }
    Ok(bytes)
}

/// The phone hands over 1,000 changes in 30 envelopes; the tablet takes all of them in one fetch, and shows its page.
pub(super) fn incoming(life: &mut Life) -> Told<Vec<Row>> {
    life.town.deliver(3);
    let shelf = life.town.shelf("before");
    let before = documents(life.town.phone(TABLET), &shelf)?;
    let mut made = 0;
    for envelope in 1..=ENVELOPES {
        let upto = CHANGES * envelope / ENVELOPES;
        life.more_ticks(upto - made, made)?;
        made = upto;
        life.town.phone(PHONE).sync();
    }
    let start = life.town.shelf("start");
    let _ = life.town.phone(TABLET).copy(&start);
    let tape = record(life.town.phone(TABLET))?;
    let came = tape.items();
    let after = documents(life.town.phone(TABLET), &shelf)?;
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    let mut count = 0;
    for _ in 0..ROUNDS {
        let tablet = life.town.phone(TABLET);
        tablet.put_back(&start, false);
        // Both sides have their documents open already.
        warm(tablet.app(), made, &life.routines)?;
        let (took, opened) = take(life.town.phone(TABLET), &tape)?;
        assert_eq!(usize::try_from(opened)?, came, "all of them open");
        ours.push(took);
        let (took, changes) = apply_raw(&before, &after)?;
        count = changes;
        peers.push(took);
    }
    let taken = documents(life.town.phone(TABLET), &shelf)?;
    assert_eq!(heads(&taken)?, heads(&after)?, "all of it came");
    life.town.deliver(2);
    let row = Row::against(
        "1,000 incoming changes in 30 envelopes",
        Unit::Micros,
        median(&mut ours),
        ("automerge applying the same, concatenated", median(&mut peers)),
        Goal::AtMost(2.0),
    )
    .note(format!(
        "{count} changes in {came} envelopes, opened, checked, merged, kept and today's page drawn; home in memory, so no waiting for a disk"
    ))
    .why("each change passes the gate, each message is opened and verified for itself, and documents are written to the store");
    Ok(vec![row])
}

fn warm(app: &mut Companion, ticks: usize, routines: &[alongside_core::life::ItemId]) -> Told<()> {
    use jiff::ToSpan;
    let today = app.now().today;
    let back = i64::try_from(ticks / routines.len())?;
    let id = *routines.first().ok_or("a routine")?;
    app.routine(id)?;
    app.history(id, today.saturating_sub(back.days()), today)?;
    app.today()?;
    Ok(())
}

/// Lets the phone fetch, and keeps what it got.
fn record(phone: &mut Phone) -> Told<Tape> {
    let mut tape = Tape::before(phone.post.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    runtime.block_on(phone.app().contact(&tape, Contact::Fetch))?;
    tape.rewind();
    Ok(tape)
}

fn take(phone: &mut Phone, tape: &Tape) -> Told<(f64, u32)> {
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    let app = phone.app();
    let (took, report) = micros(|| -> Told<_> {
        let report = runtime.block_on(app.contact(tape, Contact::Fetch))?;
        app.today()?;
        Ok(report)
    });
    Ok((took, report?.came))
}

fn heads(all: &Documents) -> Told<Vec<Vec<[u8; 32]>>> {
    let heads = all
        .values()
        .map(|stored| Ok(Document::load(stored)?.heads()));
    heads.collect()
}

/// Automerge alone: the changes that came, in one piece for each document that is open already.
fn apply_raw(before: &Documents, after: &Documents) -> Told<(f64, usize)> {
    let (mut took, mut count) = (0.0, 0);
    for (name, stored) in after {
        let mut open = before.get(name).map_or(Ok(AutoCommit::new()), raw)?;
        let mut full = raw(stored)?;
        let news = full.get_changes(&open.get_heads());
        if news.is_empty() {
            continue;
        }
        count += news.len();
        let bytes: Vec<u8> = news
            .iter()
            .flat_map(|change| change.raw_bytes().to_vec())
            .collect();
        let (time, applied) = micros(|| open.load_incremental(&bytes));
        applied?;
        assert_eq!(open.get_heads(), full.get_heads());
        took += time;
    }
    Ok((took, count))
}
