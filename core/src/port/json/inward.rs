//! From the export's fields to a home. Does not know JSON.
//! Invariant: everything is checked as if it were typed by hand, ids and references too, or nothing comes in.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time};

use super::Home;
use super::form::{Day, File, Goal, Idea, Person, Routine, Share, Step, Word};
use crate::life::text::{self, TextRefused};
use crate::life::words::CardKind;
use crate::life::{self, DayRecord, ItemId, ItemRef, Mark, Offer, PersonRef, spoken};
use crate::port::PortError;

impl File {
    pub(super) fn into_home(self) -> Result<Home, PortError> {
        let mut home = Home::default();
        let mut ids = BTreeSet::new();
        let mut fresh = |text: &str, bad: PortError| -> Result<ItemId, PortError> {
            let id: ItemId = text.parse().map_err(|_| bad)?;
            if ids.insert(id) { Ok(id) } else { Err(bad) }
        };
        for (routine, line) in self.routines.into_iter().zip(1..) {
            let bad = bad("routines", line);
            let id = fresh(&routine.id, bad)?;
            let (routine, days) = routine_in(routine, id).ok_or(bad)?;
            home.routines.push(routine);
            for (day, record) in days {
                if home.records.insert((id, day), record).is_some() {
                    return Err(bad);
                }
            }
        }
        for (goal, line) in self.goals.into_iter().zip(1..) {
            let bad = bad("goals", line);
            let id = fresh(&goal.id, bad)?;
            home.goals.push(goal_in(goal, id).ok_or(bad)?);
        }
        for (step, line) in self.steps.into_iter().zip(1..) {
            let bad = bad("steps", line);
            let id = fresh(&step.id, bad)?;
            home.steps.push(step_in(step, id).ok_or(bad)?);
        }
        let mut people = BTreeSet::new();
        for (person, line) in self.people.into_iter().zip(1..) {
            let bad = bad("people", line);
            if !people.insert(person.who.clone()) {
                return Err(bad);
            }
            home.people.push(person_in(person).ok_or(bad)?);
        }
        let mut shown = BTreeSet::new();
        for (share, line) in self.shares.into_iter().zip(1..) {
            let bad = bad("shares", line);
            let twice = !shown.insert((share.item.clone(), share.to.clone()));
            if twice || !people.contains(&share.to) {
                return Err(bad);
            }
            home.shares.push(share_in(share).ok_or(bad)?);
        }
        for (word, line) in self.words.into_iter().zip(1..) {
            let bad = bad("words", line);
            let id = fresh(&word.id, bad)?;
            home.words.push(word_in(word, id).ok_or(bad)?);
        }
        // The ids of these were chosen by others: two of them may be equal.
        for (word, line) in self.kept_words.into_iter().zip(1..) {
            let bad = bad("kept_words", line);
            let id = word.id.parse().map_err(|_| bad)?;
            home.kept_words.push(word_in(word, id).ok_or(bad)?);
        }
        for (idea, line) in self.ideas.into_iter().zip(1..) {
            let bad = bad("ideas", line);
            let id = fresh(&idea.id, bad)?;
            home.ideas.push(idea_in(idea, id).ok_or(bad)?);
        }
        Ok(home)
    }
}

fn bad(part: &'static str, line: u64) -> PortError {
    PortError::Malformed { part, line }
}

fn kept(text: String, check: impl Fn(&str) -> Result<String, TextRefused>) -> Option<String> {
    // What was exported was checked when it was written: a text that would be changed is not ours.
    check(&text).ok().filter(|checked| *checked == text)
}

fn who(text: String) -> Option<PersonRef> {
    let digits = text.strip_prefix('p')?;
    let number: u32 = digits.parse().ok()?;
    (number > 0 && number.to_string() == digits).then_some(PersonRef(text))
}

fn reference(text: Option<String>) -> Option<Option<ItemId>> {
    text.map(|text| text.parse().ok())
        .map_or(Some(None), |id| id.map(Some))
}

fn canonical<T: std::str::FromStr + ToString>(text: &str) -> Option<T> {
    text.parse()
        .ok()
        .filter(|value: &T| value.to_string() == text)
}

type RoutineAndDays = (life::Routine, Vec<(Date, DayRecord)>);

