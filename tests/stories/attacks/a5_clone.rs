//! Attack 5: an old image put back, a phone cloned whole, randomness cloned with it. A clone is noticed and becomes a
//! new device; two bodies never share a key.

use super::kit::{Loot, Walk, first_day, record, recorded};
use alongside_core::companion::{Companion, Opening};
use alongside_core::life::{CardKind, Mark};
use alongside_core::trust::envelope::Part;
use alongside_core::trust::inbox::week_of;
use jiff::ToSpan;
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::collections::BTreeMap;
use std::path::Path;
use town::{SimPost, Town};

/// A phone that nobody bought: a copy of another, switched on with randomness of the attacker's choosing.
struct Ghost {
    app: Companion,
    post: SimPost,
}

impl Ghost {
    fn of(town: &mut Town, image: &Path, phone: &str, seed: u64, name: &str) -> Self {
        let place = town.shelf(name);
        std::fs::create_dir_all(&place).unwrap();
        for entry in std::fs::read_dir(image).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), place.join(entry.file_name())).unwrap();
        }
        let app = Companion::open(
            &place,
            &town.phone(phone).keystore(),
            Box::new(town.clock.another()),
            Box::new(ChaCha20Rng::seed_from_u64(seed)),
        )
        .unwrap();
        Self {
            app,
            post: SimPost::of(&town.net, name),
        }
    }

    fn sync(&mut self) {
        let post = self.post.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(self.app.sync(&post)).unwrap();
    }
}

/// Two halves of one phone, with the same state and the same randomness, each write something else and send it.
fn halves(seed: u64) -> (Walk, [Ghost; 2]) {
    let mut it = Walk::shown(seed);
    it.town.deliver(2);
    let image = it.town.shelf("image");
    let image = it.town.phone("robin").copy(&image);
    record(&it.town);
    let mut ghosts =
        ["one", "other"].map(|name| Ghost::of(&mut it.town, &image, "robin", 555, name));
    it.town.phones.remove("robin").unwrap();
    let walk = it.walk;
    let [one, other] = &mut ghosts;
    one.app.mark_done(walk, first_day() + 1.days()).unwrap();
    other.app.mark_rest(walk, first_day() + 2.days()).unwrap();
    (it, ghosts)
}

#[test]
fn two_bodies_never_share_a_key() {
    let (mut it, [mut one, mut other]) = halves(501);
    let state = {
        // Pat's phone is asked before it ages anything away.
        one.sync();
        other.sync();
        Loot::of(&mut it.town, "pat")
    };
    let seen = recorded(&it.town);
    let mut by_salt: BTreeMap<Vec<u8>, Vec<Vec<u8>>> = BTreeMap::new();
    for (_, _, parts) in state.letters(&seen) {
        for part in parts {
            if let Part::Message(bytes) = part {
                // suite 1, epoch 32, salt 32: what the message's key is drawn from, beside the epoch's secret.
                let all = by_salt.entry(bytes[1..65].to_vec()).or_default();
                if !all.contains(&bytes) {
                    all.push(bytes);
                }
            }
        }
    }
    let wrote: usize = by_salt.values().map(Vec::len).sum();
    assert!(wrote >= 2, "both halves wrote: {wrote}");
    for (salt, messages) in by_salt {
        assert_eq!(
            messages.len(),
            1,
            "a key was used twice, with the salt {}",
            hex::encode(salt)
        );
    }
    // The outer layer has a random nonce: with the same randomness and other content it must not repeat either.
    let mut bodies: Vec<&[u8]> = seen
        .iter()
        .filter(|seen| seen.call == "post")
        .map(|seen| &seen.body[..24])
        .collect();
    bodies.sort_unstable();
    let all = bodies.len();
    bodies.dedup();
    assert_eq!(bodies.len(), all, "a nonce was used twice");
}

