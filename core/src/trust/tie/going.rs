//! What goes out: turning epochs, sealing a message, and the parts that ride with it to each reader.
//! A statement, a grant, a card and new list statements ride along until the reader's numbers show that they came.

use super::{EPOCH_DAYS, OwnEpoch, ReadEpoch, Tie, TieKind};
use crate::trust::card::Card;
use crate::trust::device::TieKey;
use crate::trust::envelope::Part;
use crate::trust::epoch::{EpochStatement, Grant, NewEpoch, derive_commit};
use crate::trust::ids::{DeviceId, NotebookId};
use crate::trust::message::{Body, Item, NumbersHeard, seal_message};
use crate::trust::{Day, Refused};
use rand_core::CryptoRng;
use std::collections::{BTreeMap, BTreeSet};
use zeroize::Zeroizing;

/// A message, sealed once: each reader gets the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Its number in this device's writing.
    pub sequence: u64,
    /// The sealed bytes.
    pub bytes: Vec<u8>,
}

impl Tie {
    /// The devices a message written now is sealed for: those listed that showed a card. At home, the other devices.
    #[must_use]
    pub fn readers(&self) -> BTreeMap<DeviceId, &Card> {
        self.theirs()
            .cards()
            .filter(|(device, _)| **device != self.me)
            .map(|(device, card)| (*device, card))
            .collect()
    }

    /// Whether the next message needs a new epoch: none yet, 28 days gone, the clock stands before its start,
    /// or the devices it was made for are no longer those it should be for.
    #[must_use]
    pub fn must_turn(&self, today: Day) -> bool {
        let Some(epoch) = &self.epoch else {
            return true;
        };
        today < epoch.start
            || today - epoch.start >= epoch.days
            || !epoch.readers.keys().eq(self.readers().keys())
            || self
                .newest
                .get(&(self.my_notebook(), self.me))
                .is_some_and(|(_, id)| *id != epoch.id)
    }

