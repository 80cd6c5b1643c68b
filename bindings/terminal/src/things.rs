//! Routines, and what is the same for anything that can be named: renamed, deleted. Goals and steps: `wants`.
//! Invariant: each deed says who sees it.

use crate::Said;
use crate::answer::Answer;
use crate::args::{self, RoutineDeed};
use crate::trouble::Trouble;
use crate::words::{
    day, day_said, listed, record_json, record_said, rhythm, rhythm_said, who_sees, with_who_sees,
};
use alongside_core::companion::{Companion, MayHaveSeen, told_apart};
use alongside_core::life::spoken::time_from_words;
use alongside_core::life::{ItemRef, Routine};
use jiff::ToSpan;
use serde_json::{Value, json};

/// How many days back a history looks where nothing is said.
const MONTH: i64 = 30;

pub(crate) fn routine(app: &mut Companion, what: RoutineDeed) -> Said {
    match what {
        RoutineDeed::Add {
            name,
            rhythm: typed,
            time,
            unit,
        } => {
            let rhythm = rhythm(app, &typed)?;
            let time = time.as_deref().map(time_from_words).transpose();
            let time = time.map_err(Trouble::usage)?;
            let often = rhythm_said(&rhythm);
            let id = app.add_routine_with(&name, rhythm, time, unit.as_deref())?;
            let made = app.routine(id)?;
            let mut answer = Answer::says(format!("New: {}, {often}.", made.name));
            answer.say("Only you can see this.");
            answer.put("routine", routine_json(&made.name, &made));
            Ok(answer)
        }
        RoutineDeed::List => routines(app),
        RoutineDeed::Rename { routine, name } => {
            let id = app.find_routine(&routine)?.id;
            rename_item(app, ItemRef::Routine(id), &name)
        }
        RoutineDeed::Rhythm {
            routine,
            rhythm: typed,
        } => {
            let rhythm = rhythm(app, &typed)?;
            let found = app.find_routine(&routine)?;
            let often = rhythm_said(&rhythm);
            app.set_rhythm(found.id, rhythm)?;
            changed(app, found, |name| format!("{name}: {often}."))
        }
        RoutineDeed::Time { routine, time } => {
            let wanted = unless_none(&time, |time| time_from_words(time).map_err(Trouble::usage))?;
            let found = app.find_routine(&routine)?;
            app.set_time(found.id, wanted)?;
            let said = wanted.map_or("no time".to_owned(), |time| {
                time.strftime("%H:%M").to_string()
            });
            let mut answer = Answer::says(format!("{}: {said}.", found.name));
            answer.say("Times stay with you.");
            let after = app.routine(found.id)?;
            answer.put("routine", routine_json(&after.name, &after));
            Ok(answer)
        }
        RoutineDeed::Unit { routine, unit } => {
            let wanted = unless_none(&unit, |unit| Ok(unit.to_owned()))?;
            let found = app.find_routine(&routine)?;
            app.set_unit(found.id, wanted.as_deref())?;
            let said = wanted.unwrap_or_else(|| "no unit".to_owned());
            changed(app, found, |name| format!("{name}: {said}."))
        }
        RoutineDeed::End { routine } => {
            let found = app.find_routine(&routine.join(" "))?;
            app.end_routine(found.id)?;
            changed(app, found, |name| {
                format!("{name} has ended. Your history stays.")
            })
        }
        RoutineDeed::Delete { routine } => {
            let found = app.find_routine(&routine.join(" "))?;
            delete_item(app, ItemRef::Routine(found.id))
        }
        RoutineDeed::History {
            routine,
            from,
            until,
        } => history(app, &routine.join(" "), from.as_deref(), until.as_deref()),
    }
}

fn changed(app: &mut Companion, found: Routine, said: impl FnOnce(&str) -> String) -> Said {
    let after = app.routine(found.id)?;
    let item = ItemRef::Routine(found.id);
    let mut answer = with_who_sees(app, item, said(&after.name))?;
    answer.put("routine", routine_json(&after.name, &after));
    Ok(answer)
}

fn routines(app: &mut Companion) -> Said {
    let all = app.routines()?;
    let today = app.now().today;
    let mut answer = Answer::silent();
    if all.is_empty() {
        answer.say("No routine is here yet.");
    }
    let mut rows = Vec::new();
    for (routine, label) in all.iter().zip(labels(&all, |one| &one.name)) {
        let mut line = format!("{label}: {}", rhythm_said(&routine.rhythm));
        if let Some(time) = routine.time {
            line.push_str(&format!(", {}", time.strftime("%H:%M")));
        }
        if routine.ended {
            line.push_str(", ended");
        } else if routine.is_paused(today) {
            let until = routine.pause.and_then(|pause| pause.until);
            line.push_str(&match until {
                Some(day) => format!(", paused until {day}"),
                None => ", paused".to_owned(),
            });
        }
        answer.item(line);
        rows.push(routine_json(&label, routine));
    }
    answer.put("routines", rows);
    Ok(answer)
}

