//! Letters that come through the post box to a whole home: from another person and from a phone of one's own, each
//! truly able to seal and to sign. The home is a copy made new for every letter and walked as a phone walks it.
//! Invariant (P9): whatever one letter says, the sync goes through, the home opens again, and the next letter arrives.

use super::fixture::{Fixture, SECOND, Way, Writer, own, with_fixture};
use super::notebook::{any_item, generation};
use super::pieces::Pieces;
use super::sealed::chance;
use super::signed::any_statement_of;
use super::{Met, empty_folder, place};
use crate::clock::{DAY, TownClock};
use crate::letters::Letters;
use crate::phone::Keystore;
use alongside_core::companion::Companion;
use alongside_core::notebook::{Generation, WireItem};
use alongside_core::post::PostBox;
use alongside_core::sync::SyncReport;
use alongside_core::trust::bytes::Writer as Bytes;
use alongside_core::trust::card::Card;
use alongside_core::trust::envelope::{CHUNK, Envelope, LADDER, Part, seal_envelope};
use alongside_core::trust::epoch::{EpochStatement, Grant, NewEpoch, derive_commit};
use alongside_core::trust::ids::{BodyId, DeviceId, NotebookId};
use alongside_core::trust::inbox::{SlotKey, SlotSeed, month_of, week_of};
use alongside_core::trust::message::{Body, Item, NumbersHeard, seal_message};
use alongside_core::trust::tie::{Tie, TieKind};
use alongside_core::trust::wayback::WayBackSecret;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Most parts of one letter and most items of one message here: a fuzzer's time is better spent on small ones.
const PARTS: usize = 8;
const ITEMS: usize = 8;

/// A letter from Pat, through the slot of the tie or by the way back.
pub fn people_letters(bytes: &[u8]) -> Met {
    with_fixture(|fixture| letter(fixture, &fixture.person, TieKind::People, bytes))
}

/// A letter from Robin's second phone.
pub fn home_letters(bytes: &[u8]) -> Met {
    with_fixture(|fixture| letter(fixture, &fixture.sibling, TieKind::Home, bytes))
}

thread_local! {
    static WAYS: RefCell<Vec<(TieKind, &'static Way)>> = const { RefCell::new(Vec::new()) };
}

/// Read once for each thread: it verifies signatures.
fn way(fixture: &Fixture, writer: &Writer, kind: TieKind) -> &'static Way {
    WAYS.with_borrow_mut(|ways| {
        if let Some((_, way)) = ways.iter().find(|(one, _)| *one == kind) {
            return *way;
        }
        let way: &'static Way = Box::leak(Box::new(Way::of(fixture, writer, kind)));
        ways.push((kind, way));
        way
    })
}

fn letter(fixture: &Fixture, writer: &Writer, kind: TieKind, bytes: &[u8]) -> Met {
    let mut from = Pieces::new(bytes);
    let way = way(fixture, writer, kind);
    let by_way_back = kind == TieKind::People && from.u8() % 4 == 3;
    let mut writing = Writing {
        fixture,
        way,
        sequence: 0,
    };
    let mut parts = Vec::new();
    while !from.is_empty() && parts.len() < PARTS {
        parts.extend(writing.part(&mut from));
    }
    let clock = TownClock::at(SECOND + if by_way_back { 31 * DAY } else { 0 });
    let day = clock.true_day();
    let post = if by_way_back {
        let secret = WayBackSecret::from_bytes(way.tie.way_back()[0]);
        let inbox = secret.derive_inbox(way.tie.side(), month_of(day));
        let token = Some(*inbox.fetch_token().leak_bytes());
        Letters::of(token, day, sealed(&inbox.slot_key(), parts))
    } else {
        let seed = SlotSeed::from_bytes(*way.card.slot_seed());
        Letters::of(
            None,
            day,
            sealed(&seed.derive_slot_key(week_of(day)), parts),
        )
    };
    // The pieces of a large letter come as items of their own; of the way back nothing is counted.
    let came = u32::try_from(post.left()).unwrap();
    let mut robin = open(fixture, &clock);
    let report = sync(&mut robin, &post);
    assert!(
        by_way_back || report.came + report.aside == came,
        "{report:?} of {came}"
    );
    drop(robin);
    let mut robin = reopen(fixture, &clock);
    walk(&mut robin, fixture);
    let met = Met {
        taken: report.came,
        // A name that neither the fixture nor the corpus gives.
        rare: match kind {
            TieKind::People => {
                let shown = robin.what_they_show(&fixture.pat).unwrap();
                let routines = shown.routines.iter().map(|one| &one.name);
                let mut names = routines.chain(shown.goals.iter().map(|one| &one.name));
                names.any(|name| !["Walk", "Learn joinery"].contains(&name.as_str()))
            }
            TieKind::Home => !["Robin", "Robyn"].contains(&robin.name().unwrap().as_str()),
        },
    };
    let mut report = SyncReport::default();
    let post = next(way, day);
    let done = runtime().block_on(robin.collect(&post, &mut report));
    done.expect("the next letter is collected");
    assert_eq!(report.came + report.aside, 1, "the next letter: {report:?}");
    met
}

