//! What the screens of one phone show, without any other. Between two phones: `tests/stories/phones.rs`.

use super::*;
use crate::companion::kit::{day, phone};
use crate::life::{Area, ItemRef, Mark, Rhythm, State};
use jiff::civil::{date, time};

#[test]
fn a_blank_phone_has_blank_screens() {
    let mut robin = phone("Robin", 81);
    let today = robin.today_screen().unwrap();
    assert_eq!(today.name, "Robin");
    assert!(today.routines.is_empty() && today.paused.is_empty());
    assert_eq!(today.us, Us::Nobody);
    assert!(!today.welcome_back);
    assert!(robin.people_screen().unwrap().people.is_empty());
    assert!(robin.ideas_screen().unwrap().ideas.is_empty());
    let invites = robin.invite_screen().unwrap();
    assert!(invites.invites.is_empty() && !invites.can_invite);
    let settings = robin.settings_screen().unwrap();
    assert_eq!(settings.phones.len(), 1);
    assert!(settings.sheet_to_write);
    assert_eq!(settings.bytes_this_month, 0);
}

#[test]
fn today_shows_marks_at_once_and_the_screen_of_a_routine_its_days_newest_first() {
    let mut robin = phone("Robin", 82);
    let walk = robin
        .add_routine_with("Walk", Rhythm::Daily, Some(time(8, 0, 0, 0)), None)
        .unwrap();
    robin.today_screen().unwrap();
    for number in [2, 4] {
        robin.mark_done(walk, day(number)).unwrap();
    }
    robin.set_note(walk, day(3), Some("Rain")).unwrap();
    let today = robin.today_screen().unwrap();
    let [row] = today.routines.as_slice() else {
        panic!("one routine");
    };
    assert_eq!(row.time, Some(time(8, 0, 0, 0)));
    let screen = robin.routine_screen(walk).unwrap();
    let written: Vec<_> = screen.days.iter().map(|row| row.day).collect();
    let mut all = vec![day(4), day(3), day(2)];
    all.retain(|one| *one != today.day);
    assert_eq!(written, all, "no row for a day without a word");
    assert_eq!(screen.how_often, HowOften::Daily);
    robin.mark_rest(walk, today.day).unwrap();
    assert_eq!(
        robin.today_screen().unwrap().routines[0].mark,
        Some(Mark::Rest)
    );
    assert_eq!(
        robin.routine_screen(walk).unwrap().today.mark,
        Some(Mark::Rest)
    );
}

#[test]
fn goals_hold_their_steps_and_those_in_hand_come_first() {
    let mut robin = phone("Robin", 83);
    let home = robin
        .add_goal("A place of my own", Some(Area::Home))
        .unwrap();
    let alone = robin.add_step("Buy bread", None).unwrap();
    let first = robin.add_step("Ask the council", Some(home)).unwrap();
    let second = robin.add_step("View a flat", Some(home)).unwrap();
    robin
        .set_state(ItemRef::Step(first), State::Reached)
        .unwrap();
    robin.add_goal("An old one", None).unwrap();
    let old = robin.find_goal("An old").unwrap().id;
    robin
        .set_state(ItemRef::Goal(old), State::SetAside)
        .unwrap();
    let goals = robin.goals_screen().unwrap();
    let names: Vec<_> = goals.goals.iter().map(|goal| goal.name.as_str()).collect();
    assert_eq!(names, ["A place of my own", "An old one"]);
    let steps: Vec<_> = goals.goals[0].steps.iter().map(|step| step.id).collect();
    assert_eq!(steps, [second, first]);
    assert_eq!(goals.steps[0].id, alone);
    assert_eq!(goals.areas.len(), Area::READY.len());
}

#[test]
fn a_rhythm_is_the_same_after_it_crossed() {
    let all = [
        Rhythm::Daily,
        "mon wed sun".parse().unwrap(),
        Rhythm::TimesAWeek(3),
        "every other week tue from 2026-02-03".parse().unwrap(),
        Rhythm::TimesInDays { times: 3, days: 14 },
        Rhythm::Free,
    ];
    for rhythm in all {
        assert_eq!(Rhythm::from(HowOften::from(&rhythm)), rhythm);
    }
    let none = Rhythm::from(HowOften::Weekdays { days: vec![0, 8] });
    assert!(none.checked().is_err(), "no day of the week is no rhythm");
    let other = HowOften::EveryOtherWeek {
        days: vec![2],
        anchor: date(2026, 2, 3),
    };
    assert_eq!(HowOften::from(&Rhythm::from(other.clone())), other);
}
