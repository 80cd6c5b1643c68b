//! The bytes of requests to the relay and of its answers, as relay/PROTOCOL.md writes them.
//!
//! It knows layouts and bounds, not HTTP and not what is sealed inside. Its one invariant: an answer
//! is either read whole, within its bounds and to the last byte, or refused as
//! [`PostError::NotThisProtocol`]; no answer can make a phone take more memory than it asked for.

use super::{CHUNKS, CreateInbox, Fetched, FetchedItem, LADDER, PostError, SLOTS, Token};

/// First byte of every structured body.
const VERSION: u8 = 0x01;

/// The longest cursor that is believed and sent back, in bytes.
pub const MAX_CURSOR: usize = 256;

/// The most items that one fetch may bring and one fetch or acknowledgement may name.
pub const MAX_ITEMS: u16 = 1024;

/// The longest wait that may be asked for, in seconds.
pub const MAX_WAIT: u16 = 300;

const LARGEST: usize = 65_536;
const FLAG_GAP: u8 = 1;
const FLAG_MARKER: u8 = 2;
const FLAG_MORE: u8 = 4;

/// Body of `create`.
///
/// # Errors
/// [`PostError::NotThisProtocol`] unless there are exactly [`SLOTS`] slot hashes.
pub fn encode_create(inbox: &CreateInbox) -> Result<Vec<u8>, PostError> {
    if inbox.slot_hashes.len() != SLOTS {
        return Err(PostError::NotThisProtocol);
    }
    let mut out = vec![VERSION];
    out.extend(inbox.week.to_be_bytes());
    out.extend(inbox.fetch_hash);
    out.extend(inbox.wake_hash);
    out.push(count_u8(SLOTS)?);
    out.extend(inbox.slot_hashes.iter().flatten());
    Ok(out)
}

/// How many items a posted body holds: one, or the number of its 64 KiB chunks.
///
/// # Errors
/// [`PostError::Refused`] (422) for a size outside the ladder, before anything is sent: a size of its
/// own would mark the envelope.
pub fn items_in(body: &[u8]) -> Result<u8, PostError> {
    if LADDER.contains(&body.len()) {
        return Ok(1);
    }
    CHUNKS
        .iter()
        .find(|chunks| body.len() == *chunks * LARGEST)
        .map_or(Err(PostError::Refused(422)), |chunks| count_u8(*chunks))
}

/// Checks the answer to `post`: each of `items` is stored now or was stored before.
///
/// # Errors
/// [`PostError::NotThisProtocol`] for any other answer.
pub fn decode_posted(answer: &[u8], items: u8) -> Result<(), PostError> {
    let mut reader = Reader::new(answer)?;
    if reader.u8()? != items {
        return Err(PostError::NotThisProtocol);
    }
    for _ in 0..items {
        if reader.u8()? > 1 {
            return Err(PostError::NotThisProtocol);
        }
    }
    reader.finish()
}

/// Body of `fetch`: the most items wanted, the cursor, and what is acknowledged with it.
///
/// # Errors
/// [`PostError::NotThisProtocol`] for bounds that no relay would take: more than [`MAX_ITEMS`] of
/// either, or a cursor longer than [`MAX_CURSOR`].
pub fn encode_fetch(max: u16, cursor: &[u8], acks: &[[u8; 16]]) -> Result<Vec<u8>, PostError> {
    if max > MAX_ITEMS || cursor.len() > MAX_CURSOR {
        return Err(PostError::NotThisProtocol);
    }
    let mut out = vec![VERSION];
    out.extend(max.to_be_bytes());
    let length = u32::try_from(cursor.len()).map_err(|_| PostError::NotThisProtocol)?;
    out.extend(length.to_be_bytes());
    out.extend(cursor);
    push_acks(&mut out, acks)?;
    Ok(out)
}

/// The most bytes that an honest answer to a fetch of `max` items can have.
#[must_use]
pub fn most_fetched(max: u16) -> usize {
    // version, flags, cursor with its length, count; then id, day, length and bytes of each item
    2 + 4 + MAX_CURSOR + 2 + usize::from(max) * (16 + 4 + 4 + LARGEST)
}

