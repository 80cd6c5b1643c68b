//! Laws of this room, over any date and any rhythm; clock-change nights; and what must never be in it.

use jiff::civil::{Date, Time, Weekday};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

use super::days::{day_at, day_of, days_of_week, instant_of, number_of, week_of, zone};
use super::*;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn time(hour: i8, minute: i8) -> Time {
    Time::constant(hour, minute, 0, 0)
}

fn routine(n: u8, name: &str, rhythm: &str) -> Routine {
    Routine {
        id: ItemId([n; 8]),
        name: name.into(),
        rhythm: rhythm.parse().unwrap(),
        time: None,
        pause: None,
        unit: None,
        started: date("2026-01-05"),
        ended: false,
        import_key: None,
    }
}

fn marked(mark: Mark) -> DayRecord {
    DayRecord {
        mark: Some(mark),
        ..DayRecord::default()
    }
}

fn names(items: &[TodayItem]) -> Vec<&str> {
    items.iter().map(|item| item.name.as_str()).collect()
}

// ---- Civil days

#[test]
fn the_nights_when_the_clocks_change_have_one_day_each_side() {
    let london = zone("Europe/London").unwrap();
    // Spring, 2026-03-29: 01:00 GMT becomes 02:00 BST; the day has 23 hours.
    assert_eq!(
        day_of(at("2026-03-28T23:59:59Z"), &london),
        date("2026-03-28")
    );
    assert_eq!(
        day_of(at("2026-03-29T00:00:00Z"), &london),
        date("2026-03-29")
    );
    assert_eq!(
        day_of(at("2026-03-29T22:59:59Z"), &london),
        date("2026-03-29")
    );
    assert_eq!(
        day_of(at("2026-03-29T23:00:00Z"), &london),
        date("2026-03-30")
    );
    // A time that is skipped comes as much later.
    assert_eq!(
        instant_of(date("2026-03-29"), time(1, 30), &london),
        Some(at("2026-03-29T01:30:00Z"))
    );
    // Autumn, 2026-10-25: 02:00 BST becomes 01:00 GMT; the day has 25 hours.
    assert_eq!(
        day_of(at("2026-10-24T22:59:59Z"), &london),
        date("2026-10-24")
    );
    assert_eq!(
        day_of(at("2026-10-24T23:00:00Z"), &london),
        date("2026-10-25")
    );
    assert_eq!(
        day_of(at("2026-10-25T23:59:59Z"), &london),
        date("2026-10-25")
    );
    assert_eq!(
        day_of(at("2026-10-26T00:00:00Z"), &london),
        date("2026-10-26")
    );
    // Of a time that comes twice, the first is meant.
    assert_eq!(
        instant_of(date("2026-10-25"), time(1, 30), &london),
        Some(at("2026-10-25T00:30:00Z"))
    );
}

#[test]
fn an_hour_by_hour_walk_through_both_nights_never_skips_or_repeats_a_day() {
    let london = zone("Europe/London").unwrap();
    for (from, hours) in [("2026-03-27T00:00:00Z", 96), ("2026-10-23T00:00:00Z", 96)] {
        let mut last = number_of(day_of(at(from), &london));
        for hour in 1..hours {
            let now = number_of(day_of(at(from) + hour.hours(), &london));
            assert!(now == last || now == last + 1);
            last = now;
        }
    }
}

#[test]
fn one_instant_is_two_days_for_two_travellers() {
    let instant = at("2026-06-01T12:30:00Z");
    for (place, day) in [
        ("Europe/London", "2026-06-01"),
        ("Pacific/Auckland", "2026-06-02"),
        ("Pacific/Pago_Pago", "2026-06-01"),
        ("Pacific/Kiritimati", "2026-06-02"),
    ] {
        assert_eq!(day_of(instant, &zone(place).unwrap()), date(day), "{place}");
    }
    assert!(zone("Europe/Atlantis").is_err());
    assert!(zone("../../etc/passwd").is_err());
}

#[test]
fn the_29th_of_february_2028_is_a_day_like_any_other() {
    let leap = date("2028-02-29");
    assert_eq!(leap.weekday(), Weekday::Tuesday);
    assert_eq!(date("2028-02-28").tomorrow().unwrap(), leap);
    assert_eq!(leap.tomorrow().unwrap(), date("2028-03-01"));
    assert_eq!(day_at(number_of(leap)), Some(leap));
    assert!(Rhythm::Daily.due(leap, |_| false));
    let every_other: Rhythm = "every other week tue from 2028-02-15".parse().unwrap();
    assert!(every_other.due(leap, |_| false));
    assert!(!every_other.due(date("2028-03-07"), |_| false));
    assert!(every_other.due(date("2028-03-14"), |_| false));
}

