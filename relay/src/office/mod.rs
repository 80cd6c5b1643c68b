//! The post office without HTTP, threads or a clock: every deed of PROTOCOL.md as a plain call, with the day as an argument.
//! A simulated town calls it in process; the relay's handlers send the same deeds to its one writer.
//! Invariant: a deed that returned is durable, and a refusal shows nobody the state of another.
//! Long because the deeds of the office and their refusals are one contract.

pub mod codes;
mod desk;
mod ledger;

use std::path::Path;

use thiserror::Error;

pub use codes::{Codes, Creating};
pub use desk::{Desk, Envelope};
use ledger::Ledger;

use crate::chance::Chance;
use crate::cursor::{self, Place};
use crate::store::sqlite::Sqlite;
use crate::store::{Ended, InboxNo, Needs, Store, StoreError, View};
use crate::token::{Purpose, Token, hash};

/// How many weeks ahead of its own an inbox may be made.
pub const WEEKS_AHEAD: u32 = 13;

/// What the post box allows. All bounds are inclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotas {
    /// Items through one slot on one UTC day.
    pub slot_day_items: u64,
    /// Bytes through one slot on one UTC day.
    pub slot_day_bytes: u64,
    /// Bytes through one slot in the life of its inbox, as far as this process saw them.
    pub slot_bytes: u64,
    /// Bytes in use on the disk; new inboxes are refused at nine tenths.
    pub box_bytes: u64,
    /// Inboxes kept.
    pub box_inboxes: u64,
    /// Items in one answer to a fetch.
    pub fetch_items: u16,
    /// Bytes of items in one answer to a fetch (one item always fits).
    pub fetch_bytes: usize,
    /// What `Retry-After` says when a slot's day is full, in seconds.
    pub retry_after: u32,
}

impl Default for Quotas {
    fn default() -> Self {
        Self {
            slot_day_items: 256,
            slot_day_bytes: 8 << 20,
            slot_bytes: 64 << 20,
            box_bytes: 16 << 30,
            box_inboxes: 1_000_000,
            fetch_items: 256,
            fetch_bytes: 2 << 20,
            retry_after: 3 * 3600,
        }
    }
}

/// Why a deed was not done.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Refusal {
    /// The token is unknown, closed or over.
    #[error("no such inbox")]
    NoSuchInbox,
    /// The body or a header can't be read, or the week is out of reach.
    #[error("malformed")]
    Malformed,
    /// A posted body of a size that is not allowed.
    #[error("not a size that is kept")]
    WrongSize,
    /// The body is longer than any of this kind.
    #[error("too large")]
    TooLarge,
    /// The same key or fetch hash was used with another body.
    #[error("used before with another body")]
    Conflict,
    /// The slot's day is full, or the relay has too much to do.
    #[error("try again later")]
    TryLater {
        /// Seconds until it is worth while.
        seconds: u32,
    },
    /// The slot's share, or the box, is full.
    #[error("full")]
    Full,
    /// The post box asks for its code, and this is not it.
    #[error("this post box asks for its code")]
    NotInvited,
    /// The disk or the writer.
    #[error("the post box can't keep things now")]
    Store(#[from] StoreError),
}

/// The body of a create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInbox {
    /// Its week: UTC day / 7.
    pub week: u32,
    /// Hash of the fetch token.
    pub fetch_hash: [u8; 32],
    /// Hash of the wake token.
    pub wake_hash: [u8; 32],
    /// Hashes of the tokens of its 64 slots.
    pub slot_hashes: Vec<[u8; 32]>,
}

impl NewInbox {
    /// What making it looks at.
    #[must_use]
    pub fn needs(&self, day: u32) -> Needs {
        Needs {
            makes: true,
            ..Needs::inbox(day, self.fetch_hash)
        }
    }
}

/// What came of a create.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// It was made now.
    Now,
    /// The same was made before.
    Before,
}

