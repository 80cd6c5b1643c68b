//! Under any deeds, drops of deeds, erasures and reopenings the store behaves like plain maps in memory.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
enum Act {
    Put(u8, u8, Vec<u8>),
    Delete(u8, u8),
    Page(u8, Vec<u8>),
    Change(u8, u8, u8, Vec<u8>),
    Snapshot(u8, u8, u8, Vec<u8>),
    DropOne(u8, u8),
    DropAll(u8),
    Post(u8, Vec<u8>),
    Posted(u8),
    Ended(u8),
    Seen(u8, u8),
    Aside(u8, u8, Vec<u8>),
    Forget(u8),
    Sealed(u8, u8, u8, Vec<u8>),
    SealedDrop(u8, u8),
}

#[derive(Debug, Clone)]
enum Step {
    Deed(Vec<Act>, bool),
    Reopen,
    Erase,
}

type Document = (u8, Option<Vec<u8>>, Vec<Vec<u8>>);

#[derive(Debug, Clone, Default, PartialEq)]
struct Maps {
    records: BTreeMap<(u8, u8), Vec<u8>>,
    pages: BTreeMap<u8, Vec<u8>>,
    documents: BTreeMap<(u8, u8), Document>,
    outbox: BTreeMap<i64, (u8, Vec<u8>)>,
    last: i64,
    inbox: BTreeMap<u8, (u8, Option<Vec<u8>>)>,
    sealed: BTreeMap<(u8, u8, u8), Vec<u8>>,
}

fn ns(n: u8) -> &'static str {
    ["ties", "epochs", "settings"][n as usize % 3]
}

fn name(n: u8) -> String {
    ["core", "ticks-2026-02", "words-2026"][n as usize % 3].to_owned()
}

fn both(deed: &mut Txn<'_>, maps: &mut Maps, act: &Act) {
    match act.clone() {
        Act::Put(n, key, value) => {
            deed.put(ns(n), &[key], &value).unwrap();
            maps.records.insert((n, key), value);
        }
        Act::Delete(n, key) => {
            let there = maps.records.remove(&(n, key)).is_some();
            assert_eq!(deed.delete(ns(n), &[key]).unwrap(), there);
        }
        Act::Page(n, value) => {
            deed.put_page(&name(n), &value).unwrap();
            maps.pages.insert(n, value);
        }
        Act::Change(book, n, generation, bytes) => {
            let done = deed.append_change(&[book; 32], &name(n), b"a", &[generation], &bytes);
            let document =
                maps.documents
                    .entry((book, n))
                    .or_insert((generation, None, Vec::new()));
            if document.0 == generation {
                done.unwrap();
                document.2.push(bytes);
            } else {
                assert_eq!(done, Err(StoreError::Mismatch));
            }
        }
        Act::Snapshot(book, n, generation, bytes) => {
            deed.put_snapshot(&[book; 32], &name(n), b"a", &[generation], &bytes)
                .unwrap();
            maps.documents
                .insert((book, n), (generation, Some(bytes), Vec::new()));
        }
        Act::DropOne(book, n) => {
            let there = maps.documents.remove(&(book, n)).is_some();
            assert_eq!(deed.drop_document(&[book; 32], &name(n)).unwrap(), there);
        }
        Act::DropAll(book) => {
            let before = maps.documents.len();
            maps.documents.retain(|at, _| at.0 != book);
            let gone = deed.drop_documents(&[book; 32]).unwrap();
            assert_eq!(gone, before - maps.documents.len());
        }
        Act::Post(tie, body) => {
            let id = deed.outbox_add(&item(tie, body.clone())).unwrap();
            assert!(id > maps.last, "an id came twice");
            maps.last = id;
            maps.outbox.insert(id, (tie, body));
        }
        Act::Posted(nth) => {
            let id = maps.outbox.keys().nth(nth as usize).copied().unwrap_or(-1);
            let there = maps.outbox.remove(&id).is_some();
            assert_eq!(deed.outbox_remove(id).unwrap(), there);
        }
        Act::Ended(tie) => {
            maps.outbox.retain(|_, item| item.0 != tie);
            deed.outbox_drop_for_tie(&[tie; 32]).unwrap();
        }
        Act::Seen(item, day) => {
            assert_eq!(
                deed.was_seen(&[item; 16]).unwrap(),
                maps.inbox.contains_key(&item)
            );
            deed.mark_seen(&[item; 16], u32::from(day)).unwrap();
            maps.inbox.entry(item).or_insert((day, None));
        }
        Act::Aside(item, day, bytes) => {
            deed.set_aside(&[item; 16], u32::from(day), &bytes).unwrap();
            maps.inbox.entry(item).or_insert((day, None)).1 = Some(bytes);
        }
        Act::Forget(day) => {
            maps.inbox.retain(|_, row| row.0 >= day);
            deed.forget_seen_before(u32::from(day)).unwrap();
        }
        Act::Sealed(book, generation, sequence, bytes) => {
            let new = deed
                .sealed_add(
                    &[book; 32],
                    &[generation],
                    &[9; 32],
                    sequence.into(),
                    &bytes,
                )
                .unwrap();
            assert_eq!(
                new,
                !maps.sealed.contains_key(&(book, generation, sequence))
            );
            maps.sealed
                .entry((book, generation, sequence))
                .or_insert(bytes);
        }
        Act::SealedDrop(book, keep) => {
            maps.sealed.retain(|at, _| at.0 != book || at.1 == keep);
            deed.sealed_drop_others(&[book; 32], &[keep]).unwrap();
        }
    }
}

