//! Reading settings again and stopping while many post and fetch: nobody is cut off, and what was answered is kept.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::kit::{Answer, OK, Owner, Relay, WEEK, ask, text};

const ANN: Owner = Owner("ann");
const CLIENTS: u8 = 8;

/// What the clients saw.
#[derive(Default)]
struct Saw {
    /// Keys of posts that were answered with 200.
    kept: Vec<[u8; 16]>,
    /// Answers of another kind.
    other: Vec<u16>,
    /// Requests without an answer: each client ends with its first.
    cut: usize,
}

/// One client: posts 1 KiB after 1 KiB, each over a connection of its own and with its key in it, until told to end or cut off.
async fn post_on(address: String, round: u8, number: u8, ended: Arc<AtomicBool>) -> Saw {
    let mut saw = Saw::default();
    for turn in 0_u32.. {
        if ended.load(Ordering::Acquire) {
            break;
        }
        let mut key = [number; 16];
        key[..4].copy_from_slice(&turn.to_be_bytes());
        key[4] = round;
        let mut body = vec![0; 1024];
        body[..16].copy_from_slice(&key);
        let url = format!("{address}/v1/post");
        match ask(url, Some(&ANN.slot(number)), Some(key), body).await {
            Ok(Answer { status: OK, .. }) => saw.kept.push(key),
            Ok(answer) => saw.other.push(answer.status),
            Err(_) => {
                saw.cut += 1;
                break;
            }
        }
    }
    saw
}

struct Load {
    clients: Vec<tokio::task::JoinHandle<Saw>>,
    ended: Arc<AtomicBool>,
}

impl Load {
    fn on(relay: &Relay, round: u8) -> Self {
        let ended: Arc<AtomicBool> = Arc::default();
        let client = |number| {
            tokio::spawn(post_on(
                relay.address.clone(),
                round,
                number,
                Arc::clone(&ended),
            ))
        };
        let clients = (0..CLIENTS).map(client).collect();
        Self { clients, ended }
    }

    async fn end(self) -> Saw {
        self.ended.store(true, Ordering::Release);
        let mut all = Saw::default();
        for client in self.clients {
            let saw = client.await.unwrap();
            all.kept.extend(saw.kept);
            all.other.extend(saw.other);
            all.cut += saw.cut;
        }
        all
    }
}

/// The keys of all that waits.
async fn fetched(relay: &Relay) -> Vec<[u8; 16]> {
    let (mut cursor, mut keys) = (Vec::new(), Vec::new());
    loop {
        let got = relay.fetch(&ANN.fetch(), 256, &cursor, &[]).await;
        let items = got.items.iter();
        keys.extend(items.map(|item| <[u8; 16]>::try_from(&item.2[..16]).unwrap()));
        cursor = got.cursor;
        if got.flags & 4 == 0 {
            return keys;
        }
    }
}

fn set(keys: &[[u8; 16]]) -> BTreeSet<[u8; 16]> {
    keys.iter().copied().collect()
}

const MANY: (&str, &str) = ("RELAY_QUOTAS_SLOT_DAY_ITEMS", "1000000");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_are_read_again_and_nobody_notices() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("relay.toml");
    let write = |round: u8| {
        let secret = text(&[round; 32]);
        std::fs::write(&config, format!("create_secrets = ['{secret}']\n")).unwrap();
        relay::Token([round; 32])
    };
    let first = write(0);
    let path = config.to_string_lossy().into_owned();
    let relay = Relay::start(folder.path(), &[("RELAY_CONFIG", &path), MANY]);
    assert_eq!(
        relay.create(Some(&first), &ANN.inbox(WEEK)).await.status,
        201
    );
    let load = Load::on(&relay, 0);
    for round in 1..=10 {
        let secret = write(round);
        relay.signal("HUP");
        while relay.log().matches("settings read again").count() < usize::from(round) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // Made before under another secret: the right one is told by 200, a wrong one by 403.
        assert_eq!(
            relay.create(Some(&first), &ANN.inbox(WEEK)).await.status,
            403
        );
        assert_eq!(
            relay.create(Some(&secret), &ANN.inbox(WEEK)).await.status,
            OK
        );
    }
    let saw = load.end().await;
    assert_eq!((saw.other, saw.cut), (vec![], 0));
    assert!(saw.kept.len() > 50, "{}", saw.kept.len());
    let got = fetched(&relay).await;
    assert_eq!((got.len(), set(&got)), (saw.kept.len(), set(&saw.kept)));
    println!(
        "10 times read again under load: {} posts, all kept",
        saw.kept.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_under_load_finishes_what_is_under_way_and_keeps_what_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[MANY]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    let (mut kept, mut rounds) = (BTreeSet::new(), 0_u8);
    let mut relay = Some(relay);
    while let Some(running) = relay.take().filter(|_| rounds < 3) {
        rounds += 1;
        let load = Load::on(&running, rounds);
        tokio::time::sleep(Duration::from_millis(400)).await;
        let stopped = tokio::task::spawn_blocking(move || running.stop());
        let (code, took) = stopped.await.unwrap();
        let saw = load.end().await;
        assert_eq!(code, Some(0));
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert_eq!(
            saw.other,
            [] as [u16; 0],
            "an answer is the usual one, or there is none"
        );
        assert!(saw.kept.len() > 10, "{}", saw.kept.len());
        kept.extend(saw.kept);
        let log = std::fs::metadata(folder.path().join("relay.db-wal"));
        assert_eq!(log.map_or(0, |log| log.len()), 0, "the log was copied");
        let next = Relay::start(folder.path(), &[MANY]);
        let got = fetched(&next).await;
        // What was kept while its client was cut off may be there besides, at most one a client and round.
        let there = set(&got);
        assert_eq!(there.len(), got.len(), "nothing twice");
        assert_eq!(
            kept.difference(&there).count(),
            0,
            "what was answered is there"
        );
        let besides = there.difference(&kept).count();
        assert!(
            besides <= usize::from(CLIENTS) * usize::from(rounds),
            "{besides}"
        );
        relay = Some(next);
    }
    println!(
        "{rounds} stops under load: {} posts answered, all kept",
        kept.len()
    );
}
