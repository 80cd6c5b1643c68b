//! How a tie begins, and how devices come and go: first lists, new own devices, removal, renewal of cards.
//! An own device's private keys are made here from randomness that is an argument.
//! Long because all beginnings of a tie stand side by side.

use super::{Counts, OwnPrekey, Party, Tie, TieKind};
use crate::trust::bytes::{Reader, Writer};
use crate::trust::card::Card;
use crate::trust::device::{DeviceSecret, TieKey};
use crate::trust::ids::{BodyId, DeviceId, TieId};
use crate::trust::list::{DEVICES, ListStatement};
use crate::trust::prekey::Prekey;
use crate::trust::suite::{Label, SUITE, hash};
use crate::trust::wayback::Side;
use crate::trust::{Day, Refused};
use rand_core::CryptoRng;
use std::collections::BTreeMap;

/// What one device makes before a tie begins: its key's context, its first list, its prekey and card.
pub struct TieStart {
    pub(crate) context: [u8; 32],
    pub(crate) first: ListStatement,
    pub(crate) prekey: Prekey,
    pub(crate) card: Card,
    pub(crate) slot: u8,
}

impl TieStart {
    /// Makes a beginning. `recovery` and `helper` are public Ed25519 keys named for later (protocol.md 1);
    /// `slot` and `seed` are this device's inbox slot for the tie.
    ///
    /// # Errors
    /// [`Refused`] where a key can't be made.
    pub fn make(
        device: &DeviceSecret,
        recovery: [u8; 32],
        helper: [u8; 32],
        slot: u8,
        seed: [u8; 32],
        today: Day,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, Refused> {
        let mut context = [0u8; 32];
        rng.fill_bytes(&mut context);
        let key = device.derive_tie_key(&context);
        let prekey = Prekey::make(rng)?;
        let first = ListStatement::make_first(&key, recovery, helper)?;
        let card = Card::make(&key, prekey.public(), seed, 1, today)?;
        Ok(Self {
            context,
            first,
            prekey,
            card,
            slot,
        })
    }

    /// The signed first list.
    #[must_use]
    pub fn list_bytes(&self) -> &[u8] {
        self.first.bytes()
    }

    /// The signed card.
    #[must_use]
    pub fn card_bytes(&self) -> &[u8] {
        self.card.bytes()
    }

    /// The slot this beginning holds.
    #[must_use]
    pub fn slot(&self) -> u8 {
        self.slot
    }

    /// For this device's own store, which is encrypted.
    #[must_use]
    pub fn leak_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.fixed(&self.context);
        w.bytes(self.first.bytes());
        w.bytes(&self.prekey.leak_bytes()[..]);
        w.bytes(self.card.bytes());
        w.u8(self.slot);
        w.finish()
    }

    /// From this device's own store.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(bytes);
        let start = Self {
            context: r.array()?,
            first: ListStatement::open(r.bytes(1 << 16)?)?,
            prekey: Prekey::from_bytes(r.bytes(1 << 12)?)?,
            card: Card::open(r.bytes(1 << 14)?)?,
            slot: r.u8()?,
        };
        r.finish()?;
        Ok(start)
    }
}

/// What a meeting of two people left (protocol.md 2).
#[derive(Debug)]
pub struct Meeting<'a> {
    /// The tie's id.
    pub tie: TieId,
    /// Which side this phone was.
    pub side: Side,
    /// The other side's first list, as it lay in its bundle.
    pub list: &'a [u8],
    /// The other side's card.
    pub card: &'a [u8],
    /// The first way-back secret.
    pub way_back: [u8; 32],
}

/// The home tie's id: a hash of the person's first list there.
#[must_use]
pub fn derive_home_id(first: &ListStatement) -> TieId {
    TieId(hash(Label::TieId, &[b"home", &first.id().0]))
}

