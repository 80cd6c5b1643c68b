//! Attack 3: an insider, a supporter's phone with every key it was given, tries to write in the owner's name: a message,
//! a grant of a secret of his own, an epoch statement, a list, a card, a write as reader. All are refused and counted,
//! and what the owner truly sends opens all the same.

use super::kit::{
    Loot, Meddler, Trick, Walk, first_day, record, recorded, rng, slip, slot_of, sync_by,
};
use alongside_core::life::CardKind;
use alongside_core::notebook::{DocName, Generation, WireItem};
use alongside_core::trust::bytes::Writer;
use alongside_core::trust::card::Card;
use alongside_core::trust::device::TieKey;
use alongside_core::trust::envelope::Part;
use alongside_core::trust::epoch::{EpochStatement, Grant, NewEpoch, derive_commit};
use alongside_core::trust::ids::{BodyId, DeviceId, EpochId};
use alongside_core::trust::list::ListStatement;
use alongside_core::trust::message::{Body, Item, seal_message};
use alongside_core::trust::suite::{self, Label, SUITE};
use alongside_core::trust::tie::Tie;
use jiff::ToSpan;
use rand_core::Rng;

/// The insider holds Pat's phone; the one to be deceived is Pat's other phone.
struct Insider {
    it: Walk,
    state: Loot,
    tie: Tie,
    key: TieKey,
    /// Robin's device in this tie.
    author: DeviceId,
    author_public: [u8; 32],
    /// The phone to be deceived.
    victim: DeviceId,
    /// Robin's present epoch, as it was granted to the insider.
    statement: EpochStatement,
    secret: [u8; 32],
}

impl Insider {
    fn new(seed: u64) -> Self {
        let mut it = Walk::shown_to_two(seed);
        record(&it.town);
        // A new epoch, so that a grant is among what was recorded.
        it.town.days_pass(29);
        it.marks(first_day() + 1.days());
        it.town.deliver(3);
        let robin = it.robin.clone();
        let state = Loot::of(&mut it.town, "pat");
        let tie = state.tie(&robin);
        let key = state.key(&tie);
        let (author, card) = tie.readers().into_iter().next().unwrap();
        let author_public = *card.device_public();
        let victim = tie.mine().list();
        let victim = *victim.present().find(|one| **one != tie.me()).unwrap();
        let seen = recorded(&it.town);
        let prekeys = state.prekeys();
        let granted = state
            .letters(&seen)
            .into_iter()
            .flat_map(|(_, _, parts)| parts)
            .filter_map(|part| {
                let Part::Epoch(bytes, Some(grant)) = part else {
                    return None;
                };
                let statement = EpochStatement::open(&bytes).ok()?;
                let grant = Grant::from_bytes(&grant).ok()?;
                let secret = prekeys
                    .iter()
                    .find_map(|pair| grant.open(pair, &statement, &tie.me()).ok())?;
                (statement.device() == author).then_some((statement, *secret))
            });
        let (statement, secret) = granted.max_by_key(|(one, _)| one.n()).expect("a grant");
        Self {
            it,
            state,
            tie,
            key,
            author,
            author_public,
            victim,
            statement,
            secret,
        }
    }

    /// What would wipe the walk from the victim's screen, were it believed.
    fn wipe() -> Item {
        let item = WireItem {
            generation: Generation {
                number: 1 << 15,
                random: [0xfa; 16],
            },
            name: DocName::Core,
            snapshot: true,
            changes: vec![],
        };
        Item {
            kind: item.kind(),
            bytes: item.encode(),
        }
    }

    fn body(device: DeviceId) -> Body {
        Body {
            device,
            sequence: 1_000,
            previous: BodyId([0; 32]),
            full: true,
            numbers: vec![],
            items: vec![Self::wipe()],
        }
    }

    fn slip(&self, parts: Vec<Part>) {
        slip(&self.it.town, &slot_of(&self.tie, &self.victim), parts).unwrap();
    }

