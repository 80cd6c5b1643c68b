//! Attack 2: an officer who was removed keeps his whole state and is fed all later traffic; so is a supporter's phone
//! that was stolen and taken off the list. Nothing sealed after the end opens; what they send is refused; they can poll
//! and delete nowhere.

use super::kit::{
    Loot, Walk, first_day, number_of_the_other, open_body, posts, record, recorded, rng, slip,
    slot_of,
};
use alongside_core::life::{Allow, CardKind, ItemRef, Offer, PersonRef, Rhythm, Role, Until};
use alongside_core::trust::envelope::Part;
use alongside_core::trust::ids::DeviceId;
use alongside_core::trust::inbox::{SlotSeed, week_of};
use alongside_core::trust::tie::Tie;
use jiff::ToSpan;
use relay::store::Store as _;
use relay::{Refusal, Token};

struct Removed {
    it: Walk,
    /// Sam, as Robin knew him.
    sam: PersonRef,
    /// Robin, as Sam knows them.
    robin: PersonRef,
    /// All that Sam's phone held on the day before his end.
    state: Loot,
}

/// Sam, an officer, sees the walk, is removed, and life goes on for three weeks.
fn officer_removed(seed: u64) -> Removed {
    let mut it = Walk::shown(seed);
    it.town.arrives("sam", "Sam");
    let (sam, robin) = it.town.meet("robin", Role::Friend, "sam", Role::Officer);
    let walk = it.walk;
    let app = it.town.phone("robin").app();
    app.show(ItemRef::Routine(walk), &sam, Until::UntilIStop, true, None)
        .unwrap();
    app.set_allow(&sam, Allow::OwnWords).unwrap();
    it.town.deliver(3);
    let state = Loot::of(&mut it.town, "sam");
    it.town.phone("robin").app().remove_person(&sam).unwrap();
    record(&it.town);
    for n in 1..21_i64 {
        it.marks(first_day() + n.days());
        it.town.days_pass(1);
        for phone in ["robin", "pat"] {
            it.town.phone(phone).sync();
        }
    }
    assert_eq!(it.days_seen_by("pat").len(), 21);
    Removed {
        it,
        sam,
        robin,
        state,
    }
}

/// Every seed that a phone can know: its own slots', and those on cards it was shown.
fn every_seed(state: &Loot) -> Vec<SlotSeed> {
    let mut seeds: Vec<SlotSeed> = (0..64)
        .flat_map(|slot| [(slot, 0), (slot, 1)])
        .map(|(slot, turn)| state.slots.derive_slot_seed(slot, turn))
        .collect();
    for tie in state.ties() {
        let cards = tie.theirs().cards().chain(tie.mine().cards());
        seeds.extend(cards.map(|(_, card)| SlotSeed::from_bytes(*card.slot_seed())));
    }
    seeds
}

#[test]
fn a_removed_officer_with_his_full_state_opens_nothing() {
    let removed = officer_removed(201);
    let seen = recorded(&removed.it.town);
    let seeds = every_seed(&removed.state);
    let mut tried = 0;
    for (day, seen) in posts(&seen) {
        tried += 1;
        for seed in &seeds {
            let opened = open_body(seed, week_of(day), &seen.body);
            assert_eq!(opened, None, "an envelope opens after the end");
        }
    }
    assert!(tried >= 20, "{tried} envelopes were tried");
    // The same search opens what was for him: so it can open something.
    let mut planted = Walk::shown(202);
    let state = Loot::of(&mut planted.town, "pat");
    record(&planted.town);
    planted.marks(first_day() + 1.days());
    planted.town.phone("robin").sync();
    let seen = recorded(&planted.town);
    let opens = posts(&seen).any(|(day, seen)| {
        every_seed(&state)
            .iter()
            .any(|seed| open_body(seed, week_of(day), &seen.body).is_some())
    });
    assert!(opens);
}

