//! The settings: a TOML file, then `RELAY_*` of the environment, then the command line; the last word wins.
//! Knows no store and no HTTP.
//! Long because each setting is named, read and refused in one place.
//! Invariant: an unknown or unreadable setting stops the start with its name, never with its value; all that is wrong is said at once.

mod gateway;
mod look;
#[cfg(test)]
mod tests;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use reqwest::Url;
use serde::de::DeserializeOwned;
use thiserror::Error;
use toml::{Table, Value};

use crate::files;
use crate::gateway::Settings as GatewaySettings;
use crate::office::{Creating, Quotas};
use crate::store::postgres::{Address, BadAddress};
use crate::token::Token;

/// One thing that is wrong with the settings.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ConfigError {
    /// An argument that is not known, or has no value.
    #[error("{0}: not a command or an argument of the relay, or without its value (see --help)")]
    Argument(String),
    /// The file can't be read.
    #[error("the settings file can't be read")]
    NoFile,
    /// The file is not TOML.
    #[error("the settings file is not TOML{0}")]
    NotToml(String),
    /// There is no such setting.
    #[error("{0} is not a setting")]
    Unknown(String),
    /// The value is of another kind, or out of its range.
    #[error("{0} must be {1}")]
    Wrong(&'static str, &'static str),
    /// What a setting names is not there, or can't be used.
    #[error("{0}: {1}")]
    NotThere(&'static str, &'static str),
}

/// All that is wrong with the settings: never empty.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub struct Problems(pub Vec<ConfigError>);

impl fmt::Display for Problems {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, problem) in self.0.iter().enumerate() {
            let between = if number == 0 { "" } else { "\nrelay: " };
            write!(out, "{between}{problem}")?;
        }
        Ok(())
    }
}

impl From<ConfigError> for Problems {
    fn from(problem: ConfigError) -> Self {
        Self(vec![problem])
    }
}

/// Where things are kept.
#[derive(Clone, Debug)]
pub enum Database {
    /// In a file of this process.
    File(PathBuf),
    /// In PostgreSQL, which several processes may share.
    Postgres(Box<Address>),
}

/// The settings.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to answer.
    pub listen: SocketAddr,
    /// Where to show metrics; a loopback address.
    pub metrics_listen: Option<SocketAddr>,
    /// Where things are kept.
    pub database: Database,
    /// Who runs this post box, as `/v1/info` says it.
    pub operator: String,
    /// Who may make inboxes.
    pub creating: Creating,
    /// Fixed secrets that are honoured besides the month's.
    pub create_secrets: Vec<Token>,
    /// The file of invites.
    pub invites: PathBuf,
    /// The file of the seed that opens sealed requests; none where they are not taken.
    pub oblivious: Option<PathBuf>,
    /// Where an oblivious relay hands requests on to.
    pub target: Option<Url>,
    /// The address of the wake gateway that this post box tells when something came.
    pub wake_gateway: Option<Url>,
    /// How often it is told, in seconds.
    pub wake_round: u64,
    /// What a wake gateway does.
    pub gateway: GatewaySettings,
    /// The socket over which an operator's command asks the running relay.
    pub control: Option<PathBuf>,
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
    /// Go on with these settings, read from this file and these arguments.
    Run(Box<Config>),
    /// Only say whether these settings would do.
    Check(Box<Config>),
    /// Show the help.
    Help,
    /// Show the version.
    Version,
}

/// The help text.
pub const HELP: &str = "\
relay: the blind post box of Alongside

  relay [SETTINGS]               answers until it is stopped
  relay --check-config [SETTINGS]  says all that is wrong with the settings, and ends
  relay invite new               makes a code for somebody, and shows it this once
  relay invite list              the labels of the codes that there are
  relay invite revoke LABEL      from now on this code fetches no create-secret
  relay invite turn              puts other create-secrets in place of this month's and all to come
  relay close-slot               closes the slot whose token stands on the standard input
  relay oblivious --target URL   hands sealed requests on to the post box of somebody else (RFC 9458)
  relay backup --to FILE         writes all that the box keeps into a new file, also while the relay runs
  relay restore --from FILE      puts it back, into a database that holds nothing
  relay migrate --to PLACE       moves the box to another database, or to that of a settings file (PLACE.toml); the relay is stopped
  relay wake-gateway             wakes phones through their push services; --database is a file of its own
  relay openapi                  shows the protocol as an OpenAPI document

  --config FILE      settings in TOML (relay/PROTOCOL.md names them)
  --listen ADDRESS   where to answer, as 127.0.0.1:8480; port 0 takes a free one
  --metrics-listen ADDRESS  where to show counters, on this machine only
  --database PLACE   where to keep things: a file (default: relay.db), or postgres://USER:PASSWORD@HOST:PORT/NAME
                     (a password belongs in the file or the environment: others see arguments)
  --target URL       the post box of an oblivious relay, as https://post.example
  --day-file FILE    a file with a UTC day number, in place of the clock
  --accept-day       take the clock's day although it is more than a month ahead
  --version, --help

