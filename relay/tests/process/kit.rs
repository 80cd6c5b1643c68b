//! The real relay process in a folder of its own, and a client that speaks PROTOCOL.md to it.
//! Knows the contract only, not the relay's inside; each request has a connection of its own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use relay::{NewInbox, Purpose, Token, token::hash, wire};
use reqwest::{Client, Method, Response, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub const DAY: u32 = 20_500;
pub const WEEK: u32 = DAY / 7;

/// A running relay; killed when dropped.
pub struct Relay {
    child: Child,
    pub address: String,
    pub metrics: String,
    folder: PathBuf,
}

/// Starts the relay's program with metrics, its log in this folder; gives where it listens, and where its metrics are.
pub fn started(mut command: Command, folder: &Path) -> (Child, String, String) {
    let log = std::fs::File::options()
        .create(true)
        .append(true)
        .open(folder.join("log"))
        .unwrap();
    let mut child = command
        .args(["--metrics-listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(log)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = |start: &str| {
        let line = lines.next().expect("it says where it listens").unwrap();
        format!("http://{}", line.strip_prefix(start).unwrap())
    };
    let (address, metrics) = (next("listening on "), next("metrics on "));
    (child, address, metrics)
}

impl Relay {
    /// Starts one over the files of this folder, on the day in `day`.
    pub fn start(folder: &Path, environment: &[(&str, &str)]) -> Self {
        let file = folder.join("relay.db");
        Self::start_over(file.to_str().unwrap(), folder, environment)
    }

    /// Starts one over this database, with its other files in this folder.
    pub fn start_over(database: &str, folder: &Path, environment: &[(&str, &str)]) -> Self {
        if !folder.join("day").exists() {
            set_day(folder, DAY);
        }
        let mut command = Command::new(env!("CARGO_BIN_EXE_relay"));
        command
            .args(["--listen", "127.0.0.1:0", "--database", database])
            .arg("--day-file")
            .arg(folder.join("day"))
            .envs(environment.iter().copied());
        let (child, address, metrics) = started(command, folder);
        Self {
            child,
            address,
            metrics,
            folder: folder.to_owned(),
        }
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// kill -9.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal by its name.
    pub fn signal(&self, name: &str) {
        let done = Command::new("kill")
            .args([&format!("-{name}"), &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(done.success());
    }

    /// A clean stop; gives the exit code and how long it took.
    pub fn stop(mut self) -> (Option<i32>, Duration) {
        let begun = Instant::now();
        self.signal("TERM");
        (self.child.wait().unwrap().code(), begun.elapsed())
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn set_day(folder: &Path, day: u32) {
    // Renamed into place: a reader sees the old day or the new one.
    std::fs::write(folder.join("day-next"), day.to_string()).unwrap();
    std::fs::rename(folder.join("day-next"), folder.join("day")).unwrap();
}

/// Tokens of one made-up inbox.
pub struct Owner(pub &'static str);

impl Owner {
    fn token(&self, number: u8) -> Token {
        let mut bytes = hash(Purpose::Slot, &Token([number; 32]));
        bytes
            .iter_mut()
            .zip(self.0.bytes().cycle())
            .for_each(|(byte, name)| *byte = byte.wrapping_mul(31) ^ name);
        Token(bytes)
    }

    pub fn fetch(&self) -> Token {
        self.token(200)
    }

    pub fn wake(&self) -> Token {
        self.token(201)
    }

    pub fn slot(&self, number: u8) -> Token {
        self.token(number)
    }

    pub fn inbox(&self, week: u32) -> NewInbox {
        NewInbox {
            week,
            fetch_hash: hash(Purpose::Fetch, &self.fetch()),
            wake_hash: hash(Purpose::Wake, &self.wake()),
            slot_hashes: (0..64)
                .map(|number| hash(Purpose::Slot, &self.slot(number)))
                .collect(),
        }
    }
}

/// An answer, read to its end.
#[derive(Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub kind: String,
    pub retry_after: Option<String>,
    pub body: Vec<u8>,
}

/// What a fetch gave.
#[derive(Debug, PartialEq, Eq)]
pub struct Got {
    pub flags: u8,
    pub cursor: Vec<u8>,
    pub items: Vec<([u8; 16], u32, Vec<u8>)>,
}

pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A client that keeps no connection. It wants a library of ciphers to be named, also for calls without TLS.
pub fn client() -> Client {
    static CLIENT: LazyLock<Client> = LazyLock::new(|| {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().no_proxy().pool_max_idle_per_host(0);
        client.build().unwrap()
    });
    CLIENT.clone()
}

/// One request over a connection of its own.
pub async fn ask(
    url: String,
    token: Option<&Token>,
    key: Option<[u8; 16]>,
    body: Vec<u8>,
) -> Result<Answer, reqwest::Error> {
    let mut request = client()
        .request(Method::POST, &url)
        .body(body)
        .header("content-type", "application/octet-stream");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {}", text(&token.0)));
    }
    if let Some(key) = key {
        request = request.header("idempotency-key", text(&key));
    }
    let answer = answer(request.send().await?).await?;
    crate::openapi::hold("post", &url, &answer);
    Ok(answer)
}

/// The status of a request whose body never comes. (With its body the answer may be lost: the connection ends under it.)
pub async fn refused_by_its_head(
    address: &str,
    path: &str,
    token: Option<&Token>,
    length: usize,
) -> u16 {
    let address = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    let right = token.map_or_else(String::new, |token| {
        format!("authorization: Bearer {}\r\n", text(&token.0))
    });
    let key = text(&[1; 16]);
    let head = format!(
        "POST /v1/{path} HTTP/1.1\r\nhost: x\r\n{right}idempotency-key: {key}\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut line = [0; 12];
    stream.read_exact(&mut line).await.unwrap();
    let line = String::from_utf8(line.to_vec()).unwrap();
    line.strip_prefix("HTTP/1.1 ").unwrap().parse().unwrap()
}

pub async fn get(url: String) -> Answer {
    let answer = answer(client().get(&url).send().await.unwrap())
        .await
        .unwrap();
    crate::openapi::hold("get", &url, &answer);
    answer
}

pub async fn answer(response: Response) -> Result<Answer, reqwest::Error> {
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    let (kind, retry_after, status) = (
        header("content-type").unwrap_or_default(),
        header("retry-after"),
        response.status(),
    );
    Ok(Answer {
        status: status.as_u16(),
        kind,
        retry_after,
        body: response.bytes().await?.to_vec(),
    })
}

impl Relay {
    async fn send(
        &self,
        path: &str,
        token: &Token,
        key: Option<[u8; 16]>,
        body: Vec<u8>,
    ) -> Answer {
        ask(
            format!("{}/v1/{path}", self.address),
            Some(token),
            key,
            body,
        )
        .await
        .unwrap()
    }

    pub async fn create(&self, code: Option<&Token>, inbox: &NewInbox) -> Answer {
        ask(
            format!("{}/v1/create", self.address),
            code,
            None,
            wire::write_create(inbox),
        )
        .await
        .unwrap()
    }

    pub async fn post(&self, slot: &Token, key: [u8; 16], body: &[u8]) -> Answer {
        self.send("post", slot, Some(key), body.to_vec()).await
    }

    pub async fn fetch_raw(
        &self,
        fetch: &Token,
        max: u16,
        cursor: &[u8],
        acks: &[[u8; 16]],
    ) -> Answer {
        let request = wire::FetchRequest {
            max,
            cursor: cursor.to_vec(),
            acks: acks.to_vec(),
        };
        self.send("fetch", fetch, None, wire::write_fetch(&request))
            .await
    }

    pub async fn fetch(&self, fetch: &Token, max: u16, cursor: &[u8], acks: &[[u8; 16]]) -> Got {
        let answer = self.fetch_raw(fetch, max, cursor, acks).await;
        assert_eq!(
            (answer.status, answer.kind.as_str()),
            (200, "application/octet-stream")
        );
        got(&answer.body)
    }

    pub async fn acknowledge(&self, fetch: &Token, acks: &[[u8; 16]]) -> Answer {
        self.send("acknowledge", fetch, None, wire::write_acknowledge(acks))
            .await
    }

    pub async fn wait(&self, wake: &Token, seconds: u16) -> Answer {
        self.send(
            "wait",
            wake,
            None,
            [&[1][..], &seconds.to_be_bytes()].concat(),
        )
        .await
    }

    pub async fn close(&self, fetch: &Token, slots: &[[u8; 32]]) -> Answer {
        self.send("close", fetch, None, wire::write_close(slots))
            .await
    }

    pub async fn delete(&self, fetch: &Token) -> Answer {
        self.send("delete", fetch, None, vec![1]).await
    }
}

/// Reads the answer to a fetch, by the contract.
pub fn got(bytes: &[u8]) -> Got {
    let mut rest = bytes;
    let mut take = |count: usize| {
        let (taken, left) = rest.split_at(count);
        rest = left;
        taken.to_vec()
    };
    let number = |bytes: Vec<u8>| {
        bytes
            .iter()
            .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte))
    };
    assert_eq!(take(1), [1]);
    let flags = take(1)[0];
    let length = number(take(4));
    let cursor = take(length);
    let count = number(take(2));
    let items = (0..count)
        .map(|_| {
            let (id, day, length) = (take(16), number(take(4)), number(take(4)));
            (
                id.try_into().unwrap(),
                u32::try_from(day).unwrap(),
                take(length),
            )
        })
        .collect();
    assert!(rest.is_empty());
    Got {
        flags,
        cursor,
        items,
    }
}

pub const OK: u16 = StatusCode::OK.as_u16();
