//! Tests of envelope: what it must hold, told case by case.

use super::*;
use crate::trust::golden::{self, rng};
use proptest::prelude::*;
use rand_core::Rng;

fn key(n: u8) -> SlotKey {
    SlotKey::from_bytes([n; 32])
}

fn message(size: usize) -> Envelope {
    let mut bytes = vec![0; size];
    rng(9).fill_bytes(&mut bytes);
    Envelope {
        parts: vec![Part::Message(bytes)],
    }
}

fn one_of_each() -> Envelope {
    Envelope {
        parts: vec![
            Part::List(vec![1; 10]),
            Part::Card(vec![2; 20]),
            Part::Epoch(vec![3; 30], Some(vec![4; 40])),
            Part::Epoch(vec![5; 5], None),
            Part::Message(vec![6; 60]),
            Part::InviteStep(vec![7; 7]),
            Part::WayBack(vec![]),
        ],
    }
}

fn whole(key: &SlotKey, body: &[u8]) -> Envelope {
    match open_item(key, body) {
        Ok(Opened::Whole(envelope)) => envelope,
        other => panic!("{other:?}"),
    }
}

fn chunk(key: &SlotKey, item: &[u8]) -> Chunk {
    match open_item(key, item) {
        Ok(Opened::Chunk(chunk)) => chunk,
        other => panic!("{other:?}"),
    }
}

/// Seals an inside that no sealer of ours would make.
fn seal_inside(inner: &[u8]) -> Vec<u8> {
    seal_item(&key(1), inner, &mut rng(1)).unwrap()
}

#[test]
fn every_kind_of_part_comes_back() {
    let body = seal_envelope(&key(1), &one_of_each(), &mut rng(1)).unwrap();
    assert_eq!(body.len(), 1024);
    assert_eq!(whole(&key(1), &body), one_of_each());
    assert_eq!(open_item(&key(2), &body), Err(Refused::CannotOpen));
    let empty = seal_envelope(&key(1), &Envelope::default(), &mut rng(1)).unwrap();
    assert_eq!(empty.len(), 1024);
    assert_eq!(whole(&key(1), &empty), Envelope::default());
}

#[test]
fn bodies_have_ladder_sizes_only_to_the_last_byte() {
    // count 4, tag 1, length 4, u32 of all 4, head 2, nonce 24, tag 16
    let around = 55;
    for size in LADDER {
        let full = seal_envelope(&key(1), &message(size - around), &mut rng(1)).unwrap();
        assert_eq!(full.len(), size);
        assert_eq!(whole(&key(1), &full), message(size - around));
        let more = seal_envelope(&key(1), &message(size - around + 1), &mut rng(1)).unwrap();
        assert!(LADDER.contains(&more.len()) || more.len() == 2 * CHUNK);
        assert!(more.len() > size);
    }
}

#[test]
fn large_envelopes_are_joined_in_any_order() {
    let room = CHUNK - 60;
    for count in CHUNK_COUNTS {
        let envelope = message(count * room - 13);
        let body = seal_envelope(&key(1), &envelope, &mut rng(2)).unwrap();
        assert_eq!(body.len(), count * CHUNK);
        let mut chunks = Chunks::new();
        let mut items: Vec<&[u8]> = body.chunks(CHUNK).collect();
        items.reverse();
        items.rotate_left(count / 2);
        let last = items.pop().unwrap();
        for item in &items {
            assert_eq!(chunks.join(chunk(&key(1), item)), Ok(None));
            assert_eq!(chunks.join(chunk(&key(1), item)), Ok(None), "repeated");
        }
        assert_eq!(chunks.unfinished().count(), 1);
        assert_eq!(chunks.join(chunk(&key(1), last)), Ok(Some(envelope)));
        assert_eq!(chunks.unfinished().count(), 0);
    }
    let too_large = message(24 * room - 12);
    assert_eq!(
        seal_envelope(&key(1), &too_large, &mut rng(2)),
        Err(Refused::TooLarge)
    );
    assert_eq!(
        seal_envelope(&key(1), &message(10 << 20), &mut rng(2)),
        Err(Refused::TooLarge)
    );
}

#[test]
fn unfinished_sets_are_bounded_and_the_oldest_goes() {
    let mut chunks = Chunks::new();
    let bodies: Vec<_> = (0..5)
        .map(|n| seal_envelope(&key(1), &message(100_000), &mut rng(n)).unwrap())
        .collect();
    for body in &bodies {
        assert_eq!(chunks.join(chunk(&key(1), &body[..CHUNK])), Ok(None));
    }
    assert_eq!(chunks.unfinished().count(), 2);
    assert_eq!(
        chunks.join(chunk(&key(1), &bodies[0][CHUNK..])),
        Ok(None),
        "dropped"
    );
    assert_eq!(
        chunks.join(chunk(&key(1), &bodies[4][CHUNK..])),
        Ok(Some(message(100_000)))
    );
}

