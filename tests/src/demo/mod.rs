//! The demo: six homes and a real post box live three weeks, told in plain sentences, each claim checked as it is told.
//! It uses what ships: the relay's program, HTTP, the encrypted folders, the companion's front door.
//! Invariant: nothing is told with a tick that was not just found to be so.

pub mod home;
mod switch;
pub mod tell;
pub mod town;

use std::path::Path;
use tell::Teller;
use town::{PHONE, TABLET, Town};

/// What a chapter answers.
pub type Told<T> = Result<T, Box<dyn std::error::Error>>;

/// Tells all of it in `folder`. Returns how many claims held and how many did not.
///
/// # Errors
/// Whatever stopped the story.
pub fn run(folder: &Path) -> Told<(u32, u32)> {
    let mut town = Town::begin(folder, Teller::new())?;
    town.tell.chapter("Meeting");
    town.unpack(PHONE, "Robin", "phone")?;
    town.unpack(TABLET, "Robin", "tablet")?;
    town.unpack("Jean", "Jean", "")?;
    town.sets_post_box(PHONE)?;
    town.meet(PHONE, "Jean", alongside_core::life::Role::Family)?;
    town.until_quiet()?;
    town.join_beside(PHONE, TABLET)?;
    town.until_quiet()?;
    Ok(town.tell.count())
}

/// Tells it from its first line to its last. Returns whether every claim held.
#[must_use]
pub fn tell_all(keep: bool) -> bool {
    let folder = tempfile::Builder::new()
        .prefix("alongside-demo-")
        .tempdir()
        .expect("a folder can be made");
    let told = run(folder.path());
    if keep {
        println!("{}", folder.keep().display());
    }
    match told {
        Ok((held, broken)) => {
            println!("\nclaims: {held} passed, {broken} failed");
            broken == 0
        }
        Err(why) => {
            println!("\nThe story stopped here: {why}");
            false
        }
    }
}
