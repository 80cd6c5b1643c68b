//! Files that are damaged, far too large or meant to do harm.

use proptest::prelude::*;

use super::*;

#[test]
fn zip_bombs_are_refused_before_they_unfold() {
    // One file that unfolds more than a thousandfold.
    let bytes = zipped(&[("Habits.csv", &" ".repeat(40 << 20))]);
    assert!(bytes.len() < 100_000);
    assert_eq!(loop_zip::read_zip(&bytes), Err(PortError::TooLarge));
    // Below the bound of one file, above the ratio.
    let bytes = zipped(&[("Habits.csv", &" ".repeat(6 << 20))]);
    assert_eq!(loop_zip::read_zip(&bytes), Err(PortError::TooLarge));
    // Many files: each within its bound, all of them not. Noise, so that the ratio is not what stops it.
    let mut noise = 1u32;
    let mut marks = String::new();
    while marks.len() < 7 << 20 {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        marks.push_str(&format!(
            "2026-02-02,UNKNOWN,{}\n",
            "z".repeat((noise >> 24) as usize)
        ));
    }
    let habits: Vec<_> = (0..12).map(|_| ("x", "YES_NO", marks.as_str())).collect();
    assert_eq!(read(&habits), Err(PortError::TooLarge));
}

#[test]
fn a_zip_with_far_too_many_entries_is_refused() {
    let names: Vec<String> = (0..loop_zip::FILES_MAX + 1)
        .map(|n| format!("{n}/x"))
        .collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(
        loop_zip::read_zip(&zipped(&files)),
        Err(PortError::TooLarge)
    );
    assert_eq!(
        loop_zip::read_zip(&vec![0; loop_zip::ZIP_MAX + 1]),
        Err(PortError::TooLarge)
    );
}

#[test]
fn names_that_climb_out_of_a_folder_are_refused() {
    for name in [
        "../Habits.csv",
        "/etc/Habits.csv",
        "001 x/../../Checkmarks.csv",
        "..\\Habits.csv",
        "C:/Habits.csv",
        "./Habits.csv",
        "001 x/./Checkmarks.csv",
    ] {
        let good = HEAD.to_owned() + "001,Walk,YES_NO,,,1,1,,,,,false\n";
        let bytes = zipped(&[
            ("Habits.csv", &good),
            ("001 x/Checkmarks.csv", ""),
            (name, ""),
        ]);
        assert_eq!(loop_zip::read_zip(&bytes), Err(PortError::Unsafe), "{name}");
    }
    // A habit whose folder is odd but harmless.
    let bytes = zipped(&[
        (
            "Habits.csv",
            &(HEAD.to_owned() + "001,..,YES_NO,,,1,1,,,,,false\n"),
        ),
        ("001 ../Checkmarks.csv", "2026-02-02,2,\n"),
    ]);
    assert_eq!(loop_zip::read_zip(&bytes).unwrap().habits[0].name, "..");
}

#[test]
fn formula_cells_are_text_where_text_belongs_and_refused_elsewhere() {
    let data = read(&[(
        "=HYPERLINK(1)",
        "YES_NO",
        "2026-02-02,2,=cmd|' /C calc'!A0\n2026-02-03,0,@SUM(1)\n",
    )])
    .unwrap();
    assert_eq!(data.habits[0].name, "=HYPERLINK(1)");
    assert_eq!(
        data.habits[0].entries[0].1.note.as_deref(),
        Some("=cmd|' /C calc'!A0")
    );
    for marks in [
        "2026-02-02,=1+1,\n",
        "=TODAY(),2,\n",
        "+2026-02-02,2,\n",
        "2026-02-02,,\n",
        "2026-02-02\n",
        "2026-02-30,2,\n",
        "9999-01-01,2,\n",
    ] {
        assert_eq!(
            read(&[("Walk", "YES_NO", marks)]),
            Err(PortError::Malformed {
                part: "Checkmarks.csv",
                line: 2
            }),
            "{marks}"
        );
    }
}

#[test]
fn what_is_missing_twice_or_bent_in_the_list_of_habits_is_refused() {
    let row = "001,Walk,YES_NO,,,1,1,,,,,false\n";
    let marks = ("001 x/Checkmarks.csv", "2026-02-02,2,\n");
    let with = |rows: &str| {
        loop_zip::read_zip(&zipped(&[("Habits.csv", &format!("{HEAD}{rows}")), marks]))
    };
    assert!(with(row).is_ok());
    assert_eq!(
        with(&format!("{row}{row}")),
        Err(PortError::Malformed {
            part: "Habits.csv",
            line: 3
        })
    );
    assert_eq!(
        with("002,Walk,YES_NO,,,1,1,,,,,false\n"),
        Err(PortError::NotWhole("Checkmarks.csv"))
    );
    for bent in [
        "x,Walk,YES_NO,,,1,1,,,,,false\n",
        "001,Walk,MAYBE,,,1,1,,,,,false\n",
        "001,Walk,YES_NO,,,=1,1,,,,,false\n",
        "001,Walk,YES_NO,,,1,1,,,,,perhaps\n",
        "001\n",
    ] {
        assert_eq!(
            with(bent),
            Err(PortError::Malformed {
                part: "Habits.csv",
                line: 2
            }),
            "{bent}"
        );
    }
    assert_eq!(
        loop_zip::read_zip(&zipped(&[marks])),
        Err(PortError::NotKnown)
    );
    assert_eq!(
        loop_zip::read_zip(&zipped(&[("Habits.csv", "")])),
        Err(PortError::NotWhole("Habits.csv"))
    );
    assert_eq!(
        loop_zip::read_zip(&zipped(&[("Habits.csv", "a,b\n1,2\n")])),
        Err(PortError::NotKnown)
    );
    let two = zipped(&[("Habits.csv", HEAD), ("x/Habits.csv", HEAD)]);
    assert_eq!(
        loop_zip::read_zip(&two),
        Err(PortError::NotWhole("Habits.csv"))
    );
    let folders = zipped(&[("Habits.csv", HEAD), marks, ("001 y/Checkmarks.csv", "")]);
    assert_eq!(
        loop_zip::read_zip(&folders),
        Err(PortError::NotWhole("Checkmarks.csv"))
    );
}

