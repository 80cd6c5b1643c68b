//! Messages: what one device writes in one notebook, sealed once for all its readers and signed, so that one item can
//! be shown alone. The key is single-use: it comes from a salt over the whole body, so that even cloned randomness
//! repeats no key for two bodies. Frozen format: docs/formats.md "Message", golden file tests/golden/trust/message.hex.

use super::Refused;
use super::bytes::{Reader, Writer, check_set};
use super::device::{TieKey, derive_device_id};
use super::ids::{BodyId, DeviceId, EpochId, NotebookId};
use super::suite::{self, Label, SUITE, hash};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Most items of one message.
pub const ITEMS: u32 = 4_096;
/// Most bytes of one item.
pub const ITEM_BYTES: usize = 1 << 20;
/// Most bytes of one body: what the largest envelope carries.
pub const BODY_BYTES: usize = 1_400_000;
const NUMBERS: u32 = 512;
const SALT: usize = 32;
const COMMIT: usize = 32;
/// suite, epoch id, salt, commitment.
const HEADER: usize = 1 + 32 + SALT + COMMIT;

/// One thing that a message carries. What the bytes mean is not this room's to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// docs/formats.md "Item kinds".
    pub kind: u8,
    /// At most 1 MiB.
    pub bytes: Vec<u8>,
}

/// How far one sender in one notebook was opened by the writer of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct NumbersHeard {
    /// The notebook.
    pub notebook: NotebookId,
    /// The sending device.
    pub device: DeviceId,
    /// The last number opened without gap.
    pub contiguous: u64,
    /// The highest number opened.
    pub highest: u64,
}

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// The writing device.
    pub device: DeviceId,
    /// Its number in this notebook.
    pub sequence: u64,
    /// The body before, of this device in this notebook.
    pub previous: BodyId,
    /// It holds all that the earlier ones held: no gap before it matters.
    pub full: bool,
    /// Sorted, without repeats.
    pub numbers: Vec<NumbersHeard>,
    /// What it carries.
    pub items: Vec<Item>,
}

impl Body {
    /// The encoded body, and how many bytes of it are the head.
    fn encode(&self) -> Result<(Vec<u8>, usize), Refused> {
        let count = self.items.len();
        let bytes: usize = self.items.iter().map(|item| item.bytes.len()).sum();
        let largest = self.items.iter().map(|item| item.bytes.len()).max();
        if count > ITEMS as usize || largest > Some(ITEM_BYTES) || bytes > BODY_BYTES {
            return Err(Refused::TooLarge);
        }
        let mut w = Writer::new();
        w.fixed(&self.device.0);
        w.u64(self.sequence);
        w.fixed(&self.previous.0);
        w.u8(u8::from(self.full));
        let mut numbers = self.numbers.clone();
        numbers.sort_unstable();
        numbers.dedup();
        check_numbers(&numbers)?;
        w.count(numbers.len());
        for heard in &numbers {
            w.fixed(&heard.notebook.0);
            w.fixed(&heard.device.0);
            w.u64(heard.contiguous);
            w.u64(heard.highest);
        }
        let head = w.len();
        w.count(count);
        for item in &self.items {
            w.u8(item.kind);
            w.bytes(&item.bytes);
        }
        let encoded = w.finish();
        if encoded.len() > BODY_BYTES {
            return Err(Refused::TooLarge);
        }
        Ok((encoded, head))
    }

    fn decode(bytes: &[u8]) -> Result<(Self, Vec<u8>), Refused> {
        if bytes.len() > BODY_BYTES {
            return Err(Refused::TooLarge);
        }
        let mut r = Reader::new(bytes);
        let device = DeviceId(r.array()?);
        let sequence = r.u64()?;
        let previous = BodyId(r.array()?);
        let full = match r.u8()? {
            0 => false,
            1 => true,
            _ => return Err(Refused::Malformed),
        };
        let mut numbers = Vec::new();
        for _ in 0..r.count(NUMBERS)? {
            numbers.push(NumbersHeard {
                notebook: NotebookId(r.array()?),
                device: DeviceId(r.array()?),
                contiguous: r.u64()?,
                highest: r.u64()?,
            });
        }
        check_numbers(&numbers)?;
        let head = bytes
            .get(..bytes.len() - r.left())
            .ok_or(Refused::Malformed)?
            .to_vec();
        let mut items = Vec::new();
        for _ in 0..r.count(ITEMS)? {
            items.push(Item {
                kind: r.u8()?,
                bytes: r.bytes(ITEM_BYTES)?.to_vec(),
            });
        }
        r.finish()?;
        let body = Self {
            device,
            sequence,
            previous,
            full,
            numbers,
            items,
        };
        Ok((body, head))
    }
}

