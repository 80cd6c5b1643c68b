//! Locked backups: any file, and any payload sealed for a get-back sheet that stands here. Argon2 is not run at the
//! price that a file asks for: its bounds are read from the head, and a passphrase file opens in a test of its own.

use super::fixture::SECOND;
use super::pieces::Pieces;
use super::sealed::chance;
use super::{Met, empty_folder};
use crate::clock::TownClock;
use crate::phone::Keystore;
use alongside_core::companion::{Companion, Opening};
use alongside_core::trust::backup::{
    Keeper, Lock, MOST_MEMORY_KIB, Opener, lock_of, lock_with_keys, open_backup,
};
use alongside_core::trust::bytes::Writer;
use alongside_core::trust::recovery::Root;
use std::sync::OnceLock;

const ROOT: [u8; 16] = [0x31; 16];
/// What a passphrase may cost here: KiB of memory times passes.
const COST: u64 = 1_024;

/// A file, or the payload of one.
pub fn backup(bytes: &[u8]) -> Met {
    let mut met = Met::default();
    let mut from = Pieces::new(bytes);
    match from.u8() % 4 {
        0 => file(&mut met, from.rest()),
        1 => {
            let mut w = Writer::new();
            w.fixed(b"ALNGSIDE\x01\x01");
            w.fixed(from.rest());
            file(&mut met, &w.finish());
        }
        2 => restored(&mut met, from.rest()),
        _ => restored(&mut met, &payload(&mut from)),
    }
    met
}

fn file(met: &mut Met, file: &[u8]) {
    let Some(lock) = met.takes(lock_of(file)) else {
        return;
    };
    let key = Root::from_bytes(ROOT).derive_backup_key();
    met.takes(open_backup(file, Opener::Key(Keeper::Sheet, &key)));
    met.takes(open_backup(file, Opener::Key(Keeper::Helpers, &key)));
    if lock == Lock::Passphrase {
        let number = |at: usize| {
            let four = file.get(at..at + 4).and_then(|four| four.try_into().ok());
            u32::from_be_bytes(four.unwrap_or_default())
        };
        let (memory, passes, lanes) = (number(11), number(15), number(19));
        assert!(memory <= MOST_MEMORY_KIB && passes <= 16 && lanes <= 4);
        if u64::from(memory) * u64::from(passes) <= COST {
            met.takes(open_backup(file, Opener::Passphrase("a word")));
        }
    }
}

/// The public key of the sheet, made once.
fn public() -> &'static [u8] {
    static PUBLIC: OnceLock<Vec<u8>> = OnceLock::new();
    PUBLIC.get_or_init(|| {
        let key = Root::from_bytes(ROOT).derive_backup_key();
        key.public().unwrap()
    })
}

/// A restore as a person does it, into an empty folder.
fn restored(met: &mut Met, payload: &[u8]) {
    let readers = [(Keeper::Sheet, public())];
    let Ok(file) = lock_with_keys(&readers, payload, &mut chance()) else {
        return;
    };
    let words = Root::from_bytes(ROOT).phrase().unwrap();
    let folder = empty_folder("restored");
    let made = Companion::restore(
        &folder,
        &Keystore([3; 32]),
        &file,
        &Opening::Sheet(&words),
        Box::new(TownClock::at(SECOND)),
        Box::new(chance()),
    );
    if let Some(mut app) = met.takes(made) {
        let name = app.name().expect("a name");
        // A name that the corpus doesn't give.
        met.rare = !["Robin", "R"].contains(&name.as_str());
        app.routines().expect("routines");
        app.people().expect("people");
        app.devices().expect("devices");
        app.today().expect("today");
    } else {
        let left = folder.join("alongside.db").exists();
        assert!(!left, "a restore that failed left a home behind");
    }
}

/// A payload in the form of one, its fields a fuzzer's.
fn payload(from: &mut Pieces<'_>) -> Vec<u8> {
    let people = from.u8() % 2;
    let mut w = Writer::new();
    w.u8(1);
    w.u8(people);
    w.bytes(from.piece());
    let documents = usize::from(from.u8() % 4);
    w.count(documents);
    for _ in 0..documents {
        let mut item = super::notebook::any_item(from, &[]);
        item.snapshot = true;
        w.bytes(&item.encode());
    }
    if people == 1 {
        for _ in 0..5 {
            w.bytes(from.piece());
        }
        w.bytes(from.piece());
        let ties = usize::from(from.u8() % 3);
        w.count(ties);
        for _ in 0..ties {
            w.bytes(from.piece());
        }
    }
    w.fixed(from.piece());
    w.finish()
}
