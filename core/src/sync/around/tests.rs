//! The key and its times against a way that is told what to give; real processes are in tests/stories/around.rs.

use super::*;
use crate::companion::PostBoxAt;
use crate::companion::kit::{Hands, phone_with_hands};
use crate::post::Token;
use crate::sync::kit::{Told, run};
use std::cell::{Cell, RefCell};

/// The first day of a week.
const DAY: u32 = 20_580;

/// A sealed way that gives what it is told to give, and counts.
#[derive(Default)]
struct Way {
    there: RefCell<Vec<u8>>,
    straight: RefCell<Vec<u8>>,
    seal: RefCell<Option<Arc<dyn Seal>>>,
    sent: Cell<u32>,
    asked: Cell<u32>,
    refuses: Cell<bool>,
    /// It was made before a stop was set.
    straight_on: bool,
}

impl Way {
    fn gives(&self, list: &[u8]) {
        self.there.replace(list.to_vec());
        self.straight.replace(list.to_vec());
    }

    fn sends(&self) -> Result<(), PostError> {
        assert!(!self.straight_on, "straight");
        assert!(self.seal.borrow().is_some());
        self.sent.set(self.sent.get() + 1);
        if self.refuses.get() {
            return Err(PostError::OtherKey);
        }
        Ok(())
    }
}

impl Told for Way {
    fn comes(&self, _: &'static str, _: Option<&Token>) -> Result<(), PostError> {
        self.sends()
    }

    fn goes_sealed(&self) -> bool {
        !self.straight_on
    }

    fn sealed_with(&self, seal: Arc<dyn Seal>) {
        self.seal.replace(Some(seal));
    }

    fn keys(&self, straight: bool) -> Result<Vec<u8>, PostError> {
        self.asked.set(self.asked.get() + 1);
        let list = if straight {
            self.straight.borrow()
        } else {
            self.there.borrow()
        };
        if list.is_empty() {
            return Err(PostError::Offline);
        }
        Ok(list.clone())
    }
}

fn list(day: u32, byte: u8) -> Vec<u8> {
    let [.., id] = (day / 7).to_be_bytes();
    [&[0, 41, id, 0, 0x20][..], &[byte; 32], &[0, 4, 0, 1, 0, 3]].concat()
}

fn around(seed: u64, day: u32) -> (Companion, Hands) {
    let (mut app, hands) = phone_with_hands("Robin", seed);
    hands.set(u64::from(day) * 86_400 + 3_600);
    app.set_post_box(&PostBoxAt {
        url: "https://post.example".into(),
        oblivious: Some("https://other.example".into()),
        ..PostBoxAt::default()
    })
    .unwrap();
    (app, hands)
}

#[test]
fn nothing_goes_before_both_gave_the_same_and_ten_minutes_passed() {
    let (mut app, hands) = around(1, DAY);
    let way = Way::default();
    assert!(run(app.sync(&way)).unwrap().offline);
    way.gives(&list(DAY, 7));
    let report = run(app.sync(&way)).unwrap();
    assert!(report.offline && way.sent.get() == 0);
    hands.pass(u64::from(APART) - 1);
    assert!(run(app.sync(&way)).unwrap().offline);
    assert!(run(app.contact(&way, Contact::Fetch)).unwrap().offline);
    assert_eq!(way.sent.get(), 0);
    hands.pass(u64::from(LONGEST - APART) + 1);
    assert!(!run(app.sync(&way)).unwrap().offline);
    assert!(way.sent.get() > 0);
    let asked = way.asked.get();
    hands.pass(86_400);
    run(app.sync(&way)).unwrap();
    assert_eq!(way.asked.get(), asked, "the week's key is there");
}

#[test]
fn two_that_differ_are_both_forgotten_and_nothing_goes() {
    let (mut app, hands) = around(2, DAY);
    let way = Way::default();
    way.there.replace(list(DAY, 7));
    way.straight.replace(list(DAY, 8));
    for _ in 0..3 {
        assert!(run(app.sync(&way)).unwrap().offline);
        hands.pass(86_400 / 4);
    }
    assert_eq!(way.sent.get(), 0);
    assert_eq!(app.keys_to_ask().unwrap().len(), 2);
    // What marks a phone: two configurations, another suite, another week.
    let twice = [list(DAY, 7), list(DAY, 7)].concat();
    for odd in [
        twice,
        list(DAY + 7, 7),
        list(DAY - 7, 7),
        b"<html>".to_vec(),
    ] {
        way.gives(&odd);
        assert!(run(app.sync(&way)).unwrap().offline);
        hands.pass(u64::from(APART));
        assert!(run(app.sync(&way)).unwrap().offline);
    }
    assert_eq!(way.sent.get(), 0);
}

#[test]
fn the_next_weeks_key_is_asked_for_on_the_days_of_grace_in_two_moments_of_their_own() {
    let mut days = std::collections::BTreeSet::new();
    for seed in 0..20 {
        let (mut app, hands) = around(10 + seed, DAY);
        let way = Way::default();
        way.gives(&list(DAY, 7));
        run(app.sync(&way)).unwrap();
        hands.set(u64::from(DAY + 7) * 86_400);
        way.gives(&list(DAY + 7, 8));
        let mut asked = Vec::new();
        for day in 7..9 {
            hands.set(u64::from(DAY + day) * 86_400);
            assert!(app.has_a_key().unwrap());
            for (at, contact) in app.plan_day(super::super::Rhythm::default()).unwrap() {
                if matches!(contact, Contact::Key { .. }) {
                    hands.set(u64::from(DAY + day) * 86_400 + u64::from(at));
                    assert!(!run(app.contact(&way, contact)).unwrap().offline);
                    asked.push((day, at));
                }
            }
        }
        assert_eq!(asked.len(), 2);
        assert_ne!(asked[0].1, asked[1].1);
        days.insert(asked[0].0);
        hands.set(u64::from(DAY + 10) * 86_400);
        assert!(app.is_ready_for(&way).unwrap());
    }
    assert_eq!(days.len(), 2);
}

