//! Foreign bytes: what passes the gate can be saved and opened again; what does not is refused
//! without a panic and without much memory. Changes are forged with automerge itself, and with
//! bytes changed under a right checksum.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, AutoCommit, Change, ExpandedChange, ObjType, ROOT, ScalarValue};
use proptest::prelude::*;

use super::super::*;
use super::kit::*;

fn automerge(actor: u8) -> AutoCommit {
    AutoCommit::new().with_actor(ActorId::from([actor; 16].as_slice()))
}

fn bytes(doc: &mut AutoCommit) -> Vec<u8> {
    doc.commit_with(CommitOptions::default().with_time(0));
    let changes = doc.get_changes(&[]);
    changes
        .iter()
        .flat_map(|change| change.raw_bytes().to_vec())
        .collect()
}

fn honest() -> (Document, Vec<u8>) {
    let mut doc = Document::make(&mut rng(1));
    doc.put_text("r/1/name", "Walk");
    doc.commit();
    doc.put_int("a", 1);
    doc.put_int("a", 2);
    doc.commit();
    doc.remove("a");
    doc.put_text("b", "two");
    let all = doc.take_changes();
    (doc, all)
}

fn refused(bytes: &[u8]) -> bool {
    let mut reader = Document::make(&mut rng(2));
    let outcome = reader.apply(bytes);
    assert!(reader.entries("").is_empty() || outcome.is_ok());
    match outcome {
        Err(_) => true,
        Ok(applied) => applied.refused > 0,
    }
}

/// The chunk with its length and checksum made right again after its body was changed.
fn with_body(body: &[u8]) -> Vec<u8> {
    let mut length = Vec::new();
    let mut rest = body.len();
    loop {
        let low = (rest & 0x7f) as u8;
        rest >>= 7;
        length.push(if rest == 0 { low } else { low | 0x80 });
        if rest == 0 {
            break;
        }
    }
    let mut hashed = vec![1];
    hashed.extend(&length);
    hashed.extend(body);
    let sum = sha256(&hashed);
    let mut chunk = vec![0x85, 0x6f, 0x4a, 0x83];
    chunk.extend(&sum[..4]);
    chunk.extend(&hashed);
    chunk
}

/// FIPS 180-4, written out: the ciphers are another room's, and a forger needs right checksums.
fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut primes = (2_u64..).filter(|n| (2..*n).all(|d| n % d != 0));
    let primes: Vec<f64> = (0..64)
        .filter_map(|_| primes.next())
        .map(|n| n as f64)
        .collect();
    let fraction = |root: f64| ((root - root.floor()) * 4_294_967_296.0) as u32;
    let k: Vec<u32> = primes.iter().map(|n| fraction(n.cbrt())).collect();
    let mut state: Vec<u32> = primes[..8].iter().map(|n| fraction(n.sqrt())).collect();
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    padded.resize((padded.len() + 8).next_multiple_of(64) - 8, 0);
    padded.extend((bytes.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks_exact(64) {
        let mut w: Vec<u32> = block
            .chunks_exact(4)
            .map(|word| u32::from_be_bytes(word.try_into().unwrap()))
            .collect();
        for at in 16..64 {
            let (a, b) = (w[at - 15], w[at - 2]);
            let a = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let b = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            w.push(
                w[at - 16]
                    .wrapping_add(a)
                    .wrapping_add(w[at - 7])
                    .wrapping_add(b),
            );
        }
        let mut s = state.clone();
        for at in 0..64 {
            let one = s[4].rotate_right(6) ^ s[4].rotate_right(11) ^ s[4].rotate_right(25);
            let choice = (s[4] & s[5]) ^ (!s[4] & s[6]);
            let first = s[7].wrapping_add(one).wrapping_add(choice);
            let first = first.wrapping_add(k[at]).wrapping_add(w[at]);
            let two = s[0].rotate_right(2) ^ s[0].rotate_right(13) ^ s[0].rotate_right(22);
            let most = (s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]);
            s.rotate_right(1);
            s[4] = s[4].wrapping_add(first);
            s[0] = first.wrapping_add(two).wrapping_add(most);
        }
        for (whole, part) in state.iter_mut().zip(s) {
            *whole = whole.wrapping_add(part);
        }
    }
    let bytes: Vec<u8> = state.iter().flat_map(|word| word.to_be_bytes()).collect();
    bytes.try_into().unwrap()
}

