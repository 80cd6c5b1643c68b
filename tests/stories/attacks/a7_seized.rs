//! Attack 7: a phone is seized, unlocked, with every row of its store, and all ciphertext that ever passed the relay was
//! kept. Days past the retention of keys stay closed, also by way of old grants; only the last ten weeks of use open.
//! Nor do free pages or the log hold what was erased: every page is looked at without its encryption.

use super::in_the_open::{every_page, is_plain, places};
use super::kit::{Loot, Walk, first_day, posts, record, recorded};
use alongside_core::life::{ItemRef, PersonRef, Until};
use alongside_core::trust::envelope::Part;
use alongside_core::trust::epoch::{EpochStatement, Grant, derive_commit};
use alongside_core::trust::ids::EpochId;
use alongside_core::trust::inbox::week_of;
use alongside_core::trust::message::{message_epoch, open_message};
use jiff::ToSpan;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use town::clock::DAY;

/// Days of this story, and the days past which nothing may open (protocol.md P7: ten weeks of use).
const LIFE: i64 = 168;
const TEN_WEEKS: u32 = 70;

struct Recorded {
    statements: BTreeMap<EpochId, EpochStatement>,
    grants: Vec<(EpochId, Grant)>,
    messages: Vec<(u32, Vec<u8>)>,
}

/// Opens the outer layer of all that was ever posted to the phone: slot seeds stay, so this is not what protects.
fn outer_layer(state: &Loot, others: &Loot, seen: &[town::Seen]) -> Recorded {
    let mut all = Recorded {
        statements: BTreeMap::new(),
        grants: Vec::new(),
        messages: Vec::new(),
    };
    for (day, seen) in posts(seen) {
        // The other side's slots too: the thief is given every inside there is.
        let Some((_, envelope)) = state
            .open(week_of(day), &seen.body)
            .or_else(|| others.open(week_of(day), &seen.body))
        else {
            continue;
        };
        for part in envelope.parts {
            match part {
                Part::Epoch(bytes, grant) => {
                    let statement = EpochStatement::open(&bytes).unwrap();
                    let id = statement.id();
                    all.statements.insert(id, statement);
                    all.grants
                        .extend(grant.map(|grant| (id, Grant::from_bytes(&grant).unwrap())));
                }
                Part::Message(bytes) => all.messages.push((day, bytes)),
                _ => {}
            }
        }
    }
    all
}

/// Every secret of a recorded epoch that lies somewhere in the rows.
fn secrets_in(state: &Loot, recorded: &Recorded) -> BTreeMap<EpochId, [u8; 32]> {
    let mut secrets: BTreeMap<EpochId, [u8; 32]> = BTreeMap::new();
    let commits: HashMap<[u8; 32], EpochId> = recorded
        .statements
        .values()
        .map(|one| (*one.commit(), one.id()))
        .collect();
    // Every 32 bytes of every cell, whatever they are.
    for cell in &state.cells {
        for window in cell.windows(32) {
            let window: [u8; 32] = window.try_into().unwrap();
            if let Some(id) = commits.get(&derive_commit(&window)) {
                secrets.insert(*id, window);
            }
        }
    }
    secrets
}

/// The days of recorded messages that open with anything that is in the rows: a secret that lies there in the open, or
/// one that a recorded grant gives up to a prekey that lies there.
fn days_that_open(state: &Loot, recorded: &Recorded) -> BTreeSet<u32> {
    let mut secrets = secrets_in(state, recorded);
    let prekeys = state.prekeys();
    assert!(!prekeys.is_empty(), "a phone has the prekeys of its cards");
    let devices: Vec<_> = state.ties().iter().map(|tie| tie.me()).collect();
    for (id, grant) in &recorded.grants {
        let statement = &recorded.statements[id];
        for me in &devices {
            for pair in prekeys
                .iter()
                .filter(|pair| statement.reader_prekey(me) == Some(pair.id()))
            {
                if let Ok(secret) = grant.open(pair, statement, me) {
                    secrets.insert(*id, *secret);
                }
            }
        }
    }
    let mut days = BTreeSet::new();
    for (day, bytes) in &recorded.messages {
        let epoch = message_epoch(bytes).unwrap();
        let Some(secret) = secrets.get(&epoch) else {
            continue;
        };
        let device = recorded.statements[&epoch].device();
        let public = state.ties().iter().find_map(|tie| {
            let lists = [tie.mine().list(), tie.theirs().list()];
            lists
                .iter()
                .find_map(|list| list.public_ever(&device).copied())
        });
        if open_message(bytes, secret, &epoch, &public.unwrap()).is_ok() {
            days.insert(*day);
        }
    }
    days
}

#[test]
fn days_past_their_time_stay_closed() {
    let mut it = Walk::shown(701);
    record(&it.town);
    for n in 1..LIFE {
        if n % 2 == 0 {
            it.marks(first_day() + n.days());
            it.town.phone("robin").sync();
            it.town.phone("pat").sync();
        }
        it.town.days_pass(1);
    }
    let today = it.town.clock.true_day();
    let seen = recorded(&it.town);
    let (robin, pat) = (
        Loot::of(&mut it.town, "robin"),
        Loot::of(&mut it.town, "pat"),
    );
    for (name, state, other) in [("pat", &pat, &robin), ("robin", &robin, &pat)] {
        let recorded = outer_layer(state, other, &seen);
        let old = recorded
            .messages
            .iter()
            .filter(|(day, _)| day + TEN_WEEKS < today);
        assert!(old.count() > 40, "{name}: old messages were recorded");
        let old = recorded
            .grants
            .iter()
            .filter(|(id, _)| recorded.statements[id].start() + TEN_WEEKS < today);
        assert!(old.count() >= 2, "{name}: old grants were recorded");
        let open = days_that_open(state, &recorded);
        let oldest = *open
            .first()
            .expect("the last days open: the search finds keys");
        assert!(
            open.contains(&(today - 2)) || open.contains(&(today - 1)),
            "{name}: what was just read opens"
        );
        assert!(
            oldest + TEN_WEEKS >= today,
            "{name}: a day {} days back opens",
            today - oldest
        );
    }
    // The words themselves are still on the phone as long as it shows them: that is not hidden here.
    assert!(it.days_seen_by("pat").len() > 20);
}

