//! What Sam sees: from the first delivery to stopping, on both of my devices and on Sam's.

use jiff::civil::Date;
use proptest::prelude::*;

use super::super::*;
use super::kit::*;
use crate::life::{
    Allow, CardKind, ItemRef, Mark, Offer, Pause, Proposal, Rhythm, Until, Word, WordKind,
};

const FEB: Date = Date::constant(2026, 2, 10);
const WALK: ItemRef = ItemRef::Routine(id_of(1));

const fn id_of(number: u8) -> crate::life::ItemId {
    crate::life::ItemId([number, 0x81, 0x35, 0xc7, 0x12, 0xee, 0x90, number])
}

fn home() -> Device {
    let mut device = Device::new(7);
    device.edit(|p| {
        p.put_person(&person(sam(), "Sam")).unwrap();
        p.put_person(&person(pat(), "Pat")).unwrap();
        p.put_routine(&routine(1, "Walk")).unwrap();
        p.put_routine(&routine(2, "Tablets")).unwrap();
        p.set_mark(id(1), FEB, Some(Mark::Done)).unwrap();
        p.set_note(id(1), FEB, Some("river")).unwrap();
        p.set_mark(id(1), Date::constant(2026, 2, 3), Some(Mark::Rest))
            .unwrap();
        p.show(&share(WALK, Date::constant(2026, 2, 9))).unwrap();
    });
    device
}

struct Sam {
    shared: Shared,
    rng: rand_chacha::ChaCha20Rng,
}

impl Sam {
    fn new() -> Self {
        Self {
            shared: Shared::empty(),
            rng: rng(99),
        }
    }

    fn receives(&mut self, items: &[WireItem]) -> Shown {
        for item in items {
            merge(&mut self.shared, item, &mut self.rng);
        }
        self.shared.view(TODAY)
    }
}

#[test]
fn sam_sees_the_walk_from_its_first_shown_day_and_nothing_else() {
    let mut home = home();
    let items = home.deliver();
    let shown = Sam::new().receives(&items);
    assert_eq!(shown.routines.len(), 1);
    let walk = &shown.routines[0];
    assert_eq!((walk.name.as_str(), &walk.rhythm), ("Walk", &Rhythm::Daily));
    assert_eq!(walk.id.0, alias(&id(1)));
    assert_eq!(walk.days.len(), 1);
    assert_eq!(walk.days[&FEB].mark, Some(Mark::Done));
    assert!(walk.days[&FEB].notes.is_empty(), "notes were not shared");
    assert_eq!(shown.allows, Allow::CardsOnly);
    // The author's own preview comes from the same documents with the same code.
    assert_eq!(home.shared.view(TODAY), shown);
}

#[test]
fn a_delivery_without_news_is_no_byte() {
    let mut home = home();
    assert!(!home.deliver().is_empty());
    assert!(home.deliver().is_empty());
    home.edit(|p| {
        p.set_mark(id(2), FEB, Some(Mark::Done)).unwrap();
        p.rename_routine(id(2), "Something private").unwrap();
    });
    assert!(home.deliver().is_empty());
}

#[test]
fn later_marks_follow_as_one_change_each_day() {
    let mut home = home();
    let mut sam = Sam::new();
    sam.receives(&home.deliver());
    home.edit(|p| {
        p.set_mark(id(1), TODAY, Some(Mark::Rest)).unwrap();
        p.set_mark(id(1), TODAY, Some(Mark::Done)).unwrap();
        p.set_mark(id(1), FEB, None).unwrap();
    });
    let items = home.deliver();
    assert_eq!(items.len(), 2, "one for each month");
    assert!(items.iter().all(|item| !item.snapshot));
    let walk = &sam.receives(&items).routines[0];
    assert_eq!(walk.days.len(), 1);
    assert_eq!(walk.days[&TODAY].mark, Some(Mark::Done));
}

#[test]
fn stopping_begins_anew_without_the_thing_and_late_changes_are_dropped() {
    let mut home = home();
    let mut sam = Sam::new();
    sam.receives(&home.deliver());
    home.edit(|p| {
        p.set_mark(id(1), TODAY, Some(Mark::Done)).unwrap();
    });
    let late = home.deliver();
    home.edit(|p| p.stop_showing(WALK, &super::kit::sam()).unwrap());
    let items = home.deliver();
    assert!(
        items
            .iter()
            .all(|item| item.snapshot && item.generation.number == 2)
    );
    assert!(sam.receives(&items).routines.is_empty());
    assert!(sam.receives(&late).routines.is_empty());
    assert_eq!(
        merge(&mut sam.shared, &late[0], &mut rng(1)),
        Merged::Dropped
    );
    // Shown again from a later day: as a thing that was never there.
    home.edit(|p| p.show(&share(WALK, TODAY)).unwrap());
    let walk = &sam.receives(&home.deliver()).routines[0];
    assert_eq!(walk.days.keys().collect::<Vec<_>>(), [&TODAY]);
}

