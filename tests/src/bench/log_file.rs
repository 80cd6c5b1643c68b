//! The floor under a relay: a log file behind the same HTTP. A post is its body at the end of one file, answered after
//! `fdatasync`; posts that wait share one. It looks nothing up, keeps no order, checks no token.

use super::Told;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use tokio::sync::oneshot;

/// Posts that share one sync: as many as share a transaction in the relay.
const TOGETHER: usize = 256;

type Job = (Bytes, oneshot::Sender<bool>);

/// Answers on a free port, says where, and ends when it is killed.
pub(super) fn serve(folder: &Path) -> Told<()> {
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(folder.join("posts.log"))?;
    let (jobs, waiting) = channel();
    std::thread::spawn(move || write(log, &waiting));
    // As the relay's own process: one thread for each core.
    tokio::runtime::Runtime::new()?.block_on(async move {
        let routes = Router::new().route("/v1/post", post(keep)).with_state(jobs);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("listening on {}", listener.local_addr()?);
        Ok(axum::serve(listener, routes).await?)
    })
}

async fn keep(State(jobs): State<Sender<Job>>, body: Bytes) -> impl IntoResponse {
    let (answer, durable) = oneshot::channel();
    let handed_in = jobs.send((body, answer)).is_ok();
    let kept = handed_in && durable.await.unwrap_or(false);
    let status = if kept {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let answer: &[u8] = &[1, 1, 0];
    (status, [(CONTENT_TYPE, "application/octet-stream")], answer)
}

fn write(mut log: std::fs::File, waiting: &Receiver<Job>) {
    while let Ok(first) = waiting.recv() {
        let mut together = vec![first];
        together.extend(waiting.try_iter().take(TOGETHER - 1));
        let bodies: Vec<&[u8]> = together.iter().map(|(body, _)| body.as_ref()).collect();
        let kept = log
            .write_all(&bodies.concat())
            .and_then(|()| log.sync_data());
        for (_, answer) in together {
            // Nobody listens when the client is gone.
            let _ = answer.send(kept.is_ok());
        }
    }
}
