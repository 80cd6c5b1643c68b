//! Oblivious HTTP with real processes: a phone, an oblivious relay and a post box; each may know its half only.
//! The phone calls from an address of its own, so that it can be searched for; each search finds what is planted.

use std::io::{BufRead, BufReader, Cursor};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use bhttp::{Message, Mode};
use ohttp::ClientRequest;
use relay::oblivious::binary::padded;
use relay::wire::{self, FetchRequest};
use relay::{Token, oblivious};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::kit::{
    Answer, DAY, OK, Owner, Relay, WEEK, answer, ask, get, got, refused_by_its_head, set_day, text,
};
use crate::privacy::{forms, holds};

const ANN: Owner = Owner("ann");
/// Nobody else in these tests calls from here.
const PHONE: &str = "127.0.0.7";

/// A running oblivious relay in a folder of its own; killed when dropped.
pub struct Between {
    child: Child,
    pub address: String,
    folder: PathBuf,
}

impl Between {
    pub fn start(folder: &Path, target: &str) -> Self {
        let log = std::fs::File::create(folder.join("log")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_relay"))
            .args(["oblivious", "--listen", "127.0.0.1:0", "--target", target])
            .current_dir(folder)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        let address = line.strip_prefix("listening on ").unwrap();
        Self {
            child,
            address: format!("http://{address}"),
            folder: folder.to_owned(),
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap()
    }

    pub fn stop(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &id])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().code()
    }
}

impl Drop for Between {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A line to the post box that writes down all that goes over it.
struct Line {
    address: String,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl Line {
    async fn to(relay: &Relay) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", socket.local_addr().unwrap());
        let far = relay.address.trim_start_matches("http://").to_owned();
        let heard = Arc::<Mutex<Vec<u8>>>::default();
        let kept = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((near, _)) = socket.accept().await {
                let (near_in, near_out) = near.into_split();
                let (far_in, far_out) = TcpStream::connect(&far).await.unwrap().into_split();
                tokio::spawn(pass(near_in, far_out, Arc::clone(&kept)));
                tokio::spawn(pass(far_in, near_out, Arc::clone(&kept)));
            }
        });
        Self { address, heard }
    }

    fn heard(&self) -> Vec<(String, Vec<u8>)> {
        vec![("line".into(), self.heard.lock().unwrap().clone())]
    }
}

