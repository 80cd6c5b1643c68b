//! Reads plain rows out of an SQLite file that someone else made, and trusts nothing in it.
//! Does not know what the rows mean. Opened as a file that never changes: no journal is played back,
//! no byte is written beside it. Invariant: no code of the file's own runs, and reading always ends.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

/// The largest file that is read, in bytes.
pub const FILE_MAX: u64 = 64 << 20;
/// The most rows that are read from one table.
pub const ROWS_MAX: usize = 1_000_000;
/// The longest text that is read from one field, in bytes.
const TEXT_MAX: usize = 1 << 20;
/// How many thousand steps of SQLite's machine one file may cost: a few seconds. A file whose tree
/// points into itself would go on for ever.
const WORK_MAX: u32 = 200_000;

/// What one field of a foreign row holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Plain {
    /// Nothing, or a column that this file does not have.
    Nothing,
    /// A whole number.
    Int(i64),
    /// A number with a point.
    Real(f64),
    /// Text; bytes that are no text are replaced.
    Text(String),
    /// Bytes, which nobody asked for.
    Bytes,
}

/// A table to be read: its name and the columns that are wanted, in lower case.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// The table.
    pub table: &'static str,
    /// Columns without which the file is not of this kind.
    pub needed: &'static [&'static str],
    /// Columns that are read where they are there.
    pub optional: &'static [&'static str],
}

/// One row, by column.
pub type ForeignRow = BTreeMap<&'static str, Plain>;

/// What was read from a foreign file.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    /// The number that the maker of the file left in its header.
    pub user_version: i64,
    /// The rows of each wanted table, in the order in which they were asked for.
    pub tables: Vec<Vec<ForeignRow>>,
}

/// Why a foreign file was not read. Holds no byte of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ForeignError {
    /// It is no SQLite file.
    #[error("it is not an SQLite file")]
    NotSqlite,
    /// A table or a needed column is not there, or is not a plain one.
    #[error("it is an SQLite file of another kind")]
    OtherKind,
    /// It is cut short or damaged.
    #[error("it is damaged or not whole")]
    Damaged,
    /// There is more in it than is read.
    #[error("there is more in it than is read")]
    TooLarge,
    /// The disk said no.
    #[error("it could not be read from the disk")]
    Disk(std::io::ErrorKind),
}

/// Reads the wanted tables of a foreign SQLite file, and changes nothing.
///
/// # Errors
/// [`ForeignError`] says what is the matter with the file.
pub fn read_foreign(path: &Path, wanted: &[Wanted]) -> Result<Foreign, ForeignError> {
    look_at_the_file(path)?;
    let mut db = open(path)?;
    let mut left = WORK_MAX;
    let budget = move || {
        left = left.saturating_sub(1);
        left == 0
    };
    db.progress_handler(1_000, Some(budget)).map_err(convert)?;
    harden(&db)?;
    let user_version = db
        .query_row("PRAGMA user_version", (), |row| row.get(0))
        .map_err(convert)?;
    let sound: String = db
        .query_row("PRAGMA quick_check(1)", (), |row| row.get(0))
        .map_err(convert)?;
    if sound != "ok" {
        return Err(ForeignError::Damaged);
    }
    let mut tables = Vec::new();
    for table in wanted {
        let columns = plain_columns(&db, table)?;
        tables.push(rows(&db, table.table, &columns)?);
    }
    Ok(Foreign {
        user_version,
        tables,
    })
}

fn look_at_the_file(path: &Path) -> Result<(), ForeignError> {
    let disk = |error: std::io::Error| ForeignError::Disk(error.kind());
    let mut file = std::fs::File::open(path).map_err(disk)?;
    let about = file.metadata().map_err(disk)?;
    if !about.is_file() {
        return Err(ForeignError::NotSqlite);
    }
    if about.len() > FILE_MAX {
        return Err(ForeignError::TooLarge);
    }
    let mut head = [0u8; 16];
    match file.read_exact(&mut head) {
        Ok(()) if &head == b"SQLite format 3\0" => Ok(()),
        Ok(()) => Err(ForeignError::NotSqlite),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Err(ForeignError::NotSqlite)
        }
        Err(error) => Err(disk(error)),
    }
}

fn open(path: &Path) -> Result<Connection, ForeignError> {
    super::home::set_up();
    let path = std::path::absolute(path).map_err(|error| ForeignError::Disk(error.kind()))?;
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                uri.push(char::from(*byte));
            }
            other => uri.push_str(&format!("%{other:02x}")),
        }
    }
    // Immutable: a "-journal" or "-wal" that lies beside the file is never played into it.
    uri.push_str("?immutable=1");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri, flags).map_err(convert)
}

