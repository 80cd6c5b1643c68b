//! The versions of the file, as a table of steps: entry n brings version n to n + 1.
//! Knows no home and no key. Invariant: a step that a phone may have run is never changed, and a newer file is never touched.

use super::StoreError;
use rusqlite::Connection;

/// "Alsd": says that an SQLite file is ours.
pub(super) const APPLICATION_ID: i32 = 0x416c_7364;

/// The steps, first to last. A file of version n has run the first n.
pub(super) const STEPS: &[&str] = &[include_str!("schema.sql")];

/// Brings an empty database to the present version and marks it as ours.
pub(super) fn make(conn: &Connection) -> Result<(), StoreError> {
    conn.pragma_update(None, "application_id", APPLICATION_ID)?;
    run(conn, 0, STEPS)
}

/// Brings a file of ours to the newest version of `steps`, each step in a transaction of its own.
///
/// # Errors
/// [`StoreError::CannotOpen`] for a file of another program, [`StoreError::NewerVersion`],
/// [`StoreError::StoreDamaged`] for a file of ours without a version.
pub(super) fn bring_up(conn: &Connection, steps: &[&str]) -> Result<(), StoreError> {
    let whose: i32 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if whose != APPLICATION_ID {
        return Err(StoreError::CannotOpen);
    }
    let version: i64 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match usize::try_from(version) {
        Ok(0) | Err(_) => Err(StoreError::StoreDamaged),
        Ok(version) if version > steps.len() => Err(StoreError::NewerVersion),
        Ok(version) => run(conn, version, steps),
    }
}

fn run(conn: &Connection, from: usize, steps: &[&str]) -> Result<(), StoreError> {
    for (n, step) in steps.iter().enumerate().skip(from) {
        // Version and step in one transaction: an interrupted one is run again from its beginning.
        let whole = format!(
            "BEGIN IMMEDIATE; {step}; PRAGMA user_version = {}; COMMIT",
            n + 1
        );
        if let Err(error) = conn.execute_batch(&whole) {
            let _ = conn.execute_batch("ROLLBACK");
            return Err(error.into());
        }
    }
    Ok(())
}
