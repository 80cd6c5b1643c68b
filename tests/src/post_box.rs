//! The post box in process: the relay's own office code, with a network before it that loses, repeats and delays.
//! Everything a relay could see is written down, for the linkers and the searches.

use crate::around::Around;
use crate::clock::TownClock;
use alongside_core::post::{
    CreateInbox, Creating, Fetched, FetchedItem, HttpPostBox, PostBox, PostError, Seal, Token,
};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use relay::store::Store as _;
use relay::store::sqlite::Sqlite;
use relay::{NewInbox, Office, Refusal};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::{Arc, Once};

/// What one request showed the relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Which call.
    pub call: &'static str,
    /// The token it carried, as the relay hashes it could not tell; kept raw so that searches can be tried. Of a create,
    /// which carries none, the hash of the fetch token that it registers.
    pub token: [u8; 32],
    /// The body.
    pub body: Vec<u8>,
    /// True seconds, which a relay that watches live would know.
    pub second: i64,
    /// Whose phone it truly was: for checking a linker's guesses, never an input of one.
    pub truly: String,
}

/// The network's moods, in thousandths of each request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Moods {
    /// The request never arrives.
    pub lost: u32,
    /// It arrives and the answer does not.
    pub answer_lost: u32,
    /// A post arrives twice, the second time under another key: as a relay that repeats would do.
    pub repeated: u32,
    /// A fetched item comes before those that were posted earlier.
    pub reordered: u32,
    /// A fetched item is held back until a later fetch of the same inbox.
    pub delayed: u32,
    /// A fetched item arrives torn.
    pub torn: u32,
    /// Nothing goes through at all.
    pub cut: bool,
}

/// How often each mood struck.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Struck {
    /// Requests lost.
    pub lost: u32,
    /// Answers lost.
    pub answer_lost: u32,
    /// Posts repeated.
    pub repeated: u32,
    /// Items that came out of their order.
    pub reordered: u32,
    /// Items delayed.
    pub delayed: u32,
    /// Items torn.
    pub torn: u32,
}

/// The one network of a town.
pub struct SimNet {
    /// The relay's own code.
    pub office: Office<Sqlite>,
    /// Real processes instead of it, with an oblivious relay between.
    pub around: Option<Around>,
    /// What is going on.
    pub moods: Moods,
    /// What went on.
    pub struck: Struck,
    /// What the relay saw, when it is being written down.
    pub seen: Option<Vec<Seen>>,
    rng: ChaCha20Rng,
    clock: TownClock,
    /// Items under way, by the inbox that they were fetched from.
    under_way: BTreeMap<[u8; 32], Vec<FetchedItem>>,
}

impl SimNet {
    /// A quiet network before an empty relay.
    #[must_use]
    pub fn quiet(seed: u64, clock: &TownClock) -> Rc<RefCell<Self>> {
        // The relay's program has SQLite alone; here it opens beside cores that set SQLCipher up, in many threads.
        static SET_UP: Once = Once::new();
        SET_UP.call_once(|| drop(rusqlite::Connection::open_in_memory()));
        Rc::new(RefCell::new(Self {
            office: Office::in_memory(seed).expect("a relay in memory"),
            around: None,
            moods: Moods::default(),
            struck: Struck::default(),
            seen: None,
            rng: ChaCha20Rng::seed_from_u64(seed ^ 0x6e65_7477),
            clock: clock.another(),
            under_way: BTreeMap::new(),
        }))
    }

    /// The same before real processes: everything goes sealed through an oblivious relay.
    #[must_use]
    pub fn sealed(seed: u64, clock: &TownClock) -> Rc<RefCell<Self>> {
        let net = Self::quiet(seed, clock);
        net.borrow_mut().around = Some(Around::starts(clock.true_day()));
        net
    }

    /// How many inboxes the post box keeps.
    #[must_use]
    pub fn inboxes(&self) -> u64 {
        match &self.around {
            Some(around) => around.inboxes(),
            None => self.office.store().inboxes(),
        }
    }

    /// Whether a request arrives before real processes.
    fn arrives(&mut self) -> Result<(), PostError> {
        if let Some(around) = &mut self.around {
            around.is_day(self.clock.true_day());
        }
        if self.moods.cut {
            return Err(PostError::Offline);
        }
        let lost = self.moods.lost;
        if self.strikes(lost) {
            self.struck.lost += 1;
            return Err(PostError::Offline);
        }
        Ok(())
    }

