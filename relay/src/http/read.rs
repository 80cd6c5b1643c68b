//! The reader's side: fetch, acknowledge, wait.
//! Knows HTTP and the reading connections; the deeds are the office's.
//! Invariant: a reader never stands in the writer's way, except for what it acknowledges.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until};

use super::{Answer, Post, nonce, octets, token};
use crate::metrics::Endpoint;
use crate::office::{self, Fetched, Refusal, needs_of};
use crate::store::{StoreError, View};
use crate::wire;

/// Reading connections, each used by one request at a time.
#[derive(Clone)]
pub struct Readers {
    idle: Arc<Mutex<Vec<Box<dyn View + Send>>>>,
    turns: Arc<Semaphore>,
}

impl Readers {
    /// Over these connections.
    #[must_use]
    pub fn new(views: Vec<Box<dyn View + Send>>) -> Self {
        let turns = Arc::new(Semaphore::new(views.len()));
        Self {
            idle: Arc::new(Mutex::new(views)),
            turns,
        }
    }

    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn View) -> Result<T, Refusal> + Send + 'static,
    ) -> Result<T, Refusal> {
        let stopped = Refusal::Store(StoreError::Stopped);
        let turn = Arc::clone(&self.turns)
            .acquire_owned()
            .await
            .map_err(|_| stopped)?;
        let idle = Arc::clone(&self.idle);
        let done = spawn_blocking(move || {
            let view = idle
                .lock()
                .ok()
                .and_then(|mut idle| idle.pop())
                .ok_or(stopped)?;
            let done = work(&*view);
            if let Ok(mut idle) = idle.lock() {
                idle.push(view);
            }
            drop(turn);
            done
        });
        done.await.unwrap_or(Err(stopped))
    }
}

pub(super) async fn fetch(
    State(post): State<Arc<Post>>,
    headers: HeaderMap,
    sent: Body,
) -> Response {
    post.timed(Endpoint::Fetch, try_fetch(&post, &headers, sent))
        .await
}

pub(super) async fn acknowledge(
    State(post): State<Arc<Post>>,
    headers: HeaderMap,
    sent: Body,
) -> Response {
    post.timed(
        Endpoint::Acknowledge,
        try_acknowledge(&post, &headers, sent),
    )
    .await
}

pub(super) async fn wait(
    State(post): State<Arc<Post>>,
    headers: HeaderMap,
    sent: Body,
) -> Response {
    post.timed(Endpoint::Wait, try_wait(&post, headers, sent))
        .await
}

async fn try_fetch(post: &Post, headers: &HeaderMap, sent: Body) -> Answer {
    let fetch = token(headers)?;
    let sent = post.body(headers, sent).await?;
    let _turn = post.limits.read().await?;
    let wire::FetchRequest { max, cursor, acks } =
        wire::read_fetch(&sent).map_err(|_| Refusal::Malformed)?;
    let day = post.today().await?;
    if !acks.is_empty() {
        let fetch = fetch.clone();
        post.writer
            .ask(needs_of(day, &fetch), sent.len(), move |desk| {
                desk.acknowledge(&fetch, &acks)
            })
            .await?;
    }
    let (key, quotas, nonce) = (post.key, post.quotas.clone(), nonce()?);
    let fetched: Fetched = post
        .readers
        .read(move |view| office::look(view, &key, &quotas, &nonce, &fetch, max, &cursor))
        .await?;
    Ok(octets(wire::write_fetched(&fetched)))
}

async fn try_acknowledge(post: &Post, headers: &HeaderMap, sent: Body) -> Answer {
    let fetch = token(headers)?;
    let sent = post.body(headers, sent).await?;
    let _turn = post.limits.read().await?;
    let acks = wire::read_acknowledge(&sent).map_err(|_| Refusal::Malformed)?;
    let day = post.today().await?;
    post.writer
        .ask(needs_of(day, &fetch), sent.len(), move |desk| {
            desk.acknowledge(&fetch, &acks)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn try_wait(post: &Post, headers: HeaderMap, sent: Body) -> Answer {
    let wake = token(&headers)?;
    let sent = post.body(&headers, sent).await?;
    let _turn = post.limits.wait()?;
    let seconds = wire::read_wait(&sent).map_err(|_| Refusal::Malformed)?;
    // The headers lie in the buffer that they came in, of which the connection needs no second one for as long as it waits; the body has room.
    drop((headers, sent));
    post.today().await?;
    let look = async || {
        let wake = wake.clone();
        post.readers
            .read(move |view| office::waits(view, &wake))
            .await
    };
    let (inbox, something) = look().await?;
    if something || seconds == 0 {
        return Ok(octets(wire::write_waited(something)));
    }
    let waiter = post
        .wake
        .listen(inbox)
        .ok_or(Refusal::TryLater { seconds: 300 })?;
    let until = Instant::now() + Duration::from_secs(seconds.into());
    let mut stopping = post.stopping.clone();
    let came = loop {
        let mut rung = std::pin::pin!(waiter.bell().notified());
        rung.as_mut().enable();
        // Something may have come between the last look and the bell.
        if look().await?.1 {
            break true;
        }
        // Another process's call may be lost, and may mean another inbox of the group: so it is looked again, whatever wakes us.
        let again = post
            .wake
            .look_again(inbox)
            .map_or(until, |again| until.min(Instant::now() + again));
        tokio::select! {
            () = rung => {}
            () = sleep_until(again) => if again == until {
                break false;
            },
            _ = stopping.wait_for(|stopping| *stopping) => break false,
        }
    };
    Ok(octets(wire::write_waited(came)))
}