/// What a phone holds on one day that must be gone twelve weeks later: secrets of epochs, the private half of the prekey
/// on its card, a word that was shown to it and no longer is.
#[test]
fn no_erased_key_is_in_any_page_or_in_the_log() {
    let mut it = Walk::shown(702);
    let (robin, pat) = (it.robin.clone(), it.pat.clone());
    record(&it.town);
    let app = it.town.phone("robin").app();
    let course = app.add_goal("Zanzibar", None).unwrap();
    app.show(ItemRef::Goal(course), &pat, Until::UntilIStop, false, None)
        .unwrap();
    // New epochs, so that their statements are among what was recorded.
    it.town.days_pass(29);
    it.marks(first_day() + 29.days());
    it.town.deliver(3);
    // On both sides, since both wrote: the epochs are Robin's and Pat's.
    let keys_of = |it: &mut Walk, phone: &str, who: &PersonRef| {
        it.town.clock.pass(1);
        let state = Loot::of(&mut it.town, phone);
        let other = Loot::of(&mut it.town, if phone == "pat" { "robin" } else { "pat" });
        let recorded = outer_layer(&state, &other, &recorded(&it.town));
        let on_card = state.tie(who).my_card().unwrap().prekey_id();
        let mut keys: Vec<[u8; 32]> = secrets_in(&state, &recorded).into_values().collect();
        let prekeys = state.prekeys();
        let own = prekeys.iter().find(|pair| pair.id() == on_card).unwrap();
        keys.push(own.leak_bytes()[..].try_into().unwrap());
        keys
    };
    let pages_of = |it: &mut Walk, phone: &str| {
        let key = it.town.phone(phone).keystore();
        let shelf = it
            .town
            .shelf(&format!("open-{phone}-{}", it.town.clock.seconds()));
        let folder = it.town.phone(phone).copy(&shelf);
        let pages = every_page(&folder, &key.0);
        assert!(
            is_plain(&pages, &folder.join("plain")),
            "{phone}: read without the app"
        );
        pages
    };
    let sides = [("pat", robin), ("robin", pat.clone())];
    let mut early = Vec::new();
    for (phone, who) in &sides {
        let keys = keys_of(&mut it, phone, who);
        assert!(keys.len() >= 2, "{phone}: {} keys", keys.len());
        let pages = pages_of(&mut it, phone);
        for key in &keys {
            assert!(
                !places(&pages, key).is_empty(),
                "{phone}: the search finds keys"
            );
        }
        if *phone == "pat" {
            assert!(!places(&pages, b"Zanzibar").is_empty(), "and words");
        }
        early.push(keys);
    }
    let app = it.town.phone("robin").app();
    app.stop_showing(ItemRef::Goal(course), &pat).unwrap();
    for n in 30..114_i64 {
        if n % 2 == 0 {
            it.marks(first_day() + n.days());
            it.town.phone("robin").sync();
            it.town.phone("pat").sync();
        }
        it.town.days_pass(1);
    }
    for ((phone, who), early) in sides.iter().zip(early) {
        let late = keys_of(&mut it, phone, who);
        let pages = pages_of(&mut it, phone);
        for key in &late {
            assert!(
                !places(&pages, key).is_empty(),
                "{phone}: the search finds keys"
            );
            assert!(!early.contains(key), "{phone}: all were turned since");
        }
        for key in &early {
            assert_eq!(
                places(&pages, key),
                Vec::<&str>::new(),
                "{phone}: an erased key lies in"
            );
        }
        if *phone == "pat" {
            assert_eq!(
                places(&pages, b"Zanzibar"),
                Vec::<&str>::new(),
                "what is shown no longer lies in"
            );
        }
    }
}

/// A key ages by ten days at most at one completed sync, whatever the clock says: a jump of 400 days takes none away.
#[test]
fn a_clock_that_jumps_erases_no_key() {
    let mut it = Walk::shown(703);
    record(&it.town);
    // New epochs, so that their statements are among what was recorded.
    it.town.days_pass(29);
    it.marks(first_day() + 29.days());
    it.town.deliver(3);
    let secrets = |it: &mut Walk| {
        it.town.clock.pass(1);
        let (pat, robin) = (
            Loot::of(&mut it.town, "pat"),
            Loot::of(&mut it.town, "robin"),
        );
        let recorded = outer_layer(&pat, &robin, &recorded(&it.town));
        secrets_in(&pat, &recorded)
    };
    let before = secrets(&mut it);
    assert!(before.len() >= 2, "{} secrets", before.len());
    it.town.phone("pat").clock.be_wrong_by(400 * DAY);
    it.town.phone("pat").sync();
    it.town.phone("pat").clock.be_wrong_by(0);
    it.town.phone("pat").sync();
    let after = secrets(&mut it);
    for id in before.keys() {
        assert!(after.contains_key(id), "a jump of the clock erased a key");
    }
}
