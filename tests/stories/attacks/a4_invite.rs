//! Attack 4: an invite's bundle is swapped, its link is photographed and raced, its kind is changed, it is replayed, it
//! is past its time. Each is refused, or the four words differ.

use super::kit::rng;
use alongside_core::life::Role;
use alongside_core::trust::Refused;
use alongside_core::trust::device::DeviceSecret;
use alongside_core::trust::envelope::{Envelope, Opened, Part, open_item, seal_envelope};
use alongside_core::trust::inbox::SlotKey;
use alongside_core::trust::invite::{
    Introduction, InviteCode, Invitee, Inviter, Kind, LIFE_SECONDS, Posting,
};
use alongside_core::trust::tie::TieStart;
use town::Town;

const NOW: u64 = 1_770_022_800;

/// What a phone says of itself in a meeting.
fn who(name: &str, seed: u64) -> Introduction {
    let mut chance = rng(seed);
    let device = DeviceSecret::make(&mut chance);
    let start = TieStart::make(&device, [1; 32], [2; 32], 0, [3; 32], 20_486, &mut chance).unwrap();
    Introduction {
        name: name.into(),
        relay: None,
        statements: vec![start.list_bytes().to_vec()],
        card: start.card_bytes().to_vec(),
    }
}

fn invited(seed: u64) -> Inviter {
    Inviter::make(Kind::Person, who("Robin", seed), NOW, &mut rng(seed + 50)).unwrap()
}

fn by_link(inviter: &Inviter) -> InviteCode {
    InviteCode::from_link(&inviter.code().to_link().unwrap()).unwrap()
}

fn by_words(inviter: &Inviter) -> InviteCode {
    InviteCode::from_words(Kind::Person, &inviter.code().to_words().unwrap()).unwrap()
}

/// An offer of Mallory's, sealed for the inbox that the code leads to.
fn swapped(code: &InviteCode, bundle_of: &Inviter) -> Vec<u8> {
    let theirs = bundle_of.offer();
    let opened = open_item(&bundle_of.offer_inbox().slot_key(), &theirs.body);
    let Ok(Opened::Whole(envelope)) = opened else {
        panic!("an offer is one item");
    };
    let inbox = alongside_core::trust::invite::derive_offer_inbox(&code.secret, code.kind);
    seal_envelope(&inbox.slot_key(), &envelope, &mut rng(77)).unwrap()
}

#[test]
fn a_swapped_bundle_is_refused_by_link_and_shows_other_words_by_hand() {
    let mut robin = invited(401);
    let mut mallory = invited(402);
    // By link, which carries the bundle's hash: Mallory's offer is passed over, Robin's is read.
    let fake = swapped(&by_link(&robin), &mallory);
    let mut pat = Invitee::from_code(by_link(&robin));
    assert_eq!(pat.open_offer(&fake, NOW), Err(Refused::BadSignature));
    pat.open_offer(&robin.offer().body, NOW).unwrap();
    // By hand there is no hash: Pat may read Mallory's offer first. Mallory sits between the two.
    let mut pat = Invitee::from_code(by_words(&robin));
    pat.open_offer(&fake, NOW).unwrap();
    assert_eq!(pat.theirs().unwrap().name, "Robin", "a name proves nothing");
    // Her answer is sealed to Mallory's one-time key, under the invite's own secret, which Mallory knows too.
    pat.answer(who("Pat", 403), NOW, &mut rng(404)).unwrap();
    let to_mallory = pat.answer_step().unwrap();
    assert!(
        mallory
            .take_answer(&to_mallory.body, NOW, &mut rng(405))
            .is_err(),
        "the exchange is bound to the secret and the bundle: Mallory's own invite has another secret"
    );
    let mut between = Invitee::from_code(by_words(&robin));
    between.open_offer(&robin.offer().body, NOW).unwrap();
    between.answer(who("Pat", 406), NOW, &mut rng(407)).unwrap();
    robin
        .take_answer(&between.answer_step().unwrap().body, NOW, &mut rng(408))
        .unwrap();
    between
        .take_nonce(&robin.nonce_step().unwrap().body, &mut rng(409))
        .unwrap();
    robin
        .take_opening(&between.opening_step().unwrap().body)
        .unwrap();
    // Robin has words with Mallory; Pat has none at all, so what they say aloud can't be the same.
    assert_eq!(robin.words().unwrap(), between.words().unwrap());
    assert_eq!(pat.words(), Err(Refused::Stale));
    assert_eq!(robin.finish(false).err(), Some(Refused::WordsDiffer));
}

