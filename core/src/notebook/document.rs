//! One document: flat keys at the root, small ints and plain strings, merged by automerge.
//! Knows how edits merge and what a stored document is, not what the keys mean.
//! Invariant: a change has no time and no message, and this device writes a document with one
//! actor id for ever, so that its bytes tell nothing but what was written.
//! Long because one document is followed from its bytes on disk to its values in one place.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::iter::MapRangeItem;
use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ChangeHash, ROOT, ReadDoc, ScalarValue, ValueRef};
use rand_core::CryptoRng;

use super::Refused;
use super::fit::{Fit, Verdict};
use super::gate::{self, Checked};

/// The most changes that may wait for earlier ones, for each document.
const MAX_WAITING: usize = 4_096;

/// What one key holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A small number; 0 stands for "cleared".
    Int(i64),
    /// Plain text; the empty text stands for "removed".
    Text(String),
}

impl Value {
    /// Whether this is the empty value that stands for "nothing here any more".
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Int(int) => *int == 0,
            Self::Text(text) => text.is_empty(),
        }
    }

    /// The int, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(int) => Some(*int),
            Self::Text(_) => None,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Int(_) => None,
            Self::Text(text) => Some(text),
        }
    }
}

/// A document as the store keeps it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoredDocument {
    /// The id with which this device writes here, the same for ever.
    pub actor: [u8; 16],
    /// The compact form of everything up to some moment.
    pub snapshot: Option<Vec<u8>>,
    /// What came since, oldest first; each entry is one or more concatenated changes.
    pub changes: Vec<Vec<u8>>,
}

/// What taking in changes did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// Something new is in the document, or waits beside it: the bytes are worth keeping.
    pub changed: bool,
    /// Some changes wait for earlier ones that have not come.
    pub waiting_for_more: bool,
    /// How many changes were refused because they don't fit the document.
    pub refused: u32,
    /// Whether one of them bore a number that another change of its writer has: the writer's
    /// device was cloned, or an old copy of it was put back.
    pub cloned: bool,
}

/// One document of a notebook.
#[derive(Debug)]
pub struct Document {
    doc: AutoCommit,
    actor: [u8; 16],
    /// The heads at the last [`Document::take_changes`].
    taken: Vec<ChangeHash>,
    /// What came before what it builds on.
    waiting: BTreeMap<ChangeHash, Checked>,
    /// What was refused since this document was opened: what builds on it is hopeless.
    refused: BTreeSet<ChangeHash>,
}

impl Document {
    /// A new document, in which this device has a random actor id of its own.
    pub fn make(rng: &mut dyn CryptoRng) -> Self {
        let mut actor = [0_u8; 16];
        rng.fill_bytes(&mut actor);
        Self::with_actor(actor)
    }

    /// A new document with this actor id, which must be random and used for nothing else.
    pub fn with_actor(actor: [u8; 16]) -> Self {
        Self {
            doc: AutoCommit::new().with_actor(ActorId::from(actor.as_slice())),
            actor,
            taken: Vec::new(),
            waiting: BTreeMap::new(),
            refused: BTreeSet::new(),
        }
    }

    /// Opens what the store kept. Pending changes are applied in one batch.
    ///
    /// # Errors
    /// [`Refused::Damaged`] if the snapshot or a change does not open.
    pub fn load(stored: &StoredDocument) -> Result<Self, Refused> {
        let mut document = Self::with_actor(stored.actor);
        if let Some(snapshot) = &stored.snapshot {
            let doc = catch_unwind(|| AutoCommit::load(snapshot)).map_err(|_| Refused::Damaged)?;
            document.doc = doc
                .map_err(|_| Refused::Damaged)?
                .with_actor(ActorId::from(stored.actor.as_slice()));
        }
        let mut pending = Vec::new();
        for bytes in &stored.changes {
            pending.extend(gate::read_changes(bytes).map_err(|_| Refused::Damaged)?);
        }
        let (_, ready) = document.sort_in(pending);
        if !ready.is_empty() {
            // Nothing to fall back on is needed here: a document that does not open is not opened.
            let doc = &mut document.doc;
            match catch_unwind(AssertUnwindSafe(|| doc.apply_changes_batch(ready))) {
                Ok(Ok(())) => {}
                _ => return Err(Refused::Damaged),
            }
        }
        document.taken = document.doc.get_heads();
        Ok(document)
    }

    /// The id with which this device writes here.
    pub fn actor(&self) -> [u8; 16] {
        self.actor
    }

