//! The relay beside three peers in one run: NATS JetStream, nostr-rs-relay, automerge's sync server (`--peers`).
//! All have the same clients, bodies and disk, and take turns. Which of them answers before the disk has it is said in its row.
//! Invariant: a peer that can't be installed, started or asked ends the run with a failure.

mod nats;
mod nostr;

use super::Told;
use super::crowd::token;
use super::drive::{Figures, post_all, runtime};
use super::postgres::Server;
use super::posts::{Rounds, make_inbox};
use super::process::Process;
use super::row::{Goal, Row, Unit};
use serde::Deserialize;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const CLIENTS: usize = 32;
const SIZE: usize = 1_024;
const ROUNDS: usize = 3;
const SPAN: Duration = Duration::from_secs(4);

/// A peer's process; killed when dropped.
struct Peer {
    address: String,
    child: Child,
}

impl Peer {
    /// Starts it and waits until it listens on that port.
    fn start(mut command: Command, port: u16, log: &Path) -> Told<Self> {
        let said = std::fs::File::create(log)?;
        let child = command
            .stdin(Stdio::null())
            .stdout(said.try_clone()?)
            .stderr(said)
            .spawn()?;
        let peer = Self {
            address: format!("127.0.0.1:{port}"),
            child,
        };
        let begun = Instant::now();
        while std::net::TcpStream::connect(&peer.address).is_err() {
            if begun.elapsed() > Duration::from_secs(30) {
                let said = std::fs::read_to_string(log).unwrap_or_default();
                return Err(format!("a peer did not start: {said}").into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(peer)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where the peers' programs are; installs what is not there.
struct Programs {
    nats: PathBuf,
    nostr: PathBuf,
    automerge: PathBuf,
}

impl Programs {
    fn find() -> Told<Self> {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
        let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache"));
        let cache = cache.or_else(home).ok_or("no folder for caches")?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers.sh");
        let installed = Command::new(script)
            .arg(cache.join("alongside-tools"))
            .stderr(Stdio::inherit())
            .output()?;
        if !installed.status.success() {
            return Err("a peer can't be installed".into());
        }
        let said = String::from_utf8(installed.stdout)?;
        let place = |name: &str| {
            let mut lines = said.lines().filter_map(|line| line.split_once(' '));
            let found = lines.find(|(one, _)| *one == name);
            found
                .map(|(_, path)| PathBuf::from(path))
                .ok_or("a peer has no place")
        };
        Ok(Self {
            nats: place("nats")?,
            nostr: place("nostr")?,
            automerge: place("automerge")?,
        })
    }
}

/// The rows.
///
/// # Errors
/// When something could not be measured.
pub fn rows(folder: &Path) -> Told<Vec<Row>> {
    let programs = Programs::find()?;
    let server = Server::start();
    let runtime = runtime()?;
    let file = folder.join("relay.db");
    let on_file = Process::relay(file.to_str().ok_or("a folder of text")?)?;
    let on_postgres = Process::relay(&server.database())?;
    for relay in [&on_file, &on_postgres] {
        runtime.block_on(make_inbox(&relay.address))?;
    }
    let jet = nats::start(&programs.nats, folder)?;
    runtime.block_on(nats::make_stream(&jet.address))?;
    let nostr_file = nostr::start(&programs.nostr, folder, None)?;
    let nostr_postgres = nostr::start(&programs.nostr, folder, Some(&server.database()))?;
    let merge = automerge(&programs.automerge, folder)?;
    let mut all: [Rounds; 6] = Default::default();
    for _ in 0..ROUNDS {
        let [ours, ours_postgres, nats, nostr, nostr_on_postgres, merged] = &mut all;
        ours.add(runtime.block_on(post(&on_file.address))?);
        nats.add(runtime.block_on(nats::round(&jet.address))?);
        nostr.add(runtime.block_on(nostr::round(&nostr_file.address))?);
        ours_postgres.add(runtime.block_on(post(&on_postgres.address))?);
        nostr_on_postgres.add(runtime.block_on(nostr::round(&nostr_postgres.address))?);
        merged.add(sync(&programs.automerge, &merge.address)?);
    }
    let [ours, ours_postgres, nats, nostr, nostr_postgres, merged] =
        all.map(|mut rounds| rounds.median());
    let row = |store: &str, ours: Figures, peer: &str, figures: Figures| {
        Row::against(
            &format!("relay on {store} beside {peer}, {SIZE} bytes, {CLIENTS} clients"),
            Unit::PerSecond,
            ours.rate,
            (peer, figures.rate),
            Goal::AtLeast(1.0),
        )
        .note(ours.beside("the peer's", &figures))
    };
    Ok(vec![
        row("SQLite", ours, "NATS JetStream 2.15", nats)
            .note("sync_interval: always: each answers after fsync; no token, no look-up of an inbox, no repeated post known"),
        row("PostgreSQL", ours_postgres, "NATS JetStream 2.15", nats),
        row("PostgreSQL", ours_postgres, "nostr-rs-relay 0.8 on PostgreSQL", nostr_postgres)
            .note("synchronous_commit on, the same server: each answers after commit; the peer verifies a signature for each post"),
        row("SQLite", ours, "nostr-rs-relay 0.8 on SQLite", nostr)
            .note("the peer answers after a commit that is not synced (synchronous = NORMAL is written into it): ours is, so this is no equal durability"),
        row("SQLite", ours, "automerge's sync server 0.2", merged)
            .note("the peer answers from memory, writes files a moment later and never syncs them: it has no stronger setting"),
    ])
}

async fn post(address: &str) -> Told<Figures> {
    let slot = |number: usize, _: &mut _| token(0, u8::try_from(number + 2).unwrap_or(u8::MAX));
    post_all(address, CLIENTS, SIZE, SPAN, slot).await
}

/// A port that is free now.
fn free_port() -> Told<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn automerge(program: &Path, folder: &Path) -> Told<Peer> {
    let port = free_port()?;
    let mut command = Command::new("node");
    command
        .arg(program.join("node_modules/@automerge/automerge-repo-sync-server/src/index.js"))
        .env("PORT", port.to_string())
        .env("DATA_DIR", folder.join("automerge"));
    Peer::start(command, port, &folder.join("automerge.log"))
}

#[derive(Deserialize)]
struct Synced {
    rate: f64,
    p50: f64,
    p99: f64,
}

fn sync(program: &Path, address: &str) -> Told<Figures> {
    let output = Command::new("node")
        .arg(program.join("client.mjs"))
        .arg(format!("ws://{address}"))
        .args([
            CLIENTS.to_string(),
            SIZE.to_string(),
            SPAN.as_secs().to_string(),
        ])
        .stderr(Stdio::inherit())
        .output()?;
    let Synced { rate, p50, p99 } = serde_json::from_slice(&output.stdout)?;
    Ok(Figures { rate, p50, p99 })
}
