//! Keeping SQLite's write-ahead log short while posts come without end.
//! Knows the log's pace only: a background connection copies most of it, then the writer the rest, so that it begins anew.
//! Invariant: the writer never waits for the background, except when the log has passed its cap.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use rusqlite::Connection;

use super::sqlite::class;
use super::{Background, StoreError};

/// Each time so many bytes were written, the log is copied into the database: a little at a time, because posts wait while the disk is busy.
const STEP: u64 = 1 << 20;
/// From here on, in bytes written since it last began, the log is to begin anew.
const LONG: u64 = 12 << 20;
/// From here on the writer copies and waits, whatever the background does.
pub(super) const CAP: u64 = 48 << 20;
/// While the background copies, posts come: before the log begins anew it copies again, until so few pages came that the writer copies them in a moment.
const SHORT: i64 = 256;
/// But not for ever.
const PASSES: usize = 8;

const IDLE: u8 = 0;
/// The background is asked to copy.
const WANTED: u8 = 1;
/// The background is asked to copy nearly all.
const NEARLY_ALL: u8 = 2;
/// The background has copied nearly all; the writer may copy the rest, which is short.
const RIPE: u8 = 3;

/// The writer's side.
pub(super) struct Log {
    stage: Arc<AtomicU8>,
    background: bool,
    /// Since the log began.
    written: u64,
    /// What was written when the background was last asked.
    asked: u64,
}

/// Copies the log into the database while the writer goes on.
pub(super) struct Checkpointer {
    db: Connection,
    stage: Arc<AtomicU8>,
}

impl Log {
    pub(super) fn new() -> Self {
        Self {
            stage: Arc::default(),
            background: false,
            written: 0,
            asked: 0,
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

    /// After a commit of about so many bytes: asks the background to copy when it is time.
    pub(super) fn grew(&mut self, bytes: u64) {
        self.written = self.written.saturating_add(bytes);
        if self.stage.load(Ordering::Acquire) != IDLE {
            return;
        }
        let wanted = if self.written >= LONG {
            NEARLY_ALL
        } else if self.written.saturating_sub(self.asked) >= STEP {
            WANTED
        } else {
            return;
        };
        self.asked = self.written;
        self.stage.store(wanted, Ordering::Release);
    }

    /// Before a transaction, when those of the last one have their answers: copies what only the writer can.
    pub(super) fn shorten(&mut self, db: &Connection) -> Result<(), StoreError> {
        if self.written >= CAP {
            return self.empty(db);
        }
        let ripe = self.stage.load(Ordering::Acquire) == RIPE;
        if ripe || (!self.background && self.written >= LONG) {
            // All of it is copied now, so this transaction begins the log anew; the file keeps its length, which makes writing it quick.
            copy(db)?;
            self.begun();
        }
        Ok(())
    }

    /// Copies all, waiting for others, and cuts the file to nothing.
    pub(super) fn empty(&mut self, db: &Connection) -> Result<(), StoreError> {
        // "Busy" (a reader was in the way for too long) is not an error: after as many bytes again it is tried again.
        db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .map_err(class)?;
        self.begun();
        Ok(())
    }

    fn begun(&mut self) {
        (self.written, self.asked) = (0, 0);
        self.stage.store(IDLE, Ordering::Release);
    }
}

impl Background for Checkpointer {
    /// Copies what the log holds, if the writer asked for it.
    fn run(&self) -> Result<(), StoreError> {
        let wanted = self.stage.load(Ordering::Acquire);
        let then = match wanted {
            WANTED => IDLE,
            NEARLY_ALL => RIPE,
            _ => return Ok(()),
        };
        let mut copied = copy(&self.db)?;
        if then == RIPE {
            for _ in 1..PASSES {
                let before = std::mem::replace(&mut copied, copy(&self.db)?);
                if copied.saturating_sub(before) <= SHORT {
                    break;
                }
            }
        }
        // Unless the writer has emptied it meanwhile.
        let _ = self
            .stage
            .compare_exchange(wanted, then, Ordering::AcqRel, Ordering::Acquire);
        Ok(())
    }
}

/// Copies what is in nobody's way. Gives how many pages were copied since the log began.
fn copy(db: &Connection) -> Result<i64, StoreError> {
    db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(2))
        .map_err(class)
}
