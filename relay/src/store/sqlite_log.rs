//! Keeping SQLite's write-ahead log short while posts come without end.
//! Knows the log's pace only: a background connection copies most of it, then the writer the rest, so that it begins anew.
//! Invariant: the writer never waits for the background, except when the log has passed its cap.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use rusqlite::Connection;

use super::StoreError;
use super::sqlite::class;

/// From here on, in bytes written since it last began, the log is copied into the database.
const WORTH_COPYING: u64 = 12 << 20;
/// From here on the writer copies and waits, whatever the background does.
pub(super) const CAP: u64 = 48 << 20;

const IDLE: u8 = 0;
/// The background is asked to copy.
const WANTED: u8 = 1;
/// The background has copied; the writer may copy the rest, which is short.
const RIPE: u8 = 2;

/// The writer's side.
pub(super) struct Log {
    stage: Arc<AtomicU8>,
    background: bool,
    written: u64,
}

/// Copies the log into the database while the writer goes on.
pub struct Checkpointer {
    db: Connection,
    stage: Arc<AtomicU8>,
}

impl Log {
    pub(super) fn new() -> Self {
        Self {
            stage: Arc::default(),
            background: false,
            written: 0,
        }
    }

    /// The background's side, over a connection of its own.
    pub(super) fn checkpointer(&mut self, db: Connection) -> Checkpointer {
        self.background = true;
        Checkpointer {
            db,
            stage: Arc::clone(&self.stage),
        }
    }

    /// After a commit of about so many bytes.
    pub(super) fn grew(&mut self, db: &Connection, bytes: u64) -> Result<(), StoreError> {
        self.written = self.written.saturating_add(bytes);
        if self.written >= CAP {
            return self.empty(db);
        }
        let stage = self.stage.load(Ordering::Acquire);
        if stage == RIPE || (!self.background && self.written >= WORTH_COPYING) {
            // All of it is copied now, so the next transaction begins the log anew; the file keeps its length, which makes writing it quick.
            copy(db)?;
            self.written = 0;
            self.stage.store(IDLE, Ordering::Release);
        } else if stage == IDLE && self.written >= WORTH_COPYING {
            self.stage.store(WANTED, Ordering::Release);
        }
        Ok(())
    }

    /// Copies all, waiting for others, and cuts the file to nothing.
    pub(super) fn empty(&mut self, db: &Connection) -> Result<(), StoreError> {
        // "Busy" (a reader was in the way for too long) is not an error: after as many bytes again it is tried again.
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(class)?;
        self.written = 0;
        self.stage.store(IDLE, Ordering::Release);
        Ok(())
    }
}

impl Checkpointer {
    /// Copies what the log holds, if the writer asked for it.
    ///
    /// # Errors
    /// [`StoreError`] when the disk does not answer.
    pub fn run(&self) -> Result<(), StoreError> {
        if self.stage.load(Ordering::Acquire) != WANTED {
            return Ok(());
        }
        copy(&self.db)?;
        // Unless the writer has emptied it meanwhile.
        let _ = self
            .stage
            .compare_exchange(WANTED, RIPE, Ordering::AcqRel, Ordering::Acquire);
        Ok(())
    }
}

fn copy(db: &Connection) -> Result<(), StoreError> {
    db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
        .map_err(class)
}
