//! Something wanted, and the next small steps, in the person's own words. Everything here can be undone.
//! Invariant: no state is an end; each can be left for every other.

use super::deed::Mine;
use super::sharing::MayHaveSeen;
use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::life::{Area, Goal, ItemId, ItemRef, State, Step, text};

impl Companion {
    /// Writes down something wanted.
    ///
    /// # Errors
    /// [`AlongsideError::Invalid`] for a name that can't be; the store's.
    pub fn add_goal(&mut self, name: &str, area: Option<Area>) -> Done<ItemId> {
        let id = self.make_id();
        let goal = Goal {
            id,
            name: text::name(name)?,
            area,
            state: State::Going,
            started: self.clock.now().today,
        };
        self.deed(|mine| Ok(mine.put_goal(&goal)?))?;
        Ok(id)
    }

    /// Writes down a next small step, for a goal or alone.
    ///
    /// # Errors
    /// As [`Companion::add_goal`]; [`AlongsideError::NotFound`] where that goal is not there.
    pub fn add_step(&mut self, name: &str, goal: Option<ItemId>) -> Done<ItemId> {
        let id = self.make_id();
        let step = Step {
            id,
            goal,
            name: text::name(name)?,
            state: State::Going,
            started: self.clock.now().today,
        };
        self.deed(|mine| {
            if let Some(goal) = goal {
                there(mine, ItemRef::Goal(goal))?;
            }
            Ok(mine.put_step(&step)?)
        })?;
        Ok(id)
    }

    /// All goals, in the order in which they were written down.
    ///
    /// # Errors
    /// The store's.
    pub fn goals(&mut self) -> Done<Vec<Goal>> {
        self.look(|mine| Ok(mine.goals()?))
    }

    /// All steps, in the order in which they were written down.
    ///
    /// # Errors
    /// The store's.
    pub fn steps(&mut self) -> Done<Vec<Step>> {
        self.look(|mine| Ok(mine.steps()?))
    }

    /// Says where a goal or step stands.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; [`AlongsideError::Invalid`] for a routine, which has no such state; the store's.
    pub fn set_state(&mut self, item: ItemRef, state: State) -> Done<()> {
        goal_or_step(item)?;
        self.deed(|mine| {
            there(mine, item)?;
            Ok(mine.set_state(item, state)?)
        })
    }

    /// Says which part of life a goal is about, or that it is about none.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn set_area(&mut self, goal: ItemId, area: Option<&Area>) -> Done<()> {
        self.deed(|mine| {
            there(mine, ItemRef::Goal(goal))?;
            Ok(mine.set_area(goal, area)?)
        })
    }

    /// Says which goal a step is for, or that it stands alone.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn set_step_goal(&mut self, step: ItemId, goal: Option<ItemId>) -> Done<()> {
        self.deed(|mine| {
            there(mine, ItemRef::Step(step))?;
            if let Some(goal) = goal {
                there(mine, ItemRef::Goal(goal))?;
            }
            Ok(mine.set_step_goal(step, goal)?)
        })
    }

    /// Calls anything something else: a routine, a goal or a step.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`], [`AlongsideError::Invalid`]; the store's.
    pub fn rename(&mut self, item: ItemRef, name: &str) -> Done<()> {
        if let ItemRef::Routine(id) = item {
            return self.rename_routine(id, name);
        }
        let name = text::name(name)?;
        self.deed(|mine| {
            there(mine, item)?;
            Ok(mine.rename_goal_or_step(item, &name)?)
        })
    }

    /// Deletes anything, here and from the phones of those it is shown to when they next meet the post box. Undo brings
    /// it back here. Says who may have seen it before.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn delete(&mut self, item: ItemRef) -> Done<MayHaveSeen> {
        if let ItemRef::Routine(id) = item {
            return self.delete_routine(id);
        }
        let seen = self.may_have_seen(item)?;
        self.deed(|mine| {
            there(mine, item)?;
            Ok(mine.set_goal_or_step_gone(item, true)?)
        })?;
        Ok(seen)
    }
}

fn goal_or_step(item: ItemRef) -> Done<()> {
    match item {
        ItemRef::Routine(_) => Err(AlongsideError::Invalid(
            "a routine is paused, ended or taken up again".into(),
        )),
        ItemRef::Goal(_) | ItemRef::Step(_) => Ok(()),
    }
}

/// Whether a thing is there; the error names what it would be.
pub(crate) fn there(mine: &mut Mine<'_>, item: ItemRef) -> Done<()> {
    let (found, what) = match item {
        ItemRef::Routine(id) => (mine.routine(id)?.is_some(), "routine"),
        ItemRef::Goal(id) => (mine.goal(id)?.is_some(), "goal"),
        ItemRef::Step(id) => (mine.step(id)?.is_some(), "step"),
    };
    if found {
        Ok(())
    } else {
        Err(AlongsideError::NotFound(what))
    }
}

#[cfg(test)]
mod tests {
    use super::super::kit::phone;
    use super::*;

    #[test]
    fn a_goal_and_its_step_go_through_every_state_and_back() {
        let mut robin = phone("Robin", 4);
        let goal = robin
            .add_goal("A place of my own", Some(Area::Home))
            .unwrap();
        let step = robin.add_step("Ask the council", Some(goal)).unwrap();
        assert!(robin.add_step("Lost", Some(ItemId([9; 8]))).is_err());
        for state in State::ALL {
            robin.set_state(ItemRef::Goal(goal), state).unwrap();
            robin.set_state(ItemRef::Step(step), state).unwrap();
        }
        robin.set_state(ItemRef::Step(step), State::Going).unwrap();
        robin
            .rename(ItemRef::Step(step), "Ring the council")
            .unwrap();
        robin.set_area(goal, None).unwrap();
        assert_eq!(robin.find_step("ring").unwrap().goal, Some(goal));
        assert_eq!(robin.find_goal("place").unwrap().state, State::SetAside);
        assert_eq!(robin.find_item("goal: place").unwrap(), ItemRef::Goal(goal));
        robin.delete(ItemRef::Goal(goal)).unwrap();
        assert!(robin.goals().unwrap().is_empty());
        assert!(robin.undo().unwrap());
        assert_eq!(robin.goals().unwrap().len(), 1);
        assert!(
            robin
                .set_state(ItemRef::Routine(goal), State::Reached)
                .is_err()
        );
    }
}
