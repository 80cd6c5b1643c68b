//! The person's side of Alongside. Rooms, from the inside out:
//!
//! - [`life`]: what days are made of; pure
//! - [`notebook`]: how life becomes documents that merge; the only room that knows automerge
//! - [`trust`]: how phones know each other and seal what they send; pure; the only room that knows the ciphers
//! - [`store`]: disk; the only room that knows SQL
//! - [`post`]: the post box, over HTTP or in memory; the only room that knows HTTP
//! - [`sync`]: the order of deeds between phones; the only room that waits
//! - [`port`]: what comes in and goes out as files
//! - [`companion`]: the front door: every sentence a person can say
//! - [`screens`]: what a phone's screen shows, whole, without a sentence in any language
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

pub mod companion;
pub mod error;
pub mod life;
pub mod notebook;
pub mod port;
pub mod post;
pub mod screens;
pub mod store;
pub mod sync;
pub mod trust;

pub use error::AlongsideError;
