//! Inboxes by the million that nobody made one by one: their tokens follow from their place, so that any of them can be used.
//! It knows what a token's hash is. Invariant: each has one slot that can be posted to and 63 whose tokens nobody has.

use relay::{NewInbox, Purpose, Token, token::hash};
use sha2::{Digest, Sha256};

/// Slots of an inbox.
pub const SLOTS: u64 = 64;

/// So many inboxes, of which the first so many hold one item of 1 KiB.
#[derive(Debug, Clone, Copy)]
pub struct Crowd {
    /// All.
    pub inboxes: u64,
    /// Those that hold something.
    pub holding: u64,
    /// The UTC day on which all this came.
    pub day: u32,
}

/// A token of the inbox at this place: its fetch token 0, its wake token 1, its slots' from 2 on.
#[must_use]
pub fn token(place: u64, kind: u8) -> [u8; 32] {
    let mut hash = Sha256::new_with_prefix([kind]);
    hash.update(place.to_be_bytes());
    hash.finalize().into()
}

/// An inbox of which all slots can be used.
#[must_use]
pub fn new_inbox(place: u64, day: u32) -> NewInbox {
    let slots = 2..2 + u8::try_from(SLOTS).unwrap_or(u8::MAX);
    let of = |purpose, kind| hash(purpose, &Token(token(place, kind)));
    NewInbox {
        week: day / 7,
        fetch_hash: of(Purpose::Fetch, 0),
        wake_hash: of(Purpose::Wake, 1),
        slot_hashes: slots.map(|kind| of(Purpose::Slot, kind)).collect(),
    }
}

/// An inbox's row.
#[derive(Debug)]
pub struct Inbox {
    /// Its random number.
    pub no: i64,
    /// Hashes of its tokens.
    pub fetch: [u8; 32],
    /// As above.
    pub wake: [u8; 32],
    /// What it was made with: random too.
    pub made: [u8; 32],
    /// Whether it holds an item.
    pub holds: bool,
}

/// An item's row; it is the first of its inbox.
#[derive(Debug)]
pub struct Item {
    /// Random.
    pub id: [u8; 16],
    /// Its inbox.
    pub inbox: i64,
    /// Random.
    pub bytes: Vec<u8>,
}

impl Crowd {
    /// The last day of all of them.
    #[must_use]
    pub fn last_day(&self) -> u32 {
        self.day / 7 * 7 + 6 + 90
    }

    /// All inboxes by their number.
    #[must_use]
    pub fn inboxes(&self) -> Vec<Inbox> {
        let mut all: Vec<Inbox> = (0..self.inboxes)
            .map(|place| Inbox {
                no: no(place),
                fetch: hash(Purpose::Fetch, &Token(token(place, 0))),
                wake: hash(Purpose::Wake, &Token(token(place, 1))),
                made: filled(place, 9),
                holds: place < self.holding,
            })
            .collect();
        all.sort_unstable_by_key(|inbox| inbox.no);
        all
    }

    /// All items by their id.
    #[must_use]
    pub fn items(&self) -> Vec<Item> {
        let mut all: Vec<Item> = (0..self.holding)
            .map(|place| Item {
                id: filled(place, 4),
                inbox: no(place),
                bytes: filled::<1_024>(place, 5).to_vec(),
            })
            .collect();
        all.sort_unstable_by_key(|item| item.id);
        all
    }

    /// All slots by their hash, with their inbox: those whose tokens nobody has lie evenly between the others.
    pub fn slots(&self) -> impl Iterator<Item = ([u8; 32], i64)> {
        let mut known: Vec<_> = (0..self.inboxes)
            .map(|place| (hash(Purpose::Slot, &Token(token(place, 2))), no(place)))
            .collect();
        known.sort_unstable();
        let others = self.inboxes * (SLOTS - 1);
        let (step, inboxes) = (u64::MAX / others.max(1), self.inboxes);
        let mut others = (0..others)
            .map(move |place| {
                let mut hash = filled::<32>(place, 6);
                let first = place * step + mixed(place, 7) % step;
                for (to, from) in hash.iter_mut().zip(first.to_be_bytes()) {
                    *to = from;
                }
                (hash, no(mixed(place, 8) % inboxes))
            })
            .peekable();
        let mut known = known.into_iter().peekable();
        std::iter::from_fn(move || match (known.peek(), others.peek()) {
            (Some(one), Some(other)) if one.0 < other.0 => known.next(),
            (_, Some(_)) => others.next(),
            _ => known.next(),
        })
    }
}

fn no(place: u64) -> i64 {
    i64::from_be_bytes(mixed(place, 3).to_be_bytes())
}

/// Random-looking bytes.
fn filled<const N: usize>(place: u64, salt: u64) -> [u8; N] {
    let mut bytes = [0; N];
    for (turn, eight) in (1..).zip(bytes.chunks_mut(8)) {
        let word = mixed(place, salt.wrapping_add(turn << 32));
        for (to, from) in eight.iter_mut().zip(word.to_be_bytes()) {
            *to = from;
        }
    }
    bytes
}

/// Another number for each, spread evenly: the finish of SplitMix64 (Steele and others, 2014).
fn mixed(place: u64, salt: u64) -> u64 {
    let mut word = place
        .wrapping_add(salt.wrapping_mul(0xd134_2543_de82_ef95))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
