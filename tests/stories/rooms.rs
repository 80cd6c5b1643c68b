//! Reads the sources and holds ARCHITECTURE.md true: each library in its one room, each room behind its
//! doors, pure rooms without clock or disk, the relay without a line of ours, short files, no field that
//! rates a person. It knows text only, no types. Each check is first shown a planted fault that it must find.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::BTreeSet;
use town::sources::{
    Source, core, dependencies, head, is_word, names_library, package_name, parts, room_of, rust,
    shipped, shipping, tree, without_comments, word_at, words,
};

type Complaints = Vec<String>;

// ---- what is wanted -----------------------------------------------------------------------------

/// Libraries of the core that only one room may name.
const ONE_ROOM: [(&str, &str); 17] = [
    ("automerge", "notebook"),
    ("zstd", "notebook"),
    ("rusqlite", "store"),
    ("fs4", "store"),
    ("reqwest", "post"),
    ("bhttp", "post"),
    ("rustls", "post"),
    ("tokio", "sync"),
    ("hpke", "trust"),
    ("ed25519_dalek", "trust"),
    ("chacha20poly1305", "trust"),
    ("hkdf", "trust"),
    ("sha2", "trust"),
    ("argon2", "trust"),
    ("bip39", "trust"),
    ("subtle", "trust"),
    ("zip", "port"),
];

/// Libraries that any room of the core may name: plain data, errors, zeroing, randomness as an argument.
const ANY_ROOM: [&str; 10] = [
    "base64",
    "csv",
    "getrandom",
    "jiff",
    "rand_chacha",
    "rand_core",
    "serde",
    "serde_json",
    "thiserror",
    "zeroize",
];

/// Which rooms of the core may name which others; rooms not here may name all.
const DOORS: [(&str, &[&str]); 7] = [
    ("life", &["life"]),
    ("trust", &["trust"]),
    ("post", &["post"]),
    ("notebook", &["notebook", "life"]),
    ("store", &["store", "error"]),
    ("port", &["port", "life", "store", "error"]),
    (
        "screens",
        &[
            "screens",
            "companion",
            "life",
            "sync",
            "notebook",
            "trust",
            "AlongsideError",
        ],
    ),
];

/// Rooms that take time, randomness and bytes as arguments, and what they may not reach for.
const PURE: [&str; 3] = ["life", "trust", "notebook"];
const IMPURE: [&str; 11] = [
    "SystemTime",
    "Instant::now",
    "Zoned::now",
    "Timestamp::now",
    "getrandom::",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "println!",
];

/// Words that would rate or accuse a person; whole words of an identifier or a name in a schema.
const NO_FIELD: [&str; 14] = [
    "risk",
    "risks",
    "score",
    "scores",
    "streak",
    "streaks",
    "compliance",
    "compliant",
    "offence",
    "offences",
    "offense",
    "offender",
    "offenders",
    "recidivism",
];
/// The list of words that is held against what people read has to name them.
const MAY_NAME_THEM: [&str; 2] = ["core/src/life/wordlist.rs", "tests/stories/rooms.rs"];

/// Names that say nothing about what is inside.
const NO_NAME: [&str; 6] = ["utils", "util", "common", "helpers", "helper", "manager"];

const LONGEST: usize = 600;
const LONG: usize = 400;

/// Top-level places that the map need not name.
const UNMAPPED: [&str; 4] = [".git", "target", "Cargo.lock", ".gitignore"];

// ---- the checks ---------------------------------------------------------------------------------

fn each_library_in_its_room(sources: &[Source]) -> Complaints {
    let mut found = Vec::new();
    for source in core(sources) {
        let code = shipped(source);
        for (library, room) in ONE_ROOM {
            if room_of(source) != room && names_library(&code, library) {
                found.push(format!("{}: {library} belongs to {room}/", source.path));
            }
        }
    }
    for library in dependencies(sources, "core/Cargo.toml") {
        let known = ONE_ROOM.iter().any(|(name, _)| *name == library);
        if !known && !ANY_ROOM.contains(&library.as_str()) {
            found.push(format!("core/Cargo.toml: {library} has no room"));
        }
    }
    found
}

fn rooms_keep_their_doors(sources: &[Source]) -> Complaints {
    let mut found = Vec::new();
    for source in core(sources) {
        let Some((_, doors)) = DOORS.iter().find(|(room, _)| *room == room_of(source)) else {
            continue;
        };
        let code = shipped(source);
        for (at, _) in code.match_indices("crate::") {
            let whole = at == 0 || !is_word(code.as_bytes()[at - 1]);
            let other = word_at(&code[at + "crate::".len()..]);
            if whole && !doors.contains(&other) {
                found.push(format!("{}: reaches into {other}", source.path));
            }
        }
    }
    found
}

