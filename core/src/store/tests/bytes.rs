//! What a tick costs the disk: every byte this thread gives to the system, the log's folding too.

use super::*;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// Bytes this thread has given to write calls so far.
fn written() -> Option<u64> {
    let io = std::fs::read_to_string("/proc/thread-self/io").ok()?;
    io.lines()
        .find_map(|line| line.strip_prefix("wchar: "))
        .and_then(|n| n.parse().ok())
}

type Edit = fn(&mut ChaCha8Rng, &mut Vec<u8>);

fn bytes(rng: &mut ChaCha8Rng, n: usize) -> Vec<u8> {
    let mut bytes = vec![0; n];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// One place of the page changes, as when "walk" becomes done.
#[allow(clippy::ptr_arg)]
fn one_row(rng: &mut ChaCha8Rng, page: &mut Vec<u8>) {
    let at = rng.next_u32() as usize % (page.len() - 4);
    rng.fill_bytes(&mut page[at..at + 4]);
}

/// A word grows or shrinks, and all after it moves.
fn one_word(rng: &mut ChaCha8Rng, page: &mut Vec<u8>) {
    let at = rng.next_u32() as usize % (page.len() - 4);
    if page.len() > 1500 {
        page.drain(at..at + 3);
    } else {
        page.splice(at..at, *b"abc");
    }
}

/// Nothing stays as it was.
#[allow(clippy::ptr_arg)]
fn all_of_it(rng: &mut ChaCha8Rng, page: &mut Vec<u8>) {
    rng.fill_bytes(page);
}

/// What a tick writes, and what it may cost.
struct Tick {
    name: &'static str,
    at_most: u64,
    change: usize,
    page: usize,
    edit: Edit,
    record: bool,
}

/// Bytes for each of 1,200 ticks, everything folded into the file at the end; none where the system doesn't count.
fn bytes_for(tick: &Tick) -> Option<u64> {
    const TICKS: u64 = 1200;
    let dir = quick_home();
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut store = made(dir.path());
    let mut page = bytes(&mut rng, tick.page);
    let mut deed = store.begin().unwrap();
    // A life around it, so that the trees are not one page deep.
    for n in 0u32..400 {
        let some = bytes(&mut rng, 60);
        let ns = ["ties", "epochs", "settings"][n as usize % 3];
        deed.put(ns, &n.to_be_bytes(), &some).unwrap();
        let name = ["core", "words"][n as usize % 2];
        deed.append_change(&[1; 32], name, b"actor", b"g", &some)
            .unwrap();
    }
    deed.commit().unwrap();
    store.erase_now().unwrap();
    let before = written()?;
    for n in 0..TICKS {
        (tick.edit)(&mut rng, &mut page);
        let mut deed = store.begin().unwrap();
        let change = bytes(&mut rng, tick.change);
        deed.append_change(&[1; 32], "ticks-2026-02", b"actor", b"g", &change)
            .unwrap();
        deed.put_page("today", &page).unwrap();
        let refresh = if tick.record { n } else { 1 };
        deed.put("refresh", b"a tie", &refresh.to_be_bytes())
            .unwrap();
        deed.commit().unwrap();
    }
    home::empty_log(&store.conn).unwrap();
    Some((written()? - before) / TICKS)
}

#[test]
fn a_tick_writes_at_most_4_kb() {
    let usual = Tick {
        name: "one row of a page of 1.5 KB, and a record",
        at_most: 4096,
        change: 150,
        page: 1500,
        edit: one_row,
        record: true,
    };
    let ticks = [
        Tick {
            name: "the same, the record as it was",
            at_most: 3072,
            record: false,
            ..usual
        },
        Tick {
            name: "all of a page of 700 bytes, and a record",
            at_most: 4096,
            page: 700,
            edit: all_of_it,
            ..usual
        },
        Tick {
            name: "all of a page of 1.5 KB, and a record",
            at_most: 5120,
            edit: all_of_it,
            ..usual
        },
        Tick {
            name: "one word more or less in 1.5 KB, and a record",
            at_most: 5120,
            edit: one_word,
            ..usual
        },
        Tick {
            name: "one row, and a record, changes of 300 bytes",
            at_most: 5120,
            change: 300,
            ..usual
        },
        usual,
    ];
    for tick in &ticks {
        let Some(each) = bytes_for(tick) else {
            return;
        };
        println!("{each} bytes for a tick: {}", tick.name);
        assert!(each <= tick.at_most, "{}: {each} bytes", tick.name);
    }
}
