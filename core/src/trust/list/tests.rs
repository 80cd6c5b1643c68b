//! Device lists: the rules of joining in every order, thieves, floods and lost statements (attacks 3 and 6).

use super::*;
use crate::trust::golden::{self, foreign, key};
use crate::trust::recovery::Root;
use proptest::prelude::*;

/// The sheet's key for this tie.
fn sheet() -> RecoveryKey {
    Root::from_bytes([0x31; 16]).derive_recovery_key(0).unwrap()
}

/// Device 1's first list.
fn first() -> ListStatement {
    ListStatement::make_first(&key(1), sheet().public(), [2; 32]).unwrap()
}

/// A statement by a device that had seen `seen`.
fn says(by: u8, seen: &[&ListStatement], adds: &[u8], removes: &[(u8, u64)]) -> ListStatement {
    let previous = seen.iter().map(|s| s.id()).collect();
    let adds: Vec<[u8; 32]> = adds.iter().map(|n| key(*n).public()).collect();
    let removes: Vec<_> = removes.iter().map(|(n, last)| (id(*n), *last)).collect();
    ListStatement::make_next(&key(by), 0, &previous, &adds, &removes).unwrap()
}

fn id(n: u8) -> DeviceId {
    key(n).device_id()
}

/// Joins in every order, each time with a repeat, and says which devices are in.
fn present(statements: &[&ListStatement]) -> Vec<u8> {
    let list = join(statements);
    (0..=40).filter(|n| list.has(&id(*n))).collect()
}

fn join(statements: &[&ListStatement]) -> DeviceList {
    let mut some: Vec<ListStatement> = statements.iter().map(|s| (*s).clone()).collect();
    let list = DeviceList::join(&some);
    let mut orders = vec![];
    permute(&mut some, 0, &mut |order| {
        orders.push(DeviceList::join(order))
    });
    some.push(some[0].clone());
    orders.push(DeviceList::join(&some));
    assert!(
        orders.iter().all(|other| *other == list),
        "order or repeats matter"
    );
    list
}

fn permute(some: &mut [ListStatement], from: usize, each: &mut impl FnMut(&[ListStatement])) {
    if from == some.len() || from == 5 {
        return each(some);
    }
    for with in from..some.len() {
        some.swap(from, with);
        permute(some, from + 1, each);
        some.swap(from, with);
    }
}

#[test]
fn the_first_list_is_one_device_and_two_keys() {
    let first = first();
    assert!(first.is_first());
    let list = join(&[&first]);
    assert_eq!(present(&[&first]), [1]);
    assert_eq!(list.recovery(), Some(&sheet().public()));
    assert_eq!(list.helper(), Some(&[2; 32]));
    assert_eq!(
        list.heads().iter().copied().collect::<Vec<_>>(),
        [first.id()]
    );
    assert_eq!(DeviceList::join(&[]), DeviceList::default());
}

#[test]
fn a_device_that_is_added_may_add_and_remove() {
    let a = first();
    let b = says(1, &[&a], &[2], &[]);
    let c = says(2, &[&b], &[3], &[]);
    let d = says(3, &[&c], &[], &[(1, 40)]);
    assert_eq!(present(&[&a, &b, &c]), [1, 2, 3]);
    let list = join(&[&a, &b, &c, &d]);
    assert_eq!(present(&[&a, &b, &c, &d]), [2, 3]);
    assert_eq!(list.last_honoured(&id(1)), Some(40));
    assert_eq!(list.last_honoured(&id(2)), None);
    assert_eq!(
        list.last_honoured(&id(9)),
        Some(0),
        "never there: nothing is honoured"
    );
    assert_eq!(list.public_ever(&id(1)), Some(&key(1).public()));
    assert_eq!(list.heads().len(), 1);
    assert!(!list.is_incomplete());
}