fn pure_rooms_are_pure(sources: &[Source]) -> Complaints {
    let mut found = Vec::new();
    for source in core(sources).filter(|source| PURE.contains(&room_of(source))) {
        let code = shipped(source);
        for reach in IMPURE.iter().filter(|reach| code.contains(**reach)) {
            found.push(format!("{}: {reach} in a pure room", source.path));
        }
    }
    found
}

fn the_core_knows_no_phone(sources: &[Source]) -> Complaints {
    sources
        .iter()
        .filter(|source| source.path.starts_with("core/"))
        .filter(|source| {
            let code = if source.path.ends_with(".rs") {
                without_comments(&source.text)
            } else {
                source.text.clone()
            };
            words(&code).contains("uniffi")
        })
        .map(|source| format!("{}: uniffi in the core", source.path))
        .collect()
}

fn the_relay_links_nothing_of_ours(sources: &[Source]) -> Complaints {
    let ours: BTreeSet<String> = sources
        .iter()
        .filter(|source| source.path.ends_with("/Cargo.toml") && source.path != "relay/Cargo.toml")
        .filter_map(|source| package_name(&source.text))
        .collect();
    let mut found = Vec::new();
    for source in sources
        .iter()
        .filter(|source| source.path.starts_with("relay/"))
    {
        if source.path == "relay/Cargo.toml" {
            let lines = source.text.lines().map(str::trim);
            for line in lines.filter(|line| !line.starts_with('#')) {
                let name = line.split(['.', ' ', '=']).next().unwrap_or_default();
                if ours.contains(name) || line.contains("path = \"..") || line.contains("package =")
                {
                    found.push(format!("{}: {line}", source.path));
                }
            }
        } else if source.path.ends_with(".rs") {
            let code = without_comments(&source.text);
            for name in ours.iter().map(|name| name.replace('-', "_")) {
                if names_library(&code, &name) {
                    found.push(format!("{}: names {name}", source.path));
                }
            }
            if leaves_the_relay(&source.path, &code) || code.contains("include!(\"..") {
                found.push(format!("{}: takes a file from elsewhere", source.path));
            }
        }
    }
    found
}

/// Whether a file there takes another by a path that leads out of the relay.
fn leaves_the_relay(place: &str, code: &str) -> bool {
    code.split("#[path").skip(1).any(|rest| {
        let path = rest.split('"').nth(1).unwrap_or("/");
        let mut folders: Vec<&str> = place.split('/').collect();
        folders.pop();
        for part in path.split('/') {
            match part {
                ".." => drop(folders.pop()),
                name => folders.push(name),
            }
        }
        path.starts_with('/') || folders.first() != Some(&"relay")
    })
}

fn files_are_short(sources: &[Source]) -> Complaints {
    let mut found = Vec::new();
    for source in rust(sources) {
        let lines = source.text.lines().count();
        if lines > LONGEST {
            found.push(format!(
                "{}: {lines} lines, more than {LONGEST}",
                source.path
            ));
        }
    }
    for source in shipping(sources) {
        let lines = shipped(source).lines().count();
        let reason = head(source).any(|line| line.contains("Long because"));
        if (LONG + 1..=LONGEST).contains(&lines) && !reason {
            found.push(format!(
                "{}: {lines} lines without tests and no `//! Long because`",
                source.path
            ));
        }
    }
    found
}

fn files_say_what_they_are_for(sources: &[Source]) -> Complaints {
    rust(sources)
        .filter(|source| head(source).next().is_none())
        .map(|source| format!("{}: begins with no //!", source.path))
        .collect()
}

fn names_say_something(sources: &[Source]) -> Complaints {
    let mut found = Vec::new();
    for source in rust(sources).filter(|source| !MAY_NAME_THEM.contains(&source.path.as_str())) {
        let stem = source.path.trim_end_matches(".rs");
        if stem.split('/').any(|part| NO_NAME.contains(&part)) {
            found.push(format!("{}: a name that says nothing", source.path));
        }
        let code = without_comments(&source.text);
        for kind in ["struct ", "trait ", "enum ", "mod "] {
            for (at, _) in code.match_indices(kind) {
                let name = word_at(&code[at + kind.len()..]);
                let last = parts(name).pop().unwrap_or_default();
                if last == "impl" || NO_NAME.contains(&last.as_str()) {
                    found.push(format!("{}: {name} says nothing", source.path));
                }
            }
        }
    }
    found
}

