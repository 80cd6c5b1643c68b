//! The settings under `[gateway]`: what a wake gateway is told.
//! Knows no phone; reads the files of keys that are named.
//! Invariant: a key that can't be used stops the start by the name of its setting.

use std::path::PathBuf;

use reqwest::Url;
use toml::Table;

use super::{ConfigError, Settings};
use crate::files;
use crate::gateway::ciphers::Signer;
use crate::gateway::{self, Apple, Google};

/// What can be set.
pub(super) const GATEWAY: [&str; 13] = [
    "window",
    "phones",
    "contact",
    "push_hosts",
    "push_here",
    "clock_file",
    "apns_key",
    "apns_key_id",
    "apns_team",
    "apns_topic",
    "apns_url",
    "fcm_account",
    "fcm_url",
];

const CONTACT: &str = "mailto: or https: and where you can be reached";
const SERVICE: &str = "an address, as https://push.example (http on this machine alone)";
const PEM: &str = "a file with a key in PEM (PKCS #8)";
const ALL_FOUR: &str = "given with apns_key_id, apns_team and apns_topic";
const ACCOUNT: &str = "a file of a service account, in JSON, with a key";
/// The longest file of a key, in bytes.
const LONGEST: u64 = 64 << 10;

pub(super) fn gateway_of(table: Table, problems: &mut Vec<ConfigError>) -> gateway::Settings {
    let mut settings = Settings {
        table,
        of: "gateway.",
        problems: Vec::new(),
    };
    let usual = gateway::Settings::default();
    let contact: String = settings.take("contact", CONTACT).unwrap_or_default();
    if !(contact.is_empty() || contact.starts_with("mailto:") || contact.starts_with("https:")) {
        settings
            .problems
            .push(ConfigError::Wrong("gateway.contact", CONTACT));
    }
    let found = gateway::Settings {
        window: settings.number("window", usual.window),
        phones: settings.number("phones", usual.phones),
        contact,
        push_hosts: settings
            .take("push_hosts", "a list of names")
            .unwrap_or_default(),
        push_here: settings
            .take("push_here", "true or false")
            .unwrap_or_default(),
        clock_file: settings.take("clock_file", "a path"),
        apns: apns(&mut settings),
        fcm: fcm(&mut settings),
    };
    settings.end();
    problems.append(&mut settings.problems);
    found
}

fn apns(settings: &mut Settings) -> Option<Apple> {
    let url = service(settings, "apns_url", "https://api.push.apple.com");
    let key: Option<PathBuf> = settings.take("apns_key", PEM);
    let mut text = |name| settings.take::<String>(name, "a text");
    let (id, team, topic) = (text("apns_key_id"), text("apns_team"), text("apns_topic"));
    let Some(key) = key else {
        if id.is_some() || team.is_some() || topic.is_some() {
            settings
                .problems
                .push(ConfigError::Wrong("gateway.apns_key", ALL_FOUR));
        }
        return None;
    };
    let key = match files::text(&key, LONGEST) {
        Ok(Some(key)) if Signer::from_pem(&key).is_some() => key,
        _ => {
            settings
                .problems
                .push(ConfigError::Wrong("gateway.apns_key", PEM));
            return None;
        }
    };
    let (Some(key_id), Some(team), Some(topic)) = (id, team, topic) else {
        settings
            .problems
            .push(ConfigError::Wrong("gateway.apns_key", ALL_FOUR));
        return None;
    };
    Some(Apple {
        key,
        key_id,
        team,
        topic,
        url: url?,
    })
}

fn fcm(settings: &mut Settings) -> Option<Google> {
    let url = service(settings, "fcm_url", "https://fcm.googleapis.com");
    let path: PathBuf = settings.take("fcm_account", ACCOUNT)?;
    let text = files::text(&path, LONGEST).ok().flatten();
    let account = text
        .and_then(|text| Google::read(&text, &url?))
        .filter(|account| Signer::from_pem(&account.key).is_some());
    if account.is_none() {
        settings
            .problems
            .push(ConfigError::Wrong("gateway.fcm_account", ACCOUNT));
    }
    account
}

fn service(settings: &mut Settings, name: &'static str, usual: &str) -> Option<Url> {
    let text: Option<String> = settings.take(name, SERVICE);
    let url = super::service(text.as_deref().unwrap_or(usual));
    if url.is_none() {
        settings.problems.push(ConfigError::Wrong(name, SERVICE));
    }
    url
}
