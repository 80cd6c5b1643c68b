//! Posting through a slot.
//! Knows HTTP; the deed is the office's.
//! Invariant: hashing is done here, beside the writer; the writer only looks up and keeps.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Answer, Post, body, octets, token};
use crate::metrics::Endpoint;
use crate::office::{Envelope, Refusal};
use crate::wire;

pub(super) async fn post(
    State(post): State<Arc<Post>>,
    headers: HeaderMap,
    sent: Body,
) -> Response {
    post.timed(Endpoint::Post, try_post(&post, &headers, sent))
        .await
}

async fn try_post(post: &Post, headers: &HeaderMap, sent: Body) -> Answer {
    let slot = token(headers)?;
    let key = idempotency_key(headers).ok_or(Refusal::Malformed)?;
    let sent = body(headers, sent, wire::POST_LIMIT, &post.limits.posts).await?;
    let (sent, _room) = sent.into_parts();
    let day = post.today().await?;
    let envelope = Envelope::new(&post.key, &slot, &key, sent)?;
    let posted = post
        .writer
        .ask(envelope.needs(day), envelope.size(), move |desk| {
            desk.post(&envelope)
        })
        .await?;
    post.wake.ring(posted.inbox);
    if post.gateway.is_some() {
        post.hints.note(posted.inbox);
    }
    Ok(octets(wire::write_posted(&posted.stored)))
}

fn idempotency_key(headers: &HeaderMap) -> Option<[u8; 16]> {
    let mut found = headers.get_all("idempotency-key").iter();
    let key = URL_SAFE_NO_PAD
        .decode(found.next()?.as_bytes())
        .ok()?
        .try_into()
        .ok()?;
    found.next().is_none().then_some(key)
}
