//! Devices of one person that edit apart and exchange in any order come to the same notebook.

use jiff::civil::Date;
use proptest::prelude::*;

use super::super::*;
use super::kit::*;
use crate::life::{Allow, ItemRef, Mark, State};

const DAY: Date = Date::constant(2026, 2, 10);

fn marked(deeds: [Option<Mark>; 2], first: Option<Mark>) -> Option<Mark> {
    let mut one = Device::new(1);
    let mut two = Device::new(2);
    for item in one.edit(|p| {
        p.set_mark(id(1), DAY, first).unwrap();
    }) {
        two.take(&item);
    }
    let from_one = one.edit(|p| {
        p.set_mark(id(1), DAY, deeds[0]).unwrap();
    });
    let from_two = two.edit(|p| {
        p.set_mark(id(1), DAY, deeds[1]).unwrap();
    });
    from_one.iter().for_each(|item| two.take(item));
    from_two.iter().for_each(|item| one.take(item));
    let mark = one.read(|p| p.record(id(1), DAY).unwrap().mark);
    assert_eq!(two.read(|p| p.record(id(1), DAY).unwrap().mark), mark);
    mark
}

#[test]
fn done_beats_rest_beats_cleared_when_made_apart() {
    let (done, rest) = (Some(Mark::Done), Some(Mark::Rest));
    assert_eq!(marked([done, rest], None), done);
    assert_eq!(marked([rest, done], None), done);
    assert_eq!(marked([None, rest], done), rest);
    assert_eq!(marked([None, done], rest), done);
    assert_eq!(marked([done, None], rest), done);
}

#[test]
fn a_later_mark_replaces_an_earlier_one_that_was_seen() {
    let mut one = Device::new(1);
    one.edit(|p| {
        p.set_mark(id(1), DAY, Some(Mark::Done)).unwrap();
    });
    one.edit(|p| {
        p.set_mark(id(1), DAY, Some(Mark::Rest)).unwrap();
    });
    assert_eq!(
        one.read(|p| p.record(id(1), DAY).unwrap().mark),
        Some(Mark::Rest)
    );
    one.edit(|p| {
        p.set_mark(id(1), DAY, None).unwrap();
    });
    assert_eq!(one.read(|p| p.record(id(1), DAY).unwrap().mark), None);
}

#[test]
fn both_notes_stay_and_a_removal_made_apart_takes_neither() {
    let mut devices = [Device::new(1), Device::new(2), Device::new(3)];
    let mut items = Vec::new();
    items.extend(devices[0].edit(|p| {
        p.set_note(id(1), DAY, Some("by the river")).unwrap();
    }));
    items.extend(devices[1].edit(|p| {
        p.set_note(id(1), DAY, Some("in the rain")).unwrap();
    }));
    items.extend(devices[2].edit(|p| {
        p.set_note(id(1), DAY, Some("draft")).unwrap();
        p.set_note(id(1), DAY, None).unwrap();
    }));
    for device in &mut devices {
        items.iter().for_each(|item| device.take(item));
        let notes = device.read(|p| p.record(id(1), DAY).unwrap().notes);
        assert_eq!(notes, ["by the river", "in the rain"]);
    }
    // One of them, having seen both, writes one in their place.
    let last = devices[0].edit(|p| {
        p.set_note(id(1), DAY, Some("by the river, in the rain"))
            .unwrap();
    });
    last.iter().for_each(|item| devices[1].take(item));
    let notes = devices[1].read(|p| p.record(id(1), DAY).unwrap().notes);
    assert_eq!(notes, ["by the river, in the rain"]);
}

#[test]
fn routines_read_in_one_walk_are_those_read_one_by_one() {
    let mut one = Device::new(1);
    let mut two = Device::new(2);
    let mut items = Vec::new();
    for (device, name, unit) in [(&mut one, "Walk", "km"), (&mut two, "Stroll", "steps")] {
        items.push(device.edit(|p| {
            for at in 1..4 {
                p.put_routine(&routine(at, name)).unwrap();
                p.set_unit(id(at), Some(unit)).unwrap();
            }
            p.set_ended(id(2), name == "Walk").unwrap();
            p.set_routine_gone(id(3), true).unwrap();
        }));
    }
    items[0].iter().for_each(|item| two.take(item));
    items[1].iter().for_each(|item| one.take(item));
    for device in [&mut one, &mut two] {
        let all = device.read(|p| p.routines().unwrap());
        let mut each = Vec::new();
        for at in 1..4 {
            each.extend(device.read(|p| p.routine(id(at)).unwrap()));
        }
        assert_eq!(all, each);
        assert_eq!(all.len(), 2);
    }
    assert_eq!(
        one.read(|p| p.routines().unwrap()),
        two.read(|p| p.routines().unwrap())
    );
}

