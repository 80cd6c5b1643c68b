//! How it is sent: whole, in chunks, in pieces, slowly, cut off, with a wrong length, one after the other, over HTTP/2, or as bytes that are no HTTP.
//! Each connection comes from another address of this machine, so that its ports do not run out.

use std::io::{Error, Result};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderValue, Request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{sleep, timeout};

use super::ask::{Ask, Dice, World};
use crate::kit::Answer;

/// Longer than the box lets anything wait for a turn.
const PATIENCE: Duration = Duration::from_secs(60);
/// What is waited for one that may wait longer than that.
const LITTLE: Duration = Duration::from_secs(2);
/// What is sent in one piece of at most so many bytes is answered, also when it is refused by its head.
const ONE_PIECE: usize = 12 << 10;

/// What came of one request.
pub enum Came {
    /// An answer to a request whose head is as HTTP has it.
    Answer(Ask, Answer),
    /// The status of another.
    Status(u16),
    /// None, where one was due.
    Nothing(Ask),
    /// None, and none was due.
    Silence,
}

async fn connect(address: &str, dice: &mut Dice) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    let from = [
        127,
        1 + dice.byte() % 200,
        dice.byte(),
        1 + dice.byte() % 200,
    ];
    socket.bind((from, 0).into())?;
    let to = address.trim_start_matches("http://");
    let stream = socket.connect(to.parse().map_err(Error::other)?).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// The bytes of a head, up to its last header.
fn head(ask: &Ask) -> Vec<u8> {
    let mut head = format!("{} {} HTTP/1.1\r\nhost: x\r\n", ask.method, ask.path).into_bytes();
    for (name, value) in &ask.headers {
        head.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
    }
    head
}

fn whole(ask: &Ask) -> Vec<u8> {
    let length = format!("content-length: {}\r\n\r\n", ask.body.len());
    [&head(ask), length.as_bytes(), &ask.body].concat()
}

fn chunked(ask: &Ask, dice: &mut Dice) -> Vec<u8> {
    let mut all = head(ask);
    all.extend(b"transfer-encoding: chunked\r\n\r\n");
    let mut rest = &ask.body[..];
    while !rest.is_empty() {
        let (chunk, more) = rest.split_at(1 + dice.below(rest.len().min(9000)));
        all.extend(format!("{:x}\r\n", chunk.len()).bytes());
        all.extend([chunk, b"\r\n"].concat());
        rest = more;
    }
    all.extend(b"0\r\n\r\n");
    all
}

/// One answer; a stream of events is read up to its beginning.
async fn read(stream: &mut TcpStream, without_body: bool) -> Option<Answer> {
    let mut all = Vec::new();
    let mut some = vec![0; 65_536];
    loop {
        if let Some(end) = all.windows(4).position(|four| four == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&all[..end]).to_ascii_lowercase();
            let status: u16 = text.get(9..12)?.parse().ok()?;
            let header = |name: &str| {
                let line = text.lines().find_map(|line| line.strip_prefix(name))?;
                Some(line.trim_start_matches(": ").to_owned())
            };
            if status < 200 {
                all.drain(..end + 4);
                continue;
            }
            let length = header("content-length").and_then(|length| length.parse().ok());
            let length = if without_body { 0 } else { length.unwrap_or(0) };
            let body = end + 4..end + 4 + length;
            if all.len() >= body.end {
                return Some(Answer {
                    status,
                    kind: header("content-type").unwrap_or_default(),
                    retry_after: header("retry-after"),
                    body: all[body].to_vec(),
                });
            }
        }
        match stream.read(&mut some).await {
            Ok(count @ 1..) => all.extend_from_slice(&some[..count]),
            _ => return None,
        }
    }
}

/// Sends something, somehow.
pub async fn send(world: &mut World, box_at: &str, between: &str) -> Vec<Came> {
    let ask = match world.dice.below(10) {
        0..3 => world.sealed(),
        3..6 => world.good(),
        _ => world.changed(),
    };
    let at = if ask.sealed && world.dice.one_in(3) {
        between
    } else {
        box_at
    };
    // It may be told to wait for minutes.
    let waits = ask.path.starts_with("/v1/wait");
    let patience = if waits { LITTLE } else { PATIENCE };
    let sent = async {
        match world.dice.below(100) {
            0..50 => one(ask, at, world).await,
            50..65 => pieces(ask, at, world).await,
            65..73 => torn(&ask, at, world).await,
            73..80 => wrong_length(&ask, at, world).await,
            80..86 => one_after_the_other(at, world).await,
            86..96 => second(at, world).await,
            96..98 => no_http(&ask, at, world).await,
            _ => frames(at, world).await,
        }
    };
    match timeout(patience, sent).await {
        Ok(Ok(came)) => came,
        // The line was cut: allowed to all but those who look themselves whether an answer was due.
        Ok(Err(_)) => vec![Came::Silence],
        Err(_) if waits => vec![Came::Silence],
        Err(_) => vec![Came::Status(0)],
    }
}

