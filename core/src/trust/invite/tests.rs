//! Tests of invite: what it must hold, told case by case.

use super::*;
use crate::trust::card::Card;
use crate::trust::device::DeviceSecret;
use crate::trust::envelope::LADDER;
use crate::trust::golden::{self, rng};
use crate::trust::list::ListStatement;
use crate::trust::prekey::Prekey;
use proptest::prelude::*;
use rand_chacha::ChaCha20Rng;

mod attacks;

const NOW: u64 = 1_788_000_000;

/// What a phone says of itself: its own list, unless it is a device that joins one.
fn says(name: &str, list: bool, rng: &mut ChaCha20Rng) -> Introduction {
    let device = DeviceSecret::make(rng);
    let key = device.derive_tie_key(&suite::make_32(rng));
    let first = ListStatement::make_first(&key, [1; 32], [2; 32]).unwrap();
    let prekey = Prekey::make(rng).unwrap();
    let card = Card::make(&key, prekey.public(), suite::make_32(rng), 1, 20_700).unwrap();
    Introduction {
        name: name.to_owned(),
        relay: None,
        statements: if list {
            vec![first.bytes().to_vec()]
        } else {
            vec![]
        },
        card: card.bytes().to_vec(),
    }
}

fn inviter(kind: Kind, seed: u64) -> Inviter {
    let rng = &mut rng(seed);
    let who = says("Robin", true, rng);
    Inviter::make(kind, who, NOW, rng).unwrap()
}

/// Reads the code and the offer, and says yes.
fn invitee(code: InviteCode, offer: &[u8], seed: u64) -> Invitee {
    let rng = &mut rng(seed);
    let who = says("Pat", code.kind == Kind::Person, rng);
    let mut pat = Invitee::from_code(code);
    pat.open_offer(offer, NOW).unwrap();
    assert_eq!(pat.theirs().unwrap().name, "Robin");
    pat.answer(who, NOW, rng).unwrap();
    pat
}

/// From the answer to the opening.
fn meet(robin: &mut Inviter, pat: &mut Invitee) -> Result<(), Refused> {
    let rng = &mut rng(77);
    robin.take_answer(&pat.answer_step()?.body, NOW, rng)?;
    pat.take_nonce(&robin.nonce_step()?.body, rng)?;
    robin.take_opening(&pat.opening_step()?.body)
}

fn kept_and_taken_up(robin: &mut Inviter, pat: &mut Invitee) {
    *robin = Inviter::decode(&robin.encode()).unwrap();
    *pat = Invitee::decode(&pat.encode()).unwrap();
}

#[test]
fn two_phones_meet_and_hold_the_same() {
    for kind in [Kind::Person, Kind::Device] {
        let mut robin = inviter(kind, 1);
        let mut pat = invitee(robin.code(), &robin.offer().body, 2);
        meet(&mut robin, &mut pat).unwrap();
        assert_eq!(robin.words(), pat.words());
        let words = robin.words().unwrap();
        let (at_robin, at_pat) = (robin.finish(true).unwrap(), pat.finish(true).unwrap());
        assert_eq!((at_robin.words, at_pat.words), (words, words));
        assert_eq!(at_robin.tie, at_pat.tie);
        assert_eq!((at_robin.kind, at_pat.kind), (kind, kind));
        assert_eq!(at_robin.way_back.leak_bytes(), at_pat.way_back.leak_bytes());
        assert_eq!((at_robin.side, at_pat.side), (Side::Inviter, Side::Invitee));
        assert_eq!(
            (at_robin.theirs.name.as_str(), at_pat.theirs.name.as_str()),
            ("Pat", "Robin")
        );
    }
}

