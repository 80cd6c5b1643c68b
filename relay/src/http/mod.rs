//! The post box over HTTP: what all endpoints share. The deeds themselves are the office's.
//! Knows headers, statuses and who answers; never looks at an address.
//! Invariant: an answer depends on the deed's outcome only, and every refusal of one kind is the same bytes.

pub(crate) mod about;
mod arrive;
pub mod forward;
mod inbox;
mod listener;
pub mod oblivious;
mod post;
pub mod problem;
mod read;
mod waits;
pub mod waking;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post as on_post};
use reqwest::Url;
use tokio::sync::{Semaphore, watch};

pub(crate) use arrive::{Arrived, body};
pub use listener::Bounded;
pub use read::Readers;

use crate::chance::Chance;
use crate::day::{DaySource, Today};
use crate::hints::Hints;
use crate::invite::Watched;
use crate::limits::Limits;
use crate::log::{Line, Log};
use crate::metrics::{Endpoint, Metrics};
use crate::oblivious::keys::Keys;
use crate::office::{Codes, Quotas, Refusal};
use crate::store::writer::Writer;
use crate::store::{Ended, Needs, StoreError};
use crate::token::Token;
use crate::wake::Wake;
use crate::wire;

/// What every handler has at hand.
pub struct Post {
    /// Where writing deeds go.
    pub writer: Writer,
    /// Where reading deeds go.
    pub readers: Readers,
    /// The store's key.
    pub key: [u8; 32],
    /// What is allowed.
    pub quotas: Quotas,
    /// Who may make inboxes.
    pub codes: Codes,
    /// The file that the invites among them come from.
    pub invites: Watched,
    /// Turns.
    pub limits: Limits,
    /// Those that wait.
    pub wake: Wake,
    /// Inboxes that got something, for the wake gateway.
    pub hints: Hints,
    /// The address of the wake gateway, where there is one.
    pub gateway: Option<Url>,
    /// What opens sealed requests, where they are taken.
    pub oblivious: Option<Arc<Keys>>,
    /// Counters.
    pub metrics: Metrics,
    /// What may be said.
    pub log: Arc<Log>,
    /// Which day it is.
    pub days: DaySource,
    /// The last day that began.
    pub day: AtomicU32,
    /// Requests when that day began.
    pub before: AtomicU64,
    /// Who runs this post box.
    pub operator: String,
    /// Turns true when the relay is about to stop.
    pub stopping: watch::Receiver<bool>,
}

/// What a handler gives.
type Answer = Result<Response, Refusal>;

/// The endpoints of PROTOCOL.md.
pub fn routes(post: Arc<Post>) -> Router {
    Router::new()
        .route("/v1/create", on_post(inbox::create))
        .route("/v1/create-secret", on_post(inbox::create_secret))
        .route("/v1/close", on_post(inbox::close))
        .route("/v1/delete", on_post(inbox::delete))
        .route("/v1/post", on_post(post::post))
        .route("/v1/fetch", on_post(read::fetch))
        .route("/v1/acknowledge", on_post(read::acknowledge))
        .route("/v1/wait", on_post(read::wait))
        .route("/v1/waits", on_post(waits::waits))
        .route("/v1/waking", on_post(waking::waking))
        .route("/v1/oblivious", on_post(oblivious::ask))
        .route("/v1/oblivious-keys", get(oblivious::keys))
        .route("/v1/info", get(about::info))
        .route("/healthz", get(about::healthz))
        .route("/readyz", get(about::readyz))
        .fallback(about::nothing)
        .method_not_allowed_fallback(about::not_so)
        .with_state(post)
}

/// The counters, for the loopback listener.
pub fn metrics_routes(post: Arc<Post>) -> Router {
    Router::new()
        .route("/metrics", get(about::metrics))
        .with_state(post)
}

/// What an operator's command may ask, for the socket of this machine.
pub fn control_routes(post: Arc<Post>) -> Router {
    Router::new()
        .route("/close-slot", on_post(inbox::close_reported))
        .with_state(post)
}

