//! New beginnings: by the get-back sheet after a loss, and by a device that found that its past was put back or copied.
//! Either way the old keys are left for good: no key and no number is ever used twice (P6).

use super::members::TieStart;
use super::{NUMBERS_STEP, OwnPrekey, Tie};
use crate::trust::Refused;
use crate::trust::device::TieKey;
use crate::trust::ids::BodyId;
use crate::trust::list::ListStatement;
use crate::trust::recovery::RecoveryKey;
use std::collections::BTreeMap;

/// What a device that begins anew in a tie brings: its fresh start there.
pub type Successor = TieStart;

impl Tie {
    /// A new beginning by the get-back sheet: a list of a higher generation that names this device alone, signed by the
    /// recovery key that the first list named. Everything older is out; the sheet waits for nobody (protocol.md 10).
    ///
    /// # Errors
    /// [`Refused::BadSignature`] where this is not the key that the first list named.
    pub fn recover(&mut self, key: &RecoveryKey) -> Result<(), Refused> {
        let list = self.mine.list();
        if list.recovery() != Some(&key.public()) {
            return Err(Refused::BadSignature);
        }
        let card = self.mine.cards.get(&self.me).ok_or(Refused::NotListed)?;
        let me = *card.device_public();
        let honoured: Vec<_> = self
            .opened
            .iter()
            .filter(|((notebook, _), _)| *notebook == self.my_notebook())
            .map(|((_, device), numbers)| (*device, numbers.contiguous))
            .collect();
        let statement = ListStatement::make_recovered(
            key,
            list.root_generation().saturating_add(1),
            list.heads(),
            &[me],
            &honoured,
        )?;
        self.take_own_list(statement.bytes())?;
        Ok(())
    }

    /// Puts this device's own card among its party's, before it is listed: for a restore, which lists itself next.
    pub(crate) fn show_own_card(&mut self, start_card: &[u8]) -> Result<(), Refused> {
        let card = crate::trust::card::Card::open(start_card)?;
        self.mine.cards.insert(card.device_id(), card);
        Ok(())
    }

    /// This device's past was put back or copied: it signs in a successor with fresh keys and signs itself out, with the
    /// last number that its own devices heard of still honoured. From here on it is the successor.
    ///
    /// # Errors
    /// [`Refused`] where it is not on the list any more.
    pub fn succeed(&mut self, old: &TieKey, successor: Successor) -> Result<(), Refused> {
        let list = self.mine.list();
        if !list.has(&self.me) {
            return Err(Refused::NotListed);
        }
        // What the other side says it heard is no measure of what its phones shall go on believing.
        let last = self
            .heard
            .iter()
            .filter(|(device, _)| self.is_own(device))
            .map(|(_, (_, highest))| *highest)
            .max()
            .unwrap_or(0)
            .min(self.sequence.saturating_add(NUMBERS_STEP))
            .max(self.sequence);
        let statement = ListStatement::make_next(
            old,
            list.root_generation(),
            list.heads(),
            &[*successor.card.device_public()],
            &[(self.me, last)],
        )?;
        self.take_own_list(statement.bytes())?;
        self.become_another(successor);
        Ok(())
    }

    /// The same for a device that was not signed in yet: another one asks in its place.
    pub fn ask_anew(&mut self, successor: Successor) {
        self.become_another(successor);
    }

    fn become_another(&mut self, successor: Successor) {
        self.mine.cards.remove(&self.me);
        self.me = successor.card.device_id();
        self.context = successor.context;
        self.counter = successor.card.counter();
        self.slot = successor.slot;
        self.prekeys.push(OwnPrekey {
            pair: successor.prekey,
            made: self.age,
            replaced: None,
        });
        self.mine.cards.insert(self.me, successor.card);
        self.sequence = 0;
        self.previous = BodyId([0; 32]);
        self.epoch = None;
        self.last_n = 0;
        self.heard = BTreeMap::new();
        self.rolled_back = false;
        self.said_ahead = false;
        self.give_again();
    }

    /// The statements and this device's card, as they go the way back.
    #[must_use]
    pub fn for_the_way_back(&self) -> (Vec<Vec<u8>>, Option<Vec<u8>>) {
        let statements = self
            .mine
            .statements
            .iter()
            .map(|s| s.bytes().to_vec())
            .collect();
        let card = self
            .mine
            .cards
            .get(&self.me)
            .map(|card| card.bytes().to_vec());
        (statements, card)
    }
}
