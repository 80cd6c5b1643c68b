//! Attack 6: devices that know nothing of each other's deeds. One removes the officer while another takes an aunt in;
//! a stolen phone signs in another before its removal is known; two remove each other. Every phone ends with the same
//! list, whatever came first.

use super::kit::{Loot, Walk, first_day};
use alongside_core::life::{ItemRef, Role, Until};
use alongside_core::trust::device::DeviceSecret;
use alongside_core::trust::ids::DeviceId;
use alongside_core::trust::list::{DeviceList, ListStatement};
use jiff::ToSpan;
use std::collections::BTreeSet;

/// Robin has two phones and an officer, Sam; an aunt, Jo, is in town.
fn two_phones(
    seed: u64,
) -> (
    Walk,
    alongside_core::life::PersonRef,
    alongside_core::life::PersonRef,
) {
    let mut it = Walk::shown(seed);
    it.town.arrives("sam", "Sam");
    let (sam, robin_of_sam) = it.town.meet("robin", Role::Friend, "sam", Role::Officer);
    let walk = it.walk;
    let app = it.town.phone("robin").app();
    app.show(ItemRef::Routine(walk), &sam, Until::UntilIStop, false, None)
        .unwrap();
    it.town.deliver(3);
    it.town.arrives("tablet", "Robin");
    it.town.joins_beside("robin", "tablet");
    it.town.deliver(6);
    it.town.arrives("jo", "Jo");
    assert_eq!(it.town.phone("tablet").app().people().unwrap().len(), 2);
    (it, sam, robin_of_sam)
}

#[test]
fn the_officer_is_out_and_the_aunt_is_in() {
    let (mut it, sam, robin_of_sam) = two_phones(601);
    let walk = it.walk;
    // The phone, without a network, removes Sam.
    let sams = it.town.phone("sam").app();
    let before = sams.what_they_show(&robin_of_sam).unwrap();
    it.town.phone("robin").app().remove_person(&sam).unwrap();
    // The tablet, which has heard nothing from the phone, takes Jo in and shows her the walk.
    let (jo, robin_of_jo) = it.town.meet("tablet", Role::Friend, "jo", Role::Family);
    let tablet = it.town.phone("tablet").app();
    tablet
        .show(ItemRef::Routine(walk), &jo, Until::UntilIStop, false, None)
        .unwrap();
    for _ in 0..6 {
        it.town.deliver(1);
        it.town.days_pass(1);
    }
    for phone in ["robin", "tablet"] {
        let people = it.town.phone(phone).app().people().unwrap();
        let names: Vec<&str> = people.iter().map(|one| one.name.as_str()).collect();
        assert!(
            names.contains(&"Jo") && !names.contains(&"Sam"),
            "{phone}: {names:?}"
        );
    }
    // Both phones write for Jo, neither for Sam: he is not even told that there is nothing any more.
    for (phone, n) in [("robin", 10_i64), ("tablet", 11)] {
        let app = it.town.phone(phone).app();
        app.mark_done(walk, first_day() + n.days()).unwrap();
        it.town.deliver(3);
        it.town.days_pass(1);
        it.town.deliver(2);
    }
    let jo_sees = it
        .town
        .phone("jo")
        .app()
        .what_they_show(&robin_of_jo)
        .unwrap();
    let days = &jo_sees.routines[0].days;
    assert!(days.contains_key(&(first_day() + 10.days())), "{days:?}");
    assert!(days.contains_key(&(first_day() + 11.days())), "{days:?}");
    let after = it
        .town
        .phone("sam")
        .app()
        .what_they_show(&robin_of_sam)
        .unwrap();
    assert_eq!(after, before, "nothing newer reached Sam");
}

/// Three readers: Pat has three phones. The thief of one signs in a fourth of his own, at home and with Robin, while
/// Pat takes the stolen one out from another: both are out everywhere, the two that remain are in, and what Robin
/// writes next is for those two alone.
#[test]
fn a_stolen_phone_that_adds_another_takes_it_along() {
    let mut it = Walk::shown_to_two(602);
    it.town.arrives("patwork", "Pat");
    it.town.joins_beside("pat", "patwork");
    it.town.deliver(6);
    it.marks(first_day() + 1.days());
    it.town.deliver(3);
    for phone in ["pat", "patpad", "patwork"] {
        assert_eq!(it.days_seen_by(phone).len(), 2, "three readers: {phone}");
    }
    let robin = it.robin.clone();
    let stolen = Loot::of(&mut it.town, "pat");
    let stolen_at_home = stolen.home().me();
    // The thief adds his own phone by the stolen one.
    it.town.arrives("thief", "Pat");
    it.town.joins_beside("pat", "thief");
    it.town.phone("pat").sync();
    // Pat takes the stolen one out before she hears of it.
    let number: String = hex::encode(&stolen_at_home.0[..3]);
    it.town
        .phone("patpad")
        .app()
        .remove_device(&number)
        .unwrap();
    for _ in 0..8 {
        it.town.deliver(1);
        it.town.days_pass(1);
    }
    for phone in ["patpad", "patwork"] {
        let devices = it.town.phone(phone).app().devices().unwrap();
        assert_eq!(
            devices.len(),
            2,
            "{phone}: out with the stolen one went what it added: {devices:?}"
        );
    }
    let at_robin = Loot::of(&mut it.town, "robin");
    let theirs = at_robin
        .ties()
        .into_iter()
        .find(|tie| hex::encode(tie.id().0) == robin.0)
        .unwrap();
    let readers: BTreeSet<DeviceId> = theirs.readers().into_keys().collect();
    let mut expected = BTreeSet::new();
    for phone in ["patpad", "patwork"] {
        it.town.clock.pass(1);
        expected.insert(Loot::of(&mut it.town, phone).tie(&robin).me());
    }
    assert_eq!(readers, expected, "Robin writes for the two that remain");
    it.marks(first_day() + 2.days());
    it.town.deliver(4);
    for (phone, sees) in [("patpad", 3), ("patwork", 3), ("pat", 2)] {
        assert_eq!(it.days_seen_by(phone).len(), sees, "{phone}");
    }
}

