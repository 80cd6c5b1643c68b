//! What the post box keeps, as three traits: a [`View`] reads, a [`Store`] opens its [`Books`] for one transaction of writes.
//! SQLite keeps it for one process, PostgreSQL for many (docs/decisions/two-stores.md).
//! Knows no tokens (only their hashes), no HTTP and no clock.
//! Invariant: what [`Store::write`] returned for is on the disk; nothing that is kept tells which items of two inboxes came together.

pub mod conformance;
mod conformance_waking;
pub mod copy;
mod needs;
pub mod postgres;
mod postgres_books;
pub mod postgres_copy;
mod postgres_day;
pub mod postgres_hints;
#[cfg(test)]
#[path = "../../tests/kit/postgres.rs"]
#[allow(dead_code)] // What it can do more is asked by other tests.
pub(crate) mod postgres_kit;
mod postgres_link;
mod postgres_log;
mod postgres_rows;
mod postgres_tls;
pub mod sqlite;
mod sqlite_books;
pub mod sqlite_copy;
mod sqlite_log;
pub mod writer;

use std::time::Duration;

pub use needs::Needs;
use thiserror::Error;

/// How long an item is kept, in days after the day it came.
pub const LIFE_DAYS: u32 = 90;

/// What went wrong on the disk, by what can be done about it; never a path or a byte.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum StoreError {
    /// No room is left on the disk.
    #[error("the disk is full")]
    DiskFull,
    /// The file is not a post box or is damaged.
    #[error("the database is damaged or of another kind")]
    Damaged,
    /// A newer relay wrote this file.
    #[error("the database was written by a newer relay")]
    Newer,
    /// Another process holds the file, or holds a lock for too long.
    #[error("the database is in use by another process")]
    InUse,
    /// The folder or the file could not be made or opened.
    #[error("the database's folder or file can't be made or opened; look at its path and rights")]
    NoFolder,
    /// Reading or writing did not work.
    #[error("the disk did not answer")]
    Disk,
    /// The system gave no random bytes.
    #[error("no randomness")]
    NoRandomness,
    /// The writer has stopped.
    #[error("the writer has stopped")]
    Stopped,
    /// The database's server can't be reached, or does not answer in time.
    #[error("the database's server can't be reached or does not answer in time")]
    Away,
    /// The database's server knows us, but lets us not in, or not do what is needed.
    #[error(
        "the database's server does not let the relay in; look at its address, name, password and rights"
    )]
    NotAdmitted,
    /// The database's server would write into its own log what it is asked.
    #[error(
        "the database's server writes down what it is asked; log_statement must be none, and log_duration, log_min_duration_statement, log_min_duration_sample, log_transaction_sample_rate and track_commit_timestamp off"
    )]
    Tells,
    /// The database's server answers before things are on the disk.
    #[error(
        "the database's server does not wait for its disk; fsync and full_page_writes must be on"
    )]
    Forgetful,
    /// The box was moved to another store.
    #[error("this post box was moved to another database; its settings must name that one")]
    Moved,
    /// A copy of a box is being made here, or was given up halfway.
    #[error(
        "a copy is being made in this database, or was not ended: do the same migrate or restore again"
    )]
    Arriving,
    /// What is to be filled holds something already.
    #[error("there is a post box already that holds something; nothing was changed")]
    NotEmpty,
    /// A day began while all was read.
    #[error("a day began meanwhile and must not wait: do it again")]
    GaveWay,
}

/// The number of an inbox inside the store: random, so that it tells no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InboxNo(pub i64);

/// One inbox as kept. Numbers count the things of this inbox only, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbox {
    /// Its random number.
    pub no: InboxNo,
    /// The hash of its fetch token.
    pub fetch_hash: [u8; 32],
    /// Digest of the body that made it.
    pub made: [u8; 32],
    /// The last UTC day on which it answers.
    pub last_day: u32,
    /// Everything up to here that is no longer kept was acknowledged or is over.
    pub gone_through: u64,
    /// The highest number whose item was not fetched in its life.
    pub expired_through: u64,
    /// The number at which something was last refused for being full; 0 if never.
    pub refused_at: u64,
    /// What it holds, where the store counts it.
    pub held: Option<Held>,
}

/// How much an inbox holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Items that are kept and not acknowledged.
    pub items: u64,
    /// No item of an earlier UTC day is kept.
    pub from_day: u32,
}

