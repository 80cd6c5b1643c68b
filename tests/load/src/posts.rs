//! How many posts of 1 KiB a second are kept, on each store, beside a floor of equal durability; and beside another build of the relay.
//! All take turns over the same disk. Invariant: a post that was not kept ends the run.

use super::Told;
use super::crowd::{new_inbox, token};
use super::drive::{Figures, Http, post_all, refused, runtime};
use super::floor::write_alone;
use super::postgres::Server;
use super::process::{Process, own, today};
use super::row::{Goal, Row, Unit, median};
use relay::wire::write_create;
use std::path::Path;
use std::time::Duration;

const CLIENTS: usize = 64;
const SIZE: usize = 1_024;
const ROUNDS: usize = 5;
const SPAN: Duration = Duration::from_secs(4);

/// The medians of several rounds.
#[derive(Debug, Default)]
pub struct Rounds {
    rates: Vec<f64>,
    p50s: Vec<f64>,
    p99s: Vec<f64>,
}

impl Rounds {
    /// One more.
    pub fn add(&mut self, figures: Figures) {
        self.rates.push(figures.rate);
        self.p50s.push(figures.p50);
        self.p99s.push(figures.p99);
    }

    /// The middle of each.
    pub fn median(&mut self) -> Figures {
        Figures {
            rate: median(&mut self.rates),
            p50: median(&mut self.p50s),
            p99: median(&mut self.p99s),
        }
    }
}

/// Makes the inbox at place 0, all of whose slots can be used.
///
/// # Errors
/// When it is not made.
pub async fn make_inbox(address: &str) -> Told<()> {
    let mut http = Http::connect(address).await?;
    let body = write_create(&new_inbox(0, today()));
    // The token is not looked at: the box is open.
    http.send("/v1/create", &[0; 32], None, &body).await?;
    match http.answer().await? {
        (200 | 201, _) => Ok(()),
        (status, said) => Err(refused("the inbox was not made", status, said)),
    }
}

/// Each client through a slot of its own.
async fn round(address: &str, clients: usize, span: Duration) -> Told<Figures> {
    let slot = |number: usize, _: &mut _| token(0, u8::try_from(number + 2).unwrap_or(u8::MAX));
    post_all(address, clients, SIZE, span, slot).await
}

/// The row of the embedded store.
///
/// # Errors
/// When something could not be measured.
pub fn sqlite(folder: &Path) -> Told<Vec<Row>> {
    let file = folder.join("relay.db");
    let relay = Process::relay(file.to_str().ok_or("a folder of text")?)?;
    let log = Process::start(own("log-file", folder.to_str().ok_or("a folder of text")?)?)?;
    let runtime = runtime()?;
    let (mut ours, mut floor) = (Rounds::default(), Rounds::default());
    runtime.block_on(make_inbox(&relay.address))?;
    for _ in 0..ROUNDS {
        ours.add(runtime.block_on(round(&relay.address, CLIENTS, SPAN))?);
        floor.add(runtime.block_on(round(&log.address, CLIENTS, SPAN))?);
    }
    let (ours, floor) = (ours.median(), floor.median());
    let row = Row::against(
        "relay on SQLite, durable append of 1 KiB, 64 clients",
        Unit::PerSecond,
        ours.rate,
        ("a log file with fdatasync behind the same HTTP", floor.rate),
        Goal::AtLeast(0.6),
    )
    .also("the slowest in a hundred", Unit::Micros, ours.p99, Goal::AtMost(5_000.0))
    .note(format!(
        "the log file's slowest in a hundred: {:.2} ms; medians of {ROUNDS} rounds of {} s each, in turns; all on this machine",
        floor.p99 / 1_000.0,
        SPAN.as_secs()
    ))
    .why("the goal is for a quiet machine of more than two cores: the clients share them with the relay");
    Ok(vec![row])
}

