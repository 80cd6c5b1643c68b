//! Documents that come from others: items 1 and 2 as they lie in a message, the gate before automerge, and what a
//! notebook then shows. A change ends in a hash over itself; it is put right here, so that what is behind is met.

use super::Met;
use super::pieces::Pieces;
use super::sealed::chance;
use alongside_core::notebook::{
    DocName, Generation, KIND_CHANGES, KIND_SNAPSHOT, Private, Refused, Shared, Shelf,
    StoredDocument, WireItem,
};
use jiff::civil::{Date, date};
use sha2::{Digest, Sha256};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const PLAIN_CHANGE: u8 = 1;
const NAMES: [&str; 5] = [
    "core",
    "ticks-2026-02",
    "words-2026",
    "ticks-2026-03",
    "ticks-0001-01",
];

/// A change chunk around any body, with its true hash.
pub(super) fn chunk(body: &[u8]) -> Vec<u8> {
    let mut tail = vec![PLAIN_CHANGE];
    let mut length = body.len();
    while length >= 0x80 {
        tail.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    tail.push(u8::try_from(length).unwrap());
    tail.extend_from_slice(body);
    let sum = Sha256::digest(&tail);
    [&MAGIC[..], &sum[..4], &tail].concat()
}

/// The bodies of concatenated change chunks, for the first files of the corpus.
pub(super) fn bodies(mut chunks: &[u8]) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    while chunks.len() > 9 {
        let (mut length, mut at, mut shift) = (0, 9, 0);
        while chunks[at] & 0x80 != 0 {
            length |= usize::from(chunks[at] & 0x7f) << shift;
            (at, shift) = (at + 1, shift + 7);
        }
        length |= usize::from(chunks[at]) << shift;
        all.push(chunks[at + 1..at + 1 + length].to_vec());
        chunks = &chunks[at + 1 + length..];
    }
    all
}

/// An item about a document: `known` are generations that mean something to the reader.
pub(super) fn any_item(from: &mut Pieces<'_>, known: &[Generation]) -> WireItem {
    let which = usize::from(from.u8());
    let generation = match which {
        0 => Generation::PRIVATE,
        _ if which <= known.len() => known[which - 1],
        _ => Generation {
            number: u64::from(from.u8()),
            random: [from.u8(); 16],
        },
    };
    let name = NAMES[usize::from(from.u8()) % NAMES.len()];
    let snapshot = from.u8() % 2 == 1;
    let mut changes = Vec::new();
    for _ in 0..from.u8() % 5 {
        changes.extend(chunk(from.piece()));
    }
    WireItem {
        generation,
        name: DocName::parse(name).unwrap(),
        snapshot,
        changes,
    }
}

/// A generation from its 24 bytes on a disk.
pub(super) fn generation(bytes: &[u8; 24]) -> Generation {
    let (number, random) = bytes.split_at(8);
    Generation {
        number: u64::from_be_bytes(number.try_into().unwrap()),
        random: random.try_into().unwrap(),
    }
}

/// Items one after the other, into a reader's notebook and into one's own.
pub fn changes(bytes: &[u8]) -> Met {
    let mut met = Met::default();
    let mut from = Pieces::new(bytes);
    let (mut shared, mut own) = (Shared::empty(), Private::open(Blank));
    for _ in 0..8 {
        if from.is_empty() {
            break;
        }
        let item = match from.u8() % 4 {
            0 => WireItem::decode(from.u8() % 4, from.rest()).ok(),
            1 => squeezed(from.u8(), from.piece()),
            _ => Some(any_item(&mut from, &[])),
        };
        let Some(item) = item else { continue };
        let again = WireItem::decode(item.kind(), &item.encode());
        if again.is_err() {
            continue;
        }
        assert_eq!(again.as_ref(), Ok(&item), "an item changed on its way");
        met.taken += 1;
        take(&mut met, &mut shared, &mut own, &item);
    }
    reopened(&mut shared);
    met
}

/// Data that says it is packed: any bytes after the head.
fn squeezed(kind: u8, data: &[u8]) -> Option<WireItem> {
    let mut bytes = vec![0; 24];
    bytes.extend_from_slice(&4_u32.to_be_bytes());
    bytes.extend_from_slice(b"core\x01");
    bytes.extend_from_slice(&u32::try_from(data.len()).unwrap().to_be_bytes());
    bytes.extend_from_slice(data);
    let kind = [KIND_CHANGES, KIND_SNAPSHOT][usize::from(kind % 2)];
    WireItem::decode(kind, &bytes).ok()
}

fn take(met: &mut Met, shared: &mut Shared, own: &mut Private<Blank>, item: &WireItem) {
    if met.takes(shared.merge(item, &mut chance())).is_some() {
        let begun = shared.generation().number;
        met.rare |= (100..=127).contains(&begun) && entries(shared) > 0;
    }
    if met.takes(own.apply(item.name, &item.changes)).is_some() {
        let days = (Date::MIN, Date::MAX);
        own.routines().expect("routines are read");
        own.goals().expect("goals are read");
        own.steps().expect("steps are read");
        own.people().expect("people are read");
        own.records(days.0, days.1).expect("days are read");
        own.ever_written().expect("days are read");
        own.words_to(&nobody(), 2026).expect("words are read");
        own.kept_words(2026).expect("words are read");
        own.ideas_for(&nobody(), 2026).expect("ideas are read");
        own.shares_with(&nobody()).expect("shares are read");
    }
}

fn nobody() -> alongside_core::life::PersonRef {
    alongside_core::life::PersonRef("00".repeat(32))
}

fn entries(shared: &Shared) -> usize {
    let shown = shared.view(date(2026, 2, 11));
    shown.routines.len() + shown.goals.len() + shown.words.len() + shown.ideas.len()
}

/// What was taken in opens again from what the disk keeps, and shows the same.
fn reopened(shared: &mut Shared) {
    let stored = shared.to_stored();
    let again = Shared::open(shared.generation(), stored).expect("a document opens again");
    let day = date(2026, 2, 11);
    assert_eq!(
        again.view(day),
        shared.view(day),
        "a document changed on the disk"
    );
}

/// A shelf with nothing on it.
struct Blank;

impl Shelf for Blank {
    fn load(&mut self, _: &DocName) -> Result<Option<StoredDocument>, Refused> {
        Ok(None)
    }

    fn names(&mut self) -> Result<Vec<DocName>, Refused> {
        Ok(Vec::new())
    }

    fn make_actor(&mut self) -> [u8; 16] {
        [9; 16]
    }
}
