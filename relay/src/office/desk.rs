//! The deeds that write, inside a transaction that several of them may share.
//! Knows tokens and quotas; knows no SQL and no HTTP.
//! Invariant: an envelope's id and check follow from its idempotency key, so the same request is known again without a word about its slot.

use super::ledger::{Ledger, Over, Slot};
use super::{Codes, Created, NewInbox, Posted, Quotas, Refusal, Stored, WEEKS_AHEAD};
use crate::chance::Chance;
use crate::store::{Books, Inbox, InboxNo, InboxToAdd, ItemToAdd, LIFE_DAYS, Needs, StoreError};
use crate::token::{Purpose, Token, hash, labelled};
use crate::wire;

/// A posted body, with all that can be worked out before the writer's turn.
pub struct Envelope {
    slot_hash: [u8; 32],
    ids: Vec<[u8; 16]>,
    check: [u8; 16],
    body: Vec<u8>,
}

impl Envelope {
    /// Checks the size, and works out the ids: SHA-256 over the box's key, the slot's hash, the idempotency key and the item's place.
    ///
    /// # Errors
    /// [`Refusal::WrongSize`].
    pub fn new(
        box_key: &[u8; 32],
        slot: &Token,
        key: &[u8; 16],
        body: Vec<u8>,
    ) -> Result<Self, Refusal> {
        let count = wire::items_of(&body).ok_or(Refusal::WrongSize)?.len();
        let slot_hash = hash(Purpose::Slot, slot);
        let id = |place: usize| {
            let place = u16::try_from(place).unwrap_or(u16::MAX).to_be_bytes();
            first_half(&labelled(
                "alongside/relay item",
                &[box_key, &slot_hash, key, &place],
            ))
        };
        let ids = (0..count).map(id).collect();
        // The key is not kept: without it nobody can tell from a body which check is its own.
        let check = first_half(&labelled("alongside/relay body", &[key, &body]));
        Ok(Self {
            slot_hash,
            ids,
            check,
            body,
        })
    }

    /// What keeping it looks at.
    #[must_use]
    pub fn needs(&self, day: u32) -> Needs {
        let first = self.ids.first();
        Needs {
            repeats: first
                .iter()
                .flat_map(|first| known_on(day).map(|then| (then, id_on(then, first))))
                .collect(),
            ..Needs::slot(day, self.slot_hash)
        }
    }

    /// Its size in bytes.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.body.len()
    }
}

/// One transaction's worth of deeds.
pub struct Desk<'a> {
    books: &'a mut dyn Books,
    quotas: &'a Quotas,
    codes: &'a Codes,
    chance: &'a mut Chance,
    ledger: &'a mut Ledger,
    kept_bytes: u64,
    pub(super) broken: Option<StoreError>,
}

impl<'a> Desk<'a> {
    pub(super) fn new(
        books: &'a mut dyn Books,
        quotas: &'a Quotas,
        codes: &'a Codes,
        chance: &'a mut Chance,
        ledger: &'a mut Ledger,
        kept_bytes: u64,
    ) -> Self {
        Self {
            books,
            quotas,
            codes,
            chance,
            ledger,
            kept_bytes,
            broken: None,
        }
    }

    /// Makes an inbox.
    ///
    /// # Errors
    /// As [`Office::create`](super::Office::create).
    pub fn create(&mut self, code: Option<&Token>, inbox: &NewInbox) -> Result<Created, Refusal> {
        self.honest(|desk| desk.try_create(code, inbox))
    }

    /// Keeps the items of an envelope.
    ///
    /// # Errors
    /// As [`Office::post`](super::Office::post).
    pub fn post(&mut self, envelope: &Envelope) -> Result<Posted, Refusal> {
        self.honest(|desk| desk.try_post(envelope))
    }

    /// Takes acknowledged items away.
    ///
    /// # Errors
    /// As [`Office::acknowledge`](super::Office::acknowledge).
    pub fn acknowledge(&mut self, fetch: &Token, acks: &[[u8; 16]]) -> Result<(), Refusal> {
        self.honest(|desk| {
            let inbox = desk.own(fetch)?;
            Ok(desk.books.remove_items(inbox.no, acks)?)
        })
    }

    /// Closes slots.
    ///
    /// # Errors
    /// As [`Office::close`](super::Office::close).
    pub fn close(&mut self, fetch: &Token, slot_hashes: &[[u8; 32]]) -> Result<(), Refusal> {
        self.honest(|desk| {
            let inbox = desk.own(fetch)?;
            Ok(desk.books.close_slots(inbox.no, slot_hashes)?)
        })
    }

    /// Closes a slot that was reported, by its own hash: nothing of its inbox is read or told.
    ///
    /// # Errors
    /// [`Refusal::NoSuchInbox`], [`Refusal::Store`].
    pub fn close_reported(&mut self, slot_hash: &[u8; 32]) -> Result<(), Refusal> {
        self.honest(|desk| {
            let inbox = desk.books.inbox_by_slot(slot_hash)?;
            let inbox = inbox.ok_or(Refusal::NoSuchInbox)?;
            Ok(desk.books.close_slots(inbox.no, &[*slot_hash])?)
        })
    }

    /// Inboxes kept, and bytes in use on the disk as of this transaction's begin: for the box as a whole.
    #[must_use]
    pub fn totals(&self) -> (u64, u64) {
        (self.books.inboxes(), self.kept_bytes)
    }

    /// Where the owner wants to be woken.
    ///
    /// # Errors
    /// As [`Office::wake_at`](super::Office::wake_at).
    pub fn wake_at(&mut self, fetch: &Token, address: Option<&[u8; 32]>) -> Result<(), Refusal> {
        self.honest(|desk| {
            let inbox = desk.own(fetch)?;
            Ok(desk.books.set_wake_address(inbox.no, address)?)
        })
    }

