//! Epochs and grants: forged, moved, cloned and foreign ones (attack 3, protocol.md 3 and 4).

use super::*;
use crate::trust::golden::{self, foreign, key, rng};
use crate::trust::list::ListStatement;
use proptest::prelude::*;

const SECRET: [u8; 32] = [0x5e; 32];

fn prekey() -> Prekey {
    Prekey::make(&mut rng(7)).unwrap()
}

fn new_epoch(n: u64, secret: &[u8; 32]) -> NewEpoch {
    NewEpoch {
        notebook: NotebookId([4; 32]),
        n,
        lists: BTreeSet::from([StatementId([1; 32]), StatementId([2; 32])]),
        readers: BTreeSet::from([
            (key(2).device_id(), prekey().id()),
            (key(3).device_id(), PrekeyId([6; 32])),
        ]),
        commit: derive_commit(secret),
        start: 20_486,
        reason: 1,
    }
}

fn epoch(n: u64) -> EpochStatement {
    EpochStatement::make(&key(1), &new_epoch(n, &SECRET)).unwrap()
}

fn list_of(n: u8) -> DeviceList {
    DeviceList::join(&[ListStatement::make_first(&key(n), [1; 32], [2; 32]).unwrap()])
}

fn grant(statement: &EpochStatement, secret: &[u8; 32]) -> Grant {
    let me = key(2).device_id();
    Grant::seal(prekey().public(), &statement.id(), &me, secret, &mut rng(8)).unwrap()
}

#[test]
fn a_statement_says_what_was_signed() {
    let read = EpochStatement::open(epoch(5).bytes()).unwrap();
    assert_eq!(read, epoch(5));
    assert_eq!(read.device(), key(1).device_id());
    assert_eq!((read.n(), read.start(), read.reason()), (5, 20_486, 1));
    assert_eq!(read.lists().len(), 2);
    assert_eq!(read.reader_prekey(&key(2).device_id()), Some(prekey().id()));
    assert_eq!(read.reader_prekey(&key(1).device_id()), None);
}

#[test]
fn a_statement_is_accepted_above_the_last_number_and_from_a_listed_device_only() {
    let (five, list) = (epoch(5), list_of(1));
    assert_eq!(accept(&five, &list, None), Ok(Accept::New));
    assert_eq!(
        accept(&five, &list, Some((1, epoch(1).id()))),
        Ok(Accept::New)
    );
    assert_eq!(
        accept(&five, &list, Some((6, epoch(6).id()))),
        Err(Refused::Stale)
    );
    assert_eq!(
        accept(&five, &list, Some((5, five.id()))),
        Err(Refused::Replayed)
    );
    assert_eq!(accept(&five, &list_of(2), None), Err(Refused::NotListed));
    let clone = EpochStatement::make(&key(1), &new_epoch(5, &[9; 32])).unwrap();
    assert_eq!(
        accept(&clone, &list, Some((5, five.id()))),
        Ok(Accept::CloneSeen)
    );
}

#[test]
fn a_grant_opens_for_its_reader() {
    let (five, me) = (epoch(5), key(2).device_id());
    let sealed = Grant::from_bytes(grant(&five, &SECRET).bytes()).unwrap();
    assert_eq!(*sealed.open(&prekey(), &five, &me).unwrap(), SECRET);
    assert!(
        five.bytes().len() + sealed.bytes().len() < 2_000,
        "fits the second step of the ladder"
    );
}

/// Attack 3: HPKE's base mode does not say who sealed, so a member could grant another a secret of his own.
#[test]
fn a_grant_of_anothers_own_secret_is_refused() {
    let (five, me) = (epoch(5), key(2).device_id());
    let forged = grant(&five, &[0x0f; 32]);
    assert_eq!(
        forged.open(&prekey(), &five, &me).err(),
        Some(Refused::CannotOpen)
    );
    assert_eq!(check_commit(&[0x0f; 32], &five), Err(Refused::CannotOpen));
    assert_eq!(check_commit(&SECRET, &five), Ok(()));
}

/// Attack 3: a statement in the author's name.
#[test]
fn a_statement_signed_by_another_is_refused() {
    let mut forged = epoch(5).bytes().to_vec();
    let end = forged.len() - 64;
    let signature = key(2).sign(Label::Epoch, &forged[..end]);
    forged[end..].copy_from_slice(&signature);
    assert_eq!(EpochStatement::open(&forged), Err(Refused::BadSignature));
    // In his own name it is well signed, but he is not on the author's list.
    let own = EpochStatement::make(&key(2), &new_epoch(9, &SECRET)).unwrap();
    assert_eq!(accept(&own, &list_of(1), None), Err(Refused::NotListed));
}

