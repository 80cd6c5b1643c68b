//! The export's fields, one to one with docs/export.md: types of their own, so that a change in `life`
//! cannot change a file that people keep. Frozen: tests/golden/export-1.json must be read for ever.
//! Invariant: every field has one meaning and one spelling; what is not known is refused.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The field that says what this file is; others are not looked at.
#[derive(Deserialize)]
pub(super) struct Version {
    pub(super) alongside_export: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) alongside_export: u64,
    pub(super) routines: Vec<Routine>,
    pub(super) goals: Vec<Goal>,
    pub(super) steps: Vec<Step>,
    pub(super) people: Vec<Person>,
    pub(super) shares: Vec<Share>,
    pub(super) words: Vec<Word>,
    pub(super) kept_words: Vec<Word>,
    pub(super) ideas: Vec<Idea>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Routine {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) rhythm: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) time: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pause: Option<Pause>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unit: Option<String>,
    pub(super) started: Date,
    pub(super) ended: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) import_key: Option<String>,
    pub(super) days: Vec<Day>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pause {
    pub(super) from: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) until: Option<Date>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Day {
    pub(super) day: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) mark: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) amount: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) notes: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Goal {
    pub(super) id: String,
    pub(super) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) area: Option<String>,
    pub(super) state: String,
    pub(super) started: Date,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    pub(super) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) goal: Option<String>,
    pub(super) name: String,
    pub(super) state: String,
    pub(super) started: Date,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) who: String,
    pub(super) name: String,
    pub(super) role: String,
    pub(super) official: bool,
    pub(super) allows: String,
    pub(super) blocked: bool,
    pub(super) since: Date,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Share {
    pub(super) item: String,
    pub(super) to: String,
    pub(super) from: Date,
    pub(super) until: String,
    pub(super) notes: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Word {
    pub(super) id: String,
    pub(super) who: String,
    pub(super) day: Date,
    pub(super) kind: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) about: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Idea {
    pub(super) id: String,
    pub(super) who: String,
    pub(super) day: Date,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) routine: Option<NewRoutine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) step: Option<NewStep>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) words: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRoutine {
    pub(super) name: String,
    pub(super) rhythm: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewStep {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) goal: Option<String>,
    pub(super) name: String,
}
