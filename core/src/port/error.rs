//! What can be the matter with a file that comes in. Never holds a word of the file.
//! Invariant: whatever it is, nothing here was changed by it.

use crate::error::AlongsideError;
use crate::store::foreign::ForeignError;

/// Why a file was not taken in. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// It is of no kind that is known here.
    #[error("this file is not an export that is known here; nothing was changed")]
    NotKnown,
    /// It is cut short, or its sums do not fit.
    #[error("the file is damaged or not whole; nothing was changed")]
    Damaged,
    /// A line of it can't be understood.
    #[error("line {line} of {part} in the file can't be understood; nothing was changed")]
    Malformed {
        /// Which part of the file, in its maker's own word.
        part: &'static str,
        /// Which line or row, from 1.
        line: u64,
    },
    /// A part is not there, or is there twice.
    #[error("{0} is not in the file, or is there twice; nothing was changed")]
    NotWhole(&'static str),
    /// It holds more than anyone's life does.
    #[error("the file holds more than can be brought in; nothing was changed")]
    TooLarge,
    /// It is built as no export is: names that climb out of a folder, or parts that lie over each other.
    #[error(
        "the file is not built like an export; it may be meant to do harm; nothing was changed"
    )]
    Unsafe,
    /// A later version of Alongside wrote it.
    #[error("this was made by a newer Alongside; please update; nothing was changed")]
    NewerVersion,
    /// The disk said no.
    #[error("the file could not be read; nothing was changed")]
    Disk(std::io::ErrorKind),
}

impl From<ForeignError> for PortError {
    fn from(error: ForeignError) -> Self {
        match error {
            ForeignError::NotSqlite | ForeignError::OtherKind => PortError::NotKnown,
            ForeignError::Damaged => PortError::Damaged,
            ForeignError::TooLarge => PortError::TooLarge,
            ForeignError::Disk(kind) => PortError::Disk(kind),
        }
    }
}

impl From<std::io::Error> for PortError {
    fn from(error: std::io::Error) -> Self {
        PortError::Disk(error.kind())
    }
}

impl From<PortError> for AlongsideError {
    fn from(error: PortError) -> Self {
        match error {
            PortError::NewerVersion => AlongsideError::NewerVersion,
            PortError::Damaged => {
                AlongsideError::CannotOpen("the file is damaged or not whole; nothing was changed")
            }
            PortError::Disk(kind) => AlongsideError::Disk(kind.to_string()),
            other => AlongsideError::Invalid(other.to_string()),
        }
    }
}
