//! Whether every home holds what the plain lists hold: Robin's devices, each person's view, the kind words.
//! It reads homes and changes nothing. Invariant: what is expected comes from the plain lists alone.

use super::Told;
use super::expected::{Days, Expected, Said, View, sorted};
use super::tell::many;
use super::town::{PHONE, TABLET, Town};
use crate::robin::{FIRST, ROBIN};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

/// Everybody who is ever among Robin's people here.
const PEOPLE: [&str; 4] = ["Jean", "Pat", "Sam", "Bo"];

/// A claim with what was found and what was expected, as text: equal when and only when both are.
struct Line {
    claim: String,
    found: String,
    expected: String,
}

impl Line {
    fn of<T: Debug>(claim: String, found: &T, expected: &T) -> Self {
        Self {
            claim,
            found: format!("{found:?}"),
            expected: format!("{expected:?}"),
        }
    }
}

/// Each claim told by itself.
pub(super) fn told_in_full(town: &mut Town, expected: &Expected) -> Told<()> {
    for line in everything(town, expected)? {
        town.tell.claim(&line.claim, &line.found, &line.expected);
    }
    Ok(())
}

/// All of them as one claim.
pub(super) fn told_as_one(town: &mut Town, expected: &Expected, claim: &str) -> Told<()> {
    let lines = everything(town, expected)?;
    let differs = |line: &&Line| line.found != line.expected;
    let found: Vec<&String> = lines.iter().filter(differs).map(|one| &one.found).collect();
    let wanted: Vec<&String> = lines
        .iter()
        .filter(differs)
        .map(|one| &one.expected)
        .collect();
    town.tell.claim(claim, &found, &wanted);
    Ok(())
}

/// One person's view alone.
pub(super) fn told_of(town: &mut Town, expected: &Expected, person: &'static str) -> Told<()> {
    for line in of_person(town, expected, person)? {
        town.tell.claim(&line.claim, &line.found, &line.expected);
    }
    Ok(())
}

fn everything(town: &mut Town, expected: &Expected) -> Told<Vec<Line>> {
    let mut lines = Vec::new();
    for home in [PHONE, TABLET] {
        lines.push(of_device(town, expected, home)?);
    }
    for person in PEOPLE {
        if town.known.contains_key(&(PHONE, person)) {
            lines.extend(of_person(town, expected, person)?);
        }
    }
    Ok(lines)
}

fn of_device(town: &mut Town, expected: &Expected, home: &'static str) -> Told<Line> {
    let today = town.today();
    let mut found: BTreeMap<usize, Days> = BTreeMap::new();
    for at in expected.all().keys() {
        let id = town.routine(*at)?;
        let days = town.app(home).history(id, FIRST, today)?;
        found.insert(*at, sorted(days));
    }
    let words = words_on(town, home)?;
    let (done, rest, notes) = expected.counts();
    let claim = format!(
        "{} holds what was written on both devices: {}, {}, {}; and all that was written to Robin ({}), once.",
        town.home(home).called,
        many(done, "tick"),
        many(rest, "rest day"),
        many(notes, "note"),
        many(words.len(), "kind word"),
    );
    let wanted = (expected.all().clone(), expected.words(ROBIN));
    Ok(Line::of(claim, &(found, words), &wanted))
}

/// What one person sees is what is shown to them, and nothing else.
fn of_person(town: &mut Town, expected: &Expected, person: &'static str) -> Told<[Line; 2]> {
    let today = town.today();
    let robin = town.knows(person, ROBIN);
    let found = View::of(&town.app(person).what_they_show(&robin)?);
    let wanted = expected.view(person, today);
    let names = wanted.routines.keys().chain(wanted.goals.keys());
    let names: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
    let names = match names.split_last() {
        None => "nothing".to_owned(),
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
    };
    let words = words_on(town, person)?;
    let and_words = match words.len() {
        0 => String::new(),
        count => format!(
            " {person} has what Robin wrote ({}), once.",
            many(count, "kind word")
        ),
    };
    let who = town.knows(PHONE, person);
    let seen = View::of(&town.app(PHONE).see_as(&who)?.shown);
    let sees = format!("{person} sees {names}, day for day as shown, and nothing else.");
    let sees_as = format!(
        "\"See what {person} sees\" on Robin's phone opens the sealed bytes and shows the same.{and_words}"
    );
    Ok([
        Line::of(sees, &found, &wanted),
        Line::of(
            sees_as,
            &(seen, words),
            &(found.clone(), expected.words(person)),
        ),
    ])
}

/// The kind words on a home, as a set; twice would be one too many in the count.
fn words_on(town: &mut Town, home: &str) -> Told<BTreeSet<Said>> {
    let inbox = town.app(home).inbox()?;
    let count = inbox.len();
    let said = inbox.into_iter().map(|one| {
        let name = one.name.unwrap_or_default();
        (name, one.word.kind, one.word.text, one.word.day)
    });
    let words: BTreeSet<Said> = said.collect();
    if words.len() == count {
        Ok(words)
    } else {
        Err("a word is there twice".into())
    }
}
