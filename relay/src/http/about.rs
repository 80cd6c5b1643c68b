//! What the post box says of itself: limits and day, whether it lives, whether it can keep things, its counters.
//! Knows no inbox.
//! Invariant: the same for everybody who asks.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Post, problem};
use crate::day::Today;
use crate::metrics::{Endpoint, Gauges};
use crate::office::{Creating, Refusal, WEEKS_AHEAD};
use crate::store::{LIFE_DAYS, Needs, StoreError};
use crate::token::SUITE;
use crate::wire;

pub(super) async fn info(State(post): State<Arc<Post>>) -> Response {
    let answer = post.today().await.map(|day| {
        let codes = post.codes();
        let secrets: Vec<_> = codes
            .hashes(day)
            .into_iter()
            .map(|(month, hash)| serde_json::json!({"month": month, "hash": URL_SAFE_NO_PAD.encode(hash)}))
            .collect();
        let text = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "protocol": SUITE,
            "operator": post.operator,
            "day": day,
            "open": codes.creating() == Creating::Open,
            "creating": codes.creating().word(),
            "create_secrets": secrets,
            "sizes": wire::ITEM_SIZES,
            "chunk": wire::CHUNK,
            "chunk_counts": wire::CHUNK_COUNTS,
            "slots": wire::SLOTS,
            "weeks_ahead": WEEKS_AHEAD,
            "life_days": LIFE_DAYS,
            "max_fetch": post.quotas.fetch_items,
            "max_acknowledge": wire::ACKS,
            "max_wait": wire::WAIT_LIMIT,
            "wake_gateway": post.gateway.as_ref().map_or("", |url| url.as_str().trim_end_matches('/')),
            "slot_day_items": post.quotas.slot_day_items,
            "slot_day_bytes": post.quotas.slot_day_bytes,
            "slot_bytes": post.quotas.slot_bytes,
        });
        ([("content-type", "application/json")], text.to_string()).into_response()
    });
    post.answer(Endpoint::Other, answer)
}

/// The process answers.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// A transaction can be made durable and the day is known.
pub(super) async fn readyz(State(post): State<Arc<Post>>) -> Response {
    let ready = match post.days.today() {
        Today::Day(_) => post.today().await.map(drop),
        Today::Held(_) | Today::Unknown => Err(Refusal::Store(StoreError::Stopped)),
    };
    let ready = match ready {
        Ok(()) => post.writer.ask(Needs::default(), 0, |_| Ok(())).await,
        refused => refused,
    };
    post.answer(Endpoint::Other, ready.map(|()| "ready\n".into_response()))
}

pub(super) async fn metrics(State(post): State<Arc<Post>>) -> Response {
    let kept = post
        .writer
        .ask(Needs::default(), 0, |desk| Ok(desk.totals()))
        .await
        .ok();
    let gauges = Gauges {
        day: post.day.load(Ordering::Acquire),
        waiting: post.limits.waiting(),
        inboxes_most: post.quotas.box_inboxes,
        bytes_most: post.quotas.box_bytes,
        kept,
        hints: post.hints.counts(),
    };
    let text = post.metrics.text(&gauges);
    ([("content-type", "text/plain; version=0.0.4")], text).into_response()
}

pub(super) async fn nothing(State(post): State<Arc<Post>>) -> Response {
    post.answer(Endpoint::Other, Ok(problem::problem(problem::NO_SUCH_PAGE)))
}

pub(super) async fn not_so(State(post): State<Arc<Post>>) -> Response {
    post.answer(Endpoint::Other, Ok(problem::problem(problem::OTHER_METHOD)))
}
