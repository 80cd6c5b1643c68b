//! A home: one folder with one encrypted file, its key beside it (terminal) and a lock that one process holds.
//! Does not know what the rows mean. Invariant: `alongside.db` appears whole or not at all, and what cannot be
//! understood (damaged, foreign, newer, other key) is reported and left as it is.

use super::key::{KeySource, private};
use super::{Reads, StoreError, Txn, log, schema};
use fs4::{FileExt, TryLockError};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::ops::Deref;
use std::path::Path;
use std::sync::Once;
use zeroize::Zeroizing;

const FILE: &str = "alongside.db";
const WAL: &str = "alongside.db-wal";
/// The file while it is being made; becomes [`FILE`] by one rename.
const UNBORN: &str = "alongside.db.new";
/// Bytes of a page; also asked of SQLCipher, so it is part of the format.
const PAGE: u64 = 1024;
/// Frames in the write-ahead log before it is folded into the file: see docs/decisions/store.md for the figures.
const FOLD_AFTER: u32 = 256;
/// KiB of pages kept in memory. A screen and a deed touch less; SQLite's own measure is four times as much.
const CACHE: u32 = 512;
/// Statements kept prepared: a fetch runs through more than the library's own sixteen.
const STATEMENTS: usize = 32;
/// The namespace of this room's own records.
const OWN: &str = "store";
const OWED: &[u8] = b"erasure";

static SET_UP: Once = Once::new();

/// The open store of one home. Dropping it lets another process in.
#[derive(Debug)]
pub struct Store {
    reads: Reads,
    // After the connection: fields drop in this order, and the lock must go last.
    _lock: Lock,
}

impl Store {
    /// Opens the store in `dir` and brings it to this version's schema.
    ///
    /// # Errors
    /// [`StoreError::NotMade`], [`StoreError::InUse`], [`StoreError::CannotOpen`] (other key or not ours),
    /// [`StoreError::StoreDamaged`], [`StoreError::NewerVersion`], the key's or the disk's. Nothing was written then.
    pub fn open(dir: &Path, key: &dyn KeySource) -> Result<Store, StoreError> {
        Store::open_with(dir, |conn| unlock(conn, &*key.key()?))
    }

    /// Makes the store in `dir` (made too, mode 700, if it is not there) and opens it.
    /// What an interrupted beginning left is cleared away or used.
    ///
    /// # Errors
    /// [`StoreError::AlreadyMade`], [`StoreError::InUse`], [`StoreError::StoreDamaged`] (a log without its file),
    /// the key's or the disk's.
    pub fn make(dir: &Path, key: &dyn KeySource) -> Result<Store, StoreError> {
        Store::make_with(dir, |conn| unlock(conn, &*key.key()?))
    }

