//! The five-year life that most figures are about, lived on real phones through the front door: 18,000 ticks, 1,500
//! kind words, 500 reflections and 443 other deeds, as shared figures are told for (docs/performance.md).
//! Invariant: a deed is one change, and there are [`CHANGES`] of them; a seed gives the same life for ever.

use super::Told;
use crate::clock::DAY;
use crate::town::Town;
use alongside_core::companion::{Clock, Companion};
use alongside_core::life::{
    Allow, CardKind, ItemId, ItemRef, Mark, PersonRef, Rhythm, Role, State, Until, WordKind,
};
use alongside_core::trust::words::derive_words;
use jiff::ToSpan;
use jiff::civil::Date;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::collections::BTreeSet;

/// Deeds of the life, each one change.
pub const CHANGES: usize = 20_443;
const TICKS: usize = 18_000;
const WORDS: usize = 1_500;
const REFLECTIONS: usize = 500;
/// Days of five years.
const DAYS: usize = 1_826;
/// Days between two times at which all phones meet the post box.
const MEETING: usize = 15;
const SEED: u64 = 5;

/// The owner's phone.
pub const PHONE: &str = "phone";
/// The owner's other device.
pub const TABLET: &str = "tablet";
const PEOPLE: [(&str, Role); 4] = [
    ("Jean", Role::Family),
    ("Pat", Role::Mentor),
    ("Nia", Role::Friend),
    ("Sam", Role::Officer),
];
const ROUTINES: [&str; 12] = [
    "Up and washed by 8",
    "Breakfast",
    "Walk",
    "Job search hour",
    "Ring somebody",
    "Money check",
    "Read ten pages",
    "Cook",
    "Meeting",
    "Tidy one thing",
    "No phone after 10",
    "In bed by 11",
];

/// The life at the evening of its last day.
pub struct Life {
    /// The phones and the post box.
    pub town: Town,
    /// The routines.
    pub routines: Vec<ItemId>,
    /// The people.
    pub people: Vec<PersonRef>,
    /// Changes that were made.
    pub changes: usize,
    drawn: Drawn,
}

/// What is drawn: days, marks, words.
struct Drawn {
    rng: ChaCha20Rng,
    vocabulary: Vec<&'static str>,
}

impl Drawn {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(SEED);
        let mut all = BTreeSet::new();
        let mut vocabulary = Vec::new();
        while vocabulary.len() < 1_200 {
            let mut hash = [0; 32];
            rng.fill_bytes(&mut hash);
            for word in derive_words(&hash).each() {
                if all.insert(word) {
                    vocabulary.push(word);
                }
            }
        }
        Self { rng, vocabulary }
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.rng.next_u64() % end as u64).unwrap()
    }

    /// Some sentences of so many words; a few words come often, most seldom, as in any language.
    fn text(&mut self, words: usize) -> String {
        let mut text = String::new();
        let mut left = 0;
        for _ in 0..words {
            let many = self.vocabulary.len();
            let (one, two, three) = (self.below(many), self.below(many), self.below(many));
            let word = self.vocabulary[one.min(two).min(three)];
            if left == 0 {
                left = 4 + self.below(9);
                text += if text.is_empty() { "" } else { ". " };
                let mut letters = word.chars();
                text.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                text += letters.as_str();
            } else {
                text.push(' ');
                text += word;
            }
            left -= 1;
        }
        text + "."
    }
}

impl Life {
    /// Lives it. Takes a minute or so.
    ///
    /// # Errors
    /// A deed that was not done.
    pub fn live() -> Told<Self> {
        let mut town = Town::new(SEED);
        // So that it ends in the middle of a month, neither full nor empty.
        town.days_pass(16);
        town.arrives(PHONE, "Robin");
        town.arrives(TABLET, "Robin");
        town.joins_beside(PHONE, TABLET);
        town.deliver(3);
        let mut people = Vec::new();
        for (name, role) in PEOPLE {
            town.arrives(name, name);
            let (theirs, robin) = town.meet(PHONE, role, name, Role::Friend);
            town.phone(PHONE)
                .app()
                .set_allow(&theirs, Allow::OwnWords)?;
            let app = town.phone(name).app();
            app.set_allow(&robin, Allow::OwnWords)?;
            // So that the owner's own words wait for nobody's answer.
            app.send_card(&robin, CardKind::Hello, None)?;
            people.push(theirs);
        }
        town.deliver(3);
        let mut life = Self {
            town,
            routines: Vec::new(),
            people,
            changes: 0,
            drawn: Drawn::new(),
        };
        life.years()?;
        assert_eq!(life.changes, CHANGES, "each deed is one change");
        Ok(life)
    }

    /// What is on the owner's phone.
    pub fn app(&mut self) -> &mut Companion {
        self.town.phone(PHONE).app()
    }

    /// The civil day it is.
    #[must_use]
    pub fn today(&self) -> Date {
        self.town.clock.now().today
    }

