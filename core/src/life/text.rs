//! What a text may be: its length, and that it holds no character which could play with a screen.
//!
//! Any script, emoji and combining accents are welcome; this file knows nothing of what a text means.
//! Its one invariant: a text that passed holds no control character (a note may hold line breaks).

/// Writes and reads a type as its canonical text, in every format alike.
macro_rules! serde_as_text {
    ($($name:ty),+ $(,)?) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}
pub(super) use serde_as_text;

/// The most characters in the name of a routine, goal or step.
pub const NAME_MAX: usize = 60;
/// The most characters in the name a person shows to others.
pub const DISPLAY_NAME_MAX: usize = 30;
/// The most characters in one note.
pub const NOTE_MAX: usize = 5_000;
/// The most characters in one kind word.
pub const WORDS_MAX: usize = 280;
/// The most characters in a unit of amounts, and in a role's or area's own word.
pub const SHORT_MAX: usize = 30;

/// Why a text was not taken. It never repeats the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextRefused {
    /// Nothing is left once the white space around it is gone.
    #[error("it is empty")]
    Empty,
    /// It has more characters than there is room for.
    #[error("it is too long; there is room for {0} characters")]
    TooLong(usize),
    /// It holds a control character, or one that turns the direction of what follows it.
    #[error("it holds a character that can't be shown")]
    NotShown,
}

/// Takes the name of a routine, goal or step, without the white space around it.
///
/// # Errors
/// [`TextRefused`] when it is empty, above [`NAME_MAX`] or holds a control character.
pub fn name(text: &str) -> Result<String, TextRefused> {
    one_line(text, NAME_MAX)
}

/// Takes a name that other people see.
///
/// # Errors
/// [`TextRefused`] when it is empty, above [`DISPLAY_NAME_MAX`] or holds a control character.
pub fn display_name(text: &str) -> Result<String, TextRefused> {
    one_line(text, DISPLAY_NAME_MAX)
}

/// Takes a short word: a unit, a role's or an area's own word.
///
/// # Errors
/// [`TextRefused`] when it is empty, above [`SHORT_MAX`] or holds a control character.
pub fn short(text: &str) -> Result<String, TextRefused> {
    one_line(text, SHORT_MAX)
}

/// Takes a kind word in someone's own words. Line breaks may stay.
///
/// # Errors
/// [`TextRefused`] when it is empty, above [`WORDS_MAX`] or holds a control character.
pub fn own_words(text: &str) -> Result<String, TextRefused> {
    many_lines(text, WORDS_MAX)
}

/// Takes a note. Line breaks may stay.
///
/// # Errors
/// [`TextRefused`] when it is empty, above [`NOTE_MAX`] or holds a control character.
pub fn note(text: &str) -> Result<String, TextRefused> {
    many_lines(text, NOTE_MAX)
}

/// The same text with each character that can't be shown turned into a space, line breaks made equal
/// and the white space around it gone. For what comes in from elsewhere, where nothing may be lost.
#[must_use]
pub fn tidy(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let shown: String = text
        .chars()
        .map(|c| if may_stand_in_a_note(c) { c } else { ' ' })
        .collect();
    shown.trim().to_owned()
}

fn one_line(text: &str, max: usize) -> Result<String, TextRefused> {
    take(text, max, |c| !c.is_control() && !turns_direction(c))
}

fn many_lines(text: &str, max: usize) -> Result<String, TextRefused> {
    take(text, max, may_stand_in_a_note)
}

fn take(text: &str, max: usize, fits: impl Fn(char) -> bool) -> Result<String, TextRefused> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextRefused::Empty);
    }
    if text.chars().count() > max {
        return Err(TextRefused::TooLong(max));
    }
    if text.chars().all(fits) {
        Ok(text.to_owned())
    } else {
        Err(TextRefused::NotShown)
    }
}

fn may_stand_in_a_note(c: char) -> bool {
    c == '\n' || c == '\t' || (!c.is_control() && !turns_direction(c))
}

// A left-over embedding or override would turn the words of the next person on the same line. Names in
// right-to-left scripts need none of these; the two plain marks (U+200E, U+200F) may stay.
// The line and paragraph separators break a line without being a control character.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_script_emoji_and_accents_are_welcome() {
        for good in ["أحمد", "שרה", "Zoë", "e\u{301}tude", "👩‍👧 walk", "起きる"]
        {
            assert_eq!(name(good).as_deref(), Ok(good));
            assert_eq!(display_name(good).as_deref(), Ok(good));
        }
        assert_eq!(name("  Walk \n").as_deref(), Ok("Walk"));
    }

    #[test]
    fn length_is_counted_in_characters() {
        let sixty = "é".repeat(60);
        assert_eq!(name(&sixty).as_deref(), Ok(sixty.as_str()));
        assert_eq!(name(&"é".repeat(61)), Err(TextRefused::TooLong(60)));
        assert_eq!(display_name(&"x".repeat(31)), Err(TextRefused::TooLong(30)));
        assert!(note(&"x".repeat(5_000)).is_ok());
        assert_eq!(note(&"x".repeat(5_001)), Err(TextRefused::TooLong(5_000)));
        assert_eq!(own_words(&"x".repeat(281)), Err(TextRefused::TooLong(280)));
        assert_eq!(name(" \t "), Err(TextRefused::Empty));
    }

    #[test]
    fn control_characters_are_refused_and_a_note_may_have_lines() {
        for bad in ["a\u{1b}[2Jb", "a\u{0}b", "a\nb", "a\u{202e}b", "a\u{2028}b"] {
            assert_eq!(name(bad), Err(TextRefused::NotShown), "{bad:?}");
        }
        assert_eq!(note("one\ntwo\tthree").as_deref(), Ok("one\ntwo\tthree"));
        assert_eq!(note("one\u{1b}[2J"), Err(TextRefused::NotShown));
        assert_eq!(tidy(" a\r\nb\u{1b}[2Jc\u{0} "), "a\nb [2Jc");
    }
}
