//! The client against plain sockets that see every byte: what a relay, a captive portal, a proxy or
//! somebody on the line would see. The real relay is tried in tests/stories/post_box.rs.

use super::*;
use crate::post::OpenAnswer;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;

/// A listener that takes `times` connections, reads one request from each and gives the same answer.
/// Returns its address and, when joined, what each connection said.
fn answering(times: usize, answer: Vec<u8>) -> (String, JoinHandle<Vec<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let heard = std::thread::spawn(move || {
        (0..times)
            .map(|_| {
                let (mut stream, _) = listener.accept().unwrap();
                let said = request(&mut stream);
                stream.write_all(&answer).unwrap();
                said
            })
            .collect()
    });
    (address, heard)
}

/// One HTTP request with its body.
fn request(stream: &mut TcpStream) -> Vec<u8> {
    let mut said = Vec::new();
    let mut byte = [0];
    while !said.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        said.push(byte[0]);
    }
    let head = String::from_utf8(said.clone()).unwrap().to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    said.extend(body);
    said
}

fn http(head: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn run<T>(deed: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(deed)
}

fn direct(address: &str) -> HttpPostBox {
    HttpPostBox::new(&format!("http://{address}"), None).unwrap()
}

const TOKEN: Token = Token([0xff; 32]);
const STORED: &str = "200 OK\r\ncontent-type: application/octet-stream\r\nset-cookie: id=1; Path=/";

#[test]
fn two_calls_share_no_connection_and_say_nothing_but_the_contract() {
    let (address, heard) = answering(2, http(STORED, &[1, 1, 0]));
    let post_box = direct(&address);
    run(async {
        post_box.post(&TOKEN, [0; 16], &[7; 1024]).await.unwrap();
        post_box.post(&TOKEN, [0; 16], &[7; 1024]).await.unwrap();
    });
    let heard = heard.join().unwrap();
    assert_eq!(
        heard[0], heard[1],
        "no cookie, count or time may tell them apart"
    );
    let split = heard[0].len() - 1024;
    let head = String::from_utf8(heard[0][..split].to_vec()).unwrap();
    let mut lines: Vec<&str> = head.trim_end().lines().collect();
    assert_eq!(lines.remove(0), "POST /v1/post HTTP/1.1");
    lines.sort_unstable();
    let host = format!("host: {address}");
    assert_eq!(
        lines,
        [
            "accept: */*",
            "authorization: Bearer __________________________________________8",
            "connection: close",
            "content-length: 1024",
            "content-type: application/octet-stream",
            host.as_str(),
            "idempotency-key: AAAAAAAAAAAAAAAAAAAAAA",
        ]
    );
}

#[test]
fn each_status_becomes_what_can_be_done_about_it() {
    let cases = [
        ("404 Not Found", PostError::NoSuchInbox),
        ("409 Conflict", PostError::Conflict),
        ("413 Too Large", PostError::Refused(413)),
        ("422 Unprocessable", PostError::Refused(422)),
        (
            "429 Slow\r\nretry-after: 7",
            PostError::TryLater { seconds: 7 },
        ),
        (
            "429 Slow\r\nretry-after: 99999999",
            PostError::TryLater { seconds: 86_400 },
        ),
        (
            "429 Slow\r\nretry-after: soon",
            PostError::TryLater { seconds: 60 },
        ),
        ("503 Busy", PostError::TryLater { seconds: 60 }),
        ("500 Oh", PostError::Offline),
        ("507 Full", PostError::Full),
        ("204 Empty", PostError::NotThisProtocol),
        (
            "302 Found\r\nlocation: http://127.0.0.1:9/",
            PostError::NotThisProtocol,
        ),
        (
            "200 OK\r\ncontent-type: text/html",
            PostError::NotThisProtocol,
        ),
    ];
    for (head, expected) in cases {
        let (address, heard) = answering(1, http(head, b""));
        let got = run(direct(&address).post(&TOKEN, [0; 16], &[7; 1024]));
        assert_eq!(got, Err(expected), "{head}");
        heard.join().unwrap();
    }
}

#[test]
fn a_wrong_size_never_reaches_the_line() {
    // Nobody listens: an attempt to send would be Offline.
    let got = run(direct("127.0.0.1:9").post(&TOKEN, [0; 16], &[7; 1000]));
    assert_eq!(got, Err(PostError::Refused(422)));
}

#[test]
fn nobody_there_is_offline() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let got = run(direct(&address).delete(&TOKEN));
    assert_eq!(got, Err(PostError::Offline));
}

