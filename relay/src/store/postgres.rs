//! The store in a PostgreSQL database that several processes may share: one connection that writes, others that read.
//! Knows SQL; knows no tokens and no days but those it is given.
//! Invariant: what a process remembers between two transactions is never taken for true in the next: all is read again under its lock.

use std::cell::RefCell;
use std::time::Duration;

use tokio::runtime::Handle;

pub use super::postgres_link::{Address, BadAddress};

use super::postgres_books::{PostgresBooks, STATEMENTS};
use super::postgres_day::{self, INBOX_COSTS};
use super::postgres_link::Link;
use super::postgres_log::{Cutter, EVERY};
use super::postgres_rows::{Sums, array, day, inbox, natural, read, whole};
use super::{Background, Books, Ended, Inbox, InboxNo, Item, Needs, Store, StoreError, View};
use crate::chance::Chance;

const INBOX_BY_FETCH: &str = "SELECT no, fetch_hash, made, last_day, gone_through, expired_through, refused_at, kept, kept_from FROM inbox WHERE fetch_hash = $1";
const INBOX_BY_WAKE: &str = "SELECT no, fetch_hash, made, last_day, gone_through, expired_through, refused_at, kept, kept_from FROM inbox WHERE wake_hash = $1";
/// What is too much is left out before its bytes are read.
const ITEMS: &str = "SELECT id, number, day, bytes FROM (
        SELECT *, sum(octet_length(bytes)) OVER (ORDER BY number ROWS UNBOUNDED PRECEDING) AS total,
            row_number() OVER (ORDER BY number ROWS UNBOUNDED PRECEDING) AS place
        FROM (SELECT id, number, day, bytes FROM item WHERE inbox = $1 AND day >= $2 AND number > $3 ORDER BY number LIMIT $4) AS next
    ) AS counted WHERE total <= $5 OR place = 1 ORDER BY number";
const HIGHEST: &str =
    "SELECT number FROM item WHERE inbox = $1 AND day >= $2 ORDER BY number DESC LIMIT 1";

const WAKE_ADDRESSES: &str = "SELECT wake_address FROM inbox WHERE no = ANY($1) AND wake_address IS NOT NULL AND kept > 0 ORDER BY wake_address";

const READS: &[&str] = &[
    INBOX_BY_FETCH,
    INBOX_BY_WAKE,
    ITEMS,
    HIGHEST,
    WAKE_ADDRESSES,
];

/// How long one statement may take.
const WRITE: Duration = Duration::from_secs(30);
const READ: Duration = Duration::from_secs(15);
/// How long cutting the log may take.
const CUT: Duration = Duration::from_secs(600);
/// How long each statement of opening and of the day's turn may take; the turn's own limits are within.
const TURN: Duration = Duration::from_secs(1800);

/// The writer's side. Its calls wait for the database, so none may be made on a thread that drives the runtime.
pub struct Postgres {
    writes: Link,
    turns: Link,
    view: PostgresView,
    key: [u8; 32],
    tally: i64,
    sums: Sums,
    keeps_times: bool,
}

/// A reader's side, with a connection of its own.
pub struct PostgresView {
    link: RefCell<Link>,
}

impl Postgres {
    /// Opens the database, and makes the tables when there are none. `runtime` drives the connections.
    ///
    /// # Errors
    /// [`StoreError::Away`], [`StoreError::NotAdmitted`], [`StoreError::Forgetful`], [`StoreError::Tells`],
    /// [`StoreError::Damaged`], [`StoreError::Newer`]: the database is left as it is.
    pub fn open(
        address: &Address,
        runtime: Handle,
        chance: &mut Chance,
    ) -> Result<Self, StoreError> {
        let (key, tally) = (chance.make()?, i64::from_be_bytes(chance.make()?));
        let mut turns = Link::new(address.clone(), runtime, postgres_day::STATEMENTS, TURN);
        let opened = turns.ask(async |session| postgres_day::open(session, key).await);
        if opened.is_err() {
            turns.take_back();
        }
        let opened = opened?;
        Ok(Self {
            writes: turns.beside(STATEMENTS, WRITE),
            view: PostgresView::over(&turns),
            turns,
            key: opened.key,
            tally,
            sums: opened.sums,
            keeps_times: opened.keeps_times,
        })
    }
}

impl PostgresView {
    fn over(link: &Link) -> Self {
        Self {
            link: RefCell::new(link.beside(READS, READ)),
        }
    }

    fn inbox(&self, sql: &'static str, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError> {
        self.ask(async |session| {
            let rows = session.rows(sql, &[&hash.as_slice()]).await?;
            rows.first().map(inbox).transpose()
        })
    }

