//! A day of Robin's life through the real relay over HTTP (P1): three people, four phones; then every byte that the
//! relay keeps or says is searched for what must not be there. It knows the relay by its files, its log and its metrics.
//! Invariant: every search that finds nothing is also shown to find what is planted.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::await_holding_refcell_ref
)]

#[path = "blind_relay/on_postgresql.rs"]
mod on_postgresql;

use alongside_core::companion::{Companion, PostBoxAt};
use alongside_core::life::{
    Allow, CardKind, ItemRef, Offer, PersonRef, Rhythm, Role, Until, WordKind,
};
use alongside_core::post::{CreateInbox, Fetched, HttpPostBox, PostBox, PostError, Token};
use alongside_core::store::Store;
use alongside_core::sync::SyncReport;
use alongside_core::trust::invite::Kind;
use jiff::civil::date;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::cell::RefCell;
use std::collections::HashSet;
use std::path::Path;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};
use town::TownClock;
use town::phone::Keystore;
use town::process::RelayProcess;
use town::search::{Found, Heap, Needles, TimeForm, words};
use town::town::BEGIN;

/// What went to the relay, as the phones know it.
#[derive(Default)]
struct Told {
    tokens: Vec<[u8; 32]>,
    keys: Vec<[u8; 16]>,
    bodies: Vec<Vec<u8>>,
    hashes: Vec<Vec<u8>>,
    cursors: Vec<Vec<u8>>,
}

/// The post box over HTTP, with what was said to it written down.
#[derive(Clone)]
struct Noted {
    inner: HttpPostBox,
    told: Rc<RefCell<Told>>,
}

impl PostBox for Noted {
    async fn create(&self, word: Option<&Token>, inbox: &CreateInbox) -> Result<(), PostError> {
        let mut told = self.told.borrow_mut();
        told.hashes.push(inbox.fetch_hash.to_vec());
        told.hashes.push(inbox.wake_hash.to_vec());
        told.hashes
            .extend(inbox.slot_hashes.iter().map(|hash| hash.to_vec()));
        drop(told);
        self.inner.create(word, inbox).await
    }

    async fn post(&self, slot: &Token, key: [u8; 16], body: &[u8]) -> Result<(), PostError> {
        let mut told = self.told.borrow_mut();
        told.tokens.push(slot.0);
        told.keys.push(key);
        told.bodies.push(body.to_vec());
        drop(told);
        self.inner.post(slot, key, body).await
    }

    async fn fetch(
        &self,
        inbox: &Token,
        max: u16,
        cursor: &[u8],
        acks: &[[u8; 16]],
    ) -> Result<Fetched, PostError> {
        self.told.borrow_mut().tokens.push(inbox.0);
        let fetched = self.inner.fetch(inbox, max, cursor, acks).await?;
        self.told.borrow_mut().cursors.push(fetched.cursor.clone());
        Ok(fetched)
    }

    async fn acknowledge(&self, inbox: &Token, acks: &[[u8; 16]]) -> Result<(), PostError> {
        self.inner.acknowledge(inbox, acks).await
    }

    async fn wait(&self, wake: &Token, seconds: u16) -> Result<bool, PostError> {
        self.told.borrow_mut().tokens.push(wake.0);
        self.inner.wait(wake, seconds).await
    }

    async fn close(&self, inbox: &Token, slot_hashes: &[[u8; 32]]) -> Result<(), PostError> {
        self.told.borrow_mut().tokens.push(inbox.0);
        self.inner.close(inbox, slot_hashes).await
    }

    async fn delete(&self, inbox: &Token) -> Result<(), PostError> {
        self.told.borrow_mut().tokens.push(inbox.0);
        self.inner.delete(inbox).await
    }
}

/// One phone of this story, over HTTP.
struct Phone {
    app: Companion,
    post: Noted,
    runtime: tokio::runtime::Runtime,
}

