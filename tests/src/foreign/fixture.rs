//! A small town that stands still: Robin, with Pat who is shown a walk, and a second phone of Robin's. Robin's home is
//! what the letters come to; of Pat's phone and the second one everything is known, as their owners know it.

use crate::clock::DAY;
use crate::phone::Keystore;
use crate::town::{BEGIN, Town};
use alongside_core::life::{CardKind, ItemRef, PersonRef, Rhythm, Role, Until, WordKind};
use alongside_core::store::Store;
use alongside_core::trust::card::Card;
use alongside_core::trust::device::{DeviceSecret, TieKey};
use alongside_core::trust::epoch::EpochStatement;
use alongside_core::trust::ids::{DeviceId, EpochId, NotebookId, TieId};
use alongside_core::trust::tie::{Tie, TieKind};
use jiff::civil::date;
use zeroize::Zeroizing;

/// The second at which it stands still.
pub const SECOND: i64 = BEGIN + DAY;

/// A phone that writes to Robin's.
pub struct Writer {
    device: DeviceSecret,
    ties: Vec<Vec<u8>>,
}

/// All of it.
pub struct Fixture {
    /// Robin's home, one file.
    pub home: Vec<u8>,
    /// The key of that file.
    pub key: [u8; 32],
    /// Pat, as Robin knows her.
    pub pat: PersonRef,
    /// Generations of notebooks on Robin's phone: number and random part, 24 bytes.
    pub generations: Vec<[u8; 24]>,
    /// Pat's phone.
    pub person: Writer,
    /// Robin's second phone.
    pub sibling: Writer,
    /// Robin's own ties, as the first phone keeps them: home, then Pat.
    pub own: Vec<Vec<u8>>,
}

thread_local! {
    static FIXTURE: Fixture = Fixture::make();
}

/// It is made once for each thread.
pub fn with_fixture<T>(what: impl FnOnce(&Fixture) -> T) -> T {
    FIXTURE.with(what)
}

impl Fixture {
    fn make() -> Self {
        let mut town = Town::new(71);
        town.arrives("robin", "Robin");
        town.arrives("pat", "Pat");
        let (pat, robin) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
        let day = date(2026, 2, 2);
        let app = town.phone("robin").app();
        let walk = app.add_routine("Walk", Rhythm::Daily).unwrap();
        app.show(ItemRef::Routine(walk), &pat, Until::UntilIStop, false, None)
            .unwrap();
        app.mark_done(walk, day).unwrap();
        town.deliver(2);
        let card = WordKind::Card(CardKind::WellDone);
        let app = town.phone("pat").app();
        app.encourage(&robin, card, "", None).unwrap();
        town.arrives("robinpad", "Robin");
        town.joins_beside("robin", "robinpad");
        town.deliver(5);
        town.days_pass(1);
        town.deliver(2);
        let (home, own) = standing(&mut town, "robin");
        let generations = own.list("generation").unwrap();
        let it = Self {
            home,
            key: town.phone("robin").keystore().0,
            pat,
            generations: generations
                .into_iter()
                .filter_map(|(_, bytes)| bytes.try_into().ok())
                .collect(),
            person: Writer::of(&standing(&mut town, "pat").1),
            sibling: Writer::of(&standing(&mut town, "robinpad").1),
            own: Writer::of(&own).ties,
        };
        assert_eq!(it.generations.len(), 2, "a notebook each way");
        assert_eq!(it.sibling.ties.len(), 2, "the second phone holds both ties");
        it
    }
}

/// A phone's file with its log folded in, and what is in it.
fn standing(town: &mut Town, phone: &str) -> (Vec<u8>, Store) {
    let key: Keystore = town.phone(phone).keystore();
    let shelf = town.shelf(phone);
    let shelf = town.phone(phone).copy(&shelf);
    let mut store = Store::open(&shelf, &key).unwrap();
    store.erase_now().unwrap();
    let file = std::fs::read(shelf.join("alongside.db")).unwrap();
    (file, store)
}

impl Writer {
    fn of(store: &Store) -> Self {
        let seed = store.get("self", b"device").unwrap().unwrap();
        let rows = store.list("tie").unwrap();
        let mut ties: Vec<Vec<u8>> = rows.into_iter().map(|(_, bytes)| bytes).collect();
        ties.sort_by_key(|bytes| Tie::from_bytes(bytes).unwrap().kind());
        Self {
            device: DeviceSecret::from_bytes(seed.try_into().unwrap()),
            ties,
        }
    }

    /// The tie of this kind as this phone keeps it, and this phone's key in it.
    pub fn tie(&self, kind: TieKind) -> (Tie, TieKey) {
        let mut ties = self
            .ties
            .iter()
            .map(|bytes| Tie::from_bytes(bytes).unwrap());
        let tie = ties.find(|tie| tie.kind() == kind).unwrap();
        let key = self.device.derive_tie_key(tie.context());
        (tie, key)
    }
}

/// What one writer needs to write through one tie, read once.
pub struct Way {
    /// The tie, as the writer holds it.
    pub tie: Tie,
    /// The writer's key there.
    pub key: TieKey,
    /// The writer's present epoch and its secret.
    pub epoch: EpochId,
    /// The secret.
    pub secret: Zeroizing<[u8; 32]>,
    /// Robin's card there.
    pub card: Card,
    /// Ids that mean something to the reader: notebooks, ties, devices.
    pub ids: Vec<[u8; 32]>,
}

impl Way {
    /// Of this writer to Robin's first phone, through the tie of this kind.
    pub fn of(fixture: &Fixture, writer: &Writer, kind: TieKind) -> Self {
        let (tie, key) = writer.tie(kind);
        let (epoch, secret) = tie.key_item().expect("it has written");
        let epoch = EpochStatement::open(&epoch).unwrap().id();
        let secret = secret.clone();
        let reader = Tie::from_bytes(own(fixture, kind)).unwrap();
        let mut cards = tie.theirs().cards();
        let card = cards.find(|(device, _)| **device == reader.me()).unwrap();
        let card = Card::open(card.1.bytes()).unwrap();
        drop(cards);
        let mut ids = Vec::new();
        for kind in [TieKind::Home, TieKind::People] {
            let own = Tie::from_bytes(own(fixture, kind)).unwrap();
            let (NotebookId(mine), NotebookId(theirs)) = (own.my_notebook(), own.their_notebook());
            let (TieId(id), DeviceId(me)) = (own.id(), own.me());
            ids.extend([mine, theirs, id, me]);
            ids.extend(own.mine().list().present().map(|device| device.0));
            ids.extend(own.theirs().list().present().map(|device| device.0));
        }
        Self {
            tie,
            key,
            epoch,
            secret,
            card,
            ids,
        }
    }
}

/// Robin's tie of this kind, as the first phone keeps it.
pub fn own(fixture: &Fixture, kind: TieKind) -> &[u8] {
    let is = |bytes: &&Vec<u8>| Tie::from_bytes(bytes).unwrap().kind() == kind;
    fixture.own.iter().find(is).unwrap()
}
