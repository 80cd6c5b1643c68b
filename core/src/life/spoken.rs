//! How people say a rhythm, a day, a time and an amount, read with patience.
//!
//! For what is typed by hand; files and notebooks hold the canonical texts only. This file asks no
//! clock: today is an argument. Its one invariant: what is not understood is refused, never guessed.

use jiff::civil::{Date, Time, Weekday};

use super::rhythm::{NotARhythm, Rhythm, Weekdays};

/// The text given can't be understood; the variant says what would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotUnderstood {
    /// Not a day.
    #[error("say the day like this: today / yesterday / monday / 2026-02-09")]
    Day,
    /// Not a time of day.
    #[error("say the time like this: 08:30 / 8 / 7pm")]
    Time,
    /// Not an amount.
    #[error("say how much like this: 3 / 2.5, with at most three places after the point")]
    Amount,
}

impl Rhythm {
    /// Reads a rhythm as people say it: "every day", "Mon, Wed and Fri", "weekdays", "twice a week",
    /// "every other Monday", "3 times in 14 days", "no rhythm". A rhythm of every other week begins with
    /// this week, unless "from 2026-02-02" is said.
    ///
    /// # Errors
    /// [`NotARhythm`] when it is not understood.
    pub fn from_words(text: &str, today: Date) -> Result<Rhythm, NotARhythm> {
        let lower = text.to_lowercase();
        let words: Vec<&str> = lower
            .split(|c: char| c.is_whitespace() || c == ',' || c == ';' || c == '/')
            .filter(|word| !matches!(*word, "" | "and" | "on" | "&" | "times" | "time"))
            .collect();
        let rhythm = match words.as_slice() {
            ["daily" | "everyday"] | ["every" | "each", "day"] => Rhythm::Daily,
            ["none" | "free" | "whenever"]
            | ["any", "day"]
            | ["no", "rhythm" | "schedule" | "days"] => Rhythm::Free,
            ["weekly"] | ["every" | "each", "week"] => Rhythm::TimesAWeek(1),
            [times, "a" | "per" | "each" | "every", "week"] => {
                Rhythm::TimesAWeek(u8::try_from(count(times)?).map_err(|_| NotARhythm)?)
            }
            [times, "in" | "every", days, "days" | "day"] => Rhythm::TimesInDays {
                times: count(times)?,
                days: count(days)?,
            },
            ["every", "other" | "second", rest @ ..] => every_other_week(rest, today)?,
            ["every" | "each", rest @ ..] | rest => Rhythm::Weekdays(weekdays(rest)?),
        };
        rhythm.checked()
    }
}

/// Reads a day as people say it: "today", "yesterday", the last such weekday ("monday"; today counts),
/// or a date.
///
/// # Errors
/// [`NotUnderstood::Day`] when it is none of these.
pub fn day_from_words(text: &str, today: Date) -> Result<Date, NotUnderstood> {
    let lower = text.trim().to_lowercase();
    match lower.as_str() {
        "today" => return Ok(today),
        "yesterday" => return today.yesterday().map_err(|_| NotUnderstood::Day),
        "tomorrow" => return today.tomorrow().map_err(|_| NotUnderstood::Day),
        _ => {}
    }
    if let Some(day) = weekday(&lower) {
        let back = today.weekday().since(day);
        let span = jiff::Span::new().days(i64::from(back));
        return today.checked_sub(span).map_err(|_| NotUnderstood::Day);
    }
    if lower.len() != 10 {
        return Err(NotUnderstood::Day);
    }
    lower.parse().map_err(|_| NotUnderstood::Day)
}

