//! Moving house: the locked backup, the get-back sheet, and a restore, which is always a new device (P6).
//! By passphrase a backup holds data only; for the sheet it holds the ties too, so that people are found again by the
//! way back. Invariant: no backup holds a device, epoch or prekey secret, nor the root.
//! Long because what a backup holds and what a restore takes must be read against each other.

use super::mine::{SELF, is_sound, take_slot};
use super::ties::{get_more, put_more, put_tie};
use super::{Clock, Companion, Done};
use crate::error::AlongsideError;
use crate::notebook::{KIND_SNAPSHOT, WireItem};
use crate::store::KeySource;
use crate::trust::Refused;
use crate::trust::backup::{
    Keeper, Lock, Opener, lock_of, lock_with_keys, lock_with_passphrase, open_backup,
};
use crate::trust::bytes::{Reader, Writer};
use crate::trust::device::DeviceSecret;
use crate::trust::ids::TieId;
use crate::trust::recovery::{RECOVERY_KEYS, RecoveryKey, Root};
use crate::trust::tie::{Tie, TieKind, TieStart};
use rand_core::CryptoRng;
use std::path::Path;
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const LARGE: usize = 1 << 26;
/// What of this phone's own record goes into a backup for the sheet.
const OWN: [&[u8]; 5] = [b"name", b"alias", b"publics", b"post-box", b"box-word"];

