//! PostgreSQL keeps the promises of every store, and those of several processes; on a real server of the test's own.
//! Long because all that only PostgreSQL can do wrong is tried in one place.

use std::sync::OnceLock;

use tokio::runtime::Runtime;

use super::*;
use crate::store::conformance;
use crate::store::copy::{Source, State};
use crate::store::postgres_copy::{PostgresSource, PostgresTarget};
use crate::store::postgres_kit::Server;
use crate::store::{InboxNo, InboxToAdd, ItemToAdd};

/// Drives the connections of all tests.
fn runtime() -> Handle {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME
        .get_or_init(|| {
            let mut builder = tokio::runtime::Builder::new_multi_thread();
            builder.worker_threads(1).enable_all().build().unwrap()
        })
        .handle()
        .clone()
}

/// A store over this database.
pub(crate) fn open(database: &str) -> Result<Postgres, StoreError> {
    let address = Address::read(database).unwrap();
    Postgres::open(&address, runtime(), &mut Chance::System)
}

#[test]
fn it_conforms() {
    let server = Server::shared();
    let kept = conformance::conforms("PostgreSQL", &|| open(&server.database())).unwrap();
    assert_eq!(kept, 11);
}

#[test]
fn it_keeps_things_over_two_restarts() {
    let server = Server::shared();
    let database = server.database();
    let again = |store| {
        drop(store);
        open(&database)
    };
    conformance::keeps(open(&database).unwrap(), again).unwrap();
}

#[test]
fn two_processes_share_a_database() {
    let server = Server::shared();
    let database = server.database();
    conformance::shares(open(&database).unwrap(), open(&database).unwrap()).unwrap();
}

/// A database in which a day's posts came in a known order: the n-th body is n all over, into one of 20 inboxes.
fn lived(server: &Server) -> (String, Postgres) {
    let database = server.database();
    let mut store = open(&database).unwrap();
    store.turn_day(20_500).unwrap();
    let fetch = |name: u8| [name; 32];
    for name in 0..20_u8 {
        let inbox = InboxToAdd {
            no: InboxNo(i64::from(name.wrapping_mul(83)) << 32),
            fetch_hash: fetch(name),
            wake_hash: [name + 100; 32],
            slot_hashes: (0..64)
                .map(|slot| {
                    let mut hash = [name.wrapping_mul(29); 32];
                    hash[31] = slot;
                    hash
                })
                .collect(),
            made: [0; 32],
            last_day: 20_600,
        };
        let needs = Needs {
            makes: true,
            ..Needs::default()
        };
        store
            .write(&needs, &mut |books| books.add_inbox(&inbox).map(|_| ()))
            .unwrap();
    }
    for turn in 0..100_u8 {
        let needs = Needs::inbox(20_500, fetch(turn % 20));
        store
            .write(&needs, &mut |books| {
                let inbox = books.inbox_by_fetch(&fetch(turn % 20))?.unwrap();
                let number = books.next_number(&inbox)?;
                let id = [turn.wrapping_mul(37); 16];
                books.add_item(&ItemToAdd {
                    id,
                    check: [turn; 16],
                    inbox: inbox.no,
                    number,
                    bytes: &[turn; 1024],
                })
            })
            .unwrap();
    }
    (database, store)
}

