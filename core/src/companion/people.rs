//! My people: what I call them, who they are to me, what may come from them, and an end without a word.
//! Invariant: an end reaches this phone's keys first and the list of people after, so that a phone that dies between
//! the two sends nothing more; doing it again finishes it.

use super::find::{choose, told_apart};
use super::mine::close_slot;
use super::ties::{MORE, put_tie, tie_of};
use super::undo::forget_undo;
use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::life::{Allow, Person, PersonRef, Role, text};
use crate::sync::GENERATION;
use crate::trust::inbox::week_of;
use crate::trust::tie::Tie;

impl Companion {
    /// My people, blocked ones too, by name.
    ///
    /// # Errors
    /// The store's.
    pub fn people(&mut self) -> Done<Vec<Person>> {
        self.look(|mine| Ok(mine.people()?))
    }

    /// One of my people.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn person(&mut self, who: &PersonRef) -> Done<Person> {
        self.look(|mine| mine.person(who)?.ok_or(AlongsideError::NotFound("person")))
    }

    /// My people as lists show them: names that are there twice get a number.
    ///
    /// # Errors
    /// The store's.
    pub fn people_labels(&mut self) -> Done<Vec<(PersonRef, String)>> {
        let people = self.labelled_people()?.into_iter();
        Ok(people.map(|one| (one.who, one.name)).collect())
    }

    /// My people under the names that tell them apart in lists.
    pub(crate) fn labelled_people(&mut self) -> Done<Vec<Person>> {
        let mut people = self.people()?;
        let names: Vec<&str> = people.iter().map(|one| one.name.as_str()).collect();
        let labels = told_apart(&names);
        for (person, label) in people.iter_mut().zip(labels) {
            person.name = label;
        }
        Ok(people)
    }

    /// One of my people under the name that tells them apart.
    pub(crate) fn labelled_person(&mut self, who: &PersonRef) -> Done<Person> {
        let mut people = self.labelled_people()?.into_iter();
        let person = people.find(|person| person.who == *who);
        person.ok_or(AlongsideError::NotFound("person"))
    }

    /// The person whom these words mean: their name, or the start of it.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`], [`AlongsideError::Several`]; the store's.
    pub fn find_person(&mut self, words: &str) -> Done<PersonRef> {
        let (people, labels): (Vec<_>, Vec<_>) = self.people_labels()?.into_iter().unzip();
        let at = choose(words, &labels, "person")?;
        people
            .into_iter()
            .nth(at)
            .ok_or(AlongsideError::NotFound("person"))
    }

    /// Calls a person something else, here alone.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`], [`AlongsideError::Invalid`]; the store's.
    pub fn rename_person(&mut self, who: &PersonRef, name: &str) -> Done<()> {
        let name = text::display_name(name)?;
        self.person(who)?;
        self.deed(|mine| Ok(mine.rename_person(who, &name)?))
    }

    /// Says who they are to me, and whether they come with an office. It changes no right.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn set_role(&mut self, who: &PersonRef, role: &Role, official: bool) -> Done<()> {
        self.person(who)?;
        self.deed(|mine| Ok(mine.set_role(who, role, official)?))
    }

    /// Calls a person something else and says who they are to me, as one deed.
    ///
    /// # Errors
    /// As [`Companion::rename_person`].
    pub fn change_person(
        &mut self,
        who: &PersonRef,
        name: &str,
        role: &Role,
        official: bool,
    ) -> Done<()> {
        let name = text::display_name(name)?;
        self.person(who)?;
        self.deed(|mine| {
            mine.rename_person(who, &name)?;
            Ok(mine.set_role(who, role, official)?)
        })
    }

    /// Says what may come from them: cards, own words too, or nothing for now. The last is not told.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn set_allow(&mut self, who: &PersonRef, allow: Allow) -> Done<()> {
        self.person(who)?;
        self.deed(|mine| Ok(mine.set_allow(who, allow)?))
    }

    /// Takes a person out of my people. Nothing goes to them any more and nothing of theirs is read; what they hold of
    /// mine they may keep. They are not told.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn remove_person(&mut self, who: &PersonRef) -> Done<()> {
        self.person(who)?;
        self.end_tie(who)?;
        self.write(false, |mine| {
            for share in mine.shares_with(who)? {
                mine.stop_showing(share.item, who)?;
            }
            Ok(mine.set_person_gone(who, true)?)
        })
    }

    /// Blocks a person: as removing them, but they stay in the list, and everything they ever wrote is hidden. They are
    /// not told.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn block_person(&mut self, who: &PersonRef) -> Done<()> {
        self.person(who)?;
        self.end_tie(who)?;
        self.write(false, |mine| {
            for share in mine.shares_with(who)? {
                mine.stop_showing(share.item, who)?;
            }
            Ok(mine.set_blocked(who, true)?)
        })
    }

    /// Ends on this phone what another phone of mine ended: people who are gone or blocked by now.
    pub(crate) fn end_ties_of_the_gone(&mut self) -> Done<()> {
        let people = self.people()?;
        for tie in self.people_ties()? {
            if tie.has_ended() {
                continue;
            }
            let who = super::ties::person_ref(&tie.id());
            let here = people.iter().find(|person| person.who == who);
            // One of whom nothing was heard yet is not gone: their tie may come before the document does.
            let gone = here.is_none() && self.look(|mine| Ok(mine.person_was_here(&who)?))?;
            if gone || here.is_some_and(|person| person.blocked) {
                self.end_tie(&who)?;
            }
        }
        Ok(())
    }

    /// The tie with one of my people while it goes on: not with one blocked, or known by name alone.
    pub(crate) fn open_tie(&mut self, who: &PersonRef) -> Done<Tie> {
        let person = self.person(who)?;
        self.going_on_with(&person)?.ok_or(AlongsideError::NotYours)
    }

    /// The same; none where it does not go on.
    pub(crate) fn going_on_with(&self, person: &Person) -> Done<Option<Tie>> {
        let tie = self.tie_with(&person.who)?;
        Ok(tie.filter(|tie| !person.blocked && !tie.has_ended()))
    }

    /// The tie with one of my people; none for a name that came in with an export.
    pub(crate) fn tie_with(&self, who: &PersonRef) -> Done<Option<Tie>> {
        match tie_of(who).and_then(|id| self.tie(&id)) {
            Ok(tie) => Ok(Some(tie)),
            Err(AlongsideError::NotFound(_)) => Ok(None),
            Err(why) => Err(why),
        }
    }

    /// Keys, slot, documents and what waits to go: all of it in one transaction.
    fn end_tie(&mut self, who: &PersonRef) -> Done<()> {
        let Some(mut tie) = self.tie_with(who)?.filter(|tie| !tie.has_ended()) else {
            return Ok(());
        };
        let week = week_of(self.clock.now().utc_day());
        tie.end();
        let id = tie.id();
        let mut deed = self.store.begin()?;
        put_tie(&mut deed, &tie)?;
        deed.delete(MORE, &id.0)?;
        deed.outbox_drop_for_tie(&id.0)?;
        close_slot(&mut deed, tie.slot(), week)?;
        // Inboxes that are registered take their post until they lapse, and it is left unread: a slot that answered
        // otherwise today than yesterday would say what happened (docs/decisions/silent-ending.md).
        forget_undo(&mut deed)?;
        for notebook in [tie.my_notebook(), tie.their_notebook()] {
            deed.drop_documents(&notebook.0)?;
            deed.sealed_drop(&notebook.0)?;
            deed.delete(GENERATION, &notebook.0)?;
        }
        deed.commit()?;
        self.store.erase_now()?;
        Ok(())
    }
}
