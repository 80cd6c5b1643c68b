//! Where an owner wants to be woken, and the rounds in which the wake gateway is told (docs/decisions/waking.md).
//! Knows one gateway, which no request can choose.
//! Invariant: the gateway gets sorted wake addresses and nothing else: no inbox, no count of posts, no time within the round.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use reqwest::{Client, Url};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::{Answer, Post, forward, problem, token};
use crate::gateway::wire::write_wake;
use crate::log::Line;
use crate::metrics::Endpoint;
use crate::office::{Refusal, needs_of};
use crate::store::InboxNo;
use crate::wire;

/// How many addresses go in one request.
const TOGETHER: usize = 256;
/// How many inboxes are looked up in one round.
const A_ROUND: usize = 2_048;
/// How long the gateway may take.
const WHOLE: Duration = Duration::from_secs(15);
/// How long it may take when the relay stops.
const LAST: Duration = Duration::from_secs(3);
/// After failures at most so many rounds are left out.
const REST: u32 = 30;

pub(super) async fn waking(
    State(post): State<Arc<Post>>,
    headers: HeaderMap,
    sent: Body,
) -> Response {
    post.timed(Endpoint::Waking, try_waking(&post, &headers, sent))
        .await
}

async fn try_waking(post: &Post, headers: &HeaderMap, sent: Body) -> Answer {
    if post.gateway.is_none() {
        return Ok(problem::problem(problem::NO_SUCH_PAGE));
    }
    let fetch = token(headers)?;
    let sent = post.body(headers, sent).await?;
    let _turn = post.limits.read().await?;
    let address = wire::read_waking(&sent).map_err(|_| Refusal::Malformed)?;
    let day = post.today().await?;
    post.writer
        .ask(needs_of(day, &fetch), sent.len(), move |desk| {
            desk.wake_at(&fetch, address.as_ref())
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Tells the gateway at this address, round by round, until the relay stops; then once more.
pub async fn tell(
    post: Arc<Post>,
    gateway: Url,
    round: Duration,
    mut stopping: watch::Receiver<bool>,
) {
    let Ok(client) = forward::client_to(&gateway).build() else {
        return;
    };
    let url = forward::at(&gateway, "/v1/wake");
    let mut rounds = interval(round);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut failures, mut rest) = (0_u32, 0_u32);
    loop {
        let last = tokio::select! {
            _ = rounds.tick() => false,
            _ = stopping.wait_for(|stopping| *stopping) => true,
        };
        if last {
            // What it does not take now is lost: a hint is a hint.
            let _ = timeout(LAST, one_round(&post, &client, &url)).await;
            return;
        }
        if rest > 0 {
            rest -= 1;
            continue;
        }
        let took = tokio::select! {
            took = one_round(&post, &client, &url) => took,
            _ = stopping.wait_for(|stopping| *stopping) => return,
        };
        if took {
            failures = 0;
        } else {
            post.log.say(Line::NoGateway);
            failures = failures.saturating_add(1);
            rest = 1_u32
                .checked_shl(failures)
                .map_or(REST, |rest| rest.min(REST))
                - 1;
        }
    }
}

/// Whether the gateway took all that there was.
async fn one_round(post: &Post, client: &Client, url: &Url) -> bool {
    let mut all = post.hints.take();
    let later = all.split_off(all.len().min(A_ROUND));
    later.into_iter().for_each(|inbox| post.hints.note(inbox));
    if all.is_empty() {
        return true;
    }
    let done = one_try(post, client, url, &all).await;
    if done.is_none() {
        post.hints.failed(all);
    }
    done.is_some()
}

async fn one_try(post: &Post, client: &Client, url: &Url, all: &[InboxNo]) -> Option<()> {
    let sought = all.to_vec();
    let found = post
        .readers
        .read(move |view| Ok(view.wake_addresses(&sought)?))
        .await
        .ok()?;
    for some in found.chunks(TOGETHER) {
        let request = client.post(url.clone()).body(write_wake(some));
        let request = request.header(CONTENT_TYPE, "application/octet-stream");
        let answer = timeout(WHOLE, request.send()).await.ok()?.ok()?;
        if answer.status() != StatusCode::NO_CONTENT {
            return None;
        }
        post.hints.sent(some.len());
    }
    Some(())
}
