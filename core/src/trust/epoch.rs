//! Epochs and grants: at most 28 days of one device's writing in one notebook, with one secret and one list of readers.
//! HPKE's base mode does not say who sealed, so the signed statement commits to the secret: without that any member
//! could forge a grant. Frozen formats: docs/formats.md "Epoch statement" and "Grant", golden files
//! tests/golden/trust/epoch.hex and grant.hex.

use super::bytes::{Reader, Writer, check_set};
use super::device::{TieKey, derive_device_id};
use super::ids::{DeviceId, EpochId, NotebookId, PrekeyId, StatementId};
use super::list::DeviceList;
use super::prekey::Prekey;
use super::suite::{self, Label, SUITE, hash};
use super::{Day, Refused};
use rand_core::CryptoRng;
use std::collections::BTreeSet;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// Most readers of one epoch: twelve people with six devices each.
const READERS: u32 = 72;
/// Most list heads that a statement names.
const HEADS: u32 = 512;

/// A signed epoch statement; always well signed, not always one that is accepted.
#[derive(Clone, PartialEq, Eq)]
pub struct EpochStatement {
    bytes: Vec<u8>,
    id: EpochId,
    signer: [u8; 32],
    notebook: NotebookId,
    n: u64,
    lists: Vec<StatementId>,
    readers: Vec<(DeviceId, PrekeyId)>,
    commit: [u8; 32],
    start: Day,
    reason: u8,
}

/// What a new epoch says.
#[derive(Debug, Clone)]
pub struct NewEpoch {
    /// The notebook it writes in.
    pub notebook: NotebookId,
    /// Rises with each epoch of the device in the notebook; gaps don't matter.
    pub n: u64,
    /// The newest statements of both sides' lists that the writer knows.
    pub lists: BTreeSet<StatementId>,
    /// Who may read, and by which prekey.
    pub readers: BTreeSet<(DeviceId, PrekeyId)>,
    /// [`derive_commit`] of the secret.
    pub commit: [u8; 32],
    /// The day it begins.
    pub start: Day,
    /// 0 the first, 1 a later one.
    pub reason: u8,
}

impl EpochStatement {
    /// Signs a statement.
    ///
    /// # Errors
    /// [`Refused::TooLarge`] above the bounds.
    pub fn make(key: &TieKey, new: &NewEpoch) -> Result<Self, Refused> {
        let mut w = Writer::new();
        w.u8(SUITE);
        w.fixed(&key.public());
        w.fixed(&new.notebook.0);
        w.u64(new.n);
        w.count(new.lists.len());
        for id in &new.lists {
            w.fixed(&id.0);
        }
        w.count(new.readers.len());
        for (device, prekey) in &new.readers {
            w.fixed(&device.0);
            w.fixed(&prekey.0);
        }
        w.fixed(&new.commit);
        w.u32(new.start);
        w.u8(new.reason);
        let mut bytes = w.finish();
        let signature = key.sign(Label::Epoch, &bytes);
        bytes.extend_from_slice(&signature);
        Self::open(&bytes)
    }

    /// Reads and verifies a statement.
    ///
    /// # Errors
    /// [`Refused::Malformed`], [`Refused::UnknownSuite`], [`Refused::TooLarge`], [`Refused::BadSignature`].
    pub fn open(bytes: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(bytes);
        if r.u8()? != SUITE {
            return Err(Refused::UnknownSuite);
        }
        let signer = r.array()?;
        let notebook = NotebookId(r.array()?);
        let n = r.u64()?;
        let mut lists = Vec::new();
        for _ in 0..r.count(HEADS)? {
            lists.push(StatementId(r.array()?));
        }
        check_set(&lists)?;
        let mut readers = Vec::new();
        for _ in 0..r.count(READERS)? {
            readers.push((DeviceId(r.array()?), PrekeyId(r.array()?)));
        }
        // One prekey for each device, so the set is one of devices.
        check_set(&readers.iter().map(|(device, _)| device).collect::<Vec<_>>())?;
        let commit = r.array()?;
        let start = r.u32()?;
        let reason = r.u8()?;
        let signed = bytes
            .get(..bytes.len() - r.left())
            .ok_or(Refused::Malformed)?;
        let signature = r.array()?;
        r.finish()?;
        suite::verify(&signer, Label::Epoch, signed, &signature)?;
        Ok(Self {
            bytes: bytes.to_vec(),
            id: EpochId(hash(Label::EpochId, &[signed])),
            signer,
            notebook,
            n,
            lists,
            readers,
            commit,
            start,
            reason,
        })
    }

    /// As signed.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The hash of the signed bytes.
    #[must_use]
    pub fn id(&self) -> EpochId {
        self.id
    }