#[test]
fn two_that_remove_each_other_are_both_out() {
    let mut it = Walk::shown_to_two(603);
    it.town.arrives("patwork", "Pat");
    it.town.joins_beside("pat", "patwork");
    it.town.deliver(6);
    let at_home = |it: &mut Walk, phone: &str| {
        let me = Loot::of(&mut it.town, phone).home().me();
        hex::encode(&me.0[..3])
    };
    let (one, other) = (at_home(&mut it, "pat"), at_home(&mut it, "patpad"));
    it.town.phone("pat").app().remove_device(&other).unwrap();
    it.town.phone("patpad").app().remove_device(&one).unwrap();
    for _ in 0..6 {
        it.town.deliver(1);
        it.town.days_pass(1);
    }
    let left = it.town.phone("patwork").app().devices().unwrap();
    assert_eq!(left.len(), 1, "both are out: {left:?}");
    assert!(left[0].this_one);
    it.marks(first_day() + 3.days());
    it.town.deliver(3);
    assert!(
        it.days_seen_by("patwork")
            .contains(&(first_day() + 3.days()))
    );
    for phone in ["pat", "patpad"] {
        assert!(
            !it.days_seen_by(phone).contains(&(first_day() + 3.days())),
            "{phone}"
        );
    }
}

/// The rules themselves, in every order in which the statements can come.
#[test]
fn every_order_gives_the_same_list() {
    let keys: Vec<_> = (0..5_u8)
        .map(|n| DeviceSecret::from_bytes([n + 1; 32]).derive_tie_key(&[n; 32]))
        .collect();
    let first = ListStatement::make_first(&keys[0], [7; 32], [8; 32]).unwrap();
    let next = |by: usize, after: &[&ListStatement], adds: &[usize], removes: &[usize]| {
        let previous = after.iter().map(|one| one.id()).collect();
        let adds: Vec<_> = adds.iter().map(|n| keys[*n].public()).collect();
        let removes: Vec<_> = removes.iter().map(|n| (keys[*n].device_id(), 9)).collect();
        ListStatement::make_next(&keys[by], 0, &previous, &adds, &removes).unwrap()
    };
    let two = next(0, &[&first], &[1, 2], &[]);
    // The stolen phone 1 adds 3 while 2 removes it; 0 and 2 go on to remove each other.
    let theft = next(1, &[&two], &[3], &[]);
    let removal = next(2, &[&two], &[], &[1]);
    let mutual = [
        next(0, &[&two], &[], &[2]),
        next(2, &[&two, &removal], &[], &[0]),
    ];
    let later = next(3, &[&theft], &[4], &[]);
    let all = [
        &first, &two, &theft, &removal, &later, &mutual[0], &mutual[1],
    ];
    let mut lists = Vec::new();
    for turn in 0..all.len() {
        for backwards in [false, true] {
            let mut order: Vec<ListStatement> = all.iter().map(|one| (*one).clone()).collect();
            order.rotate_left(turn);
            if backwards {
                order.reverse();
            }
            lists.push(DeviceList::join(&order));
        }
    }
    for list in &lists {
        assert_eq!(
            list.count(),
            0,
            "1, 3 and 4 by the theft, 0 and 2 by each other"
        );
        assert_eq!(list, &lists[0]);
    }
    // Had the remover seen the adding, it counts.
    let seen = next(2, &[&theft], &[], &[1]);
    let kept = DeviceList::join(&[first.clone(), two.clone(), theft.clone(), seen]);
    assert!(kept.has(&keys[3].device_id()) && !kept.has(&keys[1].device_id()));
    let unseen = DeviceList::join(&[first, two, theft, removal]);
    assert!(!unseen.has(&keys[3].device_id()) && unseen.has(&keys[2].device_id()));
}
