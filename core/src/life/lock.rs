//! The app's own lock, as rules without a place: which digits can be one, how long wrong tries make wait, and when it
//! closes (HR-32). It knows no digits and no clock; the face keeps them. Invariant: a wrong try costs time and nothing else,
//! and a clock that was turned back never shortens a wait nor makes one endless.

/// The fewest digits of a lock.
pub const FEWEST_DIGITS: usize = 6;
/// So many wrong tries cost nothing.
const FREE: u32 = 5;
/// Seconds that the first wrong try after those costs; each one more costs twice as much.
const FIRST_WAIT: u64 = 30;
/// Seconds that a wrong try costs at most.
const LONGEST_WAIT: u64 = 900;
/// Minutes after which it closes at most.
pub const LONGEST_DELAY: u8 = 5;

/// Whether these can be the digits of a lock.
#[must_use]
pub fn fits(digits: &str) -> bool {
    digits.len() >= FEWEST_DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit())
}

/// Seconds until the next try counts, after so many wrong ones of which the last was so many seconds ago. A negative number
/// says that the clock was turned back: the face then keeps the present moment as the last try's.
#[must_use]
pub fn wait(wrong: u32, seconds_since: i64) -> u64 {
    let Some(over) = wrong.checked_sub(FREE) else {
        return 0;
    };
    let whole = FIRST_WAIT
        .checked_shl(over.min(16))
        .unwrap_or(LONGEST_WAIT)
        .min(LONGEST_WAIT);
    whole.saturating_sub(u64::try_from(seconds_since).unwrap_or_default())
}

/// Whether it closes once the app was out of sight for so many seconds, with a delay of so many minutes.
#[must_use]
pub fn closes(seconds_away: i64, delay_minutes: u8) -> bool {
    let delay = i64::from(delay_minutes.min(LONGEST_DELAY)) * 60;
    delay == 0 || seconds_away < 0 || seconds_away >= delay
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_or_more_and_nothing_else() {
        for (digits, fit) in [
            ("123456", true),
            ("00000000", true),
            ("12345", false),
            ("12345a", false),
            ("١٢٣٤٥٦", false),
            ("", false),
        ] {
            assert_eq!(fits(digits), fit, "{digits}");
        }
    }

    #[test]
    fn five_tries_are_free_and_each_after_costs_twice_as_long_up_to_a_quarter_of_an_hour() {
        let waits: Vec<u64> = (0..12).map(|wrong| wait(wrong, 0)).collect();
        assert_eq!(waits, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]);
        assert_eq!(wait(5, 29), 1);
        assert_eq!(wait(5, 30), 0);
        assert_eq!(
            wait(6, -7),
            60,
            "a clock that was turned back shortens nothing"
        );
        assert_eq!(wait(u32::MAX, 0), 900);
    }

    #[test]
    fn it_closes_at_once_or_after_its_delay() {
        assert!(closes(0, 0));
        assert!(!closes(59, 1) && closes(60, 1));
        assert!(closes(-1, 5), "a clock that was turned back opens nothing");
        assert!(closes(300, 200));
    }
}
