//! When the whole state is to be sent again.
//! Invariant: a reader that stays silent is sent the whole state, ever more seldom, and never not at all.

use crate::companion::ties::More;
use crate::trust::ids::DeviceId;
use crate::trust::tie::{Sealed, Tie};

/// After so many days without numbers the state is sent again; each time twice as long, at most [`LONGEST_WAIT`].
const FIRST_WAIT: u32 = 3;
const LONGEST_WAIT: u32 = 14;

/// Why the state goes whole though nothing here asks for it.
pub(super) struct Due {
    /// Those who read did not say for long that they have the last of it.
    overdue: bool,
    /// One of them says that something between is missing, and it is time to believe that.
    gap: bool,
}

impl Due {
    pub(super) fn of(tie: &Tie, readers: &[DeviceId], more: &More, today: u32) -> Self {
        let covered = readers
            .iter()
            .all(|reader| tie.heard(reader).0 >= more.content);
        let waited = today < more.content_day || today - more.content_day >= more.wait;
        let gap = tie
            .readers_with_gaps()
            .iter()
            .any(|device| tie.heard(device).1 >= more.full);
        Self {
            overdue: !covered && waited,
            gap: gap && more.mends_a_gap(today),
        }
    }

    /// Those who are silent for long get our list and card again: their past may have been put back to before they knew
    /// them, and nothing else tells them where we are.
    pub(super) fn remind(&self, tie: &mut Tie, readers: &[DeviceId], more: &More) {
        if self.overdue {
            for reader in readers {
                if tie.heard(reader).0 < more.content {
                    tie.give_again_to(reader);
                }
            }
        }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.overdue || self.gap
    }

    /// What was sealed, and when the next of it is due.
    pub(super) fn note_sealed(
        &self,
        more: &mut More,
        sealed: &[Sealed],
        content: bool,
        whole: bool,
        today: u32,
    ) {
        if let (Some(last), true) = (sealed.last(), content) {
            more.wait = if self.overdue {
                (more.wait * 2).clamp(FIRST_WAIT, LONGEST_WAIT)
            } else {
                FIRST_WAIT
            };
            more.content = last.sequence;
            more.content_day = today;
        }
        if let (Some(first), true) = (sealed.first(), whole) {
            more.full = first.sequence;
        }
        more.mended(self.gap, today);
        more.whole = false;
    }
}
