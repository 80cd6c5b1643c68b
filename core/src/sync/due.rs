//! When something is to be sent again, and when numbers go alone. Each post costs a phone three times its size on the
//! wire, so what can wait for the next ordinary envelope does; what is missing never waits.
//! Invariant: a reader that stays silent is sent the whole state, ever more seldom, and never not at all.

use crate::companion::ties::More;
use crate::trust::ids::{DeviceId, TieId};
use crate::trust::tie::{Sealed, Tie, TieKind};

/// After so many days without numbers the state is sent again; each time twice as long, at most [`LONGEST_WAIT`].
const FIRST_WAIT: u32 = 5;
/// The same for own devices, whose whole state is a life.
const FIRST_WAIT_AT_HOME: u32 = 7;
const LONGEST_WAIT: u32 = 14;

/// Why the state goes whole though nothing here asks for it.
pub(super) struct Due {
    /// Those who read did not say for long that they have the last of it.
    overdue: bool,
    /// One of them says that something between is missing, and it is time to believe that.
    gap: bool,
    /// Days until that, the first time.
    first_wait: u32,
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
            first_wait: match tie.kind() {
                TieKind::Home => FIRST_WAIT_AT_HOME,
                TieKind::People => FIRST_WAIT,
            },
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
                (more.wait * 2).clamp(self.first_wait, LONGEST_WAIT)
            } else {
                self.first_wait
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

/// Numbers alone go to a person every other day only: mostly something else takes them along before.
pub(super) fn answers_today(tie: &TieId, today: u32) -> bool {
    let [.., last] = tie.0;
    today.wrapping_add(last.into()).is_multiple_of(2)
}