#[test]
fn of_two_removers_the_lower_number_is_honoured() {
    let a = first();
    let b = says(1, &[&a], &[2, 3], &[]);
    let c = says(1, &[&b], &[], &[(3, 40)]);
    let d = says(2, &[&b], &[], &[(3, 30)]);
    let list = join(&[&a, &b, &c, &d]);
    assert_eq!(list.removed().collect::<Vec<_>>(), [(&id(3), 30)]);
    // Nor does a device honour itself for ever.
    let e = says(3, &[&b], &[], &[(3, u64::MAX)]);
    assert_eq!(join(&[&a, &b, &c, &e]).last_honoured(&id(3)), Some(40));
}

#[test]
fn two_offline_one_removes_and_one_adds_and_both_count() {
    let a = first();
    let b = says(1, &[&a], &[2, 3], &[]);
    let removes = says(1, &[&b], &[], &[(3, 9)]);
    let adds = says(2, &[&b], &[4], &[]);
    assert_eq!(present(&[&a, &b, &removes, &adds]), [1, 2, 4]);
}

#[test]
fn a_stolen_phone_that_adds_another_before_its_removal_is_known_both_out() {
    let a = first();
    let b = says(1, &[&a], &[2], &[]);
    let thief = says(2, &[&b], &[4], &[]);
    let removal = says(1, &[&b], &[], &[(2, 9)]);
    assert_eq!(present(&[&a, &b, &thief, &removal]), [1]);
    // And what the added one adds in turn.
    let next = says(4, &[&thief], &[5], &[]);
    assert_eq!(present(&[&a, &b, &thief, &removal, &next]), [1]);
    // A remover that had seen it left it in.
    let knowing = says(1, &[&thief], &[], &[(2, 9)]);
    assert_eq!(present(&[&a, &b, &thief, &knowing]), [1, 4]);
    // Of two removers both must have.
    assert_eq!(present(&[&a, &b, &thief, &knowing, &removal]), [1]);
}

#[test]
fn two_that_remove_each_other_are_both_out() {
    let a = first();
    let b = says(1, &[&a], &[2, 3], &[]);
    let one = says(1, &[&b], &[], &[(2, 5)]);
    let other = says(2, &[&b], &[], &[(1, 6)]);
    assert_eq!(present(&[&a, &b, &one, &other]), [3]);
}

#[test]
fn who_is_out_does_not_come_back() {
    let a = first();
    let b = says(1, &[&a], &[2], &[]);
    let c = says(1, &[&b], &[], &[(2, 5)]);
    let again = says(1, &[&c], &[2], &[]);
    assert_eq!(present(&[&a, &b, &c, &again]), [1]);
}

#[test]
fn the_sheet_makes_a_new_beginning_that_wins() {
    let a = first();
    let b = says(1, &[&a], &[2], &[]);
    let thief = says(2, &[&b], &[4], &[(1, 0)]);
    let new = recovered(&sheet(), 1, &[&thief], &[7]);
    let list = join(&[&a, &b, &thief, &new]);
    assert_eq!(present(&[&a, &b, &thief, &new]), [7]);
    assert_eq!(list.root_generation(), 1);
    assert_eq!(list.last_honoured(&id(2)), Some(0));
    // What an old device says later, in the old generation or in the new one, moves nothing.
    let late = says(2, &[&new], &[5], &[(7, 0)]);
    let late = [late, by_generation(2, 1, &[&new], &[5], &[(7, 0)])];
    assert_eq!(present(&[&a, &b, &new, &late[0], &late[1]]), [7]);
    // The new device goes on.
    let next = by_generation(7, 1, &[&new], &[8], &[]);
    assert_eq!(present(&[&a, &b, &thief, &new, &next]), [7, 8]);
    // Two sheets' beginnings of one height join; a higher one wins again.
    let twin = recovered(&sheet(), 1, &[&a], &[9]);
    assert_eq!(present(&[&a, &new, &twin]), [7, 9]);
    let higher = recovered(&sheet(), 2, &[&a], &[9]);
    assert_eq!(present(&[&a, &new, &twin, &higher]), [9]);
}