fn nothing_rates_a_person(sources: &[Source]) -> Complaints {
    let mut found = Vec::new();
    let schemas = sources.iter().filter(|source| {
        (source.path.ends_with(".rs") || source.path.ends_with(".sql"))
            && !MAY_NAME_THEM.contains(&source.path.as_str())
    });
    for source in schemas {
        for word in words(&without_comments(&source.text)) {
            if let Some(part) = parts(word)
                .iter()
                .find(|part| NO_FIELD.contains(&part.as_str()))
            {
                found.push(format!("{}: {word} ({part})", source.path));
            }
        }
    }
    found
}

fn versions_are_named_once(sources: &[Source]) -> Complaints {
    let mut found = Vec::new();
    let manifests = sources.iter().filter(|source| {
        source.path.ends_with("/Cargo.toml") && source.path != "tests/fuzz/Cargo.toml"
    });
    for source in manifests {
        let mut inside = false;
        for line in source.text.lines().map(str::trim) {
            if line.starts_with('[') {
                inside = line.ends_with("dependencies]");
            } else if inside
                && !line.is_empty()
                && !line.starts_with('#')
                && !line.contains("workspace = true")
                && !line.contains("path = ")
            {
                found.push(format!("{}: {line}", source.path));
            }
        }
    }
    found
}

/// Every place in the map's first column stands in the tree, and every top-level place and room of the
/// core stands in the map.
fn the_map_is_true(map: &str, tree: &BTreeSet<String>) -> Complaints {
    let first_column = map.lines().filter_map(|line| line.strip_prefix("| `"));
    let first_column = first_column.filter_map(|line| line.split('`').next());
    let elsewhere = map.split('`').skip(1).step_by(2);
    let named: BTreeSet<&str> = elsewhere
        .filter(|place| place.contains('/') && !place.contains(' '))
        .chain(first_column)
        .map(|place| place.trim_end_matches('/'))
        .collect();
    let mut found: Complaints = named
        .iter()
        .filter(|place| !tree.contains(**place))
        .map(|place| format!("ARCHITECTURE.md names {place}, which does not exist"))
        .collect();
    for place in tree {
        let top = !place.contains('/') && !UNMAPPED.contains(&place.as_str());
        let room = place
            .strip_prefix("core/src/")
            .is_some_and(|rest| !rest.contains('/'));
        if (top || room) && !named.contains(place.as_str()) {
            found.push(format!("ARCHITECTURE.md does not name {place}"));
        }
    }
    found
}

// ---- the stories --------------------------------------------------------------------------------

/// Holds `check` against the tree, after it found each planted fault in a copy of it.
fn hold(check: fn(&[Source]) -> Complaints, planted: &[(&str, &str)]) {
    let (sources, _) = tree();
    assert!(rust(&sources).count() > 30, "the tree was not read");
    let before = check(&sources);
    for (path, text) in planted {
        let mut changed = sources.clone();
        match changed.iter_mut().find(|source| source.path == *path) {
            Some(source) => source.text = format!("{text}\n{}", source.text),
            None => changed.push(Source {
                path: (*path).to_owned(),
                text: (*text).to_owned(),
            }),
        }
        let after = check(&changed);
        assert!(
            after
                .iter()
                .any(|complaint| complaint.starts_with(path) && !before.contains(complaint)),
            "a planted fault was not found: {text:?} in {path}"
        );
    }
    assert!(before.is_empty(), "{}", before.join("\n"));
}

#[test]
fn each_library_is_named_in_its_one_room() {
    hold(
        each_library_in_its_room,
        &[
            ("core/src/life/mod.rs", "use automerge::AutoCommit;"),
            ("core/src/sync/mod.rs", "fn f() { rusqlite::version(); }"),
            ("core/src/companion/new.rs", "use tokio;"),
            ("core/src/port/new.rs", "use {hpke::Kem};"),
            ("core/Cargo.toml", "[dependencies]\nloro.workspace = true\n"),
        ],
    );
}

#[test]
fn rooms_know_only_what_their_doors_allow() {
    hold(
        rooms_keep_their_doors,
        &[
            ("core/src/life/new.rs", "use crate::trust::Day;"),
            ("core/src/trust/new.rs", "use crate::store::Store;"),
            ("core/src/post/new.rs", "fn f() -> crate::life::Mark {}"),
            ("core/src/notebook/mod.rs", "use crate::post::Token;"),
            ("core/src/store/new.rs", "use crate::notebook;"),
        ],
    );
}

