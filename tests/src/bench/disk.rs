//! What a life takes on disk, what a tick writes, and how long a durable mark takes.

use super::Told;
use super::kept::{Kept, SETTINGS};
use super::row::{Goal, Row, Unit, at, median, micros};
use alongside_core::companion::Companion;
use alongside_core::life::{ItemId, Mark};
use alongside_core::notebook::{Document, StoredDocument};
use jiff::ToSpan;
use jiff::civil::Date;
use rusqlite::Connection;
use std::path::Path;

/// Ticks whose bytes are counted: three foldings of the log and of the month.
const TICKS: usize = 300;
const ROUNDS: usize = 150;

/// What is kept of the notebook for me alone, as it lies in the store, against the gzip'd JSON of its present state.
pub(super) fn saved_history(kept: &Kept) -> Told<Vec<Row>> {
    let home = kept.copy("history")?;
    let store = kept.store(&home)?;
    let own: [u8; 32] = store
        .get("self", b"notebook")?
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or("a home has a notebook")?;
    let (mut snapshots, mut pending, mut folded, mut documents) = (0, 0, 0, 0);
    for name in store.names(&own)? {
        let rows = store.load_document(&own, &name)?.ok_or("a document")?;
        documents += 1;
        snapshots += rows.snapshot.as_ref().map_or(0, Vec::len);
        pending += rows.changes.iter().map(Vec::len).sum::<usize>();
        let stored = StoredDocument {
            actor: rows.actor.try_into().map_err(|_| "an actor")?,
            snapshot: rows.snapshot,
            changes: rows.changes,
        };
        folded += Document::load(&stored)?.save().len();
    }
    let json = std::fs::metadata(kept.folder.join("life.json.gz"))?.len();
    let row = Row::against(
        "saved history, as it lies in the store",
        Unit::Bytes,
        to_f64(snapshots + pending),
        ("gzip'd JSON of the present state", to_f64(json)),
        Goal::AtMost(1.0),
    )
    .note(format!(
        "{documents} documents: {} kB folded, {} kB of changes that wait to be folded; all folded it would be {} kB, {:.2}x",
        snapshots / 1_000,
        pending / 1_000,
        folded / 1_000,
        to_f64(folded) / to_f64(json)
    ))
    .why("each document is deflated for itself, with who wrote what after what; the JSON is one piece without history");
    Ok(vec![row])
}

/// Bytes given to write calls by this process so far.
fn written() -> Told<u64> {
    let io = std::fs::read_to_string("/proc/self/io")?;
    let line = io.lines().find_map(|line| line.strip_prefix("wchar: "));
    Ok(line.ok_or("the system counts what is written")?.parse()?)
}

/// Ticks by the front door on a phone that has another device: the change, today's page, what undo needs, what waits for
/// the other device; the month folded each hundred changes, the log folded into the file, at the end all of it.
pub(super) fn bytes_of_a_tick(kept: &Kept) -> Told<Vec<Row>> {
    let home = kept.copy("tick")?;
    let mut app = kept.open(&home)?;
    // What was open before is not the ticks' business.
    fold(kept, &home, app)?;
    app = kept.open(&home)?;
    let before = written()?;
    for number in 0..TICKS {
        let (id, day, mark) = next_mark(kept, &mut app, number)?;
        app.mark_with(id, day, Some(mark), None, None)?;
    }
    fold(kept, &home, app)?;
    let each = to_f64(written()? - before) / to_f64(TICKS);
    let row = Row::alone(
        "bytes written for a tick, checkpoint too",
        Unit::Bytes,
        each,
        Goal::AtMost(4_096.0),
    )
    .note(format!(
        "mean of {TICKS} ticks on the newest days, the month's foldings among them"
    ))
    .why("a deed touches three pages of 1 KiB and more where a page is full: the change, today's marks, what undo needs");
    Ok(vec![row])
}

/// The mark of this number: routine after routine, then the day before; one that stands turns to the other.
fn next_mark(kept: &Kept, app: &mut Companion, number: usize) -> Told<(ItemId, Date, Mark)> {
    let each = kept.routines.len();
    let id = kept.routines[number % each];
    let day = app.now().today;
    let day = day.saturating_sub(i64::try_from(number / each)?.days());
    let mark = match app.record(id, day)?.mark {
        Some(Mark::Done) => Mark::Rest,
        _ => Mark::Done,
    };
    Ok((id, day, mark))
}

/// Closes the home and folds its log into the file.
fn fold(kept: &Kept, home: &Path, app: Companion) -> Told<()> {
    drop(app);
    let conn = kept.connect(&home.join("alongside.db"))?;
    conn.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    let busy: i64 = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 {
        Ok(())
    } else {
        Err("the log was not folded".into())
    }
}

/// A mark until it is durable, against a transaction of one row of the same size in a bare file: same settings, key, disk.
pub(super) fn durable_mark(kept: &Kept) -> Told<Vec<Row>> {
    let home = kept.copy("mark")?;
    let mut app = kept.open(&home)?;
    let bare = kept.folder.join("bare.db");
    let conn = bare_file(kept, &bare)?;
    let (mut ours, mut peers) = (Vec::new(), Vec::new());
    for number in 0..ROUNDS {
        let (id, day, mark) = next_mark(kept, &mut app, number)?;
        let (took, done) = micros(|| app.mark_with(id, day, Some(mark), None, None));
        done?;
        let bytes = vec![u8::try_from(number % 251)?; 150];
        let (took_bare, done) =
            micros(|| conn.execute("INSERT INTO changes (bytes) VALUES (?1)", [bytes]));
        done?;
        ours.push(took);
        peers.push(took_bare);
    }
    let (slow, slow_bare) = (at(&mut ours, 0.99), at(&mut peers, 0.99));
    let row = Row::against(
        "a durable mark",
        Unit::Micros,
        median(&mut ours),
        ("a bare SQLite transaction", median(&mut peers)),
        Goal::AtMost(3.0),
    )
    .note(format!(
        "the slowest in a hundred: {:.1} ms : {:.1} ms",
        slow / 1_000.0,
        slow_bare / 1_000.0
    ))
    .why("a mark also reads the week and the core document for today's page");
    Ok(vec![row])
}

fn bare_file(kept: &Kept, file: &Path) -> Told<Connection> {
    let conn = kept.connect(file)?;
    conn.execute_batch(SETTINGS)?;
    conn.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    conn.execute_batch(
        "PRAGMA wal_autocheckpoint = 256;
         CREATE TABLE changes (at INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT",
    )?;
    Ok(conn)
}

#[allow(clippy::cast_precision_loss, reason = "counts of bytes")]
fn to_f64(count: impl TryInto<u64>) -> f64 {
    count.try_into().unwrap_or(u64::MAX) as f64
}
