//! A post box that holds what it was given and hands it out once; nothing that is done to it changes anything else.

use alongside_core::post::{CreateInbox, Fetched, FetchedItem, PostBox, PostError, Token};
use std::cell::RefCell;

/// A post box with one letter in it, in the first inbox that is asked for or in the one of a token.
pub struct Letters {
    token: Option<[u8; 32]>,
    day: u32,
    /// The id of the first of them; each next one is one higher.
    pub first_id: u8,
    items: RefCell<Vec<Vec<u8>>>,
}

impl Letters {
    /// These items of a day, in the inbox of a token where one is named.
    #[must_use]
    pub fn of(token: Option<[u8; 32]>, day: u32, items: Vec<Vec<u8>>) -> Self {
        Self {
            token,
            day,
            first_id: 0,
            items: RefCell::new(items),
        }
    }

    /// How many were not fetched yet.
    #[must_use]
    pub fn left(&self) -> usize {
        self.items.borrow().len()
    }
}

impl PostBox for Letters {
    async fn create(&self, _: Option<&Token>, _: &CreateInbox) -> Result<(), PostError> {
        Ok(())
    }

    async fn post(&self, _: &Token, _: [u8; 16], _: &[u8]) -> Result<(), PostError> {
        Ok(())
    }

    async fn fetch(
        &self,
        inbox: &Token,
        _: u16,
        _: &[u8],
        _: &[[u8; 16]],
    ) -> Result<Fetched, PostError> {
        let asked = self.token.is_none_or(|token| token == inbox.0);
        let bodies = if asked { self.items.take() } else { Vec::new() };
        let items = bodies.into_iter().zip(self.first_id..);
        Ok(Fetched {
            gap: false,
            marker: false,
            more: false,
            cursor: Vec::new(),
            items: items
                .map(|(bytes, id)| FetchedItem {
                    id: [id; 16],
                    day: self.day,
                    bytes,
                })
                .collect(),
        })
    }

    async fn acknowledge(&self, _: &Token, _: &[[u8; 16]]) -> Result<(), PostError> {
        Ok(())
    }

    async fn wait(&self, _: &Token, _: u16) -> Result<bool, PostError> {
        Ok(false)
    }

    async fn close(&self, _: &Token, _: &[[u8; 32]]) -> Result<(), PostError> {
        Ok(())
    }

    async fn delete(&self, _: &Token) -> Result<(), PostError> {
        Ok(())
    }
}
