//! The real command on a real home, as a person types it; it can be killed at any moment, as `kill -9` does.
//! It knows the command line only. Invariant: a command that was not killed must be done, or the story falls.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a kit for tests: what can't be started must stop them"
)]

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Once;
use std::time::Duration;

/// One home and the hand that types there.
#[derive(Debug)]
pub struct Hand {
    home: PathBuf,
    /// The moment it is, in seconds since 1970-01-01 UTC.
    pub seconds: u64,
}

impl Hand {
    /// A blank home under this name in a folder of `folder`.
    ///
    /// # Panics
    /// If the command can't be built, or says no.
    #[must_use]
    pub fn new(folder: &Path, name: &str, seconds: u64, post_box: Option<&str>) -> Self {
        let hand = Self {
            home: folder.join(name),
            seconds,
        };
        let mut words = vec!["new", name];
        words.extend(post_box.iter().flat_map(|url| ["--post-box", *url]));
        hand.does(&words);
        hand
    }

    /// Does it, and gives what it answers.
    ///
    /// # Panics
    /// If it is not done.
    pub fn does(&self, words: &[&str]) -> Value {
        let output = self.command(words).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{words:?}: {said}{why}");
        serde_json::from_str(&said).unwrap_or(Value::Null)
    }

    /// Does what is typed in a line without quotes.
    ///
    /// # Panics
    /// If it is not done.
    pub fn types(&self, line: &str) -> Value {
        self.does(&line.split(' ').collect::<Vec<_>>())
    }

    /// Begins it and kills it after so many milliseconds, wherever it then is. True where it was killed before its end.
    ///
    /// # Panics
    /// If it does not start.
    pub fn is_killed_in(&self, line: &str, after: u64) -> bool {
        let words: Vec<&str> = line.split(' ').collect();
        let mut child = self
            .command(&words)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(after));
        let running = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        running
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program());
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("ALONGSIDE_")) {
            command.env_remove(name);
        }
        command
            .args([
                "--json",
                "--zone",
                "UTC",
                "--today",
                &self.seconds.to_string(),
                "--home",
            ])
            .arg(&self.home)
            .args(words)
            .stdin(Stdio::null());
        command
    }
}

/// The command, built once for each test program with the features of the tests, so that nothing is built twice.
fn program() -> PathBuf {
    static BUILT: Once = Once::new();
    let own = std::env::current_exe().unwrap();
    let built = own.parent().and_then(Path::parent).unwrap().to_owned();
    BUILT.call_once(|| {
        let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
        command
            .args(["build", "--quiet", "--workspace", "--exclude", "relay"])
            .arg("--target-dir")
            .arg(built.parent().unwrap())
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap());
        if built.ends_with("release") {
            command.arg("--release");
        }
        let status = command.status().expect("cargo runs");
        assert!(status.success(), "the command does not build");
    });
    built.join("alongside")
}