/// Reads a time of day as people say it: "08:30", "8.30", "8", "7pm", "7:15 am".
///
/// # Errors
/// [`NotUnderstood::Time`] when it is none of these.
pub fn time_from_words(text: &str) -> Result<Time, NotUnderstood> {
    let lower = text.trim().to_lowercase();
    let (clock, half) = if let Some(rest) = lower.strip_suffix("am") {
        (rest.trim_end(), Some(0))
    } else if let Some(rest) = lower.strip_suffix("pm") {
        (rest.trim_end(), Some(12))
    } else {
        (lower.as_str(), None)
    };
    let (hour, minute) = clock.split_once([':', '.']).unwrap_or((clock, "00"));
    if minute.len() != 2 || hour.is_empty() || hour.len() > 2 {
        return Err(NotUnderstood::Time);
    }
    let digits = |part: &str| -> Result<i8, NotUnderstood> {
        if part.bytes().all(|b| b.is_ascii_digit()) {
            part.parse().map_err(|_| NotUnderstood::Time)
        } else {
            Err(NotUnderstood::Time)
        }
    };
    let (mut hour, minute) = (digits(hour)?, digits(minute)?);
    if let Some(half) = half {
        if !(1..=12).contains(&hour) {
            return Err(NotUnderstood::Time);
        }
        hour = hour % 12 + half;
    }
    Time::new(hour, minute, 0, 0).map_err(|_| NotUnderstood::Time)
}

/// Reads an amount as people say it, "3" or "2.5", in thousandths.
///
/// # Errors
/// [`NotUnderstood::Amount`] when it is not a number, has more than three places or is above a billion.
pub fn amount_from_words(text: &str) -> Result<i64, NotUnderstood> {
    let text = text.trim();
    let (sign, plain) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = plain.split_once(['.', ',']).unwrap_or((plain, "0"));
    let digits =
        |s: &str, max: usize| (1..=max).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 9) || !digits(part, 3) {
        return Err(NotUnderstood::Amount);
    }
    let whole: i64 = whole.parse().map_err(|_| NotUnderstood::Amount)?;
    let part: i64 = format!("{part:0<3}")
        .parse()
        .map_err(|_| NotUnderstood::Amount)?;
    Ok(sign * (whole * 1000 + part))
}

