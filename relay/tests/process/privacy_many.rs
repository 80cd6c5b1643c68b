//! Every byte that PostgreSQL keeps or says of the post box, searched for what must not be there; and where times are that nobody can take away.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::time::Duration;

use relay::{Purpose, Token, token::hash};

use crate::kit::{DAY, OK, Owner, Relay, WEEK, get, set_day};
use crate::postgres::Server;
use crate::privacy::{
    THIRTY_YEARS, forms, forty_keys, holds, moments, nothing_is_left_of_ann, now,
    planted_moments_are_found,
};

const ANN: Owner = Owner("ann");

type Files = Vec<(String, Vec<u8>)>;

/// What is sought, by the first eight bytes of each of its forms: files are large, so they are walked through once.
struct Sought(HashMap<[u8; 8], Vec<(String, Vec<u8>)>>);

impl Sought {
    fn new(all: &[(String, Vec<u8>)]) -> Self {
        let mut sought: HashMap<_, Vec<_>> = HashMap::new();
        for (what, bytes) in all {
            for form in forms(bytes) {
                let first = form[..8].try_into().unwrap();
                sought.entry(first).or_default().push((what.clone(), form));
            }
        }
        Self(sought)
    }

    fn found(&self, files: &Files) -> Option<String> {
        for (name, bytes) in files {
            for (at, first) in bytes.windows(8).enumerate() {
                let first: &[u8; 8] = first.try_into().unwrap();
                for (what, form) in self.0.get(first).into_iter().flatten() {
                    if bytes[at..].starts_with(form) {
                        return Some(format!("{what} in {name}"));
                    }
                }
            }
        }
        None
    }
}

fn walk(folder: &Path, name: &str, all: &mut Files) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{name}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            walk(&entry.path(), &format!("{name}/"), all);
        } else if kind.is_file() {
            // A file of the server may go while it is looked at.
            all.extend(std::fs::read(entry.path()).ok().map(|bytes| (name, bytes)));
        }
    }
}

/// All files of the server and of the relay, but the other databases, and what the operator and the test wrote themselves.
fn everything(server: &Server, own: &str, relay: &Path) -> Files {
    let mut all = Vec::new();
    walk(&server.data(), "", &mut all);
    let mine = format!("base/{own}/");
    all.retain(|(name, _)| {
        let of_another = name.starts_with("base/") && !name.starts_with(&mine);
        !of_another && !name.ends_with(".conf") && name != "postmaster.pid"
    });
    all.push(("server's log".into(), std::fs::read(server.log()).unwrap()));
    all.push((
        "relay's log".into(),
        std::fs::read(relay.join("log")).unwrap(),
    ));
    all
}

/// The places where a moment of this test stands as PostgreSQL writes times: microseconds in eight bytes.
fn times(files: &Files, begun: u64, ended: u64) -> BTreeSet<String> {
    let from = i64::try_from((begun - THIRTY_YEARS) * 1_000_000).unwrap();
    let until = from + i64::try_from(ended - begun).unwrap() * 1_000_000;
    let holds_one = |bytes: &[u8]| {
        let mut all = bytes
            .windows(8)
            .map(|bytes| i64::from_le_bytes(bytes.try_into().unwrap()));
        all.any(|number| (from..until).contains(&number))
    };
    let found = files.iter().filter(|(_, bytes)| holds_one(bytes));
    found
        .map(|(name, _)| {
            name.split_once('/')
                .map_or(name.as_str(), |(folder, _)| folder)
                .to_owned()
        })
        .collect()
}

