//! Eight weeks without a network: nothing is lost on either side, and everything works meanwhile (HR-01, P5).

use alongside_core::life::{CardKind, ItemRef, Mark, Rhythm, Role, Until};
use jiff::ToSpan;
use jiff::civil::date;
use town::Town;

#[test]
fn eight_weeks_without_a_network() {
    let mut town = Town::new(21);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    let (pat, robin) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
    let app = town.phone("robin").app();
    let walk = app.add_routine("Walk", Rhythm::Daily).unwrap();
    app.show(ItemRef::Routine(walk), &pat, Until::UntilIStop, false, None)
        .unwrap();
    town.deliver(3);
    let first = date(2026, 2, 2);
    // Pat's phone is in a drawer; Robin lives on and syncs daily.
    for n in 0..56i64 {
        let day = first + n.days();
        let app = town.phone("robin").app();
        if n % 3 == 0 {
            app.mark_rest(walk, day).unwrap();
        } else {
            app.mark_done(walk, day).unwrap();
        }
        assert!(!town.phone("robin").sync().offline);
        town.days_pass(1);
    }
    for _ in 0..4 {
        town.phone("pat").sync();
        town.phone("robin").sync();
        town.days_pass(1);
    }
    let shown = town.phone("pat").app().what_they_show(&robin).unwrap();
    for n in 0..56i64 {
        let want = if n % 3 == 0 { Mark::Rest } else { Mark::Done };
        let day = first + n.days();
        assert_eq!(
            shown.routines[0].days.get(&day).and_then(|r| r.mark),
            Some(want),
            "{day}"
        );
    }
}

#[test]
fn the_owner_offline_for_sixty_days_and_then_back() {
    let mut town = Town::new(22);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    let (pat, robin) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
    let app = town.phone("robin").app();
    let walk = app.add_routine("Walk", Rhythm::Daily).unwrap();
    app.show(ItemRef::Routine(walk), &pat, Until::UntilIStop, false, None)
        .unwrap();
    town.deliver(3);
    let first = date(2026, 2, 2);
    town.net.borrow_mut().moods.cut = true;
    for n in 0..60i64 {
        town.phone("robin")
            .app()
            .mark_done(walk, first + n.days())
            .unwrap();
        if n % 10 == 0 {
            let report = town.phone("robin").sync();
            assert!(report.offline, "offline is a state, not an error");
        }
        town.days_pass(1);
    }
    town.net.borrow_mut().moods.cut = false;
    for _ in 0..4 {
        town.phone("robin").sync();
        town.phone("pat").sync();
        town.days_pass(1);
    }
    let shown = town.phone("pat").app().what_they_show(&robin).unwrap();
    assert_eq!(shown.routines[0].days.len(), 60);
}

#[test]
fn a_clock_that_is_weeks_or_a_year_wrong_loses_nothing() {
    for wrong in [-400i64, -33, 33, 400] {
        let mut town = Town::new(23);
        town.arrives("robin", "Robin");
        town.arrives("pat", "Pat");
        let (pat, robin) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
        let app = town.phone("robin").app();
        let walk = app.add_routine("Walk", Rhythm::Daily).unwrap();
        app.show(ItemRef::Routine(walk), &pat, Until::UntilIStop, false, None)
            .unwrap();
        town.deliver(3);
        town.phone("pat").clock.be_wrong_by(wrong * 86_400);
        let day = date(2026, 2, 2);
        town.phone("robin").app().mark_done(walk, day).unwrap();
        for _ in 0..3 {
            town.phone("robin").sync();
            town.phone("pat").sync();
            town.days_pass(1);
        }
        town.phone("pat").clock.be_wrong_by(0);
        for _ in 0..12 {
            town.phone("robin").sync();
            town.phone("pat").sync();
            town.days_pass(1);
        }
        let shown = town.phone("pat").app().what_they_show(&robin).unwrap();
        assert_eq!(
            shown.routines[0].days[&day].mark,
            Some(Mark::Done),
            "{wrong} days wrong"
        );
    }
}

#[test]
fn thirteen_months_away_and_back_by_the_way_back() {
    let mut town = Town::new(24);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    let (pat, robin) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
    let app = town.phone("robin").app();
    let walk = app.add_routine("Walk", Rhythm::Daily).unwrap();
    app.show(ItemRef::Routine(walk), &pat, Until::UntilIStop, false, None)
        .unwrap();
    town.deliver(3);
    for _ in 0..57 {
        town.phone("robin").sync();
        town.days_pass(7);
    }
    let day = date(2027, 3, 8);
    town.phone("robin").app().mark_done(walk, day).unwrap();
    for _ in 0..6 {
        town.phone("pat").sync();
        town.phone("robin").sync();
        town.days_pass(7);
    }
    let shown = town.phone("pat").app().what_they_show(&robin).unwrap();
    assert_eq!(
        shown.routines[0].days.get(&day).and_then(|r| r.mark),
        Some(Mark::Done)
    );
}

/// A clock that runs some days or weeks ahead for one sync closes no week before its time.
#[test]
fn a_clock_that_ran_ahead_once_delays_nothing() {
    for ahead in [9, 62] {
        let mut town = Town::new(88);
        town.arrives("robin", "Robin");
        town.arrives("pat", "Pat");
        let (_, robin) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
        town.deliver(3);
        town.phone("robin").clock.be_wrong_by(ahead * 86_400);
        town.phone("robin").sync();
        town.phone("robin").clock.be_wrong_by(0);
        town.days_pass(1);
        let app = town.phone("pat").app();
        app.send_card(&robin, CardKind::Hello, None).unwrap();
        town.phone("pat").sync();
        town.days_pass(1);
        town.phone("robin").sync();
        let inbox = town.phone("robin").app().inbox().unwrap();
        assert_eq!(inbox.len(), 1, "{ahead} days ahead");
    }
}