/// Mallory has a photograph of the code and a full meeting with each side: the words are drawn from both bundles and
/// both nonces, so the two sides show different ones.
#[test]
fn words_of_two_meetings_over_one_code_differ() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 410..430 {
        let mut robin = invited(1);
        let mut guest = Invitee::from_code(by_link(&robin));
        guest.open_offer(&robin.offer().body, NOW).unwrap();
        let name = if seed % 2 == 0 { "Pat" } else { "Mallory" };
        guest.answer(who(name, seed), NOW, &mut rng(seed)).unwrap();
        robin
            .take_answer(&guest.answer_step().unwrap().body, NOW, &mut rng(2))
            .unwrap();
        guest
            .take_nonce(&robin.nonce_step().unwrap().body, &mut rng(seed))
            .unwrap();
        robin
            .take_opening(&guest.opening_step().unwrap().body)
            .unwrap();
        assert_eq!(robin.words().unwrap(), guest.words().unwrap());
        seen.insert(robin.words().unwrap().to_string());
    }
    assert_eq!(seen.len(), 20, "each meeting has words of its own");
}

/// She who answers promises her nonce before she sees the other: she can't choose it afterwards to make words fit.
#[test]
fn a_nonce_chosen_afterwards_is_refused() {
    let mut robin = invited(431);
    let mut mallory = Invitee::from_code(by_link(&robin));
    mallory.open_offer(&robin.offer().body, NOW).unwrap();
    mallory.answer(who("Pat", 432), NOW, &mut rng(433)).unwrap();
    robin
        .take_answer(&mallory.answer_step().unwrap().body, NOW, &mut rng(434))
        .unwrap();
    let nonce = robin.nonce_step().unwrap();
    mallory.take_nonce(&nonce.body, &mut rng(435)).unwrap();
    // The kept state is Mallory's own: the key under which she opens her nonce lies in it, 64 bytes before her answer.
    let (kept, opening) = (mallory.encode(), mallory.opening_step().unwrap());
    let tail = 4 + opening.body.len() + 32 + 4 + mallory.answer_step().unwrap().body.len() + 64;
    let at = kept.len() - tail;
    let key = SlotKey::from_bytes(kept[at..at + 32].try_into().unwrap());
    let mut robin_again = Inviter::decode(&robin.encode()).unwrap();
    for (nonce, outcome) in [
        ([8; 32], Err(Refused::WordsDiffer)),
        ([9; 32], Err(Refused::WordsDiffer)),
    ] {
        let parts = vec![Part::InviteStep([&[1, 4][..], &nonce].concat())];
        let chosen = seal_envelope(&key, &Envelope { parts }, &mut rng(436)).unwrap();
        assert_eq!(robin_again.take_opening(&chosen), outcome);
        assert!(robin_again.words().is_err(), "no words are shown for it");
    }
    robin.take_opening(&opening.body).unwrap();
    assert_eq!(robin.words().unwrap(), mallory.words().unwrap());
}

#[test]
fn the_first_answer_burns_the_invite_and_a_replay_is_nothing() {
    let mut robin = invited(440);
    let answer = |name: &str, seed: u64| -> Posting {
        let mut guest = Invitee::from_code(by_link(&invited(440)));
        guest.open_offer(&invited(440).offer().body, NOW).unwrap();
        guest.answer(who(name, seed), NOW, &mut rng(seed)).unwrap();
        guest.answer_step().unwrap()
    };
    let first = answer("Mallory", 441);
    robin.take_answer(&first.body, NOW, &mut rng(442)).unwrap();
    let words_with = |robin: &Inviter| robin.theirs().unwrap().name.clone();
    for late in [first.body, answer("Pat", 443).body] {
        assert_eq!(
            robin.take_answer(&late, NOW, &mut rng(444)),
            Err(Refused::Replayed)
        );
        assert_eq!(words_with(&robin), "Mallory");
    }
}