impl Tie {
    fn begin(start: TieStart, id: TieId, kind: TieKind, mine: Party, theirs: Party) -> Self {
        Self {
            id,
            kind,
            side: Side::Inviter,
            me: start.card.device_id(),
            context: start.context,
            mine,
            theirs,
            prekeys: vec![OwnPrekey {
                pair: start.prekey,
                made: 0,
                replaced: None,
            }],
            counter: start.card.counter(),
            slot: start.slot,
            sequence: 0,
            previous: BodyId([0; 32]),
            epoch: None,
            last_n: 0,
            read: Vec::new(),
            newest: BTreeMap::new(),
            opened: BTreeMap::new(),
            heard: BTreeMap::new(),
            given: BTreeMap::new(),
            way_back: Vec::new(),
            erased: Vec::new(),
            age: 0,
            last_sync: None,
            counts: Counts::default(),
            ended: false,
            owes_numbers: false,
            rolled_back: false,
            said_ahead: false,
        }
    }

    /// A person's home tie, on the first device.
    #[must_use]
    pub fn make_home(start: TieStart) -> Self {
        let id = derive_home_id(&start.first);
        let mine = Party::of(
            ListStatement::open(start.first.bytes()).ok(),
            Card::open(start.card.bytes()).ok(),
        );
        Self::begin(start, id, TieKind::Home, mine, Party::default())
    }

    /// A tie of two people who met (protocol.md 2). Their list and card are as they lay in their bundle.
    ///
    /// # Errors
    /// [`Refused`] where either is not well signed or the card's device is not on the list.
    pub fn from_meeting(start: TieStart, meeting: &Meeting<'_>) -> Result<Self, Refused> {
        let list = ListStatement::open(meeting.list)?;
        let card = Card::open(meeting.card)?;
        let mine = Party::of(
            ListStatement::open(start.first.bytes()).ok(),
            Card::open(start.card.bytes()).ok(),
        );
        let theirs = Party::of(Some(list), Some(card));
        if theirs.cards().count() != 1 {
            return Err(Refused::NotListed);
        }
        let mut tie = Self::begin(start, meeting.tie, TieKind::People, mine, theirs);
        tie.side = meeting.side;
        tie.way_back.push(meeting.way_back);
        Ok(tie)
    }

    /// A new own device takes the home of the one that invited it: the list's statements and that device's card as they
    /// lay in its bundle. It is listed once the inviter signs it in.
    ///
    /// # Errors
    /// [`Refused`] where the statements are no list, or the card's device is not on it.
    pub fn join_home(
        start: TieStart,
        statements: &[Vec<u8>],
        card: &[u8],
    ) -> Result<Self, Refused> {
        let mut mine = Party::default();
        for bytes in statements {
            mine.statements.push(ListStatement::open(bytes)?);
        }
        let card = Card::open(card)?;
        let first = mine.statements.first().filter(|first| first.is_first());
        let id = derive_home_id(first.ok_or(Refused::NotListed)?);
        if !mine.list().has(&card.device_id()) {
            return Err(Refused::NotListed);
        }
        mine.cards.insert(card.device_id(), card);
        Ok(Self::begin(
            start,
            id,
            TieKind::Home,
            mine,
            Party::default(),
        ))
    }

    /// A new own device's view of a tie that its siblings hold, from their record. It is listed once one of them signs it in.
    ///
    /// # Errors
    /// [`Refused`] where the record is malformed.
    pub fn from_record(start: TieStart, record: &[u8]) -> Result<Self, Refused> {
        let mut r = Reader::new(record);
        if r.u8()? != SUITE {
            return Err(Refused::UnknownSuite);
        }
        let kind = if r.u8()? == 0 {
            TieKind::Home
        } else {
            TieKind::People
        };
        let side = read_side(&mut r)?;
        let id = TieId(r.array()?);
        let mut parties = [Party::default(), Party::default()];
        for party in &mut parties {
            for _ in 0..r.count(256)? {
                let statement = ListStatement::open(r.bytes(1 << 16)?)?;
                party.statements.push(statement);
            }
            for _ in 0..r.count(6)? {
                let card = Card::open(r.bytes(1 << 14)?)?;
                party.cards.insert(card.device_id(), card);
            }
        }
        let mut way_back = Vec::new();
        for _ in 0..r.count(2)? {
            way_back.push(r.array()?);
        }
        r.finish()?;
        let [mine, theirs] = parties;
        let mut tie = Self::begin(start, id, kind, mine, theirs);
        tie.side = side;
        tie.way_back = way_back;
        Ok(tie)
    }

