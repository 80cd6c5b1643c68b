//! A phone of the town: a real home folder with a real encrypted store, which can die, be copied and be lost.

use crate::clock::TownClock;
use crate::post_box::{OneItem, SimPost};
use alongside_core::companion::{Companion, Opening};
use alongside_core::store::{KeySource, StoreError};
use alongside_core::sync::{Contact, SyncReport};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use zeroize::Zeroizing;

/// A key as a phone's keystore would hand it out: outside the home folder.
pub struct Keystore(pub [u8; 32]);

impl KeySource for Keystore {
    fn key(&self) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        Ok(Zeroizing::new(self.0))
    }
}

/// One phone.
pub struct Phone {
    /// Its name in the story.
    pub name: String,
    /// Its view of the time.
    pub clock: TownClock,
    /// Its way to the post box.
    pub post: SimPost,
    dir: PathBuf,
    key: [u8; 32],
    seed: u64,
    companion: Option<Companion>,
}

impl Phone {
    /// A new phone with a blank Alongside under `person`'s name.
    #[must_use]
    pub fn new(
        name: &str,
        person: &str,
        dir: &Path,
        clock: TownClock,
        post: SimPost,
        seed: u64,
    ) -> Self {
        let key = [u8::try_from(seed % 251).unwrap(); 32];
        let companion = Companion::make(
            dir,
            &Keystore(key),
            person,
            Box::new(clock.clone()),
            Box::new(ChaCha20Rng::seed_from_u64(seed)),
        )
        .unwrap();
        let mut phone = Self {
            name: name.to_owned(),
            clock,
            post,
            dir: dir.to_owned(),
            key,
            seed,
            companion: Some(companion),
        };
        phone.set_post_box();
        phone
    }

    /// Tells the phone where the post box is, where that is not the relay's own code.
    fn set_post_box(&mut self) {
        if let Some(at) = self.post.at() {
            self.app().set_post_box(&at).unwrap();
        }
    }

    /// A new phone with a backup restored on it.
    #[must_use]
    pub fn restored(
        name: &str,
        file: &[u8],
        opening: &Opening<'_>,
        dir: &Path,
        clock: TownClock,
        post: SimPost,
        seed: u64,
    ) -> Self {
        let key = [u8::try_from(seed % 251).unwrap(); 32];
        let companion = Companion::restore(
            dir,
            &Keystore(key),
            file,
            opening,
            Box::new(clock.clone()),
            Box::new(ChaCha20Rng::seed_from_u64(seed)),
        )
        .unwrap();
        let mut phone = Self {
            name: name.to_owned(),
            clock,
            post,
            dir: dir.to_owned(),
            key,
            seed,
            companion: Some(companion),
        };
        phone.set_post_box();
        phone
    }

    /// What is on it.
    pub fn app(&mut self) -> &mut Companion {
        self.companion.as_mut().expect("the phone is on")
    }

    /// The phone dies and is switched on again: only what is on disk is left. Its randomness goes on elsewhere.
    pub fn restart(&mut self) {
        self.companion = None;
        self.seed = self
            .seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        self.companion = Some(
            Companion::open(
                &self.dir,
                &Keystore(self.key),
                Box::new(self.clock.clone()),
                Box::new(ChaCha20Rng::seed_from_u64(self.seed)),
            )
            .unwrap(),
        );
    }

    /// A copy of all that is on it, to be put back later: a restored image, or a thief's.
    #[must_use]
    pub fn copy(&mut self, to: &Path) -> PathBuf {
        self.companion = None;
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(&self.dir).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
        self.restart();
        to.to_owned()
    }

    /// Puts a copy back over what is there. `same_randomness` repeats what the phone drew before, as a cloned machine would.
    pub fn put_back(&mut self, from: &Path, same_randomness: bool) {
        self.companion = None;
        for entry in std::fs::read_dir(&self.dir).unwrap() {
            std::fs::remove_file(entry.unwrap().path()).unwrap();
        }
        for entry in std::fs::read_dir(from).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), self.dir.join(entry.file_name())).unwrap();
        }
        if same_randomness {
            self.seed = self
                .seed
                .wrapping_sub(1)
                .wrapping_mul(13_877_824_140_714_322_085);
        }
        self.restart();
    }

    /// The key that its keystore hands out, for a thief who has the unlocked phone.
    #[must_use]
    pub fn keystore(&self) -> Keystore {
        Keystore(self.key)
    }

    /// Where its files are.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Collects one item that is not among these, and nothing after it. True where one came; the report is of what it did.
    pub fn collect_one(&mut self, seen: &mut BTreeSet<[u8; 16]>) -> (bool, SyncReport) {
        let one = Rc::new(OneItem::default());
        one.seen.replace(std::mem::take(seen));
        let post = self.post.for_one(&one);
        let mut report = SyncReport::default();
        wait(self.app().collect(&post, &mut report)).unwrap();
        *seen = one.seen.take();
        (one.came.get(), report)
    }

    /// Has one contact of the rhythm.
    pub fn contact(&mut self, contact: Contact) -> SyncReport {
        let post = self.post.clone();
        wait(self.app().contact(&post, contact)).unwrap()
    }

    /// Collects and delivers once. Where the post box's key had to be asked for, the minutes pass after which it is used.
    pub fn sync(&mut self) -> SyncReport {
        let post = self.post.clone();
        let report = wait(self.app().sync(&post)).unwrap();
        let minutes = self.app().post_box_ready_in().unwrap();
        if report.offline && minutes > 0 {
            self.clock.pass(i64::from(minutes));
            return wait(self.app().sync(&post)).unwrap();
        }
        report
    }
}

fn wait<T>(what: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(what)
}
