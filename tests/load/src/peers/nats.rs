//! NATS JetStream, which syncs each message before it answers, and a thin client of its text protocol.
//! Invariant: an answer that names no number in the stream ends the run.

use super::{CLIENTS, Peer, SIZE, SPAN, free_port};
use crate::Told;
use crate::drive::{Figures, chance, drive};
use rand_core::Rng;
use std::path::Path;
use std::process::Command;
use std::time::Instant;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

pub(super) fn start(program: &Path, folder: &Path) -> Told<Peer> {
    let port = free_port()?;
    let (settings, store) = (folder.join("nats.conf"), folder.join("nats"));
    let text = format!(
        "listen: \"127.0.0.1:{port}\"\njetstream {{\n  store_dir: {store:?}\n  sync_interval: always\n}}\n"
    );
    std::fs::write(&settings, text)?;
    let mut command = Command::new(program);
    command.arg("-c").arg(settings);
    Peer::start(command, port, &folder.join("nats.log"))
}

/// A connection that hears what is sent to its own subject.
struct Nats {
    socket: BufReader<TcpStream>,
    inbox: String,
    line: String,
}

impl Nats {
    async fn connect(address: &str, number: usize) -> Told<Self> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        let inbox = format!("_INBOX.client{number}");
        let mut nats = Self {
            socket: BufReader::new(socket),
            inbox,
            line: String::new(),
        };
        let hello = format!(
            "CONNECT {{\"verbose\":false,\"pedantic\":false,\"lang\":\"bench\",\"version\":\"0\"}}\r\nSUB {} 1\r\n",
            nats.inbox
        );
        nats.socket.write_all(hello.as_bytes()).await?;
        Ok(nats)
    }

    /// Sends, and gives the answer to it.
    async fn ask(&mut self, subject: &str, body: &[u8]) -> Told<String> {
        let mut request = format!("PUB {subject} {} {}\r\n", self.inbox, body.len()).into_bytes();
        request.extend_from_slice(body);
        request.extend_from_slice(b"\r\n");
        self.socket.write_all(&request).await?;
        loop {
            self.line.clear();
            if self.socket.read_line(&mut self.line).await? == 0 {
                return Err("the server hung up".into());
            }
            let line = self.line.trim_end();
            if line == "PING" {
                self.socket.write_all(b"PONG\r\n").await?;
            } else if line.starts_with("MSG ") {
                let length: usize = line.rsplit(' ').next().unwrap_or_default().parse()?;
                let mut said = vec![0; length + 2];
                self.socket.read_exact(&mut said).await?;
                said.truncate(length);
                return Ok(String::from_utf8(said)?);
            } else if line.starts_with("-ERR") {
                return Err(line.to_owned().into());
            }
        }
    }
}

pub(super) async fn make_stream(address: &str) -> Told<()> {
    let mut nats = Nats::connect(address, CLIENTS).await?;
    let stream = br#"{"name":"posts","subjects":["post.*"],"storage":"file","retention":"limits","discard":"old","num_replicas":1}"#;
    let said = nats.ask("$JS.API.STREAM.CREATE.posts", stream).await?;
    if said.contains("\"error\"") {
        return Err(said.into());
    }
    Ok(())
}

pub(super) async fn round(address: &str) -> Told<Figures> {
    drive(CLIENTS, SPAN, |number, mut watch| {
        let address = address.to_owned();
        async move {
            let mut nats = Nats::connect(&address, number).await?;
            let (mut chance, mut body) = (chance(), vec![0; SIZE]);
            let subject = format!("post.{number}");
            loop {
                chance.fill_bytes(&mut body);
                let asked = Instant::now();
                let said = nats.ask(&subject, &body).await?;
                if !said.contains("\"seq\":") {
                    return Err(said.into());
                }
                if !watch.goes_on(asked) {
                    return Ok(watch);
                }
            }
        }
    })
    .await
}
