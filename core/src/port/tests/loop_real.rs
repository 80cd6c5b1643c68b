//! Loop's own files: two real ones, and made ones of other versions.

use super::*;
use crate::store::foreign::{Wanted, make_foreign, read_foreign};

fn incoming(path: &Path) -> LoopData {
    match read_file(path).unwrap() {
        Incoming::Loop(data) => data,
        Incoming::Export(_) => panic!("not ours"),
    }
}

#[test]
fn the_real_zip_has_two_routines_six_done_and_three_notes_on_blank_days() {
    let data = incoming(&shared("Loop Habits CSV 2015-01-25.zip"));
    let names: Vec<&str> = data
        .habits
        .iter()
        .map(|habit| habit.name.as_str())
        .collect();
    assert_eq!(names, ["Meditate", "Wake up early"]);
    assert_eq!(data.habits[0].rhythm.to_string(), "daily");
    assert_eq!(data.habits[1].rhythm.to_string(), "2 in 3 days");

    let plan = plan_import(&data, &[], date("2026-02-02"), counting(0));
    let adds = plan.adds();
    assert_eq!(
        (adds.routines, adds.done, adds.notes, adds.rest),
        (2, 6, 3, 0)
    );
    let entries = &data.habits[1].entries;
    let noted = entries.iter().filter(|(_, entry)| entry.note.is_some());
    assert!(noted.clone().all(|(_, entry)| entry.mark.is_none()));
    let notes: Vec<&str> = noted
        .map(|(_, entry)| entry.note.as_deref().unwrap())
        .collect();
    assert_eq!(notes, ["\"Vacation\"", "Forgot to do it, really", "Sick"]);

    let Target::New(meditate) = &plan.routines[0].target else {
        panic!()
    };
    assert_eq!(
        meditate.started,
        date("2026-02-02"),
        "no days: it starts when it came"
    );
    let Target::New(early) = &plan.routines[1].target else {
        panic!()
    };
    assert_eq!(early.started, date("2015-01-16"));
    assert!(
        plan_import(
            &data,
            &carried_out(&plan, vec![]),
            date("2026-02-02"),
            counting(9)
        )
        .is_empty()
    );
}

#[test]
fn the_real_backup_has_nine_routines_three_names_twice_and_164_done() {
    let path = shared("loop.db");
    let before = std::fs::read(&path).unwrap();
    let data = incoming(&path);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    let plan = plan_import(&data, &[], date("2026-02-02"), counting(0));
    let adds = plan.adds();
    assert_eq!(
        (adds.routines, adds.done, adds.rest, adds.notes),
        (9, 164, 0, 0)
    );
    let mut names: Vec<&str> = data
        .habits
        .iter()
        .map(|habit| habit.name.as_str())
        .collect();
    names.sort_unstable();
    let twice = names.windows(2).filter(|two| two[0] == two[1]).count();
    assert_eq!(twice, 3);
    let first = &data.habits[0];
    assert_eq!((first.name.as_str(), first.position), ("Wake up early", 1));
    assert_eq!(first.entries.first().unwrap().0, date("2016-01-01"));

    let here = carried_out(&plan, vec![]);
    assert!(plan_import(&data, &here, date("2026-02-02"), counting(50)).is_empty());
}

#[test]
fn the_version_of_the_real_backup_is_the_oldest_in_the_wild() {
    let wanted = Wanted {
        table: "Habits",
        needed: &["id"],
        optional: &[],
    };
    let foreign = read_foreign(&shared("loop.db"), &[wanted]).unwrap();
    assert_eq!(foreign.user_version, 12);
}

