//! My people, and one person: what came from them and what went to them, side by side. Invariant: both directions are
//! shown alike, and nothing tells whether they read or did anything.

use super::ideas::{IdeaRow, not_used};
use super::meeting::InviteRow;
use super::rows::{SentIdeaRow, SentRow, ShareRow, ThingRow, WordRow, shown_now};
use super::seen::ShownThings;
use crate::AlongsideError;
use crate::companion::{Companion, Done, labels_of};
use crate::life::{Allow, CardKind, Person, PersonRef, Role, State, WordKind};
use crate::notebook::Shown;
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
    /// What I do not show them and could: what goes on, and goals that were reached.
    pub could_show: Vec<ThingRow>,
    /// What may go to them now.
    pub takes: Takes,
    /// The cards that can go now, in the order in which they are offered, thanks too; none where nothing can.
    pub cards: Vec<WordKind>,
    /// Whether own words, and ideas, can go now.
    pub own_words: bool,
    /// Ideas of mine for them, newest first. What became of them is theirs to know.
    pub my_ideas: Vec<SentIdeaRow>,
    /// What I called them; lists may tell them apart from somebody of that name.
    pub called: String,
    /// Who they can be to me, besides a word of one's own.
    pub roles: Vec<Role>,
}

/// What may go to a person now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Cards, and thanks without own words.
    Cards,
    /// Own words too.
    OwnWords,
    /// Cards: own words of mine are with them, and they did not write to me yet.
    TheirTurn,
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
        Ok(PeopleScreen {
            people: self.person_rows()?,
            invites: self.invite_screen()?.invites,
        })
    }

    /// My people, by name.
    pub(super) fn person_rows(&mut self) -> Done<Vec<PersonRow>> {
        let people = self.labelled_people()?.into_iter();
        people.map(|person| self.person_row(person)).collect()
    }

    /// My things that can still be shown: what goes on, and goals that were reached, which someone may most want to show. What
    /// is over can be shown from its own page.
    fn things_to_show(&mut self) -> Done<impl Iterator<Item = ThingRow>> {
        let (routines, goals, steps) = (self.routines()?, self.goals()?, self.steps()?);
        let reached = |state: State| state.is_open() || state == State::Reached;
        let goes: Vec<bool> = routines
            .iter()
            .map(|one| !one.ended)
            .chain(goals.iter().map(|one| reached(one.state)))
            .chain(steps.iter().map(|one| one.state.is_open()))
            .collect();
        let labels = labels_of(&routines, &goals, &steps).into_iter();
        let going = labels.zip(goes).filter(|(_, goes)| *goes);
        Ok(going.map(|((item, label), _)| ThingRow { item, label }))
    }

    /// One person, whole.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn person_screen(&mut self, who: &PersonRef) -> Done<PersonScreen> {
        let called = self.person(who)?.name;
        let them = self.labelled_person(who)?;
        let person = self.person_row(them.clone())?;
        let i_show = shown_now(self.shares_with(who)?);
        let mut could_show = Vec::new();
        if person.in_touch {
            let things = self.things_to_show()?;
            could_show
                .extend(things.filter(|thing| i_show.iter().all(|one| one.item != thing.item)));
        }
        let shown = self.what_they_show(who)?;
        let from_them = self.inbox_from(&them, &shown)?.into_iter();
        let takes = self.takes(&person, &shown)?;
        let to_them = self.words_sent(who)?;
        let to_them = self.with_names(who, &shown, to_them)?;
        Ok(PersonScreen {
            from_them: from_them.map(WordRow::from).collect(),
            to_them: to_them.into_iter().map(Into::into).collect(),
            they_show: ShownThings::of(&shown),
            ideas: not_used(self.ideas_from(&them, shown)?),
            i_show,
            could_show,
            takes,
            cards: match takes {
                Takes::Tomorrow | Takes::Nothing => Vec::new(),
                Takes::Cards | Takes::OwnWords | Takes::TheirTurn => {
                    let cards = CardKind::ALL.map(WordKind::Card).into_iter();
                    cards.chain([WordKind::Thanks]).collect()
                }
            },
            own_words: takes == Takes::OwnWords,
            my_ideas: self.ideas_for(who)?.into_iter().map(Into::into).collect(),
            called,
            roles: Role::READY.to_vec(),
            person,
        })
    }

    fn takes(&mut self, person: &PersonRow, shown: &Shown) -> Done<Takes> {
        if !person.in_touch {
            return Ok(Takes::Nothing);
        }
        match self.one_more_today(&person.who) {
            Ok(()) => {}
            Err(AlongsideError::Invalid(_)) => return Ok(Takes::Tomorrow),
            Err(why) => return Err(why),
        }
        Ok(match shown.allows {
            Allow::OwnWords if self.one_waits(&person.who, shown)? => Takes::TheirTurn,
            Allow::OwnWords => Takes::OwnWords,
            Allow::CardsOnly | Allow::Quiet => Takes::Cards,
        })
    }

    fn person_row(&self, person: Person) -> Done<PersonRow> {
        Ok(PersonRow {
            in_touch: self.going_on_with(&person)?.is_some(),
            name: person.name,
            who: person.who,
            role: person.role,
            official: person.official,
            allows: person.allows,
            blocked: person.blocked,
        })
    }
}
