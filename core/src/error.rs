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
