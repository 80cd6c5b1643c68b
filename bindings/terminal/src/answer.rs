//! An answer as it is printed: sentences and lists for people, or one JSON document with the same in stable fields.
//! Invariant: colours only on a terminal, and never with NO_COLOR or --json; a sentence stands in both forms.

use serde_json::{Map, Value};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

/// One line for people.
enum Line {
    /// Something said: it is in the JSON too.
    Sentence(String),
    /// A heading.
    Head(String),
    /// A line of a list.
    Item(String),
    /// Printed as it is: a QR picture, an export.
    Raw(String),
}

/// What a command answers.
pub(crate) struct Answer {
    lines: Vec<Line>,
    fields: Map<String, Value>,
    /// The whole output, whatever form was asked for.
    whole: Option<String>,
    code: u8,
}

impl Answer {
    pub(crate) fn silent() -> Self {
        Self {
            lines: Vec::new(),
            fields: Map::new(),
            whole: None,
            code: 0,
        }
    }

    /// An answer that begins with a sentence.
    pub(crate) fn says(sentence: impl Into<String>) -> Self {
        let mut answer = Self::silent();
        answer.say(sentence);
        answer
    }

    /// Nothing but this text, with or without --json.
    pub(crate) fn whole(text: String) -> Self {
        Self {
            whole: Some(text),
            ..Self::silent()
        }
    }

    pub(crate) fn say(&mut self, sentence: impl Into<String>) {
        self.lines.push(Line::Sentence(sentence.into()));
    }

    pub(crate) fn head(&mut self, text: impl Into<String>) {
        self.lines.push(Line::Head(text.into()));
    }

    pub(crate) fn item(&mut self, text: impl Into<String>) {
        self.lines.push(Line::Item(text.into()));
    }

    pub(crate) fn raw(&mut self, text: impl Into<String>) {
        self.lines.push(Line::Raw(text.into()));
    }

    /// A field of the JSON form.
    pub(crate) fn put(&mut self, field: &str, value: impl Into<Value>) {
        self.fields.insert(field.to_owned(), value.into());
    }

    pub(crate) fn code(&mut self, code: u8) {
        self.code = code;
    }

    pub(crate) fn print(self, json: bool) -> ExitCode {
        let text = match (&self.whole, json) {
            (Some(whole), _) => whole.clone(),
            (None, true) => self.as_json(),
            (None, false) => self.as_text(colours()),
        };
        // A reader that went away (`| head`) is no trouble.
        let _ = std::io::stdout().write_all(text.as_bytes());
        ExitCode::from(self.code)
    }

    fn as_json(&self) -> String {
        if self.lines.is_empty() && self.fields.is_empty() {
            return String::new();
        }
        let said: Vec<Value> = self
            .lines
            .iter()
            .filter_map(|line| match line {
                Line::Sentence(text) => Some(Value::from(text.as_str())),
                _ => None,
            })
            .collect();
        let mut fields = self.fields.clone();
        fields.insert("said".to_owned(), said.into());
        let mut text = serde_json::to_string_pretty(&fields).unwrap_or_default();
        text.push('\n');
        text
    }

    fn as_text(&self, colours: bool) -> String {
        let mut text = String::new();
        for line in &self.lines {
            match line {
                Line::Head(head) if colours => text.push_str(&format!("\x1b[1m{head}\x1b[0m")),
                Line::Item(item) => text.push_str(&format!("- {item}")),
                Line::Head(line) | Line::Sentence(line) | Line::Raw(line) => text.push_str(line),
            }
            text.push('\n');
        }
        text
    }
}

fn colours() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !refused && std::io::stdout().is_terminal()
}
