//! What went wrong, as a sentence and an exit code with a meaning (README.md lists them).
//! Invariant: no word of the person's, no key and no address is ever in it.

use alongside_core::AlongsideError;
use serde_json::json;
use std::process::ExitCode;

/// Said no: it is not there, not yours, or the disk did not take it.
pub(crate) const NO: u8 = 1;
/// It can't be understood as it was typed.
pub(crate) const USAGE: u8 = 2;
/// The post box was not reached. Everything is safe here.
pub(crate) const OFFLINE: u8 = 3;
/// The home is damaged, or a newer version made it. Nothing was changed.
pub(crate) const DAMAGED: u8 = 4;
/// Another program has this home open.
pub(crate) const IN_USE: u8 = 5;

/// What went wrong.
#[derive(Debug)]
pub(crate) struct Trouble {
    code: u8,
    kind: &'static str,
    message: String,
}

impl Trouble {
    /// Something that can't be understood as it was typed.
    pub(crate) fn usage(message: impl ToString) -> Self {
        Self {
            code: USAGE,
            kind: "not-understood",
            message: message.to_string(),
        }
    }

    /// A no with a reason.
    pub(crate) fn no(message: impl ToString) -> Self {
        Self {
            code: NO,
            kind: "no",
            message: message.to_string(),
        }
    }

    /// The home itself does not open: damaged, or with another key.
    pub(crate) fn of_the_home(error: AlongsideError) -> Self {
        let shut = matches!(error, AlongsideError::CannotOpen(_));
        let mut trouble = Self::from(error);
        if shut {
            trouble.code = DAMAGED;
            trouble.message = "this home does not open: it is damaged, or its key file is another's; nothing was changed".into();
        }
        trouble
    }

    pub(crate) fn print(&self, json: bool) -> ExitCode {
        if json {
            let error =
                json!({"error": {"code": self.code, "kind": self.kind, "message": self.message}});
            eprintln!("{error:#}");
        } else {
            eprintln!("{}", sentence(&self.message));
        }
        ExitCode::from(self.code)
    }
}

impl From<AlongsideError> for Trouble {
    fn from(error: AlongsideError) -> Self {
        let (code, kind) = match &error {
            AlongsideError::Offline => (OFFLINE, "offline"),
            AlongsideError::NotFound(_) => (NO, "not-found"),
            AlongsideError::Several(_) => (NO, "several"),
            AlongsideError::NotYours => (NO, "not-yours"),
            AlongsideError::CannotOpen(_) => (NO, "cannot-open"),
            AlongsideError::InviteExpired => (NO, "invite-ended"),
            AlongsideError::StoreDamaged => (DAMAGED, "damaged"),
            AlongsideError::NewerVersion => (DAMAGED, "newer"),
            AlongsideError::InUse => (IN_USE, "in-use"),
            AlongsideError::Invalid(_) => (NO, "no"),
            AlongsideError::Disk(_) => (NO, "disk"),
        };
        let message = match error {
            // What is said there stands by itself.
            AlongsideError::Invalid(why) => why,
            other => other.to_string(),
        };
        Self {
            code,
            kind,
            message,
        }
    }
}

impl From<std::io::Error> for Trouble {
    fn from(error: std::io::Error) -> Self {
        Self {
            code: NO,
            kind: "disk",
            message: format!("the disk said no: {}", error.kind()),
        }
    }
}

/// A message as a sentence: it begins with a capital and ends with a full stop.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters
        .next()
        .map(|c| c.to_uppercase().to_string())
        .unwrap_or_default();
    let rest = letters.as_str();
    let end = if rest.ends_with(['.', '?']) { "" } else { "." };
    format!("{first}{rest}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use alongside_core::life::wordlist::forbidden;

    #[test]
    fn every_error_is_a_calm_sentence_with_a_code() {
        let all = [
            (AlongsideError::Offline, OFFLINE),
            (AlongsideError::NotFound("routine"), NO),
            (AlongsideError::Several("person"), NO),
            (AlongsideError::NotYours, NO),
            (AlongsideError::CannotOpen("another passphrase"), NO),
            (AlongsideError::InviteExpired, NO),
            (AlongsideError::StoreDamaged, DAMAGED),
            (AlongsideError::NewerVersion, DAMAGED),
            (AlongsideError::InUse, IN_USE),
            (AlongsideError::Invalid("say it otherwise".into()), NO),
            (AlongsideError::Disk("full".into()), NO),
        ];
        for (error, code) in all {
            let trouble = Trouble::from(error);
            assert_eq!(trouble.code, code);
            let text = sentence(&trouble.message);
            assert_eq!(forbidden(&text), None, "{text}");
            assert!(text.ends_with('.') && !text.contains('!'), "{text}");
        }
    }
}