#[test]
fn days_of_a_short_time_are_those_of_a_long_one() {
    let mut one = Device::new(1);
    let days = [
        Date::constant(2025, 11, 30),
        Date::constant(2025, 12, 31),
        Date::constant(2026, 1, 1),
        Date::constant(2026, 1, 31),
        Date::constant(2026, 2, 28),
        Date::constant(2026, 3, 1),
    ];
    for day in days {
        one.edit(|p| {
            p.set_mark(id(1), day, Some(Mark::Done)).unwrap();
            p.set_note(id(2), day, Some("rain")).unwrap();
        });
    }
    let all = one.read(|p| p.records(Date::constant(2000, 1, 1), TODAY).unwrap());
    assert_eq!(all.len(), 2 * days.len());
    for from in days {
        for until in days {
            let mut expected = all.clone();
            expected.retain(|(_, day), _| (from..=until).contains(day));
            assert_eq!(one.read(|p| p.records(from, until).unwrap()), expected);
        }
    }
}

#[test]
fn decisions_made_apart_fall_on_the_careful_side() {
    let mut one = Device::new(1);
    let mut two = Device::new(2);
    let walk = ItemRef::Routine(id(1));
    for item in one.edit(|p| {
        p.put_person(&person(sam(), "Sam")).unwrap();
        p.put_routine(&routine(1, "Walk")).unwrap();
        p.show(&share(walk, DAY)).unwrap();
    }) {
        two.take(&item);
    }
    let a = one.edit(|p| {
        p.stop_showing(walk, &sam()).unwrap();
        p.set_blocked(&sam(), true).unwrap();
        p.set_allow(&sam(), Allow::OwnWords).unwrap();
    });
    let b = two.edit(|p| {
        p.show(&share(walk, DAY.tomorrow().unwrap())).unwrap();
        p.set_blocked(&sam(), true).unwrap();
        p.set_blocked(&sam(), false).unwrap();
        p.set_allow(&sam(), Allow::Quiet).unwrap();
    });
    a.iter().for_each(|item| two.take(item));
    b.iter().for_each(|item| one.take(item));
    for device in [&mut one, &mut two] {
        assert!(device.read(|p| p.shares_with(&sam()).unwrap()).is_empty());
        let sam = device.read(|p| p.person(&sam()).unwrap()).unwrap();
        assert!(sam.blocked);
        assert_eq!(sam.allows, Allow::Quiet);
    }
}

#[test]
fn every_edit_can_be_undone() {
    let mut one = Device::new(1);
    one.edit(|p| {
        p.put_routine(&routine(1, "Walk")).unwrap();
        p.set_mark(id(1), DAY, Some(Mark::Rest)).unwrap();
    });
    let before = |p: &mut Private<&mut MemoryShelf>| {
        (p.routines().unwrap(), p.records(WINDOW, TODAY).unwrap())
    };
    let was = one.read(before);
    let mut edits = Vec::new();
    one.edit(|p| {
        p.rename_routine(id(1), "Long walk").unwrap();
        p.set_routine_gone(id(1), true).unwrap();
        p.set_mark(id(1), DAY, Some(Mark::Done)).unwrap();
        p.set_note(id(1), DAY, Some("hill")).unwrap();
        p.set_amount(id(1), DAY, Some(2_000)).unwrap();
        edits = p.take_edits();
    });
    assert!(one.read(|p| p.routines().unwrap()).is_empty());
    one.edit(|p| assert_eq!(p.undo(&edits).unwrap(), edits.len()));
    assert_eq!(one.read(before), was);
    // Undoing twice changes nothing: the values are not what the edits left.
    one.edit(|p| assert_eq!(p.undo(&edits).unwrap(), 0));
}

