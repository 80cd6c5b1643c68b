//! What is told apart at the door, and that nothing is written when a file is refused.

use super::*;
use crate::AlongsideError;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};
use std::fs;

/// A home with some life in it, all of it folded into the file.
fn lived_in() -> tempfile::TempDir {
    let dir = home();
    let mut store = made(dir.path());
    let mut deed = store.begin().unwrap();
    for n in 0..200u8 {
        deed.put("ties", &[n], &[n; 100]).unwrap();
        deed.append_change(&[1; 32], "core", b"a", b"g", &[n; 150])
            .unwrap();
    }
    deed.commit().unwrap();
    home::empty_log(&store.conn).unwrap();
    dir
}

fn everything(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let bytes = fs::read(entry.path()).unwrap();
            (entry.file_name().into_string().unwrap(), bytes)
        })
        // An empty log is no data.
        .filter(|(name, bytes)| name != "lock" && !bytes.is_empty())
        .collect();
    files.sort();
    files
}

/// Opens, reads everything, and gives the first error.
fn opened_and_read(dir: &Path) -> Result<(), StoreError> {
    let store = Store::open(dir, &Known(7))?;
    store.check()
}

#[test]
fn a_second_opener_is_refused_and_let_in_afterwards() {
    let dir = home();
    let store = made(dir.path());
    assert_eq!(
        Store::open(dir.path(), &Known(7)).unwrap_err(),
        StoreError::InUse
    );
    assert_eq!(
        Store::make(dir.path(), &Known(7)).unwrap_err(),
        StoreError::InUse
    );
    drop(store);
    Store::open(dir.path(), &Known(7)).unwrap();
}

#[test]
fn another_key_does_not_open_and_changes_nothing() {
    let dir = lived_in();
    let before = everything(dir.path());
    assert_eq!(
        Store::open(dir.path(), &Known(8)).unwrap_err(),
        StoreError::CannotOpen
    );
    assert_eq!(everything(dir.path()), before);
    opened_and_read(dir.path()).unwrap();
}

#[test]
fn nothing_there_is_said_and_nothing_is_made_by_opening() {
    let dir = home();
    assert_eq!(opened_and_read(dir.path()), Err(StoreError::NotMade));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    let nowhere = dir.path().join("nowhere");
    assert_eq!(opened_and_read(&nowhere), Err(StoreError::NotMade));
    assert!(!nowhere.exists());
}

#[test]
fn a_store_is_never_made_over_another_or_beside_its_log() {
    let dir = lived_in();
    let before = everything(dir.path());
    assert_eq!(
        Store::make(dir.path(), &Known(9)).unwrap_err(),
        StoreError::AlreadyMade
    );
    assert_eq!(everything(dir.path()), before);

    fs::write(dir.path().join("alongside.db"), b"").unwrap();
    assert_eq!(opened_and_read(dir.path()), Err(StoreError::StoreDamaged));
    assert_eq!(
        Store::make(dir.path(), &Known(7)).unwrap_err(),
        StoreError::AlreadyMade
    );

    fs::remove_file(dir.path().join("alongside.db")).unwrap();
    fs::write(dir.path().join("alongside.db-wal"), b"deeds").unwrap();
    assert_eq!(opened_and_read(dir.path()), Err(StoreError::StoreDamaged));
    assert_eq!(
        Store::make(dir.path(), &Known(7)).unwrap_err(),
        StoreError::StoreDamaged
    );
    assert_eq!(
        KeyFile::make(dir.path(), &mut ChaCha8Rng::seed_from_u64(1)).unwrap_err(),
        StoreError::StoreDamaged
    );
}

#[test]
fn a_file_cut_short_anywhere_is_damaged_and_left_alone() {
    let dir = lived_in();
    let path = dir.path().join("alongside.db");
    let whole = fs::read(&path).unwrap();
    for size in [
        0,
        1,
        15,
        16,
        100,
        1023,
        1024,
        1025,
        2048,
        10_240,
        whole.len() - 1024,
        whole.len() - 1,
    ] {
        fs::write(&path, &whole[..size]).unwrap();
        let before = everything(dir.path());
        assert_eq!(
            opened_and_read(dir.path()),
            Err(StoreError::StoreDamaged),
            "cut to {size} bytes"
        );
        assert_eq!(everything(dir.path()), before, "cut to {size} bytes");
    }
    fs::write(&path, &whole).unwrap();
    opened_and_read(dir.path()).unwrap();
}

