//! The six homes and the post box of the demo, and what is known of who is who.
//! It knows how to let time pass and mail go round; what happens in the story is told by others.
//! Invariant: every text that anybody types passes through `typed`, so that the last chapter can look for it.

use super::Told;
use super::home::Home;
use super::switch::Passed;
use super::tell::Teller;
use crate::clock::{DAY, TownClock};
use crate::process::RelayProcess;
use crate::robin::Thing;
use crate::town::BEGIN;
use alongside_core::companion::{Companion, PostBoxAt};
use alongside_core::life::{ItemId, ItemRef, PersonRef, Role};
use alongside_core::sync::{Contact, Rhythm, SyncReport};
use alongside_core::trust::invite::Kind;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

/// Robin's two devices.
pub const PHONE: &str = "phone";
/// Robin's other one.
pub const TABLET: &str = "tablet";

/// Everything there is.
pub struct Town {
    /// Who tells it.
    pub tell: Teller,
    /// The time.
    pub clock: TownClock,
    /// The real relay.
    pub relay: RelayProcess,
    /// Its folder.
    pub relay_folder: PathBuf,
    /// Where everything is.
    pub folder: PathBuf,
    /// Homes by name: `phone`, `tablet`, `Jean` and so on.
    pub homes: BTreeMap<&'static str, Home>,
    /// How a home knows a person.
    pub known: BTreeMap<(&'static str, &'static str), PersonRef>,
    /// Robin's things.
    pub things: BTreeMap<Thing, ItemRef>,
    /// Every text that was typed.
    pub typed: BTreeSet<String>,
    /// Every link that was passed on.
    pub links: BTreeSet<String>,
    /// What went to the post box.
    pub passed: Passed,
    runtime: Runtime,
}

impl Town {
    /// A post box and nobody yet, on 2 February 2026 at nine.
    pub fn begin(folder: &Path, tell: Teller) -> Told<Self> {
        let clock = TownClock::at(BEGIN);
        let relay_folder = folder.join("post-box");
        std::fs::create_dir_all(&relay_folder)?;
        std::fs::write(relay_folder.join("day"), clock.true_day().to_string())?;
        let relay = RelayProcess::start(&relay_folder);
        Ok(Self {
            tell,
            clock,
            relay,
            relay_folder,
            folder: folder.to_owned(),
            homes: BTreeMap::new(),
            known: BTreeMap::new(),
            things: BTreeMap::new(),
            typed: BTreeSet::new(),
            links: BTreeSet::new(),
            passed: Passed::default(),
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?,
        })
    }

