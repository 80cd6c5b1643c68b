//! Every text on a phone's screen, in every language: no word of the list that is never said, no exclamation mark, no
//! sentence of more than 20 words; and each English screen at a reading age of 9 (Flesch-Kincaid grade 5 or lower over all
//! its texts: a screen is the first word of their keys). It knows no screen but by those words. Each check is first shown a
//! planted text that it must find.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use alongside_core::life::wordlist::forbidden;
use std::collections::BTreeMap;
use std::path::Path;

type Complaints = Vec<String>;
/// A language's texts by their keys.
type Texts = BTreeMap<String, String>;

const GRADE: f64 = 5.0;
const LONGEST_SENTENCE: usize = 20;
/// Names of tabs and buttons that are on every screen: they are read together.
const EVERYWHERE: [&str; 2] = ["home", "page"];
/// Keys of patterns for dates and times, which are no texts.
const PATTERNS: [&str; 2] = ["date.", "time."];

fn languages() -> BTreeMap<String, Texts> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bindings/phones/words");
    let mut languages = BTreeMap::new();
    for file in std::fs::read_dir(folder).expect("the folder of words is there") {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|end| end == "properties") {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            languages.insert(name, parse(&std::fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(
        languages.len() >= 2 && languages["en"].len() > 100,
        "the words were not read"
    );
    languages
}

fn parse(file: &str) -> Texts {
    let lines = file.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('='));
    let texts = pairs.filter(|(key, _)| !PATTERNS.iter().any(|start| key.starts_with(start)));
    texts
        .map(|(key, text)| (key.trim().to_owned(), text.trim().to_owned()))
        .collect()
}

/// The text with a short name, or a number, in each place that is filled in.
fn filled(text: &str) -> String {
    let mut parts = text.split('{');
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, rest) = part.split_once('}').unwrap_or(("", part));
        whole.push_str("Sam");
        whole.push_str(rest);
    }
    whole
}

/// The sentences of a text, each as its words. A text without a full stop is one.
fn sentences(text: &str) -> Vec<Vec<String>> {
    let whole = filled(text);
    let ends = |sign: char| ".?!:".contains(sign);
    let sentences = whole.split(ends).map(|sentence| {
        let words = sentence.split(|sign: char| !(sign.is_alphanumeric() || "'’-".contains(sign)));
        let words = words.filter(|word| word.chars().any(char::is_alphanumeric));
        words.map(str::to_lowercase).collect::<Vec<_>>()
    });
    sentences.filter(|words| !words.is_empty()).collect()
}

/// Groups of vowels, without a silent e at the end: near enough over a whole screen, and never too kind to a long word.
fn syllables(word: &str) -> usize {
    let vowel = |sign: char| "aeiouy".contains(sign);
    let (mut count, mut inside) = (0, false);
    for sign in word.chars() {
        let now = vowel(sign);
        count += usize::from(now && !inside);
        inside = now;
    }
    let before = word.chars().rev().nth(1).unwrap_or(' ');
    let silent = word.ends_with('e') && !vowel(before) && !word.ends_with("le");
    let past = word.ends_with("ed") && !"td".contains(word.chars().rev().nth(2).unwrap_or('t'));
    count -= usize::from(count > 1 && (silent || past));
    count.max(1)
}

/// Flesch-Kincaid: the school year in which these sentences can be read.
fn grade(sentences: &[Vec<String>]) -> f64 {
    let words: Vec<&String> = sentences.iter().flatten().collect();
    let sounds: usize = words.iter().map(|word| syllables(word)).sum();
    let (sentences, words, sounds) = (sentences.len() as f64, words.len() as f64, sounds as f64);
    0.39 * words / sentences + 11.8 * sounds / words - 15.59
}

fn screen(key: &str) -> &str {
    let first = key.split('.').next().unwrap_or(key);
    if EVERYWHERE.contains(&first) {
        "page"
    } else {
        first
    }
}

