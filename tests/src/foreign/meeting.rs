//! How two phones meet, as the other side may speak: codes that were scanned, typed or sent, bundles, and the four
//! steps, each sealed under the key that an honest other side would use.

use super::Met;
use super::pieces::Pieces;
use super::sealed::{chance, seal_parts};
use alongside_core::post::HttpPostBox;
use alongside_core::trust::bytes::Writer;
use alongside_core::trust::device::DeviceSecret;
use alongside_core::trust::envelope::{Opened, Part, open_item};
use alongside_core::trust::inbox::SlotKey;
use alongside_core::trust::invite::{
    Bundle, Introduction, InviteCode, InviteSecret, Invitee, Inviter, Kind, LINK_START, Offer,
    derive_offer_inbox,
};
use alongside_core::trust::suite::{self, Label, SUITE};
use alongside_core::trust::tie::{Tie, TieStart};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

const NOW: u64 = 1_770_000_000;
const DAY: u32 = 20_486;

/// A code, a bundle, or a step of a meeting.
pub fn invite(bytes: &[u8]) -> Met {
    let mut met = Met::default();
    let mut from = Pieces::new(bytes);
    match from.u8() % 8 {
        0 => text(&mut met, from.rest()),
        1 => code(&mut met, from.rest()),
        2 => bundle(&mut met, &mut from),
        3 => offer(&mut met, &mut from),
        4 => answer(&mut met, &mut from),
        5 => nonce(&mut met, &mut from),
        7 => {
            let inside = inside(&mut from);
            code(&mut met, &inside);
        }
        _ => {
            let kind = kind(from.u8());
            met.takes(Bundle::decode(from.rest()));
            let item = step(&offer_key(kind), 1, from.rest());
            met.takes(invitee(kind).open_offer(&item, NOW));
        }
    }
    met
}

fn kind(n: u8) -> Kind {
    if n.is_multiple_of(2) {
        Kind::Person
    } else {
        Kind::Device
    }
}

/// Any text in the place of a link, of words or of a post box's address.
fn text(met: &mut Met, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    met.takes(InviteCode::from_link(&text));
    if let Some(code) = met.takes(InviteCode::from_words(Kind::Person, &text)) {
        let words = code.to_words().unwrap();
        let again = InviteCode::from_words(Kind::Person, &words).unwrap();
        assert_eq!(again.secret.leak_bytes(), code.secret.leak_bytes());
    }
    let _ = HttpPostBox::new(&text, None);
    let _ = HttpPostBox::new("https://post.example.org", Some(&text));
}

/// Any inside of a link, with the check that belongs to it.
fn code(met: &mut Met, inside: &[u8]) {
    let check = suite::hash(Label::InviteCode, &[inside]);
    let whole = [inside, &check[..4]].concat();
    let link = format!("{LINK_START}{}", BASE64_URL_SAFE_NO_PAD.encode(whole));
    let Some(code) = met.takes(InviteCode::from_link(&link)) else {
        return;
    };
    assert_eq!(code.to_link().unwrap().as_str(), link, "a link changed");
    if let Some(relay) = &code.relay {
        let _ = HttpPostBox::new(relay, None);
    }
    met.rare = code.kind == Kind::Device && code.relay.is_some();
    let mut invitee = Invitee::from_code(InviteCode::from_link(&link).unwrap());
    let _ = invitee.open_offer(&[0; 1_024], NOW);
}

/// The inside of a link by its fields, so that a change of one byte leaves it whole.
fn inside(from: &mut Pieces<'_>) -> Vec<u8> {
    let mut w = Writer::new();
    w.u8(SUITE);
    w.u8(from.u8());
    w.bytes(from.piece());
    w.fixed(&[from.u8(); 32]);
    w.fixed(&[from.u8(); 32]);
    w.finish()
}

fn secret() -> InviteSecret {
    InviteSecret::from_bytes([5; 32])
}

fn offer_key(kind: Kind) -> SlotKey {
    derive_offer_inbox(&secret(), kind).slot_key()
}

/// One who typed the words, and so takes any bundle.
fn invitee(kind: Kind) -> Invitee {
    Invitee::from_code(InviteCode {
        kind,
        relay: None,
        secret: secret(),
        bundle_hash: None,
    })
}

fn step(key: &SlotKey, step: u8, bytes: &[u8]) -> Vec<u8> {
    let mut w = Writer::new();
    w.u32(1);
    w.u8(5);
    w.bytes(&[&[SUITE, step], bytes].concat());
    seal_parts(key, &w.finish())
}

fn start(n: u8) -> TieStart {
    let device = DeviceSecret::from_bytes([n; 32]);
    TieStart::make(&device, [1; 32], [2; 32], n, [n; 32], DAY, &mut chance()).unwrap()
}

thread_local! {
    static STARTS: [TieStart; 2] = [start(1), start(2)];
}

fn introduction(n: usize, name: &str, relay: Option<String>) -> Introduction {
    STARTS.with(|starts| Introduction {
        name: name.to_owned(),
        relay,
        statements: vec![starts[n].list_bytes().to_vec()],
        card: starts[n].card_bytes().to_vec(),
    })
}

