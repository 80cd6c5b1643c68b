//! What was acknowledged, and what a post box may still give: the truth against which each round of faults is held.
//! Knows posts by the name in their bytes; knows no relay and no request.
//! Invariant: what nobody answered proves nothing: it may be kept or not, and is never counted as lost.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

/// How long an item is kept: PROTOCOL.md 5.
const LIFE: u32 = 90;
/// The largest part of an item.
const PART: usize = 1 << 16;

/// Which post a body is of: written all over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    pub inbox: u16,
    pub client: u8,
    pub part: u8,
    pub number: u32,
}

impl Name {
    fn bytes(self) -> [u8; 8] {
        let mut bytes = [0; 8];
        bytes[..2].copy_from_slice(&self.inbox.to_be_bytes());
        bytes[2..4].copy_from_slice(&[self.client, self.part]);
        bytes[4..].copy_from_slice(&self.number.to_be_bytes());
        bytes
    }

    /// The key of the post that this is a part of.
    pub fn key(self) -> [u8; 16] {
        let whole = Self { part: 0, ..self };
        [whole.bytes(), whole.bytes().map(|byte| byte ^ 0x5a)]
            .concat()
            .try_into()
            .unwrap()
    }

    /// Its bytes: 1 KiB, or so many parts of 64.
    pub fn body(self, parts: u8) -> Vec<u8> {
        let of = |part, size: usize| Self { part, ..self }.bytes().repeat(size / 8);
        match parts {
            1 => of(0, 1024),
            _ => (0..parts).flat_map(|part| of(part, PART)).collect(),
        }
    }

    /// Whose bytes these are; `None` where they are not whole.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let first = bytes.get(..8)?;
        let whole = [1024, PART].contains(&bytes.len());
        (whole && bytes.chunks(8).all(|chunk| chunk == first)).then(|| Self {
            inbox: u16::from_be_bytes([first[0], first[1]]),
            client: first[2],
            part: first[3],
            number: u32::from_be_bytes(first[4..].try_into().unwrap()),
        })
    }
}

struct Post {
    sent: Instant,
    /// When it was kept for certain: answered, or seen by its reader.
    kept: Option<Instant>,
    /// The days between which the relay took it.
    days: (u32, u32),
}

/// What must never be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Acknowledged by the relay, and not there though neither read away nor over.
    pub lost: u64,
    /// Came before what was answered earlier, or behind a cursor.
    pub order: u64,
    /// There after the reader's acknowledgement was answered, or after its day.
    pub after: u64,
    /// In an inbox that it was not sent to.
    pub wrong_inbox: u64,
    /// Twice, not whole, never sent, or of a day on which it was not sent.
    pub torn_or_doubled: u64,
}

/// One thing that a fetch gave: its day and its bytes' name.
pub type Given = (u32, Option<Name>);

#[derive(Default)]
pub struct Model {
    /// The day that has begun for all, and the one that is about to.
    pub today: u32,
    pub coming: u32,
    pub findings: Findings,
    posts: HashMap<Name, Post>,
    /// What its reader began to acknowledge.
    asked: HashSet<Name>,
    gone: HashSet<Name>,
    /// The last whole list of each inbox.
    listed: HashMap<u16, Vec<Name>>,
}

impl Model {
    pub fn on(day: u32) -> Self {
        Self {
            today: day,
            coming: day,
            ..Self::default()
        }
    }

    /// All parts of it, before it is sent for the first time.
    pub fn sends(&mut self, name: Name, parts: u8) {
        for part in 0..parts {
            let post = Post {
                sent: Instant::now(),
                kept: None,
                days: (self.today, u32::MAX),
            };
            self.posts.insert(Name { part, ..name }, post);
        }
    }

    /// The relay said that it is kept.
    pub fn was_answered(&mut self, name: Name, parts: u8) {
        for part in 0..parts {
            self.is_kept(Name { part, ..name });
        }
    }

    fn is_kept(&mut self, name: Name) {
        if let Some(post) = self.posts.get_mut(&name)
            && post.kept.is_none()
        {
            post.kept = Some(Instant::now());
            post.days.1 = self.coming;
        }
    }

    /// Before its reader acknowledges these.
    pub fn asks_away(&mut self, names: &[Name]) {
        self.asked.extend(names);
    }

    /// The relay said that the acknowledgement is done.
    pub fn is_gone(&mut self, names: &[Name]) {
        for name in names {
            self.posts.remove(name);
            self.asked.remove(name);
            self.gone.insert(*name);
        }
    }

    /// The inbox is over, or was deleted.
    pub fn ends(&mut self, inbox: u16) {
        self.posts.retain(|name, _| name.inbox != inbox);
        self.listed.remove(&inbox);
    }

    /// What holds of each fetch, also of a part of an inbox. `today`: when it was asked.
    pub fn saw(&mut self, inbox: u16, given: &[Given], today: u32) {
        let (mut there, mut latest) = (HashSet::new(), None);
        for (day, name) in given {
            let Some(name) = *name else {
                self.findings.torn_or_doubled += 1;
                continue;
            };
            self.findings.wrong_inbox += u64::from(name.inbox != inbox);
            self.findings.torn_or_doubled += u64::from(!there.insert(name));
            let gone = self.gone.contains(&name);
            self.findings.after += u64::from(gone || day + LIFE <= today);
            let Some(post) = self.posts.get(&name) else {
                self.findings.torn_or_doubled += u64::from(!gone);
                continue;
            };
            let of_its_day = (post.days.0..=post.days.1).contains(day);
            self.findings.torn_or_doubled += u64::from(!of_its_day);
            // It was kept before another that stands before it was even sent.
            let overtaken = post.kept.is_some_and(|kept| latest > Some(kept));
            self.findings.order += u64::from(overtaken);
            latest = latest.max(Some(post.sent));
            self.is_kept(name);
        }
    }

