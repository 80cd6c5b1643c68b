//! Joins statements to a list. The rules (protocol.md 1): a higher generation, signed by the recovery key and listing
//! all devices, wins; else removals win; an add by a device since removed counts only if the remover had seen it;
//! two that remove each other are both out.

use super::{DEVICES, ListStatement, STATEMENTS, Signer};
use crate::trust::device::derive_device_id;
use crate::trust::ids::{DeviceId, StatementId};
use std::collections::{BTreeMap, BTreeSet};

/// What a set of statements joins to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceList {
    present: BTreeMap<DeviceId, [u8; 32]>,
    ever: BTreeMap<DeviceId, [u8; 32]>,
    removed: BTreeMap<DeviceId, u64>,
    heads: BTreeSet<StatementId>,
    counted: BTreeSet<StatementId>,
    generation: u32,
    recovery: Option<[u8; 32]>,
    incomplete: bool,
}

impl DeviceList {
    /// Joins them. The one that has the form of a first list and stands first is the beginning; the order of the others
    /// does not matter, nor do repeats.
    #[must_use]
    pub fn join(statements: &[ListStatement]) -> Self {
        let Some(first) = statements.first().filter(|first| first.is_first()) else {
            return Self::default();
        };
        let recovery = first.named().map(|(recovery, _)| *recovery);
        let known: BTreeMap<StatementId, &ListStatement> = statements
            .iter()
            .take(STATEMENTS)
            .map(|statement| (statement.id(), statement))
            .collect();
        let incomplete = known
            .values()
            .any(|s| s.previous.iter().any(|id| !known.contains_key(id)));
        let generation = known
            .values()
            .filter(|s| matches!(s.signer, Signer::Recovery(public) if Some(public) == recovery))
            .map(|s| s.generation)
            .max()
            .unwrap_or(0);
        // The roots of the newest generation: the first list, or every recovered one of that height.
        let roots: BTreeSet<StatementId> = if generation == 0 {
            BTreeSet::from([first.id()])
        } else {
            known
                .values()
                .filter(|s| {
                    s.generation == generation
                        && matches!(s.signer, Signer::Recovery(public) if Some(public) == recovery)
                })
                .map(|s| s.id())
                .collect()
        };
        let mut list = Self {
            generation,
            recovery,
            incomplete,
            ..Self::default()
        };
        list.ever = known
            .values()
            .flat_map(|s| s.adds.iter())
            .map(|public| (derive_device_id(public), *public))
            .collect();
        let seen = ancestors(&known);
        let signed = list.believe(&known, &roots);
        list.settle(&known, &roots, &signed, &seen);
        list.note_heads(&known, &signed);
        list
    }

    /// Statements of this generation whose signer was, at some time, a device of this person; found step by step, since
    /// an added device may sign the next one. Order does not matter: it is a least fixed point.
    fn believe(
        &self,
        known: &BTreeMap<StatementId, &ListStatement>,
        roots: &BTreeSet<StatementId>,
    ) -> BTreeSet<StatementId> {
        let mut signed: BTreeSet<StatementId> = roots.clone();
        loop {
            let members: BTreeSet<DeviceId> = signed
                .iter()
                .filter_map(|id| known.get(id))
                .flat_map(|s| s.adds.iter().map(derive_device_id))
                .collect();
            let more: Vec<StatementId> = known
                .values()
                .filter(|s| {
                    !signed.contains(&s.id()) && s.generation == self.generation && !s.is_first()
                })
                .filter(|s| {
                    s.signer_device()
                        .is_some_and(|device| members.contains(&device))
                })
                .map(|s| s.id())
                .collect();
            if more.is_empty() {
                return signed;
            }
            signed.extend(more);
        }
    }

