//! The attackers' kit: a phone's whole store in wrong hands, a post box that meddles, an envelope slipped in.
//! Everything here goes through public doors; what a door does not open is read from rows, as a thief would.

use alongside_core::life::{ItemId, ItemRef, PersonRef, Rhythm, Role, Until};
use alongside_core::post::{CreateInbox, Fetched, PostBox, PostError, Token};
use alongside_core::store::Store;
use alongside_core::sync::SyncReport;
use alongside_core::trust::device::{DeviceSecret, TieKey};
use alongside_core::trust::envelope::{
    CHUNK, Chunks, Envelope, LADDER, Opened, Part, derive_post_key, open_item, seal_envelope,
};
use alongside_core::trust::ids::{DeviceId, TieId};
use alongside_core::trust::inbox::{InboxSecret, SlotRoot, SlotSeed, week_of};
use alongside_core::trust::prekey::Prekey;
use alongside_core::trust::tie::{Tie, TieKind};
use jiff::civil::{Date, date};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use relay::Refusal;
use std::cell::RefCell;
use town::{Phone, Seen, SimPost, Town};

/// The first day of every story.
pub fn first_day() -> Date {
    date(2026, 2, 2)
}

pub fn rng(seed: u64) -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(seed)
}

/// Robin shows a walk to Pat, her mentor.
pub struct Walk {
    pub town: Town,
    /// Pat, as Robin knows her.
    pub pat: PersonRef,
    /// Robin, as Pat knows them.
    pub robin: PersonRef,
    pub walk: ItemId,
}

impl Walk {
    pub fn shown(seed: u64) -> Self {
        let mut town = Town::new(seed);
        town.arrives("robin", "Robin");
        town.arrives("pat", "Pat");
        let (pat, robin) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
        let app = town.phone("robin").app();
        let walk = app.add_routine("Walk", Rhythm::Daily).unwrap();
        app.show(ItemRef::Routine(walk), &pat, Until::UntilIStop, false, None)
            .unwrap();
        app.mark_done(walk, first_day()).unwrap();
        town.deliver(3);
        Self {
            town,
            pat,
            robin,
            walk,
        }
    }

    /// The same with a second phone of Pat's, "patpad".
    pub fn shown_to_two(seed: u64) -> Self {
        let mut it = Self::shown(seed);
        it.town.arrives("patpad", "Pat");
        it.town.joins_beside("pat", "patpad");
        it.town.deliver(5);
        assert_eq!(it.days_seen_by("patpad"), [first_day()]);
        it
    }

    /// The days of the walk that a phone of Pat's shows.
    pub fn days_seen_by(&mut self, phone: &str) -> Vec<Date> {
        let robin = self.robin.clone();
        let shown = self.town.phone(phone).app().what_they_show(&robin).unwrap();
        shown
            .routines
            .iter()
            .flat_map(|routine| routine.days.keys().copied())
            .collect()
    }

    pub fn marks(&mut self, day: Date) {
        let walk = self.walk;
        self.town.phone("robin").app().mark_done(walk, day).unwrap();
    }
}

/// What a thief has who takes an unlocked phone: every row of its store.
pub struct Loot {
    pub device: DeviceSecret,
    pub inbox: InboxSecret,
    pub slots: SlotRoot,
    /// Each slot that was ever handed out, with its turn and tie.
    pub slots_used: Vec<(u8, u32, TieId)>,
    ties: Vec<Vec<u8>>,
    /// Every blob and text of every table.
    pub cells: Vec<Vec<u8>>,
}

impl Loot {
    /// Takes it from a copy; the phone goes on.
    pub fn of(town: &mut Town, phone: &str) -> Self {
        let shelf = town.shelf(&format!("loot-{phone}-{}", town.clock.seconds()));
        let key = town.phone(phone).keystore();
        let shelf = town.phone(phone).copy(&shelf);
        let cells = every_cell(&shelf.join("alongside.db"), &key.0);
        let store = Store::open(&shelf, &key).unwrap();
        let own = |name: &[u8]| -> [u8; 32] {
            store
                .get("self", name)
                .unwrap()
                .unwrap()
                .try_into()
                .unwrap()
        };
        let rows = store.list("tie").unwrap();
        let slots = store.list("slot").unwrap();
        let it = Self {
            device: DeviceSecret::from_bytes(own(b"device")),
            inbox: InboxSecret::from_bytes(own(b"inbox")),
            slots: SlotRoot::from_bytes(own(b"slots")),
            slots_used: slots
                .into_iter()
                .map(|(number, slot)| {
                    let turn = u32::from_be_bytes(slot[..4].try_into().unwrap());
                    (number[0], turn, TieId(slot[4..36].try_into().unwrap()))
                })
                .collect(),
            ties: rows.into_iter().map(|(_, bytes)| bytes).collect(),
            cells,
        };
        drop(store);
        std::fs::remove_dir_all(&shelf).unwrap();
        it
    }