#[test]
fn chunks_of_different_sets_never_mix() {
    let mut inner = vec![suite::SUITE, PIECE];
    inner.extend_from_slice(&[8; 16]);
    inner.extend_from_slice(&[0, 2]);
    inner.resize(CHUNK - NONCE - TAG, 0);
    let piece = |index: u8, count: u8, byte: u8| {
        let mut inner = inner.clone();
        inner[18] = index;
        inner[19] = count;
        inner[4000] = byte;
        open_item(&key(1), &seal_inside(&inner))
    };
    let get = |index, count, byte| match piece(index, count, byte) {
        Ok(Opened::Chunk(chunk)) => chunk,
        other => panic!("{other:?}"),
    };
    for (index, count) in [(2, 2), (0, 0), (0, 1), (0, 5), (200, 24), (0, 255)] {
        assert_eq!(piece(index, count, 0), Err(Refused::Malformed));
    }
    let mut chunks = Chunks::new();
    assert_eq!(chunks.join(get(0, 3, 0)), Ok(None));
    assert_eq!(
        chunks.join(get(0, 3, 1)),
        Err(Refused::Malformed),
        "another content"
    );
    assert_eq!(chunks.join(get(0, 3, 0)), Ok(None));
    assert_eq!(
        chunks.join(get(1, 4, 0)),
        Err(Refused::Malformed),
        "another count"
    );
    assert_eq!(chunks.unfinished().count(), 0);
    assert_eq!(chunks.join(get(0, 2, 0)), Ok(None));
    assert_eq!(
        chunks.join(get(1, 2, 9)),
        Err(Refused::Malformed),
        "padding that is none"
    );
}

#[test]
fn the_key_is_found_by_trial() {
    let keys: Vec<_> = (0..64).map(key).collect();
    let body = seal_envelope(&key(63), &message(40_000), &mut rng(1)).unwrap();
    let (place, opened) = open_with_any(&keys, &body).unwrap();
    assert_eq!((place, opened), (63, Opened::Whole(message(40_000))));
    assert_eq!(open_with_any(&keys[..60], &body), Err(Refused::CannotOpen));
}

#[test]
fn no_two_bodies_are_equal_and_cloned_randomness_repeats_no_nonce() {
    let mut r = rng(1);
    let one = seal_envelope(&key(1), &one_of_each(), &mut r).unwrap();
    let two = seal_envelope(&key(1), &one_of_each(), &mut r).unwrap();
    assert_ne!(one, two);
    assert_ne!(derive_post_key(&one), derive_post_key(&two));
    let a = seal_envelope(&key(1), &message(10), &mut rng(1)).unwrap();
    let b = seal_envelope(&key(1), &message(11), &mut rng(1)).unwrap();
    assert_ne!(a[..NONCE], b[..NONCE]);
}

#[test]
fn a_changed_bit_or_size_is_refused() {
    let body = seal_envelope(&key(1), &one_of_each(), &mut rng(1)).unwrap();
    for place in 0..body.len() {
        let mut changed = body.clone();
        changed[place] ^= 1;
        assert_eq!(open_item(&key(1), &changed), Err(Refused::CannotOpen));
    }
    for size in [0, 1, 24, 40, 1023, 1025, 2048, 70_000, 2 * CHUNK] {
        let mut changed = body.clone();
        changed.resize(size, 0);
        assert!(open_item(&key(1), &changed).is_err());
    }
}

