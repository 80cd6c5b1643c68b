//! Leaving: an officer is replaced, a friend is blocked. Nobody is told, and nothing sealed later opens for them (P2).

use alongside_core::life::{Allow, CardKind, ItemRef, Rhythm, Role, Until};
use jiff::civil::date;
use town::Town;

#[test]
fn the_removed_officer_sees_nothing_new_and_the_successor_sees_what_is_shown() {
    let mut town = Town::new(31);
    town.arrives("robin", "Robin");
    town.arrives("sam", "Sam");
    town.arrives("bo", "Bo");
    let (sam, robin_of_sam) = town.meet("robin", Role::Friend, "sam", Role::Officer);
    let app = town.phone("robin").app();
    let job = app
        .add_routine("Job search hour", Rhythm::TimesAWeek(3))
        .unwrap();
    app.show(ItemRef::Routine(job), &sam, Until::UntilIStop, false, None)
        .unwrap();
    app.mark_done(job, date(2026, 2, 2)).unwrap();
    town.deliver(3);
    assert_eq!(
        town.phone("sam")
            .app()
            .what_they_show(&robin_of_sam)
            .unwrap()
            .routines
            .len(),
        1
    );

    let (bo, robin_of_bo) = town.meet("robin", Role::Friend, "bo", Role::Officer);
    let app = town.phone("robin").app();
    app.show(ItemRef::Routine(job), &bo, Until::UntilIStop, false, None)
        .unwrap();
    app.remove_person(&sam).unwrap();
    app.mark_done(job, date(2026, 2, 3)).unwrap();
    town.days_pass(1);
    town.deliver(4);
    let bo_sees = town.phone("bo").app().what_they_show(&robin_of_bo).unwrap();
    assert_eq!(bo_sees.routines.len(), 1);
    assert!(bo_sees.routines[0].days.contains_key(&date(2026, 2, 3)));
    let sam_sees = town
        .phone("sam")
        .app()
        .what_they_show(&robin_of_sam)
        .unwrap();
    for routine in &sam_sees.routines {
        assert!(
            !routine.days.contains_key(&date(2026, 2, 3)),
            "nothing newer reached Sam"
        );
    }
}

#[test]
fn a_blocked_friend_is_silent_also_with_old_words_on_their_way() {
    let mut town = Town::new(32);
    town.arrives("robin", "Robin");
    town.arrives("ash", "Ash");
    let (ash, robin) = town.meet("robin", Role::Friend, "ash", Role::Friend);
    town.phone("robin")
        .app()
        .set_allow(&ash, Allow::OwnWords)
        .unwrap();
    town.deliver(2);
    let idea = alongside_core::life::Offer::NewRoutine {
        name: "Pub".into(),
        rhythm: Rhythm::Daily,
    };
    town.phone("ash").app().suggest(&robin, idea).unwrap();
    town.phone("ash").sync();
    town.phone("robin").app().block_person(&ash).unwrap();
    town.deliver(3);
    let app = town.phone("robin").app();
    assert!(
        app.ideas().unwrap().is_empty(),
        "what was on its way is hidden too"
    );
    assert!(app.what_they_show(&ash).unwrap().ideas.is_empty());
    for _ in 0..3 {
        town.days_pass(1);
        let report = town.phone("robin").sync();
        assert_eq!(report.went, 0, "nothing goes to someone who was blocked");
    }
}

#[test]
fn who_is_removed_on_one_phone_gets_nothing_from_the_other_either() {
    let mut town = Town::new(33);
    town.arrives("robin", "Robin");
    town.arrives("sam", "Sam");
    let (sam, robin) = town.meet("robin", Role::Friend, "sam", Role::Officer);
    town.arrives("tablet", "Robin");
    town.joins_beside("robin", "tablet");
    let app = town.phone("robin").app();
    let job = app.add_routine("Job search", Rhythm::Daily).unwrap();
    app.show(ItemRef::Routine(job), &sam, Until::UntilIStop, false, None)
        .unwrap();
    town.deliver(6);
    assert_eq!(town.phone("tablet").app().people().unwrap().len(), 1);
    town.phone("robin").app().remove_person(&sam).unwrap();
    town.deliver(3);
    let app = town.phone("tablet").app();
    assert!(app.people().unwrap().is_empty());
    app.mark_done(job, date(2026, 2, 3)).unwrap();
    for _ in 0..3 {
        town.days_pass(1);
        town.deliver(2);
    }
    let sees = town.phone("sam").app().what_they_show(&robin).unwrap();
    let newer = |day: &jiff::civil::Date| *day >= date(2026, 2, 3);
    assert!(sees.routines.iter().all(|one| !one.days.keys().any(newer)));
    // What Robin writes still goes from one own phone to the other.
    let there = town.phone("robin").app();
    let record = there.record(job, date(2026, 2, 3)).unwrap();
    assert!(record.mark.is_some());
}

/// Blocked, or only away: at the post box the two look the same to the one who writes.
#[test]
fn to_be_blocked_looks_like_a_phone_that_is_away() {
    let reports = |blocks: bool| {
        let mut town = Town::new(77);
        town.arrives("dot", "Dot");
        town.arrives("cat", "Cat");
        let (cat, dot) = town.meet("dot", Role::Friend, "cat", Role::Friend);
        town.deliver(3);
        if blocks {
            town.phone("dot").app().block_person(&cat).unwrap();
            town.phone("dot").sync();
        }
        let mut reports = Vec::new();
        for day in 0..8 {
            town.days_pass(1);
            let app = town.phone("cat").app();
            app.send_card(&dot, CardKind::Hello, None).unwrap();
            reports.push(town.phone("cat").sync());
            if blocks && day % 2 == 0 {
                let drained = town.phone("dot").sync();
                assert_eq!((drained.came, drained.aside), (0, 0), "left unread");
            }
        }
        assert!(reports.iter().all(|report| report.went > 0), "{reports:?}");
        (reports, town.phone("dot").app().inbox().unwrap().len())
    };
    let ((away, _), (blocked, shown)) = (reports(false), reports(true));
    assert_eq!(away, blocked);
    assert_eq!(shown, 0);
}
