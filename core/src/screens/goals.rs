//! My own things: goals with their steps, and a routine with its days and who sees it. Knows nothing of what others show.

use super::people::PersonRow;
use super::rows::{DayRow, HowOften, ShareRow, shown_now};
use crate::companion::{Companion, Done};
use crate::life::{Area, Goal, ItemId, ItemRef, Pause, State, Step, Until};
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
    /// Who does not see it and could be shown it.
    pub could_see: Vec<PersonRow>,
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
    /// Whether it is over: reached, changed or set aside. Lists fold such steps.
    pub over: bool,
    /// Who sees it.
    pub seen_by: Vec<ShareRow>,
    /// Who does not see it and could be shown it.
    pub could_see: Vec<PersonRow>,
}

/// My routines, those that do not come round today too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutinesScreen {
    /// Those that are going, in the order in which they began.
    pub going: Vec<RoutineRow>,
    /// Those that are paused today.
    pub paused: Vec<RoutineRow>,
    /// Those that were ended.
    pub ended: Vec<RoutineRow>,
}

/// A routine in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoutineRow {
    /// Which.
    pub id: ItemId,
    /// What lists call it.
    pub name: String,
    /// How often it comes round.
    pub how_often: HowOften,
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
    /// Whether a notice comes at that time on this phone.
    pub notice: bool,
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
    /// Whether somebody sees its notes from now on.
    pub notes_seen: bool,
}

impl Companion {
    /// My routines, whole.
    ///
    /// # Errors
    /// The store's.
    pub fn routines_screen(&mut self) -> Done<RoutinesScreen> {
        let today = self.clock.now().today;
        let mut screen = RoutinesScreen {
            going: Vec::new(),
            paused: Vec::new(),
            ended: Vec::new(),
        };
        let labels = self.labels()?;
        for routine in self.routines()? {
            let item = ItemRef::Routine(routine.id);
            let label = labels.iter().find(|(one, _)| *one == item);
            let part = if routine.ended {
                &mut screen.ended
            } else if routine.is_paused(today) {
                &mut screen.paused
            } else {
                &mut screen.going
            };
            part.push(RoutineRow {
                id: routine.id,
                how_often: HowOften::from(&routine.rhythm),
                name: label.map_or(routine.name, |(_, label)| label.clone()),
            });
        }
        Ok(screen)
    }

    /// Goals and steps, whole.
    ///
    /// # Errors
    /// The store's.
    pub fn goals_screen(&mut self) -> Done<GoalsScreen> {
        let (mut goals, mut steps) = (self.goals()?, self.steps()?);
        goals.sort_by_key(|goal| !goal.state.is_open());
        steps.sort_by_key(|step| !step.state.is_open());
        let sees = Sees {
            shares: shown_now(self.shares()?),
            people: self.person_rows()?,
        };
        let mut rows: Vec<GoalRow> = goals.into_iter().map(|goal| of(goal, &sees)).collect();
        let mut alone = Vec::new();
        for step in steps {
            let goal = step.goal;
            let row = step_of(step, &sees);
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
        let sees = Sees {
            shares: shown_now(self.who_sees(item)?),
            people: self.person_rows()?,
        };
        let (seen_by, could_see) = sees.of(item);
        let goes = |one: &ShareRow| one.notes && one.until != Until::Once;
        let notice = self.notices()?.routines.contains(&id);
        Ok(RoutineScreen {
            id,
            how_often: HowOften::from(&routine.rhythm),
            time: routine.time,
            notice: notice && routine.time.is_some(),
            paused: routine.is_paused(today),
            paused_until: routine.pause.and_then(|Pause { until, .. }| until),
            ended: routine.ended,
            today: DayRow::of(today, record),
            days: days
                .into_iter()
                .rev()
                .map(|(day, record)| DayRow::of(day, record))
                .collect(),
            notes_seen: seen_by.iter().any(goes),
            seen_by,
            could_see,
            name: routine.name,
            unit: routine.unit,
        })
    }
}

/// What is shown, and to whom it can be.
struct Sees {
    shares: Vec<ShareRow>,
    people: Vec<PersonRow>,
}

impl Sees {
    /// Who sees a thing, and who does not and could.
    fn of(&self, item: ItemRef) -> (Vec<ShareRow>, Vec<PersonRow>) {
        let of_it = self.shares.iter().filter(|one| one.item == item);
        let seen_by: Vec<ShareRow> = of_it.cloned().collect();
        let others = self.people.iter().filter(|person| {
            person.in_touch && seen_by.iter().all(|share| share.who != person.who)
        });
        let could_see = others.cloned().collect();
        (seen_by, could_see)
    }
}

fn of(goal: Goal, sees: &Sees) -> GoalRow {
    let (seen_by, could_see) = sees.of(ItemRef::Goal(goal.id));
    GoalRow {
        id: goal.id,
        name: goal.name,
        area: goal.area,
        state: goal.state,
        steps: Vec::new(),
        seen_by,
        could_see,
    }
}

fn step_of(step: Step, sees: &Sees) -> StepRow {
    let (seen_by, could_see) = sees.of(ItemRef::Step(step.id));
    StepRow {
        id: step.id,
        name: step.name,
        over: !step.state.is_open(),
        state: step.state,
        seen_by,
        could_see,
    }
}
