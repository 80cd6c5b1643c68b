//! Backup, restore and migrate with real processes over both stores: what was answered is there afterwards, and cursors from before pass over nothing.
//! Long because each way from one store to the other is gone by the same steps.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::kit::{Answer, DAY, OK, Owner, Relay, WEEK, ask, client, set_day, text};
use crate::postgres::Server;

const ANN: Owner = Owner("ann");
const BOB: Owner = Owner("bob");
const CLIENTS: u8 = 4;

const AMPLE: [(&str, &str); 3] = [
    ("RELAY_QUOTAS_SLOT_DAY_ITEMS", "10000000"),
    ("RELAY_QUOTAS_SLOT_DAY_BYTES", "1000000000000"),
    ("RELAY_QUOTAS_SLOT_BYTES", "1000000000000"),
];

/// A command of the relay over this database.
fn command(database: &str, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relay"));
    command.args(words).args(["--database", database]);
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    let bytes = [&output.stdout[..], &output.stderr].concat();
    String::from_utf8(bytes).unwrap()
}

fn done(output: Output) -> String {
    assert!(output.status.success(), "{}", said(&output));
    said(&output)
}

fn refused(output: &Output, why: &str) {
    let text = said(output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains(why), "{text}");
}

fn word(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub fn back_up(database: &str, to: &Path) -> String {
    done(command(database, &["backup", "--to", word(to)]))
}

fn restore(database: &str, from: &Path) -> Output {
    command(database, &["restore", "--from", word(from)])
}

fn migrate(database: &str, to: &str) -> Output {
    command(database, &["migrate", "--to", to])
}

/// Posts without end over whatever relay is there, each until it is answered; only what was answered is told.
struct Load {
    address: Arc<Mutex<String>>,
    ended: Arc<AtomicBool>,
    kept: Arc<Mutex<Vec<[u8; 16]>>>,
    clients: Vec<tokio::task::JoinHandle<usize>>,
}

impl Load {
    fn on(relay: &Relay) -> Self {
        let address = Arc::new(Mutex::new(relay.address.clone()));
        let (ended, kept) = (Arc::<AtomicBool>::default(), Arc::default());
        let clients = (0..CLIENTS).map(|number| {
            let (address, ended, kept) = (
                Arc::clone(&address),
                Arc::clone(&ended),
                Arc::<Mutex<Vec<[u8; 16]>>>::clone(&kept),
            );
            tokio::spawn(async move {
                let mut again = 0;
                for turn in 0_u32.. {
                    let mut key = [number; 16];
                    key[..4].copy_from_slice(&turn.to_be_bytes());
                    let mut body = vec![0; 1024];
                    body[..16].copy_from_slice(&key);
                    loop {
                        if ended.load(Ordering::Acquire) {
                            return again;
                        }
                        let url = format!("{}/v1/post", address.lock().unwrap());
                        match ask(url, Some(&ANN.slot(number)), Some(key), body.clone()).await {
                            Ok(Answer { status: OK, .. }) => break,
                            _ => again += 1,
                        }
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                    kept.lock().unwrap().push(key);
                }
                again
            })
        });
        Self {
            clients: clients.collect(),
            address,
            ended,
            kept,
        }
    }

    fn now_at(&self, relay: &Relay) {
        *self.address.lock().unwrap() = relay.address.clone();
    }

    fn kept(&self) -> Vec<[u8; 16]> {
        self.kept.lock().unwrap().clone()
    }

    async fn more(&self, count: usize) {
        let until = self.kept().len() + count;
        let begun = Instant::now();
        while self.kept().len() < until {
            assert!(begun.elapsed() < Duration::from_secs(60), "posts go on");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// All that was answered, and how often a client had to come again.
    async fn end(self) -> (Vec<[u8; 16]>, usize) {
        self.ended.store(true, Ordering::Release);
        let mut again = 0;
        for client in self.clients {
            again += client.await.unwrap();
        }
        (
            Arc::into_inner(self.kept).unwrap().into_inner().unwrap(),
            again,
        )
    }
}

/// What one reader was given.
struct Read {
    keys: Vec<[u8; 16]>,
    ids: Vec<[u8; 16]>,
    cursor: Vec<u8>,
    gap: bool,
}

/// Reads to the end from a cursor, acknowledging nothing.
async fn read_on(relay: &Relay, owner: &Owner, cursor: &[u8]) -> Read {
    let mut read = Read {
        keys: Vec::new(),
        ids: Vec::new(),
        cursor: cursor.to_vec(),
        gap: false,
    };
    loop {
        let got = relay.fetch(&owner.fetch(), 256, &read.cursor, &[]).await;
        for (id, _, body) in &got.items {
            read.keys.push(body[..16].try_into().unwrap());
            read.ids.push(*id);
        }
        read.cursor = got.cursor;
        read.gap |= got.flags & 1 != 0;
        if got.flags & 4 == 0 {
            return read;
        }
    }
}

fn set(keys: &[[u8; 16]]) -> BTreeSet<[u8; 16]> {
    keys.iter().copied().collect()
}

/// A new place for a box, by number: SQLite files and databases of the server.
fn places(server: &Server, folder: &Path) -> [String; 2] {
    let file = tempfile::Builder::new().tempdir_in(folder).unwrap().keep();
    [word(&file.join("relay.db")).to_owned(), server.database()]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_goes_into_either_store_and_no_old_cursor_passes_over_what_comes() {
    let (server, folder) = (Server::shared(), tempfile::tempdir().unwrap());
    for (from, database) in places(&server, folder.path()).into_iter().enumerate() {
        let relay = Relay::start_over(&database, folder.path(), &AMPLE);
        relay.create(None, &ANN.inbox(WEEK)).await;
        relay.create(None, &BOB.inbox(WEEK)).await;
        relay.post(&BOB.slot(1), [1; 16], &[1; 1024]).await;
        let load = Load::on(&relay);
        load.more(60).await;
        let early = read_on(&relay, &ANN, &[]).await;
        let before = load.kept();
        let file = folder.path().join(format!("backup-{from}"));
        let told = back_up(&database, &file);
        let after = load.kept();
        assert!(
            told.starts_with(&format!("backed up: day {DAY}, 2 inboxes, 128 slots")),
            "{told}"
        );
        let meta = std::fs::metadata(&file).unwrap();
        assert_eq!(meta.mode() & 0o777, 0o600);
        assert_eq!(meta.mtime(), i64::from(DAY) * 86_400, "dated by its day");
        refused(
            &command(&database, &["backup", "--to", word(&file)]),
            "already",
        );
        // What comes now is lost with the box; this reader has seen some of it, and bob his, which he acknowledges.
        load.more(60).await;
        let late = read_on(&relay, &ANN, &[]).await;
        let bobs = relay.fetch(&BOB.fetch(), 9, &[], &[]).await;
        relay.acknowledge(&BOB.fetch(), &[bobs.items[0].0]).await;
        load.end().await;
        relay.kill();

        for (into, database) in places(&server, folder.path()).into_iter().enumerate() {
            let told = done(restore(&database, &file));
            assert!(
                told.contains("is back, and what came since is lost"),
                "{told}"
            );
            refused(&restore(&database, &file), "holds something");
            let relay = Relay::start_over(&database, folder.path(), &AMPLE);
            refused(&restore(&database, &file), "in use");
            // Each cursor is told of the gap once, and is given all that is kept.
            let all = read_on(&relay, &ANN, &[]).await;
            for cursor in [&early.cursor, &late.cursor] {
                let read = read_on(&relay, &ANN, cursor).await;
                assert!(read.gap, "what came after the backup is lost");
                assert_eq!(read.ids, all.ids);
                assert!(set(&before).is_subset(&set(&read.keys)));
                // What was answered before the backup ended may be in it; nothing else.
                assert!(read.keys.len() <= after.len() + usize::from(CLIENTS));
                let again = read_on(&relay, &ANN, &read.cursor).await;
                assert!(!again.gap && again.ids.is_empty(), "told once");
            }
            // The trap: so many posts that numbers given by counting on would come up to the late cursor.
            for number in 0..150_u8 {
                let mut body = vec![0; 1024];
                body[..16].copy_from_slice(&[number | 128; 16]);
                body[16] = number;
                let posted = relay.post(&ANN.slot(9), [number; 16], &body).await;
                assert_eq!((posted.status, posted.body), (OK, vec![1, 1, 0]));
            }
            let fresh = read_on(&relay, &ANN, &all.cursor).await;
            assert_eq!((fresh.keys.len(), fresh.gap), (150, false));
            for cursor in [&early.cursor, &late.cursor] {
                let read = read_on(&relay, &ANN, cursor).await;
                assert!(
                    set(&fresh.ids).is_subset(&set(&read.ids)),
                    "{from} into {into}"
                );
            }
            // A post from before is known; what was acknowledged since is back, and goes again.
            let mut body = vec![0; 1024];
            body[..16].copy_from_slice(&before[0]);
            let number = before[0][15];
            let again = relay.post(&ANN.slot(number), before[0], &body).await;
            assert_eq!(again.body, [1, 1, 1], "stored before");
            let back = relay.fetch(&BOB.fetch(), 9, &bobs.cursor, &[]).await;
            assert_eq!((back.flags, &back.items), (1, &bobs.items));
            relay.acknowledge(&BOB.fetch(), &[back.items[0].0]).await;
            assert_eq!(relay.wait(&BOB.wake(), 0).await.body, [1, 0]);
            // Put back once more, the numbers are others again: a cursor from between is not honoured in silence.
            let [other, _] = places(&server, folder.path());
            done(restore(&other, &file));
            let twice = Relay::start_over(&other, folder.path(), &AMPLE);
            let read = read_on(&twice, &ANN, &fresh.cursor).await;
            assert!(read.gap);
            assert_eq!(read.ids, all.ids);
            // What is over is gone before the first answer.
            twice.stop();
            set_day(folder.path(), DAY + 90);
            let later = Relay::start_over(&other, folder.path(), &AMPLE);
            assert!(read_on(&later, &ANN, &[]).await.ids.is_empty());
            later.stop();
            set_day(folder.path(), DAY);
            relay.kill();
        }
    }
}

fn files_of(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let mut all: Vec<_> = entries
        .filter(|path| path.is_file())
        .map(|path| (path.clone(), std::fs::read(path).unwrap()))
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn a_backup_that_is_not_sound_is_refused_and_nothing_is_changed() {
    let (server, folder) = (Server::shared(), tempfile::tempdir().unwrap());
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    for number in 0..20 {
        relay
            .post(&ANN.slot(number), [number; 16], &[number; 4096])
            .await;
    }
    // Nobody needs to run it; what a crash left in the log is read as well.
    relay.kill();
    let database = word(&folder.path().join("relay.db")).to_owned();
    let good = folder.path().join("good");
    assert!(back_up(&database, &good).contains("20 items, 20 posts known"));
    let bytes = std::fs::read(&good).unwrap();
    let bad = folder.path().join("bad");
    let mut wrong: Vec<(Vec<u8>, &str)> = vec![
        (Vec::new(), "not a backup"),
        (std::fs::read(&database).unwrap(), "not a backup"),
        (
            [&b"relay-backup 2\n"[..], &bytes[15..]].concat(),
            "newer relay",
        ),
        ([&bytes[..], &[0]].concat(), "damaged"),
    ];
    for end in [16, bytes.len() / 2, bytes.len() - 66, bytes.len() - 1] {
        wrong.push((bytes[..end].to_vec(), "damaged"));
    }
    for at in [15, 60, bytes.len() / 3, bytes.len() - 40, bytes.len() - 1] {
        let mut flipped = bytes.clone();
        flipped[at] ^= 4;
        wrong.push((flipped, "damaged"));
    }
    let empty = server.database();
    let rows = || {
        server.tell(
            &empty,
            "SELECT count(*) FROM pg_class WHERE relname IN ('inbox', 'item')",
        )
    };
    for (bytes, why) in wrong {
        std::fs::write(&bad, bytes).unwrap();
        let fresh = tempfile::tempdir().unwrap();
        refused(&restore(word(&fresh.path().join("relay.db")), &bad), why);
        assert_eq!(files_of(fresh.path()), []);
        refused(&restore(&empty, &bad), why);
        assert_eq!(rows().trim(), "0");
    }
    refused(
        &restore(&empty, &folder.path().join("nothing")),
        "can't be read",
    );
    // Into a box that holds something: nothing is changed either, down to the byte.
    let before = files_of(folder.path());
    refused(&restore(&database, &good), "holds something");
    let names = |all: Vec<(PathBuf, Vec<u8>)>| -> Vec<_> {
        all.into_iter()
            .filter(|(path, _)| !word(path).ends_with("-lock"))
            .collect()
    };
    assert_eq!(names(files_of(folder.path())), names(before));
    // No database, no backup; and no place for it, none either.
    let nowhere = folder.path().join("no/relay.db");
    refused(
        &command(
            word(&nowhere),
            &["backup", "--to", word(&bad.with_extension("x"))],
        ),
        "can't be made or opened",
    );
    refused(
        &command(&database, &["backup", "--to", word(&nowhere)]),
        "can't be written",
    );
    assert!(!folder.path().join("no").exists());
    for words in [&["backup"][..], &["restore", "--to", "x"], &["migrate"]] {
        assert_eq!(
            command(&database, words).status.code(),
            Some(2),
            "{words:?}"
        );
    }
}

/// How many envelopes are moved: 100 000 by hand (docs/operating.md), some thousand here.
fn envelopes() -> usize {
    let asked = std::env::var("RELAY_MIGRATE_ENVELOPES").ok();
    asked.map_or(3_000, |count| count.parse().unwrap())
}

/// Fills an inbox quickly: many at once over few connections.
async fn fill(relay: &Relay, owner: &'static Owner, count: usize) {
    let (client, url) = (client(), format!("{}/v1/post", relay.address));
    let mut tasks = tokio::task::JoinSet::new();
    for lane in 0..32 {
        let (client, url) = (client.clone(), url.clone());
        tasks.spawn(async move {
            for number in (lane..count).step_by(32) {
                let mut key = [77; 16];
                key[..8].copy_from_slice(&u64::try_from(number).unwrap().to_be_bytes());
                let mut body = vec![7; 1024];
                body[..16].copy_from_slice(&key);
                let slot = owner.slot(u8::try_from(number % 64).unwrap());
                let request = client.post(&url).body(body);
                let request = request.header("authorization", format!("Bearer {}", text(&slot.0)));
                let answer = request.header("idempotency-key", text(&key)).send().await;
                assert_eq!(answer.unwrap().status(), 200);
            }
        });
    }
    tasks.join_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_live_box_moves_there_and_back_and_nothing_that_was_answered_is_lost() {
    let (server, folder) = (Server::shared(), tempfile::tempdir().unwrap());
    let first = word(&folder.path().join("relay.db")).to_owned();
    let (second, third) = (
        server.database(),
        word(&folder.path().join("back.db")).to_owned(),
    );
    let relay = Relay::start_over(&first, folder.path(), &AMPLE);
    relay.create(None, &ANN.inbox(WEEK)).await;
    relay.create(None, &BOB.inbox(WEEK)).await;
    let begun = Instant::now();
    fill(&relay, &BOB, envelopes()).await;
    println!("{} envelopes in {:?}", envelopes(), begun.elapsed());
    let load = Load::on(&relay);
    load.more(60).await;
    let (file, begun) = (folder.path().join("backup"), Instant::now());
    println!("{}in {:?}", back_up(&first, &file), begun.elapsed());
    for place in places(&server, folder.path()) {
        let begun = Instant::now();
        done(restore(&place, &file));
        println!("restored in {:?}", begun.elapsed());
    }
    // Some of it is read and acknowledged, a slot is closed; the cursor is kept over both moves.
    let half = read_on(&relay, &ANN, &[]).await;
    relay.acknowledge(&ANN.fetch(), &half.ids).await;
    relay
        .close(&ANN.fetch(), &[ANN.inbox(WEEK).slot_hashes[63]])
        .await;
    refused(&migrate(&first, &second), "in use");
    let (mut relay, mut old) = (relay, first.clone());
    for new in [&second, &third] {
        load.more(40).await;
        relay.stop();
        let begun = Instant::now();
        let told = done(migrate(&old, new));
        let took = begun.elapsed();
        println!("moved in {took:?}\n{told}");
        let lines: Vec<_> = told.lines().collect();
        assert_eq!(lines[0].replace("old", "new"), lines[1]);
        assert_eq!(lines[2], "equal: moved");
        // The old one is shut for good, the new one takes no second box.
        let shut = Command::new(env!("CARGO_BIN_EXE_relay"))
            .args(["--listen", "127.0.0.1:0", "--database", &old])
            .output()
            .unwrap();
        refused(&shut, "was moved to another database");
        refused(&migrate(&old, new), "holds something");
        let elsewhere = folder.path().join("elsewhere.db");
        refused(&migrate(&old, word(&elsewhere)), "was moved");
        assert!(!elsewhere.exists());
        // Nor is a copy ended that was begun there before and given up.
        let begun = folder.path().join("elsewhere.db-arriving");
        std::fs::write(&begun, "half").unwrap();
        refused(&migrate(&old, word(&elsewhere)), "was moved");
        assert!(!elsewhere.exists());
        std::fs::remove_file(&begun).unwrap();
        relay = Relay::start_over(new, folder.path(), &AMPLE);
        load.now_at(&relay);
        old = new.clone();
    }
    load.more(40).await;
    let (kept, again) = load.end().await;
    assert!(again > 0, "somebody met a closed door");
    let read = read_on(&relay, &ANN, &half.cursor).await;
    assert!(!read.gap, "cursors go on");
    let all: Vec<_> = half.keys.iter().chain(&read.keys).copied().collect();
    // The last post of each client may be kept without its answer having been heard.
    assert!(set(&kept).is_subset(&set(&all)));
    assert_eq!(all.len(), set(&all).len(), "nothing twice");
    assert!(all.len() <= kept.len() + usize::from(CLIENTS));
    assert_eq!(read_on(&relay, &BOB, &[]).await.ids.len(), envelopes());
    let closed = relay.post(&ANN.slot(63), [1; 16], &[0; 1024]).await;
    assert_eq!(closed.status, 404, "a closed slot stays closed");
    println!(
        "{} posts answered, {again} tries met a closed door",
        kept.len()
    );
}

#[tokio::test]
async fn a_move_that_was_cut_off_is_ended_by_the_same_command() {
    let (server, folder) = (Server::shared(), tempfile::tempdir().unwrap());
    let (file, database) = (folder.path().join("relay.db"), server.database());
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    relay.post(&ANN.slot(1), [1; 16], &[1; 1024]).await;
    relay.stop();
    done(migrate(word(&file), &database));
    // As a loss of power between the two marks leaves it: neither is served.
    server.tell(&database, "UPDATE box SET version = 1000002");
    let start = |database: &str| {
        let mut relay = Command::new(env!("CARGO_BIN_EXE_relay"));
        let relay = relay.args(["--listen", "127.0.0.1:0", "--database", database]);
        relay.output().unwrap()
    };
    refused(&start(&database), "was not ended");
    refused(&start(word(&file)), "was moved");
    done(migrate(word(&file), &database));
    // And the other way, with settings of their own and their invites.
    let (config, next) = (
        folder.path().join("next.toml"),
        folder.path().join("next.db"),
    );
    std::fs::write(&config, format!("database = '{}'\n", word(&next))).unwrap();
    std::fs::write(
        folder.path().join("here.toml"),
        format!(
            "database = '{database}'\ninvites = '{}'\n",
            word(&folder.path().join("invites"))
        ),
    )
    .unwrap();
    let here = folder.path().join("here.toml");
    let with = |words: &[&str]| {
        let mut relay = Command::new(env!("CARGO_BIN_EXE_relay"));
        relay
            .args(words)
            .args(["--config", word(&here)])
            .output()
            .unwrap()
    };
    done(with(&["invite", "new"]));
    done(with(&["migrate", "--to", word(&config)]));
    std::fs::rename(&next, folder.path().join("next.db-arriving")).unwrap();
    done(with(&["migrate", "--to", word(&config)]));
    let invites = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    assert_eq!(invites("invites"), invites("next.db-invites"));
    let relay = Relay::start_over(word(&next), folder.path(), &[]);
    assert_eq!(read_on(&relay, &ANN, &[]).await.ids.len(), 1);
    // Invites go with a backup, and never over others.
    let backup = folder.path().join("backup");
    back_up(word(&next), &backup);
    let fresh = folder.path().join("fresh.db");
    std::fs::write(folder.path().join("fresh.db-invites"), "others\n").unwrap();
    refused(&restore(word(&fresh), &backup), "another file of invites");
    assert!(!fresh.exists());
    std::fs::remove_file(folder.path().join("fresh.db-invites")).unwrap();
    done(restore(word(&fresh), &backup));
    assert_eq!(invites("invites"), invites("fresh.db-invites"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_that_is_killed_at_any_moment_loses_nothing_and_is_ended_by_the_same_command() {
    let (server, folder) = (Server::shared(), tempfile::tempdir().unwrap());
    let [mut old, _] = places(&server, folder.path());
    let relay = Relay::start_over(&old, folder.path(), &AMPLE);
    relay.create(None, &BOB.inbox(WEEK)).await;
    fill(&relay, &BOB, 800).await;
    let cursor = relay.fetch(&BOB.fetch(), 100, &[], &[]).await.cursor;
    relay.stop();
    let mut cut = 0;
    for (round, wait) in [5, 30, 60, 100, 150, 220, 300, 400].into_iter().enumerate() {
        let [file, database] = places(&server, folder.path());
        let new = if round % 2 == 0 { database } else { file };
        let mut moving = Command::new(env!("CARGO_BIN_EXE_relay"));
        let mut moving = moving
            .args(["migrate", "--to", &new, "--database", &old])
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(wait));
        moving.kill().unwrap();
        if moving.wait().unwrap().success() {
            // It was too quick for us.
            refused(&migrate(&old, &new), "holds something");
        } else {
            let again = migrate(&old, &new);
            // Killed after its last mark, it had ended.
            if !again.status.success() {
                refused(&again, "holds something");
            }
            cut += 1;
        }
        refused(&migrate(&old, &new), "holds something");
        old = new;
    }
    assert!(cut > 0, "some were cut off");
    let relay = Relay::start_over(&old, folder.path(), &AMPLE);
    let read = read_on(&relay, &BOB, &cursor).await;
    assert_eq!((read.ids.len(), read.gap), (700, false));
    println!("{cut} of 8 moves were killed on their way");
}
