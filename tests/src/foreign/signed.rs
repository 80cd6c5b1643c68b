//! What is signed: cards, epoch statements with their grants, statements of device lists and how they join. The fields
//! are a fuzzer's, the signatures are made here, since anyone can sign for a device of their own.

use super::Met;
use super::pieces::Pieces;
use super::sealed::{chance, golden_key};
use alongside_core::trust::Refused;
use alongside_core::trust::card::Card;
use alongside_core::trust::device::{TieKey, derive_device_id};
use alongside_core::trust::epoch::{EpochStatement, Grant, NewEpoch, accept, derive_commit};
use alongside_core::trust::ids::{DeviceId, EpochId, NotebookId, StatementId};
use alongside_core::trust::list::{DEVICES, DeviceList, ListStatement};
use alongside_core::trust::prekey::Prekey;
use alongside_core::trust::recovery::{RecoveryKey, Root};
use alongside_core::trust::suite::{ENCAPSULATED, Label, PUBLIC};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Bytes with a device's public key put in their place, and signed by that device.
fn signed(key: &TieKey, label: Label, bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some(place) = bytes.get_mut(at..at + 32) {
        place.copy_from_slice(&key.public());
    }
    let signature = key.sign(label, &bytes);
    bytes.extend_from_slice(&signature);
    bytes
}

fn prekey() -> &'static Prekey {
    static PREKEY: OnceLock<Prekey> = OnceLock::new();
    PREKEY.get_or_init(|| Prekey::make(&mut chance()).unwrap())
}

/// Cards, epoch statements and grants.
pub fn statements(bytes: &[u8]) -> Met {
    let mut met = Met::default();
    let mut from = Pieces::new(bytes);
    match from.u8() % 6 {
        0 => {
            met.takes(Card::open(from.rest()));
        }
        1 => {
            met.takes(EpochStatement::open(from.rest()));
        }
        2 => cards(&mut met, &mut from),
        3 => {
            let bytes = signed(&golden_key(1), Label::Epoch, from.rest(), 1);
            if let Some(statement) = met.takes(EpochStatement::open(&bytes)) {
                epoch(&mut met, &statement, &bytes);
            }
        }
        4 => made_epoch(&mut met, &mut from),
        _ => grant(&mut met, from.rest()),
    }
    met
}

/// Two cards of one device: the short fields are a fuzzer's, the prekey's bytes are all alike.
fn cards(met: &mut Met, from: &mut Pieces<'_>) {
    let key = golden_key(1);
    let mut before: Option<Card> = None;
    for _ in 0..2 {
        let mut bytes = vec![from.u8()];
        bytes.extend_from_slice(&[0; 32]);
        bytes.extend_from_slice(&[from.u8(); PUBLIC]);
        bytes.extend_from_slice(from.piece());
        let bytes = signed(&key, Label::Card, &bytes, 1);
        let Some(card) = met.takes(Card::open(&bytes)) else {
            continue;
        };
        assert_eq!(card.bytes(), bytes, "a card keeps its bytes");
        assert_eq!(card.device_id(), key.device_id());
        if let Some(before) = &before {
            let later = card.succeeds(before).is_ok();
            assert!(
                !(later && before.succeeds(&card).is_ok()),
                "each after the other"
            );
            met.rare |= later && card.suites().len() == 2 && card.day() == 77;
        }
        before = Some(card);
    }
}

fn epoch(met: &mut Met, statement: &EpochStatement, bytes: &[u8]) {
    assert_eq!(statement.bytes(), bytes, "a statement keeps its bytes");
    let list = DeviceList::join(&[first()]);
    let taken = accept(statement, &list, Some((5, statement.id()))).is_ok();
    assert!(!taken, "the same statement twice");
    let taken = accept(statement, &list, Some((5, EpochId([0; 32])))).is_ok();
    assert_eq!(taken, statement.n() >= 5, "an older number was taken");
    for (device, prekey) in statement.readers() {
        assert_eq!(statement.reader_prekey(device), Some(*prekey));
    }
    met.taken += 1;
}

fn made_epoch(met: &mut Met, from: &mut Pieces<'_>) {
    let reader = golden_key(2).device_id();
    let mut new = NewEpoch {
        notebook: NotebookId([from.u8(); 32]),
        n: from.u64(),
        lists: (0..from.u8()).map(|n| StatementId([n; 32])).collect(),
        readers: BTreeSet::new(),
        commit: derive_commit(&[from.u8(); 32]),
        start: from.u32(),
        reason: from.u8(),
    };
    for n in 0..from.u8() {
        new.readers.insert((DeviceId([n; 32]), prekey().id()));
    }
    if from.u8() % 2 == 1 {
        new.readers.insert((reader, prekey().id()));
    }
    let Some(statement) = met.takes(EpochStatement::make(&golden_key(1), &new)) else {
        return;
    };
    let bytes = statement.bytes().to_vec();
    epoch(met, &statement, &bytes);
    let secret = [from.u8(); 32];
    let public = prekey().public();
    let grant = Grant::seal(public, &statement.id(), &reader, &secret, &mut chance()).unwrap();
    if met
        .takes(grant.open(prekey(), &statement, &reader))
        .is_some()
    {
        assert_eq!(
            new.commit,
            derive_commit(&secret),
            "a grant of another secret"
        );
        met.rare = statement.reason() > 1 && statement.readers().len() > 2;
    }
}

