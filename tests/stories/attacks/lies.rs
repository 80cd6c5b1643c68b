//! Lies about numbers (docs/decisions/numbers-are-claims.md): a supporter who says that she heard more than was written,
//! a stolen phone that counts far ahead, a gap that never closes, a phone that says it is another. Each has what its
//! speaker could have done anyway, and nothing more.

use super::kit::{Loot, Walk, first_day, number_of_the_other, rng, slip, slot_of};
use alongside_core::life::{ItemRef, PersonRef, Role, Until};
use alongside_core::notebook::{DocName, Generation, WireItem};
use alongside_core::store::Store;
use alongside_core::trust::inbox::SlotSeed;
use alongside_core::trust::message::{Item, NumbersHeard};
use alongside_core::trust::tie::Tie;
use jiff::ToSpan;

/// Sends a message of Pat's altered phone to Robin's, in Robin's tie.
fn pat_sends(it: &mut Walk, seed: u64, numbers: impl Fn(&Tie) -> Vec<NumbersHeard>) {
    let robin = it.robin.clone();
    let state = Loot::of(&mut it.town, "pat");
    let mut tie = state.tie(&robin);
    let key = state.key(&tie);
    let day = it.town.clock.true_day();
    let numbers = numbers(&tie);
    // Each of these phones is a copy of the last: a number of its own keeps it from being taken for a repeat.
    for _ in 0..seed {
        tie.seal(&key, day, vec![], false, vec![], &mut rng(seed))
            .unwrap();
    }
    let sealed = tie
        .seal(&key, day, vec![], false, numbers, &mut rng(seed))
        .unwrap();
    let (reader, _) = tie.readers().into_iter().next().unwrap();
    let parts = tie
        .parts_for(&reader, Some(&sealed.bytes), &mut rng(seed + 1))
        .unwrap();
    // Her phone goes on beside this copy of it and is new itself by what Robin's says: the slot is the one of today.
    let pat = it.pat.clone();
    let there = Loot::of(&mut it.town, "robin").tie(&pat);
    let seed = SlotSeed::from_bytes(*there.my_card().unwrap().slot_seed());
    slip(&it.town, &seed, parts).unwrap();
}

fn heard_all(tie: &Tie, contiguous: u64) -> Vec<NumbersHeard> {
    let (device, _) = tie.readers().into_iter().next().unwrap();
    vec![NumbersHeard {
        notebook: tie.their_notebook(),
        device,
        contiguous,
        highest: u64::MAX,
    }]
}

#[test]
fn a_supporter_who_heard_too_much_changes_her_own_tie_only() {
    let mut it = Walk::shown(1_201);
    it.town.arrives("dan", "Dan");
    let (dan, _): (PersonRef, _) = it.town.meet("robin", Role::Friend, "dan", Role::Friend);
    let walk = ItemRef::Routine(it.walk);
    it.town
        .phone("robin")
        .app()
        .show(walk, &dan, Until::UntilIStop, false, None)
        .unwrap();
    it.town.deliver(4);
    let pat = it.pat.clone();
    let before = Loot::of(&mut it.town, "robin");
    for n in 0..8 {
        pat_sends(&mut it, 10 + n, |tie| heard_all(tie, u64::MAX));
        it.marks(first_day() + i64::try_from(n + 1).unwrap().days());
        it.town.deliver(2);
        it.town.days_pass(1);
    }
    let after = Loot::of(&mut it.town, "robin");
    assert_eq!(after.tie(&dan).me(), before.tie(&dan).me(), "Dan's tie");
    assert_eq!(
        *after.device.leak_bytes(),
        *before.device.leak_bytes(),
        "the phone's own key"
    );
    assert_eq!(
        after
            .slots_used
            .iter()
            .filter(|(_, turn, _)| *turn > 0)
            .count(),
        0
    );
    let (old, new) = (before.tie(&pat), after.tie(&pat));
    assert_ne!(
        new.me(),
        old.me(),
        "she may be right: it is new towards her"
    );
    let statements = new.mine().statements().count() - old.mine().statements().count();
    assert_eq!(statements, 1, "and once, however often she says so");
    let honoured = new.mine().list().last_honoured(&old.me()).unwrap();
    assert!(honoured <= old.sequence() + 16, "{honoured}");
    it.town.deliver(3);
    assert!(it.days_seen_by("pat").len() >= 8);
}

