//! The bytes of a backup, version 1: a first line, the rows, and at the end their counts and a SHA-256 over all that is before it.
//! Knows rows; knows no store and no file's name (docs/decisions/copies-of-a-box.md).
//! Invariant: the same rows are the same bytes; what was cut, changed or put together otherwise is refused.
//! Long because what is written and what is read stand side by side.

use std::fmt;
use std::io::{self, ErrorKind, Read, Write};

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::store::copy::{InboxRow, ItemRow, Row};

/// The first line: what the file is, and its version.
const HEAD: &[u8] = b"relay-backup 1\n";
/// As much of it as all versions have.
const NAME: usize = 13;
/// The longest item.
const ITEM: usize = 64 << 10;
/// The longest text of invites.
const INVITES: usize = 500_000;

const BOX: u8 = 1;
const INBOX: u8 = 2;
const SLOT: u8 = 3;
const KNOWN: u8 = 4;
const ITEM_KIND: u8 = 5;
const INVITES_KIND: u8 = 6;
const END: u8 = 255;

/// Why bytes are no backup.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum BadBackup {
    /// The first line is another one.
    #[error("the file is not a backup of a relay")]
    NotOne,
    /// A newer relay wrote it.
    #[error("the backup was written by a newer relay")]
    Newer,
    /// It was cut or changed.
    #[error("the backup is damaged: it was cut or changed")]
    Damaged,
    /// It can't be read.
    #[error("the backup can't be read")]
    Unread,
}

/// One thing of a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A row of the store.
    Row(Row),
    /// The text of the file of invites, after all rows.
    Invites(String),
}

/// How much there is, and the digest of all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The last UTC day.
    pub day: u32,
    /// Inboxes.
    pub inboxes: u64,
    /// Slots.
    pub slots: u64,
    /// What repeated posts are known by.
    pub known: u64,
    /// Items that wait.
    pub items: u64,
    /// SHA-256 of all bytes before it.
    pub digest: [u8; 32],
}

impl fmt::Display for Summary {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            day,
            inboxes,
            slots,
            known,
            items,
            digest,
        } = self;
        write!(
            out,
            "day {day}, {inboxes} inboxes, {slots} slots, {items} items, {known} posts known, sha256 "
        )?;
        digest.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

/// What is counted and checked while rows go by, the same for who writes and who reads.
#[derive(Clone)]
struct Course {
    digest: Sha256,
    day: Option<u32>,
    counts: [u64; 4],
    last: Option<(u8, [u8; 32])>,
}

impl Course {
    fn new() -> Self {
        Self {
            digest: Sha256::new(),
            day: None,
            counts: [0; 4],
            last: None,
        }
    }

    /// Rows come in one order only, and none twice.
    fn pass(&mut self, part: &Part) -> Option<()> {
        // Numbers below zero come first.
        let number = |number: i64| (number ^ i64::MIN).to_be_bytes();
        let mut key = [0; 32];
        let mut put = |bytes: &[u8], at: usize| {
            key.iter_mut()
                .skip(at)
                .zip(bytes)
                .for_each(|(to, from)| *to = *from);
        };
        let (kind, counted) = match part {
            Part::Row(Row::Box { last_day, .. }) => {
                self.day = Some(*last_day);
                (BOX, None)
            }
            Part::Row(Row::Inbox(inbox)) => {
                put(&number(inbox.no), 0);
                (INBOX, Some(0))
            }
            Part::Row(Row::Slot { hash, .. }) => {
                put(hash, 0);
                (SLOT, Some(1))
            }
            Part::Row(Row::Known { day, id, .. }) => {
                put(&day.to_be_bytes(), 0);
                put(id, 4);
                (KNOWN, Some(2))
            }
            Part::Row(Row::Item(item)) => {
                put(&number(item.inbox), 0);
                put(&item.number.to_be_bytes(), 8);
                (ITEM_KIND, Some(3))
            }
            Part::Invites(_) => (INVITES_KIND, None),
        };
        self.day?;
        if self.last.is_some_and(|last| last >= (kind, key)) {
            return None;
        }
        self.last = Some((kind, key));
        if let Some(count) = counted.and_then(|at: usize| self.counts.get_mut(at)) {
            *count += 1;
        }
        Some(())
    }

