//! The questions that hold no token: the key that everybody gets, which goes straight, and who may create.
//! Invariant: they say nothing of who asks.

use serde::Deserialize;

use super::{Creating, PostError, URL_SAFE_NO_PAD};
use base64::Engine as _;

/// A kind of answer, and how long it may be in bytes.
pub(super) type Kind = (&'static str, usize);
pub(super) const KEYS: Kind = ("application/ohttp-keys", 1_024);
pub(super) const INFO: Kind = ("application/json", 65_536);

#[derive(Deserialize)]
struct Info {
    open: bool,
    #[serde(default)]
    create_secrets: Vec<Hash>,
}

#[derive(Deserialize)]
struct Hash {
    month: u32,
    hash: String,
}

/// Reads who may create out of `/v1/info` (JSON); other names there are passed over.
///
/// # Errors
/// [`PostError::NotThisProtocol`] where a name is missing, or a hash is none of 32 bytes.
pub fn creating(text: &[u8]) -> Result<Creating, PostError> {
    let refused = PostError::NotThisProtocol;
    let info: Info = serde_json::from_slice(text).map_err(|_| refused)?;
    let secrets = info.create_secrets.iter().take(4).map(|one| {
        let bytes = URL_SAFE_NO_PAD.decode(&one.hash).map_err(|_| refused)?;
        Ok((one.month, bytes.try_into().map_err(|_| refused)?))
    });
    Ok(Creating {
        open: info.open,
        secrets: secrets.collect::<Result<_, _>>()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_create_is_read_and_other_names_are_passed_over() {
        let hash = URL_SAFE_NO_PAD.encode([9; 32]);
        let text = format!(
            r#"{{"new":1,"open":false,"create_secrets":[{{"month":732,"hash":"{hash}"}}]}}"#
        );
        let expected = Creating {
            open: false,
            secrets: vec![(732, [9; 32])],
        };
        assert_eq!(creating(text.as_bytes()), Ok(expected));
        assert!(creating(br#"{"open":true}"#).unwrap().open);
        let short = br#"{"open":false,"create_secrets":[{"month":1,"hash":"AAAA"}]}"#;
        for text in [&b"{}"[..], b"<html>", b"", short] {
            assert_eq!(creating(text), Err(PostError::NotThisProtocol));
        }
    }
}
