//! All rows of a SQLite file, as of one moment and beside a running relay; and a new file made of such rows.
//! Knows SQL; knows no format of a backup.
//! Invariant: a file that is being filled has another name until it is whole and durable.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, Row as Line, TransactionBehavior, params};

use super::copy::{InboxRow, ItemRow, Row, Source, State, Take, Target};
use super::sqlite::{
    APPLICATION_ID, SCHEMA, SCHEMA_VERSION, Sqlite, class, lock, natural, settle, whole,
};
use super::sqlite_books::{DAY_SHIFT, first_place, places};
use super::{Store, StoreError};
use crate::chance::Chance;
use crate::files;

const BOX: &str = "SELECT key, last_day FROM box";
/// The last number that was given follows from the rest here.
const INBOXES: &str = "SELECT no, fetch, wake, made, last_day,
        max(gone_through, refused_at, coalesce((SELECT max(number) FROM item WHERE item.inbox = inbox.no), 0)),
        gone_through, expired_through, refused_at
    FROM inbox ORDER BY no";
/// A slot may name an inbox that was deleted today.
const SLOTS: &str =
    "SELECT hash, inbox FROM slot WHERE inbox IN (SELECT no FROM inbox) ORDER BY hash";
const KNOWN: &str = "SELECT no, id, body_check FROM item WHERE no >= ?1 ORDER BY no >> 47, id";
const ITEMS: &str = "SELECT inbox, number, no, id, bytes FROM item INDEXED BY item_of_inbox
    WHERE inbox IS NOT NULL ORDER BY inbox, number";

const ADD_INBOX: &str =
    "INSERT INTO inbox (no, fetch, wake, made, last_day, gone_through, expired_through, refused_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
const ADD_SLOT: &str = "INSERT INTO slot (hash, inbox) VALUES (?1, ?2)";
const ADD_KNOWN: &str =
    "INSERT OR IGNORE INTO item (no, id, body_check, bytes) VALUES (?1, ?2, ?3, x'')";
const FILL_ITEM: &str =
    "UPDATE item SET inbox = ?3, number = ?4, bytes = ?5 WHERE no = ?1 AND id = ?2";
/// By its check a post is known only through the day after; what is older needs none.
const ADD_ITEM: &str = "INSERT OR IGNORE INTO item (no, id, body_check, inbox, number, bytes)
    VALUES (?1, ?2, zeroblob(16), ?3, ?4, ?5)";

/// A file that is read.
pub struct SqliteSource {
    db: Connection,
    state: State,
    // Held where no relay may run meanwhile.
    lock: Option<File>,
}

impl SqliteSource {
    /// Opens a file that is there, beside a relay that may be running.
    ///
    /// # Errors
    /// [`StoreError::NoFolder`] where there is none, [`StoreError::Damaged`], [`StoreError::Newer`].
    pub fn beside(path: &Path) -> Result<Self, StoreError> {
        Self::open(path, None)
    }

    /// Opens a file that is there, and keeps every relay away from it.
    ///
    /// # Errors
    /// As [`beside`](Self::beside), and [`StoreError::InUse`].
    pub fn alone(path: &Path) -> Result<Self, StoreError> {
        if !path.exists() {
            return Err(StoreError::NoFolder);
        }
        let lock = lock(path)?;
        Self::open(path, Some(lock))
    }

    fn open(path: &Path, lock: Option<File>) -> Result<Self, StoreError> {
        // Not for reading alone: after a crash the log is read in first. It makes no file.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(path, flags).map_err(|_| StoreError::NoFolder)?;
        settle(&db)?;
        db.execute_batch("PRAGMA wal_autocheckpoint = 0; PRAGMA synchronous = FULL")
            .map_err(class)?;
        if pragma(&db, "application_id")? != APPLICATION_ID {
            return Err(StoreError::Damaged);
        }
        let state = State::of(pragma(&db, "user_version")?, SCHEMA_VERSION)?;
        Ok(Self { db, state, lock })
    }
}

