//! Whether time tells an unknown token from one that is known for something else: requests of both kinds in random turns, medians side by side.
//! `cargo xtask timing` runs it on each store. It knows the contract's requests, over one open connection as behind a proxy.
//! Invariant: both kinds are answered with the same bytes, or it ends; where medians differ by more than a twentieth it ends with a failure.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs
)]

#[path = "../process/kit.rs"]
#[allow(dead_code)] // What it can do more is asked by tests.
mod kit;
#[path = "../process/openapi.rs"]
#[allow(dead_code, unused_imports)] // Only what the kit asks of it.
mod openapi;
#[path = "../kit/postgres.rs"]
#[allow(dead_code)] // What it can do more is asked by tests.
mod postgres;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use kit::{DAY, Owner, Relay, WEEK, set_day, text};
use postgres::Server;
use relay::{Purpose, Token, token::hash, wire};

/// Inboxes that are there, and as many that were deleted.
const INBOXES: u8 = 40;
/// The medians may differ by this.
const MOST: f64 = 0.05;

/// One kind of request that is refused, by many tokens.
struct Kind {
    name: &'static str,
    tokens: Vec<Token>,
    body: Vec<u8>,
    /// More work on purpose: it must be seen.
    planted: bool,
    times: Vec<f64>,
}

/// A deed, and the kinds that must all look like the first.
struct Deed {
    path: &'static str,
    kinds: Vec<Kind>,
}

fn owners(of: &str) -> Vec<Owner> {
    let name = |number| Owner(Box::leak(format!("{of} {number:03}").into_boxed_str()));
    (0..INBOXES).map(name).collect()
}

fn kind(
    name: &'static str,
    owners: &[Owner],
    body: &[u8],
    token: impl Fn(&Owner, u8) -> Token,
) -> Kind {
    let mut tokens = Vec::new();
    for owner in owners {
        tokens.extend((0..8).map(|slot| token(owner, slot)));
    }
    Kind {
        name,
        tokens,
        body: body.to_vec(),
        planted: false,
        times: Vec::new(),
    }
}

async fn ground(relay: &Relay, kept: &[Owner], deleted: &[Owner]) {
    for owner in kept.iter().chain(deleted) {
        assert_eq!(relay.create(None, &owner.inbox(WEEK)).await.status, 201);
    }
    for owner in kept {
        let closed: Vec<_> = (0..8)
            .map(|slot| hash(Purpose::Slot, &owner.slot(slot)))
            .collect();
        assert_eq!(relay.close(&owner.fetch(), &closed).await.status, 204);
        assert_eq!(
            relay.post(&owner.slot(9), [1; 16], &[1; 1024]).await.status,
            200
        );
    }
    for owner in deleted {
        assert_eq!(relay.delete(&owner.fetch()).await.status, 204);
    }
    // What ended is gone with the day.
    set_day(relay.folder(), DAY + 1);
    assert_eq!(relay.wait(&kept[0].wake(), 0).await.status, 200);
}

fn deeds(kept: &[Owner], deleted: &[Owner]) -> Vec<Deed> {
    let unknown = owners("nobody");
    let reading = |path, body: &[u8]| Deed {
        path,
        kinds: vec![
            kind("unknown", &unknown, body, Owner::slot),
            kind("a slot's", kept, body, |owner, slot| owner.slot(slot + 10)),
            kind("of a deleted inbox", deleted, body, |owner, _| {
                owner.fetch()
            }),
        ],
    };
    let ask = wire::FetchRequest {
        max: 10,
        cursor: Vec::new(),
        acks: Vec::new(),
    };
    let (item, soon) = ([7; 1024], [1, 0, 0]);
    vec![
        Deed {
            path: "post",
            kinds: vec![
                kind("unknown", &unknown, &item, Owner::slot),
                kind("a reader's", kept, &item, |owner, _| owner.fetch()),
                kind("of a closed slot", kept, &item, Owner::slot),
                kind("of a deleted inbox", deleted, &item, Owner::slot),
                Kind {
                    planted: true,
                    ..kind("unknown, with 64 KiB", &unknown, &[7; 1 << 16], Owner::slot)
                },
            ],
        },
        reading("fetch", &wire::write_fetch(&ask)),
        reading("acknowledge", &wire::write_acknowledge(&[[1; 16]])),
        Deed {
            path: "wait",
            kinds: vec![
                kind("unknown", &unknown, &soon, Owner::slot),
                kind("a reader's", kept, &soon, |owner, _| owner.fetch()),
                kind("of a deleted inbox", deleted, &soon, |owner, _| {
                    owner.wake()
                }),
            ],
        },
    ]
}

