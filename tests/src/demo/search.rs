//! Looks for words in bytes, in every form in which they could hide: as they are, in other letters' sizes, as UTF-16,
//! as hex, as base64 wherever it begins. All words at once, so that every byte is looked at.
//! Invariant: a form that is planted is found.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::{BTreeSet, HashMap};

/// The shortest word that is looked for, in letters.
pub const SHORTEST: usize = 6;

/// The words of a text that are long enough.
pub fn words_of(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= SHORTEST)
        .map(str::to_owned)
}

/// Every form of a word, with the form's name.
#[must_use]
pub fn forms(word: &str) -> Vec<(&'static str, Vec<u8>)> {
    let lower = word.to_lowercase();
    let mut letters = lower.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let capital = format!("{first}{}", letters.as_str());
    let spellings: BTreeSet<String> =
        [word.to_owned(), lower.clone(), word.to_uppercase(), capital]
            .into_iter()
            .collect();
    let mut all = Vec::new();
    for spelling in spellings {
        let bytes = spelling.as_bytes();
        all.push(("as it is", bytes.to_vec()));
        let wide = || spelling.encode_utf16();
        all.push(("UTF-16", wide().flat_map(u16::to_le_bytes).collect()));
        all.push(("UTF-16", wide().flat_map(u16::to_be_bytes).collect()));
        all.push(("hex", hex::encode(bytes).into_bytes()));
        all.push(("hex", hex::encode_upper(bytes).into_bytes()));
        for before in 0..3 {
            all.push(("base64", base64_within(bytes, before)));
        }
    }
    all
}

/// What stays of the bytes in base64, whatever stands before and after them.
fn base64_within(bytes: &[u8], before: usize) -> Vec<u8> {
    let padded = [&vec![0; before], bytes].concat();
    let text = STANDARD.encode(&padded).into_bytes();
    let (from, to) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
    text[from..to].to_vec()
}

const HEAD: usize = 6;

/// Words to be looked for.
#[derive(Debug)]
pub struct Search {
    sought: HashMap<[u8; HEAD], Vec<(Vec<u8>, usize)>>,
    begins: Vec<bool>,
    words: Vec<String>,
}

impl Search {
    /// For these words.
    #[must_use]
    pub fn of(words: &BTreeSet<String>) -> Self {
        let mut search = Self {
            sought: HashMap::new(),
            begins: vec![false; 1 << 16],
            words: words.iter().cloned().collect(),
        };
        for (number, word) in words.iter().enumerate() {
            for (_, form) in forms(word) {
                let head: [u8; HEAD] = form[..HEAD].try_into().unwrap();
                search.begins[usize::from(u16::from_be_bytes([head[0], head[1]]))] = true;
                search.sought.entry(head).or_default().push((form, number));
            }
        }
        search
    }

    /// The words that are in these bytes, in any form.
    #[must_use]
    pub fn find(&self, bytes: &[u8]) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (at, head) in bytes.windows(HEAD).enumerate() {
            if !self.begins[usize::from(u16::from_be_bytes([head[0], head[1]]))] {
                continue;
            }
            for (form, word) in self.sought.get(head).into_iter().flatten() {
                if bytes[at..].starts_with(form) {
                    found.insert(self.words[*word].clone());
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found_wherever_it_stands() {
        let search = Search::of(&["hedgehog".to_owned(), "Grüße".to_owned() + "n"].into());
        let mut count = 0;
        for word in ["hedgehog", "Grüßen"] {
            for (_, form) in forms(word) {
                for at in [0, 1, 7, 93] {
                    let mut bytes = vec![0xa5; 93];
                    bytes.splice(at..at, form.iter().copied());
                    assert_eq!(search.find(&bytes), [word.to_owned()].into());
                    count += 1;
                }
            }
        }
        assert!(count > 100);
        assert!(search.find(b"hedgeho g").is_empty());
    }

    #[test]
    fn base64_is_found_in_the_midst_of_a_text() {
        let search = Search::of(&["hedgehog".to_owned()].into());
        for before in 0..4 {
            let text = format!("{}hedgehog under the shed", "x".repeat(before));
            let encoded = STANDARD.encode(text);
            assert_eq!(search.find(encoded.as_bytes()).len(), 1, "{encoded}");
        }
    }

    #[test]
    fn words_are_those_of_six_letters_or_more() {
        let words: Vec<String> =
            words_of("Kit's tablet: 2026-02-02, \"Ring somebody\" a1b2c3d4").collect();
        assert_eq!(words, ["tablet", "somebody"]);
    }
}
