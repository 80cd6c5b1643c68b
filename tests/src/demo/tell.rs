//! How the demo speaks: chapters, plain sentences, small tables, and claims that are checked as they are told.
//! Knows no phone. Invariant: a tick is printed only after what was found is what was expected.

use jiff::civil::Date;
use std::fmt::Debug;
use std::io::{IsTerminal, Write};

const WIDTH: usize = 92;

/// The one who tells it.
#[derive(Debug)]
pub struct Teller {
    aloud: bool,
    colours: bool,
    chapters: u32,
    held: u32,
    broken: u32,
}

impl Teller {
    /// Colours on a terminal only, and not where `NO_COLOR` is set.
    #[must_use]
    pub fn new() -> Self {
        let colours = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self {
            aloud: true,
            colours,
            chapters: 0,
            held: 0,
            broken: 0,
        }
    }

    /// One who says nothing, for a life that is lived for its homes alone. Claims are counted all the same.
    #[must_use]
    pub fn quiet() -> Self {
        Self {
            aloud: false,
            ..Self::new()
        }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colours {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// One line as it is. A reader who closed the pipe ends nothing.
    pub fn line(&self, text: &str) {
        if self.aloud {
            let _ = writeln!(std::io::stdout(), "{text}");
        }
    }

    /// The next chapter.
    pub fn chapter(&mut self, title: &str) {
        self.chapters += 1;
        let title = format!("{}. {title}", self.chapters);
        self.line("");
        self.line(&self.paint("1", &title));
        self.line("");
    }

    /// Sentences, broken into lines.
    pub fn say(&self, text: &str) {
        for line in broken("  ", "  ", text) {
            self.line(&line);
        }
    }

    /// What a day held.
    pub fn dated(&self, day: Date, text: &str) {
        let mut lines = broken("", "              ", text).into_iter();
        let first = lines.next().unwrap_or_default();
        let date = day.strftime("%a %e %b").to_string();
        self.line(&format!("  {}  {first}", self.paint("1", &date)));
        lines.for_each(|line| self.line(&line));
    }

    /// Something small beside it.
    pub fn aside(&self, text: &str) {
        for line in broken("    ", "    ", text) {
            self.line(&self.paint("2", &line));
        }
    }

    /// A claim: told with a tick when it holds, with what was expected when it does not.
    pub fn claim<T: PartialEq + Debug>(&mut self, text: &str, found: &T, expected: &T) {
        let holds = found == expected;
        let (sign, colour) = if holds { ("✓", "32") } else { ("✗", "31") };
        let mut lines = broken("", "    ", text).into_iter();
        let first = lines.next().unwrap_or_default();
        self.line(&format!("  {} {first}", self.paint(colour, sign)));
        lines.for_each(|line| self.line(&line));
        if holds {
            self.held += 1;
        } else {
            self.broken += 1;
            self.line(&format!("    expected: {expected:?}"));
            self.line(&format!("    found:    {found:?}"));
        }
    }

    /// A claim that is true or not.
    pub fn holds(&mut self, text: &str, found: bool) {
        self.claim(text, &found, &true);
    }

    /// A table: the first row is its head.
    pub fn table(&self, rows: &[Vec<String>]) {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let wide = |at: usize| {
            let cells = rows.iter().filter_map(|row| row.get(at));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(wide).collect();
        for (number, row) in rows.iter().enumerate() {
            let cells = row.iter().zip(&widths);
            let text: String = cells
                .map(|(cell, width)| format!("{cell:<width$}   "))
                .collect();
            let text = format!("    {}", text.trim_end());
            self.line(&if number == 0 {
                self.paint("1", &text)
            } else {
                text
            });
        }
        self.line("");
    }

    /// How many claims held, and how many did not.
    #[must_use]
    pub fn count(&self) -> (u32, u32) {
        (self.held, self.broken)
    }
}

/// "1 tick", "3 ticks".
#[must_use]
pub fn many(count: usize, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    }
}

impl Default for Teller {
    fn default() -> Self {
        Self::new()
    }
}

fn broken(first: &str, rest: &str, text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut blank = true;
    for word in text.split_whitespace() {
        if !blank && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, rest.to_owned()));
            blank = true;
        }
        if !blank {
            line.push(' ');
        }
        line.push_str(word);
        blank = false;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_that_does_not_hold_is_counted_as_such() {
        let mut tell = Teller::new();
        tell.claim("two and two", &4, &4);
        tell.claim("two and three", &4, &5);
        tell.holds("that is so", false);
        assert_eq!(tell.count(), (1, 2));
    }

    #[test]
    fn long_lines_are_broken_between_words() {
        let lines = broken("- ", "  ", &"word ".repeat(40));
        assert!(lines.len() > 1 && lines.iter().all(|line| line.chars().count() <= WIDTH));
        assert!(lines[0].starts_with("- word") && lines[1].starts_with("  word"));
    }
}
