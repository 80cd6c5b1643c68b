//! What a phone must show by the model, held against what it shows, and each difference in words.
//! The rules: of marks written apart done beats rest beats cleared; of amounts the greatest stands; every note stays;
//! of other things written apart one stands, whichever, and it is the same on every phone that heard of the same.

use super::field::{Field, Value};
use super::life::Life;
use alongside_core::companion::{Companion, Done};
use alongside_core::life::{DayRecord, ItemId, ItemRef, Mark};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Everything in which a phone differs from the model.
///
/// # Errors
/// The store's.
pub fn differences(life: &Life, phone: &str, app: &mut Companion) -> Done<Vec<String>> {
    let mut look = Look {
        life,
        phone,
        found: Vec::new(),
    };
    let fields = life.fields(phone);
    let items: BTreeSet<ItemRef> = fields.iter().filter_map(|field| named(field)).collect();
    look.routines(&items, app)?;
    look.goals_and_steps(&items, app)?;
    look.days(&fields, app)?;
    Ok(look.found)
}

fn named(field: &Field) -> Option<ItemRef> {
    match field {
        Field::Name(item) => Some(*item),
        _ => None,
    }
}

struct Look<'a> {
    life: &'a Life,
    phone: &'a str,
    found: Vec<String>,
}

impl Look<'_> {
    fn say(&mut self, what: String) {
        self.found.push(format!("{}: {what}", self.phone));
    }

    /// One of the values that were written must stand; none stands only where none was written.
    fn one_of(&mut self, field: &Field, shown: &str) {
        let values = self.life.values(self.phone, field);
        let fits = match values.is_empty() {
            true => shown.is_empty(),
            false => values.iter().any(|value| value.words() == shown),
        };
        if !fits {
            self.say(format!("{field:?} is {shown:?}, not one of {values:?}"));
        }
    }

    fn is(&mut self, field: &Field, shown: bool) {
        let values = self.life.values(self.phone, field);
        let fits = match values.is_empty() {
            true => !shown,
            false => values.contains(&Value::Number(i64::from(shown))),
        };
        if !fits {
            self.say(format!("{field:?} is {shown}, not one of {values:?}"));
        }
    }

    /// Things that must be there are, and things that must not are not.
    fn there(&mut self, items: &BTreeSet<ItemRef>, shown: &BTreeSet<ItemRef>) {
        for item in items {
            self.is(&Field::Gone(*item), !shown.contains(item));
        }
        for item in shown.difference(items) {
            self.say(format!("{item} was never made"));
        }
    }

    fn routines(&mut self, items: &BTreeSet<ItemRef>, app: &mut Companion) -> Done<()> {
        let routines = app.routines()?;
        let shown = routines.iter().map(|one| ItemRef::Routine(one.id));
        let shown: BTreeSet<ItemRef> = shown.collect();
        let kind = |item: &&ItemRef| matches!(item, ItemRef::Routine(_));
        let made = items.iter().filter(kind).copied().collect();
        self.there(&made, &shown);
        for one in routines {
            let item = ItemRef::Routine(one.id);
            self.one_of(&Field::Name(item), &one.name);
            self.one_of(&Field::Started(item), &one.started.to_string());
            self.one_of(&Field::Rhythm(one.id), &one.rhythm.to_string());
            self.one_of(&Field::Unit(one.id), one.unit.as_deref().unwrap_or(""));
            let pause = one.pause.map(|pause| {
                let until = pause.until.map(|day| day.to_string());
                format!("{}/{}", pause.from, until.unwrap_or_default())
            });
            self.one_of(&Field::Pause(one.id), &pause.unwrap_or_default());
            self.is(&Field::Ended(one.id), one.ended);
        }
        Ok(())
    }

    fn goals_and_steps(&mut self, items: &BTreeSet<ItemRef>, app: &mut Companion) -> Done<()> {
        let (goals, steps) = (app.goals()?, app.steps()?);
        let shown = goals.iter().map(|one| ItemRef::Goal(one.id));
        let shown: BTreeSet<ItemRef> = shown
            .chain(steps.iter().map(|one| ItemRef::Step(one.id)))
            .collect();
        let kind = |item: &&ItemRef| !matches!(item, ItemRef::Routine(_));
        let made = items.iter().filter(kind).copied().collect();
        self.there(&made, &shown);
        for one in goals {
            let item = ItemRef::Goal(one.id);
            self.one_of(&Field::Name(item), &one.name);
            self.one_of(&Field::State(item), &one.state.to_string());
            self.one_of(&Field::Started(item), &one.started.to_string());
        }
        for one in steps {
            let item = ItemRef::Step(one.id);
            self.one_of(&Field::Name(item), &one.name);
            self.one_of(&Field::State(item), &one.state.to_string());
            self.one_of(&Field::Started(item), &one.started.to_string());
            let goal = one.goal.map(|goal| goal.to_string());
            self.one_of(&Field::GoalOf(one.id), &goal.unwrap_or_default());
        }
        Ok(())
    }

    fn days(&mut self, fields: &BTreeSet<&Field>, app: &mut Companion) -> Done<()> {
        let mut want: BTreeMap<ItemId, BTreeMap<Date, DayRecord>> = BTreeMap::new();
        for field in fields {
            if let Field::Mark(id, day) | Field::Note(id, day) | Field::Amount(id, day) = field {
                want.entry(*id).or_default().entry(*day).or_default();
            }
        }
        for (id, days) in &mut want {
            for (day, record) in days.iter_mut() {
                *record = self.life.record(self.phone, *id, *day);
            }
            days.retain(|_, record| !record.is_blank());
            let shown = app.history(*id, Date::MIN, Date::MAX)?;
            for day in days.keys().chain(shown.keys()).collect::<BTreeSet<_>>() {
                let (wanted, shown) = (days.get(day), shown.get(day));
                if wanted != shown {
                    self.say(format!(
                        "{id} on {day} shows {shown:?}, and must {wanted:?}"
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Life {
    /// What a day must hold on a phone.
    #[must_use]
    pub fn record(&self, phone: &str, id: ItemId, day: Date) -> DayRecord {
        let greatest = |field| {
            let values = self.values(phone, &field);
            values.iter().map(Value::number).max().unwrap_or_default()
        };
        let notes = self.values(phone, &Field::Note(id, day));
        let amount = greatest(Field::Amount(id, day));
        DayRecord {
            mark: match greatest(Field::Mark(id, day)) {
                2 => Some(Mark::Done),
                1 => Some(Mark::Rest),
                _ => None,
            },
            notes: notes
                .iter()
                .filter(|note| !note.is_blank())
                .map(|note| note.words().to_owned())
                .collect(),
            amount: (amount != 0).then_some(amount),
        }
    }
}
