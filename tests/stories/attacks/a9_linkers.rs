//! Attack 9: a relay that remembers every request tries to tell which inbox of this week and which of the next are one
//! phone's: by anything that two requests share, by what one request holds together, by the order in which things are
//! kept, by volume alone. It has neither addresses nor times (limits: docs/limits.md). A town of 20 lives two weeks in
//! the rhythm of phones; each linker is also shown to find a planted link.

use super::kit::{Loot, first_day, record, recorded, rng};
use alongside_core::life::{ItemId, ItemRef, Rhythm as Often, Role, Until};
use alongside_core::sync::{Contact, Rhythm};
use alongside_core::trust::inbox::week_of;
use jiff::ToSpan;
use rand_core::Rng;
use relay::office::Codes;
use relay::{Office, Purpose, Quotas, Token};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use town::clock::DAY;
use town::{Seen, Town};

const PEOPLE: usize = 20;
/// What the relay calls an inbox: the hash of its fetch token.
type Inbox = [u8; 32];

struct Lived {
    town: Town,
    seen: Vec<Seen>,
    /// Whose inbox it truly is, and of which week.
    truly: HashMap<Inbox, (usize, u32)>,
    /// The first whole week.
    week: u32,
}

fn name(n: usize) -> String {
    format!("phone{n:02}")
}

/// Twenty people in a ring, each with four others, live to the end of two whole weeks.
fn two_weeks(seed: u64) -> Lived {
    let mut town = Town::new(seed);
    let file = town.shelf("relay");
    std::fs::create_dir_all(&file).unwrap();
    town.net.borrow_mut().office =
        Office::open(&file.join("relay.db"), Quotas::default(), Codes::default()).unwrap();
    record(&town);
    let mut chance = rng(seed);
    for n in 0..PEOPLE {
        town.arrives(&name(n), &format!("Person {n}"));
    }
    let mut routines: Vec<ItemId> = Vec::new();
    for n in 0..PEOPLE {
        let app = town.phone(&name(n)).app();
        routines.push(app.add_routine("Walk", Often::Daily).unwrap());
    }
    for n in 0..PEOPLE {
        for far in [1, 2] {
            let other = (n + far) % PEOPLE;
            let (there, here) = town.meet(&name(n), Role::Friend, &name(other), Role::Friend);
            for (phone, who, walk) in [(n, there, routines[n]), (other, here, routines[other])] {
                let app = town.phone(&name(phone)).app();
                app.show(ItemRef::Routine(walk), &who, Until::UntilIStop, false, None)
                    .unwrap();
            }
        }
    }
    town.deliver(2);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let week = week_of(town.clock.true_day()) + 1;
    // To the next day's beginning, then day by day until the second week is drained.
    let start = town.clock.seconds();
    town.clock.pass(DAY - start.rem_euclid(DAY));
    while town.clock.true_day() < (week + 2) * 7 + 3 {
        let begin = town.clock.seconds();
        let day = first_day() + (i64::from(town.clock.true_day()) - 20_486).days();
        let mut contacts: Vec<(u32, usize, Contact)> = Vec::new();
        for n in 0..PEOPLE {
            let app = town.phone(&name(n)).app();
            if !chance.next_u32().is_multiple_of(3) {
                app.mark_done(routines[n], day).unwrap();
            }
            let plan = app.plan_day(Rhythm::default()).unwrap();
            contacts.extend(plan.into_iter().map(|(at, contact)| (at, n, contact)));
        }
        contacts.sort_unstable();
        for (at, n, contact) in contacts {
            let moment = begin + i64::from(at);
            let now = town.clock.seconds();
            town.clock.pass(moment - now);
            let phone = town.phone(&name(n));
            let post = phone.post.clone();
            runtime
                .block_on(phone.app().contact(&post, contact))
                .unwrap();
        }
        let now = town.clock.seconds();
        town.clock.pass(begin + DAY - now);
    }
    let seen = recorded(&town);
    let mut truly = HashMap::new();
    for n in 0..PEOPLE {
        let state = Loot::of(&mut town, &name(n));
        for week in week - 1..week + 14 {
            let token = state.inbox.derive_fetch_token(week);
            truly.insert(token.hash(), (n, week));
        }
    }
    Lived {
        town,
        seen,
        truly,
        week,
    }
}

/// All that a relay that remembers everything knows of each inbox: every byte of every request that speaks of it, and
/// what was posted into it.
#[derive(Default)]
struct Known {
    requests: Vec<Vec<u8>>,
    posts: u32,
    bytes: usize,
    fetches: u32,
}

fn hash_of(purpose: Purpose, token: &[u8; 32]) -> Inbox {
    relay::token::hash(purpose, &Token(*token))
}

