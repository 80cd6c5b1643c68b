//! Moments: when the post box is met, and when a notice comes. One line each, as in `phone.rs`; the platform only wakes.

use crate::phone::{Done, Phone};
use alongside_core::companion::Companion;
use alongside_core::life::{ItemId, QuietHours};
use alongside_core::sync::{Background, SyncReport};
use jiff::civil::{DateTime, Time};

#[uniffi::export]
impl Phone {
    /// Meets the post box by hand, or while two people wait for each other in an invite: for a thread that may wait. Screens
    /// and deeds go on meanwhile.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`] where no post box was set. Being offline is in the report.
    pub fn sync(&self) -> Done<SyncReport> {
        Ok(self.door.meet_the_post_box()?)
    }

    /// Hands out at once what goes to others: after a word or idea, and after showing or stopping. Marks and the like wait
    /// for the day's delivery. For a thread that may wait.
    ///
    /// # Errors
    /// As [`Phone::sync`].
    pub fn send(&self) -> Done<SyncReport> {
        Ok(self.door.send()?)
    }

    /// Seconds until the next contact of the rhythm. `in_hand`: the app is in sight; being opened brings none nearer.
    ///
    /// # Errors
    /// The store's.
    pub fn next_contact(&self, in_hand: bool) -> Done<u32> {
        Ok(self.door.ask(move |app| app.next_contact(in_hand))?)
    }

    /// Has the contact whose moment is there, if one is, while the app is in sight. For a thread that may wait.
    ///
    /// # Errors
    /// As [`Phone::sync`].
    pub fn keep_rhythm(&self) -> Done<SyncReport> {
        Ok(self.door.keep_rhythm()?)
    }

    /// The same while it is not, and what the system is to do then: a notice, and the next waking.
    ///
    /// # Errors
    /// As [`Phone::sync`].
    pub fn in_background(&self) -> Done<Background> {
        Ok(self.door.in_background()?)
    }

    /// Has a notice come of a routine at its time of day, on this phone, or none any more.
    ///
    /// # Errors
    /// [`crate::Trouble::NotFound`]; [`crate::Trouble::DoesNotFit`] for one without a time of day; the store's.
    pub fn set_routine_notice(&self, routine: ItemId, on: bool) -> Done<()> {
        Ok(self
            .door
            .ask(move |app| app.set_routine_notice(routine, on))?)
    }

    /// Has a notice come once there is something new from people, or none any more.
    ///
    /// # Errors
    /// The store's.
    pub fn set_words_notice(&self, on: bool) -> Done<()> {
        Ok(self.door.ask(move |app| app.set_words_notice(on))?)
    }

    /// Says in which hours no notice comes; none: in no hours.
    ///
    /// # Errors
    /// [`crate::Trouble::DoesNotFit`] where they end as they begin; the store's.
    pub fn set_quiet_hours(&self, quiet: Option<QuietHours>) -> Done<()> {
        Ok(self.door.ask(move |app| app.set_quiet_hours(quiet))?)
    }

    /// When the next notices of routines come, as things stand now: all that the system is to keep, in the person's own
    /// time. To be asked again after each change.
    ///
    /// # Errors
    /// The store's.
    pub fn notices_ahead(&self) -> Done<Vec<DateTime>> {
        Ok(self.door.ask(Companion::notices_ahead)?)
    }

    /// Whether the notice that was to come today at this time is still to come.
    ///
    /// # Errors
    /// The store's.
    pub fn notice_is_due(&self, time: Time) -> Done<bool> {
        Ok(self.door.ask(move |app| app.notice_is_due(time))?)
    }
}