#[test]
fn deleting_renaming_and_taking_notes_back_begin_anew() {
    type Deed = fn(&mut Private<&mut MemoryShelf>);
    let deeds: [(&str, Deed); 5] = [
        ("delete", |p| p.set_routine_gone(id(1), true).unwrap()),
        ("rename", |p| p.rename_routine(id(1), "Stroll").unwrap()),
        ("note", |p| {
            p.set_note(id(1), FEB, None).unwrap();
        }),
        ("block", |p| p.set_blocked(&sam(), true).unwrap()),
        ("notes off", |p| p.show(&share(WALK, FEB)).unwrap()),
    ];
    for (what, deed) in deeds {
        let mut home = home();
        home.edit(|p| {
            let mut with_notes = share(WALK, FEB);
            with_notes.notes = true;
            p.show(&with_notes).unwrap();
        });
        home.deliver();
        home.edit(deed);
        let items = home.deliver();
        assert!(
            !items.is_empty() && items.iter().all(|item| item.snapshot),
            "{what}"
        );
        let bytes: Vec<Vec<u8>> = items.into_iter().map(|item| item.changes).collect();
        let gone: &[u8] = if what == "rename" { b"Walk" } else { b"river" };
        assert_eq!(
            found(&bytes, gone),
            what == "rename" && found(&bytes, b"Walk"),
            "{what}"
        );
        assert!(!found(&home.shared.every_byte(), gone), "{what}");
    }
}

#[test]
fn once_stays_as_it_was_sent_and_a_week_ends_by_itself() {
    let mut home = home();
    home.edit(|p| {
        let mut once = share(WALK, FEB);
        once.until = Until::Once;
        p.show(&once).unwrap();
        p.put_goal(&goal(5, "Joinery")).unwrap();
        let mut week = share(ItemRef::Goal(id(5)), FEB);
        week.until = Until::Through(TODAY);
        p.show(&week).unwrap();
    });
    let mut sam = Sam::new();
    sam.receives(&home.deliver());
    home.edit(|p| {
        p.set_mark(id(1), TODAY, Some(Mark::Done)).unwrap();
        p.rename_routine(id(1), "Stroll").unwrap();
        p.set_blocked(&pat(), true).unwrap();
    });
    assert!(home.deliver().is_empty());
    // Another thing stops, so the notebook begins anew: what was shown once is in it as it was.
    home.edit(|p| {
        p.stop_showing(ItemRef::Goal(id(5)), &super::kit::sam())
            .unwrap()
    });
    let shown = sam.receives(&home.deliver());
    assert_eq!(shown.routines[0].name, "Walk");
    assert!(!shown.routines[0].days.contains_key(&TODAY));
    assert!(shown.goals.is_empty());
    // The week is over on the reader's own calendar too, with no word from the author.
    let mut home = super::sharing::home();
    home.edit(|p| {
        let mut week = share(WALK, FEB);
        week.until = Until::Through(TODAY);
        p.show(&week).unwrap();
    });
    let mut sam = Sam::new();
    assert_eq!(sam.receives(&home.deliver()).routines.len(), 1);
    assert!(
        sam.shared
            .view(TODAY.tomorrow().unwrap())
            .routines
            .is_empty()
    );
}

#[test]
fn a_pause_that_ends_is_an_ordinary_change_and_quiet_is_not_told() {
    let mut home = home();
    home.edit(|p| p.set_allow(&sam(), Allow::OwnWords).unwrap());
    let mut sam = Sam::new();
    assert_eq!(sam.receives(&home.deliver()).allows, Allow::OwnWords);
    home.edit(|p| {
        p.set_pause(
            id(1),
            Some(Pause {
                from: TODAY,
                until: None,
            }),
        )
        .unwrap()
    });
    let items = home.deliver();
    assert!(!items[0].snapshot);
    assert!(sam.receives(&items).routines[0].paused);
    home.edit(|p| p.set_pause(id(1), None).unwrap());
    assert!(!sam.receives(&home.deliver()).routines[0].paused);
    home.edit(|p| p.set_allow(&super::kit::sam(), Allow::Quiet).unwrap());
    assert!(home.deliver().is_empty());
}

