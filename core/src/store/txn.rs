//! One deed, one transaction. Reads are the same on a [`Store`](super::Store) and inside a deed.
//! Knows no table. Invariant: what was not committed leaves no trace, also when a deed broke off half-way.

use super::StoreError;
use rusqlite::Connection;
use std::ops::Deref;

/// What can be read, with or without a deed under way. A deed sees its own writes.
#[derive(Debug)]
pub struct Reads {
    pub(super) conn: Connection,
}

/// A deed: all its writes become durable together in [`commit`](Txn::commit), or none does.
#[derive(Debug)]
pub struct Txn<'a> {
    reads: &'a Reads,
    open: bool,
}

impl<'a> Txn<'a> {
    pub(super) fn begin(reads: &'a Reads) -> Result<Txn<'a>, StoreError> {
        reads.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        Ok(Txn { reads, open: true })
    }

    /// Makes the deed durable (on disk before this returns).
    ///
    /// # Errors
    /// The disk's no; then nothing of the deed was kept.
    pub fn commit(mut self) -> Result<(), StoreError> {
        self.live()?.prepare_cached("COMMIT")?.execute([])?;
        self.open = false;
        Ok(())
    }

    /// The connection, if the transaction still stands: a full disk ends it behind our back, and a write
    /// after that would be durable alone.
    pub(super) fn live(&self) -> Result<&'a Connection, StoreError> {
        if self.open && !self.reads.conn.is_autocommit() {
            Ok(&self.reads.conn)
        } else {
            Err(StoreError::Disk(std::io::ErrorKind::Interrupted))
        }
    }
}

impl Deref for Txn<'_> {
    type Target = Reads;
    fn deref(&self) -> &Reads {
        self.reads
    }
}

impl Drop for Txn<'_> {
    fn drop(&mut self) {
        if self.open && !self.reads.conn.is_autocommit() {
            // If even this is refused, the transaction ends with the connection.
            let _ = self.reads.conn.execute_batch("ROLLBACK");
        }
    }
}

/// A number of ours as SQLite keeps it.
pub(super) fn row_number<N: TryInto<i64>>(number: N) -> Result<i64, StoreError> {
    number.try_into().map_err(|_| StoreError::TooLarge)
}
