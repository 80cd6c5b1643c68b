//! The way back: inboxes for a device that was away past the life of all ordinary ones, or that came from a backup.
//! One for each direction and month, known to both sides from one secret that they took from the invite. It does not
//! know what is sent there (signed lists and cards only). Invariant: a month's inbox tells nothing of another month's.
//! Frozen derivation: docs/formats.md "The way back"; golden file tests/golden/trust/wayback.hex.
use super::inbox::SeededInbox;
use super::suite::{self, Label};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// What both sides of a tie keep, also in the backup of the get-back sheet. Who removes a device sends a new one; the
/// last two are watched.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct WayBackSecret([u8; 32]);

/// Which side of a tie writes: decided once, by who made the invite.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Side {
    /// The side that made the invite.
    Inviter,
    /// The side that answered it.
    Invitee,
}

impl Side {
    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Inviter => Self::Invitee,
            Self::Invitee => Self::Inviter,
        }
    }

    /// Its byte in every format: 0 and 1.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Inviter => 0,
            Self::Invitee => 1,
        }
    }
}

impl WayBackSecret {
    /// A fresh one, sent to the other side when a device was removed.
    #[must_use]
    pub fn make(rng: &mut dyn CryptoRng) -> Self {
        Self(suite::make_32(rng))
    }

    /// Takes bytes that were kept or received.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves; who takes them answers for where they go.
    #[must_use]
    pub fn leak_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The inbox in which `writer` leaves lists and cards for the other side in a month
    /// ([`month_of`](super::inbox::month_of) the relay's day).
    ///
    /// Its first poster makes it. It is read weekly, this month's and the last three (its life at the relay), and
    /// never acknowledged, so that every device of the other side finds the same.
    #[must_use]
    pub fn derive_inbox(&self, writer: Side, month: u32) -> SeededInbox {
        SeededInbox::from_seed(suite::derive(
            Label::WayBackInbox,
            &self.0,
            &[&[writer.byte()], &month.to_be_bytes()],
        ))
    }
}

impl std::fmt::Debug for WayBackSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WayBackSecret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trust::golden;
    use crate::trust::inbox::WEEKS_AHEAD;
    use std::collections::BTreeSet;

    #[test]
    fn both_sides_find_the_same_inbox_and_no_two_are_alike() {
        let (a, b) = (
            WayBackSecret::from_bytes([7; 32]),
            WayBackSecret::from_bytes([7; 32]),
        );
        let mut seen = BTreeSet::new();
        for month in [0, 1, 690, 691, u32::MAX] {
            for side in [Side::Inviter, Side::Invitee] {
                let mine = a.derive_inbox(side, month).registration(20_700);
                assert!(
                    mine == b
                        .derive_inbox(side.other().other(), month)
                        .registration(20_700)
                );
                assert_eq!(mine.week, 20_700 / 7 + WEEKS_AHEAD);
                assert!(seen.insert(mine.fetch_hash));
                for hash in mine.slot_hashes {
                    assert!(seen.insert(hash));
                }
            }
        }
    }

    fn golden_values() -> Vec<(&'static str, [u8; 32])> {
        let one = WayBackSecret::from_bytes([0x41; 32]);
        vec![
            ("way back", one.0),
            (
                "inviter month 690",
                *one.derive_inbox(Side::Inviter, 690).leak_seed(),
            ),
            (
                "invitee month 690",
                *one.derive_inbox(Side::Invitee, 690).leak_seed(),
            ),
        ]
    }

    #[test]
    #[ignore = "makes the golden file, once"]
    fn make_golden() {
        let values = golden_values();
        let values: Vec<_> = values
            .iter()
            .map(|(name, value)| (*name, value.as_slice()))
            .collect();
        golden::make_values("wayback.hex", &values);
    }

    #[test]
    fn golden_derivations_still_hold() {
        let kept = golden::values("wayback.hex");
        for (name, value) in golden_values() {
            assert_eq!(kept[name], value, "{name}");
        }
    }

    #[test]
    fn a_new_secret_leaves_the_old_inboxes() {
        let mut rng = golden::rng(1);
        let (old, new) = (WayBackSecret::make(&mut rng), WayBackSecret::make(&mut rng));
        assert_ne!(
            old.derive_inbox(Side::Inviter, 1).fetch_token().hash(),
            new.derive_inbox(Side::Inviter, 1).fetch_token().hash()
        );
        assert_eq!(format!("{old:?}"), "WayBackSecret(..)");
    }
}