#[test]
fn words_and_ideas_reach_sam_alone_and_answers_reach_nobody() {
    let mut home = home();
    let word = Word {
        id: id(20),
        kind: WordKind::Card(CardKind::WellDone),
        text: String::new(),
        about: Some(id(2)),
        day: TODAY,
    };
    let mut thanks = word.clone();
    thanks.id = id(21);
    thanks.kind = WordKind::Thanks;
    thanks.text = "for the lift".into();
    thanks.about = Some(id(1));
    let idea = Proposal {
        id: id(22),
        what: Offer::Words("tea on Friday".into()),
        day: TODAY,
    };
    home.edit(|p| {
        p.put_word(&sam(), &word).unwrap();
        p.put_word(&sam(), &thanks).unwrap();
        p.put_word(
            &pat(),
            &Word {
                id: id(23),
                ..thanks.clone()
            },
        )
        .unwrap();
        p.put_idea(&sam(), &idea).unwrap();
        p.set_answer(&sam(), &idea, Some(crate::life::Answer::Left))
            .unwrap();
        p.keep_word(&sam(), &thanks).unwrap();
        assert_eq!(
            p.answer(&sam(), &idea).unwrap(),
            Some(crate::life::Answer::Left)
        );
        assert_eq!(p.kept_words(2026).unwrap().len(), 1);
    });
    let items = home.deliver();
    let mut reader = Sam::new();
    let shown = reader.receives(&items);
    assert_eq!(shown.words.len(), 2);
    let card = shown.words.iter().find(|w| w.kind == word.kind).unwrap();
    assert_eq!(card.about, None, "a thing Sam does not see has no name");
    let thanked = shown
        .words
        .iter()
        .find(|w| w.kind == WordKind::Thanks)
        .unwrap();
    assert_eq!(thanked.about.map(|about| about.0), Some(alias(&id(1))));
    assert_eq!(shown.ideas.len(), 1);
    assert!(!found(&home.shared.every_byte(), b"left"));
    home.edit(|p| p.take_word_back(&thanks).unwrap());
    let shown = reader.receives(&home.deliver());
    assert_eq!(shown.words.len(), 1);
    assert!(!found(&reader.shared.every_byte(), b"for the lift"));
}

#[test]
fn what_was_shown_for_a_week_with_notes_and_then_once_stays_without_notes_or_end() {
    let mut home = home();
    home.edit(|p| {
        let mut week = share(WALK, FEB);
        week.until = Until::Through(TODAY);
        week.notes = true;
        p.show(&week).unwrap();
        p.set_mark(id(1), TODAY, Some(Mark::Done)).unwrap();
        p.set_note(id(1), TODAY, Some("By the river")).unwrap();
    });
    let mut sam = Sam::new();
    let shown = sam.receives(&home.deliver());
    assert_eq!(shown.routines[0].days[&TODAY].notes, ["By the river"]);
    home.edit(|p| {
        let mut once = share(WALK, FEB);
        once.until = Until::Once;
        once.notes = false;
        p.show(&once).unwrap();
        p.rename_routine(id(1), "Stroll").unwrap();
    });
    let shown = sam.receives(&home.deliver());
    assert_eq!(shown.routines[0].name, "Walk");
    assert_eq!(shown.routines[0].until, None);
    assert_eq!(shown.routines[0].days[&TODAY].mark, Some(Mark::Done));
    assert!(shown.routines[0].days[&TODAY].notes.is_empty());
    assert!(home.deliver().is_empty(), "there it rests");
}

#[test]
fn what_was_shown_once_and_lost_its_name_on_the_way_is_shown_again() {
    let mut home = home();
    home.edit(|p| {
        let mut once = share(WALK, FEB);
        once.until = Until::Once;
        p.show(&once).unwrap();
        p.set_mark(id(1), TODAY, Some(Mark::Done)).unwrap();
    });
    let mut sam = Sam::new();
    sam.receives(&home.deliver());
    // Another device began anew at the same time: of what it had not heard of only the days came after.
    let generation = home.shared.generation();
    let mut days = home.shared.to_stored();
    days.retain(|(name, _)| *name != DocName::Core);
    for reader in [&mut home.shared, &mut sam.shared] {
        *reader = Shared::open(generation, days.clone()).unwrap();
    }
    let shown = sam.receives(&home.deliver());
    assert_eq!(shown.routines[0].name, "Walk");
    assert_eq!(shown.routines[0].days[&TODAY].mark, Some(Mark::Done));
    assert!(home.deliver().is_empty(), "there it rests");
}

