//! This person's own phones: which there are, adding one (an invite of kind device, in `sync`), and removing one.
//! Invariant: a removal is signed into every tie, all slots that the removed phone knew are closed, and each tie gets a
//! new way-back secret.

use super::ties::{get_more, put_more, put_tie};
use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::store::Txn;
use crate::trust::card::Card;
use crate::trust::ids::{DeviceId, TieId};
use crate::trust::suite::make_32;
use crate::trust::tie::{Tie, TieKind};

/// Namespace of which device of a tie is which phone: home device id and tie id to the device's id there.
pub(crate) const IS: &str = "device-is";
/// Namespace of which phone brought which card: tie id and the device's id there to the home device id.
pub(crate) const BROUGHT: &str = "device-brought";

/// Namespace of devices that this phone asked to be signed in as and left before it was: tie id and the device's id there.
pub(crate) const LEFT: &str = "device-left";

/// One phone of this person.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Device {
    /// The first digits of its id at home: enough to tell a handful apart.
    pub number: String,
    /// Whether it is the one in hand.
    pub this_one: bool,
}

impl Companion {
    /// This person's phones.
    ///
    /// # Errors
    /// The store's.
    pub fn devices(&self) -> Done<Vec<Device>> {
        let home = self.home_tie()?;
        let list = home.mine().list();
        Ok(list
            .present()
            .map(|device| Device {
                number: number(device),
                this_one: *device == home.me(),
            })
            .collect())
    }

    /// Removes another phone of this person's, at once and everywhere. What it holds it keeps; nothing more reaches it.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`] for a number that is none; [`AlongsideError::Invalid`] for the phone in hand.
    pub fn remove_device(&mut self, device: &str) -> Done<()> {
        let mut home = self.home_tie()?;
        let list = home.mine().list();
        let found: Vec<DeviceId> = list
            .present()
            .filter(|id| number(id) == device)
            .copied()
            .collect();
        let gone = match found.as_slice() {
            [one] => *one,
            [] => return Err(AlongsideError::NotFound("phone")),
            _ => return Err(AlongsideError::Several("phone")),
        };
        if gone == home.me() {
            return Err(AlongsideError::Invalid(
                "this is the phone in your hand; remove it from another one".into(),
            ));
        }
        let key = self.tie_key(&home)?;
        home.remove_device(&key, &gone)?;
        let mut ties = vec![home];
        for mut tie in self.people_ties()? {
            if tie.has_ended() {
                continue;
            }
            let key = self.tie_key(&tie)?;
            for there in self.devices_in(&gone, &tie)? {
                tie.remove_device(&key, &there)?;
            }
            ties.push(tie);
        }
        let secrets: Vec<[u8; 32]> = ties.iter().map(|_| make_32(&mut self.rng)).collect();
        let mut deed = self.store.begin()?;
        for (tie, secret) in ties.iter_mut().zip(secrets) {
            put_after_removal(&mut deed, tie, secret)?;
        }
        deed.commit()?;
        Ok(())
    }

    /// The devices of a tie that a phone is: as it said itself, those whose cards it brought, and where nothing is known
    /// of it, all that no other phone of mine accounts for.
    fn devices_in(&self, phone: &DeviceId, tie: &Tie) -> Done<Vec<DeviceId>> {
        let list = tie.mine().list();
        let said = self.known_devices(phone, &tie.id())?;
        let mut gone: Vec<DeviceId> = said
            .into_iter()
            .filter(|device| list.has(device) && *device != tie.me())
            .collect();
        if !gone.is_empty() {
            return Ok(gone);
        }
        let home = self.home_tie()?;
        let mut others = vec![tie.me()];
        for sibling in home.mine().list().present() {
            if *sibling == home.me() || sibling == phone {
                continue;
            }
            let known = self.known_devices(sibling, &tie.id())?;
            if known.is_empty() {
                // It may be the one that is left: what the phone was here comes out later (`sign_out_the_gone`).
                return Ok(gone);
            }
            others.extend(known);
        }
        gone.extend(list.present().filter(|device| !others.contains(device)));
        Ok(gone)
    }

    fn known_devices(&self, phone: &DeviceId, tie: &TieId) -> Done<Vec<DeviceId>> {
        let said = self.store.get(IS, &[phone.0, tie.0].concat())?;
        let mut known: Vec<DeviceId> = said
            .and_then(|bytes| bytes.try_into().ok())
            .map(DeviceId)
            .into_iter()
            .collect();
        for (key, who) in self.store.list_under(BROUGHT, &tie.0)? {
            if let Some(device) = key.last_chunk()
                && who == phone.0
                && !known.contains(&DeviceId(*device))
            {
                known.push(DeviceId(*device));
            }
        }
        Ok(known)
    }