    /// What a sibling must know to hold this tie too: lists, cards and way-back secrets; no key of this device.
    /// Item kind 4 of a home message and part of a backup (docs/formats.md).
    #[must_use]
    pub fn record(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(SUITE);
        w.u8(u8::from(self.kind == TieKind::People));
        w.u8(self.side.byte());
        w.fixed(&self.id.0);
        for party in [&self.mine, &self.theirs] {
            w.u32(u32::try_from(party.statements.len()).unwrap_or(u32::MAX));
            for statement in &party.statements {
                w.bytes(statement.bytes());
            }
            let cards: Vec<&Card> = party.cards().map(|(_, card)| card).collect();
            w.u32(u32::try_from(cards.len()).unwrap_or(u32::MAX));
            for card in cards {
                w.bytes(card.bytes());
            }
        }
        w.u32(u32::try_from(self.way_back.len()).unwrap_or(u32::MAX));
        for secret in &self.way_back {
            w.fixed(secret);
        }
        w.finish()
    }

    /// What of [`Tie::record`] a sibling hears from nobody else: statements, who showed a card, ways back. The cards
    /// themselves each device brings to each reader.
    #[must_use]
    pub fn derive_members_digest(&self) -> [u8; 32] {
        let mut w = Writer::new();
        for party in [&self.mine, &self.theirs] {
            w.count(party.statements.len());
            for statement in &party.statements {
                w.bytes(statement.bytes());
            }
            let devices: Vec<&DeviceId> = party.cards().map(|(device, _)| device).collect();
            w.count(devices.len());
            for device in devices {
                w.fixed(&device.0);
            }
        }
        for secret in &self.way_back {
            w.fixed(secret);
        }
        hash(Label::ListId, &[&w.finish()])
    }

    /// The tie that a record speaks of.
    ///
    /// # Errors
    /// [`Refused::Malformed`].
    pub fn record_id(record: &[u8]) -> Result<TieId, Refused> {
        let mut r = Reader::new(record);
        r.u8()?;
        r.u8()?;
        r.u8()?;
        Ok(TieId(r.array()?))
    }

    /// Takes in what a sibling knows of this tie. Returns whether the other side lost a device by it.
    ///
    /// # Errors
    /// [`Refused`] where the record is malformed or of another tie; parts that are not believed are counted.
    pub fn take_record(&mut self, record: &[u8]) -> Result<bool, Refused> {
        let mut r = Reader::new(record);
        if r.u8()? != SUITE {
            return Err(Refused::UnknownSuite);
        }
        r.u8()?;
        r.u8()?;
        if TieId(r.array()?) != self.id {
            return Err(Refused::NotListed);
        }
        let before = self.theirs().list();
        for own in [true, false] {
            for _ in 0..r.count(256)? {
                let bytes = r.bytes(1 << 16)?;
                let taken = if own {
                    self.take_own_list(bytes)
                } else {
                    self.take_list(bytes)
                };
                self.counts.refused += u64::from(taken.is_err());
            }
            for _ in 0..r.count(6)? {
                let bytes = r.bytes(1 << 14)?;
                let taken = if own {
                    self.take_own_card(bytes)
                } else {
                    self.take_card(bytes)
                };
                let odd = matches!(taken, Err(ref why) if *why != Refused::Stale && *why != Refused::Replayed);
                self.counts.refused += u64::from(odd);
            }
        }
        for _ in 0..r.count(2)? {
            let secret: [u8; 32] = r.array()?;
            if !self.way_back.contains(&secret) {
                self.way_back.push(secret);
            }
        }
        r.finish()?;
        while self.way_back.len() > 2 {
            self.way_back.remove(0);
        }
        let after = self.theirs().list();
        Ok(before.present().any(|device| !after.has(device)))
    }

