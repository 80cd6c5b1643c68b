//! Searches of every byte: for words and keys in each form in which bytes could hide, and for times finer than a day.
//! It knows no format of ours: a form that it can't name it can't find, so each form is planted in its own tests.
//! Invariant: what is reported was there; what is there in a named form is reported.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

/// Seconds of a day.
const DAY: u64 = 86_400;

/// Bytes under a name: what is searched.
#[derive(Debug, Clone, Default)]
pub struct Heap(pub Vec<(String, Vec<u8>)>);

/// Where something was found: the heap's piece, in which form, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The piece of the heap.
    pub place: String,
    /// The form.
    pub form: &'static str,
    /// The byte at which it begins.
    pub at: usize,
}

impl Heap {
    /// Every file in a folder and below it, but those whose name is one of `but`.
    #[must_use]
    pub fn of_folder(folder: &Path, but: &[&str]) -> Self {
        let mut heap = Self::default();
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                heap.0.extend(Self::of_folder(&path, but).0);
            } else if !but.contains(&name.as_str()) {
                heap.0.push((name, std::fs::read(&path).unwrap()));
            }
        }
        heap
    }

    /// Adds a piece.
    pub fn add(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        self.0.push((name.to_owned(), bytes.into()));
    }

    /// The piece of this name.
    #[must_use]
    pub fn piece(&self, name: &str) -> &[u8] {
        let found = self.0.iter().find(|(one, _)| one == name);
        &found.unwrap_or_else(|| panic!("no piece called {name}")).1
    }

    /// All bytes together.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.iter().map(|(_, bytes)| bytes.len()).sum()
    }

    /// Looks for bytes in every form.
    #[must_use]
    pub fn find(&self, needle: &[u8]) -> Option<Found> {
        let forms = forms(needle);
        self.0.iter().find_map(|(place, bytes)| {
            forms.iter().find_map(|(form, sought)| {
                let at = position(bytes, sought)?;
                Some(Found {
                    place: place.clone(),
                    form,
                    at,
                })
            })
        })
    }

    /// Looks for a word: as it was typed, in small letters and in capitals, each in every form.
    #[must_use]
    pub fn find_word(&self, word: &str) -> Option<Found> {
        [word.to_owned(), word.to_lowercase(), word.to_uppercase()]
            .iter()
            .find_map(|word| self.find(word.as_bytes()))
    }

    /// Looks for a moment of these seconds (since 1970, from, to, inclusive) in every form of [`TimeForm`].
    #[must_use]
    pub fn find_time(&self, from: u64, to: u64, forms: &[TimeForm]) -> Option<Found> {
        self.0.iter().find_map(|(place, bytes)| {
            forms.iter().find_map(|form| {
                let at = form.find(bytes, from, to)?;
                Some(Found {
                    place: place.clone(),
                    form: form.name(),
                    at,
                })
            })
        })
    }

    /// The same with each known run of random-looking bytes (sealed bodies, hashes) blotted out, so that a short form
    /// is not found in it by chance. Runs are known again in pieces of 16 bytes, wherever a database cut them.
    #[must_use]
    pub fn without(&self, known: &[Vec<u8>]) -> Self {
        const PIECE: usize = 16;
        let mut pieces = std::collections::HashSet::new();
        for run in known {
            pieces.extend(run.windows(PIECE));
        }
        let blot = |bytes: &Vec<u8>| {
            let mut left = bytes.clone();
            for (at, window) in bytes.windows(PIECE).enumerate() {
                if pieces.contains(window) {
                    left[at..at + PIECE].fill(b'.');
                }
            }
            left
        };
        Self(
            self.0
                .iter()
                .map(|(name, bytes)| (name.clone(), blot(bytes)))
                .collect(),
        )
    }
}

