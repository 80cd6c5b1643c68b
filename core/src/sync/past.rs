//! The inboxes that this phone left when it found that its past was put back. What comes there was sealed for keys that
//! its later self held; but signed lists and cards lie beside it, and they tell where the others are now: a phone that
//! was put back to before they moved would else post for ever where nobody reads.
//! Invariant: nothing there is acknowledged, and nothing but lists and cards is believed.

use super::basket::Basket;
use super::weeks::{AHEAD, MOST};
use crate::companion::mine::{later_slots, slots};
use crate::companion::{Companion, Done};
use crate::post::{PostBox, PostError, Token};
use crate::store::Txn;
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};
use crate::trust::envelope::{Envelope, Opened, Part, open_item};
use crate::trust::inbox::{InboxSecret, SlotRoot, inbox_read_until, week_of};
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// Namespace of inboxes that were left, by the day on which they were.
const PAST: &str = "past";
/// Days after which an inbox that was left is registered nowhere any more.
const DAYS: u32 = 7 * (AHEAD + 1);

/// Inboxes that were left.
struct Past {
    inbox: Zeroizing<[u8; 32]>,
    root: Zeroizing<[u8; 32]>,
    /// Numbers and turns of all slots that may be written through.
    slots: Vec<(u8, u32)>,
    /// No other phone of this person was known then. One may have been added in what was forgotten.
    alone: bool,
    /// How far each week was read.
    cursors: BTreeMap<u32, Vec<u8>>,
}

impl Past {
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.fixed(self.inbox.as_slice());
        w.fixed(self.root.as_slice());
        w.u8(u8::from(self.alone));
        w.count(self.slots.len());
        for (number, turn) in &self.slots {
            w.u8(*number);
            w.u32(*turn);
        }
        w.count(self.cursors.len());
        for (week, cursor) in &self.cursors {
            w.u32(*week);
            w.bytes(cursor);
        }
        w.finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(bytes);
        let mut past = Self {
            inbox: Zeroizing::new(r.array()?),
            root: Zeroizing::new(r.array()?),
            alone: r.u8()? == 1,
            slots: Vec::new(),
            cursors: BTreeMap::new(),
        };
        for _ in 0..r.count(256)? {
            past.slots.push((r.u8()?, r.u32()?));
        }
        for _ in 0..r.count(64)? {
            past.cursors.insert(r.u32()?, r.bytes(1 << 16)?.to_vec());
        }
        r.finish()?;
        Ok(past)
    }

    fn open(&self, week: u32, bytes: &[u8]) -> Option<Envelope> {
        let root = SlotRoot::from_bytes(*self.root);
        match open_by_slots(&root, &self.slots, week, bytes) {
            Some(Opened::Whole(envelope)) => Some(envelope),
            _ => None,
        }
    }
}

/// Opens an item of a week's inbox by whichever of these slots it was sealed for: each a number and a turn.
pub(super) fn open_by_slots(
    root: &SlotRoot,
    slots: &[(u8, u32)],
    week: u32,
    bytes: &[u8],
) -> Option<Opened> {
    slots.iter().find_map(|(number, turn)| {
        let key = root.derive_slot_seed(*number, *turn).derive_slot_key(week);
        open_item(&key, bytes).ok()
    })
}

/// What of an envelope is believed by its signature alone.
pub(super) fn lists_and_cards(envelope: Envelope) -> Vec<Part> {
    let signed = |part: &Part| matches!(part, Part::List(_) | Part::Card(_));
    envelope.parts.into_iter().filter(signed).collect()
}

