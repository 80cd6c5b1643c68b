//! A million inboxes in the store, or none but a few: what is lost of appending and fetching.
//! Both relays run at once and take turns. Invariant: each request is for an inbox chosen anew among all that are there.

use super::Told;
use super::bulk;
use super::crowd::{Crowd, token};
use super::drive::{Figures, Http, chance, drive, post_all, refused, runtime};
use super::postgres::Server;
use super::posts::Rounds;
use super::process::{Process, today};
use super::row::{Goal, Row, Unit};
use rand_core::Rng;
use relay::wire::{FetchRequest, write_fetch};
use std::path::Path;
use std::time::{Duration, Instant};

/// As many as are nothing to a store.
const FEW: u64 = 1_000;
/// Those that are fetched from hold one item each.
const HOLDING: u64 = 65_536;
const CLIENTS: usize = 64;
const ROUNDS: usize = 3;
const SPAN: Duration = Duration::from_secs(3);

/// The rows of one store: `sqlite` or `postgres`.
///
/// # Errors
/// When something could not be measured.
pub fn rows(folder: &Path, store: &str, inboxes: u64) -> Told<Vec<Row>> {
    let server = (store == "postgres").then(Server::start);
    let runtime = runtime()?;
    let day = today();
    let mut databases = Vec::new();
    let mut laid = Duration::ZERO;
    for inboxes in [FEW.min(inboxes), inboxes] {
        let crowd = Crowd {
            inboxes,
            holding: inboxes.min(HOLDING),
            day,
        };
        let file = folder.join(format!("{inboxes}.db"));
        let database = match &server {
            Some(server) => server.database(),
            None => file.to_str().ok_or("a folder of text")?.to_owned(),
        };
        Process::relay(&database)?.stop()?;
        let begun = Instant::now();
        match &server {
            Some(server) => runtime.block_on(bulk::postgres(server, &database, &crowd))?,
            None => bulk::sqlite(&file, &crowd)?,
        }
        laid = begun.elapsed();
        databases.push((database, crowd));
    }
    let mut relays = Vec::new();
    for (database, crowd) in &databases {
        let begun = Instant::now();
        relays.push((Process::relay(database)?, *crowd, begun.elapsed()));
    }
    let (few, many) = match relays.as_slice() {
        [few, many] => (few, many),
        _ => return Err("two relays".into()),
    };
    let name = if server.is_some() {
        "PostgreSQL"
    } else {
        "SQLite"
    };
    let mut rows = Vec::new();
    for deed in ["append", "fetch"] {
        let (mut at_few, mut at_many) = (Rounds::default(), Rounds::default());
        for _ in 0..ROUNDS {
            for ((relay, crowd, _), rounds) in [(few, &mut at_few), (many, &mut at_many)] {
                let figures = match deed {
                    "append" => runtime.block_on(append(&relay.address, *crowd)),
                    _ => runtime.block_on(fetch(&relay.address, *crowd)),
                };
                rounds.add(figures?);
            }
        }
        let (few, at_many) = (at_few.median(), at_many.median());
        let row = Row::against(
            &format!("relay on {name}, {deed} with {inboxes} inboxes, 64 clients"),
            Unit::PerSecond,
            at_many.rate,
            (&format!("the same with {FEW}"), few.rate),
            Goal::AtLeast(0.8),
        )
        .note(format!(
            "{}; laid in {} s, started in {:.1} s",
            at_many.beside("with few", &few),
            laid.as_secs(),
            many.2.as_secs_f64()
        ));
        rows.push(row);
    }
    Ok(rows)
}

async fn append(address: &str, crowd: Crowd) -> Told<Figures> {
    let slot =
        move |_, chance: &mut rand_chacha::ChaCha20Rng| token(chance.next_u64() % crowd.inboxes, 2);
    post_all(address, CLIENTS, 1_024, SPAN, slot).await
}

/// One item at most, from an inbox that holds one.
async fn fetch(address: &str, crowd: Crowd) -> Told<Figures> {
    let body = write_fetch(&FetchRequest {
        max: 1,
        cursor: Vec::new(),
        acks: Vec::new(),
    });
    drive(CLIENTS, SPAN, |_, mut watch| {
        let (address, body) = (address.to_owned(), body.clone());
        async move {
            let (mut http, mut chance) = (Http::connect(&address).await?, chance());
            loop {
                let place = chance.next_u64() % crowd.holding;
                let asked = Instant::now();
                http.send("/v1/fetch", &token(place, 0), None, &body)
                    .await?;
                match http.answer().await? {
                    (200, said) if said.len() > 1_024 => {}
                    (status, said) => return Err(refused("no item came", status, said)),
                }
                if !watch.goes_on(asked) {
                    return Ok(watch);
                }
            }
        }
    })
    .await
}
