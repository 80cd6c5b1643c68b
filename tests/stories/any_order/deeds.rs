//! What a person does on a phone, drawn from the town's seed: one deed on the phone, and the same deed in words of the
//! model. It knows what that phone shows, and no other phone.

use alongside_core::companion::Companion;
use alongside_core::life::{Goal, ItemRef, Mark, PersonRef, Rhythm, Routine, State, Step, Until};
use jiff::ToSpan;
use jiff::civil::Date;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use std::collections::BTreeSet;
use town::model::{Field, Value, share_text};

/// What a deed writes.
pub type Writes = Vec<(Field, Value)>;

/// One of so many.
pub fn draw(rng: &mut ChaCha20Rng, of: usize) -> usize {
    rng.next_u32() as usize % of
}

/// One of these.
pub fn one<'a, T>(rng: &mut ChaCha20Rng, of: &'a [T]) -> &'a T {
    let at = draw(rng, of.len());
    &of[at]
}

/// So many times in a hundred.
pub fn happens(rng: &mut ChaCha20Rng, in_a_hundred: u32) -> bool {
    rng.next_u32() % 100 < in_a_hundred
}

const RHYTHMS: [Rhythm; 4] = [
    Rhythm::Daily,
    Rhythm::TimesAWeek(3),
    Rhythm::Free,
    Rhythm::TimesInDays { times: 3, days: 14 },
];

/// The person's hand on one phone.
pub struct Hand<'a> {
    pub app: &'a mut Companion,
    pub rng: &'a mut ChaCha20Rng,
    /// A number that no other deed of this town has, so that no two texts are alike.
    pub number: u64,
    /// Whom the person knows.
    pub people: Vec<PersonRef>,
}

