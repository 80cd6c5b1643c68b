//! The export: equal after a way out and in, frozen, and strict.

use proptest::prelude::*;

use super::*;
use crate::life::{
    Allow, Area, CardKind, DayRecord, Goal, ItemRef, Offer, Pause, Person, PersonRef, Proposal,
    Rhythm, Role, Routine, Share, State, Step, Until, Word, WordKind,
};

fn id(n: u8) -> ItemId {
    ItemId([n; 8])
}

/// One of everything.
pub(super) fn a_home() -> Home {
    let dee = PersonRef("d0".repeat(32));
    let pat = PersonRef("a1".repeat(32));
    let gone = PersonRef("77".repeat(32));
    let person = |who: &PersonRef, name: &str, role, since| Person {
        who: who.clone(),
        name: name.into(),
        role,
        official: role_is_official(name),
        allows: Allow::OwnWords,
        blocked: name == "Ash",
        since: date(since),
    };
    let walk = Routine {
        id: id(1),
        name: "Walk 👟 e\u{301}".into(),
        rhythm: "4 a week".parse().unwrap(),
        time: Some("07:30".parse().unwrap()),
        pause: Some(Pause {
            from: date("2026-05-01"),
            until: Some(date("2026-05-07")),
        }),
        unit: None,
        started: date("2026-02-02"),
        ended: false,
        import_key: None,
    };
    let water = Routine {
        id: id(2),
        name: "ماء".into(),
        rhythm: "every other week mon from 2026-02-02".parse().unwrap(),
        time: None,
        pause: None,
        unit: Some("litres".into()),
        started: date("2026-01-05"),
        ended: true,
        import_key: Some("loop 3 ffee001122334455 Water".into()),
    };
    let mut home = Home {
        routines: vec![walk, water],
        goals: vec![Goal {
            id: id(3),
            name: "A place of my own".into(),
            area: Some(Area::Own("Allotment".into())),
            state: State::Reached,
            started: date("2026-02-03"),
        }],
        steps: vec![Step {
            id: id(4),
            goal: Some(id(3)),
            name: "Ring the housing office".into(),
            state: State::SetAside,
            started: date("2026-02-03"),
        }],
        people: vec![
            person(&pat, "Pat", Role::Mentor, "2026-02-04"),
            person(&dee, "Dee", Role::Own("Kit's mum".into()), "2026-02-02"),
        ],
        shares: vec![
            Share {
                item: ItemRef::Routine(id(1)),
                to: pat.clone(),
                from: date("2026-02-04"),
                until: Until::UntilIStop,
                notes: false,
            },
            Share {
                item: ItemRef::Goal(id(3)),
                to: dee.clone(),
                from: date("2026-02-04"),
                until: Until::Through(date("2026-02-10")),
                notes: true,
            },
            Share {
                item: ItemRef::Step(id(4)),
                to: gone.clone(),
                from: date("2026-02-04"),
                until: Until::Once,
                notes: true,
            },
        ],
        ..Home::default()
    };
    let record = |mark, amount, notes: &[&str]| DayRecord {
        mark,
        amount,
        notes: notes.iter().map(|note| (*note).to_owned()).collect(),
    };
    home.records.insert(
        (id(1), date("2026-02-02")),
        record(Some(Mark::Done), None, &["=1+1", "two\nlines"]),
    );
    home.records.insert(
        (id(1), date("2028-02-29")),
        record(Some(Mark::Rest), None, &[]),
    );
    home.records.insert(
        (id(2), date("2026-02-02")),
        record(Some(Mark::Done), Some(2_500), &[]),
    );
    home.records.insert(
        (id(2), date("2026-02-03")),
        record(None, None, &["only a note"]),
    );
    home.words = vec![
        (
            gone,
            word(5, WordKind::OwnWords, "Take care.", "2026-02-06"),
        ),
        (
            pat.clone(),
            word(6, WordKind::Card(CardKind::Hello), "", "2026-02-05"),
        ),
    ];
    home.kept_words = vec![(
        dee.clone(),
        word(7, WordKind::Seen, "You were patient.", "2026-02-06"),
    )];
    let idea = |n, what| Proposal {
        id: id(n),
        what,
        day: date("2026-02-07"),
    };
    home.ideas = vec![
        (
            dee.clone(),
            idea(
                8,
                Offer::NewRoutine {
                    name: "Swim".into(),
                    rhythm: Rhythm::TimesAWeek(1),
                },
            ),
        ),
        (
            dee,
            idea(
                9,
                Offer::NewStep {
                    goal: None,
                    name: "Ask at the pool".into(),
                },
            ),
        ),
        (
            pat,
            idea(10, Offer::Words("Shall we walk on Sunday?".into())),
        ),
    ];
    home
}

