//! Fuzzing: every decoder of foreign bytes, without a sanitizer, so that the stable compiler is enough.
//! What a run finds is kept outside the tree; the committed corpus is only read.

use crate::check::tool;
use crate::run::{Held, hold, root, target};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Instant;

/// Seconds for each target, unless told otherwise.
const SECONDS: u32 = 600;
/// Seconds at most until the planted panic of a target is found.
const PLANTED_SECONDS: u32 = 600;
/// What the planted panic says: `PLANTED` of the fuzz crate.
const PLANTED: &str = "the planted panic of the fuzz crate";
/// How a planted panic is searched for: what was reached guides, not how often, and one change is made at a time, since
/// of several one most often breaks what the others need.
const SEARCH: &[&str] = &["-use_counters=0", "-mutate_depth=1"];
/// Lines shown of what a target said that did not hold.
const TAIL: usize = 30;
/// What the compiler is told so that a fuzzer can measure a library.
const MEASURE: &str = "-Cpasses=sancov-module";
/// The arithmetic of ciphers and hashes is not measured: it decides nothing about foreign bytes, would take most of
/// the time, and what differs in it with every key would look like something new each time.
const UNMEASURED: [&str; 20] = [
    "aead",
    "argon2",
    "blake2",
    "chacha20",
    "chacha20poly1305",
    "ctutils",
    "curve25519_dalek",
    "digest",
    "ed25519_dalek",
    "hkdf",
    "hmac",
    "keccak",
    "ml_kem",
    "module_lattice",
    "poly1305",
    "rand_chacha",
    "sha2",
    "sha3",
    "subtle",
    "x_wing",
];

/// What a target is run for.
#[derive(Clone, Copy, PartialEq)]
enum Round {
    /// So many seconds without a crash.
    Plain(u32),
    /// The planted panic is to be found.
    Planted,
}

/// Every target for so many seconds; then each again with a planted panic, which must be found. As many at once as
/// there are cores. `TARGET` after the seconds runs that one alone.
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
        compiler: std::env::current_exe().map_err(|why| why.to_string())?,
        host: host()?,
    };
    let names: Vec<String> = targets()?
        .into_iter()
        .filter(|name| only.is_none_or(|only| only == name))
        .collect();
    if names.is_empty() {
        return Err("there is no such target".into());
    }
    let mut fallen = fuzzer.round(&names, Round::Plain(seconds))?;
    fallen.extend(fuzzer.round(&names, Round::Planted)?);
    println!(
        "fuzz runs: {} passed, {} failed",
        2 * names.len() - fallen.len(),
        fallen.len()
    );
    if fallen.is_empty() {
        Ok(())
    } else {
        Err(format!("did not hold: {}", fallen.join("; ")))
    }
}

/// Whether cargo called this program in the place of this compiler, as [`Fuzzer`] tells it to.
pub fn is_compiler(word: &str) -> bool {
    Path::new(word)
        .file_stem()
        .is_some_and(|name| name == "rustc")
}

/// The compiler as cargo calls it, but for libraries that are not to be measured.
pub fn compile(compiler: &str, words: &[&str]) -> Held {
    let is_unmeasured =
        |two: &[&str]| matches!(two, ["--crate-name", name] if UNMEASURED.contains(name));
    let measured = !words.windows(2).any(is_unmeasured);
    let mut command = Command::new(compiler);
    command.args(words.iter().filter(|word| measured || **word != MEASURE));
    hold(command)
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
    let mut names: Vec<String> = fs::read_dir(&folder)
        .map_err(|error| format!("{}: {error}", folder.display()))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}

/// The name that the compiler has for this machine.
fn host() -> Result<String, String> {
    let said = Command::new("rustc").arg("-vV").output();
    let said = said.map_err(|why| format!("rustc: {why}"))?.stdout;
    let said = String::from_utf8_lossy(&said);
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("rustc does not say its host")?.to_owned())
}

/// A folder of its own: everything is built there once more, with what a fuzzer measures by.
fn target_folder() -> PathBuf {
    target().join("fuzz")
}

struct Fuzzer {
    program: PathBuf,
    target: PathBuf,
    /// This program, which stands in for the compiler.
    compiler: PathBuf,
    /// What is built for: the machine that builds.
    host: String,
}

