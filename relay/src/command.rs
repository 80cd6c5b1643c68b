//! The relay's commands: the word after the program's name, and what follows it.
//! Knows no settings; what is left of the line is theirs.
//! Invariant: no secret is ever an argument: other users of the machine can read those.

use std::path::PathBuf;

use crate::config::ConfigError;
use crate::invite::InviteDeed;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Answer.
    Serve,
    /// Something with invites.
    Invite(InviteDeed),
    /// Closes the slot whose token stands on the standard input.
    CloseSlot,
    /// Shows the protocol as an OpenAPI document.
    OpenApi,
    /// Wake phones through their push services.
    WakeGateway,
    /// Hand sealed requests on to a post box of somebody else.
    Oblivious,
    /// Copies all that the box keeps into a file.
    BackUp(PathBuf),
    /// Puts back what a file holds.
    Restore(PathBuf),
    /// Moves the box to the place that a settings file names, or to this one.
    Migrate(String),
}

/// Splits the line (without the program's name) into the command and the arguments of the settings.
///
/// # Errors
/// [`ConfigError::Argument`] for a word that is no command.
pub fn split(arguments: &[String]) -> Result<(Command, Vec<String>), ConfigError> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let wrong = |word: &str| Err(ConfigError::Argument(word.to_owned()));
    if let [word @ ("backup" | "restore" | "migrate"), rest @ ..] = words.as_slice() {
        return with_place(word, rest);
    }
    let (command, rest) = match words.as_slice() {
        ["invite", "new", rest @ ..] => (Command::Invite(InviteDeed::New), rest),
        ["invite", "list", rest @ ..] => (Command::Invite(InviteDeed::List), rest),
        ["invite", "turn", rest @ ..] => (Command::Invite(InviteDeed::Turn), rest),
        ["invite", "revoke", label, rest @ ..] if !label.starts_with('-') => {
            let deed = InviteDeed::Revoke((*label).to_owned());
            (Command::Invite(deed), rest)
        }
        ["openapi", rest @ ..] => (Command::OpenApi, rest),
        ["oblivious", rest @ ..] => (Command::Oblivious, rest),
        ["wake-gateway", rest @ ..] => (Command::WakeGateway, rest),
        ["close-slot", rest @ ..] => (Command::CloseSlot, rest),
        ["invite", rest @ ..] => return wrong(rest.first().unwrap_or(&"invite")),
        [word, ..] if !word.starts_with('-') => return wrong(word),
        rest => (Command::Serve, rest),
    };
    Ok((
        command,
        rest.iter().map(|word| (*word).to_owned()).collect(),
    ))
}

/// A command that names a place: `--to` or `--from`, anywhere in the line.
fn with_place(word: &str, rest: &[&str]) -> Result<(Command, Vec<String>), ConfigError> {
    let name = if word == "restore" { "--from" } else { "--to" };
    let missing = || ConfigError::Argument(name.to_owned());
    let at = rest.iter().position(|word| *word == name);
    let (before, after) = rest.split_at(at.ok_or_else(missing)?);
    let [_, place, after @ ..] = after else {
        return Err(missing());
    };
    let place = (*place).to_owned();
    let command = match word {
        "backup" => Command::BackUp(place.into()),
        "restore" => Command::Restore(place.into()),
        _ => Command::Migrate(place),
    };
    let rest = before.iter().chain(after);
    Ok((command, rest.map(|word| (*word).to_owned()).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<(Command, usize), ConfigError> {
        let words: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
        split(&words).map(|(command, rest)| (command, rest.len()))
    }

    #[test]
    fn a_command_is_told_from_the_settings() {
        assert_eq!(of(""), Ok((Command::Serve, 0)));
        assert_eq!(of("--listen x"), Ok((Command::Serve, 2)));
        let invite = |deed| Command::Invite(deed);
        assert_eq!(
            of("invite new --config x"),
            Ok((invite(InviteDeed::New), 2))
        );
        assert_eq!(of("invite list"), Ok((invite(InviteDeed::List), 0)));
        assert_eq!(of("invite turn"), Ok((invite(InviteDeed::Turn), 0)));
        let revoke = invite(InviteDeed::Revoke("0a1b2c3d".into()));
        assert_eq!(of("invite revoke 0a1b2c3d --config x"), Ok((revoke, 2)));
        assert_eq!(of("close-slot --config x"), Ok((Command::CloseSlot, 2)));
        assert_eq!(of("openapi"), Ok((Command::OpenApi, 0)));
        assert_eq!(of("oblivious --target x"), Ok((Command::Oblivious, 2)));
        let place = "backup --config x --to y --accept-day";
        assert_eq!(of(place), Ok((Command::BackUp("y".into()), 3)));
        assert_eq!(
            of("restore --from y"),
            Ok((Command::Restore("y".into()), 0))
        );
        assert_eq!(of("migrate --to y"), Ok((Command::Migrate("y".into()), 0)));
        assert_eq!(of("wake-gateway"), Ok((Command::WakeGateway, 0)));
        for wrong in [
            "backup",
            "backup --to",
            "restore --to y",
            "migrate --config x",
            "invite",
            "invite revoke",
            "invite revoke --config x",
            "serve",
            "invit new",
        ] {
            assert!(
                matches!(of(wrong), Err(ConfigError::Argument(_))),
                "{wrong}"
            );
        }
    }
}
