//! `demo [--keep]`: Alongside shown at work. See `town::demo`.
//! Its exit code is 0 only when every claim held.

use std::process::ExitCode;

const HELP: &str = "\
demo [--keep]

  --keep   leaves the folder with the homes and the post box, and says how to go on by hand
";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let keep = match words
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => false,
        ["--keep"] => true,
        _ => {
            eprint!("{HELP}");
            return ExitCode::from(2);
        }
    };
    if town::demo::tell_all(keep) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
