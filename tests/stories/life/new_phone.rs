//! A new phone: the old one at hand, or lost, or a copy put back. A lost phone is a normal event (HR-06).

use alongside_core::companion::Opening;
use alongside_core::life::{ItemRef, Mark, Rhythm, Role, Until};
use jiff::civil::date;
use town::Town;

fn town_with_a_walk(
    seed: u64,
) -> (
    Town,
    alongside_core::life::PersonRef,
    alongside_core::life::PersonRef,
    alongside_core::life::ItemId,
) {
    let mut town = Town::new(seed);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    let (pat, robin) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
    let app = town.phone("robin").app();
    let walk = app.add_routine("Walk", Rhythm::Daily).unwrap();
    app.show(ItemRef::Routine(walk), &pat, Until::UntilIStop, false, None)
        .unwrap();
    app.mark_done(walk, date(2026, 2, 2)).unwrap();
    town.deliver(3);
    (town, pat, robin, walk)
}

#[test]
fn the_old_phone_is_at_hand() {
    let (mut town, _, robin, walk) = town_with_a_walk(41);
    town.arrives("new", "Robin");
    town.joins_beside("robin", "new");
    town.deliver(5);
    let app = town.phone("new").app();
    assert_eq!(
        app.record(walk, date(2026, 2, 2)).unwrap().mark,
        Some(Mark::Done)
    );
    app.mark_done(walk, date(2026, 2, 3)).unwrap();
    let old = app
        .devices()
        .unwrap()
        .into_iter()
        .find(|d| !d.this_one)
        .unwrap();
    app.remove_device(&old.number).unwrap();
    town.days_pass(1);
    town.phone("new").sync();
    town.phones.remove("robin");
    town.deliver(4);
    let shown = town.phone("pat").app().what_they_show(&robin).unwrap();
    assert_eq!(shown.routines[0].days.len(), 2);
    assert_eq!(town.phone("new").app().devices().unwrap().len(), 1);
}

#[test]
fn lost_and_back_from_the_backup_by_the_sheet() {
    let (mut town, _, robin, walk) = town_with_a_walk(42);
    let sheet = town.phone("robin").app().sheet().unwrap().to_string();
    let app = town.phone("robin").app();
    app.check_sheet(&sheet).unwrap();
    assert!(app.sheet().is_err(), "forgotten");
    // It knows them again where the digits of the lock were forgotten.
    assert!(app.is_my_sheet(&sheet).unwrap());
    assert!(!app.is_my_sheet("twelve other words").unwrap());
    assert!(
        town.phone("robin").app().sheet().is_err(),
        "the phone has forgotten it"
    );
    let file = town.phone("robin").app().backup_for_sheet().unwrap();
    // Life goes on after the backup; then the phone is lost.
    town.phone("robin")
        .app()
        .mark_done(walk, date(2026, 2, 3))
        .unwrap();
    town.phone("robin").sync();
    town.phones.remove("robin");
    town.restores("found", &file, &Opening::Sheet(&sheet));
    town.phone("found")
        .app()
        .mark_rest(walk, date(2026, 2, 4))
        .unwrap();
    for _ in 0..4 {
        town.days_pass(8);
        town.deliver(2);
    }
    let shown = town.phone("pat").app().what_they_show(&robin).unwrap();
    assert_eq!(
        shown.routines[0].days[&date(2026, 2, 2)].mark,
        Some(Mark::Done)
    );
    assert_eq!(
        shown.routines[0].days[&date(2026, 2, 4)].mark,
        Some(Mark::Rest)
    );
}

#[test]
fn lost_and_back_by_passphrase_data_only() {
    let (mut town, _, _, walk) = town_with_a_walk(43);
    let file = town
        .phone("robin")
        .app()
        .backup_with_passphrase("a long walk by the sea")
        .unwrap();
    town.phones.remove("robin");
    town.restores(
        "found",
        &file,
        &Opening::Passphrase("a long walk by the sea"),
    );
    let app = town.phone("found").app();
    assert_eq!(
        app.record(walk, date(2026, 2, 2)).unwrap().mark,
        Some(Mark::Done)
    );
    assert!(app.people().unwrap().is_empty(), "people are met again");
}

#[test]
fn a_copy_put_back_becomes_a_new_device_and_loses_nothing() {
    let (mut town, _, robin, walk) = town_with_a_walk(44);
    let copy = town.shelf("copy");
    let copy = town.phone("robin").copy(&copy);
    for n in 3..8i8 {
        town.phone("robin")
            .app()
            .mark_done(walk, date(2026, 2, n))
            .unwrap();
        town.days_pass(1);
        town.deliver(2);
    }
    town.phone("robin").put_back(&copy, true);
    town.phone("robin")
        .app()
        .mark_rest(walk, date(2026, 2, 9))
        .unwrap();
    for _ in 0..12 {
        town.days_pass(1);
        town.deliver(1);
    }
    let shown = town.phone("pat").app().what_they_show(&robin).unwrap();
    assert_eq!(
        shown.routines[0]
            .days
            .get(&date(2026, 2, 9))
            .and_then(|r| r.mark),
        Some(Mark::Rest)
    );
    town.phone("robin")
        .app()
        .mark_done(walk, date(2026, 2, 20))
        .unwrap();
    for _ in 0..12 {
        town.days_pass(1);
        town.deliver(1);
    }
    let shown = town.phone("pat").app().what_they_show(&robin).unwrap();
    assert_eq!(
        shown.routines[0]
            .days
            .get(&date(2026, 2, 20))
            .and_then(|r| r.mark),
        Some(Mark::Done)
    );
}

/// Two years of long notes, more than one message and one envelope have room for: a second phone gets all of them.
#[test]
fn a_long_life_reaches_a_second_phone_in_pieces() {
    use jiff::ToSpan;
    use rand_core::{Rng, SeedableRng};
    let (mut town, _, _, walk) = town_with_a_walk(47);
    let mut chance = rand_chacha::ChaCha20Rng::seed_from_u64(47);
    let day = |n: i64| date(2024, 2, 1) + n.days();
    for n in 0..600 {
        // Letters that no packing makes shorter than five bits each.
        let note: String = (0..5_000)
            .map(|_| char::from(b'a' + (chance.next_u32() % 26) as u8))
            .collect();
        let app = town.phone("robin").app();
        app.set_note(walk, day(n), Some(&note)).unwrap();
    }
    town.deliver(1);
    town.arrives("tablet", "Robin");
    town.joins_beside("robin", "tablet");
    let mut went = 0;
    for _ in 0..4 {
        went += town.phone("robin").sync().went;
        town.phone("tablet").sync();
        town.phone("pat").sync();
    }
    assert!(went >= 3, "one envelope was enough: {went}");
    for n in 0..600 {
        let here = town.phone("robin").app().record(walk, day(n)).unwrap();
        let there = town.phone("tablet").app().record(walk, day(n)).unwrap();
        assert_eq!(here.notes, there.notes, "day {n}");
        assert_eq!(there.notes.len(), 1);
    }
    assert!(!town.phone("tablet").sync().not_up_to_date);
}
