//! Something wanted, and small steps toward it, in the person's own words.
//!
//! This file does not know who proposed what. Its one invariant: no state is an end; each can be
//! taken up again from every other.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::ItemId;
use super::text::{self, TextRefused, serde_as_text};

/// Something wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// Its id, for ever.
    pub id: ItemId,
    /// What the person calls it: at most [`super::text::NAME_MAX`] characters.
    pub name: String,
    /// The part of life it is about, if the person says so.
    pub area: Option<Area>,
    /// Where it stands.
    pub state: State,
    /// The day it was first written down.
    pub started: Date,
}

/// A next small step. It may belong to a goal or stand alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its id, for ever.
    pub id: ItemId,
    /// The goal it belongs to.
    pub goal: Option<ItemId>,
    /// What the person calls it: at most [`super::text::NAME_MAX`] characters.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// The day it was first written down.
    pub started: Date,
}

/// Where a goal or step stands, in the person's eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum State {
    /// Going.
    #[default]
    Going,
    /// Reached.
    Reached,
    /// Changed into something else.
    Changed,
    /// Set aside.
    SetAside,
}

/// A part of life. People, home and belonging come before work and learning in no order of worth.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// People.
    People,
    /// Home.
    Home,
    /// Work.
    Work,
    /// Learning.
    Learning,
    /// Health.
    Health,
    /// Giving.
    Giving,
    /// Belonging.
    Belonging,
    /// Rights.
    Rights,
    /// The person's own word for it.
    Own(String),
}

/// The text given names no state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("say going, reached, changed or set-aside")]
pub struct NotAState;

impl State {
    /// Every state, in the order in which they are shown.
    pub const ALL: [State; 4] = [
        State::Going,
        State::Reached,
        State::Changed,
        State::SetAside,
    ];

    /// Whether it is still in hand. A state is always one that can be left again.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, State::Going)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            State::Going => "going",
            State::Reached => "reached",
            State::Changed => "changed",
            State::SetAside => "set-aside",
        })
    }
}

impl FromStr for State {
    type Err = NotAState;

    fn from_str(text: &str) -> Result<Self, NotAState> {
        State::ALL
            .into_iter()
            .find(|state| state.to_string() == text)
            .ok_or(NotAState)
    }
}

impl Area {
    /// The areas that are there from the start, in the order in which they are shown.
    pub const READY: [Area; 8] = [
        Area::People,
        Area::Home,
        Area::Work,
        Area::Learning,
        Area::Health,
        Area::Giving,
        Area::Belonging,
        Area::Rights,
    ];
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Area::People => "people",
            Area::Home => "home",
            Area::Work => "work",
            Area::Learning => "learning",
            Area::Health => "health",
            Area::Giving => "giving",
            Area::Belonging => "belonging",
            Area::Rights => "rights",
            Area::Own(word) => word,
        })
    }
}

impl FromStr for Area {
    type Err = TextRefused;

    /// A ready area by its word, in any case; every other word is the person's own.
    fn from_str(text: &str) -> Result<Self, TextRefused> {
        let word = text::short(text)?;
        let lower = word.to_lowercase();
        Ok(Area::READY
            .into_iter()
            .find(|area| area.to_string() == lower)
            .unwrap_or(Area::Own(word)))
    }
}

serde_as_text!(State, Area);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_can_be_taken_up_again_from_every_other() {
        // Nothing guards the way from one state to another: the field is simply set.
        let mut step = Step {
            id: ItemId([1; 8]),
            goal: None,
            name: "Ask about the bus".into(),
            state: State::Going,
            started: Date::constant(2026, 2, 2),
        };
        for from in State::ALL {
            for to in State::ALL {
                step.state = from;
                step.state = to;
                assert_eq!(step.state, to);
            }
        }
        assert_eq!(State::ALL.iter().filter(|s| s.is_open()).count(), 1);
    }

    #[test]
    fn states_and_areas_go_through_text() {
        for state in State::ALL {
            assert_eq!(state.to_string().parse(), Ok(state));
        }
        assert!("done".parse::<State>().is_err());
        for area in Area::READY {
            assert_eq!(area.to_string().parse(), Ok(area.clone()));
            assert_eq!(area.to_string().to_uppercase().parse(), Ok(area));
        }
        assert_eq!("Allotment".parse(), Ok(Area::Own("Allotment".into())));
        assert_eq!("".parse::<Area>(), Err(TextRefused::Empty));
    }
}
