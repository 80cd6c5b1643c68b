//! The one public error. Each variant is named by what a person can do about it;
//! no personal word, key or address is ever inside one.

/// What went wrong, named by what can be done about it.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum AlongsideError {
    /// The post box could not be reached. Everything stays safe here; try later.
    #[error("the post box could not be reached; your things are safe here")]
    Offline,
    /// There is no such thing here.
    #[error("there is no {0} of that name here")]
    NotFound(&'static str),
    /// Several things fit the words given; be more exact.
    #[error("more than one {0} fits; say a little more of its name")]
    Several(&'static str),
    /// This belongs to someone else, or is not theirs to change.
    #[error("this is not yours to change")]
    NotYours,
    /// It did not open: wrong passphrase, damaged, or not for this phone.
    #[error("it did not open: {0}")]
    CannotOpen(&'static str),
    /// The invite is used up or older than 48 hours. Make a new one.
    #[error("this invite has ended; ask for a new one")]
    InviteExpired,
    /// The store is damaged. Nothing was written.
    #[error("the store on this phone is damaged; nothing was changed; restore from a backup")]
    StoreDamaged,
    /// It was made by a newer version. Update first. Nothing was written.
    #[error("this was made by a newer Alongside; please update; nothing was changed")]
    NewerVersion,
    /// Another program has this home open.
    #[error("another Alongside has this home open; close it first")]
    InUse,
    /// The words given can't be understood.
    #[error("that can't be understood: {0}")]
    Invalid(String),
    /// The disk said no (full, read-only, or no permission).
    #[error("the disk did not take it: {0}")]
    Disk(String),
}

impl From<crate::trust::Refused> for AlongsideError {
    fn from(why: crate::trust::Refused) -> Self {
        use crate::trust::Refused;
        match why {
            Refused::Expired | Refused::Used => Self::InviteExpired,
            Refused::UnknownSuite => Self::NewerVersion,
            Refused::NotListed => Self::NotYours,
            Refused::TooLarge => Self::Invalid("it is larger than what can be sent".into()),
            Refused::WordsDiffer => Self::Invalid("the words differ; nothing was joined".into()),
            Refused::Malformed => Self::CannotOpen("it is not whole"),
            _ => Self::CannotOpen("it was not made for this, or it was changed on the way"),
        }
    }
}

impl From<crate::life::TextRefused> for AlongsideError {
    fn from(why: crate::life::TextRefused) -> Self {
        Self::Invalid(why.to_string())
    }
}

impl From<crate::notebook::Refused> for AlongsideError {
    fn from(why: crate::notebook::Refused) -> Self {
        use crate::notebook::Refused;
        match why {
            Refused::Damaged => Self::StoreDamaged,
            Refused::TooLarge => Self::Invalid("it is longer than a notebook takes in".into()),
            Refused::Malformed => Self::CannotOpen("it is not whole"),
        }
    }
}
