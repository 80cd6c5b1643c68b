//! Ideas of others for me. Invariant: one that I used is mine by now and not here; one left for now looks to its writer
//! like one not answered yet.

use super::rows::HowOften;
use crate::companion::{Companion, Done, Idea};
use crate::life::{Answer, ItemId, Offer, PersonRef};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Ideas of others for me.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdeasScreen {
    /// Those that I did not use: first those not answered yet, each newest first.
    pub ideas: Vec<IdeaRow>,
}

/// An idea.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdeaRow {
    /// Which.
    pub id: ItemId,
    /// Who had it.
    pub from: PersonRef,
    /// What I call them.
    pub name: String,
    /// What is offered.
    pub offered: Offered,
    /// The day on which it was written, where the writer was.
    pub day: Date,
    /// Whether I left it for now. Only I know.
    pub left: bool,
    /// Whether it can be used as it is. Words can't: they become a small step once they have a short name.
    pub can_use: bool,
}

/// What an idea offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Offered {
    /// A new routine.
    Routine {
        /// Its name.
        name: String,
        /// How often.
        how_often: HowOften,
    },
    /// A next small step.
    Step {
        /// Its name.
        name: String,
        /// The goal it is for, by its name here.
        goal: Option<String>,
    },
    /// Just words.
    Words {
        /// The words.
        text: String,
    },
}

impl Companion {
    /// Ideas of others for me, whole.
    ///
    /// # Errors
    /// The store's.
    pub fn ideas_screen(&mut self) -> Done<IdeasScreen> {
        Ok(IdeasScreen {
            ideas: not_used(self.ideas()?),
        })
    }
}

/// Those not used, first those not answered yet.
pub(super) fn not_used(mut ideas: Vec<Idea>) -> Vec<IdeaRow> {
    ideas.retain(|idea| matches!(idea.answer, None | Some(Answer::Left)));
    ideas.sort_by_key(|idea| idea.answer.is_some());
    ideas.into_iter().map(IdeaRow::from).collect()
}

impl From<Idea> for IdeaRow {
    fn from(one: Idea) -> Self {
        let goal = one.goal;
        let can_use = !matches!(one.idea.what, Offer::Words(_));
        Self {
            id: one.idea.id,
            from: one.from,
            name: one.name,
            offered: match one.idea.what {
                Offer::NewRoutine { name, rhythm } => Offered::Routine {
                    name,
                    how_often: HowOften::from(&rhythm),
                },
                Offer::NewStep { name, .. } => Offered::Step { name, goal },
                Offer::Words(text) => Offered::Words { text },
            },
            day: one.idea.day,
            left: one.answer.is_some(),
            can_use,
        }
    }
}
