//! "Never, and do not tell": an invite that is not asked about again on this phone (HR-44). Whoever invites looks different
//! with each code, so this speaks of one code; the inviter hears nothing, as with "not now".

use super::Side;
use crate::companion::{Companion, Done};
use crate::error::AlongsideError;
use crate::trust::invite::InviteCode;
use crate::trust::suite::{self, Label};

/// Namespace of codes that are never asked about again: what is kept opens no invite.
const NEVER: &str = "meet-never";

fn derive_mark(code: &InviteCode) -> [u8; 32] {
    suite::derive(Label::Never, code.secret.leak_bytes(), &[])
}

impl Companion {
    /// Leaves an invite that somebody else made, and never asks about its code again. Nobody is told.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; [`AlongsideError::NotYours`] for one of this phone's own; the store's.
    pub fn refuse_invite(&mut self, id: u64) -> Done<()> {
        let Side::Invitee(invitee) = self.meet(id)?.side else {
            return Err(AlongsideError::NotYours);
        };
        let mark = derive_mark(invitee.code());
        let mut deed = self.store.begin()?;
        deed.put(NEVER, &mark, &[])?;
        deed.commit()?;
        self.leave_invite(id)
    }

    /// The four words differ: somebody may stand between. The invite is over, and nothing is joined.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; [`AlongsideError::Invalid`] where the words are not there yet; the store's.
    pub fn words_differ(&mut self, id: u64) -> Done<()> {
        match self.words_are_the_same(id, false) {
            Err(AlongsideError::Invalid(_)) if self.meet(id).is_err() => Ok(()),
            other => other.map(drop),
        }
    }

    pub(super) fn is_refused(&self, code: &InviteCode) -> Done<bool> {
        Ok(self.store.get(NEVER, &derive_mark(code))?.is_some())
    }
}
