//! Cards: what one says, and that neither an old one nor another device takes its place.

use super::*;
use crate::trust::golden::{self, foreign, key, rng};
use crate::trust::prekey::Prekey;
use proptest::prelude::*;

fn card(counter: u64) -> Card {
    let prekey = Prekey::make(&mut rng(7)).unwrap();
    Card::make(&key(1), prekey.public(), [5; 32], counter, 20_486).unwrap()
}

/// A card as a later release may sign it.
fn card_naming(suites: &[u8], counter: u64) -> Result<Card, Refused> {
    let prekey = Prekey::make(&mut rng(7)).unwrap();
    let mut w = Writer::new();
    w.u8(SUITE);
    w.fixed(&key(1).public());
    w.fixed(prekey.public());
    w.fixed(&[5; 32]);
    w.count(suites.len());
    suites.iter().for_each(|suite| w.u8(*suite));
    w.u64(counter);
    w.u32(20_486);
    let mut bytes = w.finish();
    let signature = key(1).sign(Label::Card, &bytes);
    bytes.extend_from_slice(&signature);
    Card::open(&bytes)
}

#[test]
fn a_card_says_what_was_signed() {
    let made = card(3);
    let read = Card::open(made.bytes()).unwrap();
    assert_eq!(made, read);
    assert_eq!(read.device_id(), key(1).device_id());
    assert_eq!(read.slot_seed(), &[5; 32]);
    assert_eq!((read.counter(), read.day()), (3, 20_486));
    assert!(read.reads(SUITE) && !read.reads(2));
    assert!(
        read.bytes().len() < 2_000,
        "fits the second step of the ladder"
    );
}

#[test]
fn an_old_card_shown_again_changes_nothing() {
    assert_eq!(card(3).succeeds(&card(3)), Err(Refused::Replayed));
    assert_eq!(card(2).succeeds(&card(3)), Err(Refused::Replayed));
    assert_eq!(card(9).succeeds(&card(3)), Ok(()));
}

#[test]
fn a_card_never_names_less_than_before() {
    let both = card_naming(&[1, 2], 4).unwrap();
    assert_eq!(both.suites(), [1, 2]);
    assert_eq!(both.succeeds(&card(3)), Ok(()));
    assert_eq!(card(5).succeeds(&both), Err(Refused::Stale));
    assert_eq!(card_naming(&[], 4), Err(Refused::Malformed));
    assert_eq!(card_naming(&[2, 1], 4), Err(Refused::Malformed));
    assert_eq!(card_naming(&[1, 1], 4), Err(Refused::Malformed));
    let many: Vec<u8> = (0..17).collect();
    assert_eq!(card_naming(&many, 4), Err(Refused::TooLarge));
}

#[test]
fn another_device_can_not_take_its_place() {
    let prekey = Prekey::make(&mut rng(7)).unwrap();
    let other = Card::make(&key(2), prekey.public(), [5; 32], 9, 20_486).unwrap();
    assert_eq!(other.succeeds(&card(3)), Err(Refused::NotListed));
    // Signed by another than it names.
    let mut forged = card(3).bytes().to_vec();
    let end = forged.len() - 64;
    let signature = key(2).sign(Label::Card, &forged[..end]);
    forged[end..].copy_from_slice(&signature);
    assert_eq!(Card::open(&forged), Err(Refused::BadSignature));
}

#[test]
fn an_unknown_suite_is_refused() {
    let mut bytes = card(3).bytes().to_vec();
    bytes[0] = 2;
    assert_eq!(Card::open(&bytes), Err(Refused::UnknownSuite));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn foreign_bytes_are_refused(bytes in foreign(card(3).bytes().to_vec())) {
        prop_assert!(Card::open(&bytes).is_err());
    }
}

#[test]
#[ignore = "makes the golden file, once"]
fn make_golden() {
    let prekey = Prekey::make(&mut rng(7)).unwrap();
    golden::make_described(
        "card.hex",
        "A card of suite 1 (docs/formats.md \"Card\"), made once by trust::card::tests::make_golden.\n\
         Device seed 32 x 01, context 32 x c0; prekey from ChaCha20 seeded with 7. Never edited.",
        &[
            ("device public", &key(1).public()),
            ("device id", &key(1).device_id().0),
            ("prekey secret", &prekey.leak_bytes()),
            ("prekey id", &prekey.id().0),
            ("slot seed", &[5; 32]),
            ("counter", &3u64.to_be_bytes()),
            ("day", &20_486u32.to_be_bytes()),
            ("card", card(3).bytes()),
        ],
    );
}

#[test]
fn a_golden_card_still_reads() {
    let kept = golden::values("card.hex");
    let card = Card::open(&kept["card"]).unwrap();
    let prekey = Prekey::from_bytes(&kept["prekey secret"]).unwrap();
    assert_eq!(card.device_public()[..], kept["device public"]);
    assert_eq!(card.device_id().0[..], kept["device id"]);
    assert_eq!(card.prekey_public(), prekey.public());
    assert_eq!(card.prekey_id().0[..], kept["prekey id"]);
    assert_eq!(card.slot_seed()[..], kept["slot seed"]);
    assert_eq!(card.suites(), [SUITE]);
    assert_eq!(card.counter().to_be_bytes()[..], kept["counter"]);
    assert_eq!(card.day().to_be_bytes()[..], kept["day"]);
    let again = Card::make(&key(1), prekey.public(), [5; 32], 3, 20_486).unwrap();
    assert_eq!(again.bytes(), kept["card"]);
}
