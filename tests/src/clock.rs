//! The town's time: one clock for all, and an error for each phone. Nobody here asks the machine.

use alongside_core::companion::{Clock, Moment};
use alongside_core::life::days;
use jiff::tz::TimeZone;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// A phone's view of the town's time.
#[derive(Clone)]
pub struct TownClock {
    now: Arc<AtomicI64>,
    error: Arc<AtomicI64>,
    zone: TimeZone,
}

impl TownClock {
    /// The town's clock at this many seconds since 1970-01-01 UTC, in Europe/London.
    #[must_use]
    pub fn at(seconds: i64) -> Self {
        Self {
            now: Arc::new(AtomicI64::new(seconds)),
            error: Arc::new(AtomicI64::new(0)),
            zone: days::zone("Europe/London").expect("bundled"),
        }
    }

    /// The same time with an error of its own.
    #[must_use]
    pub fn another(&self) -> Self {
        Self {
            now: Arc::clone(&self.now),
            error: Arc::new(AtomicI64::new(0)),
            zone: self.zone.clone(),
        }
    }

    /// Lets time pass for everyone.
    pub fn pass(&self, seconds: i64) {
        self.now.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Makes this phone's clock wrong by so many seconds.
    pub fn be_wrong_by(&self, seconds: i64) {
        self.error.store(seconds, Ordering::SeqCst);
    }

    /// Seconds since 1970-01-01 UTC, as this phone sees it.
    #[must_use]
    pub fn seconds(&self) -> i64 {
        self.now.load(Ordering::SeqCst) + self.error.load(Ordering::SeqCst)
    }

    /// The UTC day as the relay sees it: without any phone's error.
    #[must_use]
    pub fn true_day(&self) -> u32 {
        u32::try_from(self.now.load(Ordering::SeqCst) / DAY).expect("after 1970")
    }
}

impl Clock for TownClock {
    fn now(&self) -> Moment {
        let seconds = self.seconds().max(0);
        let instant = jiff::Timestamp::from_second(seconds).expect("in range");
        Moment {
            seconds: seconds.unsigned_abs(),
            today: days::day_of(instant, &self.zone),
            time: self.zone.to_datetime(instant).time(),
        }
    }
}