impl Phone {
    fn new(folder: &Path, name: &str, seed: u8, clock: &TownClock, post: &Noted) -> Self {
        let mut app = Companion::make(
            &folder.join(format!("{name}-{seed}")),
            &Keystore([seed; 32]),
            name,
            Box::new(clock.another()),
            Box::new(ChaCha20Rng::seed_from_u64(u64::from(seed))),
        )
        .unwrap();
        let url = "http://127.0.0.1:1".to_owned();
        app.set_post_box(&PostBoxAt {
            url,
            ..PostBoxAt::default()
        })
        .unwrap();
        Self {
            app,
            post: post.clone(),
            runtime: Self::runtime(),
        }
    }

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    }

    fn sync(&mut self) -> SyncReport {
        let report = self.runtime.block_on(self.app.sync(&self.post)).unwrap();
        assert!(!report.offline);
        report
    }
}

/// Two phones meet by link and four words.
fn meet(one: &mut Phone, other: &mut Phone, kind: Kind, roles: [Role; 2]) -> [PersonRef; 2] {
    let [role_one, role_other] = roles;
    let names = [one.app.name().unwrap(), other.app.name().unwrap()];
    let (invite, code) = one.app.invite(kind, &names[1], role_other, false).unwrap();
    one.sync();
    let link = code.to_link().unwrap();
    let joining = other
        .app
        .join(kind, &link, &names[0], role_one, false)
        .unwrap();
    other.sync();
    other.app.answer_invite(joining).unwrap();
    for _ in 0..3 {
        other.sync();
        one.sync();
    }
    [
        one.app.words_are_the_same(invite, true).unwrap(),
        other.app.words_are_the_same(joining, true).unwrap(),
    ]
}

const TYPED: [&str; 8] = [
    "Evening walk",
    "Take my tablets",
    "Ring about the housing benefit",
    "by the canal near Jonas",
    "slept badly, dreamt of the fire",
    "You kept going despite rain",
    "Learn to repair bicycles",
    "Library on Thursdays",
];
const NAMES: [&str; 3] = ["Robin", "Patricia", "Samantha"];

/// A day of Robin's life. Returns Robin's phone, to be searched for keys.
fn live(folder: &Path, clock: &TownClock, post: &Noted) -> Vec<(std::path::PathBuf, u8)> {
    let mut robin = Phone::new(folder, NAMES[0], 1, clock, post);
    let mut tablet = Phone::new(folder, NAMES[0], 2, clock, post);
    let mut pat = Phone::new(folder, NAMES[1], 3, clock, post);
    let mut sam = Phone::new(folder, NAMES[2], 4, clock, post);
    let [pat_of_robin, robin_of_pat] = meet(
        &mut robin,
        &mut pat,
        Kind::Person,
        [Role::Friend, Role::Mentor],
    );
    meet(
        &mut robin,
        &mut tablet,
        Kind::Device,
        [Role::Friend, Role::Friend],
    );
    let [sam_of_robin, _] = meet(
        &mut robin,
        &mut sam,
        Kind::Person,
        [Role::Friend, Role::Officer],
    );
    let day = date(2026, 2, 2);
    let app = &mut robin.app;
    let walk = app.add_routine(TYPED[0], Rhythm::Daily).unwrap();
    let tablets = app.add_routine(TYPED[1], Rhythm::Daily).unwrap();
    let step = app.add_step(TYPED[2], None).unwrap();
    let goal = app.add_goal(TYPED[6], None).unwrap();
    app.mark_done(walk, day).unwrap();
    app.mark_rest(tablets, day).unwrap();
    app.set_note(walk, day, Some(TYPED[3])).unwrap();
    app.set_note(tablets, day, Some(TYPED[4])).unwrap();
    app.set_allow(&pat_of_robin, Allow::OwnWords).unwrap();
    app.show(
        ItemRef::Routine(walk),
        &pat_of_robin,
        Until::UntilIStop,
        true,
        None,
    )
    .unwrap();
    app.show(
        ItemRef::Goal(goal),
        &pat_of_robin,
        Until::UntilIStop,
        false,
        None,
    )
    .unwrap();
    app.show(ItemRef::Step(step), &sam_of_robin, Until::Once, false, None)
        .unwrap();
    for _ in 0..3 {
        for phone in [&mut robin, &mut tablet, &mut pat, &mut sam] {
            phone.sync();
        }
        clock.pass(3_600);
    }
    let shown = pat.app.what_they_show(&robin_of_pat).unwrap();
    assert_eq!(shown.routines[0].days[&day].notes, [TYPED[3]]);
    // Pat is not new to Robin any more, so that own words and an idea can both come.
    let pat_of_robin = robin.app.find_person("Pat").unwrap();
    robin
        .app
        .send_card(&pat_of_robin, CardKind::Hello, None)
        .unwrap();
    robin.sync();
    pat.sync();
    pat.app
        .encourage(&robin_of_pat, WordKind::OwnWords, TYPED[5], None)
        .unwrap();
    pat.app
        .send_card(&robin_of_pat, CardKind::WellDone, None)
        .unwrap();
    let idea = Offer::NewRoutine {
        name: TYPED[7].into(),
        rhythm: Rhythm::TimesAWeek(1),
    };
    pat.app.suggest(&robin_of_pat, idea).unwrap();
    tablet.app.mark_done(walk, date(2026, 2, 1)).unwrap();
    for _ in 0..3 {
        for phone in [&mut pat, &mut robin, &mut tablet, &mut sam] {
            phone.sync();
        }
        clock.pass(3_600);
    }
    assert!(!robin.app.inbox().unwrap().is_empty());
    assert_eq!(robin.app.ideas().unwrap().len(), 1);
    // An end, so that slots are closed.
    robin.app.remove_person(&sam_of_robin).unwrap();
    robin.app.set_note(walk, day, Some(TYPED[4])).unwrap();
    for phone in [&mut robin, &mut tablet, &mut pat, &mut sam] {
        phone.sync();
    }
    [(NAMES[0], 1), (NAMES[0], 2), (NAMES[1], 3), (NAMES[2], 4)]
        .map(|(name, seed)| (folder.join(format!("{name}-{seed}")), seed))
        .to_vec()
}

