//! What of the settings does not fit this machine.
//! Knows files; makes and changes none.
//! Invariant: it can be asked beside a running relay.

use std::path::Path;

use super::{Config, ConfigError, Database};
use crate::invite::{self, InviteError};
use crate::oblivious::keys;

/// What of the settings does not fit this machine, without making or changing anything.
pub(super) fn look(config: &Config) -> Vec<ConfigError> {
    let mut problems = Vec::new();
    let mut say = |name, what| problems.push(ConfigError::NotThere(name, what));
    if let Database::File(path) = &config.database
        && let Some(what) = look_at(path)
    {
        say("database", what);
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
    if let Some(Err(_)) = config.oblivious.as_deref().map(keys::look) {
        say("oblivious", "the file can't be read or understood");
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

/// What is wrong with the database's file. The relay makes it and its folders itself, if it can.
fn look_at(path: &Path) -> Option<&'static str> {
    match std::fs::metadata(path) {
        Ok(is) if !is.is_file() => Some("is not a file"),
        Ok(_) => {
            let mut options = std::fs::File::options();
            let opened = options.read(true).write(true).open(path);
            opened
                .is_err()
                .then_some("can't be opened for writing by this user")
        }
        Err(_) => {
            let above = path.ancestors().skip(1).map(|path| {
                if path == Path::new("") {
                    Path::new(".")
                } else {
                    path
                }
            });
            let first = above.into_iter().find(|path| path.exists());
            let made = first.is_some_and(Path::is_dir);
            (!made).then_some("its folder can't be made")
        }
    }
}
