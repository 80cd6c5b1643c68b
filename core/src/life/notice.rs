//! Notices: at which times one comes, and at which none does. A notice says that there is something, never what or from
//! whom. Knows no phone's system. Invariant: none for what is marked, and none in quiet hours.

use super::{ItemId, TodayPage};
use jiff::civil::{DateTime, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many notices ahead a phone is told of at most: systems keep few.
pub const AHEAD: usize = 32;

/// Hours of each day in which no notice comes. They may go over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHours {
    /// From this time on.
    pub from: Time,
    /// Up to this time, which is not quiet any more. Another one than `from`.
    pub until: Time,
}

impl QuietHours {
    /// Whether this time lies in them.
    #[must_use]
    pub fn cover(&self, time: Time) -> bool {
        if self.from <= self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }
}

/// What a person said about notices on this phone. New: none at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notices {
    /// The routines of which one may come, at their time of day.
    pub routines: BTreeSet<ItemId>,
    /// Whether one may come once there is something new from people.
    pub words: bool,
    /// When none comes.
    pub quiet: Option<QuietHours>,
}

impl Notices {
    /// Whether a notice may come at this time of day at all.
    #[must_use]
    pub fn may_come(&self, time: Time) -> bool {
        self.quiet.is_none_or(|quiet| !quiet.cover(time))
    }

    /// The times of a day's page at which a notice is to come, in order: of what is offered and not marked.
    #[must_use]
    pub fn of(&self, page: &TodayPage) -> Vec<DateTime> {
        let offered = page.items.iter().filter(|item| item.mark.is_none());
        let wanted = offered.filter(|item| self.routines.contains(&item.id));
        let times: BTreeSet<Time> = wanted
            .filter_map(|item| item.time)
            .filter(|time| self.may_come(*time))
            .collect();
        times
            .into_iter()
            .map(|time| page.day.to_datetime(time))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::life::{Mark, TodayItem};
    use jiff::civil::Date;

    fn time(hour: i8, minute: i8) -> Time {
        Time::constant(hour, minute, 0, 0)
    }

    fn item(id: u8, time: Option<Time>, mark: Option<Mark>) -> TodayItem {
        TodayItem {
            id: ItemId([id; 8]),
            name: "Walk".into(),
            time,
            unit: None,
            mark,
            amount: None,
            notes: Vec::new(),
        }
    }

    #[test]
    fn quiet_hours_may_go_over_midnight_and_end_when_they_end() {
        let night = QuietHours {
            from: time(21, 30),
            until: time(7, 0),
        };
        for (hour, minute, quiet) in [
            (21, 29, false),
            (21, 30, true),
            (0, 0, true),
            (6, 59, true),
            (7, 0, false),
        ] {
            assert_eq!(night.cover(time(hour, minute)), quiet, "{hour}:{minute}");
        }
        let noon = QuietHours {
            from: time(12, 0),
            until: time(13, 0),
        };
        assert!(noon.cover(time(12, 0)) && !noon.cover(time(13, 0)) && !noon.cover(time(0, 0)));
    }

    #[test]
    fn a_notice_comes_of_what_is_offered_wanted_unmarked_and_not_in_quiet_hours() {
        let day = Date::constant(2026, 5, 4);
        let page = TodayPage {
            day,
            welcome_back: false,
            items: vec![
                item(1, Some(time(8, 0)), None),
                item(2, Some(time(8, 0)), None),
                item(3, Some(time(9, 0)), Some(Mark::Rest)),
                item(4, None, None),
                item(5, Some(time(10, 0)), None),
                item(6, Some(time(22, 0)), None),
            ],
            paused: vec![item(7, Some(time(11, 0)), None)],
        };
        let mut notices = Notices {
            routines: [1, 2, 3, 4, 6, 7].map(|id| ItemId([id; 8])).into(),
            words: false,
            quiet: None,
        };
        let hours = |notices: &Notices| -> Vec<i8> {
            notices.of(&page).iter().map(|at| at.hour()).collect()
        };
        assert_eq!(hours(&notices), [8, 22]);
        notices.quiet = Some(QuietHours {
            from: time(21, 0),
            until: time(7, 0),
        });
        assert_eq!(hours(&notices), [8]);
        assert!(hours(&Notices::default()).is_empty());
    }
}
