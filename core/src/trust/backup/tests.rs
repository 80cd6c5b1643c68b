//! Tests of backup: what it must hold, told case by case.

use super::*;
use crate::trust::golden::{self, rng};
use crate::trust::recovery::{HelperSecret, Root};
use proptest::prelude::*;

const PAYLOAD: &[u8] = b"what a person kept, packed by whoever called";

fn by_passphrase(payload: &[u8]) -> Vec<u8> {
    // Small costs, so that a test that opens it a thousand times ends; the real ones are in the golden file.
    let mut w = header(BY_PASSPHRASE);
    w.u32(8);
    w.u32(1);
    w.u32(1);
    w.fixed(&[7; 16]);
    let key = key_from_passphrase("some words", &[7; 16], 8, 1, 1).unwrap();
    seal_file(w.finish(), &key, payload, &mut rng(1)).unwrap()
}

fn by_sheet(payload: &[u8]) -> (HpkeSecret, Vec<u8>) {
    let key = Root::make(&mut rng(1)).derive_backup_key();
    let public = key.public().unwrap();
    let file = lock_with_keys(&[(Keeper::Sheet, &public)], payload, &mut rng(2)).unwrap();
    (key, file)
}

#[test]
fn a_passphrase_opens_its_backup_however_it_is_typed() {
    let file = lock_with_passphrase("caf\u{e9} 7", PAYLOAD, &mut rng(1)).unwrap();
    assert_eq!(file.len(), 64 << 10);
    assert_eq!(lock_of(&file), Ok(Lock::Passphrase));
    let opened = open_backup(&file, Opener::Passphrase("cafe\u{301} 7")).unwrap();
    assert_eq!(opened.as_slice(), PAYLOAD);
    assert_eq!(
        open_backup(&file, Opener::Passphrase("cafe 7")),
        Err(Refused::CannotOpen)
    );
    assert_eq!(
        open_backup(&file, Opener::Passphrase("")),
        Err(Refused::Malformed)
    );
    assert_eq!(
        lock_with_passphrase("", PAYLOAD, &mut rng(1)),
        Err(Refused::Malformed)
    );
}

#[test]
fn sheet_and_helpers_each_open_what_was_sealed_for_them() {
    let root = Root::make(&mut rng(1)).derive_backup_key();
    let helper = HelperSecret::make(&mut rng(1)).derive_backup_key();
    let (a, b) = (root.public().unwrap(), helper.public().unwrap());
    // In any order: the file has one.
    let readers = [
        (Keeper::Helpers, b.as_slice()),
        (Keeper::Sheet, a.as_slice()),
    ];
    let file = lock_with_keys(&readers, PAYLOAD, &mut rng(2)).unwrap();
    assert_eq!(lock_of(&file), Ok(Lock::Keys { helpers: true }));
    for (keeper, key) in [(Keeper::Sheet, &root), (Keeper::Helpers, &helper)] {
        assert_eq!(
            open_backup(&file, Opener::Key(keeper, key))
                .unwrap()
                .as_slice(),
            PAYLOAD
        );
    }
    assert_eq!(
        open_backup(&file, Opener::Key(Keeper::Sheet, &helper)),
        Err(Refused::CannotOpen)
    );
    assert_eq!(
        open_backup(&file, Opener::Passphrase("x")),
        Err(Refused::WrongKind)
    );
    let (key, alone) = by_sheet(PAYLOAD);
    assert_eq!(lock_of(&alone), Ok(Lock::Keys { helpers: false }));
    assert_eq!(
        open_backup(&alone, Opener::Key(Keeper::Sheet, &key))
            .unwrap()
            .as_slice(),
        PAYLOAD
    );
    assert_eq!(
        open_backup(&alone, Opener::Key(Keeper::Helpers, &key)),
        Err(Refused::WrongKind)
    );
    assert_eq!(
        open_backup(&by_passphrase(PAYLOAD), Opener::Key(Keeper::Sheet, &key)),
        Err(Refused::WrongKind)
    );
    assert_eq!(
        lock_with_keys(&[], PAYLOAD, &mut rng(2)),
        Err(Refused::Malformed)
    );
    let twice = [(Keeper::Sheet, a.as_slice()), (Keeper::Sheet, b.as_slice())];
    assert_eq!(
        lock_with_keys(&twice, PAYLOAD, &mut rng(2)),
        Err(Refused::Malformed)
    );
    assert_eq!(
        lock_with_keys(&[(Keeper::Sheet, &[1, 2, 3])], PAYLOAD, &mut rng(2)),
        Err(Refused::Malformed)
    );
}

#[test]
fn sizes_are_coarse() {
    let sizes: Vec<_> = (0..12)
        .scan(1, |least, _| {
            let size = file_size(*least).unwrap();
            *least = size + 1;
            Some(size / STEP)
        })
        .collect();
    assert_eq!(sizes, [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64]);
    assert_eq!(file_size(MOST_BYTES), Ok(MOST_BYTES));
    assert_eq!(file_size(MOST_BYTES + 1), Err(Refused::TooLarge));
    for size in [0, 1, 65_000, 66_000, 200_000, 300_000] {
        let file = by_passphrase(&vec![3; size]);
        assert_eq!(file_size(file.len()), Ok(file.len()));
        let opened = open_backup(&file, Opener::Passphrase("some words")).unwrap();
        assert_eq!(opened.as_slice(), vec![3; size]);
    }
}