impl Source for SqliteSource {
    fn state(&self) -> State {
        self.state
    }

    fn walk(&mut self, take: Take<'_>) -> Result<(), StoreError> {
        // What is read in it is of its first moment; the relay writes on.
        let moment = self
            .db
            .transaction_with_behavior(TransactionBehavior::Deferred)
            .map_err(class)?;
        let last_day = moment
            .query_row(BOX, [], |line| Ok((line.get(0)?, line.get(1)?)))
            .map_err(class)
            .and_then(|(key, last_day)| take(Row::Box { key, last_day }).map(|()| last_day))?;
        each(&moment, INBOXES, None, take, inbox)?;
        each(&moment, SLOTS, None, take, |line| {
            Ok(Row::Slot {
                hash: line.get(0)?,
                inbox: line.get(1)?,
            })
        })?;
        let yesterday = first_place(last_day.saturating_sub(1));
        each(&moment, KNOWN, Some(yesterday), take, |line| {
            Ok(Row::Known {
                day: day(line.get(0)?),
                id: line.get(1)?,
                check: line.get(2)?,
            })
        })?;
        each(&moment, ITEMS, None, take, |line| {
            Ok(Row::Item(ItemRow {
                inbox: line.get(0)?,
                number: natural(line.get(1)?),
                day: day(line.get(2)?),
                id: line.get(3)?,
                bytes: line.get(4)?,
            }))
        })
    }

    fn mark_moved(&mut self, to: i64) -> Result<(), StoreError> {
        if self.lock.is_none() {
            return Err(StoreError::InUse);
        }
        let version = State::Moved { to }.version(SCHEMA_VERSION);
        self.db
            .pragma_update(None, "user_version", version)
            .map_err(class)
    }
}

fn inbox(line: &Line<'_>) -> rusqlite::Result<Row> {
    Ok(Row::Inbox(InboxRow {
        no: line.get(0)?,
        fetch_hash: line.get(1)?,
        wake_hash: line.get(2)?,
        made: line.get(3)?,
        last_day: line.get(4)?,
        last_number: natural(line.get(5)?),
        gone_through: natural(line.get(6)?),
        expired_through: natural(line.get(7)?),
        refused_at: natural(line.get(8)?),
    }))
}

