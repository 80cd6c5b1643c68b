//! "See what they see": the sealed bytes that a person gets, opened and merged by the reader's own code; and what others
//! show me. Knows nothing of the notebook for me alone. Invariant: nothing here is drawn from anything but bytes that
//! went out, or came in.

use super::deed::generation_bytes;
use super::{Companion, Done};
use crate::life::words::WORDS_A_DAY;
use crate::life::{Person, PersonRef};
use crate::notebook::{Generation, KIND_CHANGES, KIND_SNAPSHOT, Shared, Shown, WireItem};
use crate::store::SealedRow;
use crate::sync::open_shared;
use crate::trust::tie::Tie;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// What a person sees of me.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeenAs {
    /// What the sealed bytes hold.
    pub shown: Shown,
    /// Some of it has not been opened by any of their devices, as far as is known here.
    pub on_its_way: bool,
    /// Some of it was sealed by another device of mine whose key has not come here yet, so that it is not shown here.
    pub not_all_here: bool,
}

impl Companion {
    /// Sees what this person sees, from the very bytes that were sealed for them.
    ///
    /// # Errors
    /// [`crate::AlongsideError::NotFound`]; the store's.
    pub fn see_as(&mut self, who: &PersonRef) -> Done<SeenAs> {
        self.person(who)?;
        let mut seen = SeenAs::default();
        let Some(tie) = self.tie_with(who)? else {
            return Ok(seen);
        };
        let mut shared = Shared::empty();
        let reached = tie.readers().keys().map(|device| tie.heard(device).1).max();
        for row in self.sealed_rows(&tie)? {
            let Ok(came) = tie.see(&row.bytes) else {
                seen.not_all_here = true;
                continue;
            };
            let mine = came.body.device == tie.me();
            let holds_something = !came.body.items.is_empty();
            seen.on_its_way |=
                mine && holds_something && came.body.sequence > reached.unwrap_or_default();
            for item in &came.body.items {
                if !matches!(item.kind, KIND_CHANGES | KIND_SNAPSHOT) {
                    continue;
                }
                // What a reader would leave out is left out here too.
                if let Ok(item) = WireItem::decode(item.kind, &item.bytes) {
                    let _ = shared.merge(&item, &mut self.rng);
                }
            }
        }
        seen.shown = shared.view(self.clock.now().today);
        Ok(seen)
    }

    /// The sealed messages of the present generation, as each of their devices gets them.
    ///
    /// # Errors
    /// [`crate::AlongsideError::NotFound`]; the store's.
    pub fn sealed_bytes_for(&self, who: &PersonRef) -> Done<Vec<Vec<u8>>> {
        let Some(tie) = self.tie_with(who)? else {
            return Ok(Vec::new());
        };
        let rows = self.sealed_rows(&tie)?;
        Ok(rows.into_iter().map(|row| row.bytes).collect())
    }

    /// What this person shows me: nothing of one who was blocked or removed, and of their words and ideas only what I
    /// allow, at most five a day.
    ///
    /// # Errors
    /// [`crate::AlongsideError::NotFound`]; the store's.
    pub fn what_they_show(&mut self, who: &PersonRef) -> Done<Shown> {
        let person = self.person(who)?;
        let Some(tie) = self.going_on_with(&person)? else {
            return Ok(Shown::default());
        };
        let shared = open_shared(&self.store, &tie.their_notebook())?;
        let mut shown = shared.view(self.clock.now().today);
        let_in(&mut shown, &person);
        Ok(shown)
    }

    fn sealed_rows(&self, tie: &Tie) -> Done<Vec<SealedRow>> {
        let notebook = tie.my_notebook();
        let generation = open_shared(&self.store, &notebook)?.generation();
        if generation == Generation::PRIVATE {
            return Ok(Vec::new());
        }
        Ok(self
            .store
            .sealed(&notebook.0, &generation_bytes(&generation))?)
    }
}

/// Leaves what I opened the door to. The rest waits unread; its writer learns nothing of it.
fn let_in(shown: &mut Shown, person: &Person) {
    let mut of_day: BTreeMap<Date, usize> = BTreeMap::new();
    let mut fits = |day: Date| {
        let count = of_day.entry(day).or_default();
        *count += 1;
        *count <= WORDS_A_DAY
    };
    shown
        .words
        .retain(|word| word.passes(person.allows) && fits(word.day));
    shown
        .ideas
        .retain(|idea| idea_passes(idea, person) && fits(idea.day));
}

fn idea_passes(idea: &crate::life::Proposal, person: &Person) -> bool {
    match person.allows {
        crate::life::Allow::OwnWords => true,
        crate::life::Allow::CardsOnly => !idea.has_own_words(),
        crate::life::Allow::Quiet => false,
    }
}