#[test]
fn weeks_begin_on_monday() {
    let sunday = date("2026-02-01");
    let monday = date("2026-02-02");
    assert_ne!(week_of(sunday), week_of(monday));
    let week: Vec<Date> = days_of_week(date("2026-02-05")).collect();
    assert_eq!(week.first(), Some(&monday));
    assert_eq!(week.last(), Some(&date("2026-02-08")));
    assert_eq!(week.len(), 7);
}

// ---- Rhythms

#[test]
fn a_quota_is_offered_until_it_is_met_and_again_next_week() {
    let walk = Rhythm::TimesAWeek(3);
    let done = [date("2026-02-02"), date("2026-02-03"), date("2026-02-05")];
    let on = |d: Date| done.contains(&d);
    assert!(walk.due(date("2026-02-04"), |d| d < date("2026-02-04") && on(d)));
    assert!(!walk.due(date("2026-02-06"), on));
    assert!(!walk.due(date("2026-02-04"), on));
    assert!(
        walk.due(date("2026-02-05"), on),
        "its own mark does not hide it"
    );
    assert!(walk.due(date("2026-02-09"), on));
}

#[test]
fn n_in_d_days_looks_back_over_a_run_of_days() {
    let twice_in_three: Rhythm = "2 in 3 days".parse().unwrap();
    let done = [date("2026-02-27"), date("2026-02-28")];
    assert!(!twice_in_three.due(date("2026-03-01"), |d| done.contains(&d)));
    assert!(twice_in_three.due(date("2026-03-02"), |d| done.contains(&d)));
}

#[test]
fn only_the_canonical_text_is_read() {
    for good in [
        "daily",
        "mon wed fri",
        "mon tue wed thu fri sat sun",
        "3 a week",
        "every other week mon from 2026-02-02",
        "3 in 14 days",
        "none",
    ] {
        assert_eq!(good.parse::<Rhythm>().unwrap().to_string(), good);
    }
    for bad in [
        "",
        "Daily",
        " daily",
        "fri mon",
        "mon mon",
        "03 a week",
        "+3 a week",
        "0 a week",
        "8 a week",
        "4 in 3 days",
        "0 in 3 days",
        "1 in 367 days",
        "every other week  from 2026-02-02",
        "every other week mon from 2026-2-2",
        "every other week mon",
    ] {
        assert!(bad.parse::<Rhythm>().is_err(), "{bad}");
    }
}

fn any_date() -> impl Strategy<Value = Date> {
    prop_oneof![
        4 => (number_of(Date::MIN)..=number_of(Date::MAX)).prop_map(|n| day_at(n).unwrap()),
        4 => (20_000i64..23_000).prop_map(|n| day_at(n).unwrap()),
        1 => Just(Date::MIN),
        1 => Just(Date::MAX),
    ]
}

fn any_weekdays() -> impl Strategy<Value = Weekdays> {
    (1u8..128).prop_map(|bits| {
        (0..7)
            .filter(|n| bits & (1 << n) != 0)
            .map(|n| Weekday::from_monday_zero_offset(n).unwrap())
            .collect()
    })
}

fn any_rhythm() -> impl Strategy<Value = Rhythm> {
    prop_oneof![
        Just(Rhythm::Daily),
        Just(Rhythm::Free),
        any_weekdays().prop_map(Rhythm::Weekdays),
        (1u8..=7).prop_map(Rhythm::TimesAWeek),
        (any_weekdays(), any_date())
            .prop_map(|(weekdays, anchor)| Rhythm::EveryOtherWeek { weekdays, anchor }),
        (1u16..=rhythm::WINDOW_MAX)
            .prop_flat_map(|days| (1..=days, Just(days)))
            .prop_map(|(times, days)| Rhythm::TimesInDays { times, days }),
    ]
}