#[test]
fn an_honest_document_passes_also_torn_repeated_and_backwards() {
    let (mut doc, all) = honest();
    let read = super::super::gate::read_changes(&all).unwrap();
    let chunks: Vec<Vec<u8>> = read
        .iter()
        .map(|one| one.change.raw_bytes().to_vec())
        .collect();
    assert_eq!(chunks.len(), 3);
    assert_eq!(with_body(&chunks[0][10..]), chunks[0]);
    let mut reader = Document::make(&mut rng(2));
    for chunk in chunks.iter().rev() {
        reader.apply(chunk).unwrap();
        reader.apply(chunk).unwrap();
    }
    assert!(!reader.is_waiting());
    assert_eq!(reader.heads(), doc.heads());
    assert_eq!(reader.entries(""), doc.entries(""));
    assert_eq!(reader.get_text("b").as_deref(), Some("two"));
    assert!(reader.get_all("a").is_empty());
    // What waits is kept through the disk.
    let mut early = Document::make(&mut rng(3));
    let applied = early.apply(&chunks[2]).unwrap();
    assert!(applied.changed && applied.waiting_for_more);
    let mut early = Document::load(&early.to_stored()).unwrap();
    assert!(early.is_waiting());
    early.apply(&chunks[0]).unwrap();
    assert!(!early.apply(&chunks[1]).unwrap().waiting_for_more);
    assert_eq!(early.heads(), doc.heads());
}

#[test]
fn nested_objects_counters_and_other_kinds_of_values_are_refused() {
    type Deed = fn(&mut AutoCommit);
    let deeds: [Deed; 8] = [
        |doc| drop(doc.put_object(ROOT, "list", ObjType::List).unwrap()),
        |doc| {
            let text = doc.put_object(ROOT, "text", ObjType::Text).unwrap();
            doc.splice_text(&text, 0, 0, "nested").unwrap();
        },
        |doc| doc.put(ROOT, "counter", ScalarValue::counter(1)).unwrap(),
        |doc| doc.put(ROOT, "time", ScalarValue::Timestamp(1)).unwrap(),
        |doc| doc.put(ROOT, "float", 1.5).unwrap(),
        |doc| doc.put(ROOT, "bytes", vec![1_u8, 2]).unwrap(),
        |doc| doc.put(ROOT, "yes", true).unwrap(),
        |doc| doc.put(ROOT, "", 1).unwrap(),
    ];
    for deed in deeds {
        let mut doc = automerge(4);
        deed(&mut doc);
        assert!(refused(&bytes(&mut doc)));
    }
}

#[test]
fn times_messages_long_keys_long_texts_and_odd_actors_are_refused() {
    let mut timed = automerge(4);
    timed.put(ROOT, "a", 1).unwrap();
    timed.commit_with(CommitOptions::default().with_time(1_700_000_000));
    assert!(refused(&bytes(&mut timed)));
    let mut told = automerge(4);
    told.put(ROOT, "a", 1).unwrap();
    told.commit_with(CommitOptions::default().with_time(0).with_message("hello"));
    assert!(refused(&bytes(&mut told)));
    let mut long = automerge(4);
    long.put(ROOT, "k".repeat(97), 1).unwrap();
    assert!(refused(&bytes(&mut long)));
    let mut wide = automerge(4);
    wide.put(ROOT, "a", "t".repeat(70_000)).unwrap();
    assert!(refused(&bytes(&mut wide)));
    let mut odd = AutoCommit::new().with_actor(ActorId::from([7_u8; 3].as_slice()));
    odd.put(ROOT, "a", 1).unwrap();
    assert!(refused(&bytes(&mut odd)));
}

#[test]
fn deflated_changes_whole_documents_and_bundles_never_reach_automerge() {
    let mut doc = automerge(4);
    doc.put(ROOT, "a", "t".repeat(5_000)).unwrap();
    assert!(!refused(&bytes(&mut doc)));
    let mut deflated = doc.get_changes(&[]).remove(0);
    let deflated = deflated.bytes().into_owned();
    assert_eq!(deflated[8], 2);
    assert!(refused(&deflated));
    assert!(refused(&doc.save()));
    assert!(refused(&doc.save_nocompress()));
    assert!(refused(&[0x85, 0x6f, 0x4a, 0x83, 0, 0, 0, 0, 3, 0]));
}

