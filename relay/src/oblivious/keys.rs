//! The gateway's keys: one seed in a file beside the database, turned forward each week and then written over.
//! Knows files, weeks and the sealing of RFC 9458; no HTTP and no token.
//! Invariant: no seed of a week that is no longer opened is held, in the file or in memory.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use hkdf::Hkdf;
use ohttp::hpke::{Aead, Kdf, Kem};
use ohttp::{KeyConfig, Server, ServerResponse, SymmetricSuite};
use sha2::Sha256;
use thiserror::Error;

use crate::chance::Chance;
use crate::files;
use crate::store::StoreError;
use crate::token::Token;

/// The first line: what the file is, and its version.
const HEAD: &str = "relay-oblivious 1";
/// The longest file that is read, in bytes.
const LONGEST: u64 = 200;
/// For so many days of a week the week before is opened as well.
pub const GRACE_DAYS: u32 = 2;
/// KEM, KDF and AEAD: one suite only, so that no choice tells a phone from others.
const KEM: Kem = Kem::X25519Sha256;
const SUITE: SymmetricSuite = SymmetricSuite::new(Kdf::HkdfSha256, Aead::ChaCha20Poly1305);

/// What did not work with the file of the seed.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum KeysError {
    /// Its folder is not there, or it can't be read or written.
    #[error("the file of the oblivious key can't be read or written; look at its path and rights")]
    File,
    /// It is not a file of this kind and version.
    #[error("the file of the oblivious key can't be understood")]
    NotUnderstood,
    /// The system gave no random bytes.
    #[error("no randomness")]
    NoRandomness,
    /// The library made no key.
    #[error("no oblivious key could be made")]
    NoKey,
}

impl From<StoreError> for KeysError {
    fn from(_: StoreError) -> Self {
        Self::NoRandomness
    }
}

impl From<ohttp::Error> for KeysError {
    fn from(_: ohttp::Error) -> Self {
        Self::NoKey
    }
}

/// What a week's key follows from, and all that come after.
#[derive(Clone, PartialEq, Eq)]
struct Seed {
    week: u32,
    bytes: Token,
}

impl Seed {
    fn expand(&self, what: &str) -> [u8; 32] {
        let mut info = format!("alongside/relay oblivious {what}").into_bytes();
        info.extend_from_slice(&self.week.to_be_bytes());
        let mut out = [0; 32];
        // 32 bytes are one block of it, which is never too long.
        let _ = Hkdf::<Sha256>::new(None, &self.bytes.0).expand(&info, &mut out);
        out
    }

    fn next(&self) -> Self {
        Self {
            week: self.week.saturating_add(1),
            bytes: Token(self.expand("next")),
        }
    }

    fn server(&self) -> Result<Server, KeysError> {
        let config = KeyConfig::derive(key_id(self.week), KEM, vec![SUITE], &self.expand("key"))?;
        Ok(Server::new(config)?)
    }

    fn text(&self) -> String {
        format!("{HEAD}\nweek {}\nseed {}\n", self.week, self.bytes.text())
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.strip_suffix('\n')?.split('\n');
        if lines.next()? != HEAD {
            return None;
        }
        let week = lines.next()?.strip_prefix("week ")?.parse().ok()?;
        let bytes = Token::from_text(lines.next()?.strip_prefix("seed ")?)?;
        lines.next().is_none().then_some(Self { week, bytes })
    }
}

/// Tells weeks apart for 256 of them.
fn key_id(week: u32) -> u8 {
    let [.., last] = week.to_be_bytes();
    last
}

/// The oldest week that is opened on this day.
fn oldest(day: u32) -> u32 {
    day.saturating_sub(GRACE_DAYS) / 7
}

/// All keys that are open on a day.
struct Open {
    /// By key id, the current week's last.
    servers: Vec<(u8, Server)>,
    /// The current week's, as a list of configurations.
    shown: Vec<u8>,
}

/// The keys of a running relay.
pub struct Keys {
    path: PathBuf,
    held: Mutex<Held>,
}

struct Held {
    seed: Seed,
    /// Whether the file holds this seed already.
    kept: bool,
    open: Arc<Open>,
}

