//! Small records of the other rooms by namespace and key, and the pages a screen shows ready made.
//! Does not know what they hold. Invariant: putting what is there already writes nothing.

use super::txn::row_number;
use super::{Reads, StoreError, Txn};
use rusqlite::{OptionalExtension, params};

/// Pages are padded to a multiple of this. A value of unchanged size is overwritten in place, and only the parts
/// that differ are written: half the bytes for a tick.
const PAGE_STEP: usize = 256;

/// A record's key and value.
pub type Record = (Vec<u8>, Vec<u8>);

impl Reads {
    /// The record under `key` in `ns`.
    ///
    /// # Errors
    /// As every read: [`StoreError::StoreDamaged`] or the disk's no.
    pub fn get(&self, ns: &str, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT value FROM records WHERE ns = ?1 AND key = ?2")?
            .query_row(params![ns, key], |row| row.get(0))
            .optional()?)
    }

    /// All records of `ns` as (key, value), by key.
    ///
    /// # Errors
    /// As every read.
    pub fn list(&self, ns: &str) -> Result<Vec<Record>, StoreError> {
        self.list_under(ns, &[])
    }

    /// The records of `ns` whose key begins with `prefix`, as (key, value), by key.
    ///
    /// # Errors
    /// As every read.
    pub fn list_under(&self, ns: &str, prefix: &[u8]) -> Result<Vec<Record>, StoreError> {
        let mut query = self.conn.prepare_cached(
            "SELECT key, value FROM records WHERE ns = ?1 AND key >= ?2
             AND substr(key, 1, length(?2)) = ?2 ORDER BY key",
        )?;
        let rows = query.query_map(params![ns, prefix], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The page `name`.
    ///
    /// # Errors
    /// As every read.
    pub fn page(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(i64, Vec<u8>)> = self
            .conn
            .prepare_cached("SELECT size, value FROM pages WHERE name = ?1")?
            .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((size, mut value)) = row else {
            return Ok(None);
        };
        value.truncate(usize::try_from(size).map_err(|_| StoreError::StoreDamaged)?);
        Ok(Some(value))
    }

    /// The names of all pages, sorted.
    ///
    /// # Errors
    /// As every read.
    pub fn page_names(&self) -> Result<Vec<String>, StoreError> {
        let mut query = self
            .conn
            .prepare_cached("SELECT name FROM pages ORDER BY name")?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Txn<'_> {
    /// Puts a record, in place of the one that was there.
    ///
    /// # Errors
    /// The disk's no; the deed should then be dropped.
    pub fn put(&mut self, ns: &str, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        self.live()?
            .prepare_cached(
                "INSERT INTO records (ns, key, value) VALUES (?1, ?2, ?3)
                 ON CONFLICT DO UPDATE SET value = excluded.value WHERE value IS NOT excluded.value",
            )?
            .execute(params![ns, key, value])?;
        Ok(())
    }

    /// Deletes a record; says whether there was one. For a key or a person's words, also [`owe_erasure`](Txn::owe_erasure).
    ///
    /// # Errors
    /// The disk's no.
    pub fn delete(&mut self, ns: &str, key: &[u8]) -> Result<bool, StoreError> {
        let gone = self
            .live()?
            .prepare_cached("DELETE FROM records WHERE ns = ?1 AND key = ?2")?
            .execute(params![ns, key])?;
        Ok(gone > 0)
    }

    /// Puts a page, in place of the one that was there.
    ///
    /// # Errors
    /// The disk's no.
    pub fn put_page(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let mut padded = value.to_vec();
        padded.resize(value.len().next_multiple_of(PAGE_STEP), 0);
        self.live()?
            .prepare_cached(
                "INSERT INTO pages (name, size, value) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name) DO UPDATE SET size = excluded.size, value = excluded.value
                 WHERE size <> excluded.size OR value <> excluded.value",
            )?
            .execute(params![name, row_number(value.len())?, padded])?;
        Ok(())
    }

    /// Deletes a page; says whether there was one.
    ///
    /// # Errors
    /// The disk's no.
    pub fn delete_page(&mut self, name: &str) -> Result<bool, StoreError> {
        let gone = self
            .live()?
            .execute("DELETE FROM pages WHERE name = ?1", [name])?;
        Ok(gone > 0)
    }
}
