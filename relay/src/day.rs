//! Which UTC day it is: from the system's clock, or from a file that holds a day number (for tests and demos).
//! Knows no store; the office only ever sees the number.
//! Invariant: a clock that leaps ahead ends nobody's inbox: the day is held until the relay is told that the leap is true.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;
/// A clock may be so many days ahead of what the relay knows (it was off); more is held.
const LEAP: u32 = 31;

/// Where the day comes from.
pub enum DaySource {
    /// The system's clock, guarded.
    Clock(Guard),
    /// A file with a decimal UTC day number, read at each request.
    File(PathBuf),
}

/// What [`DaySource::today`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Today {
    /// The day.
    Day(u32),
    /// The clock leapt; the day before the leap goes on.
    Held(u32),
    /// No day can be read.
    Unknown,
}

/// Holds a clock that leaps ahead by more than a month.
pub struct Guard {
    known: Mutex<Option<(u32, Instant)>>,
}

impl Guard {
    /// A guard that knows the last day on the disk, or `None` to take any first day.
    #[must_use]
    pub fn new(known: Option<u32>, now: Instant) -> Self {
        Self {
            known: Mutex::new(known.map(|day| (day, now))),
        }
    }

    /// Takes the clock's day, or holds.
    pub fn check(&self, day: u32, now: Instant) -> Today {
        let Ok(mut known) = self.known.lock() else {
            return Today::Unknown;
        };
        if let Some((last, then)) = *known {
            let passed =
                u32::try_from(now.duration_since(then).as_secs() / DAY).unwrap_or(u32::MAX);
            let expected = last.saturating_add(passed);
            if day > expected.saturating_add(LEAP) {
                return Today::Held(expected);
            }
            if day <= last {
                return Today::Day(day);
            }
        }
        *known = Some((day, now));
        Today::Day(day)
    }
}

impl DaySource {
    /// The UTC day now, in days since 1970-01-01.
    #[must_use]
    pub fn today(&self) -> Today {
        match self {
            Self::Clock(guard) => {
                let since = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .unwrap_or(Duration::ZERO);
                u32::try_from(since.as_secs() / DAY)
                    .map_or(Today::Unknown, |day| guard.check(day, Instant::now()))
            }
            Self::File(path) => {
                let text = std::fs::read_to_string(path).unwrap_or_default();
                text.trim().parse().map_or(Today::Unknown, Today::Day)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leap_is_held_and_days_pass() {
        let start = Instant::now();
        let later = |days: u64| start + Duration::from_secs(days * DAY);
        let guard = Guard::new(Some(100), start);
        assert_eq!(
            guard.check(120, later(0)),
            Today::Day(120),
            "the relay was off for a while"
        );
        assert_eq!(guard.check(520, later(0)), Today::Held(120));
        assert_eq!(
            guard.check(520, later(3)),
            Today::Held(123),
            "the day goes on by the time that passed"
        );
        assert_eq!(guard.check(123, later(3)), Today::Day(123));
        assert_eq!(
            guard.check(5, later(3)),
            Today::Day(5),
            "days that go back are the office's care"
        );
        assert_eq!(guard.check(124, later(4)), Today::Day(124));
        assert_eq!(
            Guard::new(None, start).check(9_999, start),
            Today::Day(9_999)
        );
    }

    #[test]
    fn a_file_holds_a_number() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let source = DaySource::File(file.path().to_owned());
        assert_eq!(source.today(), Today::Unknown);
        std::fs::write(file.path(), "20500\n").unwrap();
        assert_eq!(source.today(), Today::Day(20_500));
    }
}
