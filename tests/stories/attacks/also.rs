//! What must be tried besides: replayed epochs and cards, a full inbox, an unknown suite, 10 MB in one item, a bomb that
//! unpacks, a thousand devices in a list. (Eight weeks and thirteen months offline, and a clock 400 days wrong, are told
//! in stories/life/weeks_offline.rs.)

use super::kit::{
    Loot, Walk, first_day, posts, record, recorded, rng, slip, slip_bytes, slot_of, sync_by,
};
use alongside_core::life::Mark;
use alongside_core::notebook::{DocName, Generation, KIND_SNAPSHOT, WireItem};
use alongside_core::post::{CreateInbox, Fetched, FetchedItem, PostBox, PostError, Token};
use alongside_core::trust::Refused;
use alongside_core::trust::bytes::Writer;
use alongside_core::trust::device::DeviceSecret;
use alongside_core::trust::envelope::{Envelope, Part, open_item, seal_envelope};
use alongside_core::trust::inbox::week_of;
use alongside_core::trust::list::{DeviceList, ListStatement};
use alongside_core::trust::message::Item;
use jiff::ToSpan;
use relay::{Quotas, Refusal};
use std::cell::Cell;
use std::time::Instant;
use town::SimPost;

#[test]
fn epochs_and_cards_of_the_past_change_nothing() {
    let mut it = Walk::shown(1_001);
    record(&it.town);
    // Three months: several epochs and cards.
    for n in 1..46_i64 {
        it.marks(first_day() + (2 * n).days());
        it.town.deliver(1);
        it.town.days_pass(2);
    }
    it.town.phone("pat").sync();
    let seen = recorded(&it.town);
    let state = Loot::of(&mut it.town, "pat");
    let robin = it.robin.clone();
    let before = state.tie(&robin);
    let mut replayed = state.tie(&robin);
    let letters = state.letters(&seen);
    let (mut epochs, mut cards) = (0, 0);
    for (_, _, parts) in &letters {
        epochs += parts
            .iter()
            .filter(|part| matches!(part, Part::Epoch(..)))
            .count();
        cards += parts
            .iter()
            .filter(|part| matches!(part, Part::Card(_)))
            .count();
        let brought = replayed.take(parts);
        assert!(!brought.card_changed && !brought.list_changed);
        assert!(brought.messages.is_empty(), "nothing is read twice");
    }
    assert!(epochs >= 3 && cards >= 3, "{epochs} epochs, {cards} cards");
    assert!(replayed.counts().repeated > before.counts().repeated);
    let me = before.readers().into_iter().next().unwrap();
    let again = replayed.readers().into_iter().next().unwrap();
    assert_eq!(me.1.bytes(), again.1.bytes(), "the newest card stays");
    // Posted again by somebody who kept the bodies: known, and nothing moves.
    let day = it.town.clock.true_day();
    let seed = slot_of(
        &Loot::of(&mut it.town, "robin").tie(&it.pat),
        &state.tie(&robin).me(),
    );
    for (_, seen) in posts(&seen).take(20) {
        let _ = slip_bytes(&it.town, &seed, &seen.body);
    }
    it.town.phone("pat").sync();
    it.marks(first_day() + i64::from(day - 20_485).days());
    it.town.deliver(2);
    let shown = it.town.phone("pat").app().what_they_show(&robin).unwrap();
    let days = &shown.routines[0].days;
    assert!(days.values().all(|record| record.mark == Some(Mark::Done)));
    assert_eq!(days.len(), 47);
}

#[test]
fn a_full_inbox_is_said_and_mended() {
    let mut it = Walk::shown(1_002);
    it.town.net.borrow_mut().office.set_quotas(Quotas {
        slot_bytes: 1,
        ..Quotas::default()
    });
    it.marks(first_day() + 1.days());
    let report = it.town.phone("robin").sync();
    assert_eq!((report.went, report.waits), (0, 1), "it waits here");
    let report = it.town.phone("pat").sync();
    assert!(
        report.not_up_to_date,
        "the reader is told that something did not fit"
    );
    assert!(it.town.phone("pat").sync().aside == 0);
    it.town
        .net
        .borrow_mut()
        .office
        .set_quotas(Quotas::default());
    for _ in 0..3 {
        it.town.days_pass(1);
        it.town.deliver(1);
    }
    assert_eq!(it.days_seen_by("pat").len(), 2);
}

