//! What is asked: requests of every endpoint as a client makes them, and then changed at random.
//! Knows the contract only. Invariant: the same seed asks the same, as far as the box answers the same.
//! Long because the good request of every endpoint stands beside all that can be changed of it.

use bhttp::{Message, Mode};
use ohttp::ClientRequest;
use relay::oblivious::binary::padded;
use relay::token::hash;
use relay::wire::{self, FetchRequest};
use relay::{NewInbox, Purpose, Token};

use crate::kit::{WEEK, text};

/// Chance by a seed (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(most.max(1)).unwrap()).unwrap()
    }

    pub fn one_in(&mut self, most: usize) -> bool {
        self.below(most) == 0
    }

    pub fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }

    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.byte()).collect()
    }

    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }

    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// One request.
#[derive(Clone)]
pub struct Ask {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
    /// It is sealed: the oblivious relay may be asked as well.
    pub sealed: bool,
}

impl Ask {
    fn new(method: &str, path: &str, token: Option<Token>, body: Vec<u8>) -> Self {
        let bearer = |token: Token| ("authorization".to_owned(), bearer(&token));
        Self {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: token.map(bearer).into_iter().collect(),
            body,
            sealed: false,
        }
    }
}

fn bearer(token: &Token) -> Vec<u8> {
    format!("Bearer {}", text(&token.0)).into_bytes()
}

const PATHS: [&str; 17] = [
    "/v1/create",
    "/v1/create-secret",
    "/v1/close",
    "/v1/delete",
    "/v1/post",
    "/v1/post",
    "/v1/post",
    "/v1/fetch",
    "/v1/fetch",
    "/v1/acknowledge",
    "/v1/wait",
    "/v1/waits",
    "/v1/waking",
    "/v1/oblivious-keys",
    "/v1/info",
    "/healthz",
    "/readyz",
];
const METHODS: [&str; 9] = [
    "GET", "PUT", "HEAD", "OPTIONS", "TRACE", "PATCH", "DELETE", "get", "FOO",
];

/// What one who asks knows: inboxes of its own, what it was given, and the key that requests are sealed for.
pub struct World {
    pub dice: Dice,
    name: u64,
    made: u64,
    key: Vec<u8>,
    ids: Vec<[u8; 16]>,
    cursor: Vec<u8>,
    posted: Vec<Ask>,
}

impl World {
    pub fn new(seed: u64, key: Vec<u8>) -> Self {
        let mut dice = Dice(seed);
        Self {
            name: dice.next(),
            dice,
            made: 1,
            key,
            ids: vec![[7; 16]],
            cursor: Vec::new(),
            posted: Vec::new(),
        }
    }

    fn token(&self, inbox: u64, kind: u8) -> Token {
        let mut bytes = [kind; 32];
        bytes[..8].copy_from_slice(&self.name.to_be_bytes());
        bytes[8..16].copy_from_slice(&inbox.to_be_bytes());
        Token(hash(Purpose::Slot, &Token(bytes)))
    }

    fn inbox(&self, number: u64) -> NewInbox {
        let slot = |slot| hash(Purpose::Slot, &self.token(number, slot));
        NewInbox {
            week: WEEK + u32::try_from(number % 3).unwrap(),
            fetch_hash: hash(Purpose::Fetch, &self.token(number, 200)),
            wake_hash: hash(Purpose::Wake, &self.token(number, 201)),
            slot_hashes: (0..64).map(slot).collect(),
        }
    }

    /// One of the last few inboxes, most often one that is there.
    fn some_inbox(&mut self) -> u64 {
        let back = self.dice.below(4);
        self.made.saturating_sub(u64::try_from(back).unwrap())
    }

    /// The request that makes the inbox which all others are about.
    pub fn first(&self) -> Ask {
        let body = wire::write_create(&self.inbox(self.made));
        Ask::new("POST", "/v1/create", None, body)
    }

    /// What a fetch gave.
    pub fn learn(&mut self, body: &[u8]) {
        let got = crate::kit::got(body);
        self.cursor = got.cursor;
        let ids = got.items.iter().map(|item| item.0);
        self.ids = ids.chain(self.ids.iter().copied()).take(300).collect();
    }

