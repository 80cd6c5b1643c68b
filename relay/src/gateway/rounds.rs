//! When which phone is woken: what comes within a window is one push, and what is not taken is tried again.
//! Knows phones by their random number; knows no push service's words.
//! Invariant: for whom something waits stands in the file until a push service took it, or it is five hours old.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Clock;
use super::keep::{Keep, PhoneNo};
use super::push::{KEPT, Outcome, Push};
use super::wire::{Target, address_hash};
use crate::chance::Chance;
use crate::log::{Line, Log};
use crate::store::StoreError;

/// What the file tells of a time, in seconds.
pub const QUARTER: u64 = 900;
/// How many push services are called at once.
const AT_ONCE: usize = 32;
/// How often it is looked who is to be woken.
const TICK: Duration = Duration::from_millis(250);
/// The longest pause between two tries, in seconds.
const PAUSE: u64 = 3600;
const DAY: u64 = 86_400;

/// All that wait to be woken.
pub struct Rounds {
    /// The file.
    pub keep: Keep,
    /// The time.
    pub clock: Clock,
    services: Vec<Box<dyn Push>>,
    window: u64,
    log: Arc<Log>,
    waiting: Mutex<HashMap<PhoneNo, Waiting>>,
    /// What was done.
    pub counts: Counts,
}

/// Counts since the start, of all phones together.
#[derive(Default)]
pub struct Counts {
    /// Wake addresses that post boxes asked for and that are known.
    pub hints: AtomicU64,
    /// Pushes that a service took.
    pub taken: AtomicU64,
    /// Tries that are to be made again.
    pub again: AtomicU64,
    /// What was given up: five hours old, or refused.
    pub dropped: AtomicU64,
    /// Phones that their service does not know any more.
    pub gone: AtomicU64,
}

struct Waiting {
    /// When it is tried, in seconds.
    due: u64,
    /// Since which quarter of an hour.
    since: u64,
    tries: u32,
    under_way: bool,
    /// Something came since the try under way began.
    again: bool,
}

