//! Those who post and read while faults strike, and tell the model what they were answered.
//! Knows the contract's requests; knows no fault.
//! Invariant: the model hears of a request before it is sent, and of its answer only once that was read.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use relay::{Token, wire};

use super::model::{Given, Model, Name};
use crate::kit::{Answer, OK, Owner, ask, got};

/// Who waits longer for an answer gives up.
const PATIENCE: Duration = Duration::from_secs(4);

/// SplitMix64: choices that a seed gives again.
#[derive(Clone)]
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    pub fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }
}

/// One inbox of the test.
pub struct Inbox {
    pub number: u16,
    pub owner: Owner,
    pub last_day: u32,
    /// The number of each client's next post.
    pub next: [u32; 2],
}

/// How a round is lived.
#[derive(Clone, Copy)]
pub struct Manner {
    /// Each request several times, and several at once in any order.
    pub doubled: bool,
    /// An unanswered post is sent again, the same: not where days leap, since the box forgets keys with the days.
    pub again: bool,
}

/// What all share.
#[derive(Clone)]
pub struct Field {
    pub model: Arc<Mutex<Model>>,
    pub addresses: Arc<Mutex<Vec<String>>>,
    pub stop: Arc<AtomicBool>,
    pub manner: Manner,
}

impl Field {
    pub fn model(&self) -> MutexGuard<'_, Model> {
        self.model.lock().unwrap()
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Asks one of the relays. `None`: no answer, or one that says "later".
    pub async fn ask(
        &self,
        dice: &mut Dice,
        path: &str,
        token: &Token,
        key: Option<[u8; 16]>,
        body: Vec<u8>,
    ) -> Option<Answer> {
        let url = {
            let all = self.addresses.lock().unwrap();
            let count = u64::try_from(all.len()).unwrap();
            let chosen = usize::try_from(dice.below(count)).unwrap();
            format!("{}/v1/{path}", all[chosen])
        };
        let asked = ask(url, Some(token), key, body);
        let answer = tokio::time::timeout(PATIENCE, asked).await.ok()?.ok()?;
        match answer.status {
            429 | 503 | 507 => None,
            200 | 201 | 204 | 404 => Some(answer),
            other => panic!("{path} was answered with {other}"),
        }
    }
}

/// Whether a post is kept, its inbox is over, or nobody knows.
enum Said {
    Kept,
    Over,
    Nothing,
}

async fn post(field: &Field, mut dice: Dice, slot: Token, name: Name, parts: u8) -> Said {
    if field.manner.doubled {
        tokio::time::sleep(Duration::from_micros(dice.below(3000))).await;
    }
    let asked = field.ask(&mut dice, "post", &slot, Some(name.key()), name.body(parts));
    match asked.await {
        Some(answer) if answer.status == OK => {
            field.model().was_answered(name, parts);
            Said::Kept
        }
        Some(_) => Said::Over,
        None => Said::Nothing,
    }
}

/// Posts through one slot until told to stop, some at once, some again. Gives the number of its next post, and how many were answered.
pub async fn poster(field: Field, owner: Owner, first: Name, mut dice: Dice) -> (u32, u64) {
    let (mut number, mut kept, mut before) = (first.number, 0, None);
    while !field.stopped() {
        let many = if field.manner.doubled || dice.one_in(8) {
            3
        } else {
            1
        };
        let mut open: HashMap<Name, u8> = (number..number + many)
            .map(|number| {
                let parts = if dice.one_in(20) { 2 } else { 1 };
                (Name { number, ..first }, parts)
            })
            .collect();
        number += many;
        for (name, parts) in &open {
            field.model().sends(*name, *parts);
        }
        loop {
            let mut sent: Vec<(Name, u8)> =
                open.iter().map(|(name, parts)| (*name, *parts)).collect();
            if field.manner.doubled {
                sent.extend(sent.clone());
                // One that was answered long ago.
                sent.extend(before);
            }
            let posts = sent.iter().map(|(name, parts)| {
                let dice = Dice(dice.below(u64::MAX));
                post(&field, dice, owner.slot(first.client), *name, *parts)
            });
            let said = join_all(posts).await;
            for ((name, parts), said) in sent.iter().zip(said) {
                match said {
                    Said::Kept => {
                        kept += u64::from(open.remove(name).is_some());
                        before = Some((*name, *parts));
                    }
                    Said::Over => return (number, kept),
                    Said::Nothing => {}
                }
            }
            if open.is_empty() || !field.manner.again || field.stopped() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    (number, kept)
}

/// What a fetch gave, by the names of the posts.
pub fn given(items: &[([u8; 16], u32, Vec<u8>)]) -> Vec<Given> {
    items
        .iter()
        .map(|(_, day, bytes)| (*day, Name::read(bytes)))
        .collect()
}

/// Reads an inbox from its beginning until told to stop, and acknowledges most of what it read. Gives all that it saw.
pub async fn reader(field: Field, number: u16, owner: Owner, mut dice: Dice) -> HashSet<Name> {
    let (mut seen, mut cursor) = (HashSet::new(), Vec::new());
    let mut acks: Vec<([u8; 16], Name)> = Vec::new();
    while !field.stopped() {
        let names: Vec<Name> = acks.iter().map(|(_, name)| *name).collect();
        let today = {
            let mut model = field.model();
            model.asks_away(&names);
            model.today
        };
        let request = wire::FetchRequest {
            max: u16::try_from(1 + dice.below(48)).unwrap(),
            cursor: cursor.clone(),
            acks: acks.iter().map(|(id, _)| *id).collect(),
        };
        let body = wire::write_fetch(&request);
        if field.manner.doubled {
            // The same before: its answer is not read, as if it were lost.
            let _ = field
                .ask(&mut dice, "fetch", &owner.fetch(), None, body.clone())
                .await;
        }
        let Some(answer) = field
            .ask(&mut dice, "fetch", &owner.fetch(), None, body)
            .await
        else {
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        if answer.status != OK {
            break;
        }
        let got = got(&answer.body);
        let named = given(&got.items);
        {
            let mut model = field.model();
            model.is_gone(&names);
            model.saw(number, &named, today);
        }
        seen.extend(named.iter().filter_map(|(_, name)| *name));
        cursor = got.cursor;
        acks = got
            .items
            .iter()
            .filter_map(|(id, _, bytes)| Some((*id, Name::read(bytes)?)))
            .filter(|_| !dice.one_in(4))
            .collect();
        if acks.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    seen
}

/// All that an inbox holds; `None` where it is over. Everything is well when this is called, so it must be answered.
pub async fn whole(
    field: &Field,
    dice: &mut Dice,
    owner: &Owner,
) -> Option<Vec<([u8; 16], u32, Vec<u8>)>> {
    let (mut all, mut cursor) = (Vec::new(), Vec::new());
    loop {
        let request = wire::FetchRequest {
            max: 256,
            cursor,
            acks: Vec::new(),
        };
        let answer = surely(
            field,
            dice,
            "fetch",
            &owner.fetch(),
            wire::write_fetch(&request),
        )
        .await;
        if answer.status != OK {
            return None;
        }
        let got = got(&answer.body);
        all.extend(got.items);
        cursor = got.cursor;
        if got.flags & 4 == 0 {
            return Some(all);
        }
    }
}

/// Asks until it is answered.
pub async fn surely(
    field: &Field,
    dice: &mut Dice,
    path: &str,
    token: &Token,
    body: Vec<u8>,
) -> Answer {
    let begun = Instant::now();
    loop {
        if let Some(answer) = field.ask(dice, path, token, None, body.clone()).await {
            return answer;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(40),
            "{path} is not answered though all is well again"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
