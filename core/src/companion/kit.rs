//! For the tests of this room: phones in folders of their own with a clock that stands still.

use super::{Clock, Companion, Moment};
use crate::store::{KeySource, StoreError};
use jiff::civil::Date;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::path::Path;
use zeroize::Zeroizing;

/// The days of the tests are those of May 2026.
pub(crate) fn day(day: i8) -> Date {
    Date::constant(2026, 5, day)
}

/// A clock that stands still.
pub(crate) struct Still(pub(crate) Date);

impl Clock for Still {
    fn now(&self) -> Moment {
        let days = crate::life::days::number_of(self.0);
        Moment {
            seconds: u64::try_from(days).unwrap() * 86_400 + 43_200,
            today: self.0,
        }
    }
}

struct Known;

impl KeySource for Known {
    fn key(&self) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        Ok(Zeroizing::new([7; 32]))
    }
}

/// A new phone on 4 May 2026. Its folder goes when the test's process ends.
pub(crate) fn phone(name: &str, seed: u64) -> Companion {
    let dir = tempfile::tempdir().unwrap().keep();
    let phone = make(&dir, name, seed);
    std::fs::remove_dir_all(&dir).unwrap();
    phone
}

/// A new phone in a folder that stays.
pub(crate) fn make(dir: &Path, name: &str, seed: u64) -> Companion {
    let rng = Box::new(ChaCha20Rng::seed_from_u64(seed));
    Companion::make(dir, &Known, name, Box::new(Still(day(4))), rng).unwrap()
}
