//! Attack 4: bundle swapped, link or photographed code raced, kind changed, replay, expiry: refused, or words differ.
use super::*;
use crate::trust::envelope::seal_envelope;

/// Somebody who has the whole code and sits at the post box: he can read and replace everything in the offer inbox.
fn mallory(code: &InviteCode, seed: u64) -> Inviter {
    let rng = &mut rng(seed);
    let who = says("Robin", true, rng);
    let kind = code.kind;
    let secret = InviteSecret::from_bytes(*code.secret.leak_bytes());
    Inviter::make_with(secret, kind, who, NOW, rng).unwrap()
}

#[test]
fn a_swapped_bundle_is_refused_where_the_code_was_scanned() {
    let robin = inviter(Kind::Person, 1);
    let swapped = mallory(&robin.code(), 66).offer().body;
    let mut pat = Invitee::from_code(robin.code());
    assert_eq!(pat.open_offer(&swapped, NOW), Err(Refused::BadSignature));
    assert!(pat.theirs().is_none());
    // It changed nothing: the true one is still read.
    assert_eq!(pat.open_offer(&robin.offer().body, NOW), Ok(()));
}

#[test]
fn a_swapped_bundle_shows_other_words_where_the_code_was_typed() {
    let mut robin = inviter(Kind::Person, 1);
    let words = robin.code().to_words().unwrap();
    let typed = || InviteCode::from_words(Kind::Person, &words).unwrap();
    // Mallory stands between: Pat meets Mallory, Mallory meets Robin.
    let mut false_robin = mallory(&robin.code(), 66);
    let mut pat = invitee(typed(), &false_robin.offer().body, 2);
    meet(&mut false_robin, &mut pat).unwrap();
    let mut false_pat = invitee(typed(), &robin.offer().body, 67);
    meet(&mut robin, &mut false_pat).unwrap();
    assert_ne!(robin.words().unwrap(), pat.words().unwrap());
    // They say so, and neither phone holds anything of the tie.
    assert_eq!(robin.finish(false).err(), Some(Refused::WordsDiffer));
    assert_eq!(pat.finish(false).err(), Some(Refused::WordsDiffer));
}

#[test]
fn an_offer_is_not_swapped_under_the_eyes_of_the_person() {
    let robin = inviter(Kind::Person, 1);
    let words = robin.code().to_words().unwrap();
    let mut pat = Invitee::from_code(InviteCode::from_words(Kind::Person, &words).unwrap());
    pat.open_offer(&robin.offer().body, NOW).unwrap();
    let seen = pat.encode();
    let swapped = mallory(&robin.code(), 66).offer().body;
    assert_eq!(pat.open_offer(&swapped, NOW), Err(Refused::Replayed));
    assert_eq!(
        pat.open_offer(&robin.offer().body, NOW),
        Ok(()),
        "fetched again, not acknowledged"
    );
    assert_eq!(pat.encode(), seen);
}

#[test]
fn whoever_stands_between_cannot_choose_a_nonce_to_fit() {
    // He would need Pat's nonce before he sends his own, and she opens it only after: what Robin gets is what she
    // promised, or nothing.
    let mut robin = inviter(Kind::Person, 1);
    let mut pat = invitee(robin.code(), &robin.offer().body, 2);
    let rng = &mut rng(5);
    robin
        .take_answer(&pat.answer_step().unwrap().body, NOW, rng)
        .unwrap();
    pat.take_nonce(&robin.nonce_step().unwrap().body, rng)
        .unwrap();
    // Even with the exported key, another nonce is not the one that was promised.
    let key = robin.opening_key().unwrap();
    let other = seal_step(&key, OPENING, &[9; 32], rng).unwrap();
    assert_eq!(robin.take_opening(&other), Err(Refused::WordsDiffer));
    assert_eq!(robin.words().err(), Some(Refused::Stale));
    assert_eq!(
        robin.take_opening(&pat.opening_step().unwrap().body),
        Ok(())
    );
}