    /// The writing device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        derive_device_id(&self.signer)
    }

    /// The notebook.
    #[must_use]
    pub fn notebook(&self) -> NotebookId {
        self.notebook
    }

    /// The epoch's number.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// The list statements that the writer knew.
    #[must_use]
    pub fn lists(&self) -> &[StatementId] {
        &self.lists
    }

    /// The readers, sorted.
    #[must_use]
    pub fn readers(&self) -> &[(DeviceId, PrekeyId)] {
        &self.readers
    }

    /// The prekey by which a device may read.
    #[must_use]
    pub fn reader_prekey(&self, device: &DeviceId) -> Option<PrekeyId> {
        self.readers
            .iter()
            .find(|(reader, _)| reader == device)
            .map(|(_, prekey)| *prekey)
    }

    /// The commitment to the secret.
    #[must_use]
    pub fn commit(&self) -> &[u8; 32] {
        &self.commit
    }

    /// The day it begins.
    #[must_use]
    pub fn start(&self) -> Day {
        self.start
    }

    /// Why it began.
    #[must_use]
    pub fn reason(&self) -> u8 {
        self.reason
    }
}

impl std::fmt::Debug for EpochStatement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EpochStatement")
            .field("id", &self.id)
            .field("n", &self.n)
            .field("readers", &self.readers.len())
            .finish_non_exhaustive()
    }
}

/// How a statement is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accept {
    /// The newest of its device.
    New,
    /// Same number, other statement: a cloned device writes. Both are read, and it is reported.
    CloneSeen,
}

/// Whether a statement is accepted: its signer is on the author's list, and its number is above the device's last
/// (gaps don't matter, since statements are complete).
///
/// # Errors
/// [`Refused::NotListed`], [`Refused::Replayed`] for the same one, [`Refused::Stale`] for a lower number.
pub fn accept(
    statement: &EpochStatement,
    author: &DeviceList,
    last: Option<(u64, EpochId)>,
) -> Result<Accept, Refused> {
    if !author.has(&statement.device()) {
        return Err(Refused::NotListed);
    }
    match last {
        Some((_, id)) if id == statement.id => Err(Refused::Replayed),
        Some((n, _)) if n > statement.n => Err(Refused::Stale),
        Some((n, _)) if n == statement.n => Ok(Accept::CloneSeen),
        _ => Ok(Accept::New),
    }
}

/// commit = HKDF(s, "commit").
#[must_use]
pub fn derive_commit(secret: &[u8; 32]) -> [u8; 32] {
    suite::derive(Label::Commit, secret, &[])
}

/// The epoch's secret sealed to one reading device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant(Vec<u8>);

impl Grant {
    /// HPKE base seal of `secret` to a prekey; info = statement id, aad = device id.
    ///
    /// # Errors
    /// [`Refused::Malformed`] where the prekey is none.
    pub fn seal(
        prekey: &[u8],
        epoch: &EpochId,
        device: &DeviceId,
        secret: &[u8; 32],
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, Refused> {
        suite::hpke_seal(prekey, &info(epoch), &device.0, secret, rng).map(Self)
    }

    /// Takes received bytes; opening checks them.
    ///
    /// # Errors
    /// [`Refused::Malformed`] where the length is wrong.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refused> {
        if bytes.len() == suite::ENCAPSULATED + 32 + 16 {
            Ok(Self(bytes.to_vec()))
        } else {
            Err(Refused::Malformed)
        }
    }

    /// As sealed, 1,168 bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Opens the secret, and checks it against the statement's commitment and this device's presence among the readers.
    ///
    /// # Errors
    /// [`Refused::NotListed`], [`Refused::CannotOpen`].
    pub fn open(
        &self,
        prekey: &Prekey,
        statement: &EpochStatement,
        me: &DeviceId,
    ) -> Result<Zeroizing<[u8; 32]>, Refused> {
        if statement.reader_prekey(me) != Some(prekey.id()) {
            return Err(Refused::NotListed);
        }
        let plain = suite::hpke_open(prekey.secret(), &info(&statement.id), &me.0, &self.0)?;
        let secret: [u8; 32] = plain
            .as_slice()
            .try_into()
            .map_err(|_| Refused::Malformed)?;
        let secret = Zeroizing::new(secret);
        check_commit(&secret, statement)?;
        Ok(secret)
    }
}

/// Whether the secret is the one that the statement commits to; in constant time.
///
/// # Errors
/// [`Refused::CannotOpen`].
pub fn check_commit(secret: &[u8; 32], statement: &EpochStatement) -> Result<(), Refused> {
    if bool::from(derive_commit(secret).ct_eq(&statement.commit)) {
        Ok(())
    } else {
        Err(Refused::CannotOpen)
    }
}

fn info(epoch: &EpochId) -> Vec<u8> {
    let mut info = suite::labelled(Label::Grant);
    info.extend_from_slice(&epoch.0);
    info
}

#[cfg(test)]
mod tests;