/// A later release's suite: the part is set aside, what stands beside it is taken, nothing is lost.
#[test]
fn an_unknown_suite_is_refused_and_what_stands_beside_it_is_taken() {
    let mut it = Walk::shown(1_003);
    let robin = it.robin.clone();
    let state = Loot::of(&mut it.town, "robin");
    let mut tie = state.tie(&it.pat);
    let key = state.key(&tie);
    let (reader, _) = tie.readers().into_iter().next().unwrap();
    let day = it.town.clock.true_day();
    let sealed = tie
        .seal(&key, day, vec![], false, vec![], &mut rng(3))
        .unwrap();
    let mut parts = tie
        .parts_for(&reader, Some(&sealed.bytes), &mut rng(4))
        .unwrap();
    let (list, card) = (
        tie.mine().statements().next().unwrap().to_vec(),
        tie.my_card().unwrap().bytes().to_vec(),
    );
    let of_later = |bytes: &[u8]| {
        let mut later = bytes.to_vec();
        later[0] = 2;
        later
    };
    parts.insert(0, Part::Message(of_later(&sealed.bytes)));
    parts.insert(0, Part::Card(of_later(&card)));
    parts.insert(0, Part::List(of_later(&list)));
    parts.insert(0, Part::Epoch(of_later(&list), None));
    let before = Loot::of(&mut it.town, "pat").tie(&robin).counts().refused;
    slip(&it.town, &slot_of(&tie, &reader), parts).unwrap();
    assert_eq!(it.town.phone("pat").sync().came, 1);
    it.town.clock.pass(1);
    let after = Loot::of(&mut it.town, "pat").tie(&robin);
    assert_eq!(after.counts().refused, before + 4);
    let opened = after.opened().values().map(|one| one.highest).max();
    assert_eq!(
        opened,
        Some(sealed.sequence),
        "the message beside them opened"
    );
    for refused in [
        ListStatement::open(&of_later(&list)).err(),
        alongside_core::trust::card::Card::open(&of_later(&card)).err(),
    ] {
        assert_eq!(refused, Some(Refused::UnknownSuite));
    }
}

/// A relay that hands out what nobody posted.
struct Giver {
    inner: SimPost,
    gift: Vec<u8>,
    given: Cell<bool>,
}

impl PostBox for Giver {
    async fn create(&self, word: Option<&Token>, inbox: &CreateInbox) -> Result<(), PostError> {
        self.inner.create(word, inbox).await
    }
    async fn post(&self, slot: &Token, key: [u8; 16], body: &[u8]) -> Result<(), PostError> {
        self.inner.post(slot, key, body).await
    }
    async fn fetch(
        &self,
        inbox: &Token,
        max: u16,
        cursor: &[u8],
        acks: &[[u8; 16]],
    ) -> Result<Fetched, PostError> {
        let mut fetched = self.inner.fetch(inbox, max, cursor, acks).await?;
        if !self.given.replace(true) {
            fetched.items.insert(
                0,
                FetchedItem {
                    id: [9; 16],
                    day: 20_486,
                    bytes: self.gift.clone(),
                },
            );
        }
        Ok(fetched)
    }
    async fn acknowledge(&self, inbox: &Token, acks: &[[u8; 16]]) -> Result<(), PostError> {
        self.inner.acknowledge(inbox, acks).await
    }
    async fn wait(&self, wake: &Token, seconds: u16) -> Result<bool, PostError> {
        self.inner.wait(wake, seconds).await
    }
    async fn close(&self, inbox: &Token, slot_hashes: &[[u8; 32]]) -> Result<(), PostError> {
        self.inner.close(inbox, slot_hashes).await
    }
    async fn delete(&self, inbox: &Token) -> Result<(), PostError> {
        self.inner.delete(inbox).await
    }
}

