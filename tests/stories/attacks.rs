//! The attacks that protocol.md says must be tried, each with the outcome it names. For what happens inside the seal
//! the attacker is an altered phone: real keys, taken from a real store, used against the rules.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::needless_range_loop,
    missing_docs
)]

#[path = "attacks/a1_relay.rs"]
mod a1_relay;
#[path = "attacks/a2_removed.rs"]
mod a2_removed;
#[path = "attacks/a3_insider.rs"]
mod a3_insider;
#[path = "attacks/a4_invite.rs"]
mod a4_invite;
#[path = "attacks/a5_clone.rs"]
mod a5_clone;
#[path = "attacks/a5_put_back.rs"]
mod a5_put_back;
#[path = "attacks/a6_devices.rs"]
mod a6_devices;
#[path = "attacks/a7_seized.rs"]
mod a7_seized;
#[path = "attacks/a8_draft.rs"]
mod a8_draft;
#[path = "attacks/a9_linkers.rs"]
mod a9_linkers;
#[path = "attacks/also.rs"]
mod also;
#[path = "attacks/in_the_open.rs"]
mod in_the_open;
#[path = "attacks/kit.rs"]
mod kit;
#[path = "attacks/lies.rs"]
mod lies;
#[path = "attacks/linkers.rs"]
mod linkers;
