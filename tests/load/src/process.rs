//! The relay's process as it ships, its program beside this one, and what it takes.
//! It knows the relay's command line and /proc. Invariant: no process outlives the part that started it.

use super::Told;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The quotas are for people; everything else is as it ships.
const SETTINGS: [(&str, &str); 5] = [
    ("RELAY_QUOTAS_SLOT_DAY_ITEMS", "100000000"),
    ("RELAY_QUOTAS_SLOT_DAY_BYTES", "1000000000000"),
    ("RELAY_QUOTAS_SLOT_BYTES", "1000000000000"),
    ("RELAY_QUOTAS_BOX_BYTES", "100000000000"),
    ("RELAY_QUOTAS_BOX_INBOXES", "10000000"),
];

/// A process that says where it listens; killed when dropped.
#[derive(Debug)]
pub struct Process {
    /// `127.0.0.1:PORT`.
    pub address: String,
    /// Where its metrics are, for a relay.
    pub metrics: String,
    child: Child,
    // Kept open: a closed pipe would end it.
    said: BufReader<ChildStdout>,
}

impl Process {
    /// A relay over this database (a path or a PostgreSQL), by the system's clock.
    ///
    /// # Errors
    /// When it does not start.
    pub fn relay(database: &str) -> Told<Self> {
        Self::relay_of(&program()?, database)
    }

    /// The same, of another program: an older relay, say.
    ///
    /// # Errors
    /// When it does not start.
    pub fn relay_of(program: &Path, database: &str) -> Told<Self> {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("RELAY_")) {
            command.env_remove(name);
        }
        command
            .args(["--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"])
            .args(["--database", database])
            .envs(SETTINGS);
        let mut process = Self::start(command)?;
        let mut line = String::new();
        process.said.read_line(&mut line)?;
        process.metrics = after(&line, "metrics on ")?;
        Ok(process)
    }

    /// Anything that says `listening on ADDRESS` first.
    ///
    /// # Errors
    /// When it does not.
    pub fn start(mut command: Command) -> Told<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut said = BufReader::new(child.stdout.take().ok_or("its words are read")?);
        let mut line = String::new();
        said.read_line(&mut line)?;
        let address = after(&line, "listening on ");
        if address.is_err() {
            let _ = child.kill();
            let _ = child.wait();
        }
        Ok(Self {
            address: address?,
            metrics: String::new(),
            child,
            said,
        })
    }

    /// Bytes of memory that it holds now (RSS).
    ///
    /// # Errors
    /// When it is gone.
    pub fn memory(&self) -> Told<f64> {
        let told = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = told.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
        Ok(kib.ok_or("no VmRSS")?.trim().parse::<f64>()? * 1_024.0)
    }

    /// Ends it as an operator does, and waits for it.
    ///
    /// # Errors
    /// When it can't be told, or ends with a fault.
    pub fn stop(mut self) -> Told<()> {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status()?;
        let status = self.child.wait()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the relay ended with {status}").into())
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn after(line: &str, start: &str) -> Told<String> {
    let rest = line.trim().strip_prefix(start);
    Ok(rest.ok_or("a process did not start")?.to_owned())
}

/// The relay's program, which was built alone beside this one.
///
/// # Errors
/// When this program's own place is not known.
pub fn program() -> Told<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name("relay"))
}

/// This very program as another part.
///
/// # Errors
/// When its own place is not known.
pub fn own(part: &str, about: &str) -> Told<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["--part", part, about]);
    Ok(command)
}

/// The system's UTC day.
#[must_use]
pub fn today() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let days = since.unwrap_or(Duration::ZERO).as_secs() / 86_400;
    u32::try_from(days).unwrap_or(u32::MAX)
}
