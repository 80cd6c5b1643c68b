//! Two people, their phones, and what passes between them.

use super::kit::{Still, carry, day, meet, phone};
use super::*;
use crate::life::{
    Allow, Answer, CardKind, ItemRef, Mark, Offer, PersonRef, Rhythm, Role, Until, WordKind,
};
use crate::port::tests::shared;

mod between;

struct Two {
    robin: Companion,
    pat: Companion,
    to_pat: PersonRef,
    to_robin: PersonRef,
}

/// Robin, who owns a life, and Pat, a mentor.
fn two(seed: u64) -> Two {
    let mut robin = phone("Robin", seed);
    let mut pat = phone("Pat", seed + 1_000);
    let (to_pat, to_robin) = meet(&mut robin, &mut pat, Role::Mentor);
    Two {
        robin,
        pat,
        to_pat,
        to_robin,
    }
}

impl Two {
    fn round(&mut self) {
        carry(&mut self.robin, &mut self.pat);
        carry(&mut self.pat, &mut self.robin);
    }
}

#[test]
fn one_thing_is_shown_and_nothing_else_and_stops() {
    let mut town = two(1);
    let walk = town
        .robin
        .add_routine("Morning walk", Rhythm::Daily)
        .unwrap();
    let read = town.robin.add_routine("Read", Rhythm::Daily).unwrap();
    town.robin.mark_done(walk, day(4)).unwrap();
    town.robin
        .set_note(walk, day(4), Some("By the river"))
        .unwrap();
    town.robin.mark_done(read, day(4)).unwrap();
    let item = ItemRef::Routine(walk);
    let before = town
        .robin
        .before_showing(item, &town.to_pat, Until::UntilIStop, false)
        .unwrap();
    assert!(!before.official);
    assert!(before.text[0].contains("Notes stay with you"));
    town.robin
        .show(item, &town.to_pat, Until::UntilIStop, false, None)
        .unwrap();
    assert_eq!(town.robin.see_as(&town.to_pat).unwrap(), SeenAs::default());

    carry(&mut town.robin, &mut town.pat);
    let seen = town.robin.see_as(&town.to_pat).unwrap();
    assert!(seen.on_its_way && !seen.not_all_here);
    assert_eq!(seen.shown, town.pat.what_they_show(&town.to_robin).unwrap());
    let theirs = &seen.shown.routines;
    assert_eq!(theirs.len(), 1);
    assert_eq!(theirs[0].name, "Morning walk");
    assert_eq!(theirs[0].days[&day(4)].mark, Some(Mark::Done));
    assert!(theirs[0].days[&day(4)].notes.is_empty());
    town.round();
    assert!(!town.robin.see_as(&town.to_pat).unwrap().on_its_way);
    assert_eq!(town.robin.who_sees(item).unwrap()[0].person, "Pat");

    let may = town.robin.stop_showing(item, &town.to_pat).unwrap();
    assert_eq!(may.people, ["Pat"]);
    assert!(town.robin.stop_showing(item, &town.to_pat).is_err());
    carry(&mut town.robin, &mut town.pat);
    assert!(
        town.pat
            .what_they_show(&town.to_robin)
            .unwrap()
            .routines
            .is_empty()
    );
    assert!(
        town.robin
            .see_as(&town.to_pat)
            .unwrap()
            .shown
            .routines
            .is_empty()
    );
    let may = town.robin.delete(item).unwrap();
    assert_eq!(may.people, ["Pat"], "a stopped share may have been seen");
}

#[test]
fn what_was_never_delivered_leaves_no_trace_when_it_is_stopped() {
    let mut town = two(2);
    let walk = ItemRef::Routine(town.robin.add_routine("Walk", Rhythm::Daily).unwrap());
    for _ in 0..3 {
        town.round();
    }
    town.robin
        .show(walk, &town.to_pat, Until::UntilIStop, true, None)
        .unwrap();
    town.robin.stop_showing(walk, &town.to_pat).unwrap();
    assert_eq!(carry(&mut town.robin, &mut town.pat), 0);
}

#[test]
fn before_an_office_sees_a_thing_it_is_said_what_may_come_of_it() {
    let mut robin = phone("Robin", 3);
    let mut lee = phone("Lee", 33);
    let (to_lee, _) = meet(&mut robin, &mut lee, Role::Officer);
    let goal = ItemRef::Goal(robin.add_goal("Find work", None).unwrap());
    let before = robin
        .before_showing(goal, &to_lee, Until::Once, false)
        .unwrap();
    assert!(before.official);
    assert!(before.text[1].contains("may have to write it down"));
    for sentence in &before.text {
        assert_eq!(crate::life::wordlist::forbidden(sentence), None);
    }
}

