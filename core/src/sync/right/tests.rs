//! The right to create against a post box that is told what to say; the real one is in tests/stories/around.rs.

use super::*;
use crate::companion::PostBoxAt;
use crate::companion::kit::{Hands, phone_with_hands};
use crate::sync::kit::{Told, run};
use std::cell::RefCell;

/// A first day of a month that is a first day of a week.
const DAY: u32 = 20_580;
const CODE: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc";

/// A box that says what it is told to say, and writes down what it was asked.
struct Keeper {
    who: RefCell<Creating>,
    gives: RefCell<Vec<(u32, [u8; 32])>>,
    takes: RefCell<Option<[u8; 32]>>,
    asked: RefCell<Vec<String>>,
    knows_code: bool,
}

impl Keeper {
    fn invited(month: u32, secret: [u8; 32]) -> Self {
        Self {
            who: RefCell::new(Creating {
                open: false,
                secrets: vec![(month, hash_of(&Token(secret)))],
            }),
            gives: RefCell::new(vec![(month, secret)]),
            takes: RefCell::new(Some(secret)),
            asked: RefCell::default(),
            knows_code: true,
        }
    }

    fn heard(&self) -> Vec<String> {
        self.asked.take()
    }

    fn hears(&self, what: &str) {
        self.asked.borrow_mut().push(what.to_owned());
    }
}

impl Told for Keeper {
    fn comes(&self, call: &'static str, secret: Option<&Token>) -> Result<(), PostError> {
        if call != "create" {
            return Ok(());
        }
        self.hears(call);
        if secret.map(|secret| secret.0) == *self.takes.borrow() {
            Ok(())
        } else {
            Err(PostError::Refused(403))
        }
    }

    fn secrets(&self, code: &Token) -> Result<Vec<(u32, Token)>, PostError> {
        assert_eq!(code.0, [7; 32]);
        self.hears("code");
        if !self.knows_code {
            return Err(PostError::Refused(403));
        }
        let gives = self.gives.borrow();
        Ok(gives
            .iter()
            .map(|(month, secret)| (*month, Token(*secret)))
            .collect())
    }

    fn who(&self) -> Result<Creating, PostError> {
        self.hears("who");
        Ok(self.who.borrow().clone())
    }
}

/// A phone with a code, at noon of a day.
fn coded(seed: u64, day: u32) -> (Companion, Hands) {
    let (mut app, hands) = phone_with_hands("Robin", seed);
    hands.set(u64::from(day) * 86_400 + 43_200);
    app.set_post_box(&PostBoxAt {
        url: "https://post.example".into(),
        code: Some(CODE.into()),
        ..PostBoxAt::default()
    })
    .unwrap();
    (app, hands)
}

#[test]
fn it_fetches_at_once_and_creates_later_and_the_code_goes_with_no_creation() {
    let (mut app, hands) = coded(1, DAY);
    let post = Keeper::invited(DAY / 28, [9; 32]);
    run(app.sync(&post)).unwrap();
    assert_eq!(post.heard(), ["code"]);
    hands.pass(u64::from(LATER) - 1);
    run(app.sync(&post)).unwrap();
    assert_eq!(post.heard(), Vec::<String>::new());
    hands.pass(u64::from(3 * LATER) + 1);
    run(app.sync(&post)).unwrap();
    let heard = post.heard();
    assert_eq!(heard[..2], ["who", "create"]);
    assert!(heard[2..].iter().all(|one| one == "create"));
    assert!(!app.registered_weeks().unwrap().is_empty());
}

#[test]
fn a_secret_that_not_everybody_is_told_of_is_never_used() {
    let (mut app, hands) = coded(2, DAY);
    let post = Keeper::invited(DAY / 28, [9; 32]);
    post.gives.replace(vec![(DAY / 28, [10; 32])]);
    for _ in 0..4 {
        run(app.sync(&post)).unwrap();
        hands.pass(3_600);
    }
    assert!(post.heard().iter().all(|one| one != "create"));
    assert!(app.registered_weeks().unwrap().is_empty());
    // An operator who turned all secrets in between: then it fits again.
    post.who.borrow_mut().secrets = vec![(DAY / 28, hash_of(&Token([10; 32])))];
    post.takes.replace(Some([10; 32]));
    for _ in 0..4 {
        hands.pass(u64::from(LONGEST));
        run(app.sync(&post)).unwrap();
    }
    assert!(!app.registered_weeks().unwrap().is_empty());
}

