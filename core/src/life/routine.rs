//! Something done again and again, and what a day holds of it: a mark, an amount, notes.
//!
//! A day without a mark is blank and means nothing. This file does not know who sees what. Its one
//! invariant: of two marks made apart, done beats rest beats cleared, and every note stays.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::ids::ItemId;
use super::rhythm::Rhythm;

/// What is kept for each routine and day.
pub type Records = BTreeMap<(ItemId, Date), DayRecord>;

/// Something done again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routine {
    /// Its id, for ever.
    pub id: ItemId,
    /// What the person calls it: at most [`super::text::NAME_MAX`] characters.
    pub name: String,
    /// How often it comes round.
    pub rhythm: Rhythm,
    /// The time of day the person has in mind, on their own clock.
    pub time: Option<Time>,
    /// A pause, while there is one. What was marked stays.
    pub pause: Option<Pause>,
    /// What amounts are counted in ("litres"), when it has amounts.
    pub unit: Option<String>,
    /// The first day it is offered.
    pub started: Date,
    /// Whether the person ended it. What was marked stays, and it can be taken up again.
    pub ended: bool,
    /// Where it came from, when it was brought in from elsewhere: the same file brought in again finds
    /// it by this, whatever it is called by then.
    pub import_key: Option<String>,
}

/// A stop without an ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The first day of the pause.
    pub from: Date,
    /// Its last day; open when none is given.
    pub until: Option<Date>,
}

/// What a person says about a day. In order: of two, the greater stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mark {
    /// A rest day, which counts as looking after oneself.
    Rest,
    /// Done.
    Done,
}

/// What one day holds of one routine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRecord {
    /// The mark; none is a blank day.
    pub mark: Option<Mark>,
    /// Notes, in the order they are shown. Two, when two devices wrote one each.
    pub notes: Vec<String>,
    /// How much, in thousandths of the routine's unit.
    pub amount: Option<i64>,
}

impl Pause {
    /// Whether the pause covers this civil day.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        day >= self.from && self.until.is_none_or(|last| day <= last)
    }
}

impl Routine {
    /// Whether it is there to be offered on this civil day: begun, not ended, not paused.
    #[must_use]
    pub fn is_going(&self, day: Date) -> bool {
        !self.ended && day >= self.started && !self.is_paused(day)
    }

    /// Whether it is paused on this civil day.
    #[must_use]
    pub fn is_paused(&self, day: Date) -> bool {
        !self.ended && self.pause.is_some_and(|pause| pause.covers(day))
    }

    /// Whether it is offered on this civil day, given what is kept of all days.
    #[must_use]
    pub fn is_offered(&self, day: Date, records: &Records) -> bool {
        self.is_going(day)
            && self.rhythm.due(day, |other| {
                let record = records.get(&(self.id, other));
                record.and_then(|record| record.mark) == Some(Mark::Done)
            })
    }
}

impl Mark {
    /// What stays of two marks made apart: done beats rest beats cleared.
    #[must_use]
    pub fn join(one: Option<Mark>, other: Option<Mark>) -> Option<Mark> {
        one.max(other)
    }

    /// As it is written in a notebook: 0 cleared, 1 rest, 2 done, so that the greater stays.
    #[must_use]
    pub fn to_number(mark: Option<Mark>) -> i64 {
        match mark {
            None => 0,
            Some(Mark::Rest) => 1,
            Some(Mark::Done) => 2,
        }
    }

    /// Reads [`Mark::to_number`] back. A number of a later version is read as cleared.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Mark> {
        match number {
            1 => Some(Mark::Rest),
            2 => Some(Mark::Done),
            _ => None,
        }
    }
}

impl DayRecord {
    /// Whether nothing is kept of the day.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.mark.is_none() && self.notes.is_empty() && self.amount.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MARKS: [Option<Mark>; 3] = [None, Some(Mark::Rest), Some(Mark::Done)];

    #[test]
    fn done_beats_rest_beats_cleared_in_any_order() {
        assert_eq!(
            Mark::join(Some(Mark::Rest), Some(Mark::Done)),
            Some(Mark::Done)
        );
        assert_eq!(Mark::join(None, Some(Mark::Rest)), Some(Mark::Rest));
        for a in MARKS {
            assert_eq!(Mark::join(a, a), a);
            assert_eq!(Mark::from_number(Mark::to_number(a)), a);
            for b in MARKS {
                assert_eq!(Mark::join(a, b), Mark::join(b, a));
                assert_eq!(
                    Mark::to_number(Mark::join(a, b)),
                    Mark::to_number(a).max(Mark::to_number(b))
                );
                for c in MARKS {
                    assert_eq!(
                        Mark::join(Mark::join(a, b), c),
                        Mark::join(a, Mark::join(b, c))
                    );
                }
            }
        }
        assert_eq!(Mark::from_number(-1), None);
        assert_eq!(Mark::from_number(77), None);
    }

    #[test]
    fn a_pause_has_a_first_and_perhaps_a_last_day() {
        let from = Date::constant(2026, 5, 11);
        let until = Date::constant(2026, 5, 17);
        let holiday = Pause {
            from,
            until: Some(until),
        };
        assert!(!holiday.covers(from.yesterday().unwrap()));
        assert!(holiday.covers(from) && holiday.covers(until));
        assert!(!holiday.covers(until.tomorrow().unwrap()));
        assert!(Pause { from, until: None }.covers(Date::MAX));
    }
}
