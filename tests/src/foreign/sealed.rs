//! The two seals: the envelope's outer layer with padding and chunks, and the message inside it. What a fuzzer says is
//! sealed with keys that stand here, so that not the seal but what it holds is met.

use super::Met;
use super::pieces::Pieces;
use alongside_core::trust::bytes::Writer;
use alongside_core::trust::device::{DeviceSecret, TieKey};
use alongside_core::trust::envelope::{
    CHUNK, Chunks, Envelope, LADDER, Opened, Part, derive_post_key, open_item, seal_envelope,
};
use alongside_core::trust::ids::{BodyId, DeviceId, EpochId, NotebookId};
use alongside_core::trust::inbox::SlotKey;
use alongside_core::trust::message::{
    Body, Item, ItemProof, NumbersHeard, open_message, seal_message,
};
use alongside_core::trust::suite::{Label, SUITE, derive_into, labelled, make_nonce, seal_aead};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

const NONCE: usize = 24;
const TAG: usize = 16;

/// Randomness that is the same for the same bytes.
pub(super) fn chance() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(0x666f_7265)
}

/// The golden files' devices: seed of one byte, context 32 x c0.
pub(super) fn golden_key(n: u8) -> TieKey {
    DeviceSecret::from_bytes([n; 32]).derive_tie_key(&[0xc0; 32])
}

/// Any inside, sealed as one item of `size` bytes: cut to it, or followed by zeros.
pub(super) fn seal_inside(key: &SlotKey, inside: &[u8], size: usize) -> Vec<u8> {
    let mut inside = inside.to_vec();
    inside.resize(size - NONCE - TAG, 0);
    let nonce = make_nonce(key.leak_bytes(), &inside, &mut chance());
    let sealed = seal_aead(
        key.leak_bytes(),
        &nonce,
        &labelled(Label::Envelope),
        &inside,
    )
    .unwrap();
    [nonce.as_slice(), &sealed].concat()
}

/// The smallest size of the ladder that holds the parts, and the parts with head and length before them.
pub(super) fn seal_parts(key: &SlotKey, parts: &[u8]) -> Vec<u8> {
    let mut w = Writer::new();
    w.u8(SUITE);
    w.u8(0);
    w.bytes(parts);
    let inside = w.finish();
    let size = LADDER
        .into_iter()
        .find(|size| inside.len() + NONCE + TAG <= *size)
        .unwrap_or(CHUNK);
    seal_inside(key, &inside, size)
}

/// Items of the relay: as they come, or sealed around any inside, any parts, any chunks.
pub fn envelope(bytes: &[u8]) -> Met {
    let key = SlotKey::from_bytes([0x11; 32]);
    let mut met = Met::default();
    let mut from = Pieces::new(bytes);
    match from.u8() % 4 {
        0 => {
            let item = from.rest();
            let _ = derive_post_key(item);
            let opened = open_item(&key, item);
            whole(&mut met, &key, opened.ok());
        }
        1 => {
            let size = LADDER[usize::from(from.u8()) % LADDER.len()];
            let item = seal_inside(&key, from.rest(), size);
            whole(&mut met, &key, open_item(&key, &item).ok());
        }
        2 => {
            let item = seal_parts(&key, from.rest());
            whole(&mut met, &key, open_item(&key, &item).ok());
        }
        _ => chunks(&mut met, &key, &mut from),
    }
    met
}

fn whole(met: &mut Met, key: &SlotKey, opened: Option<Opened>) {
    match opened {
        Some(Opened::Whole(envelope)) => again(met, key, &envelope),
        Some(Opened::Chunk(chunk)) => {
            met.taken += 1;
            let _ = Chunks::new().join(chunk);
        }
        None => {}
    }
}

/// What was read is written and read again, equal.
fn again(met: &mut Met, key: &SlotKey, envelope: &Envelope) {
    met.taken += 1;
    let parts = &envelope.parts;
    let is_rare = |part: &Part| matches!(part, Part::List(bytes) if bytes.is_empty());
    met.rare = parts.len() == 3 && parts.iter().any(is_rare);
    let body = seal_envelope(key, envelope, &mut chance()).expect("what was opened can be sealed");
    let mut joined = Chunks::new();
    let items = if body.len() > CHUNK {
        CHUNK
    } else {
        body.len()
    };
    let mut last = None;
    for item in body.chunks(items) {
        last = match open_item(key, item).expect("what was sealed opens") {
            Opened::Whole(envelope) => Some(envelope),
            Opened::Chunk(chunk) => joined.join(chunk).expect("chunks of one set"),
        };
    }
    assert_eq!(
        last.as_ref(),
        Some(envelope),
        "an envelope changed on its way"
    );
}

