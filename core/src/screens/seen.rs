//! What one person sees of another: drawn from the very bytes that were sealed for them, or that came. Invariant: the
//! same rows show what I see of them and what they see of me, so that the preview is the thing itself.

use super::ideas::Offered;
use super::rows::{DayRow, HowOften, SentRow};
use crate::AlongsideError;
use crate::companion::{Companion, Done};
use crate::life::{ItemId, ItemRef, Offer, PersonRef, Share, State, Until};
use crate::notebook::Shown;
use jiff::civil::Date;

/// "See what they see".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeeAsScreen {
    /// Who sees it.
    pub who: PersonRef,
    /// What I call them.
    pub name: String,
    /// What they see of my things.
    pub shown: ShownThings,
    /// Words of mine that they have.
    pub words: Vec<SentRow>,
    /// Ideas of mine that they have.
    pub ideas: Vec<Offered>,
    /// Some of it is on its way still.
    pub on_its_way: bool,
    /// Some of it went out from another phone of mine, whose key has not come here yet.
    pub not_all_here: bool,
}

/// Things that a person shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownThings {
    /// Routines, by name.
    pub routines: Vec<ShownRoutineRow>,
    /// Goals, by name.
    pub goals: Vec<ShownGoalRow>,
    /// Steps, by name.
    pub steps: Vec<ShownStepRow>,
}

/// A routine that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownRoutineRow {
    /// The id by which the two know it.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// How often it comes round.
    pub how_often: HowOften,
    /// What amounts are counted in.
    pub unit: Option<String>,
    /// Whether it is paused.
    pub paused: bool,
    /// Whether it was ended.
    pub ended: bool,
    /// The last day on which it is shown, where one was said.
    pub until: Option<Date>,
    /// The days on which something was written, newest first.
    pub days: Vec<DayRow>,
}

/// A goal that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownGoalRow {
    /// The id by which the two know it.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// The last day on which it is shown, where one was said.
    pub until: Option<Date>,
}

/// A step that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownStepRow {
    /// The id by which the two know it.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// The goal it belongs to, where that is shown too.
    pub goal: Option<ItemId>,
    /// Where it stands.
    pub state: State,
    /// The last day on which it is shown, where one was said.
    pub until: Option<Date>,
}

/// What a person is asked before a thing is shown: who will see what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShowQuestion {
    /// The thing.
    pub item: ItemRef,
    /// What lists call it.
    pub label: String,
    /// To whom.
    pub who: PersonRef,
    /// What I call them.
    pub name: String,
    /// Whether they come with an office: they may have to write it down or act on it.
    pub official: bool,
    /// Whether marks and perhaps notes go with it: it is a routine.
    pub has_days: bool,
    /// For how long it can be shown, in the order in which that is offered; the first is where the choice begins.
    pub lengths: Vec<Until>,
    /// What they would see by it, as it stands now, without notes.
    pub would_see: ShownThings,
}

impl Companion {
    /// What this person sees of me, whole, from the bytes that were sealed for them.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn see_as_screen(&mut self, who: &PersonRef) -> Done<SeeAsScreen> {
        let name = self.labelled_person(who)?.name;
        let seen = self.see_as(who)?;
        let goals = seen.shown.goals.clone();
        let words = seen.shown.words.iter().rev().cloned().collect();
        let theirs = self.what_they_show(who)?;
        let words = self.with_names(who, &theirs, words)?.into_iter();
        let ideas = seen.shown.ideas.iter().rev();
        Ok(SeeAsScreen {
            who: who.clone(),
            name,
            words: words.map(SentRow::from).collect(),
            ideas: ideas
                .map(|idea| match &idea.what {
                    Offer::NewRoutine { name, rhythm } => Offered::Routine {
                        name: name.clone(),
                        how_often: HowOften::from(rhythm),
                    },
                    Offer::NewStep { name, goal } => Offered::Step {
                        name: name.clone(),
                        goal: goals
                            .iter()
                            .find(|one| Some(one.id) == *goal)
                            .map(|one| one.name.clone()),
                    },
                    Offer::Words(text) => Offered::Words { text: text.clone() },
                })
                .collect(),
            shown: ShownThings::of(&seen.shown),
            on_its_way: seen.on_its_way,
            not_all_here: seen.not_all_here,
        })
    }

    /// What is asked before a thing is shown.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn show_question(&mut self, item: ItemRef, to: &PersonRef) -> Done<ShowQuestion> {
        let label = self.label(item)?.ok_or(AlongsideError::NotFound("thing"))?;
        let person = self.labelled_person(to)?;
        let today = self.clock.now().today;
        let tried = Share {
            item,
            to: to.clone(),
            from: today,
            until: Until::UntilIStop,
            notes: false,
        };
        Ok(ShowQuestion {
            item,
            label,
            who: person.who,
            name: person.name,
            official: person.official,
            has_days: matches!(item, ItemRef::Routine(_)),
            lengths: vec![Until::for_a_week(today), Until::UntilIStop, Until::Once],
            would_see: ShownThings::of(&self.would_see(&tried)?),
        })
    }
}

impl ShownThings {
    pub(super) fn of(shown: &Shown) -> Self {
        let routines = shown.routines.iter().map(|one| ShownRoutineRow {
            id: one.id,
            name: one.name.clone(),
            how_often: HowOften::from(&one.rhythm),
            unit: one.unit.clone(),
            paused: one.paused,
            ended: one.ended,
            until: one.until,
            days: one
                .days
                .iter()
                .rev()
                .map(|(day, record)| DayRow::of(*day, record.clone()))
                .collect(),
        });
        let goals = shown.goals.iter().map(|one| ShownGoalRow {
            id: one.id,
            name: one.name.clone(),
            state: one.state,
            until: one.until,
        });
        let steps = shown.steps.iter().map(|one| ShownStepRow {
            id: one.id,
            name: one.name.clone(),
            goal: one.goal,
            state: one.state,
            until: one.until,
        });
        Self {
            routines: routines.collect(),
            goals: goals.collect(),
            steps: steps.collect(),
        }
    }
}
