//! The post box over HTTP: one request, one token, one connection; straight, or sealed through an oblivious relay.
//!
//! It knows HTTP and the relay's paths, not what is sealed or why it is sent. Its one invariant: two calls share no
//! connection, cookie, header value or key, and two calls with different tokens no TLS session either, so that nothing
//! but the token, the network address and the time can join them (P10). No address or token is ever in an error.
//! Long because a request and the two ways it can take are read together.

pub mod ask;
pub mod sealed;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::header::{AUTHORIZATION, CONNECTION, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Proxy, RequestBuilder, Response, Url, redirect, retry};

use super::{
    CHUNKS, CreateInbox, Creating, Fetched, LADDER, PostBox, PostError, Seal, Token, wire,
};

const BINARY: &str = "application/octet-stream";
const SEALED: &str = "message/ohttp-req";
const SEALED_ANSWER: &str = "message/ohttp-res";
/// Bytes of one chunk.
const CHUNK: usize = 65_536;
/// What sealing adds to an answer: nonce and tag.
const SEAL: usize = 32 + 16;

/// How long a connection may take to open; Tor needs its time.
const CONNECT: Duration = Duration::from_secs(30);
/// How long the relay may be silent within an answer.
const SILENCE: Duration = Duration::from_secs(30);
/// How long a whole call may take: the largest post over a slow phone network.
const WHOLE: Duration = Duration::from_secs(180);
/// Answers without a body of interest are not read beyond this many bytes.
const SMALL: usize = 1024;
/// `Retry-After` when the relay gives none, in seconds.
const PATIENCE: u32 = 60;
/// The longest `Retry-After` that is believed, in seconds: one day.
const MOST_PATIENCE: u32 = 86_400;

/// About how many bytes a connection takes beside what is in its bodies: TLS with a chain of certificates, and heads, both
/// ways (docs/decisions/month-on-the-wire.md). For the figure that a person sees, not for a limit.
const BESIDE: u64 = 3_800;

/// How long TLS tickets are used: no longer than the relay's week.
const TICKETS: Duration = Duration::from_secs(7 * 86_400);
/// Tokens whose tickets are kept at once, in memory alone.
const MOST_KEPT: usize = 32;

/// A relay behind an address, reached straight or through a proxy.
#[derive(Clone)]
pub struct HttpPostBox {
    base: Url,
    proxy: Option<Proxy>,
    around: Option<Around>,
    kept: Arc<Mutex<Vec<Kept>>>,
    carried: Arc<AtomicU64>,
}

/// The way through an oblivious relay, and what seals for it.
#[derive(Clone)]
struct Around {
    relay: Url,
    seal: Arc<Mutex<Option<Arc<dyn Seal>>>>,
}

/// The client of one token, with the TLS tickets that it was given.
struct Kept {
    token: Token,
    since: Instant,
    client: Client,
}

impl std::fmt::Debug for HttpPostBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HttpPostBox(..)")
    }
}

impl HttpPostBox {
    /// The post box at `base_url`, through `proxy` if given (`socks5h://127.0.0.1:9050` for Tor, which
    /// also resolves the name there). Settings of the environment are not used: a proxy that the person
    /// did not choose would see her address and times.
    ///
    /// The address is `https://`, or `http://` on this machine and for `.onion`, where the network
    /// below seals the connection. It may have a path, but no user, query or fragment.
    ///
    /// # Errors
    /// [`PostError::NotThisProtocol`] for an address or proxy that is not of this form.
    pub fn new(base_url: &str, proxy: Option<&str>) -> Result<Self, PostError> {
        let base = address(base_url)?;
        let proxy = proxy.map(proxy_at).transpose()?;
        Ok(Self {
            base,
            proxy,
            around: None,
            kept: Arc::default(),
            carried: Arc::default(),
        })
    }

    /// The same post box through the oblivious relay at `relay_url`, which another organisation runs: that one sees the
    /// phone's address and sealed bytes, the post box tokens and no address (RFC 9458). Its address is of the same form.
    /// Nothing goes until [`PostBox::seal_with`] was given what seals, and nothing ever goes straight but
    /// the questions that hold no token.
    ///
    /// # Errors
    /// [`PostError::NotThisProtocol`] for an address that is not of this form.
    pub fn through(mut self, relay_url: &str) -> Result<Self, PostError> {
        let relay = address(relay_url)?;
        self.around = Some(Around {
            relay,
            seal: Arc::default(),
        });
        Ok(self)
    }

    /// The post box at `base_url`, through a proxy and an oblivious relay where they are given.
    ///
    /// # Errors
    /// As [`HttpPostBox::new`] and [`HttpPostBox::through`].
    pub fn at(
        base_url: &str,
        proxy: Option<&str>,
        oblivious: Option<&str>,
    ) -> Result<Self, PostError> {
        let post = Self::new(base_url, proxy)?;
        match oblivious {
            Some(relay_url) => post.through(relay_url),
            None => Ok(post),
        }
    }

