//! Robin's life, made from a seed: two years, of which the demo and the figures take as many days as they need.
//! Names, rhythms and sizes are those of the story in `tables`; it knows no phone and no key, only what is said and done.
//! Invariant: a seed gives the same life for ever, and a tick stands only on a day of its rhythm.

mod tables;
mod writing;

use alongside_core::life::{Answer, CardKind, Mark, Offer, Rhythm, Role, State, Until, WordKind};
use jiff::ToSpan;
use jiff::civil::Date;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;

pub use tables::{
    DAYS, EAT_WITH_MUM, FIRST, GOALS, GoalOf, JOB_SEARCH, PEOPLE, PersonOf, QUIET, ROUTINES,
    RoutineOf, STEPS, StepOf, WALK,
};

/// Something that can be shown, by its place in its table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// A routine of [`ROUTINES`].
    Routine(usize),
    /// A goal of [`GOALS`].
    Goal(usize),
    /// A step of [`STEPS`].
    Step(usize),
}

impl Thing {
    /// What Robin calls it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Routine(at) => ROUTINES[at].name,
            Self::Goal(at) => GOALS[at].name,
            Self::Step(at) => STEPS[at].name,
        }
    }
}

/// What is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Joins Robin's people.
    Meets {
        /// Who they are to Robin.
        role: Role,
    },
    /// Is taken out of Robin's people, or blocked.
    Leaves {
        /// Blocked, not only taken out.
        blocked: bool,
    },
    /// Begins a routine.
    Begins(usize),
    /// Ends a routine.
    Ends(usize),
    /// Marks a routine on this day.
    Marks(usize, Mark),
    /// Writes a note about a routine on this day.
    Notes(usize, String),
    /// Writes down a goal.
    Wants(usize),
    /// Writes down a step of a goal.
    Plans(usize),
    /// Says where a goal or step stands.
    Stands(Thing, State),
    /// Shows a thing to someone.
    Shows {
        /// What.
        thing: Thing,
        /// To whom.
        to: &'static str,
        /// For how long.
        until: Until,
        /// Whether notes go with it.
        notes: bool,
    },
    /// Stops showing it.
    Stops {
        /// What.
        thing: Thing,
        /// To whom.
        to: &'static str,
    },
    /// A kind word.
    Says {
        /// To whom.
        to: &'static str,
        /// Which kind.
        kind: WordKind,
        /// Own words; empty for a card.
        text: String,
        /// What it is about: something of Robin's that both know.
        about: Option<Thing>,
    },
    /// An idea for Robin, by its number in this life.
    Suggests {
        /// Its number.
        idea: usize,
        /// What it is.
        offer: Offer,
    },
    /// What Robin does with an idea.
    Answers {
        /// Its number.
        idea: usize,
        /// Whose it was.
        from: &'static str,
        /// What.
        answer: Answer,
    },
}

/// One deed of one person on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// The civil day.
    pub day: Date,
    /// Whose deed: Robin, or one of [`PEOPLE`].
    pub who: &'static str,
    /// What it is.
    pub what: What,
}

/// The name of the person whose life it is.
pub const ROBIN: &str = "Robin";

/// All of it, in the order of days.
#[derive(Debug, Clone)]
pub struct Life {
    /// The deeds.
    pub deeds: Vec<Deed>,
}

/// The day of this number in the life; 1 is the first.
#[must_use]
pub fn day(number: u32) -> Date {
    FIRST.saturating_add(i64::from(number.saturating_sub(1)).days())
}

impl Life {
    /// The whole two years.
    #[must_use]
    pub fn make(seed: u64) -> Self {
        let mut maker = Maker {
            rng: ChaCha20Rng::seed_from_u64(seed),
            deeds: Vec::new(),
        };
        maker.people();
        maker.routines();
        maker.goals();
        maker.words();
        maker.ideas();
        let mut deeds = maker.deeds;
        deeds.sort_by_key(|deed| (deed.day, order(&deed.what)));
        Self { deeds }
    }