    /// A request as a client makes it.
    pub fn good(&mut self) -> Ask {
        let path = self.dice.pick(&PATHS);
        let inbox = self.some_inbox();
        let fetch = Some(self.token(inbox, 200));
        let post = |token, body| Ask::new("POST", path, token, body);
        match path {
            "/v1/create" => {
                self.made += u64::from(self.dice.one_in(10));
                let mut made = self.first();
                if self.dice.one_in(4) {
                    // Another week for the same inbox.
                    made.body[4] ^= 1;
                }
                made
            }
            "/v1/create-secret" => post(Some(Token(self.dice.array())), vec![1]),
            "/v1/close" => {
                let token = fetch;
                let slots = (0..self.dice.below(3)).map(|_| 40 + self.dice.byte() % 24);
                let slots: Vec<u8> = slots.collect();
                let hashes = slots
                    .iter()
                    .map(|slot| hash(Purpose::Slot, &self.token(inbox, *slot)));
                post(token, wire::write_close(&hashes.collect::<Vec<_>>()))
            }
            "/v1/delete" if self.dice.one_in(20) => post(fetch, vec![1]),
            "/v1/delete" => post(Some(Token(self.dice.array())), vec![1]),
            "/v1/post" => self.post(inbox),
            "/v1/fetch" => {
                let (token, max) = (fetch, self.dice.pick(&[0, 1, 7, 100, 9999]));
                let cursor = self.dice.pick(&[&[][..], &self.cursor, &[9; 48]]).to_vec();
                let acks = self.acks();
                let request = FetchRequest { max, cursor, acks };
                post(token, wire::write_fetch(&request))
            }
            "/v1/acknowledge" => {
                let token = fetch;
                let acks = self.acks();
                post(token, wire::write_acknowledge(&acks))
            }
            "/v1/wait" => {
                let seconds = u8::from(self.dice.one_in(8));
                post(Some(self.token(inbox, 201)), vec![1, 0, seconds])
            }
            "/v1/waits" => post(Some(self.token(inbox, 201)), vec![1]),
            "/v1/waking" => {
                let (token, address) = (fetch, self.dice.array());
                let address = self.dice.pick(&[None, Some(&address)]);
                post(token, wire::write_waking(address))
            }
            _ => Ask::new("GET", path, None, Vec::new()),
        }
    }

    fn post(&mut self, inbox: u64) -> Ask {
        if !self.posted.is_empty() && self.dice.one_in(5) {
            let which = self.dice.below(self.posted.len());
            return self.posted[which].clone();
        }
        let sizes = [1024, 1024, 1024, 1024, 2048, 4096, 16_384, 65_536, 2 << 16];
        let size = match self.dice.below(40) {
            0 => self.dice.pick(&[3, 4, 6, 8, 12, 16, 24]) << 16,
            _ => self.dice.pick(&sizes),
        };
        let mut body = vec![self.dice.byte(); size];
        body[..8].copy_from_slice(&self.dice.array::<8>());
        let slot = self.dice.byte() % 64;
        let mut ask = Ask::new("POST", "/v1/post", Some(self.token(inbox, slot)), body);
        let key = text(&self.dice.array::<16>()).into_bytes();
        ask.headers.push(("idempotency-key".into(), key));
        if size <= 4096 {
            self.posted.truncate(15);
            self.posted.insert(0, ask.clone());
        }
        ask
    }

    fn acks(&mut self) -> Vec<[u8; 16]> {
        let count = self.dice.below(self.ids.len() + 1);
        self.ids.drain(..count.min(self.ids.len() - 1)).collect()
    }

    /// A request that is changed in so many places.
    pub fn changed(&mut self) -> Ask {
        let mut ask = self.good();
        for _ in 0..self.dice.below(4) {
            match self.dice.below(12) {
                0..6 => self.change_bytes(&mut ask.body),
                6 | 7 => self.change_token(&mut ask),
                8 => self.change_key(&mut ask),
                9 => self.add_header(&mut ask),
                10 => ask.method = self.dice.pick(&METHODS).to_owned(),
                _ => self.change_path(&mut ask),
            }
        }
        ask
    }

    /// A sealed request: changed inside, after it is written, or after it is sealed.
    pub fn sealed(&mut self) -> Ask {
        let inner = if self.dice.one_in(2) {
            self.good()
        } else {
            self.changed()
        };
        let path = if self.dice.one_in(30) {
            "/v1/oblivious".into()
        } else {
            inner.path
        };
        let words = [&inner.method, "https", "post.example", &path];
        let [method, scheme, authority, path] = words.map(|word| word.as_bytes().to_vec());
        let mut message = Message::request(method, scheme, authority, path);
        for (name, value) in &inner.headers {
            message.put_header(name.as_str(), value.as_slice());
        }
        message.write_content(&inner.body);
        let mut binary = Vec::new();
        let mode = self.dice.pick(&[
            Mode::KnownLength,
            Mode::KnownLength,
            Mode::KnownLength,
            Mode::IndeterminateLength,
        ]);
        message.write_bhttp(mode, &mut binary).unwrap();
        binary.resize(padded(binary.len()), 0);
        if self.dice.one_in(3) {
            self.change_bytes(&mut binary);
        }
        let request = ClientRequest::from_encoded_config_list(&self.key).unwrap();
        let mut body = request.encapsulate(&binary).unwrap().0;
        if self.dice.one_in(6) {
            self.change_bytes(&mut body);
        }
        let mut ask = Ask::new("POST", "/v1/oblivious", None, body);
        ask.headers
            .push(("content-type".into(), b"message/ohttp-req".to_vec()));
        ask.sealed = true;
        ask
    }

