//! Fuzzing of every endpoint: a real box on each store and an oblivious relay before it are asked all that chance makes, and must live, answer
//! as the document says, and need no more memory at the end than when they were warm. `cargo xtask fuzz-relay` runs it long.

mod ask;
mod schema;
mod send;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ask::World;
use send::{Came, send};

use crate::kit::{OK, Relay, get};
use crate::oblivious::Between;
use crate::openapi::{DOCUMENT, complaint};
use crate::postgres::Server;

/// How many ask at once.
const ASKERS: u64 = 8;
/// How much more memory there may be at the end than when a quarter of the time was over, in KiB. What is kept by right is bounded long before
/// (the box's cache of pages, the counts of slots), and the allocator keeps what single large bodies needed; what is lost with each request is not bounded.
const GROWTH: u64 = 32 << 10;
/// Within this the box says that it lives, on a machine that has more to do.
const LIVES: Duration = Duration::from_secs(10);

fn told(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap())
}

/// What was seen.
#[derive(Default)]
struct Seen {
    statuses: BTreeMap<u16, u64>,
    silent: u64,
    wrong: Vec<String>,
}

impl Seen {
    fn add(&mut self, came: &Came) {
        let status = match came {
            Came::Silence => {
                self.silent += 1;
                return;
            }
            Came::Nothing(ask) => {
                self.silent += 1;
                let said = format!("{} {}: no answer", ask.method, ask.path);
                return self.complain(said);
            }
            Came::Status(status) => *status,
            Came::Answer(ask, answer) => {
                let path = ask.path.split('?').next().unwrap();
                let (method, url) = (ask.method.to_lowercase(), format!("http://x{path}"));
                // HTTP gives every GET a HEAD, and an oblivious relay has fewer paths.
                let held = ask.method != "HEAD" && ask.method != "get";
                let hyper = [400, 414, 431].contains(&answer.status) && answer.kind.is_empty();
                let wrong = complaint(&DOCUMENT, &method, &url, answer);
                if let Some(wrong) = wrong.filter(|_| held && !hyper) {
                    self.complain(wrong);
                }
                answer.status
            }
        };
        *self.statuses.entry(status).or_default() += 1;
        if status == 0 || (status >= 500 && status != 507) {
            let about = match came {
                Came::Answer(ask, _) => format!("{} {}: {status}", ask.method, ask.path),
                _ => format!("{status}"),
            };
            self.complain(about);
        }
    }

    fn complain(&mut self, what: String) {
        if self.wrong.len() < 20 {
            self.wrong.push(what);
        }
    }
}

/// Memory of a process, in KiB.
fn memory(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.unwrap().split_whitespace().nth(1).unwrap();
    number.parse().unwrap()
}

async fn ask_until(end: Instant, seed: u64, watch: &Watch, seen: &Arc<Mutex<Seen>>) {
    let (relay, between) = (&watch.relay, &watch.between);
    let key = get(format!("{}/v1/oblivious-keys", relay.address))
        .await
        .body;
    let asker = |number| {
        let mut world = World::new(seed + number, key.clone());
        let (at, between, seen) = (
            relay.address.clone(),
            between.address.clone(),
            Arc::clone(seen),
        );
        async move {
            let first = world.first();
            let url = format!("{at}{}", first.path);
            let made = crate::kit::ask(url, None, None, first.body).await.unwrap();
            assert_eq!(made.status, 201);
            while Instant::now() < end {
                for came in send(&mut world, &at, &between).await {
                    if let Came::Answer(ask, answer) = &came
                        && ask.path == "/v1/fetch"
                        && answer.status == OK
                    {
                        world.learn(&answer.body);
                    }
                    seen.lock().unwrap().add(&came);
                }
            }
        }
    };
    let askers: Vec<_> = (0..ASKERS)
        .map(|number| tokio::spawn(asker(number)))
        .collect();
    for asker in askers {
        asker.await.unwrap();
    }
}

/// A box and an oblivious relay before it, asked all the time whether they live.
struct Watch {
    relay: Relay,
    between: Between,
    living: tokio::task::JoinHandle<()>,
    /// How often they lived, and how many milliseconds the box took at most to say so.
    lived: Arc<[AtomicU64; 2]>,
    /// In KiB, of both, at each time it was measured.
    memories: Vec<[u64; 2]>,
    _folders: [tempfile::TempDir; 2],
}

