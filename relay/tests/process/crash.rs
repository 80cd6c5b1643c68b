//! The crash report: round after round of faults under load, each held against what was acknowledged.
//! A short form runs with the other tests; `cargo xtask crash` runs it long and prints the report.
//! Knows which faults strike which store; what must hold is crash/model.rs.

mod load;
mod model;
mod place;
mod round;

use std::time::Instant;

use crate::kit::{Owner, Relay, WEEK};
use model::Findings;
use round::{Fault, Run};

const ON_SQLITE: [Fault; 5] = [
    Fault::KillRelay,
    Fault::FullDisk,
    Fault::KillRelay,
    Fault::ClockLeaps,
    Fault::DoubledAndReordered,
];
const ON_POSTGRES: [Fault; 7] = [
    Fault::KillRelay,
    Fault::FullDisk,
    Fault::KillServer,
    Fault::ClockLeaps,
    Fault::KillBoth,
    Fault::DoubledAndReordered,
    Fault::HintsLost,
];

/// A number from the environment, as `cargo xtask crash` gives it.
fn told(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap())
}

async fn survives(store: &'static str, faults: &[Fault]) {
    let (rounds, seed) = (
        told("CRASH_ROUNDS").unwrap_or(10),
        told("CRASH_SEED").unwrap_or(1),
    );
    let begun = Instant::now();
    let mut run = Run::begin(store, seed, told("CRASH_PLANT").is_some()).await;
    let cycle = faults.iter().cycle().take(usize::try_from(rounds).unwrap());
    for fault in cycle {
        run.round(*fault).await;
    }
    run.report(seed, begun.elapsed());
    let found = run.model.lock().unwrap().findings;
    assert!(
        found == Findings::default(),
        "the box broke its promise: {found:?}"
    );
    assert!(
        run.posts > 10 * rounds,
        "only {} posts were answered",
        run.posts
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_what_was_acknowledged_outlives_every_fault() {
    survives("SQLite", &ON_SQLITE).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_what_was_acknowledged_outlives_every_fault() {
    survives("PostgreSQL", &ON_POSTGRES).await;
}

#[tokio::test]
async fn acknowledged_items_stay_gone_and_made_inboxes_stay_made_over_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let mut relay = Relay::start(folder.path(), &[]);
    for week in 0..6 {
        let owner = Owner(["a", "b", "c", "d", "e", "f"][week]);
        assert_eq!(relay.create(None, &owner.inbox(WEEK)).await.status, 201);
        relay.post(&owner.slot(1), [1; 16], &[1; 1024]).await;
        relay.post(&owner.slot(1), [2; 16], &[2; 1024]).await;
        let got = relay.fetch(&owner.fetch(), 1, &[], &[]).await;
        assert_eq!(
            relay
                .acknowledge(&owner.fetch(), &[got.items[0].0])
                .await
                .status,
            204
        );
        relay.kill();
        relay = Relay::start(folder.path(), &[]);
        assert_eq!(relay.create(None, &owner.inbox(WEEK)).await.status, 200);
        let left = relay.fetch(&owner.fetch(), 9, &[], &[]).await;
        assert_eq!(
            left.items.iter().map(|item| item.2[0]).collect::<Vec<_>>(),
            [2]
        );
    }
}
