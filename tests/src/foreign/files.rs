//! Files that a person brings in: Loop's zip and its database, and our own export. A zip or a database that a fuzzer
//! bends by its bytes rarely holds together, so they are also made here, around names and cells that are a fuzzer's.

use super::fixture::{SECOND, with_fixture};
use super::letters::open;
use super::pieces::Pieces;
use super::{Met, place};
use crate::clock::TownClock;
use alongside_core::life::{ItemId, text};
use alongside_core::port::{
    Incoming, LoopData, json, loop_db as core_db, loop_zip as core_zip, plan_import, read_export,
    read_file, write_export,
};
use jiff::civil::date;
use rusqlite::types::Value;
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

/// Most bytes of a file here.
const FILE: usize = 1 << 20;

/// A zip as it comes, or one made of any names and tables.
pub fn loop_zip(bytes: &[u8]) -> Met {
    let mut met = Met::default();
    let mut from = Pieces::new(bytes);
    let file = match from.u8() % 2 {
        0 => from.rest().to_vec(),
        _ => zipped(&mut from),
    };
    if let Some(data) = met.takes(core_zip::read_zip(&file)) {
        brought(&data);
        let habits = &data.habits;
        met.rare = habits.len() == 2 && habits.iter().all(|habit| habit.archived);
    }
    met
}

fn zipped(from: &mut Pieces<'_>) -> Vec<u8> {
    const NAMES: [&str; 4] = [
        "Habits.csv",
        "001 a/Checkmarks.csv",
        "002 b/Checkmarks.csv",
        "Checkmarks.csv",
    ];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut left = 8;
    while !from.is_empty() && left > 0 {
        left -= 1;
        let which = usize::from(from.u8());
        let own = from.piece();
        let name = match NAMES.get(which) {
            Some(name) => (*name).to_owned(),
            None => String::from_utf8_lossy(own).into_owned(),
        };
        let stored = zip::CompressionMethod::Stored;
        let options = SimpleFileOptions::default();
        let options = if which.is_multiple_of(2) {
            options.compression_method(stored)
        } else {
            options
        };
        if zip.start_file(name, options).is_ok() {
            zip.write_all(from.piece()).unwrap();
        }
    }
    zip.finish().unwrap().into_inner()
}

/// What was read can be kept, and brought in again it adds nothing.
fn brought(data: &LoopData) {
    for habit in &data.habits {
        assert_eq!(text::name(&habit.name).as_deref(), Ok(habit.name.as_str()));
        for (_, entry) in &habit.entries {
            let note = entry.note.as_deref();
            assert!(note.is_none_or(|note| text::note(note).is_ok()), "a note");
        }
    }
    let mut next = 0_u8;
    let plan = plan_import(data, &[], date(2026, 2, 2), || {
        next = next.wrapping_add(1);
        ItemId([next; 8])
    });
    assert!(plan.routines.len() <= data.habits.len());
}

/// A database as it comes, or one with any cells in Loop's two tables.
pub fn loop_db(bytes: &[u8]) -> Met {
    let mut met = Met::default();
    let mut from = Pieces::new(bytes);
    let path = place("loop.db");
    match from.u8() % 3 {
        0 => std::fs::write(&path, from.rest()).unwrap(),
        1 => bent(&path, &mut from),
        _ => cells(&path, &mut from),
    }
    let about = std::fs::metadata(&path).unwrap();
    assert!(about.len() <= FILE as u64 * 4);
    let before = std::fs::read(&path).unwrap();
    if let Some(data) = met.takes(core_db::read_db(&path)) {
        brought(&data);
        let habits = &data.habits;
        met.rare = habits.len() == 2 && habits.iter().all(|one| one.time.is_some());
    }
    assert_eq!(
        std::fs::read(&path).unwrap(),
        before,
        "the file was written to"
    );
    let _ = read_file(&path);
    met
}

const SCHEMA: &str = "CREATE TABLE Habits (id INTEGER PRIMARY KEY, archived, freq_den, freq_num,
    name, position, reminder_hour, reminder_min, type, unit, uuid);
    CREATE TABLE Repetitions (id INTEGER PRIMARY KEY, habit, timestamp, value, notes);";