/// Sorts the transcript by inbox. A create names all slots of one; a post comes through one of them.
fn by_inbox(seen: &[Seen], truly: &HashMap<Inbox, (usize, u32)>) -> BTreeMap<Inbox, Known> {
    let mut of_slot: HashMap<Inbox, Inbox> = HashMap::new();
    let mut all: BTreeMap<Inbox, Known> = BTreeMap::new();
    for create in seen.iter().filter(|seen| seen.call == "create") {
        let inbox = create.token;
        for slot in create.body.chunks_exact(32) {
            of_slot.insert(slot.try_into().unwrap(), inbox);
        }
        let known = all.entry(inbox).or_default();
        known.requests.push(create.body.clone());
        known.requests.push(inbox.to_vec());
    }
    for seen in seen {
        let inbox = match seen.call {
            "fetch" | "acknowledge" | "close" | "delete" => hash_of(Purpose::Fetch, &seen.token),
            "post" => match of_slot.get(&hash_of(Purpose::Slot, &seen.token)) {
                Some(inbox) => *inbox,
                None => continue,
            },
            _ => continue,
        };
        let known = all.entry(inbox).or_default();
        match seen.call {
            "post" => {
                known.posts += 1;
                known.bytes += seen.body.len();
            }
            "fetch" => known.fetches += 1,
            _ => {}
        }
        known.requests.push(seen.token.to_vec());
        known.requests.push(seen.body.clone());
    }
    all.retain(|inbox, _| truly.contains_key(inbox));
    all
}

/// The inboxes of one week.
fn of_week<'a>(
    all: &'a BTreeMap<Inbox, Known>,
    truly: &HashMap<Inbox, (usize, u32)>,
    week: u32,
) -> Vec<(&'a Inbox, &'a Known)> {
    all.iter()
        .filter(|(inbox, known)| truly[*inbox].1 == week && known.fetches > 0)
        .collect()
}

/// How many pairs of an inbox of one week and one of the next share any eight bytes that are not nought.
fn pairs_that_share(lived: &Lived, seen: &[Seen]) -> Vec<(usize, usize)> {
    let all = by_inbox(seen, &lived.truly);
    let pieces = |known: &Known| -> HashSet<[u8; 8]> {
        let windows = known.requests.iter().flat_map(|bytes| bytes.windows(8));
        let random = |piece: &&[u8]| piece.iter().collect::<BTreeSet<_>>().len() >= 5;
        windows
            .filter(random)
            .map(|piece| piece.try_into().unwrap())
            .collect()
    };
    let next: Vec<_> = of_week(&all, &lived.truly, lived.week + 1)
        .into_iter()
        .map(|(inbox, known)| (inbox, pieces(known)))
        .collect();
    let mut pairs = Vec::new();
    for (inbox, known) in of_week(&all, &lived.truly, lived.week) {
        let own = pieces(known);
        for (other, others) in &next {
            if others.intersection(&own).next().is_some() {
                pairs.push((lived.truly[inbox].0, lived.truly[*other].0));
            }
        }
    }
    pairs
}

/// How often the nearest by volume is the same phone: posts, bytes and fetches of a week.
fn by_volume(lived: &Lived, seen: &[Seen]) -> f64 {
    let all = by_inbox(seen, &lived.truly);
    let of = |known: &Known| {
        [
            f64::from(known.posts),
            known.bytes as f64 / 1_024.0,
            f64::from(known.fetches),
        ]
    };
    let next = of_week(&all, &lived.truly, lived.week + 1);
    let this = of_week(&all, &lived.truly, lived.week);
    assert_eq!((this.len(), next.len()), (PEOPLE, PEOPLE));
    let right = this.iter().filter(|(inbox, known)| {
        let far = |other: &Known| -> f64 {
            let pairs = of(known).into_iter().zip(of(other));
            pairs.map(|(one, other)| (one - other).powi(2)).sum()
        };
        let nearest = next
            .iter()
            .min_by(|one, other| far(one.1).total_cmp(&far(other.1)));
        lived.truly[nearest.unwrap().0].0 == lived.truly[*inbox].0
    });
    right.count() as f64 / PEOPLE as f64
}

/// How often the nearest inbox of the next week, in the order in which the relay keeps them, is the same phone's.
fn by_kept_order(kept: &[Inbox], truly: &HashMap<Inbox, (usize, u32)>) -> f64 {
    let (mut right, mut all) = (0, 0);
    for (place, inbox) in kept.iter().enumerate() {
        let Some((who, week)) = truly.get(inbox) else {
            continue;
        };
        let nearest = kept
            .iter()
            .enumerate()
            .filter(|(_, other)| truly.get(*other).is_some_and(|(_, next)| *next == week + 1))
            .min_by_key(|(other, _)| other.abs_diff(place));
        if let Some((_, nearest)) = nearest {
            all += 1;
            right += u32::from(truly[nearest].0 == *who);
        }
    }
    assert!(all >= 150, "{all} pairs");
    f64::from(right) / f64::from(all)
}

