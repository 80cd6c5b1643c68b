//! Counters by endpoint and status, and nothing finer; shown on a loopback listener only.
//! Knows no inbox, token or address.
//! Invariant: what is shown would be the same whoever the requests came from.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};

/// The endpoints that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// `POST /v1/create`
    Create,
    /// `POST /v1/create-secret`
    CreateSecret,
    /// `POST /v1/post`
    Post,
    /// `POST /v1/fetch`
    Fetch,
    /// `POST /v1/acknowledge`
    Acknowledge,
    /// `POST /v1/wait`
    Wait,
    /// `POST /v1/close`
    Close,
    /// `POST /v1/delete`
    Delete,
    /// Everything else.
    Other,
}

const ENDPOINTS: [(Endpoint, &str); 9] = [
    (Endpoint::Create, "create"),
    (Endpoint::CreateSecret, "create-secret"),
    (Endpoint::Post, "post"),
    (Endpoint::Fetch, "fetch"),
    (Endpoint::Acknowledge, "acknowledge"),
    (Endpoint::Wait, "wait"),
    (Endpoint::Close, "close"),
    (Endpoint::Delete, "delete"),
    (Endpoint::Other, "other"),
];
const STATUSES: [u16; 14] = [
    200, 201, 204, 403, 404, 405, 408, 409, 413, 422, 429, 500, 503, 507,
];

/// The counters.
#[derive(Default)]
pub struct Metrics {
    counts: [[AtomicU64; STATUSES.len()]; ENDPOINTS.len()],
}

impl Metrics {
    /// Counts an answer.
    pub fn count(&self, endpoint: Endpoint, status: u16) {
        let row = ENDPOINTS.iter().position(|(one, _)| *one == endpoint);
        let column = STATUSES.iter().position(|one| *one == status);
        let counter = row
            .zip(column)
            .and_then(|(row, column)| self.counts.get(row)?.get(column));
        if let Some(counter) = counter {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// All answers together.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.counts
            .iter()
            .flatten()
            .map(|count| count.load(Ordering::Relaxed))
            .sum()
    }

    /// Plain text, one counter a line (the Prometheus text format); counters at nought are left out.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::from("# TYPE relay_answers_total counter\n");
        for ((_, name), row) in ENDPOINTS.iter().zip(&self.counts) {
            for (status, count) in STATUSES.iter().zip(row) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    // Writing to a string does not fail.
                    let _ = writeln!(
                        text,
                        "relay_answers_total{{endpoint=\"{name}\",status=\"{status}\"}} {count}"
                    );
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_endpoint_and_status() {
        let metrics = Metrics::default();
        metrics.count(Endpoint::Post, 200);
        metrics.count(Endpoint::Post, 200);
        metrics.count(Endpoint::Fetch, 404);
        metrics.count(Endpoint::Fetch, 999);
        assert_eq!(metrics.total(), 3);
        assert!(
            metrics
                .text()
                .contains("{endpoint=\"post\",status=\"200\"} 2\n")
        );
    }
}
