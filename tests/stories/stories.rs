//! The stories of the town, told in prose: real cores, the relay's own code, a simulated clock and network.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

#[path = "life/a_day.rs"]
mod a_day;
#[path = "life/leaving_the_circle.rs"]
mod leaving_the_circle;
#[path = "life/meeting.rs"]
mod meeting;
#[path = "life/new_phone.rs"]
mod new_phone;
#[path = "life/see_as.rs"]
mod see_as;
#[path = "life/stop_showing.rs"]
mod stop_showing;
#[path = "life/weeks_offline.rs"]
mod weeks_offline;