#[test]
fn of_two_beginnings_at_once_the_greater_is_shown_until_the_author_joins_them() {
    let mut one = home();
    let first = one.deliver();
    let mut two = Device::new(8);
    for item in one.read(|p| p.items_for_own_devices().unwrap()) {
        two.take(&item);
    }
    first.iter().for_each(|item| {
        merge(&mut two.shared, item, &mut rng(5));
    });
    let a = one.edit(|p| p.rename_routine(id(1), "Stroll").unwrap());
    let b = two.edit(|p| {
        p.set_mark(id(1), TODAY, Some(Mark::Done)).unwrap();
    });
    let c = two.edit(|p| p.rename_routine(id(1), "Hike").unwrap());
    let from_one = one.deliver();
    let from_two = two.deliver();
    let (mut there, mut back) = (Sam::new(), Sam::new());
    there.receives(&first);
    back.receives(&first);
    for item in from_one.iter().chain(&from_two) {
        merge(&mut there.shared, item, &mut rng(1));
    }
    for item in from_two.iter().chain(&from_one) {
        merge(&mut back.shared, item, &mut rng(1));
    }
    assert_eq!(there.shared.generation(), back.shared.generation());
    // The devices hear of each other, and one more round of deliveries joins them.
    a.iter().for_each(|item| two.take(item));
    b.iter().chain(&c).for_each(|item| one.take(item));
    from_two.iter().for_each(|item| {
        merge(&mut one.shared, item, &mut rng(5));
    });
    from_one.iter().for_each(|item| {
        merge(&mut two.shared, item, &mut rng(5));
    });
    let joined = one.deliver();
    let shown = there.receives(&joined);
    joined.iter().for_each(|item| {
        merge(&mut two.shared, item, &mut rng(5));
    });
    assert!(two.deliver().is_empty());
    assert_eq!(shown, fresh_view(&one.projection()));
    assert!(shown.routines[0].days.contains_key(&TODAY));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    /// Two devices edit and deliver apart; their private changes and what they deliver arrive
    /// anywhere in any order and again. Once all is delivered, Sam sees exactly what is shown.
    #[test]
    fn sam_comes_to_see_exactly_what_is_shown(seed in any::<u64>()) {
        let mut rng = rng(seed);
        let mut devices = [Device::new(seed ^ 1), Device::new(seed ^ 2)];
        let mut reader = Sam::new();
        let mut private: Vec<WireItem> = Vec::new();
        let mut shared: Vec<WireItem> = Vec::new();
        private.extend(devices[0].edit(|p| p.put_person(&person(sam(), "Sam")).unwrap()));
        for _ in 0..30 {
            let who = below(&mut rng, 2) as usize;
            match below(&mut rng, 5) {
                0 => shared.extend(devices[who].deliver()),
                1 if !private.is_empty() => {
                    let at = below(&mut rng, private.len() as u64) as usize;
                    devices[who].take(&private[at]);
                }
                2 if !shared.is_empty() => {
                    let at = below(&mut rng, shared.len() as u64) as usize;
                    let item = &shared[at];
                    merge(&mut reader.shared, item, &mut rng);
                    merge(&mut devices[who].shared, item, &mut rng);
                }
                _ => private.extend(deed(&mut devices[who], &mut rng)),
            }
        }
        // Everything arrives, and the devices deliver until nothing is left to say.
        let mut rounds = 0;
        loop {
            let mut quiet = true;
            for who in [0, 1] {
                private.iter().for_each(|item| devices[who].take(item));
                shared.iter().for_each(|item| { merge(&mut devices[who].shared, item, &mut rng); });
                let items = devices[who].deliver();
                quiet &= items.is_empty();
                shared.extend(items);
            }
            rounds += 1;
            prop_assert!(rounds < 6, "deliveries go on and on");
            if quiet {
                break;
            }
        }
        shared.iter().for_each(|item| { merge(&mut reader.shared, item, &mut rng); });
        let shown = reader.shared.view(TODAY);
        prop_assert_eq!(&shown, &devices[0].shared.view(TODAY));
        prop_assert_eq!(&shown, &devices[1].shared.view(TODAY));
        let expected = fresh_view(&devices[0].projection());
        prop_assert_eq!(&shown, &expected);
    }
}

fn deed(device: &mut Device, rng: &mut rand_chacha::ChaCha20Rng) -> Vec<WireItem> {
    let item = id(1 + below(rng, 3) as u8);
    let day = Date::new(2026, 1 + below(rng, 3) as i8, 1 + below(rng, 4) as i8).unwrap();
    let what = below(rng, 10);
    let name = ["Walk", "Gym", "Read", "Sleep"][below(rng, 4) as usize];
    device.edit(|p| match what {
        0 | 1 => {
            p.set_mark(item, day, Some(Mark::Done)).unwrap();
        }
        2 => {
            p.set_mark(item, day, None).unwrap();
        }
        3 => {
            p.set_note(item, day, Some(name)).unwrap();
        }
        4 => {
            p.set_note(item, day, None).unwrap();
        }
        5 | 6 => p.put_routine(&routine(item.0[0], name)).unwrap(),
        7 => p.stop_showing(ItemRef::Routine(item), &sam()).unwrap(),
        8 => {
            let mut share = share(ItemRef::Routine(item), day);
            share.notes = true;
            p.show(&share).unwrap();
        }
        _ => p.show(&share(ItemRef::Routine(item), day)).unwrap(),
    })
}
