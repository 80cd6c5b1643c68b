//! One connection to PostgreSQL: made when it is needed, made anew when it broke, bounded in time.
//! Knows how to ask and what can go wrong; knows no table.
//! Invariant: an error says its kind only; nothing of what was asked or answered leaves this file in words.

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Config, Connection, Error, Row, Socket, Statement};

use super::StoreError;
use super::postgres_tls::{Stream, Tls};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(10);
/// How much longer than the server's own limit we wait for its answer.
const SLACK: Duration = Duration::from_secs(5);
/// What one session asks of the server; what only the operator can set is looked at instead. The server ends a transaction whose process
/// hangs, so that its locks do not outlive it. A plan made while a table was small must not be kept that reads all of it.
const SESSION: &str = "
    SET synchronous_commit = on;
    SET default_transaction_isolation = 'read committed';
    SET lock_timeout = '20s';
    SET idle_in_transaction_session_timeout = '60s';
    SET log_parameter_max_length_on_error = 0;
    SET client_min_messages = warning;
    SET jit = off;
    SET enable_seqscan = off;
";

/// Where the database is, and as whom to ask it. Its `Debug` and its errors show nothing of it.
#[derive(Clone)]
pub struct Address {
    config: Config,
    tls: Tls,
}

/// Why an address can't be used; no word of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadAddress {
    /// It is not an address.
    NotOne,
    /// The roots can't be read.
    NoRoots,
    /// It would go over a network in the open.
    Open,
}

impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Address(..)")
    }
}

impl Address {
    /// Reads `postgres://user:password@host:port/name` (or `postgresql:`). With `sslrootcert=FILE` among its settings TLS is asked for, and the
    /// server must have its name certified by one of these roots; without it nothing is encrypted, so it must be on this machine, or say `sslmode=disable`.
    ///
    /// # Errors
    /// [`BadAddress`].
    pub fn read(text: &str) -> Result<Self, BadAddress> {
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return Err(BadAddress::NotOne);
        }
        let (place, settings) = text.split_once('?').unwrap_or((text, ""));
        let (roots, others): (Vec<&str>, Vec<&str>) = settings
            .split('&')
            .partition(|setting| setting.starts_with("sslrootcert="));
        let plain = format!("{place}?{}", others.join("&"));
        let plain = plain.trim_end_matches('?');
        let mut config: Config = plain.parse().map_err(|_| BadAddress::NotOne)?;
        let tls = match roots
            .first()
            .and_then(|root| root.strip_prefix("sslrootcert="))
        {
            Some(file) => Tls::trusting(Path::new(file)).ok_or(BadAddress::NoRoots)?,
            None => Tls::default(),
        };
        if roots.is_empty() {
            let here = config.get_hosts().iter().all(|host| match host {
                Host::Tcp(name) => ["localhost", "127.0.0.1", "::1"].contains(&name.as_str()),
                Host::Unix(_) => true,
            });
            if !here && !others.contains(&"sslmode=disable") {
                return Err(BadAddress::Open);
            }
        }
        config
            .ssl_mode(if roots.is_empty() {
                SslMode::Disable
            } else {
                SslMode::Require
            })
            .application_name("relay")
            .connect_timeout(CONNECT)
            .tcp_user_timeout(Duration::from_secs(30));
        Ok(Self { config, tls })
    }

    /// Which database it is: its server and its name, without who asks.
    #[must_use]
    pub fn place(&self) -> String {
        let (config, user) = (&self.config, self.config.get_user());
        let name = config.get_dbname().or(user).unwrap_or_default();
        format!("{:?} {:?} {name}", config.get_hosts(), config.get_ports())
    }

    /// Makes a connection that whoever has it must drive.
    pub(super) async fn connect_raw(
        &self,
    ) -> Result<(Client, Connection<Socket, Stream>), StoreError> {
        let made = tokio::time::timeout(CONNECT, self.config.connect(self.tls.clone())).await;
        made.map_err(|_| StoreError::Away)?.map_err(class)
    }

    /// Makes a connection, and lets it be driven by the runtime that this is called on.
    pub(super) async fn connect(&self) -> Result<Client, StoreError> {
        let (client, connection) = self.connect_raw().await?;
        tokio::spawn(async move {
            // Whoever asks over it hears of its end.
            let _ = connection.await;
        });
        Ok(client)
    }
}

/// A connection with its prepared statements.
pub(super) struct Session {
    pub(super) client: Client,
    statements: HashMap<&'static str, Statement>,
}

impl Session {
    /// A statement, prepared once.
    pub(super) fn known(&self, sql: &'static str) -> Result<&Statement, StoreError> {
        self.statements.get(sql).ok_or(StoreError::Damaged)
    }