impl Watch {
    fn over(database: Option<String>) -> Self {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let file = |name: &str| folders[0].path().join(name).to_str().unwrap().to_owned();
        let environment = [
            ("RELAY_QUOTAS_SLOT_DAY_ITEMS", "100000"),
            // So small that it is full at times, and no disk is.
            ("RELAY_QUOTAS_BOX_BYTES", "268435456"),
            // Nobody is there: what comes is hinted at in vain.
            ("RELAY_WAKE_GATEWAY", "http://127.0.0.1:9"),
            ("RELAY_OBLIVIOUS", &file("oblivious")),
        ];
        let database = database.unwrap_or_else(|| file("relay.db"));
        let relay = Relay::start_over(&database, folders[0].path(), &environment);
        let between = Between::start(folders[1].path(), &relay.address);
        let lived = Arc::<[AtomicU64; 2]>::default();
        let both = [relay.address.clone(), between.address.clone()];
        let living = tokio::spawn(live(both, Arc::clone(&lived)));
        Self {
            relay,
            between,
            living,
            lived,
            memories: Vec::new(),
            _folders: folders,
        }
    }

    /// Measures, when what was cut off is given back.
    async fn measure(&mut self) {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let both = [self.relay.id(), self.between.id()];
        self.memories.push(both.map(memory));
    }

    /// Says what was seen, stops all, and gives what was wrong.
    fn end(self, name: &str) -> Vec<String> {
        let [asked, longest] = [0, 1].map(|which: usize| self.lived[which].load(Ordering::Relaxed));
        println!(
            "{name}: /healthz {asked} times, {longest} ms at most; memory in KiB, box and oblivious relay, warm and at the end: {:?}",
            self.memories
        );
        let mut wrong = Vec::new();
        if self.living.is_finished() {
            wrong.push("one did not say that it lives".to_owned());
        }
        self.living.abort();
        let logs = [self.relay.log(), self.between.log()].concat();
        for word in ["panicked", "fault"] {
            let line = logs.lines().find(|line| line.contains(word));
            wrong.extend(line.map(str::to_owned));
        }
        let (warm, at_end) = (self.memories[0], self.memories[1]);
        for (warm, at_end) in warm.into_iter().zip(at_end) {
            if at_end > warm + GROWTH {
                wrong.push(format!("memory grew from {warm} to {at_end} KiB"));
            }
        }
        let ends = [self.between.stop(), self.relay.stop().0];
        if ends != [Some(0); 2] {
            wrong.push(format!("they ended by {ends:?}"));
        }
        wrong
    }
}

/// Asks both whether they live, again and again.
async fn live(addresses: [String; 2], lived: Arc<[AtomicU64; 2]>) {
    loop {
        for address in &addresses {
            let begun = Instant::now();
            let answer = tokio::time::timeout(LIVES, get(format!("{address}/healthz"))).await;
            assert_eq!(answer.expect("it lives").status, OK);
            lived[0].fetch_add(1, Ordering::Relaxed);
            let took = u64::try_from(begun.elapsed().as_millis()).unwrap();
            lived[1].fetch_max(took, Ordering::Relaxed);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn survives(store: &str, database: Option<String>) {
    let (seconds, seed) = (
        told("FUZZ_SECONDS").unwrap_or(8),
        told("FUZZ_SEED").unwrap_or(1),
    );
    let mut watch = Watch::over(database);
    let seen = Arc::<Mutex<Seen>>::default();
    let begun = Instant::now();
    let (warm, end) = (
        Duration::from_secs(seconds) / 4,
        Duration::from_secs(seconds),
    );
    ask_until(begun + warm, seed, &watch, &seen).await;
    watch.measure().await;
    ask_until(begun + end, seed + ASKERS, &watch, &seen).await;
    watch.measure().await;
    let mut seen = std::mem::take(&mut *seen.lock().unwrap());
    let requests: u64 = seen.statuses.values().sum::<u64>() + seen.silent;
    println!(
        "{store}, seed {seed}: {requests} requests in {seconds} s, {} without an answer; answers {:?}",
        seen.silent, seen.statuses
    );
    seen.wrong.extend(watch.end(store));
    assert!(seen.wrong.is_empty(), "not held: {:#?}", seen.wrong);
    for status in [200, 201, 204, 400, 404, 405, 409, 413, 422] {
        assert!(seen.statuses.contains_key(&status), "no {status} was met");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_sqlite_no_request_brings_it_down_or_makes_it_grow() {
    survives("SQLite", None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_postgres_no_request_brings_it_down_or_makes_it_grow() {
    let server = Server::shared();
    survives("PostgreSQL", Some(server.database())).await;
}
