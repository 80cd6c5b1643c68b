//! What a notebook for one person shows: read by the supporter's screen and by "see what Sam
//! sees" from the same documents with this code. Every text is foreign: tidied and bounded here.
//! Invariant: it holds no order of the author's, no count, no time finer than a day, no last seen.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::days::fill;
use super::document::Value;
use super::keys;
use super::name::DocName;
use super::shared::Shared;
use crate::life::{
    Allow, DayRecord, ItemId, ItemRef, Offer, Proposal, Rhythm, State, Word, WordKind, days, text,
};

/// The most things of one kind that are read from one notebook.
const MAX_SHOWN: usize = 1_000;

/// What one author shows one person on a day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Routines, by name.
    pub routines: Vec<ShownRoutine>,
    /// Goals, by name.
    pub goals: Vec<ShownGoal>,
    /// Steps, by name.
    pub steps: Vec<ShownStep>,
    /// Their words to me, by day. What I allow is for the caller to apply.
    pub words: Vec<Word>,
    /// Their ideas for me, by day.
    pub ideas: Vec<Proposal>,
    /// What may come from me to them.
    pub allows: Allow,
}

/// A routine as it is shown. Ids here are aliases, made for this one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownRoutine {
    /// Its alias.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// How often it comes round.
    pub rhythm: Rhythm,
    /// What its amounts are counted in.
    pub unit: Option<String>,
    /// Whether it is paused.
    pub paused: bool,
    /// The last day of the pause, when there is one.
    pub paused_until: Option<Date>,
    /// Whether it has ended.
    pub ended: bool,
    /// The last day on which it is shown, when it is shown for a time.
    pub until: Option<Date>,
    /// What the shown days hold; blank days are not there.
    pub days: BTreeMap<Date, DayRecord>,
}

/// A goal as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownGoal {
    /// Its alias.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// The last day on which it is shown, when it is shown for a time.
    pub until: Option<Date>,
}

/// A step as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownStep {
    /// Its alias.
    pub id: ItemId,
    /// The alias of its goal, when that is shown too.
    pub goal: Option<ItemId>,
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub state: State,
    /// The last day on which it is shown, when it is shown for a time.
    pub until: Option<Date>,
}

impl Shared {
    /// What this notebook shows on `today`. Things shown up to an earlier day are left out,
    /// whether or not the author's phone could say so.
    pub fn view(&self, today: Date) -> Shown {
        let mut shown = Shown {
            allows: read_allow(self.value(DocName::Core, "allow")),
            ..Shown::default()
        };
        for (key, _) in self.entries(DocName::Core, "") {
            self.read_item(&mut shown, &key, today);
        }
        let routines = shown.routines.iter().enumerate();
        let at: BTreeMap<ItemId, usize> = routines.map(|(at, one)| (one.id, at)).collect();
        for name in self.names() {
            match name {
                DocName::Core => {}
                DocName::Ticks { .. } => self.read_days(&mut shown, name, &at),
                DocName::Words { .. } => self.read_words(&mut shown, name),
            }
        }
        for routine in &mut shown.routines {
            routine.days.retain(|_, record| !record.is_blank());
        }
        shown
            .routines
            .sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        shown
            .goals
            .sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        shown
            .steps
            .sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        shown.words.sort_by_key(|word| (word.day, word.id));
        shown.ideas.sort_by_key(|idea| (idea.day, idea.id));
        shown
    }

    fn read_item(&self, shown: &mut Shown, key: &str, today: Date) {
        if let Some((id, "name")) = keys::split(key, "r/") {
            let item = ItemRef::Routine(id);
            if let Some((name, until)) = self.read_name(item, today)
                && shown.routines.len() < MAX_SHOWN
            {
                let pause = self.item_int(item, "pause");
                shown.routines.push(ShownRoutine {
                    id,
                    name,
                    rhythm: self
                        .item_text(item, "rhythm")
                        .and_then(|text| text.parse().ok())
                        .unwrap_or(Rhythm::Free),
                    unit: self
                        .item_text(item, "unit")
                        .and_then(|unit| text::short(&unit).ok()),
                    paused: pause != 0,
                    paused_until: read_day(pause),
                    ended: self.item_int(item, "ended") != 0,
                    until,
                    days: BTreeMap::new(),
                });
            }
        } else if let Some((id, "name")) = keys::split(key, "g/") {
            let item = ItemRef::Goal(id);
            if let Some((name, until)) = self.read_name(item, today)
                && shown.goals.len() < MAX_SHOWN
            {
                shown.goals.push(ShownGoal {
                    id,
                    name,
                    state: read_state(self.item_int(item, "state")),
                    until,
                });
            }
        } else if let Some((id, "name")) = keys::split(key, "s/") {
            let item = ItemRef::Step(id);
            if let Some((name, until)) = self.read_name(item, today)
                && shown.steps.len() < MAX_SHOWN
            {
                let goal = self.item_text(item, "goal");
                shown.steps.push(ShownStep {
                    id,
                    goal: goal.and_then(|text| text.parse().ok()),
                    name,
                    state: read_state(self.item_int(item, "state")),
                    until,
                });
            }
        }
    }