    /// Every tie, read afresh: a thief can try again as often as he likes.
    pub fn ties(&self) -> Vec<Tie> {
        self.ties
            .iter()
            .map(|bytes| Tie::from_bytes(bytes).unwrap())
            .collect()
    }

    /// The tie with a person.
    pub fn tie(&self, who: &PersonRef) -> Tie {
        let is = |tie: &Tie| hex::encode(tie.id().0) == who.0;
        self.ties().into_iter().find(is).unwrap()
    }

    pub fn home(&self) -> Tie {
        let is = |tie: &Tie| tie.kind() == TieKind::Home;
        self.ties().into_iter().find(is).unwrap()
    }

    pub fn key(&self, tie: &Tie) -> TieKey {
        self.device.derive_tie_key(tie.context())
    }

    /// Every prekey whose private half is anywhere in the store: a thief looks for the length before it, not for the
    /// table.
    pub fn prekeys(&self) -> Vec<Prekey> {
        let mut found = std::collections::BTreeSet::new();
        for cell in &self.cells {
            for window in cell.windows(36) {
                if window[..4] == [0, 0, 0, 32] {
                    found.insert(window[4..].to_vec());
                }
            }
        }
        found
            .iter()
            .filter_map(|bytes| Prekey::from_bytes(bytes).ok())
            .collect()
    }

    /// Opens a posted body with every slot key that it has, for its own week and those beside it.
    pub fn open(&self, week: u32, body: &[u8]) -> Option<(TieId, Envelope)> {
        for (slot, turn, tie) in &self.slots_used {
            for turn in 0..=*turn {
                let seed = self.slots.derive_slot_seed(*slot, turn);
                if let Some(envelope) = open_body(&seed, week, body) {
                    return Some((*tie, envelope));
                }
            }
        }
        None
    }

    /// Everything among what the relay saw that was posted to this phone and opens at all: day, tie, parts.
    pub fn letters(&self, seen: &[Seen]) -> Vec<(u32, TieId, Vec<Part>)> {
        posts(seen)
            .filter_map(|(day, seen)| {
                let (tie, envelope) = self.open(week_of(day), &seen.body)?;
                Some((day, tie, envelope.parts))
            })
            .collect()
    }
}

/// Posts with their true day.
pub fn posts(seen: &[Seen]) -> impl Iterator<Item = (u32, &Seen)> {
    seen.iter()
        .filter(|seen| seen.call == "post")
        .map(|seen| (u32::try_from(seen.second / 86_400).unwrap(), seen))
}

/// Opens a body of one item or of several with the key of a slot.
pub fn open_body(seed: &SlotSeed, week: u32, body: &[u8]) -> Option<Envelope> {
    for week in [week, week.saturating_sub(1), week + 1] {
        let key = seed.derive_slot_key(week);
        if LADDER.contains(&body.len()) {
            if let Ok(Opened::Whole(envelope)) = open_item(&key, body) {
                return Some(envelope);
            }
            continue;
        }
        let mut chunks = Chunks::new();
        for item in body.chunks(CHUNK) {
            if let Ok(Opened::Chunk(chunk)) = open_item(&key, item)
                && let Ok(Some(envelope)) = chunks.join(chunk)
            {
                return Some(envelope);
            }
        }
    }
    None
}

/// Every cell of every table of an encrypted file, opened with its key by no code of ours.
pub fn every_cell(file: &std::path::Path, key: &[u8; 32]) -> Vec<Vec<u8>> {
    use rusqlite::types::Value;
    let db = rusqlite::Connection::open(file).unwrap();
    db.execute_batch(&format!(
        "PRAGMA key = \"x'{}'\"; PRAGMA cipher_page_size = 1024;",
        hex::encode(key)
    ))
    .unwrap();
    let tables: Vec<String> = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert!(tables.len() >= 7, "{tables:?}");
    let mut cells = Vec::new();
    for table in tables {
        let mut rows = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = rows.column_count();
        let mut rows = rows.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            for column in 0..columns {
                match row.get_unwrap(column) {
                    Value::Blob(bytes) => cells.push(bytes),
                    Value::Text(text) => cells.push(text.into_bytes()),
                    _ => {}
                }
            }
        }
    }
    cells
}

/// The seed of the slot through which a device is written to, from its card.
pub fn slot_of(tie: &Tie, device: &DeviceId) -> SlotSeed {
    let card = tie
        .theirs()
        .cards()
        .chain(tie.mine().cards())
        .find(|(one, _)| *one == device)
        .expect("a card")
        .1;
    SlotSeed::from_bytes(*card.slot_seed())
}

