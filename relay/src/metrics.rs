//! Counters by endpoint and status, durations by endpoint in coarse steps, and the box as a whole; shown on a loopback listener only.
//! Knows no inbox, token or address. The labels are a closed list of this file, which is why no library makes them.
//! Invariant: what is shown would be the same whoever the requests came from.

use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::hints::Counts;

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
    /// `POST /v1/waits`, when its stream begins
    Waits,
    /// `POST /v1/waking`
    Waking,
    /// `POST /v1/close`
    Close,
    /// `POST /v1/delete`
    Delete,
    /// `POST /v1/oblivious`; what was asked inside is counted as well, under its own name
    Oblivious,
    /// Everything else.
    Other,
}

const ENDPOINTS: [(Endpoint, &str); 12] = [
    (Endpoint::Create, "create"),
    (Endpoint::CreateSecret, "create-secret"),
    (Endpoint::Post, "post"),
    (Endpoint::Fetch, "fetch"),
    (Endpoint::Acknowledge, "acknowledge"),
    (Endpoint::Wait, "wait"),
    (Endpoint::Waits, "waits"),
    (Endpoint::Waking, "waking"),
    (Endpoint::Close, "close"),
    (Endpoint::Delete, "delete"),
    (Endpoint::Oblivious, "oblivious"),
    (Endpoint::Other, "other"),
];
const STATUSES: [u16; 15] = [
    200, 201, 204, 400, 403, 404, 405, 408, 409, 413, 422, 429, 500, 503, 507,
];

/// Upper bounds of the steps, in milliseconds; what takes longer is in the last step. Coarse, so that no answer is told by its time.
const STEPS: [u64; 7] = [5, 25, 100, 500, 2_500, 10_000, 60_000];

/// The counters.
#[derive(Default)]
pub struct Metrics {
    counts: [[AtomicU64; STATUSES.len()]; ENDPOINTS.len()],
    times: [Times; ENDPOINTS.len()],
}

#[derive(Default)]
struct Times {
    steps: [AtomicU64; STEPS.len() + 1],
    /// Milliseconds of all answers.
    sum: AtomicU64,
}

/// The box as a whole, at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gauges {
    /// UTC day.
    pub day: u32,
    /// Those that wait for something to come.
    pub waiting: usize,
    /// Inboxes that may be kept.
    pub inboxes_most: u64,
    /// Bytes that may be in use.
    pub bytes_most: u64,
    /// Inboxes kept and bytes in use, where the writer answered.
    pub kept: Option<(u64, u64)>,
    /// What was told to the wake gateway.
    pub hints: Counts,
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

    /// Counts how long an answer took.
    pub fn time(&self, endpoint: Endpoint, took: Duration) {
        let row = ENDPOINTS.iter().position(|(one, _)| *one == endpoint);
        let Some(times) = row.and_then(|row| self.times.get(row)) else {
            return;
        };
        let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let step = STEPS.iter().position(|most| took <= *most);
        if let Some(step) = times.steps.get(step.unwrap_or(STEPS.len())) {
            step.fetch_add(1, Ordering::Relaxed);
        }
        times.sum.fetch_add(took, Ordering::Relaxed);
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

    /// Plain text (the Prometheus text format); what is at nought is left out, but for gauges.
    #[must_use]
    pub fn text(&self, gauges: &Gauges) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.write(&mut text, gauges);
        text
    }

    fn write(&self, text: &mut String, gauges: &Gauges) -> std::fmt::Result {
        writeln!(text, "# TYPE relay_answers_total counter")?;
        for ((_, name), row) in ENDPOINTS.iter().zip(&self.counts) {
            for (status, count) in STATUSES.iter().zip(row) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    writeln!(
                        text,
                        "relay_answers_total{{endpoint=\"{name}\",status=\"{status}\"}} {count}"
                    )?;
                }
            }
        }
        writeln!(text, "# TYPE relay_answer_seconds histogram")?;
        for ((_, name), times) in ENDPOINTS.iter().zip(&self.times) {
            times.write(text, name)?;
        }
        for (name, count) in [
            ("sent", gauges.hints.sent),
            ("failed", gauges.hints.failed),
            ("passed_over", gauges.hints.passed_over),
        ] {
            let name = format!("relay_hints_{name}_total");
            writeln!(text, "# TYPE {name} counter\n{name} {count}")?;
        }
        let version = env!("CARGO_PKG_VERSION");
        let mut gauge = |name: &str, value: u64| {
            writeln!(text, "# TYPE relay_{name} gauge\nrelay_{name} {value}")
        };
        gauge("day", gauges.day.into())?;
        gauge("waiting", u64::try_from(gauges.waiting).unwrap_or(u64::MAX))?;
        gauge("inboxes_most", gauges.inboxes_most)?;
        gauge("bytes_most", gauges.bytes_most)?;
        if let Some((inboxes, bytes)) = gauges.kept {
            gauge("inboxes", inboxes)?;
            gauge("bytes", bytes)?;
        }
        writeln!(
            text,
            "# TYPE relay_info gauge\nrelay_info{{version=\"{version}\"}} 1"
        )
    }
}

impl Times {
    fn write(&self, text: &mut String, name: &str) -> std::fmt::Result {
        let steps = self.steps.each_ref();
        let steps = steps.map(|step| step.load(Ordering::Relaxed));
        let all: u64 = steps.iter().sum();
        if all == 0 {
            return Ok(());
        }
        let mut so_far = 0;
        for (most, count) in STEPS.iter().zip(steps) {
            so_far += count;
            let (whole, rest) = (most / 1_000, most % 1_000);
            writeln!(
                text,
                "relay_answer_seconds_bucket{{endpoint=\"{name}\",le=\"{whole}.{rest:03}\"}} {so_far}"
            )?;
        }
        let sum = self.sum.load(Ordering::Relaxed);
        writeln!(
            text,
            "relay_answer_seconds_bucket{{endpoint=\"{name}\",le=\"+Inf\"}} {all}"
        )?;
        writeln!(
            text,
            "relay_answer_seconds_sum{{endpoint=\"{name}\"}} {}.{:03}",
            sum / 1_000,
            sum % 1_000
        )?;
        writeln!(
            text,
            "relay_answer_seconds_count{{endpoint=\"{name}\"}} {all}"
        )
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
                .text(&Gauges::default())
                .contains("{endpoint=\"post\",status=\"200\"} 2\n")
        );
    }

    #[test]
    fn durations_are_counted_in_steps_that_add_up() {
        let metrics = Metrics::default();
        for milliseconds in [0, 5, 6, 70_000] {
            metrics.time(Endpoint::Wait, Duration::from_millis(milliseconds));
        }
        let text = metrics.text(&Gauges {
            kept: Some((3, 4)),
            ..Gauges::default()
        });
        let expected = "relay_answer_seconds_bucket{endpoint=\"wait\",le=\"0.005\"} 2\n\
                        relay_answer_seconds_bucket{endpoint=\"wait\",le=\"0.025\"} 3\n";
        assert!(text.contains(expected), "{text}");
        for line in [
            "{endpoint=\"wait\",le=\"60.000\"} 3\n",
            "{endpoint=\"wait\",le=\"+Inf\"} 4\n",
            "relay_answer_seconds_sum{endpoint=\"wait\"} 70.011\n",
            "relay_answer_seconds_count{endpoint=\"wait\"} 4\n",
            "relay_inboxes 3\n",
            "relay_bytes 4\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(!text.contains("endpoint=\"post\""));
    }
}