async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    kept: Arc<Mutex<Vec<u8>>>,
) {
    let mut some = vec![0; 4096];
    while let Ok(count @ 1..) = from.read(&mut some).await {
        kept.lock().unwrap().extend_from_slice(&some[..count]);
        if to.write_all(&some[..count]).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}

/// A phone that seals what it asks, and sends it to this address.
pub struct Phone {
    pub at: String,
    keys: Vec<u8>,
}

/// An answer, with how long it was while it was sealed.
type Opened = (Answer, usize);

impl Phone {
    /// It asks for the keys there, and straight, and believes only what both say.
    pub async fn of(between: &str, straight: &str) -> Self {
        let keys = get(format!("{between}/v1/oblivious-keys")).await;
        assert_eq!(
            (keys.status, keys.kind.as_str()),
            (OK, "application/ohttp-keys")
        );
        assert_eq!(get(format!("{straight}/v1/oblivious-keys")).await, keys);
        Self {
            at: between.to_owned(),
            keys: keys.body,
        }
    }

    /// A binary request, sealed.
    pub fn seal(&self, binary: &[u8]) -> (Vec<u8>, ohttp::ClientResponse) {
        let request = ClientRequest::from_encoded_config_list(&self.keys).unwrap();
        request.encapsulate(binary).unwrap()
    }

    /// Sends a binary request as it is given; the answer is what could not be opened, too.
    async fn send(&self, binary: &[u8]) -> Result<Opened, Answer> {
        let (sealed, opener) = self.seal(binary);
        let url = format!("{}/v1/oblivious", self.at);
        let came = post(&url, sealed).await;
        if came.kind != "message/ohttp-res" {
            return Err(came);
        }
        let answer = opened(opener, &came.body);
        Ok((answer, came.body.len()))
    }

    pub async fn ask(
        &self,
        path: &str,
        token: Option<&Token>,
        key: Option<[u8; 16]>,
        body: &[u8],
    ) -> Opened {
        let binary = binary("POST", path, token, key, body);
        self.send(&binary).await.unwrap()
    }
}

/// Opens a sealed answer.
pub fn opened(opener: ohttp::ClientResponse, sealed: &[u8]) -> Answer {
    let opened = opener.decapsulate(sealed).unwrap();
    let mut from = Cursor::new(&opened[..]);
    let message = Message::read_bhttp(&mut from).unwrap();
    let end = usize::try_from(from.position()).unwrap();
    assert!(opened[end..].iter().all(|byte| *byte == 0));
    let header = |name: &[u8]| {
        let value = message.header().get(name);
        value.map(|value| String::from_utf8(value.to_vec()).unwrap())
    };
    Answer {
        status: message.control().status().unwrap().code(),
        kind: header(b"content-type").unwrap_or_default(),
        retry_after: header(b"retry-after"),
        body: message.content().to_vec(),
    }
}

pub fn binary(
    method: &str,
    path: &str,
    token: Option<&Token>,
    key: Option<[u8; 16]>,
    body: &[u8],
) -> Vec<u8> {
    let words = [method, "https", "post.example", path].map(|word| word.as_bytes().to_vec());
    let [method, scheme, authority, path] = words;
    let mut message = Message::request(method, scheme, authority, path);
    if let Some(token) = token {
        message.put_header("authorization", format!("Bearer {}", text(&token.0)));
    }
    if let Some(key) = key {
        message.put_header("idempotency-key", text(&key));
    }
    message.write_content(body);
    let mut out = Vec::new();
    message.write_bhttp(Mode::KnownLength, &mut out).unwrap();
    out.resize(padded(out.len()), 0);
    out
}

/// Sends sealed bytes from the phone's own address.
pub async fn post(url: &str, sealed: Vec<u8>) -> Answer {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let phone: IpAddr = PHONE.parse().unwrap();
    let client = reqwest::Client::builder().no_proxy().local_address(phone);
    let request = client.build().unwrap().post(url);
    let request = request
        .header("content-type", "message/ohttp-req")
        .body(sealed);
    let came = answer(request.send().await.unwrap()).await.unwrap();
    crate::openapi::hold("post", url, &came);
    came
}

fn fetching(cursor: &[u8], acks: &[[u8; 16]]) -> Vec<u8> {
    wire::write_fetch(&FetchRequest {
        max: 100,
        cursor: cursor.to_vec(),
        acks: acks.to_vec(),
    })
}

fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| {
            let name = entry.file_name().to_string_lossy().into_owned();
            (name, std::fs::read(entry.path()).unwrap())
        })
        .collect()
}

