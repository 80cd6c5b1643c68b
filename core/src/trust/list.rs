//! Device lists: signed statements of who a person's devices are in one tie, joined by rules that give the same
//! answer in any order. Invariant: joining is a pure function of the set of statements; removal beats adding.
//! Frozen format: docs/formats.md "Device list", golden files tests/golden/trust/list-*.hex.

mod join;

pub use join::DeviceList;

use super::Refused;
use super::bytes::{Reader, Writer, check_set};
use super::device::{TieKey, derive_device_id};
use super::ids::{DeviceId, StatementId};
use super::recovery::RecoveryKey;
use super::suite::{self, Label, SUITE, hash};
use std::collections::BTreeSet;

/// Most devices a person has at once in a tie.
pub const DEVICES: usize = 6;
/// Most statements of one list.
pub const STATEMENTS: usize = 256;
/// From here on only what makes a list shorter, or a new beginning, finds room ([`DeviceList::admit`]).
pub const ROOM: usize = 192;
/// The same in bytes, so that a whole list always fits an envelope beside what else travels.
pub const ROOM_BYTES: usize = 96 << 10;

/// Who signed a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signer {
    /// A device, by its public key in the tie.
    Device([u8; 32]),
    /// The recovery key that the first list names.
    Recovery([u8; 32]),
}

/// One signed statement; always well signed, though not always one that counts.
#[derive(Clone, PartialEq, Eq)]
pub struct ListStatement {
    bytes: Vec<u8>,
    id: StatementId,
    generation: u32,
    previous: Vec<StatementId>,
    adds: Vec<[u8; 32]>,
    removes: Vec<(DeviceId, u64)>,
    named: Option<([u8; 32], [u8; 32])>,
    signer: Signer,
}

struct Fields<'a> {
    generation: u32,
    previous: &'a BTreeSet<StatementId>,
    adds: &'a [[u8; 32]],
    removes: &'a [(DeviceId, u64)],
    named: Option<([u8; 32], [u8; 32])>,
    signer: Signer,
}

impl Fields<'_> {
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(SUITE);
        w.u32(self.generation);
        w.count(self.previous.len());
        for id in self.previous {
            w.fixed(&id.0);
        }
        let adds: BTreeSet<_> = self.adds.iter().collect();
        w.count(adds.len());
        for public in adds {
            w.fixed(public);
        }
        let removes: BTreeSet<_> = self.removes.iter().collect();
        w.count(removes.len());
        for (device, last) in removes {
            w.fixed(&device.0);
            w.u64(*last);
        }
        w.u8(u8::from(self.named.is_some()));
        if let Some((recovery, helper)) = &self.named {
            w.fixed(recovery);
            w.fixed(helper);
        }
        let (kind, public) = match &self.signer {
            Signer::Device(public) => (0, public),
            Signer::Recovery(public) => (1, public),
        };
        w.u8(kind);
        w.fixed(public);
        w.finish()
    }
}

impl ListStatement {
    /// A person's first list in a tie: this device alone, and the recovery and helper keys.
    ///
    /// # Errors
    /// None in practice; the bytes are read back.
    pub fn make_first(key: &TieKey, recovery: [u8; 32], helper: [u8; 32]) -> Result<Self, Refused> {
        let fields = Fields {
            generation: 0,
            previous: &BTreeSet::new(),
            adds: &[key.public()],
            removes: &[],
            named: Some((recovery, helper)),
            signer: Signer::Device(key.public()),
        };
        Self::signed(&fields, |bytes| key.sign(Label::List, bytes))
    }

    /// A later statement by a device.
    ///
    /// # Errors
    /// [`Refused::TooLarge`] above the bounds.
    pub fn make_next(
        key: &TieKey,
        generation: u32,
        previous: &BTreeSet<StatementId>,
        adds: &[[u8; 32]],
        removes: &[(DeviceId, u64)],
    ) -> Result<Self, Refused> {
        let fields = Fields {
            generation,
            previous,
            adds,
            removes,
            named: None,
            signer: Signer::Device(key.public()),
        };
        Self::signed(&fields, |bytes| key.sign(Label::List, bytes))
    }

    /// A new beginning by the get-back sheet: a higher generation that lists all devices there are, and may say up to
    /// which number others are still honoured. Those that it names in neither way are out, with nothing honoured.
    ///
    /// # Errors
    /// [`Refused::TooLarge`] above the bounds, [`Refused::Malformed`] for generation 0 or no device.
    pub fn make_recovered(
        key: &RecoveryKey,
        generation: u32,
        previous: &BTreeSet<StatementId>,
        devices: &[[u8; 32]],
        removes: &[(DeviceId, u64)],
    ) -> Result<Self, Refused> {
        let fields = Fields {
            generation,
            previous,
            adds: devices,
            removes,
            named: None,
            signer: Signer::Recovery(key.public()),
        };
        Self::signed(&fields, |bytes| key.sign(Label::List, bytes))
    }