fn each(
    db: &Connection,
    sql: &str,
    from: Option<i64>,
    take: Take<'_>,
    read: impl Fn(&Line<'_>) -> rusqlite::Result<Row>,
) -> Result<(), StoreError> {
    let mut asked = db.prepare(sql).map_err(class)?;
    let mut lines = asked
        .query(rusqlite::params_from_iter(from))
        .map_err(class)?;
    while let Some(line) = lines.next().map_err(class)? {
        take(read(line).map_err(|_| StoreError::Damaged)?)?;
    }
    Ok(())
}

fn day(place: i64) -> u32 {
    u32::try_from(place >> DAY_SHIFT).unwrap_or_default()
}

fn pragma(db: &Connection, name: &str) -> Result<i64, StoreError> {
    db.pragma_query_value(None, name, |line| line.get(0))
        .map_err(class)
}

/// A file that is filled, under another name until it is ready.
pub struct SqliteTarget {
    path: PathBuf,
    next: PathBuf,
    db: Option<Connection>,
    was_arriving: bool,
    _lock: File,
}

impl SqliteTarget {
    /// Begins a file where none is yet, or one that holds nothing.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`], [`StoreError::InUse`], [`StoreError::NoFolder`]: what was there is as it was.
    pub fn begin(path: &Path) -> Result<Self, StoreError> {
        if path.exists() {
            // Opened as a relay does, which also empties its log; closed before the lock is taken.
            let there = Sqlite::open(path, &mut Chance::System)?;
            if there.inboxes() > 0 {
                return Err(StoreError::NotEmpty);
            }
        }
        let lock = lock(path)?;
        if files::beside(path, "-wal").exists() {
            // Somebody else has it open; its log must never be read into another file.
            return Err(StoreError::InUse);
        }
        let next = files::beside(path, "-arriving");
        let was_arriving = next.exists();
        files::private(&next, true).map_err(|_| StoreError::NoFolder)?;
        let db = Connection::open(&next).map_err(class)?;
        settle(&db)?;
        // It is synced as a whole, and of no use before.
        db.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION_ID}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;
             BEGIN; {SCHEMA} PRAGMA user_version = {SCHEMA_VERSION};"
        ))
        .map_err(class)?;
        Ok(Self {
            path: path.to_owned(),
            next,
            db: Some(db),
            was_arriving,
            _lock: lock,
        })
    }

    fn db(&self) -> Result<&Connection, StoreError> {
        self.db.as_ref().ok_or(StoreError::Stopped)
    }

    fn run(&self, sql: &str, values: impl rusqlite::Params) -> Result<usize, StoreError> {
        let mut known = self.db()?.prepare_cached(sql).map_err(class)?;
        known.execute(values).map_err(class)
    }

    fn put_item(&self, item: &ItemRow) -> Result<(), StoreError> {
        let number = whole(item.number);
        for place in places(item.day, &item.id) {
            let values = params![place, item.id, item.inbox, number, item.bytes];
            if self.run(FILL_ITEM, values)? == 1 || self.run(ADD_ITEM, values)? == 1 {
                return Ok(());
            }
        }
        Err(StoreError::Damaged)
    }

    fn put_known(&self, day: u32, id: [u8; 16], check: [u8; 16]) -> Result<(), StoreError> {
        for place in places(day, &id) {
            if self.run(ADD_KNOWN, params![place, id, check])? == 1 {
                return Ok(());
            }
        }
        Err(StoreError::Damaged)
    }
}

impl Target for SqliteTarget {
    fn was_arriving(&self) -> bool {
        self.was_arriving
    }

    fn put(&mut self, row: Row) -> Result<(), StoreError> {
        match row {
            Row::Box { key, last_day } => {
                let sql = "INSERT INTO box (one, key, last_day) VALUES (1, ?1, ?2)";
                self.run(sql, params![key, last_day]).map(drop)
            }
            Row::Inbox(inbox) => {
                let values = params![
                    inbox.no,
                    inbox.fetch_hash,
                    inbox.wake_hash,
                    inbox.made,
                    inbox.last_day,
                    whole(inbox.gone_through),
                    whole(inbox.expired_through),
                    whole(inbox.refused_at)
                ];
                self.run(ADD_INBOX, values).map(drop)
            }
            Row::Slot { hash, inbox } => self.run(ADD_SLOT, params![hash, inbox]).map(drop),
            Row::Known { day, id, check } => self.put_known(day, id, check),
            Row::Item(item) => self.put_item(&item),
        }
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        self.db()?.execute_batch("COMMIT").map_err(class)?;
        let db = self.db.take().ok_or(StoreError::Stopped)?;
        db.close().map_err(|(_, error)| class(error))?;
        let synced = File::open(&self.next).and_then(|file| file.sync_all());
        synced.map_err(|_| StoreError::Disk)
    }

    fn walk(&mut self, take: Take<'_>) -> Result<(), StoreError> {
        SqliteSource::beside(&self.next)?.walk(take)
    }

    fn ready(&mut self) -> Result<(), StoreError> {
        let renamed = std::fs::rename(&self.next, &self.path)
            .and_then(|()| File::open(files::folder(&self.path))?.sync_all());
        renamed.map_err(|_| StoreError::Disk)
    }

    fn give_up(&mut self) {
        self.db = None;
        // What is left is begun anew the next time.
        let _ = std::fs::remove_file(&self.next);
    }
}