async fn one(ask: Ask, at: &str, world: &mut World) -> Result<Vec<Came>> {
    let bytes = if world.dice.one_in(4) {
        chunked(&ask, &mut world.dice)
    } else {
        whole(&ask)
    };
    let mut stream = connect(at, &mut world.dice).await?;
    // Who is refused by his head may find the line closed.
    let written = stream.write_all(&bytes).await;
    Ok(vec![came(ask, &mut stream, bytes.len(), written).await])
}

async fn came(ask: Ask, stream: &mut TcpStream, length: usize, written: Result<()>) -> Came {
    let answer = read(stream, ask.method == "HEAD").await;
    match answer {
        Some(answer) => Came::Answer(ask, answer),
        None if length <= ONE_PIECE && written.is_ok() => Came::Nothing(ask),
        None => Came::Silence,
    }
}

/// In pieces with pauses between them, now and then slow.
async fn pieces(ask: Ask, at: &str, world: &mut World) -> Result<Vec<Came>> {
    let bytes = if world.dice.one_in(2) {
        chunked(&ask, &mut world.dice)
    } else {
        whole(&ask)
    };
    let slow = world.dice.one_in(40);
    let mut stream = connect(at, &mut world.dice).await?;
    let mut rest = &bytes[..];
    let count = 1 + world.dice.below(12);
    for _ in 0..count {
        let (piece, more) = rest.split_at(world.dice.below(rest.len() + 1));
        stream.write_all(piece).await?;
        let pause = if slow { 700 } else { 4 };
        let pause = world.dice.below(pause);
        sleep(Duration::from_millis(u64::try_from(pause).unwrap())).await;
        rest = more;
    }
    stream.write_all(rest).await?;
    let answer = read(&mut stream, ask.method == "HEAD").await;
    Ok(vec![
        answer.map_or(Came::Silence, |answer| Came::Answer(ask, answer)),
    ])
}

/// Cut off somewhere, by an end or by a reset.
async fn torn(ask: &Ask, at: &str, world: &mut World) -> Result<Vec<Came>> {
    let bytes = whole(ask);
    let cut = world.dice.below(bytes.len());
    let mut stream = connect(at, &mut world.dice).await?;
    stream.write_all(&bytes[..cut]).await?;
    if world.dice.one_in(2) {
        stream.shutdown().await?;
        return Ok(status(&mut stream).await);
    }
    if world.dice.one_in(2) {
        // With an answer unread, the end is a reset.
        stream.write_all(&bytes[cut..]).await?;
        stream.readable().await?;
    }
    Ok(vec![Came::Silence])
}

async fn status(stream: &mut TcpStream) -> Vec<Came> {
    let answer = read(stream, false).await;
    vec![answer.map_or(Came::Silence, |answer| Came::Status(answer.status))]
}

/// A length that is not so, two of them, none, or one beside chunks.
async fn wrong_length(ask: &Ask, at: &str, world: &mut World) -> Result<Vec<Came>> {
    let mut bytes = head(ask);
    let is = ask.body.len();
    let lines = match world.dice.below(8) {
        0 => format!(
            "content-length: {}\r\n\r\n",
            is + 1 + world.dice.below(5000)
        ),
        1 => format!("content-length: {}\r\n\r\n", world.dice.below(is + 1)),
        2 => format!("content-length: {is}\r\ncontent-length: {}\r\n\r\n", is + 1),
        3 => format!("content-length: {is}\r\ntransfer-encoding: chunked\r\n\r\n"),
        4 => format!("content-length: -{is}\r\n\r\n"),
        5 => "content-length: 18446744073709551616\r\n\r\n".into(),
        6 => "transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n".into(),
        _ => "expect: 100-continue\r\ntransfer-encoding: gzip, chunked\r\n\r\n5;x=y\r\n".into(),
    };
    bytes.extend(lines.bytes());
    bytes.extend(&ask.body);
    let mut stream = connect(at, &mut world.dice).await?;
    stream.write_all(&bytes).await?;
    if world.dice.one_in(3) {
        return Ok(vec![Came::Silence]);
    }
    stream.shutdown().await?;
    Ok(status(&mut stream).await)
}

