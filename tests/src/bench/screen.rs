//! What a person waits for: the first screen, and to be ready to edit. Each against its peer, in turns.

use super::Told;
use super::kept::{Kept, SETTINGS};
use super::row::{Goal, Row, Unit, median, micros};
use flate2::read::GzDecoder;
use rusqlite::Connection;
use serde::Deserialize;
use std::hint::black_box;
use std::io::Read;
use std::path::Path;

const ROUNDS: usize = 101;

/// Both rows.
pub(super) fn rows(kept: &Kept) -> Told<Vec<Row>> {
    Ok(vec![first_screen(kept)?, ready_to_edit(kept)?])
}

/// The app is opened, and today's page read; a bare SQLite opens a file in the open with the same rows, and reads them.
fn first_screen(kept: &Kept) -> Told<Row> {
    let home = kept.copy("screen")?;
    let plain = kept.folder.join("plain.db");
    make_plain_twin(kept, &plain)?;
    let (mut ours, mut peers, mut again, mut peers_again) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (took, opened) = micros(|| -> Told<_> {
            let mut app = kept.open(&home)?;
            let page = app.today()?;
            Ok((app, page))
        });
        let (mut app, page) = opened?;
        assert_eq!(page.items.len(), kept.routines.len());
        let (took_again, page) = micros(|| app.today());
        black_box(page?);
        drop(app);
        let (bare, opened) = micros(|| -> Told<_> {
            let conn = Connection::open(&plain)?;
            conn.execute_batch(SETTINGS)?;
            black_box(bare_read(&conn)?);
            Ok(conn)
        });
        let conn = opened?;
        let (bare_again, page) = micros(|| bare_page(&conn));
        black_box(page?);
        // The first round warms the system's cache.
        if round > 0 {
            ours.push(took);
            peers.push(bare);
            again.push(took_again);
            peers_again.push(bare_again);
        }
    }
    let open = median(&mut again) / median(&mut peers_again);
    Ok(Row::against(
        "first screen, warm, encrypted",
        Unit::Micros,
        median(&mut ours),
        ("bare SQLite, the same rows in the open", median(&mut peers)),
        Goal::AtMost(1.5),
    )
    .note(format!(
        "both open their file each time; in an open home the page alone is read in {:.0} us, {open:.2}x",
        median(&mut again)
    ))
    .why("opening also takes the home's lock, derives the file's keys and looks through the log for damage"))
}

/// The same tables and rows without a cipher.
fn make_plain_twin(kept: &Kept, plain: &Path) -> Told<()> {
    let home = kept.copy("twin")?;
    let conn = kept.connect(&home.join("alongside.db"))?;
    let name = plain.to_str().ok_or("a path of text")?;
    conn.execute("ATTACH DATABASE ?1 AS plain KEY ''", [name])?;
    conn.execute_batch("PRAGMA plain.page_size = 1024")?;
    conn.query_row("SELECT sqlcipher_export('plain')", [], |_| Ok(()))?;
    conn.execute_batch("DETACH DATABASE plain")?;
    let plain = Connection::open(plain)?;
    plain.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    Ok(())
}

fn bare_read(conn: &Connection) -> Told<(Vec<u8>, Vec<u8>, Vec<u8>)> {
    let mut own = conn.prepare("SELECT value FROM records WHERE ns = 'self' AND key = ?1")?;
    let home = own.query_row([b"home"], |row| row.get(0))?;
    let notebook = own.query_row([b"notebook"], |row| row.get(0))?;
    Ok((home, notebook, bare_page(conn)?))
}

fn bare_page(conn: &Connection) -> Told<Vec<u8>> {
    let mut pages = conn.prepare("SELECT size, value FROM pages WHERE name = ?1")?;
    let still: Vec<u8> = pages.query_row(["today"], |row| row.get(1))?;
    let moving: Vec<u8> = pages.query_row(["today-marks"], |row| row.get(1))?;
    Ok([still, moving].concat())
}

/// The app is opened, a routine and a day of this month looked at: both documents are open then, and the next deed
/// edits them. Its peer reads, unpacks and parses the JSON of the whole life.
fn ready_to_edit(kept: &Kept) -> Told<Row> {
    let home = kept.copy("edit")?;
    let packed = kept.folder.join("life.json.gz");
    let id = *kept.routines.first().ok_or("a routine")?;
    let (mut ours, mut peers, mut untyped) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (took, app) = micros(|| -> Told<_> {
            let mut app = kept.open(&home)?;
            let today = app.now().today;
            black_box((app.routine(id)?, app.record(id, today)?));
            Ok(app)
        });
        drop(app?);
        let (bare, read) = micros(|| -> Told<_> {
            let mut json = Vec::new();
            GzDecoder::new(std::fs::File::open(&packed)?).read_to_end(&mut json)?;
            Ok(serde_json::from_slice::<Whole>(&json)?)
        });
        assert_eq!(read?.routines.len(), kept.routines.len());
        if round > 0 {
            ours.push(took);
            peers.push(bare);
        }
        if round % 10 == 1 {
            let (took, read) = micros(|| -> Told<_> {
                let mut json = Vec::new();
                GzDecoder::new(std::fs::File::open(&packed)?).read_to_end(&mut json)?;
                Ok(serde_json::from_slice::<serde_json::Value>(&json)?)
            });
            black_box(read?);
            untyped.push(took);
        }
    }
    Ok(Row::against(
        "ready to edit: core and this month",
        Unit::Micros,
        median(&mut ours),
        (
            "reading the gzip'd JSON of the same life",
            median(&mut peers),
        ),
        Goal::AtMost(0.5),
    )
    .note(format!(
        "the JSON is read into typed lists, the quicker way; as a tree it takes {:.2} ms",
        median(&mut untyped) / 1_000.0
    )))
}

/// The export, as lean as serde reads it.
#[derive(Deserialize)]
#[allow(dead_code, reason = "read to be measured")]
struct Whole {
    routines: Vec<WholeRoutine>,
    goals: Vec<Thing>,
    steps: Vec<Thing>,
    people: Vec<Person>,
    words: Vec<Word>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "read to be measured")]
struct WholeRoutine {
    id: String,
    name: String,
    rhythm: String,
    days: Vec<Day>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "read to be measured")]
struct Day {
    day: String,
    mark: Option<String>,
    #[serde(default)]
    notes: Vec<String>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "read to be measured")]
struct Thing {
    id: String,
    name: String,
    state: String,
    started: String,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "read to be measured")]
struct Person {
    who: String,
    name: String,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "read to be measured")]
struct Word {
    id: String,
    who: String,
    day: String,
    kind: String,
    #[serde(default)]
    text: String,
}
