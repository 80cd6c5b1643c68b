//! The blind post box of Alongside: it keeps envelopes that it cannot read, for inboxes whose owners it does not know.
//!
//! - [`office`]: what the post box does, without HTTP, threads or a clock: [`Office`]. The day and the randomness come in by the door.
//! - [`store`]: the disk, and the one writer with its group commit.
//! - [`http`], [`server`]: the same deeds over HTTP, and the process.
//! - [`oblivious`]: sealed requests (RFC 9458), without HTTP; [`http::forward`]: the oblivious relay that another organisation runs.
//! - [`gateway`]: the wake gateway, a process of its own that knows phones and no inboxes; [`hints`]: what the post box tells it.
//! - [`command`], [`invite`], [`control`], [`backup`]: what an operator does beside the running relay, or with a whole box.
//! - [`token`], [`wire`], [`cursor`]: the bytes of PROTOCOL.md; [`openapi`]: its requests and answers as a document.
//!
//! This crate depends on nothing else of Alongside: it is blind because it does not link the code that could see.
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

pub mod backup;
pub mod chance;
pub mod command;
pub mod config;
pub mod control;
pub mod cursor;
pub mod day;
pub mod files;
pub mod gateway;
pub mod hints;
pub mod http;
pub mod invite;
pub mod limits;
pub mod log;
pub mod metrics;
pub mod oblivious;
pub mod office;
pub mod openapi;
pub mod server;
pub mod store;
pub mod token;
pub mod wake;
pub mod wire;

pub use office::{
    Created, Fetched, FetchedItem, NewInbox, Office, Posted, Quotas, Refusal, Stored,
};
pub use token::{Purpose, Token};
