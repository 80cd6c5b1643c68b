//! SQLite keeps the promises of every store, and those of a file.

use super::*;
use crate::files::beside;
use crate::store::conformance;

fn open(path: &Path) -> Result<Sqlite, StoreError> {
    Sqlite::open(path, &mut Chance::System)
}

#[test]
fn it_conforms_in_memory_and_in_a_file() {
    conformance::conforms("SQLite in memory", &|| {
        Sqlite::in_memory(&mut Chance::seeded(1))
    })
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let count = std::cell::Cell::new(0);
    let kept = conformance::conforms("SQLite in a file", &|| {
        count.set(count.get() + 1);
        open(&folder.path().join(format!("{}.db", count.get())))
    })
    .unwrap();
    assert_eq!(kept, 11);
}

#[test]
fn it_keeps_things_over_two_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let again = |store| {
        drop(store);
        open(&path)
    };
    conformance::keeps(open(&path).unwrap(), again).unwrap();
}

#[test]
fn a_file_of_the_first_version_is_taken_along() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let mut store = open(&path).unwrap();
    let no = conformance::add(&mut store, 1).unwrap();
    drop(store);
    let db = Connection::open(&path).unwrap();
    db.execute_batch("ALTER TABLE inbox DROP COLUMN wake_address; PRAGMA user_version = 1")
        .unwrap();
    drop(db);
    let mut store = open(&path).unwrap();
    conformance::put(&mut store, no, 1).unwrap();
    let set = |books: &mut dyn Books| books.set_wake_address(no, Some(&[9; 32]));
    conformance::write(&mut store, set).unwrap();
    drop(store);
    let store = open(&path).unwrap();
    assert_eq!(store.wake_addresses(&[no]).unwrap(), [[9; 32]]);
}

#[test]
fn a_file_in_use_foreign_damaged_or_newer_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let first = open(&path).unwrap();
    assert_eq!(open(&path).err(), Some(StoreError::InUse));
    drop(first);
    let db = Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    assert_eq!(open(&path).err(), Some(StoreError::Newer));

    let other = folder.path().join("other.db");
    Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE mine (x)")
        .unwrap();
    assert_eq!(open(&other).err(), Some(StoreError::Damaged));
    let text = folder.path().join("text.db");
    std::fs::write(
        &text,
        "not a database at all, but long enough to look like something".repeat(20),
    )
    .unwrap();
    let before = std::fs::read(&text).unwrap();
    assert_eq!(open(&text).err(), Some(StoreError::Damaged));
    assert_eq!(std::fs::read(&text).unwrap(), before);
}

#[test]
fn the_kept_order_tells_nothing_of_the_order_of_arrival() {
    use crate::office::{Codes, NewInbox, Office, Quotas};
    use crate::token::{Purpose, Token, hash};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let day = 20_500;
    let mut office = Office::open(&path, Quotas::default(), Codes::default()).unwrap();
    for name in 0..20_u8 {
        let token = |number: u8| {
            let mut bytes = [name; 32];
            bytes[0] = number;
            Token(bytes)
        };
        let inbox = NewInbox {
            week: day / 7,
            fetch_hash: hash(Purpose::Fetch, &token(200)),
            wake_hash: hash(Purpose::Wake, &token(201)),
            slot_hashes: (0..64)
                .map(|number| hash(Purpose::Slot, &token(number)))
                .collect(),
        };
        office.create(day, None, &inbox).unwrap();
    }
    let body_of = |turn: u8| {
        (0..=255)
            .cycle()
            .map(|byte: u8| byte.wrapping_mul(7) ^ turn)
            .take(1024)
            .collect::<Vec<u8>>()
    };
    // The n-th post carries its place in its bytes, and goes to inbox n / 2: pairs come together.
    for turn in 0..40_u8 {
        let mut bytes = [turn / 2; 32];
        bytes[0] = 5;
        office
            .post(day, &Token(bytes), [turn; 16], &body_of(turn))
            .unwrap();
    }
    let order = |sql: &str| -> Vec<u8> {
        let db = Connection::open(&path).unwrap();
        let mut rows = db.prepare(sql).unwrap();
        rows.query_map([], |row| row.get::<_, Vec<u8>>(0))
            .unwrap()
            .map(|bytes| bytes.unwrap()[0])
            .collect()
    };
    // Neighbours in the kept order that came one after the other: by chance about 2 of 39.
    let neighbours = |order: &[u8]| {
        order
            .windows(2)
            .filter(|pair| pair[0].abs_diff(pair[1]) == 1)
            .count()
    };
    let kept = order("SELECT bytes FROM item ORDER BY rowid");
    assert_eq!(kept.len(), 40);
    assert!(neighbours(&kept) < 12, "{kept:?}");
    // The measure finds an order that does tell.
    assert_eq!(neighbours(&(0..40).collect::<Vec<_>>()), 39);

    // At the day's turn the pages, too, lie in that order.
    office.turn_day(day + 1).unwrap();
    let file = std::fs::read(&path).unwrap();
    assert_eq!(std::fs::metadata(beside(&path, "-wal")).unwrap().len(), 0);
    let mut laid: Vec<(usize, u8)> = Vec::new();
    for turn in 0..40_u8 {
        let body = body_of(turn);
        let found = file.windows(1024).position(|window| window == body);
        laid.extend(found.map(|at| (at, turn)));
    }
    laid.sort_unstable();
    let laid: Vec<u8> = laid.into_iter().map(|(_, turn)| turn).collect();
    assert_eq!(laid.len(), 40);
    assert!(neighbours(&laid) < 12, "{laid:?}");
}

