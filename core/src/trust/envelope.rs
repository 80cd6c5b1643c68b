//! Envelopes: what a relay keeps. Parts inside, padding inside, one layer of XChaCha20-Poly1305 outside, and a body of
//! one ladder size, so that a relay sees random bytes of a few lengths. It does not know what the parts say.
//! Invariant: opening never panics, never takes more memory than a body and its chunks, and refuses left-over bytes.
//! Frozen format: docs/formats.md "Envelope"; golden files envelope.hex, envelope-2-chunks.bin.
mod chunks;

pub use chunks::{Chunk, Chunks};

use super::Refused;
use super::bytes::{Reader, Writer};
use super::inbox::SlotKey;
use super::suite::{self, Label};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The sizes, in bytes, of a body that is one item. Nothing else is ever posted but several of the largest.
pub const LADDER: [usize; 5] = [1 << 10, 2 << 10, 4 << 10, 16 << 10, CHUNK];
/// How many items of 64 KiB may travel as one body.
pub const CHUNK_COUNTS: [usize; 8] = [2, 3, 4, 6, 8, 12, 16, 24];
/// Size in bytes of each item of a body that is several items.
pub const CHUNK: usize = 64 << 10;
/// Most parts in one envelope.
pub const MOST_PARTS: u32 = 1_024;

const NONCE: usize = 24;
const TAG: usize = 16;
const WHOLE: u8 = 0;
const PIECE: u8 = 1;
/// Suite and shape bytes at the head of each sealed item.
const HEAD: usize = 2;
/// Set id, index and count of a chunk, after its head.
const PLACE: usize = 16 + 1 + 1;
/// The u32 length before the parts.
const LENGTH: usize = 4;

/// One thing inside an envelope. The bytes are those of their own formats and are checked by whoever reads them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Part {
    /// A signed statement of a device list (tag 1).
    List(Vec<u8>),
    /// A signed card (tag 2).
    Card(Vec<u8>),
    /// A signed epoch statement and, when its reader still needs it, the grant for the receiving device (tag 3).
    Epoch(Vec<u8>, Option<Vec<u8>>),
    /// A sealed message (tag 4).
    Message(Vec<u8>),
    /// One step of an invite (tag 5).
    InviteStep(Vec<u8>),
    /// What goes the way back: sealed lists and cards (tag 6).
    WayBack(Vec<u8>),
}

/// What one device is handed at one delivery. No part at all is allowed: an empty envelope looks like any other.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Envelope {
    /// The parts in the order in which they are to be read.
    pub parts: Vec<Part>,
}

/// What one item of an inbox was.
#[derive(PartialEq, Eq, Debug)]
pub enum Opened {
    /// A whole envelope.
    Whole(Envelope),
    /// One of several items that make an envelope together: hand it to [`Chunks::join`].
    Chunk(Chunk),
}

/// Seals parts under the key of the slot through which they go. The body is one ladder size, or several times 64 KiB,
/// of which the relay keeps each 64 KiB as an item of its own.
///
/// # Errors
/// `TooLarge` when the parts do not fit into 24 items (about 1.5 MB) or are more than [`MOST_PARTS`].
pub fn seal_envelope(
    key: &SlotKey,
    envelope: &Envelope,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Refused> {
    let parts = Zeroizing::new(encode_parts(envelope)?);
    for size in LADDER {
        let room = size - NONCE - TAG - HEAD;
        if LENGTH + parts.len() <= room {
            let mut inner = Zeroizing::new(Vec::with_capacity(size));
            inner.extend_from_slice(&[suite::SUITE, WHOLE]);
            inner.extend_from_slice(&padded(&parts, room)?);
            return seal_item(key, &inner, rng);
        }
    }
    seal_chunks(key, &parts, rng)
}

/// Opens one item with the key of one slot.
///
/// # Errors
/// `CannotOpen` when the item was not sealed under this key or was changed, `TooLarge` for a size off the ladder,
/// `UnknownSuite`, or `Malformed` when what was sealed is not an envelope.
pub fn open_item(key: &SlotKey, item: &[u8]) -> Result<Opened, Refused> {
    if !LADDER.contains(&item.len()) {
        return Err(Refused::TooLarge);
    }
    let (nonce, sealed) = item.split_at_checked(NONCE).ok_or(Refused::Malformed)?;
    let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| Refused::Malformed)?;
    let aad = suite::labelled(Label::Envelope);
    let inner = suite::open_aead(key.leak_bytes(), &nonce, &aad, sealed).map(Zeroizing::new)?;
    match inner.split_at_checked(HEAD).ok_or(Refused::Malformed)? {
        ([suite::SUITE, WHOLE], rest) => Ok(Opened::Whole(decode_padded(rest)?)),
        ([suite::SUITE, PIECE], rest) if item.len() == CHUNK => {
            Ok(Opened::Chunk(Chunk::decode(rest)?))
        }
        ([suite::SUITE, _], _) => Err(Refused::Malformed),
        _ => Err(Refused::UnknownSuite),
    }
}