/// What the writer's phone writes.
struct Writing<'a> {
    fixture: &'a Fixture,
    way: &'a Way,
    sequence: u64,
}

impl Writing<'_> {
    fn part(&mut self, from: &mut Pieces<'_>) -> Option<Part> {
        let day = u32::try_from(SECOND / DAY).unwrap();
        Some(match from.u8() % 8 {
            0 => Part::List(from.piece().to_vec()),
            1 => {
                let heads = self.way.tie.mine().list().heads().clone();
                let statement = any_statement_of(from, &self.way.key, &heads, &self.devices());
                Part::List(statement.ok()?.bytes().to_vec())
            }
            2 => {
                let (seed, counter) = ([from.u8(); 32], from.u64());
                let prekey = self.way.card.prekey_public();
                let card = Card::make(&self.way.key, prekey, seed, counter, day);
                Part::Card(patched(card.ok()?.bytes(), from))
            }
            3 => {
                let (statement, grant) = self.epoch(from)?;
                let statement = patched(&statement, from);
                Part::Epoch(statement, (from.u8() % 4 != 3).then_some(grant))
            }
            4 => Part::Message(from.piece().to_vec()),
            5 | 6 => Part::Message(self.message(from)?),
            _ => {
                let bytes = from.piece().to_vec();
                match from.u8() % 3 {
                    0 => Part::WayBack(bytes),
                    1 => Part::InviteStep(bytes),
                    _ => Part::Card(bytes),
                }
            }
        })
    }

    fn devices(&self) -> Vec<[u8; 32]> {
        let tie = &self.way.tie;
        let lists = [tie.mine().list(), tie.theirs().list()];
        let known = lists.iter().flat_map(|list| {
            let present = list.present().filter_map(|device| list.public(device));
            present.copied().collect::<Vec<_>>()
        });
        known.chain([[9; 32]]).collect()
    }

    /// A new epoch of the writer's, granted to Robin's phone.
    fn epoch(&self, from: &mut Pieces<'_>) -> Option<(Vec<u8>, Vec<u8>)> {
        let reader = self.way.card.device_id();
        let secret = [from.u8(); 32];
        let notebook = self.id(from).unwrap_or(self.way.tie.my_notebook().0);
        let new = NewEpoch {
            notebook: NotebookId(notebook),
            n: from.u64(),
            lists: BTreeSet::new(),
            readers: BTreeSet::from([(reader, self.way.card.prekey_id())]),
            commit: derive_commit(&secret),
            start: from.u32(),
            reason: from.u8(),
        };
        let statement = EpochStatement::make(&self.way.key, &new).ok()?;
        let prekey = self.way.card.prekey_public();
        let grant = Grant::seal(prekey, &statement.id(), &reader, &secret, &mut chance()).ok()?;
        Some((statement.bytes().to_vec(), grant.bytes().to_vec()))
    }

    /// An id that means something to the reader, or none.
    fn id(&self, from: &mut Pieces<'_>) -> Option<[u8; 32]> {
        self.way.ids.get(usize::from(from.u8())).copied()
    }

    fn any_id(&self, from: &mut Pieces<'_>) -> [u8; 32] {
        self.id(from).unwrap_or([0xee; 32])
    }

    fn message(&mut self, from: &mut Pieces<'_>) -> Option<Vec<u8>> {
        // The next number, or any: a writer may say what it likes.
        let number = from.u8();
        self.sequence += 1;
        let sequence = match number {
            255 => from.u64(),
            near => self.way.tie.sequence() + self.sequence + u64::from(near),
        };
        let full = from.u8() % 2 == 1;
        let mut numbers = Vec::new();
        for _ in 0..from.u8() % 4 {
            let contiguous = from.u64();
            numbers.push(NumbersHeard {
                notebook: NotebookId(self.any_id(from)),
                device: DeviceId(self.any_id(from)),
                contiguous,
                highest: contiguous.saturating_add(u64::from(from.u8())),
            });
        }
        let mut items: Vec<Item> = Vec::new();
        for _ in 0..usize::from(from.u8()) % ITEMS {
            items.push(self.item(from));
        }
        let body = Body {
            device: self.way.key.device_id(),
            sequence,
            previous: BodyId([0; 32]),
            full,
            numbers,
            items,
        };
        let (way, mut chance) = (self.way, chance());
        let sealed = seal_message(&way.key, &way.secret, &way.epoch, &body, &mut chance);
        Some(sealed.ok()?.0)
    }

    fn item(&mut self, from: &mut Pieces<'_>) -> Item {
        let kind = from.u8();
        let mut w = Bytes::new();
        match kind {
            1 | 2 => {
                let item = self.document(from);
                return Item {
                    kind: item.kind(),
                    bytes: patched(&item.encode(), from),
                };
            }
            3 => {
                w.fixed(&self.any_id(from));
                let secret = [from.u8(); 32];
                w.bytes(&self.sibling_epoch(from, &secret));
                w.fixed(&secret);
            }
            4 => {
                let record = Tie::from_bytes(own(self.fixture, TieKind::People)).unwrap();
                w.bytes(&patched(&record.record(), from));
            }
            5 => {
                w.fixed(&self.any_id(from));
                w.bytes(&patched(self.way.card.bytes(), from));
            }
            6 => w.fixed(&[from.u8(); 32]),
            7 => {
                w.fixed(&self.any_id(from));
                let mut item = self.document(from);
                item.snapshot = true;
                w.bytes(&item.encode());
            }
            8 => {
                w.fixed(&self.any_id(from));
                w.fixed(&self.any_id(from));
                w.u64(from.u64());
            }
            9 => {
                let mut own = Bytes::new();
                for _ in 0..3 {
                    own.bytes(from.piece());
                }
                w.bytes(&own.finish());
            }
            10 => {
                for _ in 0..3 {
                    w.fixed(&self.any_id(from));
                }
            }
            _ => w.fixed(from.piece()),
        }
        Item {
            kind,
            bytes: patched(&w.finish(), from),
        }
    }

    fn document(&self, from: &mut Pieces<'_>) -> WireItem {
        let known: Vec<Generation> = self.fixture.generations.iter().map(generation).collect();
        any_item(from, &known)
    }

    /// An epoch that Robin's second phone began in the notebook for Pat, as it hands it to the first.
    fn sibling_epoch(&self, from: &mut Pieces<'_>, secret: &[u8; 32]) -> Vec<u8> {
        let (tie, key) = self.fixture.sibling.tie(TieKind::People);
        let new = NewEpoch {
            notebook: tie.my_notebook(),
            n: from.u64(),
            lists: BTreeSet::new(),
            readers: BTreeSet::new(),
            commit: derive_commit(secret),
            start: from.u32(),
            reason: 0,
        };
        let statement = EpochStatement::make(&key, &new);
        statement.map_or_else(|_| Vec::new(), |statement| statement.bytes().to_vec())
    }
}

