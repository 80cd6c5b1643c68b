//! P4: what was never shared, drafted and deleted, or taken back is in no byte that was made for
//! Sam; each search also finds what is planted, in plain changes and in what a disk would keep.

use jiff::civil::Date;

use super::super::*;
use super::kit::*;
use crate::life::{ItemRef, Mark};

const FEB: Date = Date::constant(2026, 2, 10);

#[test]
fn no_byte_for_sam_holds_a_draft_a_private_thing_or_a_private_id() {
    let mut home = Device::new(11);
    let walk = ItemRef::Routine(id(1));
    home.edit(|p| {
        p.put_person(&person(sam(), "Samuel Okafor")).unwrap();
        p.put_person(&person(pat(), "Patience")).unwrap();
        p.put_routine(&routine(1, "Walking group")).unwrap();
        p.put_routine(&routine(2, "Insulin at seven")).unwrap();
        p.set_note(id(1), FEB, Some("unsendable draft")).unwrap();
        p.set_note(id(1), FEB, Some("sunny by the canal")).unwrap();
        let mut with_notes = share(walk, FEB);
        with_notes.notes = true;
        p.show(&with_notes).unwrap();
        p.show(&Share {
            to: pat(),
            ..share(ItemRef::Routine(id(2)), FEB)
        })
        .unwrap();
    });
    let mut items = home.deliver();
    // Between two deliveries a draft comes and goes, also on the thing that is shown.
    home.edit(|p| {
        p.set_note(id(1), TODAY, Some("regretted at once")).unwrap();
        p.rename_routine(id(1), "Wandering crew").unwrap();
    });
    home.edit(|p| {
        p.set_note(id(1), TODAY, None).unwrap();
        p.rename_routine(id(1), "Walking group").unwrap();
        p.set_mark(id(1), TODAY, Some(Mark::Done)).unwrap();
        p.set_mark(id(2), TODAY, Some(Mark::Done)).unwrap();
    });
    items.extend(home.deliver());
    let mut bytes: Vec<Vec<u8>> = items.iter().map(|item| item.changes.clone()).collect();
    bytes.extend(items.iter().map(WireItem::encode));
    bytes.extend(home.shared.every_byte());
    let mut never: Vec<Vec<u8>> = [
        "unsendable",
        "regretted",
        "Wandering",
        "Insulin",
        "Samuel",
        "Patience",
        "5a5a5a",
        "9b9b9b",
    ]
    .iter()
    .map(|word| word.as_bytes().to_vec())
    .collect();
    for number in [1, 2] {
        never.push(id(number).0.to_vec());
    }
    for stored in home.shelf.docs.values() {
        never.push(stored.actor.to_vec());
    }
    for needle in &never {
        assert!(
            !found(&bytes, needle),
            "{}",
            String::from_utf8_lossy(needle)
        );
    }
    assert!(found(&bytes, b"Walking group"));
    assert!(found(&bytes, b"canal"));
    assert!(found(&bytes, hex::encode(alias(&id(1))).as_bytes()));
    // The same search finds every one of them in the private notebook.
    let mut private: Vec<Vec<u8>> = Vec::new();
    for stored in home.shelf.docs.values() {
        private.push(Document::load(stored).unwrap().save_plain());
        private.extend(stored.changes.clone());
    }
    for needle in &never {
        assert!(
            found(&private, needle),
            "{}",
            String::from_utf8_lossy(needle)
        );
    }

    // What Sam saw and is taken back: from then on no byte holds it.
    home.edit(|p| {
        p.set_note(id(1), FEB, None).unwrap();
    });
    let mut later: Vec<Vec<u8>> = home
        .deliver()
        .into_iter()
        .map(|item| item.changes)
        .collect();
    later.extend(home.shared.every_byte());
    assert!(!found(&later, b"canal"));
    assert!(found(&later, b"Walking group"));
}

#[test]
fn changes_for_sam_tell_no_time_and_no_message_and_each_generation_has_actors_of_its_own() {
    let mut home = Device::new(12);
    home.edit(|p| {
        p.put_person(&person(sam(), "Sam")).unwrap();
        p.put_routine(&routine(1, "Walk")).unwrap();
        p.show(&share(ItemRef::Routine(id(1)), FEB)).unwrap();
        p.set_mark(id(1), FEB, Some(Mark::Done)).unwrap();
    });
    let mut actors = std::collections::BTreeSet::new();
    for round in 0..3 {
        home.edit(|p| p.rename_routine(id(1), &format!("Walk {round}")).unwrap());
        for item in home.deliver() {
            let read = super::super::gate::read_changes(&item.changes).unwrap();
            for checked in read {
                // The gate lets no time and no message pass.
                assert!(actors.insert(checked.actors[0]), "an actor was used again");
            }
        }
    }
    assert_eq!(actors.len(), 6, "core and February, three times");
}

use crate::life::Share;
