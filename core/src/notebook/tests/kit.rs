//! The kit: a shelf in memory, a device of a person, the reader of a notebook.
//! Invariant: everything is drawn from a seed, so that a failing case can be run again.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::super::*;
use crate::life::{
    Allow, Goal, ItemId, ItemRef, Person, PersonRef, Rhythm, Role, Routine, Share, State, Until,
};

pub const TODAY: Date = Date::constant(2026, 3, 5);
pub const WINDOW: Date = Date::constant(2025, 12, 4);

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

pub fn below(rng: &mut ChaCha20Rng, limit: u64) -> u64 {
    rng.next_u64() % limit
}

/// Stored documents in memory.
#[derive(Debug)]
pub struct MemoryShelf {
    pub docs: BTreeMap<DocName, StoredDocument>,
    rng: ChaCha20Rng,
}

impl MemoryShelf {
    pub fn append(&mut self, name: DocName, actor: [u8; 16], bytes: &[u8]) {
        let doc = self.docs.entry(name).or_insert_with(|| StoredDocument {
            actor,
            ..StoredDocument::default()
        });
        assert_eq!(doc.actor, actor, "one actor for each document for ever");
        doc.changes.push(bytes.to_vec());
    }
}

impl Shelf for MemoryShelf {
    fn load(&mut self, name: &DocName) -> Result<Option<StoredDocument>, Refused> {
        Ok(self.docs.get(name).cloned())
    }

    fn names(&mut self) -> Result<Vec<DocName>, Refused> {
        Ok(self.docs.keys().copied().collect())
    }

    fn make_actor(&mut self) -> [u8; 16] {
        let mut actor = [0; 16];
        self.rng.fill_bytes(&mut actor);
        actor
    }
}

/// One device of a person, with her notebook for Sam.
pub struct Device {
    pub shelf: MemoryShelf,
    pub rng: ChaCha20Rng,
    pub shared: Shared,
}

impl Device {
    pub fn new(seed: u64) -> Self {
        Self {
            shelf: MemoryShelf {
                docs: BTreeMap::new(),
                rng: rng(seed ^ 0xa11),
            },
            rng: rng(seed),
            shared: Shared::empty(),
        }
    }

    /// Edits the private notebook; gives the changes to send to the other devices.
    pub fn edit(&mut self, deed: impl FnOnce(&mut Private<&mut MemoryShelf>)) -> Vec<WireItem> {
        let mut private = Private::open(&mut self.shelf);
        deed(&mut private);
        let changes = private.take_changes();
        for change in &changes {
            self.shelf.append(change.name, change.actor, &change.bytes);
        }
        let items = changes.into_iter().map(|change| WireItem {
            generation: Generation::PRIVATE,
            name: change.name,
            snapshot: false,
            changes: change.bytes,
        });
        items.collect()
    }

    pub fn read<T>(&mut self, read: impl FnOnce(&mut Private<&mut MemoryShelf>) -> T) -> T {
        read(&mut Private::open(&mut self.shelf))
    }

    /// Takes in private changes of another device, through their bytes.
    pub fn take(&mut self, item: &WireItem) {
        let item = WireItem::decode(item.kind(), &item.encode()).unwrap();
        let mut private = Private::open(&mut self.shelf);
        let applied = private.apply(item.name, &item.changes).unwrap();
        assert_eq!(applied.refused, 0);
        let actor = private.actor(item.name).unwrap();
        if applied.changed {
            self.shelf.append(item.name, actor, &item.changes);
        }
    }

    pub fn projection(&mut self) -> Projection {
        let Self { shelf, shared, .. } = self;
        let mut private = Private::open(shelf);
        derive_projection(&mut private, &sam(), TODAY, WINDOW, &alias, Some(shared)).unwrap()
    }

    /// A delivery: the items for Sam's devices and for my own others.
    pub fn deliver(&mut self) -> Vec<WireItem> {
        let projection = self.projection();
        let (snapshot, changes): (bool, Vec<(DocName, Vec<u8>)>) =
            if self.shared.must_start_anew(&projection) {
                let number = self.shared.generation().number + 1;
                let (shared, snapshots) =
                    Shared::start_generation(number, &projection, &mut self.rng);
                self.shared = shared;
                let snapshots = snapshots.into_iter().map(|one| (one.name, one.bytes));
                (true, snapshots.collect())
            } else {
                let changes = self.shared.refresh(&projection, &mut self.rng);
                (
                    false,
                    changes
                        .into_iter()
                        .map(|one| (one.name, one.bytes))
                        .collect(),
                )
            };
        let generation = self.shared.generation();
        let items = changes.into_iter().map(|(name, changes)| WireItem {
            generation,
            name,
            snapshot,
            changes,
        });
        items.collect()
    }
}

/// Takes an item of a shared notebook in, through its bytes.
pub fn merge(shared: &mut Shared, item: &WireItem, rng: &mut ChaCha20Rng) -> Merged {
    let item = WireItem::decode(item.kind(), &item.encode()).unwrap();
    shared.merge(&item, rng).unwrap()
}

/// An alias for Sam: here a fixed scramble, in the app a KDF over the id.
pub fn alias(id: &ItemId) -> [u8; 8] {
    let mut out = id.0;
    out.reverse();
    for (at, byte) in out.iter_mut().enumerate() {
        *byte = byte.wrapping_mul(167).wrapping_add(at as u8 + 41);
    }
    out
}

pub fn sam() -> PersonRef {
    PersonRef("5a".repeat(32))
}

pub fn pat() -> PersonRef {
    PersonRef("9b".repeat(32))
}

pub fn id(number: u8) -> ItemId {
    ItemId([number, 0x81, 0x35, 0xc7, 0x12, 0xee, 0x90, number])
}

pub fn routine(number: u8, name: &str) -> Routine {
    Routine {
        id: id(number),
        name: name.into(),
        rhythm: Rhythm::Daily,
        time: None,
        pause: None,
        unit: None,
        started: Date::constant(2026, 2, 2),
        ended: false,
        import_key: None,
    }
}

pub fn goal(number: u8, name: &str) -> Goal {
    Goal {
        id: id(number),
        name: name.into(),
        area: None,
        state: State::Going,
        started: Date::constant(2026, 2, 2),
    }
}

pub fn person(who: PersonRef, name: &str) -> Person {
    Person {
        who,
        name: name.into(),
        role: Role::Mentor,
        official: false,
        allows: Allow::CardsOnly,
        blocked: false,
        since: Date::constant(2026, 2, 2),
    }
}

pub fn share(item: ItemRef, from: Date) -> Share {
    Share {
        item,
        to: sam(),
        from,
        until: Until::UntilIStop,
        notes: false,
    }
}

/// A copy of a projection's view as a reader who has just met it would see it.
pub fn fresh_view(projection: &Projection) -> Shown {
    let (shared, _) = Shared::start_generation(1, projection, &mut rng(1));
    shared.view(TODAY)
}

/// Whether `needle` is in any of the haystacks, as it is, in hex, or in UTF-16.
pub fn found(haystacks: &[Vec<u8>], needle: &[u8]) -> bool {
    let hex = hex::encode(needle).into_bytes();
    let wide: Vec<u8> = needle.iter().flat_map(|byte| [*byte, 0]).collect();
    [needle.to_vec(), hex, wide].iter().any(|needle| {
        haystacks
            .iter()
            .any(|hay| hay.windows(needle.len()).any(|window| window == needle))
    })
}
