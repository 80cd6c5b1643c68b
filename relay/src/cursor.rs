//! The cursor: a reader's place in one inbox, sealed so that nobody else learns a number from it.
//! Knows no store.
//! Invariant: a cursor of one inbox says nothing in another, and always has the same length.

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};

/// Length of a sealed cursor: nonce 24, place 8, tag 16.
pub const LENGTH: usize = 48;

/// Where a fetch begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// After this number of the inbox; 0 is the beginning.
    After(u64),
    /// The cursor is not ours (a restored post box has another key): begin again, and say that there may be a gap.
    Unknown,
}

/// Seals a place (XChaCha20-Poly1305, draft-irtf-cfrg-xchacha-03); the inbox's fetch hash is the associated data.
#[must_use]
pub fn seal(key: &[u8; 32], nonce: &[u8; 24], inbox: &[u8; 32], after: u64) -> Vec<u8> {
    let place = after.to_be_bytes();
    let sealed = XChaCha20Poly1305::new(&(*key).into()).encrypt(
        &XNonce::from(*nonce),
        Payload {
            msg: &place,
            aad: inbox,
        },
    );
    // Eight bytes are always sealed; an empty cursor would only mean "from the beginning".
    sealed.map_or_else(
        |_| Vec::new(),
        |sealed| [nonce.as_slice(), &sealed].concat(),
    )
}

/// Reads a place again; an empty cursor is the beginning.
#[must_use]
pub fn open(key: &[u8; 32], inbox: &[u8; 32], cursor: &[u8]) -> Place {
    if cursor.is_empty() {
        return Place::After(0);
    }
    try_open(key, inbox, cursor).map_or(Place::Unknown, Place::After)
}

fn try_open(key: &[u8; 32], inbox: &[u8; 32], cursor: &[u8]) -> Option<u64> {
    let (nonce, sealed) = cursor.split_first_chunk::<24>()?;
    let place = XChaCha20Poly1305::new(&(*key).into())
        .decrypt(
            &XNonce::from(*nonce),
            Payload {
                msg: sealed,
                aad: inbox,
            },
        )
        .ok()?;
    Some(u64::from_be_bytes(place.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_inbox_and_key_read_a_cursor() {
        let sealed = seal(&[1; 32], &[2; 24], &[3; 32], 77);
        assert_eq!(sealed.len(), LENGTH);
        assert_eq!(open(&[1; 32], &[3; 32], &sealed), Place::After(77));
        assert_eq!(open(&[1; 32], &[4; 32], &sealed), Place::Unknown);
        assert_eq!(open(&[9; 32], &[3; 32], &sealed), Place::Unknown);
        assert_eq!(open(&[1; 32], &[3; 32], &sealed[..40]), Place::Unknown);
        assert_eq!(open(&[1; 32], &[3; 32], &[]), Place::After(0));
    }
}
