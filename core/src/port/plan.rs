//! What an export would add here, worked out before anything is changed.
//! Does not know the notebook: what is here comes in as plain lists. Invariant: what the person wrote,
//! renamed, cleared or deleted here stays as it is; the same file brought in again adds nothing.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use super::loop_data::{Entry, LoopData, LoopHabit};
use crate::life::{ItemId, Mark, Routine};

/// A routine here that came from an export before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    /// Its id.
    pub id: ItemId,
    /// Its `import_key`.
    pub import_key: String,
    /// Whether the person deleted it since. It is not brought back.
    pub deleted: bool,
    /// The days of which anything was ever written here, cleared marks too.
    pub days: BTreeMap<Date, Touched>,
}

/// What of a day was ever written here, also if it was cleared since.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Touched {
    /// A mark.
    pub mark: bool,
    /// An amount.
    pub amount: bool,
    /// A note.
    pub note: bool,
}

/// What is to be added, and to what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportPlan {
    /// Each routine that gets something, in the order of the file.
    pub routines: Vec<Planned>,
    /// How many habits of the file were deleted here before, and stay so.
    pub deleted_here: usize,
    /// How many names, units and notes of the file were longer than there is room for.
    pub shortened: usize,
}

/// One routine that gets something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Which routine.
    pub target: Target,
    /// What each day gets, oldest first.
    pub days: Vec<(Date, Entry)>,
}

/// Where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A routine to be made, whole.
    New(Box<Routine>),
    /// One that is here.
    Here(ItemId),
}

/// How much a plan adds: for the person, before they say yes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Adds {
    /// New routines.
    pub routines: usize,
    /// Days done.
    pub done: usize,
    /// Rest days.
    pub rest: usize,
    /// Days with an amount.
    pub amounts: usize,
    /// Notes.
    pub notes: usize,
}

impl ImportPlan {
    /// How much it adds.
    #[must_use]
    pub fn adds(&self) -> Adds {
        let mut adds = Adds::default();
        for planned in &self.routines {
            adds.routines += usize::from(matches!(planned.target, Target::New(_)));
            for (_, entry) in &planned.days {
                adds.done += usize::from(entry.mark == Some(Mark::Done));
                adds.rest += usize::from(entry.mark == Some(Mark::Rest));
                adds.amounts += usize::from(entry.amount.is_some());
                adds.notes += usize::from(entry.note.is_some());
            }
        }
        adds
    }

    /// Whether it adds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.routines.is_empty()
    }
}

/// Works out what an export adds to what is here. `today` is the first day of a habit without any days;
/// `make_id` hands out a new random id at each call.
///
/// A habit is known again by Loop's own id where both sides have one, else by its name at its first
/// import (of several with one name, by the days they share, then by place), else, if it was renamed
/// there, by its place and the days they share.
pub fn plan_import(
    data: &LoopData,
    here: &[Present],
    today: Date,
    mut make_id: impl FnMut() -> ItemId,
) -> ImportPlan {
    let pairs = pair(data, here);
    let mut plan = ImportPlan {
        shortened: data.shortened,
        ..ImportPlan::default()
    };
    for (habit, known) in data.habits.iter().zip(pairs) {
        let planned = match known.and_then(|at| here.get(at)) {
            Some(present) if present.deleted => {
                plan.deleted_here += 1;
                continue;
            }
            Some(present) => Planned {
                target: Target::Here(present.id),
                days: only_new(habit, present),
            },
            None => Planned {
                target: Target::New(Box::new(routine(habit, today, make_id()))),
                days: habit.entries.clone(),
            },
        };
        let adds_nothing = planned.days.is_empty() && matches!(planned.target, Target::Here(_));
        if !adds_nothing {
            plan.routines.push(planned);
        }
    }
    plan
}

