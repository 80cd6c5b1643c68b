//! Two homes for the pictures of the phones: Robin's life is lived from the demo's first day to a day of its second year, by
//! everybody in it, on real homes and through the real relay; then Robin's home and Pat's are left, with the post box between
//! them, for a face to open. What happens is the demo's life; here stand only how often mail goes, and where it ends.
//! Invariant: what is left is as the phones left it; only keys lie where a phone's keystore has them, outside the home.

use crate::demo::held::copy;
use crate::demo::lived::{does, is_between_those_who_met};
use crate::demo::tell::Teller;
use crate::demo::town::{PHONE, TABLET, Town};
use crate::demo::{SEED, Told};
use crate::robin::{Deed, Life, PEOPLE, ROBIN, What, day};
use alongside_core::life::{Answer, ItemRef, Role, State};
use alongside_core::trust::invite::Kind;
use jiff::civil::{Date, Time};
use std::collections::{BTreeSet, HashMap};
use std::mem::discriminant;
use std::path::Path;

/// The last day, a Friday of the second year: four routines come round, and four people have just written, one an idea.
const LAST: Date = Date::constant(2027, 11, 19);
/// Days between two times at which everybody meets the post box; in the last of the days, each day.
const MEETING: u32 = 10;
const DAILY: u32 = 10;
/// Times of the day that Robin has in mind, by the routine's place in its table: the story says none, and a page with times has
/// to be looked at too.
const TIMES: [(usize, i8, i8); 6] = [
    (0, 7, 30),
    (3, 18, 0),
    (4, 13, 0),
    (5, 19, 0),
    (6, 10, 0),
    (8, 12, 0),
];
/// The zone of everybody's clock, as [`crate::clock::TownClock`] has it.
const ZONE: &str = "Europe/London";

/// Lives it and leaves in `folder`: `Robin/` and `Pat/`, each with `home` and its `key`; `relay/`, the post box's own folder;
/// and `moment`, the seconds since 1970-01-01 UTC and the zone at which they stand.
///
/// # Errors
/// A deed that was not done, and the disk's no.
pub fn leave(folder: &Path) -> Told<()> {
    // Two years of durable deeds are lived in memory where there is some: nothing of it has to outlast a fall of the machine.
    let memory = Path::new("/dev/shm");
    let place = if memory.is_dir() {
        tempfile::tempdir_in(memory)?
    } else {
        tempfile::tempdir()?
    };
    let mut town = Town::begin(place.path(), Teller::quiet())?;
    town.unpack(PHONE, ROBIN, "phone")?;
    town.unpack(TABLET, ROBIN, "tablet")?;
    town.sets_post_box(PHONE)?;
    town.join_beside(PHONE, TABLET)?;
    live(&mut town)?;
    for (at, hour, minute) in TIMES {
        let id = town.routine(at)?;
        let time = Time::new(hour, minute, 0, 0)?;
        town.app(PHONE).set_time(id, Some(time))?;
    }
    mail(&mut town)?;
    invites(&mut town)?;
    put(town, folder)
}

/// The deeds up to and with the last day. What is shown to somebody who comes later is shown when they have come.
fn deeds(first: Date) -> Vec<Deed> {
    let days = (LAST - first).get_days().unsigned_abs() + 1;
    let (mut later, mut deeds): (Vec<Deed>, Vec<Deed>) = Life::make(SEED)
        .window(first, days)
        .into_iter()
        .partition(|deed| comes(deed).is_some_and(|on| on > deed.day));
    for deed in &mut later {
        deed.day = comes(deed).unwrap_or(deed.day);
    }
    deeds.extend(later);
    deeds.sort_by_key(|deed| deed.day);
    // It is morning: of Robin's own day only its first routine is behind.
    deeds.retain(|deed| match &deed.what {
        What::Marks(at, _) | What::Notes(at, _) => deed.day < LAST || *at == 0,
        _ => true,
    });
    deeds
}

/// The day on which the one joins to whom something is shown.
fn comes(deed: &Deed) -> Option<Date> {
    let What::Shows { to, .. } = &deed.what else {
        return None;
    };
    let person = PEOPLE.iter().find(|one| one.name == *to);
    person.map(|one| day(one.from))
}

