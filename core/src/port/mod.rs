//! What comes in and goes out as files: exports of Loop Habit Tracker in, our own export in and out.
//! Knows zip, CSV and JSON; knows no key, no network and no notebook: plain things of `life` go in and out.
//! Invariant: a file is read whole or refused with a clear word, and reading changes nothing.

mod error;
pub mod json;
pub mod loop_data;
pub mod loop_db;
pub mod loop_zip;
pub mod plan;

use std::io::Read;
use std::path::Path;

pub use error::PortError;
pub use json::{Home, read_export, write_export};
pub use loop_data::{Entry, LoopData, LoopHabit};
pub use plan::{Adds, ImportPlan, Planned, Present, Target, Touched, plan_import};

#[cfg(test)]
pub(crate) mod tests;

/// What a file that comes in turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Incoming {
    /// An export or backup of Loop Habit Tracker.
    Loop(LoopData),
    /// An export of Alongside.
    Export(Box<Home>),
}

/// Reads a file of any kind that is known here, by what is in it and not by its name.
///
/// # Errors
/// [`PortError`] says what is the matter with the file, never a word of it.
pub fn read_file(path: &Path) -> Result<Incoming, PortError> {
    let mut file = std::fs::File::open(path)?;
    let about = file.metadata()?;
    if !about.is_file() {
        return Err(PortError::NotKnown);
    }
    let mut head = Vec::new();
    file.by_ref().take(16).read_to_end(&mut head)?;
    if head.starts_with(b"SQLite format 3") {
        return loop_db::read_db(path).map(Incoming::Loop);
    }
    let max = json::EXPORT_MAX.max(loop_zip::ZIP_MAX) as u64;
    if about.len() > max {
        return Err(PortError::TooLarge);
    }
    let mut bytes = head;
    file.take(max).read_to_end(&mut bytes)?;
    if bytes.starts_with(b"PK") {
        loop_zip::read_zip(&bytes).map(Incoming::Loop)
    } else {
        read_export(&bytes).map(|home| Incoming::Export(Box::new(home)))
    }
}