proptest! {
    #[test]
    fn a_rhythm_and_its_text_are_one_to_one(rhythm in any_rhythm()) {
        let text = rhythm.to_string();
        prop_assert_eq!(text.parse::<Rhythm>(), Ok(rhythm.clone()));
        let json = serde_json::to_string(&rhythm).unwrap();
        prop_assert_eq!(serde_json::from_str::<Rhythm>(&json).unwrap(), rhythm);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,40}", day in any_date()) {
        let _ = text.parse::<Rhythm>();
        let _ = Rhythm::from_words(&text, day);
        let _ = spoken::day_from_words(&text, day);
        let _ = spoken::time_from_words(&text);
        let _ = spoken::amount_from_words(&text);
        let _ = text.parse::<ItemId>();
    }

    #[test]
    fn near_words_are_read_or_refused(
        text in "(every|other|week|mon|3|a|in|days|from|twice|2026-02-02| ){0,8}",
        day in any_date(),
    ) {
        if let Ok(rhythm) = Rhythm::from_words(&text, day) {
            prop_assert_eq!(rhythm.to_string().parse::<Rhythm>(), Ok(rhythm));
        }
    }

    #[test]
    fn due_answers_for_any_date_even_out_of_bounds(
        rhythm in any_rhythm(), day in any_date(), done in any::<bool>(), wild in any::<u8>(),
    ) {
        let _ = rhythm.due(day, |_| done);
        let _ = Rhythm::TimesAWeek(wild).due(day, |_| done);
        let _ = Rhythm::TimesInDays { times: 0, days: u16::from(wild) }.due(day, |_| done);
    }

    #[test]
    fn a_quota_never_offers_more_than_it_says(
        n in 1u8..=7, times in 1u16..20, more in 0u16..20, start in 20_000i64..22_000,
        takes in prop::collection::vec(any::<bool>(), 60),
    ) {
        let days = times + more;
        let a_week = Rhythm::TimesAWeek(n);
        let in_days = Rhythm::TimesInDays { times, days };
        let mut week_done: Vec<Date> = Vec::new();
        let mut run_done: Vec<Date> = Vec::new();
        for (at, take) in takes.iter().enumerate() {
            let day = day_at(start + at as i64).unwrap();
            if a_week.due(day, |d| week_done.contains(&d)) && *take {
                week_done.push(day);
            }
            if in_days.due(day, |d| run_done.contains(&d)) && *take {
                run_done.push(day);
            }
            let this_week = week_done.iter().filter(|d| week_of(**d) == week_of(day)).count();
            prop_assert!(this_week <= usize::from(n));
            let run = run_done
                .iter()
                .filter(|d| number_of(day) - number_of(**d) < i64::from(days))
                .count();
            prop_assert!(run <= usize::from(times));
        }
    }

    #[test]
    fn day_numbers_are_one_to_one(day in any_date()) {
        prop_assert_eq!(day_at(number_of(day)), Some(day));
        prop_assert!(days_of_week(day).any(|d| d == day));
    }

    #[test]
    fn amounts_go_through_text(thousandths in -999_999_999_999i64..=999_999_999_999) {
        let text = spoken::amount_text(thousandths);
        prop_assert_eq!(spoken::amount_from_words(&text), Ok(thousandths));
    }

    #[test]
    fn tidied_text_can_always_be_kept(text in any::<String>()) {
        let tidy = text::tidy(&text);
        prop_assert!(tidy.is_empty() || tidy.chars().count() > text::NOTE_MAX || text::note(&tidy).is_ok());
    }
}

// ---- Today

#[test]
fn the_page_shows_what_is_offered_or_marked_and_paused_things_apart() {
    let day = date("2026-02-04"); // Wednesday
    let mut tablet = routine(1, "Take my tablet", "daily");
    tablet.time = Some(time(8, 0));
    let walk = routine(2, "Walk", "2 a week");
    let shed = routine(3, "Men's shed", "thu");
    let mut gym = routine(4, "Gym", "daily");
    gym.pause = Some(Pause {
        from: date("2026-02-01"),
        until: None,
    });
    let mut reading = routine(5, "Read ten pages", "daily");
    reading.ended = true;
    let mut later = routine(6, "Cook", "daily");
    later.started = date("2026-02-05");
    let all = [walk, tablet, shed, gym, reading, later];

    let mut records = Records::new();
    let page = today_page(day, &all, &records, None);
    assert_eq!(names(&page.items), ["Take my tablet", "Walk"]);
    assert_eq!(names(&page.paused), ["Gym"]);

    // The quota of the week is met on other days: the walk is not offered, and nothing is said.
    records.insert((ItemId([2; 8]), date("2026-02-02")), marked(Mark::Done));
    records.insert((ItemId([2; 8]), date("2026-02-03")), marked(Mark::Rest));
    assert_eq!(
        names(&today_page(day, &all, &records, None).items).len(),
        2,
        "rest is not a count"
    );
    records.insert((ItemId([2; 8]), date("2026-02-03")), marked(Mark::Done));
    assert_eq!(
        names(&today_page(day, &all, &records, None).items),
        ["Take my tablet"]
    );

    // What is marked is shown, offered or not, paused or ended.
    for n in 2..=5 {
        records.insert((ItemId([n; 8]), day), marked(Mark::Done));
    }
    let page = today_page(day, &all, &records, None);
    assert_eq!(
        names(&page.items),
        [
            "Take my tablet",
            "Gym",
            "Men's shed",
            "Read ten pages",
            "Walk"
        ]
    );
    assert!(page.paused.is_empty());
    assert_eq!(page.items.last().unwrap().mark, Some(Mark::Done));

    // A note without a mark is something too.
    let mut records = Records::new();
    let note = DayRecord {
        notes: vec!["Rained".into()],
        ..DayRecord::default()
    };
    records.insert((ItemId([3; 8]), day), note);
    let page = today_page(day, &all, &records, None);
    assert_eq!(names(&page.items), ["Take my tablet", "Men's shed", "Walk"]);
}

