//! A home: one device with its encrypted folder, its own clock and its own way to the post box. The folder is made as
//! the `alongside` command makes one, so that the command opens it afterwards.
//! Invariant: what a home does goes through the companion's front door, and to others only over HTTP.

use super::Told;
use super::switch::{Passed, Switch};
use crate::clock::TownClock;
use alongside_core::companion::Companion;
use alongside_core::post::HttpPostBox;
use alongside_core::store::KeyFile;
use alongside_core::sync::{Contact, SyncReport};
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// Randomness of this machine: the life has a seed, the keys have none.
pub(super) fn randomness() -> Box<rand_core::UnwrapErr<getrandom::SysRng>> {
    Box::new(rand_core::UnwrapErr(getrandom::SysRng))
}

/// One device of one person.
pub struct Home {
    /// Whose it is.
    pub person: &'static str,
    /// What the story calls the device.
    pub called: String,
    /// Its folder.
    pub dir: PathBuf,
    /// Its network.
    pub switch: Switch,
    /// What came that did not open, over all the time.
    pub aside: u32,
    post: HttpPostBox,
    #[allow(dead_code, reason = "for opening it again")]
    clock: TownClock,
    app: Option<Companion>,
}

impl Home {
    /// A new, blank one.
    pub(super) fn make(
        folder: &Path,
        person: &'static str,
        device: &str,
        clock: &TownClock,
        relay: &str,
        passed: &Passed,
    ) -> Told<Self> {
        let dir = folder.join("homes").join(if device.is_empty() {
            person.to_lowercase()
        } else {
            format!("{}-{device}", person.to_lowercase())
        });
        std::fs::create_dir_all(folder.join("homes"))?;
        let key = KeyFile::make(&dir, &mut *randomness())?;
        let clock = clock.another();
        let app = Companion::make(&dir, &key, person, Box::new(clock.clone()), randomness())?;
        let switch = Switch::before(relay.trim_start_matches("http://"), passed)?;
        let post = HttpPostBox::new(relay, Some(&switch.proxy))?;
        let called = if device.is_empty() {
            format!("{person}'s phone")
        } else {
            format!("{person}'s {device}")
        };
        Ok(Self {
            person,
            called,
            dir,
            switch,
            aside: 0,
            post,
            clock,
            app: Some(app),
        })
    }

    /// What is on it.
    pub fn app(&mut self) -> &mut Companion {
        self.app.as_mut().expect("the home is open")
    }

    /// Closes it without a word, and opens it again from what is on its disk.
    #[allow(
        dead_code,
        reason = "the network is cut and phones die in the weeks that are still to be told"
    )]
    pub(super) fn open_again(&mut self) -> Told<()> {
        self.app = None;
        let key = KeyFile::of(&self.dir);
        let clock = Box::new(self.clock.clone());
        self.app = Some(Companion::open(&self.dir, &key, clock, randomness())?);
        Ok(())
    }

    /// Reaches the post box another way from now on.
    pub(crate) fn reach(&mut self, post: HttpPostBox) {
        self.post = post;
    }

    /// Has one contact of the app's own rhythm.
    pub(super) fn contact(&mut self, runtime: &Runtime, contact: Contact) -> Told<SyncReport> {
        let app = self.app.as_mut().expect("the home is open");
        let report = runtime.block_on(app.contact(&self.post, contact))?;
        self.aside += report.aside;
        Ok(report)
    }

    /// Collects and delivers once.
    pub(super) fn sync(&mut self, runtime: &Runtime) -> Told<SyncReport> {
        let app = self.app.as_mut().expect("the home is open");
        let report = runtime.block_on(app.sync(&self.post))?;
        self.aside += report.aside;
        Ok(report)
    }
}