#[test]
fn an_endless_answer_is_cut() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let sender = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        request(&mut stream);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n\r\n")
            .unwrap();
        let mut sent = 0_usize;
        while stream.write_all(&[1; 4096]).is_ok() && sent < 1 << 30 {
            sent += 4096;
        }
        sent
    });
    let got = run(direct(&address).fetch(&TOKEN, 1, &[], &[]));
    assert_eq!(got, Err(PostError::NotThisProtocol));
    assert!(sender.join().unwrap() < 64 << 20);
}

#[test]
fn only_a_post_boxs_address_is_taken() {
    for good in [
        "https://post.example",
        "https://post.example:8443/box/",
        "http://127.0.0.1:4000",
        "http://[::1]:4000",
        "http://localhost:4000",
        "http://abcdefghij.onion",
    ] {
        assert!(HttpPostBox::new(good, None).is_ok(), "{good}");
    }
    for bad in [
        "http://post.example",
        "http://127.0.0.1.post.example",
        "https://me:word@post.example",
        "https://post.example/?id=1",
        "https://post.example/#id",
        "ftp://post.example",
        "file:///etc/passwd",
        "post.example",
        "",
    ] {
        assert_eq!(
            HttpPostBox::new(bad, None).map(drop),
            Err(PostError::NotThisProtocol),
            "{bad}"
        );
    }
    for bad in [
        "socks5://127.0.0.1:9050",
        "socks4://127.0.0.1:1",
        "127.0.0.1:9050",
        "socks5h://",
    ] {
        assert!(
            HttpPostBox::new("https://post.example", Some(bad)).is_err(),
            "{bad}"
        );
    }
    let shown = format!("{:?}", direct("127.0.0.1:4000"));
    assert_eq!(shown, "HttpPostBox(..)");
}

#[test]
fn a_path_before_the_contracts_own_is_kept() {
    let (address, heard) = answering(1, http("204 Done", b""));
    let post_box = HttpPostBox::new(&format!("http://{address}/box"), None).unwrap();
    run(post_box.delete(&TOKEN)).unwrap();
    assert!(heard.join().unwrap()[0].starts_with(b"POST /box/v1/delete HTTP/1.1\r\n"));
}

#[test]
fn tor_resolves_the_name_not_this_phone() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let proxy = format!("socks5h://{}", listener.local_addr().unwrap());
    let tor = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut greeting = [0; 3];
        stream.read_exact(&mut greeting).unwrap();
        assert_eq!(greeting, [5, 1, 0]);
        stream.write_all(&[5, 0]).unwrap();
        let mut asked = [0; 5];
        stream.read_exact(&mut asked).unwrap();
        assert_eq!(asked[..4], [5, 1, 0, 3], "a name, not an address");
        let mut name = vec![0; usize::from(asked[4]) + 2];
        stream.read_exact(&mut name).unwrap();
        stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).unwrap();
        request(&mut stream);
        stream.write_all(&http("204 Done", b"")).unwrap();
        String::from_utf8(name[..name.len() - 2].to_vec()).unwrap()
    });
    let post_box = HttpPostBox::new("http://abcdefghij.onion", Some(&proxy)).unwrap();
    run(post_box.delete(&TOKEN)).unwrap();
    assert_eq!(tor.join().unwrap(), "abcdefghij.onion");
}

/// The extensions of one TLS ClientHello, by number.
fn hello(stream: &mut TcpStream) -> Vec<(u16, Vec<u8>)> {
    let mut record = [0; 5];
    stream.read_exact(&mut record).unwrap();
    assert_eq!(record[0], 22, "a handshake");
    let mut body = vec![0; usize::from(u16::from_be_bytes([record[3], record[4]]))];
    stream.read_exact(&mut body).unwrap();
    let wide = |at: usize| usize::from(u16::from_be_bytes([body[at], body[at + 1]]));
    let session = 4 + 2 + 32;
    let suites = session + 1 + usize::from(body[session]);
    let compressions = suites + 2 + wide(suites);
    let mut at = compressions + 1 + usize::from(body[compressions]) + 2;
    let mut found = Vec::new();
    while at < body.len() {
        let length = wide(at + 2);
        let number = u16::try_from(wide(at)).unwrap();
        found.push((number, body[at + 4..at + 4 + length].to_vec()));
        at += 4 + length;
    }
    found
}