#[test]
fn ten_megabytes_are_set_aside_and_not_kept() {
    let mut it = Walk::shown(1_004);
    it.marks(first_day() + 1.days());
    it.town.phone("robin").sync();
    let giver = Giver {
        inner: it.town.phone("pat").post.clone(),
        gift: vec![0xee; 10 << 20],
        given: Cell::new(false),
    };
    let begun = Instant::now();
    let report = sync_by(it.town.phone("pat"), &giver);
    assert_eq!(
        (report.aside, report.came),
        (1, 1),
        "what stands behind it is taken"
    );
    assert!(begun.elapsed().as_secs() < 20);
    assert_eq!(it.days_seen_by("pat").len(), 2);
    let kept: u64 = std::fs::read_dir(it.town.phone("pat").dir())
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    assert!(kept < 4 << 20, "{kept} bytes on disk");
    // The relay itself takes no such thing.
    let state = Loot::of(&mut it.town, "robin");
    let tie = state.tie(&it.pat);
    let (reader, _) = tie.readers().into_iter().next().unwrap();
    let refused = slip_bytes(&it.town, &slot_of(&tie, &reader), &vec![0; 10 << 20]);
    assert!(
        matches!(refused, Err(Refusal::WrongSize | Refusal::TooLarge)),
        "{refused:?}"
    );
}

#[test]
fn a_bomb_inside_the_seal_is_refused_and_the_rest_is_taken() {
    let mut it = Walk::shown(1_005);
    let robin = it.robin.clone();
    let state = Loot::of(&mut it.town, "robin");
    let mut tie = state.tie(&it.pat);
    let key = state.key(&tie);
    let (reader, _) = tie.readers().into_iter().next().unwrap();
    // 512 MiB of nought in a few kilobytes, as an altered phone would write it.
    let bomb = {
        let mut frame = Vec::new();
        // One frame of the format (RFC 8878) of run-length blocks: 128 KiB from four bytes each.
        frame.extend([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]);
        for _ in 0..4_096 {
            let header: u32 = (131_072 << 3) | (1 << 1);
            frame.extend(&header.to_le_bytes()[..3]);
            frame.push(0);
        }
        frame.extend([1, 0, 0]);
        frame
    };
    let mut w = Writer::new();
    w.u64(1 << 30);
    w.fixed(&[4; 16]);
    w.bytes(DocName::Core.to_string().as_bytes());
    w.u8(1);
    w.bytes(&bomb);
    let bomb = w.finish();
    assert!(bomb.len() < 20_000);
    let begun = Instant::now();
    assert!(WireItem::decode(KIND_SNAPSHOT, &bomb).is_err());
    // Beside it garbage of every kind, and an honest item in the middle of them.
    let mut items: Vec<Item> = (0..=255_u8)
        .filter(|kind| *kind != 6)
        .map(|kind| Item {
            kind,
            bytes: vec![kind; 97],
        })
        .collect();
    items.push(Item {
        kind: KIND_SNAPSHOT,
        bytes: bomb,
    });
    let honest = WireItem {
        generation: Generation {
            number: 1 << 15,
            random: [1; 16],
        },
        name: DocName::Core,
        snapshot: true,
        changes: vec![],
    };
    items.push(Item {
        kind: KIND_SNAPSHOT,
        bytes: honest.encode(),
    });
    let day = it.town.clock.true_day();
    let sealed = tie
        .seal(&key, day, items, false, vec![], &mut rng(5))
        .unwrap();
    let parts = tie
        .parts_for(&reader, Some(&sealed.bytes), &mut rng(6))
        .unwrap();
    slip(&it.town, &slot_of(&tie, &reader), parts).unwrap();
    assert_eq!(it.town.phone("pat").sync().came, 1);
    assert!(begun.elapsed().as_secs() < 20);
    let shown = it.town.phone("pat").app().what_they_show(&robin).unwrap();
    assert!(
        shown.routines.is_empty(),
        "the honest item behind the bomb was taken"
    );
}

