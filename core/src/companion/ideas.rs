//! Ideas: mine for someone, and theirs for me, which I use, change or leave without a word to them.
//! Invariant: an idea changes nothing by itself, and what became of it is in the notebook for me alone.

use super::find::{choose, told_apart};
use super::routines::sound;
use super::words::{cards_for_now, one_waits};
use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::life::{
    Allow, Answer, ItemId, ItemRef, Offer, Person, PersonRef, Proposal, Rhythm, Routine, State,
    Step, text,
};
use crate::notebook::Shown;

/// Someone's idea for me.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idea {
    /// Who had it.
    pub from: PersonRef,
    /// What I call them.
    pub name: String,
    /// The idea. A goal in it is one of mine by my own id, where it is shown to them.
    pub idea: Proposal,
    /// The name of that goal.
    pub goal: Option<String>,
    /// What I did with it; only I know.
    pub answer: Option<Answer>,
}

impl Idea {
    /// What it is, in a few words.
    #[must_use]
    pub fn label(&self) -> &str {
        match &self.idea.what {
            Offer::NewRoutine { name, .. } | Offer::NewStep { name, .. } => name,
            Offer::Words(words) => words,
        }
    }
}

impl Companion {
    /// Has an idea for someone. They use it, change it or leave it; I am not told which.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`], [`AlongsideError::NotYours`] where the tie has ended, [`AlongsideError::Invalid`]
    /// where they take cards for now, or after five words today; the store's.
    pub fn suggest(&mut self, to: &PersonRef, what: Offer) -> Done<ItemId> {
        let what = match what {
            Offer::NewRoutine { name, rhythm } => Offer::NewRoutine {
                name,
                rhythm: sound(rhythm)?,
            },
            other => other,
        };
        let idea = Proposal {
            id: self.make_id(),
            what,
            day: self.clock.now().today,
        }
        .checked()?;
        self.open_tie(to)?;
        let shown = self.what_they_show(to)?;
        if idea.has_own_words() && shown.allows != Allow::OwnWords {
            return Err(cards_for_now());
        }
        self.one_more_today(to)?;
        if idea.has_own_words() && self.one_waits(to, &shown)? {
            return Err(one_waits());
        }
        self.deed(|mine| Ok(mine.put_idea(to, &idea)?))?;
        Ok(idea.id)
    }

    /// My ideas for one person, newest first. What became of them is theirs to know.
    ///
    /// # Errors
    /// The store's.
    pub fn ideas_for(&mut self, to: &PersonRef) -> Done<Vec<Proposal>> {
        let mut all = self.look(|mine| {
            let mut all = Vec::new();
            for year in super::inbox::years(mine)? {
                all.extend(mine.ideas_for(to, year)?);
            }
            Ok(all)
        })?;
        all.sort_by_key(|idea| std::cmp::Reverse((idea.day, idea.id)));
        Ok(all)
    }

