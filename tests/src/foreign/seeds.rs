//! The first files of the corpus, made from golden files and from plain sentences of each decoder: where a fuzzer
//! begins. What it found beside them was minimised and lies in the same folders.

use super::fixture::{own, with_fixture};
use super::notebook::bodies;
use super::pieces::Script;
use super::sealed::golden_key;
use alongside_core::notebook::WireItem;
use alongside_core::trust::backup::MAGIC;
use alongside_core::trust::tie::TieKind;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where golden files are.
fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("golden")
        .join(name)
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(golden(name)).unwrap()
}

/// A golden file of lines `name: hex`.
fn values(name: &str) -> BTreeMap<String, Vec<u8>> {
    let text = String::from_utf8(file(name)).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, hex)| (name.to_owned(), hex::decode(hex).unwrap()))
        .collect()
}

fn value(file: &str, name: &str) -> Vec<u8> {
    values(file).remove(name).unwrap()
}

/// For each target its first files.
#[must_use]
pub fn seeds() -> Vec<(&'static str, Vec<Vec<u8>>)> {
    vec![
        ("backup", backup()),
        ("changes", changes()),
        ("device_list", device_list()),
        ("envelope", envelope()),
        (
            "export",
            vec![file("export-1.json"), file("town-1/export.json")],
        ),
        ("home_letters", home_letters()),
        ("invite", invite()),
        ("loop_db", loop_db()),
        ("loop_zip", loop_zip()),
        ("message", message()),
        ("people_letters", people_letters()),
        ("records", records()),
        ("settings", settings()),
        ("statements", statements()),
        ("wire", wire()),
    ]
}

/// A script that begins with these numbers.
fn script(numbers: &[u8]) -> Script {
    Script::new().raw(numbers)
}

fn backup() -> Vec<Vec<u8>> {
    let head = [&MAGIC[..], &[1, 1]].concat();
    let passphrase = [&[1][..], &[0, 0, 0, 8, 0, 0, 0, 1, 0, 0, 0, 1], &[9; 80]].concat();
    let no_people = script(&[3, 0]).piece(b"Robin").raw(&[1]);
    let no_people = document(no_people, "snapshot-core.item").piece(b"");
    let people = script(&[3, 1]).piece(b"Robin").raw(&[0]);
    let people = (0..6).fold(people, |script, _| script.piece(b""));
    vec![
        script(&[0]).raw(&head).raw(&passphrase).finish(),
        script(&[1]).raw(&passphrase).finish(),
        script(&[1]).raw(&[2, 0, 0, 0, 1, 1]).finish(),
        script(&[2, 1, 0, 0, 0, 0, 1])
            .raw(b"R")
            .raw(&[0; 4])
            .finish(),
        no_people.finish(),
        people.raw(&[0]).piece(b"").finish(),
    ]
}

/// The numbers and pieces of `any_item`, from a golden item.
fn document(script: Script, name: &str) -> Script {
    let (kind, at) = if name.starts_with("changes") {
        (1, 0)
    } else {
        (2, 1)
    };
    let item = WireItem::decode(kind, &file(&format!("notebook/{name}"))).unwrap();
    let names = ["core", "ticks-2026-02", "words-2026"];
    let which = names.iter().position(|one| *one == item.name.to_string());
    let which = u8::try_from(which.unwrap()).unwrap();
    let bodies = bodies(&item.changes);
    let count = u8::try_from(bodies.len()).unwrap();
    // Generation 9 with a random part of its own: above what the fixture's notebooks have.
    let script = script.raw(&[9, 9, 9, which, at, count]);
    bodies
        .iter()
        .fold(script, |script, body| script.piece(body))
}

const ITEMS: [&str; 4] = [
    "snapshot-core.item",
    "snapshot-ticks-2026-02.item",
    "changes-ticks-2026-02.item",
    "snapshot-words-2026.item",
];

fn changes() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = ITEMS
        .iter()
        .map(|name| document(script(&[2]), name).finish())
        .collect();
    all.push(
        script(&[0, 2])
            .raw(&file("notebook/snapshot-core.item"))
            .finish(),
    );
    all.push(
        script(&[1, 1])
            .piece(&[0x28, 0xb5, 0x2f, 0xfd, 0, 0, 1, 0, 0])
            .finish(),
    );
    all
}