    /// The victim and Robin meet the post box; what they saw before is what they see, and something was counted.
    fn is_refused(&mut self, what: &str) {
        let robin = self.it.robin.clone();
        let before = Loot::of(&mut self.it.town, "patpad").tie(&robin);
        let report = self.it.town.phone("patpad").sync();
        assert!(report.came > 0, "{what} arrived");
        assert_eq!(self.it.days_seen_by("patpad").len(), 2, "{what}");
        self.it.town.clock.pass(1);
        let after = Loot::of(&mut self.it.town, "patpad").tie(&robin);
        let refused = |tie: &Tie| {
            let counts = tie.counts();
            counts.refused + counts.waiting + counts.repeated
        };
        let unknown = what.contains("unknown");
        assert!(
            refused(&after) > refused(&before) || unknown,
            "{what} is counted"
        );
        assert!(after.theirs().list() == before.theirs().list(), "{what}");
        let card = |tie: &Tie| slot_of(tie, &self.author).leak_bytes().to_owned();
        assert_eq!(card(&after), card(&before), "{what}");
        // And what the owner writes next opens.
        let next = first_day() + 2.days();
        self.it.marks(next);
        self.it.town.deliver(2);
        assert_eq!(self.it.days_seen_by("patpad").len(), 3, "after {what}");
    }
}

/// A message sealed by hand under a secret that the insider was given, in the author's name.
fn forged_message(
    author: DeviceId,
    signer: &TieKey,
    epoch: &EpochStatement,
    secret: &[u8; 32],
) -> Vec<u8> {
    let item = Insider::wipe();
    let mut body = Writer::new();
    body.fixed(&author.0);
    body.u64(1_000);
    body.fixed(&[0; 32]);
    body.u8(1);
    body.count(0);
    let head = body.len();
    body.count(1);
    body.u8(item.kind);
    body.bytes(&item.bytes);
    let body = body.finish();
    let mut salt = [0; 32];
    rng(7).fill_bytes(&mut salt);
    let mut keys = [0; 96];
    suite::derive_into(Label::Message, secret, &salt, &[&epoch.id().0], &mut keys).unwrap();
    let (cipher, rest) = keys.split_first_chunk::<32>().unwrap();
    let header = [&[SUITE][..], &epoch.id().0, &salt, &rest[..32]].concat();
    let signature = signer.sign(Label::MessageSignature, &body[..head]);
    let plain = [&signature[..], &body].concat();
    let sealed = suite::seal_aead(cipher, &[0; 24], &header, &plain).unwrap();
    [header, sealed].concat()
}

#[test]
fn a_message_in_the_authors_name_is_refused() {
    let mut insider = Insider::new(301);
    let forged = forged_message(
        insider.author,
        &insider.key,
        &insider.statement,
        &insider.secret,
    );
    insider.slip(vec![Part::Message(forged)]);
    insider.is_refused("a message in the author's name");
}

#[test]
fn a_message_of_the_insiders_own_in_the_authors_epoch_is_refused() {
    let mut insider = Insider::new(302);
    let (mine, _) = seal_message(
        &insider.key,
        &insider.secret,
        &insider.statement.id(),
        &Insider::body(insider.tie.me()),
        &mut rng(5),
    )
    .unwrap();
    insider.slip(vec![Part::Message(mine)]);
    insider.is_refused("a message of the insider's own");
}

#[test]
fn a_grant_of_the_insiders_own_secret_is_refused() {
    let mut insider = Insider::new(303);
    // Robin turns again; the insider is quicker than Robin's own envelope to the victim.
    insider.it.town.days_pass(29);
    let next = first_day() + 3.days();
    insider.it.marks(next);
    insider.it.town.phone("robin").sync();
    insider.it.town.phone("pat").sync();
    let seen = recorded(&insider.it.town);
    let newest = insider
        .state
        .letters(&seen)
        .into_iter()
        .flat_map(|(_, _, parts)| parts)
        .filter_map(|part| match part {
            Part::Epoch(bytes, _) => EpochStatement::open(&bytes).ok(),
            _ => None,
        })
        .filter(|one| one.device() == insider.author)
        .max_by_key(EpochStatement::n)
        .unwrap();
    assert!(newest.n() > insider.statement.n());
    let cards = insider.tie.mine();
    let card = cards.cards().find(|(one, _)| **one == insider.victim);
    // The card as the victim shows it now, from the statement's own list of readers.
    let prekey = newest.reader_prekey(&insider.victim).unwrap();
    let (_, card) = card.unwrap();
    assert_eq!(
        card.prekey_id(),
        prekey,
        "the insider knows the victim's card"
    );
    let mine = [0x5e; 32];
    let grant = Grant::seal(
        card.prekey_public(),
        &newest.id(),
        &insider.victim,
        &mine,
        &mut rng(6),
    )
    .unwrap();
    let (wipe, _) = seal_message(
        &insider.key,
        &mine,
        &newest.id(),
        &Insider::body(insider.tie.me()),
        &mut rng(8),
    )
    .unwrap();
    insider.slip(vec![
        Part::Epoch(newest.bytes().to_vec(), Some(grant.bytes().to_vec())),
        Part::Message(wipe),
    ]);
    let first = Meddler::of(insider.it.town.phone("patpad"), Trick::Reverse);
    let report = sync_by(insider.it.town.phone("patpad"), &first);
    assert!(
        report.came >= 2,
        "forged and true grant came, the forged one first"
    );
    assert_eq!(
        insider.it.days_seen_by("patpad").len(),
        3,
        "Robin's own envelope opens: the forged secret took nobody's place"
    );
}