fn harden(db: &Connection) -> Result<(), ForeignError> {
    for (setting, value) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
    ] {
        db.set_db_config(setting, value).map_err(convert)?;
    }
    db.execute_batch("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA query_only=ON;")
        .map_err(convert)?;
    // Else a value of several pages could be read past the end of the mapped file.
    db.query_row("PRAGMA mmap_size=0", (), |_| Ok(()))
        .or_else(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => Ok(()),
            other => Err(convert(other)),
        })
}

/// The wanted columns that are there, by their own name in the file.
fn plain_columns(
    db: &Connection,
    wanted: &Wanted,
) -> Result<Vec<(&'static str, String)>, ForeignError> {
    // A view or a virtual table would run what the file says.
    let plain: Option<i64> = db
        .prepare(
            "SELECT 1 FROM sqlite_schema \
             WHERE type = 'table' AND rootpage > 0 AND name = ?1 COLLATE NOCASE",
        )
        .and_then(|mut query| {
            let mut rows = query.query([wanted.table])?;
            rows.next()?.map(|row| row.get(0)).transpose()
        })
        .map_err(convert)?;
    if plain.is_none() {
        return Err(ForeignError::OtherKind);
    }
    let mut found = Vec::new();
    let mut query = db
        .prepare("SELECT name, hidden FROM pragma_table_xinfo(?1)")
        .map_err(convert)?;
    let mut rows = query.query([wanted.table]).map_err(convert)?;
    while let Some(row) = rows.next().map_err(convert)? {
        let name: String = row.get(0).map_err(convert)?;
        let computed = row.get::<_, i64>(1).map_err(convert)? != 0;
        let lower = name.to_ascii_lowercase();
        let mut all = wanted.needed.iter().chain(wanted.optional);
        if let Some(column) = all.find(|column| **column == lower) {
            if computed {
                return Err(ForeignError::OtherKind);
            }
            found.push((*column, name));
        }
    }
    let here = |needed: &&str| found.iter().any(|(column, _)| column == needed);
    if wanted.needed.iter().all(here) {
        Ok(found)
    } else {
        Err(ForeignError::OtherKind)
    }
}

