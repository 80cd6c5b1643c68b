//! Attack 9: a relay that remembers every request tries to tell which inbox of this week and which of the next are one
//! phone's: by anything that two requests share, by what one request holds together, by the order in which things are
//! kept, by volume alone. A town of 20 lives two weeks in the rhythm of phones, a town of 300 one week over a week's end;
//! each linker is also shown to find a link that was planted, and only then.

use super::kit::{Loot, first_day, record, recorded, rng};
use super::linkers::{
    Pairs, Truth, Week, chance, hash_of, known_by_order, known_by_volume, of_week, order_in,
    pairs_that_share,
};
use alongside_core::life::{ItemId, ItemRef, Rhythm as Often, Role, Until};
use alongside_core::store::Store;
use alongside_core::sync::{Contact, Rhythm};
use alongside_core::trust::inbox::{InboxSecret, week_of};
use jiff::ToSpan;
use rand_core::Rng;
use relay::office::Codes;
use relay::{Office, Purpose, Quotas};
use std::collections::{BTreeSet, HashSet};
use town::clock::DAY;
use town::{Seen, Town};

/// A town that lived, and what its relay saw and kept.
struct Lived {
    seen: Vec<Seen>,
    truly: Truth,
    /// The first of the two weeks that are compared.
    week: u32,
    people: usize,
    /// The bytes of the relay's files.
    kept: Vec<u8>,
    /// The relay's inboxes as its tables list them.
    tables: Vec<Vec<[u8; 32]>>,
}

/// How a town lives.
struct Plan {
    seed: u64,
    people: usize,
    /// In a ring, each meets those so far along.
    meets: &'static [usize],
    /// Whole days from the day of the meetings.
    days: u32,
    /// The first of the two weeks that are compared, counted from the week of the meetings.
    week: u32,
}

fn name(n: usize) -> String {
    format!("phone{n:03}")
}

impl Lived {
    fn by(plan: &Plan) -> Self {
        let mut town = Town::new(plan.seed);
        let folder = town.shelf("relay");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("relay.db");
        town.net.borrow_mut().office =
            Office::open(&file, Quotas::default(), Codes::default()).unwrap();
        record(&town);
        let routines = begin(&mut town, plan);
        let week = week_of(town.clock.true_day()) + plan.week;
        live(&mut town, plan, &routines);
        let seen = recorded(&town);
        let mut truly = Truth::new();
        for n in 0..plan.people {
            let secret = inbox_secret(&mut town, &name(n));
            for week in week.saturating_sub(2)..week + 14 {
                truly.insert(secret.derive_fetch_token(week).hash(), (n, week));
            }
        }
        let db = rusqlite::Connection::open(&file).unwrap();
        let tables = ["ORDER BY rowid", "ORDER BY no", ""].map(|order| {
            let mut rows = db
                .prepare(&format!("SELECT fetch FROM inbox {order}"))
                .unwrap();
            let rows = rows.query_map([], |row| row.get(0)).unwrap();
            rows.map(Result::unwrap).collect()
        });
        let mut kept = Vec::new();
        for file in ["relay.db", "relay.db-wal"] {
            kept.extend(std::fs::read(folder.join(file)).unwrap_or_default());
        }
        Self {
            seen,
            truly,
            week,
            people: plan.people,
            kept,
            tables: tables.into(),
        }
    }

