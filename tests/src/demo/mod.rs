//! The demo: six homes and a real post box live three weeks, told in plain sentences, each claim checked as it is told.
//! It uses what ships: the relay's program, HTTP, the encrypted folders, the companion's front door.
//! Invariant: nothing is told with a tick that was not just found to be so.

mod afterwards;
mod blind;
mod check;
mod deeds;
pub mod expected;
pub mod held;
pub mod home;
pub(crate) mod lived;
pub mod search;
mod switch;
pub mod tell;
pub mod town;
pub mod weeks;

use crate::robin::Life;
use alongside_core::life::Role;
use std::path::Path;
use tell::Teller;
use town::{PHONE, TABLET, Town};
use weeks::Weeks;

/// What a chapter answers.
pub type Told<T> = Result<T, Box<dyn std::error::Error>>;

/// The seed of the life that is shown.
pub(crate) const SEED: u64 = 20_260_202;
/// Days of the three weeks, and of the time after the officer's change.
const DAYS: u32 = 21;
const AFTER: u32 = 2;

/// Tells it from its first line to its last. With `keep` the folder stays. Returns whether every claim held.
///
/// # Panics
/// Where no folder can be made.
#[must_use]
pub fn tell_all(keep: bool) -> bool {
    let begun = std::time::Instant::now();
    let folder = tempfile::Builder::new()
        .prefix("alongside-demo-")
        .tempdir()
        .expect("a folder can be made");
    let place = folder.path().to_owned();
    let mut tell = Teller::new();
    let told = chapters(&place, &mut tell, keep);
    if keep {
        let _ = folder.keep();
    }
    if let Err(why) = &told {
        tell.line("");
        tell.holds(
            &format!("The story is told to its end. It stopped here: {why}"),
            false,
        );
    }
    let (held, broken) = tell.count();
    tell.line("");
    tell.line(&format!("Told in {} seconds.", begun.elapsed().as_secs()));
    tell.line(&format!("claims: {held} passed, {broken} failed"));
    broken == 0
}

fn chapters(folder: &Path, tell: &mut Teller, keep: bool) -> Told<()> {
    tell.line("Alongside: three weeks of Robin's life, six homes and a post box that can't read.");
    let mut town = Town::begin(folder, std::mem::take(tell))?;
    let told = story(&mut town);
    let told = told.map(|()| {
        if keep {
            go_on(&mut town);
        }
    });
    *tell = std::mem::take(&mut town.tell);
    told
}

fn story(town: &mut Town) -> Told<()> {
    town.tell.chapter("The post box");
    let at = town.relay.url.clone();
    town.tell.say(&format!("The real relay runs as a process of its own at {at}. It is told the day, and nothing else. Each home reaches it over HTTP, by a line of its own that can be cut."));
    let empty = held::Shelf::of(town)?;
    town.tell.claim(
        "It is empty: no inbox, no envelope.",
        &(empty.inboxes.len(), empty.kept.len()),
        &(0, 0),
    );
    let empty = empty.raw;

    town.tell.chapter("Meeting, on Monday 2 February 2026");
    meeting(town)?;

    town.tell.chapter("Three weeks");
    let first = town.today();
    let deeds = Life::make(SEED).window(first, DAYS + AFTER);
    let mut weeks = Weeks::of(deeds, first);
    weeks.live(town, DAYS - 1)?;

    town.tell.chapter("Every home is switched off and on");
    let names: Vec<&'static str> = town.homes.keys().copied().collect();
    for name in names {
        town.home(name).open_again()?;
    }
    town.tell
        .say("All six are closed without a word and opened again from their encrypted folders.");
    check::told_as_one(
        town,
        &weeks.expected,
        "Every one of them holds exactly what it held: ticks, notes, kind words, and what is shown.",
    )?;

    town.tell.chapter("From another program");
    afterwards::import(town)?;

    town.tell.chapter("Side by side, on Sunday 22 February");
    afterwards::side_by_side(town, &weeks)?;

    town.tell.chapter("Taking something back");
    afterwards::take_back(town, &mut weeks)?;

    town.tell.chapter("Another officer");
    afterwards::replace_officer(town, &mut weeks, DAYS + AFTER - 1)?;

    town.tell.chapter("What the post box holds");
    blind::tell(town, &empty)?;
    let aside: u32 = town.homes.values().map(|home| home.aside).sum();
    town.tell.claim(
        "In all this time nothing came to any home that did not open.",
        &aside,
        &0,
    );
    Ok(())
}

fn meeting(town: &mut Town) -> Told<()> {
    let homes = [
        (PHONE, "Robin", "phone"),
        (TABLET, "Robin", "tablet"),
        ("Jean", "Jean", ""),
        ("Pat", "Pat", ""),
        ("Sam", "Sam", ""),
    ];
    for (home, person, device) in homes {
        town.unpack(home, person, device)?;
    }
    town.sets_post_box(PHONE)?;
    town.tell.say("Robin has a phone and a tablet; Jean is Robin's mum, Pat a mentor, Sam an officer. Each invite is a link; each time both read four words to each other.");
    town.tell.line("");
    town.join_beside(PHONE, TABLET)?;
    town.until_quiet()?;
    town.meet(PHONE, "Jean", Role::Family)?;
    town.meet(PHONE, "Pat", Role::Mentor)?;
    town.meet(PHONE, "Sam", Role::Officer)?;
    weeks::open_doors(town)?;
    for home in [PHONE, TABLET] {
        let people = town.app(home).people()?.into_iter().map(|one| one.name);
        let people: Vec<String> = people.collect();
        let called = town.home(home).called.clone();
        town.tell.claim(
            &format!("On {called} my people are Jean, Pat and Sam."),
            &people,
            &["Jean", "Pat", "Sam"].map(str::to_owned).to_vec(),
        );
        let devices = town.app(home).devices()?.len();
        town.tell
            .claim(&format!("{called} knows of both devices."), &devices, &2);
    }
    let shown = town.app(PHONE).shares()?.len();
    town.tell
        .claim("Nothing is shown to anybody yet.", &shown, &0);
    Ok(())
}

/// How to go on by hand.
fn go_on(town: &mut Town) {
    let url = town.relay.url.trim_start_matches("http://").to_owned();
    let place = town.folder.display().to_string();
    let programs = std::env::current_exe().unwrap_or_default();
    let programs = programs
        .parent()
        .unwrap_or(Path::new("target/debug"))
        .display()
        .to_string();
    town.tell.chapter("Going on by hand");
    town.tell.say("Everything stays. The command needs the day of the story; so does the post box, which has it in a file.");
    town.tell.line("");
    town.tell.line(&format!("    cd {place}"));
    town.tell.line(&format!(
        "    export PATH={programs}:$PATH ALONGSIDE_ZONE=Europe/London ALONGSIDE_TODAY={}",
        town.today()
    ));
    town.tell.line(&format!(
        "    relay --listen {url} --database post-box/relay.db --day-file post-box/day &"
    ));
    for words in [
        "robin-tablet today",
        "robin-phone see-as Jean",
        "robin-phone done \"Eat with Mum\"",
        "robin-phone sync",
        "jean sync",
        "jean inbox",
        "bo people",
    ] {
        let (home, words) = words.split_once(' ').unwrap_or((words, ""));
        town.tell
            .line(&format!("    alongside --home homes/{home} {words}"));
    }
}
