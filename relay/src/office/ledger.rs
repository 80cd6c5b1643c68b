//! What each slot has posted: today, and since the relay started. It lives in memory only, so that no disk says which slot was used.
//! Knows hashes of slots; knows no items.
//! Invariant: what a slot is told depends on its own posts alone, never on other slots or on the reader.

use std::collections::HashMap;

use super::Quotas;

/// The count of all slots that posted.
#[derive(Default)]
pub(super) struct Ledger {
    slots: HashMap<[u8; 32], Count>,
}

struct Count {
    last_day: u32,
    day: u32,
    items: u64,
    bytes: u64,
    bytes_ever: u64,
    told: bool,
}

/// Why a slot may not post now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    /// Tomorrow it may.
    Today,
    /// Its share of the inbox is used up.
    Ever,
}

impl Ledger {
    /// Counts a post, or says why not.
    pub(super) fn charge(
        &mut self,
        quotas: &Quotas,
        slot: &Slot,
        items: u64,
        bytes: u64,
    ) -> Result<(), Over> {
        let count = self.count(slot);
        if count.bytes_ever.saturating_add(bytes) > quotas.slot_bytes {
            return Err(Over::Ever);
        }
        if count.items.saturating_add(items) > quotas.slot_day_items
            || count.bytes.saturating_add(bytes) > quotas.slot_day_bytes
        {
            return Err(Over::Today);
        }
        count.items += items;
        count.bytes += bytes;
        count.bytes_ever += bytes;
        Ok(())
    }

    /// Whether the reader is to be told of this refusal: once for each slot and day, so that nobody makes work by being refused.
    pub(super) fn tells_reader(&mut self, slot: &Slot) -> bool {
        !std::mem::replace(&mut self.count(slot).told, true)
    }

    /// Forgets slots of inboxes whose life is over.
    pub(super) fn turn_day(&mut self, day: u32) {
        self.slots.retain(|_, count| count.last_day >= day);
    }

    fn count(&mut self, slot: &Slot) -> &mut Count {
        let count = self.slots.entry(slot.hash).or_insert(Count {
            last_day: slot.last_day,
            day: slot.day,
            items: 0,
            bytes: 0,
            bytes_ever: 0,
            told: false,
        });
        if count.day != slot.day {
            *count = Count {
                day: slot.day,
                items: 0,
                bytes: 0,
                told: false,
                ..*count
            };
        }
        count
    }
}

/// A slot on a day.
pub(super) struct Slot {
    pub(super) hash: [u8; 32],
    pub(super) last_day: u32,
    pub(super) day: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_and_a_share_does_not() {
        let quotas = Quotas {
            slot_day_items: 2,
            slot_day_bytes: 100,
            slot_bytes: 150,
            ..Quotas::default()
        };
        let mut ledger = Ledger::default();
        let on = |day| Slot {
            hash: [1; 32],
            last_day: 99,
            day,
        };
        assert_eq!(ledger.charge(&quotas, &on(1), 1, 60), Ok(()));
        assert_eq!(ledger.charge(&quotas, &on(1), 1, 60), Err(Over::Today));
        assert_eq!(ledger.charge(&quotas, &on(1), 1, 40), Ok(()));
        assert_eq!(ledger.charge(&quotas, &on(1), 1, 0), Err(Over::Today));
        assert_eq!(ledger.charge(&quotas, &on(2), 1, 60), Err(Over::Ever));
        assert_eq!(
            ledger.charge(
                &quotas,
                &Slot {
                    hash: [2; 32],
                    ..on(1)
                },
                1,
                60
            ),
            Ok(())
        );
        assert!(
            ledger.tells_reader(&on(2))
                && !ledger.tells_reader(&on(2))
                && ledger.tells_reader(&on(3))
        );
        ledger.turn_day(100);
        assert!(ledger.slots.is_empty());
    }
}