fn recovered(
    by: &RecoveryKey,
    height: u32,
    seen: &[&ListStatement],
    devices: &[u8],
) -> ListStatement {
    let previous = seen.iter().map(|s| s.id()).collect();
    let devices: Vec<[u8; 32]> = devices.iter().map(|n| key(*n).public()).collect();
    ListStatement::make_recovered(by, height, &previous, &devices, &[(id(1), 40)]).unwrap()
}

fn by_generation(
    by: u8,
    height: u32,
    seen: &[&ListStatement],
    adds: &[u8],
    removes: &[(u8, u64)],
) -> ListStatement {
    let previous = seen.iter().map(|s| s.id()).collect();
    let adds: Vec<[u8; 32]> = adds.iter().map(|n| key(*n).public()).collect();
    let removes: Vec<_> = removes.iter().map(|(n, last)| (id(*n), *last)).collect();
    ListStatement::make_next(&key(by), height, &previous, &adds, &removes).unwrap()
}

#[test]
fn only_the_named_recovery_key_begins_anew_and_it_lists_someone() {
    let a = first();
    let another = Root::from_bytes([0x32; 16]).derive_recovery_key(0).unwrap();
    assert_eq!(present(&[&a, &recovered(&another, 1, &[&a], &[7])]), [1]);
    // A device that claims a height only speaks to nobody.
    assert_eq!(
        present(&[&a, &by_generation(1, u32::MAX, &[&a], &[7], &[])]),
        [1]
    );
    let none = ListStatement::make_recovered(&sheet(), 1, &BTreeSet::new(), &[], &[]);
    assert_eq!(none, Err(Refused::Malformed));
    let low = ListStatement::make_recovered(&sheet(), 0, &BTreeSet::new(), &[[1; 32]], &[]);
    assert_eq!(low, Err(Refused::Malformed));
    let list = join(&[&a, &recovered(&sheet(), 1, &[&a], &[7])]);
    assert_eq!(list.last_honoured(&id(1)), Some(40));
    assert_eq!(list.public_ever(&id(1)), Some(&key(1).public()));
}

#[test]
fn an_unknown_signer_is_not_believed() {
    let (a, foreign) = (first(), says(8, &[&first()], &[9], &[(1, 0)]));
    let list = join(&[&a, &foreign]);
    assert_eq!(present(&[&a, &foreign]), [1]);
    assert!(!list.is_believed(&foreign.id()) && !list.is_counted(&foreign.id()));
    assert_eq!(list.public_ever(&id(9)), None);
    let mut kept = vec![a];
    assert_eq!(
        DeviceList::admit(&mut kept, foreign),
        Err(Refused::NotListed)
    );
    // Nor a second beginning, which a stranger can always make.
    let theirs = ListStatement::make_first(&key(8), [1; 32], [1; 32]).unwrap();
    assert_eq!(
        DeviceList::admit(&mut kept, theirs.clone()),
        Err(Refused::NotListed)
    );
    assert_eq!(
        DeviceList::admit(&mut vec![], theirs.clone()),
        Err(Refused::NotListed)
    );
    assert_eq!(present(&[&kept[0], &theirs]), [0_u8; 0]);
    assert_eq!(kept.len(), 1);
}

#[test]
fn a_lost_statement_is_told_and_stops_nothing() {
    let a = first();
    let b = says(1, &[&a], &[2], &[]);
    let lost = says(1, &[&b], &[3], &[]);
    let c = says(2, &[&lost], &[], &[(1, 9)]);
    let list = join(&[&a, &b, &c]);
    assert!(list.is_incomplete());
    assert_eq!(present(&[&a, &b, &c]), [2]);
    assert!(!join(&[&a, &b, &lost, &c]).is_incomplete());
    assert_eq!(present(&[&a, &b, &lost, &c]), [2, 3]);
}

#[test]
fn who_is_added_once_more_by_a_thief_has_not_seen_his_device() {
    let a = first();
    let b = says(1, &[&a], &[2], &[]);
    let removal = says(1, &[&b], &[], &[(2, 9)]);
    let thief = says(2, &[&b], &[1, 4], &[]);
    assert_eq!(present(&[&a, &b, &removal, &thief]), [1]);
    let bold = says(2, &[&removal], &[1, 4], &[]);
    assert_eq!(present(&[&a, &b, &removal, &thief, &bold]), [1]);
}

