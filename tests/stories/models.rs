//! The rules of device lists, tried on every small history there is (docs/models/README.md).
//!
//! A history is a graph of statements: each by any device that was ever added, with any view of the
//! statements before it, so that a phone that lies about what it saw is among them. The core's own
//! `DeviceList::join` over really signed statements must keep three promises in each; two broken twins
//! of the rule must not. Verifpal has no sets and no numbers, so it can't say this.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use alongside_core::trust::device::{DeviceSecret, TieKey};
use alongside_core::trust::ids::StatementId;
use alongside_core::trust::list::{DeviceList, ListStatement};
use alongside_core::trust::recovery::{RecoveryKey, Root};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Devices 0, 1 and 2 are the person's at the beginning; 3 and 4 may be added.
const AT_FIRST: usize = 3;
const DEVICES: usize = 5;

type Device = usize;
type Members = BTreeSet<Device>;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Deed {
    Add(Device),
    Remove(Device),
}

/// One statement; `seen` holds the numbers of all statements its author claims to know, closed under
/// what those had seen. The beginning (devices 0, 1, 2) is seen by all and not in the list.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Statement {
    author: Device,
    deed: Deed,
    seen: BTreeSet<usize>,
}

type History = Vec<Statement>;

/// The newest of what a statement had seen.
fn heads(history: &[Statement], seen: &BTreeSet<usize>) -> BTreeSet<usize> {
    let older: BTreeSet<usize> = seen
        .iter()
        .flat_map(|at| history[*at].seen.iter().copied())
        .collect();
    seen.difference(&older).copied().collect()
}

/// Every view that is closed under what its statements had seen.
fn views(history: &[Statement]) -> Vec<BTreeSet<usize>> {
    (0..1_u32 << history.len())
        .map(|bits| {
            (0..history.len())
                .filter(|at| bits & (1 << at) != 0)
                .collect()
        })
        .filter(|view: &BTreeSet<usize>| view.iter().all(|at| history[*at].seen.is_subset(view)))
        .collect()
}

/// Every statement that could follow.
fn next(history: &[Statement]) -> Vec<Statement> {
    let ever: Members = (0..AT_FIRST)
        .chain(history.iter().filter_map(|s| match s.deed {
            Deed::Add(device) => Some(device),
            Deed::Remove(_) => None,
        }))
        .collect();
    let mut found = Vec::new();
    for seen in views(history) {
        for author in &ever {
            let adds = (AT_FIRST..DEVICES)
                .filter(|new| new != author)
                .map(Deed::Add);
            let removes = ever
                .iter()
                .filter(|other| *other != author)
                .map(|d| Deed::Remove(*d));
            for deed in adds.chain(removes) {
                let statement = Statement {
                    author: *author,
                    deed,
                    seen: seen.clone(),
                };
                // The same words with the same view are the same bytes: no new statement.
                if !history.contains(&statement) {
                    found.push(statement);
                }
            }
        }
    }
    found
}

/// What each statement's author must have seen: what it claims, and the one statement that added its author,
/// who could not sign otherwise (where two did, nobody can tell which one it saw).
fn truly_seen(history: &[Statement]) -> Vec<BTreeSet<usize>> {
    let mut all: Vec<BTreeSet<usize>> = Vec::new();
    for statement in history {
        let mut seen = statement.seen.clone();
        let mut adds =
            (0..history.len()).filter(|at| history[*at].deed == Deed::Add(statement.author));
        if let (Some(only), None) = (adds.next(), adds.next()) {
            seen.insert(only);
        }
        let before: Vec<usize> = seen.iter().copied().collect();
        seen.extend(before.iter().flat_map(|at| all[*at].iter().copied()));
        all.push(seen);
    }
    all
}

/// Whether every remover of the author had seen statement `at` (true if nobody removed the author).
fn all_removers_saw(history: &[Statement], at: usize) -> bool {
    let seen = truly_seen(history);
    history.iter().enumerate().all(|(remover, s)| {
        s.deed != Deed::Remove(history[at].author) || seen[remover].contains(&at) || remover == at
    })
}