#[test]
fn pure_rooms_reach_for_no_clock_disk_or_chance() {
    hold(
        pure_rooms_are_pure,
        &[
            (
                "core/src/trust/new.rs",
                "let now = std::time::SystemTime::now();",
            ),
            ("core/src/life/mod.rs", "let today = jiff::Zoned::now();"),
            ("core/src/notebook/new.rs", "std::fs::read(path)"),
            ("core/src/trust/mod.rs", "getrandom::fill(&mut key)"),
        ],
    );
}

#[test]
fn no_uniffi_in_the_core() {
    hold(
        the_core_knows_no_phone,
        &[
            ("core/Cargo.toml", "uniffi.workspace = true"),
            ("core/src/companion/mod.rs", "#[uniffi::export]"),
        ],
    );
}

#[test]
fn the_relay_is_blind_because_it_links_nothing_of_ours() {
    hold(
        the_relay_links_nothing_of_ours,
        &[
            ("relay/Cargo.toml", "alongside-core = { workspace = true }"),
            ("relay/Cargo.toml", "wire = { path = \"../wire\" }"),
            (
                "relay/Cargo.toml",
                "x = { package = \"alongside-core\", workspace = true }",
            ),
            ("relay/src/main.rs", "use alongside_core::trust;"),
            (
                "relay/src/new.rs",
                "#[path = \"../../core/src/post/wire.rs\"] mod wire;",
            ),
            (
                "relay/tests/process/new.rs",
                "#[path = \"../kit/../../../core/src/post/wire.rs\"] mod wire;",
            ),
        ],
    );
}

#[test]
fn no_file_is_too_long() {
    let long = "let x = 1;\n".repeat(601);
    let rather_long = "let x = 1;\n".repeat(401);
    hold(
        files_are_short,
        &[
            (
                "relay/src/new.rs",
                &format!("//! Long because it is.\n{long}"),
            ),
            (
                "core/src/life/new.rs",
                &format!("//! It is long.\n{rather_long}"),
            ),
        ],
    );
}

#[test]
fn every_file_says_what_it_is_for() {
    hold(
        files_say_what_they_are_for,
        &[("core/src/life/new.rs", "use std::fmt;")],
    );
}

#[test]
fn no_name_says_nothing() {
    hold(
        names_say_something,
        &[
            ("core/src/store/utils.rs", "//! x"),
            ("core/src/store/new.rs", "pub struct KeyManager;"),
            ("relay/src/new.rs", "pub trait StoreImpl {}"),
        ],
    );
}

#[test]
fn no_field_rates_or_accuses_a_person() {
    hold(
        nothing_rates_a_person,
        &[
            (
                "core/src/life/new.rs",
                "pub struct Person { pub risk_band: u8 }",
            ),
            ("core/src/life/new.rs", "fn longestStreak() -> u32 { 0 }"),
            ("core/src/notebook/new.rs", "const KEY: &str = \"offence\";"),
            (
                "core/src/store/schema.sql",
                "create table page (compliance integer);",
            ),
            ("bindings/terminal/src/main.rs", "struct SCORE;"),
        ],
    );
}

#[test]
fn each_version_is_named_once() {
    hold(
        versions_are_named_once,
        &[(
            "bindings/new/Cargo.toml",
            "[dev-dependencies]\nserde = \"1\"",
        )],
    );
}

#[test]
fn the_map_names_what_there_is() {
    let (sources, places) = tree();
    let map = sources
        .iter()
        .find(|source| source.path == "ARCHITECTURE.md");
    let map = &map.expect("there is no ARCHITECTURE.md").text;

    let planted = the_map_is_true(&format!("{map}\n`core/src/risk/`"), &places);
    assert!(
        planted
            .iter()
            .any(|complaint| complaint.contains("core/src/risk"))
    );
    let mut more = places.clone();
    more.insert("core/src/ledger".to_owned());
    more.insert("server".to_owned());
    let planted = the_map_is_true(map, &more);
    assert!(
        planted
            .iter()
            .any(|complaint| complaint.ends_with("core/src/ledger"))
    );
    assert!(
        planted
            .iter()
            .any(|complaint| complaint.ends_with(" server"))
    );

    let found = the_map_is_true(map, &places);
    assert!(found.is_empty(), "{}", found.join("\n"));
}