    /// Who is in. A statement by a device that some statement removed counts only where every remover had seen it;
    /// removals themselves always count, so that two that remove each other are both out.
    fn settle(
        &mut self,
        known: &BTreeMap<StatementId, &ListStatement>,
        roots: &BTreeSet<StatementId>,
        signed: &BTreeSet<StatementId>,
        seen: &BTreeMap<StatementId, BTreeSet<StatementId>>,
    ) {
        let mut removers: BTreeMap<DeviceId, Vec<StatementId>> = BTreeMap::new();
        for statement in signed.iter().filter_map(|id| known.get(id)) {
            for (device, last) in &statement.removes {
                removers.entry(*device).or_default().push(statement.id());
                let kept = self.removed.entry(*device).or_insert(*last);
                *kept = (*kept).min(*last);
            }
        }
        let saw = |remover: &StatementId, id: &StatementId| {
            remover == id || seen.get(remover).is_some_and(|before| before.contains(id))
        };
        // An add that does not count takes with it what only its device signed: again a least fixed point.
        let mut counted: BTreeSet<StatementId> = roots.clone();
        loop {
            let members: BTreeSet<DeviceId> = counted
                .iter()
                .filter_map(|id| known.get(id))
                .flat_map(|s| s.adds.iter().map(derive_device_id))
                .collect();
            let more: Vec<StatementId> = signed
                .iter()
                .filter(|id| !counted.contains(*id))
                .filter_map(|id| known.get(id))
                .filter(|s| {
                    s.signer_device().is_some_and(|device| {
                        members.contains(&device)
                            && removers
                                .get(&device)
                                .is_none_or(|all| all.iter().all(|remover| saw(remover, &s.id())))
                    })
                })
                .map(|s| s.id())
                .collect();
            if more.is_empty() {
                break;
            }
            counted.extend(more);
        }
        let mut present: BTreeMap<DeviceId, [u8; 32]> = counted
            .iter()
            .filter_map(|id| known.get(id))
            .flat_map(|s| s.adds.iter())
            .map(|public| (derive_device_id(public), *public))
            .collect();
        present.retain(|device, _| !removers.contains_key(device));
        // Above six the newest would push out the oldest by id: a bound that is the same for everyone.
        self.present = present.into_iter().take(DEVICES).collect();
        self.counted = counted;
        if self.generation > 0 {
            for device in self.ever.keys() {
                if !self.present.contains_key(device) {
                    self.removed.entry(*device).or_insert(0);
                }
            }
        }
    }

    fn note_heads(
        &mut self,
        known: &BTreeMap<StatementId, &ListStatement>,
        signed: &BTreeSet<StatementId>,
    ) {
        let followed: BTreeSet<StatementId> = signed
            .iter()
            .filter_map(|id| known.get(id))
            .flat_map(|s| s.previous.iter().copied())
            .collect();
        self.heads = signed.difference(&followed).copied().collect();
        self.counted.extend(
            signed
                .iter()
                .filter(|id| known.get(id).is_some_and(|s| !s.removes.is_empty())),
        );
    }

    /// The devices that are in now.
    pub fn present(&self) -> impl Iterator<Item = &DeviceId> {
        self.present.keys()
    }

    /// How many are in now, at most six.
    #[must_use]
    pub fn count(&self) -> usize {
        self.present.len()
    }

    /// Whether a device is in now.
    #[must_use]
    pub fn has(&self, device: &DeviceId) -> bool {
        self.present.contains_key(device)
    }

    /// The public key of a device that is in now.
    #[must_use]
    pub fn public(&self, device: &DeviceId) -> Option<&[u8; 32]> {
        self.present.get(device)
    }

    /// The public key of a device that is or was in.
    #[must_use]
    pub fn public_ever(&self, device: &DeviceId) -> Option<&[u8; 32]> {
        self.ever.get(device)
    }

    /// The last number still honoured of a device that is out.
    #[must_use]
    pub fn last_honoured(&self, device: &DeviceId) -> Option<u64> {
        if self.has(device) {
            None
        } else {
            Some(self.removed.get(device).copied().unwrap_or(0))
        }
    }

    /// The newest statements: a next one names them.
    #[must_use]
    pub fn heads(&self) -> &BTreeSet<StatementId> {
        &self.heads
    }

    /// Whether a statement counts (a removal always does).
    #[must_use]
    pub fn is_counted(&self, id: &StatementId) -> bool {
        self.counted.contains(id)
    }

    /// The root generation: how often the get-back sheet made a new beginning.
    #[must_use]
    pub fn root_generation(&self) -> u32 {
        self.generation
    }

    /// The recovery key that the first list names.
    #[must_use]
    pub fn recovery(&self) -> Option<&[u8; 32]> {
        self.recovery.as_ref()
    }

    /// Whether a statement names one that is not here. It stops nothing.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }
}

/// For each statement, all those it had seen.
fn ancestors(
    known: &BTreeMap<StatementId, &ListStatement>,
) -> BTreeMap<StatementId, BTreeSet<StatementId>> {
    let mut seen: BTreeMap<StatementId, BTreeSet<StatementId>> = BTreeMap::new();
    // At most 256 statements: walking up from each is cheap, and a cycle of hashes can't be made.
    for (id, statement) in known {
        let mut found = BTreeSet::new();
        let mut rest: Vec<StatementId> = statement.previous.clone();
        while let Some(next) = rest.pop() {
            if found.insert(next)
                && let Some(before) = known.get(&next)
            {
                rest.extend(before.previous.iter().copied());
            }
        }
        seen.insert(*id, found);
    }
    seen
}
