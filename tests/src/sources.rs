//! The tree's own sources as text, for stories that hold the house to its rules: what is code, what is
//! a comment, what ships and what only tests. It knows no types and no grammar beyond that; it never
//! reads what git or the build made.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a kit for tests: a tree that can't be read must stop them"
)]

use std::collections::BTreeSet;
use std::path::Path;

/// One file: its path from the top of the tree, with `/`, and its text.
#[derive(Debug, Clone)]
pub struct Source {
    /// From the top of the tree.
    pub path: String,
    /// All of it.
    pub text: String,
}

/// Rust files only.
pub fn rust(sources: &[Source]) -> impl Iterator<Item = &Source> {
    sources.iter().filter(|source| source.path.ends_with(".rs"))
}

/// The core's own code, without files that are built for tests only.
pub fn core(sources: &[Source]) -> impl Iterator<Item = &Source> {
    shipping(sources).filter(|source| source.path.starts_with("core/src/"))
}

/// All code that reaches a person or a server: without files that are built for tests only.
pub fn shipping(sources: &[Source]) -> impl Iterator<Item = &Source> {
    let tests = test_modules(sources);
    rust(sources).filter(move |source| {
        let stem = source.path.trim_end_matches(".rs");
        !source.path.starts_with("tests/")
            && !source.path.contains("/tests/")
            && !tests
                .iter()
                .any(|test| stem == test || stem.starts_with(&format!("{test}/")))
    })
}

/// Modules behind `#[cfg(test)] mod name;`, as paths without `.rs`.
fn test_modules(sources: &[Source]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in rust(sources) {
        let (folder, file) = source.path.rsplit_once('/').unwrap_or(("", &source.path));
        let folder = match file {
            "mod.rs" | "lib.rs" | "main.rs" => folder.to_owned(),
            _ => source.path.trim_end_matches(".rs").to_owned(),
        };
        let opener = "#[cfg(test)]\nmod ";
        for (at, _) in source.text.match_indices(opener) {
            let rest = source.text.get(at + opener.len()..).unwrap_or_default();
            let name = word_at(rest);
            if rest
                .get(name.len()..)
                .is_some_and(|rest| rest.starts_with(';'))
            {
                found.insert(format!("{folder}/{name}"));
            }
        }
    }
    found
}

/// The room of a file of the core: the name of the folder or file under core/src/.
pub fn room_of(source: &Source) -> &str {
    let inside = source.path.strip_prefix("core/src/").unwrap_or_default();
    inside.split(['/', '.']).next().unwrap_or_default()
}

/// The code that ships: without comments and without the tests at the end of the file.
pub fn shipped(source: &Source) -> String {
    let code = without_comments(&source.text);
    let opener = "\n#[cfg(test)]\nmod ";
    let inline = code.match_indices(opener).find(|(at, _)| {
        let rest = &code[at + opener.len()..];
        rest[word_at(rest).len()..].starts_with(" {")
    });
    let end = inline.map_or(code.len(), |(at, _)| at);
    code[..end].to_owned()
}

/// Line comments go; a `//` inside an address stays.
pub fn without_comments(text: &str) -> String {
    text.lines()
        .map(|line| {
            let comment = line
                .match_indices("//")
                .find(|(at, _)| *at == 0 || line.as_bytes()[at - 1] != b':');
            &line[..comment.map_or(line.len(), |(at, _)| at)]
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// The `//!` lines that a file begins with.
pub fn head(source: &Source) -> impl Iterator<Item = &str> {
    source
        .text
        .lines()
        .take_while(|line| line.starts_with("//!"))
}

/// Whether code names a library: `library::...` or `use library`.
pub fn names_library(code: &str, library: &str) -> bool {
    code.match_indices(library).any(|(at, _)| {
        let before = &code[..at];
        let after = &code[at + library.len()..];
        let whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
        let used = before.ends_with("use ") || before.ends_with("extern crate ");
        whole && (after.starts_with("::") || (used && after.starts_with([';', ' '])))
    })
}

/// Whether a byte can be part of an identifier.
pub fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The identifier that text begins with.
pub fn word_at(text: &str) -> &str {
    &text[..text.bytes().take_while(|byte| is_word(*byte)).count()]
}

/// All identifiers, keywords and bare words of a text.
pub fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
        .collect()
}

/// The words inside an identifier: `last_riskScore` is last, risk, score.
pub fn parts(identifier: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut before = ' ';
    for letter in identifier.chars() {
        if letter == '_' || (letter.is_uppercase() && before.is_lowercase()) {
            found.push(String::new());
        }
        if letter != '_' {
            found.last_mut().unwrap().extend(letter.to_lowercase());
        }
        before = letter;
    }
    found.retain(|part| !part.is_empty());
    found
}

/// The name of the package that a manifest describes.
pub fn package_name(manifest: &str) -> Option<String> {
    let name = manifest
        .lines()
        .find_map(|line| line.strip_prefix("name = \""))?;
    Some(name.trim_end_matches('"').to_owned())
}

/// The libraries under `[dependencies]`, as code writes them.
pub fn dependencies(sources: &[Source], manifest: &str) -> Vec<String> {
    let Some(source) = sources.iter().find(|source| source.path == manifest) else {
        return Vec::new();
    };
    source
        .text
        .lines()
        .skip_while(|line| line.trim() != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty() && !name.starts_with('#'))
        .map(|name| name.replace('-', "_"))
        .collect()
}

/// Every file and folder of the tree but what is built or belongs to git.
pub fn tree() -> (Vec<Source>, BTreeSet<String>) {
    fn walk(top: &Path, folder: &Path, files: &mut Vec<Source>, places: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path
                .strip_prefix(top)
                .unwrap()
                .to_str()
                .unwrap()
                .replace('\\', "/");
            if [
                ".git",
                "target",
                "tests/fuzz/target",
                "tests/fuzz/artifacts",
            ]
            .contains(&name.as_str())
            {
                continue;
            }
            places.insert(name.clone());
            if path.is_dir() {
                walk(top, &path, files, places);
            } else if [".rs", ".toml", ".sql", ".md"]
                .iter()
                .any(|end| name.ends_with(end))
            {
                let text = std::fs::read_to_string(&path).unwrap();
                files.push(Source { path: name, text });
            }
        }
    }
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let (mut files, mut places) = (Vec::new(), BTreeSet::new());
    walk(top, top, &mut files, &mut places);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    (files, places)
}
