//! What comes after the three weeks: an import, what each sees side by side, a share taken back, an officer replaced.
//! It knows the front door and the plain lists.
//! Invariant: after each change the others' view is compared too, not only the one that changed.

use super::Told;
use super::check;
use super::expected::View;
use super::town::{PHONE, TABLET, Town};
use super::weeks::Weeks;
use crate::robin::{Deed, JOB_SEARCH, ROBIN, ROUTINES, Thing, WALK, What};
use alongside_core::life::{CardKind, DayRecord, ItemId, Mark, State};
use jiff::ToSpan;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;

/// Brings in what another program left.
pub(super) fn import(town: &mut Town) -> Told<()> {
    let (file, expected) = match loops_own() {
        Some(path) => {
            town.tell.say("Robin used Loop Habit Tracker years ago and brings its export in, on the phone. The file is a real one of Loop's own.");
            (path, (2, 6, 0, 3))
        }
        None => {
            town.tell.say("Robin used Loop Habit Tracker years ago and brings its export in, on the phone. Loop's own sample is not beside this folder, so the file is made here, in the same shape.");
            (made_zip(&town.folder)?, (2, 4, 1, 2))
        }
    };
    let before: Vec<ItemId> = town
        .app(PHONE)
        .routines()?
        .iter()
        .map(|one| one.id)
        .collect();
    let plan = town.app(PHONE).plan_import(&file)?;
    let adds = plan.adds();
    let (routines, done, rest, notes) = expected;
    town.tell.claim(
        &format!("It would add {routines} routines, {done} ticks, {rest} rest days and {notes} notes, and says so before anything is changed."),
        &(adds.routines, adds.done, adds.rest, adds.notes),
        &expected,
    );
    town.app(PHONE).bring_in(plan)?;
    let again = town.app(PHONE).plan_import(&file)?;
    town.tell.holds(
        "Brought in a second time it adds nothing.",
        again.is_empty(),
    );
    town.until_quiet()?;
    let (mut here, mut there) = (Vec::new(), Vec::new());
    let all = town.app(PHONE).routines()?;
    for routine in all.into_iter().filter(|one| !before.contains(&one.id)) {
        let (first, last) = (Date::constant(2000, 1, 1), town.today());
        let days = town.app(PHONE).history(routine.id, first, last)?;
        let notes = days.values().flat_map(|record| record.notes.clone());
        let typed: Vec<String> = notes.chain([routine.name.clone()]).collect();
        typed.iter().for_each(|text| {
            town.typed(text);
        });
        here.push((routine.name.clone(), days));
        there.push((
            routine.name.clone(),
            town.app(TABLET).history(routine.id, first, last)?,
        ));
    }
    let ticks = |of: &[(String, BTreeMap<Date, DayRecord>)]| {
        let records = of.iter().flat_map(|(_, days)| days.values());
        records.filter(|one| one.mark == Some(Mark::Done)).count()
    };
    town.tell.claim(
        "The tablet has it too, day for day.",
        &(ticks(&there), &there),
        &(done, &here),
    );
    Ok(())
}

/// The zip among Loop's own samples, where they are beside the workspace.
fn loops_own() -> Option<PathBuf> {
    let shared = std::env::var_os("ALONGSIDE_SHARED").map_or_else(
        || {
            let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
            top.map(|top| top.join("shared"))
        },
        |path| Some(PathBuf::from(path)),
    )?;
    let files = std::fs::read_dir(shared.join("data/loop")).ok()?;
    let mut zips = files.flatten().map(|file| file.path());
    zips.find(|path| path.extension().is_some_and(|ending| ending == "zip"))
}

