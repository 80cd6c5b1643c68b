//! The ways of a phone to a post box that it does not trust with its address, or that asks who may come: through an
//! oblivious relay as another process, and with a code. Real processes on both; whole lives go the same way when the
//! town's stories are told with `TOWN_WAY=oblivious`.
//! Invariant: what is looked for and not found is also shown to be found where it is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use alongside_core::companion::{Companion, PostBoxAt};
use alongside_core::life::{CardKind, Role};
use alongside_core::post::HttpPostBox;
use alongside_core::sync::{Contact, Rhythm};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use std::path::Path;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use town::TownClock;
use town::around::Around;
use town::phone::Keystore;
use town::process::RelayProcess;
use town::town::{BEGIN, Town};

const DAY: i64 = 86_400;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// Two people meet and write through an oblivious relay for three weeks; the post box turns its key twice. At the end
/// the town looks whether anything knows where they called from, and whether anything went straight.
#[test]
fn a_friendship_lives_three_weeks_through_an_oblivious_relay() {
    let mut town = Town::sealed(71);
    town.arrives("robin", "Robin");
    town.arrives("pat", "Pat");
    town.deliver(1);
    let (pat, _) = town.meet("robin", Role::Friend, "pat", Role::Mentor);
    town.deliver(2);
    for _ in 0..3 {
        let app = town.phone("robin").app();
        app.send_card(&pat, CardKind::ThinkingOfYou, None).unwrap();
        town.deliver(2);
        town.days_pass(7);
        town.deliver(2);
    }
    assert_eq!(town.phone("pat").app().inbox().unwrap().len(), 3);
    let around = town.net.borrow_mut().around.take().unwrap();
    let (sealed, straight) = around.requests();
    assert!(sealed > 40, "only {sealed} requests went sealed");
    // Each phone asks straight for each week's key, and for nothing else.
    assert_eq!(straight, 2 * 4);
    assert_eq!(around.complaints(), Vec::<String>::new());
}

/// The rhythm of a phone that nobody touches: each week's key is asked for in two moments, and every contact is had.
#[test]
fn the_rhythm_alone_keeps_the_way_open() {
    let mut town = Town::sealed(72);
    town.arrives("robin", "Robin");
    town.deliver(1);
    // To the beginning of a week.
    let week = 7 * DAY;
    town.clock.pass(week - town.clock.seconds() % week);
    let (mut keys, mut fetches) = (0, 0);
    for _ in 0..14 {
        let begins = town.clock.seconds();
        let plan = town
            .phone("robin")
            .app()
            .plan_day(Rhythm::default())
            .unwrap();
        for (at, contact) in plan {
            town.clock
                .pass((begins + i64::from(at) - town.clock.seconds()).max(0));
            let mut report = town.phone("robin").contact(contact);
            if report.offline && matches!(contact, Contact::Key { .. }) {
                // Within minutes of a sealed request: a phone puts it off.
                town.clock.pass(600);
                report = town.phone("robin").contact(contact);
            }
            match contact {
                Contact::Key { .. } => keys += i32::from(!report.offline),
                Contact::Fetch => fetches += i32::from(!report.offline),
                _ => {}
            }
        }
        town.clock.pass(begins + DAY - town.clock.seconds());
    }
    assert_eq!(keys, 4);
    // A fetch within minutes of the straight question is put off by a phone; here it is left out.
    assert!(fetches > 14 * 4 - 4, "{fetches}");
}

/// The search can fail: a phone that goes straight is seen, and so is a file that knows an address.
#[test]
fn what_goes_straight_is_found() {
    let clock = TownClock::at(BEGIN);
    let around = Around::starts(clock.true_day());
    let at = PostBoxAt {
        oblivious: None,
        ..around.at()
    };
    let folder = tempfile::tempdir().unwrap();
    let mut robin = phone(folder.path(), "Robin", 1, &clock);
    robin.set_post_box(&at).unwrap();
    let straight = HttpPostBox::new(&at.url, at.proxy.as_deref()).unwrap();
    runtime().block_on(robin.sync(&straight)).unwrap();
    let found = around.complaints();
    assert!(
        found.iter().any(|one| one.contains("went straight")),
        "{found:?}"
    );
    around.is_over();
}

fn phone(folder: &Path, name: &str, seed: u8, clock: &TownClock) -> Companion {
    Companion::make(
        &folder.join(name),
        &Keystore([seed; 32]),
        name,
        Box::new(clock.another()),
        Box::new(ChaCha20Rng::seed_from_u64(u64::from(seed))),
    )
    .unwrap()
}

/// A post box for those with a code, and a phone that has one.
struct Invited {
    folder: TempDir,
    relay: RelayProcess,
    clock: TownClock,
    runtime: Runtime,
}

impl Invited {
    fn starts() -> Self {
        let (folder, clock) = (tempfile::tempdir().unwrap(), TownClock::at(BEGIN));
        std::fs::write(folder.path().join("day"), clock.true_day().to_string()).unwrap();
        let relay = RelayProcess::start_with(folder.path(), &[("RELAY_CREATING", "invited")]);
        Self {
            folder,
            relay,
            clock,
            runtime: runtime(),
        }
    }

    fn gives_a_phone(&self, name: &str, seed: u8) -> (Companion, String) {
        let said = self.relay.command(&["invite", "new"]);
        let word = |of: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(of));
            line.unwrap().trim().to_owned()
        };
        let mut app = phone(self.folder.path(), name, seed, &self.clock);
        app.set_post_box(&PostBoxAt {
            url: self.relay.url.clone(),
            code: Some(word("code:")),
            ..PostBoxAt::default()
        })
        .unwrap();
        (app, word("label:"))
    }

    fn days_pass(&self, days: i64) {
        self.clock.pass(days * DAY);
        self.relay.set_day(self.clock.true_day());
    }

    /// By hand, and again once its place is ready. Returns how many inboxes of its own it then has.
    fn syncs(&self, app: &mut Companion) -> usize {
        let post = HttpPostBox::new(&self.relay.url, None).unwrap();
        self.runtime.block_on(app.sync(&post)).unwrap();
        let wait = app.post_box_ready_in().unwrap();
        self.clock.pass(i64::from(wait));
        self.runtime.block_on(app.sync(&post)).unwrap();
        app.inboxes_ahead().unwrap()
    }
}

#[test]
fn a_code_opens_a_box_to_a_phone_and_a_revoked_one_closes_it_with_the_month() {
    let town = Invited::starts();
    let (mut robin, _) = town.gives_a_phone("Robin", 1);
    let (mut pat, label) = town.gives_a_phone("Pat", 2);
    let mut sam = phone(town.folder.path(), "Sam", 3, &town.clock);
    sam.set_post_box(&PostBoxAt {
        url: town.relay.url.clone(),
        ..PostBoxAt::default()
    })
    .unwrap();
    assert!(town.syncs(&mut robin) > 0 && town.syncs(&mut pat) > 0);
    assert_eq!(town.syncs(&mut sam), 0, "nobody gave Sam a code");

    let _ = town.relay.command(&["invite", "revoke", &label]);
    // The secret that Pat has is good to the end of its month, and no longer.
    town.days_pass(56);
    let (robins, pats) = (town.syncs(&mut robin), town.syncs(&mut pat));
    assert!(robins > pats, "{robins} {pats}");

    // All secrets are turned: who has a code fetches anew, and creates later.
    let _ = town.relay.command(&["invite", "turn"]);
    town.days_pass(7);
    let before = robin.inboxes_ahead().unwrap();
    town.syncs(&mut robin);
    assert!(town.syncs(&mut robin) > before);
}
