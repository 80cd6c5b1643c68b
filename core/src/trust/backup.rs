//! Locked backup files: under a passphrase (Argon2id; the person's data only), or sealed to the get-back sheet and to
//! helpers (data, ties, way-back secrets). It does not know what the payload is, nor how it was packed.
//! Invariant: a hostile file costs at most `MOST_MEMORY_KIB` and its own size, and is refused without a panic.
//! Frozen format: docs/formats.md "Locked backup"; golden files tests/golden/trust/backup-*.bin.
use super::Refused;
use super::bytes::{Reader, Writer};
use super::suite::{self, HpkeSecret, Label};
use super::words::plain_passphrase;
use argon2::{Algorithm, Argon2, Params, Version};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The first bytes of every backup file.
pub const MAGIC: &[u8; 8] = b"ALNGSIDE";
/// The version of the layout.
pub const VERSION: u8 = 1;
/// Largest file that is written or looked at, in bytes.
pub const MOST_BYTES: usize = 256 << 20;
/// Most memory that a passphrase file may ask for, in KiB.
pub const MOST_MEMORY_KIB: u32 = 256 << 10;

const MEMORY_KIB: u32 = 64 << 10;
const PASSES: u32 = 3;
const MOST_PASSES: u32 = 16;
const LANES: u32 = 1;
const MOST_LANES: u32 = 4;
const STEP: usize = 64 << 10;
const NONCE: usize = 24;
const TAG: usize = 16;
const BY_PASSPHRASE: u8 = 1;
const BY_KEYS: u8 = 2;
const MOST_READERS: u32 = 4;
/// X-Wing encapsulation and the sealed 32-byte file key with its tag.
const SEALED_KEY: usize = 1_120 + 32 + TAG;

/// Who can open a backup that is sealed to keys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Keeper {
    /// The person with the get-back sheet.
    Sheet,
    /// Chosen people together.
    Helpers,
}

/// What opens a backup.
#[derive(Clone, Copy)]
pub enum Opener<'a> {
    /// What the person typed; how it was typed (one character or two for a letter with an accent) does not matter.
    Passphrase(&'a str),
    /// The key pair of the sheet or of the helpers.
    Key(Keeper, &'a HpkeSecret),
}

/// How a backup is locked, as its first bytes say: so that a screen asks for the right thing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lock {
    /// Under a passphrase.
    Passphrase,
    /// Sealed to keys; the helpers can open it too when `helpers` is true.
    Keys {
        /// Whether chosen people together can open it.
        helpers: bool,
    },
}

/// Locks a payload under a passphrase: Argon2id (RFC 9106) with 64 MiB, three passes and one lane, then
/// XChaCha20-Poly1305 over the payload, padded to a coarse size.
///
/// # Errors
/// `Malformed` for an empty passphrase, `TooLarge` for more than [`MOST_BYTES`].
pub fn lock_with_passphrase(
    passphrase: &str,
    payload: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Refused> {
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    let mut w = header(BY_PASSPHRASE);
    w.u32(MEMORY_KIB);
    w.u32(PASSES);
    w.u32(LANES);
    w.fixed(&salt);
    let key = key_from_passphrase(passphrase, &salt, MEMORY_KIB, PASSES, LANES)?;
    seal_file(w.finish(), &key, payload, rng)
}

/// Locks a payload for the sheet's key and, when there is one, the helpers': a random file key is sealed to each with
/// HPKE (RFC 9180, base mode, X-Wing), the padded payload with XChaCha20-Poly1305 under the file key.
///
/// # Errors
/// `Malformed` for no or repeated readers or a key that is none, `TooLarge` for more than [`MOST_BYTES`].
pub fn lock_with_keys(
    readers: &[(Keeper, &[u8])],
    payload: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Refused> {
    let key = Zeroizing::new(suite::make_32(rng));
    let mut readers = readers.to_vec();
    readers.sort_by_key(|(keeper, _)| keeper.byte());
    if readers.is_empty()
        || readers
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a.0 == b.0))
    {
        return Err(Refused::Malformed);
    }
    let mut w = header(BY_KEYS);
    w.u32(u32::try_from(readers.len()).map_err(|_| Refused::TooLarge)?);
    for (keeper, public) in readers {
        let info = suite::labelled(Label::Backup);
        let sealed = suite::hpke_seal(public, &info, &[keeper.byte()], key.as_slice(), rng)?;
        w.u8(keeper.byte());
        w.fixed(&sealed);
    }
    seal_file(w.finish(), &key, payload, rng)
}

/// How a file is locked, from its first bytes only.
///
/// # Errors
/// As [`open_backup`], but nothing is opened.
pub fn lock_of(file: &[u8]) -> Result<Lock, Refused> {
    Ok(match read_head(file)?.0 {
        Head::Passphrase { .. } => Lock::Passphrase,
        Head::Keys(readers) => Lock::Keys {
            helpers: readers
                .iter()
                .any(|(keeper, _)| *keeper == Keeper::Helpers.byte()),
        },
    })
}

/// Opens a backup and gives its payload.
///
/// # Errors
/// `Malformed` when it is no backup file, or is torn; `UnknownSuite` for a newer one; `TooLarge` for one that asks for
/// too much; `WrongKind` when it is locked in another way; `CannotOpen` for another passphrase or key, or changed bytes.
pub fn open_backup(file: &[u8], opener: Opener<'_>) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let (head, length) = read_head(file)?;
    let key = match (head, opener) {
        (
            Head::Passphrase {
                memory,
                passes,
                lanes,
                salt,
            },
            Opener::Passphrase(typed),
        ) => key_from_passphrase(typed, &salt, memory, passes, lanes)?,
        (Head::Keys(readers), Opener::Key(keeper, secret)) => {
            let (_, sealed) = readers
                .iter()
                .find(|(byte, _)| *byte == keeper.byte())
                .ok_or(Refused::WrongKind)?;
            let info = suite::labelled(Label::Backup);
            let key = suite::hpke_open(secret, &info, &[keeper.byte()], sealed)?;
            Zeroizing::new(key.as_slice().try_into().map_err(|_| Refused::Malformed)?)
        }
        _ => return Err(Refused::WrongKind),
    };
    open_file(file, length, &key)
}

