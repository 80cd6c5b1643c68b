//! Two phones through the door that Kotlin and Swift use, and one real relay process between them: they meet, show a
//! routine, encourage back, stop showing. The same small story is told in both languages of the phones.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

use alongside_core::life::{
    Allow, CardKind, ItemRef, Mark, PersonRef, Role, State, Until, WordKind,
};
use alongside_core::screens::{HowOften, Stage, Takes, Us};
use alongside_phones::{ChangeListener, Phone, PhoneClock, PhoneKeys, Trouble, draw_code};
use std::io::Read;
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use town::process::{RelayProcess, today};

const DAY: u64 = 86_400;

struct Keys([u8; 32]);

impl PhoneKeys for Keys {
    fn key(&self) -> Result<Vec<u8>, Trouble> {
        Ok(self.0.to_vec())
    }
}

/// A clock that stands still until it is set.
struct Hands(AtomicU64);

impl PhoneClock for Hands {
    fn seconds(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn zone(&self) -> String {
        "Europe/London".into()
    }
}

#[derive(Default)]
struct Ear {
    heard: Mutex<u32>,
    more: Condvar,
}

impl ChangeListener for Ear {
    fn on_change(&self) {
        *self.heard.lock().unwrap() += 1;
        self.more.notify_all();
    }
}

impl Ear {
    fn waits_for_more_than(&self, before: u32) -> u32 {
        let heard = self.heard.lock().unwrap();
        let heard = self.more.wait_while(heard, |heard| *heard <= before);
        *heard.unwrap()
    }
}

fn begin(folder: &Path, name: &str, post_box: Option<&str>) -> Phone {
    let noon = Arc::new(Hands(AtomicU64::new(u64::from(today()) * DAY + DAY / 2)));
    begin_at(folder, name, post_box, noon)
}

fn begin_at(folder: &Path, name: &str, post_box: Option<&str>, hands: Arc<Hands>) -> Phone {
    let key = Keys([u8::try_from(name.len()).unwrap(); 32]);
    let home = folder.join(name);
    let phone = Phone::begin(home.to_str().unwrap(), Arc::new(key), hands, name).unwrap();
    if let Some(url) = post_box {
        phone.set_post_box(url.into(), None, None, None).unwrap();
    }
    phone
}

/// Both meet the post box until this is so.
fn until(one: &Phone, other: &Phone, what: &str, so: impl Fn() -> bool) {
    for _ in 0..8 {
        if so() {
            return;
        }
        one.sync().unwrap();
        other.sync().unwrap();
    }
    panic!("{what} did not come to be");
}

/// They meet by link and four words; each learns who the other is.
fn meet(robin: &Phone, pat: &Phone) -> (PersonRef, PersonRef) {
    let mine = robin
        .invite(false, "Pat".into(), Role::Mentor, false)
        .unwrap();
    let shown = robin.invites().unwrap().invites.remove(0);
    assert_eq!((shown.id, shown.stage), (mine, Stage::NoAnswerYet));
    assert_eq!(shown.code_words.len(), 24);
    let link = shown.link.unwrap();
    assert!(draw_code(&link).unwrap().width > 20);
    let theirs = pat.join(false, link).unwrap();
    let stage = |phone: &Phone| {
        let invites = phone.invites().unwrap().invites;
        invites.first().map(|invite| invite.stage)
    };
    until(robin, pat, "who asks", || {
        stage(pat) == Some(Stage::TheyAsk)
    });
    let asks = pat.invites().unwrap().invites.remove(0);
    assert_eq!(
        (asks.name.as_str(), asks.theirs.as_deref()),
        ("", Some("Robin"))
    );
    pat.know_them_as(
        theirs,
        "Robin".into(),
        Role::Own("from the group".into()),
        false,
    )
    .unwrap();
    pat.answer_invite(theirs).unwrap();
    until(robin, pat, "four words", || {
        [robin, pat].map(stage) == [Some(Stage::Compare); 2]
    });
    let words = |phone: &Phone| phone.invites().unwrap().invites.remove(0).words;
    assert_eq!(words(robin), words(pat));
    assert_eq!(words(robin).len(), 4);
    (
        robin.words_are_the_same(mine).unwrap(),
        pat.words_are_the_same(theirs).unwrap(),
    )
}

#[test]
fn two_phones_meet_show_a_routine_encourage_back_and_stop_showing() {
    let folder = tempfile::tempdir().unwrap();
    let relay = RelayProcess::start(folder.path());
    let robin = begin(folder.path(), "Robin", Some(&relay.url));
    let pat = begin(folder.path(), "Pat", None);
    assert_eq!(robin.today().unwrap().us, Us::Nobody);
    let ear = Arc::new(Ear::default());
    let listening = robin.listen(ear.clone());
    let walk = robin
        .add_routine("Walk".into(), HowOften::TimesAWeek { times: 4 }, None)
        .unwrap();
    let heard = ear.waits_for_more_than(0);
    let (of_pat, of_robin) = meet(&robin, &pat);

    // What is over is not offered to be shown; a goal that was reached is.
    let goal = robin.add_goal("A home".into(), None).unwrap();
    let step = robin
        .add_step("Ask the council".into(), Some(goal))
        .unwrap();
    let old = robin
        .add_routine("An old one".into(), HowOften::Daily, None)
        .unwrap();
    let offered = || robin.person(of_pat.clone()).unwrap().could_show.len();
    assert_eq!(offered(), 4);
    robin.end(old).unwrap();
    for item in [ItemRef::Step(step), ItemRef::Goal(goal)] {
        robin.set_state(item, State::Reached).unwrap();
    }
    assert_eq!(offered(), 2);
    let things = robin.goals().unwrap();
    assert!(things.goals[0].steps[0].over);
    robin
        .set_state(ItemRef::Goal(goal), State::SetAside)
        .unwrap();
    assert_eq!(offered(), 1);
    robin.delete(ItemRef::Goal(goal)).unwrap();

    let item = ItemRef::Routine(walk);
    let day = robin.today().unwrap().day;
    let question = robin.before_showing(item, of_pat.clone()).unwrap();
    assert_eq!((question.name.as_str(), question.official), ("Pat", false));
    robin.mark(walk, day, Some(Mark::Done)).unwrap();
    robin
        .show(item, of_pat.clone(), Until::UntilIStop, false)
        .unwrap();
    let shown = || pat.person(of_robin.clone()).unwrap().they_show.routines;
    until(&robin, &pat, "the routine at Pat's", || !shown().is_empty());
    assert_eq!(shown()[0].name, "Walk");
    assert_eq!(shown()[0].days[0].mark, Some(Mark::Done));
    // What Pat's phone shows is what Robin is shown of it.
    let seen = robin.see_as(of_pat.clone()).unwrap();
    assert_eq!(seen.shown.routines, shown());

    assert_eq!(pat.person(of_robin.clone()).unwrap().takes, Takes::Cards);
    let own = pat.encourage(
        of_robin.clone(),
        WordKind::OwnWords,
        "Well walked".into(),
        None,
    );
    assert!(
        matches!(own, Err(Trouble::DoesNotFit { .. })),
        "cards for now"
    );
    let card = WordKind::Card(CardKind::WellDone);
    pat.encourage(of_robin.clone(), card, String::new(), Some(shown()[0].id))
        .unwrap();
    let came = || robin.person(of_pat.clone()).unwrap().from_them;
    until(&pat, &robin, "the card at Robin's", || !came().is_empty());
    assert_eq!(came()[0].kind, card);
    assert_eq!(came()[0].about.as_deref(), Some("Walk"));
    let Us::Word { word } = robin.today().unwrap().us else {
        panic!("today says what came");
    };
    assert_eq!(word.name.as_deref(), Some("Pat"));
    robin.set_allow(of_pat.clone(), Allow::OwnWords).unwrap();
    until(&robin, &pat, "the open door", || {
        pat.person(of_robin.clone()).unwrap().takes == Takes::OwnWords
    });
    assert!(ear.waits_for_more_than(heard) > heard);

    robin.stop_showing(item, of_pat.clone()).unwrap();
    until(&robin, &pat, "the end of it at Pat's", || {
        shown().is_empty()
    });
    drop(listening);
    let last = robin.last_deed().unwrap().unwrap();
    robin.add_goal("A job".into(), None).unwrap();
    assert!(!robin.undo(last).unwrap(), "another deed came after it");
    assert!(robin.undo(robin.last_deed().unwrap().unwrap()).unwrap());
    assert!(robin.goals().unwrap().goals.is_empty());
    assert!(robin.undo(last).unwrap());
    robin.block(of_pat.clone()).unwrap();
    assert_eq!(robin.person(of_pat).unwrap().takes, Takes::Nothing);
    let settings = robin.settings().unwrap();
    assert_eq!(settings.days_since_met, Some(0));
    assert!(settings.bytes_this_month > 10_000, "what it cost is shown");
}

#[test]
fn screens_and_deeds_go_on_while_a_sync_waits_and_a_block_ends_the_wait() {
    let folder = tempfile::tempdir().unwrap();
    // A post box that takes a call and never answers.
    let deaf = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", deaf.local_addr().unwrap());
    let (called, calls) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let mut held = Vec::new();
        for call in deaf.incoming() {
            let mut call = call.unwrap();
            let _ = call.read(&mut [0; 16]);
            held.push(call);
            let _ = called.send(());
        }
    });
    let robin = Arc::new(begin(folder.path(), "Robin", Some(&url)));
    let walk = robin
        .add_routine("Walk".into(), HowOften::Daily, None)
        .unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let (syncing, ended) = (robin.clone(), over.clone());
    thread::spawn(move || {
        let _ = syncing.sync();
        ended.store(true, Ordering::SeqCst);
    });
    calls.recv().unwrap();
    let day = robin.today().unwrap().day;
    robin.mark(walk, day, Some(Mark::Done)).unwrap();
    assert_eq!(robin.today().unwrap().routines[0].mark, Some(Mark::Done));
    // An invite needs the phone to itself: the call that waits is let go, and made again afterwards.
    robin
        .invite(false, "Pat".into(), Role::Friend, false)
        .unwrap();
    assert_eq!(robin.invites().unwrap().invites.len(), 1);
    calls.recv().unwrap();
    assert!(!over.load(Ordering::SeqCst), "the sync waits still");
}

