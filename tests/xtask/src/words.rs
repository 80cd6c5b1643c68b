//! The words on screen: one file for each language in bindings/phones/words/, from which the iOS app's own files are
//! made. It knows no word list and no reading age; tests/stories/words_on_screen.rs does. Invariant: every language says
//! every key, with the same places to fill in, and every key that a Swift source names is there.

use crate::run::{Held, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A language's texts by their keys.
type Texts = BTreeMap<String, String>;

const SOURCE: &str = "bindings/phones/words";
const RESOURCES: &str = "ios/CompanionKit/Sources/CompanionKit/Resources";
/// What the phone itself asks with, by the names that it looks for.
const ASKED_BY_THE_PHONE: [(&str, &str); 2] = [
    ("NSCameraUsageDescription", "join.scan-why"),
    ("NSFaceIDUsageDescription", "face.reason"),
];
/// Beginnings of keys that Swift puts together with a value of the core's at the end.
const PUT_TOGETHER: [&str; 3] = ["role.", "area.", "lock.delay-"];

/// Writes the iOS app's files.
pub fn write() -> Held {
    for (language, texts) in read()? {
        for (path, text) in made(&language, &texts)? {
            let folder = path.parent().map_or_else(|| Ok(()), fs::create_dir_all);
            folder
                .and_then(|()| fs::write(&path, text))
                .map_err(|error| format!("{}: {error}", path.display()))?;
        }
        println!("{language}: {} texts", texts.len());
    }
    Ok(())
}

/// Everything that must hold of them.
pub fn check() -> Held {
    let languages = read()?;
    let mut wrong = differences(&languages);
    for (language, texts) in &languages {
        for (path, text) in made(language, texts)? {
            if fs::read_to_string(&path).ok() != Some(text) {
                wrong.push(format!(
                    "{}: make it again with `cargo xtask words`",
                    path.display()
                ));
            }
        }
    }
    let mut named = 0;
    if let Some(english) = languages.get("en") {
        for path in swift_sources(&root().join("ios"))? {
            let source = fs::read_to_string(&path).map_err(|error| error.to_string())?;
            let keys = keys_in(&source);
            named += keys.len();
            let lacking = keys.into_iter().filter(|key| !english.contains_key(*key));
            wrong.extend(lacking.map(|key| format!("{}: no words for {key}", path.display())));
        }
    }
    if named == 0 {
        wrong.push("no Swift source names a key: they were not read".to_owned());
    }
    println!(
        "words: {} languages, {named} places in Swift",
        languages.len()
    );
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// The files of one language, and what has to be in them.
fn made(language: &str, texts: &Texts) -> Result<[(PathBuf, String); 2], String> {
    let mut asked = Texts::new();
    for (name, key) in ASKED_BY_THE_PHONE {
        let text = texts
            .get(key)
            .ok_or_else(|| format!("{language}: no words for {key}"))?;
        asked.insert(name.to_owned(), text.clone());
    }
    let place = |folder: &str, file: &str| {
        root()
            .join(folder)
            .join(format!("{language}.lproj"))
            .join(file)
    };
    Ok([
        (place(RESOURCES, "Words.strings"), strings(texts)),
        (place("ios/Alongside", "InfoPlist.strings"), strings(&asked)),
    ])
}

fn read() -> Result<BTreeMap<String, Texts>, String> {
    let folder = root().join(SOURCE);
    let mut languages = BTreeMap::new();
    for file in fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = file.map_err(|error| error.to_string())?.path();
        let Some(language) = path
            .file_name()
            .and_then(|name| name.to_str())
            .and_then(|name| name.strip_suffix(".properties"))
        else {
            continue;
        };
        let text = fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let texts = parse(&text).map_err(|why| format!("{}: {why}", path.display()))?;
        languages.insert(language.to_owned(), texts);
    }
    if languages.contains_key("en") {
        Ok(languages)
    } else {
        Err(format!("{}: no words in English", folder.display()))
    }
}

/// `key=text` lines; what Java would read otherwise than it stands here is refused.
fn parse(file: &str) -> Result<Texts, String> {
    let mut texts = Texts::new();
    for line in file.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, text) = line
            .split_once('=')
            .ok_or_else(|| format!("no `=`: {line}"))?;
        let (key, text) = (key.trim(), text.trim());
        let plain = |part: &str| {
            let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            !part.is_empty() && part.chars().all(small)
        };
        if key.split('.').count() < 2 || !key.split('.').all(plain) {
            return Err(format!("not a key of the form noun.thing: {key}"));
        }
        if text.is_empty() || text.contains('\\') {
            return Err(format!("empty, or with a backslash: {key}"));
        }
        if texts.insert(key.to_owned(), text.to_owned()).is_some() {
            return Err(format!("twice: {key}"));
        }
    }
    Ok(texts)
}

