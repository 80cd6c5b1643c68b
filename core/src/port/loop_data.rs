//! What an export of Loop Habit Tracker holds, in our words, whichever of its two files it came from.
//! Does not know zip, CSV or SQL. Invariant: only what the person said there comes along: done, skip,
//! amounts and notes. What Loop worked out by itself, and its "no", are blank days here.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};

use super::PortError;
use crate::life::text::{self, NAME_MAX, NOTE_MAX, SHORT_MAX};
use crate::life::{Mark, Rhythm};

/// The most habits that are read from one file.
pub const HABITS_MAX: usize = 1_000;
/// The most days of all habits that are read from one file.
pub const ENTRIES_MAX: usize = 500_000;
/// The largest amount, in thousandths.
const AMOUNT_MAX: i64 = 999_999_999_999;

/// What an export holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoopData {
    /// The habits, in the order of their positions.
    pub habits: Vec<LoopHabit>,
    /// How many names, units and notes were longer than there is room for, and were cut.
    pub shortened: usize,
}

/// One habit of an export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoopHabit {
    /// Its place in Loop's list, from 1.
    pub position: u32,
    /// Its name, tidied to one line.
    pub name: String,
    /// Whether it was archived there.
    pub archived: bool,
    /// How often it comes round.
    pub rhythm: Rhythm,
    /// What its amounts are counted in.
    pub unit: Option<String>,
    /// The time of its reminder, where the file has one.
    pub time: Option<Time>,
    /// The days that hold something, oldest first, each once.
    pub entries: Vec<(Date, Entry)>,
    /// Its own id there, where the file has one.
    pub uuid: Option<String>,
}

/// What one day of an export holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// Done or rest.
    pub mark: Option<Mark>,
    /// How much, in thousandths.
    pub amount: Option<i64>,
    /// The note, with or without a mark.
    pub note: Option<String>,
}

/// What a habit's values mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Done or not.
    YesNo,
    /// Amounts in thousandths.
    Numerical,
}

/// What a value of this kind says, from its number. `None`: not a value that Loop writes.
pub(super) fn say_number(kind: Kind, number: i64) -> Option<Entry> {
    let (mark, amount) = match (kind, number) {
        // A skip is a rest day for both kinds; the minus is of old files.
        (_, 3 | -3) => (Some(Mark::Rest), None),
        (Kind::YesNo, 2) => (Some(Mark::Done), None),
        (Kind::YesNo, -1..=1) => (None, None),
        (Kind::Numerical, -1 | 0) => (None, None),
        (Kind::Numerical, 1..=AMOUNT_MAX) => (Some(Mark::Done), Some(number)),
        _ => return None,
    };
    Some(Entry {
        mark,
        amount,
        note: None,
    })
}

/// What a value says, from its word or number as the CSV has it.
pub(super) fn say_word(kind: Kind, word: &str) -> Option<Entry> {
    // The CSV writes these words for 3, 2, 1, 0 even for an amount.
    let number = match word {
        "SKIP" => 3,
        "YES_MANUAL" => 2,
        "YES_AUTO" => 1,
        "NO" => 0,
        "UNKNOWN" => -1,
        digits => digits.parse().ok()?,
    };
    say_number(kind, number)
}

/// Loop's "n times in d days" as a rhythm.
pub(super) fn rhythm(times: Option<i64>, days: Option<i64>) -> Rhythm {
    let (Some(times), Some(days)) = (times, days) else {
        return Rhythm::Free;
    };
    if times < 1 || days < 1 {
        return Rhythm::Free;
    }
    if times >= days {
        return Rhythm::Daily;
    }
    let rhythm = match (u16::try_from(times), u16::try_from(days)) {
        (Ok(times), Ok(7)) => Rhythm::TimesAWeek(u8::try_from(times).unwrap_or(7)),
        (Ok(times), Ok(days)) => Rhythm::TimesInDays { times, days },
        _ => Rhythm::Free,
    };
    rhythm.checked().unwrap_or(Rhythm::Free)
}

/// Gathers habits and counts what goes in, so that no file can fill the memory.
#[derive(Debug, Default)]
pub(super) struct Gather {
    data: LoopData,
    entries: usize,
}

/// The days of one habit, while they are read.
#[derive(Debug, Default)]
pub(super) struct Days(BTreeMap<Date, Entry>);

impl Gather {
    /// The name as it is kept: one line, within its length, never empty.
    pub(super) fn name(&mut self, raw: &str, position: u32) -> String {
        let name = self.one_line(raw, NAME_MAX);
        if name.is_empty() {
            format!("Routine {position}")
        } else {
            name
        }
    }

    /// The unit as it is kept.
    pub(super) fn unit(&mut self, raw: &str) -> Option<String> {
        Some(self.one_line(raw, SHORT_MAX)).filter(|unit| !unit.is_empty())
    }

