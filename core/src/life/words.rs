//! Kind words between two people: cards, own words, thanks, and "I saw you".
//!
//! They need no reason and count nothing. This file does not know who sent them. Its one invariant:
//! text of someone's own passes only where the receiver opened the door to it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::circle::Allow;
use super::ids::ItemId;
use super::text::{self, TextRefused};

/// How many words of one sender are shown for one day, unless the receiver says otherwise.
pub const WORDS_A_DAY: usize = 5;

/// A kind word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// Its id, for ever.
    pub id: ItemId,
    /// What kind it is.
    pub kind: WordKind,
    /// Own words, at most [`super::text::WORDS_MAX`] characters; empty for a card.
    pub text: String,
    /// What it is about, if anything. A hello needs no reason.
    pub about: Option<ItemId>,
    /// The civil day on which it was written, where the writer was.
    pub day: Date,
}

/// What kind of word it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WordKind {
    /// A ready card.
    Card(CardKind),
    /// Own words.
    OwnWords,
    /// Thanks, with or without own words.
    Thanks,
    /// "I saw you ...", with or without own words.
    Seen,
}

/// The ready cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CardKind {
    /// Hello.
    Hello,
    /// Well done.
    WellDone,
    /// Thinking of you.
    ThinkingOfYou,
    /// I am here.
    Here,
    /// No hurry.
    NoHurry,
    /// Rest well.
    RestWell,
    /// Good luck today.
    GoodLuck,
    /// Glad you are around.
    Glad,
}

/// A kind word that can't be sent as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WordRefused {
    /// The text does not fit.
    #[error(transparent)]
    Text(#[from] TextRefused),
    /// A card carries no text.
    #[error("a card has its own words")]
    CardWithText,
}

impl CardKind {
    /// Every card, in the order in which they are offered.
    pub const ALL: [CardKind; 8] = [
        CardKind::Hello,
        CardKind::WellDone,
        CardKind::ThinkingOfYou,
        CardKind::Here,
        CardKind::NoHurry,
        CardKind::RestWell,
        CardKind::GoodLuck,
        CardKind::Glad,
    ];

    /// The word by which it is named in commands and files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            CardKind::Hello => "hello",
            CardKind::WellDone => "well-done",
            CardKind::ThinkingOfYou => "thinking-of-you",
            CardKind::Here => "here",
            CardKind::NoHurry => "no-hurry",
            CardKind::RestWell => "rest-well",
            CardKind::GoodLuck => "good-luck",
            CardKind::Glad => "glad",
        }
    }

    /// What the card says.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            CardKind::Hello => "Hello. No need to write back.",
            CardKind::WellDone => "Well done.",
            CardKind::ThinkingOfYou => "I am thinking of you today.",
            CardKind::Here => "I am here if you want to talk.",
            CardKind::NoHurry => "There is no hurry. Go at your own pace.",
            CardKind::RestWell => "Rest well. Rest days count too.",
            CardKind::GoodLuck => "Good luck today.",
            CardKind::Glad => "I am glad you are around.",
        }
    }
}

impl Word {
    /// The same word when it can be sent: a card without text, own words with some, the text within its
    /// bounds and trimmed.
    ///
    /// # Errors
    /// [`WordRefused`] says what does not fit, never the text.
    pub fn checked(mut self) -> Result<Self, WordRefused> {
        self.text = match self.kind {
            WordKind::Card(_) if self.text.is_empty() => String::new(),
            WordKind::Card(_) => return Err(WordRefused::CardWithText),
            WordKind::Thanks | WordKind::Seen if self.text.trim().is_empty() => String::new(),
            WordKind::OwnWords | WordKind::Thanks | WordKind::Seen => text::own_words(&self.text)?,
        };
        Ok(self)
    }

    /// Whether it holds words that its writer chose.
    #[must_use]
    pub fn has_own_words(&self) -> bool {
        !self.text.is_empty() || self.kind == WordKind::OwnWords
    }

    /// Whether the receiver opened the door to a word like this one. What does not pass now is kept
    /// unread by the receiver's own phone; the sender learns nothing of it.
    #[must_use]
    pub fn passes(&self, allow: Allow) -> bool {
        match allow {
            Allow::Quiet => false,
            Allow::OwnWords => true,
            Allow::CardsOnly => !self.has_own_words(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(kind: WordKind, text: &str) -> Word {
        Word {
            id: ItemId([1; 8]),
            kind,
            text: text.into(),
            about: None,
            day: Date::constant(2026, 2, 2),
        }
    }

    #[test]
    fn own_words_pass_only_where_the_receiver_opened_the_door() {
        let card = word(WordKind::Card(CardKind::Hello), "");
        let thanks = word(WordKind::Thanks, "");
        let seen = word(WordKind::Seen, "You waited for the bus with me.");
        let own = word(WordKind::OwnWords, "Good to hear you.");
        for (one, cards_only) in [
            (&card, true),
            (&thanks, true),
            (&seen, false),
            (&own, false),
        ] {
            assert_eq!(one.passes(Allow::CardsOnly), cards_only);
            assert!(one.passes(Allow::OwnWords));
            assert!(!one.passes(Allow::Quiet));
        }
    }

    #[test]
    fn a_card_has_no_text_of_its_own_and_own_words_have_some() {
        assert!(word(WordKind::Card(CardKind::Here), "").checked().is_ok());
        assert_eq!(
            word(WordKind::Card(CardKind::Here), "psst").checked(),
            Err(WordRefused::CardWithText)
        );
        assert_eq!(
            word(WordKind::OwnWords, " ").checked(),
            Err(WordRefused::Text(TextRefused::Empty))
        );
        assert_eq!(word(WordKind::Thanks, "  ").checked().unwrap().text, "");
        assert_eq!(
            word(WordKind::Seen, &"x".repeat(281)).checked(),
            Err(WordRefused::Text(TextRefused::TooLong(280)))
        );
    }

    #[test]
    fn cards_are_calm_and_short() {
        for card in CardKind::ALL {
            assert!(!card.text().contains('!'), "{card:?}");
            assert!(super::super::wordlist::forbidden(card.text()).is_none());
            for sentence in card.text().split_terminator('.') {
                assert!(sentence.split_whitespace().count() <= 12, "{card:?}");
            }
            let name = serde_json::to_string(&card).unwrap();
            assert_eq!(name, format!("\"{}\"", card.word()));
        }
    }
}