    fn years(&mut self) -> Told<()> {
        let mut goals = Vec::new();
        let mut steps = Vec::new();
        let (mut ticks, mut words, mut reflections) = (0, 0, 0);
        let others = CHANGES - TICKS - WORDS - REFLECTIONS;
        for name in ROUTINES {
            let id = self.app().add_routine(name, Rhythm::Daily)?;
            self.routines.push(id);
            self.changes += 1;
        }
        let mut other = ROUTINES.len();
        // Three routines are shown, two of them with their notes.
        for (at, who, notes) in [(2, 1, true), (3, 3, false), (8, 0, true), (8, 2, false)] {
            let (item, to) = (
                ItemRef::Routine(self.routines[at]),
                self.people[who].clone(),
            );
            self.app().show(item, &to, Until::UntilIStop, notes, None)?;
            self.changes += 1;
            other += 1;
        }
        for day in 1..=DAYS {
            let today = self.today();
            let due = |of: usize| of * day / DAYS;
            let mut open = self.routines.clone();
            let mut marked = Vec::new();
            while ticks < due(TICKS) {
                let id = open.swap_remove(self.drawn.below(open.len()));
                let rest = self.drawn.below(7) == 0;
                let mark = if rest { Mark::Rest } else { Mark::Done };
                self.app().mark_with(id, today, Some(mark), None, None)?;
                marked.push(id);
                ticks += 1;
                self.changes += 1;
            }
            while reflections < due(REFLECTIONS) {
                let id = marked[self.drawn.below(marked.len())];
                let length = 40 + self.drawn.below(160);
                let text = self.drawn.text(length);
                self.app().set_note(id, today, Some(&text))?;
                reflections += 1;
                self.changes += 1;
            }
            while words < due(WORDS) {
                self.says()?;
                words += 1;
            }
            while other < due(others) {
                self.goes_on(other, &mut goals, &mut steps)?;
                other += 1;
            }
            if day % MEETING == 0 || day == DAYS {
                self.town.deliver(2);
            }
            if day < DAYS {
                self.town.days_pass(1);
            }
        }
        Ok(())
    }

    /// A kind word to somebody.
    fn says(&mut self) -> Told<()> {
        let who = self.drawn.below(self.people.len());
        let who = self.people[who].clone();
        let length = 6 + self.drawn.below(30);
        let mut text = self.drawn.text(length);
        text.truncate(280);
        self.app()
            .encourage(&who, WordKind::OwnWords, &text, None)?;
        self.changes += 1;
        Ok(())
    }

    /// Goals, steps, and what becomes of them.
    fn goes_on(
        &mut self,
        number: usize,
        goals: &mut Vec<ItemId>,
        steps: &mut Vec<ItemId>,
    ) -> Told<()> {
        let length = 3 + self.drawn.below(5);
        let mut name = self.drawn.text(length);
        name.truncate(60);
        match number % 9 {
            0 => goals.push(self.app().add_goal(&name, None)?),
            1 | 3 | 5 | 7 => {
                let goal = goals.last().copied();
                steps.push(self.app().add_step(&name, goal)?);
            }
            8 if goals.len() > 3 => {
                let goal = goals.remove(0);
                self.app().set_state(ItemRef::Goal(goal), State::Reached)?;
            }
            _ if !steps.is_empty() => {
                let step = steps.remove(0);
                self.app().set_state(ItemRef::Step(step), State::Reached)?;
            }
            _ => steps.push(self.app().add_step(&name, None)?),
        }
        self.changes += 1;
        Ok(())
    }

    /// One more day of the same kind: ten ticks, a kind word on most days, a reflection each fourth day.
    ///
    /// # Errors
    /// A deed that was not done.
    pub fn one_more_day(&mut self) -> Told<usize> {
        let before = self.changes;
        self.town.clock.pass(DAY);
        let today = self.today();
        let mut open = self.routines.clone();
        for tick in 0..10 {
            let id = open.swap_remove(self.drawn.below(open.len()));
            self.app()
                .mark_with(id, today, Some(Mark::Done), None, None)?;
            self.changes += 1;
            if tick == 0 && self.drawn.below(4) == 0 {
                let length = 40 + self.drawn.below(160);
                let text = self.drawn.text(length);
                self.app().set_note(id, today, Some(&text))?;
                self.changes += 1;
            }
        }
        if self.drawn.below(5) > 0 {
            self.says()?;
        }
        Ok(self.changes - before)
    }

    /// So many ticks that change something: days of the last months take another mark, newest first.
    ///
    /// # Errors
    /// A deed that was not done.
    pub fn more_ticks(&mut self, many: usize, from: usize) -> Told<()> {
        let (today, each) = (self.today(), self.routines.len());
        for number in from..from + many {
            let (back, id) = (number / each, self.routines[number % each]);
            let day = today.saturating_sub(i64::try_from(back)?.days());
            let before = self.app().record(id, day)?.mark;
            let mark = if before == Some(Mark::Done) {
                Mark::Rest
            } else {
                Mark::Done
            };
            self.app().mark_with(id, day, Some(mark), None, None)?;
        }
        Ok(())
    }
}