/// A bound on connections; further ones wait to be accepted.
#[must_use]
pub fn connections(most: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)))
}

impl Post {
    /// The whole body of a request that holds no items.
    async fn body(&self, headers: &HeaderMap, sent: Body) -> Result<Arrived, Refusal> {
        body(headers, sent, wire::BODY_LIMIT, &self.limits.others).await
    }

    /// The day, begun if it is new: what is over is gone before anything is answered.
    async fn today(&self) -> Result<u32, Refusal> {
        let known = self.day.load(Ordering::Acquire);
        let day = match self.days.today() {
            Today::Day(day) => day,
            Today::Held(day) => {
                self.log.say(Line::ClockHeld);
                day
            }
            Today::Unknown => {
                self.log.say(Line::NoDay);
                known
            }
        };
        if day > known {
            self.writer.ask(Needs::on(day), 0, |_| Ok(())).await?;
            self.turn_keys(day).await;
            self.day.fetch_max(day, Ordering::AcqRel);
        }
        Ok(day.max(known))
    }

    /// The old key is no longer opened whether or not that can be written down at once.
    async fn turn_keys(&self, day: u32) {
        let Some(keys) = self.oblivious.clone() else {
            return;
        };
        let turned = tokio::task::spawn_blocking(move || keys.turn(day)).await;
        if !matches!(turned, Ok(Ok(()))) {
            self.log.say(Line::KeyNotKept);
        }
    }

    /// Looks whether a day began; for the relay's own clock tick.
    pub async fn tick(&self) {
        if let Err(Refusal::Store(fault)) = self.today().await {
            self.log.say(Line::Fault(fault));
        }
    }

    /// Who may make inboxes, as the operator has it now.
    fn codes(&self) -> &Codes {
        if self.invites.refresh(&self.codes).is_err() {
            self.log.say(Line::InvitesNotRead);
        }
        &self.codes
    }

    /// Says that a day began.
    pub fn turned(&self, day: u32, ended: Ended) {
        let total = self.metrics.total();
        let requests = total.saturating_sub(self.before.swap(total, Ordering::AcqRel));
        self.log.say(Line::Turned {
            day,
            ended,
            requests,
        });
    }

    /// An answer, counted with how long it took.
    async fn timed(&self, endpoint: Endpoint, work: impl Future<Output = Answer>) -> Response {
        let begun = Instant::now();
        let response = self.answer(endpoint, work.await);
        self.metrics.time(endpoint, begun.elapsed());
        response
    }

    fn answer(&self, endpoint: Endpoint, answer: Answer) -> Response {
        let response = answer.unwrap_or_else(|refusal| {
            if let Refusal::Store(fault) = refusal {
                self.log.say(Line::Fault(fault));
            }
            problem::of(refusal)
        });
        self.metrics.count(endpoint, response.status().as_u16());
        response
    }
}

/// The one token of a request. What is not a token is as good as an unknown one.
pub(crate) fn token(headers: &HeaderMap) -> Result<Token, Refusal> {
    code(headers)?.ok_or(Refusal::NoSuchInbox)
}

/// The token, or `None` where no such header is.
fn code(headers: &HeaderMap) -> Result<Option<Token>, Refusal> {
    let mut found = headers.get_all(AUTHORIZATION).iter();
    let Some(header) = found.next() else {
        return Ok(None);
    };
    let text = header
        .to_str()
        .ok()
        .and_then(|text| text.strip_prefix("Bearer "));
    match (text.and_then(Token::from_text), found.next()) {
        (Some(token), None) => Ok(Some(token)),
        _ => Err(Refusal::NoSuchInbox),
    }
}

fn octets(bytes: Vec<u8>) -> Response {
    ([("content-type", "application/octet-stream")], bytes).into_response()
}

fn nonce() -> Result<[u8; 24], StoreError> {
    Chance::System.make()
}
