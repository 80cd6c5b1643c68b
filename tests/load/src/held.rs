//! What a relay takes of memory: idle, and for each of 5,000 long polls that it holds at once.
//! It reads /proc. Invariant: nothing is divided before the relay itself says that all of them wait.

use super::Told;
use super::bulk;
use super::crowd::{Crowd, token};
use super::drive::{Http, refused, runtime};
use super::postgres::Server;
use super::process::{Process, today};
use super::row::{Goal, Row, Unit};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

const HELD: u16 = 5_000;

/// The rows.
///
/// # Errors
/// When something could not be measured.
pub fn rows(folder: &Path) -> Told<Vec<Row>> {
    let crowd = Crowd {
        inboxes: HELD.into(),
        holding: 0,
        day: today(),
    };
    let runtime = runtime()?;
    let server = Server::start();
    let mut rows = Vec::new();
    for store in ["SQLite", "PostgreSQL"] {
        let file = folder.join("held.db");
        let database = match store {
            "SQLite" => file.to_str().ok_or("a folder of text")?.to_owned(),
            _ => server.database(),
        };
        let fresh = Process::relay(&database)?;
        std::thread::sleep(Duration::from_secs(2));
        rows.push(Row::alone(
            &format!("relay on {store}, memory idle"),
            Unit::Bytes,
            fresh.memory()?,
            Goal::AtMost(30e6),
        ));
        fresh.stop()?;
        match store {
            "SQLite" => bulk::sqlite(&file, &crowd)?,
            _ => runtime.block_on(bulk::postgres(&server, &database, &crowd))?,
        }
        let relay = Process::relay(&database)?;
        // What any question leaves in caches is there before.
        runtime.block_on(ask(&relay))?;
        let before = relay.memory()?;
        let held = runtime.block_on(hold(&relay))?;
        std::thread::sleep(Duration::from_secs(2));
        let after = relay.memory()?;
        if waiting(&relay)? != HELD {
            return Err("a long poll ended early".into());
        }
        drop(held);
        let row = Row::alone(
            &format!("relay on {store}, memory for each of {HELD} held long polls"),
            Unit::Bytes,
            (after - before) / f64::from(HELD),
            Goal::AtMost(20.0 * 1_024.0),
        );
        rows.push(row.note(format!(
            "{:.1} MB before, {:.1} MB with all of them; each over a connection of its own, plain HTTP on the loopback; all asked once before",
            before / 1e6,
            after / 1e6
        )));
    }
    Ok(rows)
}

/// The same questions without a wait, one after the other.
async fn ask(relay: &Process) -> Told<()> {
    let mut http = Http::connect(&relay.address).await?;
    for place in 0..HELD {
        http.send("/v1/wait", &token(place.into(), 1), None, &[1, 0, 0])
            .await?;
        match http.answer().await? {
            (200, [1, 0]) => {}
            (status, said) => return Err(refused("no empty inbox", status, said)),
        }
    }
    Ok(())
}

/// Connections that wait, each for another inbox.
async fn hold(relay: &Process) -> Told<Vec<Http>> {
    let mut held = Vec::new();
    for place in 0..HELD {
        let mut http = Http::connect(&relay.address).await?;
        http.send("/v1/wait", &token(place.into(), 1), None, &[1, 1, 44])
            .await?;
        held.push(http);
    }
    let begun = Instant::now();
    while waiting(relay)? != HELD {
        if begun.elapsed() > Duration::from_secs(30) {
            return Err("not all long polls are held".into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(held)
}

/// How many wait, as the relay's metrics say.
fn waiting(relay: &Process) -> Told<u16> {
    let mut socket = TcpStream::connect(&relay.metrics)?;
    write!(
        socket,
        "GET /metrics HTTP/1.1\r\nhost: relay\r\nconnection: close\r\n\r\n"
    )?;
    let mut told = String::new();
    socket.read_to_string(&mut told)?;
    let line = told
        .lines()
        .find_map(|line| line.strip_prefix("relay_waiting "));
    Ok(line.ok_or("no gauge of those that wait")?.trim().parse()?)
}
