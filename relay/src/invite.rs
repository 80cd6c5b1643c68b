//! The file of invites beside the database, and the operator's command over it. The relay only reads it.
//! Knows files and their owners; who may make inboxes is the office's.
//! Invariant: the file holds a seed and hashes of codes, and no name, note, day, use or inbox.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use thiserror::Error;

use crate::chance::Chance;
use crate::files;
use crate::office::Codes;
use crate::office::codes::{Invites, code_hash};
use crate::store::StoreError;
use crate::token::Token;

/// The first line: what the file is, and its version.
const HEAD: &str = "alongside relay invites 1";
/// The most codes of one box.
const MOST: usize = 10_000;
/// The longest file that is read, in bytes: all codes, and the head.
pub const LONGEST: u64 = 100 + 49 * MOST as u64;
/// How many digits of a code's hash name it.
const LABEL: usize = 8;

/// What did not work with the file of invites.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum InviteError {
    /// Its folder is not there, or it can't be read or written.
    #[error("the file of invites can't be read or written; look at its path and rights")]
    File,
    /// It is not a file of invites of this version.
    #[error("the file of invites can't be understood")]
    NotUnderstood,
    /// There is no code of this label, or more than one.
    #[error("no code, or more than one, has this label (see: relay invite list)")]
    NoSuchCode,
    /// There are as many codes already as there may be.
    #[error("there are too many codes; revoke some")]
    TooMany,
    /// The system gave no random bytes.
    #[error("no randomness")]
    NoRandomness,
}

impl From<StoreError> for InviteError {
    fn from(_: StoreError) -> Self {
        Self::NoRandomness
    }
}

/// What an operator can do with invites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InviteDeed {
    /// Makes a code.
    New,
    /// Shows the labels of those there are.
    List,
    /// Takes one away, by its label.
    Revoke(String),
    /// Puts other create-secrets in the place of this month's and all that come.
    Turn,
}

/// Does a deed on the file; gives what to show.
///
/// # Errors
/// [`InviteError`]; the file is then as it was.
pub fn run(path: &Path, deed: &InviteDeed, chance: &mut Chance) -> Result<String, InviteError> {
    // Two commands at once must not write over each other.
    let lock = files::private(&files::beside(path, "-lock"), false);
    let lock = lock.map_err(|_| InviteError::File)?;
    lock.lock().map_err(|_| InviteError::File)?;
    let kept = read(path)?;
    let labels = |invites: &Invites| invites.codes.iter().map(label).collect::<BTreeSet<_>>();
    if *deed == InviteDeed::List {
        let shown = kept.iter().flat_map(labels);
        return Ok(shown.map(|label| label + "\n").collect());
    }
    let mut invites = match kept {
        Some(invites) => invites,
        None => Invites {
            seed: chance.make()?,
            codes: Vec::new(),
        },
    };
    let shown = match deed {
        InviteDeed::New if invites.codes.len() >= MOST => return Err(InviteError::TooMany),
        InviteDeed::New => loop {
            let code = Token(chance.make()?);
            let hash = code_hash(&code);
            if !labels(&invites).contains(&label(&hash)) {
                invites.codes.push(hash);
                break format!("code:  {}\nlabel: {}\n", code.text(), label(&hash));
            }
        },
        InviteDeed::Revoke(sought) => {
            let named = |hash: &[u8; 32]| sought.len() >= LABEL && hex(hash).starts_with(sought);
            if invites.codes.iter().filter(|hash| named(hash)).count() != 1 {
                return Err(InviteError::NoSuchCode);
            }
            invites.codes.retain(|hash| !named(hash));
            "revoked: it fetches no create-secret from now on\n".to_owned()
        }
        InviteDeed::Turn | InviteDeed::List => {
            invites.seed = chance.make()?;
            "turned: everybody with a code fetches another create-secret\n".to_owned()
        }
    };
    invites.codes.sort_unstable();
    write(path, &invites)?;
    Ok(shown)
}

/// Reads the file; `None` when there is none.
///
/// # Errors
/// [`InviteError::File`], [`InviteError::NotUnderstood`].
pub fn read(path: &Path) -> Result<Option<Invites>, InviteError> {
    let text = files::text(path, LONGEST + 1).map_err(|_| InviteError::File)?;
    text.map(|text| parse(&text).ok_or(InviteError::NotUnderstood))
        .transpose()
}

fn parse(text: &str) -> Option<Invites> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    if lines.next()? != HEAD {
        return None;
    }
    let seed = Token::from_text(lines.next()?.strip_prefix("seed ")?)?.0;
    let codes = lines
        .map(|line| Some(Token::from_text(line.strip_prefix("code ")?)?.0))
        .collect::<Option<Vec<_>>>()?;
    (codes.len() <= MOST && codes.is_sorted()).then_some(Invites { seed, codes })
}

