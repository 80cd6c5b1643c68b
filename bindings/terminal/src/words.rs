//! Small words that many answers share: days, marks, amounts, and who sees a deed.
//! Invariant: numbers are only about the person's own things.

use crate::Said;
use crate::answer::Answer;
use crate::trouble::Trouble;
use alongside_core::companion::Companion;
use alongside_core::life::spoken::{amount_text, day_from_words};
use alongside_core::life::{DayRecord, ItemRef, Mark, Rhythm};
use jiff::civil::Date;
use serde_json::{Value, json};

/// A day as it is said in a sentence.
pub(crate) fn day_said(day: Date, today: Date) -> String {
    if day == today {
        "today".to_owned()
    } else if today.yesterday().is_ok_and(|before| before == day) {
        "yesterday".to_owned()
    } else {
        format!("{} {day}", weekday(day))
    }
}

/// "Wednesday".
pub(crate) fn weekday(day: Date) -> &'static str {
    use jiff::civil::Weekday;
    match day.weekday() {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

/// The day that was typed; today where none was.
pub(crate) fn day(app: &Companion, typed: Option<&str>) -> Result<Date, Trouble> {
    let today = app.now().today;
    match typed {
        Some(text) => day_from_words(text, today).map_err(Trouble::usage),
        None => Ok(today),
    }
}

/// The rhythm that was typed; every day where none was.
pub(crate) fn rhythm(app: &Companion, typed: &[String]) -> Result<Rhythm, Trouble> {
    if typed.is_empty() {
        return Ok(Rhythm::Daily);
    }
    Rhythm::from_words(&typed.join(" "), app.now().today).map_err(Trouble::usage)
}

/// A rhythm as it is read: "every day" for the canonical "daily".
pub(crate) fn rhythm_said(rhythm: &Rhythm) -> String {
    match rhythm {
        Rhythm::Daily => "every day".to_owned(),
        Rhythm::Free => "whenever it comes".to_owned(),
        other => other.to_string(),
    }
}

/// "done", "rest day", or nothing.
pub(crate) fn mark_said(mark: Option<Mark>) -> Option<&'static str> {
    mark.map(|mark| match mark {
        Mark::Done => "done",
        Mark::Rest => "rest day",
    })
}

/// What a day holds, in one line: the mark, the amount.
pub(crate) fn record_said(
    mark: Option<Mark>,
    amount: Option<i64>,
    unit: Option<&str>,
) -> Option<String> {
    let amount = amount.map(|amount| match unit {
        Some(unit) => format!("{} {unit}", amount_text(amount)),
        None => amount_text(amount),
    });
    let parts: Vec<String> = mark_said(mark)
        .map(str::to_owned)
        .into_iter()
        .chain(amount)
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// A day record in JSON.
pub(crate) fn record_json(day: Date, record: &DayRecord) -> Value {
    json!({
        "day": day.to_string(),
        "mark": mark_json(record.mark),
        "amount": record.amount.map(amount_text),
        "notes": record.notes,
    })
}

/// "done", "rest" or null.
pub(crate) fn mark_json(mark: Option<Mark>) -> Option<&'static str> {
    mark.map(|mark| match mark {
        Mark::Done => "done",
        Mark::Rest => "rest",
    })
}

/// Who sees a deed on a thing: only the person, or those it is shown to, once they meet the post box.
pub(crate) fn who_sees(
    app: &mut Companion,
    item: ItemRef,
    day: Option<Date>,
    is_note: bool,
) -> Result<String, Trouble> {
    let showings = app.who_sees(item)?;
    let names: Vec<&str> = showings
        .iter()
        .filter(|one| one.open && one.share.follows())
        .filter(|one| day.is_none_or(|day| one.share.reaches(day)))
        .filter(|one| !is_note || one.share.notes)
        .map(|one| one.person.as_str())
        .collect();
    Ok(if names.is_empty() {
        "Only you can see this.".to_owned()
    } else {
        format!("{} will see it after the next sync.", listed(&names))
    })
}

/// "Pat", "Pat and Sam", "Jo, Pat and Sam".
pub(crate) fn listed(names: &[&str]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => (*one).to_owned(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// An answer of one sentence and who sees what it says.
pub(crate) fn with_who_sees(app: &mut Companion, item: ItemRef, sentence: String) -> Said {
    let mut answer = Answer::says(sentence);
    let sees = who_sees(app, item, None, false)?;
    answer.say(sees);
    Ok(answer)
}