    /// A phone brought a card of its own for a tie: whatever it may say later, that device there is this phone.
    pub(crate) fn card_was_brought(
        &mut self,
        phone: &DeviceId,
        tie: &TieId,
        card: &[u8],
    ) -> Done<()> {
        let Ok(card) = Card::open(card) else {
            return Ok(());
        };
        let key = [tie.0, card.device_id().0].concat();
        if self.store.get(BROUGHT, &key)?.is_none() {
            let mut deed = self.store.begin()?;
            deed.put(BROUGHT, &key, &phone.0)?;
            deed.commit()?;
        }
        Ok(())
    }

    /// A phone says which device of a tie a phone is. Each speaks for itself, and of others only where nothing is known.
    pub(crate) fn device_is(
        &mut self,
        says: &DeviceId,
        phone: &DeviceId,
        tie: &TieId,
        device: &DeviceId,
    ) -> Done<()> {
        let key = [phone.0, tie.0].concat();
        let brought = self.store.get(BROUGHT, &[tie.0, device.0].concat())?;
        let is_anothers = brought.is_some_and(|who| who != phone.0);
        let is_known = says != phone && self.store.get(IS, &key)?.is_some();
        if is_anothers || is_known {
            return Ok(());
        }
        let mut deed = self.store.begin()?;
        deed.put(IS, &key, &device.0)?;
        deed.commit()?;
        Ok(())
    }

    /// A phone that is out at home is out in every tie, also where it only now comes out which device it was there, or
    /// where another phone of mine signed it in while it was being removed.
    pub(crate) fn sign_out_the_gone(&mut self) -> Done<()> {
        let mut known = self.devices_said()?;
        for (key, phone) in self.store.list(BROUGHT)? {
            if let (Some(tie), Some(device), Ok(phone)) =
                (key.first_chunk(), key.last_chunk(), phone.try_into())
            {
                known.push((DeviceId(phone), TieId(*tie), DeviceId(*device)));
            }
        }
        let left = self.store.list(LEFT)?;
        if known.is_empty() && left.is_empty() {
            return Ok(());
        }
        let home = self.home_tie()?;
        let list = home.mine().list();
        known.retain(|(phone, _, _)| !list.has(phone) && home.mine().was_signed_out(phone));
        let known = known.into_iter().map(|(_, tie, device)| (tie, device));
        let left = left.iter().filter_map(|(key, _)| {
            Some((TieId(*key.first_chunk()?), DeviceId(*key.last_chunk()?)))
        });
        for (id, device) in known.chain(left) {
            let Ok(mut tie) = self.tie(&id) else {
                continue;
            };
            let stays = tie.has_ended() || !tie.is_listed() || device == tie.me();
            if stays || !tie.mine().list().has(&device) {
                continue;
            }
            let key = self.tie_key(&tie)?;
            tie.remove_device(&key, &device)?;
            let secret = make_32(&mut self.rng);
            let mut deed = self.store.begin()?;
            put_after_removal(&mut deed, &mut tie, secret)?;
            deed.commit()?;
        }
        Ok(())
    }

    /// All that is known of which device is which, this phone's own first.
    pub(crate) fn devices_known(&self) -> Done<Vec<(DeviceId, TieId, DeviceId)>> {
        let home = self.home_tie()?.me();
        let mut all: Vec<(DeviceId, TieId, DeviceId)> = self
            .people_ties()?
            .iter()
            .filter(|tie| !tie.has_ended())
            .map(|tie| (home, tie.id(), tie.me()))
            .collect();
        all.extend(self.devices_said()?);
        Ok(all)
    }

    /// What phones said of which device is which: the phone, the tie, the device there.
    fn devices_said(&self) -> Done<Vec<(DeviceId, TieId, DeviceId)>> {
        let mut all = Vec::new();
        for (key, device) in self.store.list(IS)? {
            if let (Some(phone), Some(tie), Ok(device)) =
                (key.first_chunk(), key.last_chunk(), device.try_into())
            {
                all.push((DeviceId(*phone), TieId(*tie), DeviceId(device)));
            }
        }
        Ok(all)
    }
}

/// Keeps a tie out of which a device was signed: its slot is closed, and those who stay get a new way-back secret.
fn put_after_removal(deed: &mut Txn<'_>, tie: &mut Tie, secret: [u8; 32]) -> Done<()> {
    let mut more = get_more(deed, &tie.id())?;
    more.reslot = true;
    match tie.kind() {
        TieKind::People => {
            tie.add_way_back(secret);
            more.way_back = true;
        }
        // What the removed phone had told this one alone, the others would never hear of.
        TieKind::Home => more.whole = true,
    }
    put_more(deed, &tie.id(), &more)?;
    put_tie(deed, tie)
}

fn number(device: &DeviceId) -> String {
    device
        .0
        .iter()
        .take(3)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
