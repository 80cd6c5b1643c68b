//! What a phone keeps of its own or hands to a sibling, read again from bytes that something changed: ties and their
//! records, beginnings, invites under way, recovery publics, prekeys.

use super::Met;
use super::fixture::{own, with_fixture};
use super::letters::patched;
use super::pieces::Pieces;
use super::sealed::{chance, golden_key};
use alongside_core::trust::device::DeviceSecret;
use alongside_core::trust::invite::{Invitee, Inviter};
use alongside_core::trust::prekey::Prekey;
use alongside_core::trust::recovery::RecoveryPublics;
use alongside_core::trust::tie::{Tie, TieKind, TieStart};

/// A day on which the fixture's ties are in use.
const DAY: u32 = 20_488;

/// One kind of record, as it comes or changed in a few places.
pub fn records(bytes: &[u8]) -> Met {
    let mut met = Met::default();
    let mut from = Pieces::new(bytes);
    match from.u8() % 8 {
        0 => tie(&mut met, TieKind::Home, &mut from),
        1 => tie(&mut met, TieKind::People, &mut from),
        2 => record(&mut met, TieKind::People, &mut from),
        3 => record(&mut met, TieKind::Home, &mut from),
        4 => {
            let kept = patched(&start().leak_bytes(), &mut from);
            met.takes(TieStart::from_bytes(&kept));
            met.takes(TieStart::from_bytes(from.rest()));
        }
        5 => {
            if let Some(inviter) = met.takes(Inviter::decode(from.rest())) {
                Inviter::decode(&inviter.encode()).expect("what is kept is read");
                let _ = (
                    inviter.theirs().is_some(),
                    inviter.words(),
                    inviter.finish(true),
                );
            }
        }
        6 => {
            if let Some(invitee) = met.takes(Invitee::decode(from.rest())) {
                Invitee::decode(&invitee.encode()).expect("what is kept is read");
                let _ = (
                    invitee.theirs().is_some(),
                    invitee.words(),
                    invitee.finish(true),
                );
            }
        }
        _ => {
            let bytes = from.rest();
            met.takes(Prekey::from_bytes(bytes));
            if let Some(publics) = met.takes(RecoveryPublics::decode(bytes)) {
                assert_eq!(publics.encode(), bytes, "publics changed on the disk");
                // A key whose ends differ in their first bit, which no key of the corpus has.
                let key = publics.keys.first();
                met.rare = key.is_some_and(|key| key[0] ^ key[31] > 127);
            }
        }
    }
    met
}

fn start() -> TieStart {
    let device = DeviceSecret::from_bytes([5; 32]);
    TieStart::make(&device, [1; 32], [2; 32], 3, [4; 32], DAY, &mut chance()).unwrap()
}

/// A tie of a disk: one of the fixture changed in a few places, then as the bytes come.
fn tie(met: &mut Met, kind: TieKind, from: &mut Pieces<'_>) {
    let kept = with_fixture(|fixture| patched(own(fixture, kind), from));
    for bytes in [kept.as_slice(), from.rest()] {
        let Some(mut tie) = met.takes(Tie::from_bytes(bytes)) else {
            continue;
        };
        Tie::from_bytes(&tie.leak_bytes()).expect("what is kept is read");
        let _ = (tie.must_turn(DAY), tie.must_turn(0), tie.lacks_something());
        let _ = (
            tie.numbers_to_say(),
            tie.sibling_numbers(),
            tie.readers_with_gaps(),
        );
        let _ = (
            tie.for_the_way_back(),
            tie.card_is_due(),
            tie.was_rolled_back(),
        );
        tie.completed_sync(DAY);
        let _ = tie.seal(
            &golden_key(1),
            DAY,
            Vec::new(),
            true,
            Vec::new(),
            &mut chance(),
        );
        // A disk's own bytes are not verified again; a sibling does, and may find a changed signature.
        let _ = Tie::from_record(start(), &tie.record());
    }
}

/// A record that a sibling hands on: to a phone that has no such tie, and to one that has it.
fn record(met: &mut Met, kind: TieKind, from: &mut Pieces<'_>) {
    with_fixture(|fixture| {
        let mut tie = Tie::from_bytes(own(fixture, kind)).unwrap();
        let record = patched(&tie.record(), from);
        for record in [record.as_slice(), from.rest()] {
            let _ = Tie::record_id(record);
            if let Some(new) = met.takes(Tie::from_record(start(), record)) {
                Tie::from_bytes(&new.leak_bytes()).expect("what is kept is read");
            }
            met.takes(tie.take_record(record));
            Tie::from_bytes(&tie.leak_bytes()).expect("what is kept is read");
        }
    });
}
