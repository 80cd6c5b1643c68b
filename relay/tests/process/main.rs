//! The real relay process over real HTTP: each promise of PROTOCOL.md that a client, an operator or a thief can see.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod at_once;
mod copies;
mod crash;
mod deeds;
mod fuzz;
mod invites;
mod kit;
mod linker;
mod load;
mod many;
mod metrics;
mod oblivious;
mod openapi;
mod operator;
#[path = "../kit/postgres.rs"]
#[allow(dead_code)] // What it can do more is asked by other tests.
mod postgres;
mod privacy;
mod privacy_copies;
mod privacy_many;
mod refusals;
mod sealed;
mod waits;
mod waking;
mod waking_kit;
mod waking_services;