#[test]
fn a_thousand_devices_are_refused() {
    let keys: Vec<[u8; 32]> = (0..1_000u32)
        .map(|n| {
            let mut public = [0; 32];
            public[..4].copy_from_slice(&n.to_be_bytes());
            public
        })
        .collect();
    let made = ListStatement::make_next(&key(1), 0, &BTreeSet::new(), &keys, &[]);
    assert_eq!(made, Err(Refused::TooLarge));
    // One by one they are not in either.
    let mut kept = vec![first()];
    for some in keys.chunks(6) {
        let heads = DeviceList::join(&kept).heads().clone();
        let next = ListStatement::make_next(&key(1), 0, &heads, some, &[]).unwrap();
        DeviceList::admit(&mut kept, next).unwrap();
    }
    assert_eq!(DeviceList::join(&kept).count(), DEVICES);
    assert!(DeviceList::join(&kept).has(&id(1)));
}

#[test]
fn a_seventh_is_out_and_a_removal_does_not_let_it_in() {
    let a = first();
    let b = says(1, &[&a], &[2, 3, 4, 5, 6], &[]);
    let c = says(2, &[&b], &[7], &[]);
    assert_eq!(present(&[&a, &b, &c]), [1, 2, 3, 4, 5, 6]);
    let d = says(1, &[&c], &[], &[(2, 9)]);
    assert_eq!(present(&[&a, &b, &c, &d]), [1, 3, 4, 5, 6]);
    // In the place that is free now it can be added once more, in the open.
    let e = says(1, &[&d], &[7], &[]);
    assert_eq!(present(&[&a, &b, &c, &d, &e]), [1, 3, 4, 5, 6, 7]);
}

/// An unlocked stolen phone could fill the list, so that its removal finds no room.
#[test]
fn a_full_list_still_takes_the_removal_and_a_new_beginning() {
    let mut kept = vec![first()];
    let b = says(1, &[&kept[0]], &[2, 3], &[]);
    DeviceList::admit(&mut kept, b.clone()).unwrap();
    let mut refused = 0;
    for n in 0..STATEMENTS {
        let mut odd = BTreeSet::from([b.id()]);
        odd.insert(StatementId([n as u8; 32]));
        let next = ListStatement::make_next(&key(2), 0, &odd, &[key(4).public()], &[]).unwrap();
        refused += usize::from(DeviceList::admit(&mut kept, next).is_err());
    }
    assert_eq!((kept.len(), refused), (ROOM, STATEMENTS + 2 - ROOM));
    let empty = says(2, &[&b], &[], &[(9, 0)]);
    assert_eq!(DeviceList::admit(&mut kept, empty), Err(Refused::TooLarge));
    let removal = says(1, &[&b], &[], &[(2, 9)]);
    assert_eq!(DeviceList::admit(&mut kept, removal), Ok(true));
    let list = DeviceList::join(&kept);
    assert!(!list.has(&id(2)) && !list.has(&id(4)));
    assert!(list.has(&id(1)) && list.has(&id(3)));
    // The sheet throws the rest away.
    let new = recovered(&sheet(), 1, &[&b], &[7]);
    assert_eq!(DeviceList::admit(&mut kept, new.clone()), Ok(true));
    assert_eq!(DeviceList::admit(&mut kept, new), Ok(false));
    assert_eq!(kept.len(), 2);
    assert_eq!(DeviceList::admit(&mut kept, b), Err(Refused::Stale));
}