#[test]
fn an_edit_that_changes_nothing_writes_nothing() {
    let mut one = Device::new(1);
    let deed = |p: &mut Private<&mut MemoryShelf>| {
        p.put_routine(&routine(1, "Walk")).unwrap();
        p.set_mark(id(1), DAY, Some(Mark::Done)).unwrap();
        p.set_mark(id(2), DAY, None).unwrap();
        p.set_note(id(2), DAY, None).unwrap();
    };
    assert_eq!(one.edit(deed).len(), 2);
    assert!(one.edit(deed).is_empty());
}

#[test]
fn a_new_device_gets_the_whole_notebook() {
    let mut one = Device::new(1);
    one.edit(|p| {
        p.put_routine(&routine(1, "Walk")).unwrap();
        p.put_goal(&goal(2, "A place of my own")).unwrap();
        p.set_state(ItemRef::Goal(id(2)), State::Reached).unwrap();
    });
    one.edit(|p| {
        p.set_mark(id(1), DAY, Some(Mark::Done)).unwrap();
    });
    let mut two = Device::new(2);
    for item in one.read(|p| p.items_for_own_devices().unwrap()) {
        two.take(&item);
    }
    let all = |p: &mut Private<&mut MemoryShelf>| {
        (
            p.routines().unwrap(),
            p.goals().unwrap(),
            p.records(WINDOW, TODAY).unwrap(),
        )
    };
    assert_eq!(one.read(all), two.read(all));
}

#[test]
fn a_compact_document_is_the_same_document() {
    let mut one = Device::new(1);
    for day in 1..=20 {
        let day = Date::new(2026, 2, day).unwrap();
        one.edit(|p| {
            p.set_mark(id(1), day, Some(Mark::Done)).unwrap();
        });
    }
    let name = DocName::ticks(DAY);
    let before = one.read(|p| p.records(WINDOW, TODAY).unwrap());
    let stored = one.read(|p| p.to_stored(name).unwrap()).unwrap();
    assert!(stored.changes.is_empty());
    one.shelf.docs.insert(name, stored);
    assert_eq!(one.read(|p| p.records(WINDOW, TODAY).unwrap()), before);
    let items = one.edit(|p| {
        p.set_mark(id(1), DAY, Some(Mark::Rest)).unwrap();
    });
    assert_eq!(items.len(), 1);
    assert_eq!(before.len(), 20);
}

#[test]
fn a_cloned_device_is_noticed_and_what_it_wrote_is_taken_over_by_its_successor() {
    let mut one = Device::new(1);
    let walk = ItemRef::Routine(id(1));
    let mut two = Device::new(2);
    let first = one.edit(|p| {
        p.put_routine(&routine(1, "Walk")).unwrap();
        p.put_person(&person(sam(), "Sam")).unwrap();
        p.show(&share(walk, DAY)).unwrap();
        p.set_mark(id(1), DAY, Some(Mark::Rest)).unwrap();
    });
    first.iter().for_each(|item| two.take(item));
    // A copy of the phone's files writes on under the same actor ids.
    let mut clone = Device::new(1);
    clone.shelf.docs = one.shelf.docs.clone();
    let tomorrow = DAY.tomorrow().unwrap();
    let kept = one.edit(|p| {
        p.set_note(id(1), DAY, Some("original")).unwrap();
        p.stop_showing(walk, &sam()).unwrap();
    });
    let lost = clone.edit(|p| {
        p.set_mark(id(1), tomorrow, Some(Mark::Done)).unwrap();
        p.set_mark(id(1), DAY, Some(Mark::Done)).unwrap();
        p.set_note(id(1), DAY, Some("copy")).unwrap();
        p.put_routine(&routine(2, "Gym")).unwrap();
        p.rename_routine(id(1), "Run").unwrap();
    });
    kept.iter().for_each(|item| two.take(item));
    let mut private = Private::open(&mut two.shelf);
    for item in &lost {
        let applied = private.apply(item.name, &item.changes).unwrap();
        assert!(applied.cloned && applied.refused == 1 && !applied.waiting_for_more);
    }
    // The clone begins anew as a device of its own and takes its old notebook over.
    let mut successor = Device::new(3);
    let whole = two.read(|p| p.items_for_own_devices().unwrap());
    whole.iter().for_each(|item| successor.take(item));
    let mut old = Private::open(&mut clone.shelf);
    let brought = successor.edit(|p| assert!(p.absorb(&mut old).unwrap() > 0));
    assert!(
        successor
            .edit(|p| assert_eq!(p.absorb(&mut old).unwrap(), 0))
            .is_empty()
    );
    brought.iter().for_each(|item| two.take(item));
    two.read(|p| {
        let day = p.record(id(1), DAY).unwrap();
        assert_eq!(day.mark, Some(Mark::Done));
        assert_eq!(day.notes.join("\n"), "copy\noriginal");
        assert_eq!(p.record(id(1), tomorrow).unwrap().mark, Some(Mark::Done));
        let names: Vec<String> = p.routines().unwrap().into_iter().map(|r| r.name).collect();
        assert_eq!(names, ["Walk", "Gym"]);
        assert!(p.shares_with(&sam()).unwrap().is_empty());
    });
}

