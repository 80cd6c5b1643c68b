//! nostr-rs-relay on its SQLite or on PostgreSQL, and a thin client of NIP-01 over a WebSocket.
//! Events are signed before their time is taken. Invariant: an event that was not taken ends the run.

use super::{CLIENTS, Peer, SIZE, SPAN, free_port};
use crate::Told;
use crate::drive::{Figures, chance, drive};
use rand_core::Rng;
use secp256k1::{Keypair, SecretKey, schnorr};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

pub(super) fn start(program: &Path, folder: &Path, database: Option<&str>) -> Told<Peer> {
    let port = free_port()?;
    let name = if database.is_some() {
        "nostr-postgres"
    } else {
        "nostr"
    };
    let place = folder.join(name);
    std::fs::create_dir_all(&place)?;
    let engine = database.map_or_else(
        || "engine = \"sqlite\"".to_owned(),
        |database| format!("engine = \"postgres\"\nconnection = {database:?}"),
    );
    let settings = place.join("config.toml");
    let text = format!("[network]\naddress = \"127.0.0.1\"\nport = {port}\n[database]\n{engine}\n");
    std::fs::write(&settings, text)?;
    let mut command = Command::new(program);
    command
        .arg("--config")
        .arg(&settings)
        .arg("--db")
        .arg(&place)
        .env("RUST_LOG", "error")
        .current_dir(&place);
    Peer::start(command, port, &folder.join(format!("{name}.log")))
}

/// An event of kind 1 with random text of [`SIZE`] characters, as a client sends it, and its id.
fn event(pair: &Keypair, chance: &mut impl Rng) -> Told<(String, String)> {
    let mut random = vec![0; SIZE / 2];
    chance.fill_bytes(&mut random);
    let (content, author) = (hex::encode(random), pair.x_only_public_key().0.to_string());
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)?
        .as_secs();
    let id: [u8; 32] = Sha256::digest(format!("[0,\"{author}\",{now},1,[],\"{content}\"]")).into();
    let signed = schnorr::sign_no_aux_rand(&id, pair);
    let id = hex::encode(id);
    let text = format!(
        "[\"EVENT\",{{\"id\":\"{id}\",\"pubkey\":\"{author}\",\"created_at\":{now},\"kind\":1,\"tags\":[],\"content\":\"{content}\",\"sig\":\"{signed}\"}}]"
    );
    Ok((text, id))
}

/// A WebSocket (RFC 6455) as far as one client needs it: whole text frames, masked with zeros.
struct Socket(BufReader<TcpStream>);

impl Socket {
    async fn connect(address: &str) -> Told<Self> {
        let socket = TcpStream::connect(address).await?;
        socket.set_nodelay(true)?;
        let mut socket = Self(BufReader::new(socket));
        let hello = format!(
            "GET / HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        );
        socket.0.write_all(hello.as_bytes()).await?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.0.read_u8().await?);
        }
        if head.starts_with(b"HTTP/1.1 101") {
            Ok(socket)
        } else {
            Err(String::from_utf8_lossy(&head).into_owned().into())
        }
    }

    async fn send(&mut self, text: &str) -> Told<()> {
        let mut frame = vec![0x81, 0x80 | 126];
        frame.extend_from_slice(&u16::try_from(text.len())?.to_be_bytes());
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(text.as_bytes());
        Ok(self.0.write_all(&frame).await?)
    }

    /// The next text.
    async fn text(&mut self) -> Told<String> {
        loop {
            let kind = self.0.read_u8().await? & 0x0f;
            let length = match self.0.read_u8().await? {
                126 => self.0.read_u16().await?.into(),
                127 => self.0.read_u64().await?,
                short => u64::from(short),
            };
            let mut body = vec![0; usize::try_from(length)?];
            self.0.read_exact(&mut body).await?;
            match kind {
                1 => return Ok(String::from_utf8(body)?),
                8 => return Err("the server hung up".into()),
                _ => {}
            }
        }
    }
}

pub(super) async fn round(address: &str) -> Told<Figures> {
    drive(CLIENTS, SPAN, |_, mut watch| {
        let address = address.to_owned();
        async move {
            let mut socket = Socket::connect(&address).await?;
            let (mut chance, mut secret) = (chance(), [0; 32]);
            chance.fill_bytes(&mut secret);
            let secret = SecretKey::from_secret_bytes(secret).map_err(|_| "no secret key")?;
            let pair = Keypair::from_secret_key(&secret);
            loop {
                let (text, id) = event(&pair, &mut chance)?;
                let asked = Instant::now();
                socket.send(&text).await?;
                let said = socket.text().await?;
                if !said.starts_with(&format!("[\"OK\",\"{id}\",true")) {
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