#[test]
fn tls_offers_one_plain_x25519_share_and_no_ticket_that_was_not_given() {
    const KEY_SHARE: u16 = 51;
    const PRE_SHARED_KEY: u16 = 41;
    const VERSIONS: u16 = 43;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let post_box =
        HttpPostBox::new(&format!("https://{}", listener.local_addr().unwrap()), None).unwrap();
    let line = std::thread::spawn(move || {
        (0..2)
            .map(|_| hello(&mut listener.accept().unwrap().0))
            .collect::<Vec<_>>()
    });
    run(async {
        assert_eq!(post_box.delete(&TOKEN).await, Err(PostError::Offline));
        assert_eq!(post_box.delete(&TOKEN).await, Err(PostError::Offline));
    });
    let hellos = line.join().unwrap();
    let find = |hello: &[(u16, Vec<u8>)], number| {
        hello
            .iter()
            .find(|(found, _)| *found == number)
            .map(|(_, bytes)| bytes.clone())
    };
    for hello in &hellos {
        let share = find(hello, KEY_SHARE).unwrap();
        // length of all, group 0x001d, 32 bytes: one share, no ML-KEM key of 1,184 bytes
        assert_eq!(share[..6], [0, 36, 0, 0x1d, 0, 32]);
        assert_eq!(share.len(), 38);
        assert_eq!(find(hello, PRE_SHARED_KEY), None);
        assert_eq!(find(hello, VERSIONS).unwrap(), [2, 3, 4], "TLS 1.3 only");
    }
    assert_ne!(find(&hellos[0], KEY_SHARE), find(&hellos[1], KEY_SHARE));
}

struct Open;

impl Seal for Open {
    fn seal(&self, request: &[u8]) -> Result<(Vec<u8>, Box<dyn OpenAnswer>), PostError> {
        Ok((request.to_vec(), Box::new(Open)))
    }
}

impl OpenAnswer for Open {
    fn open(self: Box<Self>, sealed: &[u8]) -> Result<Vec<u8>, PostError> {
        Ok(sealed.to_vec())
    }
}

/// What is not sealed is said by whoever passes it on: nothing of an inbox is believed of it.
#[test]
fn what_is_said_outside_the_seal_is_no_word_of_the_post_box() {
    let cases = [
        ("400 Bad", PostError::OtherKey),
        ("403 Forbidden", PostError::Offline),
        ("404 Not Found", PostError::Offline),
        ("409 Conflict", PostError::Offline),
        ("413 Too Large", PostError::Offline),
        ("500 Oh", PostError::Offline),
        ("507 Full", PostError::Offline),
        ("302 Found", PostError::Offline),
        (
            "429 Slow\r\nretry-after: 7",
            PostError::TryLater { seconds: 7 },
        ),
        ("503 Busy", PostError::TryLater { seconds: 60 }),
        (
            "200 OK\r\ncontent-type: text/html",
            PostError::NotThisProtocol,
        ),
        // It does not open to an answer.
        (
            "200 OK\r\ncontent-type: message/ohttp-res",
            PostError::NotThisProtocol,
        ),
    ];
    for (head, expected) in cases {
        let (address, heard) = answering(1, http(head, b""));
        let post_box = direct("127.0.0.1:9");
        let post_box = post_box.through(&format!("http://{address}")).unwrap();
        post_box.seal_with(Arc::new(Open));
        let got = run(post_box.post(&TOKEN, [0; 16], &[7; 1024]));
        assert_eq!(got, Err(expected), "{head}");
        let heard = heard.join().unwrap();
        let text = String::from_utf8_lossy(&heard[0]).into_owned();
        let (outside, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(outside.starts_with("POST /v1/oblivious HTTP/1.1"));
        assert!(!outside.contains("authorization") && !outside.contains("idempotency"));
    }
}

#[test]
fn nothing_goes_before_there_is_a_key_and_no_wait_ever() {
    // Nobody listens: an attempt to send would be Offline.
    let post_box = direct("127.0.0.1:9").through("http://127.0.0.1:9").unwrap();
    let got = run(post_box.post(&TOKEN, [0; 16], &[7; 1024]));
    assert_eq!(got, Err(PostError::OtherKey));
    assert_eq!(run(post_box.wait(&TOKEN, 30)), Err(PostError::Refused(404)));
}
