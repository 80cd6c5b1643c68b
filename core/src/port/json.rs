//! The export: everything of one's own in one readable file, and the way back in. docs/export.md is the
//! format. Does not know keys or ties: people are called p1, p2 ... in the file.
//! Invariant: what is written is read back equal, and the same home always gives the same bytes.

mod form;
mod inward;
mod outward;

use crate::life::{Goal, Person, PersonRef, Proposal, Records, Routine, Share, Step, Word};

use super::PortError;

/// The version of the format that is written, and the highest that is read.
pub const EXPORT_VERSION: u64 = 1;
/// The largest export that is read, in bytes.
pub const EXPORT_MAX: usize = 64 << 20;

/// Everything of one's own.
///
/// Read from an export, people are called "p1", "p2" ...; whoever they were, no tie with them comes along.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Home {
    /// Routines.
    pub routines: Vec<Routine>,
    /// What days hold of them. Days of a routine that is not there are not written.
    pub records: Records,
    /// Goals.
    pub goals: Vec<Goal>,
    /// Steps.
    pub steps: Vec<Step>,
    /// People.
    pub people: Vec<Person>,
    /// What is shown to whom. Shares with someone who is not there are not written.
    pub shares: Vec<Share>,
    /// Own kind words, and to whom.
    pub words: Vec<(PersonRef, Word)>,
    /// Kind words of others that were kept, and from whom.
    pub kept_words: Vec<(PersonRef, Word)>,
    /// Own ideas for others, and for whom.
    pub ideas: Vec<(PersonRef, Proposal)>,
}

/// Writes the export of a home.
///
/// # Errors
/// [`PortError::TooLarge`] when it would be larger than can be read back.
pub fn write_export(home: &Home) -> Result<String, PortError> {
    let file = form::File::of(home);
    let mut text = serde_json::to_string_pretty(&file).map_err(|_| PortError::TooLarge)?;
    text.push('\n');
    if text.len() > EXPORT_MAX {
        return Err(PortError::TooLarge);
    }
    Ok(text)
}

/// Reads an export back.
///
/// # Errors
/// [`PortError`] says what is the matter with the file, never a word of it.
pub fn read_export(bytes: &[u8]) -> Result<Home, PortError> {
    if bytes.len() > EXPORT_MAX {
        return Err(PortError::TooLarge);
    }
    let malformed = |error: serde_json::Error| {
        if error.is_eof() {
            PortError::Damaged
        } else {
            PortError::Malformed {
                part: "the export",
                line: error.line() as u64,
            }
        }
    };
    // The version comes first, so that a later form is called newer and not damaged.
    let version: form::Version = match serde_json::from_slice(bytes) {
        Ok(version) => version,
        Err(error) if error.is_eof() && !bytes.is_empty() => return Err(PortError::Damaged),
        Err(_) => return Err(PortError::NotKnown),
    };
    match version.alongside_export {
        None | Some(0) => return Err(PortError::NotKnown),
        Some(EXPORT_VERSION) => {}
        Some(_) => return Err(PortError::NewerVersion),
    }
    let file: form::File = serde_json::from_slice(bytes).map_err(malformed)?;
    file.into_home()
}
