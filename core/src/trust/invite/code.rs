//! The invite as it leaves the phone: text of a QR code, a link, or 24 words typed by hand. It does not know the bundle,
//! only its hash. Invariant: a code that is not whole is refused before anybody is asked.
use super::Kind;
use super::bundle::LONGEST_RELAY;
use crate::trust::bytes::{Reader, Writer};
use crate::trust::suite::{self, Label};
use crate::trust::{Refused, words};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// What every link begins with. A scheme of our own: opening it contacts no host, with or without the app; an address
/// on the web would tell that host who opened an invite and when, and could hand out a page that reads the fragment.
pub const LINK_START: &str = "alongside:#";

const LONGEST_TEXT: usize = 1_024;

/// The 32 random bytes of an invite: used once, for 48 hours. Who knows them can answer.
#[derive(Zeroize, ZeroizeOnDrop, PartialEq, Eq)]
pub struct InviteSecret([u8; 32]);

/// What the inviter shows, sends or reads out.
#[derive(PartialEq, Eq)]
pub struct InviteCode {
    /// Whom the invite is for.
    pub kind: Kind,
    /// The post box where the offer waits; none: the reader's own.
    pub relay: Option<String>,
    /// The secret.
    pub secret: InviteSecret,
    /// Hash of the inviter's bundle; none when the code came as words.
    pub bundle_hash: Option<[u8; 32]>,
}

impl InviteSecret {
    /// A fresh one.
    #[must_use]
    pub fn make(rng: &mut dyn CryptoRng) -> Self {
        Self(suite::make_32(rng))
    }

    /// Takes bytes that were kept or read.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves; who takes them answers for where they go.
    #[must_use]
    pub fn leak_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl InviteCode {
    /// The link, which is also the text of the QR code.
    ///
    /// # Errors
    /// `Malformed` without the bundle's hash: a link always carries it. `TooLarge` for a long post box address.
    pub fn to_link(&self) -> Result<Zeroizing<String>, Refused> {
        let mut bytes = Zeroizing::new(self.encode(self.bundle_hash.ok_or(Refused::Malformed)?)?);
        let check = check_of(&bytes);
        bytes.extend_from_slice(&check);
        let mut link = Zeroizing::new(String::with_capacity(LONGEST_TEXT));
        link.push_str(LINK_START);
        BASE64_URL_SAFE_NO_PAD.encode_string(bytes.as_slice(), &mut link);
        Ok(link)
    }

    /// Reads a link, with or without what stands before `#`, and with white space around it or in it (mail breaks lines).
    ///
    /// # Errors
    /// `Malformed` when it is not whole, `UnknownSuite` when it is of a newer program, `WrongKind`, `TooLarge`.
    pub fn from_link(text: &str) -> Result<Self, Refused> {
        if text.len() > LONGEST_TEXT {
            return Err(Refused::TooLarge);
        }
        let payload = text.rsplit_once('#').map_or(text, |(_, payload)| payload);
        let payload: Zeroizing<String> =
            Zeroizing::new(payload.chars().filter(|c| !c.is_whitespace()).collect());
        let bytes = BASE64_URL_SAFE_NO_PAD
            .decode(payload.as_bytes())
            .map(Zeroizing::new)
            .map_err(|_| Refused::Malformed)?;
        let (code, check) = bytes
            .split_last_chunk::<CHECK>()
            .ok_or(Refused::Malformed)?;
        if check_of(code) != *check {
            return Err(Refused::Malformed);
        }
        Self::decode(code)
    }

    /// The secret as 24 words, to be read out or written down; kind and post box are not in them.
    ///
    /// # Errors
    /// None in practice.
    pub fn to_words(&self) -> Result<Zeroizing<String>, Refused> {
        words::phrase_of(self.secret.leak_bytes())
    }

    /// Reads 24 words. The person said whom the invite is for, and the post box is the reader's own.
    ///
    /// # Errors
    /// `Malformed` when they are not such words.
    pub fn from_words(kind: Kind, typed: &str) -> Result<Self, Refused> {
        let secret = words::bytes_of_phrase::<32>(typed)?;
        Ok(Self {
            kind,
            relay: None,
            secret: InviteSecret(*secret),
            bundle_hash: None,
        })
    }

    fn encode(&self, hash: [u8; 32]) -> Result<Vec<u8>, Refused> {
        let relay = self.relay.as_deref().unwrap_or("");
        if relay.len() > LONGEST_RELAY {
            return Err(Refused::TooLarge);
        }
        let mut w = Writer::new();
        w.u8(suite::SUITE);
        w.u8(self.kind.byte());
        w.bytes(relay.as_bytes());
        w.fixed(self.secret.leak_bytes());
        w.fixed(&hash);
        Ok(w.finish())
    }

    fn decode(code: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(code);
        if r.u8()? != suite::SUITE {
            return Err(Refused::UnknownSuite);
        }
        let kind = Kind::from_byte(r.u8()?)?;
        let relay =
            String::from_utf8(r.bytes(LONGEST_RELAY)?.to_vec()).map_err(|_| Refused::Malformed)?;
        let secret = InviteSecret(r.array()?);
        let bundle_hash = Some(r.array()?);
        r.finish()?;
        Ok(Self {
            kind,
            relay: Some(relay).filter(|relay| !relay.is_empty()),
            secret,
            bundle_hash,
        })
    }
}

/// Bytes at the end of a link by which a torn or mistyped one is known before anybody is asked.
const CHECK: usize = 4;

fn check_of(code: &[u8]) -> [u8; CHECK] {
    let [a, b, c, d, ..] = suite::hash(Label::InviteCode, &[code]);
    [a, b, c, d]
}

impl std::fmt::Debug for InviteSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InviteSecret(..)")
    }
}

impl std::fmt::Debug for InviteCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InviteCode({:?})", self.kind)
    }
}