    fn weeks<'a>(&self, seen: &'a [Seen]) -> [Week<'a>; 2] {
        [self.week, self.week + 1].map(|week| of_week(seen, &self.truly, week))
    }

    fn shared(&self, seen: &[Seen], step: usize) -> Pairs {
        let [this, next] = self.weeks(seen);
        assert_eq!((this.len(), next.len()), (self.people, self.people));
        pairs_that_share(&this, &next, &self.truly, step)
    }

    /// A token that a phone truly fetched with in a week.
    fn token(&self, week: u32, who: usize) -> [u8; 32] {
        let is = |seen: &&Seen| {
            let inbox = hash_of(Purpose::Fetch, &seen.token);
            seen.call == "fetch" && self.truly.get(&inbox) == Some(&(who, week))
        };
        self.seen.iter().find(is).unwrap().token
    }

    /// By what requests share, and by what one holds together: not one pair, be it the same phone's or not. Planted: a
    /// fetch that holds two tokens (a batch), one that brings what belongs to the other week, a cookie.
    fn shares_nothing(&self, step: usize) {
        let [this, next] = [self.week, self.week + 1].map(|week| self.token(week, 7));
        assert_eq!(
            self.shared(&self.seen, step),
            Pairs::new(),
            "requests share"
        );
        let fetch = |token: [u8; 32], body: &[u8]| Seen {
            call: "fetch",
            token,
            body: body.to_vec(),
            second: 0,
            truly: name(7),
        };
        let cookie: Vec<u8> = (100..115).collect();
        for planted in [
            vec![fetch(this, &next)],
            vec![fetch(next, &this[3..20])],
            vec![fetch(this, &cookie), fetch(next, &cookie)],
        ] {
            let mut seen = self.seen.clone();
            seen.extend(planted);
            assert_eq!(self.shared(&seen, step), Pairs::from([(7, 7)]), "planted");
        }
    }

    /// By the order of rows in the tables and of bytes in the files. Planted: kept as they were made.
    fn keeps_no_order(&self) {
        let mut orders: Vec<(&str, Vec<[u8; 32]>)> = ["by rowid", "by number", "as it comes"]
            .into_iter()
            .zip(self.tables.iter().cloned())
            .collect();
        orders.push(("by place in the file", order_in(&self.kept, &self.truly)));
        for (what, order) in orders {
            let (right, all) = known_by_order(&order, &self.truly);
            assert!(all >= 9 * self.people, "{what}: {all} pairs");
            let most = chance(all, self.people);
            assert!(
                right <= most,
                "kept {what}: {right} of {all}, by chance {most}"
            );
            let mut made = Vec::new();
            let mut before = HashSet::new();
            for create in self.seen.iter().filter(|seen| seen.call == "create") {
                if self.truly.contains_key(&create.token) && before.insert(create.token) {
                    made.push(create.token);
                }
            }
            let (right, all) = known_by_order(&made, &self.truly);
            assert!(right * 2 > all, "planted: {right} of {all}");
        }
    }

    /// By volume alone, within its bound. Planted: a phone that gets far more than anyone is known again, and where
    /// each has a volume of its own nearly all are.
    fn is_as_loud_as_others(&self) {
        let [this, next] = self.weeks(&self.seen);
        let known = known_by_volume(&this, &next, &self.truly);
        let rate = known.len() as f64 / self.people as f64;
        assert!(rate < 0.2, "by volume {rate}");
        let quiet = (0..self.people).find(|who| !known.contains(who)).unwrap();
        let with = |more: &dyn Fn(usize) -> u32| {
            let [mut this, mut next] = self.weeks(&self.seen);
            for (inbox, known) in this.iter_mut().chain(&mut next) {
                known.fetches += more(self.truly[inbox].0);
            }
            known_by_volume(&this, &next, &self.truly)
        };
        let planted = with(&|who| if who == quiet { 400 } else { 0 });
        assert!(planted.contains(&quiet), "planted: {quiet} is loud");
        let planted = with(&|who| 100 * u32::try_from(who).unwrap());
        assert!(
            planted.len() * 10 >= self.people * 9,
            "planted: {} of {}",
            planted.len(),
            self.people
        );
    }
}

/// Everybody comes, meets the neighbours and shows them a walk.
fn begin(town: &mut Town, plan: &Plan) -> Vec<ItemId> {
    for n in 0..plan.people {
        town.arrives(&name(n), &format!("Person {n}"));
    }
    let routines: Vec<ItemId> = (0..plan.people)
        .map(|n| {
            let app = town.phone(&name(n)).app();
            app.add_routine("Walk", Often::Daily).unwrap()
        })
        .collect();
    for n in 0..plan.people {
        for far in plan.meets {
            let other = (n + far) % plan.people;
            let (there, here) = town.meet(&name(n), Role::Friend, &name(other), Role::Friend);
            for (phone, who, walk) in [(n, there, routines[n]), (other, here, routines[other])] {
                let app = town.phone(&name(phone)).app();
                app.show(ItemRef::Routine(walk), &who, Until::UntilIStop, false, None)
                    .unwrap();
            }
        }
    }
    routines
}

/// Day by day, each phone in its own rhythm, as long as the plan says.
fn live(town: &mut Town, plan: &Plan, routines: &[ItemId]) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let mut draw = rng(plan.seed);
    let start = town.clock.seconds();
    town.clock.pass(DAY - start.rem_euclid(DAY));
    for _ in 0..plan.days {
        let begin = town.clock.seconds();
        let day = first_day() + (i64::from(town.clock.true_day()) - 20_486).days();
        let mut contacts: Vec<(u32, usize, Contact)> = Vec::new();
        for n in 0..plan.people {
            let app = town.phone(&name(n)).app();
            if !draw.next_u32().is_multiple_of(3) {
                app.mark_done(routines[n], day).unwrap();
            }
            let today = app.plan_day(Rhythm::default()).unwrap();
            contacts.extend(today.into_iter().map(|(at, contact)| (at, n, contact)));
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
}

/// What a phone draws its inboxes' tokens from, for scoring the linkers.
fn inbox_secret(town: &mut Town, phone: &str) -> InboxSecret {
    let shelf = town.shelf(&format!("secret-{phone}"));
    let key = town.phone(phone).keystore();
    let shelf = town.phone(phone).copy(&shelf);
    let store = Store::open(&shelf, &key).unwrap();
    let bytes = store.get("self", b"inbox").unwrap().unwrap();
    InboxSecret::from_bytes(bytes.try_into().unwrap())
}

#[test]
fn no_linker_knows_a_phone_again_in_a_town_of_20() {
    let lived = Lived::by(&Plan {
        seed: 901,
        people: 20,
        meets: &[1, 2],
        days: 19,
        week: 1,
    });
    lived.shares_nothing(1);
    lived.keeps_no_order();
    lived.is_as_loud_as_others();
}

#[test]
fn no_linker_knows_a_phone_again_in_a_town_of_300() {
    let lived = Lived::by(&Plan {
        seed: 903,
        people: 300,
        meets: &[1],
        days: 6,
        week: 0,
    });
    lived.shares_nothing(8);
    lived.keeps_no_order();
    lived.is_as_loud_as_others();
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
