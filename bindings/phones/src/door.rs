//! A listener's hold, as it crosses.

use alongside_core::sync;

/// Hold it while changes are to be heard; let it go, and they are not.
#[derive(uniffi::Object)]
pub struct Listening {
    _held: sync::Listening,
}

impl Listening {
    pub(crate) fn of(held: sync::Listening) -> Self {
        Self { _held: held }
    }
}