#[test]
fn of_two_who_race_one_answers_and_the_other_is_seen() {
    let mut robin = inviter(Kind::Person, 1);
    let offer = robin.offer().body;
    let mut pat = invitee(robin.code(), &offer, 2);
    let mut photographer = invitee(robin.code(), &offer, 3);
    meet(&mut robin, &mut photographer).unwrap();
    // Pat's good answer comes second: there is no key left that could open it, and Robin's phone can say so.
    let late = pat.answer_step().unwrap().body;
    assert_eq!(
        robin.take_answer(&late, NOW, &mut rng(4)),
        Err(Refused::Replayed)
    );
    // What the photographer was sent does not serve Pat, so her phone shows no words at all.
    let nonce = robin.nonce_step().unwrap().body;
    assert_eq!(
        pat.take_nonce(&nonce, &mut rng(4)),
        Err(Refused::CannotOpen)
    );
    assert_eq!(pat.words().err(), Some(Refused::Stale));
    // Neither is anything of hers taken in the other's place.
    assert_eq!(robin.finish(false).err(), Some(Refused::WordsDiffer));
}

#[test]
fn one_who_raced_and_lost_cannot_step_in_later() {
    let mut robin = inviter(Kind::Person, 1);
    let offer = robin.offer().body;
    let mut pat = invitee(robin.code(), &offer, 2);
    let photographer = invitee(robin.code(), &offer, 3);
    let rng = &mut rng(4);
    robin
        .take_answer(&pat.answer_step().unwrap().body, NOW, rng)
        .unwrap();
    assert_eq!(
        robin.take_answer(&photographer.answer_step().unwrap().body, NOW, rng),
        Err(Refused::Replayed)
    );
    // He has the token and the outer key of the answer inbox, and forges nonce and opening with them.
    let outer = robin.answer_inbox().slot_key();
    for step in [NONCE, OPENING] {
        let forged = seal_step(&outer, step, &[7; 32], rng).unwrap();
        assert_eq!(robin.take_opening(&forged), Err(Refused::CannotOpen));
        assert_eq!(pat.take_nonce(&forged, rng), Err(Refused::CannotOpen));
    }
    pat.take_nonce(&robin.nonce_step().unwrap().body, rng)
        .unwrap();
    robin
        .take_opening(&pat.opening_step().unwrap().body)
        .unwrap();
    assert_eq!(robin.words().unwrap(), pat.words().unwrap());
}

#[test]
fn a_changed_kind_finds_nothing() {
    let robin = inviter(Kind::Person, 1);
    let mut code = robin.code();
    code.kind = Kind::Device;
    assert_ne!(
        derive_offer_inbox(&code.secret, Kind::Device)
            .fetch_token()
            .hash(),
        robin.offer_inbox().fetch_token().hash()
    );
    let mut pat = Invitee::from_code(code);
    assert_eq!(
        pat.open_offer(&robin.offer().body, NOW),
        Err(Refused::CannotOpen)
    );
    // Sealed anew for the other kind by one who has the code: the bundle itself says what it is for.
    let key = pat.offer_inbox().slot_key();
    let plain = open_step(&robin.offer_inbox().slot_key(), OFFER, &robin.offer().body).unwrap();
    let again = seal_step(&key, OFFER, &plain, &mut rng(5)).unwrap();
    assert_eq!(pat.open_offer(&again, NOW), Err(Refused::WrongKind));
    // The kind in the link is changed too, and its check made to fit.
    let mut other = robin.code();
    other.kind = Kind::Device;
    let other = InviteCode::from_link(&other.to_link().unwrap()).unwrap();
    assert_eq!(
        Invitee::from_code(other).open_offer(&robin.offer().body, NOW),
        Err(Refused::CannotOpen)
    );
}

