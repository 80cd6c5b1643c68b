//! Messages: forged, moved, too large and foreign ones; no key for two bodies (attacks 3 and 5, protocol.md 5).

use super::*;
use crate::trust::golden::{self, foreign, key, rng};
use proptest::prelude::*;
use std::collections::BTreeSet;

const SECRET: [u8; 32] = [0x5e; 32];
const EPOCH: EpochId = EpochId([0xe0; 32]);

fn item(kind: u8, bytes: &[u8]) -> Item {
    Item {
        kind,
        bytes: bytes.to_vec(),
    }
}

fn body(items: Vec<Item>) -> Body {
    Body {
        device: key(1).device_id(),
        sequence: 12,
        previous: BodyId([3; 32]),
        full: false,
        numbers: vec![NumbersHeard {
            notebook: NotebookId([4; 32]),
            device: key(2).device_id(),
            contiguous: 7,
            highest: 9,
        }],
        items,
    }
}

fn said() -> Body {
    body(vec![item(1, b"a walk"), item(1, b"a letter"), item(2, b"")])
}

fn seal(body: &Body, seed: u64) -> (Vec<u8>, BodyId) {
    seal_message(&key(1), &SECRET, &EPOCH, body, &mut rng(seed)).unwrap()
}

fn open(bytes: &[u8]) -> Result<(Body, BodyId), Refused> {
    open_message(bytes, &SECRET, &EPOCH, &key(1).public())
}

#[test]
fn a_message_opens_to_what_was_said() {
    let (bytes, id) = seal(&said(), 1);
    assert_eq!(message_epoch(&bytes), Ok(EPOCH));
    assert_eq!(open(&bytes), Ok((said(), id)));
}

/// Attack 3: a reader has the secret, so a seal says nothing of who wrote; the signature does.
#[test]
fn a_reader_can_not_write_as_the_author() {
    let own = Body {
        device: key(2).device_id(),
        ..said()
    };
    let (bytes, _) = seal_message(&key(2), &SECRET, &EPOCH, &own, &mut rng(1)).unwrap();
    assert_eq!(open(&bytes), Err(Refused::BadSignature));
    // Nor does the core sign in another's name.
    let refused = seal_message(&key(2), &SECRET, &EPOCH, &said(), &mut rng(1));
    assert_eq!(refused, Err(Refused::NotListed));
    // Sealed by hand, with the author's name and the reader's signature.
    let (mut honest, _) = seal(&said(), 1);
    let keys = keys_of(&honest);
    let (header, sealed) = honest.split_at(HEADER);
    let mut plain = suite::open_aead(&keys.cipher, &[0; 24], header, sealed).unwrap();
    let (encoded, head) = said().encode().unwrap();
    let signed = signed_bytes(header, &encoded[..head], &keys.item_hashes(&said().items));
    plain[..64].copy_from_slice(&key(2).sign(Label::MessageSignature, &signed));
    let forged = suite::seal_aead(&keys.cipher, &[0; 24], header, &plain).unwrap();
    honest.truncate(HEADER);
    honest.extend_from_slice(&forged);
    assert_eq!(open(&honest), Err(Refused::BadSignature));
}

fn keys_of(message: &[u8]) -> MessageKeys {
    let salt = message[33..65].try_into().unwrap();
    MessageKeys::derive(&SECRET, &salt, &EPOCH).unwrap()
}

/// A message can't be moved to another epoch, be it one with the same secret.
#[test]
fn a_message_belongs_to_one_epoch() {
    let (mut bytes, _) = seal(&said(), 1);
    let other = EpochId([0xe1; 32]);
    let public = key(1).public();
    assert_eq!(
        open_message(&bytes, &SECRET, &other, &public),
        Err(Refused::WrongKind)
    );
    bytes[1..33].copy_from_slice(&other.0);
    assert_eq!(
        open_message(&bytes, &SECRET, &other, &public),
        Err(Refused::CannotOpen)
    );
}