    fn read_name(&self, item: ItemRef, today: Date) -> Option<(String, Option<Date>)> {
        let name = self.item_text(item, "name")?;
        let name = text::name(&text::tidy(&name).replace(['\n', '\t'], " ")).ok()?;
        let until = read_day(self.item_int(item, "until"));
        until
            .is_none_or(|last| today <= last)
            .then_some((name, until))
    }

    fn read_days(&self, shown: &mut Shown, name: DocName, at: &BTreeMap<ItemId, usize>) {
        for (key, values) in self.entries(name, "") {
            let Some((day, id, part)) = keys::read_tick(name, &key) else {
                continue;
            };
            let routine = at.get(&id).and_then(|at| shown.routines.get_mut(*at));
            if let Some(routine) = routine {
                let record = routine.days.entry(day).or_default();
                fill(record, part, &values);
                record.notes = record
                    .notes
                    .iter()
                    .filter_map(|note| text::note(&text::tidy(note)).ok())
                    .collect();
            }
        }
    }

    fn read_words(&self, shown: &mut Shown, name: DocName) {
        for (key, _) in self.entries(name, "w/") {
            let text = self.value(name, &key);
            if let (Some((id, "")), Some(Value::Text(text))) = (keys::split(&key, "w/"), text)
                && shown.words.len() < MAX_SHOWN
            {
                shown.words.extend(SentWord::read(id, &text));
            }
        }
        for (key, _) in self.entries(name, "p/") {
            let text = self.value(name, &key);
            if let (Some((id, "")), Some(Value::Text(text))) = (keys::split(&key, "p/"), text)
                && shown.ideas.len() < MAX_SHOWN
            {
                shown.ideas.extend(SentIdea::read(id, &text));
            }
        }
    }

    fn item_text(&self, item: ItemRef, field: &str) -> Option<String> {
        match self.value(DocName::Core, &keys::item(item, field))? {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    fn item_int(&self, item: ItemRef, field: &str) -> i64 {
        let value = self.value(DocName::Core, &keys::item(item, field));
        value.and_then(|value| value.as_int()).unwrap_or_default()
    }
}

/// A word as it stands in a shared document: without its id, which is the key.
#[derive(Serialize, Deserialize)]
pub(super) struct SentWord {
    kind: WordKind,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    about: Option<ItemId>,
    day: Date,
}

impl SentWord {
    pub(super) fn write(word: &Word, about: Option<ItemId>) -> String {
        let sent = Self {
            kind: word.kind,
            text: word.text.clone(),
            about,
            day: word.day,
        };
        serde_json::to_string(&sent).unwrap_or_default()
    }

    fn read(id: ItemId, text: &str) -> Option<Word> {
        let sent: Self = serde_json::from_str(text).ok()?;
        let word = Word {
            id,
            kind: sent.kind,
            text: text::tidy(&sent.text),
            about: sent.about,
            day: sent.day,
        };
        word.checked().ok()
    }
}

/// An idea as it stands in a shared document.
#[derive(Serialize, Deserialize)]
pub(super) struct SentIdea {
    what: Offer,
    day: Date,
}

impl SentIdea {
    pub(super) fn write(idea: &Proposal) -> String {
        let sent = Self {
            what: idea.what.clone(),
            day: idea.day,
        };
        serde_json::to_string(&sent).unwrap_or_default()
    }

    fn read(id: ItemId, text: &str) -> Option<Proposal> {
        let sent: Self = serde_json::from_str(text).ok()?;
        let idea = Proposal {
            id,
            what: sent.what,
            day: sent.day,
        };
        idea.checked().ok()
    }
}

/// What may come from the other: 1 cards, 2 own words too. Quiet is never written.
pub(super) fn write_allow(allow: Allow) -> Value {
    Value::Int(match allow {
        Allow::OwnWords => 2,
        Allow::CardsOnly | Allow::Quiet => 1,
    })
}

fn read_allow(value: Option<Value>) -> Allow {
    match value {
        Some(Value::Int(2)) => Allow::OwnWords,
        _ => Allow::CardsOnly,
    }
}

/// Where a goal or step stands, as a number: it may change without a new beginning.
pub(super) fn write_state(state: State) -> i64 {
    match state {
        State::Going => 1,
        State::Reached => 2,
        State::Changed => 3,
        State::SetAside => 4,
    }
}

fn read_state(number: i64) -> State {
    match number {
        2 => State::Reached,
        3 => State::Changed,
        4 => State::SetAside,
        _ => State::Going,
    }
}

/// Numbers above 1 are days since 1970-01-01; 0 and 1 say that there is none.
fn read_day(number: i64) -> Option<Date> {
    (number > 1).then(|| days::day_at(number)).flatten()
}
