//! The store in one SQLite file (or in memory): WAL, `synchronous=FULL`, `secure_delete`, one writer, readers apart.
//! Knows SQL; knows no tokens and no days but those it is given.
//! Invariant: rows lie in an order that follows random numbers and hashes only, and pages are laid out afresh at each day's turn.
//! Long because one store is followed from its file to its answers in one place.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension, Row, params};

use super::copy::State;
use super::sqlite_books::{DAY_SHIFT, Numbers, SqliteBooks, Sums};
use super::sqlite_log::{CAP, Log};
use super::{Background, Books, Ended, Inbox, InboxNo, Item, Needs, Store, StoreError, View};
use crate::chance::Chance;
use crate::files;

pub(super) const SCHEMA: &str = include_str!("schema.sql");
pub(super) const SCHEMA_VERSION: i64 = 2;
/// From the first version to the second.
const WAKE_ADDRESSES: &str = "BEGIN IMMEDIATE; ALTER TABLE inbox ADD COLUMN wake_address BLOB; PRAGMA user_version = 2; COMMIT";
/// "AlRe": so that another program's database is never taken for ours.
pub(super) const APPLICATION_ID: i64 = 0x416c_5265;
/// The writer's page cache, in KiB: the table's upper levels. SQLite looks through all of it at each commit that moved pages, so more is slower.
const CACHE_KIB: i64 = 16_384;
/// A database above this is not laid out afresh each day: it would keep posts waiting for too long.
const TIDY_UP_TO: u64 = 256 << 20;

pub(super) const INBOX_BY_FETCH: &str = "SELECT no, fetch, made, last_day, gone_through, expired_through, refused_at FROM inbox WHERE fetch = ?1";
pub(super) const HIGHEST_KEPT: &str = "SELECT coalesce(max(number), 0) FROM item WHERE inbox = ?1";
const WAKE_ADDRESS: &str = "SELECT wake_address FROM inbox WHERE no = ?1 AND wake_address IS NOT NULL AND EXISTS (SELECT 1 FROM item WHERE item.inbox = inbox.no)";
const INBOX_BY_WAKE: &str = "SELECT no, fetch, made, last_day, gone_through, expired_through, refused_at FROM inbox WHERE wake = ?1";

/// The writer's side.
pub struct Sqlite {
    view: SqliteView,
    place: Option<Place>,
    key: [u8; 32],
    sums: Sums,
    numbers: Numbers,
}

struct Place {
    path: PathBuf,
    log: Log,
    // Held until the store is dropped: one relay for each file.
    _lock: File,
}

/// A reader's side: a connection that only reads.
pub struct SqliteView {
    db: Connection,
}

impl Sqlite {
    /// A store that is gone with the value; for simulations.
    ///
    /// # Errors
    /// [`StoreError`] when SQLite does not start.
    pub fn in_memory(chance: &mut Chance) -> Result<Self, StoreError> {
        let db = Connection::open_in_memory().map_err(class)?;
        Self::prepare(db, None, chance)
    }

    /// Opens the file, and makes it when it is not there.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Damaged`], [`StoreError::Newer`]: the file is left as it is.
    pub fn open(path: &Path, chance: &mut Chance) -> Result<Self, StoreError> {
        files::make_folder(path).map_err(|_| StoreError::NoFolder)?;
        // Both are for the relay's own user alone; SQLite gives the files beside its own the same rights.
        let lock = lock(path)?;
        files::private(path, false).map_err(|_| StoreError::NoFolder)?;
        let db = Connection::open(path).map_err(class)?;
        let place = Place {
            path: path.to_owned(),
            log: Log::new(),
            _lock: lock,
        };
        Self::prepare(db, Some(place), chance)
    }

