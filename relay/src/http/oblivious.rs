//! The gateway of RFC 9458: opens a sealed request, has it answered like any other, and seals the answer.
//! Knows which deeds may come this way; the deeds themselves, their refusals and counters are the other handlers'.
//! Invariant: what does not open is one answer, and what opens is answered as it is outside.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::response::{IntoResponse, Response};

use super::{Answer, Post, about, body, inbox, post as posting, problem, read, waking};
use crate::metrics::Endpoint;
use crate::oblivious::binary::{self, Asked};
use crate::office::Refusal;
use crate::store::StoreError;
use crate::wire::Malformed;

/// The type of a sealed request.
pub const REQUEST: &str = "message/ohttp-req";
/// The type of a sealed answer.
pub const RESPONSE: &str = "message/ohttp-res";
/// The type of a list of key configurations.
pub const KEYS: &str = "application/ohttp-keys";

pub(super) async fn ask(State(post): State<Arc<Post>>, headers: HeaderMap, sent: Body) -> Response {
    let work = try_ask(&post, &headers, sent);
    post.timed(Endpoint::Oblivious, work).await
}

pub(super) async fn keys(State(post): State<Arc<Post>>) -> Response {
    // They turn with the day.
    let answer = post.today().await.map(|_| match &post.oblivious {
        Some(keys) => ([(CONTENT_TYPE, KEYS)], keys.shown()).into_response(),
        None => problem::problem(problem::NO_SUCH_PAGE),
    });
    post.answer(Endpoint::Other, answer)
}

async fn try_ask(post: &Arc<Post>, headers: &HeaderMap, sent: Body) -> Answer {
    let Some(keys) = &post.oblivious else {
        return Ok(problem::problem(problem::NO_SUCH_PAGE));
    };
    let sent = body(headers, sent, binary::SEALED_LIMIT, &post.limits.sealed).await?;
    let (sent, _room) = sent.into_parts();
    post.today().await?;
    let Some((opened, seal)) = keys.unseal(&sent) else {
        return Ok(problem::problem(problem::OTHER_KEY));
    };
    let asked = binary::read(&opened);
    drop((sent, opened));
    let answer = answer(post, asked).await;
    let broken = Refusal::Store(StoreError::Stopped);
    let written = written(answer).await.ok_or(broken)?;
    let sealed = seal.encapsulate(&written).map_err(|_| broken)?;
    Ok(([(CONTENT_TYPE, RESPONSE)], sealed).into_response())
}

/// What may come this way. Not a wait: it would be held here and at the oblivious relay.
async fn answer(post: &Arc<Post>, asked: Result<Asked, Malformed>) -> Response {
    let Ok(asked) = asked else {
        return post.answer(Endpoint::Other, Err(Refusal::Malformed));
    };
    let (post, headers, body) = (State(Arc::clone(post)), asked.headers, asked.body.into());
    match (asked.path.as_str(), asked.is_post) {
        ("/v1/create", true) => inbox::create(post, headers, body).await,
        ("/v1/create-secret", true) => inbox::create_secret(post, headers, body).await,
        ("/v1/close", true) => inbox::close(post, headers, body).await,
        ("/v1/delete", true) => inbox::delete(post, headers, body).await,
        ("/v1/post", true) => posting::post(post, headers, body).await,
        ("/v1/fetch", true) => read::fetch(post, headers, body).await,
        ("/v1/waking", true) => waking::waking(post, headers, body).await,
        ("/v1/acknowledge", true) => read::acknowledge(post, headers, body).await,
        ("/v1/info", false) => about::info(post).await,
        (_, true) => about::nothing(post).await,
        (_, false) => about::not_so(post).await,
    }
}

/// The answer as padded bytes, with the two headers that say something.
async fn written(answer: Response) -> Option<Vec<u8>> {
    let (head, body) = answer.into_parts();
    // All handlers give whole bodies, each within a bound of its own.
    let body = to_bytes(body, usize::MAX).await.ok()?;
    let headers = [CONTENT_TYPE, RETRY_AFTER].map(|name| {
        let value = head.headers.get(&name).cloned();
        value.map(|value| (name, value))
    });
    let headers: Vec<_> = headers.into_iter().flatten().collect();
    binary::write(head.status.as_u16(), &headers, &body).ok()
}
