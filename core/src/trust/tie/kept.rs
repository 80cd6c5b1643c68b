//! A tie as this device keeps it in its own, encrypted store. This layout never leaves the phone; its version
//! byte lets a later release read an older one. It holds keys: the name of the function says so.

use super::members::read_side;
use super::{Counts, Numbers, OwnEpoch, OwnPrekey, Party, ReadEpoch, Tie, TieKind};
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};
use crate::trust::card::Card;
use crate::trust::ids::{BodyId, DeviceId, EpochId, NotebookId, PrekeyId, TieId};
use crate::trust::list::ListStatement;
use crate::trust::prekey::Prekey;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

const VERSION: u8 = 2;
const MANY: u32 = 1 << 16;

fn count(w: &mut Writer, n: usize) {
    w.u32(u32::try_from(n).unwrap_or(u32::MAX));
}

fn maybe_u32(w: &mut Writer, value: Option<u32>) {
    w.u8(u8::from(value.is_some()));
    w.u32(value.unwrap_or_default());
}

fn read_maybe_u32(r: &mut Reader<'_>) -> Result<Option<u32>, Refused> {
    let there = r.u8()? == 1;
    let value = r.u32()?;
    Ok(there.then_some(value))
}

impl Party {
    fn keep(&self, w: &mut Writer) {
        count(w, self.statements.len());
        for statement in &self.statements {
            w.bytes(statement.bytes());
        }
        count(w, self.cards.len());
        for card in self.cards.values() {
            w.bytes(card.bytes());
        }
    }

    fn read(r: &mut Reader<'_>) -> Result<Self, Refused> {
        let mut party = Self::default();
        for _ in 0..r.count(256)? {
            party
                .statements
                .push(ListStatement::reopen(r.bytes(1 << 16)?)?);
        }
        for _ in 0..r.count(256)? {
            let card = Card::reopen(r.bytes(1 << 14)?)?;
            party.cards.insert(card.device_id(), card);
        }
        Ok(party)
    }
}

impl Numbers {
    fn keep(&self, w: &mut Writer) {
        w.u64(self.contiguous);
        w.u64(self.highest);
        count(w, self.beyond.len());
        for number in &self.beyond {
            w.u64(*number);
        }
        w.u8(u8::from(self.forked));
        count(w, self.recent.len());
        for (number, id) in &self.recent {
            w.u64(*number);
            w.fixed(&id.0);
        }
    }

    fn read(r: &mut Reader<'_>, version: u8) -> Result<Self, Refused> {
        let mut numbers = Self {
            contiguous: r.u64()?,
            highest: r.u64()?,
            ..Self::default()
        };
        for _ in 0..r.count(MANY)? {
            numbers.beyond.insert(r.u64()?);
        }
        if version == 1 {
            let there = r.u8()? == 1;
            let id = BodyId(r.array()?);
            numbers
                .recent
                .extend(there.then_some((numbers.highest, id)));
            return Ok(numbers);
        }
        numbers.forked = r.u8()? == 1;
        for _ in 0..r.count(64)? {
            numbers.recent.insert(r.u64()?, BodyId(r.array()?));
        }
        Ok(numbers)
    }
}