    /// The client of a request. rustls remembers TLS tickets for each client, and a ticket joins two calls. So each token
    /// has a client of its own: what it joins is joined by the token already, and each further connection of that token
    /// saves a chain of certificates. What holds no token, or one that is not of this device and week alone, has a new one.
    fn client_of(&self, base: &Url, request: &Request<'_>) -> Result<Client, PostError> {
        let token = request.token.filter(|_| request.resumes);
        let Some(token) = token.filter(|_| base.scheme() == "https") else {
            return self.client(base, request.whole);
        };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|one| one.since.elapsed() < TICKETS);
        if let Some(one) = kept.iter().find(|one| one.token == *token) {
            return Ok(one.client.clone());
        }
        let client = self.client(base, request.whole)?;
        if kept.len() == MOST_KEPT {
            kept.remove(0);
        }
        kept.push(Kept {
            token: Token(token.0),
            since: Instant::now(),
            client: client.clone(),
        });
        Ok(client)
    }

    /// A new client. Its ciphers are ring's, its groups plain X25519 first: the sealed bytes are post-quantum already, ML-KEM
    /// would cost 2.2 kB a connection, and a second library of ciphers some megabytes on each phone.
    fn client(&self, to: &Url, whole: Duration) -> Result<Client, PostError> {
        // Once for the whole program; where it has one already, that one serves.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .http1_only()
            .pool_max_idle_per_host(0)
            .tcp_keepalive(None)
            .connect_timeout(CONNECT)
            .read_timeout(whole.min(WHOLE).max(SILENCE))
            .timeout(whole);
        if let Some(proxy) = &self.proxy {
            builder = builder.proxy(proxy.clone());
        }
        builder = if to.scheme() == "http" {
            // No certificates are read from disk for a call that has no TLS.
            builder.tls_certs_only([])
        } else {
            builder
                .https_only(true)
                .tls_version_min(reqwest::tls::Version::TLS_1_3)
        };
        builder.build().map_err(|_| PostError::Offline)
    }

    async fn call(&self, request: Request<'_>) -> Result<Vec<u8>, PostError> {
        match &self.around {
            Some(around) => self.call_sealed(around, request).await,
            None => self.call_straight(&self.base, request).await,
        }
    }

    async fn call_straight(&self, base: &Url, request: Request<'_>) -> Result<Vec<u8>, PostError> {
        let url = join(base, request.path)?;
        let client = self.client_of(base, &request)?;
        let out = request.body.len();
        let mut builder = if request.asks {
            client.get(url)
        } else {
            let deed = client.post(url).header(CONTENT_TYPE, BINARY);
            deed.body(request.body)
        };
        builder = builder.header(CONNECTION, "close");
        if let Some(token) = request.token {
            let mut value =
                HeaderValue::try_from(bearer(token)).map_err(|_| PostError::NotThisProtocol)?;
            value.set_sensitive(true);
            builder = builder.header(AUTHORIZATION, value);
        }
        if let Some(key) = request.key {
            builder = builder.header("idempotency-key", URL_SAFE_NO_PAD.encode(key));
        }
        let answer = self.send(builder, out).await?;
        let status = answer.status().as_u16();
        if !request.good.contains(&status) {
            return Err(refusal(status, retry_after(&answer)));
        }
        // A sign-in page of a hotel answers 200 too.
        if request.kind.is_some_and(|kind| !is_of(&answer, kind)) {
            return Err(PostError::NotThisProtocol);
        }
        self.read(answer, request.most).await
    }

    /// The same sealed. No TLS session is taken up again: the oblivious relay would know a phone by it that has moved to
    /// another address.
    async fn call_sealed(
        &self,
        around: &Around,
        request: Request<'_>,
    ) -> Result<Vec<u8>, PostError> {
        let seal = around
            .seal
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let seal = seal.ok_or(PostError::OtherKey)?;
        let token = request.token.map(bearer);
        let key = request.key.map(|key| URL_SAFE_NO_PAD.encode(key));
        let heads = (token.as_deref(), key.as_deref());
        let method = if request.asks { "GET" } else { "POST" };
        let plain = sealed::write(method, request.path, heads, &request.body)?;
        let (body, opener) = seal.seal(&plain)?;
        let builder = self
            .client(&around.relay, request.whole)?
            .post(join(&around.relay, "v1/oblivious")?)
            .header(CONTENT_TYPE, SEALED)
            .header(CONNECTION, "close");
        let out = body.len();
        let answer = self.send(builder.body(body), out).await?;
        // What is not sealed is not the post box's word: whoever passes it on may say what they like, and are believed that
        // they are busy, or not there.
        match answer.status().as_u16() {
            200 if is_of(&answer, SEALED_ANSWER) => {}
            200 => return Err(PostError::NotThisProtocol),
            400 => return Err(PostError::OtherKey),
            status => {
                let why = refusal(status, retry_after(&answer));
                let busy = matches!(why, PostError::TryLater { .. });
                return Err(if busy { why } else { PostError::Offline });
            }
        }
        let most = sealed::padded(request.most + sealed::HEADS).min(sealed::LONGEST) + SEAL;
        let came = sealed::read(&opener.open(&self.read(answer, most).await?)?)?;
        if !request.good.contains(&came.status) {
            return Err(refusal(came.status, came.retry_after));
        }
        let other = request.kind.is_some_and(|kind| came.kind != kind);
        if came.body.len() > request.most || other {
            return Err(PostError::NotThisProtocol);
        }
        Ok(came.body)
    }

    async fn send(&self, request: RequestBuilder, bytes: usize) -> Result<Response, PostError> {
        let out = u64::try_from(bytes).unwrap_or_default();
        self.count(out + BESIDE);
        request.send().await.map_err(|_| PostError::Offline)
    }

    async fn read(&self, answer: Response, most: usize) -> Result<Vec<u8>, PostError> {
        let came = read_bounded(answer, most).await?;
        self.count(u64::try_from(came.len()).unwrap_or_default());
        Ok(came)
    }

    fn count(&self, bytes: u64) {
        self.carried.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// One request: what goes out and what may come back.
struct Request<'a> {
    /// Whether it changes nothing and has no body (`GET`).
    asks: bool,
    path: &'static str,
    token: Option<&'a Token>,
    key: Option<[u8; 16]>,
    body: Vec<u8>,
    good: &'static [u16],
    /// Of the answer's body, where one is of interest.
    kind: Option<&'static str>,
    most: usize,
    whole: Duration,
    /// Whether a later request with this token may resume the TLS session.
    resumes: bool,
}