#[tokio::test]
async fn a_phone_posts_fetches_and_acknowledges_and_each_side_knows_its_half() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let relay = Relay::start(here.path(), &[]);
    let line = Line::to(&relay).await;
    let between = Between::start(there.path(), &line.address);
    let phone = Phone::of(&between.address, &relay.address).await;

    let made = phone
        .ask(
            "/v1/create",
            None,
            None,
            &wire::write_create(&ANN.inbox(WEEK)),
        )
        .await;
    assert_eq!(made.0.status, 201);
    let items = [
        vec![0x51; 1024],
        vec![0x52; 65_536],
        vec![0x53; wire::POST_LIMIT],
    ];
    for (number, item) in (0_u8..).zip(&items) {
        let slot = ANN.slot(number);
        for again in [0, 1] {
            let (posted, _) = phone
                .ask("/v1/post", Some(&slot), Some([number; 16]), item)
                .await;
            assert_eq!((posted.status, posted.body[2]), (OK, again));
        }
    }
    let (fetched, _) = phone
        .ask("/v1/fetch", Some(&ANN.fetch()), None, &fetching(&[], &[]))
        .await;
    let fetched = got(&fetched.body);
    let bytes: Vec<u8> = fetched
        .items
        .iter()
        .flat_map(|item| item.2.clone())
        .collect();
    assert_eq!(bytes, items.concat());
    let ids: Vec<_> = fetched.items.iter().map(|item| item.0).collect();
    let (done, _) = phone
        .ask(
            "/v1/acknowledge",
            Some(&ANN.fetch()),
            None,
            &wire::write_acknowledge(&ids),
        )
        .await;
    assert_eq!((done.status, done.body.len()), (204, 0));
    let (empty, _) = phone
        .ask("/v1/fetch", Some(&ANN.fetch()), None, &fetching(&[], &[]))
        .await;
    assert!(got(&empty.body).items.is_empty());

    // The post box: no address of the phone in any file, in the log, in the counters or on the line.
    let mut known = files(here.path());
    known.push((
        "metrics".into(),
        get(format!("{}/metrics", relay.metrics)).await.body,
    ));
    let counted = String::from_utf8(known.last().unwrap().1.clone()).unwrap();
    assert!(
        counted.contains("{endpoint=\"oblivious\",status=\"200\"} 10\n"),
        "{counted}"
    );
    known.extend(line.heard());
    assert_eq!(holds(&known, PHONE.as_bytes()), None);
    for (name, bytes) in &mut known.clone() {
        let end = bytes.len();
        bytes.splice(end / 2..end / 2, PHONE.bytes());
        assert!(holds(&[(name.clone(), bytes.clone())], PHONE.as_bytes()).is_some());
    }
    assert_eq!(phone_calls_from().await.ip().to_string(), PHONE);

    // The oblivious relay: what it handed on says nothing of the phone and holds no token, key, id or item.
    let heard = line.heard();
    let lower = [("line".to_owned(), heard[0].1.to_ascii_lowercase())];
    for word in [
        "forwarded",
        "\r\nvia:",
        "authorization",
        "user-agent",
        "idempotency",
        "cookie",
    ] {
        assert_eq!(holds(&lower, word.as_bytes()), None, "{word}");
    }
    let mut sought = vec![ANN.fetch().0.to_vec(), fetched.cursor.clone()];
    sought.extend((0..3).map(|number| ANN.slot(number).0.to_vec()));
    sought.extend((0..3).map(|number| vec![number; 16]));
    sought.extend(ids.iter().take(3).map(|id| id.to_vec()));
    sought.extend(items.iter().map(|item| item[..64].to_vec()));
    let found = |heard: &[(String, Vec<u8>)], bytes: &[u8]| {
        forms(bytes).iter().any(|form| holds(heard, form).is_some())
    };
    for bytes in &sought {
        assert!(!found(&heard, bytes), "{}", hex::encode(bytes));
    }
    assert_eq!(files(there.path()).len(), 1, "its log, and nothing else");
    assert_eq!(between.log(), "started: oblivious relay\n");
    assert_eq!(between.stop(), Some(0));
    // The search finds a token where there is one.
    let straight = fetching(&[], &[]);
    ask(
        format!("{}/v1/fetch", line.address),
        Some(&ANN.fetch()),
        None,
        straight,
    )
    .await
    .unwrap();
    assert!(found(&line.heard(), &ANN.fetch().0));
    assert_eq!(relay.stop().0, Some(0));
}

/// Where a phone's connection comes from, as the one it calls sees it.
async fn phone_calls_from() -> SocketAddr {
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/oblivious", socket.local_addr().unwrap());
    let calling = tokio::spawn(async move { post(&url, vec![0; 9]).await });
    let (_stream, from) = socket.accept().await.unwrap();
    calling.abort();
    from
}

