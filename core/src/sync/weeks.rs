//! Weekly inboxes: registering them ahead, reading each until two days after its end, closing slots.
//! Invariant: one request speaks of one inbox; acknowledgements ride in the next fetch of the same one.

use super::basket::Basket;
use crate::companion::mine::slots;
use crate::companion::{Companion, Done};
use crate::post::{CreateInbox, PostBox, PostError, Token};
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};
use crate::trust::ids::TieId;
use crate::trust::inbox::{
    InboxRegistration, derive_inbox_registration, inbox_read_until, week_of,
};

/// Namespace of weeks: registered, drained, cursor, acknowledgements that wait.
pub(crate) const WEEK: &str = "week";
/// Namespace of slots to be closed at the relay.
pub(crate) const CLOSE: &str = "close";
/// Namespace of slots that are to be closed once everyone who is to write through a newer one knows it, with their tie.
pub(crate) const CLOSING: &str = "closing";
/// Weeks registered ahead: eight weeks offline lose nothing (protocol.md 9).
pub(crate) const AHEAD: u32 = 9;
/// Inboxes live 90 days: older weeks hold nothing any more.
const BEHIND: u32 = 13;
/// Most items of one fetch.
pub(super) const MOST: u16 = 64;

#[derive(Debug, Default, Clone)]
pub(crate) struct Week {
    pub(crate) registered: bool,
    pub(crate) drained: bool,
    pub(crate) cursor: Vec<u8>,
    pub(crate) acks: Vec<[u8; 16]>,
}

impl Week {
    fn encode(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(u8::from(self.registered));
        w.u8(u8::from(self.drained));
        w.bytes(&self.cursor);
        w.count(self.acks.len());
        for ack in &self.acks {
            w.fixed(ack);
        }
        w.finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(bytes);
        let mut week = Self {
            registered: r.u8()? == 1,
            drained: r.u8()? == 1,
            cursor: r.bytes(1 << 16)?.to_vec(),
            acks: Vec::new(),
        };
        for _ in 0..r.count(1 << 16)? {
            week.acks.push(r.array()?);
        }
        r.finish()?;
        Ok(week)
    }
}

/// What reading the inboxes brought.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Read {
    pub(crate) opened: u32,
    pub(crate) aside: u32,
    pub(crate) gap: bool,
}

impl Companion {
    pub(crate) fn week(&self, week: u32) -> Done<Week> {
        match self.store.get(WEEK, &week.to_be_bytes())? {
            Some(bytes) => Ok(Week::decode(&bytes)?),
            None => Ok(Week::default()),
        }
    }

    fn put_week(&mut self, number: u32, week: &Week) -> Done<()> {
        let mut deed = self.store.begin()?;
        deed.put(WEEK, &number.to_be_bytes(), &week.encode())?;
        deed.commit()?;
        Ok(())
    }

    /// The weeks that are not registered yet, from this one on. At the first start all of them; later one a week.
    pub(crate) fn weeks_to_register(&self) -> Done<Vec<u32>> {
        let now = week_of(self.clock.now().utc_day());
        let mut missing = Vec::new();
        for week in now..=now + AHEAD {
            if !self.week(week)?.registered {
                missing.push(week);
            }
        }
        Ok(missing)
    }

    /// The weeks whose inboxes may hold something: registered, not drained since they were over.
    pub(crate) fn weeks_to_read(&self) -> Done<Vec<u32>> {
        let today = self.clock.now().utc_day();
        let now = week_of(today);
        let mut weeks = Vec::new();
        for (key, value) in self.store.list(WEEK)? {
            let Ok(key) = key.try_into() else { continue };
            let number = u32::from_be_bytes(key);
            let week = Week::decode(&value)?;
            // A clock that ran ahead took this week for one gone by, and found its inbox empty: it is read again.
            let over = today > inbox_read_until(number);
            let done = week.drained && over;
            if week.registered && !done && number <= now && number + BEHIND >= now {
                weeks.push(number);
            }
        }
        Ok(weeks)
    }

    fn registration(&self, week: u32) -> Done<InboxRegistration> {
        let mut turns = [0u32; 64];
        for slot in slots(&self.store)? {
            // A closed slot is registered at its next turn, so that its old token opens nothing.
            let turn = slot.turn + u32::from(slot.closed.is_some());
            if let Some(place) = turns.get_mut(usize::from(slot.number)) {
                *place = turn;
            }
        }
        Ok(derive_inbox_registration(
            &self.inbox_secret()?,
            &self.slot_root()?,
            &turns,
            week,
        ))
    }

    /// Registers one week's inbox: a contact of its own.
    pub(crate) async fn register<P: PostBox>(
        &mut self,
        post: &P,
        number: u32,
    ) -> Result<(), PostError> {
        let registration = self
            .registration(number)
            .map_err(|_| PostError::Refused(0))?;
        match self.create(post, &to_create(&registration)).await {
            // It is there and ours, since nobody else knows its token: made before a slot was closed, and the answer was
            // lost; or by a later self of this phone.
            Ok(()) | Err(PostError::Conflict) => {}
            Err(why) => return Err(why),
        }
        let mut week = self.week(number).map_err(|_| PostError::Refused(0))?;
        week.registered = true;
        self.put_week(number, &week)
            .map_err(|_| PostError::Refused(0))
    }