#[test]
fn at_the_days_turn_places_and_transactions_tell_no_order_any_more() {
    let server = Server::shared();
    let (database, mut store) = lived(&server);
    let order = |sql: &str| -> Vec<u8> {
        let rows = server.tell(&database, sql);
        rows.lines()
            .map(|row| u8::from_str_radix(&row[..2], 16).unwrap())
            .collect()
    };
    let neighbours = |order: &[u8]| {
        order
            .windows(2)
            .filter(|pair| pair[0].abs_diff(pair[1]) == 1)
            .count()
    };
    let items = "SELECT encode(substring(bytes FROM 1 FOR 1), 'hex') FROM item_20500 ORDER BY ctid";
    let transactions = |table: &str| {
        server.tell(
            &database,
            &format!("SELECT count(DISTINCT xmin::text) FROM {table}"),
        )
    };
    // The measure finds today's order: it can be seen, as PROTOCOL.md says.
    assert_eq!(neighbours(&order(items)), 99);
    assert_ne!(transactions("item_20500").trim(), "1");
    store.turn_day(20_501).unwrap();
    store.tidy().unwrap();
    let laid = order(items);
    assert_eq!(laid.len(), 100);
    assert!(neighbours(&laid) < 12, "{laid:?}");
    let known = order("SELECT encode(body_check, 'hex') FROM known_20500 ORDER BY ctid");
    assert!(known.len() == 100 && neighbours(&known) < 12, "{known:?}");
    let inboxes = order("SELECT encode(fetch_hash, 'hex') FROM inbox ORDER BY ctid");
    assert!(
        inboxes.len() == 20 && neighbours(&inboxes) < 6,
        "{inboxes:?}"
    );
    for table in ["item_20500", "known_20500", "inbox", "slot"] {
        assert_eq!(transactions(table).trim(), "1", "{table}");
    }
    // Days that are over are gone as a whole.
    let tables = || {
        server.tell(&database, "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY relname")
    };
    store.turn_day(20_502).unwrap();
    let whole = [
        "box",
        "inbox",
        "item",
        "item_20500",
        "item_20501",
        "item_20502",
        "known",
        "known_20501",
        "known_20502",
        "slot",
        "tally",
    ];
    let kept: Vec<String> = tables()
        .lines()
        .map(str::to_owned)
        .filter(|name| !name.ends_with("_0"))
        .collect();
    assert_eq!(kept, whole, "PROTOCOL.md names every table");
    store.turn_day(20_595).unwrap();
    let kept = tables();
    assert!(
        !kept.contains("20500") && kept.contains("item_20595"),
        "{kept}"
    );
}

#[test]
fn every_look_goes_by_an_index_also_where_a_plan_was_made_for_an_empty_table() {
    let server = Server::shared();
    let (database, mut store) = lived(&server);
    let before = "SELECT pg_stat_force_next_flush(); SELECT coalesce(sum(seq_scan), 0) FROM pg_stat_user_tables WHERE relname NOT IN ('box', 'tally')";
    let scans = || {
        server
            .tell(&database, before)
            .lines()
            .last()
            .unwrap()
            .trim()
            .parse::<u64>()
            .unwrap()
    };
    drop(store);
    std::thread::sleep(Duration::from_millis(200));
    let known = scans();
    store = open(&database).unwrap();
    for turn in 0..20_u8 {
        let inbox = store.inbox_by_fetch(&[turn; 32]).unwrap().unwrap();
        assert_eq!(store.items_after(&inbox, 0, 9, 1 << 20).unwrap().len(), 5);
        assert_eq!(store.highest_kept(&inbox).unwrap(), 5);
        assert!(store.inbox_by_wake(&[99; 32]).unwrap().is_none());
        let mut slot = [turn.wrapping_mul(29); 32];
        slot[31] = 7;
        let needs = Needs {
            repeats: vec![(20_500, [turn; 16])],
            ..Needs::slot(20_500, slot)
        };
        store
            .write(&needs, &mut |books| {
                let inbox = books.inbox_by_slot(&slot)?.unwrap();
                books.check_of(20_500, &[turn; 16])?;
                books.remove_items(inbox.no, &[[turn.wrapping_mul(37); 16]])?;
                books.close_slots(inbox.no, &[slot])
            })
            .unwrap();
    }
    drop(store);
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(scans(), known, "a table was read whole");
}