#[tokio::test]
async fn what_is_refused_outside_is_refused_inside_and_all_small_answers_look_alike() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[("RELAY_QUOTAS_SLOT_DAY_ITEMS", "2")]);
    let phone = Phone::of(&relay.address, &relay.address).await;
    relay.create(None, &ANN.inbox(WEEK)).await;
    relay.post(&ANN.slot(1), [1; 16], &[1; 1024]).await;
    relay.post(&ANN.slot(1), [2; 16], &[2; 1024]).await;
    let (slot, fetch) = (ANN.slot(1), ANN.fetch());
    let nobody = Owner("nobody").fetch();
    let item = [7; 1024];
    let cases = [
        ("post", Some(&slot), Some([1; 16]), &[1; 1024][..], OK),
        ("post", Some(&slot), Some([1; 16]), &item, 409),
        ("post", Some(&slot), Some([3; 16]), &item, 429),
        ("post", Some(&slot), None, &item, 422),
        ("post", Some(&slot), Some([3; 16]), &item[..1000], 422),
        ("post", None, Some([3; 16]), &item, 404),
        ("post", Some(&nobody), Some([3; 16]), &item, 404),
        ("fetch", Some(&nobody), None, &fetching(&[], &[]), 404),
        ("fetch", Some(&slot), None, &fetching(&[], &[]), 404),
        ("fetch", Some(&fetch), None, &[9; 30], 422),
        ("fetch", Some(&fetch), None, &[1; 20_000], 413),
        ("acknowledge", Some(&fetch), None, &[1, 0, 0], 204),
        ("create", None, None, &[1], 422),
        ("create-secret", Some(&nobody), None, &[1], OK),
        ("close", Some(&nobody), None, &[1, 0], 404),
        ("delete", Some(&nobody), None, &[1], 404),
        ("nothing", None, None, &[], 404),
    ];
    for (path, token, key, body, status) in cases {
        let url = format!("{}/v1/{path}", relay.address);
        let straight = ask(url, token, key, body.to_vec()).await.unwrap();
        let path = format!("/v1/{path}");
        let (inside, sealed) = phone.ask(&path, token, key, body).await;
        assert_eq!(inside.status, status, "{path}");
        assert_eq!(inside, straight, "{path}");
        // A nonce of 32 bytes and a tag of 16 around the smallest step.
        assert_eq!(sealed, 1280 + 48, "{path}");
    }
    let (fetched, sealed) = phone
        .ask("/v1/fetch", Some(&fetch), None, &fetching(&[], &[]))
        .await;
    assert_eq!((got(&fetched.body).items.len(), sealed), (2, 2304 + 48));
    let cursor = got(&fetched.body).cursor;
    let (fetched, sealed) = phone
        .ask("/v1/fetch", Some(&fetch), None, &fetching(&cursor, &[]))
        .await;
    assert_eq!((got(&fetched.body).items.len(), sealed), (0, 1280 + 48));

    // What would be held, what is another method, and what only looks like a request.
    let wake = ANN.wake();
    let refused = |name: &str, answer: &Answer| {
        let text = String::from_utf8(answer.body.clone()).unwrap();
        assert!(
            text.contains(&format!("urn:alongside:post-box:{name}\"")),
            "{text}"
        );
    };
    for path in [
        "/v1/wait",
        "/v1/oblivious",
        "/v1/info",
        "https://post.example/v1/fetch",
    ] {
        let (answer, _) = phone.ask(path, Some(&wake), None, &[1, 0, 60]).await;
        assert_eq!(answer.status, 404, "{path}");
        refused("no-such-page", &answer);
    }
    // What everybody is told is told here too, so that nobody needs to ask it from an address.
    let info = binary("GET", "/v1/info", None, None, &[]);
    let (answer, _) = phone.send(&info).await.unwrap();
    assert_eq!(answer, get(format!("{}/v1/info", relay.address)).await);
    let other = binary("GET", "/v1/fetch", Some(&fetch), None, &[]);
    let (answer, _) = phone.send(&other).await.unwrap();
    assert_eq!(answer.status, 405);
    refused("other-method", &answer);
    let mut padding = binary("POST", "/v1/fetch", Some(&fetch), None, &fetching(&[], &[]));
    *padding.last_mut().unwrap() = 1;
    for bytes in [&padding[..], &[2, 0, 0], &[1, 0x40, 200], &[]] {
        let (answer, sealed) = phone.send(bytes).await.unwrap();
        assert_eq!((answer.status, sealed), (422, 1280 + 48));
        refused("malformed", &answer);
    }
    // And what opens with no key, however it is wrong.
    let sealed = ClientRequest::from_encoded_config_list(&phone.keys).unwrap();
    let (sealed, _) = sealed.encapsulate(&other).unwrap();
    let mut broken = sealed.clone();
    *broken.last_mut().unwrap() ^= 1;
    let url = format!("{}/v1/oblivious", relay.address);
    let mut answers = Vec::new();
    for bytes in [&broken[..], &sealed[..40], &sealed[..3], &[], &[0; 2000]] {
        answers.push(post(&url, bytes.to_vec()).await);
    }
    assert_eq!(answers[0].status, 400);
    assert!(answers.iter().all(|one| *one == answers[0]));
    let most = oblivious::binary::SEALED_LIMIT;
    assert_eq!(post(&url, vec![0; most]).await.status, 400);
    assert_eq!(
        refused_by_its_head(&relay.address, "oblivious", None, most + 1).await,
        413
    );
}