#[test]
fn a_write_as_reader_is_refused() {
    let mut insider = Insider::new(304);
    let commit = derive_commit(&[0x77; 32]);
    let (readers, cards): (Vec<_>, Vec<_>) = insider
        .tie
        .mine()
        .cards()
        .filter(|(one, _)| **one == insider.victim)
        .map(|(one, card)| ((*one, card.prekey_id()), card.prekey_public().to_vec()))
        .unzip();
    let statement = EpochStatement::make(
        &insider.key,
        &NewEpoch {
            notebook: insider.tie.their_notebook(),
            n: 900,
            lists: insider.tie.theirs().list().heads().clone(),
            readers: readers.into_iter().collect(),
            commit,
            start: insider.it.town.clock.true_day(),
            reason: 1,
        },
    )
    .unwrap();
    let grant = Grant::seal(
        &cards[0],
        &statement.id(),
        &insider.victim,
        &[0x77; 32],
        &mut rng(9),
    )
    .unwrap();
    let (message, _) = seal_message(
        &insider.key,
        &[0x77; 32],
        &statement.id(),
        &Insider::body(insider.tie.me()),
        &mut rng(10),
    )
    .unwrap();
    let epoch = Part::Epoch(statement.bytes().to_vec(), Some(grant.bytes().to_vec()));
    insider.slip(vec![epoch, Part::Message(message)]);
    insider.is_refused("an epoch and a write in another's notebook");
}

/// An epoch in the author's name, its number above all that she will reach: believed, it would also shut her out.
#[test]
fn an_epoch_in_the_authors_name_is_refused() {
    let mut insider = Insider::new(307);
    let card = insider.tie.mine();
    let card = card.cards().find(|(one, _)| **one == insider.victim);
    let (_, card) = card.unwrap();
    let secret = [0x79; 32];
    let own = EpochStatement::make(
        &insider.key,
        &NewEpoch {
            notebook: insider.tie.their_notebook(),
            n: 900,
            lists: insider.tie.theirs().list().heads().clone(),
            readers: [(insider.victim, card.prekey_id())].into(),
            commit: derive_commit(&secret),
            start: insider.it.town.clock.true_day(),
            reason: 1,
        },
    )
    .unwrap();
    let mut named = own.bytes().to_vec();
    named[1..33].copy_from_slice(&insider.author_public);
    let signed = &named[..named.len() - 64];
    let id = EpochId(suite::hash(Label::EpochId, &[signed]));
    let grant = Grant::seal(
        card.prekey_public(),
        &id,
        &insider.victim,
        &secret,
        &mut rng(13),
    )
    .unwrap();
    insider.slip(vec![Part::Epoch(named, Some(grant.bytes().to_vec()))]);
    insider.is_refused("an epoch in the author's name");
    // Also once she turns to a new one of her own.
    insider.it.town.days_pass(29);
    insider.it.marks(first_day() + 3.days());
    insider.it.town.deliver(2);
    assert_eq!(insider.it.days_seen_by("patpad").len(), 4);
}