#[test]
fn an_answer_of_another_kind_or_with_an_offer_in_it_is_refused() {
    let rng = &mut rng(8);
    for bad in [Kind::Device, Kind::Person] {
        let mut robin = inviter(Kind::Person, 1);
        let plain = open_step(&robin.offer_inbox().slot_key(), OFFER, &robin.offer().body).unwrap();
        let offer = Bundle::decode(&plain).unwrap().offer.unwrap();
        let bundle = match bad {
            Kind::Device => Bundle {
                kind: bad,
                who: says("Pat", false, rng),
                offer: None,
            },
            Kind::Person => Bundle {
                kind: bad,
                who: says("Pat", true, rng),
                offer: Some(offer.clone()),
            },
        };
        let mut w = Writer::new();
        w.bytes(&bundle.encode().unwrap());
        w.fixed(&[0; 32]);
        let psk = robin.code();
        let (step, _) = suite::hpke_seal_psk(
            &offer.one_time,
            (psk.secret.leak_bytes(), &psk.bundle_hash.unwrap()),
            &answer_info(Kind::Person),
            &[],
            &w.finish(),
            rng,
        )
        .unwrap();
        let body = seal_step(&SlotKey::from_bytes(offer.answer_key), ANSWER, &step, rng).unwrap();
        assert_eq!(robin.take_answer(&body, NOW, rng), Err(Refused::WrongKind));
        assert!(
            robin.theirs().is_none(),
            "the invite is not burnt by a bad answer"
        );
    }
}

#[test]
fn an_answer_without_the_code_is_refused_and_burns_nothing() {
    // One who saw bundle and answer address, but not the secret.
    let mut robin = inviter(Kind::Person, 1);
    let mut code = robin.code();
    let plain = open_step(&robin.offer_inbox().slot_key(), OFFER, &robin.offer().body).unwrap();
    code.secret = InviteSecret::from_bytes([0; 32]);
    let mut guesser = Invitee::from_code(code);
    let body = seal_step(
        &guesser.offer_inbox().slot_key(),
        OFFER,
        &plain,
        &mut rng(5),
    )
    .unwrap();
    guesser.open_offer(&body, NOW).unwrap();
    let rng = &mut rng(6);
    guesser.answer(says("Pat", true, rng), NOW, rng).unwrap();
    let answer = guesser.answer_step().unwrap().body;
    assert_eq!(
        robin.take_answer(&answer, NOW, rng),
        Err(Refused::CannotOpen)
    );
    let mut pat = invitee(robin.code(), &robin.offer().body, 2);
    assert_eq!(meet(&mut robin, &mut pat), Ok(()));
}

#[test]
fn replays_change_nothing() {
    let mut robin = inviter(Kind::Person, 1);
    let mut pat = invitee(robin.code(), &robin.offer().body, 2);
    meet(&mut robin, &mut pat).unwrap();
    let (words, states) = (robin.words().unwrap(), (robin.encode(), pat.encode()));
    let rng = &mut rng(6);
    let again = says("Pat", true, rng);
    assert_eq!(
        pat.open_offer(&robin.offer().body, NOW),
        Err(Refused::Replayed)
    );
    assert_eq!(pat.answer(again, NOW, rng), Err(Refused::Replayed));
    assert_eq!(
        robin.take_answer(&pat.answer_step().unwrap().body, NOW, rng),
        Err(Refused::Replayed)
    );
    assert_eq!(
        pat.take_nonce(&robin.nonce_step().unwrap().body, rng),
        Err(Refused::Replayed)
    );
    assert_eq!(
        robin.take_opening(&pat.opening_step().unwrap().body),
        Err(Refused::Replayed)
    );
    assert_eq!((robin.encode(), pat.encode()), states);
    assert_eq!(robin.words().unwrap(), words);
    // An answer to an earlier invite of the same person is none to this one.
    let mut later = inviter(Kind::Person, 11);
    assert!(
        later
            .take_answer(&pat.answer_step().unwrap().body, NOW, rng)
            .is_err()
    );
}

