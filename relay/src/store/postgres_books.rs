//! One transaction of writes in PostgreSQL: all that its deeds need is locked and read in one round trip, and what they did is written in another.
//! Knows SQL; knows no tokens and no days but those it is given.
//! Invariant: locks are taken in one order (the day, making, inboxes by number, the tally), and a number is given only under its inbox's lock.
//! Long because a transaction is followed from its first lock to its last row in one place.

use std::collections::{BTreeMap, HashMap};

use futures_util::future::join_all;

use super::postgres_link::Link;
use super::postgres_rows::{
    DAY_ALONE, DAY_SHARED, Found, INBOXES, Locked, MAKING, REPEATS, SLOTS, SUMS, Sums, day_of,
    gather, natural, read, whole,
};
use super::{Books, Held, Inbox, InboxNo, InboxToAdd, ItemToAdd, Needs, StoreError};

/// What an item costs on the disk beside its bytes, about: row, index, and what a repeated post is known by.
pub(super) const ITEM_COSTS: i64 = 300;

const ADD_INBOX: &str = "INSERT INTO inbox (no, fetch_hash, wake_hash, made, last_day) SELECT $1::bigint, $2::bytea, $3::bytea, $4::bytea, $5::integer
    WHERE NOT EXISTS (SELECT FROM slot WHERE hash = ANY($6)) ON CONFLICT DO NOTHING";
const ADD_SLOTS: &str = "INSERT INTO slot (hash, inbox) SELECT hash, $1::bigint FROM unnest($2::bytea[]) AS new (hash) ON CONFLICT DO NOTHING";
const CLOSE_SLOTS: &str = "DELETE FROM slot WHERE hash = ANY($2) AND inbox = $1";
const SET_WAKE_ADDRESS: &str = "UPDATE inbox SET wake_address = $2 WHERE no = $1";
const DELETE_ITEMS: &str = "WITH gone AS (DELETE FROM item WHERE inbox = $1 AND day >= $2 RETURNING octet_length(bytes) AS size)
    SELECT count(*), coalesce(sum(size), 0)::bigint FROM gone";
const DELETE_SLOTS: &str = "DELETE FROM slot WHERE inbox = $1";
const DELETE_INBOX: &str = "DELETE FROM inbox WHERE no = $1";
/// A number or an id that is there already would end the transaction: under the inbox's lock neither can be.
const ADD_ITEMS: &str = "INSERT INTO item (day, inbox, number, id, bytes)
    SELECT $1::integer, new.* FROM unnest($2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[]) AS new";
const ADD_KNOWN: &str = "INSERT INTO known (day, id, body_check) SELECT $1::integer, new.* FROM unnest($2::bytea[], $3::bytea[]) AS new";
const UPDATE_INBOXES: &str = "UPDATE inbox SET last_number = new.last, refused_at = new.refused, kept = kept + new.added, kept_from = new.kept_from
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::integer[]) AS new (no, last, refused, added, kept_from)
    WHERE inbox.no = new.no";
/// Counts at once what goes, so that nothing waits for its answer before the commit.
const REMOVE: &str = "WITH gone AS (DELETE FROM item WHERE inbox = $1 AND day >= $2 AND id = ANY($3) RETURNING number, octet_length(bytes) AS size),
    sums AS (SELECT count(*) AS items, max(number) AS last, coalesce(sum(size), 0)::bigint AS bytes FROM gone),
    noted AS (UPDATE inbox SET gone_through = greatest(gone_through, last), kept = kept - items FROM sums WHERE no = $1 AND items > 0),
    told AS (INSERT INTO tally (no, inboxes, bytes) SELECT $4::bigint, 0, -(bytes + items * $5::bigint) FROM sums WHERE items > 0
        ON CONFLICT (no) DO UPDATE SET bytes = tally.bytes + excluded.bytes)
    SELECT items, bytes FROM sums";
pub(super) const TALLY: &str =
    "INSERT INTO tally (no, inboxes, bytes) VALUES ($1, $2, $3) ON CONFLICT (no)
    DO UPDATE SET inboxes = tally.inboxes + excluded.inboxes, bytes = tally.bytes + excluded.bytes";