impl Fuzzer {
    /// Runs these targets and names those that did not hold. All are built first, so that what can't be built is no
    /// crash that was found.
    fn round(&self, names: &[String], round: Round) -> Result<Vec<String>, String> {
        let only = names.first().filter(|_| names.len() == 1);
        self.build(round, only)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        println!("== {round}, {cores} at once");
        let waiting = Mutex::new(names.iter());
        let worker = || {
            let mut fallen = Vec::new();
            while let Some(name) = waiting.lock().ok().and_then(|mut names| names.next()) {
                match self.run(name, round) {
                    Ok(line) => println!("{line}"),
                    Err(why) => {
                        println!("{why}");
                        fallen.push(format!("{name} ({round})"));
                    }
                }
            }
            fallen
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..cores).map(|_| scope.spawn(worker)).collect();
            let mut fallen = Vec::new();
            for worker in workers {
                fallen.extend(worker.join().map_err(|_| "a run was lost")?);
            }
            Ok(fallen)
        })
    }

    /// Runs one target, its words kept in a file; what came of it in a line, with the end of its words where it fell.
    fn run(&self, name: &str, round: Round) -> Result<String, String> {
        let found = self.folder("found", name, round)?;
        let crashes = self.folder("crashes", name, round)?;
        let log = self.folder("logs", name, round)?.join("log");
        let corpus = root().join("tests/fuzz/corpus").join(name);
        let seconds = match round {
            Round::Plain(seconds) => seconds,
            Round::Planted => PLANTED_SECONDS,
        };
        let words = File::create(&log).map_err(|why| format!("{}: {why}", log.display()))?;
        let more = words.try_clone().map_err(|why| why.to_string())?;
        let mut command = Command::new(self.target.join(&self.host).join("release").join(name));
        command
            .args([found, corpus])
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/", crashes.display()))
            .args(["-rss_limit_mb=2048", "-timeout=60", "-print_final_stats=1"])
            .args(if round == Round::Planted { SEARCH } else { &[] })
            .stdout(words)
            .stderr(more)
            .current_dir(root());
        let begun = Instant::now();
        let status = command
            .status()
            .map_err(|why| format!("{command:?}: {why}"))?;
        let took = begun.elapsed().as_secs();
        let said = fs::read(&log).map_err(|why| format!("{}: {why}", log.display()))?;
        let said = String::from_utf8_lossy(&said);
        let last = |word| said.lines().rev().find_map(|line| line.split_once(word));
        let runs = last("stat::number_of_executed_units:").map_or("?", |(_, runs)| runs.trim());
        let line = format!("{name}: {took} s, {runs} executions");
        match round {
            Round::Plain(_) if status.success() => return Ok(format!("{line}, no crash")),
            Round::Planted if !status.success() && said.contains(PLANTED) => {
                return Ok(format!("{line}, the planted panic found"));
            }
            _ => {}
        }
        let lines = said.lines().count();
        let tail: Vec<&str> = said.lines().skip(lines.saturating_sub(TAIL)).collect();
        let tail = tail.join("\n");
        let crash = last("Test unit written to ").map_or("no crash file", |(_, path)| path);
        Err(format!(
            "{tail}\n{line}, did not hold: {crash}; all it said: {}",
            log.display()
        ))
    }

    /// One target, or all.
    fn build(&self, round: Round, only: Option<&String>) -> Held {
        let mut command = Command::new(&self.program);
        command
            .args(["build", "-s", "none", "--no-cfg-fuzzing", "--fuzz-dir"])
            .arg("tests/fuzz")
            .args(["--target", &self.host, "--target-dir"])
            .arg(&self.target)
            .args((round == Round::Planted).then_some("--features=planted"))
            .args(only)
            .env("RUSTC_WRAPPER", &self.compiler)
            .current_dir(root());
        hold(command)
    }

    /// A folder for what a run finds; the planted runs have their own and begin empty, so that each of them searches.
    fn folder(&self, what: &str, name: &str, round: Round) -> Result<PathBuf, String> {
        let planted = round == Round::Planted;
        let kind = if planted { "planted" } else { "plain" };
        let folder = self.target.join(what).join(kind).join(name);
        if planted {
            remove(&folder)?;
        }
        fs::create_dir_all(&folder).map_err(|why| format!("{}: {why}", folder.display()))?;
        Ok(folder)
    }
}

impl std::fmt::Display for Round {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Plain(seconds) => write!(f, "{seconds} seconds without a crash"),
            Self::Planted => f.write_str("finds a planted panic"),
        }
    }
}

fn remove(folder: &Path) -> Held {
    match fs::remove_dir_all(folder) {
        Err(why) if folder.exists() => Err(format!("{}: {why}", folder.display())),
        _ => Ok(()),
    }
}
