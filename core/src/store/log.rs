//! Whether the write-ahead log beside the file is whole. SQLite reads a log up to the first frame whose checksum is wrong
//! and then writes over the rest: right after a power cut, but with a damaged log it would lose deeds in silence and could
//! mix old pages with new. Knows the log's layout (sqlite.org/fileformat2.html, section 4), no table. Writes nothing.

use super::StoreError;
use rusqlite::Connection;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::Path;

const HEADER: u64 = 32;
const FRAME_HEADER: u64 = 24;

/// Refuses a log that lost more than the one deed a power cut can tear: its header is wrong, or deeds that were
/// ended after the point where SQLite stopped reading.
///
/// # Errors
/// [`StoreError::StoreDamaged`] or the disk's no.
pub(super) fn refuse_a_broken_one(conn: &Connection, path: &Path) -> Result<(), StoreError> {
    let mut log = match File::open(path) {
        Ok(log) => log,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let size = log.metadata()?.len();
    if size <= HEADER + FRAME_HEADER {
        return Ok(());
    }
    let mut header = [0; HEADER as usize];
    log.read_exact(&mut header)?;
    let header = header.as_chunks::<4>().0;
    let [magic, _, page, _, salt, salt_too, sum, sum_too] = header else {
        return Err(StoreError::StoreDamaged);
    };
    if checksum(header, number(magic) & 1 == 1) != (number(sum), number(sum_too)) {
        return Err(StoreError::StoreDamaged);
    }
    let read: i64 = conn.query_row("PRAGMA wal_checkpoint(NOOP)", [], |row| row.get(1))?;
    let step = FRAME_HEADER + u64::from(number(page));
    let mut at = HEADER + u64::try_from(read).unwrap_or(0) * step;
    let mut ended = 0;
    // Frames of an earlier turn of the log have other salts.
    while at + step <= size {
        let mut frame = [0; FRAME_HEADER as usize];
        log.seek(SeekFrom::Start(at))?;
        log.read_exact(&mut frame)?;
        if let [_, pages, its_salt, its_salt_too, ..] = frame.as_chunks::<4>().0
            && its_salt == salt
            && its_salt_too == salt_too
            && number(pages) != 0
        {
            ended += 1;
        }
        at += step;
    }
    if ended > 1 {
        Err(StoreError::StoreDamaged)
    } else {
        Ok(())
    }
}

fn number(four: &[u8; 4]) -> u32 {
    u32::from_be_bytes(*four)
}

/// SQLite's checksum over the first 24 bytes of the header, as the magic number says in which order of bytes.
fn checksum(header: &[[u8; 4]], big_endian: bool) -> (u32, u32) {
    let word = |four: &[u8; 4]| {
        if big_endian {
            u32::from_be_bytes(*four)
        } else {
            u32::from_le_bytes(*four)
        }
    };
    let (mut one, mut two) = (0u32, 0u32);
    for pair in header.as_chunks::<2>().0.iter().take(3) {
        let [first, second] = pair;
        one = one.wrapping_add(word(first)).wrapping_add(two);
        two = two.wrapping_add(word(second)).wrapping_add(one);
    }
    (one, two)
}