#[test]
fn a_flipped_bit_anywhere_is_found_and_left_alone() {
    let dir = lived_in();
    let path = dir.path().join("alongside.db");
    let whole = fs::read(&path).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    for round in 0..60 {
        let at = match round {
            0..10 => rng.next_u32() as usize % 1024,
            _ => rng.next_u32() as usize % whole.len(),
        };
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (rng.next_u32() % 8);
        fs::write(&path, &flipped).unwrap();
        let before = everything(dir.path());
        match opened_and_read(dir.path()) {
            Err(StoreError::StoreDamaged) => {}
            // In the first page it can't be told from another key.
            Err(StoreError::CannotOpen) if at < 1024 => {}
            other => panic!("bit in byte {at}: {other:?}"),
        }
        assert_eq!(everything(dir.path()), before, "bit in byte {at}");
    }
}

#[test]
fn a_flipped_bit_in_the_log_costs_at_most_the_last_deed_in_silence() {
    let dir = lived_in();
    let mut store = Store::open(dir.path(), &Known(7)).unwrap();
    for n in 0..30u8 {
        let mut deed = store.begin().unwrap();
        deed.put("deeds", &[n], &[n; 100]).unwrap();
        deed.put_page("today", &[n; 1500]).unwrap();
        deed.commit().unwrap();
    }
    drop(store);
    let path = dir.path().join("alongside.db-wal");
    let whole = fs::read(&path).unwrap();
    assert!(whole.len() > 30 * 3 * 1024);
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut refused = 0;
    for round in 0..80 {
        let at = match round {
            0..32 => round,
            _ => rng.next_u32() as usize % whole.len(),
        };
        let mut flipped = whole.clone();
        flipped[at] ^= 1 << (rng.next_u32() % 8);
        fs::write(&path, &flipped).unwrap();
        match Store::open(dir.path(), &Known(7)) {
            Ok(store) => assert!(store.list("deeds").unwrap().len() >= 29, "byte {at}"),
            Err(StoreError::StoreDamaged) => {
                refused += 1;
                assert!(fs::read(&path).unwrap() == flipped, "byte {at}");
            }
            Err(other) => panic!("byte {at}: {other:?}"),
        }
    }
    assert!(refused > 70, "{refused}");
    // A log cut short is what a power cut leaves: what is whole in it counts.
    for size in [whole.len() - 1, whole.len() / 2, 1000, 40, 32, 5, 0] {
        fs::write(&path, &whole[..size]).unwrap();
        opened_and_read(dir.path()).unwrap();
    }
    fs::write(&path, &whole).unwrap();
    let store = Store::open(dir.path(), &Known(7)).unwrap();
    assert_eq!(store.list("deeds").unwrap().len(), 30);
    store.check().unwrap();
}

#[test]
fn files_of_others_are_refused_and_left_alone() {
    let dir = home();
    let path = dir.path().join("alongside.db");
    // A plain SQLite file, a text, one of SQLCipher with our key but of another program.
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE habits (name TEXT)")
        .unwrap();
    let before = everything(dir.path());
    assert_eq!(opened_and_read(dir.path()), Err(StoreError::CannotOpen));
    assert_eq!(everything(dir.path()), before);

    fs::write(&path, "a letter. ".repeat(512)).unwrap();
    assert_eq!(opened_and_read(dir.path()), Err(StoreError::CannotOpen));

    let other = lived_in();
    let store = Store::open(other.path(), &Known(7)).unwrap();
    store.conn.pragma_update(None, "application_id", 1).unwrap();
    drop(store);
    assert_eq!(opened_and_read(other.path()), Err(StoreError::CannotOpen));
}