/// Few but large ones, so that the list fits no envelope.
#[test]
fn a_list_full_of_large_statements_still_takes_the_removal() {
    let mut kept = vec![first()];
    let b = says(1, &[&kept[0]], &[2, 3], &[]);
    DeviceList::admit(&mut kept, b.clone()).unwrap();
    for n in 0..40u8 {
        let odd: BTreeSet<_> = (0..255).map(|m| StatementId([m; 32])).collect();
        let removes = [(DeviceId([n; 32]), 0)];
        let next = ListStatement::make_next(&key(2), 0, &odd, &[], &removes).unwrap();
        let _ = DeviceList::admit(&mut kept, next);
    }
    let size = |kept: &[ListStatement]| kept.iter().map(|s| s.bytes().len()).sum::<usize>();
    assert!(kept.len() < 16 && size(&kept) <= ROOM_BYTES);
    let removal = says(1, &[&b], &[], &[(2, 9)]);
    assert_eq!(DeviceList::admit(&mut kept, removal), Ok(true));
    assert!(!DeviceList::join(&kept).has(&id(2)));
}

#[test]
fn only_a_first_list_names_keys() {
    let key = key(1);
    let fields = |previous: BTreeSet<StatementId>, adds: Vec<[u8; 32]>| {
        let fields = Fields {
            generation: 0,
            previous: &previous,
            adds: &adds,
            removes: &[],
            named: Some(([1; 32], [2; 32])),
            signer: Signer::Device(key.public()),
        };
        ListStatement::signed(&fields, |bytes| key.sign(Label::List, bytes)).err()
    };
    assert_eq!(fields(BTreeSet::new(), vec![key.public()]), None);
    assert_eq!(
        fields(BTreeSet::from([first().id()]), vec![key.public()]),
        Some(Refused::Malformed)
    );
    assert_eq!(
        fields(BTreeSet::new(), vec![[9; 32]]),
        Some(Refused::Malformed)
    );
    let twice = [(id(2), 1), (id(2), 2)];
    let twice = ListStatement::make_next(&key, 0, &BTreeSet::new(), &[], &twice);
    assert_eq!(twice, Err(Refused::Malformed));
}

/// Attack 3: a statement in the owner's name.
#[test]
fn a_statement_signed_by_another_is_refused() {
    let mut forged = says(1, &[&first()], &[9], &[]).bytes().to_vec();
    let end = forged.len() - 64;
    let signature = key(8).sign(Label::List, &forged[..end]);
    forged[end..].copy_from_slice(&signature);
    assert_eq!(ListStatement::open(&forged), Err(Refused::BadSignature));
}

/// One deed of a made-up history: who signs, which earlier statements it had seen, whom it adds and removes.
type Deed = (u8, u16, Option<u8>, Option<(u8, u8)>, u8);

fn history(deeds: &[Deed]) -> Vec<ListStatement> {
    let mut all = vec![first()];
    for (by, seen, adds, removes, kind) in deeds {
        let seen: Vec<&ListStatement> = (0..)
            .zip(&all)
            .filter(|(n, _)| seen >> n & 1 == 1)
            .map(|(_, s)| s)
            .collect();
        let adds: Vec<u8> = adds.iter().map(|n| 1 + n % 6).collect();
        let removes: Vec<(u8, u64)> = removes
            .iter()
            .map(|(n, last)| (1 + n % 6, u64::from(*last)))
            .collect();
        let next = match kind % 12 {
            0 => recovered(&sheet(), 1 + u32::from(*by % 2), &seen, &[1 + by % 6]),
            1 | 2 => by_generation(1 + by % 6, 1, &seen, &adds, &removes),
            _ => says(1 + by % 6, &seen, &adds, &removes),
        };
        all.push(next);
    }
    all
}

fn any_history() -> impl Strategy<Value = (Vec<ListStatement>, Vec<ListStatement>)> {
    proptest::collection::vec(any::<Deed>(), 0..9).prop_flat_map(|deeds| {
        let all = history(&deeds);
        let mut twice = all.clone();
        twice.extend(all.iter().take(2).cloned());
        (Just(all), Just(twice).prop_shuffle())
    })
}

