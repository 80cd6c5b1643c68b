//! By hand: the real relay, two homes and the real command. They meet by link and four words, share a routine, and
//! encouragement comes back. After every step the relay and a command of each home are killed as `kill -9` does, at
//! another moment each time. Nothing is lost, and nothing is there twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use serde_json::{Value, json};
use std::path::Path;
use town::hand::Hand;
use town::process::{RelayProcess, today};

const DAY: u64 = 86_400;

/// Two homes and the relay between them.
struct Two {
    relay: RelayProcess,
    robin: Hand,
    pat: Hand,
    steps: u64,
    /// How many commands were killed before their end.
    killed: u32,
}

impl Two {
    fn in_folder(folder: &Path) -> Self {
        let relay = RelayProcess::start(folder);
        let noon = u64::from(today()) * DAY + DAY / 2;
        let robin = Hand::new(folder, "Robin", noon, Some(&relay.url));
        // The link says where the post box is.
        let pat = Hand::new(folder, "Pat", noon, None);
        Self {
            relay,
            robin,
            pat,
            steps: 0,
            killed: 0,
        }
    }

    /// All three are killed: the relay where it stands, each home in the midst of meeting it and of reading its day.
    fn all_are_killed(&mut self) {
        self.steps += 1;
        let homes = [&self.robin, &self.pat];
        for (nth, home) in (0..).zip(homes) {
            for (turn, line) in (0..).zip(["sync", "today"]) {
                let after = (self.steps * 37 + nth * 11 + turn * 5) % 90;
                self.killed += u32::from(home.is_killed_in(line, after));
            }
        }
        self.relay.restart();
    }

    /// Both meet the post box, killed in between, until this is so.
    fn until(&mut self, what: &str, so: impl Fn(&Hand, &Hand) -> bool) {
        for _ in 0..12 {
            if so(&self.robin, &self.pat) {
                return;
            }
            self.pat.types("sync");
            self.all_are_killed();
            self.robin.types("sync");
            self.all_are_killed();
        }
        panic!("{what} did not come to be");
    }

    fn next_day(&mut self) {
        self.relay.set_day(self.relay.day() + 1);
        self.robin.seconds += DAY;
        self.pat.seconds += DAY;
    }
}

fn one_invite(hand: &Hand) -> Value {
    let all = hand.types("invite list")["invites"].clone();
    assert_eq!(all.as_array().unwrap().len(), 1);
    all[0].clone()
}

fn number_of(hand: &Hand, line: &str, field: &str) -> usize {
    hand.types(line)[field].as_array().map_or(0, Vec::len)
}

