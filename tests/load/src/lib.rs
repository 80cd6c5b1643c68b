//! The relay under load: every figure of its speed beside a floor or a peer in the same run (docs/performance.md).
//! It knows PROTOCOL.md and what the stores' tables are; it links nothing of the core.
//! Invariant: a figure that could not be measured ends the run with a failure; a goal that was missed is printed as missed.

pub mod bulk;
pub mod crowd;
pub mod drive;
pub mod floor;
pub mod held;
pub mod many;
pub mod peers;
pub mod posts;
pub mod process;
pub mod row;

/// What a part answers.
pub type Told<T> = Result<T, Box<dyn std::error::Error>>;

/// A real PostgreSQL, as the relay's own tests have it.
#[path = "../../../relay/tests/kit/postgres.rs"]
#[allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    reason = "a kit of the relay's tests: what can't be started stops the part"
)]
pub mod postgres;
