//! The bodies of the wake gateway, PROTOCOL.md 13: read strictly and written.
//! Knows no HTTP and no file.
//! Invariant: every reader ends in a value or in [`Malformed`], for any bytes.

use crate::token::{SUITE, Token, labelled};
use crate::wire::{Malformed, Reader, bytes};

/// The most wake addresses in one request of a post box.
pub const WAKES: usize = 256;
/// The most wake addresses of one phone.
pub const ADDRESSES: usize = 64;
/// The longest address or token of a push service, in bytes.
pub const TARGET_LIMIT: usize = 1024;
/// The longest body of any request, in bytes.
pub const BODY_LIMIT: usize = 3 + 32 * WAKES;

/// Where a phone can be woken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A Web Push subscription (RFC 8030, 8291), as a browser or UnifiedPush makes it.
    Web {
        /// The address to post to.
        endpoint: String,
        /// The phone's public key: a point on P-256, uncompressed.
        key: [u8; 65],
        /// The phone's authentication secret.
        auth: [u8; 16],
    },
    /// Apple's device token.
    Apple(Vec<u8>),
    /// Google's registration token.
    Google(String),
}

/// What a phone registers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Where it can be woken.
    pub target: Target,
    /// The hashes of its wake addresses.
    pub addresses: Vec<[u8; 32]>,
}

/// What is kept of a wake address.
#[must_use]
pub fn address_hash(address: &[u8; 32]) -> [u8; 32] {
    labelled("alongside/relay wake address", &[address])
}

/// What is kept of a manage token.
#[must_use]
pub fn manage_hash(token: &Token) -> [u8; 32] {
    labelled("alongside/relay manage", &[&token.0])
}

impl Target {
    /// As it stands in a registration, and in the gateway's file.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut to = Vec::new();
        match self {
            Self::Web {
                endpoint,
                key,
                auth,
            } => {
                to.push(1);
                bytes(&mut to, endpoint.as_bytes());
                to.extend_from_slice(key);
                to.extend_from_slice(auth);
            }
            Self::Apple(token) => {
                to.push(2);
                bytes(&mut to, token);
            }
            Self::Google(token) => {
                to.push(3);
                bytes(&mut to, token.as_bytes());
            }
        }
        to
    }

    /// As it stands in the gateway's file.
    ///
    /// # Errors
    /// [`Malformed`].
    pub fn read(kept: &[u8]) -> Result<Self, Malformed> {
        let whole = [&[SUITE], kept].concat();
        let mut from = Reader::new(&whole)?;
        let target = Self::from(&mut from)?;
        from.finish()?;
        Ok(target)
    }

    fn from(from: &mut Reader<'_>) -> Result<Self, Malformed> {
        let kind = from.u8()?;
        let length = usize::try_from(from.u32()?).map_err(|_| Malformed)?;
        if length == 0 || length > TARGET_LIMIT {
            return Err(Malformed);
        }
        let to = from.take(length)?.to_vec();
        let text = |to| String::from_utf8(to).map_err(|_| Malformed);
        match kind {
            1 => Ok(Self::Web {
                endpoint: text(to)?,
                key: from.array()?,
                auth: from.array()?,
            }),
            2 if to.len() <= 100 => Ok(Self::Apple(to)),
            3 if to.iter().all(u8::is_ascii_graphic) => Ok(Self::Google(text(to)?)),
            _ => Err(Malformed),
        }
    }
}

/// Reads a registration.
///
/// # Errors
/// [`Malformed`].
pub fn read_register(body: &[u8]) -> Result<Registration, Malformed> {
    let mut from = Reader::new(body)?;
    let target = Target::from(&mut from)?;
    let count = usize::from(from.u8()?);
    if count > ADDRESSES {
        return Err(Malformed);
    }
    let addresses = (0..count).map(|_| from.array()).collect::<Result<_, _>>()?;
    from.finish()?;
    Ok(Registration { target, addresses })
}

/// Writes a registration.
#[must_use]
pub fn write_register(registration: &Registration) -> Vec<u8> {
    let mut to = vec![SUITE];
    to.extend(registration.target.write());
    to.push(u8::try_from(registration.addresses.len()).unwrap_or(u8::MAX));
    to.extend(registration.addresses.iter().flatten());
    to
}

/// Reads the end of a registration: nothing but the version.
///
/// # Errors
/// [`Malformed`].
pub fn read_unregister(body: &[u8]) -> Result<(), Malformed> {
    Reader::new(body)?.finish()
}

/// Reads the addresses that a post box wants woken.
///
/// # Errors
/// [`Malformed`].
pub fn read_wake(body: &[u8]) -> Result<Vec<[u8; 32]>, Malformed> {
    let mut from = Reader::new(body)?;
    let count = usize::from(from.u16()?);
    if count > WAKES {
        return Err(Malformed);
    }
    let addresses = (0..count).map(|_| from.array()).collect::<Result<_, _>>()?;
    from.finish()?;
    Ok(addresses)
}

/// Writes the addresses that a post box wants woken.
#[must_use]
pub fn write_wake(addresses: &[[u8; 32]]) -> Vec<u8> {
    let mut to = vec![SUITE];
    to.extend_from_slice(
        &u16::try_from(addresses.len())
            .unwrap_or(u16::MAX)
            .to_be_bytes(),
    );
    to.extend(addresses.iter().flatten());
    to
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_nothing_else() {
        let targets = [
            Target::Web {
                endpoint: "https://push.example/x".into(),
                key: [4; 65],
                auth: [5; 16],
            },
            Target::Apple(vec![7; 32]),
            Target::Google("a:b-c".into()),
        ];
        for target in targets {
            assert_eq!(Target::read(&target.write()).unwrap(), target);
            let whole = Registration {
                target,
                addresses: vec![[1; 32], [2; 32]],
            };
            let written = write_register(&whole);
            assert_eq!(read_register(&written).unwrap(), whole);
            for shorter in 0..written.len() {
                assert!(read_register(&written[..shorter]).is_err());
            }
            assert!(read_register(&[&written[..], &[0]].concat()).is_err());
        }
        for wrong in [
            Target::Google("with space".into()),
            Target::Google(String::new()),
            Target::Apple(vec![0; 101]),
        ] {
            assert!(Target::read(&wrong.write()).is_err());
        }
        let addresses = [[3; 32]; WAKES];
        let written = write_wake(&addresses);
        assert_eq!(written.len(), BODY_LIMIT);
        assert_eq!(read_wake(&written).unwrap(), addresses);
        assert!(read_wake(&write_wake(&[[3; 32]; WAKES + 1])).is_err());
        assert!(read_unregister(&[1]).is_ok() && read_unregister(&[1, 1]).is_err());
    }
}