enum Head {
    Passphrase {
        memory: u32,
        passes: u32,
        lanes: u32,
        salt: [u8; 16],
    },
    Keys(Vec<(u8, Vec<u8>)>),
}

impl Keeper {
    fn byte(self) -> u8 {
        match self {
            Self::Sheet => 1,
            Self::Helpers => 2,
        }
    }
}

fn header(lock: u8) -> Writer {
    let mut w = Writer::new();
    w.fixed(MAGIC);
    w.u8(VERSION);
    w.u8(suite::SUITE);
    w.u8(lock);
    w
}

/// Reads what comes before nonce and sealed bytes; gives its length too.
fn read_head(file: &[u8]) -> Result<(Head, usize), Refused> {
    if file.len() > MOST_BYTES {
        return Err(Refused::TooLarge);
    }
    let mut r = Reader::new(file);
    if r.array::<8>()? != *MAGIC {
        return Err(Refused::Malformed);
    }
    if r.u8()? != VERSION || r.u8()? != suite::SUITE {
        return Err(Refused::UnknownSuite);
    }
    let head = match r.u8()? {
        BY_PASSPHRASE => {
            let (memory, passes, lanes) = (r.u32()?, r.u32()?, r.u32()?);
            if memory > MOST_MEMORY_KIB || passes > MOST_PASSES || lanes > MOST_LANES {
                return Err(Refused::TooLarge);
            }
            Head::Passphrase {
                memory,
                passes,
                lanes,
                salt: r.array()?,
            }
        }
        BY_KEYS => {
            let count = r.count(MOST_READERS)?;
            let mut readers: Vec<(u8, Vec<u8>)> = Vec::new();
            for _ in 0..count {
                let keeper = r.u8()?;
                if readers.last().is_some_and(|(last, _)| *last >= keeper) {
                    return Err(Refused::Malformed);
                }
                readers.push((keeper, r.array::<SEALED_KEY>()?.to_vec()));
            }
            if readers.is_empty() {
                return Err(Refused::Malformed);
            }
            Head::Keys(readers)
        }
        _ => return Err(Refused::UnknownSuite),
    };
    Ok((head, file.len().saturating_sub(r.left())))
}

fn key_from_passphrase(
    typed: &str,
    salt: &[u8; 16],
    memory: u32,
    passes: u32,
    lanes: u32,
) -> Result<Zeroizing<[u8; 32]>, Refused> {
    if typed.is_empty() {
        return Err(Refused::Malformed);
    }
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| Refused::Malformed)?;
    let stretched = {
        let mut out = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(plain_passphrase(typed).as_bytes(), salt, out.as_mut_slice())
            .map_err(|_| Refused::Malformed)?;
        out
    };
    Ok(Zeroizing::new(suite::derive(
        Label::Backup,
        stretched.as_slice(),
        &[],
    )))
}

/// The sizes of files: n x 64 KiB with n in 1, 2, 3, 4, 6, 8, 12, 16, 24 ...: at most half is padding.
fn file_size(least: usize) -> Result<usize, Refused> {
    std::iter::successors(Some(STEP), |power| power.checked_mul(2))
        .flat_map(|power| [power, if power > STEP { power / 2 * 3 } else { power }])
        .take_while(|size| *size <= MOST_BYTES)
        .find(|size| *size >= least)
        .ok_or(Refused::TooLarge)
}

fn seal_file(
    head: Vec<u8>,
    key: &[u8; 32],
    payload: &[u8],
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, Refused> {
    let around = head.len() + NONCE + TAG;
    let least = payload
        .len()
        .checked_add(around + 4)
        .ok_or(Refused::TooLarge)?;
    let size = file_size(least)?;
    let mut inner = Zeroizing::new(Vec::with_capacity(size - around));
    inner.extend_from_slice(
        &u32::try_from(payload.len())
            .map_err(|_| Refused::TooLarge)?
            .to_be_bytes(),
    );
    inner.extend_from_slice(payload);
    inner.resize(size - around, 0);
    let nonce = suite::make_nonce(key, &inner, rng);
    let sealed = suite::seal_aead(key, &nonce, &head, &inner)?;
    let mut file = head;
    file.extend_from_slice(&nonce);
    file.extend_from_slice(&sealed);
    Ok(file)
}

fn open_file(file: &[u8], head: usize, key: &[u8; 32]) -> Result<Zeroizing<Vec<u8>>, Refused> {
    let (head, rest) = file.split_at_checked(head).ok_or(Refused::Malformed)?;
    let (nonce, sealed) = rest
        .split_first_chunk::<NONCE>()
        .ok_or(Refused::Malformed)?;
    let mut inner = suite::open_aead(key, nonce, head, sealed).map(Zeroizing::new)?;
    let (length, rest) = inner.split_first_chunk::<4>().ok_or(Refused::Malformed)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| Refused::TooLarge)?;
    let padding = rest.get(length..).ok_or(Refused::Malformed)?;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(Refused::Malformed);
    }
    inner.drain(..4);
    inner.truncate(length);
    Ok(inner)
}

impl std::fmt::Debug for Opener<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Passphrase(_) => "Passphrase(..)",
            Self::Key(..) => "Key(..)",
        })
    }
}

#[cfg(test)]
mod tests;
