//! Between two people: one message that waits for an answer, showing anew, the preview, and names that are told apart.

use super::*;

#[test]
fn one_message_of_own_words_waits_for_an_answer_from_someone_new() {
    let mut town = two(15);
    town.robin.set_allow(&town.to_pat, Allow::OwnWords).unwrap();
    town.round();
    let says = |town: &mut Two, text: &str| {
        town.pat
            .encourage(&town.to_robin, WordKind::OwnWords, text, None)
    };
    says(&mut town, "Morning").unwrap();
    assert!(says(&mut town, "Are you there?").is_err());
    let idea = Offer::Words("Call me".into());
    assert!(town.pat.suggest(&town.to_robin, idea.clone()).is_err());
    // A card asks for no answer, and waits for none.
    town.pat
        .send_card(&town.to_robin, CardKind::Hello, None)
        .unwrap();
    town.round();
    assert_eq!(town.robin.inbox().unwrap().len(), 2);
    town.robin
        .send_card(&town.to_pat, CardKind::Hello, None)
        .unwrap();
    town.round();
    says(&mut town, "Good to hear you").unwrap();
    town.pat.suggest(&town.to_robin, idea).unwrap();
    town.round();
    town.round();
    assert_eq!(town.robin.inbox().unwrap().len(), 3);
    assert_eq!(town.robin.ideas().unwrap().len(), 1);
}

#[test]
fn of_a_sender_who_keeps_no_rule_the_first_own_words_reach_someone_who_never_wrote() {
    let mut town = two(16);
    town.robin.set_allow(&town.to_pat, Allow::OwnWords).unwrap();
    town.round();
    for text in ["One", "Two", "Three"] {
        let word = crate::life::Word {
            id: town.pat.make_id(),
            kind: WordKind::OwnWords,
            text: text.into(),
            about: None,
            day: day(4),
        };
        let to = town.to_robin.clone();
        town.pat
            .deed(|mine| Ok(mine.put_word(&to, &word)?))
            .unwrap();
    }
    town.round();
    assert_eq!(
        town.robin.inbox().unwrap().len(),
        1,
        "the next wait for an answer"
    );
    town.robin
        .send_card(&town.to_pat, CardKind::Hello, None)
        .unwrap();
    assert_eq!(town.robin.inbox().unwrap().len(), 3, "nothing was lost");
}

#[test]
fn a_share_that_is_over_begins_anew_on_the_day_of_showing() {
    let mut town = two(17);
    let walk = town.robin.add_routine("Walk", Rhythm::Daily).unwrap();
    let item = ItemRef::Routine(walk);
    let show = |town: &mut Two, until| {
        let to = town.to_pat.clone();
        town.robin.show(item, &to, until, false, None).unwrap();
        town.robin.shares_with(&to).unwrap()[0].share.from
    };
    assert_eq!(show(&mut town, Until::Through(day(5))), day(4));
    town.robin.set_clock(Box::new(Still(day(9))));
    assert_eq!(show(&mut town, Until::UntilIStop), day(9));
    town.robin.set_clock(Box::new(Still(day(12))));
    assert_eq!(
        show(&mut town, Until::Through(day(20))),
        day(9),
        "it goes on"
    );
}

#[test]
fn what_would_be_seen_is_what_is_seen_and_asking_shows_nothing() {
    let mut town = two(18);
    let walk = town.robin.add_routine("Walk", Rhythm::Daily).unwrap();
    town.robin.mark_done(walk, day(4)).unwrap();
    town.robin.add_goal("A job", None).unwrap();
    let question = |town: &mut Two| {
        let to = town.to_pat.clone();
        let item = ItemRef::Routine(walk);
        town.robin.show_question(item, &to).unwrap()
    };
    let asked = question(&mut town);
    assert_eq!(asked.lengths[0], Until::for_a_week(day(4)));
    assert_eq!(asked.would_see.routines.len(), 1);
    assert_eq!(asked.would_see.routines[0].days.len(), 1);
    assert!(asked.would_see.goals.is_empty());
    assert!(town.robin.shares().unwrap().is_empty());
    town.round();
    assert!(
        town.pat
            .what_they_show(&town.to_robin)
            .unwrap()
            .routines
            .is_empty()
    );
    let to = town.to_pat.clone();
    town.robin
        .show(ItemRef::Routine(walk), &to, Until::UntilIStop, false, None)
        .unwrap();
    town.round();
    let seen = town.pat.person_screen(&town.to_robin).unwrap().they_show;
    assert_eq!(seen, asked.would_see);
}

#[test]
fn people_of_one_name_are_told_apart_wherever_they_are_named() {
    let mut town = two(19);
    let mut other = phone("Pat", 119);
    let (_, second) = meet(&mut other, &mut town.robin, Role::Friend);
    let called = |town: &mut Two, who: &PersonRef| {
        let screen = town.robin.person_screen(who).unwrap();
        (screen.person.name, screen.called)
    };
    let first = town.to_pat.clone();
    let (first_label, first_name) = called(&mut town, &first);
    let (second_label, second_name) = called(&mut town, &second);
    assert_eq!((first_name.as_str(), second_name.as_str()), ("Pat", "Pat"));
    assert_ne!(first_label, second_label);
    let walk = town.robin.add_routine("Walk", Rhythm::Daily).unwrap();
    for (who, label) in [(first, first_label), (second, second_label)] {
        let question = town.robin.show_question(ItemRef::Routine(walk), &who);
        assert_eq!(question.unwrap().name, label);
        let seen = town.robin.see_as_screen(&who).unwrap();
        assert_eq!(seen.name, label);
    }
}

#[test]
fn what_a_word_is_about_is_named_alike_by_who_wrote_it_who_got_it_and_who_looks_as_them() {
    let mut town = two(20);
    let walk = town.robin.add_routine("Walk", Rhythm::Daily).unwrap();
    let to = town.to_pat.clone();
    town.robin
        .show(ItemRef::Routine(walk), &to, Until::UntilIStop, false, None)
        .unwrap();
    town.round();
    let walk = Some("Walk".to_owned());
    let about = town.pat.find_about(&town.to_robin, "walk").unwrap();
    town.pat
        .send_card(&town.to_robin, CardKind::WellDone, Some(about))
        .unwrap();
    let about = town.robin.find_about(&to, "walk").unwrap();
    town.robin.thank(&to, "", Some(about)).unwrap();
    town.round();
    let pat = town.pat.person_screen(&town.to_robin).unwrap();
    let robin = town.robin.person_screen(&to).unwrap();
    for screen in [&pat, &robin] {
        assert_eq!(screen.to_them[0].about, walk);
        assert_eq!(screen.from_them[0].about, walk);
    }
    let seen = town.robin.see_as_screen(&to).unwrap();
    assert_eq!(seen.words[0].about, walk);
}
