//! Stop showing: future changes stop, the supporter's phone drops what it had, nothing says that something was there.

use alongside_core::life::{ItemRef, Rhythm, Role, Until};
use jiff::civil::date;
use town::Town;

#[test]
fn stopped_things_go_and_leave_no_trace() {
    let mut town = Town::new(61);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    let (pat, robin) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
    let app = town.phone("robin").app();
    let walk = app.add_routine("Walk", Rhythm::Daily).unwrap();
    let read = app.add_routine("Read ten pages", Rhythm::Daily).unwrap();
    for item in [walk, read] {
        app.show(ItemRef::Routine(item), &pat, Until::UntilIStop, false, None)
            .unwrap();
        app.mark_done(item, date(2026, 2, 2)).unwrap();
    }
    town.deliver(3);
    assert_eq!(
        town.phone("pat")
            .app()
            .what_they_show(&robin)
            .unwrap()
            .routines
            .len(),
        2
    );
    town.phone("robin")
        .app()
        .stop_showing(ItemRef::Routine(read), &pat)
        .unwrap();
    town.days_pass(1);
    town.deliver(2);
    let shown = town.phone("pat").app().what_they_show(&robin).unwrap();
    assert_eq!(shown.routines.len(), 1);
    assert_eq!(shown.routines[0].name, "Walk");
    assert_eq!(
        shown.routines[0].days.len(),
        1,
        "what is still shown is still there"
    );
    // The last one too: the notebook is empty then, and Pat's phone says so.
    town.phone("robin")
        .app()
        .stop_showing(ItemRef::Routine(walk), &pat)
        .unwrap();
    town.days_pass(1);
    town.deliver(2);
    assert!(
        town.phone("pat")
            .app()
            .what_they_show(&robin)
            .unwrap()
            .routines
            .is_empty()
    );
}

#[test]
fn a_week_ends_by_itself_also_when_the_viewer_is_offline() {
    let mut town = Town::new(62);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    let (pat, robin) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
    let app = town.phone("robin").app();
    let walk = app.add_routine("Walk", Rhythm::Daily).unwrap();
    let through = Until::Through(date(2026, 2, 8));
    app.show(ItemRef::Routine(walk), &pat, through, false, None)
        .unwrap();
    town.deliver(3);
    assert_eq!(
        town.phone("pat")
            .app()
            .what_they_show(&robin)
            .unwrap()
            .routines
            .len(),
        1
    );
    town.net.borrow_mut().moods.cut = true;
    town.days_pass(8);
    assert!(
        town.phone("pat")
            .app()
            .what_they_show(&robin)
            .unwrap()
            .routines
            .is_empty()
    );
}