fn role_is_official(name: &str) -> bool {
    name == "Sam"
}

fn word(n: u8, kind: WordKind, text: &str, day: &str) -> Word {
    Word {
        id: id(n),
        kind,
        text: text.into(),
        about: Some(id(1)),
        day: date(day),
    }
}

#[test]
fn export_import_export_is_equal() {
    for home in [a_home(), Home::default()] {
        let text = write_export(&home).unwrap();
        let back = read_export(text.as_bytes()).unwrap();
        assert_eq!(write_export(&back).unwrap(), text);
        assert_eq!(back.records, home.records);
        assert_eq!(back.routines.len(), home.routines.len());
        assert_eq!(
            back.words.len() + back.kept_words.len(),
            home.words.len() + home.kept_words.len()
        );
    }
}

#[test]
fn the_same_home_gives_the_same_bytes_in_whatever_order_it_is_held() {
    let home = a_home();
    let mut other = home.clone();
    other.routines.reverse();
    other.people.reverse();
    other.shares.reverse();
    other.words.reverse();
    other.ideas.reverse();
    assert_eq!(write_export(&home).unwrap(), write_export(&other).unwrap());
}

#[test]
fn no_id_of_a_tie_is_in_the_file_and_shares_with_people_who_left_are_not() {
    let text = write_export(&a_home()).unwrap();
    for tie in ["d0d0", "a1a1", "7777"] {
        assert!(!text.contains(tie));
    }
    let back = read_export(text.as_bytes()).unwrap();
    assert_eq!(back.shares.len(), 2);
    let names: Vec<&str> = back
        .people
        .iter()
        .map(|person| person.who.0.as_str())
        .collect();
    assert_eq!(names, ["p1", "p2"]);
    assert_eq!(back.words[1].0, PersonRef("p3".into()), "someone who left");
}

#[test]
fn the_first_version_is_read_for_ever() {
    let golden = include_bytes!("../../../../tests/golden/export-1.json");
    let home = read_export(golden).unwrap();
    assert_eq!(write_export(&home).unwrap().as_bytes(), golden);
    assert_eq!(write_export(&a_home()).unwrap().as_bytes(), golden);
}

#[test]
fn a_newer_export_is_called_newer_even_with_fields_of_its_own() {
    for text in [
        "{\"alongside_export\":2}",
        "{\"alongside_export\":2,\"routines\":{\"moved\":true},\"groups\":[]}",
    ] {
        assert_eq!(read_export(text.as_bytes()), Err(PortError::NewerVersion));
    }
    assert_eq!(read_export(b"{\"routines\":[]}"), Err(PortError::NotKnown));
}

#[test]
fn what_does_not_fit_is_refused_with_its_place() {
    let good = write_export(&a_home()).unwrap();
    for (from, to) in [
        ("\"daily\"", "\"hourly\""),
        ("\"4 a week\"", "\"04 a week\""),
        ("\"07:30\"", "\"7:30\""),
        ("\"2.5\"", "\"2.5000\""),
        ("\"done\"", "\"not done\""),
        ("\"reached\"", "\"gone\""),
        ("\"litres\"", "\"li\\u0000tres\""),
        ("\"only a note\"", "\"\\u001b[2J\""),
        ("\"Pat\"", "\" Pat\""),
        (
            "\"Pat\"",
            "\"a name that is longer than thirty characters\"",
        ),
        ("\"p1\"", "\"../p1\""),
        ("\"p2\"", "\"p02\""),
        ("\"card hello\"", "\"card boo\""),
        ("\"routine:0101010101010101\"", "\"shelf:0101010101010101\""),
        ("\"2028-02-29\"", "\"2027-02-29\""),
        ("\"0404040404040404\"", "\"0303030303030303\""),
        ("\"name\": \"Walk", "\"surname\": \"Walk"),
    ] {
        let bad = good.replacen(from, to, 1);
        if bad == good {
            assert_eq!(from, "\"daily\"", "{from} is in the export");
            continue;
        }
        match read_export(bad.as_bytes()) {
            Err(PortError::Malformed { .. }) => {}
            other => panic!("{from} -> {to}: {other:?}"),
        }
    }
    let deep = format!(
        "{{\"alongside_export\":1,\"routines\":{}",
        "[".repeat(100_000)
    );
    assert!(read_export(deep.as_bytes()).is_err());
}

