//! The figures: every row of "what to reach" measured in one run, each against its peer (docs/performance.md).
//! Each part is a process of its own, so that memory, settings and faults of one are not those of another.
//! Invariant: a row that could not be measured ends the run with a failure; a goal that was missed is printed as missed.

mod disk;
mod heap;
mod kept;
mod life;
mod mail;
mod month;
mod phones;
#[path = "../../load/src/row.rs"]
#[allow(dead_code, reason = "the relay's rows have more")]
mod row;
mod screen;
mod tape;

use kept::Kept;
use life::Life;
use row::Row;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a part answers.
type Told<T> = Result<T, Box<dyn std::error::Error>>;

/// The parts, in the order in which they run; all but the first need what the first leaves, or nothing.
const PARTS: [&str; 8] = [
    "life", "screen", "heap", "history", "tick", "mark", "phones", "month",
];

/// Measures all, or these parts alone. Returns whether every row could be measured.
#[must_use]
pub fn run(wanted: &[String]) -> bool {
    if let [flag, part, folder] = wanted
        && flag == "--part"
    {
        return child(part, Path::new(folder));
    }
    if let Some(unknown) = wanted.iter().find(|one| !PARTS.contains(&one.as_str())) {
        eprintln!("no part called {unknown}; there are: {}", PARTS.join(" "));
        return false;
    }
    match all(wanted) {
        Ok(measured) => measured,
        Err(why) => {
            eprintln!("bench: {why}");
            false
        }
    }
}

fn all(wanted: &[String]) -> Told<bool> {
    // Beside the program: on a disk, where /tmp may be memory.
    let place = std::env::current_exe()?;
    let place = place.parent().ok_or("a program lies in a folder")?;
    let folder = tempfile::Builder::new()
        .prefix("bench-")
        .tempdir_in(place)?;
    println!("Alongside, measured on this machine. {}\n", load());
    let needs_life =
        |part: &str| ["screen", "heap", "history", "tick", "mark", "phones"].contains(&part);
    let mut rows = Vec::new();
    let mut broken = Vec::new();
    for part in PARTS {
        let is_wanted = |part: &str| wanted.is_empty() || wanted.iter().any(|one| one == part);
        let lays_ground = part == "life" && wanted.iter().any(|one| needs_life(one));
        if !is_wanted(part) && !lays_ground {
            continue;
        }
        match run_part(part, folder.path()) {
            Ok(of_part) => {
                for row in &of_part {
                    println!("{}", row.lines());
                }
                rows.extend(of_part);
            }
            Err(why) => {
                println!("{part}: NOT MEASURED: {why}\n");
                broken.push(part);
            }
        }
    }
    let met = rows.iter().filter(|row| row.met).count();
    println!(
        "rows: {met} met, {} missed, {} not measured. {}",
        rows.len() - met,
        broken.len(),
        load()
    );
    Ok(broken.is_empty())
}

/// Whether the machine is quiet enough for its times to be told.
fn load() -> String {
    let told = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load: f64 = told
        .split(' ')
        .next()
        .and_then(|one| one.parse().ok())
        .unwrap_or(0.0);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    #[allow(clippy::cast_precision_loss, reason = "a handful of cores")]
    let busy = load > cores as f64 / 2.0;
    let kind = if busy {
        "busy: its times prove neither side"
    } else {
        "quiet"
    };
    format!("Load {load} on {cores} cores ({kind}).")
}

/// Runs a part in a process of its own and reads its rows.
fn run_part(part: &str, folder: &Path) -> Told<Vec<Row>> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--part", part]).arg(folder);
    if part == "month" {
        // The phone's own client trusts what the system trusts; in that one process this is our root.
        let root = folder.join("root.pem");
        std::fs::write(&root, crate::tls::ROOT)?;
        command
            .env("SSL_CERT_FILE", root)
            .env_remove("SSL_CERT_DIR");
    }
    let output = command.stderr(Stdio::inherit()).output()?;
    row::rows_in(output)
}

fn child(part: &str, folder: &Path) -> bool {
    match measure(part, folder) {
        Ok(rows) => {
            row::tell(&rows).expect("a row is plain text");
            true
        }
        Err(why) => {
            eprintln!("{part}: {why}");
            false
        }
    }
}

fn measure(part: &str, folder: &Path) -> Told<Vec<Row>> {
    let kept = || Kept::find(folder);
    match part {
        "life" => {
            let mut life = Life::live()?;
            Kept::leave(&mut life, folder)?;
            let mut rows = mail::catch_up(&mut life)?;
            rows.extend(mail::incoming(&mut life)?);
            Ok(rows)
        }
        "screen" => screen::rows(&kept()?),
        "heap" => heap::row(&kept()?),
        "history" => disk::saved_history(&kept()?),
        "tick" => disk::bytes_of_a_tick(&kept()?),
        "mark" => disk::durable_mark(&kept()?),
        "phones" => phones::rows(&kept()?),
        "month" => month::row(folder),
        _ => Err("no such part".into()),
    }
}
