//! What one who is on the list may send on purpose: nothing of it makes a tie that can't be kept and read again.

use super::*;
use crate::trust::device::{DeviceSecret, TieKey};
use crate::trust::envelope::Part;
use crate::trust::epoch::{EpochStatement, Grant, NewEpoch, derive_commit};
use crate::trust::golden::rng;
use std::collections::BTreeSet;

/// Robin's side of a tie, and the key with which Pat signs there.
fn pair() -> (Tie, TieKey, Card) {
    let start = |seed: u8| {
        let device = DeviceSecret::from_bytes([seed; 32]);
        let mut chance = rng(u64::from(seed));
        let start = TieStart::make(
            &device,
            [1; 32],
            [2; 32],
            0,
            [seed; 32],
            20_000,
            &mut chance,
        );
        (device, start.unwrap())
    };
    let (_, robin) = start(1);
    let (device, pat) = start(2);
    let key = device.derive_tie_key(&pat.context);
    let card = Card::open(robin.card_bytes()).unwrap();
    let meeting = Meeting {
        tie: TieId([7; 32]),
        side: Side::Inviter,
        list: pat.list_bytes(),
        card: pat.card_bytes(),
        way_back: [3; 32],
    };
    (Tie::from_meeting(robin, &meeting).unwrap(), key, card)
}

/// Pat's first epoch, granted to Robin's phone; a clone of hers begins it on another day.
fn epoch(tie: &Tie, key: &TieKey, card: &Card, day: u32) -> Part {
    let me = tie.me();
    let new = NewEpoch {
        notebook: tie.their_notebook(),
        n: 1,
        lists: BTreeSet::new(),
        readers: BTreeSet::from([(me, card.prekey_id())]),
        commit: derive_commit(&[5; 32]),
        start: day,
        reason: 0,
    };
    let statement = EpochStatement::make(key, &new).unwrap();
    let public = card.prekey_public();
    let grant = Grant::seal(public, &statement.id(), &me, &[5; 32], &mut rng(1)).unwrap();
    Part::Epoch(statement.bytes().to_vec(), Some(grant.bytes().to_vec()))
}

fn is_read_again(tie: &Tie) {
    Tie::from_bytes(&tie.leak_bytes()).expect("a tie that is kept is read");
}

#[test]
fn epochs_of_one_number_have_a_bound() {
    let (mut tie, key, card) = pair();
    let parts: Vec<Part> = (0..EPOCHS_OF_ONE as u32 + 3)
        .map(|day| epoch(&tie, &key, &card, day))
        .collect();
    tie.take(&parts);
    assert_eq!(tie.read.len(), EPOCHS_OF_ONE);
    assert_eq!(tie.counts().refused, 3);
    is_read_again(&tie);
}

#[test]
fn covered_senders_have_a_bound() {
    let (mut tie, key, _) = pair();
    let notebook = tie.their_notebook();
    for n in 0..SENDERS as u64 + 5 {
        let mut id = [0; 32];
        id[..8].copy_from_slice(&n.to_be_bytes());
        tie.cover(notebook, DeviceId(id), 3);
    }
    assert_eq!(tie.opened().len(), SENDERS);
    tie.cover(notebook, DeviceId([0; 32]), 9);
    assert_eq!(tie.opened()[&(notebook, DeviceId([0; 32]))].highest, 9);
    tie.cover(notebook, key.device_id(), 9);
    assert_eq!(tie.opened().len(), SENDERS);
    is_read_again(&tie);
}

#[test]
fn cards_of_devices_that_are_out_go_when_there_are_many() {
    let (mut tie, first, _) = pair();
    let mut signer = first;
    let mut chance = rng(9);
    for n in 0..80_u64 {
        let mut seed = [9; 32];
        seed[..8].copy_from_slice(&n.to_be_bytes());
        let device = DeviceSecret::from_bytes(seed);
        let next = device.derive_tie_key(&[4; 32]);
        let gone = [(signer.device_id(), 0)];
        let heads = tie.theirs().list().heads().clone();
        let adds = [next.public()];
        let statement = ListStatement::make_next(&signer, 0, &heads, &adds, &gone).unwrap();
        tie.take_list(statement.bytes()).unwrap();
        let prekey = Prekey::make(&mut chance).unwrap();
        let card = Card::make(&next, prekey.public(), [1; 32], 1, 20_000).unwrap();
        assert_eq!(tie.take_card(card.bytes()), Ok(true));
        signer = next;
    }
    assert!(tie.theirs.cards.len() < 40);
    assert_eq!(tie.theirs().cards().count(), 1);
    is_read_again(&tie);
}

mod any_bytes {
    use super::*;
    use crate::trust::golden::foreign;
    use proptest::prelude::*;
    use std::sync::OnceLock;

    /// Robin's tie, its record and a beginning, made once.
    fn valid() -> &'static [Vec<u8>; 3] {
        static VALID: OnceLock<[Vec<u8>; 3]> = OnceLock::new();
        VALID.get_or_init(|| {
            let (tie, _, _) = pair();
            [
                tie.leak_bytes().to_vec(),
                tie.record(),
                start().leak_bytes(),
            ]
        })
    }

    fn start() -> TieStart {
        let device = DeviceSecret::from_bytes([3; 32]);
        TieStart::make(&device, [1; 32], [2; 32], 0, [3; 32], 20_000, &mut rng(3)).unwrap()
    }

    fn any_of(which: usize) -> impl Strategy<Value = Vec<u8>> {
        foreign(valid()[which].clone())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn are_a_tie_that_is_kept_or_refused(bytes in any_of(0)) {
            if let Ok(tie) = Tie::from_bytes(&bytes) {
                is_read_again(&tie);
            }
        }

        #[test]
        fn are_a_record_that_is_taken_or_refused(bytes in any_of(1)) {
            if let Ok(tie) = Tie::from_record(start(), &bytes) {
                is_read_again(&tie);
            }
            let mut tie = pair().0;
            let _ = tie.take_record(&bytes);
            is_read_again(&tie);
        }

        #[test]
        fn are_a_beginning_or_refused(bytes in any_of(2)) {
            if let Ok(start) = TieStart::from_bytes(&bytes) {
                prop_assert_eq!(start.leak_bytes(), bytes);
            }
        }
    }
}
