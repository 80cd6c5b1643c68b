//! An idea from someone else, and what the person does with it, which only they know.
//!
//! This file does not know who had the idea. Its one invariant: an idea changes nothing by itself.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::ItemId;
use super::rhythm::Rhythm;
use super::text::{self, TextRefused};

/// An idea someone has for the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its id, for ever.
    pub id: ItemId,
    /// What is offered.
    pub what: Offer,
    /// The civil day on which it was written, where the writer was.
    pub day: Date,
}

/// What an idea is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Offer {
    /// A new routine.
    NewRoutine {
        /// Its name.
        name: String,
        /// How often.
        rhythm: Rhythm,
    },
    /// A next small step.
    NewStep {
        /// The goal it is for, when that goal is shown to them.
        goal: Option<ItemId>,
        /// Its name.
        name: String,
    },
    /// Just words.
    Words(String),
}

/// What the person did with an idea. It stays with them: the other sees no answer yet, for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// Used as it was.
    Taken,
    /// Used in their own way.
    Changed,
    /// Not now.
    Left,
}

impl Proposal {
    /// The same idea when it can be sent: names and words within their bounds and trimmed.
    ///
    /// # Errors
    /// [`TextRefused`] says what does not fit, never the text.
    pub fn checked(mut self) -> Result<Self, TextRefused> {
        match &mut self.what {
            Offer::NewRoutine { name, .. } | Offer::NewStep { name, .. } => {
                *name = text::name(name)?;
            }
            Offer::Words(words) => *words = text::own_words(words)?,
        }
        Ok(self)
    }

    /// Whether it holds words that its writer chose, so that it waits where only cards are allowed.
    #[must_use]
    pub fn has_own_words(&self) -> bool {
        // A name typed by the other is free text too: else it would be a way around a closed door.
        match &self.what {
            Offer::NewRoutine { .. } | Offer::NewStep { .. } | Offer::Words(_) => true,
        }
    }
}
