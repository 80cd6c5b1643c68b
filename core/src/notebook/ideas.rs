//! Ideas: mine for a person, and what I did with theirs, which only I know.
//! Invariant: an answer is in the notebook for me alone and in no projection.

use serde::{Deserialize, Serialize};

use super::document::Value;
use super::name::DocName;
use super::private::{Private, Shelf};
use super::words::{Own, read_json};
use super::{Refused, keys};
use crate::life::{Answer, PersonRef, Proposal};

#[derive(Serialize, Deserialize)]
struct OwnIdea {
    to: PersonRef,
    idea: Proposal,
}

impl<S: Shelf> Private<S> {
    /// Writes an idea for a person; it goes with the next delivery.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the year's document does not open; [`Refused::TooLarge`] for a
    /// text above what a notebook holds.
    pub fn put_idea(&mut self, to: &PersonRef, idea: &Proposal) -> Result<(), Refused> {
        let own = OwnIdea {
            to: to.clone(),
            idea: idea.clone(),
        };
        self.put_json(DocName::words(idea.day), &keys::idea(idea.id), &own)
    }

    /// Takes an idea back.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the year's document does not open.
    pub fn take_idea_back(&mut self, idea: &Proposal) -> Result<(), Refused> {
        let empty = Value::Text(String::new());
        self.edit(DocName::words(idea.day), &keys::idea(idea.id), empty)?;
        Ok(())
    }

    /// My ideas of one year for this person, by day.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the year's document does not open.
    pub fn ideas_for(&mut self, to: &PersonRef, year: i16) -> Result<Vec<Proposal>, Refused> {
        let own = self.own_ideas(DocName::Words { year })?;
        let mut all: Vec<Proposal> = own
            .into_iter()
            .filter_map(|(_, own)| own.filter(|(who, _)| who == to).map(|(_, idea)| idea))
            .collect();
        all.sort_by_key(|idea| (idea.day, idea.id));
        Ok(all)
    }

    /// Remembers what I did with an idea of theirs; none forgets it again.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the year's document does not open.
    pub fn set_answer(
        &mut self,
        from: &PersonRef,
        idea: &Proposal,
        answer: Option<Answer>,
    ) -> Result<(), Refused> {
        let text = match answer {
            Some(Answer::Taken) => "taken",
            Some(Answer::Changed) => "changed",
            Some(Answer::Left) => "left",
            None => "",
        };
        let key = keys::answer(from, idea.id);
        let name = DocName::words(idea.day);
        self.edit(name, &key, Value::Text(text.to_owned()))?;
        Ok(())
    }

    /// What I did with an idea of theirs.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the year's document does not open.
    pub fn answer(&mut self, from: &PersonRef, idea: &Proposal) -> Result<Option<Answer>, Refused> {
        let doc = self.reading(DocName::words(idea.day))?;
        let text = doc.and_then(|doc| doc.get_text(&keys::answer(from, idea.id)));
        Ok(match text.as_deref() {
            Some("taken") => Some(Answer::Taken),
            Some("changed") => Some(Answer::Changed),
            Some("left") => Some(Answer::Left),
            _ => None,
        })
    }

    /// Every idea of mine in a document; `None` for one that was taken back.
    pub(super) fn own_ideas(&mut self, name: DocName) -> Result<Vec<Own<Proposal>>, Refused> {
        let mut all = Vec::new();
        for (key, values) in self.entries(name, "p/")? {
            if let Some((id, "")) = keys::split(&key, "p/") {
                let own = read_json::<OwnIdea>(&values).filter(|own| own.idea.id == id);
                all.push((id, own.map(|own| (own.to, own.idea))));
            }
        }
        Ok(all)
    }
}