fn routine_in(routine: Routine, id: ItemId) -> Option<RoutineAndDays> {
    let time = match routine.time {
        None => None,
        Some(text) => Some(time_in(&text)?),
    };
    let unit = match routine.unit {
        None => None,
        Some(unit) => Some(kept(unit, text::short)?),
    };
    let import_key = match routine.import_key {
        None => None,
        Some(key) => Some(kept(key, text::own_words)?),
    };
    let days: Option<Vec<_>> = routine.days.into_iter().map(day_in).collect();
    let life = life::Routine {
        id,
        name: kept(routine.name, text::name)?,
        rhythm: routine.rhythm.parse().ok()?,
        time,
        pause: routine.pause.map(|pause| life::Pause {
            from: pause.from,
            until: pause.until,
        }),
        unit,
        started: routine.started,
        ended: routine.ended,
        import_key,
    };
    Some((life, days?))
}

fn time_in(text: &str) -> Option<Time> {
    let time = spoken::time_from_words(text).ok()?;
    (time.strftime("%H:%M").to_string() == text).then_some(time)
}

fn day_in(day: Day) -> Option<(Date, DayRecord)> {
    let mark = match day.mark.as_deref() {
        None => None,
        Some("done") => Some(Mark::Done),
        Some("rest") => Some(Mark::Rest),
        Some(_) => return None,
    };
    let amount = match day.amount.as_deref() {
        None => None,
        Some(text) => Some(spoken::amount_from_words(text).ok()?),
    };
    let notes: Option<Vec<_>> = day
        .notes
        .into_iter()
        .map(|note| kept(note, text::note))
        .collect();
    let record = DayRecord {
        mark,
        amount,
        notes: notes?,
    };
    (!record.is_blank()).then_some((day.day, record))
}

fn goal_in(goal: Goal, id: ItemId) -> Option<life::Goal> {
    let area = match goal.area {
        None => None,
        Some(area) => Some(canonical(&area)?),
    };
    Some(life::Goal {
        id,
        name: kept(goal.name, text::name)?,
        area,
        state: goal.state.parse().ok()?,
        started: goal.started,
    })
}

fn step_in(step: Step, id: ItemId) -> Option<life::Step> {
    Some(life::Step {
        id,
        goal: reference(step.goal)?,
        name: kept(step.name, text::name)?,
        state: step.state.parse().ok()?,
        started: step.started,
    })
}

fn person_in(person: Person) -> Option<life::Person> {
    Some(life::Person {
        who: who(person.who)?,
        name: kept(person.name, text::display_name)?,
        role: canonical(&person.role)?,
        official: person.official,
        allows: person.allows.parse().ok()?,
        blocked: person.blocked,
        since: person.since,
    })
}

fn share_in(share: Share) -> Option<life::Share> {
    Some(life::Share {
        item: share.item.parse::<ItemRef>().ok()?,
        to: who(share.to)?,
        from: share.from,
        until: canonical(&share.until)?,
        notes: share.notes,
    })
}

fn word_in(word: Word, id: ItemId) -> Option<(PersonRef, life::Word)> {
    let kind = match word.kind.as_str() {
        "own-words" => life::WordKind::OwnWords,
        "thanks" => life::WordKind::Thanks,
        "seen" => life::WordKind::Seen,
        card => {
            let name = card.strip_prefix("card ")?;
            let card = CardKind::ALL.into_iter().find(|card| card.word() == name)?;
            life::WordKind::Card(card)
        }
    };
    let text = word.text;
    let life = life::Word {
        id,
        kind,
        text: text.clone(),
        about: reference(word.about)?,
        day: word.day,
    };
    let checked = life.checked().ok().filter(|checked| checked.text == text)?;
    Some((who(word.who)?, checked))
}

fn idea_in(idea: Idea, id: ItemId) -> Option<(PersonRef, life::Proposal)> {
    let what = match (idea.routine, idea.step, idea.words) {
        (Some(routine), None, None) => Offer::NewRoutine {
            name: kept(routine.name, text::name)?,
            rhythm: routine.rhythm.parse().ok()?,
        },
        (None, Some(step), None) => Offer::NewStep {
            goal: reference(step.goal)?,
            name: kept(step.name, text::name)?,
        },
        (None, None, Some(words)) => Offer::Words(kept(words, text::own_words)?),
        _ => return None,
    };
    let life = life::Proposal {
        id,
        what,
        day: idea.day,
    };
    Some((who(idea.who)?, life))
}