#[test]
fn a_made_zip_shows_a_skip_becoming_a_rest_day() {
    let data = read(&[
        (
            "Walk",
            "YES_NO",
            "2026-02-05,SKIP,\n2026-02-04,3,Sore foot\n2026-02-03,YES_MANUAL,\n2026-02-02,2,\n\
             2026-02-01,YES_AUTO,\n2026-01-31,NO,\n2026-01-30,UNKNOWN,\n2026-01-29,0,\n2026-01-28,-1,\n",
        ),
        ("Water", "NUMERICAL", "2026-02-03,2500,\n2026-02-02,YES_MANUAL,Two sips\n2026-02-01,NO,\n2026-01-31,SKIP,\n"),
    ])
    .unwrap();
    let marks: Vec<_> = data.habits[0]
        .entries
        .iter()
        .map(|(day, entry)| (day.to_string(), entry.mark))
        .collect();
    assert_eq!(
        marks,
        [
            ("2026-02-02".to_owned(), Some(Mark::Done)),
            ("2026-02-03".to_owned(), Some(Mark::Done)),
            ("2026-02-04".to_owned(), Some(Mark::Rest)),
            ("2026-02-05".to_owned(), Some(Mark::Rest)),
        ]
    );
    let water = &data.habits[1].entries;
    assert_eq!(
        (water[0].1.mark, water[0].1.amount),
        (Some(Mark::Rest), None)
    );
    assert_eq!(
        (water[1].1.mark, water[1].1.amount),
        (Some(Mark::Done), Some(2))
    );
    assert_eq!(
        (water[2].1.mark, water[2].1.amount),
        (Some(Mark::Done), Some(2500))
    );
    let adds = plan_import(&data, &[], date("2026-02-06"), counting(0)).adds();
    assert_eq!(
        (adds.done, adds.rest, adds.amounts, adds.notes),
        (4, 3, 2, 2)
    );
}

#[test]
fn old_headings_and_a_folder_around_everything_are_read() {
    let bytes = zipped(&[
        (
            "Loop Habits/Habits.csv",
            "\u{feff}Name,Description,NumRepetitions,Interval,Color\nRead,,3,7,#fff\n",
        ),
        (
            "Loop Habits/001 Read/Checkmarks.csv",
            "2015-01-25,2\n2015-01-24,-3\n2015-01-23,0\n",
        ),
        ("Loop Habits/Checkmarks.csv", "Date,Read,\n2015-01-25,2,\n"),
        (
            concat!("Loop Habits/001 Read/", "S", "cores.csv"),
            "2015-01-25,0.5\n",
        ),
    ]);
    let data = loop_zip::read_zip(&bytes).unwrap();
    assert_eq!(data.habits[0].rhythm.to_string(), "3 a week");
    let marks: Vec<_> = data.habits[0]
        .entries
        .iter()
        .map(|(_, entry)| entry.mark)
        .collect();
    assert_eq!(marks, [Some(Mark::Rest), Some(Mark::Done)]);
}