#[test]
fn what_is_no_post_box_or_tells_or_forgets_is_left_alone() {
    let server = Server::start();
    let database = server.database();
    let refused = |database: &str| open(database).err();
    drop(open(&database).unwrap());
    for (setting, value) in [
        ("log_statement", "'ddl'"),
        ("log_duration", "on"),
        ("log_min_duration_statement", "0"),
        ("log_min_duration_sample", "1000"),
        ("log_transaction_sample_rate", "0.5"),
    ] {
        let name = database.rsplit('/').next().unwrap();
        server.tell(
            &database,
            &format!("ALTER DATABASE {name} SET {setting} = {value}"),
        );
        assert_eq!(refused(&database), Some(StoreError::Tells), "{setting}");
        server.tell(&database, &format!("ALTER DATABASE {name} RESET {setting}"));
    }
    for setting in ["fsync", "full_page_writes"] {
        server.tell(&database, &format!("ALTER SYSTEM SET {setting} = off"));
        server.tell(&database, "SELECT pg_reload_conf()");
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(refused(&database), Some(StoreError::Forgetful), "{setting}");
        server.tell(&database, &format!("ALTER SYSTEM RESET {setting}"));
        server.tell(&database, "SELECT pg_reload_conf()");
        std::thread::sleep(Duration::from_millis(300));
    }
    server.tell(
        &database,
        "ALTER TABLE inbox DROP COLUMN wake_address; UPDATE box SET version = 1",
    );
    assert_eq!(refused(&database), None, "the first version is taken along");
    assert_eq!(
        server
            .tell(
                &database,
                "SELECT version FROM box WHERE (SELECT count(wake_address) FROM inbox) = 0"
            )
            .trim(),
        "2"
    );
    server.tell(&database, "UPDATE box SET version = 99");
    assert_eq!(refused(&database), Some(StoreError::Newer));
    let other = server.database();
    server.tell(&other, "CREATE TABLE mine (x integer)");
    assert_eq!(refused(&other), Some(StoreError::Damaged));
    assert_eq!(
        server
            .tell(
                &other,
                "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
            )
            .trim(),
        "1"
    );
    let nowhere = database.replace("/box_", "/none_");
    assert_eq!(refused(&nowhere), Some(StoreError::NotAdmitted));
    let user = server.database();
    server.tell(&user, "CREATE USER weak");
    assert_eq!(
        refused(&user.replace("relay@", "weak@")),
        Some(StoreError::NotAdmitted)
    );
    server.stop();
    assert_eq!(refused(&user), Some(StoreError::Away));
    let log = std::fs::read_to_string(server.log()).unwrap();
    assert!(!log.contains("\\x") && !log.contains("parameters"), "{log}");
}

#[test]
fn a_broken_connection_is_made_anew_and_half_a_transaction_is_refused() {
    let server = Server::shared();
    let (database, mut store) = lived(&server);
    let reader = store.reader().unwrap().unwrap();
    assert!(reader.inbox_by_fetch(&[3; 32]).unwrap().is_some());
    let end_all = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'relay'";
    let note = |store: &mut Postgres, number| {
        store.write(&Needs::inbox(0, [3; 32]), &mut |books| {
            let inbox = books.inbox_by_fetch(&[3; 32])?.unwrap();
            books.note_refusal(inbox.no, number)
        })
    };
    note(&mut store, 7).unwrap();
    server.tell(&database, end_all);
    // Whoever had begun nothing does not notice.
    note(&mut store, 8).unwrap();
    assert_eq!(
        reader.inbox_by_fetch(&[3; 32]).unwrap().unwrap().refused_at,
        8
    );
    // In the midst of a transaction all of it is refused, and nothing kept.
    let done = store.write(&Needs::inbox(0, [3; 32]), &mut |books| {
        let inbox = books.inbox_by_fetch(&[3; 32])?.unwrap();
        books.note_refusal(inbox.no, 9)?;
        server.tell(&database, end_all);
        Ok(())
    });
    assert_eq!(done, Err(StoreError::Away));
    assert_eq!(
        reader.inbox_by_fetch(&[3; 32]).unwrap().unwrap().refused_at,
        8
    );
    note(&mut store, 10).unwrap();
    store.turn_day(20_502).unwrap();
    store.tidy().unwrap();
    assert_eq!(
        reader.inbox_by_fetch(&[3; 32]).unwrap().unwrap().refused_at,
        10
    );
}

#[test]
fn over_a_network_by_tls_and_by_the_right_name() {
    let server = Server::start();
    let database = server.database();
    let name = database.rsplit('/').next().unwrap();
    let port = server.listen_with_tls(
        include_str!("../../../tests/kit/chain.pem"),
        include_str!("../../../tests/kit/key.pem"),
    );
    let roots = server.folder.path().join("roots.pem");
    std::fs::write(&roots, include_str!("../../../tests/kit/root.pem")).unwrap();
    let at = |host: &str, roots: &str| format!("postgres://relay@{host}:{port}/{name}{roots}");
    let trusting = format!("?sslrootcert={}", roots.display());
    let store = open(&at("localhost", &trusting)).unwrap();
    conformance::keeps(store, |store| {
        let encrypted = "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'relay'";
        assert_eq!(server.tell(&database, encrypted).trim(), "t");
        drop(store);
        open(&at("localhost", &trusting))
    })
    .unwrap();
    let refused = |address: String| open(&address).err();
    assert_eq!(
        refused(at("127.0.0.1", &trusting)),
        Some(StoreError::Away),
        "another name than it is certified for"
    );
    assert_eq!(
        refused(at("localhost", "")),
        Some(StoreError::NotAdmitted),
        "in the open"
    );
}

