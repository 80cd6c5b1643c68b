//! Making an inbox, closing its slots, deleting it.
//! Knows HTTP; the deeds are the office's.
//! Invariant: without the create-secret not even the body is read, and a code goes with no creation.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::{Answer, Post, code, octets, problem, token};
use crate::metrics::Endpoint;
use crate::office::{Created, Refusal, needs_of};
use crate::store::Needs;
use crate::token::{Purpose, hash};
use crate::wire;

pub(super) async fn create(
    State(post): State<Arc<Post>>,
    headers: HeaderMap,
    sent: Body,
) -> Response {
    post.timed(Endpoint::Create, try_create(&post, &headers, sent))
        .await
}

pub(super) async fn create_secret(
    State(post): State<Arc<Post>>,
    headers: HeaderMap,
    sent: Body,
) -> Response {
    let work = try_create_secret(&post, &headers, sent);
    post.timed(Endpoint::CreateSecret, work).await
}

pub(super) async fn close(
    State(post): State<Arc<Post>>,
    headers: HeaderMap,
    sent: Body,
) -> Response {
    post.timed(Endpoint::Close, try_close(&post, &headers, sent))
        .await
}

/// From the operator's socket only: by the slot's own token, and not counted.
pub(super) async fn close_reported(State(post): State<Arc<Post>>, headers: HeaderMap) -> Response {
    let closed = try_close_reported(&post, &headers).await;
    closed.unwrap_or_else(problem::of)
}

pub(super) async fn delete(
    State(post): State<Arc<Post>>,
    headers: HeaderMap,
    sent: Body,
) -> Response {
    post.timed(Endpoint::Delete, try_delete(&post, &headers, sent))
        .await
}

async fn try_create(post: &Post, headers: &HeaderMap, sent: Body) -> Answer {
    let secret = code(headers).map_err(|_| Refusal::NotInvited)?;
    let day = post.today().await?;
    if !post.codes().allow(day, secret.as_ref()) {
        return Err(Refusal::NotInvited);
    }
    let sent = post.body(headers, sent).await?;
    let _turn = post.limits.create()?;
    let inbox = wire::read_create(&sent).map_err(|_| Refusal::Malformed)?;
    let day = post.today().await?;
    let created = post
        .writer
        .ask(inbox.needs(day), sent.len(), move |desk| {
            desk.create(secret.as_ref(), &inbox)
        })
        .await?;
    Ok(match created {
        Created::Now => StatusCode::CREATED,
        Created::Before => StatusCode::OK,
    }
    .into_response())
}

async fn try_create_secret(post: &Post, headers: &HeaderMap, sent: Body) -> Answer {
    let code = code(headers).map_err(|_| Refusal::NotInvited)?;
    let sent = post.body(headers, sent).await?;
    let _turn = post.limits.create()?;
    wire::read_create_secret(&sent).map_err(|_| Refusal::Malformed)?;
    let day = post.today().await?;
    let secrets = post.codes().fetch(day, code.as_ref())?;
    Ok(octets(wire::write_create_secrets(&secrets)))
}

async fn try_close(post: &Post, headers: &HeaderMap, sent: Body) -> Answer {
    let fetch = token(headers)?;
    let sent = post.body(headers, sent).await?;
    let _turn = post.limits.read().await?;
    let hashes = wire::read_close(&sent).map_err(|_| Refusal::Malformed)?;
    let day = post.today().await?;
    post.writer
        .ask(needs_of(day, &fetch), sent.len(), move |desk| {
            desk.close(&fetch, &hashes)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn try_close_reported(post: &Post, headers: &HeaderMap) -> Answer {
    let slot = hash(Purpose::Slot, &token(headers)?);
    let day = post.today().await?;
    post.writer
        .ask(Needs::slot(day, slot), 0, move |desk| {
            desk.close_reported(&slot)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn try_delete(post: &Post, headers: &HeaderMap, sent: Body) -> Answer {
    let fetch = token(headers)?;
    let sent = post.body(headers, sent).await?;
    let _turn = post.limits.read().await?;
    wire::read_delete(&sent).map_err(|_| Refusal::Malformed)?;
    let day = post.today().await?;
    post.writer
        .ask(needs_of(day, &fetch), sent.len(), move |desk| {
            desk.delete(&fetch)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
