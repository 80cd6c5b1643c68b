//! My people, and one person: what came from them and what went to them, side by side. Invariant: both directions are
//! shown alike, and nothing tells whether they read or did anything.

use super::ideas::IdeaRow;
use super::meeting::InviteRow;
use super::rows::{SentRow, ShareRow, ThingRow, WordRow};
use super::seen::ShownThings;
use crate::AlongsideError;
use crate::companion::{Companion, Done};
use crate::life::{Allow, Person, PersonRef, Role, WordKind};
use serde::{Deserialize, Serialize};

/// My people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleScreen {
    /// All of them, by name.
    pub people: Vec<PersonRow>,
    /// Invites under way.
    pub invites: Vec<InviteRow>,
}

/// One of my people in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// Who.
    pub who: PersonRef,
    /// What lists call them.
    pub name: String,
    /// Who they are to me.
    pub role: Role,
    /// Whether they come with an office, and may have to write down or act on what they see.
    pub official: bool,
    /// What may come from them.
    pub allows: Allow,
    /// Whether I blocked them.
    pub blocked: bool,
    /// Whether things and words can go between us: not with one blocked, or known by name alone.
    pub in_touch: bool,
}

/// One person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonScreen {
    /// Who.
    pub person: PersonRow,
    /// Kind words of theirs, newest first.
    pub from_them: Vec<WordRow>,
    /// Kind words of mine to them, newest first.
    pub to_them: Vec<SentRow>,
    /// Ideas of theirs that I did not use.
    pub ideas: Vec<IdeaRow>,
    /// What they show me.
    pub they_show: ShownThings,
    /// What I show them.
    pub i_show: Vec<ShareRow>,
    /// What I do not show them and could.
    pub could_show: Vec<ThingRow>,
    /// What may go to them now.
    pub takes: Takes,
    /// The cards that can go, in the order in which they are offered.
    pub cards: Vec<WordKind>,
}

/// What may go to a person now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Cards, and thanks without own words.
    Cards,
    /// Own words too.
    OwnWords,
    /// Enough went to them for today. There is room again tomorrow.
    Tomorrow,
    /// Nothing: we are not in touch.
    Nothing,
}

impl Companion {
    /// My people, whole.
    ///
    /// # Errors
    /// The store's.
    pub fn people_screen(&mut self) -> Done<PeopleScreen> {
        let people = self.people()?;
        let labels = self.people_labels()?;
        let mut rows = Vec::new();
        for person in people {
            rows.push(self.person_row(person, &labels)?);
        }
        Ok(PeopleScreen {
            people: rows,
            invites: self.invite_screen()?.invites,
        })
    }

    /// One person, whole.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn person_screen(&mut self, who: &PersonRef) -> Done<PersonScreen> {
        let labels = self.people_labels()?;
        let person = self.person(who)?;
        let person = self.person_row(person, &labels)?;
        let i_show: Vec<ShareRow> = self.shares_with(who)?.into_iter().map(Into::into).collect();
        let mut could_show = Vec::new();
        if person.in_touch {
            let things = self.labels()?.into_iter();
            could_show.extend(
                things
                    .map(|(item, label)| ThingRow { item, label })
                    .filter(|thing| i_show.iter().all(|one| one.item != thing.item || !one.open)),
            );
        }
        let from_them = self.inbox()?.into_iter().map(WordRow::from);
        let ideas = self.ideas_screen()?.ideas.into_iter();
        let takes = self.takes(&person)?;
        Ok(PersonScreen {
            from_them: from_them.filter(|word| word.from == *who).collect(),
            to_them: self.words_sent(who)?.into_iter().map(Into::into).collect(),
            ideas: ideas.filter(|idea| idea.from == *who).collect(),
            they_show: ShownThings::of(&self.what_they_show(who)?),
            i_show,
            could_show,
            takes,
            cards: crate::life::words::CardKind::ALL
                .map(WordKind::Card)
                .to_vec(),
            person,
        })
    }

    fn takes(&mut self, person: &PersonRow) -> Done<Takes> {
        if !person.in_touch {
            return Ok(Takes::Nothing);
        }
        match self.one_more_today(&person.who) {
            Ok(()) => {}
            Err(AlongsideError::Invalid(_)) => return Ok(Takes::Tomorrow),
            Err(why) => return Err(why),
        }
        Ok(match self.lets_in(&person.who)? {
            Allow::OwnWords => Takes::OwnWords,
            Allow::CardsOnly | Allow::Quiet => Takes::Cards,
        })
    }

    fn person_row(&mut self, person: Person, labels: &[(PersonRef, String)]) -> Done<PersonRow> {
        let label = labels.iter().find(|(who, _)| *who == person.who);
        let in_touch = match self.open_tie(&person.who) {
            Ok(_) => true,
            Err(AlongsideError::NotYours | AlongsideError::NotFound(_)) => false,
            Err(why) => return Err(why),
        };
        Ok(PersonRow {
            name: label.map_or(person.name, |(_, label)| label.clone()),
            who: person.who,
            role: person.role,
            official: person.official,
            allows: person.allows,
            blocked: person.blocked,
            in_touch,
        })
    }
}