#[test]
fn the_log_is_cut_when_its_oldest_commit_is_old_enough() {
    use std::collections::BTreeSet;
    let server = Server::start();
    let database = server.database();
    let store = open(&database).unwrap();
    let names = || -> BTreeSet<_> {
        let all = std::fs::read_dir(server.data().join("pg_wal")).unwrap();
        all.map(|file| file.unwrap().file_name()).collect()
    };
    let cutter = |every| {
        let every = Duration::from_secs(every);
        Cutter::new(store.turns.beside(&[], CUT), every)
    };
    let (before, patient) = (names(), cutter(60));
    patient.run().unwrap();
    assert_eq!(names(), before, "not yet");
    let left = cutter(60).patience();
    assert!(
        left.is_some_and(|left| left <= Duration::from_secs(60)),
        "also of what one that was killed has left"
    );
    patient.late().unwrap();
    assert_eq!(patient.patience(), None);
    let after = names();
    patient.late().unwrap();
    assert_eq!(names(), after, "nothing was written since");
    assert_ne!(after, before, "cut since its time was over");
    cutter(0).run().unwrap();
    assert_ne!(names(), after, "cut at once");
}

#[test]
fn who_copies_gives_way_to_a_day_that_begins() {
    let server = Server::shared();
    let (database, mut store) = lived(&server);
    // More rows than are asked for at once: 20 inboxes with 64 slots each, and as many again.
    server.tell(
        &database,
        "INSERT INTO slot (hash, inbox) SELECT sha256(number::text::bytea), 7 FROM generate_series(1, 3000) AS number",
    );
    let address = Address::read(&database).unwrap();
    let mut source = PostgresSource::beside(&address, runtime()).unwrap();
    let mut rows = 0;
    source
        .walk(&mut |_| {
            rows += 1;
            Ok(())
        })
        .unwrap();
    assert!(rows > 4280, "{rows}");
    let (begun, reading) = std::sync::mpsc::channel();
    let turning = std::thread::spawn(move || {
        reading.recv().unwrap();
        store.turn_day(20_501).map(|ended| (ended, store))
    });
    let given_up = source.walk(&mut |_| {
        let _ = begun.send(());
        std::thread::sleep(Duration::from_millis(1));
        Ok(())
    });
    assert_eq!(given_up, Err(StoreError::GaveWay));
    let (ended, mut store) = turning.join().unwrap().unwrap();
    assert!(ended.is_some());
    // And while it read on after a day was laid out afresh, it would have seen nothing: it reads the whole of the new day.
    store.tidy().unwrap();
    let mut again = 0;
    source
        .walk(&mut |_| {
            again += 1;
            Ok(())
        })
        .unwrap();
    assert_eq!(again, rows, "nothing of the last two days is over");
}

#[test]
fn who_was_asleep_while_the_box_was_moved_writes_nothing_more() {
    let server = Server::shared();
    let (database, mut store) = lived(&server);
    let address = Address::read(&database).unwrap();
    // A relay that is seen keeps the box from being moved.
    let alone = PostgresSource::alone(&address, runtime()).err();
    assert_eq!(alone, Some(StoreError::InUse));
    server.tell(&database, "UPDATE box SET version = 1000001");
    let done = store.write(&Needs::on(20_500), &mut |_| Ok(()));
    assert_eq!(done, Err(StoreError::Moved));
    assert!(store.turn_day(20_501).is_err());
    drop(store);
    assert_eq!(open(&database).err(), Some(StoreError::Moved));
    let mut source = PostgresSource::alone(&address, runtime()).unwrap();
    assert_eq!(source.state(), State::Moved { to: 0 });
    let newer = PostgresTarget::begin(&address, runtime(), &mut Chance::System).err();
    assert_eq!(newer, Some(StoreError::InUse), "the source is held");
    source.mark_moved(7).unwrap();
}
