//! The sealed messages of each notebook's present generation, byte for byte as their readers get them.
//! Does not know how to open them. Invariant: a message once added is not replaced.

use super::txn::row_number;
use super::{Reads, StoreError, Txn};
use rusqlite::params;

/// One sealed message.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedRow {
    /// The device that sealed it.
    pub device: [u8; 32],
    /// That device's number for it in this notebook.
    pub sequence: u64,
    /// The sealed bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for SealedRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SealedRow")
            .field("sequence", &self.sequence)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

impl Reads {
    /// The sealed messages of one generation of a notebook, by device and sequence.
    ///
    /// # Errors
    /// As every read: [`StoreError::StoreDamaged`] or the disk's no.
    pub fn sealed(
        &self,
        notebook: &[u8; 32],
        generation: &[u8],
    ) -> Result<Vec<SealedRow>, StoreError> {
        let mut query = self.conn.prepare_cached(
            "SELECT device, sequence, bytes FROM sealed WHERE notebook = ?1 AND generation = ?2
             ORDER BY device, sequence",
        )?;
        let mut rows = query.query(params![notebook, generation])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(SealedRow {
                device: row.get(0)?,
                sequence: u64::try_from(row.get::<_, i64>(1)?)
                    .map_err(|_| StoreError::StoreDamaged)?,
                bytes: row.get(2)?,
            });
        }
        Ok(found)
    }
}

impl Txn<'_> {
    /// Keeps a sealed message; says whether it is new. The same numbers with other bytes leave the first in place.
    ///
    /// # Errors
    /// The disk's no; [`StoreError::TooLarge`] for a sequence above 2^63.
    pub fn sealed_add(
        &mut self,
        notebook: &[u8; 32],
        generation: &[u8],
        device: &[u8; 32],
        sequence: u64,
        bytes: &[u8],
    ) -> Result<bool, StoreError> {
        let added = self
            .live()?
            .prepare_cached(
                "INSERT INTO sealed (notebook, generation, device, sequence, bytes) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                notebook,
                generation,
                device,
                row_number(sequence)?,
                bytes
            ])?;
        Ok(added > 0)
    }

    /// Drops the sealed messages of every generation of a notebook but `keep`; says how many.
    ///
    /// # Errors
    /// The disk's no.
    pub fn sealed_drop_others(
        &mut self,
        notebook: &[u8; 32],
        keep: &[u8],
    ) -> Result<usize, StoreError> {
        Ok(self.live()?.execute(
            "DELETE FROM sealed WHERE notebook = ?1 AND generation <> ?2",
            params![notebook, keep],
        )?)
    }

    /// Drops all sealed messages of a notebook; says how many.
    ///
    /// # Errors
    /// The disk's no.
    pub fn sealed_drop(&mut self, notebook: &[u8; 32]) -> Result<usize, StoreError> {
        Ok(self
            .live()?
            .execute("DELETE FROM sealed WHERE notebook = ?1", [notebook])?)
    }
}