#[test]
fn two_people_meet_share_and_encourage_with_everything_killed_after_every_step() {
    let folder = tempfile::tempdir().unwrap();
    let mut two = Two::in_folder(folder.path());
    two.robin
        .does(&["routine", "add", "Morning walk", "every", "day"]);
    two.robin.types("routine add Read");
    two.robin.types("done morning");
    two.all_are_killed();

    // Meeting, by link and four words.
    let invite = two.robin.types("invite person Pat --role mentor");
    two.all_are_killed();
    two.robin.types("sync");
    two.all_are_killed();
    two.pat.does(&["join", invite["link"].as_str().unwrap()]);
    two.all_are_killed();
    two.until("an offer", |_, pat| one_invite(pat)["theirs"] == "Robin");
    two.pat.types("join yes");
    two.all_are_killed();
    two.until("four words", |robin, pat| {
        let (one, other) = (one_invite(robin), one_invite(pat));
        one["four_words"].is_array() && other["four_words"].is_array()
    });
    let words = one_invite(&two.robin)["four_words"].clone();
    assert_eq!(words.as_array().unwrap().len(), 4);
    assert_eq!(words, one_invite(&two.pat)["four_words"]);
    two.robin.types("invite yes");
    two.all_are_killed();
    two.pat.types("invite yes");
    two.all_are_killed();
    for (hand, other) in [(&two.robin, "Pat"), (&two.pat, "Robin")] {
        let people = hand.types("people")["people"].clone();
        assert_eq!(people.as_array().unwrap().len(), 1);
        assert_eq!(people[0]["name"], other);
        assert_eq!(number_of(hand, "invite list", "invites"), 0);
    }

    // One routine is shown, and nothing else.
    two.robin.types("show morning Pat");
    two.all_are_killed();
    two.until("the walk", |_, pat| {
        pat.types("look Robin")["shows"]["routines"].is_array()
    });
    let shows = two.pat.types("look Robin")["shows"].clone();
    assert_eq!(shows.as_object().unwrap().len(), 1, "nothing but routines");
    let routines = shows["routines"].as_array().unwrap();
    assert_eq!(routines.len(), 1);
    assert_eq!(routines[0]["name"], "Morning walk");
    assert_eq!(routines[0]["days"].as_array().unwrap().len(), 1);
    assert_eq!(routines[0]["days"][0]["mark"], "done");
    assert_eq!(two.robin.types("see-as Pat")["sees"], shows);

    // Encouragement comes back, once.
    two.pat.types("encourage Robin well-done --about morning");
    two.all_are_killed();
    two.until("a word", |robin, _| number_of(robin, "inbox", "words") > 0);
    for _ in 0..2 {
        two.robin.types("sync");
        two.pat.types("sync");
        two.all_are_killed();
    }
    let inbox = two.robin.types("inbox")["words"].clone();
    assert_eq!(inbox.as_array().unwrap().len(), 1);
    assert_eq!(inbox[0]["card"], "well-done");
    assert_eq!(inbox[0]["from"], "Pat");
    assert_eq!(inbox[0]["about"], "Morning walk");

    // Another day: a mark follows by itself, what is not shown does not.
    two.next_day();
    two.robin.types("done morning --amount 2.5");
    two.all_are_killed();
    two.robin.types("done read");
    two.all_are_killed();
    two.until("the second mark", |_, pat| {
        let days = pat.types("look Robin")["shows"]["routines"][0]["days"].clone();
        days.as_array().unwrap().len() == 2
    });
    let days = two.pat.types("look Robin")["shows"]["routines"][0]["days"].clone();
    assert_eq!(days[1]["amount"], "2.5");

    // Nothing was lost, and nothing is there twice.
    two.until("numbers both ways", |robin, _| {
        robin.types("see-as Pat")["on_its_way"] == json!(false)
    });
    let history = two.robin.types("routine history morning");
    assert_eq!(history["days"].as_array().unwrap().len(), 2);
    assert_eq!(number_of(&two.robin, "routine list", "routines"), 2);
    assert_eq!(number_of(&two.robin, "inbox", "words"), 1);
    assert_eq!(number_of(&two.robin, "shares", "shares"), 1);
    // How many are caught half-way is the machine's business; that some are is this story's.
    assert!(
        two.killed > 0,
        "only {} commands were killed in time",
        two.killed
    );
    let report = two.robin.types("sync");
    assert_eq!(report["aside"], 0);
    assert_eq!(report["waits"], 0);

    // What is stopped goes, and nobody is told.
    two.robin.types("stop-showing morning Pat");
    two.all_are_killed();
    two.until("its end", |_, pat| {
        pat.types("look Robin")["shows"]
            .as_object()
            .unwrap()
            .is_empty()
    });
}

#[test]
fn a_second_machine_joins_by_link_and_is_taken_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let relay = RelayProcess::start(folder.path());
    let noon = u64::from(today()) * DAY + DAY / 2;
    let desk = Hand::new(folder.path(), "Robin", noon, Some(&relay.url));
    desk.types("routine add Read");
    let link = desk.types("device add")["link"]
        .as_str()
        .unwrap()
        .to_owned();
    desk.types("sync");
    let tablet = Hand::new(folder.path(), "Tablet", noon, None);
    tablet.does(&["join", &link]);
    tablet.types("sync");
    tablet.types("join yes");
    for _ in 0..4 {
        tablet.types("sync");
        desk.types("sync");
    }
    let words = one_invite(&desk)["four_words"].clone();
    assert!(words.is_array());
    assert_eq!(words, one_invite(&tablet)["four_words"]);
    desk.types("invite yes");
    tablet.types("invite yes");
    for _ in 0..3 {
        desk.types("sync");
        tablet.types("sync");
    }
    tablet.types("done read");
    tablet.types("sync");
    desk.types("sync");
    assert_eq!(desk.types("today")["routines"][0]["mark"], "done");

    let both = desk.types("device list")["devices"].clone();
    assert_eq!(both.as_array().unwrap().len(), 2);
    let mut others = both.as_array().unwrap().iter();
    let other = others.find(|one| one["this_one"] == false).unwrap();
    desk.types(&format!(
        "device remove {}",
        other["number"].as_str().unwrap()
    ));
    desk.types("clear read");
    for _ in 0..2 {
        desk.types("sync");
        tablet.types("sync");
    }
    assert_eq!(number_of(&desk, "device list", "devices"), 1);
    let left = tablet.types("today")["routines"][0]["mark"].clone();
    assert_eq!(left, "done", "nothing newer reaches it");
}