fn routine(habit: &LoopHabit, today: Date, id: ItemId) -> Routine {
    let key = ImportKey {
        position: habit.position,
        uuid: habit.uuid.clone(),
        name: habit.name.clone(),
    };
    Routine {
        id,
        name: habit.name.clone(),
        rhythm: habit.rhythm.clone(),
        time: habit.time,
        pause: None,
        unit: habit.unit.clone(),
        started: habit.entries.first().map_or(today, |(day, _)| *day),
        ended: habit.archived,
        import_key: Some(key.to_string()),
    }
}

fn only_new(habit: &LoopHabit, present: &Present) -> Vec<(Date, Entry)> {
    let mut days = Vec::new();
    for (day, entry) in &habit.entries {
        let touched = present.days.get(day).copied().unwrap_or_default();
        let new = Entry {
            mark: entry.mark.filter(|_| !touched.mark),
            amount: entry.amount.filter(|_| !touched.amount),
            note: entry.note.clone().filter(|_| !touched.note),
        };
        if new != Entry::default() {
            days.push((*day, new));
        }
    }
    days
}

/// What a routine remembers of where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ImportKey {
    position: u32,
    uuid: Option<String>,
    name: String,
}

impl fmt::Display for ImportKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let uuid = self.uuid.as_deref().unwrap_or("-");
        write!(f, "loop {} {} {}", self.position, uuid, self.name)
    }
}

impl FromStr for ImportKey {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(4, ' ');
        let (Some("loop"), Some(position), Some(uuid), Some(name)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(());
        };
        Ok(ImportKey {
            position: position.parse().map_err(|_| ())?,
            uuid: Some(uuid.to_owned()).filter(|uuid| uuid != "-"),
            name: name.to_owned(),
        })
    }
}

/// For each habit of the file, which of those here it is.
fn pair(data: &LoopData, here: &[Present]) -> Vec<Option<usize>> {
    let keys: Vec<Option<ImportKey>> = here.iter().map(|p| p.import_key.parse().ok()).collect();
    let mut pairs = Pairs {
        of_file: vec![None; data.habits.len()],
        taken: vec![false; here.len()],
    };
    let mut by_uuid = Vec::new();
    let mut by_name = Vec::new();
    let mut by_place = Vec::new();
    for (file, habit) in data.habits.iter().enumerate() {
        for (at, (present, key)) in here.iter().zip(&keys).enumerate() {
            let Some(key) = key else { continue };
            match (&habit.uuid, &key.uuid) {
                (Some(theirs), Some(ours)) if theirs == ours => by_uuid.push((file, at)),
                // Two ids that differ are two habits, whatever they are called.
                (Some(_), Some(_)) => {}
                _ => {
                    let same_name = habit.name == key.name;
                    let same_place = habit.position == key.position;
                    if !same_name && !same_place {
                        continue;
                    }
                    let shared = shared_days(habit, present);
                    let most_first = std::cmp::Reverse(shared);
                    let apart = habit.position.abs_diff(key.position);
                    if same_name {
                        by_name.push((most_first, apart, file, at));
                    } else if shared > 0 && shared * 2 >= present.days.len() {
                        by_place.push((most_first, file, at));
                    }
                }
            }
        }
    }
    by_name.sort_unstable();
    by_place.sort_unstable();
    by_uuid.iter().for_each(|(file, at)| pairs.join(*file, *at));
    by_name
        .iter()
        .for_each(|(_, _, file, at)| pairs.join(*file, *at));
    by_place
        .iter()
        .for_each(|(_, file, at)| pairs.join(*file, *at));
    pairs.of_file
}

struct Pairs {
    of_file: Vec<Option<usize>>,
    taken: Vec<bool>,
}

impl Pairs {
    fn join(&mut self, file: usize, at: usize) {
        if let (Some(slot @ None), Some(taken @ false)) =
            (self.of_file.get_mut(file), self.taken.get_mut(at))
        {
            *slot = Some(at);
            *taken = true;
        }
    }
}

fn shared_days(habit: &LoopHabit, present: &Present) -> usize {
    let here = |(day, _): &&(Date, Entry)| present.days.contains_key(day);
    habit.entries.iter().filter(here).count()
}
