//! All rows of a PostgreSQL database, as of one moment and beside running relays; and a database filled with such rows.
//! Knows SQL; knows no format of a backup.
//! Invariant: the day's lock is had before the moment that is read, since what is laid out afresh is empty for a moment from before.
//! Long because reading and filling are held against each other in one place.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio_postgres::Row as Line;
use tokio_postgres::types::ToSql;

use super::StoreError;
use super::copy::{InboxRow, ItemRow, Row, Source, State, Take, Target};
use super::postgres_books::{ITEM_COSTS, TALLY};
use super::postgres_day::{self, SCHEMA_VERSION, add_day, one};
use super::postgres_link::{Address, Link, Session, class};
use super::postgres_rows::{array, day, day_of, natural, read, whole};
use crate::chance::Chance;

/// As [`DAY_ALONE`](super::postgres_rows::DAY_ALONE), but over several transactions.
const HOLD_ALONE: &str = "SELECT pg_advisory_lock(1097617509, 1)";
const HOLD_SHARED: &str = "SELECT pg_advisory_lock_shared(1097617509, 1)";
const LET_GO: &str = "SELECT pg_advisory_unlock_all()";
/// Whether somebody waits for the day's lock.
const WAITED_FOR: &str = "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE datname = current_database() AND locktype = 'advisory' AND classid = 1097617509 AND objid = 1 AND objsubid = 2 AND NOT granted)";
const OTHERS: &str = "SELECT EXISTS (SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'relay' AND pid <> pg_backend_pid())";
const EMPTY: &str = "SELECT NOT EXISTS (SELECT FROM inbox) AND NOT EXISTS (SELECT FROM item)";
const BOX: &str = "SELECT key, last_day, version::bigint FROM box";

const INBOXES: &str = "SELECT no, fetch_hash, wake_hash, made, last_day, last_number, gone_through, expired_through, refused_at FROM inbox ORDER BY no";
const SLOTS: &str = "SELECT hash, inbox FROM slot ORDER BY hash";
const KNOWN: &str = "SELECT day, id, body_check FROM known WHERE day >= DAY ORDER BY day, id";
const ITEMS: &str = "SELECT inbox, number, day, id, bytes FROM item ORDER BY inbox, number";

const ADD_INBOXES: &str = "INSERT INTO inbox (no, fetch_hash, wake_hash, made, last_day, last_number, gone_through, expired_through, refused_at)
    SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[], $4::bytea[], $5::integer[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])";
const ADD_SLOTS: &str =
    "INSERT INTO slot (hash, inbox) SELECT * FROM unnest($1::bytea[], $2::bigint[])";
