//! What comes in: lists, cards, epochs and messages, each believed only by its signature and its author's own list.
//! One bad part never stops the others: it is set aside and counted (P9).
//! Long because all that may be believed of what comes is read side by side.

use super::{ENDED_EPOCHS, EPOCHS, EPOCHS_OF_ONE, NUMBERS_STEP, ReadEpoch, SENDERS, Tie, TieKind};
use crate::trust::Refused;
use crate::trust::card::Card;
use crate::trust::device::TieKey;
use crate::trust::envelope::Part;
use crate::trust::epoch::{Accept, EpochStatement, Grant, accept, check_commit};
use crate::trust::ids::{DeviceId, NotebookId};
use crate::trust::list::{DeviceList, ListStatement};
use crate::trust::message::{Body, NumbersHeard, message_epoch, open_message};
use zeroize::Zeroizing;

/// Above so many cards, those of devices that are out go.
const CARDS: usize = 24;

/// How many parts were set aside, by why. Never sent anywhere.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Did not open, or was not signed by who it says.
    pub refused: u64,
    /// Opened before.
    pub repeated: u64,
    /// No key for it yet.
    pub waiting: u64,
    /// Two different bodies or epochs with one number: a cloned device writes.
    pub clones: u64,
}

/// One message that came and opened.
#[derive(Debug)]
pub struct Came {
    /// The notebook it belongs to.
    pub notebook: NotebookId,
    /// What it holds.
    pub body: Body,
}

/// What a whole envelope brought.
#[derive(Debug, Default)]
pub struct Brought {
    /// Messages that opened, in the order they lay there.
    pub messages: Vec<Came>,
    /// A device list changed.
    pub list_changed: bool,
    /// The other side lost a device: its slot is to be closed and a new one given.
    pub lost_device: bool,
    /// A card came that was not known.
    pub card_changed: bool,
    /// A message whose epoch is not known in this tie (it may belong to another one).
    pub unknown: Vec<Vec<u8>>,
}

impl Tie {
    /// Takes an envelope's parts: lists first, then cards, epochs and messages.
    pub fn take(&mut self, parts: &[Part]) -> Brought {
        let mut brought = Brought::default();
        if self.ended {
            return brought;
        }
        let before = self.theirs().list();
        for part in parts {
            if let Part::List(bytes) = part {
                let taken = self.take_list(bytes);
                brought.list_changed |= self.count(taken).unwrap_or(false);
            }
        }
        if brought.list_changed {
            let after = self.theirs().list();
            brought.lost_device = before.present().any(|device| !after.has(device));
        }
        for part in parts {
            if let Part::Card(bytes) = part {
                let taken = self.take_card(bytes);
                brought.card_changed |= self.count(taken).unwrap_or(false);
            }
        }
        for part in parts {
            if let Part::Epoch(statement, grant) = part {
                let taken = self.take_epoch(statement, grant.as_deref());
                self.count(taken);
            }
        }
        for part in parts {
            if let Part::Message(bytes) = part {
                match self.take_message(bytes) {
                    Ok(came) => brought.messages.push(came),
                    Err(Refused::NotListed) => brought.unknown.push(bytes.clone()),
                    Err(Refused::Replayed) => self.counts.repeated += 1,
                    Err(_) => self.counts.refused += 1,
                }
            }
        }
        brought
    }

    fn count<T>(&mut self, taken: Result<T, Refused>) -> Option<T> {
        match taken {
            Ok(value) => Some(value),
            Err(Refused::Replayed | Refused::Stale) => {
                self.counts.repeated += 1;
                None
            }
            Err(_) => {
                self.counts.refused += 1;
                None
            }
        }
    }

    /// A statement of the other side's device list (at home: of our own). True where it was new.
    ///
    /// # Errors
    /// [`Refused`] where it does not belong to this list.
    pub fn take_list(&mut self, bytes: &[u8]) -> Result<bool, Refused> {
        let statement = ListStatement::open(bytes)?;
        let party = match self.kind {
            TieKind::Home => &mut self.mine,
            TieKind::People => &mut self.theirs,
        };
        party.take(statement)
    }

