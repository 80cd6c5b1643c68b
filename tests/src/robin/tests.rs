//! The generated life against the sizes of its story.

use super::*;
use alongside_core::life::wordlist::forbidden;

fn life() -> Life {
    Life::make(20_260_105)
}

fn count(life: &Life, of: impl Fn(&Deed) -> bool) -> usize {
    life.deeds.iter().filter(|deed| of(deed)).count()
}

#[test]
fn the_whole_life_has_the_sizes_of_the_story() {
    let life = life();
    let marks = |mark| {
        count(
            &life,
            |deed| matches!(&deed.what, What::Marks(_, m) if *m == mark),
        )
    };
    // The story asks for 315 rest days, but the co-op's weekdays outside the quiet times are eight fewer than its marks.
    assert_eq!((marks(Mark::Done), marks(Mark::Rest)), (1_906, 307));
    assert_eq!(
        count(&life, |deed| matches!(deed.what, What::Notes(..))),
        306
    );
    let says = |deed: &Deed| matches!(deed.what, What::Says { .. });
    assert_eq!(count(&life, |deed| says(deed) && deed.who != ROBIN), 494);
    assert_eq!(count(&life, |deed| says(deed) && deed.who == ROBIN), 147);
    assert_eq!(
        count(&life, |deed| matches!(deed.what, What::Suggests { .. })),
        46
    );
    let answers = |answer| {
        count(
            &life,
            |deed| matches!(deed.what, What::Answers { answer: a, .. } if a == answer),
        )
    };
    assert_eq!(answers(Answer::Taken), 20);
    assert_eq!((answers(Answer::Changed), answers(Answer::Left)), (7, 14));
    let plans = count(&life, |deed| matches!(deed.what, What::Plans(_)));
    let done = STEPS.iter().filter(|step| step.done.is_some()).count();
    assert_eq!((GOALS.len(), plans, done), (9, 64, 50));
    let meets = count(&life, |deed| matches!(deed.what, What::Meets { .. }));
    let leaves = count(&life, |deed| matches!(deed.what, What::Leaves { .. }));
    assert_eq!((meets, leaves), (11, 3));
}

#[test]
fn ticks_stand_on_days_of_their_rhythm_and_never_in_a_quiet_time() {
    let life = life();
    let quiet: Vec<Date> = QUIET
        .iter()
        .flat_map(|days| days.clone().map(day))
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    for deed in &life.deeds {
        if let What::Marks(at, _) = deed.what {
            let rhythm: Rhythm = ROUTINES[at].rhythm.parse().unwrap();
            assert!(rhythm.due(deed.day, |_| false), "{deed:?}");
            assert!(!quiet.contains(&deed.day), "{deed:?}");
            assert!(seen.insert((at, deed.day)), "twice: {deed:?}");
        }
    }
}

#[test]
fn a_seed_gives_one_life_and_another_seed_another() {
    assert_eq!(life().deeds, life().deeds);
    assert_ne!(life().deeds, Life::make(1).deeds);
}

#[test]
fn three_weeks_begin_with_what_stands_and_hold_only_their_days() {
    let from = Date::constant(2026, 2, 2);
    let deeds = life().window(from, 21);
    assert!(
        deeds
            .iter()
            .all(|deed| deed.day >= from && deed.day < Date::constant(2026, 2, 23))
    );
    let begun: Vec<&str> = deeds
        .iter()
        .filter_map(|deed| match deed.what {
            What::Begins(at) if deed.day == from => Some(ROUTINES[at].name),
            _ => None,
        })
        .collect();
    assert_eq!(
        begun,
        [
            "Up and washed by 8",
            "Take my tablet",
            "Walk",
            "Eat with Mum",
            "Mutual-aid meeting"
        ]
    );
    assert!(deeds.windows(2).all(|two| two[0].day <= two[1].day));
}

#[test]
fn nothing_in_it_is_a_word_of_the_list() {
    for deed in life().deeds {
        let texts = match deed.what {
            What::Notes(_, text) | What::Says { text, .. } => vec![text],
            What::Suggests { offer, .. } => match offer {
                Offer::NewRoutine { name, .. } | Offer::NewStep { name, .. } => vec![name],
                Offer::Words(words) => vec![words],
            },
            What::Wants(at) => vec![GOALS[at].name.to_owned()],
            What::Plans(at) => vec![STEPS[at].name.to_owned()],
            What::Begins(at) => vec![ROUTINES[at].name.to_owned()],
            _ => vec![],
        };
        for text in texts {
            assert_eq!(forbidden(&text), None, "{text}");
        }
    }
}
