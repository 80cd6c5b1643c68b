//! "See what they see": byte for byte what the supporter's device opens, by the same code (HR-27).

use alongside_core::life::{ItemRef, Rhythm, Role, Until};
use jiff::civil::date;
use town::Town;

#[test]
fn see_as_is_drawn_from_the_sealed_bytes() {
    let mut town = Town::new(51);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    let (pat, robin) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
    let app = town.phone("robin").app();
    let walk = app.add_routine("Walk", Rhythm::Daily).unwrap();
    let secret_one = app.add_routine("Night fears", Rhythm::Daily).unwrap();
    app.show(ItemRef::Routine(walk), &pat, Until::UntilIStop, true, None)
        .unwrap();
    for n in 2..6i8 {
        let app = town.phone("robin").app();
        app.mark_done(walk, date(2026, 2, n)).unwrap();
        app.mark_done(secret_one, date(2026, 2, n)).unwrap();
        app.set_note(walk, date(2026, 2, n), Some("fresh air"))
            .unwrap();
        town.deliver(2);
        town.days_pass(1);
        let seen = town.phone("robin").app().see_as(&pat).unwrap();
        let theirs = town.phone("pat").app().what_they_show(&robin).unwrap();
        assert_eq!(seen.shown, theirs, "what is previewed is what is seen");
    }
    // What Pat's device opens is what Robin's preview opens, to the byte: the same sealed bytes, by each one's own keys.
    town.phone("robin")
        .app()
        .mark_done(walk, date(2026, 2, 7))
        .unwrap();
    town.phone("robin").sync();
    assert!(
        town.phone("robin").app().see_as(&pat).unwrap().on_its_way,
        "Pat has not opened the last one"
    );
    town.phone("pat").sync();
    let sealed = town.phone("robin").app().sealed_bytes_for(&pat).unwrap();
    assert!(!sealed.is_empty());
    for bytes in &sealed {
        let mine = town.phone("robin").app().open_sealed(&pat, bytes).unwrap();
        let theirs = town.phone("pat").app().open_sealed(&robin, bytes).unwrap();
        assert_eq!(mine, theirs);
    }
    let seen = town.phone("robin").app().see_as(&pat).unwrap();
    assert_eq!(
        seen.shown,
        town.phone("pat").app().what_they_show(&robin).unwrap()
    );
    // A flipped bit opens for neither.
    let mut torn = sealed[0].clone();
    let last = torn.len() - 1;
    torn[last] ^= 1;
    assert!(town.phone("pat").app().open_sealed(&robin, &torn).is_err());
}