/// Numbers that don't fit: each of these would be a panic or a document that never opens again.
#[test]
fn forged_numbers_are_refused_and_the_document_stays_whole() {
    let mut base = automerge(4);
    base.put(ROOT, "a", 1).unwrap();
    base.put(ROOT, "b", "one").unwrap();
    let base_bytes = bytes(&mut base);
    base.put(ROOT, "a", 2).unwrap();
    base.commit_with(CommitOptions::default().with_time(0));
    let next = base.get_last_local_change().unwrap().decode();
    assert_eq!(next.operations[0].pred.len(), 1);

    type Forge = fn(&mut ExpandedChange);
    let forges: [(&str, Forge); 9] = [
        ("sequence skipped", |c| c.seq = 7),
        ("sequence again", |c| c.seq = 1),
        ("another first change", |c| {
            (c.seq, c.deps) = (1, Vec::new())
        }),
        ("numbers overlap", |c| c.start_op = 1.try_into().unwrap()),
        ("numbers far ahead", |c| {
            c.start_op = 4_000_000_000_u64.try_into().unwrap()
        }),
        ("numbers skip", |c| c.start_op = 9.try_into().unwrap()),
        ("replaces what another key holds", |c| {
            c.operations[0].key = automerge::legacy::Key::Map("zzz".into());
        }),
        ("replaces what nobody wrote", |c| {
            c.operations[0].pred = vec![automerge::legacy::OpId(
                2,
                ActorId::from([9; 16].as_slice()),
            )]
            .into();
        }),
        ("replaces the same twice", |c| {
            let again = c.operations[0].clone();
            c.operations.push(again);
        }),
    ];
    for (what, forge) in forges {
        let mut forged = next.clone();
        forge(&mut forged);
        forged.hash = None;
        let forged = Change::from(forged).raw_bytes().to_vec();
        let mut reader = Document::make(&mut rng(2));
        reader.apply(&base_bytes).unwrap();
        let outcome = reader.apply(&forged);
        assert!(outcome.is_err() || outcome.unwrap().refused == 1, "{what}");
        assert_eq!(reader.get_int("a"), Some(1), "{what}");
        assert!(Document::load(&reader.to_stored()).is_ok(), "{what}");
    }
    let mut reader = Document::make(&mut rng(2));
    reader.apply(&base_bytes).unwrap();
    reader.apply(Change::from(next).raw_bytes()).unwrap();
    assert_eq!(reader.get_int("a"), Some(2));
}

#[test]
fn a_few_bytes_that_name_a_billion_operations_are_refused_at_once() {
    let (_, all) = honest();
    let read = super::super::gate::read_changes(&all).unwrap();
    let body = read[0].change.raw_bytes()[10..].to_vec();
    // The action column of a change with one put is the run [-1, 1] or [1, 1]: make it 2^40.
    let run: Vec<u8> = vec![0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 0x01];
    for at in 0..body.len() {
        let mut long = body[..at].to_vec();
        long.extend(&run);
        long.extend(&body[at..]);
        assert!(refused(&with_body(&long)));
    }
}

#[test]
fn a_notebook_of_too_many_documents_is_refused() {
    let (_, changes) = honest();
    let mut shared = Shared::empty();
    let mut outcomes = Vec::new();
    for year in 1..=80 {
        let item = WireItem {
            generation: Generation {
                number: 1,
                random: [1; 16],
            },
            name: DocName::Words { year },
            snapshot: true,
            changes: changes.clone(),
        };
        outcomes.push(shared.merge(&item, &mut rng(1)));
    }
    assert_eq!(
        outcomes.iter().filter(|outcome| outcome.is_ok()).count(),
        64
    );
    assert!(outcomes.ends_with(&[Err(Refused::TooLarge)]));
}

#[test]
fn foreign_texts_are_tidied_before_they_are_shown() {
    let mut doc = automerge(4);
    let key = "0102030405060708";
    doc.put(
        ROOT,
        format!("r/{key}/name"),
        "Walk\u{1b}[2J \u{202e}evil\nline",
    )
    .unwrap();
    doc.put(ROOT, format!("r/{key}/until"), i64::MAX / 4)
        .unwrap();
    doc.put(ROOT, format!("r/{key}/pause"), -5).unwrap();
    doc.put(ROOT, format!("g/{key}/name"), "x".repeat(500))
        .unwrap();
    doc.put(ROOT, "allow", "not a number").unwrap();
    doc.put(ROOT, "r/short/name", "no id").unwrap();
    let item = WireItem {
        generation: Generation {
            number: 1,
            random: [1; 16],
        },
        name: DocName::Core,
        snapshot: true,
        changes: bytes(&mut doc),
    };
    let mut shared = Shared::empty();
    shared.merge(&item, &mut rng(1)).unwrap();
    let shown = shared.view(TODAY);
    assert_eq!(shown.routines.len(), 1);
    assert_eq!(shown.routines[0].name, "Walk [2J  evil line");
    assert!(shown.goals.is_empty());
}

