//! The schema, the day's turn and the laying out afresh in PostgreSQL.
//! Knows SQL; knows no tokens and no days but those it is given.
//! Invariant: whoever turns a day holds it alone: no transaction that writes is under way in any process.

use tokio_postgres::Row;

use super::copy::State;
use super::postgres_books::{ITEM_COSTS, TALLY};
use super::postgres_link::{Session, class};
use super::postgres_log;
use super::postgres_rows::{DAY_ALONE, SUMS, Sums, array, day_of, read, sums_of};
use super::{Ended, LIFE_DAYS, StoreError};

const SCHEMA: &str = include_str!("postgres.sql");
pub(super) const SCHEMA_VERSION: i32 = 2;
/// From the first version to the second.
const WAKE_ADDRESSES: &str =
    "ALTER TABLE inbox ADD COLUMN wake_address bytea; UPDATE box SET version = 2";
/// A table above this is not laid out afresh each day: it would keep posts waiting for too long.
const TIDY_UP_TO: i64 = 256 << 20;
/// What an inbox costs beside its items, about: its row, 64 slots, and their indexes.
pub(super) const INBOX_COSTS: i64 = 16 << 10;

const SETTINGS: &str = "SELECT current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on',
    current_setting('log_statement') = 'none' AND current_setting('log_duration') = 'off'
    AND current_setting('log_min_duration_statement') = '-1' AND current_setting('log_min_duration_sample') = '-1'
    AND current_setting('log_transaction_sample_rate') = '0' AND current_setting('track_commit_timestamp') = 'off',
    current_setting('archive_mode') <> 'off' OR current_setting('wal_recycle') = 'on' OR current_setting('wal_keep_size') <> '0'
    OR EXISTS (SELECT FROM pg_replication_slots)
    OR NOT has_function_privilege('pg_switch_wal()', 'EXECUTE') OR NOT pg_has_role('pg_checkpoint', 'USAGE')";
const TABLES: &str = "SELECT to_regclass('box') IS NOT NULL, EXISTS (SELECT FROM pg_tables WHERE schemaname = current_schema())";
const MAKE_BOX: &str = "INSERT INTO box (one, version, key, last_day) VALUES (true, $1, $2, 0)";
const BOX: &str = "SELECT version, key FROM box";

const DAYS: &str = "SELECT parent.relname::text, substring(child.relname::text FROM '_([0-9]+)$')::integer AS day
    FROM pg_inherits JOIN pg_class AS parent ON parent.oid = inhparent JOIN pg_class AS child ON child.oid = inhrelid
    WHERE inhparent IN ('item'::regclass, 'known'::regclass) ORDER BY day";
const EXPIRE: &str = "WITH over AS (SELECT inbox, max(number) AS last, count(*) AS items FROM item WHERE day <= $1 GROUP BY inbox)
    UPDATE inbox SET expired_through = greatest(expired_through, last), gone_through = greatest(gone_through, last), kept = kept - items
    FROM over WHERE no = inbox";
const EXPIRED: &str =
    "SELECT count(*), coalesce(sum(octet_length(bytes)), 0)::bigint FROM item WHERE day <= $1";
const END_ITEMS: &str = "WITH gone AS (DELETE FROM item USING inbox WHERE no = inbox AND last_day < $1 RETURNING octet_length(bytes) AS size)
    SELECT count(*), coalesce(sum(size), 0)::bigint FROM gone";
const END_SLOTS: &str = "DELETE FROM slot USING inbox WHERE no = inbox AND last_day < $1";
const END_INBOXES: &str = "DELETE FROM inbox WHERE last_day < $1";
const FOLD: &str = "WITH gone AS (DELETE FROM tally RETURNING inboxes, bytes)
    SELECT coalesce(sum(inboxes), 0)::bigint, coalesce(sum(bytes), 0)::bigint FROM gone";
const REMEMBER: &str = "UPDATE box SET last_day = $1";

