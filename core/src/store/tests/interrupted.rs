//! kill -9 at any moment: every deed that was said to be durable is there, no other is there by half.
//! The other process is this test program itself, asked for the one ignored test below.

use super::*;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const HOME: &str = "STORE_TEST_HOME";

fn process(dir: &Path, what: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("store::tests::interrupted::{what}")])
        .args(["--ignored", "--nocapture", "--test-threads=1"])
        .env(HOME, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn said(child: &mut Child) -> Vec<u32> {
    BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix("durable ")?.parse().ok())
        .collect()
}

fn say(n: u32) {
    let mut out = std::io::stdout().lock();
    // A line of its own: the test runner may have begun one.
    writeln!(out, "\ndurable {n}").unwrap();
    out.flush().unwrap();
}

#[test]
#[ignore = "the other process of the tests below"]
fn writes_until_it_is_ended() {
    let Some(dir) = std::env::var_os(HOME) else {
        return;
    };
    let mut store = Store::open(Path::new(&dir), &Known(7)).unwrap();
    let first = store.list("deeds").unwrap().len() as u32;
    for n in first.. {
        let mut deed = store.begin().unwrap();
        deed.put("deeds", &n.to_be_bytes(), b"done").unwrap();
        deed.append_change(&[1; 32], "ticks", b"a", b"g", &[n as u8; 150])
            .unwrap();
        if deed.pending(&[1; 32], "ticks").unwrap() == 100 {
            deed.put_snapshot(&[1; 32], "ticks", b"a", b"g", &n.to_be_bytes())
                .unwrap();
        }
        deed.put_page("today", &n.to_be_bytes()).unwrap();
        deed.commit().unwrap();
        say(n);
        if n % 150 == 149 {
            store.erase_now().unwrap();
        }
    }
}

#[test]
#[ignore = "the other process of the tests below"]
fn makes_a_home() {
    let Some(dir) = std::env::var_os(HOME) else {
        return;
    };
    let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
    let key = KeyFile::make(Path::new(&dir), &mut rng).unwrap();
    drop(Store::make(Path::new(&dir), &key).unwrap());
    say(1);
}

#[test]
fn every_durable_deed_outlives_kill_9() {
    let dir = home();
    drop(made(dir.path()));
    let mut durable = 0;
    for round in 0..60u64 {
        if round >= 10 && durable > 250 {
            break; // A busy machine needs more rounds for as many deeds.
        }
        let mut child = process(dir.path(), "writes_until_it_is_ended");
        std::thread::sleep(Duration::from_millis(60 + 37 * (round % 10)));
        child.kill().unwrap();
        let last = said(&mut child).last().map_or(durable, |n| n + 1);
        child.wait().unwrap();
        assert!(last >= durable);
        durable = last;

        // The system let go of its lock.
        let store = Store::open(dir.path(), &Known(7)).unwrap();
        store.check().unwrap();
        let deeds = store.list("deeds").unwrap().len() as u32;
        // One more may have become durable before it could be said.
        assert!(
            deeds == durable || deeds == durable + 1,
            "{deeds} deeds of {durable}"
        );
        durable = deeds;
        if deeds > 0 {
            let page = store.page("today").unwrap().unwrap();
            assert_eq!(page, (deeds - 1).to_be_bytes());
            let rows = store.load_document(&[1; 32], "ticks").unwrap().unwrap();
            assert_eq!(rows.changes.len() as u32, deeds % 100);
            if let Some(snapshot) = rows.snapshot {
                assert_eq!(snapshot, (deeds / 100 * 100 - 1).to_be_bytes());
            }
        }
    }
    assert!(durable > 100, "only {durable} deeds");
}

#[test]
fn a_beginning_ended_by_kill_9_can_be_begun_again_and_a_made_store_is_kept() {
    for round in 0..30u64 {
        let dir = home();
        let mut child = process(dir.path(), "makes_a_home");
        std::thread::sleep(Duration::from_micros(1000 + 900 * round));
        child.kill().unwrap();
        let made = !said(&mut child).is_empty();
        child.wait().unwrap();
        let key = KeyFile::of(dir.path());
        match Store::open(dir.path(), &key) {
            Ok(_) => {}
            Err(StoreError::NotMade) => {
                assert!(!made);
                let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
                let key = KeyFile::make(dir.path(), &mut rng).unwrap();
                Store::make(dir.path(), &key).unwrap();
            }
            Err(other) => panic!("round {round}: {other:?}"),
        }
    }
}

#[test]
fn another_process_is_refused_while_the_home_is_open() {
    let dir = home();
    drop(made(dir.path()));
    let mut child = process(dir.path(), "writes_until_it_is_ended");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    while !lines.next().unwrap().unwrap().starts_with("durable ") {}
    assert_eq!(
        Store::open(dir.path(), &Known(7)).unwrap_err(),
        StoreError::InUse
    );
    child.kill().unwrap();
    child.wait().unwrap();
    Store::open(dir.path(), &Known(7)).unwrap();
}
