//! What of the settings does not fit this machine.
//! Knows files; makes and changes none.
//! Invariant: it can be asked beside a running relay.

use std::path::Path;

use super::{Config, ConfigError};
use crate::invite::{self, InviteError};

/// What of the settings does not fit this machine, without making or changing anything.
pub(super) fn look(config: &Config) -> Vec<ConfigError> {
    let mut problems = Vec::new();
    let mut say = |name, what| problems.push(ConfigError::NotThere(name, what));
    let elsewhere = config.database.to_string_lossy().contains("://");
    match std::fs::metadata(&config.database) {
        _ if elsewhere => {}
        Ok(is) if !is.is_file() => say("database", "is not a file"),
        Ok(_) => {
            let opened = std::fs::File::options()
                .read(true)
                .write(true)
                .open(&config.database);
            if opened.is_err() {
                say("database", "can't be opened for writing by this user");
            }
        }
        // The relay makes file and folders itself, if it can.
        Err(_) => {
            let above = config.database.ancestors().skip(1);
            let first = above.map(|path| {
                if path == Path::new("") {
                    Path::new(".")
                } else {
                    path
                }
            });
            let first = first.into_iter().find(|path| path.exists());
            if !first.is_some_and(Path::is_dir) {
                say("database", "its folder can't be made");
            }
        }
    }
    if let Err(error) = invite::read(&config.invites) {
        say(
            "invites",
            match error {
                InviteError::NotUnderstood => "the file can't be understood",
                _ => "the file can't be read by this user",
            },
        );
    }
    let folder = config.control.as_deref().and_then(Path::parent);
    if folder.is_some_and(|folder| folder != Path::new("") && !folder.is_dir()) {
        say("control", "its folder is not there");
    }
    if config
        .day_file
        .as_ref()
        .is_some_and(|path| std::fs::read(path).is_err())
    {
        say("day_file", "can't be read");
    }
    problems
}
