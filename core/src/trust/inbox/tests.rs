//! Tests of inbox: what it must hold, told case by case.

use super::*;
use crate::trust::golden::{self, rng};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

const NO_TURNS: [u32; 64] = [0; 64];

fn device(seed: u64) -> (InboxSecret, SlotRoot) {
    let mut rng = rng(seed);
    (InboxSecret::make(&mut rng), SlotRoot::make(&mut rng))
}

#[test]
fn hashes_are_those_of_the_relays_contract() {
    let label = b"alongside/relay slot";
    let mut said = vec![1];
    said.extend_from_slice(&(label.len() as u32).to_be_bytes());
    said.extend_from_slice(label);
    said.extend_from_slice(&[9; 32]);
    assert_eq!(
        SlotToken::from_bytes([9; 32]).hash().as_slice(),
        Sha256::digest(&said).as_slice()
    );
    let all = [
        FetchToken::from_bytes([9; 32]).hash(),
        WakeToken::from_bytes([9; 32]).hash(),
        SlotToken::from_bytes([9; 32]).hash(),
    ];
    assert_eq!(BTreeSet::from(all).len(), 3);
}

#[test]
fn a_seed_handed_out_meets_its_registration() {
    let (secret, root) = device(1);
    let mut turns = NO_TURNS;
    turns[7] = 3;
    let it = derive_inbox_registration(&secret, &root, &turns, 2_950);
    assert_eq!(it.week, 2_950);
    assert_eq!(it.fetch_hash, secret.derive_fetch_token(2_950).hash());
    assert_eq!(it.wake_hash, secret.derive_wake_token(2_950).hash());
    // What a tie can do with the bytes that a card gave it.
    let handed = *root.derive_slot_seed(7, 3).leak_bytes();
    let slot = SlotSeed::from_bytes(handed).derive_slot_token(2_950).hash();
    assert!(it.slot_hashes.contains(&slot));
    assert!(
        !it.slot_hashes
            .contains(&root.derive_slot_seed(7, 2).derive_slot_token(2_950).hash())
    );
    assert!(
        it.slot_hashes
            .contains(&root.derive_slot_seed(63, 0).derive_slot_token(2_950).hash())
    );
}

#[test]
fn two_weeks_slots_turns_and_devices_share_nothing() {
    let mut seen = BTreeSet::new();
    for seed in 1..=2 {
        let (secret, root) = device(seed);
        for turn in 0..=1 {
            for week in [2_950, 2_951] {
                let it = derive_inbox_registration(&secret, &root, &[turn; 64], week);
                assert!(it.slot_hashes.is_sorted(), "their order says nothing");
                for hash in it.slot_hashes {
                    assert!(seen.insert(hash));
                }
                if turn == 0 {
                    assert!(seen.insert(it.fetch_hash) && seen.insert(it.wake_hash));
                }
                for slot in 0..SLOTS {
                    let seed = root.derive_slot_seed(slot, turn);
                    assert!(seen.insert(*seed.derive_slot_token(week).leak_bytes()));
                    assert!(seen.insert(*seed.derive_slot_key(week).leak_bytes()));
                }
            }
        }
    }
}

#[test]
fn weeks_months_and_ends() {
    assert_eq!((week_of(0), week_of(6), week_of(7)), (0, 0, 1));
    assert_eq!((month_of(29), month_of(30)), (0, 1));
    assert_eq!(inbox_ends(2), 2 * 7 + 6 + 90);
    assert_eq!(inbox_read_until(2), 22);
    assert_eq!(
        inbox_ends(u32::MAX),
        u32::MAX,
        "a wild week does not overflow"
    );
}

#[test]
fn an_inbox_from_a_seed_looks_like_any_other() {
    let one = SeededInbox::from_seed([5; 32]);
    let it = one.registration(20_700);
    assert_eq!(
        it.week,
        week_of(20_700) + WEEKS_AHEAD,
        "as an ordinary one made that day"
    );
    assert_eq!(BTreeSet::from(it.slot_hashes).len(), 64);
    assert!(it.slot_hashes.contains(&one.slot_token().hash()));
    assert_eq!(it.fetch_hash, one.fetch_token().hash());
    assert_eq!(it.wake_hash, one.wake_token().hash());
    let later = SeededInbox::from_seed(*one.leak_seed()).registration(20_710);
    assert_eq!(later.slot_hashes, it.slot_hashes);
    assert_eq!(
        *one.slot_key().leak_bytes(),
        *SeededInbox::from_seed([5; 32]).slot_key().leak_bytes()
    );
}

#[test]
fn nothing_hidden_is_shown() {
    let (secret, root) = device(1);
    assert_eq!(
        format!("{secret:?} {root:?}"),
        "InboxSecret(..) SlotRoot(..)"
    );
    assert_eq!(
        format!("{:?}", SeededInbox::from_seed([1; 32])),
        "SeededInbox(..)"
    );
}

fn golden_values() -> Vec<(&'static str, [u8; 32])> {
    let (secret, root) = (InboxSecret([0x21; 32]), SlotRoot([0x22; 32]));
    let seed = root.derive_slot_seed(3, 1);
    let mut turns = NO_TURNS;
    turns[3] = 1;
    let it = derive_inbox_registration(&secret, &root, &turns, 2_950);
    let seeded = SeededInbox::from_seed([0x23; 32]);
    vec![
        ("inbox", secret.0),
        ("slot root", root.0),
        (
            "fetch token of week 2950",
            secret.derive_fetch_token(2_950).0,
        ),
        ("wake token of week 2950", secret.derive_wake_token(2_950).0),
        ("seed of slot 3 turn 1", seed.0),
        ("slot token of week 2950", seed.derive_slot_token(2_950).0),
        ("slot key of week 2950", seed.derive_slot_key(2_950).0),
        ("fetch hash", it.fetch_hash),
        ("wake hash", it.wake_hash),
        ("first slot hash", it.slot_hashes[0]),
        ("last slot hash", it.slot_hashes[63]),
        ("seeded inbox", seeded.0),
        ("seeded fetch token", seeded.fetch_token().0),
        ("seeded slot token", seeded.slot_token().0),
        ("seeded slot key", seeded.slot_key().0),
    ]
}

#[test]
#[ignore = "makes the golden file, once"]
fn make_golden() {
    let values = golden_values();
    let values: Vec<_> = values
        .iter()
        .map(|(name, value)| (*name, value.as_slice()))
        .collect();
    golden::make_values("inbox.hex", &values);
}

#[test]
fn golden_derivations_still_hold() {
    let kept = golden::values("inbox.hex");
    assert_eq!(kept.len(), golden_values().len());
    for (name, value) in golden_values() {
        assert_eq!(kept[name], value, "{name}");
    }
}
