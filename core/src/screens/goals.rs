//! My own things: goals with their steps, and a routine with its days and who sees it. Knows nothing of what others show.

use super::people::PersonRow;
use super::rows::{DayRow, HowOften, ShareRow};
use crate::companion::{Companion, Done};
use crate::life::{Area, Goal, ItemId, ItemRef, Pause, State, Step};
use jiff::ToSpan;
use jiff::civil::{Date, Time};

/// How far back a routine's days go on its screen, in days.
const HISTORY: i64 = 366;

/// Goals and steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoalsScreen {
    /// Goals: those that are going first, then by name.
    pub goals: Vec<GoalRow>,
    /// Steps that belong to no goal.
    pub steps: Vec<StepRow>,
    /// Parts of life that are there from the start.
    pub areas: Vec<Area>,
}

/// A goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoalRow {
    /// Which.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// The part of life it belongs to.
    pub area: Option<Area>,
    /// Where it stands.
    pub state: State,
    /// Its steps: those that are going first.
    pub steps: Vec<StepRow>,
    /// Who sees it.
    pub seen_by: Vec<ShareRow>,
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepRow {
    /// Which.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// Who sees it.
    pub seen_by: Vec<ShareRow>,
}

/// One routine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutineScreen {
    /// Which.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// How often it comes round.
    pub how_often: HowOften,
    /// The time of day the person has in mind.
    pub time: Option<Time>,
    /// What amounts are counted in.
    pub unit: Option<String>,
    /// Whether it is paused today.
    pub paused: bool,
    /// The last day of the pause, where one was said.
    pub paused_until: Option<Date>,
    /// Whether it was ended. It can be taken up again.
    pub ended: bool,
    /// Today.
    pub today: DayRow,
    /// The days before today on which something was written, newest first, of a year.
    pub days: Vec<DayRow>,
    /// Who sees it.
    pub seen_by: Vec<ShareRow>,
    /// Who does not see it and could be shown it.
    pub could_see: Vec<PersonRow>,
}

impl Companion {
    /// Goals and steps, whole.
    ///
    /// # Errors
    /// The store's.
    pub fn goals_screen(&mut self) -> Done<GoalsScreen> {
        let (mut goals, mut steps) = (self.goals()?, self.steps()?);
        goals.sort_by_key(|goal| !goal.state.is_open());
        steps.sort_by_key(|step| !step.state.is_open());
        let shares: Vec<ShareRow> = self.shares()?.into_iter().map(ShareRow::from).collect();
        let mut rows: Vec<GoalRow> = goals.into_iter().map(|goal| of(goal, &shares)).collect();
        let mut alone = Vec::new();
        for step in steps {
            let goal = step.goal;
            let row = step_of(step, &shares);
            match rows.iter_mut().find(|one| Some(one.id) == goal) {
                Some(goal) => goal.steps.push(row),
                None => alone.push(row),
            }
        }
        Ok(GoalsScreen {
            goals: rows,
            steps: alone,
            areas: Area::READY.to_vec(),
        })
    }

    /// One routine, whole.
    ///
    /// # Errors
    /// [`crate::AlongsideError::NotFound`]; the store's.
    pub fn routine_screen(&mut self, id: ItemId) -> Done<RoutineScreen> {
        let routine = self.routine(id)?;
        let today = self.clock.now().today;
        let mut days = self.history(id, today.saturating_sub(HISTORY.days()), today)?;
        let record = days.remove(&today).unwrap_or_default();
        let item = ItemRef::Routine(id);
        let seen_by: Vec<ShareRow> = self.who_sees(item)?.into_iter().map(Into::into).collect();
        let mut could_see = self.person_rows()?;
        could_see.retain(|person| {
            let sees = seen_by.iter().any(|one| one.who == person.who && one.open);
            person.in_touch && !sees
        });
        Ok(RoutineScreen {
            id,
            how_often: HowOften::from(&routine.rhythm),
            time: routine.time,
            paused: routine.is_paused(today),
            paused_until: routine.pause.and_then(|Pause { until, .. }| until),
            ended: routine.ended,
            today: DayRow::of(today, record),
            days: days
                .into_iter()
                .rev()
                .map(|(day, record)| DayRow::of(day, record))
                .collect(),
            seen_by,
            could_see,
            name: routine.name,
            unit: routine.unit,
        })
    }
}

fn of(goal: Goal, shares: &[ShareRow]) -> GoalRow {
    GoalRow {
        id: goal.id,
        name: goal.name,
        area: goal.area,
        state: goal.state,
        steps: Vec::new(),
        seen_by: seen(ItemRef::Goal(goal.id), shares),
    }
}

fn step_of(step: Step, shares: &[ShareRow]) -> StepRow {
    StepRow {
        id: step.id,
        name: step.name,
        state: step.state,
        seen_by: seen(ItemRef::Step(step.id), shares),
    }
}

fn seen(item: ItemRef, shares: &[ShareRow]) -> Vec<ShareRow> {
    let of_it = shares.iter().filter(|one| one.item == item);
    of_it.cloned().collect()
}