#[test]
fn a_statement_and_a_card_in_the_authors_name_are_refused() {
    let mut insider = Insider::new(305);
    let list = insider.tie.theirs().list();
    let next = |removes: &[(DeviceId, u64)]| {
        ListStatement::make_next(
            &insider.key,
            list.root_generation(),
            list.heads(),
            &[insider.key.public()],
            removes,
        )
        .unwrap()
    };
    let own = next(&[(insider.author, 0)]);
    // The same with the author's key named as its signer.
    let mut named = own.bytes().to_vec();
    let at = named.len() - 64 - 32;
    named[at..at + 32].copy_from_slice(&insider.author_public);
    let card = Card::make(
        &insider.key,
        &[3; 1_216],
        [9; 32],
        9_999,
        insider.it.town.clock.true_day(),
    )
    .unwrap();
    let mut stolen = card.bytes().to_vec();
    stolen[1..33].copy_from_slice(&insider.author_public);
    for part in [
        Part::List(own.bytes().to_vec()),
        Part::List(named),
        Part::Card(stolen),
        Part::Card(card.bytes().to_vec()),
    ] {
        let tie = insider.tie.counts().refused;
        let brought = insider.tie.take(std::slice::from_ref(&part));
        assert!(!brought.list_changed && !brought.card_changed);
        assert_eq!(insider.tie.counts().refused, tie + 1, "each is counted");
        insider.slip(vec![part]);
        insider.it.town.clock.pass(1);
    }
    insider.is_refused("lists and cards in the author's name");
}

/// The outer layer is the slot's alone: whoever holds another slot's seed posts there and nowhere else (what comes
/// through Pat's slot is believed as Pat's, whatever it says).
#[test]
fn nothing_that_comes_through_pats_slot_is_taken_for_robins_own() {
    let mut insider = Insider::new(306);
    // A home item (a key, a tie, a card) in a message to Robin: only own devices' messages may bring those.
    let robin_device = insider.author;
    let seed = slot_of(&insider.tie, &robin_device);
    let mut w = Writer::new();
    w.fixed(&insider.tie.their_notebook().0);
    w.bytes(insider.statement.bytes());
    w.fixed(&[0x66; 32]);
    let key_item = Item {
        kind: 3,
        bytes: w.finish(),
    };
    let tie_item = Item {
        kind: 4,
        bytes: {
            let mut w = Writer::new();
            w.bytes(&insider.tie.record());
            w.finish()
        },
    };
    // What own devices share: recovery publics, the alias key, the name.
    let own = Item {
        kind: 9,
        bytes: {
            // In a form that an own device's would have: recovery publics may be absent, an alias key has 32 bytes.
            let mut record = Writer::new();
            record.bytes(&[]);
            record.bytes(&[2; 32]);
            record.bytes(b"Mallory");
            let mut w = Writer::new();
            w.bytes(&record.finish());
            w.finish()
        },
    };
    // A copy that would wipe what Robin shows, and a number that would hide what is missed of it.
    let copy = Item {
        kind: 7,
        bytes: {
            let mut w = Writer::new();
            w.fixed(&insider.tie.their_notebook().0);
            w.bytes(&Insider::wipe().bytes);
            w.finish()
        },
    };
    let covered = Item {
        kind: 8,
        bytes: {
            let mut w = Writer::new();
            w.fixed(&insider.tie.my_notebook().0);
            w.fixed(&insider.tie.me().0);
            w.u64(1 << 40);
            w.finish()
        },
    };
    let day = insider.it.town.clock.true_day();
    let message = insider
        .tie
        .seal(
            &insider.key,
            day,
            vec![key_item, tie_item, own, copy, covered],
            false,
            vec![],
            &mut rng(11),
        )
        .unwrap();
    let parts = insider
        .tie
        .parts_for(&robin_device, Some(&message.bytes), &mut rng(12))
        .unwrap();
    slip(&insider.it.town, &seed, parts).unwrap();
    let report = insider.it.town.phone("robin").sync();
    assert!(report.came > 0);
    let robin = insider.it.town.phone("robin").app();
    assert_eq!(robin.name().unwrap(), "Robin");
    assert_eq!(robin.people().unwrap().len(), 1);
    assert_eq!(robin.devices().unwrap().len(), 1);
    // What Pat sends next is not taken for something that came before, and Robin's own notebook goes on.
    let who = insider.it.robin.clone();
    let pat = insider.it.town.phone("pat").app();
    pat.send_card(&who, CardKind::WellDone, None).unwrap();
    insider.it.marks(first_day() + 2.days());
    insider.it.town.deliver(3);
    let inbox = insider.it.town.phone("robin").app().inbox().unwrap();
    assert_eq!(inbox.len(), 1, "a card that came afterwards");
    assert_eq!(insider.it.days_seen_by("patpad").len(), 3);
}