A command takes the same settings, after its words. Each can also be given as RELAY_NAME in the environment,
quotas as RELAY_QUOTAS_NAME, what is of the wake gateway as RELAY_GATEWAY_NAME. On the first line of its output the relay says: listening on ADDRESS
SIGTERM and SIGINT stop it cleanly; SIGHUP reads creating and create_secrets again.
Exit codes: 0 done; 2 arguments or settings are wrong; 1 everything else.
";

const TOP: [&str; 15] = [
    "listen",
    "metrics_listen",
    "database",
    "operator",
    "creating",
    "create_secrets",
    "invites",
    "oblivious",
    "target",
    "wake_gateway",
    "wake_round",
    "control",
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

/// Numbers that are no quotas.
const NUMBERS: [&str; 4] = ["connections", "wake_round", "window", "phones"];

const TARGET: &str = "a post box's address, as https://post.example (http on this machine alone)";
const WAKE_GATEWAY: &str =
    "a wake gateway's address, as https://wake.example (http on this machine alone)";
/// A wake gateway keeps what it knows in a file, and not where a post box does.
pub const NO_FILE: ConfigError = ConfigError::Wrong("database", "a path, for a wake gateway");
/// An oblivious relay must know where to hand requests on to.
pub const NO_TARGET: ConfigError = ConfigError::Wrong("target", TARGET);
const NUMBER: &str = "a whole number above 0";

/// Reads arguments (without the program's name and a command's words), environment and file.
///
/// # Errors
/// [`Problems`]: all of them.
pub fn read(
    arguments: &[String],
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<Wish, Problems> {
    let (mut file, mut given) = (environment("RELAY_CONFIG").map(PathBuf::from), Table::new());
    let (mut problems, mut check) = (Vec::new(), false);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let mut value = || {
            let value = arguments.next().cloned();
            if value.is_none() {
                problems.push(ConfigError::Argument(argument.clone()));
            }
            value
        };
        match argument.as_str() {
            "--help" | "-h" => return Ok(Wish::Help),
            "--version" | "-V" => return Ok(Wish::Version),
            "--check-config" => check = true,
            "--config" => file = value().map(PathBuf::from),
            "--accept-day" => drop(given.insert("accept_day".into(), Value::Boolean(true))),
            "--listen" | "--database" | "--day-file" | "--metrics-listen" | "--target" => {
                let name = argument.trim_start_matches('-').replace('-', "_");
                if let Some(value) = value() {
                    given.insert(name, Value::String(value));
                }
            }
            _ => problems.push(ConfigError::Argument(argument.clone())),
        }
    }
    let mut table = match file.as_deref().map_or(Ok(Table::new()), from_file) {
        Ok(table) => table,
        Err(problem) => {
            problems.push(problem);
            Table::new()
        }
    };
    for name in TOP {
        if let Some(text) = environment(&format!("RELAY_{}", name.to_uppercase())) {
            table.insert(name.into(), value_of(name, &text));
        }
    }
    let quotas = QUOTAS.iter().map(|name| ("quotas", *name));
    let tables = quotas.chain(gateway::GATEWAY.iter().map(|name| ("gateway", *name)));
    for (of, name) in tables {
        let called = format!("RELAY_{of}_{name}").to_uppercase();
        if let Some(text) = environment(&called) {
            let entry = table
                .entry(of)
                .or_insert_with(|| Value::Table(Table::new()));
            if let Some(entry) = entry.as_table_mut() {
                entry.insert(name.into(), value_of(name, &text));
            }
        }
    }
    table.extend(given);
    let mut settings = Settings {
        table,
        of: "",
        problems,
    };
    let config = settle(&mut settings);
    if check {
        settings.problems.extend(look::look(&config));
    }
    match (settings.problems.is_empty(), check) {
        (false, _) => Err(Problems(settings.problems)),
        (true, true) => Ok(Wish::Check(Box::new(config))),
        (true, false) => Ok(Wish::Run(Box::new(config))),
    }
}

/// The settings of another place: a file of settings (its name ends in `.toml`), or a database as `database` names it.
///
/// # Errors
/// [`Problems`].
pub fn of_place(place: &str) -> Result<Config, Problems> {
    let argument = if place.ends_with(".toml") {
        "--config"
    } else {
        "--database"
    };
    match read(&[argument.to_owned(), place.to_owned()], &|_| None)? {
        Wish::Run(config) => Ok(*config),
        _ => Err(ConfigError::Argument(argument.to_owned()).into()),
    }
}

fn from_file(path: &Path) -> Result<Table, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|_| ConfigError::NoFile)?;
    // What the library says may quote a value, and a value may be a secret: only the line is told.
    text.parse::<Table>().map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map(|before| before.matches('\n').count() + 1);
        ConfigError::NotToml(line.map_or_else(String::new, |line| format!(": line {line}")))
    })
}