#[test]
fn a_late_version_of_the_backup_is_read_by_its_columns() {
    let midnight = "1769990400000"; // 2026-02-02
    let (_dir, path) = make_foreign(&format!(
        "PRAGMA user_version=25;
         CREATE TABLE Habits (id INTEGER PRIMARY KEY, archived INTEGER, color INTEGER, description TEXT, freq_den INTEGER,
           freq_num INTEGER, highlight INTEGER, name TEXT, position INTEGER, reminder_hour INTEGER, reminder_min INTEGER,
           reminder_days INTEGER, type INTEGER NOT NULL DEFAULT 0, target_type INTEGER, target_value REAL, unit TEXT,
           question TEXT, uuid TEXT);
         CREATE TABLE Repetitions (id INTEGER PRIMARY KEY, habit INTEGER, timestamp INTEGER, value INTEGER, notes TEXT);
         INSERT INTO Habits VALUES
           (4, 1, 0, '', 7, 2, 0, 'Gym', 1, 18, 30, 127, 0, 0, 0, 'not used', '', 'AB12cd34ef567890'),
           (9, 0, 0, '', 1, 1, 0, 'Water', 0, NULL, NULL, 0, 1, 0, 2.5, 'litres', '', 'ffee001122334455');
         INSERT INTO Repetitions (habit, timestamp, value, notes) VALUES
           (4, {midnight}, 2, NULL), (4, {midnight} + 86400000, 3, 'Sore'), (4, {midnight} + 172800000, -1, 'Note alone'),
           (4, {midnight} + 259200000, 0, ''), (9, {midnight}, 2500, ''), (9, {midnight} + 86400000, 3, ''),
           (77, {midnight}, 2, 'of a habit that is gone');"
    ));
    let data = incoming(&path);
    let [water, gym] = data.habits.as_slice() else {
        panic!()
    };
    assert_eq!(
        (water.name.as_str(), water.position, water.unit.as_deref()),
        ("Water", 1, Some("litres"))
    );
    assert_eq!(water.uuid.as_deref(), Some("ffee001122334455"));
    assert_eq!(
        water.entries[0],
        (
            date("2026-02-02"),
            Entry {
                mark: Some(Mark::Done),
                amount: Some(2500),
                note: None
            }
        )
    );
    assert_eq!(water.entries[1].1.mark, Some(Mark::Rest));
    assert!(gym.archived && gym.unit.is_none());
    assert_eq!(
        (gym.rhythm.to_string().as_str(), gym.uuid.as_deref()),
        ("2 a week", Some("ab12cd34ef567890"))
    );
    assert_eq!(gym.time.unwrap().to_string(), "18:30:00");
    let notes: Vec<_> = gym
        .entries
        .iter()
        .map(|(_, entry)| (entry.mark, entry.note.as_deref()))
        .collect();
    assert_eq!(
        notes,
        [
            (Some(Mark::Done), None),
            (Some(Mark::Rest), Some("Sore")),
            (None, Some("Note alone"))
        ]
    );
    let Target::New(routine) = &plan_import(&data, &[], date("2026-03-01"), counting(0)).routines
        [1]
    .target
    .clone() else {
        panic!()
    };
    assert!(
        routine.ended,
        "archived there is ended here, and can be taken up again"
    );
}

#[test]
fn a_backup_of_another_app_or_with_values_that_loop_never_writes_is_refused() {
    let (_dir, path) = make_foreign(
        "CREATE TABLE Habits (id, name); CREATE TABLE Repetitions (habit, timestamp);",
    );
    assert_eq!(read_file(&path), Err(PortError::NotKnown));
    let tables = "CREATE TABLE Habits (id INTEGER, name, freq_num, freq_den, type); CREATE TABLE Repetitions (habit, timestamp, value);";
    for (rows, part) in [
        (
            "INSERT INTO Habits VALUES (1, 'a', 1, 1, 0), (1, 'b', 1, 1, 0);",
            "Habits",
        ),
        ("INSERT INTO Habits VALUES (NULL, 'a', 1, 1, 0);", "Habits"),
        ("INSERT INTO Habits VALUES (1, 'a', 1, 1, 'x');", "Habits"),
        (
            "INSERT INTO Habits VALUES (1, 'a', 1, 1, 0); INSERT INTO Repetitions VALUES (1, 'soon', 2);",
            "Repetitions",
        ),
        (
            "INSERT INTO Habits VALUES (1, 'a', 1, 1, 0); INSERT INTO Repetitions VALUES (1, 9223372036854775807, 2);",
            "Repetitions",
        ),
        (
            "INSERT INTO Habits VALUES (1, 'a', 1, 1, 0); INSERT INTO Repetitions VALUES (1, 0, '=1+1');",
            "Repetitions",
        ),
        (
            "INSERT INTO Habits VALUES (1, 'a', 1, 1, 0); INSERT INTO Repetitions VALUES (1, 0, 99);",
            "Repetitions",
        ),
    ] {
        let (_dir, path) = make_foreign(&format!("{tables}{rows}"));
        match read_file(&path) {
            Err(PortError::Malformed { part: at, .. }) => assert_eq!(at, part, "{rows}"),
            other => panic!("{rows}: {other:?}"),
        }
    }
}