/// A grant as it comes, and one with the length of a grant.
fn grant(met: &mut Met, bytes: &[u8]) {
    met.takes(Grant::from_bytes(bytes));
    let mut whole = bytes.to_vec();
    whole.resize(ENCAPSULATED + 32 + 16, 0);
    let grant = Grant::from_bytes(&whole).expect("a grant's length");
    let reader = golden_key(2).device_id();
    let new = NewEpoch {
        notebook: NotebookId([4; 32]),
        n: 1,
        lists: BTreeSet::new(),
        readers: BTreeSet::from([(reader, prekey().id())]),
        commit: derive_commit(&[0x5e; 32]),
        start: 1,
        reason: 0,
    };
    let statement = EpochStatement::make(&golden_key(1), &new).unwrap();
    assert!(
        grant.open(prekey(), &statement, &reader).is_err(),
        "a forged grant"
    );
}

fn recovery() -> &'static RecoveryKey {
    static KEY: OnceLock<RecoveryKey> = OnceLock::new();
    KEY.get_or_init(|| Root::from_bytes([0x31; 16]).derive_recovery_key(0).unwrap())
}

fn first() -> ListStatement {
    ListStatement::make_first(&golden_key(1), recovery().public(), [6; 32]).unwrap()
}

/// The devices that statements speak of.
fn device(n: u8) -> TieKey {
    golden_key(1 + n % 9)
}

/// A statement by this device after these ones, about these devices.
pub(super) fn any_statement_of(
    from: &mut Pieces<'_>,
    key: &TieKey,
    previous: &BTreeSet<StatementId>,
    devices: &[[u8; 32]],
) -> Result<ListStatement, Refused> {
    let (generation, adds, removes) = (u32::from(from.u8() % 3), from.u8(), from.u8());
    let last = from.u64();
    let none = BTreeSet::new();
    let previous = if from.u8() % 4 == 3 { &none } else { previous };
    let named = |bits: u8| {
        let all = devices.iter().zip(0..8);
        all.filter(move |(_, n)| bits >> n & 1 == 1)
            .map(|(one, _)| *one)
    };
    let adds: Vec<[u8; 32]> = named(adds).collect();
    let removes: Vec<(DeviceId, u64)> = named(removes)
        .map(|public| (derive_device_id(&public), last))
        .collect();
    ListStatement::make_next(key, generation, previous, &adds, &removes)
}

/// Statements of one list, in the order in which they come, and what they join to.
pub fn device_list(bytes: &[u8]) -> Met {
    let mut met = Met::default();
    let mut from = Pieces::new(bytes);
    if from.u8().is_multiple_of(2) {
        let key = golden_key(1);
        let mut bytes = from.rest().to_vec();
        met.takes(ListStatement::open(&bytes));
        bytes.push(0);
        bytes.extend_from_slice(&key.public());
        let bytes = signed(&key, Label::List, &bytes, usize::MAX - 32);
        if let Some(statement) = met.takes(ListStatement::open(&bytes)) {
            assert_eq!(statement.bytes(), bytes, "a statement keeps its bytes");
            let _ = DeviceList::join(&[first(), statement]);
        }
        return met;
    }
    let (mut kept, mut ids) = (vec![first()], vec![first().id()]);
    while !from.is_empty() && ids.len() < 40 {
        let Ok(statement) = any_statement(&mut from, &ids) else {
            continue;
        };
        ids.push(statement.id());
        let before = kept.len();
        if let Some(new) = met.takes(DeviceList::admit(&mut kept, statement)) {
            assert!(new || kept.len() == before, "a repeat changed the list");
        } else {
            assert_eq!(kept.len(), before, "a refused statement stayed");
        }
    }
    let list = DeviceList::join(&kept);
    assert!(
        list.count() <= DEVICES,
        "more devices than there is room for"
    );
    kept.reverse();
    assert_eq!(DeviceList::join(&kept), list, "the order changed the list");
    kept.extend(kept.clone());
    assert_eq!(DeviceList::join(&kept), list, "repeats changed the list");
    for device in list.present() {
        let public = list.public(device).expect("a present device has a key");
        assert_eq!(derive_device_id(public), *device);
    }
    met.rare = list.root_generation() > 1 && list.count() >= 2;
    met
}

fn any_statement(from: &mut Pieces<'_>, ids: &[StatementId]) -> Result<ListStatement, Refused> {
    let (who, generation) = (from.u8(), u32::from(from.u8() % 4));
    let seen = u64::from(from.u32());
    let adds = from.u8();
    let removes = from.u8();
    let last = u64::from(from.u8());
    let previous: BTreeSet<StatementId> = ids
        .iter()
        .zip(0..32)
        .filter(|(_, n)| seen >> n & 1 == 1)
        .map(|(id, _)| *id)
        .collect();
    let named = |bits: u8| (0..8).filter(move |n| bits >> n & 1 == 1);
    let adds: Vec<[u8; 32]> = named(adds).map(|n| device(n).public()).collect();
    let removes: Vec<(DeviceId, u64)> = named(removes)
        .map(|n| (device(n).device_id(), last))
        .collect();
    if who % 16 == 15 {
        ListStatement::make_recovered(recovery(), generation, &previous, &adds, &removes)
    } else {
        ListStatement::make_next(&device(who), generation, &previous, &adds, &removes)
    }
}
