//! A PostgreSQL of one's own: made in a folder, answering on a socket in it and nowhere else, safe on its disk, stopped when dropped.
//! Knows Debian's packages; knows nothing of the relay. Where PostgreSQL is not installed this fails, and says how to have it.
//! Invariant: no server outlives the process that started it, however that ends.

use std::io::Write;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

/// As docs/decisions/two-stores.md asks an operator to have it; `fsync` and the like stay on.
const SETTINGS: &str = "
listen_addresses = ''
unix_socket_permissions = 0777
max_connections = 100
shared_buffers = 64MB
min_wal_size = 2MB
max_wal_size = 1GB
wal_compression = lz4
wal_recycle = off
log_line_prefix = ''
log_checkpoints = off
log_autovacuum_min_duration = -1
log_error_verbosity = terse
log_min_error_statement = panic
";

/// A running server, with databases in it.
pub struct Server {
    /// Everything of it: `data`, the socket, `log`.
    pub folder: tempfile::TempDir,
    programs: PathBuf,
    run_as: Option<(u32, u32)>,
    child: Mutex<Option<Child>>,
    databases: AtomicU32,
    port: AtomicU16,
}

impl Server {
    /// One for all tests of this process that need it at the same time; the last to drop it stops it.
    pub fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Self::start());
            *shared = Arc::downgrade(&server);
            server
        })
    }

    /// Makes and starts one.
    pub fn start() -> Self {
        Self::start_in(&std::env::temp_dir())
    }

    /// The same with all of it in this folder, which everybody may enter.
    pub fn start_in(place: &Path) -> Self {
        let server = Self::make(place);
        server.run();
        server.tell(
            "postgres",
            "CREATE ROLE relay LOGIN; GRANT pg_checkpoint TO relay",
        );
        server
    }

    fn make(place: &Path) -> Self {
        let programs = Path::new("/usr/lib/postgresql/15/bin").to_owned();
        assert!(
            programs.join("postgres").exists(),
            "PostgreSQL 15 is not installed, and this test is nothing without it: apt-get install postgresql-15"
        );
        // A socket's whole path may have 107 bytes.
        let folder = tempfile::Builder::new()
            .prefix("relay-pg")
            .tempdir_in(place)
            .unwrap();
        let number = |word: &str, of: &[&str]| -> u32 {
            let told = Command::new("id").arg(word).args(of).output().unwrap();
            let told = String::from_utf8(told.stdout).unwrap();
            told.trim().parse().unwrap()
        };
        // PostgreSQL never runs as root.
        let run_as = (number("-u", &[]) == 0)
            .then(|| (number("-u", &["postgres"]), number("-g", &["postgres"])));
        if let Some((user, group)) = run_as {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        std::fs::set_permissions(folder.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let server = Self {
            folder,
            programs,
            run_as,
            child: Mutex::new(None),
            databases: AtomicU32::new(0),
            port: AtomicU16::new(5432),
        };
        let mut initdb = server.program("initdb");
        initdb
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
            .args(["--locale=C", "--wal-segsize=1", "--pgdata"])
            .arg(server.data());
        well(initdb.output());
        let mut settings = std::fs::File::options()
            .append(true)
            .open(server.data().join("postgresql.conf"))
            .unwrap();
        settings.write_all(SETTINGS.as_bytes()).unwrap();
        server
    }

    /// Starts it again, after [`stop`](Self::stop) or [`kill`](Self::kill).
    pub fn run(&self) {
        *self.child.lock().unwrap() = None;
        self.again();
    }

    fn spawn(&self) -> Child {
        // The shell lives as long as its input is open, so not longer than this process, and takes the server with it.
        let mut shell = self.as_its_user("sh");
        let script = "\"$0\" \"$@\" >>\"$LOG\" 2>&1 & server=$!
            { read -r _; kill -INT $server; } <&3 & watch=$!
            wait $server; kill $watch";
        shell
            .arg("-c")
            .arg(format!("exec 3<&0; {script}"))
            .arg(self.programs.join("postgres"))
            .arg("-D")
            .arg(self.data())
            .arg("-k")
            .arg(self.folder.path())
            .args(["-p", &self.port.load(Ordering::Relaxed).to_string()])
            .env("LOG", self.log())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Waits until it answers. It is started (again) where it does not run: it ends by itself when its disk is full, and does not begin
    /// while a process of one that was killed is still there.
    pub fn again(&self) {
        let begun = Instant::now();
        loop {
            let mut child = self.child.lock().unwrap();
            let ended = |child: &mut Child| child.try_wait().unwrap().is_some();
            if child.as_mut().is_none_or(ended) {
                *child = Some(self.spawn());
            }
            drop(child);
            if self.ask("postgres", "SELECT 1").status.success() {
                return;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(60),
                "PostgreSQL does not come to itself: {}",
                std::fs::read_to_string(self.log()).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Stops it as an operator does.
    pub fn stop(&self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            drop(child.stdin.take());
            child.wait().unwrap();
        }
    }

    /// kill -9 of the server and of all that it began.
    pub fn kill(&self) {
        let pid = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let pid = pid.lines().next().unwrap().to_owned();
        let listed = Command::new("ps")
            .args(["-o", "pid=", "--ppid", &pid])
            .output()
            .unwrap();
        let mut pids = vec![pid];
        let listed = String::from_utf8(listed.stdout).unwrap();
        pids.extend(listed.split_whitespace().map(str::to_owned));
        // Some may be gone already.
        let _ = Command::new("kill").arg("-9").args(&pids).output();
        if let Some(mut child) = self.child.lock().unwrap().take() {
            child.wait().unwrap();
        }
    }

    /// A new database of a user of its own, with no more rights than the decision asks for, as the relay's setting `database` names it.
    pub fn database(&self) -> String {
        let number = self.databases.fetch_add(1, Ordering::Relaxed);
        let name = format!("box_{number}");
        well(Ok(self.ask(
            "postgres",
            &format!("CREATE DATABASE {name} OWNER relay"),
        )));
        self.tell(&name, "GRANT EXECUTE ON FUNCTION pg_switch_wal() TO relay");
        let host = self.folder.path().to_str().unwrap().replace('/', "%2F");
        format!("postgres://relay@{host}/{name}")
    }

    /// Starts it again with an ear on the loopback too, for those who come by TLS alone; it has the name `localhost`. Gives the port.
    pub fn listen_with_tls(&self, chain: &str, key: &str) -> u16 {
        self.stop();
        let mine = |name: &str, text: &str| {
            let path = self.data().join(name);
            std::fs::write(&path, text).unwrap();
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o600)).unwrap();
            if let Some((user, group)) = self.run_as {
                chown(&path, Some(user), Some(group)).unwrap();
            }
        };
        mine("server.crt", chain);
        mine("server.key", key);
        mine(
            "pg_hba.conf",
            "local all all trust\nhostssl all relay localhost trust\n",
        );
        let settings = std::fs::read_to_string(self.data().join("postgresql.conf")).unwrap();
        mine(
            "postgresql.conf",
            &format!("{settings}\nlisten_addresses = 'localhost'\nssl = on\n"),
        );
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        self.port.store(port, Ordering::Relaxed);
        self.run();
        port
    }

    /// Asks a database something by PostgreSQL's own client; rows without decoration.
    pub fn tell(&self, database: &str, sql: &str) -> String {
        let name = database.rsplit('/').next().unwrap();
        String::from_utf8(well(Ok(self.ask(name, sql))).stdout).unwrap()
    }

    /// Where its data lies.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// What it says.
    pub fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    fn ask(&self, database: &str, sql: &str) -> Output {
        self.program("psql")
            .args([
                "--no-psqlrc",
                "--tuples-only",
                "--no-align",
                "--username=postgres",
            ])
            .args(["--set=ON_ERROR_STOP=1", "--command", sql, "--host"])
            .arg(self.folder.path())
            .args(["--port", &self.port.load(Ordering::Relaxed).to_string()])
            .arg(database)
            .output()
            .unwrap()
    }

    fn program(&self, name: &str) -> Command {
        self.as_its_user(self.programs.join(name).to_str().unwrap())
    }

    fn as_its_user(&self, program: &str) -> Command {
        let mut command = match self.run_as {
            None => Command::new(program),
            Some((user, group)) => {
                let mut command = Command::new("setpriv");
                command
                    .args(["--reuid", &user.to_string(), "--regid", &group.to_string()])
                    .args(["--clear-groups", program]);
                command
            }
        };
        command.current_dir(self.folder.path()).env("LC_ALL", "C");
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn well(done: std::io::Result<Output>) -> Output {
    let done = done.unwrap();
    assert!(
        done.status.success(),
        "{}{}",
        String::from_utf8_lossy(&done.stdout),
        String::from_utf8_lossy(&done.stderr)
    );
    done
}