    /// Puts a day in; of a day named twice everything stays.
    pub(super) fn day(
        &mut self,
        days: &mut Days,
        day: Date,
        said: Entry,
        note: &str,
    ) -> Result<(), PortError> {
        let note = self.cut(&text::tidy(note), NOTE_MAX);
        let note = Some(note).filter(|note| !note.is_empty());
        if said == Entry::default() && note.is_none() {
            return Ok(());
        }
        self.entries += 1;
        if self.entries > ENTRIES_MAX {
            return Err(PortError::TooLarge);
        }
        let kept = days.0.entry(day).or_default();
        kept.mark = Mark::join(kept.mark, said.mark);
        kept.amount = kept.amount.max(said.amount);
        if kept.note.is_none() {
            kept.note = note;
        } else if let (Some(there), Some(note)) = (&mut kept.note, note)
            && *there != note
        {
            let both = format!("{there}\n{note}");
            *there = self.cut(&both, NOTE_MAX);
        }
        Ok(())
    }

    /// Puts a habit in. Its `entries` are filled from `days`.
    pub(super) fn habit(&mut self, mut habit: LoopHabit, days: Days) -> Result<(), PortError> {
        if self.data.habits.len() >= HABITS_MAX {
            return Err(PortError::TooLarge);
        }
        habit.entries = days.0.into_iter().collect();
        self.data.habits.push(habit);
        Ok(())
    }

    /// Everything, by position.
    pub(super) fn finish(mut self) -> LoopData {
        self.data.habits.sort_by_key(|habit| habit.position);
        self.data
    }

    fn one_line(&mut self, raw: &str, max: usize) -> String {
        let words: Vec<String> = text::tidy(raw)
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        self.cut(&words.join(" "), max)
    }

    fn cut(&mut self, text: &str, max: usize) -> String {
        match text.char_indices().nth(max) {
            None => text.to_owned(),
            Some((at, _)) => {
                self.shortened();
                text.get(..at).unwrap_or_default().trim_end().to_owned()
            }
        }
    }

    fn shortened(&mut self) {
        self.data.shortened += 1;
    }
}

/// A day that a person may have meant: the years 1900 to 2200.
pub(super) fn believable(day: Date) -> Option<Date> {
    (1900..=2200).contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: Kind, word: &str) -> Option<(Option<Mark>, Option<i64>)> {
        say_word(kind, word).map(|entry| (entry.mark, entry.amount))
    }

    #[test]
    fn words_and_numbers_say_the_same() {
        use Kind::{Numerical, YesNo};
        for (word, number) in [
            ("YES_MANUAL", "2"),
            ("YES_AUTO", "1"),
            ("NO", "0"),
            ("UNKNOWN", "-1"),
            ("SKIP", "3"),
        ] {
            assert_eq!(said(YesNo, word), said(YesNo, number));
            assert_eq!(said(Numerical, word), said(Numerical, number));
        }
        assert_eq!(said(YesNo, "2"), Some((Some(Mark::Done), None)));
        assert_eq!(said(YesNo, "SKIP"), Some((Some(Mark::Rest), None)));
        assert_eq!(said(YesNo, "-3"), Some((Some(Mark::Rest), None)));
        for blank in ["YES_AUTO", "NO", "UNKNOWN"] {
            assert_eq!(said(YesNo, blank), Some((None, None)));
        }
        assert_eq!(
            said(Numerical, "2500"),
            Some((Some(Mark::Done), Some(2500)))
        );
        assert_eq!(
            said(Numerical, "YES_MANUAL"),
            Some((Some(Mark::Done), Some(2)))
        );
        assert_eq!(said(Numerical, "0"), Some((None, None)));
        assert_eq!(said(Numerical, "SKIP"), Some((Some(Mark::Rest), None)));
        for bad in ["", "=1+1", "MAYBE", "2.5", "4", "-2", "9999999999999999999"] {
            assert_eq!(said(YesNo, bad), None, "{bad}");
        }
        assert_eq!(said(Numerical, "-500"), None);
        assert_eq!(said(Numerical, "1000000000000"), None);
    }

    #[test]
    fn loops_frequencies_become_rhythms() {
        for (times, days, text) in [
            (1, 1, "daily"),
            (7, 3, "daily"),
            (3, 7, "3 a week"),
            (7, 7, "daily"),
            (2, 3, "2 in 3 days"),
            (1, 30, "1 in 30 days"),
            (0, 7, "none"),
            (1, 0, "none"),
            (-1, i64::MIN, "none"),
            (1, i64::MAX, "none"),
        ] {
            assert_eq!(rhythm(Some(times), Some(days)).to_string(), text);
        }
        assert_eq!(rhythm(None, Some(1)), Rhythm::Free);
    }

    #[test]
    fn long_texts_are_cut_and_counted_and_a_day_named_twice_keeps_both_notes() {
        let mut gather = Gather::default();
        assert_eq!(gather.name(" a\nb\u{1b} ", 1), "a b");
        assert_eq!(gather.name(" \n", 3), "Routine 3");
        assert_eq!(gather.name(&"é".repeat(70), 1).chars().count(), 60);
        let mut days = Days::default();
        let day = Date::constant(2026, 2, 2);
        let done = say_number(Kind::YesNo, 2).unwrap();
        gather.day(&mut days, day, done, "one").unwrap();
        gather.day(&mut days, day, Entry::default(), "two").unwrap();
        gather.day(&mut days, day, Entry::default(), "").unwrap();
        assert_eq!(days.0[&day].note.as_deref(), Some("one\ntwo"));
        assert_eq!(days.0[&day].mark, Some(Mark::Done));
        assert_eq!(gather.finish().shortened, 1);
    }
}
