//! Sealed messages as such: opening one again by the reader's own code, for "See what they see", for a report (HR-49)
//! and for the stories that compare byte for byte. Believes nothing new and changes nothing.

use super::ties::tie_of;
use super::{Companion, Done};
use crate::life::PersonRef;

impl Companion {
    /// Opens a sealed message of a tie with this phone's keys, as a reader or as its writer: the kinds and bytes of what
    /// it carries.
    ///
    /// # Errors
    /// [`crate::AlongsideError::NotYours`] where this phone has no key for it, [`crate::AlongsideError::CannotOpen`]
    /// where it was changed.
    pub fn open_sealed(&self, who: &PersonRef, bytes: &[u8]) -> Done<Vec<(u8, Vec<u8>)>> {
        let tie = self.tie(&tie_of(who)?)?;
        let came = tie.see(bytes)?;
        let items = came.body.items.into_iter();
        Ok(items.map(|item| (item.kind, item.bytes)).collect())
    }
}
