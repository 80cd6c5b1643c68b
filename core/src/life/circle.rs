//! The chosen people: what they are called, who they are to the person, what may come from them.
//!
//! This file does not know keys or ties. Its one invariant: a role is a label; it changes no right.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::ids::PersonRef;
use super::text::{self, TextRefused, serde_as_text};

/// One of the chosen people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Which person: the hex of the tie's id.
    pub who: PersonRef,
    /// What the person calls them here: at most [`super::text::DISPLAY_NAME_MAX`] characters.
    pub name: String,
    /// Who they are to the person.
    pub role: Role,
    /// Whether they come with an office: they may have to write down or act on what they see, and the
    /// person is told so before sharing. It gives them nothing.
    pub official: bool,
    /// What may come from them.
    pub allows: Allow,
    /// Whether everything they write is hidden, whatever it is. They are not told.
    pub blocked: bool,
    /// The day they were chosen.
    pub since: Date,
}

/// Who someone is to the person: a label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Partner.
    Partner,
    /// Family.
    Family,
    /// Friend.
    Friend,
    /// Someone from the same faith.
    Faith,
    /// Someone from work.
    Work,
    /// Mentor.
    Mentor,
    /// Officer.
    Officer,
    /// Neighbour.
    Neighbour,
    /// The person's own word.
    Own(String),
}

/// What may come from someone. A new person starts with cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Allow {
    /// Cards, and thanks without words of their own.
    #[default]
    CardsOnly,
    /// Their own words too.
    OwnWords,
    /// Nothing for now. They are not told.
    Quiet,
}

/// What any one of the chosen people can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    /// See what the person chose to show them, and nothing else.
    pub sees_what_is_shown: bool,
    /// Send kind words, within what the person allows.
    pub sends_words: bool,
    /// Offer an idea, which the person takes, changes or leaves.
    pub offers_ideas: bool,
    /// Change, mark or read anything else.
    pub changes_anything: bool,
    /// Ask for something to be shown, or learn that it was not.
    pub learns_what_is_not_shown: bool,
}

/// What someone with this role can do: the same for every role.
#[must_use]
pub fn rights(_role: &Role) -> Rights {
    Rights {
        sees_what_is_shown: true,
        sends_words: true,
        offers_ideas: true,
        changes_anything: false,
        learns_what_is_not_shown: false,
    }
}

/// The text given names nothing that can be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("say cards, own-words or quiet")]
pub struct NotAllowable;

impl Role {
    /// The roles that are there from the start, in the order in which they are shown.
    pub const READY: [Role; 8] = [
        Role::Partner,
        Role::Family,
        Role::Friend,
        Role::Faith,
        Role::Work,
        Role::Mentor,
        Role::Officer,
        Role::Neighbour,
    ];
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Partner => "partner",
            Role::Family => "family",
            Role::Friend => "friend",
            Role::Faith => "faith",
            Role::Work => "work",
            Role::Mentor => "mentor",
            Role::Officer => "officer",
            Role::Neighbour => "neighbour",
            Role::Own(word) => word,
        })
    }
}

impl FromStr for Role {
    type Err = TextRefused;

    /// A ready role by its word, in any case; every other word is the person's own.
    fn from_str(text: &str) -> Result<Self, TextRefused> {
        let word = text::short(text)?;
        let lower = word.to_lowercase();
        Ok(Role::READY
            .into_iter()
            .find(|role| role.to_string() == lower)
            .unwrap_or(Role::Own(word)))
    }
}

impl fmt::Display for Allow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Allow::CardsOnly => "cards",
            Allow::OwnWords => "own-words",
            Allow::Quiet => "quiet",
        })
    }
}

impl FromStr for Allow {
    type Err = NotAllowable;

    fn from_str(text: &str) -> Result<Self, NotAllowable> {
        match text {
            "cards" => Ok(Allow::CardsOnly),
            "own-words" => Ok(Allow::OwnWords),
            "quiet" => Ok(Allow::Quiet),
            _ => Err(NotAllowable),
        }
    }
}

serde_as_text!(Role, Allow);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_the_same_rights() {
        let mut roles = Role::READY.to_vec();
        roles.push(Role::Own("aunt".into()));
        let first = rights(&Role::Partner);
        for role in roles {
            assert_eq!(rights(&role), first, "{role} differs");
            // A new variant must be looked at here before this compiles again.
            match role {
                Role::Partner
                | Role::Family
                | Role::Friend
                | Role::Faith
                | Role::Work
                | Role::Mentor
                | Role::Officer
                | Role::Neighbour
                | Role::Own(_) => {}
            }
        }
        assert!(!first.changes_anything && !first.learns_what_is_not_shown);
    }

    #[test]
    fn roles_and_allowances_go_through_text() {
        for role in Role::READY {
            assert_eq!(role.to_string().parse(), Ok(role));
        }
        assert_eq!("Officer".parse(), Ok(Role::Officer));
        assert_eq!("my aunt".parse(), Ok(Role::Own("my aunt".into())));
        assert_eq!(
            "x".repeat(31).parse::<Role>(),
            Err(TextRefused::TooLong(30))
        );
        for allow in [Allow::CardsOnly, Allow::OwnWords, Allow::Quiet] {
            assert_eq!(allow.to_string().parse(), Ok(allow));
        }
        assert_eq!(Allow::default(), Allow::CardsOnly);
    }
}