/// The rows of PostgreSQL.
///
/// # Errors
/// When something could not be measured.
pub fn postgres() -> Told<Vec<Row>> {
    let server = Server::start();
    let runtime = runtime()?;
    let [ours, bare, barest] = [server.database(), server.database(), server.database()];
    // The bare writer finds the tables, and one inbox, as a relay leaves them.
    for bare in [&bare, &barest] {
        let maker = Process::relay(bare)?;
        runtime.block_on(make_inbox(&maker.address))?;
        maker.stop()?;
    }
    let relay = Process::relay(&ours)?;
    runtime.block_on(make_inbox(&relay.address))?;
    let floor = Process::start(own("bare-writer", &bare)?)?;
    let (mut whole, mut floors, mut alone, mut shared) =
        (Rounds::default(), Rounds::default(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let before = transactions(&server, &ours)?;
        let figures = runtime.block_on(round(&relay.address, CLIENTS, SPAN))?;
        // Those of the warming up are in both.
        let seconds = SPAN.as_secs_f64() + 0.5;
        let together = figures.rate * seconds / (transactions(&server, &ours)? - before).max(1.0);
        shared.push(together);
        whole.add(figures);
        floors.add(runtime.block_on(round(&floor.address, CLIENTS, SPAN))?);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a handful of posts"
        )]
        let together = together.round().max(1.0) as usize;
        alone.push(runtime.block_on(write_alone(&barest, together, SPAN))?);
    }
    let (whole, floor, alone, shared) = (
        whole.median(),
        floors.median(),
        median(&mut alone),
        median(&mut shared),
    );
    let row = Row::against(
        "relay on PostgreSQL, durable append of 1 KiB, 64 clients",
        Unit::PerSecond,
        whole.rate,
        ("one bare batched writer behind the same HTTP", floor.rate),
        Goal::AtLeast(0.8),
    )
    .note(format!(
        "{}; {shared:.0} posts in a transaction",
        whole.beside("the floor's", &floor)
    ))
    .note(format!(
        "the bare writer without HTTP and clients, {shared:.0} in a transaction: {alone:.0}/s, so the whole relay with its clients is {:.2}x of it",
        whole.rate / alone
    ));
    Ok(vec![row])
}

/// Transactions in which a relay wrote to this database, as far as it has told: each counts once in the tally.
fn transactions(server: &Server, database: &str) -> Told<f64> {
    // A session tells its counts a second after its last transaction at the latest.
    std::thread::sleep(Duration::from_millis(1_200));
    let sql = "SELECT n_tup_ins + n_tup_upd FROM pg_stat_user_tables WHERE relname = 'tally'";
    Ok(server.tell(database, sql).trim().parse()?)
}

/// This relay beside another build of it, with 1, 8 and 64 clients on each store.
///
/// # Errors
/// When something could not be measured.
pub fn against(folder: &Path, other: &Path) -> Told<Vec<Row>> {
    let server = Server::start();
    let runtime = runtime()?;
    let mut rows = Vec::new();
    for store in ["SQLite", "PostgreSQL"] {
        let place = |name: &str| match store {
            "SQLite" => folder.join(name).to_str().map(str::to_owned),
            _ => Some(server.database()),
        };
        let ours = Process::relay(&place("ours.db").ok_or("a folder of text")?)?;
        let theirs = Process::relay_of(other, &place("other.db").ok_or("a folder of text")?)?;
        runtime.block_on(make_inbox(&ours.address))?;
        runtime.block_on(make_inbox(&theirs.address))?;
        for clients in [1, 8, 64] {
            let (mut this, mut that) = (Rounds::default(), Rounds::default());
            for _ in 0..ROUNDS {
                let span = Duration::from_secs(2);
                this.add(runtime.block_on(round(&ours.address, clients, span))?);
                that.add(runtime.block_on(round(&theirs.address, clients, span))?);
            }
            let (this, that) = (this.median(), that.median());
            let row = Row::against(
                &format!("this relay on {store}, {clients} clients"),
                Unit::PerSecond,
                this.rate,
                ("the other build", that.rate),
                Goal::AtLeast(1.0),
            )
            .note(this.beside("the other", &that));
            rows.push(row);
        }
    }
    Ok(rows)
}