/// Attack 5: two phones with one past draw the same randomness; no key serves two bodies all the same.
#[test]
fn two_bodies_never_share_a_key_even_with_cloned_randomness() {
    let mut bodies = vec![said()];
    bodies.push(Body {
        sequence: 13,
        ..said()
    });
    bodies.push(Body {
        full: true,
        ..said()
    });
    bodies.push(Body {
        previous: BodyId([8; 32]),
        ..said()
    });
    bodies.push(Body {
        numbers: vec![],
        ..said()
    });
    bodies.push(body(vec![item(1, b"a walk"), item(1, b"a letter")]));
    // The last byte of the last item: the whole body counts, not its head.
    bodies.push(body(vec![
        item(1, b"a walk"),
        item(1, b"a letter"),
        item(2, b"x"),
    ]));
    bodies.push(body(vec![
        item(1, b"a walk"),
        item(1, b"a letteR"),
        item(2, b""),
    ]));
    let sealed: Vec<Vec<u8>> = bodies.iter().map(|body| seal(body, 1).0).collect();
    let salts: BTreeSet<&[u8]> = sealed.iter().map(|bytes| &bytes[33..65]).collect();
    assert_eq!(salts.len(), bodies.len());
    let keys: BTreeSet<[u8; 32]> = sealed.iter().map(|bytes| *keys_of(bytes).cipher).collect();
    assert_eq!(keys.len(), bodies.len());
    // The same body in another epoch.
    let (other, _) =
        seal_message(&key(1), &[1; 32], &EpochId([1; 32]), &said(), &mut rng(1)).unwrap();
    assert_ne!(other[HEADER..], sealed[0][HEADER..]);
}

#[test]
fn the_commitment_is_checked_before_anything_is_opened() {
    let (mut bytes, _) = seal(&said(), 1);
    bytes[HEADER - 1] ^= 1;
    assert_eq!(open(&bytes), Err(Refused::CannotOpen));
    let (bytes, _) = seal(&said(), 1);
    let public = key(1).public();
    assert_eq!(
        open_message(&bytes, &[0; 32], &EPOCH, &public),
        Err(Refused::CannotOpen)
    );
}

#[test]
fn what_is_too_large_is_refused_when_it_is_sealed() {
    let refused = |items| seal_message(&key(1), &SECRET, &EPOCH, &body(items), &mut rng(1)).err();
    assert_eq!(
        refused(vec![item(2, &vec![0; 10_000_000])]),
        Some(Refused::TooLarge)
    );
    assert_eq!(
        refused(vec![item(2, &vec![0; ITEM_BYTES + 1])]),
        Some(Refused::TooLarge)
    );
    assert_eq!(refused(vec![item(2, &vec![0; ITEM_BYTES])]), None);
    let two = vec![item(2, &vec![0; ITEM_BYTES]); 2];
    assert_eq!(refused(two), Some(Refused::TooLarge));
    assert_eq!(refused(vec![item(1, b""); 4_097]), Some(Refused::TooLarge));
    let (bytes, _) = seal(&body(vec![item(1, b""); 4_096]), 1);
    assert_eq!(open(&bytes).unwrap().0.items.len(), 4_096);
}

#[test]
fn each_sender_has_one_pair_of_numbers() {
    let heard = |device, contiguous, highest| NumbersHeard {
        notebook: NotebookId([4; 32]),
        device: DeviceId([device; 32]),
        contiguous,
        highest,
    };
    let seal = |numbers| {
        let body = Body { numbers, ..said() };
        seal_message(&key(1), &SECRET, &EPOCH, &body, &mut rng(1)).map(|(bytes, _)| bytes)
    };
    assert_eq!(
        seal(vec![heard(1, 2, 3), heard(1, 3, 4)]),
        Err(Refused::Malformed)
    );
    assert_eq!(seal(vec![heard(1, 4, 3)]), Err(Refused::Malformed));
    // Written sorted, without repeats.
    let bytes = seal(vec![heard(2, 1, 1), heard(1, 1, 1), heard(2, 1, 1)]).unwrap();
    assert_eq!(
        open(&bytes).unwrap().0.numbers,
        [heard(1, 1, 1), heard(2, 1, 1)]
    );
}

