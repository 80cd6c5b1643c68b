//! Oblivious HTTP around a town: a real post box, an oblivious relay as another process, and phones that call from an
//! address of their own. It knows the two processes by their command lines, files and logs only.
//! Invariant: when a town ends, every byte that the two kept or said was searched for the phones' address, and every request
//! was looked at: what holds a token never went straight.

use crate::process::{ObliviousProcess, RelayProcess};
use alongside_core::companion::PostBoxAt;
use alongside_core::post::HttpPostBox;
use std::cell::Cell;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

/// Nobody else calls from here.
const PHONES: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 7);
/// The heads of requests that a phone sends to the post box itself.
const STRAIGHT: [&str; 1] = ["/v1/oblivious-keys"];

/// Heads of requests, and the address that each went to.
type Heads = Arc<Mutex<Vec<(String, String)>>>;

/// The two processes, and the phones' network.
pub struct Around {
    relay: RelayProcess,
    oblivious: ObliviousProcess,
    proxy: String,
    heads: Heads,
    day: Cell<u32>,
    searches: bool,
    folders: [TempDir; 2],
}

impl Around {
    /// Both start, at this UTC day.
    #[must_use]
    pub fn starts(day: u32) -> Self {
        let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let [here, there] = &folders;
        std::fs::write(here.path().join("day"), day.to_string()).unwrap();
        let relay = RelayProcess::start(here.path());
        let oblivious = ObliviousProcess::start(there.path(), &relay.url);
        let heads = Heads::default();
        let proxy = network(Arc::clone(&heads));
        Self {
            relay,
            oblivious,
            proxy,
            heads,
            day: Cell::new(day),
            searches: true,
            folders,
        }
    }

    /// Where the post box is and how to get there, as a person sets it.
    #[must_use]
    pub fn at(&self) -> PostBoxAt {
        PostBoxAt {
            url: self.relay.url.clone(),
            proxy: Some(self.proxy.clone()),
            oblivious: Some(self.oblivious.url.clone()),
            ..PostBoxAt::default()
        }
    }

    /// A phone's way there.
    #[must_use]
    pub fn way(&self) -> HttpPostBox {
        let post = HttpPostBox::new(&self.relay.url, Some(&self.proxy)).unwrap();
        post.through(&self.oblivious.url).unwrap()
    }

    /// Tells the post box the day. The oblivious relay keeps a copy of the key for a true hour: in a new week it begins anew.
    pub fn is_day(&mut self, day: u32) {
        let before = self.day.replace(day);
        if before != day {
            self.relay.set_day(day);
        }
        if before / 7 != day / 7 {
            self.oblivious.restart();
        }
    }

    /// How many inboxes the post box keeps.
    #[must_use]
    pub fn inboxes(&self) -> u64 {
        let path = self.folders[0].path().join("relay.db");
        let database = rusqlite::Connection::open(path).unwrap();
        let count =
            database.query_row("SELECT count(*) FROM inbox", [], |row| row.get::<_, i64>(0));
        u64::try_from(count.unwrap()).unwrap()
    }

    /// How many requests went sealed through the oblivious relay, and how many straight to the post box.
    #[must_use]
    pub fn requests(&self) -> (usize, usize) {
        let heads = self.heads.lock().unwrap();
        let (straight, sealed): (Vec<_>, Vec<_>) =
            heads.iter().partition(|(to, _)| self.is_box(to));
        (
            sealed
                .into_iter()
                .filter(|(_, head)| is_sealed(head))
                .count(),
            straight.len(),
        )
    }

    /// Whether this is the post box's own address.
    fn is_box(&self, to: &str) -> bool {
        to == self.relay.url.trim_start_matches("http://")
    }

    /// Ends it without a search.
    pub fn is_over(mut self) {
        self.searches = false;
    }