fn live(town: &mut Town) -> Told<()> {
    let first = town.today();
    let deeds = deeds(first);
    let days = (LAST - first).get_days().unsigned_abs();
    let mut newest = HashMap::new();
    for number in 0..=days {
        let today = town.today();
        for deed in deeds.iter().filter(|deed| deed.day == today) {
            if let What::Answers { from, answer, .. } = &deed.what {
                for made in answers(town, deed, number, (from, *answer))? {
                    if let Some(older) = newest.insert(discriminant(&made), made) {
                        finished(town, older)?;
                    }
                }
                continue;
            }
            let joins = matches!(deed.what, What::Meets { .. });
            does(town, deed, number)?;
            // Who was taken out is not heard of again.
            if matches!(deed.what, What::Leaves { .. }) {
                town.round(&[PHONE, TABLET])?;
                town.homes.remove(deed.who);
            }
            if joins && !is_between_those_who_met(town, deed) {
                return Err(format!("{} did not join", deed.who).into());
            }
        }
        if number % MEETING == 0 || days - number < DAILY {
            mail(town)?;
        }
        if number < days {
            town.next_day();
        }
    }
    Ok(())
}

/// Everybody meets the post box: first those who write to Robin, then Robin's two, then those whom Robin answers.
fn mail(town: &mut Town) -> Told<()> {
    let all: Vec<&'static str> = town.homes.keys().copied().collect();
    town.round(&all)?;
    town.round(&all)?;
    // What was passed on is the demo's to look through.
    if let Ok(mut passed) = town.passed.lock() {
        passed.clear();
    }
    Ok(())
}

/// Robin's answer to an idea, which has to have come. Of what was made of ideas only the newest goes on, so that the days stay
/// those of the story: five to eight routines at once.
fn answers(
    town: &mut Town,
    deed: &Deed,
    number: u32,
    (from, answer): (&'static str, Answer),
) -> Told<BTreeSet<ItemRef>> {
    town.round(&[from, PHONE])?;
    let before = mine(town)?;
    does(town, deed, number)?;
    let made: BTreeSet<ItemRef> = mine(town)?.difference(&before).copied().collect();
    if answer == Answer::Left && !made.is_empty() {
        return Err("something was made of an idea that was left".into());
    }
    Ok(made)
}

/// Robin's routines and steps.
fn mine(town: &mut Town) -> Told<BTreeSet<ItemRef>> {
    let app = town.app(PHONE);
    let routines = app
        .routines()?
        .into_iter()
        .map(|one| ItemRef::Routine(one.id));
    let mut all: BTreeSet<ItemRef> = routines.collect();
    all.extend(app.steps()?.into_iter().map(|one| ItemRef::Step(one.id)));
    Ok(all)
}

/// A routine is ended, a step reached.
fn finished(town: &mut Town, item: ItemRef) -> Told<()> {
    let app = town.app(PHONE);
    match item {
        ItemRef::Routine(id) => app.end_routine(id)?,
        other => app.set_state(other, State::Reached)?,
    }
    Ok(())
}

/// Two invites under way: Kit's new teacher has not answered a code, and Idris, who comes back, has four words to say.
fn invites(town: &mut Town) -> Told<()> {
    town.unpack("Idris", "Idris", "new phone")?;
    let official = false;
    let (_, code) = town
        .app(PHONE)
        .invite(Kind::Person, "Idris", Role::Faith, official)?;
    town.sync(PHONE)?;
    let link = code.to_link()?;
    let joining = town
        .app("Idris")
        .join(Kind::Person, &link, ROBIN, Role::Friend, official)?;
    town.sync("Idris")?;
    town.app("Idris").answer_invite(joining)?;
    town.round(&["Idris", PHONE, "Idris", PHONE])?;
    town.app(PHONE)
        .invite(Kind::Person, "Kit's teacher", "Teacher".parse()?, official)?;
    town.sync(PHONE)?;
    let under_way = town.app(PHONE).invites()?;
    if !under_way.iter().any(|one| one.words.is_some()) || under_way.len() != 2 {
        return Err("the invites are not as far as they should be".into());
    }
    Ok(())
}

/// Closes everything and puts it where a face looks for it.
fn put(mut town: Town, folder: &Path) -> Told<()> {
    let seconds = town.clock.seconds();
    let mut homes = Vec::new();
    for (home, person) in [(PHONE, ROBIN), ("Pat", "Pat")] {
        homes.push((town.home(home).dir.clone(), person));
    }
    let relay = town.relay_folder.clone();
    town.relay.kill();
    drop(town);
    for (from, person) in homes {
        let to = folder.join(person);
        copy(&from, &to.join("home"))?;
        std::fs::rename(to.join("home/key"), to.join("key"))?;
    }
    copy(&relay, &folder.join("relay"))?;
    std::fs::write(folder.join("moment"), format!("{seconds} {ZONE}"))?;
    Ok(())
}