/// Which needle, in which form, and the form's bytes.
type Form = (usize, &'static str, Vec<u8>);

/// Many things sought at once, each in every form: one walk over the bytes, however many they are.
#[derive(Debug, Default)]
pub struct Needles {
    by_start: HashMap<[u8; 4], Vec<Form>>,
    names: Vec<String>,
}

impl Needles {
    /// Seeks bytes of four and more, in every form.
    pub fn add(&mut self, what: &str, needle: &[u8]) {
        let number = self.names.len();
        self.names.push(what.to_owned());
        for (form, bytes) in forms(needle) {
            let start = *bytes.first_chunk().expect("four bytes and more");
            let place = self.by_start.entry(start).or_default();
            place.push((number, form, bytes));
        }
    }

    /// Seeks a word as it was typed, in small letters and in capitals.
    pub fn add_word(&mut self, word: &str) {
        for word in [word.to_owned(), word.to_lowercase(), word.to_uppercase()] {
            self.add(&word, word.as_bytes());
        }
    }

    /// The first place of each that is there.
    #[must_use]
    pub fn find_in(&self, heap: &Heap) -> Vec<(String, Found)> {
        let mut found: BTreeMap<usize, Found> = BTreeMap::new();
        for (place, bytes) in &heap.0 {
            for (at, start) in bytes.windows(4).enumerate() {
                let start: [u8; 4] = start.try_into().expect("four");
                for (number, form, sought) in self.by_start.get(&start).into_iter().flatten() {
                    if bytes[at..].starts_with(sought) {
                        found.entry(*number).or_insert_with(|| Found {
                            place: place.clone(),
                            form,
                            at,
                        });
                    }
                }
            }
        }
        let name = |number: usize| self.names[number].clone();
        found
            .into_iter()
            .map(|(number, hit)| (name(number), hit))
            .collect()
    }
}

/// Every form in which bytes could hide: plain and backwards, UTF-16 (when they are text), hexadecimal, and base64 at
/// each of its three alignments in both alphabets, of these and of their UTF-16.
#[must_use]
pub fn forms(needle: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut all: Vec<(&'static str, Vec<u8>)> = vec![
        ("plain", needle.to_vec()),
        ("backwards", needle.iter().rev().copied().collect()),
        ("hex", hex::encode(needle).into_bytes()),
        ("HEX", hex::encode_upper(needle).into_bytes()),
    ];
    all.extend(in_base64(needle));
    if let Ok(text) = std::str::from_utf8(needle) {
        for (form, wide) in [
            (
                "utf-16 le",
                text.encode_utf16()
                    .flat_map(u16::to_le_bytes)
                    .collect::<Vec<u8>>(),
            ),
            (
                "utf-16 be",
                text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            ),
        ] {
            all.extend(in_base64(&wide));
            all.push((form, wide));
        }
    }
    // A token written as text by a program of wide characters.
    let texts: Vec<Vec<u8>> = all
        .iter()
        .filter(|(form, _)| form.to_lowercase() == "hex" || form.starts_with("base64"))
        .map(|(_, text)| text.iter().flat_map(|byte| [*byte, 0]).collect())
        .collect();
    all.extend(texts.into_iter().map(|text| ("wide text of it", text)));
    all
}

/// The characters of base64 that these bytes alone decide, wherever they stand among others.
fn in_base64(needle: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut all = Vec::new();
    for before in 0..3_usize {
        let mut shifted = vec![0; before];
        shifted.extend_from_slice(needle);
        // Characters of 6 bits: those that no byte before or after has a share in.
        let first = (before * 8).div_ceil(6);
        let last = shifted.len() * 8 / 6;
        for (form, text) in [
            ("base64", STANDARD_NO_PAD.encode(&shifted)),
            ("base64 for urls", URL_SAFE_NO_PAD.encode(&shifted)),
        ] {
            let own = text.as_bytes()[first..last].to_vec();
            if own.len() >= 4 && !all.iter().any(|(_, one)| *one == own) {
                all.push((form, own));
            }
        }
    }
    all
}

/// A form in which a time could be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeForm {
    /// Decimal digits, of seconds or of a finer unit that begins with the same digits; also with a byte of zero
    /// beside each digit (UTF-16).
    Text,
    /// Eight bytes, seconds or milliseconds, in both byte orders.
    Eight,
    /// Four bytes, seconds, in both byte orders. In random bytes it is found by chance once in 50,000 places for a
    /// whole day: blot them out first, or ask for the seconds of the story alone.
    Four,
    /// As people write it: `2026-02-02T09:`, a date with an hour.
    Written,
}

