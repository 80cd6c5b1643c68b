//! PostgreSQL's log holds the time of each commit, in microseconds, and can't be told not to: so it is cut again and again.
//! Knows no table.
//! Invariant: where the operator has granted it, no commit's time is in the log for longer than [`EVERY`], and none after a clean stop.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use super::postgres_link::{Link, Session};
use super::{Background, StoreError};

/// How long a commit's time is kept at most. Each cut is a checkpoint, so it costs what writes all pages that changed.
pub(super) const EVERY: Duration = Duration::from_secs(300);

/// What is in the log till now is in the tables: the server lets go of it where the operator has granted these.
pub(super) async fn cut(session: &Session) -> Result<(), StoreError> {
    for sql in ["SELECT pg_switch_wal()", "CHECKPOINT"] {
        match session.say(sql).await {
            Ok(()) | Err(StoreError::NotAdmitted) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Cuts the log beside the writer.
pub(super) struct Cutter {
    link: RefCell<Link>,
    every: Duration,
    /// When the oldest commit that is still in it was made.
    since: Cell<Option<Instant>>,
}

impl Cutter {
    /// One that cuts so often while there are transactions. What is in the log when it begins is from now: a process that was killed cut nothing.
    pub(super) fn new(link: Link, every: Duration) -> Self {
        Self {
            link: RefCell::new(link),
            every,
            since: Cell::new(Some(Instant::now())),
        }
    }

    fn cut(&self) -> Result<(), StoreError> {
        // From the beginning of the cut on; if it fails, it is tried again in its time.
        self.since.set(Some(Instant::now()));
        let mut link = self.link.try_borrow_mut().map_err(|_| StoreError::Disk)?;
        link.ask(async |session| cut(session).await)?;
        self.since.set(None);
        Ok(())
    }
}

impl Background for Cutter {
    fn run(&self) -> Result<(), StoreError> {
        let since = self.since.get().unwrap_or_else(Instant::now);
        self.since.set(Some(since));
        if since.elapsed() < self.every {
            return Ok(());
        }
        self.cut()
    }

    fn patience(&self) -> Option<Duration> {
        let since = self.since.get()?;
        Some(self.every.saturating_sub(since.elapsed()))
    }

    fn late(&self) -> Result<(), StoreError> {
        self.since.get().map_or(Ok(()), |_| self.cut())
    }
}
