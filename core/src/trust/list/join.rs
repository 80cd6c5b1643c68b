//! Joins statements to a list. The rules (protocol.md 1): a higher generation, signed by the recovery key and listing
//! all devices, wins; else removals win; an add by a device since removed counts only if the remover had seen it;
//! two that remove each other are both out. Invariant: the answer depends on the set of statements alone, never on
//! their order or repeats, so that phones that hold the same statements believe the same list.

use super::{DEVICES, ListStatement, ROOM, ROOM_BYTES, STATEMENTS, Signer};
use crate::trust::Refused;
use crate::trust::device::derive_device_id;
use crate::trust::ids::{DeviceId, StatementId};
use std::collections::{BTreeMap, BTreeSet};

type Known<'a> = BTreeMap<StatementId, &'a ListStatement>;
type Ids = BTreeSet<StatementId>;

/// What a set of statements joins to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceList {
    present: BTreeMap<DeviceId, [u8; 32]>,
    ever: BTreeMap<DeviceId, [u8; 32]>,
    removed: BTreeMap<DeviceId, u64>,
    heads: Ids,
    believed: Ids,
    counted: Ids,
    generation: u32,
    named: Option<([u8; 32], [u8; 32])>,
    incomplete: bool,
}

impl DeviceList {
    /// Joins them, in whatever order and however often they stand there. Exactly one of them is a first list; without
    /// one, or with two, nobody is on the list.
    #[must_use]
    pub fn join(statements: &[ListStatement]) -> Self {
        let known: Known<'_> = statements.iter().map(|s| (s.id(), s)).collect();
        let mut firsts = known.values().filter(|s| s.is_first());
        let (Some(first), None) = (firsts.next(), firsts.next()) else {
            return Self::default();
        };
        let recovery = first.named().map(|(recovery, _)| *recovery);
        let recovered = |s: &&&ListStatement| matches!(s.signer(), Signer::Recovery(public) if Some(*public) == recovery);
        let generation = known
            .values()
            .filter(recovered)
            .map(|s| s.generation())
            .max()
            .unwrap_or(0);
        // The beginnings of the newest generation: the first list, or every recovered one of that height.
        let beginnings: Ids = known
            .values()
            .filter(|s| s.generation() == generation && (s.is_first() || recovered(s)))
            .map(|s| s.id())
            .collect();
        let all_beginnings: Ids = known
            .values()
            .filter(|s| s.is_first() || recovered(s))
            .map(|s| s.id())
            .collect();
        let mut list = Self {
            generation,
            named: first.named().copied(),
            incomplete: known
                .values()
                .any(|s| s.previous().iter().any(|id| !known.contains_key(id))),
            ..Self::default()
        };
        list.ever = added(&known, &believe(&known, all_beginnings, None));
        list.believed = believe(&known, beginnings.clone(), Some(generation));
        list.settle(&known, beginnings);
        let followed: Ids = chosen(&known, &list.believed)
            .flat_map(|s| s.previous().iter().copied())
            .collect();
        list.heads = list.believed.difference(&followed).copied().collect();
        list
    }

    /// Takes a statement among those kept of one person in one tie. True where it was new.
    ///
    /// A thief with an unlocked phone could fill the list, so that the removal of that phone finds no room: the last
    /// places are kept for statements that only make the list shorter, and for the recovery key.
    ///
    /// # Errors
    /// [`Refused::NotListed`] for another beginning or a signer that never was on the list, [`Refused::Stale`] for an
    /// older generation, [`Refused::TooLarge`] where there is no room.
    pub fn admit(kept: &mut Vec<ListStatement>, new: ListStatement) -> Result<bool, Refused> {
        let id = new.id();
        if kept.iter().any(|known| known.id() == id) {
            return Ok(false);
        }
        if new.is_first() || kept.is_empty() {
            return Err(Refused::NotListed);
        }
        if kept.len() >= STATEMENTS {
            return Err(Refused::TooLarge);
        }
        let before = Self::join(kept);
        if new.generation() < before.generation {
            return Err(Refused::Stale);
        }
        kept.push(new);
        let after = Self::join(kept);
        if !after.believed.contains(&id) {
            kept.pop();
            return Err(Refused::NotListed);
        }
        let bytes: usize = kept.iter().map(|s| s.bytes().len()).sum();
        if kept.len() > ROOM || bytes > ROOM_BYTES {
            if after.generation > before.generation {
                kept.retain(|s| s.is_first() || s.generation() == after.generation);
            } else if after.count() >= before.count() {
                kept.pop();
                return Err(Refused::TooLarge);
            }
        }
        Ok(true)
    }