/// All that the writer's session has prepared.
pub(super) const STATEMENTS: &[&str] = &[
    DAY_SHARED,
    DAY_ALONE,
    MAKING,
    SUMS,
    INBOXES,
    SLOTS,
    REPEATS,
    ADD_INBOX,
    ADD_SLOTS,
    CLOSE_SLOTS,
    SET_WAKE_ADDRESS,
    DELETE_ITEMS,
    DELETE_SLOTS,
    DELETE_INBOX,
    ADD_ITEMS,
    ADD_KNOWN,
    UPDATE_INBOXES,
    REMOVE,
    TALLY,
];

/// Items to be written, column by column.
#[derive(Default)]
struct Items {
    inboxes: Vec<i64>,
    numbers: Vec<i64>,
    ids: Vec<Vec<u8>>,
    checks: Vec<Vec<u8>>,
    bytes: Vec<Vec<u8>>,
}

/// Inboxes to be written, column by column.
#[derive(Default)]
struct Changed {
    nos: Vec<i64>,
    lasts: Vec<i64>,
    refusals: Vec<i64>,
    added: Vec<i64>,
    from: Vec<i32>,
}

pub(super) struct PostgresBooks<'a> {
    link: &'a mut Link,
    pub(super) sums: Sums,
    /// The tally's row of this process, and what this transaction adds to it.
    tally: i64,
    more_inboxes: i64,
    more_bytes: i64,
    making: bool,
    locked: HashMap<InboxNo, Locked>,
    fetches: HashMap<[u8; 32], Option<InboxNo>>,
    slots: HashMap<[u8; 32], Option<InboxNo>>,
    repeats: HashMap<(u32, [u8; 16]), Option<[u8; 16]>>,
    items: Items,
    removed: BTreeMap<InboxNo, Vec<Vec<u8>>>,
}

impl<'a> PostgresBooks<'a> {
    /// Begins a transaction, with all its locks. A session that broke since the last one is made anew.
    pub(super) fn begin(link: &'a mut Link, tally: i64, needs: &Needs) -> Result<Self, StoreError> {
        let mut found = link.ask(async |open| gather(open, needs, true).await);
        if matches!(found, Err(StoreError::Away)) {
            found = link.ask(async |open| gather(open, needs, true).await);
        }
        if found.is_err() {
            link.take_back();
        }
        let found = found?;
        let mut books = Self {
            link,
            sums: found.sums.unwrap_or_default(),
            tally,
            more_inboxes: 0,
            more_bytes: 0,
            making: needs.makes,
            locked: HashMap::new(),
            fetches: HashMap::new(),
            slots: HashMap::new(),
            repeats: HashMap::new(),
            items: Items::default(),
            removed: BTreeMap::new(),
        };
        books.learn(needs, found);
        Ok(books)
    }

    /// Writes what is left, and makes all of it durable. Gives the sums as they are then.
    pub(super) fn commit(mut self) -> Result<Sums, StoreError> {
        let done = self.write_out(true);
        if done.is_err() {
            self.link.take_back();
        }
        done.map(|()| self.sums)
    }

    /// Takes everything back.
    pub(super) fn roll_back(self) {
        self.link.take_back();
    }

    fn learn(&mut self, needs: &Needs, found: Found) {
        let hashes = needs.fetches.iter().map(|hash| (*hash, None));
        self.fetches.extend(hashes);
        self.slots
            .extend(needs.slots.iter().map(|hash| (*hash, None)));
        let repeats = needs.repeats.iter().map(|repeat| (*repeat, None));
        self.repeats.extend(repeats);
        for locked in found.inboxes {
            let (no, hash) = (locked.inbox.no, locked.inbox.fetch_hash);
            if let Some(asked) = self.fetches.get_mut(&hash) {
                *asked = Some(no);
            }
            // What this transaction did to it already stays.
            self.locked.entry(no).or_insert(locked);
        }
        for (hash, no) in found.slots {
            // One that came between the locks and this look belongs to whoever asks after us.
            if self.locked.contains_key(&no) {
                self.slots.insert(hash, Some(no));
            }
        }
        for (day, id, check) in found.repeats {
            self.repeats.insert((day, id), Some(check));
        }
    }