fn made_zip(folder: &Path) -> Told<PathBuf> {
    let path = folder.join("loop-made-here.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path)?);
    let files = [
        (
            "Habits.csv",
            "Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,Target Value,Archived?\n\
             001,Practise the harmonica,YES_NO,Did you play?,,1,1,#FF8F00,,,,false\n\
             002,Swim before breakfast,YES_NO,,,2,7,#00897B,,,,false\n",
        ),
        (
            "001 Practise the harmonica/Checkmarks.csv",
            "Date,Value,Notes\n2024-05-04,YES_MANUAL,\n2024-05-03,SKIP,\n2024-05-02,YES_MANUAL,Learned the chorus\n",
        ),
        (
            "002 Swim before breakfast/Checkmarks.csv",
            "Date,Value,Notes\n2024-05-04,YES_MANUAL,\n2024-05-03,NO,Lifeguard strike\n2024-05-01,YES_MANUAL,\n",
        ),
    ];
    for (name, text) in files {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    zip.finish()?;
    Ok(path)
}

/// One table: Robin's things, and what each of the others sees of them, from their own phones.
pub(super) fn side_by_side(town: &mut Town, weeks: &Weeks) -> Told<()> {
    let today = town.today();
    let people = ["Jean", "Pat", "Sam", "Bo"];
    let week: Vec<Date> = (0..7_i64)
        .rev()
        .map(|back| today.saturating_sub(back.days()))
        .collect();
    let mut views = BTreeMap::new();
    for person in people {
        let robin = town.knows(person, ROBIN);
        views.insert(person, View::of(&town.app(person).what_they_show(&robin)?));
    }
    let mut rows = vec![
        ["", "Robin"]
            .iter()
            .chain(&people)
            .map(|one| (*one).to_owned())
            .collect::<Vec<_>>(),
    ];
    for at in weeks.expected.all().keys() {
        let name = ROUTINES[*at].name;
        let id = town.routine(*at)?;
        let own = town.app(TABLET).history(id, week[0], today)?;
        let mut row = vec![name.to_owned(), strip(&own, &week)];
        for person in people {
            let seen = views.get(person).and_then(|view| view.routines.get(name));
            row.push(seen.map(|days| strip(days, &week)).unwrap_or_default());
        }
        rows.push(row);
    }
    for goal in town.app(TABLET).goals()? {
        let mut row = vec![goal.name.clone(), goal.state.to_string()];
        for person in people {
            let seen = views
                .get(person)
                .and_then(|view| view.goals.get(&goal.name));
            row.push(seen.map(State::to_string).unwrap_or_default());
        }
        rows.push(row);
    }
    town.tell.say("The last seven days as Robin has them, and as each of the others sees them on their own phone: ● done, ○ rest day, · blank, ◆ done with a note.");
    town.tell.line("");
    town.tell.table(&rows);
    let blank = rows
        .iter()
        .skip(1)
        .map(|row| row[2..].iter().filter(|cell| cell.is_empty()).count());
    let hidden: usize = blank.sum();
    town.tell.holds(
        "Most of it is nobody's but Robin's.",
        hidden > (rows.len() - 1) * 2,
    );
    town.tell.holds(
        "No cell of another person shows a thing that Robin does not have.",
        views.values().all(|view| {
            view.routines
                .keys()
                .chain(view.goals.keys())
                .all(|name| rows.iter().any(|row| row[0] == *name))
        }),
    );
    Ok(())
}

fn strip(days: &BTreeMap<Date, DayRecord>, week: &[Date]) -> String {
    let sign = |day: &Date| match days.get(day) {
        Some(DayRecord {
            mark: Some(Mark::Done),
            notes,
            ..
        }) if !notes.is_empty() => '◆',
        Some(DayRecord {
            mark: Some(Mark::Done),
            ..
        }) => '●',
        Some(DayRecord {
            mark: Some(Mark::Rest),
            ..
        }) => '○',
        _ => '·',
    };
    week.iter().map(sign).collect()
}

/// Robin takes a share back.
pub(super) fn take_back(town: &mut Town, weeks: &mut Weeks) -> Told<()> {
    let thing = Thing::Routine(WALK);
    let item = *town.things.get(&thing).ok_or("not begun")?;
    let pat = town.knows(PHONE, "Pat");
    let may = town.app(PHONE).stop_showing(item, &pat)?;
    town.tell
        .say("Robin stops showing Pat \"Walk\". The phone says:");
    let names = may.people.join(", ");
    town.tell.aside(&format!(
        "You stopped showing this. {names} may have seen it before."
    ));
    let day = town.today();
    weeks.expected.write(&Deed {
        day,
        who: ROBIN,
        what: What::Stops { thing, to: "Pat" },
    });
    town.tell
        .claim("It names who may have seen it.", &names.as_str(), &"Pat");
    town.until_quiet()?;
    for person in ["Pat", "Jean", "Sam", "Bo"] {
        check::told_of(town, &weeks.expected, person)?;
    }
    Ok(())
}

/// Sam goes, Bo stays.
pub(super) fn replace_officer(town: &mut Town, weeks: &mut Weeks, last: u32) -> Told<()> {
    let (sam, robin) = (town.knows(PHONE, "Sam"), town.knows("Sam", ROBIN));
    let before = View::of(&town.app("Sam").what_they_show(&robin)?);
    town.app(PHONE).remove_person(&sam)?;
    weeks.expected.write(&Deed {
        day: town.today(),
        who: "Sam",
        what: What::Leaves { blocked: false },
    });
    town.known.remove(&(PHONE, "Sam"));
    town.tell.say("Sunday evening: Robin takes Sam out of my people. Nobody is told. Two more days pass; Sam, who does not know, sends a card.");
    town.until_quiet()?;
    town.app("Sam")
        .send_card(&robin, CardKind::ThinkingOfYou, None)?;
    town.tell.line("");
    town.next_day();
    weeks.live(town, last)?;
    town.until_quiet()?;
    let names = |town: &mut Town, home: &str| -> Told<Vec<String>> {
        let people = town.app(home).people()?;
        Ok(people.into_iter().map(|one| one.name).collect())
    };
    town.tell.line("");
    for home in [PHONE, TABLET] {
        let (found, called) = (names(town, home)?, town.home(home).called.clone());
        town.tell.claim(
            &format!("On {called} my people are Bo, Jean and Pat."),
            &found,
            &["Bo", "Jean", "Pat"].map(str::to_owned).to_vec(),
        );
    }
    let after = View::of(&town.app("Sam").what_they_show(&robin)?);
    let monday = town.today().saturating_sub(1.day());
    let id = town.routine(JOB_SEARCH)?;
    let record = town.app(TABLET).record(id, monday)?;
    town.tell.claim(
        "On Monday Robin did a job search hour, which Sam used to see.",
        &record.mark,
        &Some(Mark::Done),
    );
    town.tell.claim(
        "Sam's phone still shows the days it had, and not one of the two days since.",
        &after.routines,
        &before.routines,
    );
    let came = town.sync("Sam")?.came;
    town.tell.claim("Nothing comes to Sam any more.", &came, &0);
    for home in [PHONE, TABLET] {
        let from_sam = town
            .app(home)
            .inbox()?
            .into_iter()
            .filter(|one| one.from == sam);
        let called = town.home(home).called.clone();
        town.tell.claim(
            &format!(
                "Sam's card did not come to {}: the way in is closed.",
                called
            ),
            &from_sam.count(),
            &0,
        );
    }
    for person in ["Bo", "Jean", "Pat"] {
        check::told_of(town, &weeks.expected, person)?;
    }
    check::told_as_one(
        town,
        &weeks.expected,
        "Robin's two devices and the three others hold exactly what was written and shown.",
    )
}
