//! Civil days: which day it is for a person, whatever the clocks around them do.
//!
//! The zones come with the program, so a phone without a zone database counts the same days. This file
//! never asks what time it is. Its one invariant: each instant falls on exactly one day in each zone.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// The day this home begins to count from: 1 January 1970.
const FIRST: Date = Date::constant(1970, 1, 1);

/// No such time zone is known to this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such time zone is known here; try one like Europe/London")]
pub struct NoSuchZone;

/// The zone of that name ("Europe/London"), from the zones that come with the program.
///
/// # Errors
/// [`NoSuchZone`] when there is none of that name.
pub fn zone(name: &str) -> Result<TimeZone, NoSuchZone> {
    jiff::tz::TimeZoneDatabase::bundled()
        .get(name)
        .map_err(|_| NoSuchZone)
}

/// The civil day of an instant, for a person who is in that zone.
#[must_use]
pub fn day_of(instant: Timestamp, zone: &TimeZone) -> Date {
    zone.to_datetime(instant).date()
}

/// The instant of a wall-clock time on a day. A time that the clocks skip comes as much later as they
/// skipped; of one that comes twice, the first is meant. `None` only at the end of the calendar.
#[must_use]
pub fn instant_of(day: Date, time: Time, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(day.to_datetime(time))
        .compatible()
        .ok()
}

/// The days from 1970-01-01 to this one; negative before it.
#[must_use]
pub fn number_of(day: Date) -> i64 {
    day.duration_since(FIRST).as_hours() / 24
}

/// The day that many days after 1970-01-01. `None` outside the calendar (years -9999 to 9999).
#[must_use]
pub fn day_at(number: i64) -> Option<Date> {
    let span = jiff::Span::new().try_days(number).ok()?;
    FIRST.checked_add(span).ok()
}

/// Which week a day is in. Weeks begin on Monday; two days of one week have the same number.
#[must_use]
pub fn week_of(day: Date) -> i64 {
    // 1 January 1970 was a Thursday.
    (number_of(day) + 3).div_euclid(7)
}

/// The seven days of the week that holds this day, Monday first (fewer at the ends of the calendar).
pub fn days_of_week(day: Date) -> impl Iterator<Item = Date> {
    let monday = week_of(day) * 7 - 3;
    (monday..monday + 7).filter_map(day_at)
}
