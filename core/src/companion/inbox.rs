//! Kind words that others wrote to me: as they stand in their notebooks, or as I kept them in mine.
//! Invariant: nothing is written anywhere about what was read, and what a blocked person wrote is not here.

use super::deed::Mine;
use super::mine::read_array;
use super::ties::derive_alias;
use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::life::{ItemId, PersonRef, Word};
use crate::notebook::DocName;

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
        let people = self.people()?;
        let kept = self.kept_words()?;
        let mut all = Vec::new();
        for person in people.iter().filter(|person| !person.blocked) {
            for word in self.what_they_show(&person.who)?.words {
                let is_kept = kept
                    .iter()
                    .any(|(from, one)| *from == person.who && one.id == word.id);
                if !is_kept {
                    let name = Some(person.name.clone());
                    all.push(self.received(&person.who, name, word, false)?);
                }
            }
        }
        for (from, word) in kept {
            let person = people.iter().find(|person| person.who == from);
            if person.is_some_and(|person| person.blocked) {
                continue;
            }
            let name = person.map(|person| person.name.clone());
            all.push(self.received(&from, name, word, true)?);
        }
        all.sort_by(|one, other| {
            let newest_first = (other.word.day, &other.name).cmp(&(one.word.day, &one.name));
            newest_first.then_with(|| one.word.id.cmp(&other.word.id))
        });
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

    fn received(
        &mut self,
        from: &PersonRef,
        name: Option<String>,
        word: Word,
        kept: bool,
    ) -> Done<Received> {
        let about = match word.about {
            Some(about) if name.is_some() => self.name_between(from, about)?,
            _ => None,
        };
        Ok(Received {
            from: from.clone(),
            name,
            word,
            about,
            kept,
        })
    }

    /// The name of a thing as two people speak of it: one that they show me, or one of mine that I show them.
    pub(crate) fn name_between(&mut self, who: &PersonRef, id: ItemId) -> Done<Option<String>> {
        if let Some((_, name)) = self.things_of(who)?.into_iter().find(|(one, _)| *one == id) {
            return Ok(Some(name));
        }
        Ok(self.my_shown(who, id)?.map(|showing| showing.item))
    }

    /// The thing of mine that this person knows by that id, if I show it to them.
    pub(crate) fn my_shown(
        &mut self,
        who: &PersonRef,
        alias: ItemId,
    ) -> Done<Option<super::Showing>> {
        let key: [u8; 32] = read_array(&self.store, b"alias")?;
        let Some(tie) = self.tie_with(who)? else {
            return Ok(None);
        };
        let notebook = tie.my_notebook();
        let mut shares = self.shares_with(who)?.into_iter();
        Ok(shares
            .find(|showing| derive_alias(&key, &notebook, &showing.share.item.id().0) == alias.0))
    }
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