    /// Begins a deed. Until it is committed or dropped, this store is read through it.
    ///
    /// # Errors
    /// The disk's no.
    pub fn begin(&mut self) -> Result<Txn<'_>, StoreError> {
        Txn::begin(&self.reads)
    }

    /// How many rows this store changed since it was opened: it grew if something was written.
    #[must_use]
    pub fn changes(&self) -> u64 {
        self.reads.conn.total_changes()
    }

    /// Overwrites all that was deleted, wherever the file or its log still holds it. For keys that ended and notebooks
    /// that were dropped; takes as long as writing the whole file.
    ///
    /// # Errors
    /// The disk's no; erasure then stays owed and is done at the next opening.
    pub fn erase_now(&mut self) -> Result<(), StoreError> {
        let conn = &self.reads.conn;
        // secure_delete alone leaves copies of cells in pages that were split; a new file has none.
        conn.execute_batch("VACUUM")?;
        empty_log(conn)?;
        // Every page went through the cache: none of them is needed for long.
        conn.execute_batch("PRAGMA shrink_memory")?;
        if self.reads.get(OWN, OWED)?.is_some() {
            let mut deed = self.begin()?;
            deed.delete(OWN, OWED)?;
            deed.commit()?;
        }
        Ok(())
    }

    /// Takes away what [`Store::make`] made in `dir`: for a deed that makes a home and then can't fill it.
    ///
    /// # Errors
    /// The disk's no; a home that is not whole may be left then.
    pub fn unmake(self, dir: &Path) -> Result<(), StoreError> {
        let Store { reads, _lock } = self;
        drop(reads);
        // The log after the file: one that is left alone stops nothing but a new beginning in this folder.
        remove_if_there(&dir.join(FILE))?;
        remove_if_there(&dir.join(WAL))?;
        sync_folder(dir)
    }

    /// Reads and checks every page and table; takes as long as reading the whole file.
    ///
    /// # Errors
    /// [`StoreError::StoreDamaged`] or the disk's no.
    pub fn check(&self) -> Result<(), StoreError> {
        let conn = &self.reads.conn;
        let said: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        if said == "ok" {
            Ok(())
        } else {
            Err(StoreError::StoreDamaged)
        }
    }

    pub(super) fn open_with(
        dir: &Path,
        unlock: impl FnOnce(&Connection) -> Result<(), StoreError>,
    ) -> Result<Store, StoreError> {
        let log_size = size_of(&dir.join(WAL))?.unwrap_or(0);
        if size_of(&dir.join(FILE))?.is_none() {
            return Err(if log_size > 0 {
                StoreError::StoreDamaged
            } else {
                StoreError::NotMade
            });
        }
        let lock = lock(dir)?;
        // Looked at again under the lock, before SQLite would take an empty file for a new one.
        let size = size_of(&dir.join(FILE))?.unwrap_or(0);
        if size < PAGE || (log_size == 0 && size % PAGE != 0) {
            return Err(StoreError::StoreDamaged);
        }
        let conn = connect(&dir.join(FILE), unlock)?;
        log::refuse_a_broken_one(&conn, &dir.join(WAL))?;
        schema::bring_up(&conn, schema::STEPS)?;
        keep_a_log(&conn)?;
        let mut store = Store {
            reads: Reads { conn },
            _lock: lock,
        };
        if store.reads.get(OWN, OWED)?.is_some() {
            // Interrupted between deletion and erasure. On a full disk it stays owed; the person gets in all the same.
            let _ = store.erase_now();
        }
        Ok(store)
    }

    pub(super) fn make_with(
        dir: &Path,
        unlock: impl Fn(&Connection) -> Result<(), StoreError>,
    ) -> Result<Store, StoreError> {
        make_folder(dir)?;
        let held = lock(dir)?;
        refuse_a_made_one(dir)?;
        let unborn = dir.join(UNBORN);
        // Never renamed, so never used: nothing of a person is in it.
        remove_if_there(&unborn)?;
        remove_if_there(&dir.join(format!("{UNBORN}-journal")))?;
        private(OpenOptions::new().write(true).create_new(true)).open(&unborn)?;
        let conn = connect(&unborn, &unlock)?;
        schema::make(&conn)?;
        conn.close().map_err(|(_, error)| error)?;
        File::open(&unborn)?.sync_all()?;
        fs::rename(&unborn, dir.join(FILE))?;
        sync_folder(dir)?;
        drop(held);
        Store::open_with(dir, unlock)
    }
}

impl Deref for Store {
    type Target = Reads;
    fn deref(&self) -> &Reads {
        &self.reads
    }
}

impl Txn<'_> {
    /// Writes down, in this deed, that what it deletes is to be overwritten: [`Store::erase_now`] does it, or the next opening.
    ///
    /// # Errors
    /// The disk's no.
    pub fn owe_erasure(&mut self) -> Result<(), StoreError> {
        self.put(OWN, OWED, &[])
    }
}

/// Before any file is opened. SQLite says that it is set up before SQLCipher is, so a second thread that opens a file
/// in that moment falls; here it waits.
pub(super) fn set_up() {
    // Whatever is wrong shows itself again where a file is opened and an error can be told.
    SET_UP.call_once(|| drop(Connection::open_in_memory()));
}

