//! How a body comes in: within a bound of bytes, of time and of pace, in room that it takes as it comes.
//! Knows no endpoint.
//! Invariant: a body that was promised and does not come holds nothing but its connection, and one that comes too slowly is refused.

use std::ops::Deref;

use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};

use crate::limits::{BODY_TIME, Held, PACE, PACE_TIME, Room};
use crate::office::Refusal;

/// A whole body, with the room that it takes.
pub(crate) struct Arrived {
    bytes: Vec<u8>,
    held: Held,
}

impl Arrived {
    /// The bytes, and the room that is to be held as long as they are.
    pub(crate) fn into_parts(self) -> (Vec<u8>, Held) {
        (self.bytes, self.held)
    }
}

impl Deref for Arrived {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

/// The whole body.
pub(crate) async fn body(
    headers: &HeaderMap,
    sent: Body,
    most: usize,
    room: &Room,
) -> Result<Arrived, Refusal> {
    if length(headers).is_some_and(|length| length > most) {
        return Err(Refusal::TooLarge);
    }
    let (mut sent, mut bytes, mut held) = (sent.into_data_stream(), Vec::new(), Held::default());
    let begun = Instant::now();
    let (mut end, mut pace, mut came) = (begun + BODY_TIME, begun + PACE_TIME, 0);
    loop {
        let chunk = match timeout_at(pace.min(end), sent.next()).await {
            Ok(Some(Ok(chunk))) => chunk,
            Ok(None) => return Ok(Arrived { bytes, held }),
            // The client is gone: it hears nothing.
            Ok(Some(Err(_))) => return Err(Refusal::TooLarge),
            Err(_) if came < PACE || Instant::now() >= end => {
                return Err(Refusal::TryLater { seconds: 60 });
            }
            Err(_) => {
                (pace, came) = (Instant::now() + PACE_TIME, 0);
                continue;
            }
        };
        came += chunk.len();
        if bytes.len() + chunk.len() > most {
            return Err(Refusal::TooLarge);
        }
        let waits = Instant::now();
        room.take(&mut held, bytes.len() + chunk.len()).await?;
        bytes.extend_from_slice(&chunk);
        // That there was no room is not its fault.
        let waited = waits.elapsed();
        (end, pace) = (end + waited, pace + waited);
    }
}

/// The length that a request names.
fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
