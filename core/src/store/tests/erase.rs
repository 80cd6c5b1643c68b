//! P7 at rest: what was deleted is in no byte of the file, its log or its free pages. Looked for in a twin without
//! encryption, since a search of the encrypted file finds nothing at any time.

use super::*;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::HashSet;

/// The same store without a key: built here, so that no switch for it exists anywhere else.
fn in_the_open(conn: &rusqlite::Connection) -> Result<(), StoreError> {
    Ok(conn.execute_batch("PRAGMA page_size = 1024")?)
}

/// Where in the home's files a needle is found.
fn found(dir: &Path, needle: &[u8]) -> Vec<String> {
    let mut places = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let entry = entry.unwrap();
        let bytes = std::fs::read(entry.path()).unwrap();
        if bytes.windows(needle.len()).any(|part| part == needle) {
            places.push(entry.file_name().into_string().unwrap());
        }
    }
    places
}

/// 32 bytes that occur nowhere else.
fn needle(n: u32) -> [u8; 32] {
    let mut needle = [0; 32];
    ChaCha8Rng::seed_from_u64(u64::from(n) + 9000).fill_bytes(&mut needle);
    needle
}

#[test]
fn a_deleted_key_and_notebook_are_in_no_byte_after_erasure() {
    let dir = home();
    let mut store = Store::make_with(dir.path(), in_the_open).unwrap();
    let (key, word, sent) = (needle(1), needle(2), needle(3));
    let mut deed = store.begin().unwrap();
    deed.put("epochs", b"e1", &key).unwrap();
    deed.append_change(&[1; 32], "words-2026", b"a", b"g", &word)
        .unwrap();
    deed.put_snapshot(
        &[1; 32],
        "core",
        b"a",
        b"g",
        &[word.as_slice(); 200].concat(),
    )
    .unwrap();
    deed.put_page("today", &word).unwrap();
    deed.sealed_add(&[1; 32], b"g", &[2; 32], 1, &sent).unwrap();
    deed.set_aside(&[3; 16], 20_000, &sent).unwrap();
    let posted = deed
        .outbox_add(&OutboxItem {
            tie: [4; 32],
            slot_token: [5; 32],
            idempotency: [6; 16],
            kind: 0,
            made_day: 20_000,
            body: sent.to_vec(),
        })
        .unwrap();
    deed.put("settings", b"kept", b"this stays").unwrap();
    deed.commit().unwrap();
    for planted in [key, word, sent] {
        assert!(!found(dir.path(), &planted).is_empty(), "the search sees");
    }

    let mut deed = store.begin().unwrap();
    assert!(deed.delete("epochs", b"e1").unwrap());
    assert_eq!(deed.drop_documents(&[1; 32]).unwrap(), 2);
    assert_eq!(deed.sealed_drop(&[1; 32]).unwrap(), 1);
    assert!(deed.delete_page("today").unwrap());
    assert!(deed.outbox_remove(posted).unwrap());
    assert_eq!(deed.forget_seen_before(20_001).unwrap(), 1);
    deed.owe_erasure().unwrap();
    deed.commit().unwrap();
    for planted in [key, word, sent] {
        assert!(
            !found(dir.path(), &planted).is_empty(),
            "the log has it yet"
        );
    }

    store.erase_now().unwrap();
    for planted in [key, word, sent] {
        assert_eq!(found(dir.path(), &planted), Vec::<String>::new());
    }
    assert!(!found(dir.path(), b"this stays").is_empty());
    store.check().unwrap();
}

/// Splits and merges of pages copy cells about; none of the copies may outlive its cell.
#[test]
fn no_copy_left_behind_by_moving_rows_outlives_erasure() {
    let dir = quick_home();
    let mut store = Store::make_with(dir.path(), in_the_open).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for n in 0u32..400 {
        let mut deed = store.begin().unwrap();
        let size = 32 + (rng.next_u32() % 300) as usize;
        let mut value = needle(n).to_vec();
        value.resize(size, 1);
        // Keys in no order, so that pages split in the middle.
        deed.put(
            "epochs",
            &n.wrapping_mul(2_654_435_761).to_be_bytes(),
            &value,
        )
        .unwrap();
        deed.append_change(&[(n % 5) as u8; 32], "ticks", b"a", b"g", &value)
            .unwrap();
        deed.commit().unwrap();
    }
    let gone: Vec<u32> = (0..400).filter(|n| n % 5 != 0).collect();
    for n in &gone {
        let mut deed = store.begin().unwrap();
        deed.delete("epochs", &n.wrapping_mul(2_654_435_761).to_be_bytes())
            .unwrap();
        deed.commit().unwrap();
    }
    let mut deed = store.begin().unwrap();
    for notebook in 1..5u8 {
        deed.drop_documents(&[notebook; 32]).unwrap();
    }
    deed.commit().unwrap();
    home::empty_log(&store.conn).unwrap();
    let needles: HashSet<Vec<u8>> = gone.iter().map(|n| needle(*n).to_vec()).collect();
    let left = |dir: &Path| {
        let file = std::fs::read(dir.join("alongside.db")).unwrap();
        let parts = file.windows(32).filter(|part| needles.contains(*part));
        parts.collect::<HashSet<_>>().len()
    };
    println!(
        "{} of {} left by secure_delete alone",
        left(dir.path()),
        gone.len()
    );
    store.erase_now().unwrap();
    assert_eq!(left(dir.path()), 0);
    assert!(!found(dir.path(), &needle(5)).is_empty());
    store.check().unwrap();
}

#[test]
fn an_erasure_that_was_interrupted_is_done_at_the_next_opening() {
    let dir = home();
    let mut store = Store::make_with(dir.path(), in_the_open).unwrap();
    let mut deed = store.begin().unwrap();
    deed.append_change(&[1; 32], "core", b"a", b"g", &needle(1))
        .unwrap();
    deed.commit().unwrap();
    let mut deed = store.begin().unwrap();
    deed.drop_documents(&[1; 32]).unwrap();
    deed.commit().unwrap();
    drop(store);
    assert!(!found(dir.path(), &needle(1)).is_empty());
    let store = Store::open_with(dir.path(), in_the_open).unwrap();
    assert!(found(dir.path(), &needle(1)).is_empty());
    assert!(store.list("store").unwrap().is_empty());
}

#[test]
fn the_encrypted_file_and_its_log_hold_no_word_and_no_table_name() {
    let dir = home();
    let mut store = made(dir.path());
    let mut deed = store.begin().unwrap();
    deed.put("settings", b"word", &needle(1)).unwrap();
    deed.commit().unwrap();
    for needle in [&needle(1)[..], b"documents", b"SQLite format", &[7; 32]] {
        assert!(found(dir.path(), needle).is_empty());
    }
    drop(store);
    let mut store = Store::open(dir.path(), &Known(7)).unwrap();
    store.erase_now().unwrap();
    for needle in [&needle(1)[..], b"documents", b"SQLite format", &[7; 32]] {
        assert!(found(dir.path(), needle).is_empty());
    }
}