    /// Looks up what was not said before.
    fn look_up(&mut self, needs: &Needs) -> Result<(), StoreError> {
        self.flush()?;
        let found = self
            .link
            .go_on(async |open| gather(open, needs, false).await)?;
        self.learn(needs, found);
        Ok(())
    }

    /// Writes items, inboxes and removals; later statements see them.
    fn flush(&mut self) -> Result<(), StoreError> {
        self.write_out(false)
    }

    /// As [`flush`](Self::flush), and at the end the tally and the commit, all without waiting between: after a statement that failed the
    /// commit takes back, so each answer is looked at.
    fn write_out(&mut self, last: bool) -> Result<(), StoreError> {
        let items = std::mem::take(&mut self.items);
        let changed = self.take_changed();
        let removed: Vec<(InboxNo, i32, Vec<Vec<u8>>)> = std::mem::take(&mut self.removed)
            .into_iter()
            .filter_map(|(no, ids)| {
                let held = self.locked.get(&no)?.inbox.held.unwrap_or_default();
                Some((no, day_of(held.from_day), ids))
            })
            .collect();
        let (day, tally) = (day_of(self.sums.last_day), self.tally);
        let (inboxes, bytes) = (self.more_inboxes, self.more_bytes);
        let gone = self.link.go_on(async |open| {
            let keep = async {
                if !items.ids.is_empty() {
                    let Items {
                        inboxes,
                        numbers,
                        ids,
                        checks,
                        bytes,
                    } = &items;
                    let (kept, known) = tokio::join!(biased;
                        async { open.run(ADD_ITEMS, &[&day, inboxes, numbers, ids, bytes]).await },
                        async { open.run(ADD_KNOWN, &[&day, ids, checks]).await });
                    kept?;
                    known?;
                }
                Ok::<_, StoreError>(())
            };
            let change = async {
                if !changed.nos.is_empty() {
                    let Changed {
                        nos,
                        lasts,
                        refusals,
                        added,
                        from,
                    } = &changed;
                    open.run(UPDATE_INBOXES, &[nos, lasts, refusals, added, from])
                        .await?;
                }
                Ok::<_, StoreError>(())
            };
            let remove = join_all(removed.iter().map(async |(no, from, ids)| {
                let rows = open
                    .rows(REMOVE, &[&no.0, from, ids, &tally, &ITEM_COSTS])
                    .await?;
                let row = rows.first().ok_or(StoreError::Damaged)?;
                Ok::<_, StoreError>((*no, read::<i64>(row, 0)?, read::<i64>(row, 1)?))
            }));
            let count = async {
                if last && (inboxes != 0 || bytes != 0) {
                    open.run(TALLY, &[&tally, &inboxes, &bytes]).await?;
                }
                Ok::<_, StoreError>(())
            };
            let commit = async {
                if last {
                    open.say("COMMIT").await?;
                }
                Ok::<_, StoreError>(())
            };
            let (kept, changed, gone, counted, committed) =
                tokio::join!(biased; keep, change, remove, count, commit);
            kept?;
            changed?;
            let gone = gone.into_iter().collect::<Result<Vec<_>, _>>()?;
            counted?;
            committed?;
            Ok(gone)
        })?;
        for (no, items, bytes) in gone {
            self.sums.bytes -= bytes + items * ITEM_COSTS;
            if let Some(locked) = self.locked.get_mut(&no) {
                let held = locked.inbox.held.get_or_insert_default();
                held.items = held.items.saturating_sub(natural(items));
            }
        }
        Ok(())
    }

