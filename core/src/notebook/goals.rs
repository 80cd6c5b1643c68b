//! Goals and small steps in the notebook for me alone. Knows their keys in the core document.
//! Invariant: every state can be left for every other; deleting is an edit that can be undone.

use jiff::civil::Date;

use super::document::Value;
use super::name::DocName;
use super::private::{Private, Shelf};
use super::{Refused, keys};
use crate::life::{Area, Goal, ItemId, ItemRef, State, Step};

impl<S: Shelf> Private<S> {
    /// Writes a new goal, or all of one that is there.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open; [`Refused::TooLarge`] for a text
    /// above what a notebook holds.
    pub fn put_goal(&mut self, goal: &Goal) -> Result<(), Refused> {
        let item = ItemRef::Goal(goal.id);
        self.rename_goal_or_step(item, &goal.name)?;
        self.set_area(goal.id, goal.area.as_ref())?;
        self.set_state(item, goal.state)?;
        self.item_text(item, "started", goal.started.to_string())?;
        self.set_goal_or_step_gone(item, false)
    }

    /// Writes a new step, or all of one that is there.
    ///
    /// # Errors
    /// As [`Private::put_goal`].
    pub fn put_step(&mut self, step: &Step) -> Result<(), Refused> {
        let item = ItemRef::Step(step.id);
        self.rename_goal_or_step(item, &step.name)?;
        self.set_step_goal(step.id, step.goal)?;
        self.set_state(item, step.state)?;
        self.item_text(item, "started", step.started.to_string())?;
        self.set_goal_or_step_gone(item, false)
    }

    /// Gives a goal or step another name.
    ///
    /// # Errors
    /// As [`Private::put_goal`]; so for every edit below.
    pub fn rename_goal_or_step(&mut self, item: ItemRef, name: &str) -> Result<(), Refused> {
        self.item_text(item, "name", name.to_owned())
    }

    /// Says where a goal or step stands.
    ///
    /// # Errors
    /// As [`Private::put_goal`].
    pub fn set_state(&mut self, item: ItemRef, state: State) -> Result<(), Refused> {
        self.item_text(item, "state", state.to_string())
    }

    /// Says which part of life a goal is about.
    ///
    /// # Errors
    /// As [`Private::put_goal`].
    pub fn set_area(&mut self, id: ItemId, area: Option<&Area>) -> Result<(), Refused> {
        let area = area.map(ToString::to_string).unwrap_or_default();
        self.item_text(ItemRef::Goal(id), "area", area)
    }

    /// Says which goal a step belongs to.
    ///
    /// # Errors
    /// As [`Private::put_goal`].
    pub fn set_step_goal(&mut self, id: ItemId, goal: Option<ItemId>) -> Result<(), Refused> {
        let goal = goal.map(|goal| goal.to_string()).unwrap_or_default();
        self.item_text(ItemRef::Step(id), "goal", goal)
    }

    /// Deletes a goal or step: it goes from everyone who sees it. Undo brings it back.
    ///
    /// # Errors
    /// As [`Private::put_goal`].
    pub fn set_goal_or_step_gone(&mut self, item: ItemRef, gone: bool) -> Result<(), Refused> {
        let gone = Value::Int(i64::from(gone));
        self.edit(DocName::Core, &keys::item(item, "gone"), gone)?;
        Ok(())
    }

    /// All goals, in the order in which they were first written down.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn goals(&mut self) -> Result<Vec<Goal>, Refused> {
        let mut all = Vec::new();
        for (key, _) in self.entries(DocName::Core, "g/")? {
            if let Some((id, "name")) = keys::split(&key, "g/") {
                all.extend(self.goal(id)?);
            }
        }
        all.sort_by_key(|goal| (goal.started, goal.id));
        Ok(all)
    }

    /// All steps, in the order in which they were first written down.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn steps(&mut self) -> Result<Vec<Step>, Refused> {
        let mut all = Vec::new();
        for (key, _) in self.entries(DocName::Core, "s/")? {
            if let Some((id, "name")) = keys::split(&key, "s/") {
                all.extend(self.step(id)?);
            }
        }
        all.sort_by_key(|step| (step.started, step.id));
        Ok(all)
    }

    /// One goal, unless it was deleted or never there.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn goal(&mut self, id: ItemId) -> Result<Option<Goal>, Refused> {
        let item = ItemRef::Goal(id);
        let Some((name, state, started)) = self.named(item)? else {
            return Ok(None);
        };
        let area = self.core_text(&keys::item(item, "area"))?;
        Ok(Some(Goal {
            id,
            name,
            area: area.and_then(|text| text.parse().ok()),
            state,
            started,
        }))
    }

    /// One step, unless it was deleted or never there.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn step(&mut self, id: ItemId) -> Result<Option<Step>, Refused> {
        let item = ItemRef::Step(id);
        let Some((name, state, started)) = self.named(item)? else {
            return Ok(None);
        };
        let goal = self.core_text(&keys::item(item, "goal"))?;
        Ok(Some(Step {
            id,
            goal: goal.and_then(|text| text.parse().ok()),
            name,
            state,
            started,
        }))
    }

    fn named(&mut self, item: ItemRef) -> Result<Option<(String, State, Date)>, Refused> {
        let Some(name) = self.core_text(&keys::item(item, "name"))? else {
            return Ok(None);
        };
        if self.core_flag(&keys::item(item, "gone"))? {
            return Ok(None);
        }
        let state = self.core_text(&keys::item(item, "state"))?;
        let started = self.core_text(&keys::item(item, "started"))?;
        Ok(Some((
            name,
            state.and_then(|text| text.parse().ok()).unwrap_or_default(),
            started
                .and_then(|text| text.parse().ok())
                .unwrap_or(Date::constant(1970, 1, 1)),
        )))
    }

    fn item_text(&mut self, item: ItemRef, field: &str, text: String) -> Result<(), Refused> {
        self.edit(DocName::Core, &keys::item(item, field), Value::Text(text))?;
        Ok(())
    }
}
