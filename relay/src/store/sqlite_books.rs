//! One transaction of writes in SQLite; its statements are prepared once, however many deeds share it.
//! Knows SQL; knows no tokens and no days but those it is given.
//! Invariant: the place of an item follows from its day and its random id, never from when in the day it came.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Params, Row, Statement, params};

use super::sqlite::{HIGHEST_KEPT, INBOX_BY_FETCH, class, inbox, natural, whole};
use super::{Books, Ended, Inbox, InboxNo, InboxToAdd, ItemToAdd, LIFE_DAYS, StoreError};

const INBOX_BY_SLOT: &str =
    "SELECT no, fetch, made, last_day, gone_through, expired_through, refused_at
    FROM slot JOIN inbox ON inbox.no = slot.inbox WHERE slot.hash = ?1";

/// The cache of last numbers is dropped when it has grown to this.
const NUMBERS_CACHED: usize = 100_000;
/// Two ids of a day may share their first 47 bits; then the next free place is taken, at most this far on.
const PLACES_TRIED: i64 = 8;
/// What a changed row costs in the log, about: a page of the table and one of its index.
const ROW_IN_LOG: u64 = 8 << 10;
/// An item's place is its day, then this many bits of its id.
pub(super) const DAY_SHIFT: u32 = 47;

/// The last number given in each inbox that was posted to lately.
pub(super) type Numbers = HashMap<InboxNo, u64>;

/// What is counted along with the writes.
#[derive(Clone, Copy)]
pub(super) struct Sums {
    pub(super) last_day: u32,
    pub(super) inboxes: u64,
    /// Bytes that the log grew by, about.
    pub(super) written: u64,
}

pub(super) struct SqliteBooks<'a> {
    db: &'a Connection,
    sums: &'a mut Sums,
    numbers: &'a mut Numbers,
    statements: HashMap<&'static str, Statement<'a>>,
}

impl<'a> SqliteBooks<'a> {
    pub(super) fn new(db: &'a Connection, sums: &'a mut Sums, numbers: &'a mut Numbers) -> Self {
        Self {
            db,
            sums,
            numbers,
            statements: HashMap::new(),
        }
    }

    fn prepared(&mut self, sql: &'static str) -> Result<&mut Statement<'a>, StoreError> {
        use std::collections::hash_map::Entry;
        match self.statements.entry(sql) {
            Entry::Occupied(found) => Ok(found.into_mut()),
            Entry::Vacant(free) => Ok(free.insert(self.db.prepare(sql).map_err(class)?)),
        }
    }

    /// Runs a deed; gives how many rows it changed.
    fn run(&mut self, sql: &'static str, values: impl Params) -> Result<u64, StoreError> {
        let changed = self.prepared(sql)?.execute(values).map_err(class)?;
        let changed = u64::try_from(changed).unwrap_or_default();
        self.sums.written = self
            .sums
            .written
            .saturating_add(changed.saturating_mul(ROW_IN_LOG));
        Ok(changed)
    }

    fn one<T>(
        &mut self,
        sql: &'static str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        self.prepared(sql)?
            .query_row(values, read)
            .optional()
            .map_err(class)
    }
}

impl SqliteBooks<'_> {
    pub(super) fn turn_day(&mut self, day: u32) -> Result<Ended, StoreError> {
        let over = first_place(day.saturating_add(1).saturating_sub(LIFE_DAYS));
        self.run(
            "UPDATE inbox SET expired_through = max(expired_through, over.last), gone_through = max(gone_through, over.last)
             FROM (SELECT inbox AS no, max(number) AS last FROM item WHERE no < ?1 AND inbox IS NOT NULL GROUP BY inbox) AS over
             WHERE inbox.no = over.no",
            [over],
        )?;
        let mut items = self.run(
            "DELETE FROM item WHERE no < ?1 AND inbox IS NOT NULL",
            [over],
        )?;
        self.run(
            "DELETE FROM item WHERE no < ?1 AND inbox IS NULL",
            [first_place(day.saturating_sub(1))],
        )?;
        items += self.run(
            "DELETE FROM item WHERE inbox IN (SELECT no FROM inbox WHERE last_day < ?1)",
            [day],
        )?;
        let inboxes = self.run("DELETE FROM inbox WHERE last_day < ?1", [day])?;
        self.run(
            "DELETE FROM slot WHERE inbox NOT IN (SELECT no FROM inbox)",
            [],
        )?;
        self.run("UPDATE box SET last_day = max(last_day, ?1)", [day])?;
        self.numbers.clear();
        self.sums.last_day = self.sums.last_day.max(day);
        self.sums.inboxes = self.sums.inboxes.saturating_sub(inboxes);
        Ok(Ended { inboxes, items })
    }
}