    /// A statement of this person's own list, brought by an own device. True where it was new.
    ///
    /// # Errors
    /// As [`Tie::take_list`].
    pub fn take_own_list(&mut self, bytes: &[u8]) -> Result<bool, Refused> {
        let new = self.mine.take(ListStatement::open(bytes)?)?;
        if new {
            self.give_again();
        }
        Ok(new)
    }

    /// A card of the other side (at home: of an own device). True where it was new.
    ///
    /// # Errors
    /// [`Refused`] where its device is not on the list, or it is older than the one known.
    pub fn take_card(&mut self, bytes: &[u8]) -> Result<bool, Refused> {
        let card = Card::open(bytes)?;
        let party = match self.kind {
            TieKind::Home => &mut self.mine,
            TieKind::People => &mut self.theirs,
        };
        party.take_card(card)
    }

    /// A card of an own device for this tie, brought at home.
    ///
    /// # Errors
    /// As [`Tie::take_card`].
    pub fn take_own_card(&mut self, bytes: &[u8]) -> Result<bool, Refused> {
        let new = self.mine.take_card(Card::open(bytes)?)?;
        if new {
            self.give_again();
        }
        Ok(new)
    }

    /// An epoch of another device, with the grant for this one.
    fn take_epoch(&mut self, bytes: &[u8], grant: Option<&[u8]>) -> Result<(), Refused> {
        let statement = EpochStatement::open(bytes)?;
        let id = statement.id();
        if self.read.iter().any(|known| known.id == id) {
            return Ok(());
        }
        let prekey = statement
            .reader_prekey(&self.me)
            .ok_or(Refused::NotListed)?;
        let grant = Grant::from_bytes(grant.ok_or(Refused::CannotOpen)?)?;
        let Some(pair) = self.prekeys.iter().find(|own| own.pair.id() == prekey) else {
            if !self.erased.contains(&prekey) {
                self.meets_a_later_prekey(&statement);
            }
            return Err(Refused::CannotOpen);
        };
        let secret = grant.open(&pair.pair, &statement, &self.me)?;
        self.believe(statement, secret)
    }

    /// Somebody grants this device a key by a prekey that it never made: it did, and then its past was put back.
    fn meets_a_later_prekey(&mut self, statement: &EpochStatement) {
        let (notebook, device) = (statement.notebook(), statement.device());
        let last = self.newest.get(&(notebook, device)).copied();
        let theirs = notebook == self.their_notebook();
        if theirs && accept(statement, &self.theirs().list(), last).is_ok() {
            self.was_ahead(&device);
        }
    }

    /// An epoch of an own device in this tie, with its secret, as it came at home (protocol.md 4).
    ///
    /// # Errors
    /// [`Refused`] where the statement is not an own device's or the secret is not the one it commits to.
    pub fn take_key_item(&mut self, statement: &[u8], secret: &[u8; 32]) -> Result<(), Refused> {
        let statement = EpochStatement::open(statement)?;
        if self.read.iter().any(|known| known.id == statement.id()) {
            return Ok(());
        }
        if statement.notebook() != self.my_notebook() {
            return Err(Refused::NotListed);
        }
        self.believe(statement, Zeroizing::new(*secret))
    }