/// Tries one key after the other: an item does not say through which slot it came. 64 keys on 64 KiB cost a few
/// milliseconds. Gives the place of the key that opened it.
///
/// # Errors
/// `CannotOpen` when no key fits; what [`open_item`] says when one does and the inside is not an envelope.
pub fn open_with_any<'k>(
    keys: impl IntoIterator<Item = &'k SlotKey>,
    item: &[u8],
) -> Result<(usize, Opened), Refused> {
    for (place, key) in keys.into_iter().enumerate() {
        match open_item(key, item) {
            Err(Refused::CannotOpen) => {}
            Ok(opened) => return Ok((place, opened)),
            Err(refused) => return Err(refused),
        }
    }
    Err(Refused::CannotOpen)
}

/// The idempotency key under which a body is posted, however often it is tried: 16 bytes of its hash. It tells the
/// relay nothing that the body does not.
#[must_use]
pub fn derive_post_key(body: &[u8]) -> [u8; 16] {
    let hash = suite::hash(Label::PostKey, &[body]);
    let mut key = [0; 16];
    key.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    key
}

fn seal_chunks(key: &SlotKey, parts: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>, Refused> {
    let room = CHUNK - NONCE - TAG - HEAD - PLACE;
    let count = CHUNK_COUNTS
        .into_iter()
        .find(|count| LENGTH + parts.len() <= count * room)
        .ok_or(Refused::TooLarge)?;
    let whole = padded(parts, count * room)?;
    let mut set = [0; 16];
    rng.fill_bytes(&mut set);
    let mut body = Vec::with_capacity(count * CHUNK);
    for (index, bytes) in (0_u8..).zip(whole.chunks(room)) {
        let mut inner = Zeroizing::new(Vec::with_capacity(CHUNK));
        inner.extend_from_slice(&[suite::SUITE, PIECE]);
        inner.extend_from_slice(&set);
        // 24 at most, so it fits.
        inner.extend_from_slice(&[index, u8::try_from(count).map_err(|_| Refused::TooLarge)?]);
        inner.extend_from_slice(bytes);
        body.extend_from_slice(&seal_item(key, &inner, rng)?);
    }
    Ok(body)
}

fn seal_item(key: &SlotKey, inner: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>, Refused> {
    let nonce = suite::make_nonce(key.leak_bytes(), inner, rng);
    let aad = suite::labelled(Label::Envelope);
    let sealed = suite::seal_aead(key.leak_bytes(), &nonce, &aad, inner)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn padded(parts: &[u8], room: usize) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let mut whole = Zeroizing::new(Vec::with_capacity(room));
    let length = u32::try_from(parts.len()).map_err(|_| Refused::TooLarge)?;
    whole.extend_from_slice(&length.to_be_bytes());
    whole.extend_from_slice(parts);
    whole.resize(room, 0);
    Ok(whole)
}

fn decode_padded(whole: &[u8]) -> Result<Envelope, Refused> {
    let (length, rest) = whole
        .split_first_chunk::<LENGTH>()
        .ok_or(Refused::Malformed)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Refused::TooLarge)?;
    let (parts, padding) = rest.split_at_checked(length).ok_or(Refused::Malformed)?;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(Refused::Malformed);
    }
    decode_parts(parts)
}

fn encode_parts(envelope: &Envelope) -> Result<Vec<u8>, Refused> {
    let count = u32::try_from(envelope.parts.len()).map_err(|_| Refused::TooLarge)?;
    if count > MOST_PARTS {
        return Err(Refused::TooLarge);
    }
    let mut w = Writer::new();
    w.u32(count);
    for part in &envelope.parts {
        let (tag, bytes) = match part {
            Part::List(bytes) => (1, bytes),
            Part::Card(bytes) => (2, bytes),
            Part::Epoch(bytes, _) => (3, bytes),
            Part::Message(bytes) => (4, bytes),
            Part::InviteStep(bytes) => (5, bytes),
            Part::WayBack(bytes) => (6, bytes),
        };
        w.u8(tag);
        w.bytes(bytes);
        if let Part::Epoch(_, grant) = part {
            w.u8(u8::from(grant.is_some()));
            if let Some(grant) = grant {
                w.bytes(grant);
            }
        }
    }
    Ok(w.finish())
}

fn decode_parts(bytes: &[u8]) -> Result<Envelope, Refused> {
    let most = bytes.len();
    let mut r = Reader::new(bytes);
    let count = r.count(MOST_PARTS)?;
    let mut parts = Vec::new();
    for _ in 0..count {
        let tag = r.u8()?;
        let bytes = r.bytes(most)?.to_vec();
        parts.push(match tag {
            1 => Part::List(bytes),
            2 => Part::Card(bytes),
            3 => {
                let grant = match r.u8()? {
                    0 => None,
                    1 => Some(r.bytes(most)?.to_vec()),
                    _ => return Err(Refused::Malformed),
                };
                Part::Epoch(bytes, grant)
            }
            4 => Part::Message(bytes),
            5 => Part::InviteStep(bytes),
            6 => Part::WayBack(bytes),
            _ => return Err(Refused::Malformed),
        });
    }
    r.finish()?;
    Ok(Envelope { parts })
}

#[cfg(test)]
mod tests;