#[test]
fn one_item_can_be_shown_alone() {
    let (bytes, _) = seal(&said(), 1);
    let public = key(1).public();
    let proof = ItemProof::take(&bytes, &SECRET, &EPOCH, &public, 1).unwrap();
    assert_eq!(proof.item, item(1, b"a letter"));
    assert_eq!(proof.check(&public), Ok(()));
    assert_eq!(proof.check(&key(2).public()), Err(Refused::BadSignature));
    let mut altered = proof.clone();
    altered.item.bytes[0] ^= 1;
    assert_eq!(altered.check(&public), Err(Refused::BadSignature));
    let mut moved = proof.clone();
    moved.at = 0;
    assert_eq!(moved.check(&public), Err(Refused::BadSignature));
    assert_eq!(
        ItemProof::take(&bytes, &SECRET, &EPOCH, &public, 3),
        Err(Refused::NotListed)
    );
}

/// Most items are one short mark: by plain hashes, who is shown one could guess the others.
#[test]
fn what_is_shown_alone_does_not_let_the_others_be_guessed() {
    let same = body(vec![item(1, b"done"), item(1, b"done")]);
    let (bytes, _) = seal(&same, 1);
    let proof = ItemProof::take(&bytes, &SECRET, &EPOCH, &key(1).public(), 0).unwrap();
    let guess = derive_item_hash(&proof.blind, &item(1, b"done"));
    assert_eq!(proof.hashes[0], guess);
    assert_ne!(proof.hashes[1], guess);
}

fn any_body() -> impl Strategy<Value = Body> {
    let items = proptest::collection::vec((any::<u8>(), any::<Vec<u8>>()), 0..8);
    let numbers =
        proptest::collection::btree_map(any::<([u8; 32], [u8; 32])>(), any::<(u32, u32)>(), 0..6);
    (
        any::<u64>(),
        any::<[u8; 32]>(),
        any::<bool>(),
        numbers,
        items,
    )
        .prop_map(|(sequence, previous, full, numbers, items)| Body {
            device: key(1).device_id(),
            sequence,
            previous: BodyId(previous),
            full,
            numbers: numbers
                .into_iter()
                .map(|((notebook, device), (low, more))| NumbersHeard {
                    notebook: NotebookId(notebook),
                    device: DeviceId(device),
                    contiguous: u64::from(low),
                    highest: u64::from(low) + u64::from(more),
                })
                .collect(),
            items: items
                .into_iter()
                .map(|(kind, bytes)| item(kind, &bytes))
                .collect(),
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn any_body_comes_back(body in any_body(), seed: u64) {
        let (bytes, id) = seal(&body, seed);
        prop_assert_eq!(open(&bytes), Ok((body, id)));
    }

    #[test]
    fn foreign_messages_are_refused(bytes in foreign(seal(&said(), 1).0)) {
        prop_assert!(open(&bytes).is_err());
    }

    /// Behind the seal: what a listed device may have put there.
    #[test]
    fn a_foreign_body_is_read_in_one_way_or_refused(bytes in foreign(said().encode().unwrap().0)) {
        if let Ok((body, _)) = Body::decode(&bytes) {
            prop_assert_eq!(body.encode().unwrap().0, bytes);
        }
    }
}

#[test]
#[ignore = "makes the golden file, once"]
fn make_golden() {
    let (bytes, id) = seal(&said(), 11);
    golden::make_described(
        "message.hex",
        "A message of suite 1 (docs/formats.md \"Message\"), made once by trust::message::tests::make_golden.\n\
         Writer: device seed 32 x 01, context 32 x c0; number 12; items 1 \"a walk\", 1 \"a letter\", 2 empty;\n\
         randomness ChaCha20 seeded with 11. Never edited.",
        &[
            ("secret", &SECRET),
            ("epoch", &EPOCH.0),
            ("device public", &key(1).public()),
            ("body", &said().encode().unwrap().0),
            ("body id", &id.0),
            ("message", &bytes),
        ],
    );
}

#[test]
fn a_golden_message_still_opens() {
    let kept = golden::values("message.hex");
    let array = |name: &str| -> [u8; 32] { kept[name].as_slice().try_into().unwrap() };
    let epoch = EpochId(array("epoch"));
    assert_eq!(message_epoch(&kept["message"]), Ok(epoch));
    let public = array("device public");
    let opened = open_message(&kept["message"], &array("secret"), &epoch, &public);
    assert_eq!(opened, Ok((said(), BodyId(array("body id")))));
    assert_eq!(said().encode().unwrap().0, kept["body"]);
    let proof = ItemProof::take(&kept["message"], &array("secret"), &epoch, &public, 0).unwrap();
    assert_eq!(proof.check(&public), Ok(()));
}