/// What is promised of any join.
fn broken_promise(history: &[Statement], present: &Members) -> Option<String> {
    let removed: Members = history
        .iter()
        .filter_map(|s| match s.deed {
            Deed::Remove(device) => Some(device),
            Deed::Add(_) => None,
        })
        .collect();
    // Devices whose standing nobody ever touched: there at first and never removed, or added by such.
    let mut unharmed: Members = (0..AT_FIRST).filter(|d| !removed.contains(d)).collect();
    loop {
        let more: Members = history
            .iter()
            .filter_map(|s| match s.deed {
                Deed::Add(d) if unharmed.contains(&s.author) && !removed.contains(&d) => Some(d),
                _ => None,
            })
            .filter(|d| !unharmed.contains(d))
            .collect();
        if more.is_empty() {
            break;
        }
        unharmed.extend(more);
    }
    for device in 0..DEVICES {
        let adds: Vec<usize> = (0..history.len())
            .filter(|at| history[*at].deed == Deed::Add(device))
            .collect();
        let promise = if removed.contains(&device) && present.contains(&device) {
            "removal wins: no removed device is in, two that remove each other are both out"
        } else if present.contains(&device)
            && device >= AT_FIRST
            && !adds.iter().any(|at| all_removers_saw(history, *at))
        {
            "an add by a device since removed counts only if the remover had seen it"
        } else if unharmed.contains(&device) && !present.contains(&device) {
            "who was added in good standing and never removed is in: officer out, aunt in"
        } else {
            continue;
        };
        return Some(format!(
            "{promise}: device {device}, {present:?} after {history:?}"
        ));
    }
    None
}

/// Walks all histories of at most `depth` statements, depth first; gives their number or the first
/// broken promise.
fn walk(depth: usize, join: &dyn Fn(&[Statement]) -> Members) -> Result<usize, String> {
    fn step(
        history: &mut History,
        depth: usize,
        join: &dyn Fn(&[Statement]) -> Members,
    ) -> Result<usize, String> {
        if let Some(broken) = broken_promise(history, &join(history)) {
            return Err(broken);
        }
        let mut count = 1;
        if depth > 0 {
            for statement in next(history) {
                history.push(statement);
                count += step(history, depth - 1, join)?;
                history.pop();
            }
        }
        Ok(count)
    }
    step(&mut Vec::new(), depth, join)
}

/// What makes a statement the one it is: author, deed and the newest it names.
type Name = (Device, Deed, BTreeSet<StatementId>);

/// The person's keys, and each statement signed once.
struct Signed {
    keys: Vec<TieKey>,
    recovery: RecoveryKey,
    beginning: [ListStatement; 2],
    made: RefCell<BTreeMap<Name, ListStatement>>,
}

impl Signed {
    fn new() -> Self {
        let mut rng = ChaCha20Rng::seed_from_u64(3);
        let keys: Vec<TieKey> = (0..DEVICES)
            .map(|_| DeviceSecret::make(&mut rng).derive_tie_key(&[7; 32]))
            .collect();
        let recovery = Root::make(&mut rng).derive_recovery_key(0).unwrap();
        let first = ListStatement::make_first(&keys[0], recovery.public(), [9; 32]).unwrap();
        let others = ListStatement::make_next(
            &keys[0],
            0,
            &BTreeSet::from([first.id()]),
            &[keys[1].public(), keys[2].public()],
            &[],
        )
        .unwrap();
        Self {
            keys,
            recovery,
            beginning: [first, others],
            made: RefCell::default(),
        }
    }

    fn statements(&self, history: &[Statement]) -> Vec<ListStatement> {
        let mut signed: Vec<ListStatement> = Vec::new();
        for statement in history {
            let mut previous: BTreeSet<StatementId> = heads(history, &statement.seen)
                .into_iter()
                .map(|at| signed[at].id())
                .collect();
            if previous.is_empty() {
                previous.insert(self.beginning[1].id());
            }
            let name = (statement.author, statement.deed, previous.clone());
            let made = self.made.borrow().get(&name).cloned();
            let made = made.unwrap_or_else(|| {
                let (adds, removes) = match statement.deed {
                    Deed::Add(device) => (vec![self.keys[device].public()], vec![]),
                    Deed::Remove(device) => (vec![], vec![(self.keys[device].device_id(), 5)]),
                };
                let author = &self.keys[statement.author];
                ListStatement::make_next(author, 0, &previous, &adds, &removes).unwrap()
            });
            self.made.borrow_mut().insert(name, made.clone());
            signed.push(made);
        }
        signed
    }