/// What came of one item of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is kept since now.
    Now,
    /// It was kept before, by the same request.
    Before,
}

/// What came of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// Where it went: for the wake-up call, never for an answer.
    pub inbox: InboxNo,
    /// One for each item.
    pub stored: Vec<Stored>,
}

/// What a fetch gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Something was over before it was fetched, or the cursor is not from here.
    pub gap: bool,
    /// Something was refused for being full since the cursor.
    pub marker: bool,
    /// More waits.
    pub more: bool,
    /// For the next fetch.
    pub cursor: Vec<u8>,
    /// In the order in which they came to this inbox.
    pub items: Vec<FetchedItem>,
}

/// One item of a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedItem {
    /// For the acknowledgement.
    pub id: [u8; 16],
    /// The UTC day it came.
    pub day: u32,
    /// As posted.
    pub bytes: Vec<u8>,
}

/// The post office over a store.
pub struct Office<S: Store> {
    store: S,
    quotas: Quotas,
    codes: Codes,
    chance: Chance,
    ledger: Ledger,
    turned: Option<(u32, Ended)>,
    /// The last day that this office has seen begin.
    day: u32,
}

impl Office<Sqlite> {
    /// An office that is gone with the value and repeats itself from its seed; open to all.
    ///
    /// # Errors
    /// [`StoreError`] when SQLite does not start.
    pub fn in_memory(seed: u64) -> Result<Self, StoreError> {
        let mut chance = Chance::seeded(seed);
        Ok(Self::new(
            Sqlite::in_memory(&mut chance)?,
            Quotas::default(),
            Codes::default(),
            chance,
        ))
    }

    /// An office over a file, made when it is not there.
    ///
    /// # Errors
    /// [`StoreError`]: the file is in use, damaged or newer.
    pub fn open(path: &Path, quotas: Quotas, codes: Codes) -> Result<Self, StoreError> {
        let mut chance = Chance::System;
        Ok(Self::new(
            Sqlite::open(path, &mut chance)?,
            quotas,
            codes,
            chance,
        ))
    }
}

impl<S: Store> Office<S> {
    /// An office over any store.
    #[must_use]
    pub fn new(store: S, quotas: Quotas, codes: Codes, chance: Chance) -> Self {
        Self {
            day: store.last_day(),
            store,
            quotas,
            codes,
            chance,
            ledger: Ledger::default(),
            turned: None,
        }
    }

    /// Makes an inbox.
    ///
    /// # Errors
    /// [`Refusal::NotInvited`], [`Refusal::Malformed`] (out of reach), [`Refusal::Conflict`], [`Refusal::Full`], [`Refusal::Store`].
    pub fn create(
        &mut self,
        day: u32,
        code: Option<&Token>,
        inbox: &NewInbox,
    ) -> Result<Created, Refusal> {
        self.deed(&inbox.needs(day), |desk| desk.create(code, inbox))
    }

    /// Keeps one item, or several that belong together; durable on return.
    ///
    /// # Errors
    /// [`Refusal::WrongSize`], [`Refusal::NoSuchInbox`], [`Refusal::Conflict`], [`Refusal::TryLater`], [`Refusal::Full`], [`Refusal::Store`].
    pub fn post(
        &mut self,
        day: u32,
        slot: &Token,
        key: [u8; 16],
        body: &[u8],
    ) -> Result<Posted, Refusal> {
        let envelope = Envelope::new(&self.store.key(), slot, &key, body.to_vec())?;
        self.deed(&envelope.needs(day), |desk| desk.post(&envelope))
    }

    /// Takes away what is acknowledged, then gives what waits after the cursor.
    ///
    /// # Errors
    /// [`Refusal::NoSuchInbox`], [`Refusal::Store`].
    pub fn fetch(
        &mut self,
        day: u32,
        fetch: &Token,
        max: u16,
        cursor: &[u8],
        acks: &[[u8; 16]],
    ) -> Result<Fetched, Refusal> {
        self.acknowledge(day, fetch, acks)?;
        let nonce = self.chance.make()?;
        look(
            &self.store,
            &self.store.key(),
            &self.quotas,
            &nonce,
            fetch,
            max,
            cursor,
        )
    }