    /// Writes a number; nothing is written when it is there already and alone.
    pub fn put_int(&mut self, key: &str, int: i64) -> bool {
        self.put(key, &Value::Int(int))
    }

    /// Writes a text; nothing is written when it is there already and alone.
    pub fn put_text(&mut self, key: &str, text: &str) -> bool {
        self.put(key, &Value::Text(text.to_owned()))
    }

    /// Writes a value; true when something was written. Values that other devices wrote at the
    /// same time are replaced. A key, text or number above its limit is not written.
    pub fn put(&mut self, key: &str, value: &Value) -> bool {
        let fits = !key.is_empty() && is_within_limits(key, value);
        if !fits || self.get_all(key).as_slice() == [value.clone()] {
            return false;
        }
        let scalar = match value {
            Value::Int(int) => ScalarValue::Int(*int),
            Value::Text(text) => ScalarValue::Str(text.as_str().into()),
        };
        self.doc.put(ROOT, key, scalar).is_ok()
    }

    /// Takes the key away; true when it was there.
    pub fn remove(&mut self, key: &str) -> bool {
        !self.get_all(key).is_empty() && self.doc.delete(ROOT, key).is_ok()
    }

    /// The winner among the values of a key: the same on every device.
    pub fn get(&self, key: &str) -> Option<Value> {
        let (value, _) = self.doc.get(ROOT, key).ok()??;
        read(value.into_scalar().ok()?)
    }

    /// All values of a key that devices wrote at the same time: sorted, without repeats.
    pub fn get_all(&self, key: &str) -> Vec<Value> {
        let all = self.doc.get_all(ROOT, key).unwrap_or_default();
        let all: BTreeSet<Value> = all
            .into_iter()
            .filter_map(|(value, _)| read(value.into_scalar().ok()?))
            .collect();
        all.into_iter().collect()
    }

    /// The winning number of a key.
    pub fn get_int(&self, key: &str) -> Option<i64> {
        self.get(key)?.as_int()
    }