fn item(tie: u8, body: Vec<u8>) -> OutboxItem {
    OutboxItem {
        tie: [tie; 32],
        slot_token: [tie ^ 1; 32],
        idempotency: [tie ^ 2; 16],
        kind: tie,
        made_day: 20_000 + u32::from(tie),
        body,
    }
}

fn same(store: &Reads, maps: &Maps) {
    for n in 0..3 {
        let listed: Vec<Record> = maps
            .records
            .iter()
            .filter(|(at, _)| at.0 == n)
            .map(|(at, value)| (vec![at.1], value.clone()))
            .collect();
        assert_eq!(store.list(ns(n)).unwrap(), listed);
        for (key, value) in listed {
            assert_eq!(store.get(ns(n), &key).unwrap(), Some(value));
        }
        assert_eq!(store.page(&name(n)).unwrap().as_ref(), maps.pages.get(&n));
    }
    for book in 0..3 {
        for n in 0..3 {
            let rows = store.load_document(&[book; 32], &name(n)).unwrap();
            let rows = rows.map(|rows| (rows.generation[0], rows.snapshot, rows.changes));
            let document = maps.documents.get(&(book, n));
            assert_eq!(rows.as_ref(), document);
            let pending = store.pending(&[book; 32], &name(n)).unwrap();
            assert_eq!(pending, document.map_or(0, |d| d.2.len()) as u64);
        }
        let names: Vec<String> = (0..3)
            .filter(|n| maps.documents.contains_key(&(book, *n)))
            .map(name)
            .collect();
        assert_eq!(store.names(&[book; 32]).unwrap(), names);
        for generation in 0..3 {
            let rows: Vec<(u8, Vec<u8>)> = store
                .sealed(&[book; 32], &[generation])
                .unwrap()
                .into_iter()
                .map(|row| (row.sequence as u8, row.bytes))
                .collect();
            let kept: Vec<(u8, Vec<u8>)> = maps
                .sealed
                .iter()
                .filter(|(at, _)| (at.0, at.1) == (book, generation))
                .map(|(at, bytes)| (at.2, bytes.clone()))
                .collect();
            assert_eq!(rows, kept);
        }
    }
    let outbox: Vec<OutboxEntry> = maps
        .outbox
        .iter()
        .map(|(id, (tie, body))| OutboxEntry {
            id: *id,
            item: item(*tie, body.clone()),
        })
        .collect();
    assert_eq!(store.outbox().unwrap(), outbox);
    assert_eq!(store.outbox_count().unwrap(), outbox.len() as u64);
    let aside = maps.inbox.values().filter(|row| row.1.is_some()).count();
    assert_eq!(store.aside_count().unwrap(), aside as u64);
    assert_eq!(store.asides().unwrap().len(), aside);
}

