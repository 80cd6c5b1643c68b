//! Reads Loop's full backup, an SQLite file, by the columns that are there: versions 12 to 25 are in the
//! wild, and what a version lacks is simply not said. Does not know SQL: plain rows come from the store.
//! Invariant: the file is never written to; all of it is read, or nothing.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::{Date, Time};

use super::PortError;
use super::loop_data::{self, Days, Entry, Gather, Kind, LoopData, LoopHabit};
use crate::life::Mark;
use crate::life::days;
use crate::store::foreign::{ForeignRow, Plain, Wanted, read_foreign};

const DAY_IN_MILLISECONDS: i64 = 86_400_000;

const HABITS: Wanted = Wanted {
    table: "Habits",
    needed: &["id", "name", "freq_num", "freq_den"],
    optional: &[
        "archived",
        "position",
        "reminder_hour",
        "reminder_min",
        "type",
        "unit",
        "uuid",
    ],
};

const REPETITIONS: Wanted = Wanted {
    table: "Repetitions",
    needed: &["habit", "timestamp"],
    optional: &["value", "notes"],
};

/// Reads a backup from a file on the disk.
///
/// # Errors
/// [`PortError`] says what is the matter with the file, never a word of it.
pub fn read_db(path: &Path) -> Result<LoopData, PortError> {
    let foreign = read_foreign(path, &[HABITS, REPETITIONS])?;
    let mut tables = foreign.tables.into_iter();
    let habits = tables.next().unwrap_or_default();
    let repetitions = tables.next().unwrap_or_default();

    let mut gather = Gather::default();
    let mut kinds = BTreeMap::new();
    let mut all = Vec::new();
    for (row, line) in habits.iter().zip(1..) {
        let bad = PortError::Malformed {
            part: "Habits",
            line,
        };
        let id = whole(row, "id").ok_or(bad)?;
        let kind = kind(row).ok_or(bad)?;
        if kinds.insert(id, kind).is_some() {
            return Err(bad);
        }
        all.push((whole(row, "position").unwrap_or(id), id, kind, row));
    }
    let mut marks = marks(&repetitions, &kinds, &mut gather)?;
    // Loop's CSV numbers them so: by place, from 1.
    all.sort_by_key(|(place, id, _, _)| (*place, *id));
    for ((_, id, kind, row), position) in all.into_iter().zip(1u32..) {
        let unit = text(row, "unit").filter(|_| kind == Kind::Numerical);
        let habit = LoopHabit {
            position,
            name: gather.name(text(row, "name").unwrap_or_default(), position),
            archived: whole(row, "archived").unwrap_or(0) != 0,
            rhythm: loop_data::rhythm(whole(row, "freq_num"), whole(row, "freq_den")),
            unit: unit.and_then(|unit| gather.unit(unit)),
            time: reminder(row),
            entries: Vec::new(),
            uuid: text(row, "uuid").and_then(uuid),
        };
        gather.habit(habit, marks.remove(&id).unwrap_or_default())?;
    }
    Ok(gather.finish())
}

fn marks(
    rows: &[ForeignRow],
    kinds: &BTreeMap<i64, Kind>,
    gather: &mut Gather,
) -> Result<BTreeMap<i64, Days>, PortError> {
    let mut all: BTreeMap<i64, Days> = BTreeMap::new();
    for (row, line) in rows.iter().zip(1..) {
        let bad = PortError::Malformed {
            part: "Repetitions",
            line,
        };
        // Rows of a habit that was deleted stay behind in some files.
        let Some((id, kind)) = whole(row, "habit").and_then(|id| Some((id, *kinds.get(&id)?)))
        else {
            continue;
        };
        let day = whole(row, "timestamp").and_then(day).ok_or(bad)?;
        let said = match row.get("value") {
            // Version 12 has no values: each row is a day done.
            None => Entry {
                mark: Some(Mark::Done),
                ..Entry::default()
            },
            Some(Plain::Int(number)) => loop_data::say_number(kind, *number).ok_or(bad)?,
            Some(_) => return Err(bad),
        };
        let note = text(row, "notes").unwrap_or_default();
        gather.day(all.entry(id).or_default(), day, said, note)?;
    }
    Ok(all)
}

fn kind(row: &ForeignRow) -> Option<Kind> {
    match row.get("type") {
        None | Some(Plain::Nothing | Plain::Int(0)) => Some(Kind::YesNo),
        Some(Plain::Int(1)) => Some(Kind::Numerical),
        Some(_) => None,
    }
}

/// The civil day of a timestamp: midnight UTC, in milliseconds.
fn day(timestamp: i64) -> Option<Date> {
    days::day_at(timestamp.div_euclid(DAY_IN_MILLISECONDS)).and_then(loop_data::believable)
}

fn reminder(row: &ForeignRow) -> Option<Time> {
    let hour = i8::try_from(whole(row, "reminder_hour")?).ok()?;
    let minute = i8::try_from(whole(row, "reminder_min")?).ok()?;
    Time::new(hour, minute, 0, 0).ok()
}

fn uuid(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    let fits = (8..=64).contains(&lower.len())
        && lower.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    fits.then_some(lower)
}

fn whole(row: &ForeignRow, column: &str) -> Option<i64> {
    match row.get(column) {
        Some(Plain::Int(number)) => Some(*number),
        _ => None,
    }
}

fn text<'a>(row: &'a ForeignRow, column: &str) -> Option<&'a str> {
    match row.get(column) {
        Some(Plain::Text(text)) => Some(text),
        _ => None,
    }
}