impl Keys {
    /// Reads the file, or makes one; then turns it to this day.
    ///
    /// # Errors
    /// [`KeysError`].
    pub fn open(path: &Path, day: u32, chance: &mut Chance) -> Result<Self, KeysError> {
        if read(path)?.is_none() {
            let seed = Seed {
                week: oldest(day),
                bytes: Token(chance.make()?),
            };
            // Another process may have been quicker: then its seed is the one.
            files::begin(path, &seed.text()).map_err(|_| KeysError::File)?;
        }
        let seed = read(path)?.ok_or(KeysError::File)?;
        let open = Arc::new(all_open(&seed, day)?);
        let held = Mutex::new(Held {
            seed,
            kept: true,
            open,
        });
        let keys = Self {
            path: path.to_owned(),
            held,
        };
        keys.turn(day)?;
        Ok(keys)
    }

    /// Turns the keys to a day, and keeps the seed that is now the oldest.
    ///
    /// # Errors
    /// [`KeysError::File`] when it can't be kept: then it is turned in memory, and kept at the next turn.
    pub fn turn(&self, day: u32) -> Result<(), KeysError> {
        let Ok(mut held) = self.held.lock() else {
            return Err(KeysError::NoKey);
        };
        while held.seed.week < oldest(day) {
            held.seed = held.seed.next();
            held.kept = false;
        }
        held.open = Arc::new(all_open(&held.seed, day)?);
        if !held.kept {
            files::replace(&self.path, &held.seed.text()).map_err(|_| KeysError::File)?;
            held.kept = true;
        }
        Ok(())
    }

    fn now(&self) -> Option<Arc<Open>> {
        self.held.lock().ok().map(|held| Arc::clone(&held.open))
    }

    /// The current week's key configuration, as `application/ohttp-keys`.
    #[must_use]
    pub fn shown(&self) -> Vec<u8> {
        self.now().map_or_else(Vec::new, |open| open.shown.clone())
    }

    /// Opens a sealed request, and gives what seals its answer; `None` for whatever does not open.
    #[must_use]
    pub fn unseal(&self, sealed: &[u8]) -> Option<(Vec<u8>, ServerResponse)> {
        let (id, open) = (sealed.first()?, self.now()?);
        let (_, server) = open.servers.iter().find(|(one, _)| one == id)?;
        server.decapsulate(sealed).ok()
    }
}

fn all_open(seed: &Seed, day: u32) -> Result<Open, KeysError> {
    // A file that is ahead of the day is taken as it is: no seed can be turned back.
    let (mut seed, mut servers) = (seed.clone(), Vec::new());
    loop {
        servers.push((key_id(seed.week), seed.server()?));
        if seed.week >= day / 7 {
            break;
        }
        seed = seed.next();
    }
    let current = servers.last().map(|(_, server)| server.config());
    let shown = KeyConfig::encode_list(&[current.ok_or(KeysError::NoKey)?])?;
    Ok(Open { servers, shown })
}

/// Whether the file is there and can be used; makes and changes nothing.
///
/// # Errors
/// [`KeysError`].
pub fn look(path: &Path) -> Result<(), KeysError> {
    read(path).map(drop)
}

fn read(path: &Path) -> Result<Option<Seed>, KeysError> {
    let text = match files::text(path, LONGEST) {
        Err(error) if error.kind() == ErrorKind::NotADirectory => None,
        text => text.map_err(|_| KeysError::File)?,
    };
    text.map(|text| Seed::parse(&text).ok_or(KeysError::NotUnderstood))
        .transpose()
}

#[cfg(test)]
mod tests {
    use ohttp::ClientRequest;

    use super::*;

    /// The first day of a week.
    const DAY: u32 = 20_503;

    fn keys(path: &Path, day: u32, seed: u64) -> Result<Keys, KeysError> {
        Keys::open(path, day, &mut Chance::seeded(seed))
    }