    /// Searches everything. Returns what is wrong.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let mut found = Vec::new();
        for folder in &self.folders {
            found.extend(traces(folder.path()));
        }
        let heads = self.heads.lock().unwrap();
        let (straight, sealed): (Vec<_>, Vec<_>) =
            heads.iter().partition(|(to, _)| self.is_box(to));
        for (to, head) in straight {
            let asks = STRAIGHT
                .iter()
                .any(|path| head.starts_with(&format!("GET http://{to}{path} ")));
            if !asks || holds_token(head) {
                found.push(format!(
                    "went straight: {}",
                    head.lines().next().unwrap_or("")
                ));
            }
        }
        if sealed.iter().any(|(_, head)| holds_token(head)) {
            found.push("a token outside".to_owned());
        }
        if !heads.is_empty() && !sealed.iter().any(|(_, head)| is_sealed(head)) {
            found.push("nothing went sealed".to_owned());
        }
        found
    }
}

impl Drop for Around {
    fn drop(&mut self) {
        if self.searches && !std::thread::panicking() {
            assert_eq!(self.complaints(), Vec::<String>::new());
        }
    }
}

fn is_sealed(head: &str) -> bool {
    head.starts_with("POST ") && head.contains("/v1/oblivious ")
}

fn holds_token(head: &str) -> bool {
    head.to_lowercase().contains("authorization")
}

/// The phones' address, in the forms in which a program writes one down, wherever it stands in this folder's files.
#[must_use]
pub fn traces(folder: &Path) -> Vec<String> {
    let text = PHONES.to_string();
    let mapped = PHONES.to_ipv6_mapped();
    let forms: [Vec<u8>; 5] = [
        text.clone().into_bytes(),
        mapped.octets().to_vec(),
        mapped.to_string().into_bytes(),
        hex::encode(PHONES.octets()).into_bytes(),
        text.replace('.', "-").into_bytes(),
    ];
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        for form in &forms {
            if bytes.windows(form.len()).any(|window| window == form) {
                found.push(format!("{} holds the phones' address", path.display()));
            }
        }
    }
    found
}

/// A proxy whose connections come from the phones' address. Returns its own.
fn network(heads: Heads) -> String {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let proxy = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        runtime.block_on(async move {
            while let Ok((near, _)) = listener.accept().await {
                let heads = Arc::clone(&heads);
                tokio::spawn(async move {
                    let _ = carry(near, &heads).await;
                });
            }
        });
    });
    proxy
}

/// One connection, there and back, to its end.
async fn carry(mut near: TcpStream, heads: &Heads) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        if near.read_buf(&mut head).await? == 0 {
            return Ok(());
        }
    }
    let said = String::from_utf8_lossy(&head).into_owned();
    let to = said
        .split_once("://")
        .and_then(|(_, rest)| rest.split_once('/'));
    let to = to.map(|(to, _)| to.to_owned()).unwrap_or_default();
    let Ok(address) = to.parse::<SocketAddr>() else {
        return Ok(());
    };
    let end = said.find("\r\n\r\n").unwrap_or(said.len());
    heads.lock().unwrap().push((to, said[..end].to_owned()));
    let socket = TcpSocket::new_v4()?;
    socket.bind((PHONES, 0).into())?;
    let mut far = socket.connect(address).await?;
    far.write_all(&head).await?;
    copy_bidirectional(&mut near, &mut far).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_written_down_is_found_in_each_form() {
        let planted = [
            b"client=127.0.0.7:1234".to_vec(),
            PHONES.to_ipv6_mapped().octets().to_vec(),
            b"::ffff:127.0.0.7".to_vec(),
            b"7f000007".to_vec(),
            b"127-0-0-7".to_vec(),
        ];
        for bytes in planted {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("log"), [&b"x"[..], &bytes].concat()).unwrap();
            assert!(!traces(folder.path()).is_empty(), "{bytes:?}");
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("log"), "127.0.0.1").unwrap();
        assert!(traces(folder.path()).is_empty());
    }
}
