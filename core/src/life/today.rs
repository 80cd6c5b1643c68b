//! Today's page: what is offered and what is marked, from plain data.
//!
//! It is kept ready-made, so that the first screen opens nothing else. This file asks no clock and no
//! disk. Its one invariant: nothing on the page speaks of a day that is blank.

use jiff::civil::{Date, Time};
use serde::{Deserialize, Serialize};

use super::days;
use super::ids::ItemId;
use super::routine::{Mark, Records, Routine};

/// After this many silent days the page says "Welcome back." and nothing more.
pub const SILENT_DAYS: i64 = 30;
/// A word that came is on the first screen for so many days.
const FRESH: i64 = 3;
/// All that is said after a long silence.
pub const WELCOME_BACK: &str = "Welcome back.";

/// What the first screen shows of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TodayPage {
    /// The civil day.
    pub day: Date,
    /// Whether to say [`WELCOME_BACK`], and nothing more about it.
    pub welcome_back: bool,
    /// What is offered or marked, by time of day, then by name.
    pub items: Vec<TodayItem>,
    /// What is paused, apart.
    pub paused: Vec<TodayItem>,
}

/// One routine on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TodayItem {
    /// Which routine.
    pub id: ItemId,
    /// Its name.
    pub name: String,
    /// The time the person has in mind.
    pub time: Option<Time>,
    /// What amounts are counted in.
    pub unit: Option<String>,
    /// The mark of the day.
    pub mark: Option<Mark>,
    /// The amount of the day, in thousandths.
    pub amount: Option<i64>,
    /// The notes of the day.
    pub notes: Vec<String>,
}

/// The page of a day.
///
/// `records` holds at least the day itself and the days before it that a rhythm may look at (a week, or
/// [`super::rhythm::WINDOW_MAX`] days); `last_deed` is the last day on which the person did anything
/// here, or none in a new home.
#[must_use]
pub fn today_page(
    day: Date,
    routines: &[Routine],
    records: &Records,
    last_deed: Option<Date>,
) -> TodayPage {
    let mut page = TodayPage {
        day,
        welcome_back: last_deed.is_some_and(|last| silent_days(last, day) >= SILENT_DAYS),
        items: Vec::new(),
        paused: Vec::new(),
    };
    for routine in routines {
        let record = records.get(&(routine.id, day)).cloned().unwrap_or_default();
        let item = TodayItem {
            id: routine.id,
            name: routine.name.clone(),
            time: routine.time,
            unit: routine.unit.clone(),
            mark: record.mark,
            amount: record.amount,
            notes: record.notes.clone(),
        };
        if !record.is_blank() || routine.is_offered(day, records) {
            page.items.push(item);
        } else if routine.is_paused(day) {
            page.paused.push(item);
        }
    }
    page.items.sort_by(in_the_order_of_the_day);
    page.paused.sort_by(in_the_order_of_the_day);
    page
}

/// Whether a word that was written on this day is on the first screen: on the day itself and the two after it.
#[must_use]
pub fn is_fresh(written: Date, today: Date) -> bool {
    days::number_of(today) - days::number_of(written) < FRESH
}

/// Whose turn it is to be said hello to, of so many people: another one each day, all in turn.
#[must_use]
pub fn turn_of(today: Date, people: usize) -> usize {
    let number = usize::try_from(days::number_of(today).unsigned_abs()).unwrap_or_default();
    number.checked_rem(people).unwrap_or_default()
}

fn silent_days(last: Date, day: Date) -> i64 {
    days::number_of(day) - days::number_of(last) - 1
}

// Things with a time first, as the day goes; the id settles equal names, so that every device agrees.
fn in_the_order_of_the_day(a: &TodayItem, b: &TodayItem) -> std::cmp::Ordering {
    let key = |item: &TodayItem| (item.time.is_none(), item.time);
    key(a)
        .cmp(&key(b))
        .then_with(|| a.name.cmp(&b.name))
        .then_with(|| a.id.cmp(&b.id))
}