/// One pair of numbers for each sender, and none without gap above the highest.
fn check_numbers(numbers: &[NumbersHeard]) -> Result<(), Refused> {
    let senders: Vec<_> = numbers.iter().map(|n| (n.notebook, n.device)).collect();
    check_set(&senders)?;
    if senders.len() > NUMBERS as usize || numbers.iter().any(|n| n.contiguous > n.highest) {
        return Err(Refused::Malformed);
    }
    Ok(())
}

/// Seals a body in an epoch. Returns the message and the body's id.
///
/// # Errors
/// [`Refused::TooLarge`] for an item above 1 MiB, more than 4,096 items, or a body that no envelope carries;
/// [`Refused::NotListed`] where the key is not that of the body's device, [`Refused::Malformed`] for two pairs of
/// numbers of one sender.
pub fn seal_message(
    key: &TieKey,
    secret: &[u8; 32],
    epoch: &EpochId,
    body: &Body,
    rng: &mut dyn CryptoRng,
) -> Result<(Vec<u8>, BodyId), Refused> {
    if key.device_id() != body.device {
        return Err(Refused::NotListed);
    }
    let (encoded, head) = body.encode()?;
    let id = BodyId(hash(Label::BodyId, &[&encoded]));
    let random = Zeroizing::new(suite::make_32(rng));
    let mut salt = [0; SALT];
    suite::derive_into(
        Label::Salt,
        random.as_slice(),
        &[],
        &[&id.0, &body.device.0],
        &mut salt,
    )?;
    let keys = MessageKeys::derive(secret, &salt, epoch)?;
    let mut header = Writer::new();
    header.u8(SUITE);
    header.fixed(&epoch.0);
    header.fixed(&salt);
    header.fixed(&keys.commit);
    let mut message = header.finish();
    let head = encoded.get(..head).ok_or(Refused::Malformed)?;
    let said = signed_bytes(&message, head, &keys.item_hashes(&body.items));
    let signature = key.sign(Label::MessageSignature, &said);
    let mut plain = Writer::new();
    plain.fixed(&signature);
    plain.fixed(&encoded);
    let sealed = suite::seal_aead(&keys.cipher, &[0; 24], &message, &plain.finish())?;
    message.extend_from_slice(&sealed);
    Ok((message, id))
}

/// The epoch that a message says it belongs to.
///
/// # Errors
/// [`Refused::Malformed`], [`Refused::UnknownSuite`].
pub fn message_epoch(bytes: &[u8]) -> Result<EpochId, Refused> {
    let mut r = Reader::new(bytes);
    if r.u8()? != SUITE {
        return Err(Refused::UnknownSuite);
    }
    Ok(EpochId(r.array()?))
}

/// Opens a message: the commitment first, then the seal, then the signature.
///
/// # Errors
/// [`Refused::CannotOpen`], [`Refused::BadSignature`], [`Refused::Malformed`], [`Refused::WrongKind`] for another epoch.
pub fn open_message(
    bytes: &[u8],
    secret: &[u8; 32],
    epoch: &EpochId,
    public: &[u8; 32],
) -> Result<(Body, BodyId), Refused> {
    let opened = Opened::of(bytes, secret, epoch, public)?;
    Ok((opened.body, opened.id))
}

struct Opened<'a> {
    header: &'a [u8],
    head: Vec<u8>,
    body: Body,
    id: BodyId,
    keys: MessageKeys,
    signature: [u8; 64],
}

impl<'a> Opened<'a> {
    fn of(
        bytes: &'a [u8],
        secret: &[u8; 32],
        epoch: &EpochId,
        public: &[u8; 32],
    ) -> Result<Self, Refused> {
        if message_epoch(bytes)? != *epoch {
            return Err(Refused::WrongKind);
        }
        let (header, sealed) = bytes.split_at_checked(HEADER).ok_or(Refused::Malformed)?;
        let mut r = Reader::new(header);
        r.fixed(1 + 32)?;
        let salt: [u8; SALT] = r.array()?;
        let said: [u8; COMMIT] = r.array()?;
        let keys = MessageKeys::derive(secret, &salt, epoch)?;
        if !bool::from(keys.commit.ct_eq(&said)) {
            return Err(Refused::CannotOpen);
        }
        let plain = suite::open_aead(&keys.cipher, &[0; 24], header, sealed)?;
        let (signature, encoded) = plain.split_first_chunk::<64>().ok_or(Refused::Malformed)?;
        let (body, head) = Body::decode(encoded)?;
        let said = signed_bytes(header, &head, &keys.item_hashes(&body.items));
        suite::verify(public, Label::MessageSignature, &said, signature)?;
        if derive_device_id(public) != body.device {
            return Err(Refused::BadSignature);
        }
        Ok(Self {
            header,
            head,
            body,
            id: BodyId(hash(Label::BodyId, &[encoded])),
            keys,
            signature: *signature,
        })
    }
}