impl<'a> Request<'a> {
    fn new(path: &'static str, token: Option<&'a Token>, body: Vec<u8>) -> Self {
        Self {
            asks: false,
            path,
            token,
            key: None,
            body,
            good: &[204],
            kind: None,
            most: SMALL,
            whole: WHOLE,
            resumes: true,
        }
    }

    /// A question without a token, and its answer of this kind.
    fn ask(path: &'static str, (kind, most): ask::Kind) -> Self {
        let mut request = Self::new(path, None, Vec::new()).answered(most);
        (request.asks, request.kind) = (true, Some(kind));
        request
    }

    /// The answer is a structured body of at most `most` bytes.
    fn answered(mut self, most: usize) -> Self {
        self.good = &[200];
        self.kind = Some(BINARY);
        self.most = most;
        self
    }
}

impl PostBox for HttpPostBox {
    async fn create(&self, secret: Option<&Token>, inbox: &CreateInbox) -> Result<(), PostError> {
        let mut request = Request::new("v1/create", secret, wire::encode_create(inbox)?);
        request.good = &[200, 201];
        // The box's own word is everybody's, and would join the inboxes that one device makes.
        request.resumes = false;
        self.call(request).await.map(drop)
    }

    async fn post(&self, slot: &Token, key: [u8; 16], body: &[u8]) -> Result<(), PostError> {
        let items = wire::items_in(body)?;
        let mut request = Request::new("v1/post", Some(slot), body.to_vec()).answered(SMALL);
        request.key = Some(key);
        wire::decode_posted(&self.call(request).await?, items)
    }

    async fn fetch(
        &self,
        inbox: &Token,
        max: u16,
        cursor: &[u8],
        acks: &[[u8; 16]],
    ) -> Result<Fetched, PostError> {
        let body = wire::encode_fetch(max, cursor, acks)?;
        let request = Request::new("v1/fetch", Some(inbox), body).answered(wire::most_fetched(max));
        wire::decode_fetched(&self.call(request).await?, max)
    }

    async fn acknowledge(&self, inbox: &Token, acks: &[[u8; 16]]) -> Result<(), PostError> {
        let body = wire::encode_acknowledge(acks)?;
        self.call(Request::new("v1/acknowledge", Some(inbox), body))
            .await
            .map(drop)
    }

    async fn wait(&self, wake: &Token, seconds: u16) -> Result<bool, PostError> {
        if self.around.is_some() {
            // It would be held for minutes by whoever passes it on: such a phone asks at its own times alone.
            return Err(PostError::Refused(404));
        }
        let seconds = seconds.min(wire::MAX_WAIT);
        let mut request =
            Request::new("v1/wait", Some(wake), wire::encode_wait(seconds)).answered(SMALL);
        request.whole = CONNECT + SILENCE + Duration::from_secs(seconds.into());
        // Its patience is its client's.
        request.resumes = false;
        wire::decode_waited(&self.call(request).await?)
    }

