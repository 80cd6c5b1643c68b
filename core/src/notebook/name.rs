//! The names of the documents a notebook is cut into: `core`, `ticks-2026-02`, `words-2026`.
//! Small documents keep the first edit of a day quick; nothing here opens one.
//! Invariant: a name has one text form, and reading it back gives the same name.

use jiff::civil::Date;

/// One document of a notebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocName {
    /// Routines, goals, people, shares: what is there once.
    Core,
    /// The day records of one civil month.
    Ticks {
        /// Civil year, 1 to 9999.
        year: i16,
        /// Month, 1 to 12.
        month: i8,
    },
    /// Words and ideas of one civil year.
    Words {
        /// Civil year, 1 to 9999.
        year: i16,
    },
}

/// The longest text form of a name, in bytes.
pub const MAX_NAME: usize = 13;

impl DocName {
    /// The ticks document that holds `day`.
    pub fn ticks(day: Date) -> Self {
        Self::Ticks {
            year: day.year(),
            month: day.month(),
        }
    }

    /// The words document that holds `day`.
    pub fn words(day: Date) -> Self {
        Self::Words { year: day.year() }
    }

    /// Reads the text form; `None` for anything but the exact form of [`std::fmt::Display`].
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_NAME {
            return None;
        }
        let name = if text == "core" {
            Self::Core
        } else if let Some(rest) = text.strip_prefix("ticks-") {
            let (year, month) = rest.split_once('-')?;
            Self::Ticks {
                year: number(year)?,
                month: i8::try_from(number(month)?).ok()?,
            }
        } else {
            Self::Words {
                year: number(text.strip_prefix("words-")?)?,
            }
        };
        let real = match name {
            Self::Core => true,
            Self::Ticks { year, month } => (1..=9999).contains(&year) && (1..=12).contains(&month),
            Self::Words { year } => (1..=9999).contains(&year),
        };
        // Only one text form for each name: "ticks-2026-2" would be a second.
        (real && name.to_string() == text).then_some(name)
    }
}

impl std::fmt::Display for DocName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Core => f.write_str("core"),
            Self::Ticks { year, month } => write!(f, "ticks-{year:04}-{month:02}"),
            Self::Words { year } => write!(f, "words-{year:04}"),
        }
    }
}

fn number(digits: &str) -> Option<i16> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for name in [
            DocName::Core,
            DocName::Ticks {
                year: 2026,
                month: 2,
            },
            DocName::Words { year: 999 },
        ] {
            assert_eq!(DocName::parse(&name.to_string()), Some(name));
        }
    }

    #[test]
    fn a_second_form_of_a_name_is_none() {
        for text in [
            "",
            "Core",
            "ticks-2026-2",
            "ticks-2026-13",
            "ticks-2026-00",
            "words-26",
            "words-+026",
            "ticks--026-02",
            "words-2026 ",
            "words-0000",
            "ticks-2026-02-01",
        ] {
            assert_eq!(DocName::parse(text), None, "{text}");
        }
    }
}
