//! Where the key of the whole file comes from: a platform's keystore, or a file of tight permissions for the terminal.
//! Knows nothing of the database. Invariant: a key once made is never overwritten, and never outlives its use in memory.

use super::{StoreError, home};
use rand_core::CryptoRng;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Gives the 32-byte key of a home's database. A phone implements it over its keystore.
pub trait KeySource {
    /// The key, the same each time.
    ///
    /// # Errors
    /// [`StoreError::KeyMissing`] and its neighbours when the key is not there or not fit to be used.
    fn key(&self) -> Result<Zeroizing<[u8; 32]>, StoreError>;
}

/// The terminal's key: 32 raw bytes in `DIR/key`, readable by its owner alone.
#[derive(Debug, Clone)]
pub struct KeyFile {
    path: PathBuf,
}

impl KeyFile {
    /// The key file of the home `dir`, which may not exist yet.
    #[must_use]
    pub fn of(dir: &Path) -> KeyFile {
        KeyFile {
            path: dir.join("key"),
        }
    }

    /// Makes the home `dir` (mode 700) and a random key in it (mode 600), durable before this returns.
    /// A key that is there already is kept: it may be all that an interrupted beginning left.
    ///
    /// # Errors
    /// [`StoreError::AlreadyMade`] when a store is there, [`StoreError::InUse`], or the disk's no.
    pub fn make(dir: &Path, rng: &mut dyn CryptoRng) -> Result<KeyFile, StoreError> {
        home::make_folder(dir)?;
        let _lock = home::lock(dir)?;
        home::refuse_a_made_one(dir)?;
        let file = KeyFile::of(dir);
        if file.path.try_exists()? {
            file.key()?;
            return Ok(file);
        }
        // Written whole under another name first: a key of 7 bytes could never be told from a lost one.
        let fresh = dir.join("key.new");
        home::remove_if_there(&fresh)?;
        let mut bytes = Zeroizing::new([0u8; 32]);
        rng.fill_bytes(&mut bytes[..]);
        let mut out = private(OpenOptions::new().write(true).create_new(true)).open(&fresh)?;
        out.write_all(&bytes[..])?;
        out.sync_all()?;
        // Nothing is there to be replaced: we hold the home's lock and have looked.
        fs::rename(&fresh, &file.path)?;
        home::sync_folder(dir)?;
        Ok(file)
    }
}

impl KeySource for KeyFile {
    fn key(&self) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        let mut file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(StoreError::KeyMissing);
            }
            Err(error) => return Err(error.into()),
        };
        let about = file.metadata()?;
        refuse_open_to_others(&about)?;
        if !about.is_file() || about.len() != 32 {
            return Err(StoreError::KeyNotWhole);
        }
        let mut key = Zeroizing::new([0u8; 32]);
        file.read_exact(&mut key[..])
            .map_err(|_| StoreError::KeyNotWhole)?;
        Ok(key)
    }
}

/// Asks for mode 600 where files have modes.
pub(super) fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(unix)]
fn refuse_open_to_others(about: &fs::Metadata) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt;
    if about.permissions().mode() & 0o077 == 0 {
        Ok(())
    } else {
        Err(StoreError::KeyOpenToOthers)
    }
}

#[cfg(not(unix))]
fn refuse_open_to_others(_about: &fs::Metadata) -> Result<(), StoreError> {
    Ok(())
}