const ADD_KNOWN: &str = "INSERT INTO known (day, id, body_check) SELECT * FROM unnest($1::integer[], $2::bytea[], $3::bytea[])";
const ADD_ITEMS: &str = "INSERT INTO item (day, inbox, number, id, bytes)
    SELECT * FROM unnest($1::integer[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[])";
const COUNT_KEPT: &str = "UPDATE inbox SET kept = held.items, kept_from = held.first
    FROM (SELECT inbox, count(*) AS items, min(day) AS first FROM item GROUP BY inbox) AS held WHERE no = held.inbox";
const SUM: &str = "SELECT (SELECT count(*) FROM inbox), count(*), coalesce(sum(octet_length(bytes)), 0)::bigint FROM item";
const KEEP_BOX: &str = "UPDATE box SET version = $1, key = $2, last_day = $3";
const SAY_STATE: &str = "UPDATE box SET version = $1";

/// How long each statement may take: some read whole tables.
const LIMIT: Duration = Duration::from_secs(1800);
/// How many small rows are asked for or written at once.
const ROWS: usize = 2000;
/// How many items are asked for at once: of 64 KiB at most.
const ITEMS_ROWS: usize = 64;
/// So many bytes of items are written at once.
const BYTES: usize = 4 << 20;
/// How often it is looked whether a day waits to begin.
const LOOK: Duration = Duration::from_secs(1);

/// How a line becomes a row.
type ReadRow = fn(&Line) -> Result<Row, StoreError>;

/// A database that is read.
pub struct PostgresSource {
    link: Link,
    state: State,
    alone: bool,
}

impl PostgresSource {
    /// Opens a database that is there, beside relays that may be running.
    ///
    /// # Errors
    /// [`StoreError::Away`], [`StoreError::NotAdmitted`], [`StoreError::Damaged`], [`StoreError::Newer`].
    pub fn beside(address: &Address, runtime: Handle) -> Result<Self, StoreError> {
        Self::open(address, runtime, false)
    }

    /// Opens a database that is there, where no relay may write any more.
    ///
    /// # Errors
    /// As [`beside`](Self::beside), and [`StoreError::InUse`].
    pub fn alone(address: &Address, runtime: Handle) -> Result<Self, StoreError> {
        Self::open(address, runtime, true)
    }

    fn open(address: &Address, runtime: Handle, alone: bool) -> Result<Self, StoreError> {
        let mut link = Link::new(address.clone(), runtime, &[], LIMIT);
        let version = link.ask(async |session| {
            if alone {
                hold_alone(session).await?;
            }
            read(&one(session, BOX).await?, 2)
        })?;
        Ok(Self {
            link,
            state: State::of(version, SCHEMA_VERSION.into())?,
            alone,
        })
    }
}

impl Source for PostgresSource {
    fn state(&self) -> State {
        self.state
    }

    fn walk(&mut self, take: Take<'_>) -> Result<(), StoreError> {
        walk(&mut self.link, self.alone, take)
    }

    fn mark_moved(&mut self, to: i64) -> Result<(), StoreError> {
        if !self.alone {
            return Err(StoreError::InUse);
        }
        say_state(&mut self.link, State::Moved { to })
    }
}

/// Nobody else writes in this database, and no relay is there.
async fn hold_alone(session: &Session) -> Result<(), StoreError> {
    one(session, HOLD_ALONE).await?;
    // The server sees the end of one that has just stopped a moment later.
    for _ in 0..20 {
        if !read::<bool>(&one(session, OTHERS).await?, 0)? {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(StoreError::InUse)
}

/// As the table keeps it.
fn version_of(state: State) -> i32 {
    i32::try_from(state.version(SCHEMA_VERSION.into())).unwrap_or(i32::MAX)
}

fn say_state(link: &mut Link, state: State) -> Result<(), StoreError> {
    let version = version_of(state);
    // Over the same session as before: it holds the lock.
    link.go_on(async |session| {
        let said = session.client.execute(SAY_STATE, &[&version]).await;
        said.map(drop).map_err(class)
    })
}

/// Reads all in one transaction; the day's lock goes with it, unless it is held alone.
fn walk(link: &mut Link, alone: bool, take: Take<'_>) -> Result<(), StoreError> {
    let begin = async |session: &Session| {
        if !alone {
            one(session, HOLD_SHARED).await?;
        }
        session
            .say("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            .await
    };
    if alone {
        link.go_on(begin)?;
    } else {
        link.ask(begin)?;
    }
    let done = walk_in(link, alone, take);
    link.take_back();
    if !alone {
        // With the session they would go as well.
        let _ = link.go_on(async |session| one(session, LET_GO).await.map(drop));
    }
    done
}

fn walk_in(link: &mut Link, alone: bool, take: Take<'_>) -> Result<(), StoreError> {
    let (key, last_day) = link.go_on(async |session| {
        let line = one(session, BOX).await?;
        Ok((array(&line, 0)?, day(&line, 1)?))
    })?;
    take(Row::Box { key, last_day })?;
    let yesterday = day_of(last_day.saturating_sub(1));
    let known = KNOWN.replace("DAY", &yesterday.to_string());
    let parts: [(&str, usize, ReadRow); 4] = [
        (INBOXES, ROWS, inbox),
        (SLOTS, ROWS, |line| {
            Ok(Row::Slot {
                hash: array(line, 0)?,
                inbox: read(line, 1)?,
            })
        }),
        (&known, ROWS, |line| {
            Ok(Row::Known {
                day: day(line, 0)?,
                id: array(line, 1)?,
                check: array(line, 2)?,
            })
        }),
        (ITEMS, ITEMS_ROWS, |line| {
            Ok(Row::Item(ItemRow {
                inbox: read(line, 0)?,
                number: natural(read(line, 1)?),
                day: day(line, 2)?,
                id: array(line, 3)?,
                bytes: read(line, 4)?,
            }))
        }),
    ];
    let mut looked = Instant::now();
    for (sql, rows, row) in parts {
        link.go_on(async |session| {
            let declare = format!("DECLARE part NO SCROLL CURSOR FOR {sql}");
            session.say(&declare).await
        })?;
        loop {
            let next = format!("FETCH {rows} FROM part");
            let lines =
                link.go_on(async |session| session.client.query(&next, &[]).await.map_err(class))?;
            for line in &lines {
                take(row(line)?)?;
            }
            if lines.len() < rows {
                break;
            }
            if !alone && looked.elapsed() >= LOOK {
                looked = Instant::now();
                let waits = link.go_on(async |session| one(session, WAITED_FOR).await)?;
                if read::<bool>(&waits, 0)? {
                    return Err(StoreError::GaveWay);
                }
            }
        }
        link.go_on(async |session| session.say("CLOSE part").await)?;
    }
    Ok(())
}

fn inbox(line: &Line) -> Result<Row, StoreError> {
    Ok(Row::Inbox(InboxRow {
        no: read(line, 0)?,
        fetch_hash: array(line, 1)?,
        wake_hash: array(line, 2)?,
        made: array(line, 3)?,
        last_day: day(line, 4)?,
        last_number: natural(read(line, 5)?),
        gone_through: natural(read(line, 6)?),
        expired_through: natural(read(line, 7)?),
        refused_at: natural(read(line, 8)?),
    }))
}

/// Rows that wait to be written, all of one kind, column by column.
#[derive(Default)]
struct Waiting {
    inboxes: Vec<InboxRow>,
    slots: (Vec<Vec<u8>>, Vec<i64>),
    known: (Vec<i32>, Vec<Vec<u8>>, Vec<Vec<u8>>),
    items: Vec<ItemRow>,
    bytes: usize,
}

/// A database that is filled: in one transaction, after which it is not a box before it is ready.
pub struct PostgresTarget {
    link: Link,
    was_arriving: bool,
    settled: bool,
    waiting: Waiting,
    days: BTreeSet<u32>,
    tally: i64,
}

impl PostgresTarget {
    /// Begins in a database that holds nothing yet.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`], [`StoreError::InUse`], and all of [`Postgres::open`](super::postgres::Postgres::open).
    pub fn begin(
        address: &Address,
        runtime: Handle,
        chance: &mut Chance,
    ) -> Result<Self, StoreError> {
        let (key, tally) = (chance.make()?, i64::from_be_bytes(chance.make()?));
        let mut link = Link::new(address.clone(), runtime, postgres_day::STATEMENTS, LIMIT);
        link.ask(async |session| hold_alone(session).await)?;
        let opened = link.go_on(async |session| postgres_day::open(session, key).await);
        let was_arriving = match opened {
            Ok(_) => false,
            Err(StoreError::Arriving) => true,
            Err(error) => return Err(error),
        };
        link.take_back();
        link.go_on(async |session| {
            session
                .say("BEGIN; SET LOCAL enable_seqscan = on; SET LOCAL idle_in_transaction_session_timeout = '30min'")
                .await?;
            if was_arriving {
                session
                    .say("TRUNCATE inbox, slot, item, known")
                    .await?;
            } else if !read::<bool>(&one(session, EMPTY).await?, 0)? {
                return Err(StoreError::NotEmpty);
            }
            session.say("DELETE FROM slot; DELETE FROM known; DELETE FROM tally").await
        })?;
        Ok(Self {
            link,
            was_arriving,
            settled: false,
            waiting: Waiting::default(),
            days: BTreeSet::new(),
            tally,
        })
    }

    fn run(&mut self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<(), StoreError> {
        let done = self
            .link
            .go_on(async |session| session.client.execute(sql, values).await.map_err(class));
        done.map(drop)
    }

    /// Days that hold something, or will, have a partition.
    fn day(&mut self, day: u32) -> Result<(), StoreError> {
        if self.days.insert(day) {
            self.link
                .go_on(async |session| add_day(session, day).await)?;
        }
        Ok(())
    }

    fn write_out(&mut self) -> Result<(), StoreError> {
        let waiting = std::mem::take(&mut self.waiting);
        let inboxes = &waiting.inboxes;
        if !inboxes.is_empty() {
            let numbers = |of: fn(&InboxRow) -> i64| inboxes.iter().map(of).collect::<Vec<_>>();
            let hashes =
                |of: fn(&InboxRow) -> &[u8]| inboxes.iter().map(of).collect::<Vec<&[u8]>>();
            let days: Vec<i32> = inboxes.iter().map(|inbox| day_of(inbox.last_day)).collect();
            self.run(
                ADD_INBOXES,
                &[
                    &numbers(|inbox| inbox.no),
                    &hashes(|inbox| &inbox.fetch_hash),
                    &hashes(|inbox| &inbox.wake_hash),
                    &hashes(|inbox| &inbox.made),
                    &days,
                    &numbers(|inbox| whole(inbox.last_number)),
                    &numbers(|inbox| whole(inbox.gone_through)),
                    &numbers(|inbox| whole(inbox.expired_through)),
                    &numbers(|inbox| whole(inbox.refused_at)),
                ],
            )?;
        }
        let (hashes, of) = &waiting.slots;
        if !hashes.is_empty() {
            self.run(ADD_SLOTS, &[hashes, of])?;
        }
        let (days, ids, checks) = &waiting.known;
        if !ids.is_empty() {
            self.run(ADD_KNOWN, &[days, ids, checks])?;
        }
        let items = &waiting.items;
        if !items.is_empty() {
            let days: Vec<i32> = items.iter().map(|item| day_of(item.day)).collect();
            let of: Vec<i64> = items.iter().map(|item| item.inbox).collect();
            let numbers: Vec<i64> = items.iter().map(|item| whole(item.number)).collect();
            let ids: Vec<&[u8]> = items.iter().map(|item| &item.id[..]).collect();
            let bytes: Vec<&[u8]> = items.iter().map(|item| &item.bytes[..]).collect();
            self.run(ADD_ITEMS, &[&days, &of, &numbers, &ids, &bytes])?;
        }
        Ok(())
    }

    /// Counts what is kept, as the relay does along with its writes.
    fn count(&mut self) -> Result<(), StoreError> {
        self.run(COUNT_KEPT, &[])?;
        let line = self.link.go_on(async |session| one(session, SUM).await)?;
        let (inboxes, items, bytes): (i64, i64, i64) =
            (read(&line, 0)?, read(&line, 1)?, read(&line, 2)?);
        let (tally, bytes) = (self.tally, bytes + items * ITEM_COSTS);
        self.run(TALLY, &[&tally, &inboxes, &bytes])
    }
}

impl Target for PostgresTarget {
    fn was_arriving(&self) -> bool {
        self.was_arriving
    }

    fn put(&mut self, row: Row) -> Result<(), StoreError> {
        let waiting = &mut self.waiting;
        match row {
            Row::Box { key, last_day } => {
                let version = version_of(State::Arriving);
                self.day(last_day)?;
                return self.run(KEEP_BOX, &[&version, &&key[..], &day_of(last_day)]);
            }
            Row::Inbox(inbox) => waiting.inboxes.push(inbox),
            Row::Slot { hash, inbox } => {
                waiting.slots.0.push(hash.to_vec());
                waiting.slots.1.push(inbox);
            }
            Row::Known { day, id, check } => {
                waiting.known.0.push(day_of(day));
                waiting.known.1.push(id.to_vec());
                waiting.known.2.push(check.to_vec());
                self.day(day)?;
            }
            Row::Item(item) => {
                let day = item.day;
                waiting.bytes += item.bytes.len();
                waiting.items.push(item);
                self.day(day)?;
            }
        }
        let waiting = &self.waiting;
        let rows = waiting.inboxes.len()
            + waiting.slots.1.len()
            + waiting.known.0.len()
            + waiting.items.len();
        if rows >= ROWS || waiting.bytes >= BYTES {
            self.write_out()?;
        }
        Ok(())
    }

    fn settle(&mut self) -> Result<(), StoreError> {
        self.write_out()?;
        self.count()?;
        self.link
            .go_on(async |session| session.say("COMMIT").await)?;
        self.settled = true;
        Ok(())
    }

    fn walk(&mut self, take: Take<'_>) -> Result<(), StoreError> {
        walk(&mut self.link, true, take)
    }

    fn ready(&mut self) -> Result<(), StoreError> {
        say_state(&mut self.link, State::Ready)
    }

    fn give_up(&mut self) {
        self.link.take_back();
        if self.settled {
            // It stays as one that was not ended where this can't be done; the next copy begins anew.
            let version = version_of(State::Ready);
            let sql = format!(
                "BEGIN; TRUNCATE inbox, slot, item, known, tally; UPDATE box SET version = {version}; COMMIT"
            );
            let _ = self.link.go_on(async |session| session.say(&sql).await);
        }
    }
}