    /// Who is in.
    fn settle(&mut self, known: &Known<'_>, beginnings: Ids) {
        let seen = ancestors(known, &self.believed);
        let saw = |one: &StatementId, other: &StatementId| {
            one == other || seen.get(one).is_some_and(|before| before.contains(other))
        };
        // A device that takes itself out (a cloned one does, for its successor) is no witness against its other half.
        let signed_by = |id: &StatementId, device: &DeviceId| {
            known.get(id).and_then(|s| s.signer_device()).as_ref() == Some(device)
        };
        // A removal counts even where its signer is itself out: else of two that remove each other, one could stay.
        let mut removers: BTreeMap<DeviceId, Vec<StatementId>> = BTreeMap::new();
        for statement in chosen(known, &self.believed) {
            for (device, last) in statement.removes() {
                removers.entry(*device).or_default().push(statement.id());
                let kept = self.removed.entry(*device).or_insert(*last);
                *kept = (*kept).min(*last);
            }
        }
        // An add that does not count takes with it what only its device signed: a least fixed point.
        self.counted = beginnings;
        loop {
            let members = added(known, &self.counted);
            let more: Vec<StatementId> = chosen(known, &self.believed)
                .filter(|s| !self.counted.contains(&s.id()))
                .filter(|s| {
                    s.signer_device().is_some_and(|device| {
                        let removed_by = removers.get(&device);
                        members.contains_key(&device)
                            && removed_by.is_none_or(|all| {
                                all.iter().all(|r| saw(r, &s.id()) || signed_by(r, &device))
                            })
                    })
                })
                .map(ListStatement::id)
                .collect();
            if more.is_empty() {
                break;
            }
            self.counted.extend(more);
        }
        // Above six, what was added on top of more statements stays out, and for good: were it only hidden, a removal
        // would let in a device that nobody was shown.
        let depth = |id: &StatementId| seen.get(id).map_or(0, BTreeSet::len);
        let adds: BTreeSet<(usize, StatementId, DeviceId, [u8; 32])> = chosen(known, &self.counted)
            .flat_map(|s| s.adds().iter().map(|public| (s.id(), public)))
            .map(|(id, public)| (depth(&id), id, derive_device_id(public), *public))
            .collect();
        for (_, id, device, public) in adds {
            let beside = self
                .present
                .keys()
                .filter(|other| {
                    let removed_by = removers.get(other);
                    !removed_by.is_some_and(|all| all.iter().any(|r| saw(&id, r)))
                })
                .count();
            if beside < DEVICES || self.present.contains_key(&device) {
                self.present.insert(device, public);
            }
        }
        self.present
            .retain(|device, _| !removers.contains_key(device));
        self.counted.extend(
            chosen(known, &self.believed)
                .filter(|s| !s.removes().is_empty())
                .map(ListStatement::id),
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

    /// The public key of a device that is in, or that someone on the list once added.
    #[must_use]
    pub fn public_ever(&self, device: &DeviceId) -> Option<&[u8; 32]> {
        self.ever.get(device)
    }

    /// The devices that a statement took out, each with the last number still honoured.
    pub fn removed(&self) -> impl Iterator<Item = (&DeviceId, u64)> {
        self.removed.iter().map(|(device, last)| (device, *last))
    }

    /// The last number still honoured of a device that is out: the lowest that a remover named, 0 where none did.
    /// None while it is in.
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

    /// Whether a statement was signed by the recovery key or by a device that someone on the list added. Each phone
    /// keeps all of those, also where they do not count, so that all phones join the same set.
    #[must_use]
    pub fn is_believed(&self, id: &StatementId) -> bool {
        self.believed.contains(id)
    }

    /// Whether a statement counts (a believed removal always does).
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
        self.named.as_ref().map(|(recovery, _)| recovery)
    }

    /// The helper key that the first list names.
    #[must_use]
    pub fn helper(&self) -> Option<&[u8; 32]> {
        self.named.as_ref().map(|(_, helper)| helper)
    }

    /// Whether a statement names one that is not here. It stops nothing.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }
}

/// Beginnings, and what devices signed that were ever added by one of those: found step by step, since an added device
/// may sign the next. A least fixed point, so order does not matter.
fn believe(known: &Known<'_>, beginnings: Ids, generation: Option<u32>) -> Ids {
    let mut believed = beginnings;
    loop {
        let members = added(known, &believed);
        let more: Vec<StatementId> = known
            .values()
            .filter(|s| !s.is_first() && !believed.contains(&s.id()))
            .filter(|s| generation.is_none_or(|height| s.generation() == height))
            .filter(|s| {
                s.signer_device()
                    .is_some_and(|device| members.contains_key(&device))
            })
            .map(|s| s.id())
            .collect();
        if more.is_empty() {
            return believed;
        }
        believed.extend(more);
    }
}

fn chosen<'a>(known: &'a Known<'a>, ids: &'a Ids) -> impl Iterator<Item = &'a ListStatement> {
    ids.iter().filter_map(|id| known.get(id).copied())
}