/// An amount in thousandths as people write it: 2500 is "2.5".
#[must_use]
pub fn amount_text(thousandths: i64) -> String {
    let sign = if thousandths < 0 { "-" } else { "" };
    let size = thousandths.unsigned_abs();
    let text = format!("{sign}{}.{:03}", size / 1000, size % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn every_other_week(words: &[&str], today: Date) -> Result<Rhythm, NotARhythm> {
    let (days, anchor) = match words {
        [days @ .., "from", date] => (days, date.parse().map_err(|_| NotARhythm)?),
        days => (days, today),
    };
    match days {
        ["day"] => Ok(Rhythm::TimesInDays { times: 1, days: 2 }),
        ["week", days @ ..] | days => Ok(Rhythm::EveryOtherWeek {
            weekdays: weekdays(days)?,
            anchor,
        }),
    }
}

fn weekdays(words: &[&str]) -> Result<Weekdays, NotARhythm> {
    let mut days = Vec::new();
    for word in words {
        match *word {
            "weekday" | "weekdays" | "workdays" => days.extend([
                Weekday::Monday,
                Weekday::Tuesday,
                Weekday::Wednesday,
                Weekday::Thursday,
                Weekday::Friday,
            ]),
            "weekend" | "weekends" => days.extend([Weekday::Saturday, Weekday::Sunday]),
            other => days.push(weekday(other).ok_or(NotARhythm)?),
        }
    }
    Ok(days.into_iter().collect())
}

fn weekday(word: &str) -> Option<Weekday> {
    Some(match word {
        "mon" | "monday" | "mondays" => Weekday::Monday,
        "tue" | "tues" | "tuesday" | "tuesdays" => Weekday::Tuesday,
        "wed" | "weds" | "wednesday" | "wednesdays" => Weekday::Wednesday,
        "thu" | "thur" | "thurs" | "thursday" | "thursdays" => Weekday::Thursday,
        "fri" | "friday" | "fridays" => Weekday::Friday,
        "sat" | "saturday" | "saturdays" => Weekday::Saturday,
        "sun" | "sunday" | "sundays" => Weekday::Sunday,
        _ => return None,
    })
}

fn count(word: &str) -> Result<u16, NotARhythm> {
    Ok(match word {
        "once" | "one" => 1,
        "twice" | "two" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse().map_err(|_| NotARhythm)?
        }
        _ => return Err(NotARhythm),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 2, 4); // a Wednesday

    fn said(text: &str) -> String {
        Rhythm::from_words(text, TODAY)
            .map_or_else(|_| format!("not understood: {text}"), |r| r.to_string())
    }

    #[test]
    fn rhythms_are_read_as_people_say_them() {
        for (text, canonical) in [
            ("Every day", "daily"),
            ("daily", "daily"),
            ("Mon, Wed and Fri", "mon wed fri"),
            ("on Tuesdays", "tue"),
            ("every Sunday", "sun"),
            ("weekdays", "mon tue wed thu fri"),
            ("weekends", "sat sun"),
            ("3 a week", "3 a week"),
            ("three times a week", "3 a week"),
            ("Twice a week", "2 a week"),
            ("weekly", "1 a week"),
            (
                "every other week mon",
                "every other week mon from 2026-02-04",
            ),
            (
                "every second Monday",
                "every other week mon from 2026-02-04",
            ),
            (
                "every other week mon from 2026-02-02",
                "every other week mon from 2026-02-02",
            ),
            ("every other day", "1 in 2 days"),
            ("3 in 14 days", "3 in 14 days"),
            ("2 times in 10 days", "2 in 10 days"),
            ("none", "none"),
            ("no rhythm", "none"),
        ] {
            assert_eq!(said(text), canonical, "{text}");
        }
        for text in [
            "",
            "sometimes",
            "8 a week",
            "0 a week",
            "5 in 3 days",
            "1 in 400 days",
            "every other",
            "every other week",
            "mon tues blursday",
            "-1 a week",
            "999999999 a week",
            "every",
        ] {
            assert!(said(text).starts_with("not understood"), "{text}");
        }
    }

    #[test]
    fn every_canonical_text_is_also_understood_as_typed() {
        for text in ["daily", "mon sun", "7 a week", "3 in 366 days", "none"] {
            assert_eq!(text.parse::<Rhythm>(), Rhythm::from_words(text, TODAY));
        }
    }

    #[test]
    fn days_times_and_amounts() {
        let day = |text| day_from_words(text, TODAY);
        assert_eq!(day("Today"), Ok(TODAY));
        assert_eq!(day("yesterday"), Ok(Date::constant(2026, 2, 3)));
        assert_eq!(day("wednesday"), Ok(TODAY));
        assert_eq!(day("thu"), Ok(Date::constant(2026, 1, 29)));
        assert_eq!(day("2028-02-29"), Ok(Date::constant(2028, 2, 29)));
        assert_eq!(day("2026-02-29"), Err(NotUnderstood::Day));
        assert_eq!(day("2026-02-28T10:00"), Err(NotUnderstood::Day));
        assert_eq!(
            day_from_words("yesterday", Date::MIN),
            Err(NotUnderstood::Day)
        );

        for (text, hour, minute) in [
            ("8", 8, 0),
            ("08:30", 8, 30),
            ("8.05", 8, 5),
            ("7pm", 19, 0),
            ("12 am", 0, 0),
            ("12:15pm", 12, 15),
        ] {
            assert_eq!(
                time_from_words(text),
                Ok(Time::constant(hour, minute, 0, 0))
            );
        }
        for text in [
            "", "25", "8:7", "13pm", "0am", "8:60", "+8", "eight", "8:30:15",
        ] {
            assert_eq!(time_from_words(text), Err(NotUnderstood::Time), "{text}");
        }

        for (text, thousandths) in [("3", 3000), ("2.5", 2500), ("0,125", 125), ("-1.5", -1500)] {
            assert_eq!(amount_from_words(text), Ok(thousandths));
        }
        for text in ["", ".", "1.2345", "1e3", "9999999999", "1.", "--1", "٣"] {
            assert_eq!(
                amount_from_words(text),
                Err(NotUnderstood::Amount),
                "{text}"
            );
        }
        for (thousandths, text) in [(2500, "2.5"), (3000, "3"), (0, "0"), (-125, "-0.125")] {
            assert_eq!(amount_text(thousandths), text);
        }
        assert!(amount_text(i64::MIN).starts_with('-'));
    }
}