/// Reads the answer to a fetch of at most `max` items.
///
/// # Errors
/// [`PostError::NotThisProtocol`] for more items than asked for, a size outside the ladder, an unknown
/// flag, an id given twice, or left-over bytes.
pub fn decode_fetched(answer: &[u8], max: u16) -> Result<Fetched, PostError> {
    let mut reader = Reader::new(answer)?;
    let flags = reader.u8()?;
    if flags & !(FLAG_GAP | FLAG_MARKER | FLAG_MORE) != 0 {
        return Err(PostError::NotThisProtocol);
    }
    let cursor = reader.bytes(MAX_CURSOR)?.to_vec();
    let count = reader.u16()?;
    if count > max {
        return Err(PostError::NotThisProtocol);
    }
    let mut items = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..count {
        let id = reader.array::<16>()?;
        let day = reader.u32()?;
        let bytes = reader.bytes(LARGEST)?;
        if !LADDER.contains(&bytes.len()) || !ids.insert(id) {
            return Err(PostError::NotThisProtocol);
        }
        items.push(FetchedItem {
            id,
            day,
            bytes: bytes.to_vec(),
        });
    }
    reader.finish()?;
    Ok(Fetched {
        gap: flags & FLAG_GAP != 0,
        marker: flags & FLAG_MARKER != 0,
        more: flags & FLAG_MORE != 0,
        cursor,
        items,
    })
}

/// Body of `acknowledge`.
///
/// # Errors
/// [`PostError::NotThisProtocol`] for more than [`MAX_ITEMS`].
pub fn encode_acknowledge(acks: &[[u8; 16]]) -> Result<Vec<u8>, PostError> {
    let mut out = vec![VERSION];
    push_acks(&mut out, acks)?;
    Ok(out)
}

/// Body of `wait`; more than [`MAX_WAIT`] seconds are cut to it.
#[must_use]
pub fn encode_wait(seconds: u16) -> Vec<u8> {
    let mut out = vec![VERSION];
    out.extend(seconds.min(MAX_WAIT).to_be_bytes());
    out
}

/// Reads the answer to `wait`: whether something is there.
///
/// # Errors
/// [`PostError::NotThisProtocol`] for anything but one 0 or 1.
pub fn decode_waited(answer: &[u8]) -> Result<bool, PostError> {
    let mut reader = Reader::new(answer)?;
    let waits = match reader.u8()? {
        0 => false,
        1 => true,
        _ => return Err(PostError::NotThisProtocol),
    };
    reader.finish()?;
    Ok(waits)
}

/// Body of `close`.
///
/// # Errors
/// [`PostError::NotThisProtocol`] for more than [`SLOTS`] hashes.
pub fn encode_close(slot_hashes: &[[u8; 32]]) -> Result<Vec<u8>, PostError> {
    if slot_hashes.len() > SLOTS {
        return Err(PostError::NotThisProtocol);
    }
    let mut out = vec![VERSION, count_u8(slot_hashes.len())?];
    out.extend(slot_hashes.iter().flatten());
    Ok(out)
}

/// Body of `delete`.
#[must_use]
pub fn encode_delete() -> Vec<u8> {
    encode_nothing()
}

/// Body of a request that says nothing but its version: `create-secret`.
#[must_use]
pub fn encode_nothing() -> Vec<u8> {
    vec![VERSION]
}

/// Reads the answer to `create-secret`: at most two months and their secrets.
///
/// # Errors
/// [`PostError::NotThisProtocol`] for more than two, a month twice, or left-over bytes.
pub fn decode_secrets(answer: &[u8]) -> Result<Vec<(u32, Token)>, PostError> {
    let mut reader = Reader::new(answer)?;
    let count = reader.u8()?;
    if count > 2 {
        return Err(PostError::NotThisProtocol);
    }
    let mut secrets: Vec<(u32, Token)> = Vec::new();
    for _ in 0..count {
        let month = reader.u32()?;
        if secrets.iter().any(|(other, _)| *other == month) {
            return Err(PostError::NotThisProtocol);
        }
        secrets.push((month, Token(reader.array()?)));
    }
    reader.finish()?;
    Ok(secrets)
}

fn push_acks(out: &mut Vec<u8>, acks: &[[u8; 16]]) -> Result<(), PostError> {
    let count = u16::try_from(acks.len())
        .ok()
        .filter(|count| *count <= MAX_ITEMS)
        .ok_or(PostError::NotThisProtocol)?;
    out.extend(count.to_be_bytes());
    out.extend(acks.iter().flatten());
    Ok(())
}

fn count_u8(count: usize) -> Result<u8, PostError> {
    u8::try_from(count).map_err(|_| PostError::NotThisProtocol)
}

/// What is left of an answer whose version byte was read.
struct Reader<'a> {
    left: &'a [u8],
}