impl Books for SqliteBooks<'_> {
    fn last_day(&self) -> u32 {
        self.sums.last_day
    }

    fn inboxes(&self) -> u64 {
        self.sums.inboxes
    }

    fn inbox_by_fetch(&mut self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError> {
        self.one(INBOX_BY_FETCH, [hash.as_slice()], inbox)
    }

    fn inbox_by_slot(&mut self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError> {
        self.one(INBOX_BY_SLOT, [hash.as_slice()], inbox)
    }

    fn add_inbox(&mut self, inbox: &InboxToAdd) -> Result<bool, StoreError> {
        // A slot may still name an inbox that was deleted today: the sweep takes it at the day's turn, and until then it is free.
        for hash in &inbox.slot_hashes {
            if self.inbox_by_slot(hash)?.is_some() {
                return Ok(false);
            }
        }
        let added = self.run(
            "INSERT OR IGNORE INTO inbox (no, fetch, wake, made, last_day) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![inbox.no.0, inbox.fetch_hash, inbox.wake_hash, inbox.made, inbox.last_day],
        )?;
        if added == 0 {
            return Ok(false);
        }
        for hash in &inbox.slot_hashes {
            self.run(
                "INSERT OR REPLACE INTO slot (hash, inbox) VALUES (?1, ?2)",
                params![hash, inbox.no.0],
            )?;
        }
        self.sums.inboxes += 1;
        Ok(true)
    }

    fn check_of(&mut self, day: u32, id: &[u8; 16]) -> Result<Option<[u8; 16]>, StoreError> {
        for place in places(day, id) {
            let found: Option<([u8; 16], [u8; 16])> = self.one(
                "SELECT id, body_check FROM item WHERE no = ?1",
                [place],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            match found {
                None => return Ok(None),
                Some((known, check)) if known == *id => return Ok(Some(check)),
                Some(_) => {}
            }
        }
        Ok(None)
    }

    fn next_number(&mut self, inbox: &Inbox) -> Result<u64, StoreError> {
        let last = match self.numbers.get(&inbox.no) {
            Some(last) => *last,
            None => {
                let kept = self
                    .one(HIGHEST_KEPT, [inbox.no.0], |row| row.get(0))?
                    .map_or(0, natural);
                kept.max(inbox.gone_through).max(inbox.refused_at)
            }
        };
        if self.numbers.len() >= NUMBERS_CACHED {
            self.numbers.clear();
        }
        let next = last.saturating_add(1);
        self.numbers.insert(inbox.no, next);
        Ok(next)
    }

    fn add_item(&mut self, item: &ItemToAdd<'_>) -> Result<(), StoreError> {
        for place in places(self.sums.last_day, &item.id) {
            let added = self.run(
                "INSERT OR IGNORE INTO item (no, id, body_check, inbox, number, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![place, item.id, item.check, item.inbox.0, whole(item.number), item.bytes],
            )?;
            if added == 1 {
                let bytes = u64::try_from(item.bytes.len()).unwrap_or_default();
                self.sums.written = self.sums.written.saturating_add(bytes);
                return Ok(());
            }
        }
        Err(StoreError::Disk)
    }

    fn remove_items(&mut self, inbox: InboxNo, ids: &[[u8; 16]]) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        let yesterday = first_place(self.sums.last_day.saturating_sub(1));
        let kept: HashMap<[u8; 16], (i64, i64)> = {
            let sought = self.prepared("SELECT id, no, number FROM item WHERE inbox = ?1")?;
            let rows = sought
                .query_map([inbox.0], |row| {
                    Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))
                })
                .map_err(class)?;
            rows.collect::<Result<_, _>>().map_err(class)?
        };
        let (mut gone, mut through) = (0, 0);
        for (place, number) in ids.iter().filter_map(|id| kept.get(id)) {
            gone += if *place >= yesterday {
                self.run("UPDATE item SET inbox = NULL, number = NULL, bytes = x'' WHERE no = ?1 AND inbox = ?2", [*place, inbox.0])?
            } else {
                self.run(
                    "DELETE FROM item WHERE no = ?1 AND inbox = ?2",
                    [*place, inbox.0],
                )?
            };
            through = through.max(*number);
        }
        if gone > 0 {
            self.run(
                "UPDATE inbox SET gone_through = max(gone_through, ?2) WHERE no = ?1",
                [inbox.0, through],
            )?;
        }
        Ok(())
    }

    fn note_refusal(&mut self, inbox: InboxNo, number: u64) -> Result<(), StoreError> {
        self.run(
            "UPDATE inbox SET refused_at = ?2 WHERE no = ?1",
            [inbox.0, whole(number)],
        )
        .map(|_| ())
    }

    fn close_slots(&mut self, inbox: InboxNo, hashes: &[[u8; 32]]) -> Result<(), StoreError> {
        for hash in hashes {
            self.run(
                "DELETE FROM slot WHERE hash = ?1 AND inbox = ?2",
                params![hash, inbox.0],
            )?;
        }
        Ok(())
    }

    fn set_wake_address(
        &mut self,
        inbox: InboxNo,
        address: Option<&[u8; 32]>,
    ) -> Result<(), StoreError> {
        self.run(
            "UPDATE inbox SET wake_address = ?2 WHERE no = ?1",
            params![inbox.0, address],
        )
        .map(|_| ())
    }

    fn delete_inbox(&mut self, inbox: InboxNo) -> Result<(), StoreError> {
        self.run("DELETE FROM item WHERE inbox = ?1", [inbox.0])?;
        let gone = self.run("DELETE FROM inbox WHERE no = ?1", [inbox.0])?;
        self.sums.inboxes = self.sums.inboxes.saturating_sub(gone);
        self.numbers.remove(&inbox);
        Ok(())
    }
}

/// The first place of a day in the order of items; days end at 16 bits (in the year 2149).
pub(super) fn first_place(day: u32) -> i64 {
    i64::from(day.min(0xffff)) << DAY_SHIFT
}

/// Where an item with this id may lie.
pub(super) fn places(day: u32, id: &[u8; 16]) -> impl Iterator<Item = i64> + use<> {
    let mut head = [0; 8];
    head.iter_mut().zip(id).for_each(|(to, from)| *to = *from);
    let offset = i64::try_from(u64::from_be_bytes(head) >> (64 - DAY_SHIFT)).unwrap_or_default();
    let first = first_place(day);
    (0..PLACES_TRIED).map(move |step| first | ((offset + step) & ((1 << DAY_SHIFT) - 1)))
}
