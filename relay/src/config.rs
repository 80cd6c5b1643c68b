//! The settings: a TOML file, then `RELAY_*` of the environment, then the command line; the last word wins.
//! Knows no store and no HTTP.
//! Invariant: an unknown or unreadable setting stops the start with its name, never with its value.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;
use toml::{Table, Value};

use crate::office::Quotas;
use crate::token::Token;

/// What is wrong with the settings.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ConfigError {
    /// An argument that is not known, or has no value.
    #[error("{0}: not an argument of the relay, or without its value (see --help)")]
    Argument(String),
    /// The file can't be read.
    #[error("the settings file can't be read")]
    NoFile,
    /// The file is not TOML, or a setting is unknown or of another kind.
    #[error("the settings can't be understood{0}")]
    NotUnderstood(String),
    /// Metrics must stay on this machine.
    #[error("metrics_listen must be a loopback address")]
    MetricsOutside,
    /// A code is 32 bytes in base64url without padding.
    #[error("create_secrets must be 32 bytes each, base64url without padding")]
    BadCode,
}

/// The settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to answer.
    pub listen: SocketAddr,
    /// Where to show metrics; a loopback address.
    pub metrics_listen: Option<SocketAddr>,
    /// The database's file.
    pub database: PathBuf,
    /// Who runs this post box, as `/v1/info` says it.
    pub operator: String,
    /// The codes that open it; none: it is open to all.
    pub create_secrets: Vec<Token>,
    /// A file with a UTC day number, in place of the clock.
    pub day_file: Option<PathBuf>,
    /// Take the clock's first day, however far ahead it is.
    pub accept_day: bool,
    /// Connections at once.
    pub connections: usize,
    /// What is allowed.
    pub quotas: Quotas,
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Wish {
    /// Run with these settings, read from this file and these arguments.
    Run(Box<Config>),
    /// Show the help.
    Help,
    /// Show the version.
    Version,
}

/// The help text.
pub const HELP: &str = "\
relay: the blind post box of Alongside

  relay [--config FILE] [--listen ADDRESS] [--database FILE] [--day-file FILE] [--accept-day]

  --config FILE      settings in TOML (relay/PROTOCOL.md names them)
  --listen ADDRESS   where to answer, as 127.0.0.1:8480; port 0 takes a free one
  --database FILE    where to keep things (default: relay.db)
  --day-file FILE    a file with a UTC day number, in place of the clock
  --accept-day       take the clock's day although it is more than a month ahead
  --version, --help

Each setting can also be given as RELAY_NAME in the environment, quotas as RELAY_QUOTAS_NAME.
On the first line of its output the relay says: listening on ADDRESS
SIGTERM and SIGINT stop it cleanly; SIGHUP reads create_secrets again.
";

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Settings {
    listen: SocketAddr,
    metrics_listen: Option<SocketAddr>,
    database: PathBuf,
    operator: String,
    create_secrets: Vec<String>,
    day_file: Option<PathBuf>,
    accept_day: bool,
    connections: usize,
    quotas: QuotaSettings,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct QuotaSettings {
    slot_day_items: u64,
    slot_day_bytes: u64,
    slot_bytes: u64,
    box_bytes: u64,
    box_inboxes: u64,
    fetch_items: u16,
    fetch_bytes: usize,
    retry_after: u32,
}

const TOP: [&str; 8] = [
    "listen",
    "metrics_listen",
    "database",
    "operator",
    "create_secrets",
    "day_file",
    "accept_day",
    "connections",
];
const QUOTAS: [&str; 8] = [
    "slot_day_items",
    "slot_day_bytes",
    "slot_bytes",
    "box_bytes",
    "box_inboxes",
    "fetch_items",
    "fetch_bytes",
    "retry_after",
];

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8480)),
            metrics_listen: None,
            database: PathBuf::from("relay.db"),
            operator: String::new(),
            create_secrets: Vec::new(),
            day_file: None,
            accept_day: false,
            connections: 20_000,
            quotas: QuotaSettings::default(),
        }
    }
}

impl Default for QuotaSettings {
    fn default() -> Self {
        let Quotas {
            slot_day_items,
            slot_day_bytes,
            slot_bytes,
            box_bytes,
            box_inboxes,
            fetch_items,
            fetch_bytes,
            retry_after,
        } = Quotas::default();
        Self {
            slot_day_items,
            slot_day_bytes,
            slot_bytes,
            box_bytes,
            box_inboxes,
            fetch_items,
            fetch_bytes,
            retry_after,
        }
    }
}

/// Reads arguments (without the program's name), environment and file.
///
/// # Errors
/// [`ConfigError`].
pub fn read(
    arguments: &[String],
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Wish, ConfigError> {
    let (mut file, mut given) = (environment("RELAY_CONFIG").map(PathBuf::from), Table::new());
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut value = || {
            arguments
                .next()
                .cloned()
                .ok_or_else(|| ConfigError::Argument(argument.clone()))
        };
        match argument.as_str() {
            "--help" | "-h" => return Ok(Wish::Help),
            "--version" | "-V" => return Ok(Wish::Version),
            "--config" => file = Some(PathBuf::from(value()?)),
            "--accept-day" => drop(given.insert("accept_day".into(), Value::Boolean(true))),
            "--listen" | "--database" | "--day-file" | "--metrics-listen" => {
                let name = argument.trim_start_matches('-').replace('-', "_");
                given.insert(name, Value::String(value()?));
            }
            _ => return Err(ConfigError::Argument(argument.clone())),
        }
    }
    let mut table = file.as_deref().map_or(Ok(Table::new()), from_file)?;
    for name in TOP {
        if let Some(text) = environment(&format!("RELAY_{}", name.to_uppercase())) {
            table.insert(name.into(), value_of(name, &text));
        }
    }
    for name in QUOTAS {
        if let Some(text) = environment(&format!("RELAY_QUOTAS_{}", name.to_uppercase())) {
            let quotas = table
                .entry("quotas")
                .or_insert_with(|| Value::Table(Table::new()));
            if let Some(quotas) = quotas.as_table_mut() {
                quotas.insert(name.into(), value_of(name, &text));
            }
        }
    }
    table.extend(given);
    settle(table).map(|config| Wish::Run(Box::new(config)))
}