#[tokio::test]
async fn no_token_key_address_or_time_is_kept_or_said_but_commit_times_in_the_log() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    let database = server.database();
    let begun = now();
    let relay = Relay::start_over(&database, folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    let keys = forty_keys();
    for (number, key) in (0_u8..).zip(&keys) {
        let posted = relay.post(&ANN.slot(number), *key, &[number; 1024]).await;
        assert_eq!(posted.status, OK);
    }
    relay
        .post(&Owner("nobody").slot(1), keys[0], &[0; 1024])
        .await;
    // A long one, whose bytes PostgreSQL keeps in another place.
    let long: Vec<u8> = hash(Purpose::Wake, &Token([99; 32])).repeat(2048);
    relay.post(&ANN.slot(50), [50; 16], &long).await;
    let got = relay.fetch(&ANN.fetch(), 20, &[], &[]).await;
    let acks: Vec<_> = got.items.iter().map(|item| item.0).collect();
    relay.fetch(&ANN.fetch(), 20, &got.cursor, &acks).await;
    relay.wait(&ANN.wake(), 1).await;

    let mut sought = vec![
        ("fetch token".to_owned(), ANN.fetch().0.to_vec()),
        ("wake token".to_owned(), ANN.wake().0.to_vec()),
        (
            "unknown slot".to_owned(),
            Owner("nobody").slot(1).0.to_vec(),
        ),
        ("cursor".to_owned(), got.cursor.clone()),
    ];
    sought.extend((0..64).map(|number| (format!("slot {number}"), ANN.slot(number).0.to_vec())));
    sought.extend(
        keys.iter()
            .map(|key| ("idempotency key".to_owned(), key.to_vec())),
    );
    let sought = Sought::new(&sought);
    let own = server.tell(
        &database,
        "SELECT oid FROM pg_database WHERE datname = current_database()",
    );
    let look = |when: &str| {
        let all = everything(&server, own.trim(), folder.path());
        assert_eq!(sought.found(&all), None, "{when}");
        for words in [
            "127.0.0.1",
            "reqwest",
            "Bearer",
            "idempotency",
            relay.address.trim_start_matches("http://"),
        ] {
            assert_eq!(holds(&all, words.as_bytes()), None, "{words} {when}");
        }
        for second in begun..begun + 60 {
            let text = second.to_string();
            assert_eq!(
                holds(&all[all.len() - 2..], text.as_bytes()),
                None,
                "a time as text {when}"
            );
        }
        all
    };
    server.tell(&database, "CHECKPOINT");
    // A checkpoint may let go of all commits before it.
    let made = relay.create(None, &Owner("late").inbox(WEEK)).await;
    assert_eq!(made.status, 201);
    let during = look("while it runs");
    assert_eq!(get(format!("{}/readyz", relay.address)).await.status, OK);

    // The search finds what is planted, in each form, and what is there: the hash of a token, and bodies.
    for form in forms(&ANN.fetch().0) {
        let mut planted = during[..40.min(during.len())].to_vec();
        planted.last_mut().unwrap().1.extend_from_slice(&form);
        assert!(sought.found(&planted).is_some());
    }
    for there in [
        &hash(Purpose::Fetch, &ANN.fetch())[..],
        &[30; 1024],
        &long[..32].repeat(8),
    ] {
        assert!(holds(&during, there).is_some());
    }

    // Where times are: the log of each commit, as PROTOCOL.md says, and the server's own of its checkpoints; in no table.
    // To the end of the second that it is: the last commit was made in it.
    let places = times(&during, begun, now() + 1);
    let allowed = BTreeSet::from(["pg_wal", "global", "pg_stat", "pg_logical"].map(str::to_owned));
    assert!(
        places.contains("pg_wal") && places.is_subset(&allowed),
        "{places:?}"
    );

    // What was acknowledged is gone with the day's turn, from tables and log; so is what is over, and a deleted inbox.
    set_day(folder.path(), DAY + 1);
    relay.fetch(&ANN.fetch(), 1, &[], &[]).await;
    // Once more, since the log is let go of up to the checkpoint before.
    server.tell(&database, "CHECKPOINT");
    let after = look("after the day's turn");
    assert_eq!(holds(&after, &[3; 200]), None, "an acknowledged body");
    assert!(holds(&after, &[30; 1024]).is_some());
    assert_eq!(relay.delete(&ANN.fetch()).await.status, 204);
    set_day(folder.path(), DAY + 2);
    relay.fetch_raw(&ANN.fetch(), 1, &[], &[]).await;
    server.tell(&database, "CHECKPOINT");
    let deleted = look("after the inbox was deleted");
    assert_eq!(
        holds(&deleted, &long[..32].repeat(8)),
        None,
        "a long body of a deleted inbox"
    );
    nothing_is_left_of_ann(&deleted);
    server.kill();
    std::thread::sleep(Duration::from_millis(100));
    look("after a crash");
}

/// The files that hold one, each with how many; those of other databases, which nobody uses, too.
fn timed(server: &Server, relay: &Path, begun: u64, ended: u64) -> Vec<(String, usize)> {
    let mut all = Vec::new();
    walk(&server.data(), "", &mut all);
    // Who starts the server writes its start into this one.
    all.retain(|(name, _)| name != "postmaster.pid");
    for (name, log) in [
        ("server's log", server.log()),
        ("relay's log", relay.join("log")),
    ] {
        all.push((name.to_owned(), std::fs::read(log).unwrap()));
    }
    let counted = all.into_iter().map(|(name, bytes)| {
        let count = moments(&bytes, begun, ended);
        (name, count)
    });
    counted.filter(|(_, count)| *count > 0).collect()
}

#[tokio::test]
async fn once_the_log_is_cut_no_file_holds_a_moment_of_a_request() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    let database = server.database();
    let relay = Relay::start_over(&database, folder.path(), &[]);
    let second = Duration::from_millis(1100);
    // What makes the tables is no request.
    tokio::time::sleep(second).await;
    let begun = now();
    relay.create(None, &ANN.inbox(WEEK)).await;
    for number in 0..40 {
        let (slot, body) = (ANN.slot(number), [number; 1024]);
        let posted = relay.post(&slot, [number; 16], &body).await;
        assert_eq!(posted.status, OK);
    }
    let got = relay.fetch(&ANN.fetch(), 20, &[], &[]).await;
    let acks: Vec<_> = got.items.iter().map(|item| item.0).collect();
    relay.acknowledge(&ANN.fetch(), &acks).await;
    tokio::time::sleep(second).await;
    let ended = now();
    // The search finds what is there: each commit, and nothing but the log has it; and what is planted, in each form.
    let during = timed(&server, folder.path(), begun, ended);
    assert!(
        !during.is_empty() && during.iter().all(|(name, _)| name.starts_with("pg_wal/")),
        "{during:?}"
    );
    planted_moments_are_found(begun, ended);
    // A clean stop cuts the log, as five minutes do; the server's own times are of then.
    assert_eq!(relay.stop().0, Some(0));
    assert_eq!(timed(&server, folder.path(), begun, ended), []);
    assert!(
        !std::fs::read_to_string(folder.path().join("log"))
            .unwrap()
            .contains("times of commits")
    );
}

#[tokio::test]
async fn a_server_that_keeps_times_for_longer_is_named_or_refused() {
    let (server, folder) = (Server::start(), tempfile::tempdir().unwrap());
    let database = server.database();
    server.tell(&database, "REVOKE pg_checkpoint FROM relay");
    let relay = Relay::start_over(&database, folder.path(), &[]);
    assert!(
        relay
            .log()
            .contains("the database's server keeps the times of commits")
    );
    assert_eq!(relay.stop().0, Some(0));
}