    /// So many days of it from `from` on. What began before and still stands begins on the first of them.
    #[must_use]
    pub fn window(&self, from: Date, days: u32) -> Vec<Deed> {
        let end = from.saturating_add(i64::from(days).days());
        let before = self.deeds.iter().take_while(|deed| deed.day < from);
        let mut standing: Vec<Deed> = Vec::new();
        for deed in before {
            match &deed.what {
                What::Meets { .. } | What::Begins(_) | What::Wants(_) | What::Plans(_) => {
                    standing.push(deed.clone());
                }
                What::Shows { .. } => standing.push(deed.clone()),
                What::Stands(thing, state) => {
                    let alike = |one: &Deed| matches!(&one.what, What::Stands(other, _) if other == thing);
                    standing.retain(|one| !alike(one));
                    if *state != State::Going {
                        standing.push(deed.clone());
                    }
                }
                What::Ends(at) => standing.retain(|one| {
                    one.what != What::Begins(*at)
                        && !matches!(one.what, What::Shows { thing, .. } if thing == Thing::Routine(*at))
                }),
                What::Stops { thing, to } => standing.retain(
                    |one| !matches!(one.what, What::Shows { thing: t, to: o, .. } if t == *thing && o == *to),
                ),
                What::Leaves { .. } => standing.retain(|one| {
                    one.who != deed.who && !matches!(one.what, What::Shows { to, .. } if to == deed.who)
                }),
                _ => {}
            }
        }
        standing.retain(|one| !matches!(one.what, What::Shows { until: Until::Through(last), .. } if last < from));
        for deed in &mut standing {
            deed.day = from;
        }
        standing.sort_by_key(|deed| order(&deed.what));
        let within = self
            .deeds
            .iter()
            .filter(|deed| deed.day >= from && deed.day < end);
        standing.extend(within.cloned());
        standing.sort_by_key(|deed| (deed.day, order(&deed.what)));
        standing
    }
}

/// Within a day: people come first, then things, then what is done with them, then ends.
fn order(what: &What) -> u8 {
    match what {
        What::Meets { .. } => 0,
        What::Begins(_) | What::Wants(_) => 1,
        What::Plans(_) => 2,
        What::Shows { .. } => 3,
        What::Marks(..) => 4,
        What::Notes(..) => 5,
        What::Stands(..) => 6,
        What::Suggests { .. } => 7,
        What::Says { .. } => 8,
        What::Answers { .. } => 9,
        What::Stops { .. } => 10,
        What::Ends(_) | What::Leaves { .. } => 11,
    }
}

struct Maker {
    rng: ChaCha20Rng,
    deeds: Vec<Deed>,
}

impl Maker {
    fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap();
        usize::try_from(self.rng.next_u64() % end).unwrap()
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// So many of these, drawn without repeats.
    fn draw<T: Copy>(&mut self, mut of: Vec<T>, count: usize) -> Vec<T> {
        let count = count.min(of.len());
        for at in 0..count {
            let other = at + self.below(of.len() - at);
            of.swap(at, other);
        }
        of.truncate(count);
        of
    }

    fn put(&mut self, day: Date, who: &'static str, what: What) {
        self.deeds.push(Deed { day, who, what });
    }

    fn people(&mut self) {
        for person in &PEOPLE {
            let role = person.role.parse().unwrap();
            self.put(day(person.from), person.name, What::Meets { role });
            if let Some(last) = person.until {
                let blocked = person.name == "Ash";
                self.put(day(last), person.name, What::Leaves { blocked });
            }
        }
    }

    fn routines(&mut self) {
        let mut noted = Vec::new();
        for (at, routine) in ROUTINES.iter().enumerate() {
            let first = routine.from.max(FIRST);
            let last = routine.to.unwrap_or(day(DAYS));
            self.put(first, ROBIN, What::Begins(at));
            if routine.to.is_some() {
                self.put(last, ROBIN, What::Ends(at));
            }
            for (to, notes) in routine.shared {
                let person = PEOPLE.iter().find(|one| one.name == *to).unwrap();
                let begins = first.max(day(person.from));
                let what = What::Shows {
                    thing: Thing::Routine(at),
                    to,
                    until: Until::UntilIStop,
                    notes: *notes,
                };
                self.put(begins, ROBIN, what);
            }
            let open = self.open_days(&routine.rhythm.parse().unwrap(), first, last);
            let marked = self.draw(open, routine.done + routine.rest);
            for (n, on) in marked.into_iter().enumerate() {
                let mark = if n < routine.done {
                    Mark::Done
                } else {
                    Mark::Rest
                };
                self.put(on, ROBIN, What::Marks(at, mark));
                noted.push((at, on));
            }
        }
        for (at, on) in self.draw(noted, tables::NOTES) {
            let text = writing::note(&mut |end| self.below(end));
            self.put(on, ROBIN, What::Notes(at, text));
        }
    }