    pub fn change_bytes(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.dice.below(3) {
            let (at, end) = (
                self.dice.below(bytes.len() + 1),
                self.dice.below(bytes.len() + 1),
            );
            let (at, end) = (at.min(end), at.max(end));
            let extreme = self
                .dice
                .pick(&[0_u32, 1, 0x7fff_ffff, 0x8000_0000, u32::MAX]);
            match self.dice.below(9) {
                0 => bytes.truncate(at),
                1 => drop(bytes.drain(at..end)),
                2 => {
                    let more = bytes[at..end].to_vec();
                    bytes.splice(at..at, more);
                }
                3 => {
                    let count = self.dice.below(40);
                    let more = self.dice.bytes(count);
                    bytes.splice(at..at, more);
                }
                4 if self.dice.one_in(12) => {
                    let length = self
                        .dice
                        .pick(&[16_457, 16_458, 70_000, 1 << 20, 0x18_1000]);
                    bytes.resize(length, 1);
                }
                5 => {
                    let number = extreme.to_be_bytes();
                    let number = &number[..self.dice.pick(&[1, 2, 4])];
                    let end = (at + number.len()).min(bytes.len());
                    bytes.splice(at..end, number.iter().copied());
                }
                6 => {
                    let count = self.dice.below(100);
                    *bytes = self.dice.bytes(count);
                }
                _ => {
                    let to = self.dice.byte();
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= to;
                    }
                }
            }
        }
    }

    fn change_token(&mut self, ask: &mut Ask) {
        let inbox = self.some_inbox();
        let kind = self.dice.pick(&[0, 1, 63, 64, 200, 201]);
        let good = bearer(&self.token(inbox, kind));
        let value = match self.dice.below(9) {
            0 => good[..self.dice.below(good.len())].to_vec(),
            1 => [&good[..], b"A"].concat(),
            2 => good.to_ascii_lowercase(),
            3 => [b"Bearer ".to_vec(), vec![b'A'; 5000]].concat(),
            4 => (0..30).map(|_| self.dice.byte() | 0x80).collect(),
            5 => b"Basic QWxhZGRpbjpvcGVu".to_vec(),
            6 => bearer(&Token(self.dice.array())),
            _ => good,
        };
        if self.dice.one_in(2) {
            ask.headers.retain(|(name, _)| name != "authorization");
        }
        if !self.dice.one_in(6) {
            ask.headers.push(("authorization".into(), value));
        }
    }

    fn change_key(&mut self, ask: &mut Ask) {
        let count = self.dice.below(40);
        let value = self.dice.bytes(count);
        ask.headers.retain(|(name, _)| name != "idempotency-key");
        for _ in 0..self.dice.below(3) {
            let value = text(&value).into_bytes();
            ask.headers.push(("idempotency-key".into(), value));
        }
    }

    fn add_header(&mut self, ask: &mut Ask) {
        let many = self.dice.pick(&[1, 1, 1, 40, 90]);
        let (name, value) = self.dice.pick(&[
            ("content-type", "text/plain; charset=\"\u{e9}\""),
            ("accept", "*/*;q=nothing"),
            ("x-forwarded-for", "10.0.0.1"),
            ("content-encoding", "gzip"),
            ("range", "bytes=0-0,-1,5-"),
            ("if-none-match", "*"),
            ("cookie", "a=b; c"),
            ("traceparent", "00-0-0-zz"),
            ("idempotency-key", ""),
        ]);
        for _ in 0..many {
            ask.headers.push((name.into(), value.into()));
        }
    }

    fn change_path(&mut self, ask: &mut Ask) {
        let path = &ask.path;
        ask.path = match self.dice.below(9) {
            0 => format!("{path}/"),
            1 => format!("/{path}"),
            2 => path.replace("v1", "v1/../v1"),
            3 => path.replace('v', "%76"),
            4 => format!("{path}%00"),
            5 => format!("{path}{}", "a".repeat(self.dice.pick(&[1, 900, 7000]))),
            6 => path.to_uppercase(),
            7 => "/".into(),
            _ => format!("{path}?token={}", text(&self.dice.array::<32>())),
        };
    }
}