#[test]
fn what_a_copy_stopped_stays_stopped_where_the_others_hear_of_it_later() {
    let mut one = Device::new(1);
    let walk = ItemRef::Routine(id(1));
    one.edit(|p| {
        p.put_routine(&routine(1, "Walk")).unwrap();
        p.put_person(&person(sam(), "Sam")).unwrap();
        p.show(&share(walk, DAY)).unwrap();
    });
    one.edit(|p| p.stop_showing(walk, &sam()).unwrap());
    // The notebook that it takes does not know of the showing yet.
    let mut successor = Device::new(2);
    let mut old = Private::open(&mut one.shelf);
    successor.edit(|p| assert!(p.absorb(&mut old).unwrap() > 0));
    let stopped = successor.read(|p| p.entries(DocName::Core, "sh/").unwrap());
    assert!(
        stopped
            .iter()
            .any(|(_, values)| values.contains(&Value::Text(String::new()))),
        "{stopped:?}"
    );
}

/// One random deed on a device.
fn deed(device: &mut Device, rng: &mut rand_chacha::ChaCha20Rng) -> Vec<WireItem> {
    let item = id(below(rng, 3) as u8);
    let day = Date::new(2026, 1 + below(rng, 2) as i8, 1 + below(rng, 4) as i8).unwrap();
    let what = below(rng, 7);
    let text = format!("note {}", below(rng, 1_000));
    device.edit(|p| match what {
        0 => {
            p.set_mark(item, day, Some(Mark::Done)).unwrap();
        }
        1 => {
            p.set_mark(item, day, Some(Mark::Rest)).unwrap();
        }
        2 => {
            p.set_mark(item, day, None).unwrap();
        }
        3 => {
            p.set_note(item, day, Some(&text)).unwrap();
        }
        4 => {
            p.set_note(item, day, None).unwrap();
        }
        5 => p.put_routine(&routine(item.0[0], &text)).unwrap(),
        _ => p.set_routine_gone(item, true).unwrap(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn any_order_any_repeats_same_notebook(seed in any::<u64>()) {
        let mut rng = rng(seed);
        let mut devices: Vec<Device> = (0..3).map(|n| Device::new(seed ^ n)).collect();
        let mut sent: Vec<(usize, WireItem)> = Vec::new();
        for _ in 0..40 {
            let who = below(&mut rng, 3) as usize;
            if below(&mut rng, 3) > 0 || sent.is_empty() {
                let items = deed(&mut devices[who], &mut rng);
                sent.extend(items.into_iter().map(|item| (who, item)));
            } else {
                // Something sent earlier arrives, perhaps for the second time, perhaps too early.
                let at = below(&mut rng, sent.len() as u64) as usize;
                if sent[at].0 != who {
                    devices[who].take(&sent[at].1);
                }
            }
        }
        let mut order: Vec<usize> = (0..sent.len()).collect();
        for device in &mut devices {
            for at in (1..order.len()).rev() {
                order.swap(at, below(&mut rng, at as u64 + 1) as usize);
            }
            order.iter().for_each(|at| device.take(&sent[*at].1));
            let waiting = device.read(|p| p.records(WINDOW, TODAY).map(|_| p.waiting()));
            prop_assert_eq!(waiting.unwrap(), Vec::<DocName>::new());
        }
        let all = |p: &mut Private<&mut MemoryShelf>| {
            (p.routines().unwrap(), p.records(WINDOW, TODAY).unwrap())
        };
        let first = devices[0].read(all);
        for device in &mut devices[1..] {
            prop_assert_eq!(&device.read(all), &first);
        }
    }
}
