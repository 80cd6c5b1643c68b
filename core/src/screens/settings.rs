//! Settings that live in the home: name, post box, phones, the get-back sheet, data used. The lock and how things look are
//! the face's own.

use crate::AlongsideError;
use crate::companion::{Companion, Done};
use crate::life::QuietHours;

/// Settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsScreen {
    /// The name the person gave themself.
    pub name: String,
    /// Where the post box is, if one was set.
    pub post_box: Option<String>,
    /// Through which proxy it is reached, if through one.
    pub proxy: Option<String>,
    /// The code that its keeper gave, if one did.
    pub code: Option<String>,
    /// The oblivious relay on the way there, if one was set.
    pub oblivious: Option<String>,
    /// Minutes until this phone's place there is ready, where it has to wait; 0: now.
    pub ready_in_minutes: u32,
    /// Whole days since the post box was last met; none: never.
    pub days_since_met: Option<u32>,
    /// This person's phones.
    pub phones: Vec<PhoneRow>,
    /// Whether the words of the get-back sheet are still here, to be written down.
    pub sheet_to_write: bool,
    /// Whether a notice comes on this phone once there is something new from people.
    pub words_notice: bool,
    /// When no notice comes.
    pub quiet_hours: Option<QuietHours>,
    /// About how many bytes this phone sent and fetched this month, by its own clock.
    pub bytes_this_month: u64,
}

/// One phone of this person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhoneRow {
    /// Tells a handful apart.
    pub number: String,
    /// Whether it is the one in hand.
    pub this_one: bool,
}

impl Companion {
    /// Settings, whole.
    ///
    /// # Errors
    /// The store's.
    pub fn settings_screen(&mut self) -> Done<SettingsScreen> {
        let at = self.post_box()?;
        let sheet_to_write = match self.sheet() {
            Ok(_) => true,
            Err(AlongsideError::NotFound(_)) => false,
            Err(why) => return Err(why),
        };
        let notices = self.notices()?;
        Ok(SettingsScreen {
            name: self.name()?,
            post_box: at.as_ref().map(|at| at.url.clone()),
            proxy: at.as_ref().and_then(|at| at.proxy.clone()),
            code: at.as_ref().and_then(|at| at.code.clone()),
            oblivious: at.and_then(|at| at.oblivious),
            ready_in_minutes: self.post_box_ready_in()?.div_ceil(60),
            days_since_met: self.days_since_met()?,
            phones: self
                .devices()?
                .into_iter()
                .map(|device| PhoneRow {
                    number: device.number,
                    this_one: device.this_one,
                })
                .collect(),
            sheet_to_write,
            words_notice: notices.words,
            quiet_hours: notices.quiet,
            bytes_this_month: self.bytes_this_month()?,
        })
    }
}
