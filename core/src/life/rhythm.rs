//! How often a routine is meant to come round, and whether it is offered on a day.
//!
//! One canonical text form for each rhythm, kept for ever in notebooks and exports. This file does not
//! know what was promised to anyone. Its one invariant: an offer is never a judgement of other days.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, Weekday};

use super::days;
use super::text::serde_as_text;

/// The longest window in days for "n in d days".
pub const WINDOW_MAX: u16 = 366;

/// How often a routine comes round. Weeks begin on Monday.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Rhythm {
    /// Every day.
    Daily,
    /// On these days of the week.
    Weekdays(Weekdays),
    /// So many times in a week, on any days: 1 to 7.
    TimesAWeek(u8),
    /// On these days of the week, every second week, counted from the week that holds `anchor`.
    EveryOtherWeek {
        /// The days of the week.
        weekdays: Weekdays,
        /// Any day of a week in which it comes round.
        anchor: Date,
    },
    /// So many times in any run of that many days, as in Loop.
    TimesInDays {
        /// How many times: 1 up to `days`.
        times: u16,
        /// The run of days: 1 to [`WINDOW_MAX`].
        days: u16,
    },
    /// No rhythm: whenever it comes.
    Free,
}

/// The text given is not a rhythm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "say how often like this: daily / mon wed fri / 3 a week / every other week mon / 3 in 14 days / none"
)]
pub struct NotARhythm;

impl Rhythm {
    /// Whether the routine is offered on a day, given on which days it is done.
    ///
    /// A rhythm of so many times is offered until that many *other* days of the week (or of the run of
    /// days that ends with this one) are done. It says what to show, and nothing about how things go.
    pub fn due(&self, day: Date, done_on: impl Fn(Date) -> bool) -> bool {
        match self {
            Rhythm::Daily | Rhythm::Free => true,
            Rhythm::Weekdays(set) => set.contains(day.weekday()),
            Rhythm::TimesAWeek(times) => {
                let done = days::days_of_week(day).filter(|d| *d != day && done_on(*d));
                done.count() < usize::from(*times)
            }
            Rhythm::EveryOtherWeek { weekdays, anchor } => {
                weekdays.contains(day.weekday())
                    && (days::week_of(day) - days::week_of(*anchor)).rem_euclid(2) == 0
            }
            Rhythm::TimesInDays { times, days } => {
                let today = days::number_of(day);
                let before = (today - i64::from(*days) + 1..today).filter_map(days::day_at);
                before.filter(|d| done_on(*d)).count() < usize::from(*times)
            }
        }
    }

    /// The same rhythm when it makes sense: days named, counts within their bounds.
    ///
    /// # Errors
    /// [`NotARhythm`] when no days are named, or a count is zero or too large.
    pub fn checked(self) -> Result<Self, NotARhythm> {
        let fits = match &self {
            Rhythm::Daily | Rhythm::Free => true,
            Rhythm::Weekdays(set) => !set.is_empty(),
            Rhythm::EveryOtherWeek { weekdays, .. } => !weekdays.is_empty(),
            Rhythm::TimesAWeek(times) => (1..=7).contains(times),
            Rhythm::TimesInDays { times, days } => {
                (1..=WINDOW_MAX).contains(days) && (1..=*days).contains(times)
            }
        };
        if fits { Ok(self) } else { Err(NotARhythm) }
    }
}

/// A set of days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Weekdays(u8);

/// The days of the week in the words of the canonical text, Monday first.
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

impl Weekdays {
    /// Whether this day of the week is in the set.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & bit(day) != 0
    }

    /// Whether no day is named.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The days of the week in the set, Monday first.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        DAYS.into_iter()
            .map(|(_, day)| day)
            .filter(move |day| self.contains(*day))
    }
}

impl FromIterator<Weekday> for Weekdays {
    fn from_iter<I: IntoIterator<Item = Weekday>>(days: I) -> Self {
        Weekdays(days.into_iter().fold(0, |set, day| set | bit(day)))
    }
}

fn bit(day: Weekday) -> u8 {
    // 0 to 6, so the shift stays within the byte.
    1 << day.to_monday_zero_offset()
}

impl fmt::Display for Weekdays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut gap = "";
        for (word, day) in DAYS {
            if self.contains(day) {
                write!(f, "{gap}{word}")?;
                gap = " ";
            }
        }
        Ok(())
    }
}

impl FromStr for Weekdays {
    type Err = NotARhythm;

    /// Reads the canonical text only: "mon wed fri", in the order of the week, without repeats.
    fn from_str(text: &str) -> Result<Self, NotARhythm> {
        let mut set = Weekdays::default();
        for word in text.split(' ') {
            let (_, day) = DAYS
                .iter()
                .find(|(name, _)| *name == word)
                .ok_or(NotARhythm)?;
            set.0 |= bit(*day);
        }
        if set.to_string() == text {
            Ok(set)
        } else {
            Err(NotARhythm)
        }
    }
}

impl fmt::Display for Rhythm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rhythm::Daily => f.write_str("daily"),
            Rhythm::Weekdays(set) => write!(f, "{set}"),
            Rhythm::TimesAWeek(times) => write!(f, "{times} a week"),
            Rhythm::EveryOtherWeek { weekdays, anchor } => {
                write!(f, "every other week {weekdays} from {anchor}")
            }
            Rhythm::TimesInDays { times, days } => write!(f, "{times} in {days} days"),
            Rhythm::Free => f.write_str("none"),
        }
    }
}

impl FromStr for Rhythm {
    type Err = NotARhythm;

    /// Reads the canonical text only; see [`Rhythm::from_words`] for what people type.
    fn from_str(text: &str) -> Result<Self, NotARhythm> {
        let rhythm = if text == "daily" {
            Rhythm::Daily
        } else if text == "none" {
            Rhythm::Free
        } else if let Some(rest) = text.strip_prefix("every other week ") {
            let (weekdays, anchor) = rest.split_once(" from ").ok_or(NotARhythm)?;
            Rhythm::EveryOtherWeek {
                weekdays: weekdays.parse()?,
                anchor: anchor.parse().map_err(|_| NotARhythm)?,
            }
        } else if let Some(times) = text.strip_suffix(" a week") {
            Rhythm::TimesAWeek(times.parse().map_err(|_| NotARhythm)?)
        } else if let Some(rest) = text.strip_suffix(" days") {
            let (times, days) = rest.split_once(" in ").ok_or(NotARhythm)?;
            Rhythm::TimesInDays {
                times: times.parse().map_err(|_| NotARhythm)?,
                days: days.parse().map_err(|_| NotARhythm)?,
            }
        } else {
            Rhythm::Weekdays(text.parse()?)
        };
        // One text for each rhythm: "03 a week" or another spelling of the date is refused.
        if rhythm.to_string() == text {
            rhythm.checked()
        } else {
            Err(NotARhythm)
        }
    }
}

serde_as_text!(Rhythm);