    fn sealed(shown: &[u8], text: &[u8]) -> (Vec<u8>, ohttp::ClientResponse) {
        let request = ClientRequest::from_encoded_config_list(shown).unwrap();
        request.encapsulate(text).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_for_this_week_and_two_days_and_never_after() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed");
        assert_eq!(DAY % 7, 0);
        let keys = keys(&path, DAY + 6, 1).unwrap();
        let shown = keys.shown();
        let (request, answer) = sealed(&shown, b"hello");
        let (opened, seal) = keys.unseal(&request).unwrap();
        assert_eq!(opened, b"hello");
        let back = seal.encapsulate(b"yes").unwrap();
        assert_eq!(answer.decapsulate(&back).unwrap(), b"yes");
        for day in [DAY + 7, DAY + 8] {
            keys.turn(day).unwrap();
            assert_ne!(keys.shown(), shown);
            assert!(keys.unseal(&request).is_some());
        }
        let before = std::fs::read_to_string(&path).unwrap();
        keys.turn(DAY + 9).unwrap();
        assert!(keys.unseal(&request).is_none());
        let after = std::fs::read_to_string(&path).unwrap();
        assert_ne!(before, after);
        assert!(!after.contains(before.lines().last().unwrap()));
    }

    #[test]
    fn a_restart_a_copy_and_a_long_sleep_come_to_the_same_key() {
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("seed"), folder.path().join("copy"));
        let first = keys(&path, DAY, 1).unwrap();
        std::fs::copy(&path, &copy).unwrap();
        assert_eq!(keys(&path, DAY + 1, 2).unwrap().shown(), first.shown());
        for day in DAY..DAY + 300 {
            first.turn(day).unwrap();
        }
        let slept = keys(&copy, DAY + 299, 3).unwrap();
        assert_eq!(slept.shown(), first.shown());
        let texts = [&path, &copy].map(|path| std::fs::read_to_string(path).unwrap());
        assert_eq!(texts[0], texts[1]);
        // A clock that was put back, or an older database beside it.
        let ahead = keys(&copy, DAY, 4).unwrap();
        assert_eq!(std::fs::read_to_string(&copy).unwrap(), texts[0]);
        assert!(ahead.unseal(&sealed(&ahead.shown(), b"x").0).is_some());
        let lost = keys(&folder.path().join("new"), DAY + 299, 5).unwrap();
        assert_ne!(lost.shown(), first.shown());
        assert!(lost.unseal(&sealed(&first.shown(), b"x").0).is_none());
    }

    #[test]
    fn one_suite_is_shown_and_no_other_is_opened() {
        let folder = tempfile::tempdir().unwrap();
        let keys = keys(&folder.path().join("seed"), DAY, 1).unwrap();
        let shown = keys.shown();
        // Length 41; id, KEM 0x0020, key 32, length 4, HKDF-SHA256 0x0001, ChaCha20-Poly1305 0x0003.
        assert_eq!(shown.len(), 43);
        assert_eq!(shown[..5], [0, 41, key_id(DAY / 7), 0, 0x20]);
        assert_eq!(shown[37..], [0, 4, 0, 1, 0, 3]);
        let (request, _) = sealed(&shown, b"x");
        assert!(keys.unseal(&request).is_some());
        for at in 0..request.len() {
            let mut other = request.clone();
            other[at] ^= 1;
            assert!(keys.unseal(&other).is_none(), "{at}");
            assert!(keys.unseal(&request[..at]).is_none(), "{at}");
        }
    }

    #[test]
    fn what_is_no_seed_is_left_alone_and_what_can_not_be_kept_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("seed");
        let first = keys(&path, DAY, 1).unwrap();
        let good = std::fs::read_to_string(&path).unwrap();
        for text in [
            "",
            "x\n",
            &good.replace("week", "wee"),
            &format!("{good}x\n"),
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(look(&path), Err(KeysError::NotUnderstood));
            assert!(keys(&path, DAY, 1).is_err());
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        let before = first.shown();
        assert_eq!(first.turn(DAY + 30), Err(KeysError::File));
        assert_ne!(first.shown(), before);
        std::fs::remove_dir(&path).unwrap();
        assert_eq!(first.turn(DAY + 31), Ok(()));
        assert_eq!(look(&path), Ok(()));
    }
}
