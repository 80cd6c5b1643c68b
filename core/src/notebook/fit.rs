//! Whether a change fits the document it comes to. Automerge takes a change's numbers on trust:
//! one that skips, repeats or points at nothing is a panic, or a document that never opens again.
//! Invariant: what is admitted could have been written by this program on a device that had
//! exactly the changes it names.

use std::collections::{BTreeMap, BTreeSet};

use automerge::{ActorId, AutoCommit, ChangeHash, ObjId, ROOT, ReadDoc};

use super::gate::Checked;

/// The most operations one document may come to hold by what others send.
const MAX_TOTAL: u64 = 500_000;

/// What is to be done with a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It fits.
    Fits,
    /// Its writer has another change of this number: a cloned device.
    Cloned,
    /// Its numbers are wrong.
    Wrong,
}

/// Whether a change fits the document: automerge takes these numbers on trust.
pub(super) struct Fit {
    /// The last operation number of each change.
    last: BTreeMap<ChangeHash, u64>,
    /// Of each actor: the last sequence number and the last operation number.
    actors: BTreeMap<[u8; 16], (u64, u64)>,
    /// The keys of operations that this batch brings.
    fresh: BTreeMap<([u8; 16], u64), String>,
    /// How many operations there are.
    total: u64,
}

impl Fit {
    /// The numbers of what the document holds.
    pub fn of(doc: &mut AutoCommit) -> Self {
        let mut fit = Self {
            last: BTreeMap::new(),
            actors: BTreeMap::new(),
            fresh: BTreeMap::new(),
            total: 0,
        };
        for meta in doc.get_changes_meta(&[]) {
            fit.last.insert(meta.hash, meta.max_op);
            let count = (meta.max_op + 1).saturating_sub(meta.start_op);
            fit.total = fit.total.saturating_add(count);
            if let Ok(actor) = <[u8; 16]>::try_from(meta.actor.to_bytes()) {
                let numbers = fit.actors.entry(actor).or_default();
                numbers.0 = numbers.0.max(meta.seq);
                numbers.1 = numbers.1.max(meta.max_op);
            }
        }
        fit
    }

    /// Whether a change is here, or was admitted.
    pub fn holds(&self, hash: &ChangeHash) -> bool {
        self.last.contains_key(hash)
    }

    /// Admits a change whose earlier ones are all here.
    pub fn admit(&mut self, doc: &AutoCommit, one: &Checked) -> Verdict {
        let Some(writer) = one.actors.first() else {
            return Verdict::Wrong;
        };
        let (sequence, own_last) = self.actors.get(writer).copied().unwrap_or_default();
        let deps = one.change.deps();
        let seen = deps.iter().filter_map(|dep| self.last.get(dep)).max();
        let seen = seen.copied().unwrap_or_default();
        let others_known = one
            .actors
            .iter()
            .skip(1)
            .all(|actor| self.actors.contains_key(actor));
        if one.change.seq() <= sequence {
            return Verdict::Cloned;
        }
        // An operation number is used once, and comes after all that its writer had seen.
        if one.change.seq() != sequence + 1
            || one.first() <= own_last
            || one.first() != seen + 1
            || !others_known
            || self.total > MAX_TOTAL
        {
            return Verdict::Wrong;
        }
        let mut replaced = BTreeSet::new();
        let mut fresh = BTreeMap::new();
        for (at, row) in one.rows.iter().enumerate() {
            for (number, actor) in &row.earlier {
                let Some(actor) = one.actors.get(*actor) else {
                    return Verdict::Wrong;
                };
                let id = (*actor, *number);
                let same_key = match fresh.get(&id).or_else(|| self.fresh.get(&id)) {
                    Some(key) => *key == row.key,
                    None => holds_operation(doc, &row.key, id),
                };
                if !same_key || !replaced.insert(id) {
                    return Verdict::Wrong;
                }
            }
            if !row.delete {
                fresh.insert((*writer, one.first() + at as u64), row.key.clone());
            }
        }
        self.fresh.extend(fresh);
        self.last.insert(one.change.hash(), one.last());
        self.actors.insert(*writer, (one.change.seq(), one.last()));
        self.total = self.total.saturating_add(one.rows.len() as u64);
        Verdict::Fits
    }
}

/// Whether the document holds this operation, as a put of this key.
fn holds_operation(doc: &AutoCommit, key: &str, (actor, number): ([u8; 16], u64)) -> bool {
    let actor = ActorId::from(actor.as_slice());
    let is_it = |id: &ObjId| matches!(id, ObjId::Id(n, a, _) if *n == number && *a == actor);
    let present = doc.get_all(ROOT, key).unwrap_or_default();
    if present.iter().any(|(_, id)| is_it(id)) {
        return true;
    }
    // Replaced by now: look in the change that brought it.
    let Some(hash) = doc.hash_for_opid(&ObjId::Id(number, actor, 0)) else {
        return false;
    };
    let Some(change) = doc.get_change_by_hash(&hash) else {
        return false;
    };
    let at = number.checked_sub(change.start_op().get());
    let at = at.and_then(|at| usize::try_from(at).ok());
    let operations = change.decode().operations;
    at.and_then(|at| operations.get(at)).is_some_and(|op| {
        op.primitive_value().is_some() && op.key == automerge::legacy::Key::Map(key.into())
    })
}