#[test]
fn a_card_comes_is_kept_and_stays_when_it_was_taken_back() {
    let mut town = two(4);
    let walk = town.robin.add_routine("Walk", Rhythm::Daily).unwrap();
    town.robin
        .show(
            ItemRef::Routine(walk),
            &town.to_pat,
            Until::UntilIStop,
            false,
            None,
        )
        .unwrap();
    town.round();
    let about = town.pat.find_about(&town.to_robin, "walk").unwrap();
    assert_ne!(about, walk);
    let card = town
        .pat
        .send_card(&town.to_robin, CardKind::WellDone, Some(about))
        .unwrap();
    assert!(
        town.pat
            .encourage(&town.to_robin, WordKind::OwnWords, "Hey", None)
            .is_err()
    );
    town.round();
    let inbox = town.robin.inbox().unwrap();
    // The numbers that say it came go as they always do.
    town.round();
    assert_eq!(inbox.len(), 1);
    assert_eq!(inbox[0].name.as_deref(), Some("Pat"));
    assert_eq!(inbox[0].about.as_deref(), Some("Walk"));
    assert!(!inbox[0].kept);
    town.robin
        .keep_word(&town.to_pat, inbox[0].word.id)
        .unwrap();
    assert_eq!(
        carry(&mut town.robin, &mut town.pat),
        0,
        "keeping tells nobody"
    );
    town.pat.take_word_back(&town.to_robin, card).unwrap();
    town.round();
    let inbox = town.robin.inbox().unwrap();
    assert_eq!(inbox.len(), 1);
    assert!(inbox[0].kept);
    town.robin
        .let_word_go(&town.to_pat, inbox[0].word.id)
        .unwrap();
    assert!(town.robin.inbox().unwrap().is_empty());
}

#[test]
fn own_words_come_once_the_receiver_opens_the_door_and_five_a_day() {
    let mut town = two(5);
    town.robin
        .send_card(&town.to_pat, CardKind::Hello, None)
        .unwrap();
    town.round();
    assert_eq!(town.pat.lets_in(&town.to_robin), Ok(Allow::CardsOnly));
    town.robin.set_allow(&town.to_pat, Allow::OwnWords).unwrap();
    town.round();
    assert_eq!(town.pat.lets_in(&town.to_robin), Ok(Allow::OwnWords));
    for n in 0..5 {
        let text = format!("Word {n}");
        town.pat
            .encourage(&town.to_robin, WordKind::OwnWords, &text, None)
            .unwrap();
    }
    assert!(town.pat.thank(&town.to_robin, "", None).is_err());
    town.round();
    assert_eq!(town.robin.inbox().unwrap().len(), 5);
    town.robin.set_allow(&town.to_pat, Allow::Quiet).unwrap();
    town.round();
    assert!(town.robin.inbox().unwrap().is_empty());
    assert_eq!(
        town.pat.lets_in(&town.to_robin),
        Ok(Allow::OwnWords),
        "quiet is not told"
    );
    town.robin
        .set_allow(&town.to_pat, Allow::CardsOnly)
        .unwrap();
    assert!(town.robin.inbox().unwrap().is_empty());
}

#[test]
fn an_idea_is_used_changed_or_left_and_its_writer_learns_nothing() {
    let mut town = two(6);
    town.robin
        .send_card(&town.to_pat, CardKind::Hello, None)
        .unwrap();
    town.robin.set_allow(&town.to_pat, Allow::OwnWords).unwrap();
    let goal = town.robin.add_goal("A job", None).unwrap();
    town.robin
        .show(
            ItemRef::Goal(goal),
            &town.to_pat,
            Until::UntilIStop,
            false,
            None,
        )
        .unwrap();
    town.round();
    let theirs = town.pat.find_about(&town.to_robin, "job").unwrap();
    let offers = [
        Offer::NewRoutine {
            name: "Swim".into(),
            rhythm: Rhythm::TimesAWeek(2),
        },
        Offer::NewStep {
            goal: Some(theirs),
            name: "Write a letter".into(),
        },
        Offer::Words("Have you thought of the library?".into()),
    ];
    for offer in offers {
        town.pat.suggest(&town.to_robin, offer).unwrap();
    }
    town.round();
    town.round();
    let swim = town.robin.find_idea("swim").unwrap();
    let letter = town.robin.find_idea("letter").unwrap();
    assert_eq!(letter.goal.as_deref(), Some("A job"));
    let library = town.robin.find_idea("library").unwrap();
    let made = town
        .robin
        .change_idea(
            &swim.from,
            swim.idea.id,
            Some("Swim at the lido"),
            Some(Rhythm::Daily),
        )
        .unwrap();
    assert!(matches!(made, Some(ItemRef::Routine(_))));
    town.robin.take_idea(&letter.from, letter.idea.id).unwrap();
    town.robin
        .leave_idea(&library.from, library.idea.id)
        .unwrap();
    assert!(town.robin.take_idea(&letter.from, letter.idea.id).is_err());
    assert_eq!(town.robin.routines().unwrap()[0].name, "Swim at the lido");
    assert_eq!(town.robin.steps().unwrap()[0].goal, Some(goal));
    let answers: Vec<_> = town
        .robin
        .ideas()
        .unwrap()
        .iter()
        .map(|one| one.answer)
        .collect();
    assert!(answers.contains(&Some(Answer::Left)));
    assert_eq!(carry(&mut town.robin, &mut town.pat), 0);
    assert_eq!(town.pat.ideas_for(&town.to_robin).unwrap().len(), 3);
    assert!(town.robin.undo().unwrap());
    assert_eq!(town.robin.find_idea("library").unwrap().answer, None);
}

