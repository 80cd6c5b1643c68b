//! The whole town: real cores on real encrypted files, the relay's own code, a simulated clock and network.
//! A seed replays it. Nothing here decides anything for a phone: it only lets time pass and lets letters get lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::missing_panics_doc
)]

pub mod around;
pub mod bench;
pub mod clock;
pub mod demo;
pub mod foreign;
pub mod hand;
pub mod homes;
pub mod letters;
pub mod model;
pub mod phone;
pub mod post_box;
pub mod process;
pub mod robin;
pub mod search;
pub mod sources;
pub mod tls;
pub mod town;

/// A real PostgreSQL, as the relay's own tests have it.
#[path = "../../relay/tests/kit/postgres.rs"]
#[allow(dead_code, missing_docs, reason = "a kit of the relay's tests")]
pub mod postgres;

pub use clock::TownClock;
pub use phone::Phone;
pub use post_box::{Seen, SimNet, SimPost};
pub use town::Town;
