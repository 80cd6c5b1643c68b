//! Reads Loop's CSV export: a zip with Habits.csv and a folder for each habit, matched by its number.
//! Does not know the disk: bytes come in, names in the zip are compared and never used as paths.
//! Invariant: what is unpacked is bounded before it is unpacked; all of it is read, or nothing.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use jiff::civil::Date;
use zip::ZipArchive;

use super::PortError;
use super::loop_data::{self, Days, Gather, HABITS_MAX, Kind, LoopData, LoopHabit};

/// The largest zip that is read, in bytes.
pub const ZIP_MAX: usize = 16 << 20;
/// The most entries in a zip: two files and a folder for each habit, and a few more.
pub const FILES_MAX: usize = 3 * HABITS_MAX + 100;
/// The largest unpacked file that is read, in bytes.
const FILE_MAX: u64 = 8 << 20;
/// How much is unpacked altogether, in bytes.
const UNPACKED_MAX: u64 = 64 << 20;
/// Above this many bytes a file must not unpack to more than [`RATIO_MAX`] times its packed size. Ten
/// years of one word a day stay below a hundred.
const RATIO_FROM: u64 = 1 << 20;
const RATIO_MAX: u64 = 300;

type Rows = Vec<(u64, Vec<String>)>;

/// Reads a zip from its bytes.
///
/// # Errors
/// [`PortError`] says what is the matter with the file, never a word of it.
pub fn read_zip(bytes: &[u8]) -> Result<LoopData, PortError> {
    let mut zip = Unpacker::open(bytes)?;
    let habits = zip.table("Habits.csv", zip.habits)?;
    let mut rows = habits.into_iter();
    let (_, head) = rows.next().ok_or(PortError::NotWhole("Habits.csv"))?;
    let head = Head::read(&head)?;
    let mut gather = Gather::default();
    let mut seen = std::collections::BTreeSet::new();
    for (at, (line, row)) in rows.enumerate() {
        let bad = PortError::Malformed {
            part: "Habits.csv",
            line,
        };
        let (mut habit, kind) = head.habit(&row, at, &mut gather).ok_or(bad)?;
        if !seen.insert(habit.position) {
            return Err(bad);
        }
        if kind == Kind::YesNo {
            habit.unit = None;
        }
        let file = zip.folders.get(&habit.position).copied();
        let marks = zip.table("Checkmarks.csv", file)?;
        let days = checkmarks(&marks, kind, &mut gather)?;
        gather.habit(habit, days)?;
    }
    Ok(gather.finish())
}

/// Where the columns of Habits.csv are. Their names changed over the years.
struct Head {
    position: Option<usize>,
    name: usize,
    kind: Option<usize>,
    times: Option<usize>,
    days: Option<usize>,
    unit: Option<usize>,
    archived: Option<usize>,
}

impl Head {
    fn read(row: &[String]) -> Result<Head, PortError> {
        let column = |names: &[&str]| {
            row.iter().position(|cell| {
                names
                    .iter()
                    .any(|name| cell.trim().eq_ignore_ascii_case(name))
            })
        };
        Ok(Head {
            position: column(&["Position"]),
            name: column(&["Name"]).ok_or(PortError::NotKnown)?,
            kind: column(&["Type"]),
            times: column(&["FrequencyNumerator", "NumRepetitions"]),
            days: column(&["FrequencyDenominator", "Interval"]),
            unit: column(&["Unit"]),
            archived: column(&["Archived?", "Archived"]),
        })
    }

    fn habit(&self, row: &[String], at: usize, gather: &mut Gather) -> Option<(LoopHabit, Kind)> {
        let cell =
            |column: Option<usize>| column.and_then(|at| row.get(at)).map(|cell| cell.trim());
        let number = |column| match cell(column) {
            None | Some("") => Some(None),
            Some(digits) => digits.parse::<i64>().ok().map(Some),
        };
        let position = match cell(self.position) {
            Some(digits) => digits.parse().ok()?,
            None => u32::try_from(at + 1).ok()?,
        };
        let kind = match cell(self.kind) {
            None | Some("" | "YES_NO" | "0") => Kind::YesNo,
            Some("NUMERICAL" | "1") => Kind::Numerical,
            Some(_) => return None,
        };
        let archived = match cell(self.archived) {
            None | Some("" | "false" | "0") => false,
            Some("true" | "1") => true,
            Some(_) => return None,
        };
        let habit = LoopHabit {
            position,
            name: gather.name(row.get(self.name)?, position),
            archived,
            rhythm: loop_data::rhythm(number(self.times)?, number(self.days)?),
            unit: cell(self.unit).and_then(|unit| gather.unit(unit)),
            time: None,
            entries: Vec::new(),
            uuid: None,
        };
        Some((habit, kind))
    }
}