#[test]
fn tokens_match_the_inboxes_and_bodies_the_ladder() {
    let mut robin = inviter(Kind::Person, 1);
    let code = InviteCode::from_link(&robin.code().to_link().unwrap()).unwrap();
    let mut pat = invitee(code, &robin.offer().body, 2);
    meet(&mut robin, &mut pat).unwrap();
    let has = |inbox: SeededInbox, posting: &Posting| {
        assert!(
            inbox
                .registration(20_700)
                .slot_hashes
                .contains(&posting.slot.hash())
        );
        assert!(LADDER.contains(&posting.body.len()));
        assert_eq!(posting.key, envelope::derive_post_key(&posting.body));
    };
    has(robin.offer_inbox(), &robin.offer());
    has(pat.offer_inbox(), &robin.offer());
    has(robin.answer_inbox(), &pat.answer_step().unwrap());
    has(pat.reply_inbox().unwrap(), &robin.nonce_step().unwrap());
    has(robin.answer_inbox(), &pat.opening_step().unwrap());
    assert_eq!(robin.offer().body.len(), 4 << 10);
    assert_eq!(pat.answer_step().unwrap().body.len(), 4 << 10);
    assert_eq!(pat.opening_step().unwrap().body.len(), 1 << 10);
    assert_ne!(
        robin.offer_inbox().fetch_token().hash(),
        robin.answer_inbox().fetch_token().hash()
    );
}

#[test]
fn both_waits_survive_being_stopped_after_every_step() {
    let rng = &mut rng(3);
    let mut robin = inviter(Kind::Person, 1);
    let offer = robin.offer().body;
    let mut pat = Invitee::from_code(robin.code());
    kept_and_taken_up(&mut robin, &mut pat);
    assert_eq!(robin.offer().body, offer, "the same body is posted again");
    assert_eq!(robin.nonce_step().err(), Some(Refused::Stale));
    assert_eq!(
        pat.answer(says("Pat", true, rng), NOW, rng),
        Err(Refused::Stale)
    );
    pat.open_offer(&offer, NOW).unwrap();
    kept_and_taken_up(&mut robin, &mut pat);
    assert_eq!(pat.theirs().unwrap().name, "Robin");
    assert_eq!(pat.answer_step().err(), Some(Refused::Stale));
    pat.answer(says("Pat", true, rng), NOW, rng).unwrap();
    let answer = pat.answer_step().unwrap().body;
    kept_and_taken_up(&mut robin, &mut pat);
    assert_eq!(pat.answer_step().unwrap().body, answer);
    robin.take_answer(&answer, NOW, rng).unwrap();
    let nonce = robin.nonce_step().unwrap().body;
    kept_and_taken_up(&mut robin, &mut pat);
    assert_eq!(robin.nonce_step().unwrap().body, nonce);
    assert_eq!(robin.words().err(), Some(Refused::Stale));
    assert_eq!(pat.words().err(), Some(Refused::Stale));
    pat.take_nonce(&nonce, rng).unwrap();
    let opening = pat.opening_step().unwrap().body;
    kept_and_taken_up(&mut robin, &mut pat);
    assert_eq!(pat.opening_step().unwrap().body, opening);
    robin.take_opening(&opening).unwrap();
    kept_and_taken_up(&mut robin, &mut pat);
    assert_eq!(robin.words().unwrap(), pat.words().unwrap());
    assert_eq!(
        robin.finish(true).unwrap().tie,
        pat.finish(true).unwrap().tie
    );
}

#[test]
fn a_code_is_read_back_from_link_and_words() {
    let robin = inviter(Kind::Device, 1);
    let mut code = robin.code();
    code.relay = Some("https://post.example:8443/box".to_owned());
    let link = code.to_link().unwrap();
    assert!(link.starts_with("alongside:#"), "no host is contacted");
    assert!(InviteCode::from_link(&link).unwrap() == code);
    let broken = format!(" {}\r\n {}\n", &link[..40], &link[40..]);
    assert!(
        InviteCode::from_link(&broken).unwrap() == code,
        "as mail breaks it"
    );
    assert!(InviteCode::from_link(link.trim_start_matches(LINK_START)).unwrap() == code);
    let words = code.to_words().unwrap();
    assert_eq!(words.split(' ').count(), 24);
    let typed = InviteCode::from_words(Kind::Device, &words).unwrap();
    assert!(typed.secret == code.secret && typed.bundle_hash.is_none() && typed.relay.is_none());
    assert_eq!(
        typed.to_link().err(),
        Some(Refused::Malformed),
        "a link always carries the hash"
    );
    assert_eq!(format!("{code:?}"), "InviteCode(Device)");
}

