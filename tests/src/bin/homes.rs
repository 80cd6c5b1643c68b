//! `homes FOLDER`: leaves two homes of Robin's life in an empty folder, for the faces of the phones. See `town::homes`.

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder] = words.as_slice() else {
        eprintln!("homes FOLDER");
        return ExitCode::from(2);
    };
    match town::homes::leave(Path::new(folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("homes: {why}");
            ExitCode::FAILURE
        }
    }
}