impl TimeForm {
    /// All that can be asked for a whole day.
    pub const OF_A_DAY: [Self; 3] = [Self::Text, Self::Eight, Self::Written];

    /// As [`Found::form`] says it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "time as digits",
            Self::Eight => "time in eight bytes",
            Self::Four => "time in four bytes",
            Self::Written => "time as people write it",
        }
    }

    fn find(self, bytes: &[u8], from: u64, to: u64) -> Option<usize> {
        let within = |seconds: u64| (from..=to).contains(&seconds);
        let either = |seconds: u64| within(seconds) || within(seconds / 1_000);
        match self {
            Self::Text => {
                let digits = |step: usize| {
                    (0..bytes.len().saturating_sub(10 * step - step)).find(|at| {
                        let read = (0..10).try_fold(0_u64, |sum, n| {
                            let byte = bytes.get(at + n * step)?;
                            let wide_right = step == 1 || bytes.get(at + n * step + 1) == Some(&0);
                            (byte.is_ascii_digit() && wide_right)
                                .then(|| sum * 10 + u64::from(byte - b'0'))
                        });
                        read.is_some_and(within)
                    })
                };
                digits(1).or_else(|| digits(2))
            }
            Self::Eight => bytes.windows(8).position(|window| {
                let window: [u8; 8] = window.try_into().unwrap();
                either(u64::from_be_bytes(window)) || either(u64::from_le_bytes(window))
            }),
            Self::Four => bytes.windows(4).position(|window| {
                let window: [u8; 4] = window.try_into().unwrap();
                within(u64::from(u32::from_be_bytes(window)))
                    || within(u64::from(u32::from_le_bytes(window)))
            }),
            Self::Written => {
                let days = from / DAY..=to / DAY;
                days.flat_map(|day| {
                    let date = alongside_core::life::days::day_of(
                        jiff::Timestamp::from_second(i64::try_from(day * DAY).unwrap()).unwrap(),
                        &jiff::tz::TimeZone::UTC,
                    );
                    ["T", " "].map(|between| format!("{date}{between}"))
                })
                .find_map(|start| {
                    let at = position(bytes, start.as_bytes())?;
                    let hour = bytes.get(at + start.len()..at + start.len() + 2)?;
                    hour.iter().all(u8::is_ascii_digit).then_some(at)
                })
            }
        }
    }
}