#[test]
fn a_whole_clone_is_noticed_and_becomes_a_new_device() {
    let (mut it, [mut one, mut other]) = halves(502);
    let robin = it.robin.clone();
    let devices = |it: &mut Walk| {
        let tie = Loot::of(&mut it.town, "pat").tie(&robin);
        let all: Vec<_> = tie.theirs().list().present().copied().collect();
        (all, tie.counts().clone())
    };
    let (before, _) = devices(&mut it);
    assert_eq!(before.len(), 1);
    for _ in 0..8 {
        one.sync();
        it.town.phone("pat").sync();
        other.sync();
        it.town.phone("pat").sync();
        it.town.days_pass(1);
    }
    let (after, _) = devices(&mut it);
    assert_eq!(after.len(), 1);
    assert!(!after.contains(&before[0]), "the cloned device is out");
    // One half goes on as a new device with what it holds; the other writes nothing and opens nothing any more.
    let shown = it.town.phone("pat").app().what_they_show(&robin).unwrap();
    let marks: Vec<Option<Mark>> = (0..3_i64)
        .map(|n| {
            let day = first_day() + n.days();
            let days = &shown.routines[0].days;
            days.get(&day).and_then(|record| record.mark)
        })
        .collect();
    assert_eq!(marks, [Some(Mark::Done), None, Some(Mark::Rest)]);
    let pats = it.town.phone("pat").app();
    pats.send_card(&robin, CardKind::WellDone, None).unwrap();
    for _ in 0..2 {
        it.town.phone("pat").sync();
        one.sync();
        other.sync();
    }
    let came = [one, other].map(|mut half| half.app.inbox().unwrap().len());
    assert_eq!(came, [0, 1], "what is written now opens for one half only");
}

#[test]
fn an_old_image_put_back_becomes_a_new_device() {
    let mut it = Walk::shown(503);
    let robin = it.robin.clone();
    let image = it.town.shelf("old");
    let image = it.town.phone("robin").copy(&image);
    for n in 1..6_i64 {
        it.marks(first_day() + n.days());
        it.town.days_pass(1);
        it.town.deliver(2);
    }
    let old = Loot::of(&mut it.town, "pat").tie(&robin);
    let old: Vec<_> = old.theirs().list().present().copied().collect();
    it.town.phone("robin").put_back(&image, true);
    it.marks(first_day() + 9.days());
    for _ in 0..5 {
        it.town.days_pass(1);
        it.town.deliver(2);
    }
    let tie = Loot::of(&mut it.town, "pat").tie(&robin);
    let list = tie.theirs().list();
    assert_eq!(list.count(), 1);
    assert!(!list.has(&old[0]), "the device that was put back is out");
    assert!(list.last_honoured(&old[0]).is_some_and(|last| last > 0));
    let days = it.days_seen_by("pat");
    assert!(days.contains(&(first_day() + 9.days())), "{days:?}");
    assert!(days.contains(&first_day()), "{days:?}");
}

/// Somebody has an old backup and the words of the sheet: what comes of it is another device in every tie and towards
/// the relay, and has no key that opens what was recorded.
#[test]
fn an_old_backup_is_a_new_device_and_opens_nothing_that_was_recorded() {
    let mut it = Walk::shown(504);
    let (pat, robin) = (it.pat.clone(), it.robin.clone());
    record(&it.town);
    let app = it.town.phone("robin").app();
    let sheet = app.sheet().unwrap().to_string();
    let file = app.backup_for_sheet().unwrap();
    for n in 1..6_i64 {
        let pats = it.town.phone("pat").app();
        pats.send_card(&robin, CardKind::WellDone, None).unwrap();
        it.marks(first_day() + n.days());
        it.town.deliver(2);
        it.town.days_pass(1);
    }
    let old = Loot::of(&mut it.town, "robin");
    it.town.restores("found", &file, &Opening::Sheet(&sheet));
    let new = Loot::of(&mut it.town, "found");
    let week = week_of(it.town.clock.true_day());
    assert_ne!(old.device.leak_bytes(), new.device.leak_bytes());
    assert_ne!(
        old.inbox.derive_fetch_token(week).hash(),
        new.inbox.derive_fetch_token(week).hash()
    );
    assert_ne!(old.tie(&pat).me(), new.tie(&pat).me());
    assert_ne!(old.home().me(), new.home().me());
    let letters = old.letters(&recorded(&it.town));
    assert!(letters.len() >= 5, "{} letters", letters.len());
    assert!(
        new.letters(&recorded(&it.town)).is_empty(),
        "what was posted to the old phone opens for the restored one"
    );
    // Nor does the inside, were it handed over.
    let (mut restored, mut honest) = (new.tie(&pat), old.tie(&pat));
    let mut opened = 0;
    for (_, _, parts) in &letters {
        assert!(restored.take(parts).messages.is_empty(), "it opens");
        honest.take(parts);
        opened += parts
            .iter()
            .filter(|part| matches!(part, Part::Message(bytes) if honest.see(bytes).is_ok()))
            .count();
    }
    assert!(opened >= 5, "they open for whom they were meant");
}
