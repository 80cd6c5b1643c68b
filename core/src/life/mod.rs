//! What days are made of: routines and their marks, goals and steps, people, kind words, ideas.
//!
//! This room is pure: it knows no disk, no network, no other room and no clock; the day is an argument.
//! Its one invariant: nothing here judges. A day without a mark is blank, and no role carries a power.

pub mod again;
pub mod circle;
pub mod days;
pub mod goal;
pub mod ids;
pub mod lock;
pub mod notice;
pub mod proposal;
pub mod rhythm;
pub mod routine;
pub mod share;
pub mod spoken;
pub mod text;
pub mod today;
pub mod wordlist;
pub mod words;

#[cfg(test)]
mod tests;

pub use circle::{Allow, Person, Rights, Role, rights};
pub use goal::{Area, Goal, State, Step};
pub use ids::{ItemId, PersonRef};
pub use notice::{Notices, QuietHours};
pub use proposal::{Answer, Offer, Proposal};
pub use rhythm::{Rhythm, Weekdays};
pub use routine::{DayRecord, Mark, Pause, Records, Routine};
pub use share::{ItemRef, Share, Until};
pub use text::TextRefused;
pub use today::{TodayItem, TodayPage, today_page};
pub use words::{CardKind, Word, WordKind};
