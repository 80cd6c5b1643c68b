//! The long poll: who waits is called when something comes. It lives in memory only.
//! Knows inboxes by their random number; knows no tokens.
//! Invariant: whoever listens before looking misses nothing that comes after.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::sync::Notify;

use crate::store::InboxNo;

/// How many may wait on one inbox at once.
const AT_ONE_INBOX: usize = 4;

/// All that wait.
#[derive(Clone, Default)]
pub struct Wake(Arc<Mutex<HashMap<InboxNo, Bell>>>);

#[derive(Default)]
struct Bell {
    rings: Arc<Notify>,
    waiting: usize,
}

/// One that waits; gone when dropped.
pub struct Waiter {
    wake: Wake,
    inbox: InboxNo,
    rings: Arc<Notify>,
}

impl Wake {
    /// Listens at an inbox; `None` when too many do.
    #[must_use]
    pub fn listen(&self, inbox: InboxNo) -> Option<Waiter> {
        let mut bells = self.0.lock().ok()?;
        let bell = bells.entry(inbox).or_default();
        if bell.waiting >= AT_ONE_INBOX {
            return None;
        }
        bell.waiting += 1;
        Some(Waiter {
            wake: self.clone(),
            inbox,
            rings: Arc::clone(&bell.rings),
        })
    }

    /// Calls all that listen at this inbox.
    pub fn ring(&self, inbox: InboxNo) {
        if let Ok(bells) = self.0.lock()
            && let Some(bell) = bells.get(&inbox)
        {
            bell.rings.notify_waiters();
        }
    }
}

impl Waiter {
    /// The bell; its `notified` must be enabled before looking whether something waits.
    #[must_use]
    pub fn bell(&self) -> &Notify {
        &self.rings
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        if let Ok(mut bells) = self.wake.0.lock()
            && let Some(bell) = bells.get_mut(&self.inbox)
        {
            bell.waiting -= 1;
            if bell.waiting == 0 {
                bells.remove(&self.inbox);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_to_leave_takes_the_bell_away() {
        let wake = Wake::default();
        let waiters: Vec<_> = (0..AT_ONE_INBOX)
            .filter_map(|_| wake.listen(InboxNo(1)))
            .collect();
        assert_eq!(waiters.len(), AT_ONE_INBOX);
        assert!(wake.listen(InboxNo(1)).is_none());
        assert!(wake.listen(InboxNo(2)).is_some());
        drop(waiters);
        assert!(wake.0.lock().unwrap().is_empty());
    }
}