#[test]
fn a_phone_that_slept_through_the_days_of_grace_sends_nothing_until_it_has_asked() {
    let (mut app, hands) = around(3, DAY);
    let way = Way::default();
    way.gives(&list(DAY, 7));
    run(app.sync(&way)).unwrap();
    hands.set(u64::from(DAY + 11) * 86_400);
    assert!(!app.is_ready_for(&way).unwrap());
    let plan = app.plan_day(super::super::Rhythm::default()).unwrap();
    let keys = plan
        .iter()
        .filter(|(_, one)| matches!(one, Contact::Key { .. }));
    assert_eq!(keys.count(), 2);
}

#[test]
fn a_refusal_of_whoever_passes_it_on_changes_nothing_and_makes_nobody_ask_straight() {
    let (mut app, hands) = around(4, DAY);
    let way = Way::default();
    way.gives(&list(DAY, 7));
    run(app.sync(&way)).unwrap();
    hands.pass(u64::from(LONGEST));
    way.refuses.set(true);
    let asked = way.asked.get();
    for _ in 0..3 {
        assert!(run(app.sync(&way)).unwrap().offline);
        hands.pass(3_600);
    }
    assert_eq!(way.asked.get(), asked);
    assert!(app.has_a_key().unwrap());
    way.refuses.set(false);
    assert!(!run(app.sync(&way)).unwrap().offline);
}

#[test]
fn the_straight_question_is_not_asked_within_minutes_of_a_sealed_request() {
    let (mut app, hands) = around(6, DAY);
    let way = Way::default();
    way.gives(&list(DAY, 7));
    run(app.sync(&way)).unwrap();
    hands.set(u64::from(DAY + 7) * 86_400 + 3_600);
    way.gives(&list(DAY + 7, 8));
    assert!(!run(app.sync(&way)).unwrap().offline);
    let asked = way.asked.get();
    let straight = Contact::Key { straight: true };
    assert!(run(app.contact(&way, straight)).unwrap().offline);
    assert_eq!(way.asked.get(), asked);
    hands.pass(u64::from(APART));
    assert!(!run(app.contact(&way, straight)).unwrap().offline);
    assert_eq!(way.asked.get(), asked + 1);
    // Asked once: a second planned one is passed over.
    assert!(!run(app.contact(&way, straight)).unwrap().offline);
    assert_eq!(way.asked.get(), asked + 1);
}

#[test]
fn a_clock_that_was_wrong_holds_nobody_up_for_long() {
    let (mut app, hands) = around(7, DAY + 5);
    let way = Way::default();
    way.gives(&list(DAY + 5, 7));
    run(app.sync(&way)).unwrap();
    hands.set(u64::from(DAY) * 86_400);
    assert!(!run(app.sync(&way)).unwrap().offline);
}

#[test]
fn a_sync_that_began_before_a_stop_was_set_goes_nowhere_straight() {
    let way = Way {
        straight_on: true,
        ..Way::default()
    };
    let (mut app, _) = around(8, DAY);
    assert!(run(app.sync(&way)).unwrap().offline);
    assert!(run(app.contact(&way, Contact::Fetch)).unwrap().offline);
}

#[test]
fn the_way_is_in_no_backup_and_so_neither_is_a_box_that_is_reached_by_one() {
    for (oblivious, kept) in [(Some("https://other.example"), false), (None, true)] {
        let (mut app, _) = around(9, DAY);
        let mut at = app.post_box().unwrap().unwrap();
        at.oblivious = oblivious.map(str::to_owned);
        app.set_post_box(&at).unwrap();
        let payload = app.backup_payload(true).unwrap();
        let url = b"https://post.example";
        let there = payload.windows(url.len()).any(|window| window == url);
        assert_eq!(there, kept);
    }
}

#[test]
fn a_phone_that_goes_straight_asks_for_no_key() {
    let (mut app, _) = phone_with_hands("Robin", 5);
    assert!(app.keys_to_plan().unwrap().is_empty());
    let mut at = PostBoxAt {
        url: "https://post.example".into(),
        ..PostBoxAt::default()
    };
    app.set_post_box(&at).unwrap();
    assert!(app.keys_to_ask().unwrap().is_empty());
    for wrong in ["ftp://other.example", "https://POST.example/way"] {
        at.oblivious = Some(wrong.into());
        assert!(app.set_post_box(&at).is_err(), "{wrong}");
    }
    at.oblivious = Some("https://other.example".into());
    app.set_post_box(&at).unwrap();
    assert!(!format!("{at:?}").contains("example"));
    let planned = (0..2).all(|straight| {
        let question = Contact::Key {
            straight: straight == 1,
        };
        app.is_planned(question).unwrap()
    });
    assert!(planned, "asked today, though the day was planned before");
}
