//! Rows of PostgreSQL, and the one round trip that locks and reads all that a transaction needs.
//! Knows SQL; knows no deed.
//! Invariant: each statement sees what was committed before the locks of those before it were had.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use tokio_postgres::Row;

use super::postgres_link::Session;
use super::{Held, Inbox, InboxNo, Needs, StoreError};

pub(super) const DAY_SHARED: &str = "SELECT pg_advisory_xact_lock_shared(1097617509, 1)";
pub(super) const DAY_ALONE: &str = "SELECT pg_advisory_xact_lock(1097617509, 1)";
pub(super) const MAKING: &str = "SELECT pg_advisory_xact_lock(1097617509, 2)";
/// No row where the box was moved away: who had no word of it must write nothing more.
pub(super) const SUMS: &str = "SELECT last_day, (SELECT coalesce(sum(inboxes), 0)::bigint FROM tally), (SELECT coalesce(sum(bytes), 0)::bigint FROM tally) FROM box WHERE version < 1000000";
pub(super) const INBOXES: &str = "SELECT no, fetch_hash, made, last_day, gone_through, expired_through, refused_at, kept, kept_from, last_number
    FROM inbox WHERE no IN (SELECT inbox FROM slot WHERE hash = ANY($1) UNION SELECT no FROM inbox WHERE fetch_hash = ANY($2))
    ORDER BY no FOR NO KEY UPDATE";
pub(super) const SLOTS: &str = "SELECT hash, inbox FROM slot WHERE hash = ANY($1)";
pub(super) const REPEATS: &str =
    "SELECT day, id, body_check FROM known WHERE day = $1 AND id = ANY($2)";

/// What is counted over all processes, as of the last transaction's begin and what this process did since.
#[derive(Clone, Copy, Default)]
pub(super) struct Sums {
    pub(super) last_day: u32,
    pub(super) inboxes: i64,
    pub(super) bytes: i64,
}

/// An inbox under its lock.
pub(super) struct Locked {
    pub(super) inbox: Inbox,
    pub(super) last_number: i64,
    /// Items added since it was last written.
    pub(super) added: i64,
    pub(super) changed: bool,
}

/// What one round trip found.
pub(super) struct Found {
    pub(super) sums: Option<Sums>,
    pub(super) inboxes: Vec<Locked>,
    pub(super) slots: Vec<([u8; 32], InboxNo)>,
    pub(super) repeats: Vec<(u32, [u8; 16], [u8; 16])>,
}

/// Asks for all that is needed, one after the other without waiting between: each sees what was committed before the locks were had.
pub(super) async fn gather(
    open: &Session,
    needs: &Needs,
    first: bool,
) -> Result<Found, StoreError> {
    let slices = |hashes: &'_ [[u8; 32]]| -> Vec<Vec<u8>> {
        hashes.iter().map(|hash| hash.to_vec()).collect()
    };
    let (fetches, slots) = (slices(&needs.fetches), slices(&needs.slots));
    let mut days: BTreeMap<i32, Vec<&[u8]>> = BTreeMap::new();
    for (day, id) in &needs.repeats {
        days.entry(day_of(*day)).or_default().push(id);
    }
    let begin = async {
        if first {
            let (begun, locked) =
                tokio::join!(biased; open.say("BEGIN"), open.rows(DAY_SHARED, &[]));
            begun?;
            locked?;
        }
        Ok::<_, StoreError>(())
    };
    let making = async {
        if first && needs.makes {
            open.rows(MAKING, &[]).await?;
        }
        Ok::<_, StoreError>(())
    };
    let sums = async {
        if !first {
            return Ok(None);
        }
        let rows = open.rows(SUMS, &[]).await?;
        rows.first()
            .map_or(Err(StoreError::Moved), sums_of)
            .map(Some)
    };
    let inboxes = async {
        if fetches.is_empty() && slots.is_empty() {
            return Ok(Vec::new());
        }
        let rows = open.rows(INBOXES, &[&slots, &fetches]).await?;
        rows.iter().map(locked).collect::<Result<Vec<_>, _>>()
    };
    let found_slots = async {
        if slots.is_empty() {
            return Ok(Vec::new());
        }
        let rows = open.rows(SLOTS, &[&slots]).await?;
        rows.iter()
            .map(|row| Ok((array(row, 0)?, InboxNo(read(row, 1)?))))
            .collect::<Result<Vec<_>, StoreError>>()
    };
    let repeats = join_all(days.iter().map(async |(of, ids)| {
        let rows = open.rows(REPEATS, &[of, ids]).await?;
        rows.iter()
            .map(|row| Ok((day(row, 0)?, array(row, 1)?, array(row, 2)?)))
            .collect::<Result<Vec<_>, StoreError>>()
    }));
    let (begun, made, sums, inboxes, slots, repeats) =
        tokio::join!(biased; begin, making, sums, inboxes, found_slots, repeats);
    begun?;
    made?;
    let repeats = repeats.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(Found {
        sums: sums?,
        inboxes: inboxes?,
        slots: slots?,
        repeats: repeats.concat(),
    })
}

pub(super) fn sums_of(row: &Row) -> Result<Sums, StoreError> {
    Ok(Sums {
        last_day: day(row, 0)?,
        inboxes: read(row, 1)?,
        bytes: read(row, 2)?,
    })
}

fn locked(row: &Row) -> Result<Locked, StoreError> {
    Ok(Locked {
        inbox: inbox(row)?,
        last_number: read(row, 9)?,
        added: 0,
        changed: false,
    })
}

/// An inbox from its first nine columns.
pub(super) fn inbox(row: &Row) -> Result<Inbox, StoreError> {
    Ok(Inbox {
        no: InboxNo(read(row, 0)?),
        fetch_hash: array(row, 1)?,
        made: array(row, 2)?,
        last_day: day(row, 3)?,
        gone_through: natural(read(row, 4)?),
        expired_through: natural(read(row, 5)?),
        refused_at: natural(read(row, 6)?),
        held: Some(Held {
            items: natural(read(row, 7)?),
            from_day: day(row, 8)?,
        }),
    })
}

pub(super) fn read<'a, T: tokio_postgres::types::FromSql<'a>>(
    row: &'a Row,
    place: usize,
) -> Result<T, StoreError> {
    // A column of another kind is another schema.
    row.try_get(place).map_err(|_| StoreError::Damaged)
}

pub(super) fn array<const N: usize>(row: &Row, place: usize) -> Result<[u8; N], StoreError> {
    let bytes: &[u8] = read(row, place)?;
    bytes.try_into().map_err(|_| StoreError::Damaged)
}

pub(super) fn day(row: &Row, place: usize) -> Result<u32, StoreError> {
    u32::try_from(read::<i32>(row, place)?).map_err(|_| StoreError::Damaged)
}

pub(super) fn day_of(day: u32) -> i32 {
    i32::try_from(day).unwrap_or(i32::MAX)
}

pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}
