//! The long poll: who waits is called when something comes. It lives in memory only.
//! Where several processes share a store, what comes to another is a hint of a group of inboxes, and may be lost.
//! Knows inboxes by their random number; knows no tokens and no database.
//! Invariant: whoever listens before looking misses nothing that comes to this process after.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;

use crate::store::InboxNo;

/// How many may wait on one inbox at once.
const AT_ONE_INBOX: usize = 4;

/// Inboxes are told between processes by so many groups: a hint names none.
const GROUPS: u16 = 4096;
/// Where hints may be lost, who waits looks again about so often.
const LOOK_AGAIN: Duration = Duration::from_secs(8);

/// Groups of inboxes, by the last bits of their random numbers.
pub type Groups = BTreeSet<u16>;

/// All that wait.
#[derive(Clone, Default)]
pub struct Wake {
    bells: Arc<Mutex<HashMap<InboxNo, Bell>>>,
    others: Option<Arc<Others>>,
}

/// What is to be told to other processes.
#[derive(Default)]
struct Others {
    groups: Mutex<Groups>,
    something: Notify,
}

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
    /// One of several processes over the same store.
    #[must_use]
    pub fn among_others() -> Self {
        Self {
            others: Some(Arc::default()),
            ..Self::default()
        }
    }

    /// Listens at an inbox; `None` when too many do.
    #[must_use]
    pub fn listen(&self, inbox: InboxNo) -> Option<Waiter> {
        let mut bells = self.bells.lock().ok()?;
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

    /// Calls all that listen at this inbox, here and, as a hint, in other processes.
    pub fn ring(&self, inbox: InboxNo) {
        if let Ok(bells) = self.bells.lock()
            && let Some(bell) = bells.get(&inbox)
        {
            bell.rings.notify_waiters();
        }
        if let Some(others) = &self.others
            && let Ok(mut groups) = others.groups.lock()
        {
            groups.insert(group(inbox));
            others.something.notify_one();
        }
    }

    /// Calls all that listen at an inbox of these groups.
    pub fn ring_groups(&self, groups: &Groups) {
        if let Ok(bells) = self.bells.lock() {
            let of_them = bells.iter().filter(|(no, _)| groups.contains(&group(**no)));
            of_them.for_each(|(_, bell)| bell.rings.notify_waiters());
        }
    }

    /// Waits until there is something to tell; for ever where there are no others.
    pub async fn something_to_tell(&self) {
        match &self.others {
            Some(others) => others.something.notified().await,
            None => std::future::pending().await,
        }
    }

    /// What is to be told, and is then forgotten here.
    #[must_use]
    pub fn take_groups(&self) -> Groups {
        let groups = self.others.as_ref().map(|others| others.groups.lock());
        groups
            .and_then(Result::ok)
            .map(|mut groups| std::mem::take(&mut *groups))
            .unwrap_or_default()
    }

    /// After how long whoever waits at this inbox looks again by itself, not all at once; `None` where no call is ever lost.
    #[must_use]
    pub fn look_again(&self, inbox: InboxNo) -> Option<Duration> {
        let spread = Duration::from_millis(u64::from(group(inbox)));
        self.others.as_ref().map(|_| LOOK_AGAIN + spread)
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
        if let Ok(mut bells) = self.wake.bells.lock()
            && let Some(bell) = bells.get_mut(&self.inbox)
        {
            bell.waiting -= 1;
            if bell.waiting == 0 {
                bells.remove(&self.inbox);
            }
        }
    }
}

fn group(inbox: InboxNo) -> u16 {
    u16::try_from(inbox.0.rem_euclid(i64::from(GROUPS))).unwrap_or_default()
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
        assert_eq!(wake.look_again(InboxNo(1)), None);
        drop(waiters);
        assert!(wake.bells.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn others_are_told_a_group_and_told_of_one() {
        let (here, there) = (Wake::among_others(), Wake::among_others());
        let inbox = InboxNo(-5);
        let waiter = there.listen(inbox).unwrap();
        let mut rung = std::pin::pin!(waiter.bell().notified());
        rung.as_mut().enable();
        here.ring(inbox);
        here.ring(inbox);
        here.something_to_tell().await;
        let groups = here.take_groups();
        assert_eq!(groups, Groups::from([4091]));
        assert!(here.take_groups().is_empty());
        there.ring_groups(&Groups::from([4090, 4092]));
        let soon = Duration::from_millis(50);
        assert!(tokio::time::timeout(soon, rung.as_mut()).await.is_err());
        there.ring_groups(&groups);
        rung.await;
        let again = there.look_again(inbox).unwrap();
        assert!(again >= LOOK_AGAIN && again < LOOK_AGAIN + Duration::from_secs(5));
    }
}
