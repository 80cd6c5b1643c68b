//! A town: phones, one post box, one time. Its sentences are the stories' sentences.

use crate::clock::{DAY, TownClock};
use crate::phone::Phone;
use crate::post_box::{SimNet, SimPost};
use alongside_core::companion::Opening;
use alongside_core::life::{PersonRef, Role};
use alongside_core::trust::invite::Kind;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;
use tempfile::TempDir;

/// 2 February 2026, nine in the morning, UTC.
pub const BEGIN: i64 = 20_486 * DAY + 9 * 3_600;

/// A town that a seed replays.
pub struct Town {
    /// The time.
    pub clock: TownClock,
    /// The network with the relay behind it.
    pub net: Rc<RefCell<SimNet>>,
    /// Phones by name.
    pub phones: BTreeMap<String, Phone>,
    seed: u64,
    /// How many phones ever came: each draws from a seed of its own, also where others left.
    came: u64,
    folder: TempDir,
}

impl Town {
    /// An empty town. With `TOWN_WAY=oblivious` in the environment everything goes as Oblivious HTTP through real processes.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        let clock = TownClock::at(BEGIN);
        let sealed = std::env::var("TOWN_WAY").is_ok_and(|way| way == "oblivious");
        let net = if sealed {
            SimNet::sealed(seed, &clock)
        } else {
            SimNet::quiet(seed, &clock)
        };
        Self::with(seed, clock, net)
    }

    /// An empty town in which everything goes as Oblivious HTTP through real processes.
    #[must_use]
    pub fn sealed(seed: u64) -> Self {
        let clock = TownClock::at(BEGIN);
        let net = SimNet::sealed(seed, &clock);
        Self::with(seed, clock, net)
    }

    fn with(seed: u64, clock: TownClock, net: Rc<RefCell<SimNet>>) -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() {
            TempDir::new_in(memory)
        } else {
            TempDir::new()
        };
        Self {
            net,
            clock,
            phones: BTreeMap::new(),
            seed,
            came: 0,
            folder: folder.unwrap(),
        }
    }

    /// A phone comes to town, with a blank Alongside on it.
    pub fn arrives(&mut self, phone: &str, person: &str) {
        self.came += 1;
        let number = self.came;
        let seed = self.seed.wrapping_mul(1_000_003).wrapping_add(number);
        let dir = self.folder.path().join(format!("{phone}-{number}"));
        let new = Phone::new(
            phone,
            person,
            &dir,
            self.clock.another(),
            SimPost::of(&self.net, phone),
            seed,
        );
        self.phones.insert(phone.to_owned(), new);
    }

    /// A new phone comes to town with a backup restored on it.
    pub fn restores(&mut self, phone: &str, file: &[u8], opening: &Opening<'_>) {
        self.came += 1;
        let number = self.came;
        let seed = self.seed.wrapping_mul(1_000_003).wrapping_add(number) ^ 0x7265;
        let dir = self.folder.path().join(format!("{phone}-{number}"));
        let new = Phone::restored(
            phone,
            file,
            opening,
            &dir,
            self.clock.another(),
            SimPost::of(&self.net, phone),
            seed,
        );
        self.phones.insert(phone.to_owned(), new);
    }

    /// The phone of this name.
    pub fn phone(&mut self, name: &str) -> &mut Phone {
        self.phones
            .get_mut(name)
            .unwrap_or_else(|| panic!("no phone called {name}"))
    }

    /// A folder for copies.
    #[must_use]
    pub fn shelf(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join("shelf").join(name)
    }

    /// Two people meet by link, compare the four words and say yes. Returns how each knows the other.
    pub fn meet(
        &mut self,
        one: &str,
        role_of_one: Role,
        other: &str,
        role_of_other: Role,
    ) -> (PersonRef, PersonRef) {
        let official = |role: &Role| matches!(role, Role::Officer);
        let (named, calls) = (
            self.phone(other).app().name().unwrap(),
            self.phone(one).app().name().unwrap(),
        );
        let official_other = official(&role_of_other);
        let (invite, code) = self
            .phone(one)
            .app()
            .invite(Kind::Person, &named, role_of_other, official_other)
            .unwrap();
        self.phone(one).sync();
        let link = code.to_link().unwrap();
        let official_one = official(&role_of_one);
        let joining = self
            .phone(other)
            .app()
            .join(Kind::Person, &link, &calls, role_of_one, official_one)
            .unwrap();
        self.walk_to_words(one, other, joining);
        let words = |town: &mut Self, phone: &str, id: u64| {
            let all = town.phone(phone).app().invites().unwrap();
            all.into_iter()
                .find(|w| w.id == id)
                .unwrap()
                .words
                .expect("four words")
        };
        assert_eq!(words(self, one, invite), words(self, other, joining));
        let theirs = self
            .phone(one)
            .app()
            .words_are_the_same(invite, true)
            .unwrap();
        let ours = self
            .phone(other)
            .app()
            .words_are_the_same(joining, true)
            .unwrap();
        (theirs, ours)
    }

    fn walk_to_words(&mut self, one: &str, other: &str, joining: u64) {
        self.phone(other).sync();
        self.phone(other).app().answer_invite(joining).unwrap();
        for _ in 0..2 {
            self.phone(other).sync();
            self.phone(one).sync();
        }
        self.phone(other).sync();
        self.phone(one).sync();
    }

    /// A person's new phone joins beside an old one of theirs, which is at hand.
    pub fn joins_beside(&mut self, old: &str, new: &str) {
        let (invite, code) = self
            .phone(old)
            .app()
            .invite(Kind::Device, new, Role::Friend, false)
            .unwrap();
        self.phone(old).sync();
        let link = code.to_link().unwrap();
        let joining = self
            .phone(new)
            .app()
            .join(Kind::Device, &link, old, Role::Friend, false)
            .unwrap();
        self.walk_to_words(old, new, joining);
        self.phone(old)
            .app()
            .words_are_the_same(invite, true)
            .unwrap();
        self.phone(new)
            .app()
            .words_are_the_same(joining, true)
            .unwrap();
    }

    /// Everyone syncs, so many times round.
    pub fn deliver(&mut self, rounds: usize) {
        let names: Vec<String> = self.phones.keys().cloned().collect();
        for _ in 0..rounds {
            for name in &names {
                self.phone(name).sync();
            }
        }
    }

    /// So many days pass, with nobody doing anything.
    pub fn days_pass(&mut self, days: i64) {
        self.clock.pass(days * DAY);
    }
}
