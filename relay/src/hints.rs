//! Which inboxes got something since the last round, for the wake gateway (docs/decisions/waking.md). It lives in memory only.
//! Knows inboxes by their random number; knows no address and no gateway.
//! Invariant: bounded, and noting costs a post nothing but this set's lock; what is lost is a hint.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::store::InboxNo;

/// How many inboxes are noted at most; further ones are passed over.
const MOST: usize = 10_000;

/// The inboxes, and what was done for all of them together.
#[derive(Default)]
pub struct Hints {
    noted: Mutex<HashSet<InboxNo>>,
    sent: AtomicU64,
    failed: AtomicU64,
    passed_over: AtomicU64,
}

/// Counts since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Addresses that the gateway took.
    pub sent: u64,
    /// Rounds in which it did not take all.
    pub failed: u64,
    /// Inboxes that found no room.
    pub passed_over: u64,
}

impl Hints {
    /// Notes that something came.
    pub fn note(&self, inbox: InboxNo) {
        if let Ok(mut noted) = self.noted.lock() {
            if noted.len() < MOST {
                noted.insert(inbox);
            } else if !noted.contains(&inbox) {
                self.passed_over.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// All that are noted, which are then forgotten here.
    #[must_use]
    pub fn take(&self) -> Vec<InboxNo> {
        let taken = self
            .noted
            .lock()
            .map(|mut noted| std::mem::take(&mut *noted));
        taken.unwrap_or_default().into_iter().collect()
    }

    /// Counts addresses that the gateway took.
    pub fn sent(&self, addresses: usize) {
        let addresses = u64::try_from(addresses).unwrap_or(u64::MAX);
        self.sent.fetch_add(addresses, Ordering::Relaxed);
    }

    /// Notes these again, since the gateway did not take them.
    pub fn failed(&self, inboxes: Vec<InboxNo>) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        inboxes.into_iter().for_each(|inbox| self.note(inbox));
    }

    /// What was done so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        Counts {
            sent: self.sent.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
            passed_over: self.passed_over.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_inbox_once_and_no_more_than_there_is_room_for() {
        let hints = Hints::default();
        let most = i64::try_from(MOST).unwrap();
        for no in (0..most + 5).chain(0..5) {
            hints.note(InboxNo(no));
        }
        assert_eq!(hints.counts().passed_over, 5);
        let taken = hints.take();
        assert_eq!((taken.len(), hints.take().len()), (MOST, 0));
        hints.failed(taken);
        hints.sent(3);
        let counts = hints.counts();
        let counted = (hints.take().len(), counts.failed, counts.sent);
        assert_eq!(counted, (MOST, 1, 3));
    }
}