/// What a restore is opened with.
pub enum Opening<'a> {
    /// A passphrase: data only comes back.
    Passphrase(&'a str),
    /// The twelve words of the get-back sheet: people come back too.
    Sheet(&'a str),
}

impl Companion {
    /// A locked backup under a passphrase: data only. Without the passphrase nobody opens it, nor can anyone help.
    ///
    /// # Errors
    /// [`AlongsideError::Invalid`] for a passphrase under eight characters; the store's.
    pub fn backup_with_passphrase(&mut self, passphrase: &str) -> Done<Vec<u8>> {
        if passphrase.chars().count() < 8 {
            return Err(AlongsideError::Invalid(
                "a passphrase has at least eight characters".into(),
            ));
        }
        let payload = self.backup_payload(false)?;
        Ok(lock_with_passphrase(passphrase, &payload, &mut self.rng)?)
    }

    /// A locked backup that the get-back sheet opens: data and people.
    ///
    /// # Errors
    /// The store's.
    pub fn backup_for_sheet(&mut self) -> Done<Vec<u8>> {
        let payload = self.backup_payload(true)?;
        let publics = self.publics()?;
        Ok(lock_with_keys(
            &[(Keeper::Sheet, &publics.backup)],
            &payload,
            &mut self.rng,
        )?)
    }

    /// The twelve words of the get-back sheet, until they were checked.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`] once they were checked: the phone has forgotten them.
    pub fn sheet(&self) -> Done<Zeroizing<String>> {
        Ok(self.root()?.phrase()?)
    }

    /// Checks what the person wrote down. When it is right the phone forgets the words: a stolen phone does not have them.
    ///
    /// # Errors
    /// [`AlongsideError::CannotOpen`] when they are not the same; nothing is forgotten then.
    pub fn check_sheet(&mut self, typed: &str) -> Done<()> {
        self.root()?
            .check_sheet(typed)
            .map_err(|_| AlongsideError::CannotOpen("these are not the words of the sheet"))?;
        let mut deed = self.store.begin()?;
        deed.delete(SELF, b"root")?;
        deed.commit()?;
        self.store.erase_now()?;
        Ok(())
    }

    /// Whether these are the words of this person's get-back sheet, also once the phone has forgotten them.
    ///
    /// # Errors
    /// The store's.
    pub fn is_my_sheet(&self, typed: &str) -> Done<bool> {
        let Ok(root) = Root::from_phrase(typed) else {
            return Ok(false);
        };
        Ok(root.derive_publics()?.keys == self.publics()?.keys)
    }

    fn root(&self) -> Done<Root> {
        let bytes = self
            .store
            .get(SELF, b"root")?
            .ok_or(AlongsideError::NotFound("get-back sheet"))?;
        let bytes: [u8; 16] = bytes.try_into().map_err(|_| AlongsideError::StoreDamaged)?;
        Ok(Root::from_bytes(bytes))
    }

    pub(crate) fn backup_payload(&mut self, with_people: bool) -> Done<Zeroizing<Vec<u8>>> {
        let documents = self.look(|mine| Ok(mine.items_for_own_devices()?))?;
        let mut w = Writer::new();
        w.u8(VERSION);
        w.u8(u8::from(with_people));
        w.bytes(self.name()?.as_bytes());
        w.count(documents.len());
        for document in &documents {
            w.bytes(&document.encode());
        }
        if with_people {
            // The way to a post box is in no backup. Where one was set, neither is the box: a restored phone that knew the box
            // alone would go straight to it.
            let by_a_way = self.goes_by_a_way()?;
            for key in OWN {
                let value = self.store.get(SELF, key)?.unwrap_or_default();
                let is_box = key == b"post-box" || key == b"box-word";
                w.bytes(if by_a_way && is_box { &[] } else { &value });
            }
            w.bytes(&self.home_tie()?.record());
            let ties: Vec<Tie> = self
                .people_ties()?
                .into_iter()
                .filter(|tie| !tie.has_ended())
                .collect();
            w.count(ties.len());
            for tie in &ties {
                w.bytes(&tie.record());
            }
        }
        Ok(Zeroizing::new(w.finish()))
    }

    /// Restores a backup into a new home in `dir`: a new device. By passphrase the things come back and the people have
    /// to be met again; by the sheet the people's phones are told by the way back, and what the lost phone had is out.
    ///
    /// # Errors
    /// [`AlongsideError::CannotOpen`] for another passphrase, other words or a damaged file; nothing is made then.
    pub fn restore(
        dir: &Path,
        key: &dyn KeySource,
        file: &[u8],
        opening: &Opening<'_>,
        clock: Box<dyn Clock>,
        rng: Box<dyn CryptoRng + Send>,
    ) -> Done<Self> {
        let (payload, root) = open(file, opening)?;
        let backup = Backup::read(&payload)?;
        let mut app = Self::make(dir, key, &backup.name, clock, rng)?;
        match app.take_back(&backup, root.as_ref()) {
            Ok(()) => Ok(app),
            Err(why) => {
                app.store.unmake(dir)?;
                Err(why)
            }
        }
    }

    fn take_back(&mut self, backup: &Backup, root: Option<&Root>) -> Done<()> {
        if let (Some(people), Some(root)) = (&backup.people, root) {
            self.move_in(people, root)?;
        }
        self.take_home_documents(&backup.documents)?;
        if backup.people.is_none() {
            self.forget_people()?;
        }
        Ok(())
    }

    /// Without ties the people are names only: they leave the circle until they are met again.
    fn forget_people(&mut self) -> Done<()> {
        self.write(false, |mine| {
            for person in mine.people()? {
                for share in mine.shares_with(&person.who)? {
                    mine.stop_showing(share.item, &person.who)?;
                }
                mine.set_person_gone(&person.who, true)?;
            }
            Ok(())
        })
    }

    /// The old home and ties, as a new device that the sheet's keys list.
    fn move_in(&mut self, people: &People, root: &Root) -> Done<()> {
        let keys = RecoveryKeys::of(root)?;
        let today = self.clock.now().utc_day();
        let device = self.device()?;
        let mut deed = self.store.begin()?;
        for (key, value) in OWN.iter().zip(&people.own) {
            if !value.is_empty() {
                deed.put(SELF, key, value)?;
            }
        }
        deed.commit()?;
        let home = self.begin_again(&people.home, TieKind::Home, &device, &keys, today)?;
        let mut deed = self.store.begin()?;
        deed.delete(super::ties::TIE, &self.home.0)?;
        deed.put(SELF, b"home", &home.id().0)?;
        deed.commit()?;
        self.home = home.id();
        self.notebook = home.my_notebook();
        self.private = None;
        for record in &people.ties {
            let tie = self.begin_again(record, TieKind::People, &device, &keys, today)?;
            let mut deed = self.store.begin()?;
            deed.put(crate::sync::WAY_BACK_DUE, &tie.id().0, &[])?;
            deed.commit()?;
        }
        Ok(())
    }

    fn begin_again(
        &mut self,
        record: &[u8],
        kind: TieKind,
        device: &DeviceSecret,
        keys: &RecoveryKeys,
        today: u32,
    ) -> Done<Tie> {
        let (slot, turn) = self.free_slot()?;
        let seed = *self.slot_seed(slot, turn)?.leak_bytes();
        let start = TieStart::make(device, [0; 32], [0; 32], slot, seed, today, &mut self.rng)?;
        let card = start.card_bytes().to_vec();
        let mut tie = Tie::from_record(start, record)?;
        if tie.kind() != kind {
            return Err(Refused::WrongKind.into());
        }
        tie.show_own_card(&card)?;
        tie.recover(keys.named_by(&tie)?)?;
        let mut more = get_more(&self.store, &tie.id())?;
        more.whole = true;
        let id: TieId = tie.id();
        let mut deed = self.store.begin()?;
        take_slot(&mut deed, slot, turn, &id)?;
        put_more(&mut deed, &id, &more)?;
        put_tie(&mut deed, &tie)?;
        deed.commit()?;
        Ok(tie)
    }
}

struct Backup {
    name: String,
    documents: Vec<WireItem>,
    people: Option<People>,
}

struct People {
    own: Vec<Vec<u8>>,
    home: Vec<u8>,
    ties: Vec<Vec<u8>>,
}

impl Backup {
    fn read(bytes: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(bytes);
        if r.u8()? != VERSION {
            return Err(Refused::UnknownSuite);
        }
        let with_people = r.u8()? == 1;
        let name = String::from_utf8(r.bytes(1_024)?.to_vec()).map_err(|_| Refused::Malformed)?;
        let mut documents = Vec::new();
        for _ in 0..r.count(4_096)? {
            let item =
                WireItem::decode(KIND_SNAPSHOT, r.bytes(LARGE)?).map_err(|_| Refused::Malformed)?;
            documents.push(item);
        }
        let people = if with_people {
            let mut own = Vec::new();
            for key in OWN {
                let value = r.bytes(1 << 20)?;
                if !value.is_empty() && !is_sound(key, value) {
                    return Err(Refused::Malformed);
                }
                own.push(value.to_vec());
            }
            let home = r.bytes(1 << 20)?.to_vec();
            let mut ties = Vec::new();
            for _ in 0..r.count(64)? {
                ties.push(r.bytes(1 << 20)?.to_vec());
            }
            Some(People { own, home, ties })
        } else {
            None
        };
        r.finish()?;
        Ok(Self {
            name,
            documents,
            people,
        })
    }
}

/// The numbered keys of a root, made once.
struct RecoveryKeys(Vec<RecoveryKey>);

impl RecoveryKeys {
    fn of(root: &Root) -> Done<Self> {
        let mut keys = Vec::new();
        for n in 0..RECOVERY_KEYS {
            keys.push(root.derive_recovery_key(n)?);
        }
        Ok(Self(keys))
    }

    fn named_by(&self, tie: &Tie) -> Done<&RecoveryKey> {
        let list = tie.mine().list();
        self.0
            .iter()
            .find(|key| list.recovery() == Some(&key.public()))
            .ok_or(AlongsideError::CannotOpen(
                "this sheet is not of this backup",
            ))
    }
}

fn open(file: &[u8], opening: &Opening<'_>) -> Done<(Zeroizing<Vec<u8>>, Option<Root>)> {
    let locked = lock_of(file)?;
    Ok(match (opening, locked) {
        (Opening::Passphrase(typed), Lock::Passphrase) => {
            (open_backup(file, Opener::Passphrase(typed))?, None)
        }
        (Opening::Sheet(typed), Lock::Keys { .. }) => {
            let root = Root::from_phrase(typed)?;
            let secret = root.derive_backup_key();
            let payload = open_backup(file, Opener::Key(Keeper::Sheet, &secret))?;
            (payload, Some(root))
        }
        (_, Lock::Passphrase) => {
            return Err(AlongsideError::CannotOpen(
                "this backup opens with a passphrase",
            ));
        }
        (_, Lock::Keys { .. }) => {
            return Err(AlongsideError::CannotOpen(
                "this backup opens with the get-back sheet",
            ));
        }
    })
}
