//! What a phone may see: one object, [`Phone`], whose methods are one line each. A screen is one call that returns all it
//! shows; a deed is one call that returns nothing a screen would keep. No decision is made here: the core's front door
//! makes them. Invariant: what crosses is named in `mirror.rs` field by field, so that a field more in the core is a
//! compile error here, not a gap on a screen.

mod ask;
mod between;
mod door;
mod mirror;
mod moments;
mod phone;
mod platform;
mod trouble;

pub use ask::{
    Room, how_often_offered, is_worth_another_look, lock_closes, lock_fits, lock_longest_delay,
    lock_waits, room,
};
pub use door::Listening;
pub use phone::Phone;
pub use platform::{ChangeListener, CodePicture, PhoneClock, PhoneKeys, draw_code};
pub use trouble::Trouble;

uniffi::setup_scaffolding!("alongside");
