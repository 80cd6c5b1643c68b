//! The five-year life as it lies on a disk, for parts that run in a process of their own: the owner's home, its key,
//! the day it was left, and the same things as one JSON. Invariant: each measurement opens a copy.

use super::Told;
use super::life::{Life, PHONE};
use crate::clock::TownClock;
use crate::phone::Keystore;
use alongside_core::companion::Companion;
use alongside_core::life::ItemId;
use alongside_core::store::Store;
use flate2::Compression;
use flate2::write::GzEncoder;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where it lies.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    /// The folder of all of it.
    pub folder: PathBuf,
    /// The key of the home.
    pub key: [u8; 32],
    /// Seconds since 1970-01-01 UTC at the end of the life.
    pub seconds: i64,
    /// The routines.
    pub routines: Vec<ItemId>,
}

impl Kept {
    /// Leaves the life in `folder`.
    pub(super) fn leave(life: &mut Life, folder: &Path) -> Told<Self> {
        let json = life.app().export()?;
        std::fs::write(folder.join("life.json"), &json)?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(json.as_bytes())?;
        std::fs::write(folder.join("life.json.gz"), gzip.finish()?)?;
        // The first screen of the evening lies ready, as after any deed.
        life.app().today()?;
        let phone = life.town.phone(PHONE);
        let seconds = phone.clock.seconds();
        let key = phone.keystore().0;
        let _ = phone.copy(&folder.join("home"));
        let kept = Self {
            folder: folder.to_owned(),
            key,
            seconds,
            routines: life.routines.clone(),
        };
        std::fs::write(folder.join("kept.json"), serde_json::to_vec(&kept)?)?;
        Ok(kept)
    }

    /// Finds it in `folder`.
    pub(super) fn find(folder: &Path) -> Told<Self> {
        Ok(serde_json::from_slice(&std::fs::read(
            folder.join("kept.json"),
        )?)?)
    }

    /// A copy of the home, on the same disk.
    pub(super) fn copy(&self, name: &str) -> Told<PathBuf> {
        let to = self.folder.join(name);
        if to.exists() {
            std::fs::remove_dir_all(&to)?;
        }
        std::fs::create_dir(&to)?;
        for entry in std::fs::read_dir(self.folder.join("home"))? {
            let entry = entry?;
            std::fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
        Ok(to)
    }

    /// The keystore's answer.
    pub(super) fn keystore(&self) -> Keystore {
        Keystore(self.key)
    }

    /// The time it is.
    pub(super) fn clock(&self) -> TownClock {
        TownClock::at(self.seconds)
    }

    /// Opens a copy as the app does.
    pub(super) fn open(&self, home: &Path) -> Told<Companion> {
        let rng = ChaCha20Rng::seed_from_u64(std::process::id().into());
        Ok(Companion::open(
            home,
            &self.keystore(),
            Box::new(self.clock()),
            Box::new(rng),
        )?)
    }

    /// The store of a copy, without the app.
    pub(super) fn store(&self, home: &Path) -> Told<Store> {
        Ok(Store::open(home, &self.keystore())?)
    }

    /// A bare connection to an encrypted file under the same key and page size.
    pub(super) fn connect(&self, file: &Path) -> Told<Connection> {
        let conn = Connection::open(file)?;
        let key = hex::encode(self.key);
        conn.execute_batch(&format!(
            "PRAGMA key = \"x'{key}'\"; PRAGMA cipher_page_size = 1024;"
        ))?;
        Ok(conn)
    }
}

/// The settings of the store for every connection (core/src/store/home.rs), for a bare one.
pub(super) const SETTINGS: &str = "PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA synchronous = FULL;
    PRAGMA secure_delete = ON;
    PRAGMA foreign_keys = ON;
    PRAGMA temp_store = MEMORY;
    PRAGMA trusted_schema = OFF;
    PRAGMA cell_size_check = ON;";
