//! A day: what is here for it, and marks and notes. Invariant: nothing is said about a day that is blank.

use crate::Said;
use crate::answer::Answer;
use crate::args;
use crate::trouble::Trouble;
use crate::words::{day, day_said, mark_json, record_json, record_said, weekday, who_sees};
use alongside_core::companion::{Companion, told_apart};
use alongside_core::life::spoken::{amount_from_words, amount_text};
use alongside_core::life::today::WELCOME_BACK;
use alongside_core::life::{ItemRef, Mark, TodayItem, text};
use serde_json::{Value, json};

/// What a mark command does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum How {
    Done,
    Rest,
    Clear,
}

pub(crate) fn today(app: &mut Companion) -> Said {
    let page = app.today()?;
    let mut answer = Answer::silent();
    if page.welcome_back {
        answer.say(WELCOME_BACK);
    }
    answer.head(format!("{} {}", weekday(page.day), page.day));
    let items = list(app, &mut answer, &page.items)?;
    if page.items.is_empty() {
        answer.say("No routine is here for today.");
    }
    let paused = if page.paused.is_empty() {
        Value::Array(Vec::new())
    } else {
        answer.head("Paused");
        list(app, &mut answer, &page.paused)?
    };
    answer.put("day", page.day.to_string());
    answer.put("welcome_back", page.welcome_back);
    answer.put("routines", items);
    answer.put("paused", paused);
    Ok(answer)
}

fn list(app: &mut Companion, answer: &mut Answer, items: &[TodayItem]) -> Result<Value, Trouble> {
    let names: Vec<&str> = items.iter().map(|item| item.name.as_str()).collect();
    // Only two of one name need the whole list to be told apart as it tells them.
    let alike = told_apart(&names)
        .iter()
        .zip(&names)
        .any(|(label, name)| label != name);
    let mut rows = Vec::new();
    for item in items {
        let label = if alike {
            app.label(ItemRef::Routine(item.id))?
        } else {
            None
        };
        let name = label.unwrap_or_else(|| item.name.clone());
        let time = item.time.map(|time| time.strftime("%H:%M").to_string());
        let mut line = match &time {
            Some(time) => format!("{time} {name}"),
            None => name.clone(),
        };
        if let Some(record) = record_said(item.mark, item.amount, item.unit.as_deref()) {
            line.push_str(&format!(": {record}"));
        }
        answer.item(line);
        for note in &item.notes {
            answer.raw(format!("  note: {note}"));
        }
        rows.push(json!({
            "name": name,
            "time": time,
            "mark": mark_json(item.mark),
            "amount": item.amount.map(amount_text),
            "unit": item.unit,
            "notes": item.notes,
        }));
    }
    Ok(rows.into())
}

pub(crate) fn mark(app: &mut Companion, typed: &args::Mark, how: How) -> Said {
    let day = day(app, typed.day.as_deref())?;
    let amount = typed.amount.as_deref().map(amount_from_words).transpose();
    let amount = amount.map_err(Trouble::usage)?;
    let note = typed.note.as_deref().map(text::note).transpose();
    let note = note.map_err(Trouble::usage)?;
    let routine = app.find_routine(&typed.routine.join(" "))?;
    let mark = match how {
        How::Done => Some(Mark::Done),
        How::Rest => Some(Mark::Rest),
        How::Clear => None,
    };
    app.mark_with(routine.id, day, mark, note.as_deref(), amount)?;
    let said = day_said(day, app.now().today);
    let mut answer = Answer::says(match how {
        How::Done => format!("Done: {}, {said}.", routine.name),
        How::Rest => format!("Rest day: {}, {said}.", routine.name),
        How::Clear => format!("Cleared: {}, {said}.", routine.name),
    });
    let sees = who_sees(app, ItemRef::Routine(routine.id), Some(day), false)?;
    answer.say(sees);
    let record = app.record(routine.id, day)?;
    answer.put("routine", routine.name);
    answer.put("record", record_json(day, &record));
    Ok(answer)
}

pub(crate) fn note(app: &mut Companion, typed: &args::Note) -> Said {
    let day = day(app, typed.day.as_deref())?;
    let routine = app.find_routine(&typed.routine)?;
    let item = ItemRef::Routine(routine.id);
    let said = day_said(day, app.now().today);
    let mut answer = if typed.remove {
        app.set_note(routine.id, day, None)?;
        Answer::says(format!("The note is gone: {}, {said}.", routine.name))
    } else if typed.text.is_empty() {
        let mut answer = Answer::silent();
        answer.head(format!("{}, {said}", routine.name));
        for note in app.record(routine.id, day)?.notes {
            answer.raw(note);
        }
        answer
    } else {
        app.set_note(routine.id, day, Some(&typed.text.join(" ")))?;
        let mut answer = Answer::says(format!("Noted: {}, {said}.", routine.name));
        let sees = who_sees(app, item, Some(day), true)?;
        answer.say(sees);
        answer
    };
    let record = app.record(routine.id, day)?;
    answer.put("routine", routine.name);
    answer.put("record", record_json(day, &record));
    Ok(answer)
}

pub(crate) fn undo(app: &mut Companion) -> Said {
    let undone = app.undo()?;
    let mut answer = Answer::says(if undone {
        "The last deed is taken back here."
    } else {
        "There is nothing to take back."
    });
    if undone && !app.people()?.is_empty() {
        answer.say("Others may keep what they saw.");
    }
    answer.put("undone", undone);
    Ok(answer)
}