/// Asks once; gives microseconds and the answer without its date.
fn asked(
    stream: &mut TcpStream,
    path: &str,
    token: &Token,
    body: &[u8],
    key: u64,
) -> (f64, Vec<u8>) {
    let mut key16 = [0; 16];
    key16[..8].copy_from_slice(&key.to_be_bytes());
    let head = format!(
        "POST /v1/{path} HTTP/1.1\r\nhost: box\r\ncontent-type: application/octet-stream\r\nauthorization: Bearer {}\r\nidempotency-key: {}\r\ncontent-length: {}\r\n\r\n",
        text(&token.0),
        text(&key16),
        body.len()
    );
    let request = [head.as_bytes(), body].concat();
    let begun = Instant::now();
    stream.write_all(&request).unwrap();
    let (mut answer, mut some) = (Vec::new(), [0; 4096]);
    let (head, length) = loop {
        let count = stream.read(&mut some).unwrap();
        assert!(count > 0, "the connection ended");
        answer.extend_from_slice(&some[..count]);
        let said = String::from_utf8_lossy(&answer);
        let Some((head, rest)) = said.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.unwrap().parse().unwrap();
        if rest.len() >= length {
            break (head.to_owned(), length);
        }
    };
    let took = begun.elapsed().as_secs_f64() * 1e6;
    let lines = head.lines().filter(|line| !line.starts_with("date: "));
    let mut said: Vec<u8> = lines.flat_map(str::bytes).collect();
    said.extend_from_slice(&answer[answer.len() - length..]);
    (took, said)
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Every deed of one store; gives whether all medians are near enough.
fn measure(store: &str, relay: &Relay, deeds: Vec<Deed>, tries: usize) -> bool {
    let mut stream = TcpStream::connect(relay.address.trim_start_matches("http://")).unwrap();
    stream.set_nodelay(true).unwrap();
    let (mut turn, mut near) = (1_u64, true);
    for mut deed in deeds {
        let mut first: Option<Vec<u8>> = None;
        for round in 0..tries + tries / 10 {
            // Another first one in each round, so that none follows always the same.
            turn = turn
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let count = deed.kinds.len();
            let begin = usize::try_from(turn >> 40).unwrap();
            let step = if turn >> 63 == 0 { 1 } else { count - 1 };
            for place in 0..count {
                let kind = &mut deed.kinds[(begin + place * step) % count];
                let token = &kind.tokens[(begin + round) % kind.tokens.len()];
                let (took, said) = asked(&mut stream, deed.path, token, &kind.body, turn);
                assert_eq!(
                    first.get_or_insert_with(|| said.clone()),
                    &said,
                    "{}: the same bytes",
                    deed.path
                );
                if round >= tries / 10 {
                    kind.times.push(took);
                }
            }
        }
        let unknown = median(&mut deed.kinds[0].times);
        println!("{store}, {}: unknown {unknown:.1} us", deed.path);
        for kind in &mut deed.kinds[1..] {
            let known = median(&mut kind.times);
            let off = (known / unknown - 1.0) * 100.0;
            // The planted one must be too far off, or nothing is measured.
            let good = (off.abs() <= MOST * 100.0) != kind.planted;
            near &= good;
            let said = match (kind.planted, good) {
                (false, true) => "",
                (false, false) => "    MORE THAN 5 %",
                (true, true) => "    planted, and seen",
                (true, false) => "    PLANTED, AND NOT SEEN",
            };
            println!("    {known:>8.1} us {off:>+6.1} %  {}{said}", kind.name);
        }
    }
    near
}

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let tries = words
        .iter()
        .find_map(|word| word.parse().ok())
        .unwrap_or(4_000);
    println!(
        "{tries} tries of each, in random turns, over one connection; medians, against an unknown token"
    );
    let mut near = true;
    for store in ["SQLite", "PostgreSQL"] {
        let folder = tempfile::tempdir().unwrap();
        let server = (store == "PostgreSQL").then(Server::start);
        let database = server.as_ref().map(Server::database);
        let database =
            database.unwrap_or_else(|| folder.path().join("relay.db").to_str().unwrap().to_owned());
        let relay = Relay::start_over(&database, folder.path(), &[]);
        let (kept, deleted) = (owners("kept"), owners("gone"));
        ground(&relay, &kept, &deleted).await;
        near &= measure(store, &relay, deeds(&kept, &deleted), tries);
    }
    assert!(
        near,
        "time tells them apart, or what is planted was not seen"
    );
}
