//! The real relay as a process of its own: built alone (so that it links nothing of ours), started on a free
//! port of this machine, killed without warning, and started again on the same port and data. It knows the
//! relay's command line only. Invariant: a story that can't start the relay falls; it never goes on without.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a kit for tests: what can't be started must stop them"
)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Once;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A running relay. It is killed when this is dropped.
#[derive(Debug)]
pub struct RelayProcess {
    /// Where it answers: `http://127.0.0.1:PORT`.
    pub url: String,
    /// The process.
    pub child: Child,
    folder: PathBuf,
    /// A file, or `postgres://...`.
    database: String,
    settings: Vec<(String, String)>,
}

impl RelayProcess {
    /// Starts it with its database, log and day in `folder`, today's day and everybody's quotas.
    ///
    /// # Panics
    /// If it can't be built or does not answer.
    #[must_use]
    pub fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    /// The same with settings as the environment gives them: `("RELAY_QUOTAS_SLOT_DAY_ITEMS", "3")`.
    ///
    /// # Panics
    /// If it can't be built or does not answer.
    #[must_use]
    pub fn start_with(folder: &Path, settings: &[(&str, &str)]) -> Self {
        let day = folder.join("day");
        if !day.exists() {
            std::fs::write(&day, today().to_string()).expect("the relay's folder can be written");
        }
        Self::launched(folder, in_file(folder), settings)
    }

    /// The same over a database of PostgreSQL, with its log and day in `folder`.
    ///
    /// # Panics
    /// If it can't be built or does not answer.
    #[must_use]
    pub fn start_over(folder: &Path, database: &str) -> Self {
        Self::launched(folder, database.to_owned(), &[])
    }

    /// The same by the system's clock, as a relay runs that is no part of a story: [`day`](Self::day) and [`set_day`](Self::set_day) are not for it.
    ///
    /// # Panics
    /// If it can't be built or does not answer.
    #[must_use]
    pub fn start_by_the_clock(folder: &Path, settings: &[(&str, &str)]) -> Self {
        Self::launched(folder, in_file(folder), settings)
    }

    fn launched(folder: &Path, database: String, settings: &[(&str, &str)]) -> Self {
        let settings: Vec<(String, String)> = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let (child, address) = launch(folder, &database, &settings, "127.0.0.1:0");
        Self {
            url: format!("http://{address}"),
            child,
            folder: folder.to_owned(),
            database,
            settings,
        }
    }

    /// What it believes the UTC day to be (days since 1970-01-01), from its next request on.
    ///
    /// # Panics
    /// If the file can't be written.
    pub fn set_day(&self, day: u32) {
        // A new file in its place: the relay never reads half a number.
        let fresh = self.folder.join("day.next");
        std::fs::write(&fresh, day.to_string()).unwrap();
        std::fs::rename(fresh, self.folder.join("day")).unwrap();
    }

    /// The UTC day that it was told.
    ///
    /// # Panics
    /// If the file can't be read.
    #[must_use]
    pub fn day(&self) -> u32 {
        let text = std::fs::read_to_string(self.folder.join("day")).unwrap();
        text.trim().parse().unwrap()
    }

    /// Ends it at once, as `kill -9` does: nothing is finished, nothing is written.
    ///
    /// # Panics
    /// If it can't be ended.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it as its keeper does.
    ///
    /// # Panics
    /// If it does not end well.
    pub fn stop(&mut self) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }

    /// Ends it if it runs, and starts it again on the same port and data.
    ///
    /// # Panics
    /// If it does not answer again.
    pub fn restart(&mut self) {
        if self.child.try_wait().unwrap().is_none() {
            self.kill();
        }
        let before = self.url.trim_start_matches("http://").to_owned();
        let (child, address) = launch(&self.folder, &self.database, &self.settings, &before);
        assert_eq!(address, before);
        self.child = child;
    }

    /// Runs a command of its keeper beside it, with the same settings. Returns what it says.
    ///
    /// # Panics
    /// If it does not do it.
    #[must_use]
    pub fn command(&self, words: &[&str]) -> String {
        let mut command = Command::new(program());
        command.args(words).args(["--database", &self.database]);
        command.envs(self.settings.iter().cloned());
        let said = command.output().expect("the relay's program starts");
        assert!(said.status.success(), "{words:?}: {said:?}");
        String::from_utf8(said.stdout).unwrap()
    }

    /// Everything that it ever said: its log.
    ///
    /// # Panics
    /// If the file can't be read.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("relay.log")).unwrap()
    }
}