#[test]
fn a_thousand_devices_in_a_list_are_refused() {
    let mut it = Walk::shown(1_006);
    let robin = it.robin.clone();
    let state = Loot::of(&mut it.town, "robin");
    let mut tie = state.tie(&it.pat);
    let key = state.key(&tie);
    let list = tie.mine().list();
    let strangers: Vec<[u8; 32]> = (0..1_000_u32)
        .map(|n| {
            let mut context = [0; 32];
            context[..4].copy_from_slice(&n.to_be_bytes());
            DeviceSecret::from_bytes([3; 32])
                .derive_tie_key(&context)
                .public()
        })
        .collect();
    let at_once = ListStatement::make_next(&key, 0, list.heads(), &strangers, &[]);
    assert_eq!(at_once.err(), Some(Refused::TooLarge));
    // By hand: the same statement, signed as it stands.
    let mut w = Writer::new();
    w.u8(1);
    w.u32(0);
    w.count(list.heads().len());
    for head in list.heads() {
        w.fixed(&head.0);
    }
    w.count(strangers.len());
    let mut sorted = strangers.clone();
    sorted.sort_unstable();
    sorted.iter().for_each(|one| w.fixed(one));
    w.count(0);
    w.u8(0);
    w.u8(0);
    w.fixed(&key.public());
    let mut bytes = w.finish();
    let signature = key.sign(alongside_core::trust::suite::Label::List, &bytes);
    bytes.extend_from_slice(&signature);
    assert_eq!(ListStatement::open(&bytes).err(), Some(Refused::TooLarge));
    // One at a time, by a phone in wrong hands: six at most are in, and the list stays short enough to be removed from.
    let mut parts = vec![Part::List(bytes)];
    let mut heads = list.heads().clone();
    let mut chain: Vec<ListStatement> = Vec::new();
    for stranger in strangers.iter().take(300) {
        let next = ListStatement::make_next(&key, 0, &heads, &[*stranger], &[]).unwrap();
        heads = [next.id()].into();
        parts.push(Part::List(next.bytes().to_vec()));
        chain.push(next);
    }
    let (reader, _) = tie.readers().into_iter().next().unwrap();
    let day = it.town.clock.true_day();
    let sealed = tie
        .seal(&key, day, vec![], false, vec![], &mut rng(7))
        .unwrap();
    parts.push(Part::Message(sealed.bytes.clone()));
    let begun = Instant::now();
    slip(&it.town, &slot_of(&tie, &reader), parts).unwrap();
    let report = it.town.phone("pat").sync();
    assert!(report.came >= 1, "{report:?}");
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
    it.town.clock.pass(1);
    let after = Loot::of(&mut it.town, "pat").tie(&robin);
    assert!(after.theirs().list().count() <= 6, "six at most");
    assert!(after.theirs().statements().count() <= 256);
    assert!(after.counts().refused > 0);
    // What stood behind them was taken, and Robin's own next mark is.
    let opened = after.opened().values().map(|one| one.highest).max();
    assert_eq!(opened, Some(sealed.sequence));
    let joined = DeviceList::join(&chain);
    assert_eq!(joined.count(), 0, "without a beginning nobody is on a list");
}

/// Bytes of every size of the ladder that are nobody's, and an envelope of garbage under the right key.
#[test]
fn garbage_is_set_aside_and_counted() {
    let mut it = Walk::shown(1_007);
    let state = Loot::of(&mut it.town, "robin");
    let tie = state.tie(&it.pat);
    let (reader, _) = tie.readers().into_iter().next().unwrap();
    let seed = slot_of(&tie, &reader);
    for (n, size) in alongside_core::trust::envelope::LADDER
        .into_iter()
        .enumerate()
    {
        let fill = u8::try_from(n).unwrap();
        slip_bytes(&it.town, &seed, &vec![fill; size]).unwrap();
    }
    let parts: Vec<Part> = vec![
        Part::List(vec![]),
        Part::List(vec![1; 300]),
        Part::Card(vec![1; 40]),
        Part::Epoch(vec![1], Some(vec![])),
        Part::Message(vec![]),
        Part::Message(vec![1; 200]),
        Part::InviteStep(vec![1, 2, 3]),
        Part::WayBack(vec![0; 64]),
    ];
    slip(&it.town, &seed, parts).unwrap();
    let report = it.town.phone("pat").sync();
    assert_eq!(
        (report.aside, report.came),
        (5, 1),
        "garbage is counted and stops nothing"
    );
    it.marks(first_day() + 1.days());
    it.town.deliver(2);
    assert_eq!(it.days_seen_by("pat").len(), 2);
    // The wrong slot's key opens nothing.
    let week = week_of(it.town.clock.true_day());
    let body = seal_envelope(
        &seed.derive_slot_key(week),
        &Envelope::default(),
        &mut rng(8),
    )
    .unwrap();
    assert!(
        open_item(
            &state.slots.derive_slot_seed(0, 0).derive_slot_key(week),
            &body
        )
        .is_err()
    );
}
