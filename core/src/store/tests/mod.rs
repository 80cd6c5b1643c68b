//! The store on real files: what is promised of a home, a deed, an erasure.

mod bytes;
mod erase;
mod golden;
mod interrupted;
mod like_maps;
mod opening;

use super::*;
use std::path::Path;
use zeroize::Zeroizing;

/// A key that the test knows.
struct Known(u8);

impl KeySource for Known {
    fn key(&self) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        Ok(Zeroizing::new([self.0; 32]))
    }
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A home in memory where the system has such a place: for tests of thousands of deeds that don't ask whether a sync is one.
fn quick_home() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap_or_else(|_| home())
}

fn made(dir: &Path) -> Store {
    Store::make(dir, &Known(7)).unwrap()
}

#[test]
fn a_deed_is_there_after_closing_and_a_dropped_one_is_not() {
    let dir = home();
    let mut store = made(dir.path());
    let mut deed = store.begin().unwrap();
    deed.put("ties", b"a", b"one").unwrap();
    deed.append_change(&[1; 32], "core", b"actor", b"g1", b"change")
        .unwrap();
    deed.put_page("today", b"page").unwrap();
    deed.commit().unwrap();
    let mut deed = store.begin().unwrap();
    deed.put("ties", b"a", b"two").unwrap();
    assert_eq!(
        deed.get("ties", b"a").unwrap().as_deref(),
        Some(&b"two"[..])
    );
    drop(deed);
    drop(store);
    let store = Store::open(dir.path(), &Known(7)).unwrap();
    assert_eq!(
        store.get("ties", b"a").unwrap().as_deref(),
        Some(&b"one"[..])
    );
    assert_eq!(store.page("today").unwrap().as_deref(), Some(&b"page"[..]));
    let rows = store.load_document(&[1; 32], "core").unwrap().unwrap();
    assert_eq!(rows.changes, vec![b"change".to_vec()]);
    store.check().unwrap();
}

#[test]
fn a_deed_on_a_full_disk_leaves_nothing() {
    let dir = home();
    let mut store = made(dir.path());
    let mut deed = store.begin().unwrap();
    deed.put("ties", b"a", &[1; 100]).unwrap();
    deed.commit().unwrap();
    store
        .conn
        .pragma_update(None, "max_page_count", 40)
        .unwrap();
    let mut deed = store.begin().unwrap();
    deed.put("ties", b"a", b"of the deed that has no room")
        .unwrap();
    let full = (0..200u8).find_map(|n| deed.put("more", &[n], &[n; 900]).err());
    assert_eq!(full, Some(StoreError::DiskFull));
    drop(deed);
    assert_eq!(store.get("ties", b"a").unwrap().unwrap(), [1; 100]);
    assert!(store.list("more").unwrap().is_empty());
    store.check().unwrap();
}

#[test]
fn a_deed_that_the_database_ended_takes_no_more_writes() {
    let dir = home();
    let mut store = made(dir.path());
    let mut deed = store.begin().unwrap();
    deed.put("ties", b"a", b"one").unwrap();
    // As a full disk or a failed read may do.
    deed.conn.execute_batch("ROLLBACK").unwrap();
    assert!(deed.put("ties", b"b", b"two").is_err());
    assert!(deed.commit().is_err());
    assert!(store.list("ties").unwrap().is_empty());
}

#[test]
fn putting_what_is_there_writes_nothing() {
    let dir = home();
    let mut store = made(dir.path());
    for round in 0..2 {
        let size =
            std::fs::metadata(dir.path().join("alongside.db-wal")).map_or(0, |log| log.len());
        let mut deed = store.begin().unwrap();
        deed.put("refresh", b"a tie", b"1").unwrap();
        deed.put_page("today", &[5; 1500]).unwrap();
        deed.commit().unwrap();
        let after = std::fs::metadata(dir.path().join("alongside.db-wal"))
            .unwrap()
            .len();
        assert_eq!(after > size, round == 0);
    }
}

#[test]
fn what_went_wrong_is_said_without_anything_of_the_person() {
    fn may_move_between_threads<T: Send>() {}
    may_move_between_threads::<Store>();
    let dir = home();
    let mut store = made(dir.path());
    let mut deed = store.begin().unwrap();
    deed.append_change(&[1; 32], "words-2026", b"actor", b"g", b"private words")
        .unwrap();
    deed.sealed_add(&[1; 32], b"g", &[1; 32], 1, b"private words")
        .unwrap();
    deed.commit().unwrap();
    let said = format!(
        "{:?} {:?} {store:?}",
        store.load_document(&[1; 32], "words-2026").unwrap(),
        store.sealed(&[1; 32], b"g").unwrap(),
    );
    assert!(
        !said.contains("private") && !said.contains("112, 114, 105"),
        "{said}"
    );
}
