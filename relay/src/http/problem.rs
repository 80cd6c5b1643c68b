//! Refusals as RFC 9457 problem details: a closed list, each always the same bytes.
//! Knows no request.
//! Invariant: a problem names its kind and nothing of the request.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::office::Refusal;
use crate::store::StoreError;

/// One kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kind {
    /// The HTTP status.
    pub status: StatusCode,
    /// The end of its `type`.
    pub name: &'static str,
    /// A sentence for people.
    pub title: &'static str,
    /// Whether `Retry-After` says when to come again.
    pub again: bool,
}

const fn kind(status: StatusCode, name: &'static str, title: &'static str) -> Kind {
    let again = matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    );
    Kind {
        status,
        name,
        title,
        again,
    }
}

impl Kind {
    /// Its `type`.
    #[must_use]
    pub fn uri(&self) -> String {
        let place = if *self == OTHER_KEY {
            "https://iana.org/assignments/http-problem-types#"
        } else {
            "urn:alongside:post-box:"
        };
        format!("{place}{}", self.name)
    }
}

/// A create-secret or code is wrong or missing, or the box is closed.
pub const NOT_INVITED: Kind = kind(
    StatusCode::FORBIDDEN,
    "not-invited",
    "This post box asks for its code.",
);
/// The token is unknown, closed, deleted or over.
pub const NO_SUCH_INBOX: Kind = kind(StatusCode::NOT_FOUND, "no-such-inbox", "No such inbox.");
/// There is no such path.
pub const NO_SUCH_PAGE: Kind = kind(StatusCode::NOT_FOUND, "no-such-page", "No such page.");
/// The path is asked with another method.
pub const OTHER_METHOD: Kind = kind(
    StatusCode::METHOD_NOT_ALLOWED,
    "other-method",
    "This is asked in another way.",
);
/// The same key or hash was used with another body.
pub const CONFLICT: Kind = kind(
    StatusCode::CONFLICT,
    "conflict",
    "This was used before with another body.",
);
/// The body is longer than any of its kind.
pub const TOO_LARGE: Kind = kind(
    StatusCode::PAYLOAD_TOO_LARGE,
    "too-large",
    "This is too large.",
);
/// The body or a header can't be read.
pub const MALFORMED: Kind = kind(
    StatusCode::UNPROCESSABLE_ENTITY,
    "malformed",
    "This can't be read.",
);
/// The size is none that is kept.
pub const WRONG_SIZE: Kind = kind(
    StatusCode::UNPROCESSABLE_ENTITY,
    "wrong-size",
    "This is not a size that is kept.",
);
/// Nothing that opens with a key of this week: the one kind that RFC 9458 names itself.
pub const OTHER_KEY: Kind = kind(
    StatusCode::BAD_REQUEST,
    "ohttp-key",
    "This is not sealed for the key of this week.",
);
/// The slot's day is full, or there is too much to do.
pub const TRY_LATER: Kind = kind(
    StatusCode::TOO_MANY_REQUESTS,
    "try-later",
    "Try again later.",
);
/// The disk or the writer.
pub const FAULT: Kind = kind(
    StatusCode::SERVICE_UNAVAILABLE,
    "fault",
    "The post box can't keep things now.",
);
/// The slot's share, or the box, is full.
pub const FULL: Kind = kind(
    StatusCode::INSUFFICIENT_STORAGE,
    "full",
    "There is no room.",
);

/// The problem of a refusal.
pub(crate) fn of(refusal: Refusal) -> Response {
    let (kind, seconds) = match refusal {
        Refusal::NoSuchInbox => (NO_SUCH_INBOX, 0),
        Refusal::Malformed => (MALFORMED, 0),
        Refusal::WrongSize => (WRONG_SIZE, 0),
        Refusal::TooLarge => (TOO_LARGE, 0),
        Refusal::Conflict => (CONFLICT, 0),
        Refusal::TryLater { seconds } => (TRY_LATER, seconds),
        Refusal::NotInvited => (NOT_INVITED, 0),
        Refusal::Full | Refusal::Store(StoreError::DiskFull) => (FULL, 0),
        Refusal::Store(_) => (FAULT, 60),
    };
    let mut response = problem(kind);
    if kind.again {
        let seconds = HeaderValue::from(seconds);
        response.headers_mut().insert(RETRY_AFTER, seconds);
    }
    response
}

/// A problem without a time to come again.
pub(crate) fn problem(kind: Kind) -> Response {
    let Kind { status, title, .. } = kind;
    let text = format!(
        "{{\"type\":\"{}\",\"title\":\"{title}\",\"status\":{}}}",
        kind.uri(),
        status.as_u16()
    );
    (status, [(CONTENT_TYPE, "application/problem+json")], text).into_response()
}