#[test]
fn the_log_stays_short_while_things_come_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let mut store = open(&path).unwrap();
    let checkpointer = store.background().unwrap().unwrap();
    let size = |ending| std::fs::metadata(beside(&path, ending)).unwrap().len();
    let mut longest = 0;
    for turn in 0..1024_u32 {
        store
            .write(&Needs::default(), &mut |books| {
                for place in 0..32_u8 {
                    let mut id = [0; 16];
                    id[..4].copy_from_slice(&turn.wrapping_mul(0x9e37_79b9).to_be_bytes());
                    id[4] = place;
                    books.add_item(&crate::store::ItemToAdd {
                        id,
                        check: [0; 16],
                        inbox: InboxNo(1),
                        number: u64::from(turn * 32 + u32::from(place) + 1),
                        bytes: &[7; 1024],
                    })?;
                }
                Ok(())
            })
            .unwrap();
        checkpointer.run().unwrap();
        longest = longest.max(size("-wal"));
    }
    // All of it came through the log, which is cut to this length only when it is emptied.
    assert!(size("") > 32 << 20);
    assert!(longest < 24 << 20, "{longest}");
}

#[test]
fn a_torn_log_ends_at_a_whole_transaction() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relay.db");
    let mut store = open(&path).unwrap();
    let inbox = super::super::InboxToAdd {
        no: InboxNo(7),
        fetch_hash: [1; 32],
        wake_hash: [2; 32],
        slot_hashes: (0..64).map(|slot| [slot + 10; 32]).collect(),
        made: [3; 32],
        last_day: 20_600,
    };
    let put = |store: &mut Sqlite, number: u8| {
        let found = store.inbox_by_fetch(&[1; 32]).unwrap().unwrap();
        let kept = store.write(&Needs::default(), &mut |books| {
            // Two items in each transaction: one without the other would be half of it.
            for half in 0..2 {
                let next = books.next_number(&found)?;
                books.add_item(&crate::store::ItemToAdd {
                    id: [number.wrapping_mul(37) ^ half; 16],
                    check: [number; 16],
                    inbox: InboxNo(7),
                    number: next,
                    bytes: &[number; 4096],
                })?;
            }
            Ok(())
        });
        kept.unwrap();
    };
    store
        .write(&Needs::default(), &mut |books| {
            books.add_inbox(&inbox).map(|_| ())
        })
        .unwrap();
    let mut whole = Vec::new();
    let log = beside(&path, "-wal");
    for number in 0..60 {
        put(&mut store, number);
        whole.push(std::fs::metadata(&log).unwrap().len());
    }
    let (file, log) = (std::fs::read(&path).unwrap(), std::fs::read(&log).unwrap());
    let (mut chance, mut fewest) = (Chance::seeded(5), usize::MAX);
    for round in 0..60_u32 {
        // Cut anywhere; or a run of bytes in it was never written, or is of before.
        let [at, noise] = chance
            .make::<16>()
            .unwrap()
            .as_chunks::<8>()
            .0
            .try_into()
            .unwrap();
        let at =
            usize::try_from(u64::from_be_bytes(at) % u64::try_from(log.len()).unwrap()).unwrap();
        let mut torn = log.clone();
        match round % 3 {
            0 => torn.truncate(at),
            1 => torn[at..].fill(0),
            _ => torn[at..]
                .iter_mut()
                .zip(noise.iter().cycle())
                .take(900)
                .for_each(|(byte, noise)| *byte ^= noise | 1),
        }
        let copy = folder.path().join(format!("torn-{round}.db"));
        std::fs::write(&copy, &file).unwrap();
        std::fs::write(beside(&copy, "-wal"), &torn).unwrap();
        let mut store = open(&copy).unwrap();
        let kept = store.inbox_by_fetch(&[1; 32]).unwrap().map_or(0, |inbox| {
            let items = store.items_after(&inbox, 0, 999, 1 << 30).unwrap();
            let numbers: Vec<_> = items.iter().map(|item| item.number).collect();
            assert_eq!(
                numbers,
                (1..=u64::try_from(items.len()).unwrap()).collect::<Vec<_>>()
            );
            assert!(
                items
                    .iter()
                    .all(|item| item.bytes == [u8::try_from((item.number - 1) / 2).unwrap(); 4096])
            );
            items.len()
        });
        assert_eq!(kept % 2, 0, "no half of a transaction");
        // What was synced before the tear is there.
        let synced = whole
            .iter()
            .filter(|end| usize::try_from(**end).unwrap() <= at)
            .count();
        assert!(kept / 2 >= synced, "{kept} items of {synced} transactions");
        fewest = fewest.min(kept / 2);
        if store.inboxes() == 1 {
            put(&mut store, 99);
            drop(store);
            assert_eq!(
                open(&copy).unwrap().inboxes(),
                1,
                "and it goes on from there"
            );
        }
    }
    assert!(fewest < 20, "some tears were early: {fewest}");
}
