//! Push services behind one trait: what a phone of each kind is woken through.
//! Knows subscriptions; knows no address of a post box and no file.
//! Invariant: what is sent depends on the subscription alone, and is the same in length and meaning for all of a kind.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{RequestBuilder, Response, StatusCode};

use super::wire::Target;
use super::{Settings, apple, google, web};

/// How long a push service keeps a push for a phone that is off, in seconds.
pub const KEPT: u64 = 5 * 3600;

/// The longest answer that is read, in bytes.
const SHORT: usize = 16 << 10;

/// What came of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The service took it.
    Taken,
    /// It does not know this phone any more.
    Gone,
    /// It is worth while to try again, not before so long.
    Later(Option<Duration>),
    /// It will never take this one.
    Refused,
}

/// A push that is under way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Outcome> + Send + 'a>>;

/// A push service.
pub trait Push: Send + Sync {
    /// Wakes this phone; `now` in seconds since 1970-01-01.
    fn push<'a>(&'a self, target: &'a Target, now: u64) -> Sending<'a>;
    /// Whether this is a phone of its kind that it may call.
    fn may(&self, target: &Target) -> bool;
}

/// All services of these settings; `vapid` is the key that signs for Web Push, PKCS #8. `None` when a key can't be used.
#[must_use]
pub fn services(settings: &Settings, vapid: &[u8]) -> Option<Vec<Box<dyn Push>>> {
    let mut all: Vec<Box<dyn Push>> = vec![Box::new(web::Web::new(settings, vapid)?)];
    if let Some(account) = &settings.apns {
        all.push(Box::new(apple::Apns::new(settings, account)?));
    }
    if let Some(account) = &settings.fcm {
        all.push(Box::new(google::Fcm::new(settings, account)?));
    }
    Some(all)
}

/// Asks, and gives the status with its `retry-after` in seconds; `None` when no answer came.
pub(super) async fn ask(request: RequestBuilder) -> Option<(StatusCode, Option<Duration>)> {
    let answer = request.send().await.ok()?;
    Some((answer.status(), again(&answer)))
}

/// When to come again, where the answer says so in seconds.
pub(super) fn again(answer: &Response) -> Option<Duration> {
    let again = answer.headers().get(RETRY_AFTER)?;
    again.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

/// What most statuses mean to all services.
pub(super) fn outcome(answer: Option<(StatusCode, Option<Duration>)>) -> Outcome {
    match answer {
        None => Outcome::Later(None),
        Some((status, _)) if status.is_success() => Outcome::Taken,
        Some((StatusCode::GONE, _)) => Outcome::Gone,
        Some((StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT, again)) => {
            Outcome::Later(again)
        }
        Some((status, again)) if status.is_server_error() => Outcome::Later(again),
        Some(_) => Outcome::Refused,
    }
}

/// A short answer's text; `None` when it is not short, or no text.
pub(super) async fn short(mut answer: Response) -> Option<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.ok()? {
        if bytes.len() + chunk.len() > SHORT {
            return None;
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).ok()
}