    fn take_changed(&mut self) -> Changed {
        let mut changed = Changed::default();
        for locked in self.locked.values_mut().filter(|locked| locked.changed) {
            changed.nos.push(locked.inbox.no.0);
            changed.lasts.push(locked.last_number);
            changed.refusals.push(whole(locked.inbox.refused_at));
            changed.added.push(std::mem::take(&mut locked.added));
            let held = locked.inbox.held.unwrap_or_default();
            changed.from.push(day_of(held.from_day));
            locked.changed = false;
        }
        changed
    }

    fn count(&mut self, inboxes: i64, bytes: i64) {
        self.more_inboxes += inboxes;
        self.more_bytes += bytes;
        self.sums.inboxes += inboxes;
        self.sums.bytes += bytes;
    }

    fn at(&self, no: Option<InboxNo>) -> Option<Inbox> {
        self.locked.get(&no?).map(|locked| locked.inbox.clone())
    }

    fn change(&mut self, no: InboxNo) -> Result<&mut Locked, StoreError> {
        let locked = self.locked.get_mut(&no).ok_or(StoreError::Damaged)?;
        locked.changed = true;
        Ok(locked)
    }
}

impl Books for PostgresBooks<'_> {
    fn last_day(&self) -> u32 {
        self.sums.last_day
    }

    fn inboxes(&self) -> u64 {
        natural(self.sums.inboxes)
    }

    fn inbox_by_fetch(&mut self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError> {
        if !self.fetches.contains_key(hash) {
            self.look_up(&Needs::inbox(0, *hash))?;
        }
        Ok(self.at(self.fetches.get(hash).copied().flatten()))
    }

    fn inbox_by_slot(&mut self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError> {
        if !self.slots.contains_key(hash) {
            self.look_up(&Needs {
                slots: vec![*hash],
                ..Needs::default()
            })?;
        }
        Ok(self.at(self.slots.get(hash).copied().flatten()))
    }

    fn add_inbox(&mut self, inbox: &InboxToAdd) -> Result<bool, StoreError> {
        self.flush()?;
        let making = std::mem::replace(&mut self.making, true);
        let hashes: Vec<&[u8]> = inbox.slot_hashes.iter().map(<[u8; 32]>::as_slice).collect();
        let added = self.link.go_on(async |open| {
            if !making {
                open.rows(MAKING, &[]).await?;
            }
            let InboxToAdd {
                no,
                fetch_hash,
                wake_hash,
                made,
                last_day,
                ..
            } = inbox;
            let (fetch, wake, made) = (&fetch_hash[..], &wake_hash[..], &made[..]);
            let last_day = day_of(*last_day);
            let added = open
                .run(
                    ADD_INBOX,
                    &[&no.0, &fetch, &wake, &made, &last_day, &hashes],
                )
                .await?;
            if added == 0 {
                return Ok(false);
            }
            let slots = open.run(ADD_SLOTS, &[&no.0, &hashes]).await?;
            // Under the lock of making nobody else adds slots: the same hash twice is no inbox of ours.
            if usize::try_from(slots) == Ok(hashes.len()) {
                Ok(true)
            } else {
                Err(StoreError::Damaged)
            }
        })?;
        if added {
            self.count(1, 0);
            let hashes = inbox.slot_hashes.iter();
            self.slots
                .extend(hashes.map(|hash| (*hash, Some(inbox.no))));
            self.fetches.insert(inbox.fetch_hash, Some(inbox.no));
            self.locked.insert(inbox.no, fresh(inbox));
        }
        Ok(added)
    }

    fn check_of(&mut self, day: u32, id: &[u8; 16]) -> Result<Option<[u8; 16]>, StoreError> {
        if !self.repeats.contains_key(&(day, *id)) {
            self.look_up(&Needs {
                repeats: vec![(day, *id)],
                ..Needs::default()
            })?;
        }
        Ok(self.repeats.get(&(day, *id)).copied().flatten())
    }

    fn next_number(&mut self, inbox: &Inbox) -> Result<u64, StoreError> {
        let locked = self.change(inbox.no)?;
        locked.last_number = locked.last_number.saturating_add(1);
        Ok(natural(locked.last_number))
    }

    fn add_item(&mut self, item: &ItemToAdd<'_>) -> Result<(), StoreError> {
        let day = self.sums.last_day;
        let locked = self.change(item.inbox)?;
        let held = locked.inbox.held.get_or_insert_default();
        if held.items == 0 {
            held.from_day = day;
        }
        held.items += 1;
        locked.added += 1;
        let items = &mut self.items;
        items.inboxes.push(item.inbox.0);
        items.numbers.push(whole(item.number));
        items.ids.push(item.id.to_vec());
        items.checks.push(item.check.to_vec());
        items.bytes.push(item.bytes.to_vec());
        self.repeats.insert((day, item.id), Some(item.check));
        self.count(0, length(item.bytes) + ITEM_COSTS);
        Ok(())
    }

    fn remove_items(&mut self, inbox: InboxNo, ids: &[[u8; 16]]) -> Result<(), StoreError> {
        if !self.locked.contains_key(&inbox) {
            return Err(StoreError::Damaged);
        }
        if !ids.is_empty() {
            let removed = self.removed.entry(inbox).or_default();
            removed.extend(ids.iter().map(|id| id.to_vec()));
        }
        Ok(())
    }

    fn note_refusal(&mut self, inbox: InboxNo, number: u64) -> Result<(), StoreError> {
        self.change(inbox)?.inbox.refused_at = number;
        Ok(())
    }

    fn close_slots(&mut self, inbox: InboxNo, hashes: &[[u8; 32]]) -> Result<(), StoreError> {
        let named: Vec<&[u8]> = hashes.iter().map(<[u8; 32]>::as_slice).collect();
        self.link
            .go_on(async |open| open.run(CLOSE_SLOTS, &[&inbox.0, &named]).await)?;
        for hash in hashes {
            if let Some(open) = self.slots.get_mut(hash)
                && *open == Some(inbox)
            {
                *open = None;
            }
        }
        Ok(())
    }

    fn set_wake_address(
        &mut self,
        inbox: InboxNo,
        address: Option<&[u8; 32]>,
    ) -> Result<(), StoreError> {
        let address = address.map(<[u8; 32]>::as_slice);
        let set = self
            .link
            .go_on(async |open| open.run(SET_WAKE_ADDRESS, &[&inbox.0, &address]).await);
        set.map(|_| ())
    }

    fn delete_inbox(&mut self, inbox: InboxNo) -> Result<(), StoreError> {
        self.flush()?;
        let Some(locked) = self.locked.remove(&inbox) else {
            return Err(StoreError::Damaged);
        };
        let from = day_of(locked.inbox.held.unwrap_or_default().from_day);
        let (items, bytes) = self.link.go_on(async |open| {
            let (items, slots, gone) = tokio::join!(biased;
                async { open.rows(DELETE_ITEMS, &[&inbox.0, &from]).await },
                async { open.run(DELETE_SLOTS, &[&inbox.0]).await },
                async { open.run(DELETE_INBOX, &[&inbox.0]).await });
            slots?;
            gone?;
            let items = items?;
            let row = items.first().ok_or(StoreError::Damaged)?;
            Ok((read::<i64>(row, 0)?, read::<i64>(row, 1)?))
        })?;
        self.count(-1, -(bytes + items * ITEM_COSTS));
        let of_it = |no: &mut Option<InboxNo>| {
            if *no == Some(inbox) {
                *no = None;
            }
        };
        self.slots.values_mut().for_each(of_it);
        self.fetches.values_mut().for_each(of_it);
        Ok(())
    }
}

fn fresh(inbox: &InboxToAdd) -> Locked {
    Locked {
        inbox: Inbox {
            no: inbox.no,
            fetch_hash: inbox.fetch_hash,
            made: inbox.made,
            last_day: inbox.last_day,
            gone_through: 0,
            expired_through: 0,
            refused_at: 0,
            held: Some(Held::default()),
        },
        last_number: 0,
        added: 0,
        changed: false,
    }
}

fn length(bytes: &[u8]) -> i64 {
    i64::try_from(bytes.len()).unwrap_or(i64::MAX)
}
