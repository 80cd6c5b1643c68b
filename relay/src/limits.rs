//! How much is done at once. What is refused first: new inboxes, then posts; a reader waits for a turn and is refused last.
//! Knows no inbox and no address.
//! Invariant: the bytes held in memory for requests under way are bounded, and who promises a body and does not send it holds none of the bound.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::office::Refusal;

/// How long a body may take to arrive: 1.5 MiB over a slow phone.
pub const BODY_TIME: Duration = Duration::from_secs(120);
/// Of a body that has not arrived, so many bytes must come in [`PACE_TIME`]: a quarter of the pace that [`BODY_TIME`] asks of the longest.
pub const PACE: usize = 32 << 10;
/// The time that a pace is measured in.
pub const PACE_TIME: Duration = Duration::from_secs(10);
/// How long a reader waits for a turn.
const TURN_TIME: Duration = Duration::from_secs(30);
const CREATES: usize = 32;
const POSTS_KIB: usize = 128 << 10;
/// Bodies of all but posts, and not sealed.
const OTHERS_KIB: usize = 32 << 10;
/// Sealed requests; opened, each is at most as large again.
const SEALED_KIB: usize = 28 << 10;
/// A sealed request takes a place when more than so many bytes have come: no fetch is so long, nor an item in one part.
const SEALED_SMALL: usize = 68 << 10;
/// Places for longer sealed requests, 1.5 MiB each. Each can be filled, so none that has one waits for another.
const SEALED_PLACES: usize = 24;
const READS: usize = 64;
const WAITS: usize = 20_000;

/// Turns of all kinds.
#[derive(Clone)]
pub struct Limits {
    /// Where posts arrive; when it is full they are refused at once.
    pub posts: Room,
    /// Where sealed requests arrive. They wait, since each may be a fetch.
    pub sealed: Room,
    /// Where all others arrive.
    pub others: Room,
    creates: Arc<Semaphore>,
    reads: Arc<Semaphore>,
    waits: Arc<Semaphore>,
}

/// A turn, given back when dropped.
pub type Turn = OwnedSemaphorePermit;

/// Room for bodies as they arrive.
#[derive(Clone)]
pub struct Room {
    kib: Arc<Semaphore>,
    /// For bodies above [`SEALED_SMALL`], where they have room of their own.
    places: Option<Arc<Semaphore>>,
    patience: Duration,
    later: Refusal,
}

/// What one body has of a room; given back when dropped.
#[derive(Default)]
pub struct Held {
    kib: Option<Turn>,
    place: Option<Turn>,
}

impl Default for Limits {
    fn default() -> Self {
        let turns = |count| Arc::new(Semaphore::new(count));
        let room = |kib, patience, seconds| Room {
            kib: turns(kib),
            places: None,
            patience,
            later: Refusal::TryLater { seconds },
        };
        Self {
            posts: room(POSTS_KIB, Duration::ZERO, 30),
            sealed: Room {
                places: Some(turns(SEALED_PLACES)),
                ..room(SEALED_KIB, TURN_TIME, 10)
            },
            others: room(OTHERS_KIB, TURN_TIME, 10),
            creates: turns(CREATES),
            reads: turns(READS),
            waits: turns(WAITS),
        }
    }
}

impl Room {
    /// Lets a body have room for so many bytes altogether.
    ///
    /// # Errors
    /// [`Refusal::TryLater`] when there is none, at once or after half a minute.
    pub async fn take(&self, held: &mut Held, bytes: usize) -> Result<(), Refusal> {
        if held.place.is_some() {
            return Ok(());
        }
        if let Some(places) = self.places.as_ref().filter(|_| bytes > SEALED_SMALL) {
            held.place = Some(self.wait(places, 1).await?);
            held.kib = None;
            return Ok(());
        }
        let has = held.kib.as_ref().map_or(0, Turn::num_permits);
        let wants = bytes.div_ceil(1024).saturating_sub(has);
        if wants > 0 {
            let more = self.wait(&self.kib, wants).await?;
            match &mut held.kib {
                Some(turn) => turn.merge(more),
                none => *none = Some(more),
            }
        }
        Ok(())
    }

    async fn wait(&self, turns: &Arc<Semaphore>, count: usize) -> Result<Turn, Refusal> {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let turn = Arc::clone(turns).acquire_many_owned(count);
        let turn = tokio::time::timeout(self.patience, turn).await;
        turn.ok().and_then(Result::ok).ok_or(self.later)
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