#[test]
fn an_invite_typed_as_words_works_too() {
    let mut robin = inviter(Kind::Person, 1);
    let words = robin.code().to_words().unwrap();
    let code = InviteCode::from_words(Kind::Person, &words).unwrap();
    let mut pat = invitee(code, &robin.offer().body, 2);
    meet(&mut robin, &mut pat).unwrap();
    assert_eq!(robin.words().unwrap(), pat.words().unwrap());
}

#[test]
fn torn_codes_are_refused_before_anybody_is_asked() {
    let link = inviter(Kind::Person, 1).code().to_link().unwrap();
    for end in 0..link.len() {
        assert!(InviteCode::from_link(&link[..end]).is_err());
    }
    for place in LINK_START.len()..link.len() {
        let mut other = link.to_string();
        let letter = if &link[place..=place] == "A" {
            "B"
        } else {
            "A"
        };
        other.replace_range(place..=place, letter);
        assert!(InviteCode::from_link(&other).is_err(), "letter {place}");
    }
    assert_eq!(
        InviteCode::from_link(&"A".repeat(2_000)).err(),
        Some(Refused::TooLarge)
    );
}

#[test]
fn names_are_plain_text_of_thirty_characters() {
    for good in [
        "R",
        "Robin",
        "Zoë-Łucja O'Neil",
        "रॉबिन",
        "عائشة",
        "👩🏽‍🌾 Ash",
        &"x".repeat(30),
    ] {
        assert!(bundle::is_name(good), "{good}");
    }
    for bad in [
        "",
        " ",
        " R",
        "R ",
        "a\nb",
        "a\u{0}b",
        "Sam\u{202e}nibor",
        "a\u{200b}",
        "\u{feff}x",
        "a\u{2066}b",
        &"x".repeat(31),
    ] {
        assert!(!bundle::is_name(bad), "{bad:?}");
    }
    let rng = &mut rng(1);
    let mut who = says("Robin", true, rng);
    who.name = "x".repeat(31);
    assert_eq!(
        Inviter::make(Kind::Person, who, NOW, rng).err(),
        Some(Refused::Malformed)
    );
}

