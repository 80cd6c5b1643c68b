//! The wake gateway: it knows phones by their push subscriptions, and that something came for one; it knows no inbox and no post box
//! (docs/decisions/waking.md). A process and a file of its own.
//!
//! - [`wire`]: its bodies. [`routes`](http::routes): what it answers.
//! - [`keep`]: its file. [`rounds`]: when which phone is woken.
//! - [`push`]: the push services behind one trait; [`reach`]: which addresses of the network are called at all.
//!
//! Invariant: what leaves it for a phone is the same bytes in length and meaning for everybody.

mod apple;
pub mod ciphers;
mod google;
pub mod http;
pub mod keep;
pub mod push;
pub mod reach;
pub mod rounds;
mod web;
pub mod wire;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::limits::Limits;
use crate::log::Log;
use crate::store::StoreError;
use http::Gateway;
use keep::Keep;
use rounds::Rounds;

/// The settings under `[gateway]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What comes for a phone within so many seconds is one push.
    pub window: u64,
    /// Phones that may be registered.
    pub phones: u64,
    /// How push services reach the operator: `mailto:` or `https:`; empty for not at all.
    pub contact: String,
    /// The only hosts that are called for Web Push; all that are public where it is empty.
    pub push_hosts: Vec<String>,
    /// Whether push services on this machine are called, without TLS as well: for tests.
    pub push_here: bool,
    /// A file with seconds since 1970-01-01, in place of the clock.
    pub clock_file: Option<PathBuf>,
    /// Apple's push service.
    pub apns: Option<apple::Account>,
    /// Google's.
    pub fcm: Option<google::Account>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            window: 60,
            phones: 100_000,
            contact: String::new(),
            push_hosts: Vec::new(),
            push_here: false,
            clock_file: None,
            apns: None,
            fcm: None,
        }
    }
}

pub use apple::Account as Apple;
pub use google::Account as Google;

/// Opens the gateway over its file; `None` where a key can't be used.
///
/// # Errors
/// [`StoreError`] of the file.
pub async fn open(
    path: &Path,
    settings: &Settings,
    operator: &str,
    log: &Arc<Log>,
) -> Result<Option<Gateway>, StoreError> {
    let keep = Keep::open(path)?;
    let clock = match settings.clock_file.clone() {
        Some(path) => Clock::File(path),
        None => Clock::System,
    };
    let vapid = keep.vapid().await?;
    let services = push::services(settings, &vapid);
    let Some((services, vapid)) = services.zip(ciphers::Signer::read(&vapid)) else {
        return Ok(None);
    };
    let rounds = Rounds::open(keep, clock, services, settings.window, Arc::clone(log)).await?;
    Ok(Some(Gateway {
        rounds: Arc::new(rounds),
        settings: settings.clone(),
        vapid,
        limits: Limits::default(),
        log: Arc::clone(log),
        operator: operator.to_owned(),
    }))
}

/// What time it is.
#[derive(Clone, Debug)]
pub enum Clock {
    /// By the system.
    System,
    /// By a file with a decimal number of seconds, for tests.
    File(PathBuf),
}

impl Clock {
    /// Seconds since 1970-01-01; 0 where that can't be known.
    #[must_use]
    pub fn now(&self) -> u64 {
        match self {
            Self::System => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| since.as_secs()),
            Self::File(path) => {
                let text = std::fs::read_to_string(path).unwrap_or_default();
                text.trim().parse().unwrap_or_default()
            }
        }
    }
}