fn added(known: &Known<'_>, ids: &Ids) -> BTreeMap<DeviceId, [u8; 32]> {
    chosen(known, ids)
        .flat_map(|s| s.adds().iter())
        .map(|public| (derive_device_id(public), *public))
        .collect()
}

/// For each believed statement, all those it had seen, by way of believed ones only: a phone that never kept the
/// others answers the same. At most 256 of them, and a cycle of hashes can't be made.
///
/// Where something on the way is lost, whoever signed had at least seen what added it, so that a lost statement does
/// not put the remover out with the removed. Only where a single one added it: else a thief could add the remover once
/// more, together with a device of his own, and say that this was seen.
fn ancestors(known: &Known<'_>, believed: &Ids) -> BTreeMap<StatementId, Ids> {
    let mut adders: BTreeMap<DeviceId, Vec<StatementId>> = BTreeMap::new();
    for statement in chosen(known, believed) {
        for public in statement.adds() {
            let device = derive_device_id(public);
            adders.entry(device).or_default().push(statement.id());
        }
    }
    let added_by = |s: &ListStatement| {
        let signer = s.signer_device().and_then(|device| adders.get(&device));
        match signer.map(Vec::as_slice) {
            Some([only]) if *only != s.id() => Some(*only),
            _ => None,
        }
    };
    let walk = |from: &ListStatement, with_adders: bool| {
        let (mut found, mut lost) = (Ids::new(), false);
        let mut rest = vec![from];
        while let Some(statement) = rest.pop() {
            // What came before a new beginning is another generation's.
            let is_device = statement.signer_device().is_some();
            let previous = statement.previous().iter().filter(|_| is_device);
            let adder = added_by(statement).filter(|_| with_adders);
            for id in previous.copied().chain(adder) {
                match known.get(&id).filter(|_| believed.contains(&id)) {
                    Some(before) if found.insert(id) => rest.push(*before),
                    Some(_) => {}
                    None => {
                        found.insert(id);
                        lost = true;
                    }
                }
            }
        }
        (found, lost)
    };
    chosen(known, believed)
        .map(|statement| {
            let (found, lost) = walk(statement, false);
            let found = if lost { walk(statement, true).0 } else { found };
            (statement.id(), found)
        })
        .collect()
}