/// Every 16 bytes of what the phones keep of keys, ties and ids, so far as they look random.
fn kept_by_phones(phones: &[(std::path::PathBuf, u8)]) -> HashSet<[u8; 16]> {
    let mut all = HashSet::new();
    for (folder, seed) in phones {
        let store = Store::open(folder, &Keystore([*seed; 32])).unwrap();
        for namespace in ["self", "tie", "slot", "device-is", "told", "tie-more"] {
            for (key, value) in store.list(namespace).unwrap() {
                for bytes in [&key, &value] {
                    all.extend(bytes.windows(16).filter_map(|window| {
                        let kinds: HashSet<u8> = window.iter().copied().collect();
                        (kinds.len() >= 8).then(|| <[u8; 16]>::try_from(window).unwrap())
                    }));
                }
            }
        }
    }
    all
}

fn holds_any(heap: &Heap, pieces: &HashSet<[u8; 16]>) -> Option<(String, usize)> {
    heap.0.iter().find_map(|(name, bytes)| {
        let at = bytes
            .windows(16)
            .position(|window| pieces.contains(window))?;
        Some((name.clone(), at))
    })
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn everything(folder: &Path, metrics: Option<u16>) -> Heap {
    let mut heap = Heap::of_folder(folder, &["day", "day.next"]);
    if let Some(port) = metrics {
        let text = Phone::runtime().block_on(async {
            let url = format!("http://127.0.0.1:{port}/metrics");
            let client = reqwest::Client::builder()
                .no_proxy()
                .tls_certs_only([])
                .build()
                .unwrap();
            let answer = client.get(url).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 200);
            answer.bytes().await.unwrap()
        });
        heap.add("metrics", text.to_vec());
    }
    heap
}

fn wall_clock() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

/// Everything that is sought, in one place, so that what is planted meets the same search.
struct Sought<'a> {
    needles: Needles,
    random: Vec<Vec<u8>>,
    keys: &'a HashSet<[u8; 16]>,
    seconds: [(u64, u64); 2],
}

