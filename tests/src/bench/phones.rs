//! What a person of the phone app waits for, on the desktop build: Today after a start, and a mark on Today; and how large the
//! core's library is. The app runs in Java as a process of its own on the same homes; it is told how by `cargo xtask bench`.
//! Invariant: the app and the core are measured in turns, on copies of one home, with the library that Android's build makes.

use super::Told;
use super::kept::Kept;
use super::row::{Goal, Row, Unit, median, micros};
use crate::phone::Keystore;
use alongside_core::companion::Companion;
use alongside_core::life::Mark;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Names the folder with the library and with the words that start Java on it.
const READY: &str = "ALONGSIDE_SPEED";
/// A frame of a screen that draws 60 in a second, in microseconds.
const FRAME: f64 = 16_700.0;
const STARTS: usize = 9;
const MARKS: usize = 120;
/// Marks before the counting: Java compiles what it runs often.
const WARM: usize = 40;
const MOST_BYTES: f64 = 12_000_000.0;

/// All rows.
pub(super) fn rows(kept: &Kept) -> Told<Vec<Row>> {
    let ready = std::env::var_os(READY).ok_or("`cargo xtask bench` builds what this needs")?;
    let ready = PathBuf::from(ready);
    Ok(vec![
        mark(kept, &ready)?,
        start(kept, &ready)?,
        size(&ready.join("libalongside_phones.so"))?,
    ])
}

/// What a phone stands on, as the desktop build looks for it: the home, and its key beside it.
fn stand(kept: &Kept, name: &str) -> Told<PathBuf> {
    let folder = kept.folder.join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir(&folder)?;
    kept.copy(&format!("{name}/home"))?;
    std::fs::write(folder.join("key"), kept.key)?;
    Ok(folder)
}

fn app(kept: &Kept, ready: &Path, words: &[&str], folder: &Path) -> Command {
    let mut command = Command::new("java");
    command
        .arg(format!("@{}", ready.join("java").display()))
        .args(words)
        .arg(folder)
        .arg(kept.seconds.to_string())
        .arg("Europe/London")
        .stdout(Stdio::piped());
    command
}

/// From a click on Done to the frame with the mark; the core alone marks and makes the same screen.
fn mark(kept: &Kept, ready: &Path) -> Told<Row> {
    let folder = stand(kept, "speed-mark")?;
    let home = kept.copy("speed-core")?;
    let (mut core, mut all) = (Vec::new(), Vec::new());
    let both = WARM + MARKS;
    let output = app(kept, ready, &["mark", &both.to_string()], &folder).output()?;
    let said = String::from_utf8(output.stdout)?;
    for line in said.lines().filter_map(|line| line.strip_prefix("mark ")) {
        all.push(line.trim().parse::<f64>()?);
    }
    if !output.status.success() || all.len() != both {
        return Err(format!(
            "the app ended with {} after {} marks",
            output.status,
            all.len()
        )
        .into());
    }
    let mut ours = all.split_off(WARM);
    let mut companion = kept.open(&home)?;
    let screen = companion.today_screen()?;
    let first = screen.routines.first().ok_or("a routine")?.id;
    let mut marked = screen.routines.first().and_then(|row| row.mark);
    for round in 0..both {
        let next = (marked != Some(Mark::Done)).then_some(Mark::Done);
        let (took, screen) = micros(|| -> Told<_> {
            companion.mark_with(first, screen.day, next, None, None)?;
            Ok(companion.today_screen()?)
        });
        black_box(screen?);
        marked = next;
        if round >= WARM {
            core.push(took);
        }
    }
    let (ours, core) = (median(&mut ours), median(&mut core));
    let most = 2.0 * core + FRAME;
    Ok(Row::against(
        "from mark to repainted Today, desktop build",
        Unit::Micros,
        ours,
        ("twice the core's own mark and screen, and one frame", most),
        Goal::AtMost(1.0),
    )
    .note(format!(
        "the core alone takes {:.2} ms; {MARKS} marks set and taken back by the first routine's Done, each drawn at once in \
         memory, without waiting for a screen's beat",
        core / 1_000.0
    ))
    .why("the app composes and draws Today anew, in software"))
}

/// From the start of the process to the first frame with Today: the five-year life, and an empty home.
fn start(kept: &Kept, ready: &Path) -> Told<Row> {
    let blank = kept.folder.join("speed-blank");
    std::fs::create_dir(&blank)?;
    let made = Companion::make(
        &blank.join("home"),
        &Keystore(kept.key),
        "Robin",
        Box::new(kept.clock()),
        Box::new(ChaCha20Rng::seed_from_u64(7)),
    )?;
    drop(made);
    std::fs::write(blank.join("key"), kept.key)?;
    let (mut full, mut again, mut empty) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=STARTS {
        // A copy each time: what is said of people today is not made yet.
        let folder = stand(kept, "speed-start")?;
        let took = [
            shown(kept, ready, &folder)?,
            shown(kept, ready, &blank)?,
            shown(kept, ready, &folder)?,
        ];
        // The first round warms the system's cache.
        if round > 0 {
            full.push(took[0]);
            empty.push(took[1]);
            again.push(took[2]);
        }
    }
    Ok(Row::against(
        "cold start to Today, desktop build, five years",
        Unit::Micros,
        median(&mut full),
        ("an empty home", median(&mut empty)),
        Goal::AtMost(1.2),
    )
    .note(format!(
        "a process each, {STARTS} of each in turns; the second start of the same day {:.0} ms",
        median(&mut again) / 1_000.0
    ))
    .why("a fuller page is composed and drawn, and what is said of people is made on the first start of a day"))
}

fn shown(kept: &Kept, ready: &Path, folder: &Path) -> Told<f64> {
    let mut command = app(kept, ready, &["start"], folder);
    let (took, child) = micros(|| -> Told<_> {
        let mut child = command.spawn()?;
        let mut said = BufReader::new(child.stdout.take().ok_or("its output")?);
        let mut line = String::new();
        said.read_line(&mut line)?;
        if line.trim() != "shown" {
            return Err(format!("the app said: {line}").into());
        }
        Ok(child)
    });
    child?.wait()?;
    Ok(took)
}

/// The library as it lies in an app for x86-64, which stands in for a phone's processor.
fn size(library: &Path) -> Told<Row> {
    #[allow(clippy::cast_precision_loss, reason = "some megabytes")]
    let bytes = std::fs::metadata(library)?.len() as f64;
    Ok(Row::alone(
        "the core's library, stripped, one processor",
        Unit::Bytes,
        bytes,
        Goal::AtMost(MOST_BYTES),
    )
    .note("as the Android build makes it, for x86-64; docs/performance.md says what takes it")
    .why("OpenSSL, for the file's cipher, is in it with every cipher it has and a form of each for every kind of processor"))
}