#[test]
fn what_a_removed_officer_sends_is_refused() {
    let mut removed = officer_removed(203);
    let (robin, sam) = (removed.robin.clone(), removed.sam.clone());
    let town = &mut removed.it.town;
    town.phone("robin").sync();
    // His own app tries, and an altered one posts straight through the slot it was shown.
    let app = town.phone("sam").app();
    app.send_card(&robin, CardKind::WellDone, None).unwrap();
    let idea = Offer::NewRoutine {
        name: "Report daily".into(),
        rhythm: Rhythm::Daily,
    };
    app.suggest(&robin, idea).unwrap();
    town.phone("sam").sync();
    let mut tie = removed.state.tie(&robin);
    let key = removed.state.key(&tie);
    let theirs: Vec<DeviceId> = tie.readers().into_keys().collect();
    let seed = slot_of(&tie, &theirs[0]);
    let message = tie
        .seal(
            &key,
            town.clock.true_day(),
            vec![],
            false,
            vec![],
            &mut rng(1),
        )
        .unwrap();
    // The post box takes it as before, so that nobody can tell a removal from a phone that is away; it is left unread.
    assert_eq!(
        slip(town, &seed, vec![Part::Message(message.bytes.clone())]),
        Ok(())
    );
    let report = town.phone("robin").sync();
    assert_eq!(
        (report.came, report.aside),
        (0, 0),
        "nothing of his arrives"
    );
    assert!(town.phone("robin").app().inbox().unwrap().is_empty());
    assert!(town.phone("robin").app().ideas().unwrap().is_empty());
    // The inboxes that were registered before lapse; those registered since know the slot by its next turn only.
    for _ in 0..12 {
        town.days_pass(7);
        town.phone("robin").sync();
    }
    assert_eq!(
        slip(town, &seed, vec![Part::Message(message.bytes.clone())]),
        Err(Refusal::NoSuchInbox),
        "the slot is closed"
    );
    // Were it handed to Robin's phone all the same, it would not be taken.
    let of_robin = Loot::of(town, "robin");
    let mut ended = of_robin.tie(&sam);
    assert!(ended.has_ended());
    let brought = ended.take(&[Part::Message(message.bytes)]);
    assert!(brought.messages.is_empty());
}

/// He, and a supporter who is still in and holds the open slot of Robin's inbox: to write there is all that it is for.
#[test]
fn a_removed_officer_polls_and_deletes_nowhere() {
    let mut removed = officer_removed(204);
    let supporter = Loot::of(&mut removed.it.town, "pat");
    let town = &removed.it.town;
    let day = town.clock.true_day();
    let mut net = town.net.borrow_mut();
    let before = net.office.store().inboxes();
    for week in week_of(day) - 4..week_of(day) + 10 {
        let mut tokens: Vec<[u8; 32]> = every_seed(&removed.state)
            .iter()
            .chain(&every_seed(&supporter))
            .map(|seed| *seed.derive_slot_token(week).leak_bytes())
            .collect();
        tokens.extend(
            removed
                .state
                .ties()
                .iter()
                .flat_map(|tie| [tie.id().0, *tie.context(), tie.my_notebook().0]),
        );
        for token in tokens.into_iter().map(Token) {
            for refused in [
                net.office.fetch(day, &token, 9, &[], &[]).map(|_| ()),
                net.office.acknowledge(day, &token, &[[1; 16]]),
                net.office.close(day, &token, &[[1; 32]]),
                net.office.delete(day, &token),
            ] {
                assert_eq!(
                    refused,
                    Err(Refusal::NoSuchInbox),
                    "no slot is a key to an inbox"
                );
            }
        }
        // His own inboxes are his, and nothing lies there.
        let own = Token(*removed.state.inbox.derive_fetch_token(week).leak_bytes());
        if let Ok(fetched) = net.office.fetch(day, &own, 99, &[], &[]) {
            assert!(fetched.items.iter().all(|item| item.day < day - 19));
        }
    }
    assert_eq!(net.office.store().inboxes(), before);
}

/// A supporter's phone is stolen; she takes it off her list from her other one. What Robin seals once they know of it
/// does not open for the stolen one, even where somebody hands it the inside of the envelope.
#[test]
fn a_stolen_phone_opens_nothing_that_knows_of_its_end() {
    let mut it = Walk::shown_to_two(205);
    let stolen = Loot::of(&mut it.town, "pat");
    let gone = number_of_the_other(&mut it.town, "patpad");
    it.town.phone("patpad").app().remove_device(&gone).unwrap();
    it.town.phones.remove("pat");
    it.town.deliver(3);
    it.town.days_pass(1);
    record(&it.town);
    for n in 1..6_i64 {
        it.marks(first_day() + n.days());
        it.town.deliver(1);
        it.town.days_pass(1);
    }
    it.town.deliver(1);
    assert_eq!(it.days_seen_by("patpad").len(), 6);
    let insider = Loot::of(&mut it.town, "patpad");
    let seen = recorded(&it.town);
    let robin = it.robin.clone();
    let letters: Vec<_> = insider
        .letters(&seen)
        .into_iter()
        .filter(|(_, tie, _)| hex::encode(tie.0) == robin.0)
        .collect();
    assert!(letters.len() >= 4, "{} letters", letters.len());
    let mut thief: Tie = stolen.tie(&robin);
    let mut honest: Tie = insider.tie(&robin);
    let mut opened = 0;
    for (_, _, parts) in &letters {
        assert!(
            thief.take(parts).messages.is_empty(),
            "the stolen phone opens what knows of its end"
        );
        opened += parts
            .iter()
            .filter(|part| matches!(part, Part::Message(bytes) if honest.see(bytes).is_ok()))
            .count();
        honest.take(parts);
    }
    assert!(
        opened >= 4,
        "the same letters open for her who is on the list"
    );
}