fn value_of(name: &str, text: &str) -> Value {
    match name {
        "create_secrets" | "push_hosts" => Value::Array(
            text.split(',')
                .filter(|code| !code.is_empty())
                .map(|code| code.trim().into())
                .collect(),
        ),
        "accept_day" | "push_here" => Value::Boolean(text == "true" || text == "1"),
        _ if NUMBERS.contains(&name) || QUOTAS.contains(&name) => {
            text.parse().map_or_else(|_| text.into(), Value::Integer)
        }
        _ => text.into(),
    }
}

/// A table whose settings are taken out one by one; what is left is unknown.
struct Settings {
    table: Table,
    of: &'static str,
    problems: Vec<ConfigError>,
}

impl Settings {
    fn take<T: DeserializeOwned>(&mut self, name: &'static str, kind: &'static str) -> Option<T> {
        let value = self.table.remove(name)?.try_into().ok();
        if value.is_none() {
            self.problems.push(ConfigError::Wrong(name, kind));
        }
        value
    }

    fn number<T: TryFrom<i64>>(&mut self, name: &'static str, otherwise: T) -> T {
        let Some(number) = self.take::<i64>(name, NUMBER) else {
            return otherwise;
        };
        match T::try_from(number).ok().filter(|_| number > 0) {
            Some(number) => number,
            None => {
                self.problems.push(ConfigError::Wrong(name, NUMBER));
                otherwise
            }
        }
    }

    fn end(&mut self) {
        let of = self.of;
        let unknown = std::mem::take(&mut self.table).into_iter();
        let unknown = unknown.map(|(name, _)| ConfigError::Unknown(format!("{of}{name}")));
        self.problems.extend(unknown);
    }
}

fn settle(settings: &mut Settings) -> Config {
    const ADDRESS: &str = "an address and a port, as 127.0.0.1:8480";
    let quotas = settings.take("quotas", "a table").unwrap_or_default();
    let gateway = settings.take("gateway", "a table").unwrap_or_default();
    let listen = settings.take("listen", ADDRESS);
    let metrics_listen: Option<SocketAddr> = settings.take("metrics_listen", ADDRESS);
    if metrics_listen.is_some_and(|address| !address.ip().is_loopback()) {
        let kind = "a loopback address";
        settings
            .problems
            .push(ConfigError::Wrong("metrics_listen", kind));
    }
    let database = database(settings);
    let create_secrets = secrets(settings);
    let creating = creating(settings, !create_secrets.is_empty());
    let config = Config {
        listen: listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8480))),
        metrics_listen,
        operator: settings.take("operator", "a text").unwrap_or_default(),
        creating,
        create_secrets,
        invites: settings
            .take("invites", "a path")
            .unwrap_or_else(|| invites_of(&database)),
        oblivious: settings
            .take("oblivious", "a path")
            .or_else(|| oblivious_of(&database)),
        target: address(settings, "target", TARGET),
        wake_gateway: address(settings, "wake_gateway", WAKE_GATEWAY),
        wake_round: settings.number("wake_round", 10),
        gateway: gateway::gateway_of(gateway, &mut settings.problems),
        database,
        control: settings.take("control", "a path"),
        day_file: settings.take("day_file", "a path"),
        accept_day: settings
            .take("accept_day", "true or false")
            .unwrap_or_default(),
        connections: settings.number("connections", 20_000),
        quotas: quotas_of(quotas, &mut settings.problems),
    };
    settings.end();
    config
}

