//! Kind words from me to someone: cards, own words where they opened that door, thanks, "I saw you". They need no reason
//! and ask for no answer. Invariant: nothing goes that the receiver does not let in, as far as they say so, and at most
//! five a day to one person.

use super::find::{choose, told_apart};
use super::inbox::things_in;
use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::life::words::WORDS_A_DAY;
use crate::life::{Allow, CardKind, ItemId, PersonRef, Proposal, Word, WordKind};
use crate::notebook::Shown;

impl Companion {
    /// Sends a card. It goes with the next delivery; until then undo takes it back as if it had never been.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`], [`AlongsideError::NotYours`] where the tie has ended, [`AlongsideError::Invalid`]
    /// for what they do not let in or a sixth one today; the store's.
    pub fn send_card(
        &mut self,
        to: &PersonRef,
        card: CardKind,
        about: Option<ItemId>,
    ) -> Done<ItemId> {
        self.encourage(to, WordKind::Card(card), "", about)
    }

    /// Sends thanks, with own words or without.
    ///
    /// # Errors
    /// As [`Companion::send_card`].
    pub fn thank(&mut self, to: &PersonRef, text: &str, about: Option<ItemId>) -> Done<ItemId> {
        self.encourage(to, WordKind::Thanks, text, about)
    }

    /// Sends "I saw you", with own words or without.
    ///
    /// # Errors
    /// As [`Companion::send_card`].
    pub fn say_seen(&mut self, to: &PersonRef, text: &str, about: Option<ItemId>) -> Done<ItemId> {
        self.encourage(to, WordKind::Seen, text, about)
    }

    /// Sends a kind word of any kind.
    ///
    /// # Errors
    /// As [`Companion::send_card`].
    pub fn encourage(
        &mut self,
        to: &PersonRef,
        kind: WordKind,
        text: &str,
        about: Option<ItemId>,
    ) -> Done<ItemId> {
        let word = Word {
            id: self.make_id(),
            kind,
            text: text.to_owned(),
            about,
            day: self.clock.now().today,
        }
        .checked()
        .map_err(|why| AlongsideError::Invalid(why.to_string()))?;
        self.open_tie(to)?;
        let shown = self.what_they_show(to)?;
        if !word.passes(shown.allows) {
            return Err(cards_for_now());
        }
        self.one_more_today(to)?;
        if word.has_own_words() && self.one_waits(to, &shown)? {
            return Err(one_waits());
        }
        self.deed(|mine| Ok(mine.put_word(to, &word)?))?;
        Ok(word.id)
    }

    /// Takes a word of mine back: it goes from their phone when they next meet the post box. They may have read it.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn take_word_back(&mut self, to: &PersonRef, id: ItemId) -> Done<()> {
        let all = self.words_sent(to)?;
        let word = all.iter().find(|word| word.id == id);
        let word = word.ok_or(AlongsideError::NotFound("word"))?;
        self.deed(|mine| Ok(mine.take_word_back(word)?))
    }

    /// My words to one person, newest first.
    ///
    /// # Errors
    /// The store's.
    pub fn words_sent(&mut self, to: &PersonRef) -> Done<Vec<Word>> {
        let mut all = self.look(|mine| {
            let mut all = Vec::new();
            for year in super::inbox::years(mine)? {
                all.extend(mine.words_to(to, year)?);
            }
            Ok(all)
        })?;
        all.sort_by_key(|word| std::cmp::Reverse((word.day, word.id)));
        Ok(all)
    }

    /// What may come from me to them, as far as they say so: cards, until they open the door to own words.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`], [`AlongsideError::NotYours`] where the tie has ended; the store's.
    pub fn lets_in(&mut self, who: &PersonRef) -> Done<Allow> {
        self.open_tie(who)?;
        Ok(self.what_they_show(who)?.allows)
    }

    /// What a word to this person can be about: a thing that they show me, or one that I show them.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`], [`AlongsideError::Several`]; the store's.
    pub fn find_about(&mut self, who: &PersonRef, words: &str) -> Done<ItemId> {
        let mut things = things_in(&self.what_they_show(who)?);
        things.extend(
            self.shares_with(who)?
                .into_iter()
                .filter(|showing| showing.open)
                .map(|showing| (showing.share.item.id(), showing.item)),
        );
        let (ids, names): (Vec<ItemId>, Vec<String>) = things.into_iter().unzip();
        let at = choose(words, &told_apart(&names), "thing shown between you")?;
        ids.get(at)
            .copied()
            .ok_or(AlongsideError::NotFound("thing shown between you"))
    }

    /// Whether own words of mine are with somebody who never wrote to me: the next ones wait until they do. Cards need no
    /// answer, and wait for none.
    pub(crate) fn one_waits(&mut self, to: &PersonRef, shown: &Shown) -> Done<bool> {
        if !shown.words.is_empty() || !shown.ideas.is_empty() {
            return Ok(false);
        }
        let words = self.words_sent(to)?;
        let own = words.iter().any(Word::has_own_words);
        Ok(own || self.ideas_for(to)?.iter().any(Proposal::has_own_words))
    }

    /// Five a day to one person, words and ideas together.
    pub(crate) fn one_more_today(&mut self, to: &PersonRef) -> Done<()> {
        let today = self.clock.now().today;
        let sent = self.look(|mine| {
            let words = mine.words_to(to, today.year())?;
            let ideas = mine.ideas_for(to, today.year())?;
            Ok(words.iter().filter(|word| word.day == today).count()
                + ideas.iter().filter(|idea| idea.day == today).count())
        })?;
        if sent < WORDS_A_DAY {
            return Ok(());
        }
        Err(AlongsideError::Invalid(format!(
            "{WORDS_A_DAY} went to them today; there is room again tomorrow"
        )))
    }
}

pub(crate) fn one_waits() -> AlongsideError {
    AlongsideError::Invalid(
        "own words of yours are with them; the next can go once they write. A card goes now".into(),
    )
}

pub(crate) fn cards_for_now() -> AlongsideError {
    AlongsideError::Invalid(
        "they take cards for now; own words and ideas come once they open that door".into(),
    )
}
