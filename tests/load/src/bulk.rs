//! Lays a crowd of inboxes into a store that a relay has made and let go, by the quickest way that its database has.
//! It knows the stores' tables (docs/decisions/two-stores.md). Invariant: what it lays is what the relay itself would have written.

use super::Told;
use super::crowd::Crowd;
use super::postgres::Server;
use axum::body::Bytes;
use futures_util::SinkExt;
use rusqlite::{Connection, params};
use std::io::Write;
use std::path::Path;
use tokio_postgres::{Client, NoTls};

/// An item's place in SQLite is its day, then this many bits of its id.
const DAY_SHIFT: u32 = 47;

/// Into the relay's file.
///
/// # Errors
/// When the disk does not take it.
pub fn sqlite(path: &Path, crowd: &Crowd) -> Told<()> {
    let mut db = Connection::open(path)?;
    db.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -500000",
    )?;
    let last_day = crowd.last_day();
    let all = db.transaction()?;
    {
        let mut add = all.prepare(
            "INSERT INTO inbox (no, fetch, wake, made, last_day) VALUES (?1, ?2, ?3, ?5, ?4)",
        )?;
        for inbox in crowd.inboxes() {
            add.execute(params![
                inbox.no,
                inbox.fetch,
                inbox.wake,
                last_day,
                inbox.made
            ])?;
        }
        let mut add = all.prepare(
            "INSERT INTO item (no, id, body_check, inbox, number, bytes) VALUES (?1, ?2, zeroblob(16), ?3, 1, ?4)",
        )?;
        for item in crowd.items() {
            let first = u64::try_from(u128::from_be_bytes(item.id) >> 64)?;
            let place =
                i64::from(crowd.day) << DAY_SHIFT | i64::try_from(first >> (64 - DAY_SHIFT))?;
            add.execute(params![place, item.id, item.inbox, item.bytes])?;
        }
        let mut add = all.prepare("INSERT INTO slot (hash, inbox) VALUES (?1, ?2)")?;
        for (hash, inbox) in crowd.slots() {
            add.execute(params![hash, inbox])?;
        }
    }
    all.commit()?;
    db.close().map_err(|(_, error)| error)?;
    Ok(std::fs::File::open(path)?.sync_all()?)
}

/// Settings under which a table that was emptied in the same transaction is written once and not logged.
const HASTE: &str = "\nwal_level = minimal\nmax_wal_senders = 0\nmax_wal_size = 4GB\n";
const NO_HASTE: &str = "\nwal_level = replica\nmax_wal_senders = 10\nmax_wal_size = 64MB\n";

/// Into a database of this server, which is started again before and after.
///
/// # Errors
/// When the server does not take it.
pub async fn postgres(server: &Server, database: &str, crowd: &Crowd) -> Told<()> {
    set(server, HASTE)?;
    {
        let client = connect(database).await?;
        fill(&client, crowd).await?;
    }
    set(server, NO_HASTE)
}

/// A connection of one's own, driven beside.
///
/// # Errors
/// When the server does not answer.
pub async fn connect(database: &str) -> Told<Client> {
    let (client, connection) = tokio_postgres::connect(database, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

fn set(server: &Server, settings: &str) -> Told<()> {
    let file = server.data().join("postgresql.conf");
    let mut file = std::fs::File::options().append(true).open(file)?;
    file.write_all(settings.as_bytes())?;
    server.stop();
    server.run();
    Ok(())
}

async fn fill(client: &Client, crowd: &Crowd) -> Told<()> {
    client
        .batch_execute(
            "SET maintenance_work_mem = '1GB'; BEGIN; TRUNCATE inbox; TRUNCATE slot; TRUNCATE tally;
             ALTER TABLE slot DROP CONSTRAINT slot_pkey; DROP INDEX slot_of_inbox;",
        )
        .await?;
    let last_day = i32::try_from(crowd.last_day())?;
    let day = i32::try_from(crowd.day)?;
    let rows = crowd.inboxes().into_iter().map(|inbox| {
        let (kept, from) = if inbox.holds { (1_i64, day) } else { (0, 0) };
        Row::of(8)
            .add(&inbox.no.to_be_bytes())
            .add(&inbox.fetch)
            .add(&inbox.wake)
            .add(&inbox.made)
            .add(&last_day.to_be_bytes())
            .add(&kept.to_be_bytes())
            .add(&kept.to_be_bytes())
            .add(&from.to_be_bytes())
    });
    let columns = "inbox (no, fetch_hash, wake_hash, made, last_day, last_number, kept, kept_from)";
    copy(client, columns, rows).await?;
    let rows = crowd.items().into_iter().map(|item| {
        Row::of(5)
            .add(&day.to_be_bytes())
            .add(&item.inbox.to_be_bytes())
            .add(&1_i64.to_be_bytes())
            .add(&item.id)
            .add(&item.bytes)
    });
    copy(client, "item (day, inbox, number, id, bytes)", rows).await?;
    let rows = crowd
        .slots()
        .map(|(hash, inbox)| Row::of(2).add(&hash).add(&inbox.to_be_bytes()));
    copy(client, "slot (hash, inbox)", rows).await?;
    let (inboxes, bytes) = (
        i64::try_from(crowd.inboxes)?,
        i64::try_from(crowd.holding * 1_324)?,
    );
    client
        .batch_execute(
            "ALTER TABLE slot ADD PRIMARY KEY (hash); CREATE INDEX slot_of_inbox ON slot (inbox)",
        )
        .await?;
    client
        .execute(
            "INSERT INTO tally (no, inboxes, bytes) VALUES (0, $1, $2)",
            &[&inboxes, &bytes],
        )
        .await?;
    client.batch_execute("COMMIT").await?;
    // So that no later reader has to look whether each row was committed.
    for sql in [
        "VACUUM (ANALYZE) inbox",
        "VACUUM (ANALYZE) item",
        "ANALYZE slot",
        "CHECKPOINT",
    ] {
        client.batch_execute(sql).await?;
    }
    Ok(())
}

/// A row of PostgreSQL's binary COPY.
struct Row(Vec<u8>);

impl Row {
    fn of(columns: i16) -> Self {
        Self(columns.to_be_bytes().to_vec())
    }

    fn add(mut self, value: &[u8]) -> Self {
        let length = i32::try_from(value.len()).unwrap_or(i32::MAX);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(value);
        self
    }
}

async fn copy(client: &Client, columns: &str, rows: impl Iterator<Item = Row>) -> Told<()> {
    const TOGETHER: usize = 256 << 10;
    // Rows that were laid by the transaction that emptied their table need no second look.
    let freeze = if columns.starts_with("item") {
        ""
    } else {
        ", FREEZE"
    };
    let sql = format!("COPY {columns} FROM STDIN (FORMAT binary{freeze})");
    let sink = client.copy_in(&sql).await?;
    let mut sink = std::pin::pin!(sink);
    let mut some = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0".to_vec();
    for row in rows {
        some.extend_from_slice(&row.0);
        if some.len() >= TOGETHER {
            sink.send(Bytes::from(std::mem::take(&mut some))).await?;
        }
    }
    some.extend_from_slice(&(-1_i16).to_be_bytes());
    sink.send(Bytes::from(some)).await?;
    sink.finish().await?;
    Ok(())
}