/// An empty database of Loop's form.
fn blank(path: &std::path::Path) -> rusqlite::Connection {
    let _ = std::fs::remove_file(path);
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA user_version = 25;",
    )
    .unwrap();
    db.execute_batch(SCHEMA).unwrap();
    db
}

/// One with two habits, some of its bytes changed.
fn bent(path: &std::path::Path, from: &mut Pieces<'_>) {
    let db = blank(path);
    db.execute_batch(
        "INSERT INTO Habits VALUES (1, 0, 7, 3, 'Walk', 0, NULL, NULL, 0, '', 'abcdef0123456789'),
            (2, 0, 1, 1, 'Water', 1, 8, 30, 1, 'ml', 'abcdef0123456780');
         INSERT INTO Repetitions VALUES (1, 1, 1769990400000, 2, 'by the river'),
            (2, 2, 1769990400000, 2500, NULL), (3, 1, 1769904000000, 3, NULL);",
    )
    .unwrap();
    drop(db);
    let mut file = std::fs::read(path).unwrap();
    for _ in 0..from.u8() % 16 {
        let at = u16::from_be_bytes(from.array());
        let by = from.u8();
        if let Some(byte) = file.get_mut(usize::from(at)) {
            *byte ^= by;
        }
    }
    if from.u8() % 4 == 3 {
        file.truncate(usize::from(u16::from_be_bytes(from.array())));
    }
    std::fs::write(path, file).unwrap();
}

fn cell(from: &mut Pieces<'_>) -> Value {
    match from.u8() % 8 {
        0 => Value::Null,
        1 | 2 => Value::Integer(i64::from(from.u8())),
        3 => Value::Integer(i64::from_be_bytes(from.array())),
        // Midnights around a day on which people use it.
        4 => Value::Integer((20_000 + i64::from(from.u8()) * 4) * 86_400_000),
        5 => Value::Real(f64::from_bits(u64::from_be_bytes(from.array()))),
        6 => Value::Blob(from.piece().to_vec()),
        _ => Value::Text(String::from_utf8_lossy(from.piece()).into_owned()),
    }
}

fn cells(path: &std::path::Path, from: &mut Pieces<'_>) {
    let db = blank(path);
    for _ in 0..16 {
        if from.is_empty() {
            break;
        }
        let (table, columns) = match from.u8() % 2 {
            0 => ("Habits", 10),
            _ => ("Repetitions", 4),
        };
        let places = vec!["?"; columns].join(", ");
        let row = (0..columns).map(|_| cell(from));
        let sql = format!("INSERT INTO {table} VALUES (NULL, {places})");
        db.execute(&sql, rusqlite::params_from_iter(row)).unwrap();
    }
}

/// An export, and what a home makes of it.
pub fn export(bytes: &[u8]) -> Met {
    let mut met = Met::default();
    let Some(home) = met.takes(read_export(bytes)) else {
        return met;
    };
    let written = write_export(&home).expect("what was read can be written");
    assert!(written.len() <= json::EXPORT_MAX);
    let again = read_export(written.as_bytes()).expect("what was written is read");
    // Things may stand in any order in a file; written again they have one.
    let twice = write_export(&again).expect("what was read can be written");
    assert_eq!(twice, written, "an export changed on its way");
    let known = ["A place of my own", "Repair bicycles"];
    met.rare = home
        .goals
        .iter()
        .any(|goal| !known.contains(&goal.name.as_str()));
    let path = place("export.json");
    std::fs::write(&path, bytes).unwrap();
    assert!(matches!(read_file(&path), Ok(Incoming::Export(_))));
    with_fixture(|fixture| {
        let mut robin = open(fixture, &TownClock::at(SECOND));
        let import = robin.plan_import(&path).expect("a plan");
        robin.bring_in(import).expect("it comes in");
        robin.today().expect("today");
        let import = robin.plan_import(&path).expect("a plan");
        assert!(import.is_empty(), "a second time it adds something");
    });
    met
}
