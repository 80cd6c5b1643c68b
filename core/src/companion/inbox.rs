//! Kind words that others wrote to me: as they stand in their notebooks, or as I kept them in mine.
//! Invariant: nothing is written anywhere about what was read, and what a blocked person wrote is not here.

use super::deed::Mine;
use super::mine::read_array;
use super::ties::derive_alias;
use super::{Companion, Done, Showing};
use crate::error::AlongsideError;
use crate::life::{ItemId, Person, PersonRef, Word};
use crate::notebook::{DocName, Shown};

/// A kind word that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Who wrote it.
    pub from: PersonRef,
    /// What I call them; none once they are not among my people any more.
    pub name: Option<String>,
    /// The word. Its id is the one by which I know it.
    pub word: Word,
    /// What it is about, by its name here.
    pub about: Option<String>,
    /// Whether I kept a copy of my own.
    pub kept: bool,
}

impl Companion {
    /// What others wrote to me, newest first.
    ///
    /// # Errors
    /// The store's.
    pub fn inbox(&mut self) -> Done<Vec<Received>> {
        let kept = self.kept_words()?;
        let mut all = Vec::new();
        let people = self.labelled_people()?;
        for person in &people {
            let shown = self.what_they_show(&person.who)?;
            all.extend(self.words_from(person, &shown, &kept)?);
        }
        let gone = kept
            .into_iter()
            .filter(|(from, _)| people.iter().all(|one| one.who != *from));
        all.extend(gone.map(|(from, word)| Received {
            from,
            name: None,
            word,
            about: None,
            kept: true,
        }));
        newest_first(&mut all);
        Ok(all)
    }

    /// What one of my people wrote to me, newest first.
    pub(crate) fn inbox_from(&mut self, person: &Person, shown: &Shown) -> Done<Vec<Received>> {
        let kept = self.kept_words()?;
        let mut all = self.words_from(person, shown, &kept)?;
        newest_first(&mut all);
        Ok(all)
    }

    fn words_from(
        &mut self,
        person: &Person,
        shown: &Shown,
        kept: &[(PersonRef, Word)],
    ) -> Done<Vec<Received>> {
        let mut all = Vec::new();
        let mine: Vec<&Word> = of(kept, &person.who).collect();
        let mut words: Vec<(Word, bool)> = shown
            .words
            .iter()
            .filter(|word| mine.iter().all(|kept| kept.id != word.id))
            .map(|word| (word.clone(), false))
            .collect();
        if !person.blocked {
            words.extend(mine.into_iter().map(|word| (word.clone(), true)));
        }
        if words.is_empty() {
            return Ok(all);
        }
        let names = self.names_between(&person.who, shown)?;
        for (word, kept) in words {
            let about = name_of(&word, &names);
            all.push(Received {
                from: person.who.clone(),
                name: Some(person.name.clone()),
                word,
                about,
                kept,
            });
        }
        Ok(all)
    }

    /// Keeps a copy of a word: it stays here, whatever its writer does with theirs. They are not told.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn keep_word(&mut self, from: &PersonRef, id: ItemId) -> Done<()> {
        let words = self.what_they_show(from)?.words;
        let word = words.into_iter().find(|word| word.id == id);
        let word = word.ok_or(AlongsideError::NotFound("word"))?;
        self.deed(|mine| Ok(mine.keep_word(from, &word)?))
    }

    /// Lets a kept word go. Nobody is told.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`] where it was not kept; the store's.
    pub fn let_word_go(&mut self, from: &PersonRef, id: ItemId) -> Done<()> {
        let kept = self.kept_words()?;
        let word = kept
            .iter()
            .find(|(who, word)| who == from && word.id == id)
            .map(|(_, word)| word)
            .ok_or(AlongsideError::NotFound("kept word"))?;
        self.deed(|mine| Ok(mine.let_word_go(from, word)?))
    }

    fn kept_words(&mut self) -> Done<Vec<(PersonRef, Word)>> {
        self.look(|mine| {
            let mut all = Vec::new();
            for year in years(mine)? {
                all.extend(mine.kept_words(year)?);
            }
            Ok(all)
        })
    }

    /// What a word between us can be about: things of theirs, and mine by the ids under which they know them and by my own.
    fn names_between(&mut self, who: &PersonRef, shown: &Shown) -> Done<Vec<(ItemId, String)>> {
        let mut names = things_in(shown);
        let mine = self.my_things_with(who)?.into_iter();
        for (id, one) in mine {
            names.push((id, one.item.clone()));
            names.push((one.share.item.id(), one.item));
        }
        Ok(names)
    }

    /// These words between us, each with what it is about, by its name here.
    pub(crate) fn with_names(
        &mut self,
        who: &PersonRef,
        shown: &Shown,
        words: Vec<Word>,
    ) -> Done<Vec<(Word, Option<String>)>> {
        let names = self.names_between(who, shown)?;
        let named = words.into_iter().map(|word| {
            let name = name_of(&word, &names);
            (word, name)
        });
        Ok(named.collect())
    }

    /// The things of mine that I show a person, by the ids under which they know them.
    pub(crate) fn my_things_with(&mut self, who: &PersonRef) -> Done<Vec<(ItemId, Showing)>> {
        let Some(tie) = self.tie_with(who)? else {
            return Ok(Vec::new());
        };
        let key: [u8; 32] = read_array(&self.store, b"alias")?;
        let notebook = tie.my_notebook();
        let showings = self.shares_with(who)?.into_iter();
        Ok(showings
            .map(|one| {
                let alias = derive_alias(&key, &notebook, &one.share.item.id().0);
                (ItemId(alias), one)
            })
            .collect())
    }
}

/// What a word is about, by its name among these.
fn name_of(word: &Word, names: &[(ItemId, String)]) -> Option<String> {
    let mut found = names.iter().filter(|(id, _)| Some(*id) == word.about);
    found.next().map(|(_, name)| name.clone())
}

fn newest_first(all: &mut [Received]) {
    all.sort_by(|one, other| {
        let newest_first = (other.word.day, &other.name).cmp(&(one.word.day, &one.name));
        newest_first.then_with(|| one.word.id.cmp(&other.word.id))
    });
}

fn of<'a>(kept: &'a [(PersonRef, Word)], who: &'a PersonRef) -> impl Iterator<Item = &'a Word> {
    kept.iter()
        .filter(move |(from, _)| from == who)
        .map(|(_, word)| word)
}

/// The things that a person shows me, by the ids under which I know them.
pub(crate) fn things_in(shown: &Shown) -> Vec<(ItemId, String)> {
    let routines = shown.routines.iter().map(|one| (one.id, &one.name));
    let goals = shown.goals.iter().map(|one| (one.id, &one.name));
    let steps = shown.steps.iter().map(|one| (one.id, &one.name));
    let all = routines.chain(goals).chain(steps);
    all.map(|(id, name)| (id, name.clone())).collect()
}

/// The years of which words or ideas are kept here.
pub(crate) fn years(mine: &mut Mine<'_>) -> Done<Vec<i16>> {
    let names = mine.names()?;
    Ok(names
        .into_iter()
        .filter_map(|name| match name {
            DocName::Words { year } => Some(year),
            _ => None,
        })
        .collect())
}
