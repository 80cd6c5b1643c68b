//! Attack 1: the relay flips, truncates, repeats, reorders, drops and swaps. Nothing panics, what did not open is set
//! aside and said, and once the relay is honest again everything is there; a lost statement stops nothing.

use super::kit::{Meddler, Trick, Walk, first_day, posts, record, recorded, sync_by};
use alongside_core::life::{CardKind, Mark};
use jiff::ToSpan;

#[test]
fn what_the_relay_does_to_envelopes_is_refused_and_mended() {
    for trick in [
        Trick::Flip,
        Trick::Truncate,
        Trick::Lengthen,
        Trick::Repeat,
        Trick::Reverse,
        Trick::Drop,
        Trick::Swap,
    ] {
        let mut it = Walk::shown(101);
        record(&it.town);
        let meddler = Meddler::of(it.town.phone("pat"), trick);
        let (mut aside, mut played) = (0, 0);
        for n in 1..6_i64 {
            it.marks(first_day() + n.days());
            for _ in 0..2 {
                assert!(!it.town.phone("robin").sync().offline);
                it.town.days_pass(1);
            }
            // What was posted to Robin is what a relay would hand to Pat.
            let seen = recorded(&it.town);
            let of_pat = posts(&seen).filter(|(_, seen)| seen.truly == "pat");
            *meddler.others.borrow_mut() = of_pat.map(|(_, seen)| seen.body.clone()).collect();
            let report = sync_by(it.town.phone("pat"), &meddler);
            aside += report.aside;
            played = *meddler.played.borrow();
        }
        assert!(played >= 5, "{trick:?} was played");
        match trick {
            Trick::Flip | Trick::Truncate | Trick::Lengthen | Trick::Swap => {
                assert!(aside > 0, "{trick:?}: what did not open is counted");
                assert_eq!(it.days_seen_by("pat"), [first_day()], "{trick:?}");
            }
            Trick::Repeat | Trick::Reverse => assert_eq!(aside, 0, "{trick:?}"),
            Trick::Drop => assert_eq!(it.days_seen_by("pat"), [first_day()]),
        }
        // Honest again.
        for _ in 0..8 {
            it.town.deliver(1);
            it.town.days_pass(1);
        }
        let days: Vec<_> = (0..6_i64).map(|n| first_day() + n.days()).collect();
        assert_eq!(it.days_seen_by("pat"), days, "{trick:?}");
        let robin = it.robin.clone();
        let shown = it.town.phone("pat").app().what_they_show(&robin).unwrap();
        assert!(
            shown.routines[0]
                .days
                .values()
                .all(|record| record.mark == Some(Mark::Done))
        );
    }
}

#[test]
fn something_that_was_dropped_is_noticed_and_said() {
    let mut it = Walk::shown(102);
    it.marks(first_day() + 1.days());
    it.town.phone("robin").sync();
    // A relay that drops acknowledges nothing: here it truly forgets the item.
    let dropper = Meddler::of(it.town.phone("pat"), Trick::Drop);
    sync_by(it.town.phone("pat"), &dropper);
    it.town.days_pass(1);
    it.marks(first_day() + 2.days());
    it.town.phone("robin").sync();
    let report = it.town.phone("pat").sync();
    assert!(report.came > 0);
    assert!(
        report.not_up_to_date,
        "a number is missing, and Pat is told"
    );
    // It is asked for by the numbers, and the state comes whole.
    it.town.deliver(2);
    assert_eq!(it.days_seen_by("pat").len(), 3);
    let report = it.town.phone("pat").sync();
    assert!(!report.not_up_to_date, "mended");
}

#[test]
fn a_lost_statement_stops_nothing() {
    let mut it = Walk::shown(103);
    it.town.arrives("patpad", "Pat");
    it.town.joins_beside("pat", "patpad");
    // Pat's list with the new phone in it goes to Robin, and is lost on the way, also the second time.
    let dropper = Meddler::of(it.town.phone("robin"), Trick::Drop);
    for _ in 0..3 {
        it.town.phone("pat").sync();
        it.town.phone("patpad").sync();
        sync_by(it.town.phone("robin"), &dropper);
    }
    assert!(*dropper.played.borrow() > 0, "something was lost");
    let robin = it.robin.clone();
    let pat = it.town.phone("pat").app();
    pat.send_card(&robin, CardKind::WellDone, None).unwrap();
    it.town.phone("pat").sync();
    it.town.phone("robin").sync();
    let inbox = it.town.phone("robin").app().inbox().unwrap();
    assert_eq!(inbox.len(), 1, "what comes later opens all the same");
    // And the statement comes again with what follows it: the new phone becomes a reader.
    it.town.days_pass(1);
    it.town.deliver(6);
    it.marks(first_day() + 1.days());
    it.town.deliver(2);
    assert_eq!(
        it.days_seen_by("patpad").len(),
        2,
        "the statement came again: the new phone is a reader"
    );
}
