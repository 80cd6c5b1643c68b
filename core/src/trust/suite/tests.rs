//! The primitives: pinned by golden files, so that a changed library shows here first.

use super::*;
use crate::trust::golden::{self, rng as numbered};
use rand_chacha::ChaCha20Rng;
use rand_core::{SeedableRng, TryCryptoRng, TryRng};
use std::convert::Infallible;

#[test]
fn no_label_stands_twice() {
    let texts: std::collections::BTreeSet<_> =
        Label::ALL.iter().map(|label| label.text()).collect();
    assert_eq!(texts.len(), Label::ALL.len());
}

#[test]
fn hpke_opens_what_it_sealed_and_nothing_else() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let secret = HpkeSecret::make(&mut rng);
    let public = secret.public().unwrap();
    assert_eq!(public.len(), PUBLIC);
    let sealed = hpke_seal(&public, b"info", b"aad", b"hello", &mut rng).unwrap();
    assert_eq!(
        &**hpke_open(&secret, b"info", b"aad", &sealed).unwrap(),
        b"hello"
    );
    assert!(hpke_open(&secret, b"other", b"aad", &sealed).is_err());
    assert!(hpke_open(&secret, b"info", b"other", &sealed).is_err());
    let (sealed, export) =
        hpke_seal_psk(&public, (&[7; 32], b"id"), b"i", b"a", b"yes", &mut rng).unwrap();
    let (plain, same) = hpke_open_psk(&secret, (&[7; 32], b"id"), b"i", b"a", &sealed).unwrap();
    assert_eq!((&**plain, export), (&b"yes"[..], same));
    assert!(hpke_open_psk(&secret, (&[8; 32], b"id"), b"i", b"a", &sealed).is_err());
}

#[test]
fn a_signature_is_for_one_label() {
    let key = SigningKey::from_bytes(&[3; 32]);
    let signature = sign(&key, Label::Card, b"x");
    let public = key.verifying_key().to_bytes();
    assert!(verify(&public, Label::Card, b"x", &signature).is_ok());
    assert_eq!(
        verify(&public, Label::List, b"x", &signature),
        Err(Refused::BadSignature)
    );
}

#[test]
fn a_part_can_not_move_into_its_neighbour() {
    assert_ne!(
        hash(Label::Card, &[b"ab", b"c"]),
        hash(Label::Card, &[b"a", b"bc"])
    );
    assert_ne!(hash(Label::Card, &[b"ab"]), hash(Label::List, &[b"ab"]));
    assert_ne!(
        derive(Label::Card, b"ab", &[b"c", b""]),
        derive(Label::Card, b"ab", &[b"c"])
    );
    assert_ne!(
        derive(Label::Card, b"s", &[]),
        derive(Label::List, b"s", &[])
    );
}

#[test]
fn a_weak_key_signs_nothing() {
    // The neutral point: with it, the all-zero signature would verify for any bytes, were the check not strict.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    let mut signature = [0; 64];
    signature[0] = 1;
    assert_eq!(
        verify(&neutral, Label::Card, b"anything", &signature),
        Err(Refused::BadSignature)
    );
}

#[test]
fn a_nonce_depends_on_what_it_is_for_even_with_cloned_randomness() {
    let make = |key: u8, content: &[u8]| make_nonce(&[key; 32], content, &mut numbered(1));
    assert_eq!(make(1, b"a"), make(1, b"a"));
    assert_ne!(make(1, b"a"), make(1, b"b"));
    assert_ne!(make(1, b"a"), make(2, b"a"));
}

/// Randomness that is given: the draft's vectors name theirs.
struct Given(Vec<u8>);

impl TryRng for Given {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        unreachable!("X-Wing draws bytes")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        unreachable!("X-Wing draws bytes")
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        let rest = self.0.split_off(to.len());
        to.copy_from_slice(&std::mem::replace(&mut self.0, rest));
        Ok(())
    }
}

impl TryCryptoRng for Given {}

/// X-Wing is a draft, and hpke's use of it another: a changed library shows here, before a phone's post does not open.
#[test]
fn x_wing_and_hpke_are_those_of_the_golden_file() {
    let kept = golden::values("xwing.hex");
    let secret = HpkeSecret::from_bytes(kept["draft seed"].as_slice().try_into().unwrap());
    assert_eq!(secret.public().unwrap(), kept["draft public"]);
    let mut given = Given(kept["draft encapsulation seed"].clone());
    let sealed = hpke_seal(&kept["draft public"], b"info", b"aad", b"hello", &mut given).unwrap();
    assert_eq!(sealed[..ENCAPSULATED], kept["draft ciphertext"]);
    assert_eq!(sealed, kept["base sealed"]);
    let opened = hpke_open(&secret, b"info", b"aad", &kept["base sealed"]).unwrap();
    assert_eq!(opened.as_slice(), b"hello");
    let psk = ([7; 32], b"id");
    let (plain, export) = hpke_open_psk(
        &secret,
        (&psk.0, psk.1),
        b"info",
        b"aad",
        &kept["psk sealed"],
    )
    .unwrap();
    assert_eq!(plain.as_slice(), b"hello");
    assert_eq!(export[..], kept["psk export"]);
}

#[test]
#[ignore = "makes the rest of xwing.hex from the draft's lines, once"]
fn print_golden() {
    let kept = golden::values("xwing.hex");
    let given = || Given(kept["draft encapsulation seed"].clone());
    let public = &kept["draft public"];
    let base = hpke_seal(public, b"info", b"aad", b"hello", &mut given()).unwrap();
    let psk: (&[u8], &[u8]) = (&[7; 32], b"id");
    let (sealed, export) =
        hpke_seal_psk(public, psk, b"info", b"aad", b"hello", &mut given()).unwrap();
    println!("base sealed: {}", hex::encode(base));
    println!("psk sealed: {}", hex::encode(sealed));
    println!("psk export: {}", hex::encode(*export));
}

fn pinned() -> Vec<(&'static str, Vec<u8>)> {
    let key = SigningKey::from_bytes(&[3; 32]);
    let mut long = [0; 96];
    derive_into(
        Label::Message,
        &[1; 32],
        &[2; 32],
        &[b"a", b"bc"],
        &mut long,
    )
    .unwrap();
    vec![
        ("hash", hash(Label::Card, &[b"a", b"", b"bc"]).to_vec()),
        ("hash raw", hash_raw(Label::RelaySlot, &[9; 32]).to_vec()),
        (
            "derive",
            derive(Label::Commit, &[1; 32], &[b"a", b"bc"]).to_vec(),
        ),
        ("derive salted, 96 bytes", long.to_vec()),
        ("sign", sign(&key, Label::Card, b"x").to_vec()),
        (
            "seal",
            seal_aead(&[1; 32], &[2; 24], b"aad", b"hello").unwrap(),
        ),
    ]
}

#[test]
#[ignore = "makes the golden file, once"]
fn make_golden() {
    let values = pinned();
    let values: Vec<(&str, &[u8])> = values
        .iter()
        .map(|(name, v)| (*name, v.as_slice()))
        .collect();
    golden::make_described(
        "suite.hex",
        "The primitives of suite 1 under their labels (docs/formats.md \"Suite 1\"), made once by\n\
         trust::suite::tests::make_golden from the inputs in that file. Never edited.",
        &values,
    );
}

#[test]
fn the_primitives_are_those_of_the_golden_file() {
    let kept = golden::values("suite.hex");
    for (name, value) in pinned() {
        assert_eq!(value, kept[name], "{name}");
    }
}
