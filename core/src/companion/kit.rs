//! For the tests of this room: phones in folders of their own, a clock that stands still, and envelopes carried by hand.

use super::mine::take_slot;
use super::ties::{person_ref, put_tie};
use super::{Clock, Companion, Moment};
use crate::life::{Allow, Person, PersonRef, Role};
use crate::store::{KeySource, StoreError};
use crate::trust::ids::TieId;
use crate::trust::inbox::week_of;
use crate::trust::suite::make_32;
use crate::trust::tie::{Meeting, Tie, TieStart};
use crate::trust::wayback::Side;
use jiff::civil::Date;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use zeroize::Zeroizing;

/// The days of the tests are those of May 2026.
pub(crate) fn day(day: i8) -> Date {
    Date::constant(2026, 5, day)
}

/// A clock that stands still.
pub(crate) struct Still(pub(crate) Date);

impl Clock for Still {
    fn now(&self) -> Moment {
        let days = crate::life::days::number_of(self.0);
        Moment {
            seconds: u64::try_from(days).unwrap() * 86_400 + 43_200,
            today: self.0,
            time: jiff::civil::Time::constant(12, 0, 0, 0),
        }
    }
}

struct Known;

impl KeySource for Known {
    fn key(&self) -> Result<Zeroizing<[u8; 32]>, StoreError> {
        Ok(Zeroizing::new([7; 32]))
    }
}

/// A new phone on 4 May 2026. Its folder goes at once; the open file lives until the phone is dropped.
pub(crate) fn phone(name: &str, seed: u64) -> Companion {
    let dir = tempfile::tempdir().unwrap();
    let rng = Box::new(ChaCha20Rng::seed_from_u64(seed));
    Companion::make(dir.path(), &Known, name, Box::new(Still(day(4))), rng).unwrap()
}

/// The hands of a phone's clock, in seconds since 1970.
#[derive(Clone, Default)]
pub(crate) struct Hands(Arc<AtomicU64>);

impl Hands {
    pub(crate) fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for Hands {
    fn now(&self) -> Moment {
        Moment::at(self.0.load(Ordering::SeqCst), "UTC")
    }
}

/// A phone whose clock can be set; it stands where [`phone`]'s does.
pub(crate) fn phone_with_hands(name: &str, seed: u64) -> (Companion, Hands) {
    let mut app = phone(name, seed);
    let hands = Hands::default();
    hands.set(app.now().seconds);
    app.set_clock(Box::new(hands.clone()));
    (app, hands)
}

/// Two people who met: each under the other's name. Returns how each knows the other.
pub(crate) fn meet(
    one: &mut Companion,
    other: &mut Companion,
    role_of_other: Role,
) -> (PersonRef, PersonRef) {
    let (start_one, start_other) = (start(one), start(other));
    let id = TieId(make_32(&mut one.rng));
    let bundle = |start: &TieStart| (start.list_bytes().to_vec(), start.card_bytes().to_vec());
    let (of_one, of_other) = (bundle(&start_one), bundle(&start_other));
    let (name_one, name_other) = (one.name().unwrap(), other.name().unwrap());
    let theirs = keep(
        one,
        start_one,
        id,
        &of_other,
        Side::Inviter,
        name_other,
        role_of_other,
    );
    let ours = keep(
        other,
        start_other,
        id,
        &of_one,
        Side::Invitee,
        name_one,
        Role::Friend,
    );
    (theirs, ours)
}

fn start(of: &mut Companion) -> TieStart {
    let (slot, turn) = of.free_slot().unwrap();
    let seed = *of.slot_seed(slot, turn).unwrap().leak_bytes();
    let (device, today) = (of.device().unwrap(), of.now().utc_day());
    TieStart::make(&device, [1; 32], [2; 32], slot, seed, today, &mut of.rng).unwrap()
}

fn keep(
    of: &mut Companion,
    start: TieStart,
    id: TieId,
    theirs: &(Vec<u8>, Vec<u8>),
    side: Side,
    name: String,
    role: Role,
) -> PersonRef {
    let slot = start.slot();
    let tie = Tie::from_meeting(
        start,
        &Meeting {
            tie: id,
            side,
            list: &theirs.0,
            card: &theirs.1,
            way_back: [3; 32],
        },
    )
    .unwrap();
    let who = person_ref(&id);
    let person = Person {
        who: who.clone(),
        name,
        official: role == Role::Officer,
        role,
        allows: Allow::CardsOnly,
        blocked: false,
        since: of.now().today,
    };
    of.write(false, |mine| Ok(mine.put_person(&person)?))
        .unwrap();
    let mut deed = of.store.begin().unwrap();
    put_tie(&mut deed, &tie).unwrap();
    take_slot(&mut deed, slot, 0, &id).unwrap();
    deed.commit().unwrap();
    who
}

/// Carries everything that `from` owes to `to`. Returns how many envelopes that were.
pub(crate) fn carry(from: &mut Companion, to: &mut Companion) -> usize {
    from.end_ties_of_the_gone().unwrap();
    from.prepare().unwrap();
    let waiting = from.store.outbox().unwrap();
    for entry in &waiting {
        let mut id = [0; 16];
        to.rng.fill_bytes(&mut id);
        let week = week_of(entry.item.made_day);
        to.take_one(week, &id, entry.item.made_day, &entry.item.body)
            .unwrap();
        let mut deed = from.store.begin().unwrap();
        deed.outbox_remove(entry.id).unwrap();
        deed.commit().unwrap();
    }
    waiting.len()
}