    fn believe(
        &mut self,
        statement: EpochStatement,
        secret: Zeroizing<[u8; 32]>,
    ) -> Result<(), Refused> {
        check_commit(&secret, &statement)?;
        let notebook = statement.notebook();
        let device = statement.device();
        let list = if notebook == self.my_notebook() {
            self.mine.list()
        } else if notebook == self.their_notebook() {
            self.theirs().list()
        } else {
            return Err(Refused::NotListed);
        };
        let of_one = self.read.iter();
        let of_one = of_one.filter(|known| known.notebook == notebook && known.device == device);
        if of_one.count() >= EPOCHS_OF_ONE || self.read.len() >= EPOCHS {
            return Err(Refused::TooLarge);
        }
        let last = self.newest.get(&(notebook, device)).copied();
        match accept(&statement, &list, last)? {
            Accept::New => {
                let age = self.age;
                for old in &mut self.read {
                    if old.notebook == notebook && old.device == device && old.ended.is_none() {
                        old.ended = Some(age);
                    }
                }
                self.newest
                    .insert((notebook, device), (statement.n(), statement.id()));
            }
            Accept::CloneSeen => self.counts.clones += 1,
        }
        self.read.push(ReadEpoch {
            id: statement.id(),
            notebook,
            device,
            n: statement.n(),
            bytes: statement.bytes().to_vec(),
            secret,
            learned: self.age,
            ended: None,
        });
        self.forget_most_ended(notebook, device);
        Ok(())
    }

    /// One that turns its epochs without end can't fill this phone: the earliest of its ended ones go.
    fn forget_most_ended(&mut self, notebook: NotebookId, device: DeviceId) {
        let ended = |epoch: &ReadEpoch| {
            epoch.notebook == notebook && epoch.device == device && epoch.ended.is_some()
        };
        let mut above = self.read.iter().filter(|epoch| ended(epoch)).count();
        self.read.retain(|epoch| {
            let goes = ended(epoch) && above > ENDED_EPOCHS;
            above -= usize::from(goes);
            !goes
        });
    }

    /// Opens a message of any notebook of this tie.
    ///
    /// # Errors
    /// [`Refused::NotListed`] where its epoch is not known here, [`Refused::Replayed`] where it was opened before.
    pub fn take_message(&mut self, bytes: &[u8]) -> Result<Came, Refused> {
        let (notebook, body, id) = self.open(bytes)?;
        let own = self.my_notebook();
        let numbers = self.opened.entry((notebook, body.device)).or_default();
        if body.sequence > numbers.highest.saturating_add(NUMBERS_STEP) {
            return Err(Refused::Malformed);
        }
        let known_fork = numbers.forked;
        let other = numbers.note(body.sequence, id, body.previous);
        if numbers.forked && !known_fork {
            self.counts.clones += 1;
            self.owes_numbers = true;
        }
        if numbers.holds(body.sequence) {
            // Both are read: what only one of them says is not lost.
            return if other {
                Ok(Came { notebook, body })
            } else {
                Err(Refused::Replayed)
            };
        }
        numbers.take(body.sequence, body.full);
        if !body.items.is_empty() && (self.kind == TieKind::Home || notebook != own) {
            self.owes_numbers = true;
        }
        for heard in body.numbers.clone() {
            self.take_numbers(&body.device, &heard);
        }
        Ok(Came { notebook, body })
    }

    /// Opens a message without believing anything new: the reader's own code, for "See what they see".
    ///
    /// # Errors
    /// As [`Tie::take_message`], but never `Replayed`.
    pub fn see(&self, bytes: &[u8]) -> Result<Came, Refused> {
        let (notebook, body, _) = self.open(bytes)?;
        Ok(Came { notebook, body })
    }

    fn open(&self, bytes: &[u8]) -> Result<(NotebookId, Body, crate::trust::ids::BodyId), Refused> {
        let epoch = message_epoch(bytes)?;
        let known = self
            .read
            .iter()
            .find(|known| known.id == epoch)
            .ok_or(Refused::NotListed)?;
        let list = self.author(&known.notebook).list();
        let public = list
            .public_ever(&known.device)
            .ok_or(Refused::BadSignature)?;
        let (body, id) = open_message(bytes, &known.secret, &known.id, public)?;
        if body.device != known.device {
            return Err(Refused::BadSignature);
        }
        if list
            .last_honoured(&body.device)
            .is_some_and(|last| body.sequence > last)
        {
            return Err(Refused::Stale);
        }
        Ok((known.notebook, body, id))
    }