fn quotas_of(table: Table, problems: &mut Vec<ConfigError>) -> Quotas {
    let mut settings = Settings {
        table,
        of: "quotas.",
        problems: Vec::new(),
    };
    let usual = Quotas::default();
    let quotas = Quotas {
        slot_day_items: settings.number("slot_day_items", usual.slot_day_items),
        slot_day_bytes: settings.number("slot_day_bytes", usual.slot_day_bytes),
        slot_bytes: settings.number("slot_bytes", usual.slot_bytes),
        box_bytes: settings.number("box_bytes", usual.box_bytes),
        box_inboxes: settings.number("box_inboxes", usual.box_inboxes),
        fetch_items: settings.number("fetch_items", usual.fetch_items),
        fetch_bytes: settings.number("fetch_bytes", usual.fetch_bytes),
        retry_after: settings.number("retry_after", usual.retry_after),
    };
    settings.end();
    problems.append(&mut settings.problems);
    quotas
}

fn secrets(settings: &mut Settings) -> Vec<Token> {
    const KIND: &str = "a list of 32 bytes each, base64url without padding";
    let texts: Vec<String> = settings.take("create_secrets", KIND).unwrap_or_default();
    let secrets: Vec<_> = texts
        .iter()
        .filter_map(|text| Token::from_text(text))
        .collect();
    if secrets.len() < texts.len() {
        settings
            .problems
            .push(ConfigError::Wrong("create_secrets", KIND));
    }
    secrets
}

fn creating(settings: &mut Settings, secrets: bool) -> Creating {
    const KIND: &str = "open, invited or closed";
    let Some(word) = settings.take::<String>("creating", KIND) else {
        // Who names secrets wants them asked for.
        return if secrets {
            Creating::Invited
        } else {
            Creating::Open
        };
    };
    let found = Creating::ALL.into_iter().find(|one| one.word() == word);
    match found {
        None => settings.problems.push(ConfigError::Wrong("creating", KIND)),
        Some(Creating::Open) if secrets => {
            let kind = "invited where create_secrets are given";
            settings.problems.push(ConfigError::Wrong("creating", kind));
        }
        Some(_) => {}
    }
    found.unwrap_or(Creating::Closed)
}

/// The file of invites where none is named. A database's address may hold a password, and is no place.
fn invites_of(database: &Database) -> PathBuf {
    match database {
        Database::Postgres(_) => PathBuf::from("relay-invites"),
        Database::File(path) => files::beside(path, "-invites"),
    }
}

const NOT_ONE: &str = "a path, or postgres://USER:PASSWORD@HOST:PORT/NAME";

/// The file of the oblivious seed where none is named. Processes that share a database must share it too: there it is asked for.
fn oblivious_of(database: &Database) -> Option<PathBuf> {
    match database {
        Database::Postgres(_) => None,
        Database::File(path) => Some(files::beside(path, "-oblivious")),
    }
}

fn address(settings: &mut Settings, name: &'static str, kind: &'static str) -> Option<Url> {
    let text: String = settings.take(name, kind)?;
    let url = service(&text);
    if url.is_none() {
        settings.problems.push(ConfigError::Wrong(name, kind));
    }
    url
}

/// The address of a service that the operator trusts: https, or http on this machine.
fn service(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| {
        let here = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
        let plain = url.username().is_empty() && url.password().is_none();
        let whole = url.query().is_none() && url.fragment().is_none();
        plain && whole && (url.scheme() == "https" || (url.scheme() == "http" && here))
    })
}

fn database(settings: &mut Settings) -> Database {
    let place: Option<String> = settings.take("database", NOT_ONE);
    let place = place.unwrap_or_else(|| "relay.db".to_owned());
    if !place.contains("://") {
        return Database::File(place.into());
    }
    match Address::read(&place) {
        Ok(address) => Database::Postgres(Box::new(address)),
        Err(why) => {
            let why = match why {
                BadAddress::NotOne => NOT_ONE,
                BadAddress::NoRoots => {
                    "an address whose sslrootcert names a file of certificates in PEM"
                }
                BadAddress::Open => {
                    "on this machine, or have sslrootcert=FILE, or sslmode=disable where the network itself is closed"
                }
            };
            settings.problems.push(ConfigError::Wrong("database", why));
            Database::File(PathBuf::new())
        }
    }
}