#[test]
fn a_grant_is_for_one_statement_one_device_and_one_prekey() {
    let (five, me) = (epoch(5), key(2).device_id());
    let sealed = grant(&five, &SECRET);
    // Moved to another epoch that has the same secret and readers.
    assert_eq!(
        sealed.open(&prekey(), &epoch(6), &me).err(),
        Some(Refused::CannotOpen)
    );
    let (other, third) = (Prekey::make(&mut rng(9)).unwrap(), key(3).device_id());
    assert_eq!(
        sealed.open(&other, &five, &me).err(),
        Some(Refused::NotListed)
    );
    assert_eq!(
        sealed.open(&prekey(), &five, &third).err(),
        Some(Refused::NotListed)
    );
    let twice = NewEpoch {
        readers: BTreeSet::from([(me, prekey().id()), (third, prekey().id())]),
        ..new_epoch(5, &SECRET)
    };
    let twice = EpochStatement::make(&key(1), &twice).unwrap();
    assert_eq!(
        grant(&twice, &SECRET).open(&prekey(), &twice, &third).err(),
        Some(Refused::CannotOpen)
    );
    assert_eq!(Grant::from_bytes(&[0; 1_167]), Err(Refused::Malformed));
}

#[test]
fn a_reader_stands_there_once_and_not_more_than_72_do() {
    let twice = NewEpoch {
        readers: BTreeSet::from([
            (key(2).device_id(), PrekeyId([1; 32])),
            (key(2).device_id(), PrekeyId([2; 32])),
        ]),
        ..new_epoch(5, &SECRET)
    };
    assert_eq!(
        EpochStatement::make(&key(1), &twice),
        Err(Refused::Malformed)
    );
    let many = NewEpoch {
        readers: (0..73)
            .map(|n| (DeviceId([n; 32]), PrekeyId([1; 32])))
            .collect(),
        ..new_epoch(5, &SECRET)
    };
    assert_eq!(EpochStatement::make(&key(1), &many), Err(Refused::TooLarge));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn foreign_statements_are_refused(bytes in foreign(epoch(5).bytes().to_vec())) {
        prop_assert!(EpochStatement::open(&bytes).is_err());
    }

    #[test]
    fn foreign_grants_are_refused(bytes in foreign(grant(&epoch(5), &SECRET).bytes().to_vec())) {
        let opened = Grant::from_bytes(&bytes)
            .and_then(|grant| grant.open(&prekey(), &epoch(5), &key(2).device_id()));
        prop_assert!(opened.is_err());
    }
}

#[test]
#[ignore = "makes the golden files, once"]
fn make_golden() {
    golden::make_described(
        "epoch.hex",
        "An epoch statement of suite 1 (docs/formats.md \"Epoch statement\"), made once by trust::epoch::tests::make_golden.\n\
         Writer: device seed 32 x 01, context 32 x c0; readers: those of 02 and 03. Never edited.",
        &[
            ("device id", &key(1).device_id().0),
            ("notebook", &[4; 32]),
            ("n", &5u64.to_be_bytes()),
            ("start", &20_486u32.to_be_bytes()),
            ("reason", &[1]),
            ("secret", &SECRET),
            ("commit", &derive_commit(&SECRET)),
            ("statement id", &epoch(5).id().0),
            ("statement", epoch(5).bytes()),
        ],
    );
    golden::make_described(
        "grant.hex",
        "A grant of suite 1 (docs/formats.md \"Grant\"), made once by trust::epoch::tests::make_golden: the secret of epoch.hex\n\
         for the device of seed 32 x 02, whose prekey is the one in card.hex; randomness ChaCha20 seeded with 8. Never edited.",
        &[
            ("prekey secret", &prekey().leak_bytes()),
            ("device id", &key(2).device_id().0),
            ("grant", grant(&epoch(5), &SECRET).bytes()),
        ],
    );
}

#[test]
fn a_golden_epoch_and_its_grant_still_open() {
    let kept = golden::values("epoch.hex");
    let statement = EpochStatement::open(&kept["statement"]).unwrap();
    assert_eq!(statement.id().0[..], kept["statement id"]);
    assert_eq!(statement.device().0[..], kept["device id"]);
    assert_eq!(statement.notebook().0[..], kept["notebook"]);
    assert_eq!(statement.n().to_be_bytes()[..], kept["n"]);
    assert_eq!(statement.start().to_be_bytes()[..], kept["start"]);
    assert_eq!([statement.reason()][..], kept["reason"]);
    assert_eq!(statement.commit()[..], kept["commit"]);
    assert_eq!(epoch(5).bytes(), kept["statement"]);
    let granted = golden::values("grant.hex");
    let prekey = Prekey::from_bytes(&granted["prekey secret"]).unwrap();
    let device: [u8; 32] = granted["device id"].as_slice().try_into().unwrap();
    let secret = Grant::from_bytes(&granted["grant"])
        .and_then(|grant| grant.open(&prekey, &statement, &DeviceId(device)))
        .unwrap();
    assert_eq!(secret[..], kept["secret"]);
}
