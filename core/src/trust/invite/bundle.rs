//! What each side of an invite says of itself, and what the inviter adds so that it can be answered. It does not know
//! who is who. Invariant: a name is at most 30 characters of plain text, and equal bundles have equal bytes.
use super::Kind;
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};
use crate::trust::card::Card;
use crate::trust::list::{DeviceList, ListStatement};
use crate::trust::suite;

/// Most characters of a name.
pub const LONGEST_NAME: usize = 30;
/// Most bytes of a post box's address.
pub const LONGEST_RELAY: usize = 255;
/// What fits into one item with all that is around it.
const LONGEST_BUNDLE: usize = 62 << 10;
const MOST_STATEMENTS: u32 = 256;
const LONGEST_PART: usize = 64 << 10;

/// What a side says of itself: a person, or (for [`Kind::Device`]) a device.
#[derive(Clone, PartialEq, Eq)]
pub struct Introduction {
    /// The name that it gives itself: 1 to 30 characters, no control or direction characters.
    pub name: String,
    /// Where its inboxes are; none: in the reader's own post box.
    pub relay: Option<String>,
    /// The signed statements of its device list: the first one alone for a new tie; the home list from the inviter of a
    /// device, and none from the device.
    pub statements: Vec<Vec<u8>>,
    /// The signed card of the device that speaks.
    pub card: Vec<u8>,
}

/// What the inviter adds: where and with which keys the invite is answered.
#[derive(Clone, PartialEq, Eq)]
pub struct Offer {
    /// One-time X-Wing public key, 1,216 bytes.
    pub one_time: Vec<u8>,
    /// Token of the slot of the inbox that only the inviter reads.
    pub answer_token: [u8; 32],
    /// Outer key of that slot.
    pub answer_key: [u8; 32],
    /// When the invite ends, in seconds since 1970-01-01 UTC.
    pub expires: u64,
}

/// One side's bundle; its hash is what code, exchange, words and tie id are bound to.
#[derive(Clone, PartialEq, Eq)]
pub struct Bundle {
    /// Whom the invite is for.
    pub kind: Kind,
    /// What this side says of itself.
    pub who: Introduction,
    /// Present in the inviter's bundle only.
    pub offer: Option<Offer>,
}

impl Bundle {
    /// The frozen bytes of docs/formats.md "Invite".
    ///
    /// # Errors
    /// `Malformed` for a name that cannot be shown; `NotListed` when card and statements do not fit each other or the
    /// kind; what [`Card::open`] and [`ListStatement::open`] say; `TooLarge` above one item of 64 KiB.
    pub fn encode(&self) -> Result<Vec<u8>, Refused> {
        self.check()?;
        let mut w = Writer::new();
        w.u8(suite::SUITE);
        w.u8(self.kind.byte());
        w.bytes(self.who.name.as_bytes());
        w.bytes(self.who.relay.as_deref().unwrap_or("").as_bytes());
        w.u32(u32::try_from(self.who.statements.len()).map_err(|_| Refused::TooLarge)?);
        for statement in &self.who.statements {
            w.bytes(statement);
        }
        w.bytes(&self.who.card);
        w.u8(u8::from(self.offer.is_some()));
        if let Some(offer) = &self.offer {
            w.fixed(&offer.one_time);
            w.fixed(&offer.answer_token);
            w.fixed(&offer.answer_key);
            w.u64(offer.expires);
        }
        let bytes = w.finish();
        if bytes.len() > LONGEST_BUNDLE {
            return Err(Refused::TooLarge);
        }
        Ok(bytes)
    }

    /// Reads a bundle and checks that it is whole.
    ///
    /// # Errors
    /// `UnknownSuite`, `WrongKind`, `Malformed`, `TooLarge`, and as [`encode`](Self::encode).
    pub fn decode(bytes: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(bytes);
        if r.u8()? != suite::SUITE {
            return Err(Refused::UnknownSuite);
        }
        let kind = Kind::from_byte(r.u8()?)?;
        let name = text(r.bytes(4 * LONGEST_NAME)?)?;
        let relay = Some(text(r.bytes(LONGEST_RELAY)?)?).filter(|relay| !relay.is_empty());
        let mut statements = Vec::new();
        for _ in 0..r.count(MOST_STATEMENTS)? {
            statements.push(r.bytes(LONGEST_PART)?.to_vec());
        }
        let card = r.bytes(LONGEST_PART)?.to_vec();
        let offer = match r.u8()? {
            0 => None,
            1 => Some(Offer {
                one_time: r.fixed(suite::PUBLIC)?.to_vec(),
                answer_token: r.array()?,
                answer_key: r.array()?,
                expires: r.u64()?,
            }),
            _ => return Err(Refused::Malformed),
        };
        r.finish()?;
        let who = Introduction {
            name,
            relay,
            statements,
            card,
        };
        let bundle = Self { kind, who, offer };
        bundle.check()?;
        Ok(bundle)
    }

    fn check(&self) -> Result<(), Refused> {
        let who = &self.who;
        let relay = who.relay.as_ref().is_none_or(|relay| {
            !relay.is_empty() && relay.len() <= LONGEST_RELAY && relay.chars().all(shows)
        });
        let one_time = self
            .offer
            .as_ref()
            .is_none_or(|offer| offer.one_time.len() == suite::PUBLIC);
        if relay && one_time && is_name(&who.name) {
            self.check_signed()
        } else {
            Err(Refused::Malformed)
        }
    }

    /// Who signed what: the card's device is on the list that comes with it; a device that joins brings no list.
    fn check_signed(&self) -> Result<(), Refused> {
        let card = Card::open(&self.who.card)?;
        let statements = self
            .who
            .statements
            .iter()
            .map(|bytes| ListStatement::open(bytes))
            .collect::<Result<Vec<_>, _>>()?;
        let fits = match (self.kind, &self.offer, statements.as_slice()) {
            (Kind::Person, _, [first]) => {
                first.is_first() && first.adds() == [*card.device_public()]
            }
            (Kind::Device, Some(_), home) => DeviceList::join(home).has(&card.device_id()),
            (Kind::Device, None, none) => none.is_empty(),
            _ => false,
        };
        if fits {
            Ok(())
        } else {
            Err(Refused::NotListed)
        }
    }
}

/// Whether a text can stand as a name on another's screen.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let length = name.chars().count();
    (1..=LONGEST_NAME).contains(&length) && name.trim() == name && name.chars().all(shows)
}

/// Not a control character, and none that turns the direction of the text around it or takes no room: with those one
/// name can pass for another. (The two joiners of many scripts and of emoji are let through.)
fn shows(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn text(bytes: &[u8]) -> Result<String, Refused> {
    String::from_utf8(bytes.to_vec()).map_err(|_| Refused::Malformed)
}

impl std::fmt::Debug for Introduction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Introduction(..)")
    }
}

impl std::fmt::Debug for Bundle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bundle({:?})", self.kind)
    }
}

impl std::fmt::Debug for Offer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Offer(..)")
    }
}
