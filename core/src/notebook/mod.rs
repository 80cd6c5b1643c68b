//! How life becomes documents that merge: the notebook for me alone, and one for each person.
//! The only room that knows automerge. Knows no disk, no key, no network: a [`Shelf`] hands it
//! stored documents, and it hands back bytes to keep and to send.
//! Invariant: nothing that was only ever in the private notebook is in a byte made for a person.

mod circle;
mod days;
mod document;
mod fit;
mod gate;
mod generation;
mod goals;
mod ideas;
mod keys;
mod name;
mod private;
mod projection;
mod rescue;
mod routines;
mod shared;
mod shares;
mod shown;
mod wire;
mod words;

#[cfg(test)]
mod tests;

pub use days::Written;
pub use document::{Applied, Document, StoredDocument, Value};
pub use generation::Generation;
pub use name::{DocName, MAX_NAME};
pub use private::{Edit, Private, Shelf};
pub use projection::{Projection, Running, derive_projection};
pub use shared::{DocChange, DocSnapshot, Merged, Shared};
pub use shown::{Shown, ShownGoal, ShownRoutine, ShownStep};
pub use wire::{KIND_CHANGES, KIND_SNAPSHOT, WireItem};

/// Why a notebook did not take something in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Not bytes of a notebook, or not of a kind that this version writes.
    #[error("these bytes are not a notebook's")]
    Malformed,
    /// More, or longer, than a notebook takes in at once.
    #[error("this is larger than a notebook takes in")]
    TooLarge,
    /// What was stored on this device does not open.
    #[error("what was stored does not open")]
    Damaged,
}