// ---- Any home

fn any_text(max: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(any::<char>(), 1..max.min(40)).prop_filter_map(
        "kept text",
        move |chars| {
            let text: String = chars.into_iter().collect();
            crate::life::text::name(&text.replace(['\n', '\t'], " "))
                .ok()
                .filter(|name| name.chars().count() <= max)
        },
    )
}

fn any_day() -> impl Strategy<Value = Date> {
    (18_000i64..26_000).prop_map(|n| crate::life::days::day_at(n).unwrap())
}

fn any_home() -> impl Strategy<Value = Home> {
    let routine = (
        any_text(60),
        any_day(),
        any::<bool>(),
        prop::option::of(any_text(30)),
        1u8..=7,
    );
    let record = (
        any::<prop::sample::Index>(),
        any_day(),
        0u8..3,
        prop::option::of(1i64..999_999_999_999),
        prop::collection::vec(any_text(60), 0..3),
    );
    let person = (any_text(30), any_day(), any_text(30));
    let word = (any::<prop::sample::Index>(), any_text(60), any_day());
    (
        prop::collection::vec(routine, 1..6),
        prop::collection::vec(record, 0..20),
        prop::collection::vec(person, 1..5),
        prop::collection::vec(word, 0..10),
    )
        .prop_map(|(routines, records, people, words)| {
            let mut home = Home::default();
            let mut next = counting(0);
            for (name, started, ended, unit, times) in routines {
                home.routines.push(Routine {
                    id: next(),
                    name,
                    rhythm: Rhythm::TimesAWeek(times),
                    time: None,
                    pause: None,
                    unit,
                    started,
                    ended,
                    import_key: None,
                });
            }
            for (which, day, mark, amount, notes) in records {
                let routine = &home.routines[which.index(home.routines.len())];
                let record = DayRecord {
                    mark: Mark::from_number(i64::from(mark)),
                    notes,
                    amount,
                };
                home.records.insert((routine.id, day), record);
            }
            home.records.retain(|_, record| !record.is_blank());
            for (n, (name, since, role)) in people.into_iter().enumerate() {
                home.people.push(Person {
                    who: PersonRef(format!("{n:064x}")),
                    name,
                    role: role.parse().unwrap(),
                    official: n % 2 == 0,
                    allows: Allow::Quiet,
                    blocked: n % 3 == 0,
                    since,
                });
            }
            for (which, text, day) in words {
                let who = home.people[which.index(home.people.len())].who.clone();
                home.words.push((
                    who,
                    Word {
                        id: next(),
                        kind: WordKind::OwnWords,
                        text,
                        about: None,
                        day,
                    },
                ));
            }
            home
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_home_goes_out_and_in(home in any_home()) {
        let text = write_export(&home).unwrap();
        let back = read_export(text.as_bytes()).unwrap();
        prop_assert_eq!(&back.records, &home.records);
        prop_assert_eq!(write_export(&back).unwrap(), text);
    }

    #[test]
    fn a_bent_export_is_read_or_refused(
        bends in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = write_export(&a_home()).unwrap().into_bytes();
        for (at, byte) in bends {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(home) = read_export(&bytes) {
            let text = write_export(&home).unwrap();
            prop_assert_eq!(write_export(&read_export(text.as_bytes()).unwrap()).unwrap(), text);
        }
    }
}
