//! Fuzzing: every decoder of foreign bytes, without a sanitizer, so that the stable compiler is enough.
//! What a run finds is kept outside the tree; the committed corpus is only read.

use crate::check::tool;
use crate::run::{Held, hold, root};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Seconds for each target, unless told otherwise.
const SECONDS: u32 = 600;
/// Seconds at most until the planted panic of a target is found.
const PLANTED_SECONDS: u32 = 600;
/// What the planted panic says: `PLANTED` of the fuzz crate.
const PLANTED: &str = "the planted panic of the fuzz crate";

/// Every target for so many seconds; then each again with a planted panic, which must be found. `TARGET` after the
/// seconds runs that one alone.
pub fn fuzz(rest: &[&str]) -> Held {
    let (seconds, only) = match rest {
        [] => (SECONDS, None),
        [seconds, only @ ..] => (
            seconds
                .parse()
                .map_err(|_| "seconds are a whole number".to_owned())?,
            only.first().copied(),
        ),
    };
    let fuzzer = Fuzzer {
        program: tool("cargo-fuzz", "0.13.2")?,
        target: target_folder(),
    };
    let names: Vec<String> = targets()?
        .into_iter()
        .filter(|name| only.is_none_or(|only| only == name))
        .collect();
    if names.is_empty() {
        return Err("there is no such target".into());
    }
    for name in &names {
        println!("== {name}: {seconds} seconds without a crash");
        let said = fuzzer.run(name, seconds, &[])?;
        if !said.done {
            return Err(format!("{name} fell; what it fell on is named above"));
        }
    }
    for name in &names {
        println!("== {name}: finds a planted panic");
        let said = fuzzer.run(name, PLANTED_SECONDS, &["--features", "planted"])?;
        if said.done || !said.planted {
            return Err(format!("{name} did not find the planted panic"));
        }
    }
    println!("fuzz targets: {} passed, 0 failed", names.len());
    Ok(())
}

/// The format of the fuzz crate, which is a workspace of its own.
pub fn format() -> Held {
    hold(crate::run::cargo(&[
        "fmt",
        "--manifest-path",
        "tests/fuzz/Cargo.toml",
        "--check",
    ]))
}

fn targets() -> Result<Vec<String>, String> {
    let folder = root().join("tests/fuzz/fuzz_targets");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}

/// A folder of its own: everything is built there once more, with what a fuzzer measures by.
fn target_folder() -> PathBuf {
    let target =
        std::env::var("CARGO_TARGET_DIR").map_or_else(|_| root().join("target"), PathBuf::from);
    target.join("fuzz")
}

/// What a run said.
struct Said {
    /// It came to its end without a crash.
    done: bool,
    /// The planted panic was seen.
    planted: bool,
}

struct Fuzzer {
    program: PathBuf,
    target: PathBuf,
}

impl Fuzzer {
    /// Builds first, so that what can't be built is no crash that was found; then runs, its words shown as they come.
    fn run(&self, name: &str, seconds: u32, more: &[&str]) -> Result<Said, String> {
        hold(self.command("build", more, &[name]))?;
        let found = self.folder("found", name, more)?;
        let crashes = self.folder("crashes", name, more)?;
        let corpus = root().join("tests/fuzz/corpus").join(name);
        let mut command = self.command("run", more, &[name]);
        command
            .args([found, corpus])
            .arg("--")
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/", crashes.display()))
            .args(["-rss_limit_mb=2048", "-timeout=60", "-print_final_stats=1"])
            // What is compared guides the search for a planted panic; elsewhere it would only make more files.
            .args((!more.is_empty()).then_some("-use_value_profile=1"))
            .stderr(Stdio::piped());
        let words = format!("{command:?}");
        let mut child = command.spawn().map_err(|why| format!("{words}: {why}"))?;
        let mut planted = false;
        if let Some(said) = child.stderr.take() {
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                planted |= line.contains(PLANTED);
                eprintln!("{line}");
            }
        }
        let status = child.wait().map_err(|why| format!("{words}: {why}"))?;
        Ok(Said {
            done: status.success(),
            planted,
        })
    }

    fn command(&self, deed: &str, more: &[&str], rest: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args([deed, "-s", "none", "--no-cfg-fuzzing", "--fuzz-dir"])
            .arg("tests/fuzz")
            .arg("--target-dir")
            .arg(&self.target)
            .args(more)
            .args(rest)
            .current_dir(root());
        command
    }

    /// A folder for what a run finds; the planted runs have their own and begin empty, so that each of them searches.
    fn folder(&self, what: &str, name: &str, more: &[&str]) -> Result<PathBuf, String> {
        let planted = !more.is_empty();
        let kind = if planted { "planted" } else { "plain" };
        let folder = self.target.join(what).join(kind).join(name);
        if planted {
            remove(&folder)?;
        }
        std::fs::create_dir_all(&folder).map_err(|why| format!("{}: {why}", folder.display()))?;
        Ok(folder)
    }
}

fn remove(folder: &Path) -> Held {
    match std::fs::remove_dir_all(folder) {
        Err(why) if folder.exists() => Err(format!("{}: {why}", folder.display())),
        _ => Ok(()),
    }
}
