//! Tokens and what is kept of them: a token is 32 bytes, name and right in one, and only its hash is ever stored.
//! Knows nothing of inboxes.
//! Invariant: a token never reaches a disk, a log or a `Debug` line.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The one suite of this protocol; the first byte of every hash and every structured body.
pub const SUITE: u8 = 1;

/// A 32-byte token as it stands in the `authorization` header.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(pub [u8; 32]);

impl fmt::Debug for Token {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Token(..)")
    }
}

impl Token {
    /// Reads base64url without padding.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    /// Its base64url without padding: for the one who made it, never for a log.
    #[must_use]
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Equal in a time that does not depend on where they differ.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

/// What a token is for; each has a label of its own, so that no token serves two ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Fetch, acknowledge, close and delete: the inbox's owner.
    Fetch,
    /// Ask whether something waits.
    Wake,
    /// Post through one of the 64 slots.
    Slot,
}

impl Purpose {
    const fn label(self) -> &'static str {
        match self {
            Self::Fetch => "alongside/relay fetch",
            Self::Wake => "alongside/relay wake",
            Self::Slot => "alongside/relay slot",
        }
    }
}

/// What the post box keeps of a token: SHA-256(0x01, u32 length of the label, label, token).
#[must_use]
pub fn hash(purpose: Purpose, token: &Token) -> [u8; 32] {
    labelled(purpose.label(), &[&token.0])
}

/// SHA-256 over suite, label and parts; each part is of a fixed length or the last one.
pub(crate) fn labelled(label: &str, parts: &[&[u8]]) -> [u8; 32] {
    let length = u32::try_from(label.len()).unwrap_or(u32::MAX);
    let mut hash = Sha256::new_with_prefix([SUITE]);
    hash.update(length.to_be_bytes());
    hash.update(label);
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_written_in_the_contract() {
        let token = Token([7; 32]);
        let mut input = vec![1, 0, 0, 0, 20];
        input.extend_from_slice(b"alongside/relay slot");
        input.extend_from_slice(&[7; 32]);
        assert_eq!(
            hash(Purpose::Slot, &token),
            <[u8; 32]>::from(Sha256::digest(&input))
        );
        assert_ne!(hash(Purpose::Slot, &token), hash(Purpose::Wake, &token));
    }

    #[test]
    fn text_is_strict_and_debug_hides() {
        let text = URL_SAFE_NO_PAD.encode([9; 32]);
        assert_eq!(Token::from_text(&text), Some(Token([9; 32])));
        assert_eq!(Token::from_text(&format!("{text}=")), None);
        assert_eq!(Token::from_text(&URL_SAFE_NO_PAD.encode([9; 31])), None);
        assert_eq!(format!("{:?}", Token([9; 32])), "Token(..)");
        assert!(Token([9; 32]).same(&Token([9; 32])));
    }
}
