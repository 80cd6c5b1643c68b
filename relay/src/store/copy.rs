//! Everything that a store keeps, as rows that are the same in each: what a backup holds, and what moves to another store.
//! Knows no file format and no SQL.
//! Invariant: two stores that keep the same give the same rows in the same order, byte for byte.

use super::StoreError;
use crate::token::labelled;

/// From here on a version of the schema says in what state the box is: an older relay takes it for a newer one's and does not start.
const STATES: i64 = 1_000_000;
/// From here on it says that the box was moved, and where to.
const MOVED: i64 = 1 << 28;

/// Whether a store may be served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It is a box, or nothing yet.
    Ready,
    /// It was moved to another store.
    Moved {
        /// Which one, as told by [`place`]; 0 where that is not known.
        to: i64,
    },
    /// A copy is being made in it, or was given up.
    Arriving,
}

impl State {
    /// As it stands in the place of the schema's version; `version` is that of a box that is ready.
    #[must_use]
    pub const fn version(self, version: i64) -> i64 {
        match self {
            Self::Ready => version,
            Self::Moved { to } => MOVED + to,
            Self::Arriving => STATES + 2,
        }
    }

    /// What a version says; versions up to `newest` are known.
    ///
    /// # Errors
    /// [`StoreError::Newer`].
    pub const fn of(version: i64, newest: i64) -> Result<Self, StoreError> {
        if version <= newest {
            return Ok(Self::Ready);
        }
        if version >= MOVED && version < 2 * MOVED {
            return Ok(Self::Moved {
                to: version - MOVED,
            });
        }
        match version - STATES {
            1 => Ok(Self::Moved { to: 0 }),
            2 => Ok(Self::Arriving),
            _ => Err(StoreError::Newer),
        }
    }

    /// Lets through only a box that is ready.
    ///
    /// # Errors
    /// [`StoreError::Moved`], [`StoreError::Arriving`].
    pub const fn ready(self) -> Result<(), StoreError> {
        match self {
            Self::Ready => Ok(()),
            Self::Moved { .. } => Err(StoreError::Moved),
            Self::Arriving => Err(StoreError::Arriving),
        }
    }
}

/// A number below 2^28 for a place, by its name: so that a box that was moved to one is never moved to another as well.
#[must_use]
pub fn place(name: &[u8]) -> i64 {
    let [a, b, c, d, ..] = labelled("alongside/relay moved to", &[name]);
    (i64::from(u32::from_be_bytes([a, b, c, d])) % (MOVED - 1)) + 1
}

/// One row. They come in the order of the kinds here; within a kind by the fields that are said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// The box itself, first and once.
    Box {
        /// Its key.
        key: [u8; 32],
        /// The last UTC day.
        last_day: u32,
    },
    /// An inbox, by its number.
    Inbox(InboxRow),
    /// A slot, by its hash.
    Slot {
        /// Of its token.
        hash: [u8; 32],
        /// Its inbox's number.
        inbox: i64,
    },
    /// What a repeated post is known by, by day and id: those of the last day and the day before.
    Known {
        /// The UTC day the item came.
        day: u32,
        /// The item's id.
        id: [u8; 16],
        /// The check of its body.
        check: [u8; 16],
    },
    /// An item that waits, by inbox and number.
    Item(ItemRow),
}

/// An inbox as kept; numbers are of this inbox alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxRow {
    /// Its random number.
    pub no: i64,
    /// The hash of its fetch token.
    pub fetch_hash: [u8; 32],
    /// The hash of its wake token.
    pub wake_hash: [u8; 32],
    /// Digest of the body that made it.
    pub made: [u8; 32],
    /// The last UTC day on which it answers.
    pub last_day: u32,
    /// The highest number that was ever given.
    pub last_number: u64,
    /// As in [`Inbox`](super::Inbox).
    pub gone_through: u64,
    /// As in [`Inbox`](super::Inbox).
    pub expired_through: u64,
    /// As in [`Inbox`](super::Inbox).
    pub refused_at: u64,
}