    /// Takes acknowledged items away; ids that are not there are passed over.
    ///
    /// # Errors
    /// [`Refusal::NoSuchInbox`], [`Refusal::Store`].
    pub fn acknowledge(
        &mut self,
        day: u32,
        fetch: &Token,
        acks: &[[u8; 16]],
    ) -> Result<(), Refusal> {
        self.deed(&needs_of(day, fetch), |desk| desk.acknowledge(fetch, acks))
    }

    /// Whether anything waits: what a wait answers at once.
    ///
    /// # Errors
    /// [`Refusal::NoSuchInbox`], [`Refusal::Store`].
    pub fn waits(&mut self, day: u32, wake: &Token) -> Result<bool, Refusal> {
        self.turn_day(day)?;
        waits(&self.store, wake).map(|(_, something)| something)
    }

    /// Closes slots for good.
    ///
    /// # Errors
    /// [`Refusal::NoSuchInbox`], [`Refusal::Store`].
    pub fn close(
        &mut self,
        day: u32,
        fetch: &Token,
        slot_hashes: &[[u8; 32]],
    ) -> Result<(), Refusal> {
        self.deed(&needs_of(day, fetch), |desk| desk.close(fetch, slot_hashes))
    }

    /// Sets where the owner wants to be woken when something comes, or that he does not.
    ///
    /// # Errors
    /// [`Refusal::NoSuchInbox`], [`Refusal::Store`].
    pub fn wake_at(
        &mut self,
        day: u32,
        fetch: &Token,
        address: Option<&[u8; 32]>,
    ) -> Result<(), Refusal> {
        self.deed(&needs_of(day, fetch), |desk| desk.wake_at(fetch, address))
    }

    /// Deletes an inbox with all that is in it.
    ///
    /// # Errors
    /// [`Refusal::NoSuchInbox`], [`Refusal::Store`].
    pub fn delete(&mut self, day: u32, fetch: &Token) -> Result<(), Refusal> {
        self.deed(&needs_of(day, fetch), |desk| desk.delete(fetch))
    }

    /// Lets a day begin: what is over goes. Every deed does so by itself; days never go back.
    ///
    /// # Errors
    /// [`StoreError`] when the disk does not answer.
    pub fn turn_day(&mut self, day: u32) -> Result<(), StoreError> {
        let ended = if day > self.store.last_day() {
            self.store.turn_day(day)?
        } else {
            None
        };
        // Another process may have done it, and even before this one's clock: what is counted in memory begins anew all the same.
        let day = self.store.last_day();
        if day > self.day {
            self.day = day;
            self.ledger.turn_day(day);
            self.turned = Some((day, ended.unwrap_or_default()));
        }
        if ended.is_some() {
            // Nothing that was acknowledged depends on it, and the next day's turn tries again.
            let _ = self.store.tidy();
        }
        Ok(())
    }