    fn summary(self) -> Option<Summary> {
        let [inboxes, slots, known, items] = self.counts;
        Some(Summary {
            day: self.day?,
            inboxes,
            slots,
            known,
            items,
            digest: self.digest.finalize().into(),
        })
    }
}

/// Writes a backup, part by part.
pub struct Writing<W: Write> {
    to: W,
    course: Course,
}

impl<W: Write> Writing<W> {
    /// Writes the first line.
    ///
    /// # Errors
    /// Those of `to`; so for all below.
    pub fn begin(to: W) -> io::Result<Self> {
        let mut writing = Self {
            to,
            course: Course::new(),
        };
        writing.say(HEAD)?;
        Ok(writing)
    }

    /// Writes a part.
    ///
    /// # Errors
    /// As above, and [`ErrorKind::InvalidData`] for a part out of order or too long.
    pub fn put(&mut self, part: &Part) -> io::Result<()> {
        let wrong = || io::Error::from(ErrorKind::InvalidData);
        self.course.pass(part).ok_or_else(wrong)?;
        let mut bytes = Vec::with_capacity(256);
        match part {
            Part::Row(Row::Box { key, last_day }) => {
                bytes.push(BOX);
                bytes.extend(key);
                bytes.extend(last_day.to_be_bytes());
            }
            Part::Row(Row::Inbox(inbox)) => {
                bytes.push(INBOX);
                bytes.extend(inbox.no.to_be_bytes());
                for hash in [&inbox.fetch_hash, &inbox.wake_hash, &inbox.made] {
                    bytes.extend(hash);
                }
                bytes.extend(inbox.last_day.to_be_bytes());
                for number in [
                    inbox.last_number,
                    inbox.gone_through,
                    inbox.expired_through,
                    inbox.refused_at,
                ] {
                    bytes.extend(number.to_be_bytes());
                }
            }
            Part::Row(Row::Slot { hash, inbox }) => {
                bytes.push(SLOT);
                bytes.extend(hash);
                bytes.extend(inbox.to_be_bytes());
            }
            Part::Row(Row::Known { day, id, check }) => {
                bytes.push(KNOWN);
                bytes.extend(day.to_be_bytes());
                bytes.extend(id);
                bytes.extend(check);
            }
            Part::Row(Row::Item(item)) => {
                bytes.push(ITEM_KIND);
                bytes.extend(item.inbox.to_be_bytes());
                bytes.extend(item.number.to_be_bytes());
                bytes.extend(item.day.to_be_bytes());
                bytes.extend(item.id);
                let length = u32::try_from(item.bytes.len()).ok();
                let length = length.filter(|_| item.bytes.len() <= ITEM);
                bytes.extend(length.ok_or_else(wrong)?.to_be_bytes());
                bytes.extend(&item.bytes);
            }
            Part::Invites(text) => {
                bytes.push(INVITES_KIND);
                let length = u32::try_from(text.len()).ok();
                let length = length.filter(|_| text.len() <= INVITES);
                bytes.extend(length.ok_or_else(wrong)?.to_be_bytes());
                bytes.extend(text.as_bytes());
            }
        }
        self.say(&bytes)
    }

    /// Writes the end, and gives `to` back.
    ///
    /// # Errors
    /// As above.
    pub fn end(mut self) -> io::Result<(W, Summary)> {
        let mut bytes = vec![END];
        for count in self.course.counts {
            bytes.extend(count.to_be_bytes());
        }
        self.say(&bytes)?;
        let summary = self.course.summary();
        let summary = summary.ok_or_else(|| io::Error::from(ErrorKind::InvalidData))?;
        self.to.write_all(&summary.digest)?;
        self.to.flush()?;
        Ok((self.to, summary))
    }

    fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.course.digest.update(bytes);
        self.to.write_all(bytes)
    }
}

/// Reads a backup, part by part; memory holds one part.
pub struct Reading<R: Read> {
    from: R,
    course: Course,
}

