//! The bodies of PROTOCOL.md, read strictly and written: big-endian, u32 lengths, left-over bytes refused.
//! Knows no HTTP and no store.
//! Invariant: every reader ends in a value or in [`Malformed`], for any bytes.

use thiserror::Error;

use crate::office::{Fetched, NewInbox, Stored};
use crate::token::{SUITE, Token};

/// Slots of an inbox: always this many, so that used and unused ones look alike.
pub const SLOTS: usize = 64;
/// The sizes of a single item, in bytes.
pub const ITEM_SIZES: [usize; 5] = [1 << 10, 2 << 10, 4 << 10, 16 << 10, 64 << 10];
/// The size of each part of something larger, in bytes.
pub const CHUNK: usize = 64 << 10;
/// How many parts something larger may have.
pub const CHUNK_COUNTS: [usize; 8] = [2, 3, 4, 6, 8, 12, 16, 24];
/// The longest body of a post, in bytes.
pub const POST_LIMIT: usize = 24 * CHUNK;
/// The most acknowledgements in one request.
pub const ACKS: usize = 1024;
/// The longest cursor that is read, in bytes.
pub const CURSOR_LIMIT: usize = 64;
/// The longest wait, in seconds.
pub const WAIT_LIMIT: u16 = 300;
/// The longest body of every other request, in bytes: a fetch with all its acknowledgements.
pub const BODY_LIMIT: usize = 1 + 2 + 4 + CURSOR_LIMIT + 2 + 16 * ACKS;

/// The bytes are not a body of this kind.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the body is not of this kind")]
pub struct Malformed;

/// The body of a fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchRequest {
    /// At most so many items.
    pub max: u16,
    /// Empty, or as the last answer gave it.
    pub cursor: Vec<u8>,
    /// Items that the reader has for good.
    pub acks: Vec<[u8; 16]>,
}

/// Splits a posted body into its items: one of [`ITEM_SIZES`], or a number of [`CHUNK`]s out of [`CHUNK_COUNTS`].
#[must_use]
pub fn items_of(body: &[u8]) -> Option<Vec<&[u8]>> {
    if ITEM_SIZES.contains(&body.len()) {
        return Some(vec![body]);
    }
    let whole = body.len().is_multiple_of(CHUNK) && CHUNK_COUNTS.contains(&(body.len() / CHUNK));
    whole.then(|| body.chunks(CHUNK).collect())
}

/// Reads the body of a create.
///
/// # Errors
/// [`Malformed`]; also when two slot hashes are the same.
pub fn read_create(body: &[u8]) -> Result<NewInbox, Malformed> {
    let mut from = Reader::new(body)?;
    let (week, fetch_hash, wake_hash) = (from.u32()?, from.array()?, from.array()?);
    if usize::from(from.u8()?) != SLOTS {
        return Err(Malformed);
    }
    let slot_hashes = (0..SLOTS)
        .map(|_| from.array())
        .collect::<Result<Vec<_>, _>>()?;
    from.finish()?;
    let mut sorted = slot_hashes.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted.len() != SLOTS {
        return Err(Malformed);
    }
    Ok(NewInbox {
        week,
        fetch_hash,
        wake_hash,
        slot_hashes,
    })
}

/// Writes the body of a create.
#[must_use]
pub fn write_create(inbox: &NewInbox) -> Vec<u8> {
    let mut to = vec![SUITE];
    to.extend_from_slice(&inbox.week.to_be_bytes());
    to.extend_from_slice(&inbox.fetch_hash);
    to.extend_from_slice(&inbox.wake_hash);
    to.push(u8::try_from(inbox.slot_hashes.len()).unwrap_or(u8::MAX));
    inbox
        .slot_hashes
        .iter()
        .for_each(|hash| to.extend_from_slice(hash));
    to
}

/// Reads the body of a fetch.
///
/// # Errors
/// [`Malformed`].
pub fn read_fetch(body: &[u8]) -> Result<FetchRequest, Malformed> {
    let mut from = Reader::new(body)?;
    let max = from.u16()?;
    let length = usize::try_from(from.u32()?).map_err(|_| Malformed)?;
    if length > CURSOR_LIMIT {
        return Err(Malformed);
    }
    let cursor = from.take(length)?.to_vec();
    let acks = from.ids()?;
    from.finish()?;
    Ok(FetchRequest { max, cursor, acks })
}

/// Writes the body of a fetch.
#[must_use]
pub fn write_fetch(request: &FetchRequest) -> Vec<u8> {
    let mut to = vec![SUITE];
    to.extend_from_slice(&request.max.to_be_bytes());
    bytes(&mut to, &request.cursor);
    ids(&mut to, &request.acks);
    to
}

/// Reads the body of an acknowledge.
///
/// # Errors
/// [`Malformed`].
pub fn read_acknowledge(body: &[u8]) -> Result<Vec<[u8; 16]>, Malformed> {
    let mut from = Reader::new(body)?;
    let acks = from.ids()?;
    from.finish()?;
    Ok(acks)
}

/// Writes the body of an acknowledge.
#[must_use]
pub fn write_acknowledge(acks: &[[u8; 16]]) -> Vec<u8> {
    let mut to = vec![SUITE];
    ids(&mut to, acks);
    to
}

/// Reads the body that asks for a stream of hints: nothing but the version.
///
/// # Errors
/// [`Malformed`].
pub fn read_waits(body: &[u8]) -> Result<(), Malformed> {
    Reader::new(body)?.finish()
}