impl Drop for RelayProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A running oblivious relay: a process of its own that passes sealed requests on. It is killed when this is dropped.
#[derive(Debug)]
pub struct ObliviousProcess {
    /// Where it answers: `http://127.0.0.1:PORT`.
    pub url: String,
    child: Child,
    folder: PathBuf,
    target: String,
}

impl ObliviousProcess {
    /// Starts it before the post box at `target`, with its log in `folder`.
    ///
    /// # Panics
    /// If it can't be built or does not answer.
    #[must_use]
    pub fn start(folder: &Path, target: &str) -> Self {
        let (child, address) = launch_oblivious(folder, target, "127.0.0.1:0");
        Self {
            url: format!("http://{address}"),
            child,
            folder: folder.to_owned(),
            target: target.to_owned(),
        }
    }

    /// Ends it, and starts it again on the same port.
    ///
    /// # Panics
    /// If it does not answer again.
    pub fn restart(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        let before = self.url.trim_start_matches("http://");
        let (child, address) = launch_oblivious(&self.folder, &self.target, before);
        assert_eq!(address, before);
        self.child = child;
    }
}

impl Drop for ObliviousProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn launch_oblivious(folder: &Path, target: &str, listen: &str) -> (Child, String) {
    let mut command = Command::new(program());
    command
        .args(["oblivious", "--listen", listen, "--target", target])
        .current_dir(folder);
    started(command, &folder.join("oblivious.log"))
}

/// The system's UTC day, in days since 1970-01-01.
///
/// # Panics
/// If the clock stands before 1970.
#[must_use]
pub fn today() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    u32::try_from(since.as_secs() / 86_400).unwrap()
}

fn in_file(folder: &Path) -> String {
    let file = folder.join("relay.db");
    file.to_str().expect("folders of tests are text").to_owned()
}

fn launch(
    folder: &Path,
    database: &str,
    settings: &[(String, String)],
    listen: &str,
) -> (Child, String) {
    let mut command = Command::new(program());
    let day = folder.join("day");
    if day.exists() {
        command.arg("--day-file").arg(day);
    }
    command.args(["--listen", listen, "--database", database]);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RELAY_")) {
        command.env_remove(name);
    }
    command.envs(settings.iter().cloned());
    started(command, &folder.join("relay.log"))
}

/// Starts the relay's program, and waits until it says where it listens and answers there.
fn started(mut command: Command, log: &Path) -> (Child, String) {
    let out = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(log)
        .expect("the relay's folder can be written");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(out)
        .spawn()
        .expect("the relay's program starts");
    let mut first = String::new();
    let mut said = BufReader::new(child.stdout.take().expect("its output is piped"));
    let read = said.read_line(&mut first);
    // Kept open: where it also says where its metrics are, a closed pipe would end it.
    child.stdout = Some(said.into_inner());
    let Some(address) = first.trim().strip_prefix("listening on ") else {
        let log = std::fs::read_to_string(log).unwrap_or_default();
        panic!("the relay did not start: {read:?} {first:?} {log}");
    };
    let address = address.to_owned();
    wait_until_ready(&address);
    (child, address)
}

fn wait_until_ready(address: &str) {
    for _ in 0..100 {
        if std::net::TcpStream::connect(address).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the relay does not answer at {address}");
}

/// The relay's program, built once for each test program: alone, in the folder and profile of the tests.
fn program() -> PathBuf {
    static BUILT: Once = Once::new();
    let own = std::env::current_exe().unwrap();
    // A test lies in target/debug/deps, a program beside the relay in target/debug.
    let mut built = own.parent().unwrap().to_owned();
    if built.ends_with("deps") {
        built.pop();
    }
    BUILT.call_once(|| {
        let mut command = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
        command
            .args(["build", "--quiet", "-p", "relay", "--target-dir"])
            .arg(built.parent().unwrap())
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap());
        if built.ends_with("release") {
            command.arg("--release");
        }
        let status = command.status().expect("cargo runs");
        assert!(status.success(), "the relay does not build");
    });
    built.join("relay")
}
