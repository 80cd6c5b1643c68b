//! Several relay processes on one PostgreSQL: any of them serves any inbox, and any may go.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::kit::{DAY, OK, Owner, Relay, WEEK, ask, set_day};
use crate::postgres::Server;

const ANN: Owner = Owner("ann");
const BOB: Owner = Owner("bob");

const AMPLE: [(&str, &str); 3] = [
    ("RELAY_QUOTAS_SLOT_DAY_ITEMS", "100000"),
    ("RELAY_QUOTAS_SLOT_DAY_BYTES", "1000000000"),
    ("RELAY_QUOTAS_SLOT_BYTES", "1000000000"),
];

/// How long after this call.
async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let begun = Instant::now();
    let done = work.await;
    (done, begun.elapsed())
}

/// The connections of hints that are there now.
fn hints(server: &Server, database: &str) -> Vec<String> {
    let sql = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND (query LIKE '%pg_backend_pid%' OR query LIKE '%pg_notify%')";
    let told = server.tell(database, sql);
    told.split_whitespace().map(str::to_owned).collect()
}

async fn listening(server: &Server, database: &str, count: usize) -> Vec<String> {
    for _ in 0..200 {
        let found = hints(server, database);
        if found.len() == count {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{count} processes listen");
}

#[tokio::test]
async fn any_process_serves_any_inbox() {
    let (server, folder) = (Server::shared(), tempfile::tempdir().unwrap());
    let database = server.database();
    let one = Relay::start_over(&database, folder.path(), &[]);
    let two = Relay::start_over(&database, folder.path(), &[]);
    assert_eq!(one.create(None, &ANN.inbox(WEEK)).await.status, 201);
    assert_eq!(two.create(None, &ANN.inbox(WEEK)).await.status, 200);
    // The same post, to both at once: it is kept once, whoever comes first.
    for key in 1..9 {
        let (slot, body) = (ANN.slot(3), [key; 1024]);
        let (first, second) = tokio::join!(
            one.post(&slot, [key; 16], &body),
            two.post(&slot, [key; 16], &body)
        );
        assert_eq!((first.status, second.status), (OK, OK));
        let mut stored = [first.body[2], second.body[2]];
        stored.sort_unstable();
        assert_eq!(stored, [0, 1], "stored now by one, before by the other");
    }
    let other_body = two.post(&ANN.slot(3), [1; 16], &[99; 1024]).await;
    assert_eq!(other_body.status, 409);
    let got = two.fetch(&ANN.fetch(), 99, &[], &[]).await;
    assert_eq!(got.items.len(), 8);
    let acks: Vec<_> = got.items.iter().map(|item| item.0).collect();
    assert!(
        one.fetch(&ANN.fetch(), 99, &got.cursor, &acks)
            .await
            .items
            .is_empty()
    );
    assert_eq!(two.wait(&ANN.wake(), 0).await.body, [1, 0]);
    // The day turns once for both; the clock of the other may be behind.
    let behind = tempfile::tempdir().unwrap();
    set_day(behind.path(), DAY);
    let three = Relay::start_over(&database, behind.path(), &[]);
    set_day(folder.path(), DAY + 40);
    assert_eq!(
        one.post(&ANN.slot(4), [10; 16], &[1; 1024]).await.status,
        OK
    );
    assert_eq!(
        three.post(&ANN.slot(4), [11; 16], &[1; 1024]).await.status,
        OK
    );
    let got = two.fetch(&ANN.fetch(), 99, &[], &[]).await;
    let days: Vec<_> = got.items.iter().map(|item| item.1).collect();
    assert_eq!(days, [DAY + 40, DAY + 40]);
    // What one closes and deletes is closed and deleted.
    assert_eq!(one.delete(&ANN.fetch()).await.status, 204);
    assert_eq!(
        two.post(&ANN.slot(4), [12; 16], &[1; 1024]).await.status,
        404
    );
    for relay in [one, two, three] {
        assert_eq!(relay.stop().0, Some(0));
    }
}

#[tokio::test]
async fn a_wait_at_one_wakes_on_a_post_to_another() {
    let (server, folder) = (Server::shared(), tempfile::tempdir().unwrap());
    let database = server.database();
    let one = Relay::start_over(&database, folder.path(), &[]);
    let two = Relay::start_over(&database, folder.path(), &[]);
    one.create(None, &ANN.inbox(WEEK)).await;
    one.create(None, &BOB.inbox(WEEK)).await;
    listening(&server, &database, 2).await;
    let later = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        two.post(&ANN.slot(3), [1; 16], &[0; 1024]).await
    };
    let (ann, bob) = (ANN.wake(), BOB.wake());
    let ((came, after), nothing, _) =
        tokio::join!(timed(one.wait(&ann, 60)), one.wait(&bob, 2), later);
    assert_eq!((came.body, nothing.body), (vec![1, 1], vec![1, 0]));
    assert!(
        after < Duration::from_secs(5),
        "by a hint, not by looking again: {after:?}"
    );
}

#[tokio::test]
async fn a_lost_hint_is_mended_within_the_hold() {
    let (server, folder) = (Server::shared(), tempfile::tempdir().unwrap());
    let database = server.database();
    let one = Relay::start_over(&database, folder.path(), &[]);
    one.create(None, &ANN.inbox(WEEK)).await;
    let ears = listening(&server, &database, 1).await;
    let two = Relay::start_over(&database, folder.path(), &[]);
    listening(&server, &database, 2).await;
    let later = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        // Nobody listens at the first process when the second tells.
        let told = server.tell(
            &database,
            &format!("SELECT pg_terminate_backend({})", ears[0]),
        );
        assert_eq!(told.trim(), "t");
        two.post(&ANN.slot(3), [1; 16], &[0; 1024]).await
    };
    let wake = ANN.wake();
    let ((came, after), _) = tokio::join!(timed(one.wait(&wake, 30)), later);
    assert_eq!(came.body, [1, 1]);
    assert!(
        after > Duration::from_secs(5) && after < Duration::from_secs(20),
        "the hint was lost, and it was looked again: {after:?}"
    );
    // It listens again.
    listening(&server, &database, 2).await;
    let got = one.fetch(&ANN.fetch(), 9, &[], &[]).await;
    one.acknowledge(&ANN.fetch(), &[got.items[0].0]).await;
    let later = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        two.post(&ANN.slot(3), [2; 16], &[0; 1024]).await
    };
    let ((came, after), _) = tokio::join!(timed(one.wait(&wake, 30)), later);
    assert_eq!(came.body, [1, 1]);
    assert!(after < Duration::from_secs(5), "{after:?}");
}

