//! How long to wait before the post box is tried again.
//!
//! Pure: it knows neither clock nor network, and randomness is an argument. Its one invariant: a wait
//! is never longer than six hours, and never the same for two phones that lost the same relay.

use rand_core::CryptoRng;

/// The longest wait between two tries, in seconds: six hours.
pub const LONGEST: u32 = 6 * 60 * 60;

/// The bound of the first wait, in seconds.
const FIRST: u32 = 30;

/// Seconds to wait after `attempt` tries in a row came to nothing (the first is 0).
///
/// Exponential with full jitter: uniform in 1 ..= min([`LONGEST`], 30 s * 2^attempt). Full jitter,
/// because a town whose relay comes back must not return in one wave.
pub fn next_wait(attempt: u32, rng: &mut dyn CryptoRng) -> u32 {
    let bound = 1_u32
        .checked_shl(attempt)
        .and_then(|doubled| FIRST.checked_mul(doubled))
        .map_or(LONGEST, |bound| bound.min(LONGEST));
    // The bias of a 64-bit remainder over at most 21,600 values is below 2^-49.
    let drawn = rng.next_u64() % u64::from(bound);
    u32::try_from(drawn).unwrap_or(0).saturating_add(1)
}

/// The wait that both this phone's patience and the relay's `Retry-After` ask for, in seconds.
///
/// A relay that asks for more than a day is not believed: see [`super::PostError::TryLater`].
pub fn next_wait_asked(attempt: u32, asked: u32, rng: &mut dyn CryptoRng) -> u32 {
    asked.saturating_add(next_wait(attempt, rng))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::SeedableRng;

    proptest! {
        #[test]
        fn a_wait_stays_in_its_bounds(attempt in any::<u32>(), seed in any::<u64>()) {
            let wait = next_wait(attempt, &mut ChaCha20Rng::seed_from_u64(seed));
            let bound = 30_u64.saturating_mul(2_u64.saturating_pow(attempt)).min(u64::from(LONGEST));
            prop_assert!(wait >= 1 && u64::from(wait) <= bound);
        }

        #[test]
        fn the_relays_wish_is_never_cut_short(asked in 0..=86_400_u32, seed in any::<u64>()) {
            let wait = next_wait_asked(3, asked, &mut ChaCha20Rng::seed_from_u64(seed));
            prop_assert!(wait > asked && wait <= asked + LONGEST);
        }
    }

    #[test]
    fn a_town_does_not_come_back_in_one_wave() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let waits: Vec<u32> = (0..1000).map(|_| next_wait(20, &mut rng)).collect();
        let busiest = (0..12)
            .map(|part| {
                waits
                    .iter()
                    .filter(|wait| (*wait - 1) / 1800 == part)
                    .count()
            })
            .max()
            .unwrap();
        // 83 are expected in each of the twelve half hours.
        assert!(
            busiest < 130,
            "{busiest} of 1,000 return in the same half hour"
        );
    }

    #[test]
    fn the_same_seed_waits_the_same() {
        let wait = |seed| next_wait(9, &mut ChaCha20Rng::seed_from_u64(seed));
        assert_eq!(wait(4), wait(4));
        assert_ne!(wait(4), wait(5));
    }
}
