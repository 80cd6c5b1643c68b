//! The store on real files: what is promised of a home, a deed, an erasure.

mod bytes;
mod erase;
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
