//! A second import changes nothing; a newer export adds only what is new.

use super::*;
use crate::port::loop_data::LoopHabit;

const TODAY: Date = Date::constant(2026, 2, 20);

fn habit(position: u32, name: &str, days: &[&str]) -> LoopHabit {
    LoopHabit {
        position,
        name: name.into(),
        archived: false,
        rhythm: "daily".parse().unwrap(),
        unit: None,
        time: None,
        entries: days
            .iter()
            .map(|day| {
                (
                    date(day),
                    Entry {
                        mark: Some(Mark::Done),
                        ..Entry::default()
                    },
                )
            })
            .collect(),
        uuid: None,
    }
}

fn data(habits: Vec<LoopHabit>) -> LoopData {
    LoopData {
        habits,
        shortened: 0,
    }
}

fn plan(data: &LoopData, here: &[Present]) -> ImportPlan {
    plan_import(data, here, TODAY, counting(100))
}

fn imported(data: &LoopData) -> Vec<Present> {
    carried_out(&plan_import(data, &[], TODAY, counting(0)), vec![])
}

fn new_routines(plan: &ImportPlan) -> usize {
    plan.adds().routines
}

#[test]
fn a_second_import_changes_nothing_whatever_was_done_to_it_here() {
    let file = data(vec![
        habit(1, "Vegan", &["2026-01-01"]),
        habit(2, "Vegan", &["2026-01-01", "2026-01-02"]),
        habit(3, "Read", &[]),
    ]);
    let mut here = imported(&file);
    assert!(plan(&file, &here).is_empty());
    // A rename here is not in the key; a cleared mark still counts as written; a deleted routine stays deleted.
    here[1].deleted = true;
    let again = plan(&file, &here);
    assert!(again.is_empty());
    assert_eq!(again.deleted_here, 1);
}

#[test]
fn a_newer_export_adds_only_what_is_new() {
    let old = data(vec![
        habit(1, "Walk", &["2026-01-01"]),
        habit(2, "Read", &["2026-01-01"]),
    ]);
    let here = imported(&old);
    let mut newer = data(vec![
        habit(1, "Walk", &["2026-01-01", "2026-01-02"]),
        habit(2, "Read", &["2026-01-01"]),
        habit(3, "Swim", &["2026-01-03"]),
    ]);
    newer.habits[1].entries[0].1.note = Some("Chapter 2".into());
    let plan = plan(&newer, &here);
    assert_eq!(plan.routines.len(), 3);
    assert_eq!(plan.routines[0].target, Target::Here(here[0].id));
    assert_eq!(plan.routines[0].days.len(), 1);
    assert_eq!(plan.routines[0].days[0].0, date("2026-01-02"));
    // A note that was added there comes along; the mark beside it is not written again.
    assert_eq!(
        plan.routines[1].days[0].1,
        Entry {
            note: Some("Chapter 2".into()),
            ..Entry::default()
        }
    );
    let Target::New(swim) = &plan.routines[2].target else {
        panic!()
    };
    assert_eq!(
        (swim.name.as_str(), swim.started),
        ("Swim", date("2026-01-03"))
    );
    let here = carried_out(&plan, here);
    assert!(super::planning::plan(&newer, &here).is_empty());
}

#[test]
fn what_the_person_wrote_here_stays() {
    let file = data(vec![habit(1, "Walk", &["2026-01-01"])]);
    let mut here = imported(&file);
    here[0].days.insert(
        date("2026-01-02"),
        Touched {
            mark: true,
            ..Touched::default()
        },
    );
    let newer = data(vec![habit(1, "Walk", &["2026-01-01", "2026-01-02"])]);
    assert!(plan(&newer, &here).is_empty());
}

#[test]
fn a_habit_is_known_again_after_it_moved_or_was_renamed_there() {
    let old = data(vec![
        habit(1, "Walk", &["2026-01-01", "2026-01-02"]),
        habit(2, "Vegan", &["2026-01-01"]),
        habit(3, "Vegan", &["2026-01-05", "2026-01-06"]),
    ]);
    let here = imported(&old);
    // Moved, and of the two of one name the one that shares its days.
    let moved = data(vec![
        habit(1, "Vegan", &["2026-01-05", "2026-01-06"]),
        habit(2, "Vegan", &["2026-01-01"]),
        habit(3, "Walk", &["2026-01-01", "2026-01-02"]),
    ]);
    assert!(plan(&moved, &here).is_empty());
    // Renamed there, in its place, with its days.
    let renamed = data(vec![habit(
        1,
        "Stroll",
        &["2026-01-01", "2026-01-02", "2026-01-03"],
    )]);
    let renamed = plan(&renamed, &here);
    assert_eq!(new_routines(&renamed), 0);
    assert_eq!(renamed.routines[0].target, Target::Here(here[0].id));
    // Another habit in the same place shares no days: it is new.
    let other = data(vec![habit(1, "Guitar", &["2026-03-01"])]);
    assert_eq!(new_routines(&plan(&other, &here)), 1);
}

#[test]
fn loops_own_id_comes_first_where_both_sides_have_one() {
    let mut one = habit(1, "Walk", &["2026-01-01"]);
    one.uuid = Some("aaaaaaaa11111111".into());
    let here = imported(&data(vec![one.clone()]));
    let mut renamed = habit(7, "Stroll", &["2026-01-01"]);
    renamed.uuid = one.uuid.clone();
    assert!(plan(&data(vec![renamed]), &here).is_empty());
    let mut another = one.clone();
    another.uuid = Some("bbbbbbbb22222222".into());
    assert_eq!(new_routines(&plan(&data(vec![another]), &here)), 1);
    // The CSV of the same app has no ids: the name leads.
    assert!(plan(&data(vec![habit(1, "Walk", &["2026-01-01"])]), &here).is_empty());
}

#[test]
fn routines_of_this_home_that_came_from_nowhere_are_not_touched() {
    let here = [Present {
        id: ItemId([1; 8]),
        import_key: "from somewhere else".into(),
        deleted: false,
        days: Default::default(),
    }];
    let file = data(vec![habit(1, "Walk", &["2026-01-01"])]);
    assert_eq!(new_routines(&plan(&file, &here)), 1);
}