/// What a turn's session has prepared: only what is there before the schema is.
pub(super) const STATEMENTS: &[&str] = &[SETTINGS, TABLES];

/// What is read when the store is opened.
pub(super) struct Opened {
    pub(super) key: [u8; 32],
    pub(super) sums: Sums,
    /// See [`Store::keeps_times`](super::Store::keeps_times).
    pub(super) keeps_times: bool,
}

/// Looks whether the server keeps what it says and says nothing of what it keeps; makes the tables where there are none.
pub(super) async fn open(session: &Session, key: [u8; 32]) -> Result<Opened, StoreError> {
    let rows = session.rows(SETTINGS, &[]).await?;
    let settings = rows.first().ok_or(StoreError::Damaged)?;
    if !read::<bool>(settings, 0)? {
        return Err(StoreError::Forgetful);
    }
    if !read::<bool>(settings, 1)? {
        return Err(StoreError::Tells);
    }
    let keeps_times = read(settings, 2)?;
    session.say("BEGIN").await?;
    one(session, DAY_ALONE).await?;
    let rows = session.rows(TABLES, &[]).await?;
    let tables = rows.first().ok_or(StoreError::Damaged)?;
    if !read::<bool>(tables, 0)? {
        if read::<bool>(tables, 1)? {
            // Another program's.
            return Err(StoreError::Damaged);
        }
        session.say(SCHEMA).await?;
        session
            .client
            .execute(MAKE_BOX, &[&SCHEMA_VERSION, &&key[..]])
            .await
            .map_err(class)?;
        add_day(session, 0).await?;
    }
    let row = one(session, BOX).await?;
    let version: i32 = read(&row, 0)?;
    State::of(version.into(), SCHEMA_VERSION.into())?.ready()?;
    if version == 1 {
        session.say(WAKE_ADDRESSES).await?;
    }
    let key = array(&row, 1)?;
    let sums = sums_of(&one(session, SUMS).await?)?;
    session.say("COMMIT").await?;
    Ok(Opened {
        key,
        sums,
        keeps_times,
    })
}

/// Turns to a day in a transaction that holds it alone. `None` when that day had begun.
pub(super) async fn turn(
    session: &Session,
    tally: i64,
    day: u32,
) -> Result<(Option<Ended>, Sums), StoreError> {
    session.say("BEGIN").await?;
    // Reads whole tables, once a day.
    session
        .say("SET LOCAL statement_timeout = '15min'; SET LOCAL lock_timeout = '60s'; SET LOCAL enable_seqscan = on")
        .await?;
    one(session, DAY_ALONE).await?;
    let before = sums_of(&one(session, SUMS).await?)?;
    if day <= before.last_day {
        session.say("COMMIT").await?;
        return Ok((None, before));
    }
    let client = &session.client;
    let over = i32::try_from(i64::from(day) - i64::from(LIFE_DAYS)).unwrap_or(i32::MAX);
    client.execute(EXPIRE, &[&over]).await.map_err(class)?;
    let expired = client.query_one(EXPIRED, &[&over]).await.map_err(class)?;
    for (table, old) in days(session).await? {
        let last = if table == "item" {
            over
        } else {
            day_of(day.saturating_sub(2))
        };
        if old <= last && old != day_of(day) {
            session.say(&format!("DROP TABLE {table}_{old}")).await?;
        }
    }
    let today = day_of(day);
    let ended = client
        .query_one(END_ITEMS, &[&today])
        .await
        .map_err(class)?;
    client.execute(END_SLOTS, &[&today]).await.map_err(class)?;
    let inboxes = client
        .execute(END_INBOXES, &[&today])
        .await
        .map_err(class)?;
    add_day(session, day).await?;

    let items: i64 = read::<i64>(&expired, 0)? + read::<i64>(&ended, 0)?;
    let bytes: i64 = read::<i64>(&expired, 1)? + read::<i64>(&ended, 1)?;
    let folded = one(session, FOLD).await?;
    let sums = Sums {
        last_day: day,
        inboxes: read::<i64>(&folded, 0)? - i64::try_from(inboxes).unwrap_or(i64::MAX),
        bytes: read::<i64>(&folded, 1)? - bytes - items * ITEM_COSTS,
    };
    client
        .execute(TALLY, &[&tally, &sums.inboxes, &sums.bytes])
        .await
        .map_err(class)?;
    client.execute(REMEMBER, &[&today]).await.map_err(class)?;
    session.say("COMMIT").await?;
    let ended = Ended {
        inboxes,
        items: u64::try_from(items).unwrap_or_default(),
    };
    Ok((Some(ended), sums))
}

