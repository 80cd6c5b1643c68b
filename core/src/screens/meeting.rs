//! Invites under way, mine and those I was given. Invariant: each has exactly one thing that a person can do next.

use crate::companion::{Companion, Done};
use crate::life::Role;
use crate::sync::{Trouble, Waiting};
use crate::trust::invite::Kind;

/// Invites under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteScreen {
    /// Whether there is a post box to invite through. Who joins takes it from the code.
    pub can_invite: bool,
    /// The invites, in no order of their own.
    pub invites: Vec<InviteRow>,
    /// Who they can be to me, besides a word of one's own.
    pub roles: Vec<Role>,
}

/// An invite under way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteRow {
    /// Names it in calls.
    pub id: u64,
    /// Whether it is mine.
    pub invited: bool,
    /// Whether it joins another phone of my own; else a person.
    pub own_phone: bool,
    /// What I will call them; empty: as they call themselves.
    pub name: String,
    /// Who they say they are, once that is known.
    pub theirs: Option<String>,
    /// What can be done next.
    pub stage: Stage,
    /// The link, which is also the text of the QR code, while the other has not answered a code of mine.
    pub link: Option<String>,
    /// The same code as 24 words to read out.
    pub code_words: Vec<String>,
    /// The four words to say to each other, while they are to be compared.
    pub words: Vec<String>,
}

/// How far an invite is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Mine: the other has the code or is to get it, and has not answered.
    NoAnswerYet,
    /// Theirs: who asks is known after the next meeting with the post box.
    Looking,
    /// Theirs: they asked; yes or not now.
    TheyAsk,
    /// Both said yes; the four words come after another meeting with the post box.
    WordsComing,
    /// The four words are there, to be said to each other.
    Compare,
    /// It does not fit the code: somebody may stand between. It goes no further.
    DoesNotFit,
    /// It is older than 48 hours.
    Over,
}

impl Companion {
    /// Invites under way, whole.
    ///
    /// # Errors
    /// The store's.
    pub fn invite_screen(&mut self) -> Done<InviteScreen> {
        let mut invites = Vec::new();
        for waiting in self.invites()? {
            let stage = stage(&waiting);
            let code = match stage {
                Stage::NoAnswerYet => self.code_again(waiting.id)?,
                _ => None,
            };
            let (link, code_words) = match code {
                Some(code) => (
                    Some(code.to_link()?.to_string()),
                    code.to_words()?.to_string(),
                ),
                None => (None, String::new()),
            };
            let words = waiting.words.filter(|_| stage == Stage::Compare);
            invites.push(InviteRow {
                id: waiting.id,
                invited: waiting.invited,
                own_phone: waiting.kind == Kind::Device,
                name: waiting.name,
                theirs: waiting.theirs,
                stage,
                link,
                code_words: code_words.split_whitespace().map(str::to_owned).collect(),
                words: words
                    .map_or_else(Vec::new, |words| words.each().map(str::to_owned).to_vec()),
            });
        }
        Ok(InviteScreen {
            can_invite: self.post_box()?.is_some(),
            invites,
            roles: Role::READY.to_vec(),
        })
    }
}

fn stage(waiting: &Waiting) -> Stage {
    match waiting.trouble {
        Some(Trouble::DoesNotFit) => return Stage::DoesNotFit,
        Some(Trouble::Over) => return Stage::Over,
        None => {}
    }
    if waiting.words.is_some() {
        return Stage::Compare;
    }
    match (waiting.invited, &waiting.theirs, waiting.answered) {
        (true, None, _) => Stage::NoAnswerYet,
        (false, None, _) => Stage::Looking,
        (false, Some(_), false) => Stage::TheyAsk,
        (_, Some(_), _) => Stage::WordsComing,
    }
}
