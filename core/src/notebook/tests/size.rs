//! A life's ticks stay small: documents by month, with who wrote what and after what, against the
//! deflated JSON of the bare state in one piece.

use jiff::civil::Date;
use rand_core::Rng;

use super::super::*;
use super::kit::*;
use crate::life::{ItemId, Mark};

#[test]
fn eighteen_months_of_ticks_with_their_history_are_hardly_larger_than_bare_json() {
    let mut rng = rng(3);
    let mut device = Device::new(3);
    let mut json = String::from("[");
    let mut docs = 0;
    let mut saved = 0;
    let mut day = Date::constant(2025, 1, 1);
    let ids: Vec<ItemId> = (0..10)
        .map(|_| ItemId(rng.next_u64().to_be_bytes()))
        .collect();
    for _ in 0..18 {
        let mut private = Private::open(&mut device.shelf);
        let name = DocName::ticks(day);
        while DocName::ticks(day) == name {
            for id in &ids {
                if below(&mut rng, 5) == 0 {
                    continue;
                }
                let mark = if below(&mut rng, 7) == 0 {
                    Mark::Rest
                } else {
                    Mark::Done
                };
                let id = *id;
                private.set_mark(id, day, Some(mark)).unwrap();
                let note = (below(&mut rng, 7) == 0).then(|| note(&mut rng));
                private.set_note(id, day, note.as_deref()).unwrap();
                // One tick is one change, as on a phone.
                private.take_changes();
                let record = private.record(id, day).unwrap();
                json += &format!("{{\"id\":\"{id}\",\"day\":\"{day}\",");
                json += &serde_json::to_string(&record).unwrap()[1..];
            }
            day = day.tomorrow().unwrap();
        }
        saved += private
            .to_stored(name)
            .unwrap()
            .unwrap()
            .snapshot
            .unwrap()
            .len();
        docs += 1;
    }
    // Automerge deflates a column as it is: one text value is the deflated text and a header.
    let mut bare = Document::make(&mut rng);
    bare.put_text("json", &json[..65_000]);
    let gzipped = bare.save().len() * json.len() / 65_000;
    println!("{docs} documents: {saved} bytes; deflated JSON: {gzipped} bytes");
    assert!(saved * 4 < gzipped * 5);
    assert!(saved < 18 * 2_000);
}

/// A note of five made-up words.
fn note(rng: &mut rand_chacha::ChaCha20Rng) -> String {
    let parts = [
        "ka", "ren", "to", "li", "mos", "dar", "wen", "sy", "bo", "tal",
    ];
    let mut words = Vec::new();
    for _ in 0..5 {
        let word: String = (0..3).map(|_| parts[below(rng, 10) as usize]).collect();
        words.push(word);
    }
    words.join(" ")
}