    /// Does several deeds in one transaction, after the turn of their day: durable when this returns, or none of them done.
    ///
    /// # Errors
    /// [`StoreError`] of any of them, or of the disk.
    pub fn together(
        &mut self,
        needs: &Needs,
        work: &mut dyn FnMut(&mut Desk<'_>),
    ) -> Result<(), StoreError> {
        self.turn_day(needs.day)?;
        let Self {
            store,
            quotas,
            codes,
            chance,
            ledger,
            ..
        } = self;
        let kept_bytes = store.kept_bytes()?;
        store.write(needs, &mut |books| {
            let mut desk = Desk::new(books, quotas, codes, chance, ledger, kept_bytes);
            work(&mut desk);
            desk.broken.map_or(Ok(()), Err)
        })
    }

    /// The last day's turn that was not asked for yet: the day, and what it took away.
    pub fn take_turned(&mut self) -> Option<(u32, Ended)> {
        self.turned.take()
    }

    /// What it is allowed.
    #[must_use]
    pub const fn quotas(&self) -> &Quotas {
        &self.quotas
    }

    /// Other bounds from now on.
    pub fn set_quotas(&mut self, quotas: Quotas) {
        self.quotas = quotas;
    }

    /// The store, for those that look at what is kept.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The store, for the writer that sets it up.
    pub(crate) const fn store_mut(&mut self) -> &mut S {
        &mut self.store
    }

    fn deed<T>(
        &mut self,
        needs: &Needs,
        deed: impl FnOnce(&mut Desk<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let (mut deed, mut done) = (Some(deed), None);
        self.together(needs, &mut |desk| done = deed.take().map(|deed| deed(desk)))?;
        done.unwrap_or(Err(Refusal::Store(StoreError::Stopped)))
    }
}

/// What a deed of an inbox's owner looks at.
#[must_use]
pub fn needs_of(day: u32, fetch: &Token) -> Needs {
    Needs::inbox(day, hash(Purpose::Fetch, fetch))
}

/// Gives what waits after the cursor; reads only.
///
/// # Errors
/// [`Refusal::NoSuchInbox`], [`Refusal::Store`].
pub fn look(
    view: &(impl View + ?Sized),
    key: &[u8; 32],
    quotas: &Quotas,
    nonce: &[u8; 24],
    fetch: &Token,
    max: u16,
    cursor: &[u8],
) -> Result<Fetched, Refusal> {
    let inbox = view
        .inbox_by_fetch(&hash(Purpose::Fetch, fetch))?
        .ok_or(Refusal::NoSuchInbox)?;
    let highest = view.highest_kept(&inbox)?;
    let settled = inbox.gone_through.max(inbox.refused_at);
    let (after, foreign) = match cursor::open(key, &inbox.fetch_hash, cursor) {
        // A number that was never given: this box was put back from an older copy.
        Place::After(number) if number > highest.max(settled) => (0, true),
        Place::After(number) => (number, false),
        Place::Unknown => (0, true),
    };
    let most = usize::from(max.min(quotas.fetch_items));
    let items = if most == 0 {
        Vec::new()
    } else {
        view.items_after(&inbox, after, most, quotas.fetch_bytes)?
    };
    let last = items.last().map_or(after, |item| item.number);
    let more = highest > last;
    let next = if more { last } else { last.max(settled) };
    Ok(Fetched {
        gap: foreign || after < inbox.expired_through,
        marker: after < inbox.refused_at,
        more,
        cursor: cursor::seal(key, nonce, &inbox.fetch_hash, next),
        items: items
            .into_iter()
            .map(|item| FetchedItem {
                id: item.id,
                day: item.day,
                bytes: item.bytes,
            })
            .collect(),
    })
}

/// The inbox that a wake token asks about, and whether anything waits in it; reads only.
///
/// # Errors
/// [`Refusal::NoSuchInbox`], [`Refusal::Store`].
pub fn waits(view: &(impl View + ?Sized), wake: &Token) -> Result<(InboxNo, bool), Refusal> {
    last_waiting(view, wake).map(|(inbox, last)| (inbox, last > 0))
}

/// The inbox that a wake token asks about, and the number of the last item that waits in it, 0 for none; reads only.
///
/// # Errors
/// [`Refusal::NoSuchInbox`], [`Refusal::Store`].
pub fn last_waiting(view: &(impl View + ?Sized), wake: &Token) -> Result<(InboxNo, u64), Refusal> {
    let inbox = view
        .inbox_by_wake(&hash(Purpose::Wake, wake))?
        .ok_or(Refusal::NoSuchInbox)?;
    Ok((inbox.no, view.highest_kept(&inbox)?))
}

#[cfg(test)]
mod tests;