    fn strikes(&mut self, thousandths: u32) -> bool {
        thousandths > 0 && self.rng.next_u32() % 1_000 < thousandths
    }
}

/// One phone's way to the post box.
#[derive(Clone)]
pub struct SimPost {
    net: Rc<RefCell<SimNet>>,
    whose: String,
    one: Option<Rc<OneItem>>,
    real: Option<HttpPostBox>,
}

/// One item that is not among those seen may come, and then the network is gone: so that what each item did can be looked
/// at.
#[derive(Default)]
pub(crate) struct OneItem {
    pub(crate) seen: RefCell<BTreeSet<[u8; 16]>>,
    pub(crate) came: Cell<bool>,
}

impl SimPost {
    /// A way for this phone.
    #[must_use]
    pub fn of(net: &Rc<RefCell<SimNet>>, whose: &str) -> Self {
        Self {
            net: Rc::clone(net),
            whose: whose.to_owned(),
            one: None,
            real: net.borrow().around.as_ref().map(Around::way),
        }
    }

    /// The way to real processes, where this town has them and the request arrives.
    fn real(&self) -> Result<Option<&HttpPostBox>, PostError> {
        let Some(real) = &self.real else {
            return Ok(None);
        };
        self.net.borrow_mut().arrives()?;
        Ok(Some(real))
    }

    /// Where the post box is, as a person sets it; none where it is the relay's own code.
    pub(crate) fn at(&self) -> Option<alongside_core::companion::PostBoxAt> {
        self.net.borrow().around.as_ref().map(Around::at)
    }

    /// The same way, on which one item may come.
    pub(crate) fn for_one(&self, one: &Rc<OneItem>) -> Self {
        Self {
            one: Some(Rc::clone(one)),
            ..self.clone()
        }
    }

    fn call<T>(
        &self,
        call: &'static str,
        token: [u8; 32],
        body: &[u8],
        deed: impl Fn(&mut Office<Sqlite>, u32) -> Result<T, Refusal>,
    ) -> Result<T, PostError> {
        let mut net = self.net.borrow_mut();
        let net = &mut *net;
        if net.moods.cut {
            return Err(PostError::Offline);
        }
        if net.strikes(net.moods.lost) {
            net.struck.lost += 1;
            return Err(PostError::Offline);
        }
        let second = net.clock.seconds();
        if let Some(seen) = &mut net.seen {
            seen.push(Seen {
                call,
                token,
                body: body.to_vec(),
                second,
                truly: self.whose.clone(),
            });
        }
        let day = net.clock.true_day();
        let answer = deed(&mut net.office, day).map_err(refusal);
        if net.strikes(net.moods.answer_lost) {
            net.struck.answer_lost += 1;
            return Err(PostError::Offline);
        }
        answer
    }
}

fn refusal(why: Refusal) -> PostError {
    match why {
        Refusal::NoSuchInbox => PostError::NoSuchInbox,
        Refusal::Conflict => PostError::Conflict,
        Refusal::WrongSize => PostError::Refused(422),
        Refusal::TooLarge => PostError::Refused(413),
        Refusal::Full => PostError::Full,
        Refusal::TryLater { .. } => PostError::TryLater { seconds: 1 },
        _ => PostError::Refused(400),
    }
}

fn token(token: &Token) -> relay::Token {
    relay::Token(token.0)
}

impl PostBox for SimPost {
    async fn create(&self, word: Option<&Token>, inbox: &CreateInbox) -> Result<(), PostError> {
        if let Some(real) = self.real()? {
            return real.create(word, inbox).await;
        }
        let new = NewInbox {
            week: inbox.week,
            fetch_hash: inbox.fetch_hash,
            wake_hash: inbox.wake_hash,
            slot_hashes: inbox.slot_hashes.clone(),
        };
        let body: Vec<u8> = inbox.slot_hashes.concat();
        self.call("create", inbox.fetch_hash, &body, |office, day| {
            office.create(day, None, &new).map(|_| ())
        })
    }

