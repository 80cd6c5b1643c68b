//! Files of past versions, made once, that open for ever: tests/golden/store. The key is here; the life in them is made up.

use super::*;
use std::fs;
use std::path::PathBuf;

/// The key of every golden store: 0, 1, 2 ... 31.
struct Golden;

impl KeySource for Golden {
    fn key(&self) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        Ok(Zeroizing::new(std::array::from_fn(|n| n as u8)))
    }
}

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/golden/store")
        .join(name)
}

fn posted(n: u8) -> OutboxItem {
    OutboxItem {
        tie: [0x71; 32],
        slot_token: [n; 32],
        idempotency: [n; 16],
        kind: n,
        made_day: 20_486 + u32::from(n),
        body: vec![n; 1024],
    }
}

fn live(store: &mut Store) {
    let mut deed = store.begin().unwrap();
    deed.put("settings", b"name", b"Robin").unwrap();
    deed.put("ties", &[0x71; 32], b"a tie").unwrap();
    deed.put("ties", &[0x72; 32], &[0xee; 1500]).unwrap();
    deed.put_page("today", b"Walk: done").unwrap();
    deed.put_page("people", b"").unwrap();
    deed.put_snapshot(
        &[1; 32],
        "core",
        b"actor one",
        b"generation one",
        &[0xaa; 3000],
    )
    .unwrap();
    for n in 0..120u8 {
        deed.append_change(&[1; 32], "core", b"actor one", b"generation one", &[n; 150])
            .unwrap();
    }
    deed.append_change(
        &[1; 32],
        "ticks-2026-02",
        b"actor two",
        b"generation one",
        b"a mark",
    )
    .unwrap();
    deed.append_change(&[2; 32], "core", b"", b"generation two", b"a word")
        .unwrap();
    for n in 1..4 {
        deed.outbox_add(&posted(n)).unwrap();
    }
    deed.outbox_remove(3).unwrap();
    deed.mark_seen(&[1; 16], 20_486).unwrap();
    deed.set_aside(&[2; 16], 20_487, b"torn").unwrap();
    deed.sealed_add(&[2; 32], b"generation two", &[9; 32], 1, b"sealed")
        .unwrap();
    deed.commit().unwrap();
}

fn all_is_there(store: &mut Store) {
    assert_eq!(
        store.list("settings").unwrap(),
        [(b"name".to_vec(), b"Robin".to_vec())]
    );
    assert_eq!(store.list("ties").unwrap().len(), 2);
    assert_eq!(
        store.get("ties", &[0x72; 32]).unwrap().unwrap(),
        [0xee; 1500]
    );
    assert_eq!(store.page("today").unwrap().unwrap(), b"Walk: done");
    assert_eq!(store.page("people").unwrap().unwrap(), b"");
    assert_eq!(store.notebooks().unwrap(), [[1; 32], [2; 32]]);
    assert_eq!(store.names(&[1; 32]).unwrap(), ["core", "ticks-2026-02"]);
    let core = store.load_document(&[1; 32], "core").unwrap().unwrap();
    assert_eq!(core.actor, b"actor one");
    assert_eq!(core.generation, b"generation one");
    assert_eq!(core.snapshot.unwrap(), [0xaa; 3000]);
    let changes: Vec<Vec<u8>> = (0..120u8).map(|n| vec![n; 150]).collect();
    assert_eq!(core.changes, changes);
    assert_eq!(store.pending(&[1; 32], "core").unwrap(), 120);
    let theirs = store.load_document(&[2; 32], "core").unwrap().unwrap();
    assert_eq!(
        (theirs.snapshot, theirs.changes),
        (None, vec![b"a word".to_vec()])
    );
    let outbox = store.outbox().unwrap();
    let items: Vec<OutboxItem> = outbox.into_iter().map(|entry| entry.item).collect();
    assert_eq!(items, [posted(1), posted(2)]);
    assert!(store.was_seen(&[1; 16]).unwrap());
    assert_eq!(store.asides().unwrap(), [([2; 16], b"torn".to_vec())]);
    let sealed = store.sealed(&[2; 32], b"generation two").unwrap();
    assert_eq!(sealed.len(), 1);
    assert_eq!(
        (sealed[0].sequence, sealed[0].bytes.as_slice()),
        (1, &b"sealed"[..])
    );
    store.check().unwrap();
    // An outbox id is never given again, also by a later version.
    let mut deed = store.begin().unwrap();
    assert_eq!(deed.outbox_add(&posted(4)).unwrap(), 4);
}

#[test]
fn a_store_of_version_1_opens_for_ever() {
    let dir = home();
    fs::copy(kept("v1.db"), dir.path().join("alongside.db")).unwrap();
    let mut store = Store::open(dir.path(), &Golden).unwrap();
    all_is_there(&mut store);
    store.erase_now().unwrap();
    drop(store);
    all_is_there(&mut Store::open(dir.path(), &Golden).unwrap());
}

/// Once for each version: `cargo test -p alongside-core make_the_golden_store -- --ignored`. Never over another.
#[test]
#[ignore = "makes the golden file of a new version, once"]
fn make_the_golden_store() {
    let to = kept(&format!("v{}.db", schema::STEPS.len()));
    assert!(!to.exists(), "golden files are never made again");
    let dir = home();
    let mut store = Store::make(dir.path(), &Golden).unwrap();
    live(&mut store);
    all_is_there(&mut store);
    home::empty_log(&store.conn).unwrap();
    drop(store);
    fs::copy(dir.path().join("alongside.db"), to).unwrap();
}