fn device_list() -> Vec<Vec<u8>> {
    let unsigned = |name: &str| {
        let statement = value(&format!("trust/{name}"), "statement");
        let fields = statement.len() - 64 - 33;
        script(&[0]).raw(&statement[..fields]).finish()
    };
    let made = |statements: &[[u8; 9]]| script(&[1]).raw(&statements.concat()).finish();
    vec![
        unsigned("list-first.hex"),
        unsigned("list-removal.hex"),
        made(&[[0, 0, 0, 0, 0, 1, 2, 0, 0], [1, 0, 0, 0, 0, 3, 4, 0, 0]]),
        made(&[[0, 0, 0, 0, 0, 1, 6, 0, 0], [1, 0, 0, 0, 0, 3, 0, 4, 7]]),
        made(&[[0, 0, 0, 0, 0, 1, 2, 0, 0], [15, 1, 0, 0, 0, 3, 8, 2, 1]]),
    ]
}

fn envelope() -> Vec<Vec<u8>> {
    let parts = [
        &[0, 0, 0, 2, 1, 0, 0, 0, 2, 7, 7][..],
        &[3, 0, 0, 0, 1, 8, 1, 0, 0, 0, 1, 9],
    ];
    let tags = [0, 0, 0, 3, 4, 0, 0, 0, 0, 5, 0, 0, 0, 0, 6, 0, 0, 0, 1, 5];
    let chunk = |script: Script, numbers: &[u8], bytes: &[u8]| script.raw(numbers).piece(bytes);
    let two = chunk(
        script(&[3]),
        &[1, 0, 2],
        &[0, 0, 0, 8, 0, 0, 0, 1, 2, 0, 0, 0],
    );
    vec![
        script(&[0])
            .raw(&value("trust/envelope.hex", "body"))
            .finish(),
        script(&[1, 0, 1, 0, 0, 0, 0, 4]).raw(&[0; 4]).finish(),
        script(&[2]).raw(&parts.concat()).finish(),
        script(&[2]).raw(&tags).finish(),
        chunk(two, &[1, 1, 2], &[]).finish(),
    ]
}

/// A letter with one message in it that holds these items.
fn letter(first: &[u8], full: u8, items: &[Script]) -> Vec<u8> {
    let count = u8::try_from(items.len()).unwrap();
    let letter = script(first).raw(&[5, 0, full, 0, count]);
    let all = items.iter().fold(letter, |letter, item| {
        // Nothing of the item is changed after it was made.
        letter.raw(&item.clone().finish()).raw(&[0])
    });
    all.finish()
}

fn home_letters() -> Vec<Vec<u8>> {
    let item = |name| document(script(&[1]), name);
    let own = |name: &[u8]| script(&[9]).piece(b"").piece(b"").piece(name);
    vec![
        letter(&[], 1, &[item(ITEMS[0]), item(ITEMS[1])]),
        letter(
            &[],
            0,
            &[script(&[3, 7, 1]).raw(&[0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1])],
        ),
        letter(&[], 0, &[script(&[4, 0]), script(&[5, 2, 0])]),
        letter(
            &[],
            0,
            &[script(&[6, 1]), script(&[8, 7, 9, 0, 0, 0, 0, 0, 0, 0, 3])],
        ),
        letter(&[], 0, &[document(script(&[7, 7]), ITEMS[0])]),
        letter(&[], 0, &[own(b"Robyn"), script(&[10, 0, 2, 3])]),
        script(&[1, 0, 4, 0])
            .raw(&[0; 9])
            .raw(&[2, 3])
            .raw(&[0, 0, 0, 0, 0, 0, 0, 9, 0])
            .finish(),
        // A name that can't be shown, the record of a second home, and an own record that is cut off.
        letter(&[], 0, &[own(b"\x07")]),
        letter(&[], 0, &[script(&[4, 2, 0, 1, 1, 0, 3, 1])]),
        script(&[5, 0, 0, 0, 1])
            .raw(&own(b"Robyn").finish())
            .raw(&[0x10, 0, 6])
            .finish(),
    ]
}

fn people_letters() -> Vec<Vec<u8>> {
    let item = |name| document(script(&[2]), name);
    vec![
        letter(&[0], 1, &[item(ITEMS[0])]),
        letter(&[0], 1, &[item(ITEMS[3]), item(ITEMS[1])]),
        letter(&[0], 0, &[script(&[6, 1]), script(&[11]).piece(b"later")]),
        script(&[0, 3, 9, 0])
            .raw(&[0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1, 1, 0, 0])
            .finish(),
        script(&[0, 1, 0, 4, 0])
            .raw(&[0; 9])
            .raw(&[2, 3, 0, 0, 0, 0, 0, 0, 0, 9, 0])
            .finish(),
        script(&[3, 1, 0, 4, 0])
            .raw(&[0; 9])
            .raw(&[2, 3, 0, 0, 0, 0, 0, 0, 0, 9, 0])
            .finish(),
    ]
}

