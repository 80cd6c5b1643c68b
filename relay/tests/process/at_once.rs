//! What happens at the same time, on each store: one process over SQLite, two over PostgreSQL.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::kit::{OK, Owner, Relay, WEEK, ask};
use crate::postgres::Server;

const ANN: Owner = Owner("ann");
const CLIENTS: u8 = 6;
const EACH: u16 = 60;

/// Whoever posts does so at the first, whoever reads at the second; on SQLite both are the same.
struct Two {
    relays: Vec<Relay>,
    // They go after the relays.
    _folder: tempfile::TempDir,
    _server: Option<Arc<Server>>,
}

impl Two {
    fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            relays: vec![Relay::start(folder.path(), &[])],
            _folder: folder,
            _server: None,
        }
    }

    fn on_postgres() -> Self {
        let (folder, server) = (tempfile::tempdir().unwrap(), Server::shared());
        let database = server.database();
        let start = || Relay::start_over(&database, folder.path(), &[]);
        Self {
            relays: vec![start(), start()],
            _folder: folder,
            _server: Some(server),
        }
    }

    fn first(&self) -> &Relay {
        &self.relays[0]
    }

    fn second(&self) -> &Relay {
        self.relays.last().unwrap()
    }
}

/// Six post, each in order; one reads and acknowledges in turn at either; nothing is lost, doubled or out of order, and nothing is left.
async fn posts_fetches_and_acknowledgements(two: Two) {
    two.first().create(None, &ANN.inbox(WEEK)).await;
    let posted = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let url = format!("{}/v1/post", two.first().address);
            let posted = Arc::clone(&posted);
            tokio::spawn(async move {
                for number in 0..EACH {
                    let [high, low] = number.to_be_bytes();
                    let mut key = [client; 16];
                    key[..2].copy_from_slice(&[high, low]);
                    let body = [client, high, low, 0].repeat(256);
                    let slot = ANN.slot(client);
                    let answer = ask(url.clone(), Some(&slot), Some(key), body);
                    assert_eq!(answer.await.unwrap().status, OK);
                    posted.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let all = usize::from(CLIENTS) * usize::from(EACH);
    let (mut cursor, mut acks, mut next) = (Vec::new(), Vec::new(), HashMap::<u8, u16>::new());
    let (mut seen, mut among) = (0, 0);
    let begun = Instant::now();
    while seen < all {
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "{seen} of {all}"
        );
        let relay = [two.first(), two.second()][seen % 2];
        let got = relay.fetch(&ANN.fetch(), 16, &cursor, &acks).await;
        assert_eq!(got.flags & 3, 0, "no gap and no marker");
        for (_, _, bytes) in &got.items {
            let number = next.entry(bytes[0]).or_default();
            assert_eq!(
                bytes[1..3],
                number.to_be_bytes(),
                "each client's in order, once"
            );
            *number += 1;
        }
        seen += got.items.len();
        if posted.load(Ordering::Relaxed) < all {
            among += got.items.len();
        }
        // Of each fetch one in five is not acknowledged, and some are twice.
        acks = acks.split_off(acks.len() / 2);
        acks.extend(
            got.items
                .iter()
                .filter(|item| item.0[0] % 5 > 0)
                .map(|item| item.0),
        );
        cursor = got.cursor;
    }
    for client in clients {
        client.await.unwrap();
    }
    assert!(among > 0, "nothing was read while others posted");
    // What was not acknowledged comes again from the beginning, and once only.
    let mut left = 0;
    loop {
        let got = two.second().fetch(&ANN.fetch(), 200, &[], &[]).await;
        let acks: Vec<_> = got.items.iter().map(|item| item.0).collect();
        left += acks.len();
        if acks.is_empty() {
            break;
        }
        assert_eq!(
            two.first().acknowledge(&ANN.fetch(), &acks).await.status,
            204
        );
    }
    assert!(left <= all);
    assert_eq!(two.first().wait(&ANN.wake(), 0).await.body, [1, 0]);
}

/// A phone whose line broke waits anew: those that it left behind stand in nobody's way, and the new one is called.
async fn a_wait_is_taken_over(two: Two) {
    two.first().create(None, &ANN.inbox(WEEK)).await;
    let waiting = |relay: &Relay| {
        let url = format!("{}/v1/wait", relay.address);
        tokio::spawn(async move { ask(url, Some(&ANN.wake()), None, vec![1, 0, 60]).await })
    };
    let left: Vec<_> = (0..4).map(|_| waiting(two.second())).collect();
    // Four at one inbox, and no more: one of five is sent away.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let fifth = two.second().wait(&ANN.wake(), 1).await;
    assert_eq!(fifth.status, 429);
    for one in &left {
        one.abort();
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let taken_over = waiting(two.second());
    let elsewhere = waiting(two.first());
    tokio::time::sleep(Duration::from_millis(500)).await;
    let begun = Instant::now();
    two.first().post(&ANN.slot(1), [1; 16], &[1; 1024]).await;
    assert_eq!(taken_over.await.unwrap().unwrap().body, [1, 1]);
    assert_eq!(elsewhere.await.unwrap().unwrap().body, [1, 1]);
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_posts_fetches_and_acknowledgements() {
    posts_fetches_and_acknowledgements(Two::on_sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_posts_fetches_and_acknowledgements() {
    posts_fetches_and_acknowledgements(Two::on_postgres()).await;
}

#[tokio::test]
async fn on_sqlite_a_wait_is_taken_over() {
    a_wait_is_taken_over(Two::on_sqlite()).await;
}

#[tokio::test]
async fn on_postgres_a_wait_is_taken_over() {
    a_wait_is_taken_over(Two::on_postgres()).await;
}