    /// Seals one message for the present readers, turning the epoch first where it must.
    /// `numbers` are how far others were opened here; `content` says whether the reader should answer with numbers.
    ///
    /// # Errors
    /// [`Refused::NotListed`] where this device is no longer on its own list or nobody could read it,
    /// [`Refused::TooLarge`] where an item is too large.
    pub fn seal(
        &mut self,
        key: &TieKey,
        today: Day,
        items: Vec<Item>,
        full: bool,
        numbers: Vec<NumbersHeard>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Sealed, Refused> {
        if self.ended || !self.mine.list().has(&self.me) || self.readers().is_empty() {
            return Err(Refused::NotListed);
        }
        if self.must_turn(today) {
            self.turn(key, today, rng)?;
        }
        let epoch = self.epoch.as_ref().ok_or(Refused::NotListed)?;
        let body = Body {
            device: self.me,
            sequence: self.sequence + 1,
            previous: self.previous,
            full,
            numbers,
            items,
        };
        let (bytes, id) = seal_message(key, &epoch.secret, &epoch.id, &body, rng)?;
        self.sequence += 1;
        self.previous = id;
        self.owes_numbers = false;
        let at = self.sequence;
        if let Some(epoch) = &mut self.epoch {
            for first in epoch.readers.values_mut() {
                first.get_or_insert(at);
            }
        }
        Ok(Sealed {
            sequence: at,
            bytes,
        })
    }

    /// Begins a new epoch for the present readers. A random 21 to 28 days, so that notebooks don't turn together.
    fn turn(&mut self, key: &TieKey, today: Day, rng: &mut dyn CryptoRng) -> Result<(), Refused> {
        let notebook = self.my_notebook();
        let mut secret = Zeroizing::new([0u8; 32]);
        rng.fill_bytes(secret.as_mut_slice());
        let readers: BTreeSet<_> = self
            .readers()
            .iter()
            .map(|(device, card)| (*device, card.prekey_id()))
            .collect();
        let mut lists = self.mine.list().heads().clone();
        lists.extend(self.theirs().list().heads().iter().copied());
        let n = self.last_n + 1;
        let reason = u8::from(self.epoch.is_some());
        let statement = EpochStatement::make(
            key,
            &NewEpoch {
                notebook,
                n,
                lists,
                readers,
                commit: derive_commit(&secret),
                start: today,
                reason,
            },
        )?;
        let age = self.age;
        for old in &mut self.read {
            if old.notebook == notebook && old.device == self.me && old.ended.is_none() {
                old.ended = Some(age);
            }
        }
        let id = statement.id();
        self.last_n = n;
        self.newest.insert((notebook, self.me), (n, id));
        self.read.push(ReadEpoch {
            id,
            notebook,
            device: self.me,
            n,
            bytes: statement.bytes().to_vec(),
            secret: secret.clone(),
            learned: age,
            ended: None,
        });
        self.epoch = Some(OwnEpoch {
            id,
            bytes: statement.bytes().to_vec(),
            secret,
            start: today,
            days: EPOCH_DAYS - (rng.next_u32() % 8),
            readers: self
                .readers()
                .keys()
                .map(|device| (*device, None))
                .collect(),
        });
        Ok(())
    }

    /// The parts of an envelope for one reader: what it may not know yet, then the message.
    ///
    /// # Errors
    /// [`Refused::NotListed`] where the reader is none.
    pub fn parts_for(
        &self,
        reader: &DeviceId,
        message: Option<&[u8]>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Vec<Part>, Refused> {
        let readers = self.readers();
        let card = readers.get(reader).ok_or(Refused::NotListed)?;
        let (_, highest) = self.heard(reader);
        let mut parts = Vec::new();
        let knows_us = self.given.get(reader).is_some_and(|at| highest >= *at);
        if !knows_us {
            let statements = &self.mine.statements;
            parts.extend(statements.iter().map(|s| Part::List(s.bytes().to_vec())));
            parts.extend(
                self.mine
                    .cards()
                    .map(|(_, card)| Part::Card(card.bytes().to_vec())),
            );
        }
        if let Some(epoch) = &self.epoch {
            let first = epoch.readers.get(reader).copied().flatten();
            let knows = knows_us && first.is_some_and(|at| highest >= at);
            if epoch.readers.contains_key(reader) && !knows {
                let grant =
                    Grant::seal(card.prekey_public(), &epoch.id, reader, &epoch.secret, rng)?;
                parts.push(Part::Epoch(
                    epoch.bytes.clone(),
                    Some(grant.bytes().to_vec()),
                ));
            }
        }
        if let Some(message) = message {
            parts.push(Part::Message(message.to_vec()));
        }
        Ok(parts)
    }

    /// Notes that this device's list and card rode with the message just sealed, to this reader.
    pub fn gave(&mut self, reader: DeviceId) {
        let at = self.sequence;
        self.given.entry(reader).or_insert(at);
    }

    /// Whether our list and card as they stand now were never sent to this reader.
    #[must_use]
    pub fn was_never_given(&self, reader: &DeviceId) -> bool {
        !self.given.contains_key(reader)
    }

    /// Our list or card changed: they ride again with the next envelope to each.
    pub(crate) fn give_again(&mut self) {
        self.given.clear();
    }

    /// A reader is silent: it may have lost what it knew of us, or never got it.
    pub(crate) fn give_again_to(&mut self, reader: &DeviceId) {
        self.given.remove(reader);
    }

    /// Whether a reader may lack our list, our card or our epoch.
    #[must_use]
    pub fn owes_keys(&self, reader: &DeviceId) -> bool {
        let (_, highest) = self.heard(reader);
        self.given.get(reader).is_none_or(|at| highest < *at)
    }

    /// How far each sender was opened here: what rides in the next message.
    #[must_use]
    pub fn numbers_to_say(&self) -> Vec<NumbersHeard> {
        let mine = self.my_notebook();
        self.opened
            .iter()
            .filter(|((notebook, _), _)| self.kind == TieKind::Home || *notebook != mine)
            .map(|((notebook, device), numbers)| NumbersHeard {
                notebook: *notebook,
                device: *device,
                contiguous: numbers.contiguous,
                highest: numbers.highest,
            })
            .collect()
    }

    /// The same for what this person's other devices wrote in this tie: said at home, not to the other side.
    #[must_use]
    pub fn sibling_numbers(&self) -> Vec<NumbersHeard> {
        let mine: NotebookId = self.my_notebook();
        self.opened
            .iter()
            .filter(|((notebook, _), _)| self.kind == TieKind::People && *notebook == mine)
            .map(|((notebook, device), numbers)| NumbersHeard {
                notebook: *notebook,
                device: *device,
                contiguous: numbers.contiguous,
                highest: numbers.highest,
            })
            .collect()
    }

    /// The statement and secret of this device's present epoch, for this person's other devices only.
    #[must_use]
    pub fn key_item(&self) -> Option<(Vec<u8>, &Zeroizing<[u8; 32]>)> {
        self.epoch
            .as_ref()
            .map(|epoch| (epoch.bytes.clone(), &epoch.secret))
    }
}
