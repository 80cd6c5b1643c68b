//! Messages: what one device writes in one notebook, sealed once for all its readers and signed, so that one item can
//! be shown alone. The key is single-use: it comes from a salt over the whole body, so that even cloned randomness
//! repeats no key for two bodies. Frozen format: docs/formats.md "Message", golden file tests/golden/trust/message.hex.

use super::Refused;
use super::bytes::{Reader, Writer, check_set};
use super::device::TieKey;
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

struct Split {
    head: Vec<u8>,
    items: Vec<u8>,
    hashes: Vec<[u8; 32]>,
}

impl Body {
    fn encode(&self) -> Result<Split, Refused> {
        let mut w = Writer::new();
        w.fixed(&self.device.0);
        w.u64(self.sequence);
        w.fixed(&self.previous.0);
        w.u8(u8::from(self.full));
        let mut numbers = self.numbers.clone();
        numbers.sort_unstable();
        numbers.dedup();
        w.count(numbers.len());
        for heard in &numbers {
            w.fixed(&heard.notebook.0);
            w.fixed(&heard.device.0);
            w.u64(heard.contiguous);
            w.u64(heard.highest);
        }
        let head = w.finish();
        let mut w = Writer::new();
        w.count(self.items.len());
        let mut hashes = Vec::with_capacity(self.items.len());
        for item in &self.items {
            if item.bytes.len() > ITEM_BYTES {
                return Err(Refused::TooLarge);
            }
            w.u8(item.kind);
            w.bytes(&item.bytes);
            hashes.push(derive_item_hash(item));
        }
        let items = w.finish();
        if self.items.len() > ITEMS as usize || head.len() + items.len() > BODY_BYTES {
            return Err(Refused::TooLarge);
        }
        Ok(Split {
            head,
            items,
            hashes,
        })
    }

    fn decode(bytes: &[u8]) -> Result<(Self, Vec<u8>), Refused> {
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
        check_set(&numbers)?;
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

/// Seals a body in an epoch. Returns the message and the body's id.
///
/// # Errors
/// [`Refused::TooLarge`] for an item above 1 MiB, more than 4,096 items, or a body that no envelope carries.
pub fn seal_message(
    key: &TieKey,
    secret: &[u8; 32],
    epoch: &EpochId,
    body: &Body,
    rng: &mut dyn CryptoRng,
) -> Result<(Vec<u8>, BodyId), Refused> {
    let split = body.encode()?;
    let mut encoded = split.head.clone();
    encoded.extend_from_slice(&split.items);
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
    let (cipher, commit) = derive_message_keys(secret, &salt, epoch)?;
    let mut header = Writer::new();
    header.u8(SUITE);
    header.fixed(&epoch.0);
    header.fixed(&salt);
    header.fixed(&commit);
    let mut message = header.finish();
    let said = signed_bytes(&message, &split.head, &split.hashes);
    let signature = key.sign(Label::MessageSignature, &said);
    let mut plain = Writer::new();
    plain.fixed(&signature);
    plain.fixed(&encoded);
    let sealed = suite::seal_aead(&cipher, &[0; 24], &message, &plain.finish())?;
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
    let (encoded, signature, header) = unseal(bytes, secret, epoch)?;
    let (body, head) = Body::decode(&encoded)?;
    let hashes: Vec<[u8; 32]> = body.items.iter().map(derive_item_hash).collect();
    suite::verify(
        public,
        Label::MessageSignature,
        &signed_bytes(header, &head, &hashes),
        &signature,
    )?;
    if super::device::derive_device_id(public) != body.device {
        return Err(Refused::BadSignature);
    }
    Ok((body, BodyId(hash(Label::BodyId, &[&encoded]))))
}

fn unseal<'a>(
    bytes: &'a [u8],
    secret: &[u8; 32],
    epoch: &EpochId,
) -> Result<(Vec<u8>, [u8; 64], &'a [u8]), Refused> {
    if message_epoch(bytes)? != *epoch {
        return Err(Refused::WrongKind);
    }
    let (header, sealed) = bytes.split_at_checked(HEADER).ok_or(Refused::Malformed)?;
    let mut r = Reader::new(header);
    r.fixed(1 + 32)?;
    let salt: [u8; SALT] = r.array()?;
    let said: [u8; COMMIT] = r.array()?;
    let (cipher, commit) = derive_message_keys(secret, &salt, epoch)?;
    if !bool::from(commit.ct_eq(&said)) {
        return Err(Refused::CannotOpen);
    }
    let plain = suite::open_aead(&cipher, &[0; 24], header, sealed)?;
    let mut r = Reader::new(&plain);
    let signature = r.array()?;
    let left = r.left();
    Ok((r.fixed(left)?.to_vec(), signature, header))
}

/// One item with what proves who wrote it, for a report that shows nothing else (HR-49).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemProof {
    header: Vec<u8>,
    head: Vec<u8>,
    hashes: Vec<[u8; 32]>,
    signature: [u8; 64],
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
        open_message(bytes, secret, epoch, public)?;
        let (encoded, signature, header) = unseal(bytes, secret, epoch)?;
        let (body, head) = Body::decode(&encoded)?;
        let index = usize::try_from(at).map_err(|_| Refused::NotListed)?;
        let item = body.items.get(index).cloned().ok_or(Refused::NotListed)?;
        Ok(Self {
            header: header.to_vec(),
            head,
            hashes: body.items.iter().map(derive_item_hash).collect(),
            signature,
            at,
            item,
        })
    }

    /// Whether the holder of this public key wrote the item.
    ///
    /// # Errors
    /// [`Refused::BadSignature`].
    pub fn check(&self, public: &[u8; 32]) -> Result<(), Refused> {
        let index = usize::try_from(self.at).map_err(|_| Refused::BadSignature)?;
        if self.hashes.get(index) != Some(&derive_item_hash(&self.item)) {
            return Err(Refused::BadSignature);
        }
        let said = signed_bytes(&self.header, &self.head, &self.hashes);
        suite::verify(public, Label::MessageSignature, &said, &self.signature)
    }
}

fn derive_item_hash(item: &Item) -> [u8; 32] {
    hash(Label::ItemHash, &[&[item.kind], &item.bytes])
}

fn derive_message_keys(
    secret: &[u8; 32],
    salt: &[u8],
    epoch: &EpochId,
) -> Result<(Zeroizing<[u8; 32]>, [u8; 32]), Refused> {
    let mut out = Zeroizing::new([0; 64]);
    suite::derive_into(
        Label::Message,
        secret,
        salt,
        &[&epoch.0],
        out.as_mut_slice(),
    )?;
    let mut r = Reader::new(out.as_slice());
    Ok((Zeroizing::new(r.array()?), r.array()?))
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
