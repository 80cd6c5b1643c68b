//! What can be written, one name for each, and what stands where it was written more than once.
//! Knows the kinds of things in a life; no phone.

use alongside_core::life::{ItemId, ItemRef, PersonRef};
use jiff::civil::Date;

/// One thing that can be written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// What a thing is called.
    Name(ItemRef),
    /// Whether it was deleted: 1, else 0.
    Gone(ItemRef),
    /// The day it began.
    Started(ItemRef),
    /// How often a routine comes round.
    Rhythm(ItemId),
    /// A routine's pause, as `from/until`.
    Pause(ItemId),
    /// Whether a routine has ended: 1, else 0.
    Ended(ItemId),
    /// What a routine's amounts are counted in.
    Unit(ItemId),
    /// Where a goal or step stands.
    State(ItemRef),
    /// The goal of a step.
    GoalOf(ItemId),
    /// A day's mark: 2 done, 1 rest, 0 cleared.
    Mark(ItemId, Date),
    /// A day's note.
    Note(ItemId, Date),
    /// A day's amount.
    Amount(ItemId, Date),
    /// How a thing is shown to a person, as `from/until/notes`.
    Share(PersonRef, ItemRef),
}

impl Field {
    /// The document that holds it: changes of one document are heard in an order of their own.
    #[must_use]
    pub fn document(&self) -> String {
        match self {
            Self::Mark(_, day) | Self::Note(_, day) | Self::Amount(_, day) => {
                format!("ticks-{:04}-{:02}", day.year(), day.month())
            }
            _ => "core".to_owned(),
        }
    }
}

/// What was written. The empty text and 0 say "not any more".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

impl Value {
    /// A text.
    #[must_use]
    pub fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }

    /// Whether it says "not any more".
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Number(number) => *number == 0,
            Self::Text(text) => text.is_empty(),
        }
    }

    /// The number; 0 for a text.
    #[must_use]
    pub fn number(&self) -> i64 {
        match self {
            Self::Number(number) => *number,
            Self::Text(_) => 0,
        }
    }

    /// The text; the empty one for a number.
    #[must_use]
    pub fn words(&self) -> &str {
        match self {
            Self::Number(_) => "",
            Self::Text(text) => text,
        }
    }
}