/// An inbox to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxToAdd {
    /// Its random number.
    pub no: InboxNo,
    /// The hash of its fetch token.
    pub fetch_hash: [u8; 32],
    /// The hash of its wake token.
    pub wake_hash: [u8; 32],
    /// The hashes of its slots' tokens.
    pub slot_hashes: Vec<[u8; 32]>,
    /// Digest of the body that makes it.
    pub made: [u8; 32],
    /// The last UTC day on which it answers.
    pub last_day: u32,
}

/// One item to be kept; it comes on the last day that the store was turned to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemToAdd<'a> {
    /// Random-looking, 16 bytes; its beginning gives the place in the day's shuffled order.
    pub id: [u8; 16],
    /// Digest of the posted body under its idempotency key.
    pub check: [u8; 16],
    /// Where it goes.
    pub inbox: InboxNo,
    /// Its number in that inbox.
    pub number: u64,
    /// The sealed bytes.
    pub bytes: &'a [u8],
}

/// One item as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: [u8; 16],
    /// Its number in its inbox.
    pub number: u64,
    /// The UTC day it came.
    pub day: u32,
    /// The sealed bytes.
    pub bytes: Vec<u8>,
}

/// What a day's turn took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ended {
    /// Inboxes whose life is over.
    pub inboxes: u64,
    /// Items whose life is over, or whose inbox's is.
    pub items: u64,
}

