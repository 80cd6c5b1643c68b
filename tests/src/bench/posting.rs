//! 64 clients post 1 KiB each, one after the other, to the real relay and to a log file behind the same HTTP, in turns.
//! Connections stay open, as between a relay and the TLS proxy before it. Invariant: a post that was not kept ends the run.

use super::Told;
use super::row::{Goal, Row, Unit, at, median};
use crate::process::{RelayProcess, today};
use alongside_core::post::{CreateInbox, HttpPostBox, PostBox};
use alongside_core::trust::inbox::{InboxSecret, SlotRoot, derive_inbox_registration, week_of};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const CLIENTS: u8 = 64;
const SIZE: usize = 1_024;
const ROUNDS: usize = 5;
const WARM: Duration = Duration::from_millis(500);
const SPAN: Duration = Duration::from_secs(4);

/// The row.
pub(super) fn row(folder: &Path) -> Told<Vec<Row>> {
    let place = folder.join("relay");
    std::fs::create_dir_all(&place)?;
    // The quotas are for people; everything else is as it ships. A file that holds the day would be read at each post.
    let relay = RelayProcess::start_by_the_clock(
        &place,
        &[
            ("RELAY_QUOTAS_SLOT_DAY_ITEMS", "100000000"),
            ("RELAY_QUOTAS_SLOT_DAY_BYTES", "1000000000000"),
            ("RELAY_QUOTAS_SLOT_BYTES", "1000000000000"),
        ],
    );
    let log = LogFile::start(&place)?;
    // The driver has one thread, so that the other core is the server's.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let tokens = runtime.block_on(make_slots(&relay.url, today()))?;
    let address = relay.url.trim_start_matches("http://").to_owned();
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    let (mut slow, mut slow_peers) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (address, rates, slowest) in [
            (&address, &mut ours, &mut slow),
            (&log.address, &mut peers, &mut slow_peers),
        ] {
            let mut times = runtime.block_on(drive(address, &tokens))?;
            #[allow(clippy::cast_precision_loss, reason = "a count of posts")]
            rates.push(times.len() as f64 / SPAN.as_secs_f64());
            slowest.push(at(&mut times, 0.99));
        }
    }
    let row = Row::against(
        "relay, durable append of 1 KiB, 64 clients",
        Unit::PerSecond,
        median(&mut ours),
        ("a log file with fdatasync behind the same HTTP", median(&mut peers)),
        Goal::AtLeast(0.6),
    )
    .also(
        "the slowest in a hundred",
        Unit::Micros,
        median(&mut slow),
        Goal::AtMost(5_000.0),
    )
    .note(format!(
        "the log file's slowest in a hundred: {:.2} ms; medians of {ROUNDS} rounds of {} s each, in turns; all on this machine",
        median(&mut slow_peers) / 1_000.0,
        SPAN.as_secs()
    ))
    .why("the goal is for a quiet machine of more than two cores: the clients share them with the relay");
    Ok(vec![row])
}

/// One inbox; each client has a slot of its own.
async fn make_slots(url: &str, day: u32) -> Told<Vec<[u8; 32]>> {
    let mut rng = ChaCha20Rng::seed_from_u64(64);
    let (inbox, root) = (InboxSecret::make(&mut rng), SlotRoot::make(&mut rng));
    let week = week_of(day);
    let new = derive_inbox_registration(&inbox, &root, &[0; 64], week);
    let new = CreateInbox {
        week,
        fetch_hash: new.fetch_hash,
        wake_hash: new.wake_hash,
        slot_hashes: new.slot_hashes.to_vec(),
    };
    HttpPostBox::new(url, None)?.create(None, &new).await?;
    let slots = 0..CLIENTS;
    Ok(slots
        .map(|slot| {
            let seed = root.derive_slot_seed(slot, 0);
            *seed.derive_slot_token(week).leak_bytes()
        })
        .collect())
}

/// All clients at once. Returns how long each post took, in microseconds, those of the warming up left out.
async fn drive(address: &str, tokens: &[[u8; 32]]) -> Told<Vec<f64>> {
    let begun = Instant::now();
    let clients = tokens.iter().map(|token| {
        let (address, token) = (address.to_owned(), *token);
        tokio::spawn(async move {
            let posted = client(&address, &token, begun).await;
            posted.map_err(|why| why.to_string())
        })
    });
    let clients: Vec<_> = clients.collect();
    let mut times = Vec::new();
    for client in clients {
        times.extend(client.await??);
    }
    Ok(times)
}

async fn client(address: &str, token: &[u8; 32], begun: Instant) -> Told<Vec<f64>> {
    let mut socket = TcpStream::connect(address).await?;
    socket.set_nodelay(true)?;
    // Another round has other bytes under other keys.
    let mut rng = ChaCha20Rng::from_rng(&mut rand_core::UnwrapErr(getrandom::SysRng));
    let bearer = URL_SAFE_NO_PAD.encode(token);
    let mut times = Vec::new();
    let mut answer = vec![0; 4_096];
    loop {
        let mut body = [0; SIZE];
        rng.fill_bytes(&mut body);
        let mut key = [0; 16];
        rng.fill_bytes(&mut key);
        let key = URL_SAFE_NO_PAD.encode(key);
        let head = format!(
            "POST /v1/post HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {bearer}\r\nidempotency-key: {key}\r\ncontent-type: application/octet-stream\r\ncontent-length: {SIZE}\r\n\r\n"
        );
        let request = [head.as_bytes(), &body].concat();
        let posted = Instant::now();
        socket.write_all(&request).await?;
        read_answer(&mut socket, &mut answer).await?;
        let since = begun.elapsed();
        if since > WARM + SPAN {
            return Ok(times);
        }
        if since > WARM {
            times.push(posted.elapsed().as_secs_f64() * 1e6);
        }
    }
}

/// One answer, whole: 200, and that the item was stored now.
async fn read_answer(socket: &mut TcpStream, answer: &mut [u8]) -> Told<()> {
    let mut filled = 0;
    loop {
        let room = answer.get_mut(filled..).ok_or("an answer is short")?;
        let count = socket.read(room).await?;
        if count == 0 {
            return Err("the post box hung up".into());
        }
        filled += count;
        let so_far = &answer[..filled];
        let Some(end) = so_far.windows(4).position(|four| four == b"\r\n\r\n") else {
            continue;
        };
        if !so_far.starts_with(b"HTTP/1.1 200") {
            let said = String::from_utf8_lossy(so_far).into_owned();
            return Err(format!("a post was not kept: {said}").into());
        }
        if filled >= end + 4 + 3 {
            let body = &so_far[end + 4..];
            return if body == [1, 1, 0] {
                Ok(())
            } else {
                Err("a post was there before".into())
            };
        }
    }
}

/// The log file's process.
struct LogFile {
    address: String,
    child: Child,
}

impl LogFile {
    fn start(folder: &Path) -> Told<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--part", "log-file"])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        let out = child.stdout.as_mut().ok_or("its words are read")?;
        BufReader::new(out).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on ");
        let address = address.ok_or("the log file did not start")?.to_owned();
        Ok(Self { address, child })
    }
}

impl Drop for LogFile {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