/// One item with what proves who wrote it, for a report that shows nothing else (HR-49).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemProof {
    header: Vec<u8>,
    head: Vec<u8>,
    hashes: Vec<[u8; 32]>,
    signature: [u8; 64],
    blind: [u8; 32],
    /// Which of the hashes is the item's.
    pub at: u32,
    /// The item.
    pub item: Item,
}

impl ItemProof {
    /// Takes one item out of a message that opens.
    ///
    /// # Errors
    /// As [`open_message`]; [`Refused::NotListed`] where there is no such item.
    pub fn take(
        bytes: &[u8],
        secret: &[u8; 32],
        epoch: &EpochId,
        public: &[u8; 32],
        at: u32,
    ) -> Result<Self, Refused> {
        let opened = Opened::of(bytes, secret, epoch, public)?;
        let index = usize::try_from(at).map_err(|_| Refused::NotListed)?;
        let item = opened.body.items.get(index).ok_or(Refused::NotListed)?;
        Ok(Self {
            header: opened.header.to_vec(),
            head: opened.head,
            hashes: opened.keys.item_hashes(&opened.body.items),
            signature: opened.signature,
            blind: opened.keys.item_blind(at),
            at,
            item: item.clone(),
        })
    }

    /// Whether the holder of this public key wrote the item.
    ///
    /// # Errors
    /// [`Refused::BadSignature`].
    pub fn check(&self, public: &[u8; 32]) -> Result<(), Refused> {
        let index = usize::try_from(self.at).map_err(|_| Refused::BadSignature)?;
        if self.hashes.get(index) != Some(&derive_item_hash(&self.blind, &self.item)) {
            return Err(Refused::BadSignature);
        }
        let said = signed_bytes(&self.header, &self.head, &self.hashes);
        suite::verify(public, Label::MessageSignature, &said, &self.signature)
    }
}

struct MessageKeys {
    cipher: Zeroizing<[u8; 32]>,
    commit: [u8; 32],
    blind: Zeroizing<[u8; 32]>,
}

impl MessageKeys {
    /// HKDF(s, salt; "msg", epoch id): key, key commitment, and what blinds the items' hashes.
    fn derive(secret: &[u8; 32], salt: &[u8; SALT], epoch: &EpochId) -> Result<Self, Refused> {
        let mut out = Zeroizing::new([0; 96]);
        suite::derive_into(
            Label::Message,
            secret,
            salt,
            &[&epoch.0],
            out.as_mut_slice(),
        )?;
        let mut r = Reader::new(out.as_slice());
        Ok(Self {
            cipher: Zeroizing::new(r.array()?),
            commit: r.array()?,
            blind: Zeroizing::new(r.array()?),
        })
    }

    fn item_hashes(&self, items: &[Item]) -> Vec<[u8; 32]> {
        (0..)
            .zip(items)
            .map(|(at, item)| derive_item_hash(&self.item_blind(at), item))
            .collect()
    }

    fn item_blind(&self, at: u32) -> [u8; 32] {
        suite::derive(
            Label::ItemBlind,
            self.blind.as_slice(),
            &[&at.to_be_bytes()],
        )
    }
}

/// Blinded, so that an item shown alone does not let the others, often one short mark, be guessed by their hashes.
fn derive_item_hash(blind: &[u8; 32], item: &Item) -> [u8; 32] {
    hash(Label::ItemHash, &[blind, &[item.kind], &item.bytes])
}

fn signed_bytes(header: &[u8], head: &[u8], hashes: &[[u8; 32]]) -> Vec<u8> {
    let mut w = Writer::new();
    w.bytes(header);
    w.bytes(head);
    w.count(hashes.len());
    for hash in hashes {
        w.fixed(hash);
    }
    w.finish()
}

#[cfg(test)]
mod tests;
