//! The oblivious relay: hands sealed requests to one post box, and sealed answers back.
//! Knows two paths and one target, which no request can choose; it opens nothing and counts nothing.
//! Invariant: the target gets the sealed body and nothing of who sent it; whoever asks for keys gets the same ones.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use reqwest::{Client, ClientBuilder, RequestBuilder, Url, redirect, retry};
use tokio::sync::{Mutex, Semaphore};

use super::about::healthz;
use super::oblivious::{KEYS, REQUEST, RESPONSE};
use super::{body, problem};
use crate::limits::Limits;
use crate::log::{Line, Log};
use crate::oblivious::binary::SEALED_LIMIT;
use crate::office::Refusal;
use crate::store::StoreError;

/// How many requests are under way to the target at once.
const UNDER_WAY: usize = 32;
/// How long a request waits for its turn.
const TURN_TIME: Duration = Duration::from_secs(30);
/// How long a connection to the target may take to open.
const CONNECT: Duration = Duration::from_secs(10);
/// How long the target may take: a fetch waits there for its turn, too.
const WHOLE: Duration = Duration::from_secs(60);
/// The longest answer that is handed back, in bytes.
const MOST: usize = 5 << 20;
/// The longest list of keys, and the longest refusal, in bytes.
const SMALL: usize = 4096;
/// How long everybody gets the same copy of the keys.
const KEYS_TIME: Duration = Duration::from_secs(3600);
/// What a refusal is.
const PROBLEM: &str = "application/problem+json";

/// The way to the target.
pub struct Way {
    client: Client,
    ask: Url,
    keys: Url,
    limits: Limits,
    under_way: Semaphore,
    kept: Mutex<Option<(Instant, Bytes)>>,
    log: Arc<Log>,
}

impl Way {
    /// To the post box at this address; `None` where it is not of the kind that the settings ask for, or no client can be made.
    #[must_use]
    pub fn to(target: &Url, log: Arc<Log>) -> Option<Self> {
        Some(Self {
            client: client_to(target)
                .timeout(WHOLE)
                .pool_max_idle_per_host(UNDER_WAY)
                .build()
                .ok()?,
            ask: at(target, "/v1/oblivious"),
            keys: at(target, "/v1/oblivious-keys"),
            limits: Limits::default(),
            under_way: Semaphore::new(UNDER_WAY),
            kept: Mutex::default(),
            log,
        })
    }

    /// One request, and its answer with the content type that it names.
    async fn send(&self, request: RequestBuilder, most: usize) -> Result<Whole, Refusal> {
        let whole = async {
            let mut answer = request.send().await.ok()?;
            let header = |name| answer.headers().get(name).cloned();
            let (kind, again) = (header(CONTENT_TYPE)?, header(RETRY_AFTER));
            let (status, mut bytes) = (answer.status(), Vec::new());
            let most = if status == StatusCode::OK {
                most
            } else {
                SMALL
            };
            while let Some(chunk) = answer.chunk().await.ok()? {
                if bytes.len() + chunk.len() > most {
                    return None;
                }
                bytes.extend_from_slice(&chunk);
            }
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, kind);
            if let Some(again) = again {
                headers.insert(RETRY_AFTER, again);
            }
            Some(Whole {
                status,
                headers,
                bytes: bytes.into(),
            })
        };
        whole.await.ok_or_else(|| self.away())
    }

    fn away(&self) -> Refusal {
        self.log.say(Line::NoTarget);
        Refusal::Store(StoreError::Stopped)
    }
}

/// A path of a service of ours at this address.
pub(super) fn at(target: &Url, path: &str) -> Url {
    let mut url = target.clone();
    url.set_path(&format!("{}{path}", target.path().trim_end_matches('/')));
    url
}

/// What asks the service at this address and no other.
pub(super) fn client_to(target: &Url) -> ClientBuilder {
    // Once for the whole process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .http1_only()
        .connect_timeout(CONNECT);
    if target.scheme() == "https" {
        builder
            .https_only(true)
            .tls_version_min(reqwest::tls::Version::TLS_1_3)
    } else {
        builder.tls_certs_only([])
    }
}

/// An answer of the target, read to its end.
struct Whole {
    status: StatusCode,
    headers: HeaderMap,
    bytes: Bytes,
}

impl Whole {
    fn is(&self, status: StatusCode, kind: &str) -> bool {
        self.status == status && self.has(kind)
    }

    fn has(&self, kind: &str) -> bool {
        self.headers.get(CONTENT_TYPE).is_some_and(|is| is == kind)
    }
}

/// What an oblivious relay answers.
pub fn routes(way: Way) -> Router {
    Router::new()
        .route("/v1/oblivious", post(ask))
        .route("/v1/oblivious-keys", get(keys))
        .route("/healthz", get(healthz))
        .fallback(|| async { problem::problem(problem::NO_SUCH_PAGE) })
        .method_not_allowed_fallback(|| async { problem::problem(problem::OTHER_METHOD) })
        .with_state(Arc::new(way))
}

async fn ask(State(way): State<Arc<Way>>, headers: HeaderMap, sent: Body) -> Response {
    try_ask(&way, &headers, sent)
        .await
        .unwrap_or_else(problem::of)
}

async fn try_ask(way: &Way, headers: &HeaderMap, sent: Body) -> Result<Response, Refusal> {
    // Whole, so that the target can't tell a phone by its pace.
    let sent = body(headers, sent, SEALED_LIMIT, &way.limits.sealed).await?;
    let (sent, _room) = sent.into_parts();
    let turn = tokio::time::timeout(TURN_TIME, way.under_way.acquire()).await;
    let Ok(Ok(_turn)) = turn else {
        return Err(Refusal::TryLater { seconds: 30 });
    };
    let request = way.client.post(way.ask.clone());
    let request = request.header(CONTENT_TYPE, REQUEST).body(sent);
    let answer = way.send(request, MOST).await?;
    let refused = answer.status.is_client_error() || answer.status.is_server_error();
    if answer.is(StatusCode::OK, RESPONSE) || (refused && answer.has(PROBLEM)) {
        return Ok((answer.status, answer.headers, answer.bytes).into_response());
    }
    Err(way.away())
}

async fn keys(State(way): State<Arc<Way>>) -> Response {
    match kept_keys(&way).await {
        Ok(keys) => ([(CONTENT_TYPE, KEYS)], keys).into_response(),
        Err(refusal) => problem::of(refusal),
    }
}

/// One copy for all: nobody can be given a key of his own.
async fn kept_keys(way: &Way) -> Result<Bytes, Refusal> {
    let mut kept = way.kept.lock().await;
    if let Some((since, keys)) = kept.as_ref()
        && since.elapsed() < KEYS_TIME
    {
        return Ok(keys.clone());
    }
    let answer = way.send(way.client.get(way.keys.clone()), SMALL).await?;
    if !answer.is(StatusCode::OK, KEYS) {
        return Err(way.away());
    }
    *kept = Some((Instant::now(), answer.bytes.clone()));
    Ok(answer.bytes)
}