#[test]
fn a_removed_person_gets_nothing_more_and_is_not_told() {
    let mut town = two(7);
    let walk = ItemRef::Routine(town.robin.add_routine("Walk", Rhythm::Daily).unwrap());
    town.robin
        .show(walk, &town.to_pat, Until::UntilIStop, true, None)
        .unwrap();
    town.pat
        .send_card(&town.to_robin, CardKind::Hello, None)
        .unwrap();
    for _ in 0..3 {
        town.round();
    }
    assert_eq!(town.robin.inbox().unwrap().len(), 1);
    town.robin.remove_person(&town.to_pat).unwrap();
    assert_eq!(carry(&mut town.robin, &mut town.pat), 0);
    assert!(town.robin.people().unwrap().is_empty());
    assert!(town.robin.inbox().unwrap().is_empty());
    assert!(town.robin.shares().unwrap().is_empty());
    assert!(
        town.robin
            .sealed_bytes_for(&town.to_pat)
            .unwrap()
            .is_empty()
    );
    assert!(town.robin.see_as(&town.to_pat).is_err());
    assert!(
        town.robin
            .show(walk, &town.to_pat, Until::Once, true, None)
            .is_err()
    );
    town.pat
        .send_card(&town.to_robin, CardKind::Glad, None)
        .unwrap();
    town.round();
    assert!(town.robin.inbox().unwrap().is_empty());
    assert_eq!(
        town.pat
            .what_they_show(&town.to_robin)
            .unwrap()
            .routines
            .len(),
        1
    );
    town.robin.set_clock(Box::new(Still(day(24))));
    assert_eq!(carry(&mut town.robin, &mut town.pat), 0);
}

#[test]
fn a_blocked_person_stays_listed_and_all_they_wrote_is_hidden() {
    let mut town = two(8);
    town.robin
        .send_card(&town.to_pat, CardKind::Hello, None)
        .unwrap();
    town.robin.set_allow(&town.to_pat, Allow::OwnWords).unwrap();
    town.round();
    town.pat
        .encourage(&town.to_robin, WordKind::OwnWords, "Morning", None)
        .unwrap();
    town.pat
        .suggest(&town.to_robin, Offer::Words("Call me".into()))
        .unwrap();
    town.round();
    town.round();
    let word = town.robin.inbox().unwrap()[0].word.id;
    town.robin.keep_word(&town.to_pat, word).unwrap();
    town.robin.block_person(&town.to_pat).unwrap();
    assert!(town.robin.people().unwrap()[0].blocked);
    assert!(town.robin.inbox().unwrap().is_empty(), "kept words too");
    assert!(town.robin.ideas().unwrap().is_empty());
    assert_eq!(
        town.robin.what_they_show(&town.to_pat).unwrap(),
        Default::default()
    );
    assert!(
        town.robin
            .send_card(&town.to_pat, CardKind::Hello, None)
            .is_err()
    );
    assert_eq!(carry(&mut town.robin, &mut town.pat), 0);
    town.pat
        .send_card(&town.to_robin, CardKind::Hello, None)
        .unwrap();
    town.round();
    assert!(town.robin.inbox().unwrap().is_empty());
    town.robin.remove_person(&town.to_pat).unwrap();
    assert!(town.robin.people().unwrap().is_empty());
}

#[test]
fn people_are_found_by_the_start_of_their_name_and_renamed_here_alone() {
    let mut town = two(9);
    assert_eq!(town.robin.find_person("pa"), Ok(town.to_pat.clone()));
    assert!(town.robin.find_person("sam").is_err());
    town.robin.rename_person(&town.to_pat, "Patricia").unwrap();
    town.robin
        .set_role(&town.to_pat, &Role::Own("aunt".into()), false)
        .unwrap();
    assert_eq!(town.robin.person(&town.to_pat).unwrap().name, "Patricia");
    for _ in 0..3 {
        town.round();
    }
    town.robin.rename_person(&town.to_pat, "P.").unwrap();
    assert_eq!(carry(&mut town.robin, &mut town.pat), 0);
    assert!(town.robin.undo().unwrap());
    assert_eq!(town.robin.person(&town.to_pat).unwrap().name, "Patricia");
}

