//! Golden files of this room: bytes of formats that left a phone, made once and never edited. Tests read them; only
//! the `#[ignore]`d makers write, and never over a file that is there.
use std::collections::BTreeMap;
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/golden/trust")
        .join(name)
}

/// A file of lines `name: hex`.
pub(super) fn values(name: &str) -> BTreeMap<String, Vec<u8>> {
    std::fs::read_to_string(path(name))
        .unwrap()
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (name, hex) = line.split_once(": ").unwrap();
            (name.to_owned(), hex::decode(hex).unwrap())
        })
        .collect()
}

/// A binary file.
pub(super) fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(path(name)).unwrap()
}

/// Makes a file of lines `name: hex`, once.
pub(super) fn make_values(name: &str, values: &[(&str, &[u8])]) {
    let lines: Vec<String> = values
        .iter()
        .map(|(name, bytes)| format!("{name}: {}\n", hex::encode(bytes)))
        .collect();
    make(name, lines.concat().as_bytes());
}

/// Makes a binary file, once.
pub(super) fn make(name: &str, bytes: &[u8]) {
    use std::io::Write;
    let mut file = std::fs::File::create_new(path(name)).expect("a golden file is made once");
    file.write_all(bytes).unwrap();
}

/// Randomness that a number repeats.
pub(super) fn rng(seed: u64) -> rand_chacha::ChaCha20Rng {
    rand_core::SeedableRng::seed_from_u64(seed)
}

/// As [`make_values`], with lines before it that say how the file was made.
pub(super) fn make_described(name: &str, how: &str, values: &[(&str, &[u8])]) {
    let mut text: String = how.lines().map(|line| format!("# {line}\n")).collect();
    for (name, bytes) in values {
        text.push_str(&format!("{name}: {}\n", hex::encode(bytes)));
    }
    make(name, text.as_bytes());
}

/// A device's key in a tie, by a number.
pub(super) fn key(n: u8) -> super::device::TieKey {
    super::device::DeviceSecret::from_bytes([n; 32]).derive_tie_key(&[0xc0; 32])
}

/// What a decoder meets: noise, and a valid thing with one byte changed, cut off or added.
pub(super) fn foreign(valid: Vec<u8>) -> impl proptest::strategy::Strategy<Value = Vec<u8>> {
    use proptest::prelude::*;
    let length = valid.len();
    let changed = (Just(valid.clone()), 0..length, 1..=255u8).prop_map(|(mut bytes, at, by)| {
        bytes[at] ^= by;
        bytes
    });
    let cut = (Just(valid.clone()), 0..length).prop_map(|(mut bytes, at)| {
        bytes.truncate(at);
        bytes
    });
    let longer = (Just(valid), any::<u8>()).prop_map(|(mut bytes, more)| {
        bytes.push(more);
        bytes
    });
    let noise = proptest::collection::vec(any::<u8>(), 0..2_000).prop_map(|mut bytes| {
        // Else nearly all noise ends at the suite byte.
        if let Some(first) = bytes.first_mut() {
            *first = 1;
        }
        bytes
    });
    prop_oneof![changed, cut, longer, noise]
}