impl Rounds {
    /// Over this file; who waits there is woken within a window.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub async fn open(
        keep: Keep,
        clock: Clock,
        services: Vec<Box<dyn Push>>,
        window: u64,
        log: Arc<Log>,
    ) -> Result<Self, StoreError> {
        let now = clock.now();
        let mut waiting = HashMap::new();
        for (phone, since) in keep.waiting().await? {
            let due = now + random(window);
            waiting.insert(phone, Waiting::new(due, since));
        }
        let rounds = Self {
            keep,
            clock,
            services,
            window,
            log,
            waiting: Mutex::new(waiting),
            counts: Counts::default(),
        };
        rounds.turn_day(now).await?;
        Ok(rounds)
    }

    /// Whether this is a phone that can be woken.
    #[must_use]
    pub fn may(&self, target: &Target) -> bool {
        self.services.iter().any(|service| service.may(target))
    }

    /// How many phones wait to be woken.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.all().len()
    }

    /// Something came for the phones of these addresses: on the disk when this returns.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub async fn hint(&self, addresses: &[[u8; 32]]) -> Result<(), StoreError> {
        let hashes = addresses.iter().map(address_hash).collect();
        let now = self.clock.now();
        let phones = self.keep.wake(hashes, now / QUARTER).await?;
        let hints = u64::try_from(phones.len()).unwrap_or(u64::MAX);
        self.counts.hints.fetch_add(hints, Ordering::Relaxed);
        // The whole window, so that a burst is one push; and a part more, so that the push tells no post's time.
        let due = now + self.window;
        let mut all = self.all();
        for phone in phones {
            let waits = all
                .entry(phone)
                .or_insert_with(|| Waiting::new(due + random(self.window / 4), now / QUARTER));
            waits.again |= waits.under_way;
        }
        Ok(())
    }

    /// Wakes who is to be woken until it is stopped; what is under way is finished.
    pub async fn run(self: Arc<Self>, mut stopping: watch::Receiver<bool>) {
        let mut under_way = JoinSet::new();
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut day = self.clock.now() / DAY;
        loop {
            tokio::select! {
                _ = stopping.wait_for(|stopping| *stopping) => break,
                Some(_) = under_way.join_next() => {}
                _ = tick.tick() => {}
            }
            let now = self.clock.now();
            if now / DAY > day {
                day = now / DAY;
                self.log.begin_day();
                self.settled(self.turn_day(now).await);
            }
            for phone in self.due(now, AT_ONCE.saturating_sub(under_way.len())) {
                under_way.spawn(Arc::clone(&self).wake(phone, now));
            }
        }
        under_way.join_all().await;
    }

    fn due(&self, now: u64, most: usize) -> Vec<PhoneNo> {
        let mut all = self.all();
        let due = all
            .iter_mut()
            .filter(|(_, waits)| !waits.under_way && waits.due <= now);
        let due = due.take(most).map(|(phone, waits)| {
            waits.under_way = true;
            *phone
        });
        due.collect()
    }

    async fn wake(self: Arc<Self>, phone: PhoneNo, now: u64) {
        let since = self.all().get(&phone).map_or(0, |waits| waits.since);
        let old = now / QUARTER >= since.saturating_add(KEPT / QUARTER);
        let (outcome, target) = if old {
            (Outcome::Refused, None)
        } else {
            self.push(phone, now).await
        };
        let done = match outcome {
            Outcome::Taken => self.finish(phone, &self.counts.taken).await,
            Outcome::Refused => self.finish(phone, &self.counts.dropped).await,
            Outcome::Gone => self.gone(phone, target).await,
            Outcome::Later(pause) => {
                self.counts.again.fetch_add(1, Ordering::Relaxed);
                self.put_off(phone, pause.map_or(0, |pause| pause.as_secs()));
                Ok(())
            }
        };
        self.settled(done);
    }

    /// Its service does not know it any more; where it registered anew meanwhile, what waits goes to its new target.
    async fn gone(&self, phone: PhoneNo, target: Option<Target>) -> Result<(), StoreError> {
        self.counts.gone.fetch_add(1, Ordering::Relaxed);
        let forgotten = match target {
            Some(target) => self.keep.forget(phone, &target).await,
            None => Ok(true),
        };
        if matches!(forgotten, Ok(false)) {
            self.put_off(phone, 0);
        } else {
            self.all().remove(&phone);
        }
        forgotten.map(drop)
    }

    /// What came of it, and what was called.
    async fn push(&self, phone: PhoneNo, now: u64) -> (Outcome, Option<Target>) {
        let target = match self.keep.begin(phone).await {
            Ok(Some(target)) => target,
            // Gone meanwhile: there is nothing to wake.
            Ok(None) => return (Outcome::Refused, None),
            Err(fault) => {
                self.log.say(Line::Fault(fault));
                return (Outcome::Later(None), None);
            }
        };
        let outcome = match self.services.iter().find(|service| service.may(&target)) {
            Some(service) => service.push(&target, now).await,
            None => Outcome::Refused,
        };
        (outcome, Some(target))
    }

    /// What waited is through; what came meanwhile waits from now on. The file first: a hint that comes between is noted in both.
    async fn finish(&self, phone: PhoneNo, count: &AtomicU64) -> Result<(), StoreError> {
        let now = self.clock.now();
        let kept = self.keep.woken(phone, now / QUARTER).await;
        let mut all = self.all();
        let again = all.remove(&phone).is_some_and(|waits| waits.again);
        if again || matches!(kept, Ok(true)) {
            let due = now + self.window + random(self.window / 4);
            all.insert(phone, Waiting::new(due, now / QUARTER));
        }
        count.fetch_add(1, Ordering::Relaxed);
        kept.map(drop)
    }

    fn put_off(&self, phone: PhoneNo, at_least: u64) {
        let now = self.clock.now();
        if let Some(waits) = self.all().get_mut(&phone) {
            let pause = self.window.saturating_mul(1 << waits.tries.min(6));
            let pause = pause.max(at_least).min(PAUSE);
            waits.due = now + pause + random(pause / 4);
            waits.tries = waits.tries.saturating_add(1);
            waits.under_way = false;
            waits.again = false;
        }
    }

    async fn turn_day(&self, now: u64) -> Result<(), StoreError> {
        let day = u32::try_from(now / DAY).unwrap_or(u32::MAX);
        self.keep.turn_day(day).await.map(drop)
    }

    fn settled(&self, done: Result<(), StoreError>) {
        if let Err(fault) = done {
            self.log.say(Line::Fault(fault));
        }
    }

    fn all(&self) -> MutexGuard<'_, HashMap<PhoneNo, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    const fn new(due: u64, since: u64) -> Self {
        Self {
            due,
            since,
            tries: 0,
            under_way: false,
            again: false,
        }
    }
}

/// From nought through `most`; nought where the system has no randomness.
fn random(most: u64) -> u64 {
    let drawn = Chance::System.make::<8>().map_or(0, u64::from_be_bytes);
    drawn % most.saturating_add(1)
}