/// Several over one connection, before any is answered.
async fn one_after_the_other(at: &str, world: &mut World) -> Result<Vec<Came>> {
    let mut asks: Vec<Ask> = (0..2 + world.dice.below(8))
        .map(|_| world.changed())
        .collect();
    asks.retain(|ask| !ask.path.starts_with("/v1/wait") && ask.body.len() < 20_000);
    let bytes: Vec<u8> = asks.iter().flat_map(whole).collect();
    let mut stream = connect(at, &mut world.dice).await?;
    let (mut reads, mut writes) = stream.split();
    let mut heard = Vec::new();
    let (_, _) = tokio::join!(
        async {
            let _ = writes.write_all(&bytes).await;
            writes.shutdown().await
        },
        reads.read_to_end(&mut heard)
    );
    // What a body holds is made of these words nowhere else.
    let mut found = Vec::new();
    for at in heard
        .windows(9)
        .enumerate()
        .filter_map(|(at, nine)| (nine == b"HTTP/1.1 ").then_some(at))
    {
        let status = heard.get(at + 9..at + 12).map(String::from_utf8_lossy);
        found.extend(
            status
                .and_then(|status| status.parse().ok())
                .map(Came::Status),
        );
    }
    Ok(found)
}

/// Over HTTP/2, several at once, some of them reset.
async fn second(at: &str, world: &mut World) -> Result<Vec<Came>> {
    let stream = connect(at, &mut world.dice).await?;
    let (mut sender, connection) = h2::client::handshake(stream).await.map_err(Error::other)?;
    let connection = tokio::spawn(connection);
    let mut answers = Vec::new();
    for _ in 0..1 + world.dice.below(6) {
        let ask = if world.dice.one_in(3) {
            world.sealed()
        } else {
            world.changed()
        };
        let mut request = Request::builder()
            .method(ask.method.as_str())
            .uri(format!("http://x{}", ask.path));
        for (name, value) in &ask.headers {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                request = request.header(name, value);
            }
        }
        let Ok(request) = request.body(()) else {
            continue;
        };
        sender = sender.ready().await.map_err(Error::other)?;
        let sent = sender.send_request(request, false).map_err(Error::other)?;
        let (answer, mut body) = sent;
        if world.dice.one_in(8) {
            body.send_reset(h2::Reason::CANCEL);
            continue;
        }
        let (ask, bytes) = (ask.path, Bytes::from(ask.body));
        let _ = body.send_data(bytes, !world.dice.one_in(12));
        answers.push((ask, answer, body));
    }
    let mut all = Vec::new();
    for (_, answer, mut body) in answers {
        body.reserve_capacity(0);
        let answer = timeout(Duration::from_millis(300), answer).await;
        if let Ok(Ok(answer)) = answer {
            all.push(Came::Status(answer.status().as_u16()));
        }
    }
    connection.abort();
    Ok(all)
}

/// A head that is broken or far too long.
async fn no_http(ask: &Ask, at: &str, world: &mut World) -> Result<Vec<Came>> {
    let mut bytes = head(ask);
    if world.dice.one_in(2) {
        let length = world.dice.pick(&[9_000, 70_000, 500_000, 2_000_000]);
        bytes.extend([&b"x-long: "[..], &vec![b'a'; length], b"\r\n"].concat());
    } else {
        world.change_bytes(&mut bytes);
    }
    bytes.extend(b"\r\n");
    let mut stream = connect(at, &mut world.dice).await?;
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
    Ok(status(&mut stream).await)
}

/// Frames of HTTP/2 as chance makes them, behind a beginning that is right.
async fn frames(at: &str, world: &mut World) -> Result<Vec<Came>> {
    let mut bytes = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    bytes.extend([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    let flood = world.dice.one_in(3);
    let (kind, flags) = (world.dice.byte() % 11, world.dice.byte());
    for _ in 0..world.dice.pick(&[1, 20, 300]) {
        let (kind, flags) = if flood {
            (kind, flags)
        } else {
            (world.dice.byte() % 11, world.dice.byte())
        };
        let length = world.dice.below(60);
        let told = if world.dice.one_in(20) {
            world.dice.byte()
        } else {
            u8::try_from(length).unwrap()
        };
        let stream = world.dice.byte() % 8;
        bytes.extend([0, 0, told, kind, flags, 0, 0, 0, stream]);
        // GET / is 0x82 0x84 in the table that both sides know.
        bytes.extend([0x82, 0x84, 0x86].iter().take(length));
        bytes.extend(world.dice.bytes(length.saturating_sub(3)));
    }
    let mut stream = connect(at, &mut world.dice).await?;
    let _ = stream.write_all(&bytes).await;
    let _ = stream.shutdown().await;
    let mut heard = Vec::new();
    let _ = timeout(Duration::from_millis(300), stream.read_to_end(&mut heard)).await;
    Ok(vec![Came::Silence])
}
