//! The bytes of version 1 are frozen; what was cut, changed or put in another order is refused.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

/// What every backup of version 1 is like, once each kind.
const GOLDEN: &[u8] = include_bytes!("../../../tests/golden/backup-1");

fn parts() -> Vec<Part> {
    let inbox = |no: i64| {
        Part::Row(Row::Inbox(InboxRow {
            no,
            fetch_hash: [2; 32],
            wake_hash: [3; 32],
            made: [4; 32],
            last_day: 20_600,
            last_number: 9,
            gone_through: 7,
            expired_through: 5,
            refused_at: 6,
        }))
    };
    let item = |inbox, number, bytes: &[u8]| {
        Part::Row(Row::Item(ItemRow {
            inbox,
            number,
            day: 20_499,
            id: [8; 16],
            bytes: bytes.to_vec(),
        }))
    };
    vec![
        Part::Row(Row::Box {
            key: [1; 32],
            last_day: 20_500,
        }),
        inbox(-5),
        inbox(70_000),
        Part::Row(Row::Slot {
            hash: [6; 32],
            inbox: -5,
        }),
        Part::Row(Row::Known {
            day: 20_499,
            id: [8; 16],
            check: [9; 16],
        }),
        item(-5, 8, b"sealed"),
        item(70_000, 1, &[7; 1024]),
        Part::Invites("relay invites\n".into()),
    ]
}

fn written(parts: &[Part]) -> io::Result<(Vec<u8>, Summary)> {
    let mut writing = Writing::begin(Vec::new())?;
    parts.iter().try_for_each(|part| writing.put(part))?;
    writing.end()
}

fn read(bytes: &[u8]) -> Result<(Vec<Part>, Summary), BadBackup> {
    let mut parts = Vec::new();
    let summary = Reading::begin(bytes)?.each(|part| {
        parts.push(part);
        Ok::<_, BadBackup>(())
    })?;
    Ok((parts, summary))
}

#[test]
fn version_1_is_frozen() {
    let (bytes, summary) = written(&parts()).unwrap();
    assert_eq!(bytes, GOLDEN, "the format of version 1 must not change");
    assert_eq!(read(GOLDEN), Ok((parts(), summary)));
    assert_eq!(
        summary.to_string().split(", sha256").next().unwrap(),
        "day 20500, 2 inboxes, 1 slots, 2 items, 1 posts known"
    );
}

#[test]
fn another_file_and_another_version_are_told() {
    assert_eq!(read(b""), Err(BadBackup::NotOne));
    assert_eq!(read(b"SQLite format 3\0 and more"), Err(BadBackup::NotOne));
    assert_eq!(read(b"relay-backup 2\n\0"), Err(BadBackup::Newer));
}

#[test]
fn every_cut_and_every_flipped_bit_is_refused() {
    for end in 0..GOLDEN.len() {
        assert!(read(&GOLDEN[..end]).is_err(), "cut at {end}");
    }
    for at in 0..GOLDEN.len() {
        for bit in 0..8 {
            let mut flipped = GOLDEN.to_vec();
            flipped[at] ^= 1 << bit;
            assert!(read(&flipped).is_err(), "bit {bit} at {at}");
        }
    }
    assert!(read(&[GOLDEN, &[0]].concat()).is_err());
}

#[test]
fn what_is_out_of_order_or_too_long_is_neither_written_nor_read() {
    let all = parts();
    for (one, two) in [(0, 1), (1, 2), (2, 3), (5, 6)] {
        let mut swapped = all.clone();
        swapped.swap(one, two);
        assert!(written(&swapped).is_err(), "{one} and {two}");
    }
    let twice = [&all[..2], &all[1..]].concat();
    assert!(written(&twice).is_err());
    assert!(written(&all[1..]).is_err(), "without its box");
    assert!(written(&[]).is_err());
    let mut long = all;
    if let Some(Part::Row(Row::Item(item))) = long.get_mut(5) {
        item.bytes = vec![0; ITEM + 1];
    }
    assert!(written(&long).is_err());
}

proptest! {
    #[test]
    fn no_bytes_break_the_reader(
        at in any::<prop::sample::Index>(), some in vec(any::<u8>(), 0..200), cut in any::<prop::sample::Index>(), honest in any::<bool>(),
    ) {
        // Sound up to some place, then anything; and with an end that fits, as whoever wants to do harm would write it.
        let mut bytes = GOLDEN[..at.index(GOLDEN.len())].to_vec();
        bytes.extend(&some);
        if honest {
            let end = &GOLDEN[GOLDEN.len() - 65..GOLDEN.len() - 32];
            bytes.extend(end);
            let digest = Sha256::digest(&bytes);
            bytes.extend(digest);
        }
        if let Ok((parts, summary)) = read(&bytes) {
            prop_assert_eq!(written(&parts).unwrap(), (bytes.clone(), summary));
        }
        let _ = read(&bytes[..cut.index(bytes.len() + 1)]);
    }
}