/// Without SQLite's own salts and checksums in its log and in the log's index (sqlite.org/fileformat2.html, section 4;
/// sqlite.org/walformat.html, section 2): they look random, and are so many that four bytes of them fall into a time of
/// the story by chance. The index's hash tables go too: frame 127 beside frame 256 reads like an address.
fn without_sums(mut heap: Heap) -> Heap {
    for (name, bytes) in &mut heap.0 {
        if name.ends_with("-shm") {
            for block in bytes.chunks_mut(32_768) {
                let end = block.len();
                block[end.min(16_384)..].fill(b'.');
            }
            for header in bytes.chunks_mut(48).take(2) {
                let end = header.len();
                header[end.min(24)..].fill(b'.');
            }
        }
        if !name.ends_with("-wal") || bytes.len() < 32 {
            continue;
        }
        let page = u32::from_be_bytes(bytes[8..12].try_into().unwrap());
        let (head, frames) = bytes.split_at_mut(32);
        head[16..].fill(b'.');
        for frame in frames.chunks_mut(24 + usize::try_from(page).unwrap()) {
            let end = frame.len().min(24);
            frame[end.min(8)..end].fill(b'.');
        }
    }
    heap
}

impl<'a> Sought<'a> {
    fn of(told: &Told, keys: &'a HashSet<[u8; 16]>, seconds: [(u64, u64); 2]) -> Self {
        let mut needles = Needles::default();
        for word in words(&TYPED).iter().map(String::as_str).chain(NAMES) {
            needles.add_word(word);
        }
        for text in TYPED {
            needles.add("a whole text", text.as_bytes());
        }
        for token in told.tokens.iter().collect::<HashSet<_>>() {
            needles.add("a token", token);
        }
        for key in &told.keys {
            needles.add("an idempotency key", key);
        }
        for cursor in told.cursors.iter().filter(|one| !one.is_empty()) {
            needles.add("a cursor", cursor);
        }
        for address in ["127.0.0.1", "localhost"] {
            needles.add("an address", address.as_bytes());
        }
        Self {
            needles,
            random: [told.bodies.clone(), told.hashes.clone()].concat(),
            keys,
            seconds,
        }
    }

    fn look(&self, heap: &Heap) -> Vec<String> {
        let shown =
            |what: &str, hit: Found| format!("{what}: {} as {} at {}", hit.place, hit.form, hit.at);
        let found = self.needles.find_in(heap);
        let mut all: Vec<String> = found
            .into_iter()
            .map(|(what, hit)| shown(&what, hit))
            .collect();
        if let Some((name, at)) = holds_any(heap, self.keys) {
            all.push(format!("a key or id: {name} {at}"));
        }
        let bare = without_sums(heap.without(&self.random));
        let address = bare.find(&[127, 0, 0, 1]);
        all.extend(address.map(|hit| shown("an address in four bytes", hit)));
        for (from, to) in self.seconds {
            let (day, end) = (from / 86_400 * 86_400, to / 86_400 * 86_400 + 86_399);
            let coarse = heap.find_time(day, end, &TimeForm::OF_A_DAY);
            let fine = bare.find_time(from, to, &[TimeForm::Four]);
            all.extend(coarse.or(fine).map(|hit| shown("a time", hit)));
        }
        all
    }
}

/// What can only be told from chance by living again: now and then four bytes of a key or an id that the relay drew read
/// as a second of the story. A leak is there in each life.
fn four_bytes(found: Vec<String>) -> (Vec<String>, Vec<String>) {
    let four = TimeForm::Four.name();
    found.into_iter().partition(|hit| hit.contains(four))
}

/// An altered phone posts words in the open.
fn post_in_the_open(post: &Noted, told: &Told, words: &[u8]) {
    let mut body = [7; 1_024];
    body[100..100 + words.len()].copy_from_slice(words);
    let runtime = Phone::runtime();
    let open = told.tokens.iter().rev().any(|token| {
        let slot = Token(*token);
        let posted = post.inner.post(&slot, [77; 16], &body);
        runtime.block_on(posted).is_ok()
    });
    assert!(open, "some slot is open");
}

