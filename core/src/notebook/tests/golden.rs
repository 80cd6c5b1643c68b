//! Bytes that left a phone once must open for ever. Made once by the ignored test; never edited.

use std::path::PathBuf;

use jiff::civil::Date;

use super::super::*;
use super::kit::*;
use crate::life::{CardKind, ItemRef, Mark, Offer, Proposal, Share, State, Word, WordKind};

const FEB: Date = Date::constant(2026, 2, 10);

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/notebook")
}

fn golden(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap()
}

fn home() -> Device {
    let mut home = Device::new(2026);
    home.edit(|p| {
        p.put_person(&person(sam(), "Sam")).unwrap();
        p.put_routine(&routine(1, "Walk")).unwrap();
        p.put_goal(&goal(2, "Learn joinery")).unwrap();
        p.set_state(ItemRef::Goal(id(2)), State::Reached).unwrap();
        p.show(&Share {
            notes: true,
            ..share(ItemRef::Routine(id(1)), FEB)
        })
        .unwrap();
        p.show(&share(ItemRef::Goal(id(2)), FEB)).unwrap();
        p.set_mark(id(1), FEB, Some(Mark::Done)).unwrap();
        p.set_note(id(1), FEB, Some("by the river")).unwrap();
        p.set_amount(id(1), FEB, Some(2_500)).unwrap();
        p.put_word(&sam(), &word()).unwrap();
        p.put_idea(&sam(), &idea()).unwrap();
    });
    home
}

fn word() -> Word {
    Word {
        id: id(20),
        kind: WordKind::Card(CardKind::WellDone),
        text: String::new(),
        about: None,
        day: FEB,
    }
}

fn idea() -> Proposal {
    Proposal {
        id: id(22),
        what: Offer::Words("tea on Friday".into()),
        day: FEB,
    }
}

const DOCS: [&str; 3] = ["core", "ticks-2026-02", "words-2026"];

/// `cargo test -p alongside-core golden -- --ignored` makes what is not there yet.
#[test]
#[ignore = "makes golden files that are not there yet"]
fn make_golden_files() {
    let mut home = home();
    std::fs::create_dir_all(folder()).unwrap();
    let put = |name: String, bytes: Vec<u8>| {
        let path = folder().join(name);
        if !path.exists() {
            std::fs::write(path, bytes).unwrap();
        }
    };
    for name in DOCS {
        let name = DocName::parse(name).unwrap();
        let stored = home.read(|p| p.to_stored(name).unwrap()).unwrap();
        put(
            format!("private-{name}.automerge"),
            stored.snapshot.unwrap(),
        );
    }
    for item in home.deliver() {
        put(format!("snapshot-{}.item", item.name), item.encode());
    }
    home.edit(|p| {
        p.set_mark(id(1), Date::constant(2026, 2, 11), Some(Mark::Rest))
            .unwrap();
    });
    for item in home.deliver() {
        put(format!("changes-{}.item", item.name), item.encode());
    }
}

#[test]
fn stored_documents_of_the_first_day_open() {
    let mut device = Device::new(1);
    for name in DOCS {
        let stored = StoredDocument {
            actor: [1; 16],
            snapshot: Some(golden(&format!("private-{name}.automerge"))),
            changes: Vec::new(),
        };
        device
            .shelf
            .docs
            .insert(DocName::parse(name).unwrap(), stored);
    }
    let mut now = home();
    let all = |p: &mut Private<&mut MemoryShelf>| {
        (
            p.routines().unwrap(),
            p.goals().unwrap(),
            p.people().unwrap(),
            p.shares_with(&sam()).unwrap(),
            p.records(WINDOW, TODAY).unwrap(),
            p.words_to(&sam(), 2026).unwrap(),
            p.ideas_for(&sam(), 2026).unwrap(),
        )
    };
    assert_eq!(device.read(all), now.read(all));
}

#[test]
fn items_of_the_first_day_open() {
    let mut shared = Shared::empty();
    for name in DOCS {
        let bytes = golden(&format!("snapshot-{name}.item"));
        let item = WireItem::decode(KIND_SNAPSHOT, &bytes).unwrap();
        shared.merge(&item, &mut rng(1)).unwrap();
    }
    let bytes = golden("changes-ticks-2026-02.item");
    let item = WireItem::decode(KIND_CHANGES, &bytes).unwrap();
    let merged = shared.merge(&item, &mut rng(1)).unwrap();
    assert!(matches!(
        merged,
        Merged::Applied {
            changed: true,
            waiting_for_more: false,
            refused: 0
        }
    ));
    let shown = shared.view(TODAY);
    let walk = &shown.routines[0];
    assert_eq!((walk.name.as_str(), walk.id.0), ("Walk", alias(&id(1))));
    assert_eq!(walk.days[&FEB].mark, Some(Mark::Done));
    assert_eq!(walk.days[&FEB].notes, ["by the river"]);
    assert_eq!(walk.days[&FEB].amount, Some(2_500));
    assert_eq!(walk.days[&FEB.tomorrow().unwrap()].mark, Some(Mark::Rest));
    assert_eq!(shown.goals[0].state, State::Reached);
    assert_eq!(shown.words[0].kind, word().kind);
    assert_eq!(shown.ideas[0].what, idea().what);
}