/// A reader sees the old file or the new one, also after a loss of power.
fn write(path: &Path, invites: &Invites) -> Result<(), InviteError> {
    let mut text = format!("{HEAD}\nseed {}\n", Token(invites.seed).text());
    for code in &invites.codes {
        text.push_str(&format!("code {}\n", Token(*code).text()));
    }
    files::replace(path, &text).map_err(|_| InviteError::File)
}

fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn label(hash: &[u8; 32]) -> String {
    hex(hash).chars().take(LABEL).collect()
}

/// The file as a running relay follows it.
pub struct Watched {
    path: PathBuf,
    seen: Mutex<Option<Stamp>>,
}

/// By what another file of the same name is told.
type Stamp = (u64, i64, i64, u64);

impl Watched {
    /// Follows this file.
    #[must_use]
    pub fn new(path: PathBuf) -> Self {
        Self {
            path,
            seen: Mutex::default(),
        }
    }

    /// Reads the file again if it is another one than before.
    ///
    /// # Errors
    /// [`InviteError`]: what was read before stays.
    pub fn refresh(&self, codes: &Codes) -> Result<(), InviteError> {
        let now = match std::fs::metadata(&self.path) {
            Ok(is) => Some((is.ino(), is.mtime(), is.mtime_nsec(), is.size())),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(_) => return Err(InviteError::File),
        };
        let Ok(mut seen) = self.seen.lock() else {
            return Err(InviteError::File);
        };
        if *seen != now {
            codes.invite(read(&self.path)?);
            *seen = now;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::Creating;

    fn code_of(shown: &str) -> Token {
        let line = shown.lines().next().unwrap();
        Token::from_text(line.strip_prefix("code:  ").unwrap()).unwrap()
    }

    fn label_of(shown: &str) -> String {
        let line = shown.lines().nth(1).unwrap();
        line.strip_prefix("label: ").unwrap().to_owned()
    }

    #[test]
    fn the_file_holds_hashes_alone_and_each_deed_is_seen_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relay.db-invites");
        let mut chance = Chance::seeded(1);
        let mut run = |deed| super::run(&path, &deed, &mut chance);
        let codes = Codes::new(Creating::Invited, vec![]);
        let watched = Watched::new(path.clone());
        assert_eq!(watched.refresh(&codes), Ok(()), "no file is no invite");
        assert_eq!(run(InviteDeed::List), Ok(String::new()));
        let (one, two) = (run(InviteDeed::New).unwrap(), run(InviteDeed::New).unwrap());
        let mut labels = [label_of(&one), label_of(&two)];
        labels.sort();
        assert_eq!(run(InviteDeed::List).unwrap(), labels.join("\n") + "\n");
        let fetch = |shown: &str| {
            watched.refresh(&codes).unwrap();
            codes.fetch(100, Some(&code_of(shown)))
        };
        let secret = fetch(&one).unwrap();
        assert_eq!(Ok(&secret), fetch(&two).as_ref());
        let kept = std::fs::read_to_string(&path).unwrap();
        assert!(kept.contains(&Token(code_hash(&code_of(&one))).text()));
        assert!(!kept.contains(&code_of(&one).text()));
        assert_eq!(kept.lines().count(), 4);
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        run(InviteDeed::Revoke(label_of(&one))).unwrap();
        assert!(fetch(&one).is_err());
        assert_eq!(Ok(&secret), fetch(&two).as_ref());
        run(InviteDeed::Turn).unwrap();
        assert_ne!(Ok(secret), fetch(&two));
        for wrong in [label_of(&one), String::new(), "zz".into()] {
            let revoked = run(InviteDeed::Revoke(wrong));
            assert_eq!(revoked, Err(InviteError::NoSuchCode));
        }
    }

    #[test]
    fn a_file_of_another_kind_is_left_alone_and_what_was_read_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("invites");
        let mut chance = Chance::seeded(2);
        let code = code_of(&run(&path, &InviteDeed::New, &mut chance).unwrap());
        let codes = Codes::new(Creating::Invited, vec![]);
        let watched = Watched::new(path.clone());
        watched.refresh(&codes).unwrap();
        let good = std::fs::read_to_string(&path).unwrap();
        let seed = good.lines().nth(1).unwrap();
        for text in [
            String::new(),
            "alongside relay invites 2\n".into(),
            good.trim_end().into(),
            good.clone() + "code x\n",
            format!(
                "{HEAD}\n{seed}\ncode {}\ncode {}\n",
                "B".repeat(43),
                "A".repeat(43)
            ),
        ] {
            std::fs::write(&path, &text).unwrap();
            assert_eq!(
                watched.refresh(&codes),
                Err(InviteError::NotUnderstood),
                "{text}"
            );
            assert!(codes.fetch(100, Some(&code)).is_ok());
            let done = run(&path, &InviteDeed::Turn, &mut chance);
            assert_eq!(done, Err(InviteError::NotUnderstood));
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }
}