pub(crate) fn pause(app: &mut Companion, typed: &args::Pause) -> Said {
    let from = day(app, typed.from.as_deref())?;
    let until = typed.until.as_deref().map(|text| day(app, Some(text)));
    let until = until.transpose()?;
    let found = app.find_routine(&typed.routine.join(" "))?;
    app.pause_routine(found.id, from, until)?;
    changed(app, found, |name| match until {
        Some(day) => format!("{name} is paused until {day}. Your history stays."),
        None => format!("{name} is paused. Your history stays."),
    })
}

pub(crate) fn resume(app: &mut Companion, words: &str) -> Said {
    let found = app.find_routine(words)?;
    app.take_up_routine(found.id)?;
    changed(app, found, |name| format!("{name} goes on."))
}

fn history(app: &mut Companion, words: &str, from: Option<&str>, until: Option<&str>) -> Said {
    let today = app.now().today;
    let until = day(app, until)?;
    let from = match from {
        Some(text) => day(app, Some(text))?,
        None => until.saturating_sub(MONTH.days()),
    };
    let found = app.find_routine(words)?;
    let days = app.history(found.id, from, until)?;
    let mut answer = Answer::silent();
    answer.head(format!("{}, {from} to {until}", found.name));
    if days.is_empty() {
        answer.say("Nothing is written for these days.");
    }
    let mut rows = Vec::new();
    for (day, record) in &days {
        let said = record_said(record.mark, record.amount, found.unit.as_deref());
        let day_text = day_said(*day, today);
        answer.item(match said {
            Some(said) => format!("{day_text}: {said}"),
            None => day_text,
        });
        for note in &record.notes {
            answer.raw(format!("  note: {note}"));
        }
        rows.push(record_json(*day, record));
    }
    answer.put("routine", found.name);
    answer.put("unit", found.unit);
    answer.put("days", rows);
    Ok(answer)
}

pub(crate) fn rename(app: &mut Companion, thing: &str, name: &str) -> Said {
    let item = app.find_item(thing)?;
    rename_item(app, item, name)
}

pub(crate) fn rename_item(app: &mut Companion, item: ItemRef, name: &str) -> Said {
    let before = app.label(item)?.unwrap_or_default();
    app.rename(item, name)?;
    let after = app.label(item)?.unwrap_or_default();
    let mut answer = Answer::says(format!("{before} is now called {after}."));
    let sees = who_sees(app, item, None, false)?;
    answer.say(sees);
    answer.put("name", after);
    answer.put("before", before);
    Ok(answer)
}

pub(crate) fn delete(app: &mut Companion, words: &str) -> Said {
    let item = app.find_item(words)?;
    delete_item(app, item)
}

pub(crate) fn delete_item(app: &mut Companion, item: ItemRef) -> Said {
    let name = app.label(item)?.unwrap_or_default();
    let seen = app.delete(item)?;
    let mut answer = Answer::says(format!("Deleted: {name}. Undo brings it back here."));
    may_have_seen(&mut answer, &seen);
    answer.put("name", name);
    Ok(answer)
}

/// What a deletion, or a stop, does not reach.
pub(crate) fn may_have_seen(answer: &mut Answer, seen: &MayHaveSeen) {
    let names: Vec<&str> = seen.people.iter().map(String::as_str).collect();
    if names.is_empty() {
        answer.say("Nobody else has seen it.");
    } else {
        answer.say(format!(
            "{} may have seen it before, and may have kept it.",
            listed(&names)
        ));
    }
    answer.put("may_have_seen", names);
}

/// What was typed, or nothing where `none` was.
pub(crate) fn unless_none<T>(
    typed: &str,
    read: impl FnOnce(&str) -> Result<T, Trouble>,
) -> Result<Option<T>, Trouble> {
    if typed.trim().eq_ignore_ascii_case("none") {
        return Ok(None);
    }
    read(typed).map(Some)
}

/// What lists call each.
pub(crate) fn labels<T>(all: &[T], name: impl Fn(&T) -> &String) -> Vec<String> {
    told_apart(&all.iter().map(name).collect::<Vec<_>>())
}

fn routine_json(label: &str, routine: &Routine) -> Value {
    json!({
        "name": label,
        "rhythm": routine.rhythm.to_string(),
        "time": routine.time.map(|time| time.strftime("%H:%M").to_string()),
        "unit": routine.unit,
        "started": routine.started.to_string(),
        "paused": routine.pause.map(|pause| json!({
            "from": pause.from.to_string(),
            "until": pause.until.map(|day| day.to_string()),
        })),
        "ended": routine.ended,
    })
}