    /// Reads twice where the connection broke since the last time: nothing is done twice by it.
    fn ask<T>(
        &self,
        work: impl AsyncFn(&super::postgres_link::Session) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut link = self.link.try_borrow_mut().map_err(|_| StoreError::Disk)?;
        match link.ask(&work) {
            Err(StoreError::Away) => link.ask(&work),
            done => done,
        }
    }
}

impl View for PostgresView {
    fn inbox_by_fetch(&self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError> {
        self.inbox(INBOX_BY_FETCH, hash)
    }

    fn inbox_by_wake(&self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError> {
        self.inbox(INBOX_BY_WAKE, hash)
    }

    fn items_after(
        &self,
        inbox: &Inbox,
        number: u64,
        max_items: usize,
        max_bytes: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let Some(from) = from_day(inbox) else {
            return Ok(Vec::new());
        };
        let most = i64::try_from(max_items).unwrap_or(i64::MAX);
        let bytes = i64::try_from(max_bytes).unwrap_or(i64::MAX);
        self.ask(async |session| {
            let values: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
                [&inbox.no.0, &from, &whole(number), &most, &bytes];
            let rows = session.rows(ITEMS, &values).await?;
            rows.iter()
                .map(|row| {
                    Ok(Item {
                        id: array(row, 0)?,
                        number: natural(read(row, 1)?),
                        day: day(row, 2)?,
                        bytes: read(row, 3)?,
                    })
                })
                .collect()
        })
    }

    fn highest_kept(&self, inbox: &Inbox) -> Result<u64, StoreError> {
        let Some(from) = from_day(inbox) else {
            return Ok(0);
        };
        self.ask(async |session| {
            let rows = session.rows(HIGHEST, &[&inbox.no.0, &from]).await?;
            rows.first().map_or(Ok(0), |row| read(row, 0).map(natural))
        })
    }

    fn wake_addresses(&self, inboxes: &[InboxNo]) -> Result<Vec<[u8; 32]>, StoreError> {
        let nos: Vec<i64> = inboxes.iter().map(|inbox| inbox.0).collect();
        self.ask(async |session| {
            let rows = session.rows(WAKE_ADDRESSES, &[&nos]).await?;
            rows.iter().map(|row| array(row, 0)).collect()
        })
    }
}

/// The first day to look at; `None` where nothing is kept.
fn from_day(inbox: &Inbox) -> Option<i32> {
    let held = inbox.held.unwrap_or_default();
    (held.items > 0).then(|| i32::try_from(held.from_day).unwrap_or(i32::MAX))
}

impl Store for Postgres {
    fn write(
        &mut self,
        needs: &Needs,
        work: &mut dyn FnMut(&mut dyn Books) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut books = PostgresBooks::begin(&mut self.writes, self.tally, needs)?;
        if let Err(error) = work(&mut books) {
            books.roll_back();
            return Err(error);
        }
        self.sums = books.commit()?;
        Ok(())
    }

    fn turn_day(&mut self, day: u32) -> Result<Option<Ended>, StoreError> {
        if day <= self.sums.last_day {
            return Ok(None);
        }
        let tally = self.tally;
        let turned = self
            .turns
            .ask(async |session| postgres_day::turn(session, tally, day).await);
        if turned.is_err() {
            self.turns.take_back();
        }
        let (ended, sums) = turned?;
        self.sums = sums;
        Ok(ended)
    }

    fn view(&self) -> &dyn View {
        &self.view
    }

    fn key(&self) -> [u8; 32] {
        self.key
    }

    fn last_day(&self) -> u32 {
        self.sums.last_day
    }

    fn inboxes(&self) -> u64 {
        natural(self.sums.inboxes)
    }

    /// As counted, over all processes as of the last transaction of this one: what PostgreSQL's files take is more, and shrinks later.
    fn kept_bytes(&self) -> Result<u64, StoreError> {
        let inboxes = self.sums.inboxes.saturating_mul(INBOX_COSTS);
        Ok(natural(self.sums.bytes.saturating_add(inboxes)))
    }

    fn tidy(&mut self) -> Result<(), StoreError> {
        let last_day = self.sums.last_day;
        let done = self
            .turns
            .ask(async |session| postgres_day::tidy(session, last_day).await);
        if done.is_err() {
            self.turns.take_back();
        }
        done
    }

    fn reader(&self) -> Result<Option<Box<dyn View + Send>>, StoreError> {
        Ok(Some(Box::new(PostgresView::over(&self.turns))))
    }

    fn keeps_times(&self) -> bool {
        self.keeps_times
    }

    fn background(&mut self) -> Result<Option<Box<dyn Background>>, StoreError> {
        let link = self.turns.beside(&[], CUT);
        Ok(Some(Box::new(Cutter::new(link, EVERY))))
    }
}

#[cfg(test)]
pub(crate) mod tests;