fn act() -> impl Strategy<Value = Act> {
    let few = || 0..3u8;
    let bytes = || prop::collection::vec(any::<u8>(), 0..1200);
    prop_oneof![
        (few(), 0..20u8, bytes()).prop_map(|(n, key, value)| Act::Put(n, key, value)),
        (few(), 0..20u8).prop_map(|(n, key)| Act::Delete(n, key)),
        (few(), bytes()).prop_map(|(n, value)| Act::Page(n, value)),
        (few(), few(), 0..2u8, bytes()).prop_map(|(b, n, g, v)| Act::Change(b, n, g, v)),
        (few(), few(), 0..2u8, bytes()).prop_map(|(b, n, g, v)| Act::Snapshot(b, n, g, v)),
        (few(), few()).prop_map(|(b, n)| Act::DropOne(b, n)),
        few().prop_map(Act::DropAll),
        (few(), bytes()).prop_map(|(tie, body)| Act::Post(tie, body)),
        (0..4u8).prop_map(Act::Posted),
        few().prop_map(Act::Ended),
        (0..9u8, 0..9u8).prop_map(|(item, day)| Act::Seen(item, day)),
        (0..9u8, 0..9u8, bytes()).prop_map(|(item, day, v)| Act::Aside(item, day, v)),
        (0..9u8).prop_map(Act::Forget),
        (few(), few(), 0..9u8, bytes()).prop_map(|(b, g, n, v)| Act::Sealed(b, g, n, v)),
        (few(), few()).prop_map(|(b, g)| Act::SealedDrop(b, g)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (prop::collection::vec(act(), 1..6), any::<bool>()).prop_map(|(acts, kept)| Step::Deed(acts, kept)),
        1 => Just(Step::Reopen),
        1 => Just(Step::Erase),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_store_is_like_maps(steps in prop::collection::vec(step(), 1..40)) {
        let dir = quick_home();
        let mut store = made(dir.path());
        let mut maps = Maps::default();
        for step in steps {
            match step {
                Step::Deed(acts, kept) => {
                    let mut after = maps.clone();
                    let mut deed = store.begin().unwrap();
                    for act in &acts {
                        both(&mut deed, &mut after, act);
                    }
                    same(&deed, &after);
                    if kept {
                        deed.commit().unwrap();
                        maps = after;
                    } else {
                        drop(deed);
                    }
                }
                Step::Reopen => {
                    drop(store);
                    store = Store::open(dir.path(), &Known(7)).unwrap();
                }
                Step::Erase => store.erase_now().unwrap(),
            }
            same(&store, &maps);
        }
        store.check().unwrap();
    }
}

#[test]
fn what_does_not_open_never_fills_the_phone() {
    let dir = home();
    let mut store = made(dir.path());
    let mut deed = store.begin().unwrap();
    for n in 0..60u8 {
        deed.set_aside(&[n; 16], u32::from(n), &[n; 64 << 10])
            .unwrap();
    }
    deed.set_aside(&[99; 16], 0, &vec![1; (1 << 20) + 1])
        .unwrap();
    deed.commit().unwrap();
    assert_eq!(store.aside_count().unwrap(), 61);
    let kept = store.asides().unwrap();
    assert_eq!(kept.len(), 16);
    assert_eq!(kept[0].0, [44; 16]);
}

#[test]
fn records_under_a_prefix_and_a_long_outbox_are_read_in_parts() {
    let dir = home();
    let mut store = made(dir.path());
    let mut deed = store.begin().unwrap();
    for key in [&b"a"[..], b"ab", b"abc", b"b", b"ab\xff", b"ac"] {
        deed.put("ties", key, b"x").unwrap();
    }
    let many: Vec<Vec<u8>> = (0..1000u32).map(|n| n.to_be_bytes().to_vec()).collect();
    deed.append_changes(&[1; 32], "core", b"a", b"g", &many)
        .unwrap();
    let ids: Vec<i64> = (0..5)
        .map(|n| deed.outbox_add(&item(n, vec![n])).unwrap())
        .collect();
    deed.commit().unwrap();
    let keys: Vec<Vec<u8>> = store
        .list_under("ties", b"ab")
        .unwrap()
        .into_iter()
        .map(|record| record.0)
        .collect();
    assert_eq!(keys, [&b"ab"[..], b"abc", b"ab\xff"]);
    let part = store.outbox_after(ids[1], 2).unwrap();
    assert_eq!(
        part.iter().map(|entry| entry.id).collect::<Vec<_>>(),
        ids[2..4]
    );
    let rows = store.load_document(&[1; 32], "core").unwrap().unwrap();
    assert_eq!(rows.changes, many);
    assert_eq!(store.notebooks().unwrap(), [[1; 32]]);
}
