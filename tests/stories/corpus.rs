//! The fuzzers' corpus, run through the very functions that the fuzz targets run: what was once worth keeping stays
//! read without a panic. It counts the files, and holds the fuzz crate to the same targets and libraries as the rest.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use town::foreign::{DECODERS, seeds::seeds};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz")
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|why| panic!("{folder:?}: {why}"));
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// Runs a target's whole corpus.
fn run(name: &str) {
    let (_, decoder) = DECODERS.into_iter().find(|(one, _)| *one == name).unwrap();
    let folder = folder().join("corpus").join(name);
    let files = names(&folder);
    assert!(!files.is_empty(), "{name}: no corpus");
    let mut taken = 0;
    for file in &files {
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let met = decoder(&bytes);
        taken += met.taken;
        assert!(
            !met.rare,
            "{name}/{file}: what the planted panic waits for is not to be in the corpus"
        );
    }
    assert!(
        taken > 0,
        "{name}: nothing of the corpus was read to its end"
    );
    println!("{name}: {} files, {taken} things read", files.len());
}

macro_rules! corpus {
    ($($name:ident),+ $(,)?) => {
        /// The targets whose corpus is run here.
        const RUN: &[&str] = &[$(stringify!($name)),+];
        $(#[test]
        fn $name() {
            run(stringify!($name));
        })+
    };
}

corpus!(
    backup,
    changes,
    device_list,
    envelope,
    export,
    home_letters,
    invite,
    loop_db,
    loop_zip,
    message,
    people_letters,
    records,
    settings,
    statements,
    wire,
);

#[test]
fn each_decoder_has_a_corpus() {
    let wanted: BTreeSet<String> = DECODERS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let run: BTreeSet<String> = RUN.iter().map(|name| (*name).to_owned()).collect();
    assert_eq!(run, wanted);
    assert_eq!(names(&folder().join("corpus")), wanted);
    let each = wanted
        .iter()
        .map(|name| names(&folder().join("corpus").join(name)));
    let files: usize = each.map(|files| files.len()).sum();
    println!("corpus: {files} files");
    assert!(files >= 5 * DECODERS.len(), "only {files} files");
}

#[test]
fn each_decoder_has_a_fuzz_target() {
    let wanted: BTreeSet<String> = DECODERS
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let targets = names(&folder().join("fuzz_targets"));
    let targets: BTreeSet<String> = targets
        .iter()
        .map(|file| file.strip_suffix(".rs").expect("a target").to_owned())
        .collect();
    assert_eq!(targets, wanted);
    for name in &wanted {
        let target = folder().join("fuzz_targets").join(format!("{name}.rs"));
        let text = std::fs::read_to_string(target).unwrap();
        assert!(text.contains(&format!("fuzz::target!({name});")), "{name}");
    }
    let seeded: BTreeSet<String> = seeds().iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(seeded, wanted);
}

/// Each library of a lock file with its versions.
fn locked(file: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(file).unwrap();
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let value = |line: &str, key: &str| {
        let rest = line.strip_prefix(key)?.strip_prefix(" = \"")?;
        Some(rest.trim_end_matches('"').to_owned())
    };
    let mut name = String::new();
    for line in text.lines() {
        if let Some(found) = value(line, "name") {
            name = found;
        } else if let Some(version) = value(line, "version") {
            all.entry(name.clone()).or_default().insert(version);
        }
    }
    all
}

#[test]
fn what_is_fuzzed_is_what_is_shipped() {
    let ours = locked(&folder().join("../../Cargo.lock"));
    let fuzzed = locked(&folder().join("Cargo.lock"));
    assert!(fuzzed.len() > 100, "the lock file was not read");
    let own = ["fuzz", "libfuzzer-sys", "arbitrary"];
    for (name, versions) in fuzzed
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()))
    {
        let shipped = ours
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not shipped"));
        assert!(
            versions.is_subset(shipped),
            "{name}: {versions:?}, {shipped:?}"
        );
    }
}

/// Writes the first files of the corpus where none are; what a fuzzer found beside them is left alone.
#[test]
#[ignore = "made once"]
fn make_the_first_files() {
    for (name, files) in seeds() {
        let folder = folder().join("corpus").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        for (bytes, n) in files.iter().zip(1..) {
            let path = folder.join(format!("first-{n:02}"));
            if !path.exists() {
                std::fs::write(path, bytes).unwrap();
            }
        }
    }
}