    /// The days on which a routine of this rhythm comes round, outside the quiet times.
    fn open_days(&mut self, rhythm: &Rhythm, first: Date, last: Date) -> Vec<Date> {
        let mut days = Vec::new();
        let mut week: BTreeMap<i64, Vec<Date>> = BTreeMap::new();
        for number in 1..=DAYS {
            let on = day(number);
            if on < first || on > last || QUIET.iter().any(|quiet| quiet.contains(&number)) {
                continue;
            }
            match rhythm {
                Rhythm::TimesAWeek(_) => {
                    let of = alongside_core::life::days::week_of(on);
                    week.entry(of).or_default().push(on);
                }
                other if other.due(on, |_| false) => days.push(on),
                _ => {}
            }
        }
        if let Rhythm::TimesAWeek(times) = rhythm {
            for (_, of) in week {
                days.extend(self.draw(of, usize::from(*times)));
            }
        }
        days
    }

    fn goals(&mut self) {
        for (at, goal) in GOALS.iter().enumerate() {
            self.put(day(goal.from), ROBIN, What::Wants(at));
            if let Some((on, state)) = goal.becomes {
                self.put(day(on), ROBIN, What::Stands(Thing::Goal(at), state));
            }
            for (to, for_days) in goal.shared {
                let until = for_days.map_or(Until::UntilIStop, |days| {
                    Until::Through(day(goal.from + days))
                });
                let what = What::Shows {
                    thing: Thing::Goal(at),
                    to,
                    until,
                    notes: false,
                };
                self.put(day(goal.from), ROBIN, what);
            }
        }
        for (at, step) in STEPS.iter().enumerate() {
            self.put(day(step.from), ROBIN, What::Plans(at));
            if let Some(on) = step.done {
                self.put(
                    day(on),
                    ROBIN,
                    What::Stands(Thing::Step(at), State::Reached),
                );
            }
        }
    }

    fn words(&mut self) {
        for person in &PEOPLE {
            let until = person.until.unwrap_or(DAYS);
            for way in [(person.words, true), (person.thanks, false)] {
                let (count, comes_in) = way;
                for _ in 0..count {
                    let span = usize::try_from(until - person.from).unwrap();
                    let number = person.from + 1 + u32::try_from(self.below(span)).unwrap();
                    let on = day(number.min(until));
                    let (who, to) = if comes_in {
                        (person.name, ROBIN)
                    } else {
                        (ROBIN, person.name)
                    };
                    let about = self.about(person, on);
                    let (kind, text) = self.kind_word(person, comes_in);
                    let what = What::Says {
                        to,
                        kind,
                        text,
                        about,
                    };
                    self.put(on, who, what);
                }
            }
        }
    }

    fn about(&mut self, person: &PersonOf, on: Date) -> Option<Thing> {
        let shown: Vec<usize> = (0..ROUTINES.len())
            .filter(|at| {
                let one = &ROUTINES[*at];
                one.shared.iter().any(|(to, _)| *to == person.name)
                    && one.from < on
                    && one.to.is_none_or(|last| on < last)
            })
            .collect();
        if shown.is_empty() || self.below(3) == 0 {
            return None;
        }
        Some(Thing::Routine(self.pick(&shown)))
    }

    fn kind_word(&mut self, person: &PersonOf, comes_in: bool) -> (WordKind, String) {
        let own = person.own_words && self.below(100) < 50;
        let mut below = |end| self.below(end);
        if own && comes_in {
            (WordKind::OwnWords, writing::word(&mut below))
        } else if own {
            (WordKind::Thanks, writing::thanks(&mut below))
        } else if comes_in {
            let card = CardKind::ALL[below(CardKind::ALL.len())];
            (WordKind::Card(card), String::new())
        } else {
            (WordKind::Thanks, String::new())
        }
    }

    fn ideas(&mut self) {
        let givers: Vec<&'static PersonOf> = PEOPLE
            .iter()
            .flat_map(|person| std::iter::repeat_n(person, person.ideas))
            .collect();
        let givers = self.draw(givers.clone(), givers.len());
        for (idea, person) in givers.into_iter().enumerate() {
            let until = person.until.unwrap_or(DAYS);
            let span = usize::try_from(until - person.from - 2).unwrap();
            let on = day(person.from + 1 + u32::try_from(self.below(span)).unwrap());
            let offer = writing::idea(idea);
            self.put(on, person.name, What::Suggests { idea, offer });
            let answer = match idea {
                0..20 => Answer::Taken,
                20..27 => Answer::Changed,
                27..41 => Answer::Left,
                _ => continue,
            };
            let what = What::Answers {
                idea,
                from: person.name,
                answer,
            };
            self.put(on.saturating_add(1.day()), ROBIN, what);
        }
    }
}

#[cfg(test)]
mod tests;