#[test]
fn hostile_insides_are_refused() {
    let open = |inner: &[u8]| {
        let mut inner = inner.to_vec();
        inner.resize(1024 - NONCE - TAG, 0);
        open_item(&key(1), &seal_inside(&inner))
    };
    assert_eq!(open(&[2, 0]), Err(Refused::UnknownSuite));
    assert_eq!(open(&[1, 2]), Err(Refused::Malformed), "unknown shape");
    assert_eq!(open(&[1, 1]), Err(Refused::Malformed), "a chunk of 1 KiB");
    assert_eq!(
        open(&[1, 0, 0xff, 0xff, 0xff, 0xff]),
        Err(Refused::Malformed)
    );
    assert_eq!(open(&[1, 0, 0, 0, 0, 3, 0, 0, 0]), Err(Refused::Malformed));
    assert_eq!(
        open(&[1, 0, 0, 0, 0, 4, 0xff, 0, 0, 0]),
        Err(Refused::TooLarge),
        "too many parts"
    );
    assert_eq!(
        open(&[1, 0, 0, 0, 0, 4, 0, 0, 0, 1]),
        Err(Refused::Malformed)
    );
    assert_eq!(
        open(&[1, 0, 0, 0, 0, 9, 0, 0, 0, 1, 7, 0, 0, 0, 0]),
        Err(Refused::Malformed),
        "unknown part"
    );
    assert_eq!(
        open(&[1, 0, 0, 0, 0, 5, 0, 0, 0, 0, 9]),
        Err(Refused::Malformed),
        "left over"
    );
    assert_eq!(
        open(&[1, 0, 0, 0, 0, 4, 0, 0, 0, 0, 9]),
        Err(Refused::Malformed),
        "padding that is none"
    );
    assert_eq!(
        open(&[1, 0, 0, 0, 0, 10, 0, 0, 0, 1, 3, 0, 0, 0, 0, 2]),
        Err(Refused::Malformed),
        "a grant flag of 2"
    );
    assert!(matches!(open(&[1, 0, 0, 0, 0, 4]), Ok(Opened::Whole(_))));
    assert_eq!(
        open_item(&key(1), &seal_inside(&[])),
        Err(Refused::TooLarge),
        "40 bytes"
    );
    let many = Envelope {
        parts: vec![Part::List(vec![]); 1_025],
    };
    assert_eq!(
        seal_envelope(&key(1), &many, &mut rng(1)),
        Err(Refused::TooLarge)
    );
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let bytes = || prop::collection::vec(any::<u8>(), 0..3_000);
    prop::collection::vec(
        prop_oneof![
            bytes().prop_map(Part::List),
            bytes().prop_map(Part::Card),
            (bytes(), prop::option::of(bytes())).prop_map(|(a, b)| Part::Epoch(a, b)),
            bytes().prop_map(Part::Message),
            bytes().prop_map(Part::InviteStep),
            bytes().prop_map(Part::WayBack),
        ],
        0..30,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_sealed_opens(parts in parts(), seed: u64) {
        let envelope = Envelope { parts };
        let body = seal_envelope(&key(1), &envelope, &mut rng(seed)).unwrap();
        if body.len() <= CHUNK {
            prop_assert_eq!(whole(&key(1), &body), envelope);
        } else {
            let mut chunks = Chunks::new();
            let joined: Vec<_> = body
                .chunks(CHUNK)
                .filter_map(|item| chunks.join(chunk(&key(1), item)).unwrap())
                .collect();
            prop_assert_eq!(joined, vec![envelope]);
        }
    }

    #[test]
    fn anything_is_opened_or_refused(mut inner in prop::collection::vec(any::<u8>(), 0..200), item: Vec<u8>) {
        let _ = open_item(&key(1), &item);
        let _ = decode_padded(&inner);
        let _ = decode_parts(&inner);
        let _ = Chunk::decode(&inner);
        inner.resize(1024 - NONCE - TAG, 0);
        let _ = open_item(&key(1), &seal_inside(&inner));
    }
}

#[test]
#[ignore = "makes the golden files, once"]
fn make_golden() {
    let body = seal_envelope(&key(0x11), &one_of_each(), &mut rng(1)).unwrap();
    golden::make_values(
        "envelope.hex",
        &[
            ("slot key", &[0x11; 32]),
            ("body", &body),
            ("post key", &derive_post_key(&body)),
        ],
    );
    let large = seal_envelope(&key(0x11), &large(), &mut rng(2)).unwrap();
    golden::make("envelope-2-chunks.bin", &large);
}

fn large() -> Envelope {
    Envelope {
        parts: vec![Part::Message(vec![0x5a; 100_000])],
    }
}

#[test]
fn golden_envelopes_still_open() {
    let kept = golden::values("envelope.hex");
    let key = SlotKey::from_bytes(kept["slot key"].as_slice().try_into().unwrap());
    assert_eq!(whole(&key, &kept["body"]), one_of_each());
    assert_eq!(derive_post_key(&kept["body"]).as_slice(), kept["post key"]);
    let body = golden::bytes("envelope-2-chunks.bin");
    let mut chunks = Chunks::new();
    assert_eq!(chunks.join(chunk(&key, &body[CHUNK..])), Ok(None));
    assert_eq!(chunks.join(chunk(&key, &body[..CHUNK])), Ok(Some(large())));
}
