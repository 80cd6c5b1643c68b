//! Refusals as RFC 9457 problem details: a closed list, each always the same bytes.
//! Knows no request.
//! Invariant: a problem names its kind and nothing of the request.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::office::Refusal;
use crate::store::StoreError;

/// The problem of a refusal.
pub(super) fn of(refusal: Refusal) -> Response {
    let (status, kind, title) = match refusal {
        Refusal::NoSuchInbox => (StatusCode::NOT_FOUND, "no-such-inbox", "No such inbox."),
        Refusal::Malformed => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "malformed",
            "This can't be read.",
        ),
        Refusal::WrongSize => (
            StatusCode::UNPROCESSABLE_ENTITY,
            "wrong-size",
            "This is not a size that is kept.",
        ),
        Refusal::TooLarge => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "too-large",
            "This is too large.",
        ),
        Refusal::Conflict => (
            StatusCode::CONFLICT,
            "conflict",
            "This was used before with another body.",
        ),
        Refusal::TryLater { .. } => (
            StatusCode::TOO_MANY_REQUESTS,
            "try-later",
            "Try again later.",
        ),
        Refusal::NotInvited => (
            StatusCode::FORBIDDEN,
            "not-invited",
            "This post box asks for its code.",
        ),
        Refusal::Full | Refusal::Store(StoreError::DiskFull) => (
            StatusCode::INSUFFICIENT_STORAGE,
            "full",
            "There is no room.",
        ),
        Refusal::Store(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "fault",
            "The post box can't keep things now.",
        ),
    };
    let mut response = problem(status, kind, title);
    let seconds = match refusal {
        Refusal::TryLater { seconds } => seconds,
        Refusal::Store(_) => 60,
        _ => return response,
    };
    response
        .headers_mut()
        .insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// A problem that is not a deed's: an unknown path, another method.
pub(super) fn problem(status: StatusCode, kind: &str, title: &str) -> Response {
    let text = format!(
        "{{\"type\":\"urn:alongside:post-box:{kind}\",\"title\":\"{title}\",\"status\":{}}}",
        status.as_u16()
    );
    (status, [(CONTENT_TYPE, "application/problem+json")], text).into_response()
}
