//! A phone that finds that its past was put back or copied becomes a new device: no key and no number is used twice (P6).
//! Invariant: an own device is believed; what another person says may be a lie, and then changes nothing but the tie with
//! that person (docs/decisions/numbers-are-claims.md).

use super::devices::LEFT;
use super::mine::{PUT_BACK, SELF, read_day, take_slot};
use super::ties::{get_more, put_more, put_tie};
use super::{Companion, Done};
use crate::store::Txn;
use crate::sync::ASK;
use crate::trust::device::DeviceSecret;
use crate::trust::ids::TieId;
use crate::trust::tie::{EPOCH_DAYS, Tie, TieStart};

/// Namespace of the day on which this phone last began anew at another person's word, by tie.
const ANEW: &str = "anew";

impl Companion {
    /// This phone's past was copied or put back: it becomes a new device in every tie, with new inboxes.
    /// Returns whether it did.
    ///
    /// One person alone brings about a new device in the tie with that person, and not more often than an epoch turns.
    pub(crate) fn begin_anew_if_rolled_back(&mut self) -> Done<bool> {
        let mut ties = self.people_ties()?;
        ties.retain(|tie| !tie.has_ended());
        let today = self.clock.now().utc_day();
        let (mut said, mut lately) = (Vec::new(), 0);
        for (at, tie) in ties.iter().enumerate() {
            let last = read_day(&self.store, ANEW, &tie.id().0)?;
            let rests = last.is_some_and(|day| today.abs_diff(day) < EPOCH_DAYS);
            lately += usize::from(rests);
            if tie.is_said_ahead() && !rests {
                said.push(at);
            }
        }
        let several = said.len() + lately >= 2.min(ties.len());
        let home = self.home_tie()?;
        let own = self.store.get(SELF, PUT_BACK)?.is_some()
            || home.was_rolled_back()
            || ties.iter().any(Tie::was_rolled_back);
        if !own && (said.is_empty() || !several) {
            for at in said {
                if let Some(tie) = ties.get_mut(at) {
                    self.begin_anew_in(tie, today)?;
                }
            }
            return Ok(false);
        }
        if !home.is_listed() {
            // It was put back to before it was signed in, and a new device's key could be signed in by nobody. Its siblings
            // hear nothing of it and give the list again.
            return Ok(false);
        }
        let said: Vec<TieId> = said
            .iter()
            .filter_map(|at| Some(ties.get(*at)?.id()))
            .collect();
        ties.push(home);
        if self.has_siblings()? {
            self.wait_to_absorb(true)?;
        }
        // An invite under way was made with keys that this phone leaves: it can't be finished.
        for invite in self.invites()? {
            self.leave_invite(invite.id)?;
        }
        let leave = self.leave_inboxes()?;
        let old = self.device()?;
        let new = DeviceSecret::make(&mut self.rng);
        let inbox = crate::trust::inbox::InboxSecret::make(&mut self.rng);
        let slots = crate::trust::inbox::SlotRoot::make(&mut self.rng);
        let (mut kept, mut asked) = (Vec::new(), Vec::new());
        for (at, mut tie) in ties.into_iter().enumerate() {
            let slot = u8::try_from(at).unwrap_or(63).min(63);
            let key = old.derive_tie_key(tie.context());
            let seed = *slots.derive_slot_seed(slot, 0).leak_bytes();
            let start = TieStart::make(&new, [0; 32], [0; 32], slot, seed, today, &mut self.rng)?;
            if tie.is_listed() {
                if tie.succeed(&key, start).is_ok() {
                    kept.push((slot, tie));
                }
            } else if self.store.get(ASK, &tie.id().0)?.is_some() {
                // Not signed in yet. A sibling may still sign in the old card, which nobody has the key of any more.
                asked.push((tie.id(), tie.me(), start.card_bytes().to_vec()));
                tie.ask_anew(start);
                kept.push((slot, tie));
            }
        }
        let mut deed = self.store.begin()?;
        leave(&mut deed)?;
        for ns in [
            super::mine::SLOT,
            crate::sync::WEEK,
            crate::sync::CLOSE,
            crate::sync::CLOSING,
        ] {
            for (key, _) in deed.list(ns)? {
                deed.delete(ns, &key)?;
            }
        }
        deed.delete(SELF, PUT_BACK)?;
        deed.put(SELF, b"device", new.leak_bytes())?;
        deed.put(SELF, b"inbox", inbox.leak_bytes())?;
        deed.put(SELF, b"slots", slots.leak_bytes())?;
        for (slot, tie) in &kept {
            take_slot(&mut deed, *slot, 0, &tie.id())?;
            put_anew(&mut deed, tie)?;
        }
        for (tie, device, card) in asked {
            deed.put(ASK, &tie.0, &card)?;
            deed.put(LEFT, &[tie.0, device.0].concat(), &[])?;
        }
        for tie in said {
            deed.put(ANEW, &tie.0, &today.to_be_bytes())?;
        }
        deed.commit()?;
        Ok(true)
    }

    /// A new device in one tie alone: fresh keys and numbers, the same slot.
    fn begin_anew_in(&mut self, tie: &mut Tie, today: u32) -> Done<()> {
        let device = self.device()?;
        let key = device.derive_tie_key(tie.context());
        let turn = self.turn_of(tie.slot())?;
        let seed = *self.slot_seed(tie.slot(), turn)?.leak_bytes();
        let start = TieStart::make(
            &device,
            [0; 32],
            [0; 32],
            tie.slot(),
            seed,
            today,
            &mut self.rng,
        )?;
        if tie.succeed(&key, start).is_err() {
            return Ok(());
        }
        let mut deed = self.store.begin()?;
        put_anew(&mut deed, tie)?;
        deed.put(ANEW, &tie.id().0, &today.to_be_bytes())?;
        deed.commit()?;
        Ok(())
    }
}

/// Keeps a tie in which this phone is a new device: nothing of what the old one sent counts as sent.
fn put_anew(deed: &mut Txn<'_>, tie: &Tie) -> Done<()> {
    let mut more = get_more(deed, &tie.id())?;
    more.whole = true;
    more.anew = true;
    more.content = 0;
    more.full = 0;
    put_more(deed, &tie.id(), &more)?;
    put_tie(deed, tie)
}