impl<R: Read> Reading<R> {
    /// Reads the first line.
    ///
    /// # Errors
    /// [`BadBackup`]; so for all below.
    pub fn begin(from: R) -> Result<Self, BadBackup> {
        let mut reading = Self {
            from,
            course: Course::new(),
        };
        let head = reading.take(HEAD.len()).map_err(|why| match why {
            BadBackup::Damaged => BadBackup::NotOne,
            why => why,
        })?;
        if head == HEAD {
            return Ok(reading);
        }
        let named = head.get(..NAME) == HEAD.get(..NAME);
        Err(if named {
            BadBackup::Newer
        } else {
            BadBackup::NotOne
        })
    }

    /// Reads to the end, giving each part on; the end says that it was all sound.
    ///
    /// # Errors
    /// [`BadBackup`], or what `take` gave. What was given on before is to be taken back then.
    pub fn each<E: From<BadBackup>>(
        mut self,
        mut take: impl FnMut(Part) -> Result<(), E>,
    ) -> Result<Summary, E> {
        loop {
            let part = match self.one::<1>()? {
                [BOX] => Part::Row(Row::Box {
                    key: self.one()?,
                    last_day: u32::from_be_bytes(self.one()?),
                }),
                [INBOX] => Part::Row(Row::Inbox(InboxRow {
                    no: i64::from_be_bytes(self.one()?),
                    fetch_hash: self.one()?,
                    wake_hash: self.one()?,
                    made: self.one()?,
                    last_day: u32::from_be_bytes(self.one()?),
                    last_number: self.number()?,
                    gone_through: self.number()?,
                    expired_through: self.number()?,
                    refused_at: self.number()?,
                })),
                [SLOT] => Part::Row(Row::Slot {
                    hash: self.one()?,
                    inbox: i64::from_be_bytes(self.one()?),
                }),
                [KNOWN] => Part::Row(Row::Known {
                    day: u32::from_be_bytes(self.one()?),
                    id: self.one()?,
                    check: self.one()?,
                }),
                [ITEM_KIND] => Part::Row(Row::Item(ItemRow {
                    inbox: i64::from_be_bytes(self.one()?),
                    number: self.number()?,
                    day: u32::from_be_bytes(self.one()?),
                    id: self.one()?,
                    bytes: self.bytes(ITEM)?,
                })),
                [INVITES_KIND] => {
                    let text = String::from_utf8(self.bytes(INVITES)?);
                    Part::Invites(text.map_err(|_| BadBackup::Damaged)?)
                }
                [END] => return Ok(self.end()?),
                _ => return Err(BadBackup::Damaged.into()),
            };
            self.course.pass(&part).ok_or(BadBackup::Damaged)?;
            take(part)?;
        }
    }

    fn end(mut self) -> Result<Summary, BadBackup> {
        for count in self.course.counts {
            if u64::from_be_bytes(self.one()?) != count {
                return Err(BadBackup::Damaged);
            }
        }
        let summary = self.course.clone().summary().ok_or(BadBackup::Damaged)?;
        let sound = self.one::<32>()? == summary.digest;
        // Nothing may come after it.
        let over = matches!(self.from.read(&mut [0]), Ok(0));
        if sound && over {
            Ok(summary)
        } else {
            Err(BadBackup::Damaged)
        }
    }

    /// A number that a store can keep.
    fn number(&mut self) -> Result<u64, BadBackup> {
        let number = i64::from_be_bytes(self.one()?);
        u64::try_from(number).map_err(|_| BadBackup::Damaged)
    }

    fn bytes(&mut self, most: usize) -> Result<Vec<u8>, BadBackup> {
        let length = usize::try_from(u32::from_be_bytes(self.one()?));
        let length = length.ok().filter(|length| *length <= most);
        self.take(length.ok_or(BadBackup::Damaged)?)
    }

    fn one<const N: usize>(&mut self) -> Result<[u8; N], BadBackup> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn take(&mut self, length: usize) -> Result<Vec<u8>, BadBackup> {
        let mut bytes = vec![0; length];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), BadBackup> {
        let read = self.from.read_exact(bytes);
        read.map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => BadBackup::Damaged,
            _ => BadBackup::Unread,
        })?;
        self.course.digest.update(&*bytes);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