#[test]
fn an_open_box_is_asked_for_no_secret() {
    let (mut app, _) = coded(3, DAY);
    let post = Keeper::invited(DAY / 28, [9; 32]);
    // As a relay does: an open box gives no secret and tells no hash.
    post.who.replace(Creating {
        open: true,
        secrets: Vec::new(),
    });
    post.gives.borrow_mut().clear();
    post.takes.replace(None);
    run(app.sync(&post)).unwrap();
    assert_eq!(post.heard()[..3], ["code", "who", "create"]);
    run(app.sync(&post)).unwrap();
    assert!(!post.heard().contains(&"who".to_owned()));
    assert!(app.rights_to_plan().unwrap().is_empty());
    assert!(!app.registered_weeks().unwrap().is_empty());
}

#[test]
fn a_box_that_refuses_one_inbox_learns_no_code_by_it() {
    let (mut app, hands) = coded(4, DAY);
    let post = Keeper::invited(DAY / 28, [9; 32]);
    run(app.sync(&post)).unwrap();
    hands.pass(u64::from(4 * LATER));
    run(app.ask_who(&post)).unwrap().unwrap();
    let week = app.weeks_to_register().unwrap().remove(0);
    post.takes.replace(None);
    post.heard();
    let refused = Err(PostError::Refused(403));
    assert_eq!(run(app.register(&post, week)), refused);
    let wait = app.creates_in().unwrap();
    assert!((LATER..=LONGEST).contains(&wait));
    // By hand too: nothing is asked, and nothing created.
    run(app.sync(&post)).unwrap();
    assert_eq!(post.heard(), ["create"]);
    for day in 1..10 {
        hands.set(u64::from(DAY + day) * 86_400 + 80_000);
        for contact in app.rights_to_plan().unwrap() {
            run(app.contact(&post, contact)).unwrap();
        }
        run(app.sync(&post)).unwrap();
    }
    let heard = post.heard();
    assert!(heard.contains(&"who".to_owned()));
    assert!(!heard.contains(&"code".to_owned()), "{heard:?}");
}

#[test]
fn once_all_secrets_were_turned_the_code_fetches_the_new_one_and_it_creates_later() {
    let (mut app, hands) = coded(4, DAY);
    let post = Keeper::invited(DAY / 28, [9; 32]);
    run(app.sync(&post)).unwrap();
    hands.pass(u64::from(4 * LATER));
    run(app.ask_who(&post)).unwrap().unwrap();
    let turned = Keeper::invited(DAY / 28, [11; 32]);
    let week = app.weeks_to_register().unwrap().remove(0);
    let refused = Err(PostError::Refused(403));
    assert_eq!(run(app.register(&turned, week)), refused);
    hands.pass(u64::from(LONGEST));
    turned.heard();
    run(app.sync(&turned)).unwrap();
    assert_eq!(turned.heard(), ["who"]);
    run(app.sync(&turned)).unwrap();
    assert_eq!(turned.heard(), ["code"]);
    assert_eq!(run(app.register(&turned, week)), refused);
    assert!(turned.heard().is_empty());
    hands.pass(u64::from(4 * LATER));
    run(app.sync(&turned)).unwrap();
    assert!(!app.registered_weeks().unwrap().is_empty());
}

#[test]
fn a_code_that_is_refused_is_said_and_not_asked_again_and_again() {
    let (mut app, hands) = coded(6, DAY);
    let mut post = Keeper::invited(DAY / 28, [9; 32]);
    post.knows_code = false;
    for _ in 0..5 {
        run(app.sync(&post)).unwrap();
    }
    assert_eq!(post.heard(), ["code"]);
    assert!(app.code_was_refused().unwrap());
    assert!(
        !run(app.contact(&post, Contact::Code)).unwrap().offline,
        "not put off"
    );
    post.knows_code = true;
    hands.pass(u64::from(LONGEST));
    run(app.sync(&post)).unwrap();
    assert!(!app.code_was_refused().unwrap());
}