#[tokio::test]
async fn the_key_turns_with_the_week_is_kept_over_a_restart_and_forgotten_after_two_days() {
    let folder = tempfile::tempdir().unwrap();
    let relay = Relay::start(folder.path(), &[]);
    relay.create(None, &ANN.inbox(WEEK)).await;
    let early = Phone::of(&relay.address, &relay.address).await;
    let seed = || std::fs::read_to_string(folder.path().join("relay.db-oblivious")).unwrap();
    let first_seed = seed();
    relay.kill();
    let relay = Relay::start(folder.path(), &[]);
    let phone = Phone::of(&relay.address, &relay.address).await;
    assert_eq!(phone.keys, early.keys);
    let request = binary(
        "POST",
        "/v1/fetch",
        Some(&ANN.fetch()),
        None,
        &fetching(&[], &[]),
    );
    assert_eq!(phone.send(&request).await.unwrap().0.status, OK);
    let next = DAY.next_multiple_of(7);
    for day in [next, next + 1] {
        set_day(folder.path(), day);
        let later = Phone::of(&relay.address, &relay.address).await;
        assert_ne!(later.keys, phone.keys);
        assert_eq!(later.send(&request).await.unwrap().0.status, OK);
        assert_eq!(phone.send(&request).await.unwrap().0.status, OK);
    }
    assert_eq!(seed(), first_seed);
    set_day(folder.path(), next + 2);
    let refused = phone.send(&request).await.unwrap_err();
    assert_eq!(refused.status, 400);
    let body = String::from_utf8(refused.body).unwrap();
    assert!(body.contains("\"https://iana.org/assignments/http-problem-types#ohttp-key\""));
    let later = Phone::of(&relay.address, &relay.address).await;
    assert_eq!(later.send(&request).await.unwrap().0.status, OK);
    let last = |text: &str| text.lines().last().unwrap().to_owned();
    assert_ne!(last(&seed()), last(&first_seed));
    assert!(!relay.log().contains("oblivious"), "{}", relay.log());
}

#[tokio::test]
async fn an_oblivious_relay_answers_two_paths_and_hands_on_what_the_target_says() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let relay = Relay::start(here.path(), &[]);
    let between = Between::start(there.path(), &relay.address);
    let at = |path: &str| format!("{}{path}", between.address);
    assert_eq!(get(at("/healthz")).await.status, OK);
    assert_eq!(get(at("/v1/oblivious")).await.status, 405);
    for path in ["/v1/info", "/readyz", "/metrics", "/v1/oblivious/x"] {
        let said = answer(crate::kit::client().get(at(path)).send().await.unwrap());
        assert_eq!(said.await.unwrap().status, 404, "{path}");
    }
    let fetch = crate::kit::client().post(at("/v1/fetch")).send();
    assert_eq!(fetch.await.unwrap().status().as_u16(), 404);
    let garbage = post(&at("/v1/oblivious"), vec![0; 100]).await;
    let straight = post(&format!("{}/v1/oblivious", relay.address), vec![0; 100]).await;
    assert_eq!((garbage.status, &garbage), (400, &straight));
    let most = oblivious::binary::SEALED_LIMIT;
    assert_eq!(
        refused_by_its_head(&between.address, "oblivious", None, most + 1).await,
        413
    );
    // It is one copy of the keys for all, also while the target is away.
    let phone = Phone::of(&between.address, &relay.address).await;
    relay.kill();
    assert_eq!(get(at("/v1/oblivious-keys")).await.body, phone.keys);
    for _ in 0..2 {
        let away = phone.send(&[0; 9]).await.unwrap_err();
        assert_eq!(
            (away.status, away.retry_after.as_deref()),
            (503, Some("60"))
        );
    }
    assert_eq!(
        between.log(),
        "started: oblivious relay\nthe target does not answer\n"
    );
    for wrong in [
        &["oblivious"][..],
        &["oblivious", "--target", "http://post.example"],
    ] {
        let done = Command::new(env!("CARGO_BIN_EXE_relay"))
            .args(wrong)
            .output();
        assert_eq!(done.unwrap().status.code(), Some(2));
    }
}
