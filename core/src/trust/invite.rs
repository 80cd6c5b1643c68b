//! How two phones meet: an invite shown or sent, an answer, two nonces, four spoken words, and both say yes. Plain state
//! machines that can be kept between steps; what they post is kept in them, so that a step tried again posts the same
//! bytes. They do not know the post room. Invariant: nothing of the tie exists before both nonces are open, the first
//! good answer burns the invite, and a changed bundle, kind or partner is refused or shows other words.
//! Frozen formats: docs/formats.md "Invite"; golden file tests/golden/trust/invite.hex.
mod bundle;
mod code;
mod invitee;
mod inviter;

pub use bundle::{Bundle, Introduction, Offer, is_name};
pub use code::{InviteCode, InviteSecret, LINK_START};
pub use invitee::Invitee;
pub use inviter::Inviter;

use super::Refused;
use super::bytes::{Reader, Writer};
use super::envelope::{self, Envelope, Opened, Part};
use super::ids::TieId;
use super::inbox::{SeededInbox, SlotKey, SlotToken};
use super::suite::{self, Label};
use super::wayback::{Side, WayBackSecret};
use super::words::{Words, derive_words};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// How long an invite can be answered, in seconds: 48 hours.
pub const LIFE_SECONDS: u64 = 48 * 3_600;

/// Whom an invite is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Another person: a new tie.
    Person,
    /// Another device of the same person, into the home tie.
    Device,
}

/// A body to be posted, the same however often it is tried.
pub struct Posting {
    /// The post box of the inbox, when it is not the poster's own.
    pub relay: Option<String>,
    /// The slot to post through.
    pub slot: SlotToken,
    /// The idempotency key.
    pub key: [u8; 16],
    /// The sealed body, of a ladder size.
    pub body: Vec<u8>,
}

/// What both phones hold when both said yes.
#[derive(Debug)]
pub struct Met {
    /// The id of the tie, or of this meeting when the kind is [`Kind::Device`] (the home tie keeps its own).
    pub tie: TieId,
    /// Whom the invite was for.
    pub kind: Kind,
    /// Which side this phone was.
    pub side: Side,
    /// What the other side said of itself.
    pub theirs: Introduction,
    /// The first secret of the way back.
    pub way_back: WayBackSecret,
    /// The words that were compared.
    pub words: Words,
}

impl Kind {
    /// Its byte in every format: 1 and 2.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Person => 1,
            Self::Device => 2,
        }
    }

    pub(super) fn from_byte(byte: u8) -> Result<Self, Refused> {
        match byte {
            1 => Ok(Self::Person),
            2 => Ok(Self::Device),
            _ => Err(Refused::WrongKind),
        }
    }
}

/// The one-off inbox in which an offer waits: both find it from the invite's secret and the kind.
#[must_use]
pub fn derive_offer_inbox(secret: &InviteSecret, kind: Kind) -> SeededInbox {
    SeededInbox::from_seed(suite::derive(
        Label::OfferInbox,
        secret.leak_bytes(),
        &[&[kind.byte()]],
    ))
}

impl std::fmt::Debug for Posting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Posting({} bytes)", self.body.len())
    }
}

/// What the words and the tie id are made of, in the order inviter, invitee.
struct Meeting<'a> {
    secret: &'a InviteSecret,
    kind: Kind,
    bundles: [&'a [u8]; 2],
    nonces: [&'a [u8; 32]; 2],
}

impl Meeting<'_> {
    fn words(&self) -> Words {
        let [first, second] = self.bundles.map(bundle_hash);
        let [theirs, ours] = self.nonces;
        derive_words(&suite::hash(
            Label::Words,
            &[
                self.secret.leak_bytes(),
                &[self.kind.byte()],
                &first,
                &second,
                theirs,
                ours,
            ],
        ))
    }

    fn tie(&self) -> TieId {
        let [first, second] = self.bundles.map(bundle_hash);
        TieId(suite::hash(
            Label::TieId,
            &[&[self.kind.byte()], &first, &second],
        ))
    }
}

fn bundle_hash(bundle: &[u8]) -> [u8; 32] {
    suite::hash(Label::Bundle, &[bundle])
}

/// What the invitee promises before she sees the inviter's nonce.
fn commitment(first: &[u8], second: &[u8], nonce: &[u8; 32]) -> [u8; 32] {
    suite::hash(
        Label::NonceCommit,
        &[&bundle_hash(first), &bundle_hash(second), nonce],
    )
}

/// HPKE's info: what an answer is for.
fn answer_info(kind: Kind) -> Vec<u8> {
    let mut info = suite::labelled(Label::Answer);
    info.push(kind.byte());
    info
}

/// What both sides take from the exchange.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Exported {
    /// Seed of the inbox in which the inviter's nonce is left for the invitee.
    reply: [u8; 32],
    /// Key under which the invitee opens her nonce.
    opening: [u8; 32],
    /// The way-back secret.
    way_back: [u8; 32],
}

impl Exported {
    fn derive(export: &[u8; 32]) -> Self {
        Self {
            reply: suite::derive(Label::ReplyInbox, export, &[]),
            opening: suite::derive(Label::InviteStep, export, &[]),
            way_back: suite::derive(Label::WayBack, export, &[]),
        }
    }

    fn write(&self, w: &mut Writer) {
        w.fixed(&self.reply);
        w.fixed(&self.opening);
        w.fixed(&self.way_back);
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Refused> {
        Ok(Self {
            reply: r.array()?,
            opening: r.array()?,
            way_back: r.array()?,
        })
    }
}

/// Steps as they stand in an envelope: a step byte, then the step's own bytes.
const OFFER: u8 = 1;
const ANSWER: u8 = 2;
const NONCE: u8 = 3;
const OPENING: u8 = 4;

fn seal_step(
    key: &SlotKey,
    step: u8,
    bytes: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Refused> {
    let step = [&[suite::SUITE, step], bytes].concat();
    let parts = vec![Part::InviteStep(step)];
    envelope::seal_envelope(key, &Envelope { parts }, rng)
}

fn open_step(key: &SlotKey, step: u8, item: &[u8]) -> Result<Vec<u8>, Refused> {
    let Opened::Whole(envelope) = envelope::open_item(key, item)? else {
        return Err(Refused::Malformed);
    };
    let [Part::InviteStep(bytes)] = envelope.parts.as_slice() else {
        return Err(Refused::Malformed);
    };
    match bytes.as_slice() {
        [suite::SUITE, found, rest @ ..] if *found == step => Ok(rest.to_vec()),
        [suite::SUITE, ..] => Err(Refused::Malformed),
        _ => Err(Refused::UnknownSuite),
    }
}

fn posting(relay: Option<&str>, slot: SlotToken, body: &[u8]) -> Posting {
    Posting {
        relay: relay.map(str::to_owned),
        slot,
        key: envelope::derive_post_key(body),
        body: body.to_vec(),
    }
}

#[cfg(test)]
mod tests;
