//! How much is done at once. What is refused first: new inboxes, then posts; a reader waits for a turn and is refused last.
//! Knows no inbox and no address.
//! Invariant: the bytes held in memory for requests under way are bounded.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::oblivious::binary::SEALED_LIMIT;
use crate::office::Refusal;
use crate::wire::POST_LIMIT;

/// How long a body may take to arrive: 1.5 MiB over a slow phone.
pub const BODY_TIME: Duration = Duration::from_secs(120);
/// How long a reader waits for a turn.
const TURN_TIME: Duration = Duration::from_secs(30);
const CREATES: usize = 32;
const POSTS_KIB: usize = 128 << 10;
/// Sealed requests; opened, each is at most as large again.
const SEALED_KIB: usize = 64 << 10;
const READS: usize = 64;
const WAITS: usize = 20_000;

/// Turns of all kinds.
#[derive(Clone)]
pub struct Limits {
    creates: Arc<Semaphore>,
    posts: Arc<Semaphore>,
    sealed: Arc<Semaphore>,
    reads: Arc<Semaphore>,
    waits: Arc<Semaphore>,
}

/// A turn, given back when dropped.
pub type Turn = OwnedSemaphorePermit;

impl Default for Limits {
    fn default() -> Self {
        let turns = |count| Arc::new(Semaphore::new(count));
        Self {
            creates: turns(CREATES),
            posts: turns(POSTS_KIB),
            sealed: turns(SEALED_KIB),
            reads: turns(READS),
            waits: turns(WAITS),
        }
    }
}

impl Limits {
    /// A turn to make an inbox.
    ///
    /// # Errors
    /// [`Refusal::TryLater`].
    pub fn create(&self) -> Result<Turn, Refusal> {
        Arc::clone(&self.creates)
            .try_acquire_owned()
            .map_err(|_| Refusal::TryLater { seconds: 60 })
    }

    /// A turn to post so many bytes (all that is allowed, when the request does not say).
    ///
    /// # Errors
    /// [`Refusal::TryLater`].
    pub fn post(&self, bytes: Option<usize>) -> Result<Turn, Refusal> {
        let kib = u32::try_from(bytes.unwrap_or(POST_LIMIT).min(POST_LIMIT).div_ceil(1024))
            .unwrap_or(u32::MAX);
        Arc::clone(&self.posts)
            .try_acquire_many_owned(kib)
            .map_err(|_| Refusal::TryLater { seconds: 30 })
    }

    /// A turn for a sealed request of so many bytes (the most, when it does not say). It waits, since it may be a fetch.
    ///
    /// # Errors
    /// [`Refusal::TryLater`] after half a minute.
    pub async fn sealed(&self, bytes: Option<usize>) -> Result<Turn, Refusal> {
        let bytes = bytes.unwrap_or(SEALED_LIMIT).min(SEALED_LIMIT);
        let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
        let turn = Arc::clone(&self.sealed).acquire_many_owned(kib);
        let turn = tokio::time::timeout(TURN_TIME, turn).await;
        turn.ok()
            .and_then(Result::ok)
            .ok_or(Refusal::TryLater { seconds: 10 })
    }

    /// A turn to fetch or acknowledge; waits for it.
    ///
    /// # Errors
    /// [`Refusal::TryLater`] after half a minute.
    pub async fn read(&self) -> Result<Turn, Refusal> {
        let turn = tokio::time::timeout(TURN_TIME, Arc::clone(&self.reads).acquire_owned()).await;
        turn.ok()
            .and_then(Result::ok)
            .ok_or(Refusal::TryLater { seconds: 10 })
    }

    /// How many wait for something to come.
    #[must_use]
    pub fn waiting(&self) -> usize {
        WAITS.saturating_sub(self.waits.available_permits())
    }

    /// A place among those that wait for something to come.
    ///
    /// # Errors
    /// [`Refusal::TryLater`].
    pub fn wait(&self) -> Result<Turn, Refusal> {
        Arc::clone(&self.waits)
            .try_acquire_owned()
            .map_err(|_| Refusal::TryLater { seconds: 300 })
    }
}