    /// Notes that somebody typed this.
    pub fn typed<'a>(&mut self, text: &'a str) -> &'a str {
        self.typed.insert(text.to_owned());
        text
    }

    /// A device is unpacked.
    pub fn unpack(&mut self, home: &'static str, person: &'static str, device: &str) -> Told<()> {
        self.typed(person);
        let made = Home::make(
            &self.folder,
            person,
            device,
            &self.clock,
            &self.relay.url,
            &self.passed,
        )?;
        self.homes.insert(home, made);
        Ok(())
    }

    /// The home of this name.
    pub fn home(&mut self, name: &str) -> &mut Home {
        self.homes.get_mut(name).expect("unpacked")
    }

    /// What is on the home of this name.
    pub fn app(&mut self, name: &str) -> &mut Companion {
        self.home(name).app()
    }

    /// How a home knows a person.
    pub fn knows(&self, home: &'static str, person: &'static str) -> PersonRef {
        let known = self.known.get(&(home, person));
        known.expect("they met").clone()
    }

    /// The routine at this place in its table, as Robin has it.
    pub fn routine(&self, at: usize) -> Told<ItemId> {
        let item = self.things.get(&Thing::Routine(at));
        Ok(item.ok_or("a routine that was never begun")?.id())
    }

    /// The civil day it is.
    #[must_use]
    pub fn today(&self) -> Date {
        use alongside_core::companion::Clock as _;
        self.clock.now().today
    }

    /// Sets the post box to the address of a home that nobody invited.
    pub fn sets_post_box(&mut self, home: &str) -> Told<()> {
        let url = self.relay.url.clone();
        let at = PostBoxAt {
            url,
            ..PostBoxAt::default()
        };
        self.app(home).set_post_box(&at)?;
        Ok(())
    }

    /// The next day, nine in the morning. The post box is told the day, and nothing finer.
    pub fn next_day(&mut self) {
        self.clock.pass(DAY);
        self.relay.set_day(self.clock.true_day());
    }

    /// One home meets the post box.
    pub fn sync(&mut self, home: &str) -> Told<SyncReport> {
        let home = self.homes.get_mut(home).expect("unpacked");
        home.sync(&self.runtime)
    }

    /// When a home meets the post box on the day that begins, as seconds of the UTC day.
    pub(crate) fn plan_day(&mut self, home: &str, rhythm: Rhythm) -> Told<Vec<(u32, Contact)>> {
        Ok(self.app(home).plan_day(rhythm)?)
    }

    /// One home has one contact of the app's own rhythm.
    pub(crate) fn contact(&mut self, home: &str, contact: Contact) -> Told<SyncReport> {
        let home = self.homes.get_mut(home).expect("unpacked");
        home.contact(&self.runtime, contact)
    }

    /// Each of these homes meets the post box, in this order. Returns how many envelopes moved.
    pub fn round(&mut self, homes: &[&'static str]) -> Told<u32> {
        let mut moved = 0;
        for home in homes {
            let report = self.sync(home)?;
            moved += report.came + report.went;
        }
        Ok(moved)
    }

    /// All homes, until nothing moves any more.
    pub fn until_quiet(&mut self) -> Told<()> {
        let all: Vec<&'static str> = self.homes.keys().copied().collect();
        for _ in 0..12 {
            if self.round(&all)? == 0 {
                return Ok(());
            }
        }
        Err("mail goes round and round".into())
    }

    /// Two people meet by a link and four words, shown as both see them.
    pub fn meet(&mut self, one: &'static str, other: &'static str, role: Role) -> Told<()> {
        let official = role == Role::Officer;
        let named = self.home(other).person;
        let calls = self.home(one).person;
        let (invite, code) = self.app(one).invite(Kind::Person, named, role, official)?;
        let link = code.to_link()?;
        self.sync(one)?;
        let back = Role::Friend;
        let joining = self
            .app(other)
            .join(Kind::Person, &link, calls, back, false)?;
        self.same_words(one, invite, other, joining, &link)?;
        let theirs = self.app(one).words_are_the_same(invite, true)?;
        let ours = self.app(other).words_are_the_same(joining, true)?;
        self.known.insert((one, named), theirs);
        self.known.insert((other, calls), ours);
        Ok(())
    }

    /// An own device joins an older one.
    pub fn join_beside(&mut self, old: &'static str, new: &'static str) -> Told<()> {
        let (invite, code) = self
            .app(old)
            .invite(Kind::Device, new, Role::Friend, false)?;
        let link = code.to_link()?;
        self.sync(old)?;
        let joining = self
            .app(new)
            .join(Kind::Device, &link, old, Role::Friend, false)?;
        self.same_words(old, invite, new, joining, &link)?;
        self.app(old).words_are_the_same(invite, true)?;
        self.app(new).words_are_the_same(joining, true)?;
        Ok(())
    }

    fn same_words(
        &mut self,
        one: &'static str,
        invite: u64,
        other: &'static str,
        joining: u64,
        link: &str,
    ) -> Told<()> {
        self.links.insert(link.to_owned());
        self.sync(other)?;
        self.app(other).answer_invite(joining)?;
        for home in [other, one, other, one] {
            self.sync(home)?;
        }
        let shown = |app: &mut Companion, id: u64| -> Told<String> {
            let waiting = app.invites()?.into_iter().find(|one| one.id == id);
            let words = waiting
                .and_then(|one| one.words)
                .ok_or("no four words yet")?;
            Ok(words.each().join(" "))
        };
        let here = shown(self.app(one), invite)?;
        let there = shown(self.app(other), joining)?;
        let (from, to) = (
            self.home(one).called.clone(),
            self.home(other).called.clone(),
        );
        let start: String = link.chars().take(58).collect();
        self.tell.say(&format!("{from} makes an invite for {to}:"));
        self.tell.aside(&format!("{start}..."));
        self.tell.aside(&format!("{from:<16} shows   {here}"));
        self.tell.aside(&format!("{to:<16} shows   {there}"));
        let claim = format!("{from} and {to} show the same four words.");
        self.tell.claim(&claim, &there, &here);
        Ok(())
    }
}
