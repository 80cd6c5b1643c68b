//! For the tests of this room: a post box of which only what a test tells matters.

use crate::post::{CreateInbox, Creating, Fetched, PostBox, PostError, Seal, Token};
use std::sync::Arc;

/// What a post box does in a test. It holds no inbox: a fetch that is let through finds none.
pub(super) trait Told {
    /// What comes of a call that holds a token; of a creation also its create-secret.
    fn comes(&self, call: &'static str, secret: Option<&Token>) -> Result<(), PostError>;

    fn goes_sealed(&self) -> bool {
        false
    }

    fn sealed_with(&self, _seal: Arc<dyn Seal>) {}

    fn keys(&self, _straight: bool) -> Result<Vec<u8>, PostError> {
        Err(PostError::Refused(404))
    }

    fn secrets(&self, _code: &Token) -> Result<Vec<(u32, Token)>, PostError> {
        Err(PostError::Refused(404))
    }

    fn who(&self) -> Result<Creating, PostError> {
        Err(PostError::Refused(404))
    }
}

impl<T: Told> PostBox for T {
    async fn create(&self, secret: Option<&Token>, _: &CreateInbox) -> Result<(), PostError> {
        self.comes("create", secret)
    }

    async fn post(&self, _: &Token, _: [u8; 16], _: &[u8]) -> Result<(), PostError> {
        self.comes("post", None)
    }

    async fn fetch(
        &self,
        _: &Token,
        _: u16,
        _: &[u8],
        _: &[[u8; 16]],
    ) -> Result<Fetched, PostError> {
        self.comes("fetch", None)?;
        Err(PostError::NoSuchInbox)
    }

    async fn acknowledge(&self, _: &Token, _: &[[u8; 16]]) -> Result<(), PostError> {
        self.comes("acknowledge", None)
    }

    async fn wait(&self, _: &Token, _: u16) -> Result<bool, PostError> {
        self.comes("wait", None).map(|()| false)
    }

    async fn close(&self, _: &Token, _: &[[u8; 32]]) -> Result<(), PostError> {
        self.comes("close", None)
    }

    async fn delete(&self, _: &Token) -> Result<(), PostError> {
        self.comes("delete", None)
    }

    fn is_sealed(&self) -> bool {
        self.goes_sealed()
    }

    fn seal_with(&self, seal: Arc<dyn Seal>) {
        self.sealed_with(seal);
    }

    async fn oblivious_keys(&self, straight: bool) -> Result<Vec<u8>, PostError> {
        self.keys(straight)
    }

    async fn create_secrets(&self, code: &Token) -> Result<Vec<(u32, Token)>, PostError> {
        self.secrets(code)
    }

    async fn creating(&self) -> Result<Creating, PostError> {
        self.who()
    }
}

pub(super) fn run<T>(deed: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(deed)
}
