//! Any order: seeded towns of four people and six phones live sixty days on a network that loses, repeats, reorders and
//! delays, and then every phone must show what a plain model says, which merges nothing as the core does.
//! `cargo xtask towns 1000` lives a thousand; `cargo xtask towns 1 SEED` lives one again.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs
)]

#[path = "any_order/days.rs"]
mod days;
#[path = "any_order/deeds.rs"]
mod deeds;
#[path = "any_order/faults.rs"]
mod faults;

use days::{Counted, Wrong, live};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Towns at a time.
const THREADS: usize = 2;

/// So many towns are many: what befalls a few of them is left to chance.
const MANY: usize = 25;

/// What must have happened at least once in a run of many towns: a fault that never strikes tests nothing.
const MUST_HAPPEN: [&str; 18] = [
    "deeds",
    "things shown at the end",
    "changes after showing once",
    "written apart",
    "requests lost",
    "answers lost",
    "posts repeated",
    "items out of order",
    "items delayed",
    "items torn",
    "restarts",
    "clocks that went wrong",
    "phones added",
    "phones removed",
    "phones added and removed at once",
    "phones removed twice at once",
    "phones added by one that was removed",
    "phones put back to a copy",
];

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is a number, not {text:?}")),
    )
}

/// One town; a phone that panics is a town that went wrong.
fn one_town(seed: u64) -> Result<Counted, Wrong> {
    catch_unwind(AssertUnwindSafe(|| live(seed))).unwrap_or_else(|why| {
        let text = why.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| why.downcast_ref::<&str>().copied());
        Err(vec![format!(
            "it panicked: {}",
            text.unwrap_or("without a word")
        )])
    })
}

#[test]
fn every_order_of_things_ends_as_the_model_says() {
    let again = number("TOWN_SEED");
    let seeds: Vec<u64> = match again {
        Some(seed) => vec![seed],
        None => (1..=number("TOWNS").unwrap_or(50)).collect(),
    };
    let next = AtomicUsize::new(0);
    let (total, fallen) = (Mutex::new(Counted::default()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::SeqCst)) {
                    match one_town(*seed) {
                        Ok(counted) => *total.lock().unwrap() += counted,
                        Err(wrong) => fallen.lock().unwrap().push((*seed, wrong)),
                    }
                }
            });
        }
    });
    let (total, mut fallen) = (total.into_inner().unwrap(), fallen.into_inner().unwrap());
    fallen.sort();
    println!("{} towns, {} fell", seeds.len(), fallen.len());
    for (what, times) in &total.0 {
        println!("  {times:>9}  {what}");
    }
    for (seed, wrong) in &fallen {
        println!("town {seed} fell; to see it again: cargo xtask towns 1 {seed}");
        // One who replays a seed wants to know how it came; in a run of many the differences are enough.
        let most = if again.is_some() { wrong.len() } else { 12 };
        for line in wrong.iter().take(most) {
            println!("    {line}");
        }
    }
    let which: Vec<u64> = fallen.iter().map(|(seed, _)| *seed).collect();
    assert!(fallen.is_empty(), "towns that fell: {which:?}");
    if seeds.len() >= MANY {
        for what in MUST_HAPPEN {
            let times = total.0.get(what).copied().unwrap_or_default();
            assert!(times > 0, "{what}: never happened");
        }
    }
}
