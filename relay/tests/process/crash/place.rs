//! A post box on a small disk of its own: relays, their database, and every way in which these may be struck.
//! Knows processes and disks; knows nothing of posts.
//! Invariant: nothing of it outlives this value: processes are ended, then the disk is taken away.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::kit::{OK, Relay, client, set_day};
use crate::postgres::Server;

const QUOTAS: [(&str, &str); 3] = [
    ("RELAY_QUOTAS_SLOT_DAY_ITEMS", "1000000"),
    ("RELAY_QUOTAS_SLOT_DAY_BYTES", "1000000000000"),
    ("RELAY_QUOTAS_SLOT_BYTES", "1000000000000"),
];
/// Cuts the connections over which processes hint to each other.
const CUT: &str =
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database()
    AND pid <> pg_backend_pid() AND (query LIKE '%pg_backend_pid%' OR query LIKE '%pg_notify%')";

/// A file system in a file, mounted; small enough to be filled in a moment.
struct Disk {
    folder: TempDir,
}

impl Disk {
    fn make() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let disk = Self { folder };
        std::fs::create_dir(disk.place()).unwrap();
        let image = disk.folder.path().join("image");
        let file = std::fs::File::create(&image).unwrap();
        file.set_len(768 << 20).unwrap();
        let mut format = Command::new("mkfs.ext4");
        well(format.args(["-q", "-F", "-m", "0"]).arg(&image));
        let mut mount = Command::new("mount");
        well(mount.args(["-o", "loop"]).arg(&image).arg(disk.place()));
        disk
    }

    fn place(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// Leaves no byte free for so long, and while the ballast is held.
    fn fill(&self, span: Duration) -> Ballast {
        let path = self.place().join("ballast");
        let mut ballast = std::fs::File::create(&path).unwrap();
        let (begun, block) = (Instant::now(), vec![1; 4 << 20]);
        while begun.elapsed() < span {
            let mut full = true;
            for size in [block.len(), 4096] {
                while ballast.write_all(&block[..size]).is_ok() {
                    full = false;
                }
            }
            if full {
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        Ballast(path)
    }
}

/// A file that takes all room; dropped, it gives it back.
pub struct Ballast(PathBuf);

impl Drop for Ballast {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.place()).status();
    }
}

fn well(command: &mut Command) {
    let done = command.output().unwrap();
    assert!(
        done.status.success(),
        "a disk of its own wants root and a loop device: {command:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// The box.
pub struct Place {
    relays: Vec<Option<Relay>>,
    server: Option<Server>,
    database: String,
    folder: PathBuf,
    /// Where the relays listen; one that is down keeps its old address.
    pub addresses: Arc<Mutex<Vec<String>>>,
    disk: Disk,
}

impl Place {
    /// One process over SQLite, or two over a PostgreSQL.
    pub fn make(postgres: bool) -> Self {
        let disk = Disk::make();
        let folder = disk.place().join("box");
        std::fs::create_dir(&folder).unwrap();
        let server = postgres.then(|| Server::start_in(&disk.place()));
        let database = match &server {
            Some(server) => server.database(),
            None => folder.join("relay.db").to_str().unwrap().to_owned(),
        };
        let count = if postgres { 2 } else { 1 };
        let mut place = Self {
            relays: (0..count).map(|_| None).collect(),
            server,
            database,
            folder,
            addresses: Arc::new(Mutex::new(vec![String::new(); count])),
            disk,
        };
        place.start_relays();
        place
    }

    pub fn set_day(&self, day: u32) {
        set_day(&self.folder, day);
    }

    /// Starts those that are down.
    pub fn start_relays(&mut self) {
        for (number, relay) in self.relays.iter_mut().enumerate() {
            if relay.is_none() {
                let started = Relay::start_over(&self.database, &self.folder, &QUOTAS);
                self.addresses.lock().unwrap()[number].clone_from(&started.address);
                *relay = Some(started);
            }
        }
    }

    /// kill -9 of this relay.
    pub fn kill_relay(&mut self, number: usize) {
        let count = self.relays.len();
        if let Some(relay) = self.relays[number % count].take() {
            relay.kill();
        }
    }

    pub fn kill_relays(&mut self) {
        (0..self.relays.len()).for_each(|number| self.kill_relay(number));
    }

    /// kill -9 of PostgreSQL and all its processes.
    pub fn kill_server(&self) {
        self.server.iter().for_each(Server::kill);
    }

    /// PostgreSQL again, wherever it ended.
    pub fn server_again(&self) {
        self.server.iter().for_each(Server::again);
    }

    /// See [`Disk::fill`].
    pub fn fill_disk(&self, span: Duration) -> Ballast {
        self.disk.fill(span)
    }

    /// Whoever hints over a connection now loses it. Gives how many.
    pub fn cut_hints(&self) -> u64 {
        let told = self
            .server
            .iter()
            .map(|server| server.tell(&self.database, CUT));
        told.map(|told| told.trim().parse::<u64>().unwrap()).sum()
    }

    /// Waits until each relay says that it is ready.
    pub async fn is_ready(&self) {
        let addresses = self.addresses.lock().unwrap().clone();
        let begun = Instant::now();
        for address in addresses {
            loop {
                let asked = client().get(format!("{address}/readyz")).send().await;
                if asked.is_ok_and(|answer| answer.status().as_u16() == OK) {
                    break;
                }
                assert!(
                    begun.elapsed() < Duration::from_secs(40),
                    "a relay does not come to itself after the fault: {}",
                    std::fs::read_to_string(self.folder.join("log")).unwrap()
                );
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}