#[test]
fn parts_that_lie_over_each_other_or_do_not_fit_their_sum_are_refused() {
    let bytes = export(&[("Walk", "YES_NO", "2026-02-02,2,\n")]);
    // The last entry of the list is made to point at the first one's data.
    let at = bytes
        .windows(4)
        .rposition(|four| four == b"PK\x01\x02")
        .unwrap();
    let mut over = bytes.clone();
    over[at + 42..at + 46].copy_from_slice(&[0; 4]);
    assert!(matches!(
        loop_zip::read_zip(&over),
        Err(PortError::Unsafe | PortError::Damaged)
    ));
    let mut bent = bytes.clone();
    let sum = bytes
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap()
        + 16;
    bent[sum] ^= 1;
    assert_eq!(loop_zip::read_zip(&bent), Err(PortError::Damaged));
}

#[test]
fn every_shortening_of_every_kind_of_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    let zip = export(&[("Walk", "YES_NO", "2026-02-02,2,\n")]);
    let json = write_export(&super::json::a_home()).unwrap().into_bytes();
    for keep in 0..zip.len() {
        assert!(loop_zip::read_zip(&zip[..keep]).is_err(), "{keep}");
    }
    for keep in 0..json.len() - 2 {
        assert!(read_export(&json[..keep]).is_err(), "{keep}");
    }
    let db = std::fs::read(shared("loop.db")).unwrap();
    for part in 0..16 {
        std::fs::write(&path, &db[..db.len() * part / 16]).unwrap();
        assert!(read_file(&path).is_err(), "{part}");
    }
}

#[test]
fn files_that_are_no_files_of_ours_are_not_known() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    for bytes in [
        &b""[..],
        b"hello",
        b"{}",
        b"[1,2]",
        b"\x89PNG\r\n\x1a\n",
        b"PK",
        b"{\"alongside_export\":0}",
        b"SQLite format 3",
    ] {
        std::fs::write(&path, bytes).unwrap();
        assert!(
            matches!(
                read_file(&path),
                Err(PortError::NotKnown | PortError::Damaged)
            ),
            "{bytes:?}"
        );
    }
    assert_eq!(read_file(dir.path()), Err(PortError::NotKnown));
    assert!(matches!(
        read_file(&dir.path().join("none")),
        Err(PortError::Disk(_))
    ));
}

#[test]
fn every_refusal_is_in_plain_words_that_say_nothing_was_changed() {
    for error in [
        PortError::NotKnown,
        PortError::Damaged,
        PortError::Malformed {
            part: "Habits.csv",
            line: 3,
        },
        PortError::NotWhole("Habits.csv"),
        PortError::TooLarge,
        PortError::Unsafe,
        PortError::NewerVersion,
        PortError::Disk(std::io::ErrorKind::NotFound),
    ] {
        let text = error.to_string();
        assert!(text.ends_with("nothing was changed"), "{text}");
        assert_eq!(crate::life::wordlist::forbidden(&text), None);
        let outside = crate::error::AlongsideError::from(error).to_string();
        assert_eq!(crate::life::wordlist::forbidden(&outside), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let _ = loop_zip::read_zip(&bytes);
        let _ = read_export(&bytes);
        let mut like_zip = b"PK\x03\x04".to_vec();
        like_zip.extend(&bytes);
        like_zip.extend(b"PK\x05\x06");
        like_zip.extend(&bytes);
        let _ = loop_zip::read_zip(&like_zip);
    }

    #[test]
    fn a_bent_zip_is_read_or_refused(
        bends in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = export(&[
            ("Walk", "YES_NO", "2026-02-02,2,a note\n2026-02-01,SKIP,\n"),
            ("Water", "NUMERICAL", "2026-02-02,2500,\n"),
        ]);
        for (at, byte) in bends {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let _ = loop_zip::read_zip(&bytes);
    }

    #[test]
    fn any_text_in_the_tables_is_read_or_refused_and_what_is_read_can_be_kept(
        habits in "([0-9]{3}|[^\"]{0,4}),\\PC{0,80}(,YES_NO|,NUMERICAL)?[,0-9]{0,20}\n{0,2}",
        marks in "(2026-0[0-9]-[0-9]{2}|\\PC{0,6}),(YES_MANUAL|SKIP|[0-9]{0,4}|\\PC{0,6}),(\\PC{0,30}|\"[^\"]{0,40}\")\n",
    ) {
        let table = format!("{HEAD}{habits}");
        let bytes = zipped(&[("Habits.csv", &table), ("001 x/Checkmarks.csv", &marks)]);
        if let Ok(data) = loop_zip::read_zip(&bytes) {
            for habit in &data.habits {
                prop_assert!(crate::life::text::name(&habit.name).as_deref() == Ok(&habit.name));
                for (_, entry) in &habit.entries {
                    prop_assert!(entry.note.as_deref().is_none_or(|note| crate::life::text::note(note).is_ok()));
                }
            }
            let first = plan_import(&data, &[], date("2026-02-02"), counting(0));
            let again = plan_import(&data, &carried_out(&first, vec![]), date("2026-02-02"), counting(9));
            prop_assert!(again.is_empty());
        }
    }
}
