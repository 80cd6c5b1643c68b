//! What the post box holds, as somebody who took its folder would read it: its own database, opened without the relay.
//! It knows the relay's tables and no key of anybody's.
//! Invariant: it looks at a copy, so that looking changes nothing.

use super::Told;
use super::town::Town;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A bit shift of the relay's: an item's number begins with its day.
const DAY_SHIFT: u32 = 47;

/// One envelope, or a part of one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kept {
    /// Its random id, in hex.
    pub id: String,
    /// The UTC day on which it came.
    pub day: u32,
    /// How many bytes.
    pub size: usize,
    /// How its bytes begin, in hex.
    pub start: String,
    /// Whether it still waits for its reader.
    pub waits: bool,
}

/// A copy of the post box's folder, and what its tables say.
#[derive(Debug)]
pub struct Shelf {
    /// Where the copy is.
    pub folder: PathBuf,
    /// Every file as it lay there, its log too: opening the copy may tidy that away.
    pub raw: BTreeMap<String, Vec<u8>>,
    /// Every envelope in it.
    pub kept: Vec<Kept>,
    /// Inboxes: the last day of each.
    pub inboxes: Vec<u32>,
    /// Every stored hash of a token.
    pub hashes: BTreeSet<Vec<u8>>,
    /// Tables with their columns.
    pub tables: BTreeMap<String, Vec<String>>,
}

impl Shelf {
    /// Copies the folder as it is at this moment and reads it.
    pub fn of(town: &Town) -> Told<Self> {
        let folder = town.folder.join("copy-of-post-box");
        let _ = std::fs::remove_dir_all(&folder);
        copy(&town.relay_folder, &folder)?;
        let raw = files(&folder)?;
        let db = rusqlite::Connection::open(folder.join("relay.db"))?;
        let mut kept = Vec::new();
        let mut items = db.prepare(
            "SELECT id, no, length(bytes), inbox IS NOT NULL, hex(substr(bytes, 1, 8)) FROM item",
        )?;
        let mut rows = items.query([])?;
        while let Some(row) = rows.next()? {
            let (id, place): (Vec<u8>, i64) = (row.get(0)?, row.get(1)?);
            kept.push(Kept {
                id: hex::encode(id),
                day: u32::try_from(place >> DAY_SHIFT)?,
                size: usize::try_from(row.get::<_, i64>(2)?)?,
                waits: row.get(3)?,
                start: row.get::<_, String>(4)?.to_lowercase(),
            });
        }
        kept.sort();
        let mut hashes = blobs(&db, "SELECT hash FROM slot")?;
        hashes.extend(blobs(&db, "SELECT fetch FROM inbox")?);
        hashes.extend(blobs(&db, "SELECT wake FROM inbox")?);
        let mut inboxes = Vec::new();
        let mut days = db.prepare("SELECT last_day FROM inbox")?;
        for day in days.query_map([], |row| row.get::<_, u32>(0))? {
            inboxes.push(day?);
        }
        let tables = tables(&db)?;
        drop(rows);
        drop((items, days));
        drop(db);
        Ok(Self {
            folder,
            raw,
            kept,
            inboxes,
            hashes,
            tables,
        })
    }

    /// The envelopes that wait.
    #[must_use]
    pub fn waiting(&self) -> Vec<Kept> {
        let waits = self.kept.iter().filter(|one| one.waits);
        waits.cloned().collect()
    }
}

fn blobs(db: &rusqlite::Connection, sql: &str) -> Told<BTreeSet<Vec<u8>>> {
    let mut statement = db.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get::<_, Vec<u8>>(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn tables(db: &rusqlite::Connection) -> Told<BTreeMap<String, Vec<String>>> {
    let sql = "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'";
    let mut statement = db.prepare(sql)?;
    let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for row in rows {
        let (table, column): (String, String) = row?;
        all.entry(table).or_default().push(column);
    }
    Ok(all)
}

/// Copies a folder's files.
pub(crate) fn copy(from: &Path, to: &Path) -> Told<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Every file of a folder, by name.
pub fn files(folder: &Path) -> Told<BTreeMap<String, Vec<u8>>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        all.insert(name, std::fs::read(entry.path())?);
    }
    Ok(all)
}
