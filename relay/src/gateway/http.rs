//! What the wake gateway answers: to phones that register, and to post boxes that want them woken.
//! Knows HTTP; never looks at an address of the network.
//! Invariant: nobody learns by an answer, or by when it comes, whether a wake address or a manage token is known, or whose it is.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use tokio::time::sleep;

use super::Settings;
use super::ciphers::Signer;
use super::keep::{LIFE_DAYS, Registered};
use super::rounds::Rounds;
use super::wire;
use crate::http::about::healthz;
use crate::http::{Arrived, body, problem, token};
use crate::limits::Limits;
use crate::log::{Line, Log};
use crate::office::Refusal;
use crate::token::SUITE;

/// Answers leave on a beat, which is longer than the disk needs.
const BEAT: Duration = Duration::from_millis(500);

/// What every handler has at hand.
pub struct Gateway {
    /// Who waits.
    pub rounds: Arc<Rounds>,
    /// What is allowed.
    pub settings: Settings,
    /// Signs for Web Push.
    pub vapid: Signer,
    /// Turns.
    pub limits: Limits,
    /// What may be said.
    pub log: Arc<Log>,
    /// Who runs it.
    pub operator: String,
}

impl Gateway {
    async fn body(&self, headers: &HeaderMap, sent: Body) -> Result<Arrived, Refusal> {
        body(headers, sent, wire::BODY_LIMIT, &self.limits.others).await
    }
}

/// What the wake gateway answers.
pub fn routes(gateway: Arc<Gateway>) -> Router {
    Router::new()
        .route("/v1/gateway", get(about))
        .route("/v1/register", post(register))
        .route("/v1/unregister", post(unregister))
        .route("/v1/wake", post(wake))
        .route("/healthz", get(healthz))
        .fallback(|| async { problem::problem(problem::NO_SUCH_PAGE) })
        .method_not_allowed_fallback(|| async { problem::problem(problem::OTHER_METHOD) })
        .with_state(gateway)
}

/// Its counters, for the loopback listener.
pub fn metrics_routes(gateway: Arc<Gateway>) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .with_state(gateway)
}

async fn about(State(gateway): State<Arc<Gateway>>) -> Response {
    let settings = &gateway.settings;
    let kinds = [
        Some(1),
        settings.apns.is_some().then_some(2),
        settings.fcm.is_some().then_some(3),
    ];
    let kinds: Vec<u8> = kinds.into_iter().flatten().collect();
    let text = serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "protocol": SUITE,
        "operator": gateway.operator,
        "kinds": kinds,
        "vapid": URL_SAFE_NO_PAD.encode(gateway.vapid.public()),
        "window": settings.window,
        "life_days": LIFE_DAYS,
        "addresses": wire::ADDRESSES,
    });
    ([("content-type", "application/json")], text.to_string()).into_response()
}

async fn register(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, sent: Body) -> Response {
    on_the_beat(&gateway, try_register(&gateway, &headers, sent)).await
}

async fn unregister(
    State(gateway): State<Arc<Gateway>>,
    headers: HeaderMap,
    sent: Body,
) -> Response {
    on_the_beat(&gateway, try_unregister(&gateway, &headers, sent)).await
}

async fn wake(State(gateway): State<Arc<Gateway>>, headers: HeaderMap, sent: Body) -> Response {
    on_the_beat(&gateway, try_wake(&gateway, &headers, sent)).await
}

async fn try_register(gateway: &Gateway, headers: &HeaderMap, sent: Body) -> Result<(), Refusal> {
    let manage = token(headers).map_err(|_| Refusal::Malformed)?;
    let sent = gateway.body(headers, sent).await?;
    let _turn = gateway.limits.read().await?;
    let registration = wire::read_register(&sent).map_err(|_| Refusal::Malformed)?;
    if !gateway.rounds.may(&registration.target) {
        return Err(Refusal::Malformed);
    }
    let rounds = &gateway.rounds;
    let day = u32::try_from(rounds.clock.now() / 86_400).unwrap_or(u32::MAX);
    let (manage, most) = (wire::manage_hash(&manage), gateway.settings.phones);
    match rounds
        .keep
        .register(manage, registration, day, most)
        .await?
    {
        Registered::Kept => Ok(()),
        Registered::NoRoom => Err(Refusal::Full),
    }
}

async fn try_unregister(gateway: &Gateway, headers: &HeaderMap, sent: Body) -> Result<(), Refusal> {
    let manage = token(headers).map_err(|_| Refusal::Malformed)?;
    let sent = gateway.body(headers, sent).await?;
    let _turn = gateway.limits.read().await?;
    wire::read_unregister(&sent).map_err(|_| Refusal::Malformed)?;
    let manage = wire::manage_hash(&manage);
    Ok(gateway.rounds.keep.unregister(manage).await?)
}

async fn try_wake(gateway: &Gateway, headers: &HeaderMap, sent: Body) -> Result<(), Refusal> {
    let sent = gateway.body(headers, sent).await?;
    let _turn = gateway.limits.read().await?;
    let addresses = wire::read_wake(&sent).map_err(|_| Refusal::Malformed)?;
    Ok(gateway.rounds.hint(&addresses).await?)
}

/// Answers half a second after it began, or a whole number of them: what is known is written and synced, what is not is only looked for,
/// and a second hint for a phone writes nothing. Else a post box could tell by the time which of its addresses are one phone's.
async fn on_the_beat(
    gateway: &Gateway,
    work: impl Future<Output = Result<(), Refusal>>,
) -> Response {
    let begun = Instant::now();
    let done = work.await;
    let beats = begun.elapsed().as_millis() / BEAT.as_millis() + 1;
    let until = BEAT.saturating_mul(u32::try_from(beats).unwrap_or(u32::MAX));
    sleep(until.saturating_sub(begun.elapsed())).await;
    answer(gateway, done)
}

fn answer(gateway: &Gateway, done: Result<(), Refusal>) -> Response {
    match done {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refusal) => {
            if let Refusal::Store(fault) = refusal {
                gateway.log.say(Line::Fault(fault));
            }
            problem::of(refusal)
        }
    }
}

async fn metrics(State(gateway): State<Arc<Gateway>>) -> Response {
    let counts = &gateway.rounds.counts;
    let mut text = String::new();
    for (name, count) in [
        ("hints", &counts.hints),
        ("pushes", &counts.taken),
        ("tries_again", &counts.again),
        ("dropped", &counts.dropped),
        ("phones_gone", &counts.gone),
    ] {
        let (name, count) = (
            format!("wake_gateway_{name}_total"),
            count.load(Ordering::Relaxed),
        );
        // Writing to a string does not fail.
        let _ = writeln!(text, "# TYPE {name} counter\n{name} {count}");
    }
    let phones = gateway.rounds.keep.phones().await.unwrap_or_default();
    let waiting = u64::try_from(gateway.rounds.waiting()).unwrap_or(u64::MAX);
    for (name, value) in [("phones", phones), ("waiting", waiting)] {
        let name = format!("wake_gateway_{name}");
        let _ = writeln!(text, "# TYPE {name} gauge\n{name} {value}");
    }
    ([("content-type", "text/plain; version=0.0.4")], text).into_response()
}