impl Tie {
    /// For this device's own store only: it holds every key of the tie.
    #[must_use]
    pub fn leak_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut w = Writer::new();
        w.u8(VERSION);
        w.u8(u8::from(self.kind == TieKind::People));
        w.u8(self.side.byte());
        w.fixed(&self.id.0);
        w.fixed(&self.me.0);
        w.fixed(&self.context);
        self.mine.keep(&mut w);
        self.theirs.keep(&mut w);
        count(&mut w, self.prekeys.len());
        for own in &self.prekeys {
            w.bytes(&own.pair.leak_bytes()[..]);
            w.u32(own.made);
            maybe_u32(&mut w, own.replaced);
        }
        w.u64(self.counter);
        w.u8(self.slot);
        w.u64(self.sequence);
        w.fixed(&self.previous.0);
        w.u8(u8::from(self.epoch.is_some()));
        if let Some(epoch) = &self.epoch {
            w.fixed(&epoch.id.0);
            w.bytes(&epoch.bytes);
            w.fixed(epoch.secret.as_slice());
            w.u32(epoch.start);
            w.u32(epoch.days);
            count(&mut w, epoch.readers.len());
            for (device, first) in &epoch.readers {
                w.fixed(&device.0);
                w.u8(u8::from(first.is_some()));
                w.u64(first.unwrap_or_default());
            }
        }
        w.u64(self.last_n);
        count(&mut w, self.read.len());
        for epoch in &self.read {
            w.fixed(&epoch.id.0);
            w.fixed(&epoch.notebook.0);
            w.fixed(&epoch.device.0);
            w.u64(epoch.n);
            w.bytes(&epoch.bytes);
            w.fixed(epoch.secret.as_slice());
            w.u32(epoch.learned);
            maybe_u32(&mut w, epoch.ended);
        }
        count(&mut w, self.newest.len());
        for ((notebook, device), (n, id)) in &self.newest {
            w.fixed(&notebook.0);
            w.fixed(&device.0);
            w.u64(*n);
            w.fixed(&id.0);
        }
        count(&mut w, self.opened.len());
        for ((notebook, device), numbers) in &self.opened {
            w.fixed(&notebook.0);
            w.fixed(&device.0);
            numbers.keep(&mut w);
        }
        count(&mut w, self.heard.len());
        for (device, (contiguous, highest)) in &self.heard {
            w.fixed(&device.0);
            w.u64(*contiguous);
            w.u64(*highest);
        }
        count(&mut w, self.given.len());
        for (device, at) in &self.given {
            w.fixed(&device.0);
            w.u64(*at);
        }
        count(&mut w, self.way_back.len());
        for secret in &self.way_back {
            w.fixed(secret);
        }
        w.u32(self.age);
        maybe_u32(&mut w, self.last_sync);
        for n in [
            self.counts.refused,
            self.counts.repeated,
            self.counts.waiting,
            self.counts.clones,
        ] {
            w.u64(n);
        }
        w.u8(u8::from(self.ended));
        w.u8(u8::from(self.owes_numbers));
        // Two bits, so that what an earlier release kept reads as it meant.
        w.u8(u8::from(self.rolled_back) | u8::from(self.said_ahead) << 1);
        count(&mut w, self.erased.len());
        for prekey in &self.erased {
            w.fixed(&prekey.0);
        }
        Zeroizing::new(w.finish())
    }

    /// From this device's own store.
    ///
    /// # Errors
    /// [`Refused::Malformed`] where the bytes are not such a tie, [`Refused::UnknownSuite`] where a newer release wrote them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(bytes);
        let version = r.u8()?;
        if !matches!(version, 1..=VERSION) {
            return Err(Refused::UnknownSuite);
        }
        let kind = if r.u8()? == 0 {
            TieKind::Home
        } else {
            TieKind::People
        };
        let side = read_side(&mut r)?;
        let id = TieId(r.array()?);
        let me = DeviceId(r.array()?);
        let context = r.array()?;
        let mine = Party::read(&mut r)?;
        let theirs = Party::read(&mut r)?;
        let mut prekeys = Vec::new();
        for _ in 0..r.count(MANY)? {
            prekeys.push(OwnPrekey {
                pair: Prekey::from_bytes(r.bytes(1 << 12)?)?,
                made: r.u32()?,
                replaced: read_maybe_u32(&mut r)?,
            });
        }
        let counter = r.u64()?;
        let slot = r.u8()?;
        let sequence = r.u64()?;
        let previous = BodyId(r.array()?);
        let epoch = if r.u8()? == 1 {
            Some(read_own_epoch(&mut r)?)
        } else {
            None
        };
        let last_n = r.u64()?;
        let mut read = Vec::new();
        for _ in 0..r.count(MANY)? {
            read.push(ReadEpoch {
                id: EpochId(r.array()?),
                notebook: NotebookId(r.array()?),
                device: DeviceId(r.array()?),
                n: r.u64()?,
                bytes: r.bytes(1 << 16)?.to_vec(),
                secret: Zeroizing::new(r.array()?),
                learned: r.u32()?,
                ended: read_maybe_u32(&mut r)?,
            });
        }
        let mut newest = BTreeMap::new();
        for _ in 0..r.count(MANY)? {
            let at = (NotebookId(r.array()?), DeviceId(r.array()?));
            newest.insert(at, (r.u64()?, EpochId(r.array()?)));
        }
        let mut opened = BTreeMap::new();
        for _ in 0..r.count(MANY)? {
            let at = (NotebookId(r.array()?), DeviceId(r.array()?));
            opened.insert(at, Numbers::read(&mut r, version)?);
        }
        let mut heard = BTreeMap::new();
        for _ in 0..r.count(MANY)? {
            heard.insert(DeviceId(r.array()?), (r.u64()?, r.u64()?));
        }
        let mut given = BTreeMap::new();
        for _ in 0..r.count(MANY)? {
            given.insert(DeviceId(r.array()?), r.u64()?);
        }
        let mut way_back = Vec::new();
        for _ in 0..r.count(2)? {
            way_back.push(r.array()?);
        }
        let mut tie = Self {
            id,
            kind,
            side,
            me,
            context,
            mine,
            theirs,
            prekeys,
            erased: Vec::new(),
            counter,
            slot,
            sequence,
            previous,
            epoch,
            last_n,
            read,
            newest,
            opened,
            heard,
            given,
            way_back,
            age: r.u32()?,
            last_sync: read_maybe_u32(&mut r)?,
            counts: Counts {
                refused: r.u64()?,
                repeated: r.u64()?,
                waiting: r.u64()?,
                clones: r.u64()?,
            },
            ended: r.u8()? == 1,
            owes_numbers: r.u8()? == 1,
            rolled_back: false,
            said_ahead: false,
        };
        let bits = r.u8()?;
        tie.rolled_back = bits & 1 == 1;
        tie.said_ahead = bits & 2 == 2;
        if version >= 2 {
            for _ in 0..r.count(256)? {
                tie.erased.push(PrekeyId(r.array()?));
            }
        }
        r.finish()?;
        Ok(tie)
    }
}

fn read_own_epoch(r: &mut Reader<'_>) -> Result<OwnEpoch, Refused> {
    let id = EpochId(r.array()?);
    let bytes = r.bytes(1 << 16)?.to_vec();
    let secret = Zeroizing::new(r.array()?);
    let start = r.u32()?;
    let days = r.u32()?;
    let mut readers = BTreeMap::new();
    for _ in 0..r.count(64)? {
        let device = DeviceId(r.array()?);
        let there = r.u8()? == 1;
        let first = r.u64()?;
        readers.insert(device, there.then_some(first));
    }
    Ok(OwnEpoch {
        id,
        bytes,
        secret,
        start,
        days,
        readers,
    })
}