fn invite() -> Vec<Vec<u8>> {
    let invite = values("trust/invite.hex");
    let link = String::from_utf8(invite["link as text"].clone()).unwrap();
    let sheet = value("trust/recovery.hex", "sheet as text");
    let relay = b"https://post.example.org";
    let inside = script(&[1, 1, 1, 0, 0, 0, 24]).raw(relay).raw(&[5; 64]);
    let bundle = |first: &[u8], who: &[u8]| script(first).raw(&[0]).piece(who).piece(b"").raw(&[1]);
    vec![
        script(&[0]).raw(link.as_bytes()).finish(),
        script(&[0]).raw(&sheet).finish(),
        script(&[0]).raw(relay).finish(),
        inside.finish(),
        bundle(&[2], b"Robin").raw(&[0, 0, 0]).finish(),
        bundle(&[3, 1], b"Robin")
            .raw(&[1, 1])
            .raw(&[0xff; 8])
            .finish(),
        bundle(&[4, 1], b"Pat").finish(),
        script(&[4, 0, 1]).raw(&[7; 40]).finish(),
        script(&[5, 2]).raw(&[7; 32]).finish(),
        script(&[7, 1]).piece(relay).raw(&[5, 6]).finish(),
    ]
}

fn loop_db() -> Vec<Vec<u8>> {
    let text = |script: Script, text: &[u8]| script.raw(&[7]).piece(text);
    // archived, freq_den, freq_num, name, position, reminder, type, unit, uuid; then a day of it
    let habit = text(script(&[2, 0, 0, 1, 7, 1, 3]), b"Walk").raw(&[1, 0, 0, 0, 1, 0]);
    let habit = text(text(habit, b""), b"abcdef0123456789");
    let day = habit.clone().raw(&[1, 1, 1, 4, 121, 1, 2]);
    let timed = text(script(&[2, 0, 0, 1, 1, 1, 1]), b"Water").raw(&[1, 1, 1, 8, 1, 30, 1, 1]);
    let timed = text(text(timed, b"ml"), b"abcdef0123456780");
    vec![
        script(&[0]).raw(b"SQLite format 3\0").finish(),
        script(&[1, 0, 0]).finish(),
        script(&[1, 1, 0, 100, 1]).finish(),
        text(day, b"by the river").finish(),
        timed.finish(),
    ]
}

fn loop_zip() -> Vec<Vec<u8>> {
    let head = b"Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,Target Value,Archived?\n";
    let habits = |rows: &[u8]| [&head[..], rows].concat();
    let one = script(&[1, 0])
        .piece(b"")
        .piece(&habits(b"001,Walk,YES_NO,,,3,7,,,,,false\n"))
        .raw(&[1])
        .piece(b"")
        .piece(b"2026-02-02,YES_MANUAL,by the river\n2026-02-01,SKIP,\n");
    let two = script(&[1, 0])
        .piece(b"")
        .piece(&habits(
            b"001,Walk,,,,1,1,,,,,0\n002,Water,NUMERICAL,,,1,1,,ml,,,1\n",
        ))
        .raw(&[1])
        .piece(b"")
        .piece(b"")
        .raw(&[2])
        .piece(b"")
        .piece(b"2026-02-02,2500,\"a, b\"\n");
    let odd = script(&[1, 9]).piece(b"../Habits.csv").piece(&habits(b""));
    let empty = [&b"PK\x05\x06"[..], &[0; 18]].concat();
    vec![
        one.finish(),
        two.finish(),
        odd.finish(),
        script(&[0]).raw(&empty).finish(),
    ]
}

fn message() -> Vec<Vec<u8>> {
    let golden = values("trust/message.hex");
    let head = |full: u8, numbers: u8| script(&[2, full, 0, 0, 0, 0, 0, 0, 0, 5, 1, numbers]);
    let heard = [0, 0, 0, 0, 0, 0, 0, 2, 1, 3, 4];
    vec![
        script(&[0]).raw(&golden["message"]).finish(),
        script(&[1]).raw(&[0; 64]).raw(&golden["body"]).finish(),
        head(0, 0)
            .raw(&[1])
            .piece(b"a walk")
            .raw(&[2])
            .piece(b"")
            .finish(),
        head(1, 1).raw(&heard).raw(&[9]).piece(&[0; 12]).finish(),
    ]
}