impl Companion {
    /// Keeps in mind the inboxes that this phone leaves in this deed.
    pub(crate) fn leave_inboxes(&self) -> Done<impl FnOnce(&mut Txn<'_>) -> Done<()> + use<>> {
        let today = self.clock.now().utc_day();
        let mut past = Past {
            inbox: Zeroizing::new(*self.inbox_secret()?.leak_bytes()),
            root: Zeroizing::new(*self.slot_root()?.leak_bytes()),
            alone: !self.has_siblings()?,
            slots: later_slots(&self.store)?,
            cursors: BTreeMap::new(),
        };
        let used = slots(&self.store)?;
        past.slots
            .extend(used.iter().map(|slot| (slot.number, slot.turn)));
        for week in self.registered_weeks()? {
            let cursor = self.week(week)?.cursor;
            if !cursor.is_empty() {
                past.cursors.insert(week, cursor);
            }
        }
        Ok(move |deed: &mut Txn<'_>| {
            deed.put(PAST, &today.to_be_bytes(), &past.encode())?;
            Ok(())
        })
    }

    /// Whether inboxes that were left are still to be read.
    pub(crate) fn has_a_past(&self) -> Done<bool> {
        Ok(!self.store.list(PAST)?.is_empty())
    }

    /// Reads what came to inboxes that were left, until everybody knows the new ones.
    pub(crate) async fn read_the_past<P: PostBox>(
        &mut self,
        post: &P,
    ) -> Done<Result<(), PostError>> {
        let today = self.clock.now().utc_day();
        for (key, value) in self.store.list(PAST)? {
            let left = key.as_slice().try_into().map_or(0, u32::from_be_bytes);
            let past = Past::decode(&value).ok();
            let Some(mut past) = past.filter(|_| today.abs_diff(left) < DAYS) else {
                self.forget_the_past(&key)?;
                continue;
            };
            if !past.alone && self.is_known_everywhere()? {
                self.forget_the_past(&key)?;
                continue;
            }
            let now = week_of(today);
            for week in now.saturating_sub(1)..=now {
                if today > inbox_read_until(week) {
                    continue;
                }
                if let Err(why) = self.read_past_week(post, &mut past, week).await? {
                    return Ok(Err(why));
                }
            }
            let mut deed = self.store.begin()?;
            deed.put(PAST, &key, &past.encode())?;
            deed.commit()?;
        }
        Ok(Ok(()))
    }

    async fn read_past_week<P: PostBox>(
        &mut self,
        post: &P,
        past: &mut Past,
        week: u32,
    ) -> Done<Result<(), PostError>> {
        let inbox = InboxSecret::from_bytes(*past.inbox);
        let token = Token(*inbox.derive_fetch_token(week).leak_bytes());
        loop {
            let cursor = past.cursors.get(&week).cloned().unwrap_or_default();
            let fetched = match self.away(post.fetch(&token, MOST, &cursor, &[])).await {
                Ok(fetched) => fetched,
                Err(PostError::NoSuchInbox) => return Ok(Ok(())),
                Err(why) => return Ok(Err(why)),
            };
            let mut basket = Basket::default();
            let none = fetched.items.is_empty();
            for item in fetched.items {
                if let Some(envelope) = past.open(week, &item.bytes) {
                    self.take_signed_only(envelope, &mut basket)?;
                }
            }
            // One that was added since then has what this phone has.
            past.alone &= !self.has_siblings()?;
            self.settle(basket)?;
            if past.alone && self.has_siblings()? {
                // It holds what this phone wrote before its past was put back: that counts, and ours is written on top.
                past.alone = false;
                self.wait_to_absorb(true)?;
            }
            past.cursors.insert(week, fetched.cursor);
            if none || !fetched.more {
                return Ok(Ok(()));
            }
        }
    }

    /// Takes lists and cards of whichever tie they belong to, and nothing else.
    pub(super) fn take_signed_only(&mut self, envelope: Envelope, basket: &mut Basket) -> Done<()> {
        let parts = lists_and_cards(envelope);
        if parts.is_empty() {
            return Ok(());
        }
        let home = self.home;
        self.open_in(basket, &home);
        self.gather(basket)?;
        for (id, tie) in &mut basket.ties {
            let brought = tie.take(&parts);
            if brought.list_changed {
                let said = basket.said.entry(*id).or_default();
                said.0 |= brought.lost_device;
            }
        }
        Ok(())
    }

    /// Whether all who read this phone's writing have read something of it.
    fn is_known_everywhere(&self) -> Done<bool> {
        let mut ties = self.people_ties()?;
        ties.push(self.home_tie()?);
        Ok(ties.iter().all(|tie| {
            let mut readers = tie.readers().into_keys();
            tie.has_ended() || !tie.is_listed() || readers.all(|reader| tie.heard(&reader).0 > 0)
        }))
    }

    fn forget_the_past(&mut self, key: &[u8]) -> Done<()> {
        let mut deed = self.store.begin()?;
        deed.delete(PAST, key)?;
        deed.commit()?;
        Ok(())
    }
}
