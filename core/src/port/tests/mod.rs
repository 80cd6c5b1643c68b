//! The readers of foreign files against real exports, made ones and hostile ones.

mod hostile;
mod json;
mod loop_real;
mod planning;

use std::io::{Cursor, Write};
use std::path::PathBuf;

use jiff::civil::Date;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::life::{ItemId, Mark};

const HEAD: &str = "Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,Target Value,Archived?\n";

/// A real export, which lies beside the project and is not copied into it.
pub(crate) fn shared(name: &str) -> PathBuf {
    let folder = std::env::var_os("ALONGSIDE_SHARED").map_or_else(
        || {
            let core = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
            let beside = core.ancestors().skip(2).map(|up| up.join("shared"));
            beside
                .into_iter()
                .find(|at| at.is_dir())
                .unwrap_or_default()
        },
        PathBuf::from,
    );
    let file = folder.join("data").join("loop").join(name);
    assert!(
        file.is_file(),
        "the sample files of Loop are not there: set ALONGSIDE_SHARED to the folder that holds data/loop/{name}"
    );
    file
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, text) in files {
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A zip with habits of this name and type, each with its Checkmarks.csv.
fn export(habits: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut table = HEAD.to_owned();
    let mut files = Vec::new();
    for (at, (name, kind, marks)) in habits.iter().enumerate() {
        let at = at + 1;
        table.push_str(&format!(
            "{at:03},\"{name}\",{kind},,,1,1,#FF8F00,,,,false\n"
        ));
        files.push((
            format!("{at:03} x/Checkmarks.csv"),
            format!("Date,Value,Notes\n{marks}"),
        ));
    }
    let mut all = vec![("Habits.csv", table.as_str())];
    all.extend(
        files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str())),
    );
    zipped(&all)
}

fn read(habits: &[(&str, &str, &str)]) -> Result<LoopData, PortError> {
    loop_zip::read_zip(&export(habits))
}

/// Hands out ids 1, 2, 3 ...
fn counting(mut next: u8) -> impl FnMut() -> ItemId {
    move || {
        next += 1;
        ItemId([next; 8])
    }
}

/// What a home would hold after a plan was carried out.
fn carried_out(plan: &ImportPlan, mut here: Vec<Present>) -> Vec<Present> {
    for planned in &plan.routines {
        let at = match &planned.target {
            Target::New(routine) => {
                here.push(Present {
                    id: routine.id,
                    import_key: routine.import_key.clone().unwrap(),
                    deleted: false,
                    days: Default::default(),
                });
                here.len() - 1
            }
            Target::Here(id) => here.iter().position(|present| present.id == *id).unwrap(),
        };
        for (day, entry) in &planned.days {
            let touched = here[at].days.entry(*day).or_default();
            touched.mark |= entry.mark.is_some();
            touched.amount |= entry.amount.is_some();
            touched.note |= entry.note.is_some();
        }
    }
    here
}