    fn prepare(
        db: Connection,
        place: Option<Place>,
        chance: &mut Chance,
    ) -> Result<Self, StoreError> {
        let tables: i64 = db
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .map_err(class)?;
        if tables == 0 {
            db.pragma_update(None, "application_id", APPLICATION_ID)
                .map_err(class)?;
        }
        let application: i64 = db
            .pragma_query_value(None, "application_id", |row| row.get(0))
            .map_err(class)?;
        let version: i64 = db
            .pragma_query_value(None, "user_version", |row| row.get(0))
            .map_err(class)?;
        if application != APPLICATION_ID {
            return Err(StoreError::Damaged);
        }
        State::of(version, SCHEMA_VERSION)?.ready()?;
        settle(&db)?;
        if place.is_some() {
            let _: String = db
                .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
                .map_err(class)?;
            db.execute_batch(&format!("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -{CACHE_KIB}")).map_err(class)?;
            db.pragma_update(
                None,
                "journal_size_limit",
                i64::try_from(CAP).unwrap_or(i64::MAX),
            )
            .map_err(class)?;
        }
        if version == 0 {
            let key = chance.make::<32>()?;
            db.execute_batch(&format!(
                "BEGIN IMMEDIATE; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION};"
            ))
            .map_err(class)?;
            db.execute(
                "INSERT INTO box (one, key, last_day) VALUES (1, ?1, 0)",
                params![key],
            )
            .map_err(class)?;
            db.execute_batch("COMMIT").map_err(class)?;
        } else if version == 1 {
            db.execute_batch(WAKE_ADDRESSES).map_err(class)?;
        }
        let (key, last_day) = db
            .query_row("SELECT key, last_day FROM box", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .map_err(class)?;
        let inboxes = db
            .query_row("SELECT count(*) FROM inbox", [], |row| row.get(0))
            .map_err(class)?;
        let view = SqliteView { db };
        Ok(Self {
            view,
            place,
            key,
            sums: Sums {
                last_day,
                inboxes: natural(inboxes),
                written: 0,
            },
            numbers: Numbers::new(),
        })
    }
}

impl Sqlite {
    fn transact(
        &mut self,
        work: &mut dyn FnMut(&mut SqliteBooks<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let db = &self.view.db;
        if let Some(place) = &mut self.place {
            // What was written is durable already: a log that could not be copied now is copied later.
            let _ = place.log.shorten(db);
        }
        let before = self.sums;
        db.execute_batch("BEGIN IMMEDIATE").map_err(class)?;
        let done = work(&mut SqliteBooks::new(db, &mut self.sums, &mut self.numbers));
        if let Err(error) = done.and_then(|()| db.execute_batch("COMMIT").map_err(class)) {
            // Where SQLite has ended the transaction by itself this says so, and there is nothing more to do.
            let _ = db.execute_batch("ROLLBACK");
            self.sums = before;
            self.numbers.clear();
            return Err(error);
        }
        if let Some(place) = &mut self.place {
            place.log.grew(std::mem::take(&mut self.sums.written));
        }
        Ok(())
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        if let Some(place) = &mut self.place {
            // The log is sound where it is; it is only tidier inside the database.
            let _ = place.log.empty(&self.view.db);
        }
    }
}

impl View for SqliteView {
    fn inbox_by_fetch(&self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError> {
        self.inbox(INBOX_BY_FETCH, hash)
    }

    fn inbox_by_wake(&self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError> {
        self.inbox(INBOX_BY_WAKE, hash)
    }

    fn items_after(
        &self,
        inbox: &Inbox,
        number: u64,
        max_items: usize,
        max_bytes: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let mut sought = self
            .db
            .prepare(
                "SELECT id, number, no, bytes FROM item WHERE inbox = ?1 AND number > ?2 ORDER BY number LIMIT ?3",
            )
            .map_err(class)?;
        let most = i64::try_from(max_items).unwrap_or(i64::MAX);
        let mut rows = sought
            .query(params![inbox.no.0, whole(number), most])
            .map_err(class)?;
        let (mut items, mut total) = (Vec::new(), 0_usize);
        while let Some(row) = rows.next().map_err(class)? {
            let item = item(row).map_err(class)?;
            total = total.saturating_add(item.bytes.len());
            if total > max_bytes && !items.is_empty() {
                break;
            }
            items.push(item);
        }
        Ok(items)
    }

    fn highest_kept(&self, inbox: &Inbox) -> Result<u64, StoreError> {
        self.db
            .query_row(HIGHEST_KEPT, [inbox.no.0], |row| row.get(0))
            .map(natural)
            .map_err(class)
    }

    fn wake_addresses(&self, inboxes: &[InboxNo]) -> Result<Vec<[u8; 32]>, StoreError> {
        let mut sought = self.db.prepare(WAKE_ADDRESS).map_err(class)?;
        let mut found = Vec::new();
        for inbox in inboxes {
            let address: rusqlite::Result<[u8; 32]> = sought.query_row([inbox.0], |row| row.get(0));
            found.extend(address.optional().map_err(class)?);
        }
        found.sort_unstable();
        Ok(found)
    }
}

impl SqliteView {
    fn inbox(&self, sql: &str, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError> {
        self.db
            .query_row(sql, [hash.as_slice()], inbox)
            .optional()
            .map_err(class)
    }
}

impl Store for Sqlite {
    fn write(
        &mut self,
        _needs: &Needs,
        work: &mut dyn FnMut(&mut dyn Books) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.transact(&mut |books| work(books))
    }

    fn turn_day(&mut self, day: u32) -> Result<Option<Ended>, StoreError> {
        if day <= self.sums.last_day {
            return Ok(None);
        }
        let mut ended = None;
        self.transact(&mut |books| {
            ended = Some(books.turn_day(day)?);
            Ok(())
        })?;
        Ok(ended)
    }

    fn view(&self) -> &dyn View {
        &self.view
    }

    fn key(&self) -> [u8; 32] {
        self.key
    }

    fn last_day(&self) -> u32 {
        self.sums.last_day
    }

    fn inboxes(&self) -> u64 {
        self.sums.inboxes
    }

    fn kept_bytes(&self) -> Result<u64, StoreError> {
        let sum = |name| {
            self.view
                .db
                .pragma_query_value(None, name, |row| row.get::<_, i64>(0))
                .map(natural)
                .map_err(class)
        };
        Ok(sum("page_count")?
            .saturating_sub(sum("freelist_count")?)
            .saturating_mul(sum("page_size")?))
    }

    fn tidy(&mut self) -> Result<(), StoreError> {
        let small = self.kept_bytes()? <= TIDY_UP_TO;
        let Some(place) = &mut self.place else {
            return Ok(());
        };
        let db = &self.view.db;
        place.log.empty(db)?;
        if small {
            // Pages otherwise lie in the order they were first written in; VACUUM writes them by key, which is random within a day.
            db.execute_batch("VACUUM").map_err(class)?;
            place.log.empty(db)?;
        }
        Ok(())
    }

    fn reader(&self) -> Result<Option<Box<dyn View + Send>>, StoreError> {
        let Some(place) = &self.place else {
            return Ok(None);
        };
        let db = Connection::open_with_flags(
            &place.path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
        .map_err(class)?;
        settle(&db)?;
        Ok(Some(Box::new(SqliteView { db })))
    }

    /// The background's part of emptying the log.
    fn background(&mut self) -> Result<Option<Box<dyn Background>>, StoreError> {
        let Some(place) = &mut self.place else {
            return Ok(None);
        };
        let db = Connection::open(&place.path).map_err(class)?;
        settle(&db)?;
        db.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0")
            .map_err(class)?;
        Ok(Some(Box::new(place.log.checkpointer(db))))
    }
}

pub(super) fn settle(db: &Connection) -> Result<(), StoreError> {
    db.busy_timeout(Duration::from_millis(500)).map_err(class)?;
    // Gives back the new value as a row, so it is queried.
    db.query_row("PRAGMA secure_delete = ON", [], |_| Ok(()))
        .map_err(class)
}

pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

pub(super) fn inbox(row: &Row<'_>) -> rusqlite::Result<Inbox> {
    Ok(Inbox {
        no: InboxNo(row.get(0)?),
        fetch_hash: row.get(1)?,
        made: row.get(2)?,
        last_day: row.get(3)?,
        gone_through: natural(row.get(4)?),
        expired_through: natural(row.get(5)?),
        refused_at: natural(row.get(6)?),
        held: None,
    })
}

fn item(row: &Row<'_>) -> rusqlite::Result<Item> {
    let place: i64 = row.get(2)?;
    Ok(Item {
        id: row.get(0)?,
        number: natural(row.get(1)?),
        day: u32::try_from(place >> DAY_SHIFT).unwrap_or_default(),
        bytes: row.get(3)?,
    })
}

/// Keeps every other process away from this file for as long as it is held.
pub(super) fn lock(path: &Path) -> Result<File, StoreError> {
    let lock = files::private(&files::beside(path, "-lock"), false);
    let lock = lock.map_err(|_| StoreError::NoFolder)?;
    lock.try_lock().map_err(|_| StoreError::InUse)?;
    Ok(lock)
}

pub(crate) fn class(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::DiskFull,
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => StoreError::Damaged,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::InUse,
        _ => StoreError::Disk,
    }
}

#[cfg(test)]
mod tests;