    /// What holds of a whole inbox, asked for from its beginning while nobody posts. `by_cursor`: what its reader saw in this round, which
    /// it began at the beginning too.
    pub fn saw_all(&mut self, inbox: u16, given: &[Given], by_cursor: &HashSet<Name>) {
        self.saw(inbox, given, self.today);
        let list: Vec<Name> = given.iter().filter_map(|(_, name)| *name).collect();
        let there: HashSet<Name> = list.iter().copied().collect();
        let before = self.listed.remove(&inbox).unwrap_or_default();
        let stayed: Vec<Name> = before
            .into_iter()
            .filter(|name| there.contains(name))
            .collect();
        self.findings.order += u64::from(!list.starts_with(&stayed));
        let read_up_to = list.iter().rposition(|name| by_cursor.contains(name));
        let passed_over = list[..read_up_to.unwrap_or(0)]
            .iter()
            .filter(|name| !by_cursor.contains(name));
        self.findings.order += u64::try_from(passed_over.count()).unwrap();
        let kept = self.posts.iter().filter(|(_, post)| post.kept.is_some());
        let missing: Vec<Name> = kept
            .map(|(name, _)| *name)
            .filter(|name| name.inbox == inbox && !there.contains(name))
            .collect();
        for name in &missing {
            let over = self.posts[name].days.0 + LIFE <= self.today;
            let lost = !over && !self.asked.contains(name);
            self.findings.lost += u64::from(lost);
        }
        self.is_gone(&missing);
        self.listed.insert(inbox, list);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u32 = 100;

    fn name(number: u32) -> Name {
        Name {
            inbox: 1,
            client: 2,
            part: 0,
            number,
        }
    }

    /// Three posts, each answered before the next was sent.
    fn model() -> Model {
        let mut model = Model::on(DAY);
        for number in 1..4 {
            model.sends(name(number), 1);
            model.was_answered(name(number), 1);
        }
        model
    }

    fn given(numbers: &[u32]) -> Vec<Given> {
        numbers
            .iter()
            .map(|number| (DAY, Name::read(&name(*number).body(1))))
            .collect()
    }

    fn found(model: &mut Model, inbox: u16, given: &[Given]) -> [u64; 5] {
        model.saw_all(inbox, given, &HashSet::new());
        let found = model.findings;
        [
            found.lost,
            found.order,
            found.after,
            found.wrong_inbox,
            found.torn_or_doubled,
        ]
    }

    #[test]
    fn all_in_order_is_well_and_each_fault_is_found() {
        assert_eq!(found(&mut model(), 1, &given(&[1, 2, 3])), [0; 5]);
        assert_eq!(found(&mut model(), 1, &given(&[1, 3])), [1, 0, 0, 0, 0]);
        assert_eq!(found(&mut model(), 1, &given(&[2, 1, 3])), [0, 1, 0, 0, 0]);
        assert_eq!(
            found(&mut model(), 1, &given(&[1, 2, 3, 3])),
            [0, 0, 0, 0, 1]
        );
        assert_eq!(
            found(&mut model(), 1, &given(&[1, 2, 3, 9])),
            [0, 0, 0, 0, 1]
        );
        assert_eq!(found(&mut model(), 7, &given(&[1])), [0, 0, 0, 1, 0]);
        let mut torn = given(&[1, 2, 3]);
        torn.push((DAY, Name::read(&[0; 1000])));
        assert_eq!(found(&mut model(), 1, &torn), [0, 0, 0, 0, 1]);
    }

    #[test]
    fn what_was_acknowledged_or_is_over_must_be_gone_and_only_then() {
        let mut read = model();
        read.asks_away(&[name(1)]);
        assert_eq!(
            found(&mut read, 1, &given(&[1, 2, 3])),
            [0; 5],
            "not yet answered"
        );
        read.is_gone(&[name(1)]);
        assert_eq!(found(&mut read, 1, &given(&[2, 3])), [0; 5]);
        assert_eq!(found(&mut read, 1, &given(&[1, 2, 3]))[2], 1);
        let mut unsure = model();
        unsure.asks_away(&[name(1)]);
        assert_eq!(found(&mut unsure, 1, &given(&[2, 3])), [0; 5]);
        assert_eq!(
            found(&mut unsure, 1, &given(&[1, 2, 3]))[2],
            1,
            "it came again"
        );
        let mut over = model();
        over.today = DAY + 89;
        assert_eq!(found(&mut over, 1, &[]), [3, 0, 0, 0, 0]);
        let mut over = model();
        over.today = DAY + 90;
        assert_eq!(found(&mut over, 1, &[]), [0; 5]);
        assert_eq!(found(&mut over, 1, &given(&[1])), [0, 0, 1, 0, 0]);
    }

    #[test]
    fn what_came_behind_a_cursor_or_before_an_older_list_is_found() {
        let mut model = model();
        model.saw_all(1, &given(&[1, 2, 3]), &HashSet::from([name(1), name(3)]));
        assert_eq!(model.findings.order, 1);
        model.sends(name(4), 1);
        model.saw_all(1, &given(&[4, 1, 2, 3]), &HashSet::new());
        assert!(model.findings.order > 1);
    }
}