#[test]
fn words_and_what_is_shown_go_at_once_marks_with_the_days_delivery_and_a_notice_comes_once() {
    let folder = tempfile::tempdir().unwrap();
    let relay = RelayProcess::start(folder.path());
    let begins = u64::from(today()) * DAY;
    let hands = Arc::new(Hands(AtomicU64::new(begins)));
    let robin = begin_at(folder.path(), "Robin", Some(&relay.url), hands.clone());
    let pat = begin_at(folder.path(), "Pat", None, hands.clone());
    let (of_pat, of_robin) = meet(&robin, &pat);
    let walk = robin
        .add_routine("Walk".into(), HowOften::Daily, Some("7pm".into()))
        .unwrap();
    let item = ItemRef::Routine(walk);
    robin
        .show(item, of_pat.clone(), Until::UntilIStop, false)
        .unwrap();
    robin.send().unwrap();
    let day = robin.today().unwrap().day;
    robin.mark(walk, day, Some(Mark::Done)).unwrap();
    robin.set_words_notice(true).unwrap();

    let shown = || pat.person(of_robin.clone()).unwrap().they_show.routines;
    pat.sync().unwrap();
    assert_eq!(shown().len(), 1, "what was shown went at once");
    assert!(shown()[0].days.is_empty(), "the mark waits");
    let card = WordKind::Card(CardKind::WellDone);
    pat.encourage(of_robin.clone(), card, String::new(), None)
        .unwrap();
    pat.send().unwrap();

    // Two days of wakings, as a phone's system has them.
    let (mut contacts, mut notices) = (0, 0);
    loop {
        let wait = [&robin, &pat].map(|phone| phone.next_contact(false).unwrap());
        let wait = u64::from(*wait.iter().min().unwrap());
        if hands.0.fetch_add(wait, Ordering::SeqCst) + wait >= begins + 2 * DAY {
            break;
        }
        let told = [&robin, &pat].map(|phone| phone.in_background().unwrap());
        assert!(told.iter().all(|told| !told.offline));
        assert!(!told[1].notice, "Pat asked for none");
        notices += u32::from(told[0].notice);
        contacts += 1;
    }
    assert!(contacts >= 10, "{contacts}");
    assert_eq!(notices, 1, "of the card, once");
    assert_eq!(robin.person(of_pat).unwrap().from_them[0].kind, card);
    assert_eq!(shown()[0].days[0].mark, Some(Mark::Done));
}