impl<'a> Reader<'a> {
    fn new(answer: &'a [u8]) -> Result<Self, PostError> {
        let mut reader = Self { left: answer };
        if reader.u8()? != VERSION {
            return Err(PostError::NotThisProtocol);
        }
        Ok(reader)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PostError> {
        let (head, left) = self
            .left
            .split_first_chunk::<N>()
            .ok_or(PostError::NotThisProtocol)?;
        self.left = left;
        Ok(*head)
    }

    fn u8(&mut self) -> Result<u8, PostError> {
        self.array().map(u8::from_be_bytes)
    }

    fn u16(&mut self) -> Result<u16, PostError> {
        self.array().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32, PostError> {
        self.array().map(u32::from_be_bytes)
    }

    /// A byte string with its u32 length, at most `max` long; nothing is copied before it was checked.
    fn bytes(&mut self, max: usize) -> Result<&'a [u8], PostError> {
        let length = usize::try_from(self.u32()?).map_err(|_| PostError::NotThisProtocol)?;
        if length > max {
            return Err(PostError::NotThisProtocol);
        }
        let (head, left) = self
            .left
            .split_at_checked(length)
            .ok_or(PostError::NotThisProtocol)?;
        self.left = left;
        Ok(head)
    }

    fn finish(self) -> Result<(), PostError> {
        if self.left.is_empty() {
            Ok(())
        } else {
            Err(PostError::NotThisProtocol)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    /// What the relay would write: the plainest possible twin of `decode_fetched`.
    fn answer(fetched: &Fetched) -> Vec<u8> {
        let flags =
            u8::from(fetched.gap) + 2 * u8::from(fetched.marker) + 4 * u8::from(fetched.more);
        let mut out = vec![1, flags];
        out.extend(u32::try_from(fetched.cursor.len()).unwrap().to_be_bytes());
        out.extend(&fetched.cursor);
        out.extend(u16::try_from(fetched.items.len()).unwrap().to_be_bytes());
        for item in &fetched.items {
            out.extend(item.id);
            out.extend(item.day.to_be_bytes());
            out.extend(u32::try_from(item.bytes.len()).unwrap().to_be_bytes());
            out.extend(&item.bytes);
        }
        out
    }

    fn any_fetched() -> impl Strategy<Value = Fetched> {
        let item = (any::<u32>(), 0..3_usize, any::<u8>());
        (
            any::<[bool; 3]>(),
            vec(any::<u8>(), 0..=MAX_CURSOR),
            vec(item, 0..6),
        )
            .prop_map(|([gap, marker, more], cursor, items)| Fetched {
                gap,
                marker,
                more,
                cursor,
                items: items
                    .into_iter()
                    .enumerate()
                    .map(|(at, (day, size, fill))| FetchedItem {
                        id: [u8::try_from(at).unwrap(); 16],
                        day,
                        bytes: vec![fill; LADDER[size]],
                    })
                    .collect(),
            })
    }

    proptest! {
        #[test]
        fn what_the_relay_writes_is_read_back(fetched in any_fetched()) {
            let bytes = answer(&fetched);
            prop_assert!(bytes.len() <= most_fetched(u16::try_from(fetched.items.len()).unwrap()));
            prop_assert_eq!(decode_fetched(&bytes, 6), Ok(fetched));
        }

        #[test]
        fn a_torn_or_lengthened_answer_is_refused(fetched in any_fetched(), cut in any::<prop::sample::Index>()) {
            let mut bytes = answer(&fetched);
            let at = cut.index(bytes.len());
            prop_assert_eq!(decode_fetched(&bytes[..at], 6), Err(PostError::NotThisProtocol));
            bytes.push(0);
            prop_assert_eq!(decode_fetched(&bytes, 6), Err(PostError::NotThisProtocol));
        }

        #[test]
        fn any_bytes_are_read_or_refused(mut bytes in vec(any::<u8>(), 0..4000), max in any::<u16>()) {
            if let Some(first) = bytes.first_mut() {
                *first = VERSION;
            }
            if let Ok(fetched) = decode_fetched(&bytes, max) {
                prop_assert_eq!(answer(&fetched), bytes.clone());
            }
            let _ = decode_waited(&bytes);
            let _ = decode_posted(&bytes, 24);
            let _ = decode_secrets(&bytes);
        }

        #[test]
        fn only_sizes_of_the_ladder_are_posted(size in 0..2_000_000_usize) {
            let allowed = LADDER.contains(&size) || CHUNKS.iter().any(|n| n * LARGEST == size);
            prop_assert_eq!(items_in(&vec![0; size]).is_ok(), allowed);
        }
    }

    #[test]
    fn bodies_have_the_contracts_layout() {
        let inbox = CreateInbox {
            week: 0x0102_0304,
            fetch_hash: [7; 32],
            wake_hash: [8; 32],
            slot_hashes: (0..64).map(|slot| [slot; 32]).collect(),
        };
        let body = encode_create(&inbox).unwrap();
        assert_eq!(body.len(), 1 + 4 + 32 + 32 + 1 + 64 * 32);
        assert_eq!(body[..5], [1, 1, 2, 3, 4]);
        assert_eq!(body[69], 64);
        assert_eq!(body[70 + 63 * 32..], [63; 32]);

        assert_eq!(
            encode_fetch(2, &[9, 9], &[[5; 16]]).unwrap(),
            [&[1, 0, 2, 0, 0, 0, 2, 9, 9, 0, 1][..], &[5; 16]].concat()
        );
        assert_eq!(
            encode_acknowledge(&[[5; 16]]).unwrap(),
            [&[1, 0, 1][..], &[5; 16]].concat()
        );
        assert_eq!(encode_wait(258), [1, 1, 2]);
        assert_eq!(encode_wait(u16::MAX), [1, 1, 44]);
        assert_eq!(
            encode_close(&[[3; 32]]).unwrap(),
            [&[1, 1][..], &[3; 32]].concat()
        );
        assert_eq!(encode_delete(), [1]);
    }

    #[test]
    fn secrets_are_read_by_month() {
        let two = [
            &[1, 2, 0, 0, 2, 220][..],
            &[7; 32],
            &[0, 0, 2, 221],
            &[8; 32],
        ]
        .concat();
        let expected = vec![(732, Token([7; 32])), (733, Token([8; 32]))];
        assert_eq!(decode_secrets(&two), Ok(expected));
        assert_eq!(decode_secrets(&[1, 0]), Ok(Vec::new()));
        let twice = [&two[..38], &two[2..38]].concat();
        let more = [&[1, 3][..], &[0; 108]].concat();
        for bytes in [&two[..73], &[&two[..], &[0]].concat(), &twice, &more] {
            assert_eq!(decode_secrets(bytes), Err(PostError::NotThisProtocol));
        }
    }

    #[test]
    fn bounds_are_held() {
        let short = CreateInbox {
            week: 1,
            fetch_hash: [7; 32],
            wake_hash: [8; 32],
            slot_hashes: vec![[0; 32]; 63],
        };
        let refused = Err(PostError::NotThisProtocol);
        assert_eq!(encode_create(&short), refused.clone());
        assert_eq!(encode_fetch(MAX_ITEMS + 1, &[], &[]), refused.clone());
        assert_eq!(encode_fetch(1, &[0; MAX_CURSOR + 1], &[]), refused.clone());
        assert_eq!(encode_acknowledge(&vec![[0; 16]; 1025]), refused.clone());
        assert_eq!(encode_close(&[[0; 32]; 65]), refused);
        assert_eq!(items_in(&[0; 65_536 * 24]), Ok(24));
        assert_eq!(items_in(&[0; 65_536 * 5]), Err(PostError::Refused(422)));
    }

    #[test]
    fn hostile_answers_are_refused() {
        let item = FetchedItem {
            id: [1; 16],
            day: 1,
            bytes: vec![0; 1024],
        };
        let fetched = Fetched {
            gap: false,
            marker: false,
            more: false,
            cursor: vec![],
            items: vec![item.clone(), item],
        };
        let twice = answer(&fetched);
        let mut odd = fetched.clone();
        odd.items = vec![FetchedItem {
            id: [1; 16],
            day: 1,
            bytes: vec![0; 1000],
        }];
        let mut flagged = answer(&Fetched {
            items: vec![],
            ..fetched
        });
        flagged[1] = 8;
        for (name, bytes) in [
            ("an id twice", twice),
            ("a size of its own", answer(&odd)),
            ("an unknown flag", flagged),
            (
                "a length beyond the answer",
                vec![1, 0, 0xff, 0xff, 0xff, 0xff],
            ),
            ("items that are not there", vec![1, 0, 0, 0, 0, 0, 0, 9]),
            ("another version", vec![2, 0, 0, 0, 0, 0, 0, 0]),
            ("nothing", vec![]),
        ] {
            assert_eq!(
                decode_fetched(&bytes, 9),
                Err(PostError::NotThisProtocol),
                "{name}"
            );
        }
        assert!(decode_posted(&[1, 2, 0, 1], 2).is_ok());
        assert!(decode_posted(&[1, 2, 0, 2], 2).is_err());
        assert!(decode_posted(&[1, 1, 0], 2).is_err());
        assert!(decode_posted(&[1, 1, 0, 0], 1).is_err());
        assert_eq!(decode_waited(&[1, 1]), Ok(true));
        assert_eq!(decode_waited(&[1, 0]), Ok(false));
        assert!(decode_waited(&[1, 2]).is_err());
    }
}
