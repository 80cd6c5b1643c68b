//! What can go wrong on disk, by what can be done about it. SQL's and the operating system's errors
//! are turned into these here and go no further. Never holds a path, a key or a person's bytes.

use crate::error::AlongsideError;
use std::io::ErrorKind;

/// What went wrong on disk. Whatever it is, nothing of a person was overwritten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another process has this home open.
    #[error("another Alongside has this home open; close it first")]
    InUse,
    /// There is no store in this folder yet.
    #[error("there is no Alongside in this folder yet")]
    NotMade,
    /// There is a store in this folder already.
    #[error("there is an Alongside in this folder already; nothing was changed")]
    AlreadyMade,
    /// The file is cut short or holds bytes that nobody wrote.
    #[error("the store on this phone is damaged; nothing was changed; restore from a backup")]
    StoreDamaged,
    /// A later version of the program wrote it.
    #[error("this was made by a newer Alongside; please update; nothing was changed")]
    NewerVersion,
    /// The key does not fit, or this file is no store of Alongside's. (A damaged beginning looks the same.)
    #[error("the store does not open with this key; nothing was changed")]
    CannotOpen,
    /// The store is there and its key is not.
    #[error(
        "the key file is not beside the store; put the file named 'key' back; nothing was changed"
    )]
    KeyMissing,
    /// The key file has not exactly 32 bytes.
    #[error(
        "the key file is not whole; put back the file named 'key' from a copy; nothing was changed"
    )]
    KeyNotWhole,
    /// Other users of this computer can read or write the key file.
    #[error(
        "others on this computer can read the key file; run 'chmod 600' on the file named 'key', then try again"
    )]
    KeyOpenToOthers,
    /// A document is there under another generation or actor; drop it or put a snapshot first.
    #[error("the document here has another generation or author")]
    Mismatch,
    /// A number or a blob is beyond what a row holds.
    #[error("too large to keep")]
    TooLarge,
    /// No room is left on the disk.
    #[error("the disk is full")]
    DiskFull,
    /// The disk said no.
    #[error("the disk did not take it ({0})")]
    Disk(ErrorKind),
    /// SQLite said no, by this extended result code (<https://www.sqlite.org/rescode.html>).
    #[error("the disk did not take it (SQLite's code {0})")]
    Refused(i32),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => StoreError::InUse,
            Some(Code::DatabaseCorrupt | Code::NotADatabase | Code::TypeMismatch) => {
                StoreError::StoreDamaged
            }
            Some(Code::DiskFull) => StoreError::DiskFull,
            Some(Code::TooBig) => StoreError::TooLarge,
            Some(Code::ReadOnly) => StoreError::Disk(ErrorKind::ReadOnlyFilesystem),
            Some(Code::PermissionDenied | Code::CannotOpen) => {
                StoreError::Disk(ErrorKind::PermissionDenied)
            }
            Some(Code::OutOfMemory) => StoreError::Disk(ErrorKind::OutOfMemory),
            Some(_) => {
                StoreError::Refused(error.sqlite_error().map_or(0, |said| said.extended_code))
            }
            // A column of another type than the schema's: the bytes authenticate, but are not what we write.
            None => StoreError::StoreDamaged,
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreError::DiskFull,
            kind => StoreError::Disk(kind),
        }
    }
}

impl From<StoreError> for AlongsideError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::InUse => AlongsideError::InUse,
            StoreError::StoreDamaged => AlongsideError::StoreDamaged,
            StoreError::NewerVersion => AlongsideError::NewerVersion,
            StoreError::CannotOpen => AlongsideError::CannotOpen("the key does not fit this store"),
            StoreError::NotMade => AlongsideError::NotFound("Alongside"),
            StoreError::AlreadyMade | StoreError::Mismatch | StoreError::TooLarge => {
                AlongsideError::Invalid(error.to_string())
            }
            StoreError::KeyMissing => AlongsideError::CannotOpen(
                "the key is not beside the store; put it back; nothing was changed",
            ),
            StoreError::KeyNotWhole => AlongsideError::CannotOpen(
                "the key is not whole; put it back from a copy; nothing was changed",
            ),
            StoreError::KeyOpenToOthers
            | StoreError::DiskFull
            | StoreError::Disk(_)
            | StoreError::Refused(_) => AlongsideError::Disk(error.to_string()),
        }
    }
}