fn records() -> Vec<Vec<u8>> {
    let invite = values("trust/invite.hex");
    let publics = script(&[7, 1]).raw(&[0, 0, 0, 1]).raw(&[8; 32]);
    let prekey = value("trust/card.hex", "prekey secret");
    with_fixture(|fixture| {
        // Only that they are there: the bytes themselves are the fixture's.
        assert!(own(fixture, TieKind::Home).len() > 4_000);
    });
    vec![
        script(&[0, 0]).finish(),
        script(&[1, 1, 0, 1, 1]).finish(),
        script(&[2, 0]).finish(),
        script(&[3, 0]).finish(),
        script(&[4, 0]).finish(),
        script(&[5]).raw(&invite["waiting inviter"]).finish(),
        script(&[6]).raw(&invite["waiting invitee"]).finish(),
        script(&[7]).raw(&prekey).finish(),
        publics.raw(&[0, 0, 0, 2, 1, 1]).finish(),
    ]
}

fn settings() -> Vec<Vec<u8>> {
    let toml = b"listen = '127.0.0.1:1'\noperator = 'Ann'\nconnections = 5\n[quotas]\nslot_bytes = 5\nfetch_items = 7\nretry_after = 60\n";
    let code = b"create_secrets = ['AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']\nmetrics_listen = '127.0.0.1:2'\n";
    let none = Script::new().piece(b"").piece(b"");
    vec![
        none.clone().raw(toml).finish(),
        none.raw(code).finish(),
        Script::new()
            .piece(b"RELAY_LISTEN")
            .piece(b"[::1]:80")
            .finish(),
        Script::new()
            .piece(b"RELAY_QUOTAS_BOX_BYTES")
            .piece(b"9")
            .raw(toml)
            .finish(),
    ]
}

fn statements() -> Vec<Vec<u8>> {
    let card = value("trust/card.hex", "card");
    let epoch = value("trust/epoch.hex", "statement");
    // seed, suites, counter, day: what follows the prekey
    let tail = |counter: u8, suites: &[u8]| {
        let count = u8::try_from(suites.len()).unwrap();
        let fields = [
            &[5; 32][..],
            &[0, 0, 0, count],
            suites,
            &[0; 7],
            &[counter],
            &[0; 4],
        ];
        fields.concat()
    };
    let two = script(&[2, 1, 9])
        .piece(&tail(1, &[1]))
        .raw(&[1, 9])
        .piece(&tail(2, &[1, 2]));
    assert_eq!(&epoch[1..33], &golden_key(1).public());
    vec![
        script(&[0]).raw(&card).finish(),
        script(&[1]).raw(&epoch).finish(),
        two.finish(),
        script(&[3]).raw(&epoch[..epoch.len() - 64]).finish(),
        script(&[4, 4, 0, 0, 0, 0, 0, 0, 0, 6, 2, 7, 0, 0, 0, 1, 1, 1, 1, 7]).finish(),
        script(&[5])
            .raw(&value("trust/grant.hex", "grant"))
            .finish(),
    ]
}

fn wire() -> Vec<Vec<u8>> {
    let create = script(&[1, 1])
        .raw(&[0; 4])
        .raw(&[1; 32])
        .raw(&[2; 32])
        .raw(&[64]);
    let create = (0..64).fold(create, |script, n| script.raw(&[n; 32]));
    let item = script(&[0, 0, 9, 1, 1, 0, 0, 0, 2, 7, 7, 0, 1]).raw(&[3; 16]);
    let item = item.raw(&[0, 0, 0, 5, 0, 0, 4, 0]).raw(&[0; 1_024]);
    let fetch = [1, 0, 9, 0, 0, 0, 0, 0, 0];
    vec![
        item.finish(),
        script(&[0, 0, 9, 1, 1]).finish(),
        script(&[0, 0, 9, 1, 2, 0, 1]).finish(),
        create.finish(),
        script(&[1]).raw(&fetch).finish(),
        script(&[1, 1, 1]).raw(&[4; 32]).finish(),
        script(&[2, 5])
            .piece(&[1, 2])
            .raw(&[2, 0, 1, 0, 0, 0, 1, 9, 1, 2, 0, 0, 0, 2, 8])
            .finish(),
        script(&[3, 0, 64, 1, 0, 1, 5, 0, 1, 2])
            .piece(&fetch)
            .raw(&[0, 2, 5, 0, 1, 6])
            .finish(),
    ]
}