    async fn post(&self, slot: &Token, key: [u8; 16], body: &[u8]) -> Result<(), PostError> {
        if let Some(real) = self.real()? {
            return real.post(slot, key, body).await;
        }
        let again = {
            let mut net = self.net.borrow_mut();
            let mood = net.moods.repeated;
            net.strikes(mood)
        };
        if again {
            let mut other = key;
            other[0] ^= 0xff;
            self.net.borrow_mut().struck.repeated += 1;
            let _ = self.call("post", slot.0, body, |office, day| {
                office.post(day, &token(slot), other, body).map(|_| ())
            });
        }
        self.call("post", slot.0, body, |office, day| {
            office.post(day, &token(slot), key, body).map(|_| ())
        })
    }

    async fn fetch(
        &self,
        inbox: &Token,
        max: u16,
        cursor: &[u8],
        acks: &[[u8; 16]],
    ) -> Result<Fetched, PostError> {
        let max = if self.one.is_some() { 1 } else { max };
        if self.one.as_ref().is_some_and(|one| one.came.get()) {
            return Err(PostError::Offline);
        }
        if let Some(real) = self.real()? {
            let fetched = real.fetch(inbox, max, cursor, acks).await?;
            if let Some(one) = &self.one {
                let new = |id: &[u8; 16]| one.seen.borrow_mut().insert(*id);
                one.came.set(fetched.items.iter().any(|item| new(&item.id)));
            }
            return Ok(fetched);
        }
        let said = [&acks.concat(), cursor].concat();
        let fetched = self.call("fetch", inbox.0, &said, |office, day| {
            office.fetch(day, &token(inbox), max, cursor, acks)
        })?;
        let mut net = self.net.borrow_mut();
        let net = &mut *net;
        let mut items = net.under_way.remove(&inbox.0).unwrap_or_default();
        for item in fetched.items {
            let mut bytes = item.bytes;
            if net.strikes(net.moods.torn) {
                net.struck.torn += 1;
                bytes.truncate(bytes.len() / 2);
            }
            let item = FetchedItem {
                id: item.id,
                day: item.day,
                bytes,
            };
            if net.strikes(net.moods.delayed) {
                net.struck.delayed += 1;
                net.under_way.entry(inbox.0).or_default().push(item);
            } else if !items.is_empty() && net.strikes(net.moods.reordered) {
                net.struck.reordered += 1;
                items.insert(0, item);
            } else {
                items.push(item);
            }
        }
        if let Some(one) = &self.one {
            for item in &items {
                if one.seen.borrow_mut().insert(item.id) {
                    one.came.set(true);
                }
            }
        }
        Ok(Fetched {
            gap: fetched.gap,
            marker: fetched.marker,
            more: fetched.more,
            cursor: fetched.cursor,
            items,
        })
    }

    async fn acknowledge(&self, inbox: &Token, acks: &[[u8; 16]]) -> Result<(), PostError> {
        if let Some(real) = self.real()? {
            return real.acknowledge(inbox, acks).await;
        }
        self.call("acknowledge", inbox.0, &acks.concat(), |office, day| {
            office.acknowledge(day, &token(inbox), acks)
        })
    }

    async fn wait(&self, _: &Token, _: u16) -> Result<bool, PostError> {
        Ok(true)
    }

    async fn close(&self, inbox: &Token, slot_hashes: &[[u8; 32]]) -> Result<(), PostError> {
        if let Some(real) = self.real()? {
            return real.close(inbox, slot_hashes).await;
        }
        self.call("close", inbox.0, &slot_hashes.concat(), |office, day| {
            office.close(day, &token(inbox), slot_hashes)
        })
    }

    async fn delete(&self, inbox: &Token) -> Result<(), PostError> {
        if let Some(real) = self.real()? {
            return real.delete(inbox).await;
        }
        self.call("delete", inbox.0, &[], |office, day| {
            office.delete(day, &token(inbox))
        })
    }

    fn is_sealed(&self) -> bool {
        self.real.is_some()
    }

    fn seal_with(&self, seal: Arc<dyn Seal>) {
        if let Some(real) = &self.real {
            real.seal_with(seal);
        }
    }

    async fn oblivious_keys(&self, straight: bool) -> Result<Vec<u8>, PostError> {
        match self.real()? {
            Some(real) => real.oblivious_keys(straight).await,
            None => Err(PostError::Refused(404)),
        }
    }

    async fn creating(&self) -> Result<Creating, PostError> {
        match self.real()? {
            Some(real) => real.creating().await,
            None => Err(PostError::Refused(404)),
        }
    }
}
