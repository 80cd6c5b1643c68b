//! Kind words in the notebook for me alone: mine to a person, and theirs that I kept.
//! Words that came stay in the other person's notebook; only a kept one is copied here.
//! Invariant: a word is one value, so that it comes whole or not at all.

use serde::{Deserialize, Serialize};

use super::document::Value;
use super::name::DocName;
use super::private::{Private, Shelf};
use super::{Refused, keys};
use crate::life::{ItemId, PersonRef, Word};

/// Something of mine for a person: its id, and the person and thing unless it was taken back.
pub(super) type Own<T> = (ItemId, Option<(PersonRef, T)>);

#[derive(Serialize, Deserialize)]
struct OwnWord {
    to: PersonRef,
    word: Word,
}

impl<S: Shelf> Private<S> {
    /// Writes a word to a person; it goes with the next delivery.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the year's document does not open; [`Refused::TooLarge`] for a
    /// text above what a notebook holds.
    pub fn put_word(&mut self, to: &PersonRef, word: &Word) -> Result<(), Refused> {
        let own = OwnWord {
            to: to.clone(),
            word: word.clone(),
        };
        let name = DocName::words(word.day);
        self.put_json(name, &keys::word(word.id), &own)
    }

    /// Takes a word back: it goes from the person's phone when they next meet the post box.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the year's document does not open.
    pub fn take_word_back(&mut self, word: &Word) -> Result<(), Refused> {
        let empty = Value::Text(String::new());
        self.edit(DocName::words(word.day), &keys::word(word.id), empty)?;
        Ok(())
    }

    /// My words of one year to this person, by day.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the year's document does not open.
    pub fn words_to(&mut self, to: &PersonRef, year: i16) -> Result<Vec<Word>, Refused> {
        let own = self.own_words(DocName::Words { year })?;
        let mut all: Vec<Word> = own
            .into_iter()
            .filter_map(|(_, own)| own.filter(|(who, _)| who == to).map(|(_, word)| word))
            .collect();
        all.sort_by_key(|word| (word.day, word.id));
        Ok(all)
    }

    /// Keeps a copy of a word that came.
    ///
    /// # Errors
    /// As [`Private::put_word`].
    pub fn keep_word(&mut self, from: &PersonRef, word: &Word) -> Result<(), Refused> {
        let name = DocName::words(word.day);
        self.put_json(name, &keys::kept(from, word.id), word)
    }

    /// Lets a kept word go.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the year's document does not open.
    pub fn let_word_go(&mut self, from: &PersonRef, word: &Word) -> Result<(), Refused> {
        let key = keys::kept(from, word.id);
        self.edit(DocName::words(word.day), &key, Value::Text(String::new()))?;
        Ok(())
    }

    /// The words of one year that I kept, with who wrote them, by day.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the year's document does not open.
    pub fn kept_words(&mut self, year: i16) -> Result<Vec<(PersonRef, Word)>, Refused> {
        let mut all = Vec::new();
        for (key, values) in self.entries(DocName::Words { year }, "k/")? {
            let from = key.strip_prefix("k/").and_then(|key| key.split_once('/'));
            if let (Some((from, _)), Some(word)) = (from, read_json::<Word>(&values)) {
                all.push((PersonRef(from.to_owned()), word));
            }
        }
        all.sort_by_key(|(_, word)| (word.day, word.id));
        Ok(all)
    }

    /// Every word of mine in a document; `None` for one that was taken back.
    pub(super) fn own_words(&mut self, name: DocName) -> Result<Vec<Own<Word>>, Refused> {
        let mut all = Vec::new();
        for (key, values) in self.entries(name, "w/")? {
            if let Some((id, "")) = keys::split(&key, "w/") {
                let own = read_json::<OwnWord>(&values).filter(|own| own.word.id == id);
                all.push((id, own.map(|own| (own.to, own.word))));
            }
        }
        Ok(all)
    }

    pub(super) fn put_json(
        &mut self,
        name: DocName,
        key: &str,
        value: &impl Serialize,
    ) -> Result<(), Refused> {
        let json = serde_json::to_string(value).map_err(|_| Refused::Malformed)?;
        self.edit(name, key, Value::Text(json))?;
        Ok(())
    }
}

/// Reads a value written whole. One taken back on one device is taken back.
pub(super) fn read_json<T: for<'a> Deserialize<'a>>(values: &[Value]) -> Option<T> {
    if values.iter().any(Value::is_empty) {
        return None;
    }
    let mut texts = values.iter().filter_map(Value::as_text);
    texts.find_map(|text| serde_json::from_str(text).ok())
}
