//! Fuzzing of the relay's endpoints, each a real process on each store: requests of chance and of every way to send them, then schemathesis on
//! the relay's own OpenAPI document. What must hold is in relay/tests/process/fuzz.rs; this installs what it wants and says how long.

use crate::check::cache;
use crate::run::{Held, cargo, debian, hold};
use std::path::PathBuf;
use std::process::Command;

/// From PyPI.
const SCHEMATHESIS: &str = "4.32.5";
const USE: &str = "cargo xtask fuzz-relay [SECONDS] [--seed N]";

/// Both kinds, one after the other, so many seconds each; the two stores at the same time.
pub fn fuzz(rest: &[&str]) -> Held {
    let (mut seconds, mut seed) = ("600", "1");
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match (*word, words.as_slice().first()) {
            ("--seed", Some(number)) if number.parse::<u64>().is_ok() => {
                seed = number;
                words.next();
            }
            (number, _) if number.parse::<u64>().is_ok_and(|number| number >= 8) => {
                seconds = number;
            }
            _ => return Err(USE.to_owned()),
        }
    }
    debian(&[("/usr/lib/postgresql/15/bin/postgres", "postgresql-15")])?;
    let schemathesis = schemathesis()?;
    // Both are run, also when the first falls.
    let kinds = [&["fuzz::on_"][..], &["--ignored", "fuzz::schema::on_"]];
    let held = kinds.map(|which| {
        let mut command = cargo(&["test", "--quiet", "-p", "relay", "--test", "process", "--"]);
        command
            .args(["--nocapture", "--test-threads=2"])
            .args(which)
            .env("SCHEMATHESIS", &schemathesis)
            .env("FUZZ_SECONDS", seconds)
            .env("FUZZ_SEED", seed);
        hold(command)
    });
    held.into_iter().collect()
}

/// The program, in a folder of its own outside the tree.
fn schemathesis() -> Result<PathBuf, String> {
    let folder = cache()?.join(format!("alongside-tools/schemathesis-{SCHEMATHESIS}"));
    let program = folder.join("bin/schemathesis");
    if program.exists() {
        return Ok(program);
    }
    let mut has_pip = Command::new("python3");
    has_pip.args(["-c", "import ensurepip"]);
    if hold(has_pip).is_err() {
        // Neither is a program of this name: they are installed.
        debian(&[
            ("python3-venv", "python3-venv"),
            ("python3-pip", "python3-pip"),
        ])?;
    }
    let mut place = Command::new("python3");
    place.args(["-m", "venv", "--clear"]).arg(&folder);
    hold(place)?;
    let mut install = Command::new(folder.join("bin/pip"));
    install
        .args(["install", "--quiet", "--disable-pip-version-check"])
        .arg(format!("schemathesis=={SCHEMATHESIS}"));
    hold(install)?;
    Ok(program)
}