    pub(super) async fn rows(
        &self,
        sql: &'static str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Row>, StoreError> {
        let statement = self.known(sql)?;
        self.client.query(statement, values).await.map_err(class)
    }

    pub(super) async fn run(
        &self,
        sql: &'static str,
        values: &[&(dyn ToSql + Sync)],
    ) -> Result<u64, StoreError> {
        let statement = self.known(sql)?;
        self.client.execute(statement, values).await.map_err(class)
    }

    /// Words without values: beginning and ending.
    pub(super) async fn say(&self, sql: &str) -> Result<(), StoreError> {
        self.client.batch_execute(sql).await.map_err(class)
    }
}

/// A connection that is made when it is first needed, and anew after it broke.
pub(super) struct Link {
    address: Address,
    runtime: Handle,
    prepare: &'static [&'static str],
    limit: Duration,
    session: Option<Session>,
}

impl Link {
    /// A link whose sessions know these statements, each of which may take so long.
    pub(super) fn new(
        address: Address,
        runtime: Handle,
        prepare: &'static [&'static str],
        limit: Duration,
    ) -> Self {
        Self {
            address,
            runtime,
            prepare,
            limit,
            session: None,
        }
    }

    /// Another link to the same database, with statements of its own.
    pub(super) fn beside(&self, prepare: &'static [&'static str], limit: Duration) -> Self {
        Self::new(self.address.clone(), self.runtime.clone(), prepare, limit)
    }

    /// Asks over the session, made anew if it broke.
    pub(super) fn ask<T>(
        &mut self,
        work: impl AsyncFnOnce(&Session) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let Self {
            address,
            runtime,
            prepare,
            limit,
            session,
        } = self;
        let open = match session.take().filter(|open| !open.client.is_closed()) {
            Some(open) => open,
            None => runtime.block_on(begin(address, prepare, *limit))?,
        };
        *session = Some(open);
        self.go_on(work)
    }

    /// Asks over the same session as before, within a transaction that it holds; a session that broke is let go.
    pub(super) fn go_on<T>(
        &mut self,
        work: impl AsyncFnOnce(&Session) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let open = self.session.as_ref().ok_or(StoreError::Away)?;
        let limit = self.limit + SLACK;
        let done = self.runtime.block_on(async {
            let asked = tokio::time::timeout(limit, work(open)).await;
            asked.unwrap_or(Err(StoreError::Away))
        });
        if matches!(done, Err(StoreError::Away)) {
            self.session = None;
        }
        done
    }

    /// Takes back what the session has begun. Where even that can't be said, the session is let go, and the server does it.
    pub(super) fn take_back(&mut self) {
        if self.go_on(async |open| open.say("ROLLBACK").await).is_err() {
            self.session = None;
        }
    }
}

async fn begin(
    address: &Address,
    prepare: &[&'static str],
    limit: Duration,
) -> Result<Session, StoreError> {
    let made = async {
        let client = address.connect().await?;
        let settings = format!("SET statement_timeout = {}; {SESSION}", limit.as_millis());
        client.batch_execute(&settings).await.map_err(class)?;
        let mut statements = HashMap::with_capacity(prepare.len());
        for sql in prepare {
            statements.insert(*sql, client.prepare(sql).await.map_err(class)?);
        }
        Ok(Session { client, statements })
    };
    tokio::time::timeout(CONNECT + SLACK, made)
        .await
        .unwrap_or(Err(StoreError::Away))
}

/// The kind of an error. A server's message may quote a value, so no word of it goes on.
pub(super) fn class(error: Error) -> StoreError {
    let Some(state) = error.code() else {
        // Without an answer of the server: the connection. What can't be read is no word of PostgreSQL's.
        return StoreError::Away;
    };
    match *state {
        SqlState::DISK_FULL => StoreError::DiskFull,
        SqlState::LOCK_NOT_AVAILABLE | SqlState::T_R_DEADLOCK_DETECTED => StoreError::InUse,
        SqlState::QUERY_CANCELED
        | SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::TOO_MANY_CONNECTIONS
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => StoreError::Away,
        SqlState::INVALID_PASSWORD
        | SqlState::INVALID_AUTHORIZATION_SPECIFICATION
        | SqlState::UNDEFINED_DATABASE
        | SqlState::INSUFFICIENT_PRIVILEGE => StoreError::NotAdmitted,
        SqlState::UNIQUE_VIOLATION
        | SqlState::DATA_CORRUPTED
        | SqlState::INDEX_CORRUPTED
        | SqlState::UNDEFINED_TABLE
        | SqlState::UNDEFINED_COLUMN => StoreError::Damaged,
        _ => StoreError::Disk,
    }
}