    /// Reads one week's inbox to its end.
    pub(crate) async fn read_week<P: PostBox>(
        &mut self,
        post: &P,
        number: u32,
    ) -> Done<Result<Read, PostError>> {
        let token = Token(*self.inbox_secret()?.derive_fetch_token(number).leak_bytes());
        let mut read = Read::default();
        let mut week = self.week(number)?;
        loop {
            let fetched = match self
                .away(post.fetch(&token, MOST, &week.cursor, &week.acks))
                .await
            {
                Ok(fetched) => fetched,
                Err(PostError::NoSuchInbox) => {
                    // Past its life at the relay, or never there: an own sibling of this week is made anew.
                    let now = week_of(self.clock.now().utc_day());
                    week.registered = number < now && week.registered;
                    week.drained = number < now;
                    self.put_week(number, &week)?;
                    return Ok(Ok(read));
                }
                Err(why) => return Ok(Err(why)),
            };
            read.gap |= fetched.gap || fetched.marker;
            week.acks.clear();
            week.cursor = fetched.cursor;
            let empty = fetched.items.is_empty();
            let mut basket = Basket::default();
            for item in fetched.items {
                match self.take_item(number, &item.id, item.day, &item.bytes, &mut basket)? {
                    super::take::Taken::Opened => read.opened += 1,
                    super::take::Taken::Aside => read.aside += 1,
                    super::take::Taken::Before => {}
                }
                week.acks.push(item.id);
            }
            self.settle(basket)?;
            let over = self.clock.now().utc_day() > inbox_read_until(number);
            if empty && over {
                week.drained = true;
            }
            self.put_week(number, &week)?;
            if !fetched.more && (empty || !over) {
                return Ok(Ok(read));
            }
        }
    }

    /// A slot is closed at the post box when those who stay know the newer one. Were it closed before, two phones that
    /// take out a third at the same time would each write where nobody reads, for ever. New inboxes never know it, so that
    /// it lapses in ten weeks whoever is silent.
    pub(crate) fn close_what_is_known(&mut self) -> Done<()> {
        for (slot, tie) in self.store.list(CLOSING)? {
            let tie = tie.try_into().ok().map(TieId);
            let waits = match tie.and_then(|tie| self.tie(&tie).ok()) {
                Some(tie) => tie.readers().keys().any(|reader| tie.owes_keys(reader)),
                None => false,
            };
            if waits {
                continue;
            }
            let mut deed = self.store.begin()?;
            deed.delete(CLOSING, &slot)?;
            deed.put(CLOSE, &slot, &[])?;
            deed.commit()?;
        }
        Ok(())
    }

    /// Closes what is to be closed in one week's inbox. True where nothing is left to close there.
    pub(crate) async fn close_in<P: PostBox>(
        &mut self,
        post: &P,
        number: u32,
    ) -> Done<Result<(), PostError>> {
        let mut hashes = Vec::new();
        for (key, _) in self.store.list(CLOSE)? {
            let Some(slot) = key.first().copied() else {
                continue;
            };
            let turn = self.turn_of(slot)?;
            hashes.push(self.slot_seed(slot, turn)?.derive_slot_token(number).hash());
        }
        if hashes.is_empty() {
            return Ok(Ok(()));
        }
        let token = Token(*self.inbox_secret()?.derive_fetch_token(number).leak_bytes());
        Ok(match self.away(post.close(&token, &hashes)).await {
            Ok(()) | Err(PostError::NoSuchInbox) => Ok(()),
            Err(why) => Err(why),
        })
    }

    pub(crate) fn closed_all(&mut self) -> Done<()> {
        let mut deed = self.store.begin()?;
        for (key, _) in deed.list(CLOSE)? {
            deed.delete(CLOSE, &key)?;
        }
        deed.commit()?;
        Ok(())
    }

    pub(crate) fn has_to_close(&self) -> Done<bool> {
        Ok(!self.store.list(CLOSE)?.is_empty())
    }

    /// How many inboxes of this phone are made, for this week and those to come.
    ///
    /// # Errors
    /// The store's.
    pub fn inboxes_ahead(&self) -> Done<usize> {
        let now = week_of(self.clock.now().utc_day());
        let weeks = self.registered_weeks()?;
        Ok(weeks.into_iter().filter(|week| *week >= now).count())
    }

    pub(crate) fn registered_weeks(&self) -> Done<Vec<u32>> {
        let now = week_of(self.clock.now().utc_day());
        let mut weeks = Vec::new();
        for (key, value) in self.store.list(WEEK)? {
            let Ok(key) = key.try_into() else { continue };
            let number = u32::from_be_bytes(key);
            if Week::decode(&value)?.registered && number + BEHIND >= now {
                weeks.push(number);
            }
        }
        Ok(weeks)
    }
}

/// The same registration in the post room's words.
pub(crate) fn to_create(registration: &InboxRegistration) -> CreateInbox {
    CreateInbox {
        week: registration.week,
        fetch_hash: registration.fetch_hash,
        wake_hash: registration.wake_hash,
        slot_hashes: registration.slot_hashes.to_vec(),
    }
}