    /// What a device says it opened of this device's writing. Numbers above our own mean that our past was put back,
    /// where an own device says so; the other side may say anything.
    pub fn take_numbers(&mut self, from: &DeviceId, heard: &NumbersHeard) {
        if heard.notebook != self.my_notebook() || heard.device != self.me {
            return;
        }
        if heard.highest > self.sequence {
            self.was_ahead(from);
        }
        let known = self.heard.entry(*from).or_default();
        known.0 = known.0.max(heard.contiguous);
        known.1 = known.1.max(heard.highest);
    }

    /// Somebody met two of this device's messages with one number: its past was copied or put back. As with numbers, an
    /// own device is believed.
    pub fn take_fork(&mut self, from: &DeviceId, notebook: &NotebookId, device: &DeviceId) {
        if *notebook != self.my_notebook() || *device != self.me {
            return;
        }
        self.was_ahead(from);
    }

    /// A device shows that this one was further on once. Own devices are believed; another person may say anything.
    fn was_ahead(&mut self, says: &DeviceId) {
        if self.is_own(says) {
            self.rolled_back = true;
        } else {
            self.said_ahead = true;
        }
    }

    /// The devices of which two messages with one number came here, and which are in: they are to be told.
    #[must_use]
    pub fn forked(&self) -> Vec<(NotebookId, DeviceId)> {
        self.opened
            .iter()
            .filter(|((notebook, device), numbers)| {
                numbers.forked && self.author(notebook).list().has(device)
            })
            .map(|(at, _)| *at)
            .collect()
    }

    /// Whether a device is one of this person's own here. Own devices that speak of this tie at home are called by their
    /// ids there, so that whoever is not of the other side is own.
    pub(super) fn is_own(&self, device: &DeviceId) -> bool {
        self.kind == TieKind::Home || self.theirs.list().public_ever(device).is_none()
    }

    /// This device's numbers are asked for in its next message.
    pub fn owe_numbers(&mut self) {
        self.owes_numbers = true;
    }

    /// What was copied at home reaches up to this number: nothing before it is missed.
    pub fn cover(&mut self, notebook: NotebookId, device: DeviceId, number: u64) {
        let known = self.opened.contains_key(&(notebook, device));
        if number > 0 && device != self.me && (known || self.opened.len() < SENDERS) {
            let numbers = self.opened.entry((notebook, device)).or_default();
            let most = numbers.highest.saturating_add(NUMBERS_STEP);
            numbers.take(number.min(most), true);
        }
    }

    /// A reader that lacks something between: the present state is to be sent whole.
    #[must_use]
    pub fn readers_with_gaps(&self) -> Vec<DeviceId> {
        self.readers()
            .keys()
            .filter(|device| {
                let (contiguous, highest) = self.heard(device);
                highest > contiguous
            })
            .copied()
            .collect()
    }

    /// The key pair's public half that stands for this device here.
    #[must_use]
    pub fn is_key(&self, key: &TieKey) -> bool {
        key.device_id() == self.me
    }
}

impl super::Party {
    fn take(&mut self, statement: ListStatement) -> Result<bool, Refused> {
        DeviceList::admit(&mut self.statements, statement)
    }

    fn take_card(&mut self, card: Card) -> Result<bool, Refused> {
        let device = card.device_id();
        if !self.list().has(&device) {
            return Err(Refused::NotListed);
        }
        if let Some(before) = self.cards.get(&device) {
            if before.bytes() == card.bytes() {
                return Ok(false);
            }
            card.succeeds(before)?;
        }
        self.cards.insert(device, card);
        if self.cards.len() > CARDS {
            let list = self.list();
            self.cards.retain(|device, _| list.has(device));
        }
        Ok(true)
    }
}
