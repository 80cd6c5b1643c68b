//! One thing, shown to one person, for as long as the person says. There is no way to show all.
//! Invariant: what is shown goes out with the next delivery and never before; what is stopped goes from the other
//! phone when it next meets the post box, and it is always said that it may have been seen.

use super::goals::there;
use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::life::{ItemRef, Person, PersonRef, Share, Until};
use jiff::civil::Date;

/// Who may have seen a thing, or may have kept it: no deed reaches that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MayHaveSeen {
    /// Their names, as the person calls them.
    pub people: Vec<String>,
}

/// What is said before a thing is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BeforeShowing {
    /// Whether the person comes with an office: then the question deserves a moment.
    pub official: bool,
    /// The sentences, in their order: what happens, who sees.
    pub text: Vec<String>,
}

/// A share as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Showing {
    /// The share.
    pub share: Share,
    /// What lists call the thing.
    pub item: String,
    /// What the person calls them.
    pub person: String,
    /// Whether it is shown today.
    pub open: bool,
}

impl Companion {
    /// What is said before showing: what they will see, and that an office may have to write it down.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn before_showing(
        &mut self,
        item: ItemRef,
        to: &PersonRef,
        until: Until,
        notes: bool,
    ) -> Done<BeforeShowing> {
        let label = self.label(item)?.ok_or(AlongsideError::NotFound("thing"))?;
        let person = self.person(to)?;
        let name = &person.name;
        let mut text = Vec::new();
        if person.official {
            text.push(format!("Show {name} this? {name} works for a service."));
            text.push(format!("{name} may have to write it down, or act on it."));
        }
        text.push(match item {
            ItemRef::Routine(_) if notes => {
                format!("{name} will see \"{label}\", its marks and its notes, from today on.")
            }
            ItemRef::Routine(_) => {
                format!(
                    "{name} will see \"{label}\" and its marks from today on. Notes stay with you."
                )
            }
            ItemRef::Goal(_) | ItemRef::Step(_) => {
                format!("{name} will see \"{label}\" and where it stands.")
            }
        });
        text.push(match until {
            Until::Once => {
                "Once, as it stands when it goes out. Later changes do not follow.".into()
            }
            Until::Through(day) => format!("Up to and with {day}. You can stop before that."),
            Until::UntilIStop => "Until you stop showing it.".into(),
        });
        text.push(format!(
            "Nobody else is told. {name} sees nothing else by this."
        ));
        Ok(BeforeShowing {
            official: person.official,
            text,
        })
    }

    /// Shows one thing to one person. It goes out with the next delivery. Of a routine they see the days from `from` on,
    /// today where none is given; a thing that is shown already keeps its first day then.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`] for what is not there, [`AlongsideError::NotYours`] for a person who was blocked;
    /// the store's.
    pub fn show(
        &mut self,
        item: ItemRef,
        to: &PersonRef,
        until: Until,
        notes: bool,
        from: Option<Date>,
    ) -> Done<()> {
        self.open_tie(to)?;
        let today = self.clock.now().today;
        self.deed(|mine| {
            there(mine, item)?;
            let before = mine.shares_with(to)?;
            // One that is over begins anew, or days between would go along that nobody chose to show.
            let mut before = before.iter().filter(|share| share.is_open(today));
            let before = before.find(|share| share.item == item);
            let from = from.or(before.map(|share| share.from)).unwrap_or(today);
            Ok(mine.show(&Share {
                item,
                to: to.clone(),
                from,
                until,
                notes,
            })?)
        })
    }

    /// Stops showing it. The next delivery begins their notebook anew without it; their phone lets go of what it has when
    /// it next meets the post box. They are not told.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`] where it is not shown to them; the store's.
    pub fn stop_showing(&mut self, item: ItemRef, to: &PersonRef) -> Done<MayHaveSeen> {
        let person = self.person(to)?;
        self.deed(|mine| {
            if mine.shares_with(to)?.iter().all(|share| share.item != item) {
                return Err(AlongsideError::NotFound("thing shown to them"));
            }
            // No mark is kept beside it: the delivery compares what they have with what they may see, also on
            // another phone of mine, and where they never got it not even a new beginning tells of it.
            Ok(mine.stop_showing(item, to)?)
        })?;
        Ok(MayHaveSeen {
            people: vec![person.name],
        })
    }

    /// Everything that is shown, by person, then by thing.
    ///
    /// # Errors
    /// The store's.
    pub fn shares(&mut self) -> Done<Vec<Showing>> {
        let mut all = Vec::new();
        for person in self.labelled_people()? {
            let shares = self.look(|mine| Ok(mine.shares_with(&person.who)?))?;
            all.extend(self.showings(&person, shares)?);
        }
        Ok(all)
    }

    /// What is shown to one person.
    ///
    /// # Errors
    /// The store's.
    pub fn shares_with(&mut self, to: &PersonRef) -> Done<Vec<Showing>> {
        let person = self.labelled_person(to)?;
        let shares = self.look(|mine| Ok(mine.shares_with(to)?))?;
        self.showings(&person, shares)
    }

    /// To whom a thing is shown.
    ///
    /// # Errors
    /// The store's.
    pub fn who_sees(&mut self, item: ItemRef) -> Done<Vec<Showing>> {
        let shares = self.look(|mine| {
            there(mine, item)?;
            Ok(mine.shares_of(item)?)
        })?;
        let mut all = Vec::new();
        let people = self.labelled_people()?;
        for share in shares {
            let person = people.iter().find(|person| person.who == share.to);
            let person = person.ok_or(AlongsideError::NotFound("person"))?;
            all.extend(self.showings(person, vec![share])?);
        }
        Ok(all)
    }

    fn showings(&mut self, person: &Person, shares: Vec<Share>) -> Done<Vec<Showing>> {
        let today = self.clock.now().today;
        let labels = self.labels()?;
        let mut all: Vec<Showing> = shares
            .into_iter()
            .filter_map(|share| {
                // A deleted thing is shown to nobody, whatever is written of it.
                let (_, item) = labels.iter().find(|(item, _)| *item == share.item)?;
                Some(Showing {
                    item: item.clone(),
                    person: person.name.clone(),
                    open: share.is_open(today) && !person.blocked,
                    share,
                })
            })
            .collect();
        all.sort_by(|one, other| one.item.cmp(&other.item));
        Ok(all)
    }

    /// Who may have seen a thing: all to whom it is or was shown, as far as they are among my people still.
    pub(crate) fn may_have_seen(&mut self, item: ItemRef) -> Done<MayHaveSeen> {
        let people = self.look(|mine| Ok(mine.ever_shown_to(item)?))?;
        Ok(MayHaveSeen {
            people: people.into_iter().map(|person| person.name).collect(),
        })
    }
}