fn rows(
    db: &Connection,
    table: &str,
    columns: &[(&'static str, String)],
) -> Result<Vec<ForeignRow>, ForeignError> {
    let names: Vec<String> = columns.iter().map(|(_, name)| quoted(name)).collect();
    let sql = format!("SELECT {} FROM {}", names.join(", "), quoted(table));
    let mut query = db.prepare(&sql).map_err(convert)?;
    let mut rows = query.query(()).map_err(convert)?;
    let mut all = Vec::new();
    let mut text_left = usize::try_from(FILE_MAX).unwrap_or(usize::MAX);
    while let Some(row) = rows.next().map_err(convert)? {
        if all.len() >= ROWS_MAX {
            return Err(ForeignError::TooLarge);
        }
        let mut plain = ForeignRow::new();
        for (at, (column, _)) in columns.iter().enumerate() {
            let value = match row.get_ref(at).map_err(convert)? {
                ValueRef::Null => Plain::Nothing,
                ValueRef::Integer(number) => Plain::Int(number),
                ValueRef::Real(number) => Plain::Real(number),
                ValueRef::Blob(_) => Plain::Bytes,
                ValueRef::Text(bytes) => {
                    if bytes.len() > TEXT_MAX || bytes.len() > text_left {
                        return Err(ForeignError::TooLarge);
                    }
                    text_left -= bytes.len();
                    Plain::Text(String::from_utf8_lossy(bytes).into_owned())
                }
            };
            plain.insert(*column, value);
        }
        all.push(plain);
    }
    Ok(all)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn convert(error: rusqlite::Error) -> ForeignError {
    use rusqlite::ErrorCode as Code;
    match error.sqlite_error_code() {
        Some(Code::NotADatabase) => ForeignError::NotSqlite,
        Some(Code::OperationInterrupted | Code::TooBig | Code::OutOfMemory) => {
            ForeignError::TooLarge
        }
        Some(Code::CannotOpen | Code::PermissionDenied | Code::SystemIoFailure) => {
            ForeignError::Disk(std::io::ErrorKind::Other)
        }
        _ => ForeignError::Damaged,
    }
}

/// A foreign file made by these statements, for tests of this room and of those that read the rows.
#[cfg(test)]
pub(crate) fn make_foreign(sql: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a file?with=odd #name.db");
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let db = Connection::open_with_flags(&path, flags).unwrap();
    db.execute_batch(sql).unwrap();
    (dir, path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WANTED: Wanted = Wanted {
        table: "Things",
        needed: &["id", "name"],
        optional: &["extra", "other"],
    };

    fn read(path: &Path) -> Result<Foreign, ForeignError> {
        read_foreign(path, &[WANTED])
    }

    #[test]
    fn plain_rows_are_read_by_the_columns_that_are_there() {
        let (dir, path) = make_foreign(
            "PRAGMA user_version=7; PRAGMA journal_mode=WAL;
             CREATE TABLE things (Id INTEGER PRIMARY KEY, NAME TEXT, extra REAL, unasked TEXT);
             INSERT INTO things VALUES (1, 'one', 1.5, 'x'), (2, NULL, NULL, 'y'), (3, x'00', 2, 'z');",
        );
        let foreign = read(&path).unwrap();
        assert_eq!(foreign.user_version, 7);
        let rows = &foreign.tables[0];
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0]["name"], Plain::Text("one".into()));
        assert_eq!(rows[0]["extra"], Plain::Real(1.5));
        assert_eq!(rows[1]["name"], Plain::Nothing);
        assert_eq!(rows[2]["name"], Plain::Bytes);
        assert!(!rows[0].contains_key("other") && !rows[0].contains_key("unasked"));
        let beside = std::fs::read_dir(dir.path()).unwrap().count();
        assert_eq!(beside, 1, "nothing was written beside it");
    }

    #[test]
    fn views_virtual_tables_and_computed_columns_are_not_read() {
        for sql in [
            "CREATE TABLE x (id, name); CREATE VIEW Things AS SELECT id, name FROM x;",
            "CREATE VIEW Things AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n)
             SELECT id, 'a' AS name FROM n;",
            "PRAGMA writable_schema=ON;
             INSERT INTO sqlite_schema VALUES ('table', 'Things', 'Things', 0,
                 'CREATE VIRTUAL TABLE Things USING fts5(id, name)');",
            "CREATE TABLE Things (id, name AS (hex(zeroblob(100000000))));",
            "CREATE TABLE Things (id);",
            "CREATE TABLE Other (id, name);",
        ] {
            let (_dir, path) = make_foreign(sql);
            assert_eq!(read(&path), Err(ForeignError::OtherKind), "{sql}");
        }
    }

    #[test]
    fn what_is_no_sqlite_file_is_said_to_be_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        for bytes in [
            &b""[..],
            b"SQLite",
            b"PK\x03\x04 and so on, a zip",
            &[0u8; 4096],
        ] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(read(&path), Err(ForeignError::NotSqlite));
        }
        assert_eq!(read(dir.path()), Err(ForeignError::NotSqlite));
        assert_eq!(
            read(&dir.path().join("none")),
            Err(ForeignError::Disk(std::io::ErrorKind::NotFound))
        );
    }

    #[test]
    fn a_journal_that_lies_beside_the_file_is_left_alone() {
        let (_dir, path) =
            make_foreign("CREATE TABLE Things (id, name); INSERT INTO Things VALUES (1, 'a');");
        let before = std::fs::read(&path).unwrap();
        for tail in ["-journal", "-wal"] {
            let mut beside = path.clone().into_os_string();
            beside.push(tail);
            std::fs::write(
                beside,
                [0xd9u8, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7].repeat(512),
            )
            .unwrap();
        }
        assert_eq!(read(&path).unwrap().tables[0].len(), 1);
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_tree_that_points_into_itself_comes_to_an_end() {
        // Each page of the tree is made to point at one and the same child: a few kilobytes that would
        // unfold into more rows than there is time for.
        let (_dir, path) = make_foreign(
            "PRAGMA page_size=512; CREATE TABLE Things (id, name);
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
             INSERT INTO Things SELECT i, 'name' FROM n;",
        );
        let mut bytes = std::fs::read(&path).unwrap();
        let pages: Vec<usize> = (1..bytes.len() / 512)
            .filter(|page| bytes[page * 512] == 5)
            .collect();
        let leaf = (1..bytes.len() / 512)
            .find(|page| bytes[page * 512] == 13)
            .unwrap();
        for page in pages {
            let at = page * 512;
            let cells = usize::from(u16::from_be_bytes([bytes[at + 3], bytes[at + 4]]));
            for cell in 0..cells {
                let slot = at + 12 + cell * 2;
                let cell = at + usize::from(u16::from_be_bytes([bytes[slot], bytes[slot + 1]]));
                bytes[cell..cell + 4].copy_from_slice(&(leaf as u32 + 1).to_be_bytes());
            }
        }
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(read(&path), Err(ForeignError::Damaged));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_file_cut_or_bent_anywhere_is_read_or_refused(
            cut in 0.0f64..1.0, bends in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        ) {
            let (_dir, path) = make_foreign(
                "PRAGMA page_size=512; CREATE TABLE Things (id INTEGER PRIMARY KEY, name TEXT, extra);
                 CREATE INDEX i ON Things (name);
                 WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
                 INSERT INTO Things SELECT i, 'a name ' || i, zeroblob(i * 7) FROM n;",
            );
            let mut bytes = std::fs::read(&path).unwrap();
            for (at, byte) in bends {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let keep = if cut < 0.5 { bytes.len() } else { (bytes.len() as f64 * cut) as usize };
            bytes.truncate(keep);
            std::fs::write(&path, &bytes).unwrap();
            let _ = read(&path);
            prop_assert_eq!(std::fs::read(&path).unwrap(), bytes);
        }
    }
}