    /// Takes an idea of mine back.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn take_idea_back(&mut self, to: &PersonRef, id: ItemId) -> Done<()> {
        let all = self.ideas_for(to)?;
        let idea = all.iter().find(|idea| idea.id == id);
        let idea = idea.ok_or(AlongsideError::NotFound("idea"))?;
        self.deed(|mine| Ok(mine.take_idea_back(idea)?))
    }

    /// Ideas of others for me, newest first, with what I did with each.
    ///
    /// # Errors
    /// The store's.
    pub fn ideas(&mut self) -> Done<Vec<Idea>> {
        let mut all = Vec::new();
        for person in self.labelled_people()? {
            let shown = self.what_they_show(&person.who)?;
            all.extend(self.ideas_from(&person, shown)?);
        }
        newest_first(&mut all);
        Ok(all)
    }

    /// One person's ideas for me, newest first.
    pub(crate) fn ideas_from(&mut self, person: &Person, shown: Shown) -> Done<Vec<Idea>> {
        let mut all = Vec::new();
        let ideas = shown.ideas;
        if ideas.is_empty() {
            return Ok(all);
        }
        let things = self.my_things_with(&person.who)?;
        for mut idea in ideas {
            let answer = self.look(|mine| Ok(mine.answer(&person.who, &idea)?))?;
            let mut name = None;
            if let Offer::NewStep { goal, .. } = &mut idea.what {
                let mine = things.iter().find(|(alias, one)| {
                    Some(*alias) == *goal && matches!(one.share.item, ItemRef::Goal(_))
                });
                *goal = mine.map(|(_, one)| one.share.item.id());
                name = mine.map(|(_, one)| one.item.clone());
            }
            all.push(Idea {
                from: person.who.clone(),
                name: person.name.clone(),
                idea,
                goal: name,
                answer,
            });
        }
        newest_first(&mut all);
        Ok(all)
    }

    /// The idea that these words mean, among those not used yet.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`], [`AlongsideError::Several`]; the store's.
    pub fn find_idea(&mut self, words: &str) -> Done<Idea> {
        let mut open = self.ideas()?;
        open.retain(|idea| matches!(idea.answer, None | Some(Answer::Left)));
        let labels: Vec<&str> = open.iter().map(Idea::label).collect();
        let at = choose(words, &told_apart(&labels), "idea")?;
        Ok(open.swap_remove(at))
    }

    /// Uses an idea as it is: a routine or step of my own comes of it. They are not told.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn take_idea(&mut self, from: &PersonRef, id: ItemId) -> Done<Option<ItemRef>> {
        self.use_idea(from, id, None, None)
    }

    /// Uses an idea in my own way: under another name, in another rhythm. They are not told.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`], [`AlongsideError::Invalid`]; the store's.
    pub fn change_idea(
        &mut self,
        from: &PersonRef,
        id: ItemId,
        name: Option<&str>,
        rhythm: Option<Rhythm>,
    ) -> Done<Option<ItemRef>> {
        if name.is_none() && rhythm.is_none() {
            return Err(AlongsideError::Invalid(
                "say another name, or how often".into(),
            ));
        }
        let name = name.map(text::name).transpose()?;
        let rhythm = rhythm.map(sound).transpose()?;
        self.use_idea(from, id, name, rhythm)
    }

    /// Not now. It looks like no answer yet, for ever.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn leave_idea(&mut self, from: &PersonRef, id: ItemId) -> Done<()> {
        let idea = self.idea(from, id)?.idea;
        self.deed(|mine| Ok(mine.set_answer(from, &idea, Some(Answer::Left))?))
    }

    fn idea(&mut self, from: &PersonRef, id: ItemId) -> Done<Idea> {
        self.ideas()?
            .into_iter()
            .find(|one| one.from == *from && one.idea.id == id)
            .ok_or(AlongsideError::NotFound("idea"))
    }

    fn use_idea(
        &mut self,
        from: &PersonRef,
        id: ItemId,
        name: Option<String>,
        rhythm: Option<Rhythm>,
    ) -> Done<Option<ItemRef>> {
        let Idea { idea, answer, .. } = self.idea(from, id)?;
        if matches!(answer, Some(Answer::Taken | Answer::Changed)) {
            return Err(AlongsideError::Invalid(
                "you used this idea before; undo takes that back".into(),
            ));
        }
        let answer = if name.is_none() && rhythm.is_none() {
            Answer::Taken
        } else {
            Answer::Changed
        };
        let (new, today) = (self.make_id(), self.clock.now().today);
        self.deed(|mine| {
            let made = match (&idea.what, &rhythm) {
                (
                    Offer::NewRoutine {
                        name: theirs,
                        rhythm: offered,
                    },
                    chosen,
                ) => {
                    mine.put_routine(&Routine {
                        id: new,
                        name: name.unwrap_or_else(|| theirs.clone()),
                        rhythm: chosen.as_ref().unwrap_or(offered).clone(),
                        time: None,
                        pause: None,
                        unit: None,
                        started: today,
                        ended: false,
                        import_key: None,
                    })?;
                    Some(ItemRef::Routine(new))
                }
                (Offer::NewStep { .. } | Offer::Words(_), Some(_)) => {
                    return Err(AlongsideError::Invalid(
                        "only a routine comes round so often".into(),
                    ));
                }
                (Offer::NewStep { goal, name: theirs }, None) => {
                    mine.put_step(&Step {
                        id: new,
                        goal: *goal,
                        name: name.unwrap_or_else(|| theirs.clone()),
                        state: State::Going,
                        started: today,
                    })?;
                    Some(ItemRef::Step(new))
                }
                // Words become a small step where the person gives it a name.
                (Offer::Words(_), None) => match name {
                    Some(name) => {
                        mine.put_step(&Step {
                            id: new,
                            goal: None,
                            name,
                            state: State::Going,
                            started: today,
                        })?;
                        Some(ItemRef::Step(new))
                    }
                    None => {
                        return Err(AlongsideError::Invalid(
                            "words become a small step once they have a short name".into(),
                        ));
                    }
                },
            };
            mine.set_answer(from, &idea, Some(answer))?;
            Ok(made)
        })
    }
}

fn newest_first(all: &mut [Idea]) {
    all.sort_by(|one, other| {
        let newest_first = (other.idea.day, &other.name).cmp(&(one.idea.day, &one.name));
        newest_first.then_with(|| one.idea.id.cmp(&other.idea.id))
    });
}