    /// Deletes an inbox.
    ///
    /// # Errors
    /// As [`Office::delete`](super::Office::delete).
    pub fn delete(&mut self, fetch: &Token) -> Result<(), Refusal> {
        self.honest(|desk| {
            let inbox = desk.own(fetch)?;
            Ok(desk.books.delete_inbox(inbox.no)?)
        })
    }

    fn try_create(&mut self, code: Option<&Token>, inbox: &NewInbox) -> Result<Created, Refusal> {
        let day = self.books.last_day();
        if !self.codes.allow(day, code) {
            return Err(Refusal::NotInvited);
        }
        let last_day = inbox
            .week
            .checked_mul(7)
            .and_then(|first| first.checked_add(6 + LIFE_DAYS))
            .ok_or(Refusal::Malformed)?;
        if inbox.week > day / 7 + WEEKS_AHEAD || last_day < day {
            return Err(Refusal::Malformed);
        }
        let made = labelled("alongside/relay create", &[&wire::write_create(inbox)]);
        if let Some(found) = self.books.inbox_by_fetch(&inbox.fetch_hash)? {
            return if found.made == made {
                Ok(Created::Before)
            } else {
                Err(Refusal::Conflict)
            };
        }
        if self.books.inboxes() >= self.quotas.box_inboxes
            || self.kept_bytes >= self.quotas.box_bytes / 10 * 9
        {
            return Err(Refusal::Full);
        }
        let added = self.books.add_inbox(&InboxToAdd {
            no: InboxNo(i64::from_be_bytes(self.chance.make()?)),
            fetch_hash: inbox.fetch_hash,
            wake_hash: inbox.wake_hash,
            slot_hashes: inbox.slot_hashes.clone(),
            made,
            last_day,
        })?;
        if added {
            Ok(Created::Now)
        } else {
            Err(Refusal::Conflict)
        }
    }

    fn try_post(&mut self, envelope: &Envelope) -> Result<Posted, Refusal> {
        let day = self.books.last_day();
        let inbox = self
            .books
            .inbox_by_slot(&envelope.slot_hash)?
            .ok_or(Refusal::NoSuchInbox)?;
        let count = envelope.ids.len();
        if let Some(first) = envelope.ids.first() {
            for then in known_on(day) {
                match self.books.check_of(then, &id_on(then, first))? {
                    Some(check) if check == envelope.check => {
                        return Ok(Posted {
                            inbox: inbox.no,
                            stored: vec![Stored::Before; count],
                        });
                    }
                    Some(_) => return Err(Refusal::Conflict),
                    None => {}
                }
            }
        }
        self.charge(day, &inbox, envelope)?;
        let items = wire::items_of(&envelope.body).ok_or(Refusal::WrongSize)?;
        for (id, bytes) in envelope.ids.iter().zip(items) {
            let number = self.books.next_number(&inbox)?;
            self.books.add_item(&ItemToAdd {
                id: id_on(day, id),
                check: envelope.check,
                inbox: inbox.no,
                number,
                bytes,
            })?;
        }
        Ok(Posted {
            inbox: inbox.no,
            stored: vec![Stored::Now; count],
        })
    }

    fn charge(&mut self, day: u32, inbox: &Inbox, envelope: &Envelope) -> Result<(), Refusal> {
        let slot = Slot {
            hash: envelope.slot_hash,
            last_day: inbox.last_day,
            day,
        };
        let bytes = u64::try_from(envelope.body.len()).unwrap_or(u64::MAX);
        let items = u64::try_from(envelope.ids.len()).unwrap_or(u64::MAX);
        let charged = if self.kept_bytes.saturating_add(bytes) > self.quotas.box_bytes {
            Err(Over::Ever)
        } else {
            self.ledger.charge(self.quotas, &slot, items, bytes)
        };
        match charged {
            Ok(()) => {
                self.kept_bytes = self.kept_bytes.saturating_add(bytes);
                Ok(())
            }
            Err(Over::Today) => Err(Refusal::TryLater {
                seconds: self.quotas.retry_after,
            }),
            Err(Over::Ever) => {
                if self.ledger.tells_reader(&slot) {
                    let number = self.books.next_number(inbox)?;
                    self.books.note_refusal(inbox.no, number)?;
                }
                Err(Refusal::Full)
            }
        }
    }

    fn own(&mut self, fetch: &Token) -> Result<Inbox, Refusal> {
        self.books
            .inbox_by_fetch(&hash(Purpose::Fetch, fetch))?
            .ok_or(Refusal::NoSuchInbox)
    }

    /// Remembers a fault of the disk, so that the whole transaction is taken back: half a deed must not be kept.
    fn honest<T>(
        &mut self,
        deed: impl FnOnce(&mut Self) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let done = deed(self);
        if let Err(Refusal::Store(error)) = &done {
            self.broken = Some(*error);
        }
        done
    }
}

/// The days of which a repeated post is known.
fn known_on(day: u32) -> [u32; 2] {
    [day, day.saturating_sub(1)]
}

/// An item's id on the day on which it comes. The same deed may come once more after its key was forgotten, while what
/// it brought the first time still waits: two items with one id would stand in one answer, which no reader takes.
fn id_on(day: u32, id: &[u8; 16]) -> [u8; 16] {
    first_half(&labelled("alongside/relay id", &[id, &day.to_be_bytes()]))
}

fn first_half(hash: &[u8; 32]) -> [u8; 16] {
    let mut half = [0; 16];
    half.iter_mut().zip(hash).for_each(|(to, from)| *to = *from);
    half
}