/// Whether automerge, asked to write a change anew, writes the same; none where it does not read it.
fn written_anew_is_the_same(chunk: &[u8]) -> Option<bool> {
    let change = Change::from_bytes(chunk.to_vec()).ok()?;
    Some(Change::from(change.decode()).hash() == change.hash())
}

/// One of ours: many operations, of several writers, over what was there and what was made apart.
fn many_handed(seed: u64) -> Vec<Vec<u8>> {
    let mut rng = rng(seed);
    let mut docs = [1, 2, 3].map(|actor| Document::with_actor([actor * 7; 16]));
    let mut all = Vec::new();
    for _ in 0..6 {
        let at = below(&mut rng, 3) as usize;
        for _ in 0..=below(&mut rng, 5) {
            let key = ["a", "ab", "b", "r/1/name"][below(&mut rng, 4) as usize];
            // The gate reads numbers of 63 bits.
            let edge = 1_i64 << below(&mut rng, 62);
            match below(&mut rng, 6) {
                0 => docs[at].put_int(key, edge),
                1 => docs[at].put_int(key, 1 - edge),
                2 => docs[at].put_text(key, &"x".repeat(below(&mut rng, 200) as usize)),
                3 => docs[at].remove(key),
                _ => docs[at].put_int(key, below(&mut rng, 3) as i64),
            };
        }
        let change = docs[at].take_changes();
        if !change.is_empty() {
            all.push(change);
        }
        let other = below(&mut rng, 3) as usize;
        let news = docs[at].all_changes();
        docs[other].apply(&news).unwrap();
    }
    all
}

/// The body of a chunk, and whether the gate sees by itself that it is written as automerge writes.
fn sees_it(chunk: &[u8]) -> bool {
    let mut at = 9;
    while chunk[at] & 0x80 != 0 {
        at += 1;
    }
    super::super::gate::read_body(&chunk[at + 1..]).is_ok_and(|body| body.canonical)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// What we write is seen to be canonical at once; what is seen to be so, automerge writes the same.
    #[test]
    fn what_the_gate_takes_for_canonical_automerge_writes_the_same(
        seed in any::<u64>(),
        edits in proptest::collection::vec((any::<u16>(), any::<u8>(), 0_u8..4), 1..4),
    ) {
        for chunk in many_handed(seed) {
            prop_assert!(sees_it(&chunk));
            prop_assert_eq!(written_anew_is_the_same(&chunk), Some(true));
            let start = 10 + usize::from(chunk[9] >> 7);
            let mut body = chunk[start..].to_vec();
            for (at, byte, how) in &edits {
                let at = usize::from(*at) % body.len();
                match how {
                    0 => body[at] = *byte,
                    1 => body[at] ^= 1 << (byte % 8),
                    2 => body.insert(at, *byte),
                    _ => drop(body.remove(at)),
                }
            }
            let forged = with_body(&body);
            if sees_it(&forged) {
                prop_assert_ne!(written_anew_is_the_same(&forged), Some(false));
            }
        }
    }
}

#[test]
fn a_number_that_the_gate_would_not_read_is_not_written() {
    let mut doc = Document::make(&mut rng(1));
    for int in [i64::MAX, i64::MIN, 1 << 62, -(1 << 62)] {
        assert!(!doc.put_int("a", int));
    }
    let most = (1 << 62) - 1;
    assert!(doc.put_int("a", most) && doc.put_int("b", -most));
    let mut reader = Document::make(&mut rng(2));
    reader.apply(&doc.take_changes()).unwrap();
    assert_eq!(reader.get_int("a"), Some(most));
    assert_eq!(reader.get_int("b"), Some(-most));
}

