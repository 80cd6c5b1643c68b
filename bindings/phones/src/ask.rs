//! Questions that need no open home: what fits, what is offered, what deserves another look. The core's own answers.

use alongside_core::life::{again, lock, text};
use alongside_core::screens::HowOften;

/// How many characters there is room for, as people count them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct Room {
    /// In the name of a routine, goal or step.
    pub name: u32,
    /// In the name of a person.
    pub person: u32,
    /// In a person's own word for who somebody is.
    pub own_role: u32,
    /// In a note.
    pub note: u32,
    /// In a kind word or an idea in own words.
    pub words: u32,
}

/// How much room there is.
#[uniffi::export]
#[must_use]
pub fn room() -> Room {
    let room = |most: usize| u32::try_from(most).unwrap_or(u32::MAX);
    Room {
        name: room(text::NAME_MAX),
        person: room(text::DISPLAY_NAME_MAX),
        own_role: room(text::SHORT_MAX),
        note: room(text::NOTE_MAX),
        words: room(text::WORDS_MAX),
    }
}

/// How often a new routine can come round, in the order in which that is offered; the first is where the choice begins.
#[uniffi::export]
#[must_use]
pub fn how_often_offered() -> Vec<HowOften> {
    HowOften::offered()
}

/// Whether own words may read as a threat: their writer is asked to read them again before they go. Nothing is kept of it.
#[uniffi::export]
#[must_use]
pub fn is_worth_another_look(text: &str) -> bool {
    again::is_worth_another_look(text)
}

/// Whether these can be the digits of the app's lock.
#[uniffi::export]
#[must_use]
pub fn lock_fits(digits: &str) -> bool {
    lock::fits(digits)
}

/// Seconds until the next try at the lock counts, after so many wrong ones of which the last was so many seconds ago.
/// A negative number: the clock was turned back; the face then keeps the present moment as the last try's.
#[uniffi::export]
#[must_use]
pub fn lock_waits(wrong: u32, seconds_since: i64) -> u64 {
    lock::wait(wrong, seconds_since)
}

/// Whether the lock closes once the app was out of sight for so many seconds, with a delay of so many minutes.
#[uniffi::export]
#[must_use]
pub fn lock_closes(seconds_away: i64, delay_minutes: u8) -> bool {
    lock::closes(seconds_away, delay_minutes)
}

/// The longest delay of the lock, in minutes.
#[uniffi::export]
#[must_use]
pub fn lock_longest_delay() -> u8 {
    lock::LONGEST_DELAY
}
