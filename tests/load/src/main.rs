//! `load [PART]... [--inboxes N] [--against RELAY] [--peers]`: the relay's figures. See docs/performance.md.
//! Each part is a process of its own. Its exit code is 0 when every row could be measured, met or missed.

use load::row::{Row, rows_in, tell};
use load::{Told, floor, held, many, peers, posts};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

/// The parts, in the order in which they run.
const PARTS: [&str; 5] = ["sqlite", "postgres", "held", "many-sqlite", "many-postgres"];

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["--part", part, about, rest @ ..] => child(part, about, rest),
        words => all(words),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("load: {why}");
            ExitCode::FAILURE
        }
    }
}

fn all(words: &[&str]) -> Told<bool> {
    let (mut wanted, mut inboxes, mut other, mut beside) = (Vec::new(), "1000000", None, false);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--inboxes" => inboxes = words.next().ok_or("--inboxes N")?,
            "--peers" => beside = true,
            "--against" => other = Some(*words.next().ok_or("--against RELAY")?),
            part if PARTS.contains(&part) => wanted.push(part),
            unknown => {
                return Err(
                    format!("no part called {unknown}; there are: {}", PARTS.join(" ")).into(),
                );
            }
        }
    }
    // Beside the program: on a disk, where /tmp may be memory.
    let place = std::env::current_exe()?;
    let place = place.parent().ok_or("a program lies in a folder")?;
    let parts: Vec<(&str, &str)> = match other {
        Some(other) => vec![("against", other)],
        None if beside => vec![("peers", "")],
        None => PARTS
            .into_iter()
            .filter(|part| wanted.is_empty() || wanted.contains(part))
            .map(|part| (part, inboxes))
            .collect(),
    };
    println!("The relay, measured on this machine. {}\n", load());
    let (mut met, mut missed, mut broken) = (0, 0, 0);
    for (part, about) in parts {
        let folder = tempfile::Builder::new().prefix("load-").tempdir_in(place)?;
        match run_part(part, folder.path(), about) {
            Ok(rows) => {
                for row in rows {
                    println!("{}", row.lines());
                    *(if row.met { &mut met } else { &mut missed }) += 1;
                }
            }
            Err(why) => {
                println!("{part}: NOT MEASURED: {why}\n");
                broken += 1;
            }
        }
    }
    println!(
        "rows: {met} met, {missed} missed, {broken} parts not measured. {}",
        load()
    );
    Ok(broken == 0)
}

/// How busy the machine is.
fn load() -> String {
    let told = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!(
        "Load {} on {cores} cores.",
        told.split(' ').next().unwrap_or_default()
    )
}

/// Runs a part in a process of its own, which may hold as many files open as the system lets it, and reads its rows.
fn run_part(part: &str, folder: &Path, about: &str) -> Told<Vec<Row>> {
    let output = Command::new("sh")
        .args(["-c", "ulimit -n \"$(ulimit -H -n)\"; exec \"$0\" \"$@\""])
        .arg(std::env::current_exe()?)
        .args(["--part", part])
        .arg(folder)
        .arg(about)
        .stderr(Stdio::inherit())
        .output()?;
    rows_in(output)
}

fn child(part: &str, about: &str, rest: &[&str]) -> Told<bool> {
    let folder = Path::new(about);
    let inboxes = || -> Told<u64> { Ok(rest.first().ok_or("how many inboxes")?.parse()?) };
    let rows = match part {
        "log-file" => return floor::serve_file(folder).map(|()| true),
        "bare-writer" => return floor::serve_postgres(about).map(|()| true),
        "sqlite" => posts::sqlite(folder)?,
        "postgres" => posts::postgres()?,
        "held" => held::rows(folder)?,
        "many-sqlite" => many::rows(folder, "sqlite", inboxes()?)?,
        "many-postgres" => many::rows(folder, "postgres", inboxes()?)?,
        "peers" => peers::rows(folder)?,
        "against" => posts::against(folder, Path::new(rest.first().ok_or("which relay")?))?,
        _ => return Err("no such part".into()),
    };
    tell(&rows)?;
    Ok(true)
}