#[test]
fn numbers_written_longer_runs_cut_in_two_and_unnamed_actors_are_not_canonical() {
    let mut doc = Document::with_actor([9; 16]);
    for key in ["a", "b", "c"] {
        doc.put_int(key, 1);
    }
    let chunk = doc.take_changes();
    let body = &chunk[10..];
    assert!(sees_it(&chunk));
    // Three puts: one run of three in the column of actions. As two and one, or with a number of two bytes, it says the same.
    let run = body.windows(2).rposition(|two| two == [3, 1]).unwrap();
    let action = body.windows(2).position(|two| two == [3, 1]).unwrap();
    assert!(run >= action);
    let mut tried = 0;
    for (at, instead) in [
        (action, vec![2, 1, 0x7f, 1]),
        (action, vec![0x83, 0, 1]),
        (action, vec![0x7d, 1, 1, 1]),
    ] {
        let mut forged = body.to_vec();
        forged.splice(at..at + 2, instead.clone());
        // The length of that column stands in the table.
        let table = forged.windows(2).position(|two| two == [66, 2]).unwrap();
        forged[table + 1] = instead.len() as u8;
        let forged = with_body(&forged);
        assert!(!sees_it(&forged));
        assert!(refused(&forged));
        tried += 1;
    }
    assert_eq!(tried, 3);
    // An actor that no operation names.
    let others = 1 + 1 + 16 + 1 + 1 + 2;
    assert_eq!(body[others], 0);
    let mut forged = body.to_vec();
    forged.splice(others..=others, [vec![1, 16], vec![8; 16]].concat());
    let forged = with_body(&forged);
    assert!(!sees_it(&forged));
    assert!(refused(&forged));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_panic(junk in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = super::super::gate::read_changes(&junk);
        let _ = super::super::gate::read_changes(&with_body(&junk));
    }

    /// Bytes changed under a right checksum: refused, or harmless.
    #[test]
    fn changed_bytes_are_refused_or_harmless(
        which in 0_usize..3,
        edits in proptest::collection::vec((any::<u16>(), any::<u8>(), 0_u8..3), 1..4),
    ) {
        let (_, all) = honest();
        let read = super::super::gate::read_changes(&all).unwrap();
        let mut chunks: Vec<Vec<u8>> =
            read.iter().map(|one| one.change.raw_bytes().to_vec()).collect();
        let mut body = chunks[which][10..].to_vec();
        for (at, byte, how) in edits {
            let at = usize::from(at) % body.len();
            match how {
                0 => body[at] = byte,
                1 => body.insert(at, byte),
                _ => drop(body.remove(at)),
            }
        }
        chunks[which] = with_body(&body);
        let mut reader = Document::make(&mut rng(2));
        for chunk in &chunks {
            let _ = reader.apply(chunk);
        }
        reader.put_int("mine", 1);
        prop_assert!(Document::load(&reader.to_stored()).is_ok());
    }

    /// Right in form, wrong in numbers: whatever passes leaves a document that opens again.
    #[test]
    fn forged_numbers_never_break_a_document(seed in any::<u64>()) {
        let mut rng = rng(seed);
        let mut reader = Document::make(&mut rng);
        let mut docs = [automerge(4), automerge(5)];
        for round in 0..6 {
            let at = below(&mut rng, 2) as usize;
            let key = ["a", "b", "c"][below(&mut rng, 3) as usize];
            docs[at].put(ROOT, key, round).unwrap();
            docs[at].commit_with(CommitOptions::default().with_time(0));
            if below(&mut rng, 2) == 0 {
                let [one, two] = &mut docs;
                one.merge(two).unwrap();
                two.merge(one).unwrap();
            }
            let last = docs[at].get_last_local_change().unwrap();
            let mut forged = last.decode();
            match below(&mut rng, 8) {
                0 => forged.seq = below(&mut rng, 8),
                1 => forged.start_op = (1 + below(&mut rng, 9)).try_into().unwrap(),
                2 => drop(forged.deps.pop()),
                3 => forged.deps = Vec::new(),
                4 => forged.operations[0].key = automerge::legacy::Key::Map("b".into()),
                5 => forged.operations[0].pred = vec![automerge::legacy::OpId(
                    1 + below(&mut rng, 6),
                    ActorId::from([4 + below(&mut rng, 2) as u8; 16].as_slice()),
                )].into(),
                _ => {}
            }
            forged.hash = None;
            let _ = reader.apply(Change::from(forged).raw_bytes());
            let _ = reader.apply(last.raw_bytes());
            prop_assert!(Document::load(&reader.to_stored()).is_ok());
        }
    }
}
