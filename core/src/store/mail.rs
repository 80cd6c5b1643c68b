//! The outbox (sealed bodies that wait for the post box) and the inbox (items seen, and bytes that did not open).
//! Does not know what is sealed nor when to send. Invariant: an outbox id is never used twice.

use super::txn::row_number;
use super::{Reads, StoreError, Txn};
use rusqlite::{OptionalExtension, Row, params};

/// At most so many bytes that did not open are kept, the newest; all are counted.
pub const ASIDE_BYTES: i64 = 1 << 20;

/// What is to be posted.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxItem {
    /// Whom it is for.
    pub tie: [u8; 32],
    /// The token of the slot it goes to.
    pub slot_token: [u8; 32],
    /// Makes a repeated post harmless.
    pub idempotency: [u8; 16],
    /// The caller's own mark.
    pub kind: u8,
    /// UTC day since 1970-01-01 on which it was made.
    pub made_day: u32,
    /// The sealed bytes.
    pub body: Vec<u8>,
}

/// A row of the outbox.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Rises; never used twice.
    pub id: i64,
    /// What is to be posted.
    pub item: OutboxItem,
}

impl std::fmt::Debug for OutboxItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutboxItem")
            .field("kind", &self.kind)
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for OutboxEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OutboxEntry")
            .field("id", &self.id)
            .field("item", &self.item)
            .finish()
    }
}

/// The id of an item that did not open, and its bytes.
pub type Aside = ([u8; 16], Vec<u8>);

impl Reads {
    /// All that waits to be posted, oldest first.
    ///
    /// # Errors
    /// As every read: [`StoreError::StoreDamaged`] or the disk's no.
    pub fn outbox(&self) -> Result<Vec<OutboxEntry>, StoreError> {
        self.outbox_after(0, u32::MAX)
    }

    /// At most `limit` entries whose id is above `id`, oldest first: a long outbox need not fit into memory.
    ///
    /// # Errors
    /// As every read.
    pub fn outbox_after(&self, id: i64, limit: u32) -> Result<Vec<OutboxEntry>, StoreError> {
        let mut query = self.conn.prepare_cached(
            "SELECT id, tie, slot_token, idempotency, kind, made_day, body FROM outbox
             WHERE id > ?1 ORDER BY id LIMIT ?2",
        )?;
        let rows = query.query_map(params![id, limit], entry)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many entries wait to be posted.
    ///
    /// # Errors
    /// As every read.
    pub fn outbox_count(&self) -> Result<u64, StoreError> {
        count(self, "SELECT count(*) FROM outbox")
    }

    /// Whether an item of the post box was read before.
    ///
    /// # Errors
    /// As every read.
    pub fn was_seen(&self, item: &[u8; 16]) -> Result<bool, StoreError> {
        Ok(self
            .conn
            .prepare_cached("SELECT 1 FROM inbox WHERE item = ?1")?
            .query_row([item], |_| Ok(()))
            .optional()?
            .is_some())
    }

    /// How many items did not open, among those not yet forgotten.
    ///
    /// # Errors
    /// As every read.
    pub fn aside_count(&self) -> Result<u64, StoreError> {
        count(
            self,
            "SELECT count(*) FROM inbox WHERE aside_size IS NOT NULL",
        )
    }

    /// The items that did not open and are still kept, as (item, bytes), oldest day first.
    ///
    /// # Errors
    /// As every read.
    pub fn asides(&self) -> Result<Vec<Aside>, StoreError> {
        let mut query = self.conn.prepare_cached(
            "SELECT item, aside FROM inbox WHERE aside IS NOT NULL ORDER BY day, item",
        )?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Txn<'_> {
    /// Adds to the outbox; gives the entry's id.
    ///
    /// # Errors
    /// The disk's no; the deed should then be dropped.
    pub fn outbox_add(&mut self, item: &OutboxItem) -> Result<i64, StoreError> {
        let conn = self.live()?;
        conn.execute(
            "INSERT INTO outbox (tie, slot_token, idempotency, kind, made_day, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                item.tie,
                item.slot_token,
                item.idempotency,
                item.kind,
                item.made_day,
                item.body
            ],
        )?;
        Ok(conn.last_insert_rowid())
    }

    /// Takes an entry out of the outbox; says whether it was there.
    ///
    /// # Errors
    /// The disk's no.
    pub fn outbox_remove(&mut self, id: i64) -> Result<bool, StoreError> {
        Ok(self
            .live()?
            .execute("DELETE FROM outbox WHERE id = ?1", [id])?
            > 0)
    }

    /// Takes everything for a tie out of the outbox; says how much.
    ///
    /// # Errors
    /// The disk's no.
    pub fn outbox_drop_for_tie(&mut self, tie: &[u8; 32]) -> Result<usize, StoreError> {
        Ok(self
            .live()?
            .execute("DELETE FROM outbox WHERE tie = ?1", [tie])?)
    }

    /// Remembers that an item of the post box was read on `day`.
    ///
    /// # Errors
    /// The disk's no.
    pub fn mark_seen(&mut self, item: &[u8; 16], day: u32) -> Result<(), StoreError> {
        self.live()?
            .prepare_cached("INSERT INTO inbox (item, day) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
            .execute(params![item, day])?;
        Ok(())
    }

    /// Remembers an item that did not open, counts it and keeps its bytes while there is room ([`ASIDE_BYTES`]).
    ///
    /// # Errors
    /// The disk's no.
    pub fn set_aside(&mut self, item: &[u8; 16], day: u32, bytes: &[u8]) -> Result<(), StoreError> {
        let conn = self.live()?;
        let size = row_number(bytes.len())?;
        let kept = (size <= ASIDE_BYTES).then_some(bytes);
        conn.execute(
            "INSERT INTO inbox (item, day, aside_size, aside) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET aside_size = excluded.aside_size, aside = excluded.aside",
            params![item, day, size, kept],
        )?;
        // Oldest first, until the rest fits: nobody fills a phone with what does not open.
        conn.execute(
            "UPDATE inbox SET aside = NULL WHERE item IN (SELECT item FROM (
               SELECT item, sum(aside_size) OVER (ORDER BY item = ?1 DESC, day DESC, item DESC) AS total
               FROM inbox WHERE aside IS NOT NULL) WHERE total > ?2)",
            params![item, ASIDE_BYTES],
        )?;
        Ok(())
    }

    /// Forgets items read before `day`, kept bytes and all; says how many. The post box lost them long before.
    ///
    /// # Errors
    /// The disk's no.
    pub fn forget_seen_before(&mut self, day: u32) -> Result<usize, StoreError> {
        Ok(self
            .live()?
            .execute("DELETE FROM inbox WHERE day < ?1", [day])?)
    }
}

fn entry(row: &Row<'_>) -> rusqlite::Result<OutboxEntry> {
    Ok(OutboxEntry {
        id: row.get(0)?,
        item: OutboxItem {
            tie: row.get(1)?,
            slot_token: row.get(2)?,
            idempotency: row.get(3)?,
            kind: row.get(4)?,
            made_day: row.get(5)?,
            body: row.get(6)?,
        },
    })
}

fn count(reads: &Reads, sql: &str) -> Result<u64, StoreError> {
    let n: i64 = reads.conn.query_row(sql, [], |row| row.get(0))?;
    u64::try_from(n).map_err(|_| StoreError::StoreDamaged)
}
