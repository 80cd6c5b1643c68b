//! This person's own phones: which there are, adding one (an invite of kind device, in `sync`), and removing one.
//! Invariant: a removal is signed into every tie, all slots that the removed phone knew are closed, and each tie gets a
//! new way-back secret.

use super::ties::{get_more, put_more, put_tie};
use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::trust::ids::{DeviceId, TieId};
use crate::trust::suite::make_32;
use crate::trust::tie::Tie;

/// Namespace of which device of a tie is which phone: home device id and tie id to the device's id there.
pub(crate) const IS: &str = "device-is";

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
            if let Some(there) = self.device_in(&gone, &tie)? {
                let key = self.tie_key(&tie)?;
                tie.remove_device(&key, &there)?;
            }
            ties.push(tie);
        }
        let secrets: Vec<[u8; 32]> = ties.iter().map(|_| make_32(&mut self.rng)).collect();
        let mut deed = self.store.begin()?;
        for (tie, secret) in ties.iter_mut().zip(secrets) {
            let mut more = get_more(&deed, &tie.id())?;
            more.reslot = true;
            if tie.id() != self.home {
                tie.add_way_back(secret);
                more.way_back = true;
            }
            put_more(&mut deed, &tie.id(), &more)?;
            put_tie(&mut deed, tie)?;
        }
        deed.commit()?;
        Ok(())
    }

    /// Which device of a tie a phone is: as it said itself, or the only other one there is.
    fn device_in(&self, phone: &DeviceId, tie: &Tie) -> Done<Option<DeviceId>> {
        let said = self.store.get(IS, &[phone.0, tie.id().0].concat())?;
        if let Some(bytes) = said
            && let Ok(id) = bytes.try_into()
        {
            let id = DeviceId(id);
            return Ok(tie.mine().list().has(&id).then_some(id));
        }
        let list = tie.mine().list();
        let others: Vec<DeviceId> = list
            .present()
            .filter(|device| **device != tie.me())
            .copied()
            .collect();
        Ok(match others.as_slice() {
            [only] if self.home_tie()?.mine().list().count() == 2 => Some(*only),
            _ => None,
        })
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
        for (key, value) in self.store.list(IS)? {
            let (Some(phone), Some(tie)) = (key.first_chunk(), key.last_chunk()) else {
                continue;
            };
            if let Ok(device) = value.try_into() {
                all.push((DeviceId(*phone), TieId(*tie), DeviceId(device)));
            }
        }
        Ok(all)
    }
}

fn number(device: &DeviceId) -> String {
    device
        .0
        .iter()
        .take(3)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