    async fn close(&self, inbox: &Token, slot_hashes: &[[u8; 32]]) -> Result<(), PostError> {
        let body = wire::encode_close(slot_hashes)?;
        self.call(Request::new("v1/close", Some(inbox), body))
            .await
            .map(drop)
    }

    async fn delete(&self, inbox: &Token) -> Result<(), PostError> {
        self.call(Request::new(
            "v1/delete",
            Some(inbox),
            wire::encode_delete(),
        ))
        .await
        .map(drop)
    }

    fn carried(&self) -> u64 {
        self.carried.load(Ordering::Relaxed)
    }

    fn is_sealed(&self) -> bool {
        self.around.is_some()
    }

    fn seal_with(&self, seal: Arc<dyn Seal>) {
        if let Some(around) = &self.around {
            *around.seal.lock().unwrap_or_else(PoisonError::into_inner) = Some(seal);
        }
    }

    async fn oblivious_keys(&self, straight: bool) -> Result<Vec<u8>, PostError> {
        let around = self.around.as_ref().ok_or(PostError::Refused(404))?;
        let from = if straight { &self.base } else { &around.relay };
        let request = Request::ask("v1/oblivious-keys", ask::KEYS);
        self.call_straight(from, request).await
    }

    async fn create_secrets(&self, code: &Token) -> Result<Vec<(u32, Token)>, PostError> {
        let mut request = Request::new("v1/create-secret", Some(code), wire::encode_nothing());
        request = request.answered(SMALL);
        // A code goes with no other call, and the next one with it is a month away.
        request.resumes = false;
        wire::decode_secrets(&self.call(request).await?)
    }

    async fn creating(&self) -> Result<Creating, PostError> {
        let text = self.call(Request::ask("v1/info", ask::INFO)).await?;
        ask::creating(&text)
    }
}

/// `socks5` is not taken: it would ask this phone's own resolver for the relay's name.
fn proxy_at(address: &str) -> Result<Proxy, PostError> {
    let url = Url::parse(address).map_err(|_| PostError::NotThisProtocol)?;
    if !matches!(url.scheme(), "socks5h" | "http") || url.host_str().is_none_or(str::is_empty) {
        return Err(PostError::NotThisProtocol);
    }
    Proxy::all(url).map_err(|_| PostError::NotThisProtocol)
}

fn bearer(token: &Token) -> String {
    format!("Bearer {}", URL_SAFE_NO_PAD.encode(token.0))
}

/// The address of a relay, with a path that ends in `/`.
fn address(text: &str) -> Result<Url, PostError> {
    let mut base = Url::parse(text).map_err(|_| PostError::NotThisProtocol)?;
    let host = base.host_str().ok_or(PostError::NotThisProtocol)?;
    let sealed_below =
        matches!(host, "127.0.0.1" | "[::1]" | "localhost") || host.ends_with(".onion");
    let plain = base.username().is_empty()
        && base.password().is_none()
        && base.query().is_none()
        && base.fragment().is_none();
    if !plain || !(base.scheme() == "https" || (base.scheme() == "http" && sealed_below)) {
        return Err(PostError::NotThisProtocol);
    }
    if !base.path().ends_with('/') {
        let path = format!("{}/", base.path());
        base.set_path(&path);
    }
    Ok(base)
}

fn join(base: &Url, path: &str) -> Result<Url, PostError> {
    base.join(path).map_err(|_| PostError::NotThisProtocol)
}

fn is_of(answer: &Response, kind: &'static str) -> bool {
    answer.headers().get(CONTENT_TYPE) == Some(&HeaderValue::from_static(kind))
}

fn retry_after(answer: &Response) -> Option<u32> {
    let value = answer.headers().get(RETRY_AFTER)?.to_str().ok()?;
    value.parse::<u32>().ok()
}

/// What a status other than the expected one means. Problem details are for operators: not read here.
fn refusal(status: u16, asked: Option<u32>) -> PostError {
    match status {
        404 => PostError::NoSuchInbox,
        409 => PostError::Conflict,
        429 | 503 => PostError::TryLater {
            seconds: asked.unwrap_or(PATIENCE).clamp(1, MOST_PATIENCE),
        },
        507 => PostError::Full,
        408 | 500..=599 => PostError::Offline,
        400..=499 => PostError::Refused(status),
        _ => PostError::NotThisProtocol,
    }
}

/// Reads at most `most` bytes; a longer answer is not this protocol's.
async fn read_bounded(mut answer: Response, most: usize) -> Result<Vec<u8>, PostError> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|_| PostError::Offline)? {
        if body.len() + chunk.len() > most {
            return Err(PostError::NotThisProtocol);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests;
