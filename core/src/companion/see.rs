//! "See what they see": the sealed bytes that a person gets, opened and merged by the reader's own code; and what others
//! show me. Knows nothing of the notebook for me alone. Invariant: nothing here is drawn from anything but bytes that
//! went out, or came in.

use super::deed::generation_bytes;
use super::mine::read_array;
use super::ties::derive_alias;
use super::{Companion, Done};
use crate::life::words::WORDS_A_DAY;
use crate::life::{Person, PersonRef, Share};
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

    /// What a person would see of one thing if it were shown to them now, drawn by what draws what goes out. Nothing is
    /// shown by it.
    ///
    /// # Errors
    /// [`crate::AlongsideError::NotFound`], [`crate::AlongsideError::NotYours`] where the tie has ended; the store's.
    pub fn would_see(&mut self, share: &Share) -> Done<Shown> {
        let tie = self.open_tie(&share.to)?;
        let projection = self.projection(&tie, None, Some(share))?;
        let (shared, _) = Shared::start_generation(1, &projection, &mut self.rng);
        let mut shown = shared.view(self.clock.now().today);
        let key: [u8; 32] = read_array(&self.store, b"alias")?;
        let alias = derive_alias(&key, &tie.my_notebook(), &share.item.id().0);
        shown.routines.retain(|one| one.id.0 == alias);
        shown.goals.retain(|one| one.id.0 == alias);
        shown.steps.retain(|one| one.id.0 == alias);
        Ok(shown)
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
        if has_more_than_one_of_own_words(&shown) && !self.wrote_to(who)? {
            leave_the_first_of_own_words(&mut shown);
        }
        Ok(shown)
    }

    /// Whether I ever wrote to them: a word, or an idea.
    fn wrote_to(&mut self, who: &PersonRef) -> Done<bool> {
        Ok(!self.words_sent(who)?.is_empty() || !self.ideas_for(who)?.is_empty())
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

fn has_more_than_one_of_own_words(shown: &Shown) -> bool {
    let words = shown.words.iter().filter(|word| word.has_own_words());
    let ideas = shown.ideas.iter().filter(|idea| idea.has_own_words());
    words.count() + ideas.count() > 1
}

/// Of one to whom I never wrote, the first of their own words reaches me; the next do once I wrote (HR-47).
fn leave_the_first_of_own_words(shown: &mut Shown) {
    let words = shown.words.iter().filter(|word| word.has_own_words());
    let words = words.map(|word| (word.day, word.id));
    let ideas = shown.ideas.iter().filter(|idea| idea.has_own_words());
    let first = words.chain(ideas.map(|idea| (idea.day, idea.id))).min();
    shown
        .words
        .retain(|word| !word.has_own_words() || Some((word.day, word.id)) == first);
    shown
        .ideas
        .retain(|idea| !idea.has_own_words() || Some((idea.day, idea.id)) == first);
}

fn idea_passes(idea: &crate::life::Proposal, person: &Person) -> bool {
    match person.allows {
        crate::life::Allow::OwnWords => true,
        crate::life::Allow::CardsOnly => !idea.has_own_words(),
        crate::life::Allow::Quiet => false,
    }
}