#[test]
fn every_byte_that_the_relay_keeps_or_says_is_blind() {
    let lives: Vec<Vec<String>> = (0..4)
        .map(|_| live_and_look())
        .take_while(|by_chance| !by_chance.is_empty())
        .collect();
    assert!(lives.len() < 4, "in each of four lives: {lives:?}");
}

/// One life and every search, also of what is planted. Returns what was found as four bytes only.
fn live_and_look() -> Vec<String> {
    let (boxed, homes) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let clock = TownClock::at(BEGIN);
    std::fs::write(boxed.path().join("day"), clock.true_day().to_string()).unwrap();
    let port = free_port();
    let listen = format!("127.0.0.1:{port}");
    let began = wall_clock();
    let mut relay = RelayProcess::start_with(boxed.path(), &[("RELAY_METRICS_LISTEN", &listen)]);
    let post = Noted {
        inner: HttpPostBox::new(&relay.url, None).unwrap(),
        told: Rc::default(),
    };
    let phones = live(homes.path(), &clock, &post);
    let during = everything(boxed.path(), Some(port));
    let told = post.told.borrow();
    assert!(told.bodies.len() > 20 && told.tokens.len() > 60);
    let names: Vec<&str> = during.0.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["relay.db", "relay.db-wal", "relay.log", "metrics"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let keys = kept_by_phones(&phones);
    let towns = (
        u64::try_from(BEGIN).unwrap(),
        u64::try_from(clock.seconds()).unwrap(),
    );
    let sought = Sought::of(&told, &keys, [towns, (began, wall_clock() + 1)]);
    let (mut by_chance, found) = four_bytes(sought.look(&during));
    assert_eq!(found, Vec::<String>::new(), "while it runs");
    // What is there is found: a body that waits, and the hash of a slot.
    let waits = told.bodies.iter().filter(|body| {
        let start = &body[..64];
        during.find(start).is_some()
    });
    assert!(waits.count() > 0, "some envelope waits in the files");
    assert!(during.find(&told.hashes[5]).is_some());

    // Each search finds what is planted, in each form, in the file or the log.
    let plants: Vec<Vec<u8>> = [
        town::search::forms(b"canal"),
        town::search::forms(b"Patricia"),
        town::search::forms(&told.tokens[9]),
        town::search::forms(&told.keys[3]),
        town::search::forms(b"127.0.0.1"),
    ]
    .concat()
    .into_iter()
    .map(|(_, bytes)| bytes)
    .chain([
        keys.iter().next().unwrap().to_vec(),
        vec![127, 0, 0, 1],
        (towns.0 + 5_000).to_string().into_bytes(),
        (towns.0 + 50_000).to_be_bytes().to_vec(),
        ((began + 1) * 1_000).to_le_bytes().to_vec(),
        u32::try_from(began + 1).unwrap().to_be_bytes().to_vec(),
        b"2026-02-02T11:00".to_vec(),
    ])
    .collect();
    for (n, plant) in plants.iter().enumerate() {
        let mut heap = Heap(vec![]);
        let name = if n % 2 == 0 { "relay.log" } else { "relay.db" };
        let mut bytes = during.piece(name).to_vec();
        bytes.truncate(4_096);
        bytes.splice(17..17, plant.iter().copied());
        heap.add(name, bytes);
        assert!(!sought.look(&heap).is_empty(), "plant {n} was not found");
    }
    // After a crash and a day's turn: the same.
    relay.kill();
    let (four, found) = four_bytes(sought.look(&everything(boxed.path(), None)));
    assert_eq!(found, Vec::<String>::new(), "after a crash");
    by_chance.extend(four);
    relay.set_day(clock.true_day() + 1);
    relay.restart();
    // And truly planted: an altered phone posts words in the open; the search finds them in the relay's own files.
    post_in_the_open(&post, &told, b"by the canal");
    let planted = everything(boxed.path(), Some(port));
    let (four, found) = four_bytes(sought.look(&planted));
    assert!(
        !found.is_empty() && found.iter().all(|hit| hit.starts_with("canal")),
        "{found:?}"
    );
    by_chance.extend(four);
    by_chance
}