/// The places of a text that are filled in: `{name}`.
fn places(text: &str) -> BTreeSet<&str> {
    let parts = text.split('{').skip(1);
    parts
        .filter_map(|part| part.split_once('}').map(|(name, _)| name))
        .collect()
}

fn differences(languages: &BTreeMap<String, Texts>) -> Vec<String> {
    let mut wrong = Vec::new();
    let keys: BTreeSet<&String> = languages.values().flat_map(BTreeMap::keys).collect();
    for key in keys {
        let mut wanted = None;
        for (language, texts) in languages {
            let Some(text) = texts.get(key) else {
                wrong.push(format!("{language}: no words for {key}"));
                continue;
            };
            let found = places(text);
            if wanted.get_or_insert_with(|| found.clone()) != &found {
                wrong.push(format!("{language}: other places to fill in: {key}"));
            }
        }
    }
    wrong
}

fn strings(texts: &Texts) -> String {
    let mut file =
        "/* Made by `cargo xtask words` from bindings/phones/words: change it there. */\n"
            .to_owned();
    for (key, text) in texts {
        file.push_str(&format!("\"{key}\" = \"{}\";\n", text.replace('"', "\\\"")));
    }
    file
}

fn swift_sources(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for file in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = file.map_err(|error| error.to_string())?.path();
        if path.is_dir() && !path.ends_with("Generated") {
            found.extend(swift_sources(&path)?);
        } else if path.extension().is_some_and(|end| end == "swift") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// What stands between quotes right after `words(` or `self(`: how Swift asks for words here.
fn keys_in(source: &str) -> Vec<&str> {
    let mut keys = Vec::new();
    for asked in ["words(\"", "self(\""] {
        let after = source.split(asked).skip(1);
        keys.extend(after.filter_map(|rest| rest.split_once('"').map(|(key, _)| key)));
    }
    keys.retain(|key| !PUT_TOGETHER.contains(key));
    keys
}

#[cfg(test)]
mod tests {
    use super::{differences, keys_in, parse, strings};
    use std::collections::BTreeMap;

    #[test]
    fn a_file_is_read_as_it_stands() {
        let texts = parse("# words\n\npage.back=Back\nsee.what = See what {name} sees: all\n");
        let made = texts.as_ref().map(strings);
        let wanted = "\"page.back\" = \"Back\";\n\"see.what\" = \"See what {name} sees: all\";\n";
        assert!(made.is_ok_and(|file| file.ends_with(wanted)));
        for wrong in [
            "page.back",
            "Back=Back",
            "page.Back=x",
            "page.back=",
            "a.b=\\u00e4",
            "a.b=c\na.b=d",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_one_language_lacks_or_fills_in_otherwise_is_found() {
        let languages = |german: &str| {
            let english = parse("page.back=Back\npage.hello=Hello {name}").unwrap_or_default();
            let german = parse(german).unwrap_or_default();
            BTreeMap::from([("en".to_owned(), english), ("de".to_owned(), german)])
        };
        assert!(differences(&languages("page.back=Zurück\npage.hello=Hallo {name}")).is_empty());
        assert_eq!(differences(&languages("page.hello=Hallo {name}")).len(), 1);
        assert_eq!(
            differences(&languages("page.back=Zurück\npage.hello=Hallo {wer}")).len(),
            1
        );
        assert_eq!(
            differences(&languages("page.back=Z\npage.hello=H {name}\npage.more=M")).len(),
            1
        );
    }

    #[test]
    fn the_keys_that_swift_names_are_found() {
        let source = r#"Text(words("page.back")) self("rhythm.and", ["first": a]) words(key) self("role." + role)"#;
        assert_eq!(keys_in(source), ["page.back", "rhythm.and"]);
    }
}