/// An envelope slipped in through a slot whose seed is known.
pub fn slip(town: &Town, seed: &SlotSeed, parts: Vec<Part>) -> Result<(), Refusal> {
    let day = town.clock.true_day();
    let week = week_of(day);
    let mut chance = rng(u64::from(day) ^ 0x736c_6970 ^ parts.len() as u64);
    let body = seal_envelope(
        &seed.derive_slot_key(week),
        &Envelope { parts },
        &mut chance,
    )
    .unwrap();
    slip_bytes(town, seed, &body)
}

/// The same with bytes that are sealed already, or are nothing at all.
pub fn slip_bytes(town: &Town, seed: &SlotSeed, body: &[u8]) -> Result<(), Refusal> {
    let day = town.clock.true_day();
    let token = relay::Token(*seed.derive_slot_token(week_of(day)).leak_bytes());
    let mut net = town.net.borrow_mut();
    net.office
        .post(day, &token, derive_post_key(body), body)
        .map(|_| ())
}

/// Begins to write down what the relay sees.
pub fn record(town: &Town) {
    town.net.borrow_mut().seen = Some(Vec::new());
}

/// What it saw since then.
pub fn recorded(town: &Town) -> Vec<Seen> {
    town.net.borrow().seen.clone().unwrap()
}

/// Syncs through another post box than the phone's own.
pub fn sync_by<P: PostBox>(phone: &mut Phone, post: &P) -> SyncReport {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(phone.app().sync(post)).unwrap()
}

/// What a relay may do to what it hands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trick {
    Flip,
    Truncate,
    Lengthen,
    Repeat,
    Reverse,
    Drop,
    Swap,
}

/// A relay that plays one trick on each item it hands out, and knows all it ever handed to others.
pub struct Meddler {
    pub inner: SimPost,
    pub trick: Trick,
    pub others: RefCell<Vec<Vec<u8>>>,
    pub played: RefCell<u32>,
}

impl Meddler {
    pub fn of(phone: &Phone, trick: Trick) -> Self {
        Self {
            inner: phone.post.clone(),
            trick,
            others: RefCell::default(),
            played: RefCell::default(),
        }
    }
}

impl PostBox for Meddler {
    async fn create(&self, word: Option<&Token>, inbox: &CreateInbox) -> Result<(), PostError> {
        self.inner.create(word, inbox).await
    }

    async fn post(&self, slot: &Token, key: [u8; 16], body: &[u8]) -> Result<(), PostError> {
        self.inner.post(slot, key, body).await
    }

    async fn fetch(
        &self,
        inbox: &Token,
        max: u16,
        cursor: &[u8],
        acks: &[[u8; 16]],
    ) -> Result<Fetched, PostError> {
        let mut fetched = self.inner.fetch(inbox, max, cursor, acks).await?;
        let items = &mut fetched.items;
        *self.played.borrow_mut() += u32::try_from(items.len()).unwrap();
        match self.trick {
            Trick::Flip => {
                for (n, item) in items.iter_mut().enumerate() {
                    let at = (n * 101 + item.bytes.len() / 2) % item.bytes.len();
                    item.bytes[at] ^= 1 << (n % 8);
                }
            }
            Trick::Truncate => items.iter_mut().for_each(|item| {
                let half = item.bytes.len() / 2;
                item.bytes.truncate(half);
            }),
            Trick::Lengthen => items.iter_mut().for_each(|item| item.bytes.push(0)),
            Trick::Repeat => {
                let mut again = items.clone();
                for item in &mut again {
                    item.id[0] ^= 0xff;
                }
                items.extend(again);
            }
            Trick::Reverse => items.reverse(),
            Trick::Drop => items.clear(),
            Trick::Swap => {
                let mut others = self.others.borrow_mut();
                for item in items.iter_mut() {
                    item.bytes = others.pop().unwrap_or_else(|| vec![7; 1_024]);
                }
            }
        }
        Ok(fetched)
    }

    async fn acknowledge(&self, inbox: &Token, acks: &[[u8; 16]]) -> Result<(), PostError> {
        self.inner.acknowledge(inbox, acks).await
    }

    async fn wait(&self, wake: &Token, seconds: u16) -> Result<bool, PostError> {
        self.inner.wait(wake, seconds).await
    }

    async fn close(&self, inbox: &Token, slot_hashes: &[[u8; 32]]) -> Result<(), PostError> {
        self.inner.close(inbox, slot_hashes).await
    }

    async fn delete(&self, inbox: &Token) -> Result<(), PostError> {
        self.inner.delete(inbox).await
    }
}

/// The short number of the one other phone of this person.
pub fn number_of_the_other(town: &mut Town, phone: &str) -> String {
    let devices = town.phone(phone).app().devices().unwrap();
    let others: Vec<_> = devices.into_iter().filter(|one| !one.this_one).collect();
    assert_eq!(others.len(), 1);
    others[0].number.clone()
}