#[test]
fn opening_a_phone_and_marking_touch_no_network_and_a_refused_code_asks_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    silent.set_nonblocking(true).unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let begins = u64::from(today()) * DAY;
    let hands = Arc::new(Hands(AtomicU64::new(begins)));
    let robin = begin_at(folder.path(), "Robin", Some(&url), hands.clone());
    let walk = robin
        .add_routine("Walk".into(), HowOften::Daily, None)
        .unwrap();
    let day = robin.today().unwrap().day;
    robin.mark(walk, day, Some(Mark::Done)).unwrap();
    for _ in 0..20 {
        let wait = robin.next_contact(true).unwrap();
        assert!(wait > 0);
        assert_eq!(robin.keep_rhythm().unwrap(), Default::default());
    }
    assert!(silent.accept().is_err(), "nobody called");

    let pat = begin_at(folder.path(), "Pat", Some(&url), hands);
    pat.invite(false, "Robin".into(), Role::Friend, false)
        .unwrap();
    let code = pat.invites().unwrap().invites.remove(0).link.unwrap();
    let asked = robin.join(false, code.clone()).unwrap();
    robin.refuse_invite(asked).unwrap();
    assert!(robin.invites().unwrap().invites.is_empty());
    let again = robin.join(false, code);
    assert!(matches!(again, Err(Trouble::DoesNotFit { .. })));
    let own = pat.invites().unwrap().invites.remove(0).id;
    assert!(matches!(pat.refuse_invite(own), Err(Trouble::NotYours)));
    assert!(silent.accept().is_err(), "nobody called");
}