/// Two phones that got everything, in their own order, again and again until nothing is new.
fn took(order: &[ListStatement]) -> Vec<ListStatement> {
    let mut kept = vec![first()];
    loop {
        let before = kept.len();
        for statement in order {
            let _ = DeviceList::admit(&mut kept, statement.clone());
        }
        if kept.len() == before {
            return kept;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn any_order_gives_the_same_list((all, mixed) in any_history()) {
        prop_assert_eq!(DeviceList::join(&all), DeviceList::join(&mixed));
    }

    #[test]
    fn phones_that_got_the_same_believe_the_same((all, mixed) in any_history()) {
        let whole = DeviceList::join(&all);
        for order in [&all, &mixed] {
            let list = DeviceList::join(&took(order));
            let same = |list: &DeviceList| {
                let out: Vec<_> = list.removed().map(|(device, last)| (*device, last)).collect();
                let counted: Vec<_> = all.iter().filter(|s| list.is_counted(&s.id())).cloned().collect();
                let present: Vec<_> = list.present().copied().collect();
                (present, out, list.heads().clone(), counted)
            };
            prop_assert_eq!(same(&list), same(&whole));
        }
    }

    #[test]
    fn a_believed_removal_always_holds((all, _) in any_history()) {
        let list = DeviceList::join(&all);
        prop_assert!(list.count() <= DEVICES);
        for statement in all.iter().filter(|s| list.is_believed(&s.id())) {
            for (device, last) in statement.removes() {
                prop_assert!(!list.has(device));
                prop_assert!(list.last_honoured(device).unwrap() <= *last);
            }
        }
    }

    #[test]
    fn foreign_bytes_are_refused(bytes in foreign(golden_removal().bytes().to_vec())) {
        prop_assert!(ListStatement::open(&bytes).is_err());
    }
}

fn golden_removal() -> ListStatement {
    says(
        1,
        &[&first(), &says(1, &[&first()], &[2], &[])],
        &[3],
        &[(2, 77)],
    )
}

#[test]
#[ignore = "makes the golden files, once"]
fn make_golden() {
    let how = |what: &str| {
        format!(
            "{what} of suite 1 (docs/formats.md \"Device list\"), made once by trust::list::tests::make_golden.\n\
             Devices: seeds 32 x 01, 02, 03, 07, context 32 x c0; recovery key: number 0 of root 16 x 31. Never edited."
        )
    };
    let make = |name: &str, what: &str, statement: &ListStatement| {
        golden::make_described(
            name,
            &how(what),
            &[
                ("statement", statement.bytes()),
                ("statement id", &statement.id().0),
            ],
        );
    };
    make("list-first.hex", "A first list", &first());
    make(
        "list-removal.hex",
        "A statement that removes 02 and adds 03",
        &golden_removal(),
    );
    let new = recovered(&sheet(), 1, &[&golden_removal()], &[7]);
    make("list-recovered.hex", "A new beginning by the sheet", &new);
}

#[test]
fn golden_lists_still_join() {
    let read = |name: &str| {
        let kept = golden::values(name);
        let statement = ListStatement::open(&kept["statement"]).unwrap();
        assert_eq!(statement.id().0[..], kept["statement id"]);
        statement
    };
    let one = read("list-first.hex");
    assert!(one.is_first());
    assert_eq!(one.named(), Some(&(sheet().public(), [2; 32])));
    assert_eq!(one, first());
    let two = read("list-removal.hex");
    assert_eq!(two.adds(), [key(3).public()]);
    assert_eq!(two.removes(), [(id(2), 77)]);
    assert_eq!(two.previous().len(), 2);
    assert_eq!(two.signer(), &Signer::Device(key(1).public()));
    assert_eq!(two, golden_removal());
    let list = DeviceList::join(&[one.clone(), two.clone()]);
    assert_eq!(
        list.present().collect::<BTreeSet<_>>(),
        BTreeSet::from([&id(1), &id(3)])
    );
    let three = read("list-recovered.hex");
    assert_eq!(three.signer(), &Signer::Recovery(sheet().public()));
    assert_eq!(three.generation(), 1);
    let list = DeviceList::join(&[one, two, three]);
    assert_eq!(list.present().collect::<Vec<_>>(), [&id(7)]);
}

#[test]
fn a_list_says_nothing_of_its_key_in_debug() {
    let shown = format!("{:?} {:?}", first(), key(1));
    assert!(!shown.contains(&hex::encode(key(1).public())));
}