/// An item as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemRow {
    /// Its inbox's number.
    pub inbox: i64,
    /// Its number there.
    pub number: u64,
    /// The UTC day it came.
    pub day: u32,
    /// Its id.
    pub id: [u8; 16],
    /// The sealed bytes.
    pub bytes: Vec<u8>,
}

impl Row {
    /// Moves all numbers on, so that no cursor from before is above what is given from now on: such a reader is told of a gap once,
    /// and given all that is kept, and what comes.
    #[must_use]
    pub fn moved_on(mut self, by: u64) -> Self {
        match &mut self {
            Self::Inbox(inbox) => {
                let refused = inbox.refused_at > 0;
                for number in [
                    &mut inbox.last_number,
                    &mut inbox.gone_through,
                    &mut inbox.expired_through,
                ] {
                    *number = number.saturating_add(by);
                }
                if refused {
                    inbox.refused_at = inbox.refused_at.saturating_add(by);
                }
            }
            Self::Item(item) => item.number = item.number.saturating_add(by),
            Self::Box { .. } | Self::Slot { .. } | Self::Known { .. } => {}
        }
        self
    }
}

/// Takes row after row; an error ends the walk.
pub type Take<'a> = &'a mut dyn FnMut(Row) -> Result<(), StoreError>;

/// A store that is read, all of it as of one moment.
pub trait Source {
    /// In what state it is.
    fn state(&self) -> State;
    /// Gives all rows, each time anew and all as of one moment.
    ///
    /// # Errors
    /// [`StoreError`] of the disk, or what `take` gave.
    fn walk(&mut self, take: Take<'_>) -> Result<(), StoreError>;
    /// Marks it as moved to this [`place`]: no relay starts on it any more. Only where it is held alone.
    ///
    /// # Errors
    /// [`StoreError`] of the disk; then it is as it was.
    fn mark_moved(&mut self, to: i64) -> Result<(), StoreError>;
}

/// An empty store that is filled. No relay starts on it before [`ready`](Target::ready).
pub trait Target {
    /// Whether a copy had been begun here before, and was not ended.
    fn was_arriving(&self) -> bool;
    /// Takes a row, in the order of the rows.
    ///
    /// # Errors
    /// [`StoreError`] of the disk.
    fn put(&mut self, row: Row) -> Result<(), StoreError>;
    /// Makes all that was put durable.
    ///
    /// # Errors
    /// [`StoreError`] of the disk.
    fn settle(&mut self) -> Result<(), StoreError>;
    /// Gives all rows as they are on the disk now, after [`settle`](Target::settle).
    ///
    /// # Errors
    /// [`StoreError`] of the disk, or what `take` gave.
    fn walk(&mut self, take: Take<'_>) -> Result<(), StoreError>;
    /// Makes it a box that is served.
    ///
    /// # Errors
    /// [`StoreError`] of the disk.
    fn ready(&mut self) -> Result<(), StoreError>;
    /// Takes back what was put, as far as that can be done now.
    fn give_up(&mut self);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_told_from_a_version() {
        let (one, two) = (place(b"one"), place(b"two"));
        assert!(one != two && one > 0 && one < MOVED);
        let moved = [0, one, MOVED - 1].map(|to| State::Moved { to });
        for state in [State::Ready, State::Arriving].into_iter().chain(moved) {
            assert_eq!(State::of(state.version(1), 1), Ok(state));
        }
        assert_eq!(State::of(0, 1), Ok(State::Ready));
        assert_eq!(State::of(2, 1), Err(StoreError::Newer));
        assert_eq!(State::of(STATES, 1), Err(StoreError::Newer));
        assert_eq!(State::of(STATES + 3, 1), Err(StoreError::Newer));
        assert_eq!(State::of(2 * MOVED, 1), Err(StoreError::Newer));
        assert_eq!(State::of(STATES + 1, 1), Ok(State::Moved { to: 0 }));
    }
}