    /// The winning text of a key; the empty text counts as nothing.
    pub fn get_text(&self, key: &str) -> Option<String> {
        match self.get(key)? {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// Every key that begins with `prefix`, in order, with all its concurrent values.
    pub fn entries(&self, prefix: &str) -> Vec<(String, Vec<Value>)> {
        self.entries_of(prefix, |_| true)
    }

    /// The same of those keys alone that are wanted.
    pub fn entries_of(
        &self,
        prefix: &str,
        wanted: impl Fn(&str) -> bool,
    ) -> Vec<(String, Vec<Value>)> {
        let mut all = Vec::new();
        for item in self.walk(prefix).filter(|item| wanted(&item.key)) {
            let values = if item.conflict {
                self.get_all(&item.key)
            } else if let ValueRef::Scalar(scalar) = &item.value {
                read(scalar.to_owned().into()).into_iter().collect()
            } else {
                Vec::new()
            };
            if !values.is_empty() {
                all.push((item.key.into_owned(), values));
            }
        }
        all
    }

    /// Every key that begins with `prefix`, in order, with the winner among its values: one walk, where
    /// [`Document::get`] looks for each key anew.
    pub fn winners(&self, prefix: &str) -> Vec<(String, Value)> {
        let mut all = Vec::new();
        for item in self.walk(prefix) {
            if let ValueRef::Scalar(scalar) = &item.value
                && let Some(value) = read(scalar.to_owned().into())
            {
                all.push((item.key.into_owned(), value));
            }
        }
        all
    }

    /// All keys that begin with `prefix`, in order.
    fn walk(&self, prefix: &str) -> impl Iterator<Item = MapRangeItem<'_>> {
        let keys = self.doc.map_range(ROOT, prefix.to_owned()..);
        keys.take_while(move |item| item.key.starts_with(prefix))
    }

    /// Closes the edits made so far into one change.
    pub fn commit(&mut self) {
        if self.doc.pending_ops() > 0 {
            self.doc.commit_with(CommitOptions::default().with_time(0));
        }
    }

    /// This device's changes since the last call, concatenated: to keep and to send. Empty when
    /// there are none.
    pub fn take_changes(&mut self) -> Vec<u8> {
        self.commit();
        let new = self.doc.get_changes(&self.taken);
        self.taken = self.doc.get_heads();
        let own = |change: &&Change| change.actor_id().to_bytes() == self.actor;
        new.iter().filter(own).flat_map(plain).collect()
    }

    /// The newest changes at the last [`Document::take_changes`], or at the opening.
    pub fn taken_heads(&self) -> Vec<[u8; 32]> {
        self.taken.iter().map(|ChangeHash(hash)| *hash).collect()
    }

    /// This device's changes since these heads, concatenated: what others lack who knew as much.
    pub fn own_changes_since(&mut self, heads: &[[u8; 32]]) -> Vec<u8> {
        self.commit();
        let heads: Vec<ChangeHash> = heads.iter().map(|hash| ChangeHash(*hash)).collect();
        let new = self.doc.get_changes(&heads);
        let own = |change: &&Change| change.actor_id().to_bytes() == self.actor;
        new.iter().filter(own).flat_map(plain).collect()
    }

    /// All changes, those that wait too, concatenated, as they may travel.
    pub fn all_changes(&mut self) -> Vec<u8> {
        self.commit();
        let all = self.doc.get_changes(&[]);
        let waiting = self.waiting.values().map(|waiting| &waiting.change);
        all.iter().chain(waiting).flat_map(plain).collect()
    }

    /// Takes in concatenated changes of other devices, in one batch; repeats are nothing.
    ///
    /// # Errors
    /// [`Refused`] when the bytes are not changes of our kind, or too large: nothing is applied.
    pub fn apply(&mut self, bytes: &[u8]) -> Result<Applied, Refused> {
        let incoming = gate::read_changes(bytes)?;
        // Our own open edits become a change first: they count for what comes.
        self.commit();
        self.take_in(incoming)
    }

    /// Whether one of these changes was written under this device's id and is not here: a later self of this device
    /// wrote it, and then its past was put back.
    pub fn lacks_own_of(&mut self, bytes: &[u8]) -> bool {
        // What does not even name it need not pass the gate twice.
        if !bytes.windows(self.actor.len()).any(|id| id == self.actor) {
            return false;
        }
        let incoming = gate::read_changes(bytes).unwrap_or_default();
        let mut own = incoming
            .iter()
            .filter(|one| one.actors.first() == Some(&self.actor));
        own.any(|one| {
            let hash = one.change.hash();
            !self.waiting.contains_key(&hash) && self.doc.get_change_by_hash(&hash).is_none()
        })
    }

    /// Where one of these changes has the writer and the number of another one here: whether theirs is the one that
    /// stays. Of the first such two the one with the lower hash does, so that all devices choose alike.
    pub fn gives_way_to(&mut self, bytes: &[u8]) -> Option<bool> {
        self.commit();
        let ours: BTreeMap<_, _> = self
            .doc
            .get_changes_meta(&[])
            .into_iter()
            .map(|meta| ((meta.actor.to_bytes().to_vec(), meta.seq), meta.hash))
            .collect();
        let theirs = gate::read_changes(bytes).unwrap_or_default().into_iter();
        let theirs = theirs.map(|one| {
            let number = (one.change.actor_id().to_bytes().to_vec(), one.change.seq());
            (number, one.change.hash())
        });
        let theirs: BTreeMap<_, _> = theirs.collect();
        theirs.into_iter().find_map(|(number, theirs)| {
            let ours = ours.get(&number).filter(|ours| **ours != theirs)?;
            Some(theirs.0 < ours.0)
        })
    }

    /// The newest changes, as 32-byte hashes, sorted.
    pub fn heads(&mut self) -> Vec<[u8; 32]> {
        self.commit();
        let mut heads: Vec<[u8; 32]> = self
            .doc
            .get_heads()
            .into_iter()
            .map(|ChangeHash(hash)| hash)
            .collect();
        heads.sort_unstable();
        heads
    }

    /// The changes that a change builds on directly; none where it is not here.
    pub fn builds_on(&mut self, change: &[u8; 32]) -> Vec<[u8; 32]> {
        let change = self.doc.get_change_by_hash(&ChangeHash(*change));
        let deps = change.map(|change| change.deps().to_vec());
        let deps = deps.unwrap_or_default().into_iter();
        deps.map(|ChangeHash(hash)| hash).collect()
    }

    /// Whether something waits for earlier changes.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The compact form, for this device's own disk only: it is deflated, and the gate lets no
    /// deflated bytes in.
    pub fn save(&mut self) -> Vec<u8> {
        self.commit();
        self.doc.save()
    }

    /// The same without deflate, for tests that search every byte.
    pub fn save_plain(&mut self) -> Vec<u8> {
        self.commit();
        self.doc.save_nocompress()
    }

    /// The document as the store should keep it from now on: compact, with what waits.
    pub fn to_stored(&mut self) -> StoredDocument {
        let snapshot = self.save();
        let waiting: Vec<u8> = self
            .waiting
            .values()
            .flat_map(|waiting| plain(&waiting.change))
            .collect();
        StoredDocument {
            actor: self.actor,
            snapshot: Some(snapshot),
            changes: if waiting.is_empty() {
                Vec::new()
            } else {
                vec![waiting]
            },
        }
    }

    fn take_in(&mut self, incoming: Vec<Checked>) -> Result<Applied, Refused> {
        let (applied, ready) = self.sort_in(incoming);
        if !ready.is_empty() {
            // The gate should leave nothing to panic about; if it does, the document stays as it was.
            let mut trial = self.doc.clone();
            let trial = catch_unwind(AssertUnwindSafe(move || {
                trial.apply_changes_batch(ready).map(|()| trial)
            }));
            match trial {
                Ok(Ok(doc)) => self.doc = doc,
                _ => return Err(Refused::Malformed),
            }
        }
        Ok(applied)
    }

    /// What fits now, earlier changes first; what waits and what was refused is noted.
    fn sort_in(&mut self, incoming: Vec<Checked>) -> (Applied, Vec<Change>) {
        let mut applied = Applied::default();
        let mut fit = Fit::of(&mut self.doc);
        let mut fresh = BTreeSet::new();
        for one in incoming {
            let hash = one.change.hash();
            if !fit.holds(&hash) && !self.waiting.contains_key(&hash) {
                fresh.insert(hash);
                self.waiting.insert(hash, one);
            }
        }
        let mut ready = Vec::new();
        for hash in in_order(&self.waiting, &fit, &self.refused) {
            let Some(one) = self.waiting.remove(&hash) else {
                continue;
            };
            fresh.remove(&hash);
            let hopeless = one.change.deps().iter().any(|d| self.refused.contains(d));
            let verdict = if hopeless {
                Verdict::Wrong
            } else {
                fit.admit(&self.doc, &one)
            };
            if verdict == Verdict::Fits {
                ready.push(one.change);
                continue;
            }
            applied.refused = applied.refused.saturating_add(1);
            applied.cloned |= verdict == Verdict::Cloned;
            if self.refused.len() < MAX_WAITING {
                self.refused.insert(hash);
            }
        }
        while self.waiting.len() > MAX_WAITING {
            let last = fresh.pop_last();
            if last.and_then(|hash| self.waiting.remove(&hash)).is_none() {
                break;
            }
            applied.refused = applied.refused.saturating_add(1);
        }
        applied.waiting_for_more = !self.waiting.is_empty();
        applied.changed = !ready.is_empty() || !fresh.is_empty();
        (applied, ready)
    }
}

/// Whether a key and its value are such as our own gate lets in: what it refused would make a document that does not open
/// again.
pub(super) fn is_within_limits(key: &str, value: &Value) -> bool {
    let value_fits = match value {
        Value::Int(int) => int.unsigned_abs() < gate::MAX_NUMBER,
        Value::Text(text) => text.len() <= gate::MAX_TEXT,
    };
    value_fits && key.len() <= gate::MAX_KEY
}

/// The waiting changes whose earlier ones are all here, or will never be: earlier ones first.
fn in_order(
    waiting: &BTreeMap<ChangeHash, Checked>,
    fit: &Fit,
    refused: &BTreeSet<ChangeHash>,
) -> Vec<ChangeHash> {
    let mut missing: BTreeMap<ChangeHash, usize> = BTreeMap::new();
    let mut later: BTreeMap<ChangeHash, Vec<ChangeHash>> = BTreeMap::new();
    let mut ready = VecDeque::new();
    for (hash, one) in waiting {
        let mut count = 0;
        for dep in one.change.deps() {
            if !fit.holds(dep) && !refused.contains(dep) {
                count += 1;
                later.entry(*dep).or_default().push(*hash);
            }
        }
        if count == 0 {
            ready.push_back(*hash);
        } else {
            missing.insert(*hash, count);
        }
    }
    let mut order = Vec::new();
    while let Some(hash) = ready.pop_front() {
        order.push(hash);
        for next in later.remove(&hash).unwrap_or_default() {
            if let Some(count) = missing.get_mut(&next) {
                *count -= 1;
                if *count == 0 {
                    ready.push_back(next);
                }
            }
        }
    }
    order
}

fn read(scalar: ScalarValue) -> Option<Value> {
    match scalar {
        ScalarValue::Int(int) => Some(Value::Int(int)),
        ScalarValue::Str(text) => Some(Value::Text(text.to_string())),
        _ => None,
    }
}

fn plain(change: &Change) -> Vec<u8> {
    change.raw_bytes().to_vec()
}