#[test]
fn a_bundle_is_signed_by_whom_it_speaks_for() {
    let rng = &mut rng(1);
    let good = says("Robin", true, rng);
    let other = says("Robin", true, rng);
    let refused = |kind, change: &dyn Fn(&mut Introduction)| {
        let mut who = good.clone();
        change(&mut who);
        Bundle {
            kind,
            who,
            offer: None,
        }
        .encode()
        .err()
    };
    assert_eq!(refused(Kind::Person, &|_| {}), None);
    assert_eq!(
        refused(Kind::Person, &|who| who.card = other.card.clone()),
        Some(Refused::NotListed)
    );
    assert_eq!(
        refused(Kind::Person, &|who| who.statements.clear()),
        Some(Refused::NotListed)
    );
    assert_eq!(
        refused(Kind::Person, &|who| who
            .statements
            .push(other.statements[0].clone())),
        Some(Refused::NotListed)
    );
    assert_eq!(
        refused(Kind::Person, &|who| who.card[40] ^= 1),
        Some(Refused::BadSignature)
    );
    assert_eq!(
        refused(Kind::Person, &|who| who.statements[0][20] ^= 1),
        Some(Refused::BadSignature)
    );
    assert_eq!(
        refused(Kind::Device, &|_| {}),
        Some(Refused::NotListed),
        "a device brings no list"
    );
    assert_eq!(refused(Kind::Device, &|who| who.statements.clear()), None);
    assert_eq!(
        refused(Kind::Person, &|who| who.relay = Some(String::new())),
        Some(Refused::Malformed)
    );
    assert_eq!(
        refused(Kind::Person, &|who| who.relay = Some("x".repeat(256))),
        Some(Refused::Malformed)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn anything_is_read_or_refused(bytes: Vec<u8>, text in "\\PC{0,200}") {
        let _ = Bundle::decode(&bytes);
        let _ = Inviter::decode(&bytes);
        let _ = Invitee::decode(&bytes);
        let _ = InviteCode::from_link(&text);
        let _ = InviteCode::from_words(Kind::Person, &text);
    }

    #[test]
    fn changed_states_and_bundles_are_read_or_refused(place: prop::sample::Index, to: u8, cut: bool) {
        let mut robin = inviter(Kind::Person, 1);
        let mut pat = invitee(robin.code(), &robin.offer().body, 2);
        meet(&mut robin, &mut pat).unwrap();
        for kept in [robin.encode(), pat.encode()] {
            let mut kept = kept.to_vec();
            let place = place.index(kept.len());
            if cut { kept.truncate(place) } else { kept[place] = to }
            let one = Inviter::decode(&kept).map(|robin| robin.words().is_ok());
            let other = Invitee::decode(&kept).map(|pat| pat.words().is_ok());
            prop_assert!(!cut || (one.is_err() && other.is_err()));
        }
    }
}

/// Each step of one meeting, for the golden file.
fn golden_meeting() -> Vec<(&'static str, Vec<u8>)> {
    let mut robin = inviter(Kind::Person, 1);
    let mut pat = invitee(robin.code(), &robin.offer().body, 2);
    let waiting = robin.encode().to_vec();
    meet(&mut robin, &mut pat).unwrap();
    vec![
        (
            "link as text",
            robin.code().to_link().unwrap().as_bytes().to_vec(),
        ),
        ("waiting inviter", waiting),
        ("offer", robin.offer().body),
        ("waiting invitee", pat.encode().to_vec()),
        ("met inviter", robin.encode().to_vec()),
        ("answer", pat.answer_step().unwrap().body),
        ("nonce", robin.nonce_step().unwrap().body),
        ("opening", pat.opening_step().unwrap().body),
        (
            "words as text",
            robin.words().unwrap().to_string().into_bytes(),
        ),
        ("tie", robin.finish(true).unwrap().tie.0.to_vec()),
        (
            "way back",
            pat.finish(true).unwrap().way_back.leak_bytes().to_vec(),
        ),
    ]
}

#[test]
#[ignore = "makes the golden file, once"]
fn make_golden() {
    let values = golden_meeting();
    let values: Vec<_> = values
        .iter()
        .map(|(name, value)| (*name, value.as_slice()))
        .collect();
    golden::make_values("invite.hex", &values);
}

#[test]
fn the_golden_meeting_is_still_read() {
    let kept = golden::values("invite.hex");
    let code = InviteCode::from_link(std::str::from_utf8(&kept["link as text"]).unwrap()).unwrap();
    // The invitee: from the code to the offer; then her kept state, which already answered and opened.
    let mut new = Invitee::from_code(code);
    new.open_offer(&kept["offer"], NOW).unwrap();
    assert_eq!(new.theirs().unwrap().name, "Robin");
    let pat = Invitee::decode(&kept["waiting invitee"]).unwrap();
    assert_eq!(pat.answer_step().unwrap().body, kept["answer"]);
    assert_eq!(pat.opening_step().unwrap().body, kept["opening"]);
    let words = std::str::from_utf8(&kept["words as text"]).unwrap();
    assert_eq!(pat.words().unwrap().to_string(), words);
    let met = Inviter::decode(&kept["met inviter"]).unwrap();
    assert_eq!(met.nonce_step().unwrap().body, kept["nonce"]);
    assert_eq!(met.words().unwrap().to_string(), words);
    // The inviter takes the kept answer; its nonce is drawn anew, so only the exchange can be compared.
    let mut robin = Inviter::decode(&kept["waiting inviter"]).unwrap();
    assert_eq!(robin.offer().body, kept["offer"]);
    robin
        .take_answer(&kept["answer"], NOW, &mut rng(9))
        .unwrap();
    robin.take_opening(&kept["opening"]).unwrap();
    let at_robin = robin.finish(true).unwrap();
    let at_pat = pat.finish(true).unwrap();
    assert_eq!(at_pat.tie.0.as_slice(), kept["tie"]);
    assert_eq!(at_robin.tie, at_pat.tie);
    assert_eq!(at_pat.way_back.leak_bytes().as_slice(), kept["way back"]);
    assert_eq!(at_robin.way_back.leak_bytes(), at_pat.way_back.leak_bytes());
}
