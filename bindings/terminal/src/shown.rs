//! What one person shows another, as lines and as JSON: the same for both sides, so that "see what Sam sees" reads as
//! Sam's own screen. Invariant: nothing is here that is not in [`Shown`]; ids stay out.

use crate::answer::Answer;
use crate::wants::state_said;
use crate::words::{day_said, record_json, record_said, rhythm_said};
use alongside_core::life::{Offer, Proposal, Word, WordKind};
use alongside_core::notebook::Shown;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// Writes it into an answer; gives the JSON with a field for each kind that is there.
pub(crate) fn write(answer: &mut Answer, shown: &Shown, today: Date) -> Map<String, Value> {
    let mut fields = Map::new();
    let mut put = |field: &str, rows: Vec<Value>| {
        if !rows.is_empty() {
            fields.insert(field.to_owned(), rows.into());
        }
    };
    put("routines", routines(answer, shown, today));
    let goals = shown.goals.iter().map(|goal| {
        answer.item(format!("{}: {}", goal.name, state_said(goal.state)));
        json!({
            "name": goal.name,
            "state": goal.state.to_string(),
            "until": goal.until.map(|day| day.to_string()),
        })
    });
    put("goals", goals.collect());
    let steps = shown.steps.iter().map(|step| {
        let goal = shown.goals.iter().find(|goal| Some(goal.id) == step.goal);
        answer.item(format!("{}: {}", step.name, state_said(step.state)));
        json!({
            "name": step.name,
            "goal": goal.map(|goal| goal.name.as_str()),
            "state": step.state.to_string(),
            "until": step.until.map(|day| day.to_string()),
        })
    });
    put("steps", steps.collect());
    let words = shown.words.iter().map(|word| {
        answer.item(format!(
            "{}: {}",
            day_said(word.day, today),
            word_said(word)
        ));
        word_json(word, None)
    });
    put("words", words.collect());
    let ideas = shown.ideas.iter().map(|idea| {
        answer.item(format!("idea: {}", offer_said(&idea.what)));
        idea_json(idea)
    });
    put("ideas", ideas.collect());
    fields
}

fn routines(answer: &mut Answer, shown: &Shown, today: Date) -> Vec<Value> {
    let mut rows = Vec::new();
    for routine in &shown.routines {
        let mut line = format!("{}: {}", routine.name, rhythm_said(&routine.rhythm));
        if routine.ended {
            line.push_str(", ended");
        } else if routine.paused {
            line.push_str(", paused");
        }
        answer.item(line);
        for (day, record) in &routine.days {
            let said = record_said(record.mark, record.amount, routine.unit.as_deref());
            let day = day_said(*day, today);
            answer.raw(match said {
                Some(said) => format!("  {day}: {said}"),
                None => format!("  {day}"),
            });
            for note in &record.notes {
                answer.raw(format!("    note: {note}"));
            }
        }
        let days: Vec<Value> = routine
            .days
            .iter()
            .map(|(day, record)| record_json(*day, record))
            .collect();
        rows.push(json!({
            "name": routine.name,
            "rhythm": routine.rhythm.to_string(),
            "unit": routine.unit,
            "paused": routine.paused,
            "paused_until": routine.paused_until.map(|day| day.to_string()),
            "ended": routine.ended,
            "until": routine.until.map(|day| day.to_string()),
            "days": days,
        }));
    }
    rows
}

/// A kind word as it reads.
pub(crate) fn word_said(word: &Word) -> String {
    let own = |start: &str| {
        if word.text.is_empty() {
            format!("{start}.")
        } else {
            format!("{start}: {}", word.text)
        }
    };
    match word.kind {
        WordKind::Card(card) => card.text().to_owned(),
        WordKind::OwnWords => word.text.clone(),
        WordKind::Thanks => own("Thank you"),
        WordKind::Seen => own("I saw you"),
    }
}

/// A kind word in JSON.
pub(crate) fn word_json(word: &Word, about: Option<&str>) -> Value {
    let (kind, card) = match word.kind {
        WordKind::Card(card) => ("card", Some(card.word())),
        WordKind::OwnWords => ("own-words", None),
        WordKind::Thanks => ("thanks", None),
        WordKind::Seen => ("seen", None),
    };
    json!({
        "kind": kind,
        "card": card,
        "text": word_said(word),
        "about": about,
        "day": word.day.to_string(),
    })
}

/// What an idea offers, in a few words.
pub(crate) fn offer_said(offer: &Offer) -> String {
    match offer {
        Offer::NewRoutine { name, rhythm } => {
            format!("a routine, {name}, {}", rhythm_said(rhythm))
        }
        Offer::NewStep { name, .. } => format!("a step, {name}"),
        Offer::Words(words) => words.clone(),
    }
}

/// An idea in JSON.
pub(crate) fn idea_json(idea: &Proposal) -> Value {
    let (kind, text, rhythm) = match &idea.what {
        Offer::NewRoutine { name, rhythm } => ("routine", name, Some(rhythm.to_string())),
        Offer::NewStep { name, .. } => ("step", name, None),
        Offer::Words(words) => ("words", words, None),
    };
    json!({
        "kind": kind,
        "text": text,
        "rhythm": rhythm,
        "day": idea.day.to_string(),
    })
}