/// A bundle whose signed parts are whole and whose fields are a fuzzer's, not checked by whoever wrote it.
fn any_bundle(from: &mut Pieces<'_>, one_time: Option<&[u8]>) -> Vec<u8> {
    let who = introduction(1, "x", None);
    let mut w = Writer::new();
    w.u8(SUITE);
    w.u8(1 + from.u8() % 2);
    w.bytes(from.piece());
    w.bytes(from.piece());
    let statements = usize::from(from.u8() % 3);
    w.count(statements);
    for _ in 0..statements {
        w.bytes(&who.statements[0]);
    }
    w.bytes(&who.card);
    match one_time {
        Some(one_time) if from.u8() % 2 == 1 => {
            w.u8(1);
            w.fixed(one_time);
            w.fixed(&[from.u8(); 64]);
            w.u64(from.u64());
        }
        _ => w.u8(0),
    }
    w.fixed(from.piece());
    w.finish()
}

fn bundle(met: &mut Met, from: &mut Pieces<'_>) {
    let bytes = any_bundle(from, None);
    if let Some(bundle) = met.takes(Bundle::decode(&bytes)) {
        assert_eq!(
            bundle.encode().as_deref(),
            Ok(bytes.as_slice()),
            "a bundle changed"
        );
    }
}

/// An offer to one who typed the words, and all that she does with it.
fn offer(met: &mut Met, from: &mut Pieces<'_>) {
    let one_time = suite::HpkeSecret::from_bytes([from.u8(); 32])
        .public()
        .unwrap();
    let bundle = any_bundle(from, Some(&one_time));
    for kind in [Kind::Person, Kind::Device] {
        let mut invitee = invitee(kind);
        let item = step(&offer_key(kind), 1, &bundle);
        if met.takes(invitee.open_offer(&item, NOW)).is_none() {
            continue;
        }
        let mut who = introduction(0, "Robin", None);
        if kind == Kind::Device {
            who.statements.clear();
        }
        if met.takes(invitee.answer(who, NOW, &mut chance())).is_some() {
            let item = step(&invitee.reply_inbox().unwrap().slot_key(), 3, &[7; 32]);
            invitee.take_nonce(&item, &mut chance()).expect("a nonce");
            invitee.words().expect("words");
            Invitee::decode(&invitee.encode()).expect("what is kept is read");
            let met_with = invitee.finish(true).expect("the end");
            let (lists, card) = (&met_with.theirs.statements, &met_with.theirs.card);
            let _ = Tie::join_home(start(4), lists, card);
        }
    }
}

fn inviter() -> (Inviter, Offer) {
    let who = introduction(0, "Robin", None);
    let inviter = Inviter::make(Kind::Person, who, NOW, &mut chance()).unwrap();
    let offer = inviter.offer();
    let opened = open_item(&inviter.offer_inbox().slot_key(), &offer.body).unwrap();
    let Opened::Whole(envelope) = opened else {
        panic!("an offer is one item")
    };
    let [Part::InviteStep(bytes)] = envelope.parts.as_slice() else {
        panic!("an offer is one part")
    };
    let bundle = Bundle::decode(&bytes[2..]).unwrap();
    (inviter, bundle.offer.unwrap())
}

/// An answer: any bytes where an answer stands, or a bundle that is sealed to the inviter as hers would be.
fn answer(met: &mut Met, from: &mut Pieces<'_>) {
    let (mut inviter, offer) = inviter();
    let key = SlotKey::from_bytes(offer.answer_key);
    if from.u8().is_multiple_of(2) {
        let item = step(&key, 1 + from.u8() % 4, from.rest());
        met.takes(inviter.take_answer(&item, NOW, &mut chance()));
        met.takes(inviter.take_opening(&item));
        return;
    }
    let bundle = any_bundle(from, Some(&offer.one_time));
    let mut w = Writer::new();
    w.bytes(&bundle);
    w.fixed(&[from.u8(); 32]);
    w.fixed(from.piece());
    let code = inviter.code();
    let hash = code.bundle_hash.unwrap();
    let mut info = suite::labelled(Label::Answer);
    info.push(1);
    let (sealed, _) = suite::hpke_seal_psk(
        &offer.one_time,
        (code.secret.leak_bytes(), &hash),
        &info,
        &[],
        &w.finish(),
        &mut chance(),
    )
    .unwrap();
    let item = step(&key, 2, &sealed);
    if met
        .takes(inviter.take_answer(&item, NOW, &mut chance()))
        .is_some()
    {
        inviter.nonce_step().expect("a nonce for her");
        let kept = inviter.encode();
        let again = Inviter::decode(&kept).expect("what is kept is read");
        assert_eq!(again.encode(), kept, "an inviter changed on the disk");
        met.takes(inviter.take_opening(&item));
    }
}

/// Nonces and openings: any bytes under the right key.
fn nonce(met: &mut Met, from: &mut Pieces<'_>) {
    let (inviter, _) = inviter();
    let mut invitee = Invitee::from_code(inviter.code());
    invitee.open_offer(&inviter.offer().body, NOW).unwrap();
    let who = introduction(1, "Pat", None);
    invitee.answer(who, NOW, &mut chance()).unwrap();
    let key = invitee.reply_inbox().unwrap().slot_key();
    let item = step(&key, 1 + from.u8() % 4, from.rest());
    if met
        .takes(invitee.take_nonce(&item, &mut chance()))
        .is_some()
    {
        invitee.opening_step().expect("an opening");
        invitee.words().expect("words");
    }
}