#[test]
fn after_thirty_silent_days_it_says_welcome_back_and_nothing_more() {
    let all = [routine(1, "Walk", "daily")];
    let page =
        |last: Option<&str>| today_page(date("2026-04-02"), &all, &Records::new(), last.map(date));
    assert!(!page(None).welcome_back, "a new home");
    assert!(!page(Some("2026-04-02")).welcome_back);
    assert!(!page(Some("2026-03-03")).welcome_back, "29 silent days");
    assert!(page(Some("2026-03-02")).welcome_back, "30 silent days");
    assert!(page(Some("2025-03-01")).welcome_back, "13 months");
    assert!(
        !page(Some("2026-05-01")).welcome_back,
        "a clock that was ahead"
    );
    // The rest of the page is the same as on any day.
    let mut back = page(Some("2025-03-01"));
    back.welcome_back = false;
    assert_eq!(back, page(Some("2026-04-01")));
    assert_eq!(today::WELCOME_BACK, "Welcome back.");
}

#[test]
fn an_empty_home_and_a_page_through_json() {
    let page = today_page(date("2026-02-04"), &[], &Records::new(), None);
    assert!(page.items.is_empty() && page.paused.is_empty() && !page.welcome_back);
    let page = today_page(
        date("2026-02-04"),
        &[routine(1, "أحمد 👩‍👧", "daily")],
        &Records::new(),
        None,
    );
    let json = serde_json::to_vec(&page).unwrap();
    assert_eq!(serde_json::from_slice::<TodayPage>(&json).unwrap(), page);
}

#[test]
fn rows_go_through_json() {
    let mut one = routine(1, "Walk", "every other week mon from 2026-02-02");
    one.time = Some(time(7, 30));
    one.pause = Some(Pause {
        from: date("2026-02-09"),
        until: Some(date("2026-02-10")),
    });
    let json = serde_json::to_string(&one).unwrap();
    assert_eq!(serde_json::from_str::<Routine>(&json).unwrap(), one);
    let offer = Proposal {
        id: ItemId([2; 8]),
        what: Offer::NewRoutine {
            name: " Swim ".into(),
            rhythm: Rhythm::TimesAWeek(2),
        },
        day: date("2026-02-02"),
    };
    let offer = offer.checked().unwrap();
    let json = serde_json::to_string(&offer).unwrap();
    assert!(json.contains("\"Swim\"") && json.contains("\"2 a week\""));
    assert_eq!(serde_json::from_str::<Proposal>(&json).unwrap(), offer);
}

// ---- What must never be here (S47, S48, S125)

#[test]
fn no_field_and_no_text_of_this_room_holds_a_word_of_the_list() {
    for (file, source) in [
        ("circle", include_str!("circle.rs")),
        ("days", include_str!("days.rs")),
        ("goal", include_str!("goal.rs")),
        ("ids", include_str!("ids.rs")),
        ("proposal", include_str!("proposal.rs")),
        ("rhythm", include_str!("rhythm.rs")),
        ("routine", include_str!("routine.rs")),
        ("share", include_str!("share.rs")),
        ("spoken", include_str!("spoken.rs")),
        ("text", include_str!("text.rs")),
        ("today", include_str!("today.rs")),
        ("words", include_str!("words.rs")),
    ] {
        for line in source.lines().map(str::trim) {
            // Prose for readers of the source and a library's own word are not looked at.
            if !line.starts_with("//") && !line.contains("kebab-case") {
                let names = line.replace('_', " ");
                assert_eq!(wordlist::forbidden(&names), None, "{file}.rs: {line}");
            }
        }
    }
}
