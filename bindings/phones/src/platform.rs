//! What the platform brings: its keystore, its clock, a listener of changes; and the picture of a code.

use crate::trouble::Trouble;
use alongside_core::companion::{Clock, Moment};
use alongside_core::store::{KeySource, StoreError};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The platform's keystore.
#[uniffi::export(with_foreign)]
pub trait PhoneKeys: Send + Sync {
    /// The 32-byte key of the home's file, the same each time. It is wrapped by the keystore and never in a backup.
    ///
    /// # Errors
    /// [`Trouble::CannotOpen`] where the keystore does not give it.
    fn key(&self) -> Result<Vec<u8>, Trouble>;
}

/// The platform's clock.
#[uniffi::export(with_foreign)]
pub trait PhoneClock: Send + Sync {
    /// Seconds since 1970-01-01 UTC.
    fn seconds(&self) -> u64;

    /// The zone where the person is, such as `Europe/London`.
    fn zone(&self) -> String;
}

/// Hears that something changed. It carries no data: read the screen again.
#[uniffi::export(with_foreign)]
pub trait ChangeListener: Send + Sync {
    /// Something changed. Comes on a thread of its own, once for several changes that come close together.
    fn on_change(&self);
}

/// The squares of a QR code, without its quiet edge.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CodePicture {
    /// Squares in a row, and rows.
    pub width: u32,
    /// Row by row: whether a square is dark.
    pub dark: Vec<bool>,
}

/// Draws a link as a QR code.
///
/// # Errors
/// [`Trouble::DoesNotFit`] for a text too long for one.
#[uniffi::export]
pub fn draw_code(link: &str) -> Result<CodePicture, Trouble> {
    let code = qrcode::QrCode::new(link).map_err(|_| Trouble::DoesNotFit {
        why: "too long for a code".into(),
    })?;
    Ok(CodePicture {
        width: u32::try_from(code.width()).unwrap_or_default(),
        dark: code
            .to_colors()
            .into_iter()
            .map(|color| color == qrcode::Color::Dark)
            .collect(),
    })
}

pub(crate) struct ClockOf(pub(crate) Arc<dyn PhoneClock>);

impl Clock for ClockOf {
    fn now(&self) -> Moment {
        Moment::at(self.0.seconds(), &self.0.zone())
    }
}

pub(crate) struct KeysOf(pub(crate) Arc<dyn PhoneKeys>);

impl KeySource for KeysOf {
    fn key(&self) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let bytes = Zeroizing::new(self.0.key()?);
        let key = bytes.as_slice().try_into();
        key.map(Zeroizing::new).map_err(|_| StoreError::KeyNotWhole)
    }
}