#[test]
fn a_newer_file_is_left_for_the_newer_program() {
    let dir = lived_in();
    let store = Store::open(dir.path(), &Known(7)).unwrap();
    let newer = schema::STEPS.len() as i64 + 1;
    store
        .conn
        .pragma_update(None, "user_version", newer)
        .unwrap();
    home::empty_log(&store.conn).unwrap();
    drop(store);
    let before = everything(dir.path());
    assert_eq!(opened_and_read(dir.path()), Err(StoreError::NewerVersion));
    assert_eq!(everything(dir.path()), before);
    assert_eq!(
        AlongsideError::from(StoreError::NewerVersion),
        AlongsideError::NewerVersion
    );
}

#[test]
fn steps_run_once_each_in_order_and_a_broken_one_leaves_the_version() {
    let dir = lived_in();
    let store = Store::open(dir.path(), &Known(7)).unwrap();
    let version = |store: &Store| -> i64 {
        store
            .conn
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap()
    };
    let two = [schema::STEPS[0], "CREATE TABLE second (a TEXT)"];
    schema::bring_up(&store.conn, &two).unwrap();
    schema::bring_up(&store.conn, &two).unwrap();
    assert_eq!(version(&store), 2);
    let broken = [two[0], two[1], "CREATE TABLE third (a TEXT); NO SUCH WORD"];
    assert!(schema::bring_up(&store.conn, &broken).is_err());
    assert_eq!(version(&store), 2);
    assert!(store.conn.prepare("SELECT * FROM third").is_err());
    let mended = [two[0], two[1], "CREATE TABLE third (a TEXT)"];
    schema::bring_up(&store.conn, &mended).unwrap();
    assert_eq!(version(&store), 3);
    assert_eq!(store.list("ties").unwrap().len(), 200);
}

#[test]
fn what_an_interrupted_beginning_left_is_used_or_cleared_away() {
    let dir = home();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    fs::write(dir.path().join("key.new"), b"seven").unwrap();
    let key = KeyFile::make(dir.path(), &mut rng).unwrap();
    let first = key.key().unwrap();
    // Ended here: the key is made and the store is not. The next beginning keeps the key.
    assert_eq!(
        Store::open(dir.path(), &key).unwrap_err(),
        StoreError::NotMade
    );
    let key = KeyFile::make(dir.path(), &mut rng).unwrap();
    assert_eq!(key.key().unwrap(), first);
    // Ended here: half of the file is made under its other name.
    fs::write(dir.path().join("alongside.db.new"), [9; 1500]).unwrap();
    fs::write(dir.path().join("alongside.db.new-journal"), [9; 700]).unwrap();
    drop(Store::make(dir.path(), &key).unwrap());
    Store::open(dir.path(), &key).unwrap();
    // From now on nobody makes a key here.
    assert_eq!(
        KeyFile::make(dir.path(), &mut rng).unwrap_err(),
        StoreError::AlreadyMade
    );
    assert_eq!(key.key().unwrap(), first);
}

#[cfg(unix)]
#[test]
fn the_key_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = home();
    let inside = dir.path().join("home");
    let key = KeyFile::make(&inside, &mut ChaCha8Rng::seed_from_u64(1)).unwrap();
    drop(Store::make(&inside, &key).unwrap());
    let mode = |name: &str| {
        let about = fs::metadata(inside.join(name)).unwrap();
        about.permissions().mode() & 0o777
    };
    assert_eq!(mode("."), 0o700);
    for name in ["key", "alongside.db", "alongside.db-wal", "lock"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    let path = inside.join("key");
    for loose in [0o640, 0o604, 0o620, 0o644] {
        fs::set_permissions(&path, fs::Permissions::from_mode(loose)).unwrap();
        let error = Store::open(&inside, &key).unwrap_err();
        assert_eq!(error, StoreError::KeyOpenToOthers);
        assert!(error.to_string().contains("chmod 600"));
    }
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    Store::open(&inside, &key).unwrap();

    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..31]).unwrap();
    assert_eq!(
        Store::open(&inside, &key).unwrap_err(),
        StoreError::KeyNotWhole
    );
    fs::remove_file(&path).unwrap();
    assert_eq!(
        Store::open(&inside, &key).unwrap_err(),
        StoreError::KeyMissing
    );
}
