//! Attack 8: a draft is typed and deleted, then the thing is shared. No byte that went out holds the draft, nor what was
//! never shared, nor an id, an actor or a time of the private notebook. The bytes are searched as her phone opens them,
//! unpacked, and as the relay saw them.

use super::kit::{Loot, Walk, first_day, posts, record, recorded};
use alongside_core::life::{ItemRef, Rhythm, State, Until};
use alongside_core::notebook::WireItem;
use alongside_core::store::Store;
use alongside_core::trust::envelope::Part;
use jiff::ToSpan;
use town::Town;
use town::clock::DAY;
use town::search::{Heap, Needles, TimeForm};

/// Everything that a supporter's device could see: envelopes' insides, messages' items, each also unpacked.
fn all_that_came(state: &Loot, seen: &[town::Seen]) -> Heap {
    let mut heap = Heap::default();
    for (_, tie, parts) in state.letters(seen) {
        let tie = state
            .ties()
            .into_iter()
            .find(|one| one.id() == tie)
            .unwrap();
        for part in parts {
            match part {
                Part::List(bytes) | Part::Card(bytes) => heap.add("signed", bytes),
                Part::Epoch(statement, grant) => {
                    heap.add("epoch", statement);
                    heap.add("grant", grant.unwrap_or_default());
                }
                Part::Message(bytes) => {
                    let came = tie.see(&bytes).expect("it is for her");
                    for item in came.body.items {
                        if let Ok(document) = WireItem::decode(item.kind, &item.bytes) {
                            heap.add("changes", document.changes);
                        }
                        heap.add("item", item.bytes);
                    }
                    heap.add("message", bytes);
                }
                other => panic!("{other:?}"),
            }
        }
    }
    for (_, seen) in posts(seen) {
        heap.add("at the relay", seen.body.clone());
    }
    heap
}

/// The actors of a phone's private documents: 16 bytes each, which automerge writes into every change.
fn private_actors(town: &mut Town, phone: &str) -> Vec<Vec<u8>> {
    let shelf = town.shelf("actors");
    let key = town.phone(phone).keystore();
    let shelf = town.phone(phone).copy(&shelf);
    let store = Store::open(&shelf, &key).unwrap();
    let mut actors = Vec::new();
    let home = Loot::of(town, phone).home().my_notebook().0;
    for name in store.names(&home).unwrap() {
        let rows = store.load_document(&home, &name).unwrap().unwrap();
        actors.push(rows.actor);
    }
    assert!(actors.len() >= 2);
    actors
}

#[test]
fn a_deleted_draft_is_in_no_byte() {
    let mut it = Walk::shown(801);
    let (pat, walk) = (it.pat.clone(), it.walk);
    let second = it.town.clock.seconds();
    record(&it.town);
    let app = it.town.phone("robin").app();
    // Of a thing long shared: a note that came and went, a name that was changed twice, before any delivery.
    app.show(ItemRef::Routine(walk), &pat, Until::UntilIStop, true, None)
        .unwrap();
    app.set_note(walk, first_day(), Some("with Mallorca, who drinks"))
        .unwrap();
    app.set_note(walk, first_day(), Some("quiet morning"))
        .unwrap();
    app.rename_routine(walk, "Limping to probation").unwrap();
    app.rename_routine(walk, "Evening stroll").unwrap();
    it.town.deliver(2);
    // A new thing: typed, corrected, undone, then shared.
    let app = it.town.phone("robin").app();
    let course = app.add_goal("Pay back Zebediah", None).unwrap();
    app.rename(ItemRef::Goal(course), "Welding course").unwrap();
    app.show(ItemRef::Goal(course), &pat, Until::UntilIStop, false, None)
        .unwrap();
    app.set_state(ItemRef::Goal(course), State::SetAside)
        .unwrap();
    assert!(app.undo().unwrap());
    // Never shared, and deleted.
    let fears = app.add_routine("Nightmares", Rhythm::Daily).unwrap();
    app.mark_rest(fears, first_day()).unwrap();
    app.set_note(fears, first_day(), Some("the stairwell"))
        .unwrap();
    let gone = app.add_step("Burn the letters", None).unwrap();
    app.delete(ItemRef::Step(gone)).unwrap();
    it.town.deliver(2);
    // Weeks later one more of the same, over a month's end and a new beginning of the notebook.
    let app = it.town.phone("robin").app();
    app.set_note(walk, first_day(), Some("quiet mornings, and Oskar"))
        .unwrap();
    app.set_note(walk, first_day(), Some("quiet mornings"))
        .unwrap();
    app.stop_showing(ItemRef::Goal(course), &pat).unwrap();
    it.town.days_pass(1);
    it.town.deliver(2);
    it.town.days_pass(29);
    it.marks(first_day() + 29.days());
    it.town.deliver(3);

    let state = Loot::of(&mut it.town, "pat");
    let seen = recorded(&it.town);
    let heap = all_that_came(&state, &seen);
    // What was shown is there, so the search opens what it searches.
    for shown in ["Evening stroll", "quiet morning", "Welding"] {
        assert!(heap.find_word(shown).is_some(), "{shown}");
    }
    let mut needles = Needles::default();
    for word in [
        "Mallorca",
        "drinks",
        "Limping",
        "probation",
        "Zebediah",
        "Pay back",
        "Nightmares",
        "stairwell",
        "letters",
        "Oskar",
    ] {
        needles.add_word(word);
    }
    for (what, id) in [
        ("walk", walk),
        ("course", course),
        ("fears", fears),
        ("step", gone),
    ] {
        needles.add(&format!("the private id of {what}"), &id.0);
        needles.add(
            &format!("the private id of {what}"),
            id.to_string().as_bytes(),
        );
    }
    for actor in private_actors(&mut it.town, "robin") {
        needles.add("a private actor", &actor);
    }
    let at_robin = Loot::of(&mut it.town, "robin");
    needles.add("the private notebook", &at_robin.home().my_notebook().0);
    needles.add("the home tie", &at_robin.home().id().0);
    needles.add("the device at home", &at_robin.home().me().0);
    assert_eq!(needles.find_in(&heap), []);
    // Planted: the search finds an id among changes.
    let mut planted = heap.clone();
    planted.add(
        "changes",
        [b"goal-".as_slice(), course.to_string().as_bytes()].concat(),
    );
    assert!(!needles.find_in(&planted).is_empty());
    // No moment of any deed, to the second; a grant's and a key's bytes are random, so four-byte forms are left out.
    let day = u64::try_from(second / DAY * DAY).unwrap();
    let inside = Heap(
        heap.0
            .into_iter()
            .filter(|(name, _)| name == "changes")
            .collect(),
    );
    for day in [day, day + 86_400, day + 30 * 86_400] {
        assert_eq!(
            inside.find_time(day, day + 86_399, &TimeForm::OF_A_DAY),
            None
        );
    }
}
