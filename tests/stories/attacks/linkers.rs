//! What a relay that remembers everything could do with it: sort its transcript by inbox, and guess which inbox of one
//! week and which of the next are one phone's. It has neither addresses nor times (limits: docs/limits.md). It never
//! looks at whose an inbox truly is but to score a guess.

use relay::{Purpose, Token};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use town::Seen;

/// What the relay calls an inbox: the hash of its fetch token.
pub type Inbox = [u8; 32];

/// Whose an inbox truly is, and of which week.
pub type Truth = HashMap<Inbox, (usize, u32)>;

/// All that a relay knows of one inbox: every byte of every request that speaks of it, and what was posted into it.
#[derive(Default, Clone)]
pub struct Known<'a> {
    requests: Vec<&'a [u8]>,
    posts: u32,
    bytes: usize,
    pub fetches: u32,
}

/// One side of a guess: the inboxes of a week that were fetched.
pub type Week<'a> = BTreeMap<Inbox, Known<'a>>;

pub fn hash_of(purpose: Purpose, token: &[u8; 32]) -> Inbox {
    relay::token::hash(purpose, &Token(*token))
}

/// Sorts the transcript by inbox, and takes those of one week. A create names all slots of one; a post comes through
/// one of them.
pub fn of_week<'a>(seen: &'a [Seen], truly: &Truth, week: u32) -> Week<'a> {
    let mut of_slot: HashMap<Inbox, Inbox> = HashMap::new();
    let mut all: Week<'a> = BTreeMap::new();
    let belongs = |inbox: &Inbox| truly.get(inbox).is_some_and(|(_, own)| *own == week);
    for create in seen.iter().filter(|seen| seen.call == "create") {
        if !belongs(&create.token) {
            continue;
        }
        for slot in create.body.chunks_exact(32) {
            of_slot.insert(slot.try_into().unwrap(), create.token);
        }
        let known = all.entry(create.token).or_default();
        known.requests.push(&create.body);
        known.requests.push(&create.token);
    }
    for seen in seen {
        let inbox = match seen.call {
            "fetch" | "acknowledge" | "close" | "delete" => {
                Some(hash_of(Purpose::Fetch, &seen.token)).filter(|inbox| belongs(inbox))
            }
            "post" => of_slot.get(&hash_of(Purpose::Slot, &seen.token)).copied(),
            _ => None,
        };
        let Some(inbox) = inbox else { continue };
        let known = all.entry(inbox).or_default();
        match seen.call {
            "post" => {
                known.posts += 1;
                known.bytes += seen.body.len();
            }
            "fetch" => known.fetches += 1,
            _ => {}
        }
        known.requests.push(&seen.token);
        known.requests.push(&seen.body);
    }
    all.retain(|_, known| known.fetches > 0);
    all
}

/// Pairs of an inbox of one week and one of the next whose requests share a run of bytes that is not a mere pattern.
/// Every run of `7 + step` bytes is found; `step` 1 sees most and costs most.
pub fn pairs_that_share(this: &Week, next: &Week, truly: &Truth, step: usize) -> Pairs {
    let is_random = |piece: &&[u8]| piece.iter().collect::<BTreeSet<_>>().len() >= 5;
    let number = |piece: &[u8]| u64::from_be_bytes(piece.try_into().unwrap());
    let mut known: Vec<(u64, usize)> = Vec::new();
    for (inbox, one) in this {
        let who = truly[inbox].0;
        for bytes in &one.requests {
            let pieces = bytes.windows(8).step_by(step).filter(is_random);
            known.extend(pieces.map(|piece| (number(piece), who)));
        }
    }
    known.sort_unstable();
    known.dedup();
    // Most pieces are nowhere else: a table of their first bits says so at once.
    let start = |piece: u64| usize::try_from(piece >> 40).unwrap();
    let mut there = vec![false; 1 << 24];
    known
        .iter()
        .for_each(|(piece, _)| there[start(*piece)] = true);
    let mut pairs = Pairs::new();
    for (inbox, one) in next {
        for piece in one.requests.iter().flat_map(|bytes| bytes.windows(8)) {
            let piece = number(piece);
            if !there[start(piece)] {
                continue;
            }
            let from = known.partition_point(|(other, _)| *other < piece);
            let same = known[from..]
                .iter()
                .take_while(|(other, _)| *other == piece);
            pairs.extend(same.map(|(_, phone)| (*phone, truly[inbox].0)));
        }
    }
    pairs
}

/// A phone of this week, and one of the next that it is taken for.
pub type Pairs = BTreeSet<(usize, usize)>;

/// The phones that are known again where each inbox is taken for the nearest of the next week by volume: posts, bytes
/// and fetches. A guess between equals counts only where all of them are the same phone's.
pub fn known_by_volume(this: &Week, next: &Week, truly: &Truth) -> BTreeSet<usize> {
    let of = |known: &Known| {
        [
            f64::from(known.posts),
            known.bytes as f64 / 1_024.0,
            f64::from(known.fetches),
        ]
    };
    let right = this.iter().filter(|(inbox, known)| {
        let far = |other: &Known| -> f64 {
            let pairs = of(known).into_iter().zip(of(other));
            pairs.map(|(one, other)| (one - other).powi(2)).sum()
        };
        let nearest = next.values().map(far).fold(f64::INFINITY, f64::min);
        let mut guesses = next.iter().filter(|(_, other)| far(other) <= nearest);
        guesses.all(|(guess, _)| truly[guess].0 == truly[*inbox].0)
    });
    right.map(|(inbox, _)| truly[inbox].0).collect()
}

/// How often, of how many, the inbox of the next week that lies nearest is the same phone's, in an order in which the
/// relay keeps them.
pub fn known_by_order(kept: &[Inbox], truly: &Truth) -> (usize, usize) {
    let mut of_week: BTreeMap<u32, Vec<(usize, usize)>> = BTreeMap::new();
    for (place, inbox) in kept.iter().enumerate() {
        if let Some((who, week)) = truly.get(inbox) {
            of_week.entry(*week).or_default().push((place, *who));
        }
    }
    let (mut right, mut all) = (0, 0);
    for (week, inboxes) in &of_week {
        let Some(next) = of_week.get(&(week + 1)) else {
            continue;
        };
        for (place, who) in inboxes {
            let nearest = next.iter().min_by_key(|(other, _)| other.abs_diff(*place));
            right += usize::from(nearest.unwrap().1 == *who);
            all += 1;
        }
    }
    (right, all)
}

/// The most that blind guessing comes to, but once in a million times: so many of `all` with this many to choose from.
pub fn chance(all: usize, choices: usize) -> usize {
    let mean = all as f64 / choices as f64;
    (mean + 5.0 * mean.sqrt() + 1.0) as usize
}

/// The inboxes in the order in which their hashes lie in some bytes: the first place of each.
pub fn order_in(bytes: &[u8], truly: &Truth) -> Vec<Inbox> {
    let mut seen = HashSet::new();
    bytes
        .windows(32)
        .filter_map(|window| <&Inbox>::try_from(window).ok())
        .filter(|window| truly.contains_key(*window) && seen.insert(**window))
        .copied()
        .collect()
}