/// Reads where an owner wants to be woken; `None` for nowhere.
///
/// # Errors
/// [`Malformed`].
pub fn read_waking(body: &[u8]) -> Result<Option<[u8; 32]>, Malformed> {
    let mut from = Reader::new(body)?;
    let address = match from.u8()? {
        0 => None,
        1 => Some(from.array()?),
        _ => return Err(Malformed),
    };
    from.finish()?;
    Ok(address)
}

/// Writes where an owner wants to be woken.
#[must_use]
pub fn write_waking(address: Option<&[u8; 32]>) -> Vec<u8> {
    let mut to = vec![SUITE, u8::from(address.is_some())];
    to.extend(address.into_iter().flatten());
    to
}

/// Reads the body of a wait: seconds, at most [`WAIT_LIMIT`].
///
/// # Errors
/// [`Malformed`].
pub fn read_wait(body: &[u8]) -> Result<u16, Malformed> {
    let mut from = Reader::new(body)?;
    let seconds = from.u16()?;
    from.finish()?;
    if seconds > WAIT_LIMIT {
        Err(Malformed)
    } else {
        Ok(seconds)
    }
}

/// Reads the body of a close: slot hashes, at most 64.
///
/// # Errors
/// [`Malformed`].
pub fn read_close(body: &[u8]) -> Result<Vec<[u8; 32]>, Malformed> {
    let mut from = Reader::new(body)?;
    let count = usize::from(from.u8()?);
    if count > SLOTS {
        return Err(Malformed);
    }
    let hashes = (0..count)
        .map(|_| from.array())
        .collect::<Result<Vec<_>, _>>()?;
    from.finish()?;
    Ok(hashes)
}

/// Writes the body of a close.
#[must_use]
pub fn write_close(hashes: &[[u8; 32]]) -> Vec<u8> {
    let mut to = vec![SUITE, u8::try_from(hashes.len()).unwrap_or(u8::MAX)];
    hashes.iter().for_each(|hash| to.extend_from_slice(hash));
    to
}

/// Reads the body of a delete: the version and no more.
///
/// # Errors
/// [`Malformed`].
pub fn read_delete(body: &[u8]) -> Result<(), Malformed> {
    Reader::new(body)?.finish()
}

/// Reads the body that asks for create-secrets: the version and no more.
///
/// # Errors
/// [`Malformed`].
pub fn read_create_secret(body: &[u8]) -> Result<(), Malformed> {
    Reader::new(body)?.finish()
}

/// Writes months with their create-secrets.
#[must_use]
pub fn write_create_secrets(secrets: &[(u32, Token)]) -> Vec<u8> {
    let mut to = vec![SUITE, u8::try_from(secrets.len()).unwrap_or(u8::MAX)];
    for (month, secret) in secrets {
        to.extend_from_slice(&month.to_be_bytes());
        to.extend_from_slice(&secret.0);
    }
    to
}

/// Writes the answer to a post.
#[must_use]
pub fn write_posted(stored: &[Stored]) -> Vec<u8> {
    let mut to = vec![SUITE, u8::try_from(stored.len()).unwrap_or(u8::MAX)];
    to.extend(stored.iter().map(|one| match one {
        Stored::Now => 0,
        Stored::Before => 1,
    }));
    to
}

/// Writes the answer to a fetch.
#[must_use]
pub fn write_fetched(fetched: &Fetched) -> Vec<u8> {
    let mut to = vec![
        SUITE,
        u8::from(fetched.gap) | u8::from(fetched.marker) << 1 | u8::from(fetched.more) << 2,
    ];
    bytes(&mut to, &fetched.cursor);
    to.extend_from_slice(
        &u16::try_from(fetched.items.len())
            .unwrap_or(u16::MAX)
            .to_be_bytes(),
    );
    for item in &fetched.items {
        to.extend_from_slice(&item.id);
        to.extend_from_slice(&item.day.to_be_bytes());
        bytes(&mut to, &item.bytes);
    }
    to
}

/// Writes the answer to a wait.
#[must_use]
pub fn write_waited(something: bool) -> Vec<u8> {
    vec![SUITE, u8::from(something)]
}

pub(crate) fn bytes(to: &mut Vec<u8>, bytes: &[u8]) {
    to.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    to.extend_from_slice(bytes);
}

fn ids(to: &mut Vec<u8>, ids: &[[u8; 16]]) {
    to.extend_from_slice(&u16::try_from(ids.len()).unwrap_or(u16::MAX).to_be_bytes());
    ids.iter().for_each(|id| to.extend_from_slice(id));
}

pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Begins a body, past its version.
    pub(crate) fn new(body: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Self(body);
        if reader.u8()? == SUITE {
            Ok(reader)
        } else {
            Err(Malformed)
        }
    }

    pub(crate) fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.take(N)?.try_into().map_err(|_| Malformed)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, Malformed> {
        self.array().map(u8::from_be_bytes)
    }

    pub(crate) fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_be_bytes)
    }

    fn ids(&mut self) -> Result<Vec<[u8; 16]>, Malformed> {
        let count = usize::from(self.u16()?);
        if count > ACKS {
            return Err(Malformed);
        }
        (0..count).map(|_| self.array()).collect()
    }

    pub(crate) fn finish(self) -> Result<(), Malformed> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Malformed)
        }
    }
}