/// Writes tables anew by key, each in a transaction of its own, so that neither places nor numbers of transactions tell an order, and
/// nothing is left of rows that are gone: all but the last day where they are small together, else inboxes, slots and yesterday.
pub(super) async fn tidy(session: &Session, last_day: u32) -> Result<(), StoreError> {
    let mut tables = vec![("inbox".to_owned(), "no"), ("slot".to_owned(), "hash")];
    let mut over = days(session).await?;
    over.retain(|(_, day)| *day < day_of(last_day));
    let yesterday = over.iter().map(|(_, day)| *day).max();
    let mut sizes = Vec::with_capacity(over.len());
    for (table, day) in over {
        let key = if table == "item" {
            "inbox, number"
        } else {
            "id"
        };
        let name = format!("{table}_{day}");
        let size = size_of(session, &name).await?;
        if size > 0 {
            sizes.push((name, key, day, size));
        }
    }
    let all = sizes.iter().map(|(.., size)| size).sum::<i64>() <= TIDY_UP_TO;
    let chosen = sizes
        .into_iter()
        .filter(|(_, _, day, _)| all || Some(*day) == yesterday);
    tables.extend(chosen.map(|(name, key, ..)| (name, key)));
    for (table, key) in tables {
        if size_of(session, &table).await? <= TIDY_UP_TO {
            lay_out(session, &table, key).await?;
        }
    }
    postgres_log::cut(session).await
}

/// Of the table with all that belongs to it; nothing where there was never a row.
async fn size_of(session: &Session, table: &str) -> Result<i64, StoreError> {
    let sql = format!(
        "SELECT CASE pg_relation_size('{table}') WHEN 0 THEN 0 ELSE pg_total_relation_size('{table}') END"
    );
    let row = session.client.query_one(&sql, &[]).await.map_err(class)?;
    read(&row, 0)
}

async fn lay_out(session: &Session, table: &str, key: &str) -> Result<(), StoreError> {
    session.say("BEGIN").await?;
    session
        .say("SET LOCAL statement_timeout = '5min'; SET LOCAL lock_timeout = '60s'; SET LOCAL enable_seqscan = on")
        .await?;
    one(session, DAY_ALONE).await?;
    // A file of its own that is gone with the transaction, and no part of the log; then a new file for the table.
    session
        .say(&format!(
            "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE;
             CREATE TEMPORARY TABLE afresh ON COMMIT DROP AS SELECT * FROM {table};
             TRUNCATE {table};
             INSERT INTO {table} SELECT * FROM afresh ORDER BY {key};
             COMMIT"
        ))
        .await
}

/// The partitions: which table, and the day.
async fn days(session: &Session) -> Result<Vec<(String, i32)>, StoreError> {
    let rows = session.client.query(DAYS, &[]).await.map_err(class)?;
    rows.iter()
        .map(|row| Ok((read(row, 0)?, read(row, 1)?)))
        .collect()
}

pub(super) async fn add_day(session: &Session, day: u32) -> Result<(), StoreError> {
    for table in ["item", "known"] {
        session
            .say(&format!(
                "CREATE TABLE IF NOT EXISTS {table}_{day} PARTITION OF {table} FOR VALUES IN ({day})"
            ))
            .await?;
    }
    Ok(())
}

pub(super) async fn one(session: &Session, sql: &str) -> Result<Row, StoreError> {
    session.client.query_one(sql, &[]).await.map_err(class)
}