    /// Signs an own device into this tie by its card.
    ///
    /// # Errors
    /// [`Refused::TooLarge`] above six devices, or where the card is not well signed.
    pub fn add_device(&mut self, key: &TieKey, card: &[u8]) -> Result<(), Refused> {
        let card = Card::open(card)?;
        let list = self.mine.list();
        let known = self.mine.cards.get(&card.device_id());
        if known.is_some_and(|known| known.bytes() == card.bytes()) {
            return Ok(());
        }
        if !list.has(&card.device_id()) {
            if list.count() >= DEVICES {
                return Err(Refused::TooLarge);
            }
            let statement = ListStatement::make_next(
                key,
                list.root_generation(),
                list.heads(),
                &[*card.device_public()],
                &[],
            )?;
            self.take_own_list(statement.bytes())?;
        }
        self.take_own_card(card.bytes())?;
        self.give_again();
        Ok(())
    }

    /// Signs an own device out of this tie: what it wrote up to the number that came here without gap still counts,
    /// nothing later does. The highest number would be a promise of the removed one's own making.
    ///
    /// # Errors
    /// [`Refused::NotListed`] where it is not on the list.
    pub fn remove_device(&mut self, key: &TieKey, device: &DeviceId) -> Result<(), Refused> {
        let list = self.mine.list();
        if !list.has(device) {
            return Err(Refused::NotListed);
        }
        let last = if *device == self.me {
            self.sequence
        } else {
            self.opened
                .get(&(self.my_notebook(), *device))
                .map_or(0, |numbers| numbers.contiguous)
        };
        let statement = ListStatement::make_next(
            key,
            list.root_generation(),
            list.heads(),
            &[],
            &[(*device, last)],
        )?;
        self.take_own_list(statement.bytes())?;
        self.mine.cards.remove(device);
        self.give_again();
        Ok(())
    }

    /// A new card: a fresh prekey, and the slot it names. The old prekey is kept until it is past its time.
    ///
    /// # Errors
    /// [`Refused`] where the card can't be signed.
    pub fn renew_card(
        &mut self,
        key: &TieKey,
        slot: u8,
        seed: [u8; 32],
        today: Day,
        rng: &mut dyn CryptoRng,
    ) -> Result<(), Refused> {
        let pair = Prekey::make(rng)?;
        let counter = self.counter + 1;
        let card = Card::make(key, pair.public(), seed, counter, today)?;
        let age = self.age;
        for own in &mut self.prekeys {
            own.replaced.get_or_insert(age);
        }
        self.prekeys.push(OwnPrekey {
            pair,
            made: age,
            replaced: None,
        });
        self.counter = counter;
        self.slot = slot;
        self.mine.cards.insert(self.me, card);
        self.give_again();
        Ok(())
    }

    /// A new way-back secret, made when a device is removed. The last two are watched.
    pub fn add_way_back(&mut self, secret: [u8; 32]) {
        if !self.way_back.contains(&secret) {
            self.way_back.push(secret);
        }
        while self.way_back.len() > 2 {
            self.way_back.remove(0);
        }
    }

    /// This device's own card as last signed.
    #[must_use]
    pub fn my_card(&self) -> Option<&Card> {
        self.mine.cards.get(&self.me)
    }

    /// Whether this device is on its person's own list here.
    #[must_use]
    pub fn is_listed(&self) -> bool {
        self.mine.list().has(&self.me)
    }
}

/// Which side a record's owner writes.
pub(super) fn read_side(r: &mut Reader<'_>) -> Result<Side, Refused> {
    match r.u8()? {
        0 => Ok(Side::Inviter),
        1 => Ok(Side::Invitee),
        _ => Err(Refused::Malformed),
    }
}

impl Party {
    fn of(first: Option<ListStatement>, card: Option<Card>) -> Self {
        Self {
            statements: first.into_iter().collect(),
            cards: card
                .into_iter()
                .map(|card| (card.device_id(), card))
                .collect(),
        }
    }
}
