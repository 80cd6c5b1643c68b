//! What the network cost in this month, for the person's own eyes. Knows no message. Invariant: a count, and of no one.

use crate::companion::mine::SELF;
use crate::companion::{Companion, Done};

/// The month, and about how many bytes went over the network in it, in this phone's own record.
const CARRIED: &[u8] = b"carried";

impl Companion {
    /// About how many bytes this phone sent and fetched in this month of its own clock.
    ///
    /// # Errors
    /// The store's.
    pub fn bytes_this_month(&self) -> Done<u64> {
        let kept = self.store.get(SELF, CARRIED)?.unwrap_or_default();
        let month = self.month();
        let count = kept.strip_prefix(month.as_bytes());
        Ok(count
            .and_then(|count| count.try_into().ok())
            .map_or(0, u64::from_be_bytes))
    }

    pub(super) fn note_carried(&mut self, bytes: u64) -> Done<()> {
        if bytes == 0 {
            return Ok(());
        }
        let count = self.bytes_this_month()?.saturating_add(bytes);
        let kept = [self.month().as_bytes(), &count.to_be_bytes()].concat();
        let mut deed = self.store.begin()?;
        deed.put(SELF, CARRIED, &kept)?;
        deed.commit()?;
        Ok(())
    }

    fn month(&self) -> String {
        self.clock.now().today.strftime("%Y-%m").to_string()
    }
}