fn from_file(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|_| ConfigError::NoFile)?;
    text.parse::<Table>()
        .map_err(|_| ConfigError::NotUnderstood(": the file is not TOML".into()))
}

fn value_of(name: &str, text: &str) -> Value {
    match name {
        "create_secrets" => Value::Array(
            text.split(',')
                .filter(|code| !code.is_empty())
                .map(|code| code.trim().into())
                .collect(),
        ),
        "accept_day" => Value::Boolean(text == "true" || text == "1"),
        _ if name == "connections" || QUOTAS.contains(&name) => {
            text.parse().map_or_else(|_| text.into(), Value::Integer)
        }
        _ => text.into(),
    }
}

fn settle(table: Table) -> Result<Config, ConfigError> {
    for (name, value) in &table {
        let known = match value {
            Value::Table(quotas) if name == "quotas" => {
                quotas.keys().find(|name| !QUOTAS.contains(&name.as_str()))
            }
            _ => (!TOP.contains(&name.as_str())).then_some(name),
        };
        if let Some(unknown) = known {
            return Err(ConfigError::NotUnderstood(format!(
                ": {unknown} is not a setting"
            )));
        }
    }
    // What the library says may quote a value, and a value may be a code.
    let settings: Settings = table
        .try_into()
        .map_err(|_| ConfigError::NotUnderstood(": a value is of the wrong kind".into()))?;
    if settings
        .metrics_listen
        .is_some_and(|address| !address.ip().is_loopback())
    {
        return Err(ConfigError::MetricsOutside);
    }
    let codes = settings
        .create_secrets
        .iter()
        .map(|code| Token::from_text(code).ok_or(ConfigError::BadCode));
    let QuotaSettings {
        slot_day_items,
        slot_day_bytes,
        slot_bytes,
        box_bytes,
        box_inboxes,
        fetch_items,
        fetch_bytes,
        retry_after,
    } = settings.quotas;
    Ok(Config {
        listen: settings.listen,
        metrics_listen: settings.metrics_listen,
        database: settings.database,
        operator: settings.operator,
        create_secrets: codes.collect::<Result<_, _>>()?,
        day_file: settings.day_file,
        accept_day: settings.accept_day,
        connections: settings.connections.max(1),
        quotas: Quotas {
            slot_day_items,
            slot_day_bytes,
            slot_bytes,
            box_bytes,
            box_inboxes,
            fetch_items,
            fetch_bytes,
            retry_after,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(arguments: &[&str], environment: &[(&str, &str)]) -> Result<Config, ConfigError> {
        let arguments: Vec<_> = arguments.iter().map(|one| (*one).to_owned()).collect();
        let found = |name: &str| {
            environment
                .iter()
                .find(|(one, _)| *one == name)
                .map(|(_, value)| (*value).to_owned())
        };
        match read(&arguments, &found)? {
            Wish::Run(config) => Ok(*config),
            Wish::Help | Wish::Version => panic!("asked to run"),
        }
    }

    #[test]
    fn the_last_word_wins() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let code = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let text = format!(
            "listen = '127.0.0.1:1'\noperator = 'Ann'\ncreate_secrets = ['{code}']\n[quotas]\nslot_bytes = 5\nfetch_items = 7"
        );
        std::fs::write(file.path(), text).unwrap();
        let path = file.path().to_str().unwrap();
        let found = config(
            &["--config", path, "--listen", "127.0.0.1:3"],
            &[
                ("RELAY_LISTEN", "127.0.0.1:2"),
                ("RELAY_QUOTAS_SLOT_BYTES", "6"),
            ],
        )
        .unwrap();
        assert_eq!(
            (
                found.listen.port(),
                found.operator.as_str(),
                found.create_secrets.len()
            ),
            (3, "Ann", 1)
        );
        assert_eq!((found.quotas.slot_bytes, found.quotas.fetch_items), (6, 7));
        assert_eq!(found.quotas.box_inboxes, Quotas::default().box_inboxes);
        let codes = config(&[], &[("RELAY_CREATE_SECRETS", &format!("{code},{code}"))])
            .unwrap()
            .create_secrets;
        assert_eq!(codes.len(), 2);
    }

    #[test]
    fn what_is_wrong_is_named_without_its_value() {
        assert!(matches!(
            config(&["--lisen", "x"], &[]),
            Err(ConfigError::Argument(_))
        ));
        assert!(matches!(
            config(&["--listen"], &[]),
            Err(ConfigError::Argument(_))
        ));
        assert_eq!(
            config(&[], &[("RELAY_CREATE_SECRETS", "hush")]).unwrap_err(),
            ConfigError::BadCode
        );
        assert_eq!(
            config(&["--metrics-listen", "0.0.0.0:1"], &[]).unwrap_err(),
            ConfigError::MetricsOutside
        );
        assert_eq!(
            config(&["--config", "/nowhere"], &[]).unwrap_err(),
            ConfigError::NoFile
        );
        let wrong = config(&[], &[("RELAY_QUOTAS_SLOT_BYTES", "many")]).unwrap_err();
        assert!(matches!(&wrong, ConfigError::NotUnderstood(text) if !text.contains("many")));
    }
}