#[test]
fn the_next_months_secret_is_fetched_on_one_of_the_last_days_and_used_in_its_month() {
    let month = DAY / 28;
    let mut days = std::collections::BTreeSet::new();
    for seed in 0..30 {
        let (mut app, hands) = coded(10 + seed, DAY);
        let post = Keeper::invited(month, [9; 32]);
        run(app.sync(&post)).unwrap();
        post.who
            .borrow_mut()
            .secrets
            .push((month + 1, hash_of(&Token([10; 32]))));
        post.gives.borrow_mut().push((month + 1, [10; 32]));
        let mut asked = Vec::new();
        hands.pass(u64::from(4 * LATER));
        run(app.sync(&post)).unwrap();
        for day in 1..28 {
            hands.set(u64::from(DAY + day) * 86_400);
            let planned = app.plan_day(super::super::Rhythm::default()).unwrap();
            for (at, contact) in planned {
                if matches!(contact, Contact::Who | Contact::Code) {
                    hands.set(u64::from(DAY + day) * 86_400 + u64::from(at));
                    run(app.contact(&post, contact)).unwrap();
                    asked.push((day, contact));
                }
            }
            // What was fetched in the last minutes of a day is used after them.
            hands.set(u64::from(DAY + day + 1) * 86_400 + u64::from(4 * LATER));
            let of_this_month = matches!(app.right_to_create().unwrap(), Right::With(secret) if secret.0 == [9; 32]);
            assert!(of_this_month || day == 27);
        }
        // Who may create was told for both months at once.
        let [(day, Contact::Code)] = asked[..] else {
            panic!("once: {asked:?}");
        };
        assert!(day >= 28 - LAST_DAYS);
        days.insert(day);
        hands.set(u64::from(DAY + 28) * 86_400 + u64::from(4 * LATER));
        assert!(
            matches!(app.right_to_create().unwrap(), Right::With(secret) if secret.0 == [10; 32])
        );
    }
    assert!(days.len() >= 5, "{days:?}");
}

#[test]
fn another_box_begins_anew_and_a_code_that_is_none_is_refused() {
    let (mut app, _) = coded(5, DAY);
    run(app.sync(&Keeper::invited(DAY / 28, [9; 32]))).unwrap();
    let mut at = app.post_box().unwrap().unwrap();
    app.set_post_box(&at).unwrap();
    assert_eq!(app.create_secrets().unwrap().len(), 1);
    at.url = "https://other.example".into();
    app.set_post_box(&at).unwrap();
    assert!(app.create_secrets().unwrap().is_empty());
    assert!(app.who_may_create().unwrap().is_none());
    at.code = Some("short".into());
    assert!(app.set_post_box(&at).is_err());
    at.code = None;
    at.word = Some("0".repeat(64));
    app.set_post_box(&at).unwrap();
    let oblivious = Some("https://between.example".to_owned());
    app.type_post_box("https://other.example/", None, Some(CODE.into()), oblivious)
        .unwrap();
    at = app.post_box().unwrap().unwrap();
    assert!(at.word.is_some() && at.code.is_some() && at.oblivious.is_some());
    app.type_post_box("https://third.example", None, None, None)
        .unwrap();
    at = app.post_box().unwrap().unwrap();
    assert!(at.word.is_none() && at.code.is_none() && at.oblivious.is_none());
}

#[test]
fn what_is_kept_is_read_as_it_was_written() {
    let secrets = vec![(1, Token([1; 32])), (2, Token([2; 32]))];
    assert_eq!(decode_secrets(&encode_secrets(&secrets)).unwrap(), secrets);
    for open in [true, false] {
        let who = Creating {
            open,
            secrets: vec![(3, [3; 32])],
        };
        assert_eq!(decode_creating(&encode_creating(&who)).unwrap(), who);
    }
    assert!(decode_secrets(&[9]).is_err() && decode_creating(&[]).is_err());
}