/// How often what Robin shows to Pat began anew: the number of its generation, as Robin's phone keeps it.
fn beginnings(it: &mut Walk) -> u64 {
    let pat = it.pat.clone();
    let notebook = Loot::of(&mut it.town, "robin").tie(&pat).my_notebook();
    let shelf = it.town.shelf("generation");
    let key = it.town.phone("robin").keystore();
    let shelf = it.town.phone("robin").copy(&shelf);
    let store = Store::open(&shelf, &key).unwrap();
    let bytes = store.get("generation", &notebook.0).unwrap().unwrap();
    drop(store);
    std::fs::remove_dir_all(&shelf).unwrap();
    u64::from_be_bytes(bytes[..8].try_into().unwrap())
}

#[test]
fn a_gap_that_never_closes_costs_little() {
    let mut it = Walk::shown(1_202);
    it.town.deliver(4);
    let before = beginnings(&mut it);
    for n in 0..14 {
        pat_sends(&mut it, 10 + n, |tie| heard_all(tie, 0));
        it.marks(first_day() + i64::try_from(n + 1).unwrap().days());
        it.town.deliver(2);
        it.town.days_pass(1);
    }
    let risen = beginnings(&mut it) - before;
    // What she says makes Robin's phone a new device once, and that begins far above.
    let whole = risen % Generation::FORGOTTEN + risen / Generation::FORGOTTEN;
    assert!((1..=6).contains(&whole), "{whole} whole states in 14 days");
}

/// A stolen phone of Robin's writes the highest generation there could be and far numbers, then is removed.
#[test]
fn a_stolen_phone_that_counts_far_ahead_outranks_nothing() {
    let mut it = Walk::shown(1_203);
    it.town.arrives("pad", "Robin");
    it.town.joins_beside("robin", "pad");
    it.town.deliver(6);
    let pat = it.pat.clone();
    let stolen = Loot::of(&mut it.town, "pad");
    let mut tie = stolen.tie(&pat);
    let key = stolen.key(&tie);
    let day = it.town.clock.true_day();
    let item = WireItem {
        generation: Generation {
            number: u64::MAX,
            random: [0xff; 16],
        },
        name: DocName::Core,
        snapshot: true,
        changes: vec![],
    };
    let items = vec![Item {
        kind: item.kind(),
        bytes: item.encode(),
    }];
    let sealed = tie
        .seal(&key, day, items, false, vec![], &mut rng(3))
        .unwrap();
    let (reader, _) = tie.readers().into_iter().next().unwrap();
    let parts = tie
        .parts_for(&reader, Some(&sealed.bytes), &mut rng(4))
        .unwrap();
    slip(&it.town, &slot_of(&tie, &reader), parts).unwrap();
    it.town.phone("pat").sync();
    assert_eq!(it.days_seen_by("pat"), [first_day()], "nothing was wiped");
    let gone = number_of_the_other(&mut it.town, "robin");
    it.town.phones.remove("pad");
    it.town.phone("robin").app().remove_device(&gone).unwrap();
    for n in 1..5_i64 {
        it.marks(first_day() + n.days());
        it.town.deliver(2);
        it.town.days_pass(1);
    }
    assert_eq!(it.days_seen_by("pat").len(), 5);
    let list = Loot::of(&mut it.town, "pat").tie(&it.robin.clone());
    let list = list.theirs().list();
    assert!(!list.has(&tie.me()), "out in the tie with Pat as well");
    assert!(list.last_honoured(&tie.me()).unwrap() <= tie.sequence());
}