/// Reading.
pub trait View {
    /// The inbox that this fetch hash opens.
    ///
    /// # Errors
    /// [`StoreError`] when the disk does not answer; so for all below.
    fn inbox_by_fetch(&self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError>;
    /// The inbox that this wake hash asks about.
    ///
    /// # Errors
    /// As above.
    fn inbox_by_wake(&self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError>;
    /// Items above a number, in order, until `max_items` or `max_bytes` is reached (but at least one).
    ///
    /// # Errors
    /// As above.
    fn items_after(
        &self,
        inbox: &Inbox,
        number: u64,
        max_items: usize,
        max_bytes: usize,
    ) -> Result<Vec<Item>, StoreError>;
    /// The highest number of an item that is kept in this inbox; 0 for none.
    ///
    /// # Errors
    /// As above.
    fn highest_kept(&self, inbox: &Inbox) -> Result<u64, StoreError>;
    /// The wake addresses of those of these inboxes that have one and hold something, in an order that does not tell which is whose.
    ///
    /// # Errors
    /// As above.
    fn wake_addresses(&self, inboxes: &[InboxNo]) -> Result<Vec<[u8; 32]>, StoreError>;
}

/// Writing: what can be done inside one transaction, each deed seeing those before it. An inbox that is changed was found, or said
/// to be needed, in the same transaction.
pub trait Books {
    /// The highest day that [`turn_day`](Store::turn_day) was ever given.
    fn last_day(&self) -> u32;
    /// How many inboxes are kept.
    fn inboxes(&self) -> u64;
    /// The inbox that this fetch hash opens.
    ///
    /// # Errors
    /// [`StoreError`] when the disk does not answer; so for all below.
    fn inbox_by_fetch(&mut self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError>;
    /// The inbox that this slot hash posts to.
    ///
    /// # Errors
    /// As above.
    fn inbox_by_slot(&mut self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError>;
    /// Makes an inbox; `false` (and nothing done) when a hash in it is taken.
    ///
    /// # Errors
    /// As above.
    fn add_inbox(&mut self, inbox: &InboxToAdd) -> Result<bool, StoreError>;
    /// The check of an item with this id that came on this day, acknowledged or not.
    ///
    /// # Errors
    /// As above.
    fn check_of(&mut self, day: u32, id: &[u8; 16]) -> Result<Option<[u8; 16]>, StoreError>;
    /// The next number of this inbox, above every one that was ever given.
    ///
    /// # Errors
    /// As above.
    fn next_number(&mut self, inbox: &Inbox) -> Result<u64, StoreError>;
    /// Keeps an item, under a number that was given in this transaction.
    ///
    /// # Errors
    /// As above.
    fn add_item(&mut self, item: &ItemToAdd<'_>) -> Result<(), StoreError>;
    /// Takes acknowledged items away; the id and check of those of today and yesterday stay, so that a repeated post is known.
    /// Ids of other inboxes are passed over.
    ///
    /// # Errors
    /// As above.
    fn remove_items(&mut self, inbox: InboxNo, ids: &[[u8; 16]]) -> Result<(), StoreError>;
    /// Notes that something was refused at this number.
    ///
    /// # Errors
    /// As above.
    fn note_refusal(&mut self, inbox: InboxNo, number: u64) -> Result<(), StoreError>;
    /// Takes slots of this inbox away; hashes of other inboxes are passed over.
    ///
    /// # Errors
    /// As above.
    fn close_slots(&mut self, inbox: InboxNo, hashes: &[[u8; 32]]) -> Result<(), StoreError>;
    /// Where the owner of this inbox wants to be woken from now on; `None` for nowhere.
    ///
    /// # Errors
    /// As above.
    fn set_wake_address(
        &mut self,
        inbox: InboxNo,
        address: Option<&[u8; 32]>,
    ) -> Result<(), StoreError>;
    /// Takes an inbox and all that is in it away.
    ///
    /// # Errors
    /// As above.
    fn delete_inbox(&mut self, inbox: InboxNo) -> Result<(), StoreError>;
}

/// The writer's side of a store.
pub trait Store: View {
    /// Does `work` in one transaction: durable when this returns without error, and nothing of it done otherwise (where a
    /// connection breaks while it is made durable, it may have been done all the same).
    /// `needs` says what `work` will look at; what it does not say is found too, only later and in another order of locks.
    ///
    /// # Errors
    /// What `work` gave, or [`StoreError`] when the disk does not answer.
    fn write(
        &mut self,
        needs: &Needs,
        work: &mut dyn FnMut(&mut dyn Books) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;
    /// What reads for the writer itself.
    fn view(&self) -> &dyn View;
    /// The 32-byte key of this post box, made with it.
    fn key(&self) -> [u8; 32];
    /// Takes away what is over on `day`: items of `day - 90` and before, inboxes whose last day is before `day`,
    /// and what was remembered of acknowledged items of days before yesterday. Remembers the day. Days never go back.
    /// `None` when the day had begun already; another process may have done it.
    ///
    /// # Errors
    /// [`StoreError`] when the disk does not answer; nothing of it is done then.
    fn turn_day(&mut self, day: u32) -> Result<Option<Ended>, StoreError>;
    /// The highest day that was ever turned to, as far as this process saw.
    fn last_day(&self) -> u32;
    /// How many inboxes are kept.
    fn inboxes(&self) -> u64;
    /// Bytes on the disk that are in use.
    ///
    /// # Errors
    /// [`StoreError`] when the disk does not answer.
    fn kept_bytes(&self) -> Result<u64, StoreError>;
    /// After a day's turn: empties the log, and lays the pages out afresh in an order that tells nothing.
    ///
    /// # Errors
    /// [`StoreError`] when the disk does not answer.
    fn tidy(&mut self) -> Result<(), StoreError>;
    /// A reader that works beside the writer; `None` for a store that is in memory only.
    ///
    /// # Errors
    /// [`StoreError`] when the store can't be opened once more.
    fn reader(&self) -> Result<Option<Box<dyn View + Send>>, StoreError>;
    /// Whether times of transactions are kept below it for longer than need be: the operator can end that, the relay only says so.
    fn keeps_times(&self) -> bool {
        false
    }
    /// What is to be done beside the writer from time to time, if anything.
    ///
    /// # Errors
    /// [`StoreError`] when the store can't be opened once more.
    fn background(&mut self) -> Result<Option<Box<dyn Background>>, StoreError> {
        Ok(None)
    }
}

impl<S: Store> View for S {
    fn inbox_by_fetch(&self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError> {
        self.view().inbox_by_fetch(hash)
    }

    fn inbox_by_wake(&self, hash: &[u8; 32]) -> Result<Option<Inbox>, StoreError> {
        self.view().inbox_by_wake(hash)
    }

    fn items_after(
        &self,
        inbox: &Inbox,
        number: u64,
        max_items: usize,
        max_bytes: usize,
    ) -> Result<Vec<Item>, StoreError> {
        self.view().items_after(inbox, number, max_items, max_bytes)
    }

    fn highest_kept(&self, inbox: &Inbox) -> Result<u64, StoreError> {
        self.view().highest_kept(inbox)
    }

    fn wake_addresses(&self, inboxes: &[InboxNo]) -> Result<Vec<[u8; 32]>, StoreError> {
        self.view().wake_addresses(inboxes)
    }
}

/// Work beside the writer, on a thread of its own.
pub trait Background: Send {
    /// Does what there is to do now; called after each transaction.
    ///
    /// # Errors
    /// [`StoreError`] when the disk does not answer.
    fn run(&self) -> Result<(), StoreError>;

    /// How long it may be until [`late`](Self::late) is called, if no transaction comes; `None`: for ever.
    fn patience(&self) -> Option<Duration> {
        None
    }

    /// Does what may not wait for another transaction; called when patience is over, and at the end.
    ///
    /// # Errors
    /// [`StoreError`] when the disk does not answer.
    fn late(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