    fn members(&self, list: &DeviceList) -> Members {
        (0..DEVICES)
            .filter(|device| list.has(&self.keys[*device].device_id()))
            .collect()
    }

    fn join(&self, history: &[Statement]) -> Members {
        let mut all = self.beginning.to_vec();
        all.extend(self.statements(history));
        let list = DeviceList::join(&all);
        // The beginning stands first; the rest may come in any order, and twice.
        all[1..].reverse();
        assert_eq!(DeviceList::join(&all), list, "another order");
        let again = all[1..].to_vec();
        all.extend(again);
        all[1..].rotate_left(1);
        assert_eq!(DeviceList::join(&all), list, "repeated");
        self.members(&list)
    }
}

#[test]
fn every_small_history_keeps_the_promises() {
    let signed = Signed::new();
    let count = walk(3, &|history| signed.join(history)).unwrap();
    println!(
        "{count} histories, {} signed statements",
        signed.made.borrow().len()
    );
    assert!(count > 20_000, "{count} histories are too few to be all");
}

#[test]
fn long_histories_keep_the_promises() {
    let signed = Signed::new();
    let mut rng = ChaCha20Rng::seed_from_u64(11);
    for _ in 0..4_000 {
        let mut history = Vec::new();
        for _ in 0..6 {
            let choices = next(&history);
            let drawn = usize::try_from(rng.next_u64()).unwrap() % choices.len();
            history.push(choices[drawn].clone());
        }
        if let Some(broken) = broken_promise(&history, &signed.join(&history)) {
            panic!("{broken}");
        }
    }
}

/// The rule with one part taken out.
fn twin(history: &[Statement], unseen_adds_count: bool, removal_wins: bool) -> Members {
    let mut members: Members = (0..AT_FIRST).collect();
    for (at, statement) in history.iter().enumerate() {
        match statement.deed {
            Deed::Add(device) if unseen_adds_count || all_removers_saw(history, at) => {
                members.insert(device);
            }
            Deed::Remove(device) if !removal_wins => {
                members.remove(&device);
            }
            _ => {}
        }
    }
    if removal_wins {
        for statement in history {
            if let Deed::Remove(device) = statement.deed {
                members.remove(&device);
            }
        }
    }
    members
}

#[test]
fn a_twin_that_counts_unseen_adds_is_found_out() {
    let broken = walk(3, &|history| twin(history, true, true)).unwrap_err();
    assert!(
        broken.starts_with("an add by a device since removed"),
        "{broken}"
    );
}

#[test]
fn a_twin_where_the_last_word_wins_is_found_out() {
    let broken = walk(3, &|history| twin(history, false, false)).unwrap_err();
    assert!(broken.starts_with("removal wins"), "{broken}");
}

#[test]
fn the_get_back_sheet_ends_every_history() {
    fn all(history: &mut History, depth: usize, check: &mut dyn FnMut(&[Statement])) {
        check(history);
        if depth > 0 {
            for statement in next(history) {
                history.push(statement);
                all(history, depth - 1, check);
                history.pop();
            }
        }
    }
    let signed = Signed::new();
    let mut rng = ChaCha20Rng::seed_from_u64(5);
    let thief = Root::make(&mut rng).derive_recovery_key(0).unwrap();
    let anew = |key: &RecoveryKey, generation| {
        let devices = [signed.keys[1].public(), signed.keys[4].public()];
        let seen = BTreeSet::from([signed.beginning[1].id()]);
        ListStatement::make_recovered(key, generation, &seen, &devices, &[]).unwrap()
    };
    let (sheet, forged) = (anew(&signed.recovery, 1), anew(&thief, 9));
    let mut count = 0;
    all(&mut Vec::new(), 2, &mut |history| {
        count += 1;
        let mut statements = signed.beginning.to_vec();
        statements.extend(signed.statements(history));
        let before = DeviceList::join(&statements);
        statements.push(forged.clone());
        let list = DeviceList::join(&statements);
        assert_eq!(
            signed.members(&list),
            signed.members(&before),
            "another's sheet"
        );
        statements.push(sheet.clone());
        let list = DeviceList::join(&statements);
        assert_eq!(signed.members(&list), Members::from([1, 4]), "{history:?}");
    });
    assert!(count > 300, "{count}");
}
