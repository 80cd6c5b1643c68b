//! What travels inside a sealed message: item kinds 1 (changes) and 2 (snapshot of a document).
//! Both hold plain change chunks, squeezed by zstd when that is shorter; nothing else can be
//! unpacked, and never to more than 8 MiB. Knows no seal and no document.
//! Invariant: frozen layout (docs/formats.md, tests/golden/notebook); left-over bytes are refused.

use std::io::Read;

use super::gate::MAX_BYTES;
use super::name::{DocName, MAX_NAME};
use super::{Generation, Refused};

/// The item kind of changes to a document that the reader has.
pub const KIND_CHANGES: u8 = 1;
/// The item kind of a document from its beginning.
pub const KIND_SNAPSHOT: u8 = 2;

/// zstd's window may ask for at most this power of two of memory.
const WINDOW_LOG: u32 = 23;
const LEVEL: i32 = 12;

/// One item of a message that is about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireItem {
    /// Which life of the notebook this belongs to; [`Generation::PRIVATE`] in the private one.
    pub generation: Generation,
    /// Which document.
    pub name: DocName,
    /// Whether this is the document from its beginning.
    pub snapshot: bool,
    /// Concatenated plain change chunks.
    pub changes: Vec<u8>,
}

impl WireItem {
    /// The item kind: [`KIND_CHANGES`] or [`KIND_SNAPSHOT`].
    pub fn kind(&self) -> u8 {
        if self.snapshot {
            KIND_SNAPSHOT
        } else {
            KIND_CHANGES
        }
    }

    /// The payload: generation number u64, generation random 16, name (u32 length), zstd flag u8,
    /// data (u32 length); integers big-endian.
    pub fn encode(&self) -> Vec<u8> {
        let squeezed = zstd::bulk::compress(&self.changes, LEVEL).ok();
        let squeezed = squeezed.filter(|short| short.len() < self.changes.len());
        let flag = u8::from(squeezed.is_some());
        let data = squeezed.as_ref().unwrap_or(&self.changes);
        let mut out = Vec::with_capacity(64 + data.len());
        out.extend(self.generation.number.to_be_bytes());
        out.extend(self.generation.random);
        put_bytes(&mut out, self.name.to_string().as_bytes());
        out.push(flag);
        put_bytes(&mut out, data);
        out
    }

    /// Reads the payload of an item of this kind.
    ///
    /// # Errors
    /// [`Refused::Malformed`] for another kind, an unknown name or flag, left-over bytes or data
    /// that does not unpack; [`Refused::TooLarge`] above 8 MiB, packed or unpacked.
    pub fn decode(kind: u8, bytes: &[u8]) -> Result<Self, Refused> {
        let snapshot = match kind {
            KIND_CHANGES => false,
            KIND_SNAPSHOT => true,
            _ => return Err(Refused::Malformed),
        };
        let (number, rest) = bytes.split_first_chunk().ok_or(Refused::Malformed)?;
        let (random, rest) = rest.split_first_chunk().ok_or(Refused::Malformed)?;
        let (name, rest) = take_bytes(rest, MAX_NAME)?;
        let (flag, rest) = rest.split_first().ok_or(Refused::Malformed)?;
        let (data, rest) = take_bytes(rest, MAX_BYTES)?;
        if !rest.is_empty() {
            return Err(Refused::Malformed);
        }
        let name = std::str::from_utf8(name).ok().and_then(DocName::parse);
        Ok(Self {
            generation: Generation {
                number: u64::from_be_bytes(*number),
                random: *random,
            },
            name: name.ok_or(Refused::Malformed)?,
            snapshot,
            changes: match flag {
                0 => data.to_vec(),
                1 => unpack(data)?,
                _ => return Err(Refused::Malformed),
            },
        })
    }
}

fn unpack(data: &[u8]) -> Result<Vec<u8>, Refused> {
    let mut decoder =
        zstd::stream::read::Decoder::with_buffer(data).map_err(|_| Refused::Malformed)?;
    decoder
        .window_log_max(WINDOW_LOG)
        .map_err(|_| Refused::Malformed)?;
    let mut out = Vec::new();
    decoder
        .take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut out)
        .map_err(|_| Refused::Malformed)?;
    if out.len() > MAX_BYTES {
        return Err(Refused::TooLarge);
    }
    Ok(out)
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.extend(length.to_be_bytes());
    out.extend(bytes);
}

fn take_bytes(from: &[u8], max: usize) -> Result<(&[u8], &[u8]), Refused> {
    let (length, rest) = from.split_first_chunk().ok_or(Refused::Malformed)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Refused::TooLarge)?;
    if length > max {
        return Err(Refused::TooLarge);
    }
    rest.split_at_checked(length).ok_or(Refused::Malformed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn item(changes: Vec<u8>) -> WireItem {
        WireItem {
            generation: Generation {
                number: 7,
                random: [9; 16],
            },
            name: DocName::Core,
            snapshot: false,
            changes,
        }
    }

    #[test]
    fn an_item_reads_back_squeezed_or_not() {
        for changes in [Vec::new(), vec![1, 2, 3], vec![5; 10_000]] {
            let item = item(changes);
            let bytes = item.encode();
            assert!(bytes.len() < 200);
            assert_eq!(WireItem::decode(KIND_CHANGES, &bytes), Ok(item));
        }
    }

    #[test]
    fn a_bomb_is_refused_before_it_unpacks() {
        let bytes = item(vec![0; MAX_BYTES + 1]).encode();
        assert!(bytes.len() < 2_000);
        assert_eq!(
            WireItem::decode(KIND_CHANGES, &bytes),
            Err(Refused::TooLarge)
        );
    }

    #[test]
    fn left_over_bytes_other_kinds_and_flags_are_refused() {
        let good = item(vec![1, 2, 3]).encode();
        let mut longer = good.clone();
        longer.push(0);
        assert_eq!(WireItem::decode(1, &longer), Err(Refused::Malformed));
        assert_eq!(WireItem::decode(3, &good), Err(Refused::Malformed));
        let mut flagged = good.clone();
        flagged[8 + 16 + 4 + 4] = 2;
        assert_eq!(WireItem::decode(1, &flagged), Err(Refused::Malformed));
        for cut in 0..good.len() {
            assert!(WireItem::decode(1, &good[..cut]).is_err());
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(kind in 0_u8..4, bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = WireItem::decode(kind, &bytes);
        }
    }
}
