//! The time, as it comes in by the door. Two days at once: the UTC day that keys and inboxes live by, and the civil
//! day that the person lives by. Nothing else of the core asks for the time.

use crate::life::days;
use jiff::civil::{Date, Time};

/// A moment on this phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970-01-01 UTC.
    pub seconds: u64,
    /// The civil day where the person is.
    pub today: Date,
    /// The time of day there.
    pub time: Time,
}

impl Moment {
    /// The moment of so many seconds since 1970-01-01 UTC, in this zone; in UTC where the zone is not known here.
    #[must_use]
    pub fn at(seconds: u64, zone: &str) -> Self {
        let instant = i64::try_from(seconds).ok();
        let instant = instant.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
        let zone = days::zone(zone).unwrap_or(jiff::tz::TimeZone::UTC);
        Self {
            seconds,
            today: days::day_of(instant.unwrap_or_default(), &zone),
            time: zone.to_datetime(instant.unwrap_or_default()).time(),
        }
    }

    /// Whole UTC days since 1970-01-01.
    #[must_use]
    pub fn utc_day(&self) -> u32 {
        u32::try_from(self.seconds / 86_400).unwrap_or(u32::MAX)
    }
}

/// Where the time comes from.
pub trait Clock: Send {
    /// The moment it is.
    fn now(&self) -> Moment;
}

/// The phone's own clock, in a named zone.
#[derive(Debug)]
pub struct SystemClock {
    zone: jiff::tz::TimeZone,
}

impl SystemClock {
    /// In this zone, such as `Europe/London`.
    ///
    /// # Errors
    /// [`crate::AlongsideError::Invalid`] where there is no such zone.
    pub fn in_zone(name: &str) -> super::Done<Self> {
        let zone = days::zone(name).map_err(|_| {
            crate::AlongsideError::Invalid(format!("there is no time zone called {name}"))
        })?;
        Ok(Self { zone })
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        let instant = jiff::Timestamp::now();
        Moment {
            seconds: u64::try_from(instant.as_second()).unwrap_or(0),
            today: days::day_of(instant, &self.zone),
            time: self.zone.to_datetime(instant).time(),
        }
    }
}