/// Opens a database file that exists, with the settings that all of ours have, and reads its first page.
fn connect(
    file: &Path,
    unlock: impl FnOnce(&Connection) -> Result<(), StoreError>,
) -> Result<Connection, StoreError> {
    set_up();
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(file, flags)?;
    // The process that ends leaves the log as it is: the next one reads it, and no tick pays for folding it.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    unlock(&conn)?;
    // One process has the home, so the log's index is kept in memory and needs no file of its own.
    conn.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    conn.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
        .map_err(|error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => StoreError::CannotOpen,
            _ => error.into(),
        })?;
    conn.execute_batch(&format!(
        "PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cell_size_check = ON;
         PRAGMA cache_size = -{CACHE};"
    ))?;
    Ok(conn)
}

/// Gives SQLCipher the raw key.
fn unlock(conn: &Connection, key: &[u8; 32]) -> Result<(), StoreError> {
    // A build without the cipher takes the same words and writes everything in the open.
    let cipher = conn.query_row("PRAGMA cipher_version", [], |row| row.get::<_, String>(0));
    if cipher.is_err() {
        return Err(StoreError::Disk(ErrorKind::Unsupported));
    }
    // It would write to the terminal of whoever mistook a key.
    conn.execute_batch("PRAGMA cipher_log_level = NONE")?;
    let mut words = Zeroizing::new(String::with_capacity(128));
    words.push_str("PRAGMA key = \"x'");
    for byte in key {
        for half in [byte >> 4, byte & 15] {
            words.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    words.push_str("'\"");
    conn.execute_batch(&words)?;
    conn.execute_batch(&format!("PRAGMA cipher_page_size = {PAGE}"))?;
    Ok(())
}

fn keep_a_log(conn: &Connection) -> Result<(), StoreError> {
    let mode: String = conn.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(StoreError::Disk(ErrorKind::Unsupported));
    }
    conn.execute_batch(&format!("PRAGMA wal_autocheckpoint = {FOLD_AFTER}"))?;
    // After one large deed the log shrinks again when it is next folded.
    conn.execute_batch("PRAGMA journal_size_limit = 1048576")?;
    Ok(())
}

pub(super) fn empty_log(conn: &Connection) -> Result<(), StoreError> {
    let busy: i64 = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    if busy == 0 {
        Ok(())
    } else {
        Err(StoreError::InUse)
    }
}

/// The home's lock, held until this is dropped; the system lets go of it when a process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough: a child process begun by another thread holds a copy of the file until it runs.
        let _ = FileExt::unlock(&self.0);
    }
}

/// Takes the home's lock or says [`StoreError::InUse`].
pub(super) fn lock(dir: &Path) -> Result<Lock, StoreError> {
    let file = private(
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false),
    )
    .open(dir.join("lock"))?;
    match FileExt::try_lock(&file) {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Makes the folder of a home, for its owner alone.
pub(super) fn make_folder(dir: &Path) -> Result<(), StoreError> {
    if dir.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(dir)?)
}

/// Refuses to make anything where a store is, or where the log of one is left.
pub(super) fn refuse_a_made_one(dir: &Path) -> Result<(), StoreError> {
    if dir.join(FILE).try_exists()? {
        Err(StoreError::AlreadyMade)
    } else if size_of(&dir.join(WAL))?.unwrap_or(0) > 0 {
        Err(StoreError::StoreDamaged)
    } else {
        Ok(())
    }
}

pub(super) fn remove_if_there(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Makes a rename or a new name in `dir` durable, where folders can be synced.
pub(super) fn sync_folder(dir: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    File::open(dir)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = dir;
    Ok(())
}

fn size_of(path: &Path) -> Result<Option<u64>, StoreError> {
    match fs::metadata(path) {
        Ok(about) => Ok(Some(about.len())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}