fn checkmarks(rows: &Rows, kind: Kind, gather: &mut Gather) -> Result<Days, PortError> {
    let mut days = Days::default();
    for (at, (line, row)) in rows.iter().enumerate() {
        let cell = |at: usize| row.get(at).map(String::as_str).unwrap_or_default();
        // Old files have no heading.
        if at == 0 && cell(0).trim().eq_ignore_ascii_case("date") {
            continue;
        }
        let bad = PortError::Malformed {
            part: "Checkmarks.csv",
            line: *line,
        };
        let day = day(cell(0).trim()).ok_or(bad)?;
        let said = loop_data::say_word(kind, cell(1).trim()).ok_or(bad)?;
        gather.day(&mut days, day, said, cell(2))?;
    }
    Ok(days)
}

fn day(text: &str) -> Option<Date> {
    if text.len() != 10 {
        return None;
    }
    text.parse().ok().and_then(loop_data::believable)
}

/// An opened zip whose names were looked at, and what may still be unpacked of it.
struct Unpacker<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    habits: Option<usize>,
    folders: BTreeMap<u32, usize>,
    left: u64,
}

impl<'a> Unpacker<'a> {
    fn open(bytes: &'a [u8]) -> Result<Self, PortError> {
        if bytes.len() > ZIP_MAX {
            return Err(PortError::TooLarge);
        }
        // Counted before the list of entries is built, which a crafted one would make very long.
        let listed = bytes.windows(4).filter(|four| *four == b"PK\x01\x02");
        if listed.take(FILES_MAX + 1).count() > FILES_MAX {
            return Err(PortError::TooLarge);
        }
        let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| PortError::Damaged)?;
        if zip.has_duplicate_names()
            || zip
                .has_overlapping_entries()
                .map_err(|_| PortError::Damaged)?
        {
            return Err(PortError::Unsafe);
        }
        let mut names = Vec::new();
        for at in 0..zip.len() {
            let name = zip.name_for_index(at).ok_or(PortError::Damaged)?;
            let name = name.map_err(|_| PortError::Unsafe)?.into_owned();
            if !is_plain(&name) {
                return Err(PortError::Unsafe);
            }
            names.push(name);
        }
        let (habits, folders) = find(&names)?;
        Ok(Unpacker {
            zip,
            habits: Some(habits),
            folders,
            left: UNPACKED_MAX,
        })
    }

    fn table(&mut self, part: &'static str, file: Option<usize>) -> Result<Rows, PortError> {
        let bytes = self.unpack(file.ok_or(PortError::NotWhole(part))?)?;
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(text);
        let mut rows = Rows::new();
        for row in reader.records() {
            let row = row.map_err(|error| PortError::Malformed {
                part,
                line: error.position().map_or(0, csv::Position::line),
            })?;
            let line = row.position().map_or(0, csv::Position::line);
            rows.push((line, row.iter().map(str::to_owned).collect()));
        }
        Ok(rows)
    }

    fn unpack(&mut self, file: usize) -> Result<Vec<u8>, PortError> {
        let file = self.zip.by_index(file).map_err(|_| PortError::Damaged)?;
        let packed = file.compressed_size();
        let max = FILE_MAX
            .min(self.left)
            .min(RATIO_FROM.max(packed.saturating_mul(RATIO_MAX)));
        let mut bytes = Vec::new();
        // What the zip says of its sizes is not believed: one byte more than allowed is enough to know.
        let mut reader = file.take(max + 1);
        reader
            .read_to_end(&mut bytes)
            .map_err(|_| PortError::Damaged)?;
        let size = bytes.len() as u64;
        if size > max {
            return Err(PortError::TooLarge);
        }
        self.left -= size;
        Ok(bytes)
    }
}

/// Where Habits.csv is, and for each habit's number its Checkmarks.csv. All may lie in one more folder,
/// as when someone unpacked and packed again.
fn find(names: &[String]) -> Result<(usize, BTreeMap<u32, usize>), PortError> {
    let is_habits = |name: &str| name == "Habits.csv" || name.ends_with("/Habits.csv");
    let mut all = (0..).zip(names).filter(|(_, name)| is_habits(name));
    let (habits, name) = all.next().ok_or(PortError::NotKnown)?;
    if all.next().is_some() {
        return Err(PortError::NotWhole("Habits.csv"));
    }
    let outer = name.strip_suffix("Habits.csv").unwrap_or_default();
    let mut folders = BTreeMap::new();
    for (at, name) in (0..).zip(names) {
        let inner = name.strip_prefix(outer).unwrap_or_default();
        let Some(folder) = inner.strip_suffix("/Checkmarks.csv") else {
            continue;
        };
        let digits = folder.split(' ').next().unwrap_or_default();
        if let Ok(number) = digits.parse::<u32>()
            && !folder.contains('/')
            && folders.insert(number, at).is_some()
        {
            return Err(PortError::NotWhole("Checkmarks.csv"));
        }
    }
    Ok((habits, folders))
}

fn is_plain(name: &str) -> bool {
    !name.starts_with('/')
        && !name.contains(['\\', '\0'])
        && name.get(1..2) != Some(":")
        && name.split('/').all(|part| part != ".." && part != ".")
}