    fn signed(fields: &Fields<'_>, sign: impl FnOnce(&[u8]) -> [u8; 64]) -> Result<Self, Refused> {
        let mut bytes = fields.encode();
        let signature = sign(&bytes);
        bytes.extend_from_slice(&signature);
        Self::open(&bytes)
    }

    /// Reads a statement and verifies its own signature. Whether it counts is for [`DeviceList::join`].
    ///
    /// # Errors
    /// [`Refused::Malformed`], [`Refused::UnknownSuite`], [`Refused::TooLarge`], [`Refused::BadSignature`].
    pub fn open(bytes: &[u8]) -> Result<Self, Refused> {
        let statement = Self::read(bytes)?;
        let (Signer::Device(public) | Signer::Recovery(public)) = statement.signer;
        let (signed, signature) = bytes.split_last_chunk().ok_or(Refused::Malformed)?;
        suite::verify(&public, Label::List, signed, signature)?;
        statement.in_form()
    }

    /// Reads a statement from this phone's own encrypted store, whose pages are authenticated: it was verified before it
    /// was kept. A sync reads its ties many times over, and verifying each time was half of its work.
    ///
    /// # Errors
    /// As [`ListStatement::open`], but for the signature.
    pub(crate) fn reopen(bytes: &[u8]) -> Result<Self, Refused> {
        Self::read(bytes)?.in_form()
    }

    fn read(bytes: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(bytes);
        if r.u8()? != SUITE {
            return Err(Refused::UnknownSuite);
        }
        let generation = r.u32()?;
        let mut previous = Vec::new();
        for _ in 0..r.count(STATEMENTS as u32)? {
            previous.push(StatementId(r.array()?));
        }
        check_set(&previous)?;
        let mut adds = Vec::new();
        for _ in 0..r.count(DEVICES as u32)? {
            adds.push(r.array()?);
        }
        check_set(&adds)?;
        let mut removes = Vec::new();
        for _ in 0..r.count(STATEMENTS as u32)? {
            removes.push((DeviceId(r.array()?), r.u64()?));
        }
        // One number for each device, so the set is one of devices.
        check_set(&removes.iter().map(|(device, _)| device).collect::<Vec<_>>())?;
        let named = match r.u8()? {
            0 => None,
            1 => Some((r.array()?, r.array()?)),
            _ => return Err(Refused::Malformed),
        };
        let kind = r.u8()?;
        let public = r.array()?;
        let signer = match kind {
            0 => Signer::Device(public),
            1 => Signer::Recovery(public),
            _ => return Err(Refused::Malformed),
        };
        let signed = bytes
            .get(..bytes.len() - r.left())
            .ok_or(Refused::Malformed)?;
        r.fixed(64)?;
        r.finish()?;
        Ok(Self {
            bytes: bytes.to_vec(),
            id: StatementId(hash(Label::ListId, &[signed])),
            generation,
            previous,
            adds,
            removes,
            named,
            signer,
        })
    }

    fn in_form(self) -> Result<Self, Refused> {
        let in_form = match self.signer {
            // Only a first list names keys: whoever joins later can't slip in a recovery key of his own.
            Signer::Device(_) => self.named.is_none() || self.is_first(),
            Signer::Recovery(_) => {
                self.named.is_none() && self.generation > 0 && !self.adds.is_empty()
            }
        };
        if in_form {
            Ok(self)
        } else {
            Err(Refused::Malformed)
        }
    }

    /// As signed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of the signed bytes.
    #[must_use]
    pub fn id(&self) -> StatementId {
        self.id
    }

    /// Whether it has the form of a first list: names the keys, adds its own signer, follows nothing.
    #[must_use]
    pub fn is_first(&self) -> bool {
        let own = match self.signer {
            Signer::Device(public) => self.adds == [public],
            Signer::Recovery(_) => false,
        };
        own && self.named.is_some()
            && self.previous.is_empty()
            && self.generation == 0
            && self.removes.is_empty()
    }

    /// The root generation it belongs to.
    #[must_use]
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// The newest statements that its signer knew, sorted.
    #[must_use]
    pub fn previous(&self) -> &[StatementId] {
        &self.previous
    }

    /// The devices it takes out, each with the last number still honoured, sorted.
    #[must_use]
    pub fn removes(&self) -> &[(DeviceId, u64)] {
        &self.removes
    }

    /// Who signed it.
    #[must_use]
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// The public keys it adds, sorted.
    #[must_use]
    pub fn adds(&self) -> &[[u8; 32]] {
        &self.adds
    }

    /// The recovery and helper keys that a first list names.
    #[must_use]
    pub fn named(&self) -> Option<&([u8; 32], [u8; 32])> {
        self.named.as_ref()
    }

    fn signer_device(&self) -> Option<DeviceId> {
        match &self.signer {
            Signer::Device(public) => Some(derive_device_id(public)),
            Signer::Recovery(_) => None,
        }
    }
}

impl std::fmt::Debug for ListStatement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ListStatement")
            .field("id", &self.id)
            .field("generation", &self.generation)
            .field("adds", &self.adds.len())
            .field("removes", &self.removes.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
