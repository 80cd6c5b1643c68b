//! The same day with a post box on PostgreSQL: every byte of the server's folder, of its log and of the relay's, while both
//! run, after kill -9 of both, and after a clean stop. Times of the true clock are the relay's own tests' (privacy_many.rs),
//! which know the moment of each request.
//! Invariant: what PostgreSQL says of itself before anybody lived is not taken for a leak; nothing else is passed over.

use super::{NAMES, Noted, Sought, TYPED, kept_by_phones, live, post_in_the_open};
use alongside_core::post::HttpPostBox;
use std::collections::BTreeSet;
use std::path::Path;
use std::rc::Rc;
use town::TownClock;
use town::postgres::Server;
use town::process::RelayProcess;
use town::search::{Heap, TimeForm, forms};
use town::town::BEGIN;

/// All that the server and the relay keep or said, but the operator's own settings and other databases.
fn everything(server: &Server, own: &str, relay: &Path) -> Heap {
    let mut heap = Heap::of_folder(relay, &["day", "day.next"]);
    let base = server.data().join("base");
    for folder in std::fs::read_dir(server.data()).unwrap() {
        let path = folder.unwrap().path();
        if path == base {
            heap.0.extend(Heap::of_folder(&base.join(own), &[]).0);
        } else if path.is_dir() {
            heap.0.extend(Heap::of_folder(&path, &[]).0);
        } else if path.extension().is_none_or(|kind| kind != "conf") {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            // The server may take a file of its own away meanwhile.
            heap.0
                .extend(std::fs::read(&path).ok().map(|bytes| (name, bytes)));
        }
    }
    heap.add("server's log", std::fs::read(server.log()).unwrap());
    for (_, bytes) in &mut heap.0 {
        *bytes = without_runs_of_zeros(bytes);
    }
    heap
}

/// Most of the server's log, and of its pages, is empty; nothing that is sought holds so many zeros.
fn without_runs_of_zeros(bytes: &[u8]) -> Vec<u8> {
    const ROOM: usize = 64;
    let (mut left, mut zeros) = (Vec::new(), 0);
    for byte in bytes {
        zeros = if *byte == 0 { zeros + 1 } else { 0 };
        if zeros <= ROOM {
            left.push(*byte);
        }
    }
    left
}

/// What is not as it was before anybody lived.
fn changed(mut heap: Heap, before: &Heap) -> Heap {
    let old: std::collections::HashSet<_> = before.0.iter().collect();
    heap.0.retain(|piece| !old.contains(piece));
    heap
}

impl Sought<'_> {
    /// What is there by name; of times only the town's, which is months away from the true one, and in no form that chance
    /// finds in forty megabytes.
    fn look_wide(&self, heap: &Heap) -> BTreeSet<String> {
        let found = self.needles.find_in(heap).into_iter();
        let mut all: BTreeSet<String> = found.map(|(what, _)| what).collect();
        if let Some((name, _)) = super::holds_any(heap, self.keys) {
            all.insert(format!("a key or id in {name}"));
        }
        let [(from, to), _] = self.seconds;
        let time = heap.find_time(from, to, &TimeForm::OF_A_DAY);
        all.extend(time.map(|hit| format!("a time in {}", hit.place)));
        all
    }
}

#[test]
fn every_byte_that_a_post_box_on_postgresql_keeps_or_says_is_blind() {
    let (boxed, homes) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let clock = TownClock::at(BEGIN);
    std::fs::write(boxed.path().join("day"), clock.true_day().to_string()).unwrap();
    let server = Server::start();
    let database = server.database();
    let own = server.tell(
        &database,
        "SELECT oid FROM pg_database WHERE datname = current_database()",
    );
    let own = own.trim();
    let mut relay = RelayProcess::start_over(boxed.path(), &database);
    server.tell(&database, "CHECKPOINT");
    let before = everything(&server, own, boxed.path());
    let post = Noted {
        inner: HttpPostBox::new(&relay.url, None).unwrap(),
        told: Rc::default(),
    };
    let phones: Vec<(std::path::PathBuf, u8)> = live(homes.path(), &clock, &post);
    let told = post.told.borrow();
    assert!(told.bodies.len() > 20 && told.tokens.len() > 60);
    let keys = kept_by_phones(&phones);
    let towns = (
        u64::try_from(BEGIN).unwrap(),
        u64::try_from(clock.seconds()).unwrap(),
    );
    let sought = Sought::of(&told, &keys, [towns, towns]);
    // English words of its own catalogues, and where it listens.
    let own_words = sought.look_wide(&before);
    let whole: Vec<&str> = TYPED.iter().chain(&NAMES).copied().collect();
    assert!(
        own_words.len() < 12 && whole.iter().all(|text| !own_words.contains(*text)),
        "{own_words:?}"
    );
    println!("PostgreSQL's own: {own_words:?}, {} bytes", before.size());
    let look = |heap: &Heap| -> BTreeSet<String> {
        let found = sought.look_wide(heap);
        found.difference(&own_words).cloned().collect()
    };

    let nothing = BTreeSet::new();
    let running = everything(&server, own, boxed.path());
    let running = changed(running, &before);
    assert!(running.size() > 100_000, "{}", running.size());
    assert_eq!(look(&running), nothing, "while both run");
    // What is there is found: an envelope that waits, and the hash of a slot.
    server.tell(&database, "CHECKPOINT");
    let kept = everything(&server, own, boxed.path());
    assert!(kept.find(&told.hashes[5]).is_some());
    let waits = |body: &&Vec<u8>| kept.find(&body[..64]).is_some();
    assert!(told.bodies.iter().filter(waits).count() > 0);
    for (n, plant) in [
        forms(b"benefit").swap_remove(2).1,
        forms(&told.tokens[9]).swap_remove(1).1,
        told.keys[3].to_vec(),
        keys.iter().next().unwrap().to_vec(),
        (towns.0 + 5_000).to_string().into_bytes(),
        b"2026-02-02T11:00".to_vec(),
    ]
    .into_iter()
    .enumerate()
    {
        let mut heap = Heap::default();
        heap.add("planted", [&[b'.'; 17], &plant[..], b"."].concat());
        assert!(!look(&heap).is_empty(), "plant {n} was not found");
    }

    relay.kill();
    server.kill();
    let crashed = everything(&server, own, boxed.path());
    assert_eq!(look(&changed(crashed, &before)), nothing, "after a crash");
    server.run();
    relay.restart();
    // Truly planted.
    post_in_the_open(&post, &told, b"housing benefit");
    relay.stop();
    server.stop();
    let planted = changed(everything(&server, own, boxed.path()), &before);
    let planted = look(&planted);
    let words = ["housing", "benefit"];
    let is_one = |found: &String| words.contains(&found.to_lowercase().as_str());
    assert!(
        !planted.is_empty() && planted.iter().all(is_one),
        "{planted:?}"
    );
}