#[test]
fn another_kind_finds_nothing_and_is_refused_where_it_finds_something() {
    let robin = invited(450);
    let mut code = by_link(&robin);
    code.kind = Kind::Device;
    let device = Invitee::from_code(code);
    assert_ne!(
        device.offer_inbox().fetch_token().leak_bytes(),
        robin.offer_inbox().fetch_token().leak_bytes(),
        "it looks into another inbox"
    );
    // Mallory knows the secret and lays the offer there too.
    let opened = open_item(&robin.offer_inbox().slot_key(), &robin.offer().body);
    let Ok(Opened::Whole(envelope)) = opened else {
        panic!("an offer is one item");
    };
    let moved = seal_envelope(&device.offer_inbox().slot_key(), &envelope, &mut rng(451)).unwrap();
    let mut device = device;
    assert_eq!(device.open_offer(&moved, NOW), Err(Refused::WrongKind));
    assert_eq!(device.answer_step().err(), Some(Refused::Stale));
}

#[test]
fn after_48_hours_nobody_reads_or_answers_it() {
    let mut robin = invited(460);
    let late = NOW + LIFE_SECONDS + 1;
    let mut pat = Invitee::from_code(by_link(&robin));
    assert_eq!(
        pat.open_offer(&robin.offer().body, late),
        Err(Refused::Expired)
    );
    pat.open_offer(&robin.offer().body, NOW).unwrap();
    assert_eq!(
        pat.answer(who("Pat", 461), late, &mut rng(462)),
        Err(Refused::Expired)
    );
    pat.answer(who("Pat", 461), NOW, &mut rng(462)).unwrap();
    assert_eq!(
        robin.take_answer(&pat.answer_step().unwrap().body, late, &mut rng(463)),
        Err(Refused::Expired)
    );
}

/// The whole way, on phones: Mallory photographs the link and is quicker. Robin's screen shows words, Pat's shows none,
/// so Robin says that they are not the same, and there is no tie on either side.
#[test]
fn a_photographed_link_is_raced_and_nobody_is_joined() {
    let mut town = Town::new(470);
    for (phone, person) in [("robin", "Robin"), ("pat", "Pat"), ("mallory", "Pat")] {
        town.arrives(phone, person);
    }
    let app = town.phone("robin").app();
    let (invite, code) = app
        .invite(Kind::Person, "Pat", Role::Mentor, false)
        .unwrap();
    town.phone("robin").sync();
    let link = code.to_link().unwrap();
    let mut joinings = Vec::new();
    for phone in ["mallory", "pat"] {
        let app = town.phone(phone).app();
        let joining = app.join(Kind::Person, &link, "Robin", Role::Friend, false);
        joinings.push((phone, joining.unwrap()));
    }
    for (phone, joining) in &joinings {
        town.phone(phone).sync();
        town.phone(phone).app().answer_invite(*joining).unwrap();
        town.phone(phone).sync();
    }
    for _ in 0..3 {
        town.deliver(1);
    }
    let words = |town: &mut Town, phone: &str| {
        let all = town.phone(phone).app().invites().unwrap();
        all.first().and_then(|one| one.words)
    };
    let (robins, pats) = (words(&mut town, "robin"), words(&mut town, "pat"));
    assert!(
        robins.is_some() && robins != pats,
        "Pat can't say Robin's words"
    );
    assert!(
        town.phone("robin")
            .app()
            .words_are_the_same(invite, false)
            .is_err()
    );
    town.deliver(2);
    for phone in ["robin", "pat"] {
        assert!(town.phone(phone).app().people().unwrap().is_empty());
    }
    // And the link is used up.
    town.arrives("late", "Pat");
    let app = town.phone("late").app();
    let joining = app
        .join(Kind::Person, &link, "Robin", Role::Friend, false)
        .unwrap();
    town.phone("late").sync();
    assert!(town.phone("late").app().answer_invite(joining).is_err());
}
