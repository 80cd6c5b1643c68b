//! What must be so, kept by plain lists beside the real homes: each deed is written down here too, in the simplest way.
//! Knows no notebook, key or post box. Invariant: nothing in here was read from a home that is compared with it.

use crate::robin::{Deed, ROUTINES, Thing, What};
use alongside_core::life::{DayRecord, Mark, State, Until, WordKind};
use alongside_core::notebook::Shown;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Days of one routine.
pub type Days = BTreeMap<Date, DayRecord>;
/// A kind word: from, kind, own words, day.
pub type Said = (String, WordKind, String, Date);

/// What one person sees.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    /// Routines by name, with their days.
    pub routines: BTreeMap<String, Days>,
    /// Goals by name, with where they stand.
    pub goals: BTreeMap<String, State>,
}

impl View {
    /// What a notebook shows.
    #[must_use]
    pub fn of(shown: &Shown) -> Self {
        let routines = shown.routines.iter();
        let goals = shown.goals.iter();
        Self {
            routines: routines
                .map(|one| (one.name.clone(), sorted(one.days.clone())))
                .collect(),
            goals: goals.map(|one| (one.name.clone(), one.state)).collect(),
        }
    }
}

/// Notes of a day in one order, whichever device wrote first.
#[must_use]
pub fn sorted(mut days: Days) -> Days {
    days.values_mut().for_each(|record| record.notes.sort());
    days
}

struct Share {
    thing: Thing,
    to: &'static str,
    from: Date,
    until: Until,
    notes: bool,
}

/// The plain lists.
#[derive(Default)]
pub struct Expected {
    days: BTreeMap<usize, Days>,
    states: BTreeMap<Thing, State>,
    shares: Vec<Share>,
    words: BTreeMap<&'static str, BTreeSet<Said>>,
}

impl Expected {
    /// Writes a deed down.
    pub fn write(&mut self, deed: &Deed) {
        match &deed.what {
            What::Begins(at) => {
                self.days.entry(*at).or_default();
            }
            What::Marks(at, mark) => self.mark(*at, deed.day, *mark),
            What::Notes(at, text) => self.note(*at, deed.day, text),
            What::Wants(at) => {
                self.states.insert(Thing::Goal(*at), State::Going);
            }
            What::Stands(thing, state) => {
                self.states.insert(*thing, *state);
            }
            What::Shows {
                thing,
                to,
                until,
                notes,
            } => self.shares.push(Share {
                thing: *thing,
                to,
                from: deed.day,
                until: *until,
                notes: *notes,
            }),
            What::Stops { thing, to } => {
                self.shares
                    .retain(|one| one.thing != *thing || one.to != *to);
            }
            What::Leaves { .. } => {
                self.shares.retain(|one| one.to != deed.who);
                let robins = self.words.entry(crate::robin::ROBIN).or_default();
                robins.retain(|word| word.0 != deed.who);
            }
            What::Says { to, kind, text, .. } => {
                let said = (deed.who.to_owned(), *kind, text.clone(), deed.day);
                self.words.entry(to).or_default().insert(said);
            }
            What::Meets { .. }
            | What::Ends(_)
            | What::Plans(_)
            | What::Suggests { .. }
            | What::Answers { .. } => {}
        }
    }

    /// A mark; of two, done stays.
    pub fn mark(&mut self, routine: usize, day: Date, mark: Mark) {
        let record = self.record(routine, day);
        record.mark = Mark::join(record.mark, Some(mark));
    }

    /// A note beside those that are there.
    pub fn note(&mut self, routine: usize, day: Date, text: &str) {
        let record = self.record(routine, day);
        record.notes.push(text.to_owned());
        record.notes.sort();
    }

    fn record(&mut self, routine: usize, day: Date) -> &mut DayRecord {
        let days = self.days.entry(routine).or_default();
        days.entry(day).or_default()
    }

    /// Every routine that was begun, with its days.
    #[must_use]
    pub fn all(&self) -> &BTreeMap<usize, Days> {
        &self.days
    }

    /// How many ticks, rest days and notes there are.
    #[must_use]
    pub fn counts(&self) -> (usize, usize, usize) {
        let records = || self.days.values().flat_map(BTreeMap::values);
        let marks = |mark| records().filter(|one| one.mark == Some(mark)).count();
        let notes = records().map(|one| one.notes.len()).sum();
        (marks(Mark::Done), marks(Mark::Rest), notes)
    }

    /// The kind words that someone has in hand.
    #[must_use]
    pub fn words(&self, of: &str) -> BTreeSet<Said> {
        self.words.get(of).cloned().unwrap_or_default()
    }

    /// What a person sees of Robin's today.
    #[must_use]
    pub fn view(&self, person: &str, today: Date) -> View {
        let mut view = View::default();
        for share in self.shares.iter().filter(|one| one.to == person) {
            if matches!(share.until, Until::Through(last) if last < today) {
                continue;
            }
            match share.thing {
                Thing::Routine(at) => {
                    let mut days = self.days.get(&at).cloned().unwrap_or_default();
                    days.retain(|day, record| {
                        if !share.notes {
                            record.notes.clear();
                        }
                        *day >= share.from && !record.is_blank()
                    });
                    view.routines.insert(ROUTINES[at].name.to_owned(), days);
                }
                Thing::Goal(_) => {
                    let state = self.states.get(&share.thing).copied();
                    let name = share.thing.name().to_owned();
                    view.goals.insert(name, state.unwrap_or_default());
                }
                Thing::Step(_) => {}
            }
        }
        view
    }
}