#[test]
fn after_48_hours_nobody_is_let_in() {
    let mut robin = inviter(Kind::Person, 1);
    let mut pat = invitee(robin.code(), &robin.offer().body, 2);
    let rng = &mut rng(6);
    assert!(robin.expires() <= NOW + 48 * 3_600 && robin.expires() > NOW + 47 * 3_600);
    let (last, over) = (robin.expires(), robin.expires() + 1);
    let answer = pat.answer_step().unwrap().body;
    assert_eq!(robin.take_answer(&answer, over, rng), Err(Refused::Expired));
    let mut found = Invitee::from_code(robin.code());
    assert_eq!(
        found.open_offer(&robin.offer().body, over),
        Err(Refused::Expired)
    );
    assert_eq!(found.open_offer(&robin.offer().body, last), Ok(()));
    assert_eq!(
        found.answer(says("Pat", true, rng), over, rng),
        Err(Refused::Expired)
    );
    assert_eq!(robin.take_answer(&answer, last, rng), Ok(()));
    // Begun in time, it may be ended after.
    assert_eq!(
        pat.take_nonce(&robin.nonce_step().unwrap().body, rng),
        Ok(())
    );
}

#[test]
fn a_flipped_bit_anywhere_is_refused() {
    let mut robin = inviter(Kind::Person, 1);
    let mut pat = invitee(robin.code(), &robin.offer().body, 2);
    let rng = &mut rng(6);
    let flips = |body: &[u8]| -> Vec<Vec<u8>> {
        (0..body.len())
            .step_by(97)
            .map(|place| {
                let mut flipped = body.to_vec();
                flipped[place] ^= 4;
                flipped
            })
            .collect()
    };
    for item in flips(&robin.offer().body) {
        assert_eq!(
            Invitee::from_code(robin.code()).open_offer(&item, NOW),
            Err(Refused::CannotOpen)
        );
    }
    for item in flips(&pat.answer_step().unwrap().body) {
        assert_eq!(robin.take_answer(&item, NOW, rng), Err(Refused::CannotOpen));
    }
    robin
        .take_answer(&pat.answer_step().unwrap().body, NOW, rng)
        .unwrap();
    for item in flips(&robin.nonce_step().unwrap().body) {
        assert_eq!(pat.take_nonce(&item, rng), Err(Refused::CannotOpen));
    }
    pat.take_nonce(&robin.nonce_step().unwrap().body, rng)
        .unwrap();
    for item in flips(&pat.opening_step().unwrap().body) {
        assert_eq!(robin.take_opening(&item), Err(Refused::CannotOpen));
    }
    robin
        .take_opening(&pat.opening_step().unwrap().body)
        .unwrap();
}

#[test]
fn junk_sealed_by_one_who_has_the_code_is_refused() {
    let mut robin = inviter(Kind::Person, 1);
    let rng = &mut rng(6);
    let key = robin.offer_inbox().slot_key();
    let mut pat = Invitee::from_code(robin.code());
    for parts in [
        vec![],
        vec![Part::Card(vec![1, OFFER])],
        vec![Part::InviteStep(vec![])],
        vec![Part::InviteStep(vec![1])],
        vec![Part::InviteStep(vec![2, OFFER])],
        vec![Part::InviteStep(vec![1, NONCE])],
        vec![
            Part::InviteStep(vec![1, OFFER]),
            Part::InviteStep(vec![1, OFFER]),
        ],
        vec![Part::InviteStep(vec![1, OFFER, 9, 9])],
    ] {
        let item = seal_envelope(&key, &Envelope { parts }, rng).unwrap();
        assert!(pat.open_offer(&item, NOW).is_err());
    }
    let outer = robin.answer_inbox().slot_key();
    for size in [0, 10, 1_119, 1_120, 1_136, 1_200] {
        let item = seal_step(&outer, ANSWER, &vec![5; size], rng).unwrap();
        assert!(robin.take_answer(&item, NOW, rng).is_err());
    }
    let large = Envelope {
        parts: vec![Part::InviteStep(vec![0; 100_000])],
    };
    let body = seal_envelope(&outer, &large, rng).unwrap();
    assert_eq!(
        robin.take_answer(&body[..64 << 10], NOW, rng),
        Err(Refused::Malformed)
    );
}