#[test]
fn no_linker_knows_a_phone_again() {
    let lived = two_weeks(901);
    // By what requests share, and by what one holds together: not one pair, be it the same phone's or not.
    assert_eq!(pairs_that_share(&lived, &lived.seen), []);
    // Planted: one fetch that holds two tokens (a batch), and one token that is used in both weeks.
    let token_of = |week: u32, who: usize| -> [u8; 32] {
        let is = |seen: &&Seen| {
            let inbox = hash_of(Purpose::Fetch, &seen.token);
            seen.call == "fetch" && lived.truly.get(&inbox) == Some(&(who, week))
        };
        lived.seen.iter().find(is).unwrap().token
    };
    let (this, next) = (token_of(lived.week, 7), token_of(lived.week + 1, 7));
    let plant = |token: [u8; 32], body: Vec<u8>| Seen {
        call: "fetch",
        token,
        body,
        second: 0,
        truly: name(7),
    };
    for planted in [plant(this, next.to_vec()), plant(next, this[..20].to_vec())] {
        let mut seen = lived.seen.clone();
        seen.push(planted);
        assert_eq!(pairs_that_share(&lived, &seen), [(7, 7)]);
    }
    // By the order in which things are kept.
    let file = lived.town.shelf("relay").join("relay.db");
    let db = rusqlite::Connection::open(file).unwrap();
    for table in [
        "SELECT fetch FROM inbox ORDER BY rowid",
        "SELECT fetch FROM inbox ORDER BY no",
    ] {
        let kept: Vec<Inbox> = db
            .prepare(table)
            .unwrap()
            .query_map([], |row| row.get::<_, Vec<u8>>(0))
            .unwrap()
            .map(|bytes| bytes.unwrap().try_into().unwrap())
            .collect();
        let rate = by_kept_order(&kept, &lived.truly);
        // Chance is 0.05; over 150 pairs and more it does not come to 0.15.
        assert!(rate < 0.15, "{table}: {rate}");
        let mut in_order = kept;
        in_order.sort_by_key(|inbox| lived.truly.get(inbox).copied());
        assert!(by_kept_order(&in_order, &lived.truly) > 0.8, "planted");
    }
    // By volume alone.
    let rate = by_volume(&lived, &lived.seen);
    assert!(rate < 0.2, "by volume {rate}");
    // Planted: someone who gets five times as much as anyone is known again.
    let mut loud = lived.seen.clone();
    for seen in &lived.seen {
        let to_seven = seen.call == "fetch" && seen.truly == name(7);
        loud.extend(
            to_seven
                .then(|| seen.clone())
                .into_iter()
                .cycle()
                .take(if to_seven { 9 } else { 0 }),
        );
    }
    assert!(by_volume(&lived, &loud) >= 0.05, "planted");
}

/// Two supporters of one person compare all that they hold: their slots, keys, ids and numbers have nothing in common.
#[test]
fn two_supporters_compare_and_find_nothing() {
    let mut town = Town::new(902);
    for (phone, person) in [("robin", "Robin"), ("pat", "Pat"), ("sam", "Sam")] {
        town.arrives(phone, person);
    }
    let mut known = Vec::new();
    for phone in ["pat", "sam"] {
        let (_, robin) = town.meet("robin", Role::Friend, phone, Role::Mentor);
        known.push((phone, robin));
    }
    let app = town.phone("robin").app();
    let walk = app.add_routine("Walk", Often::Daily).unwrap();
    let people = app.people().unwrap();
    for person in people {
        app.show(
            ItemRef::Routine(walk),
            &person.who,
            Until::UntilIStop,
            true,
            None,
        )
        .unwrap();
    }
    app.mark_done(walk, first_day()).unwrap();
    app.set_note(walk, first_day(), Some("river")).unwrap();
    town.deliver(4);
    let mut pieces: Vec<HashSet<[u8; 8]>> = Vec::new();
    for (phone, robin) in &known {
        let state = Loot::of(&mut town, phone);
        let tie = state.tie(robin);
        let week = week_of(town.clock.true_day());
        let mut held = vec![tie.record(), tie.leak_bytes().to_vec()];
        for (_, card) in tie.theirs().cards() {
            let seed = alongside_core::trust::inbox::SlotSeed::from_bytes(*card.slot_seed());
            held.push(seed.leak_bytes().to_vec());
            held.push(seed.derive_slot_token(week).leak_bytes().to_vec());
            held.push(seed.derive_slot_token(week).hash().to_vec());
        }
        let shown = town.phone(phone).app().what_they_show(robin).unwrap();
        held.push(shown.routines[0].id.0.to_vec());
        let random = |piece: &&[u8]| piece.iter().collect::<BTreeSet<_>>().len() >= 6;
        pieces.push(
            held.iter()
                .flat_map(|bytes| bytes.windows(8))
                .filter(random)
                .map(|piece| piece.try_into().unwrap())
                .collect(),
        );
        town.clock.pass(1);
    }
    let common: Vec<_> = pieces[0].intersection(&pieces[1]).collect();
    assert!(common.is_empty(), "{} pieces in common", common.len());
    assert!(pieces[0].len() > 1_000);
}
