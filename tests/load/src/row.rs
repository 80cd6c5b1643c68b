//! One row of the figures: what was measured, its peer in the same run, the goal, and why where it is missed.
//! Invariant: a row says "met" only by its own numbers.

use serde::{Deserialize, Serialize};

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Microseconds.
    Micros,
    /// Bytes.
    Bytes,
    /// So many a second.
    PerSecond,
}

impl Unit {
    fn say(self, value: f64) -> String {
        match self {
            Self::Micros if value < 1_000.0 => format!("{value:.0} us"),
            Self::Micros => format!("{:.2} ms", value / 1_000.0),
            Self::Bytes if value < 10_000.0 => format!("{value:.0} B"),
            Self::Bytes if value < 1_000_000.0 => format!("{:.1} kB", value / 1_000.0),
            Self::Bytes => format!("{:.3} MB", value / 1_000_000.0),
            Self::PerSecond => format!("{value:.0}/s"),
        }
    }
}

/// What is to be reached: by the ratio where there is a peer, else by the figure itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Goal {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}

impl Goal {
    fn met_by(self, value: f64) -> bool {
        match self {
            Self::AtMost(most) => value <= most,
            Self::AtLeast(least) => value >= least,
        }
    }

    fn say(self, unit: Option<Unit>) -> String {
        let (sign, value) = match self {
            Self::AtMost(value) => ("<=", value),
            Self::AtLeast(value) => (">=", value),
        };
        let value = unit.map_or_else(|| format!("{value}x"), |unit| unit.say(value));
        format!("{sign} {value}")
    }
}

/// A row, as it is printed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// Ours.
    pub figure: String,
    /// The peer's, with its name; empty where there is none.
    pub peer: String,
    /// Ours to the peer's.
    pub ratio: Option<f64>,
    /// What is to be reached.
    pub goal: String,
    /// Whether it is.
    pub met: bool,
    /// What else belongs to it.
    pub notes: Vec<String>,
}

/// Begins the line that holds a row, from a part to the whole.
const ROW: &str = "row ";

/// Tells rows to the process that reads them by [`rows_in`].
///
/// # Errors
/// Where a row can't be written as text.
pub fn tell(rows: &[Row]) -> serde_json::Result<()> {
    for row in rows {
        println!("{ROW}{}", serde_json::to_string(row)?);
    }
    Ok(())
}

/// The rows that a part told.
///
/// # Errors
/// Where it failed, or told none.
pub fn rows_in(output: std::process::Output) -> Result<Vec<Row>, Box<dyn std::error::Error>> {
    if !output.status.success() {
        return Err(format!("the part ended with {}", output.status).into());
    }
    let said = String::from_utf8(output.stdout)?;
    let rows = said.lines().filter_map(|line| line.strip_prefix(ROW));
    let rows: Vec<Row> = rows.map(serde_json::from_str).collect::<Result<_, _>>()?;
    if rows.is_empty() {
        return Err("it told no row".into());
    }
    Ok(rows)
}

impl Row {
    /// Ours against a peer's, goal by their ratio.
    #[must_use]
    pub fn against(name: &str, unit: Unit, ours: f64, peer: (&str, f64), goal: Goal) -> Self {
        let ratio = ours / peer.1;
        Self {
            name: name.to_owned(),
            figure: unit.say(ours),
            peer: format!("{} {}", unit.say(peer.1), peer.0),
            ratio: Some(ratio),
            goal: goal.say(None),
            met: goal.met_by(ratio),
            notes: Vec::new(),
        }
    }

    /// A figure that has no peer.
    #[must_use]
    pub fn alone(name: &str, unit: Unit, ours: f64, goal: Goal) -> Self {
        Self {
            name: name.to_owned(),
            figure: unit.say(ours),
            peer: String::new(),
            ratio: None,
            goal: goal.say(Some(unit)),
            met: goal.met_by(ours),
            notes: Vec::new(),
        }
    }

    /// A second thing that must hold too.
    #[must_use]
    pub fn also(mut self, what: &str, unit: Unit, value: f64, goal: Goal) -> Self {
        let held = goal.met_by(value);
        self.met &= held;
        let (said, goal) = (unit.say(value), goal.say(Some(unit)));
        let verdict = if held { "met" } else { "missed" };
        self.notes
            .push(format!("{what}: {said}, goal {goal}, {verdict}"));
        self
    }

    /// What else belongs to it.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Why, where it is missed.
    #[must_use]
    pub fn why(mut self, text: &str) -> Self {
        if !self.met {
            self.notes.push(format!("why: {text}"));
        }
        self
    }

    /// As lines.
    #[must_use]
    pub fn lines(&self) -> String {
        let mut text = format!("{}\n    {}", self.name, self.figure);
        if !self.peer.is_empty() {
            text += &format!(" : {}", self.peer);
        }
        if let Some(ratio) = self.ratio {
            text += &format!(" = {ratio:.2}x");
        }
        let verdict = if self.met { "met" } else { "MISSED" };
        text += &format!("    goal {}    {verdict}\n", self.goal);
        for note in &self.notes {
            text += &format!("    {note}\n");
        }
        text
    }
}

/// The middle one.
#[must_use]
pub fn median(all: &mut [f64]) -> f64 {
    at(all, 0.5)
}

/// The value below which this part of them lies.
#[must_use]
pub fn at(all: &mut [f64], part: f64) -> f64 {
    all.sort_by(f64::total_cmp);
    let last = all.len().saturating_sub(1);
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a list"
    )]
    let place = (last as f64 * part).round() as usize;
    all.get(place).copied().unwrap_or(f64::NAN)
}

/// How long it took, in microseconds, and what came of it.
pub fn micros<T>(deed: impl FnOnce() -> T) -> (f64, T) {
    let begun = std::time::Instant::now();
    let value = deed();
    (begun.elapsed().as_secs_f64() * 1e6, value)
}