/// Where a run of bytes begins.
#[must_use]
pub fn position(bytes: &[u8], sought: &[u8]) -> Option<usize> {
    let first = *sought.first()?;
    let end = bytes.len().checked_sub(sought.len())? + 1;
    let mut at = 0;
    while at < end {
        at += bytes[at..end].iter().position(|byte| *byte == first)?;
        if bytes[at..].starts_with(sought) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// The words of a text, of four letters and more, each once.
#[must_use]
pub fn words(texts: &[&str]) -> Vec<String> {
    let mut all = BTreeMap::new();
    for text in texts {
        for word in text.split(|c: char| !c.is_alphanumeric()) {
            if word.chars().count() >= 4 {
                all.insert(word.to_owned(), ());
            }
        }
    }
    all.into_keys().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that repeat nothing of what is sought.
    fn noise(length: usize) -> Vec<u8> {
        (0..length)
            .map(|n| u8::try_from(n * 7 % 31).unwrap())
            .collect()
    }

    fn planted(form: &[u8]) -> Heap {
        let mut bytes = noise(500);
        bytes.splice(211..211, form.iter().copied());
        Heap(vec![("clean".into(), noise(900)), ("here".into(), bytes)])
    }

    #[test]
    fn each_form_of_a_word_is_found_where_it_was_planted() {
        for needle in ["canal", "by the canal", "Robin"] {
            let clean = Heap(vec![("clean".into(), noise(2_000))]);
            assert_eq!(clean.find_word(needle), None);
            for (form, bytes) in forms(needle.as_bytes()) {
                let found = planted(&bytes).find(needle.as_bytes()).unwrap();
                assert_eq!((found.place.as_str(), found.at), ("here", 211), "{form}");
            }
            let mut needles = Needles::default();
            needles.add("another", b"xyzzy");
            needles.add("it", needle.as_bytes());
            for (form, bytes) in forms(needle.as_bytes()) {
                let found = needles.find_in(&planted(&bytes));
                assert_eq!(found.len(), 1, "{form}");
                assert_eq!((found[0].0.as_str(), found[0].1.at), ("it", 211), "{form}");
            }
            assert!(needles.find_in(&clean).is_empty());
            let shouted = needle.to_uppercase();
            assert!(planted(shouted.as_bytes()).find_word(needle).is_some());
        }
    }

    #[test]
    fn a_key_is_found_inside_the_base64_of_a_longer_text() {
        let key: Vec<u8> = (100..132).collect();
        for before in 0..6 {
            for after in 0..4 {
                let whole = [vec![250; before], key.clone(), vec![9; after]].concat();
                for text in [
                    STANDARD_NO_PAD.encode(&whole),
                    URL_SAFE_NO_PAD.encode(&whole),
                ] {
                    let heap = planted(text.as_bytes());
                    assert!(heap.find(&key).is_some(), "{before} {after}");
                }
                assert!(planted(hex::encode(&whole).as_bytes()).find(&key).is_some());
            }
        }
    }

    #[test]
    fn each_form_of_a_time_is_found_and_a_day_is_not_one() {
        let (day, second) = (20_486_u64, 20_486 * DAY + 33_333);
        let small = u32::try_from(second).unwrap();
        let wide: Vec<u8> = second
            .to_string()
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        let (from, to) = (day * DAY, day * DAY + DAY - 1);
        let all = [
            TimeForm::Text,
            TimeForm::Eight,
            TimeForm::Four,
            TimeForm::Written,
        ];
        for form in [
            second.to_string().into_bytes(),
            (second * 1_000 + 7).to_string().into_bytes(),
            (second * 1_000_000).to_string().into_bytes(),
            wide,
            second.to_be_bytes().to_vec(),
            second.to_le_bytes().to_vec(),
            (second * 1_000 + 999).to_be_bytes().to_vec(),
            (second * 1_000).to_le_bytes().to_vec(),
            small.to_be_bytes().to_vec(),
            small.to_le_bytes().to_vec(),
            b"2026-02-02T09:15:33Z".to_vec(),
            b"2026-02-02 09:15".to_vec(),
        ] {
            assert!(
                planted(&form).find_time(from, to, &all).is_some(),
                "{form:?}"
            );
            assert_eq!(
                planted(&form).find_time(from + 2 * DAY, to + 2 * DAY, &all),
                None,
                "another day"
            );
        }
        let day = u32::try_from(day).unwrap();
        for form in [
            day.to_string().into_bytes(),
            day.to_be_bytes().to_vec(),
            u64::from(day).to_le_bytes().to_vec(),
            b"2026-02-02".to_vec(),
        ] {
            assert_eq!(planted(&form).find_time(from, to, &all), None, "{form:?}");
        }
    }

    #[test]
    fn what_is_known_is_blotted_out_also_in_pieces_and_nothing_else() {
        let known: Vec<u8> = (0..=255).collect();
        let mut bytes = noise(64);
        bytes.extend(&known[3..80]);
        bytes.extend(b"canal");
        bytes.extend(&known[80..200]);
        let heap = Heap(vec![("one".into(), bytes)]).without(std::slice::from_ref(&known));
        assert_eq!(position(heap.piece("one"), &known[10..18]), None);
        assert_eq!(position(heap.piece("one"), &known[100..110]), None);
        assert!(heap.find(b"canal").is_some());
        assert_eq!(heap.size(), 64 + 77 + 5 + 120);
    }

    #[test]
    fn words_of_four_letters_and_more() {
        assert_eq!(
            words(&["Job search hour", "by the canal, not for others"]),
            ["canal", "hour", "others", "search"]
        );
    }

    #[test]
    fn a_folder_is_read_whole() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("deep")).unwrap();
        std::fs::write(folder.path().join("deep/one"), b"canal").unwrap();
        std::fs::write(folder.path().join("day"), b"canal").unwrap();
        let heap = Heap::of_folder(folder.path(), &["day"]);
        assert_eq!(heap.0.len(), 1);
        assert_eq!(heap.find(b"canal").unwrap().place, "one");
    }
}