#[test]
fn torn_and_changed_files_are_refused() {
    let (key, sheet) = by_sheet(PAYLOAD);
    for (file, opener) in [
        (by_passphrase(PAYLOAD), Opener::Passphrase("some words")),
        (sheet, Opener::Key(Keeper::Sheet, &key)),
    ] {
        for place in (0..1_300).chain([9_000, file.len() - 1]) {
            // The two costs have tests of their own.
            if place > 10 && place < 23 {
                continue;
            }
            let mut changed = file.clone();
            changed[place] ^= 0x10;
            assert!(open_backup(&changed, opener).is_err(), "byte {place}");
        }
        for size in [
            0,
            1,
            8,
            10,
            11,
            30,
            60,
            80,
            1_200,
            1_280,
            30_000,
            file.len() - 1,
        ] {
            assert!(open_backup(&file[..size], opener).is_err(), "{size} bytes");
        }
        let mut longer = file.clone();
        longer.push(0);
        assert!(open_backup(&longer, opener).is_err());
        let mut newer = file.clone();
        newer[8] = 2;
        assert_eq!(open_backup(&newer, opener), Err(Refused::UnknownSuite));
    }
    assert_eq!(
        open_backup(b"PK\x03\x04 a zip file", Opener::Passphrase("x")),
        Err(Refused::Malformed)
    );
}

#[test]
fn a_hostile_file_cannot_ask_for_much() {
    for (memory, passes, lanes, refused) in [
        (u32::MAX, 1, 1, Refused::TooLarge),
        (MOST_MEMORY_KIB + 1, 1, 1, Refused::TooLarge),
        (8, u32::MAX, 1, Refused::TooLarge),
        (8, 1, u32::MAX, Refused::TooLarge),
        (8, 1, 5, Refused::TooLarge),
        (0, 1, 1, Refused::Malformed),
        (8, 0, 1, Refused::Malformed),
        (8, 1, 0, Refused::Malformed),
        (8, 1, 4, Refused::Malformed),
    ] {
        let mut w = header(BY_PASSPHRASE);
        w.u32(memory);
        w.u32(passes);
        w.u32(lanes);
        w.fixed(&[0; 200]);
        assert_eq!(
            open_backup(&w.finish(), Opener::Passphrase("x")),
            Err(refused),
            "{memory} {passes} {lanes}"
        );
    }
    let mut w = header(BY_KEYS);
    w.u32(u32::MAX);
    assert_eq!(lock_of(&w.finish()), Err(Refused::TooLarge));
    let mut w = header(BY_KEYS);
    w.u32(0);
    assert_eq!(lock_of(&w.finish()), Err(Refused::Malformed));
    let mut w = header(BY_KEYS);
    w.u32(2);
    for _ in 0..2 {
        w.u8(1);
        w.fixed(&[0; SEALED_KEY]);
    }
    assert_eq!(
        lock_of(&w.finish()),
        Err(Refused::Malformed),
        "one reader twice"
    );
    assert_eq!(lock_of(&vec![0; MOST_BYTES + 1]), Err(Refused::TooLarge));
}

#[test]
fn cloned_randomness_repeats_no_nonce() {
    let (_, a) = by_sheet(b"one");
    let (_, b) = by_sheet(b"two");
    let head = 11 + 4 + 1 + SEALED_KEY;
    assert_eq!(a[..head], b[..head]);
    assert_ne!(a[head..head + NONCE], b[head..head + NONCE]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn anything_is_opened_or_refused(lock in 0_u8..4, rest in prop::collection::vec(any::<u8>(), 0..1_400)) {
        let key = HpkeSecret::from_bytes([1; 32]);
        let mut w = header(lock);
        if lock == BY_PASSPHRASE {
            w.u32(8);
            w.u32(1);
            w.u32(1);
        } else {
            w.u32(1);
            w.u8(1);
        }
        w.fixed(&rest);
        for file in [rest.clone(), w.finish()] {
            prop_assert!(open_backup(&file, Opener::Passphrase("x")).is_err());
            prop_assert!(open_backup(&file, Opener::Key(Keeper::Sheet, &key)).is_err());
        }
    }
}

#[test]
#[ignore = "makes the golden files, once"]
fn make_golden() {
    let file = lock_with_passphrase("legal winner thank year", PAYLOAD, &mut rng(3)).unwrap();
    golden::make("backup-passphrase.bin", &file);
    let root = Root::from_bytes([0x31; 16])
        .derive_backup_key()
        .public()
        .unwrap();
    let helper = HelperSecret::from_bytes([0x32; 32])
        .derive_backup_key()
        .public()
        .unwrap();
    let readers = [
        (Keeper::Sheet, root.as_slice()),
        (Keeper::Helpers, helper.as_slice()),
    ];
    let file = lock_with_keys(&readers, PAYLOAD, &mut rng(4)).unwrap();
    golden::make("backup-sheet.bin", &file);
}

#[test]
fn golden_backups_still_open() {
    let file = golden::bytes("backup-passphrase.bin");
    let opened = open_backup(&file, Opener::Passphrase("legal winner thank year")).unwrap();
    assert_eq!(opened.as_slice(), PAYLOAD);
    let file = golden::bytes("backup-sheet.bin");
    let root = Root::from_bytes([0x31; 16]).derive_backup_key();
    let helper = HelperSecret::from_bytes([0x32; 32]).derive_backup_key();
    for (keeper, key) in [(Keeper::Sheet, &root), (Keeper::Helpers, &helper)] {
        assert_eq!(
            open_backup(&file, Opener::Key(keeper, key))
                .unwrap()
                .as_slice(),
            PAYLOAD
        );
    }
}
