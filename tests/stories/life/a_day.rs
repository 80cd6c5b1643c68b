//! A day: Robin marks the walk, Pat sees it and nothing else, and encourages back.

use alongside_core::life::{ItemRef, Mark, Rhythm, Role, Until};
use jiff::civil::date;
use town::Town;

#[test]
fn a_mark_reaches_the_mentor_and_words_come_back() {
    let mut town = Town::new(11);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    let (pat, robin) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
    let day = date(2026, 2, 2);

    let app = town.phone("robin").app();
    let walk = app.add_routine("Walk", Rhythm::TimesAWeek(4)).unwrap();
    let tablets = app.add_routine("Take my tablet", Rhythm::Daily).unwrap();
    app.show(ItemRef::Routine(walk), &pat, Until::UntilIStop, false, None)
        .unwrap();
    app.mark_done(walk, day).unwrap();
    app.mark_rest(tablets, day).unwrap();
    app.set_note(walk, day, Some("by the canal, not for others"))
        .unwrap();
    let page = app.today().unwrap();
    assert_eq!(
        page.items.iter().filter(|item| item.mark.is_some()).count(),
        2
    );

    town.deliver(2);
    let shown = town.phone("pat").app().what_they_show(&robin).unwrap();
    assert_eq!(
        shown.routines.len(),
        1,
        "one routine is shown, the other does not exist for Pat"
    );
    assert_eq!(shown.routines[0].name, "Walk");
    let record = &shown.routines[0].days[&day];
    assert_eq!(record.mark, Some(Mark::Done));
    assert!(record.notes.is_empty(), "notes were not shown");

    // A correction after delivery.
    town.phone("robin").app().clear_mark(walk, day).unwrap();
    town.days_pass(1);
    town.deliver(2);
    let shown = town.phone("pat").app().what_they_show(&robin).unwrap();
    let record = shown.routines[0].days.get(&day);
    assert!(record.is_none_or(|record| record.mark.is_none()));
}

#[test]
fn one_sealed_mark_goes_from_its_owner_to_a_mentor() {
    let mut town = Town::new(12);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    let (pat, robin) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
    town.deliver(3);
    let day = date(2026, 2, 2);
    let app = town.phone("robin").app();
    let walk = app.add_routine("Walk", Rhythm::Daily).unwrap();
    app.show(ItemRef::Routine(walk), &pat, Until::UntilIStop, false, None)
        .unwrap();
    town.deliver(3);
    town.phone("robin").app().mark_done(walk, day).unwrap();
    assert_eq!(
        town.phone("robin").sync().went,
        1,
        "one mark, one reader, one envelope"
    );
    assert_eq!(town.phone("pat").sync().came, 1);
    let shown = town.phone("pat").app().what_they_show(&robin).unwrap();
    assert_eq!(shown.routines[0].days[&day].mark, Some(Mark::Done));
}

#[test]
fn the_same_routine_ticked_on_two_phones_stays_once_and_both_notes_stay() {
    let mut town = Town::new(13);
    town.arrives("robin", "Robin");
    let day = date(2026, 2, 2);
    let walk = town
        .phone("robin")
        .app()
        .add_routine("Walk", Rhythm::Daily)
        .unwrap();
    town.arrives("tablet", "Robin");
    town.joins_beside("robin", "tablet");
    town.deliver(4);
    for (phone, note) in [("robin", "in the rain"), ("tablet", "with the dog")] {
        let app = town.phone(phone).app();
        assert_eq!(app.routines().unwrap().len(), 1);
        app.set_note(walk, day, Some(note)).unwrap();
    }
    town.phone("robin").app().mark_rest(walk, day).unwrap();
    town.phone("tablet").app().mark_done(walk, day).unwrap();
    town.deliver(4);
    for phone in ["robin", "tablet"] {
        let record = town.phone(phone).app().record(walk, day).unwrap();
        assert_eq!(record.mark, Some(Mark::Done), "done beats rest on {phone}");
        assert_eq!(record.notes, ["in the rain", "with the dog"]);
    }
}