fn chunks(met: &mut Met, key: &SlotKey, from: &mut Pieces<'_>) {
    let mut joined = Chunks::new();
    for _ in 0..32 {
        if from.is_empty() {
            break;
        }
        let (set, index, count) = (from.u8() % 4, from.u8(), from.u8());
        let mut inside = vec![SUITE, 1];
        inside.extend_from_slice(&[set; 16]);
        inside.extend_from_slice(&[index, count]);
        inside.extend_from_slice(from.piece());
        let item = seal_inside(key, &inside, CHUNK);
        if let Ok(Opened::Chunk(chunk)) = open_item(key, &item) {
            met.taken += 1;
            if let Ok(Some(envelope)) = joined.join(chunk) {
                again(met, key, &envelope);
            }
        }
        assert!(joined.unfinished().count() <= 2, "unfinished sets pile up");
    }
}

/// Messages of one epoch: as they come, around any inside, and around any body, well signed.
pub fn message(bytes: &[u8]) -> Met {
    let (key, secret, epoch) = (golden_key(1), [0x5e; 32], EpochId([0xe0; 32]));
    let mut met = Met::default();
    let mut from = Pieces::new(bytes);
    match from.u8() % 3 {
        0 => {
            let opened = open_message(from.rest(), &secret, &epoch, &key.public());
            met.takes(opened);
        }
        1 => {
            let sealed = around(&secret, &epoch, from.rest());
            let opened = open_message(&sealed, &secret, &epoch, &key.public());
            met.takes(opened);
        }
        _ => {
            let body = any_body(&mut from, key.device_id());
            let Ok((sealed, id)) = seal_message(&key, &secret, &epoch, &body, &mut chance()) else {
                return met;
            };
            let (opened, same) = open_message(&sealed, &secret, &epoch, &key.public())
                .expect("what was sealed opens");
            assert_eq!((&opened, same), (&body, id), "a body changed on its way");
            met.taken += 1;
            met.rare = opened.full && opened.numbers.len() >= 2 && opened.items.len() == 3;
            if !opened.items.is_empty() {
                let at = u32::try_from(opened.items.len() - 1).unwrap();
                let proof = ItemProof::take(&sealed, &secret, &epoch, &key.public(), at);
                proof.unwrap().check(&key.public()).expect("its own proof");
            }
        }
    }
    met
}

/// Any inside under the right key and commitment: what a member of the tie can send without a signature.
fn around(secret: &[u8; 32], epoch: &EpochId, inside: &[u8]) -> Vec<u8> {
    let salt = [3; 32];
    let mut keys = [0; 96];
    derive_into(Label::Message, secret, &salt, &[&epoch.0], &mut keys).unwrap();
    let cipher: [u8; 32] = keys[..32].try_into().unwrap();
    let header = [&[SUITE], &epoch.0[..], &salt, &keys[32..64]].concat();
    let sealed = seal_aead(&cipher, &[0; NONCE], &header, inside).unwrap();
    [header, sealed].concat()
}

fn any_body(from: &mut Pieces<'_>, device: DeviceId) -> Body {
    let full = from.u8() % 2 == 1;
    let sequence = from.u64();
    let previous = BodyId([from.u8(); 32]);
    let mut numbers = Vec::new();
    for _ in 0..from.u8() % 8 {
        let (contiguous, more) = (from.u64(), u64::from(from.u8()));
        numbers.push(NumbersHeard {
            notebook: NotebookId([from.u8(); 32]),
            device: DeviceId([from.u8(); 32]),
            contiguous,
            highest: contiguous.saturating_add(more),
        });
    }
    numbers.sort_unstable();
    numbers.dedup();
    let mut items = Vec::new();
    while !from.is_empty() && items.len() < 64 {
        items.push(Item {
            kind: from.u8(),
            bytes: from.piece().to_vec(),
        });
    }
    Body {
        device,
        sequence,
        previous,
        full,
        numbers,
        items,
    }
}