fn too_hard(english: &Texts) -> Complaints {
    let mut screens: BTreeMap<&str, Vec<Vec<String>>> = BTreeMap::new();
    for (key, text) in english {
        screens
            .entry(screen(key))
            .or_default()
            .extend(sentences(text));
    }
    let grades = screens
        .iter()
        .map(|(screen, sentences)| (screen, grade(sentences)));
    let hard = grades.filter(|(_, grade)| *grade > GRADE);
    hard.map(|(screen, grade)| format!("{screen}: school year {grade:.1}"))
        .collect()
}

fn too_long(texts: &Texts) -> Complaints {
    let mut found = Vec::new();
    for (key, text) in texts {
        let longest = sentences(text)
            .iter()
            .map(Vec::len)
            .max()
            .unwrap_or_default();
        if longest > LONGEST_SENTENCE {
            found.push(format!("{key}: a sentence of {longest} words"));
        }
    }
    found
}

fn never_said(texts: &Texts) -> Complaints {
    let mut found = Vec::new();
    for (key, text) in texts {
        if let Some(word) = forbidden(text) {
            found.push(format!("{key}: {word}"));
        }
        if text.contains('!') {
            found.push(format!("{key}: an exclamation mark"));
        }
    }
    found
}

/// Holds `check` against every language it is for, after it found each planted text in a copy.
fn hold(check: fn(&Texts) -> Complaints, only: Option<&str>, planted: &[(&str, &str)]) {
    let languages = languages();
    for (language, texts) in languages
        .iter()
        .filter(|(name, _)| only.is_none_or(|one| one == *name))
    {
        let before = check(texts);
        for (key, text) in planted {
            let mut changed = texts.clone();
            changed.insert((*key).to_owned(), (*text).to_owned());
            let after = check(&changed);
            let new = after.iter().any(|complaint| !before.contains(complaint));
            assert!(new, "a planted text was not found: {text}");
        }
        assert!(before.is_empty(), "{language}: {}", before.join("\n"));
    }
}

#[test]
fn no_text_says_what_is_never_said() {
    hold(
        never_said,
        None,
        &[
            ("today.planted", "You missed a day."),
            ("today.planted", "It is OVERDUE"),
            ("person.planted", "{name} keeps track"),
            ("today.planted", "Nothing was done!"),
        ],
    );
}

#[test]
fn no_sentence_is_too_long() {
    let long = "one day you go out and ".repeat(4);
    hold(
        too_long,
        None,
        &[
            ("today.planted", &long),
            ("today.planted", &format!("Hello. {long}. Bye.")),
        ],
    );
}

#[test]
fn each_screen_can_be_read_at_nine() {
    let hard = "Unfortunately, insufficient authorization prevents synchronization of personal information. \
                Alternatively, administrative intervention necessitates comprehensive reconfiguration. "
        .repeat(8);
    hold(
        too_hard,
        Some("en"),
        &[
            ("page.planted", &hard),
            ("settings.planted", &hard),
            ("new.title", "Authorization"),
        ],
    );
}

#[test]
fn the_grade_is_flesch_and_kincaids() {
    // 10 words, 2 sentences, 13 syllables: 0.39 * 5 + 11.8 * 1.3 - 15.59 = 1.7.
    let text = sentences("The cat sat on the table. It was very happy.");
    assert_eq!(text.iter().map(Vec::len).collect::<Vec<_>>(), [6, 4]);
    assert!((grade(&text) - 1.7).abs() < 0.01, "{}", grade(&text));
    for (word, count) in [
        ("table", 2),
        ("made", 1),
        ("walked", 1),
        ("wanted", 2),
        ("idea", 2),
        ("people", 2),
        ("phone", 1),
        ("the", 1),
        ("information", 4),
        ("you", 1),
        ("rhythm", 1),
    ] {
        assert_eq!(syllables(word), count, "{word}");
    }
}
