//! The same as a wait, as a stream of hints (server-sent events) for clients whose connections last.
//! Knows HTTP and the bells; tells that something waits, and never what or how much.
//! Invariant: a stream is one of those that wait at its inbox: bounded, rung by the same bells, ended by the same stop.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Answer, Post, token};
use crate::chance::Chance;
use crate::limits::Turn;
use crate::metrics::Endpoint;
use crate::office::{self, Refusal};
use crate::token::Token;
use crate::wake::Waiter;
use crate::wire;

/// That something waits. An event without data would be passed over by readers of such streams.
const HINT: &str = "data: 1\n\n";
/// That the connection lives: a comment.
const BEAT: &str = ":\n\n";
/// No two hints follow each other faster.
const GAP: Duration = Duration::from_secs(1);
/// How long a stream lasts at most; then the client asks anew.
const LIFE: Duration = Duration::from_secs(3600);

/// One stream.
struct Held {
    post: Arc<Post>,
    wake: Token,
    waiter: Waiter,
    /// The number of the last item that was hinted at.
    told: u64,
    until: Instant,
    first: bool,
    _turn: Turn,
}

pub(super) async fn waits(
    State(post): State<Arc<Post>>,
    headers: HeaderMap,
    sent: Body,
) -> Response {
    let answer = try_waits(&post, &headers, sent).await;
    post.answer(Endpoint::Waits, answer)
}

async fn try_waits(post: &Arc<Post>, headers: &HeaderMap, sent: Body) -> Answer {
    let wake = token(headers)?;
    let sent = post.body(headers, sent).await?;
    let turn = post.limits.wait()?;
    wire::read_waits(&sent).map_err(|_| Refusal::Malformed)?;
    post.today().await?;
    let (inbox, _) = look(post, &wake).await?;
    let waiter = post
        .wake
        .listen(inbox)
        .ok_or(Refusal::TryLater { seconds: 300 })?;
    let held = Held {
        post: Arc::clone(post),
        wake,
        waiter,
        told: 0,
        until: Instant::now() + LIFE,
        first: true,
        _turn: turn,
    };
    let lines = stream::unfold(held, async |mut held| {
        let line = held.next().await?;
        Some((
            Ok::<_, Infallible>(Bytes::from_static(line.as_bytes())),
            held,
        ))
    });
    let headers = [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-store"),
    ];
    Ok((headers, Body::from_stream(lines)).into_response())
}

/// The inbox, and the number of the last item that waits there; 0 for none.
async fn look(post: &Post, wake: &Token) -> Result<(crate::store::InboxNo, u64), Refusal> {
    let wake = wake.clone();
    post.readers
        .read(move |view| office::last_waiting(view, &wake))
        .await
}

impl Held {
    /// The next line; `None` at the stream's end.
    async fn next(&mut self) -> Option<&'static str> {
        if !self.first && self.told > 0 {
            sleep(GAP).await;
        }
        let beat = self.until.min(Instant::now() + pause());
        let mut stopping = self.post.stopping.clone();
        loop {
            let mut rung = std::pin::pin!(self.waiter.bell().notified());
            rung.as_mut().enable();
            // The inbox may be over or deleted meanwhile: then the stream ends, and who asks anew is told so.
            let (inbox, last) = look(&self.post, &self.wake).await.ok()?;
            let first = std::mem::take(&mut self.first);
            if last > self.told {
                self.told = last;
                return Some(HINT);
            }
            if first {
                return Some(BEAT);
            }
            let again = self.post.wake.look_again(inbox);
            let again = again.map_or(beat, |again| beat.min(Instant::now() + again));
            tokio::select! {
                () = rung => {}
                () = sleep_until(again) => if again == beat {
                    return (beat < self.until).then_some(BEAT);
                },
                _ = stopping.wait_for(|stopping| *stopping) => return None,
            }
        }
    }
}

/// From 25 to 50 seconds, another each time.
fn pause() -> Duration {
    let drawn = Chance::System.make::<2>().map_or(0, u16::from_be_bytes);
    Duration::from_millis(25_000 + u64::from(drawn) * 25_000 / 65_536)
}