/// Posts without end to whichever process answers, each client through a slot of its own; an unanswered post is sent again, the same.
/// Gives the posts that were answered.
async fn posts(
    addresses: Arc<Mutex<Vec<String>>>,
    client: u8,
    stop: Arc<AtomicBool>,
) -> HashSet<(u8, u16)> {
    let (mut answered, mut next, mut tries) = (HashSet::new(), 0_u16, usize::from(client));
    while !stop.load(Ordering::Relaxed) {
        let [high, low] = next.to_be_bytes();
        let mut key = [client; 16];
        key[..2].copy_from_slice(&[high, low]);
        let url = {
            let addresses = addresses.lock().unwrap();
            format!("{}/v1/post", addresses[tries % addresses.len()])
        };
        tries += 1;
        let body = [client, high, low, 0].repeat(256);
        match ask(url, Some(&ANN.slot(client)), Some(key), body).await {
            Ok(answer) if answer.status == OK => {
                answered.insert((client, next));
                next += 1;
            }
            Ok(answer) => assert!([429, 503].contains(&answer.status), "{answer:?}"),
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
    answered
}

/// All that is kept, each in the order of its client.
async fn all_of(relay: &Relay) -> HashMap<(u8, u16), usize> {
    let (mut cursor, mut kept, mut last) = (Vec::new(), HashMap::new(), HashMap::new());
    loop {
        let got = relay.fetch(&ANN.fetch(), 256, &cursor, &[]).await;
        assert_eq!(got.flags & 3, 0, "no gap and no marker");
        for (_, _, bytes) in &got.items {
            let (client, number) = (bytes[0], u16::from_be_bytes([bytes[1], bytes[2]]));
            assert!(
                bytes.chunks(4).all(|chunk| chunk == &bytes[..4]),
                "no item is torn"
            );
            let before = last.insert(client, number);
            assert!(before.is_none_or(|before| before < number), "order is kept");
            *kept.entry((client, number)).or_default() += 1;
        }
        cursor = got.cursor;
        if got.flags & 4 == 0 {
            return kept;
        }
    }
}

async fn nothing_is_lost_or_doubled(
    relay: &Relay,
    clients: Vec<tokio::task::JoinHandle<HashSet<(u8, u16)>>>,
) {
    let mut answered = HashSet::new();
    for client in clients {
        answered.extend(client.await.unwrap());
    }
    let kept = all_of(relay).await;
    assert!(
        answered.len() > 100,
        "only {} posts were answered",
        answered.len()
    );
    assert!(
        answered.iter().all(|post| kept.contains_key(post)),
        "something is lost"
    );
    assert!(
        kept.values().all(|count| *count == 1),
        "something is doubled"
    );
    // One post of each client may be kept whose answer nobody waited for.
    assert!(kept.len() <= answered.len() + 8);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_loses_nothing_and_waits_resume() {
    let (server, folder) = (Server::shared(), tempfile::tempdir().unwrap());
    let database = server.database();
    let start = || Relay::start_over(&database, folder.path(), &AMPLE);
    let mut relays = [start(), start(), start()];
    relays[0].create(None, &ANN.inbox(WEEK)).await;
    relays[0].create(None, &BOB.inbox(WEEK)).await;
    let addresses = Arc::new(Mutex::new(
        relays
            .iter()
            .map(|relay| relay.address.clone())
            .collect::<Vec<_>>(),
    ));
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..8)
        .map(|client| tokio::spawn(posts(Arc::clone(&addresses), client, Arc::clone(&stop))))
        .collect();
    for (place, relay) in relays.iter_mut().enumerate() {
        tokio::time::sleep(Duration::from_millis(700)).await;
        // Who waits there hears "nothing" at once, and waits at the next.
        let old = std::mem::replace(relay, start());
        addresses.lock().unwrap()[place].clone_from(&relay.address);
        let (url, wake) = (format!("{}/v1/wait", old.address), BOB.wake());
        let waits = tokio::spawn(async move { ask(url, Some(&wake), None, vec![1, 0, 60]).await });
        tokio::time::sleep(Duration::from_millis(200)).await;
        let (code, _) = tokio::task::spawn_blocking(move || old.stop())
            .await
            .unwrap();
        assert_eq!(code, Some(0));
        assert_eq!(waits.await.unwrap().unwrap().body, [1, 0]);
    }
    listening(&server, &database, 3).await;
    let later = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        relays[2].post(&BOB.slot(1), [1; 16], &[1; 1024]).await
    };
    let wake = BOB.wake();
    let ((came, after), _) = tokio::join!(timed(relays[0].wait(&wake, 60)), later);
    assert_eq!(came.body, [1, 1]);
    assert!(after < Duration::from_secs(5), "{after:?}");
    stop.store(true, Ordering::Relaxed);
    nothing_is_lost_or_doubled(&relays[1], clients).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_is_killed_and_comes_again_and_nothing_is_lost() {
    // Of its own, since others use the shared one.
    let server = Arc::new(Server::start());
    let folder = tempfile::tempdir().unwrap();
    let database = server.database();
    let start = || Relay::start_over(&database, folder.path(), &AMPLE);
    let (one, two) = (start(), start());
    one.create(None, &ANN.inbox(WEEK)).await;
    let addresses = Arc::new(Mutex::new(vec![one.address.clone(), two.address.clone()]));
    let stop = Arc::new(AtomicBool::new(false));
    let clients: Vec<_> = (0..8)
        .map(|client| tokio::spawn(posts(Arc::clone(&addresses), client, Arc::clone(&stop))))
        .collect();
    for round in 0..3_u64 {
        tokio::time::sleep(Duration::from_millis(800 + 130 * round)).await;
        let killed = Arc::clone(&server);
        tokio::task::spawn_blocking(move || {
            killed.kill();
            std::thread::sleep(Duration::from_millis(300));
            killed.run();
        })
        .await
        .unwrap();
    }
    tokio::time::sleep(Duration::from_millis(800)).await;
    stop.store(true, Ordering::Relaxed);
    nothing_is_lost_or_doubled(&two, clients).await;
    assert_eq!(one.stop().0, Some(0));
    assert_eq!(two.stop().0, Some(0));
    // The relays wrote classes of faults, each once, and the server no word of what it was asked.
    let said = std::fs::read_to_string(folder.path().join("log")).unwrap();
    assert!(said.contains("can't be reached"), "{said}");
    let log = std::fs::read_to_string(server.log()).unwrap();
    assert!(
        log.contains("database system was not properly shut down"),
        "{log}"
    );
    for word in ["SELECT", "INSERT", "parameters", "\\x", "DETAIL"] {
        assert!(!log.contains(word), "{word} in {log}");
    }
}
