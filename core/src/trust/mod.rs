//! How phones know each other and seal what they send. Pure: the clock and randomness are arguments.
//! The only room that knows the ciphers; it does not know what is inside the bytes it seals, nor disk, nor network.

pub mod backup;
pub mod bytes;
pub mod card;
pub mod device;
pub mod envelope;
pub mod epoch;
pub mod ids;
pub mod inbox;
pub mod invite;
pub mod list;
pub mod message;
pub mod oblivious;
pub mod prekey;
pub mod recovery;
pub mod suite;
pub mod tie;
pub mod wayback;
pub mod words;

#[cfg(test)]
mod golden;

/// A UTC day: whole days since 1970-01-01.
pub type Day = u32;

/// Why something was not believed, opened or made. It never holds a byte of what it speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not in the one encoding, or with bytes left over.
    #[error("not in the agreed form")]
    Malformed,
    /// Made for a suite that this release does not know.
    #[error("made for a suite that is not known here")]
    UnknownSuite,
    /// Not signed by who it says.
    #[error("not signed by who it says")]
    BadSignature,
    /// The key does not open it.
    #[error("does not open")]
    CannotOpen,
    /// Its device is not on the list, or its epoch is not known.
    #[error("not on the list")]
    NotListed,
    /// It came before.
    #[error("came before")]
    Replayed,
    /// Older than what is known.
    #[error("older than what is known")]
    Stale,
    /// Larger than what is allowed.
    #[error("larger than allowed")]
    TooLarge,
    /// The four words are not the same on both phones.
    #[error("the words differ")]
    WordsDiffer,
    /// Past its time.
    #[error("past its time")]
    Expired,
    /// Meant for something else.
    #[error("meant for something else")]
    WrongKind,
    /// Used before: it counts once.
    #[error("used before")]
    Used,
}