impl Hand<'_> {
    /// Does one thing of the person's own life.
    pub fn does_something(&mut self) -> Writes {
        let routines = self.app.routines().unwrap();
        let (goals, steps) = (self.app.goals().unwrap(), self.app.steps().unwrap());
        if routines.is_empty() || (routines.len() < 4 && happens(self.rng, 10)) {
            return self.begins_a_routine();
        }
        if goals.is_empty() || (goals.len() < 3 && happens(self.rng, 5)) {
            return self.wants();
        }
        if steps.is_empty() || (steps.len() < 3 && happens(self.rng, 5)) {
            return self.plans(&goals);
        }
        let most = if self.people.is_empty() { 78 } else { 100 };
        match draw(self.rng, most) {
            0..45 => self.writes_of_a_day(&routines),
            45..62 => self.changes_a_routine(&routines),
            62..78 => self.changes_a_goal_or_step(&goals, &steps),
            _ => {
                let items = routines.iter().map(|one| ItemRef::Routine(one.id));
                let items = items.chain(goals.iter().map(|one| ItemRef::Goal(one.id)));
                let items = items.chain(steps.iter().map(|one| ItemRef::Step(one.id)));
                let item = *one(self.rng, &items.collect::<Vec<_>>());
                let to = one(self.rng, &self.people).clone();
                self.shows_or_stops(item, &to)
            }
        }
    }

    /// Shows a thing to somebody, shows it in another way, or stops showing it.
    fn shows_or_stops(&mut self, item: ItemRef, to: &PersonRef) -> Writes {
        let field = Field::Share(to.clone(), item);
        let before = self.app.shares_with(to).unwrap();
        let before = before.iter().find(|one| one.share.item == item);
        if before.is_some() && happens(self.rng, 50) {
            self.app.stop_showing(item, to).unwrap();
            return vec![(field, Value::text(""))];
        }
        // A thing that is shown still keeps its first day.
        let still = before.filter(|one| one.share.is_open(self.today()));
        let from = still.map_or(self.today(), |one| one.share.from);
        let until = match draw(self.rng, 10) {
            0..3 => Until::Once,
            3..5 => Until::for_a_week(self.today()),
            _ => Until::UntilIStop,
        };
        let notes = happens(self.rng, 40);
        self.app.show(item, to, until, notes, None).unwrap();
        vec![(field, Value::Text(share_text(from, until, notes)))]
    }

    /// What is shown to anybody once.
    pub fn shown_once(&mut self) -> BTreeSet<ItemRef> {
        let shares = self.app.shares().unwrap();
        let shares = shares.into_iter().map(|one| one.share);
        let once = shares.filter(|share| share.until == Until::Once);
        once.map(|share| share.item).collect()
    }

    fn text(&self, what: &str) -> String {
        format!("{what} {}", self.number)
    }

    fn today(&self) -> Date {
        self.app.now().today
    }

    fn begins_a_routine(&mut self) -> Writes {
        let (name, rhythm) = (self.text("Routine"), one(self.rng, &RHYTHMS).clone());
        let unit = happens(self.rng, 40).then_some("litres");
        let id = self
            .app
            .add_routine_with(&name, rhythm.clone(), None, unit)
            .unwrap();
        let item = ItemRef::Routine(id);
        vec![
            (Field::Name(item), Value::text(name)),
            (Field::Rhythm(id), Value::text(rhythm)),
            (Field::Unit(id), Value::text(unit.unwrap_or_default())),
            (Field::Started(item), Value::text(self.today())),
        ]
    }

    fn wants(&mut self) -> Writes {
        let name = self.text("Goal");
        let item = ItemRef::Goal(self.app.add_goal(&name, None).unwrap());
        vec![
            (Field::Name(item), Value::text(name)),
            (Field::State(item), Value::text(State::Going)),
            (Field::Started(item), Value::text(self.today())),
        ]
    }

    fn plans(&mut self, goals: &[Goal]) -> Writes {
        let name = self.text("Step");
        let goal = happens(self.rng, 70).then(|| one(self.rng, goals).id);
        let id = self.app.add_step(&name, goal).unwrap();
        let item = ItemRef::Step(id);
        let goal = goal.map(|goal| goal.to_string()).unwrap_or_default();
        vec![
            (Field::Name(item), Value::text(name)),
            (Field::GoalOf(id), Value::text(goal)),
            (Field::State(item), Value::text(State::Going)),
            (Field::Started(item), Value::text(self.today())),
        ]
    }

    fn writes_of_a_day(&mut self, routines: &[Routine]) -> Writes {
        let id = one(self.rng, routines).id;
        // Few days, so that phones meet on the same one.
        let day = self.today() - (draw(self.rng, 3) as i64).days();
        match draw(self.rng, 10) {
            0..6 => {
                let mark = *one(
                    self.rng,
                    &[Some(Mark::Done), Some(Mark::Done), Some(Mark::Rest), None],
                );
                match mark {
                    Some(Mark::Done) => self.app.mark_done(id, day).unwrap(),
                    Some(Mark::Rest) => self.app.mark_rest(id, day).unwrap(),
                    None => self.app.clear_mark(id, day).unwrap(),
                }
                vec![(Field::Mark(id, day), mark_value(mark))]
            }
            6..8 => {
                let note = happens(self.rng, 80).then(|| self.text("Note"));
                self.app.set_note(id, day, note.as_deref()).unwrap();
                let note = note.unwrap_or_default();
                vec![(Field::Note(id, day), Value::Text(note))]
            }
            8 => {
                let amount = draw(self.rng, 4) as i64 * 500;
                self.app
                    .set_amount(id, day, (amount != 0).then_some(amount))
                    .unwrap();
                vec![(Field::Amount(id, day), Value::Number(amount))]
            }
            _ => {
                let (note, amount) = (self.text("Note"), 1_000);
                let mark = Some(Mark::Done);
                self.app
                    .mark_with(id, day, mark, Some(&note), Some(amount))
                    .unwrap();
                vec![
                    (Field::Mark(id, day), mark_value(mark)),
                    (Field::Note(id, day), Value::Text(note)),
                    (Field::Amount(id, day), Value::Number(amount)),
                ]
            }
        }
    }

    fn changes_a_routine(&mut self, routines: &[Routine]) -> Writes {
        let id = one(self.rng, routines).id;
        let today = self.today();
        match draw(self.rng, 12) {
            0..3 => self.renames(ItemRef::Routine(id)),
            3..5 => {
                let rhythm = one(self.rng, &RHYTHMS).clone();
                self.app.set_rhythm(id, rhythm.clone()).unwrap();
                vec![(Field::Rhythm(id), Value::text(rhythm))]
            }
            5..7 => {
                let last = happens(self.rng, 50).then(|| today + 5.days());
                self.app.pause_routine(id, today, last).unwrap();
                let last = last.map(|day| day.to_string()).unwrap_or_default();
                vec![(Field::Pause(id), Value::text(format!("{today}/{last}")))]
            }
            7..9 => {
                self.app.resume_routine(id).unwrap();
                vec![(Field::Pause(id), Value::text(""))]
            }
            9 => {
                self.app.end_routine(id).unwrap();
                vec![(Field::Ended(id), Value::Number(1))]
            }
            10 => {
                self.app.take_up_routine(id).unwrap();
                vec![
                    (Field::Pause(id), Value::text("")),
                    (Field::Ended(id), Value::Number(0)),
                ]
            }
            _ => self.deletes(ItemRef::Routine(id)),
        }
    }

    fn changes_a_goal_or_step(&mut self, goals: &[Goal], steps: &[Step]) -> Writes {
        let goal = ItemRef::Goal(one(self.rng, goals).id);
        let step = one(self.rng, steps).id;
        let item = *one(self.rng, &[goal, ItemRef::Step(step)]);
        match draw(self.rng, 10) {
            0..5 => {
                let state = *one(self.rng, &State::ALL);
                self.app.set_state(item, state).unwrap();
                vec![(Field::State(item), Value::text(state))]
            }
            5..7 => self.renames(item),
            7..9 => {
                let goal = happens(self.rng, 60).then(|| goal.id());
                self.app.set_step_goal(step, goal).unwrap();
                let goal = goal.map(|goal| goal.to_string()).unwrap_or_default();
                vec![(Field::GoalOf(step), Value::text(goal))]
            }
            _ => self.deletes(item),
        }
    }

    /// Calls it something else.
    pub fn renames(&mut self, item: ItemRef) -> Writes {
        let name = self.text("Name");
        self.app.rename(item, &name).unwrap();
        vec![(Field::Name(item), Value::text(name))]
    }

    fn deletes(&mut self, item: ItemRef) -> Writes {
        self.app.delete(item).unwrap();
        vec![(Field::Gone(item), Value::Number(1))]
    }
}

fn mark_value(mark: Option<Mark>) -> Value {
    Value::Number(match mark {
        Some(Mark::Done) => 2,
        Some(Mark::Rest) => 1,
        None => 0,
    })
}
