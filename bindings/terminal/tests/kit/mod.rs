//! A home in a folder of its own, and the real program run on it. Invariant: whatever is printed is calm.

use alongside_core::life::wordlist::forbidden;
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

pub struct Home {
    folder: TempDir,
}

impl Home {
    /// Nothing is there yet.
    pub fn empty() -> Self {
        Self {
            folder: TempDir::new().unwrap(),
        }
    }

    /// A blank Alongside under this name.
    pub fn of(name: &str) -> Self {
        let home = Self::empty();
        home.says(&["new", name]);
        home
    }

    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A file beside the home.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_alongside"));
        command
            .arg("--home")
            .arg(self.dir())
            .args(["--today", "2026-02-04", "--zone", "Europe/London"])
            .args(words)
            .env_remove("ALONGSIDE_HOME")
            .env_remove("ALONGSIDE_TODAY")
            .env_remove("ALONGSIDE_ZONE")
            .stdin(Stdio::null());
        command
    }

    pub fn run(&self, words: &[&str]) -> Output {
        calm(self.command(words).output().unwrap())
    }

    /// With something typed.
    pub fn typing(&self, words: &[&str], typed: &str) -> Output {
        let mut child = self
            .command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let _ = stdin.write_all(typed.as_bytes());
        drop(stdin);
        calm(child.wait_with_output().unwrap())
    }

    /// What a command that is done says.
    pub fn says(&self, words: &[&str]) -> String {
        let output = self.run(words);
        assert_eq!(code(&output), 0, "{words:?}: {}", err(&output));
        String::from_utf8(output.stdout).unwrap()
    }

    /// The same for a line without quotes.
    pub fn say(&self, line: &str) -> String {
        self.says(&line.split(' ').collect::<Vec<_>>())
    }

    pub fn json(&self, line: &str) -> Value {
        self.json_of(&line.split(' ').collect::<Vec<_>>())
    }

    pub fn json_of(&self, words: &[&str]) -> Value {
        let words: Vec<&str> = ["--json"].iter().chain(words).copied().collect();
        serde_json::from_str(&self.says(&words)).unwrap()
    }

    pub fn code(&self, line: &str) -> i32 {
        code(&self.run(&line.split(' ').collect::<Vec<_>>()))
    }
}

pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Whatever is printed holds no word to avoid and no colour. The words of an invite and of the sheet are drawn from a
/// list of 2,048 by chance: lines that hold nothing but such words are left out.
fn calm(output: Output) -> Output {
    for text in [&output.stdout, &output.stderr] {
        let text = String::from_utf8_lossy(text);
        for line in text.lines() {
            let drawn = line.split_whitespace().count() >= 12
                && line.chars().all(|c| !c.is_uppercase() && c != '.');
            assert!(drawn || forbidden(line).is_none(), "{line}");
        }
        assert!(!text.contains('\u{1b}'), "{text}");
    }
    output
}