/// The bytes with some of them changed, cut off or followed by others, as a fuzzer says.
pub(super) fn patched(bytes: &[u8], from: &mut Pieces<'_>) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let how = from.u8();
    for _ in 0..how % 4 {
        let (at, by) = (u16::from_be_bytes(from.array()), from.u8());
        if let Some(byte) = bytes.get_mut(usize::from(at)) {
            *byte ^= by;
        }
    }
    match how >> 4 {
        1 => bytes.truncate(usize::from(u16::from_be_bytes(from.array()))),
        2 => bytes.extend_from_slice(from.piece()),
        _ => {}
    }
    bytes
}

/// The items of a sealed letter.
fn sealed(key: &SlotKey, parts: Vec<Part>) -> Vec<Vec<u8>> {
    let body = seal_envelope(key, &Envelope { parts }, &mut chance());
    let Ok(body) = body else { return Vec::new() };
    if LADDER.contains(&body.len()) {
        vec![body]
    } else {
        body.chunks(CHUNK).map(<[u8]>::to_vec).collect()
    }
}

/// The writer's next honest letter: one with nothing in it.
fn next(way: &Way, day: u32) -> Letters {
    let seed = SlotSeed::from_bytes(*way.card.slot_seed());
    let items = sealed(&seed.derive_slot_key(week_of(day)), Vec::new());
    let mut letters = Letters::of(None, day, items);
    letters.first_id = 0x80;
    letters
}

/// Robin's home as it stands in the fixture.
pub(super) fn open(fixture: &Fixture, clock: &TownClock) -> Companion {
    let folder = empty_folder("robin");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("alongside.db"), &fixture.home).unwrap();
    reopen(fixture, clock)
}

fn reopen(fixture: &Fixture, clock: &TownClock) -> Companion {
    let key = Keystore(fixture.key);
    let (clock, rng) = (Box::new(clock.another()), Box::new(chance()));
    Companion::open(&place("robin"), &key, clock, rng).expect("the home opens")
}

/// Every screen that shows what came.
fn walk(robin: &mut Companion, fixture: &Fixture) {
    robin.name().expect("a name");
    robin.today().expect("today");
    robin.goals().expect("goals");
    robin.people().expect("people");
    robin.devices().expect("devices");
    robin.inbox().expect("the inbox");
    robin.ideas().expect("ideas");
    robin.see_as(&fixture.pat).expect("what Pat sees");
    robin.export().expect("an export");
}

fn sync<P: PostBox>(app: &mut Companion, post: &P) -> SyncReport {
    runtime()
        .block_on(app.sync(post))
        .expect("the sync goes through")
}

fn runtime() -> tokio::runtime::Runtime {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.build().unwrap()
}