#[test]
fn an_export_comes_back_equal_and_a_second_import_changes_nothing() {
    let mut town = two(10);
    let walk = town.robin.add_routine("Walk", Rhythm::Daily).unwrap();
    town.robin.mark_done(walk, day(3)).unwrap();
    town.robin.set_note(walk, day(2), Some("Rain")).unwrap();
    town.robin.set_amount(walk, day(3), Some(1_500)).unwrap();
    let goal = town.robin.add_goal("A job", None).unwrap();
    town.robin.add_step("Ask", Some(goal)).unwrap();
    town.robin
        .show(
            ItemRef::Goal(goal),
            &town.to_pat,
            Until::UntilIStop,
            false,
            None,
        )
        .unwrap();
    town.robin
        .send_card(&town.to_pat, CardKind::Hello, None)
        .unwrap();
    let text = town.robin.export().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("export.json");
    std::fs::write(&file, &text).unwrap();

    let mut fresh = phone("Robin", 11);
    let plan = fresh.plan_import(&file).unwrap();
    assert!(!plan.is_of_loop());
    assert_eq!(
        (plan.adds().routines, plan.adds().done, plan.adds().notes),
        (1, 1, 1)
    );
    fresh.bring_in(plan).unwrap();
    assert_eq!(fresh.export().unwrap(), text);
    assert!(fresh.plan_import(&file).unwrap().is_empty());
    // Nobody of the file is reachable: a name is not a tie.
    let pat = fresh.find_person("pat").unwrap();
    assert!(fresh.inbox().unwrap().is_empty());
    assert!(fresh.send_card(&pat, CardKind::Hello, None).is_err());
    assert!(
        fresh
            .show(ItemRef::Goal(goal), &pat, Until::Once, false, None)
            .is_err()
    );
    assert_eq!(fresh.see_as(&pat).unwrap(), SeenAs::default());
    fresh.remove_person(&pat).unwrap();
    assert!(fresh.people().unwrap().is_empty());

    // At home nothing of it comes in, also after a rename, and what was cleared stays cleared.
    town.robin.rename_routine(walk, "Stroll").unwrap();
    town.robin.clear_mark(walk, day(3)).unwrap();
    assert!(town.robin.plan_import(&file).unwrap().is_empty());

    // What was brought in goes with one undo, and may come again.
    let mut other = phone("Robin", 12);
    let plan = other.plan_import(&file).unwrap();
    other.bring_in(plan).unwrap();
    assert!(other.undo().unwrap());
    assert!(other.routines().unwrap().is_empty());
    let plan = other.plan_import(&file).unwrap();
    other.bring_in(plan).unwrap();
    assert_eq!(other.export().unwrap(), text);
}

#[test]
fn what_loop_left_comes_in_once_also_after_a_rename_and_a_clearing() {
    let mut robin = phone("Robin", 13);
    let zip = shared("Loop Habits CSV 2015-01-25.zip");
    let plan = robin.plan_import(&zip).unwrap();
    assert!(plan.is_of_loop());
    let adds = plan.adds();
    assert_eq!(
        (adds.routines, adds.done, adds.notes, adds.rest),
        (2, 6, 3, 0)
    );
    robin.bring_in(plan).unwrap();
    assert!(robin.plan_import(&zip).unwrap().is_empty());
    let first = robin.routines().unwrap().remove(0);
    robin.rename_routine(first.id, "Called otherwise").unwrap();
    let history = robin.history(first.id, first.started, day(4)).unwrap();
    let (done, _) = history.iter().find(|(_, one)| one.mark.is_some()).unwrap();
    robin.clear_mark(first.id, *done).unwrap();
    assert!(robin.plan_import(&zip).unwrap().is_empty());
    robin.delete_routine(first.id).unwrap();
    let again = robin.plan_import(&zip).unwrap();
    assert!(again.is_empty());
    assert_eq!(again.deleted_here(), 1);

    let mut other = phone("Robin", 14);
    let db = shared("loop.db");
    let plan = other.plan_import(&db).unwrap();
    let adds = plan.adds();
    assert_eq!((adds.routines, adds.done), (9, 164));
    other.bring_in(plan).unwrap();
    assert!(other.plan_import(&db).unwrap().is_empty());
    let labels = other.labels().unwrap();
    assert!(
        labels.iter().any(|(_, label)| label.ends_with(" (2)")),
        "three names twice"
    );
    for (item, label) in labels {
        assert_eq!(other.find_item(&label).unwrap(), item, "each can be named");
    }
}
