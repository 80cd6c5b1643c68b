//! The keys of a notebook's documents, private and shared: one place for their form.
//! Knows text only. Invariant: a key is read back to exactly what it was made from, and no key is
//! ever taken away in a private document: 0 and the empty text stand for "not any more", so that
//! a key that is not there means "not heard of yet".

use jiff::civil::Date;

use super::document::Value;
use super::name::DocName;
use crate::life::{ItemId, ItemRef, Mark, PersonRef};

/// Which part of a day record a key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Mark,
    Note,
    Amount,
}

/// Length of an item id in text.
const ID: usize = 16;

pub(super) fn routine(id: ItemId, field: &str) -> String {
    format!("r/{id}/{field}")
}

pub(super) fn goal(id: ItemId, field: &str) -> String {
    format!("g/{id}/{field}")
}

pub(super) fn step(id: ItemId, field: &str) -> String {
    format!("s/{id}/{field}")
}

/// The key of a field of anything that can be shown.
pub(super) fn item(item: ItemRef, field: &str) -> String {
    match item {
        ItemRef::Routine(id) => routine(id, field),
        ItemRef::Goal(id) => goal(id, field),
        ItemRef::Step(id) => step(id, field),
    }
}

pub(super) fn person(who: &PersonRef, field: &str) -> String {
    format!("c/{who}/{field}")
}

pub(super) fn share(who: &PersonRef, item: ItemRef) -> String {
    let (kind, id) = match item {
        ItemRef::Routine(id) => ('r', id),
        ItemRef::Goal(id) => ('g', id),
        ItemRef::Step(id) => ('s', id),
    };
    format!("sh/{who}/{kind}{id}")
}

/// Reads the last part of a share's key.
pub(super) fn read_item(text: &str) -> Option<ItemRef> {
    let id = text.get(1..)?.parse().ok()?;
    match text.get(..1)? {
        "r" => Some(ItemRef::Routine(id)),
        "g" => Some(ItemRef::Goal(id)),
        "s" => Some(ItemRef::Step(id)),
        _ => None,
    }
}

/// A kind word or an idea of mine.
pub(super) fn word(id: ItemId) -> String {
    format!("w/{id}")
}

pub(super) fn idea(id: ItemId) -> String {
    format!("p/{id}")
}

/// What I did with an idea of someone's, or kept of their words.
pub(super) fn answer(from: &PersonRef, id: ItemId) -> String {
    format!("a/{from}/{id}")
}

pub(super) fn kept(from: &PersonRef, id: ItemId) -> String {
    format!("k/{from}/{id}")
}

/// The key of a day record in its ticks document: part, id, day of the month. In this order the
/// keys of a month squeeze best: marks before notes, and each id with its days beside one another.
pub(super) fn tick(day: Date, id: ItemId, part: Part) -> String {
    let part = match part {
        Part::Mark => "",
        Part::Note => "n",
        Part::Amount => "x",
    };
    format!("{part}{id}{:02}", day.day())
}

/// Reads the key of a day record.
pub(super) fn read_tick(name: DocName, key: &str) -> Option<(Date, ItemId, Part)> {
    let DocName::Ticks { year, month } = name else {
        return None;
    };
    let (part, rest) = key.split_at_checked(key.len().checked_sub(ID + 2)?)?;
    let part = match part {
        "" => Part::Mark,
        "n" => Part::Note,
        "x" => Part::Amount,
        _ => return None,
    };
    let (id, day) = rest.split_at_checked(ID)?;
    let day = Date::new(year, month, day.parse().ok()?).ok()?;
    let id: ItemId = id.parse().ok()?;
    (tick(day, id, part) == key).then_some((day, id, part))
}

/// The day that a day record's key ends with: quicker than [`read_tick`], which looks at all of it.
pub(super) fn tick_day(name: DocName, key: &str) -> Option<Date> {
    let DocName::Ticks { year, month } = name else {
        return None;
    };
    let day = key.get(key.len().checked_sub(2)?..)?;
    Date::new(year, month, day.parse().ok()?).ok()
}

/// The id and the field of a key like `r/<id>/name`, or the id alone of `w/<id>`.
pub(super) fn split<'a>(key: &'a str, kind: &str) -> Option<(ItemId, &'a str)> {
    let rest = key.strip_prefix(kind)?;
    let (id, field) = rest.split_once('/').unwrap_or((rest, ""));
    Some((id.parse().ok()?, field))
}

/// The id in a shared document's key, whatever it is about.
pub(super) fn alias(name: DocName, key: &str) -> Option<ItemId> {
    if let Some((_, id, _)) = read_tick(name, key) {
        return Some(id);
    }
    ["r/", "g/", "s/", "w/", "p/"]
        .iter()
        .find_map(|kind| split(key, kind))
        .map(|(id, _)| id)
}

/// Settles a mark that devices made apart: done beats rest beats cleared.
pub(super) fn settle_mark(values: &[Value]) -> Option<Mark> {
    let marks = values.iter().filter_map(Value::as_int);
    marks.map(Mark::from_number).max().flatten()
}

/// The greatest number of those written apart.
pub(super) fn settle_int(values: &[Value]) -> Option<Value> {
    let ints = values.iter().filter_map(Value::as_int);
    ints.max().map(Value::Int)
}

/// Notes that devices wrote apart all stay, in the order of their text; a removal made apart from
/// a writing does not take it away.
pub(super) fn settle_notes(values: &[Value]) -> Vec<String> {
    let texts = values.iter().filter_map(Value::as_text);
    texts
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
        .collect()
}

/// All notes as one text, where there is room for one value.
pub(super) fn settle_note(values: &[Value]) -> Option<Value> {
    (!values.is_empty()).then(|| Value::Text(settle_notes(values).join("\n")))
}
