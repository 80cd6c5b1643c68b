//! A post box that keeps what a phone fetched and hands it out again, so that taking it in can be timed alone, often.
//! Invariant: what it hands out came from the relay's own code.

use crate::post_box::SimPost;
use alongside_core::post::{CreateInbox, Fetched, PostBox, PostError, Token};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// Answers to fetches, by their token.
pub(super) struct Tape {
    recorded: Option<SimPost>,
    answers: RefCell<BTreeMap<[u8; 32], Vec<Fetched>>>,
}

impl Tape {
    /// Keeps what this post box answers, until it is rewound.
    pub(super) fn before(post: SimPost) -> Self {
        Self {
            recorded: Some(post),
            answers: RefCell::default(),
        }
    }

    /// From now on it answers by itself.
    pub(super) fn rewind(&mut self) {
        self.recorded = None;
    }

    /// How many items it holds.
    pub(super) fn items(&self) -> usize {
        let answers = self.answers.borrow();
        answers.values().flatten().map(|one| one.items.len()).sum()
    }
}

impl PostBox for Tape {
    async fn create(&self, _: Option<&Token>, _: &CreateInbox) -> Result<(), PostError> {
        Err(PostError::Offline)
    }

    async fn post(&self, _: &Token, _: [u8; 16], _: &[u8]) -> Result<(), PostError> {
        Err(PostError::Offline)
    }

    async fn fetch(
        &self,
        inbox: &Token,
        max: u16,
        cursor: &[u8],
        acks: &[[u8; 16]],
    ) -> Result<Fetched, PostError> {
        if let Some(post) = &self.recorded {
            let fetched = post.fetch(inbox, max, cursor, acks).await?;
            let mut answers = self.answers.borrow_mut();
            answers.entry(inbox.0).or_default().push(fetched.clone());
            return Ok(fetched);
        }
        // Where a phone is in the tape is told by the cursor it brings, as at the relay.
        let answers = self.answers.borrow();
        let of_this = answers.get(&inbox.0).into_iter().flatten();
        if let Some(first) = of_this.clone().next()
            && !of_this.clone().any(|one| one.cursor == cursor)
        {
            return Ok(first.clone());
        }
        let next = of_this.skip_while(|one| one.cursor != cursor).nth(1);
        Ok(next.cloned().unwrap_or(Fetched {
            gap: false,
            marker: false,
            more: false,
            cursor: cursor.to_vec(),
            items: Vec::new(),
        }))
    }

    async fn acknowledge(&self, _: &Token, _: &[[u8; 16]]) -> Result<(), PostError> {
        Err(PostError::Offline)
    }

    async fn wait(&self, _: &Token, _: u16) -> Result<bool, PostError> {
        Err(PostError::Offline)
    }

    async fn close(&self, _: &Token, _: &[[u8; 32]]) -> Result<(), PostError> {
        Err(PostError::Offline)
    }

    async fn delete(&self, _: &Token) -> Result<(), PostError> {
        Err(PostError::Offline)
    }
}
