//! What went wrong, in kinds that a screen has words for, in the person's own language. No word of theirs is in it.

use alongside_core::AlongsideError;
use alongside_core::store::StoreError;

/// What went wrong, named by what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum Trouble {
    /// The post box could not be reached. Everything is safe here.
    #[error("offline")]
    Offline,
    /// It is not there (any more).
    #[error("not found")]
    NotFound,
    /// It is not this person's to change, or they are not in touch any more.
    #[error("not yours")]
    NotYours,
    /// A code, sheet or backup did not open.
    #[error("cannot open")]
    CannotOpen,
    /// The invite is used up or older than 48 hours.
    #[error("invite ended")]
    InviteEnded,
    /// What is kept on this phone is damaged. Nothing was changed.
    #[error("damaged")]
    Damaged,
    /// It was made by a newer version. Nothing was changed.
    #[error("newer version")]
    NewerVersion,
    /// Another program has it open.
    #[error("in use")]
    InUse,
    /// What was typed does not fit. Nothing was changed.
    #[error("does not fit")]
    DoesNotFit {
        /// Why, in English, for a log of the maker or a screen without better words.
        why: String,
    },
    /// The phone's storage did not take it: full, or read-only.
    #[error("no room")]
    NoRoom,
}

impl From<AlongsideError> for Trouble {
    fn from(why: AlongsideError) -> Self {
        match why {
            AlongsideError::Offline => Self::Offline,
            AlongsideError::NotFound(_) | AlongsideError::Several(_) => Self::NotFound,
            AlongsideError::NotYours => Self::NotYours,
            AlongsideError::CannotOpen(_) => Self::CannotOpen,
            AlongsideError::InviteExpired => Self::InviteEnded,
            AlongsideError::StoreDamaged => Self::Damaged,
            AlongsideError::NewerVersion => Self::NewerVersion,
            AlongsideError::InUse => Self::InUse,
            AlongsideError::Invalid(why) => Self::DoesNotFit { why },
            AlongsideError::Disk(_) => Self::NoRoom,
        }
    }
}

impl From<Trouble> for StoreError {
    /// The platform's keystore said no.
    fn from(_: Trouble) -> Self {
        Self::KeyMissing
    }
}

impl From<uniffi::UnexpectedUniFFICallbackError> for Trouble {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::CannotOpen
    }
}
