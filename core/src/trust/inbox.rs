//! Inboxes and their slots: every token and key from one device's own seeds and the relay's week. It does not know the
//! post room: a registration is plain arrays. Invariant: nothing of one week tells anything of another, and a slot's
//! seed tells nothing of the inbox or of another slot.
//! Frozen derivations: docs/formats.md "Inboxes"; golden file tests/golden/trust/inbox.hex.
use super::suite::{self, Label};
use rand_core::CryptoRng;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Slots of every inbox, used or not.
pub const SLOTS: u8 = 64;
/// Every inbox is registered this many weeks ahead, one-off ones too, lest they stand out.
pub const WEEKS_AHEAD: u32 = 9;
/// Days that the relay keeps an inbox after its week.
pub const LIFE_DAYS: u32 = 90;
/// Days that an inbox is still read after its week, before it is drained.
pub const READ_DAYS: u32 = 2;

macro_rules! hidden_32 {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Zeroize, ZeroizeOnDrop)]
        pub struct $name([u8; 32]);

        impl $name {
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
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+};
}

hidden_32! {
    /// From this come a device's fetch and wake tokens. It never leaves the device, not even for a backup or a sibling.
    InboxSecret;
    /// From this come the seeds of a device's slots. It never leaves the device either.
    SlotRoot;
    /// What a card hands to one tie: where and under which key that tie writes to this device, every week.
    SlotSeed;
    /// Shown to the relay to fetch, acknowledge, close and delete: 32 bytes, id and capability in one.
    FetchToken;
    /// Shown to the relay to be told that something waits.
    WakeToken;
    /// Shown to the relay to post.
    SlotToken;
    /// Key of the outer layer of what goes through one slot in one week.
    SlotKey;
}

/// What the relay is told when an inbox is made. Slot hashes are sorted: their order says nothing about who has which.
#[derive(Clone, PartialEq, Eq)]
pub struct InboxRegistration {
    /// The week under which the relay files the inbox and from which its life counts.
    pub week: u32,
    /// Hash of the fetch token.
    pub fetch_hash: [u8; 32],
    /// Hash of the wake token.
    pub wake_hash: [u8; 32],
    /// Hashes of the tokens of all slots, used or not.
    pub slot_hashes: [[u8; 32]; SLOTS as usize],
}

/// An inbox of which everything comes from one seed, so that two people who know the seed need no word about it: the
/// one-off inboxes of an invite, and the way back. Only its first slot is written to; the others make it look like any.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SeededInbox([u8; 32]);

/// The week of a UTC day (days since 1970-01-01).
#[must_use]
pub fn week_of(day: u32) -> u32 {
    day / 7
}

/// The month of a UTC day, as the way back counts months: 30 days each, from 1970-01-01.
#[must_use]
pub fn month_of(day: u32) -> u32 {
    day / 30
}

/// The last day on which the relay still keeps an inbox of this week.
#[must_use]
pub fn inbox_ends(week: u32) -> u32 {
    week.saturating_mul(7).saturating_add(6 + LIFE_DAYS)
}

/// The last day on which an inbox of this week is fetched from in the ordinary rhythm; then it is drained once.
#[must_use]
pub fn inbox_read_until(week: u32) -> u32 {
    week.saturating_mul(7).saturating_add(6 + READ_DAYS)
}

impl InboxSecret {
    /// A fresh one, for a new device.
    #[must_use]
    pub fn make(rng: &mut dyn CryptoRng) -> Self {
        Self(suite::make_32(rng))
    }

    /// The fetch token of a week.
    #[must_use]
    pub fn derive_fetch_token(&self, week: u32) -> FetchToken {
        FetchToken(suite::derive(
            Label::InboxFetch,
            &self.0,
            &[&week.to_be_bytes()],
        ))
    }

    /// The wake token of a week.
    #[must_use]
    pub fn derive_wake_token(&self, week: u32) -> WakeToken {
        WakeToken(suite::derive(
            Label::InboxWake,
            &self.0,
            &[&week.to_be_bytes()],
        ))
    }
}

impl SlotRoot {
    /// A fresh one, for a new device.
    #[must_use]
    pub fn make(rng: &mut dyn CryptoRng) -> Self {
        Self(suite::make_32(rng))
    }

    /// The seed of slot `slot` (0..64) at its turn: turn 0 at first, one more each time that the slot was closed.
    ///
    /// A turn counts only from the first week that was not yet registered when it began. Until then the tie that needs
    /// a new seed is given a slot that nobody uses yet.
    #[must_use]
    pub fn derive_slot_seed(&self, slot: u8, turn: u32) -> SlotSeed {
        SlotSeed(suite::derive(
            Label::SlotSeed,
            &self.0,
            &[&[slot], &turn.to_be_bytes()],
        ))
    }
}

impl SlotSeed {
    /// The token with which this slot is written to in a week.
    #[must_use]
    pub fn derive_slot_token(&self, week: u32) -> SlotToken {
        SlotToken(suite::derive(
            Label::SlotToken,
            &self.0,
            &[&week.to_be_bytes()],
        ))
    }

    /// The key of the outer layer of what goes through this slot in a week.
    #[must_use]
    pub fn derive_slot_key(&self, week: u32) -> SlotKey {
        SlotKey(suite::derive(
            Label::SlotKey,
            &self.0,
            &[&week.to_be_bytes()],
        ))
    }
}

impl FetchToken {
    /// What the relay stores in its place.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        suite::hash_raw(Label::RelayFetch, &self.0)
    }
}

impl WakeToken {
    /// What the relay stores in its place.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        suite::hash_raw(Label::RelayWake, &self.0)
    }
}

impl SlotToken {
    /// What the relay stores in its place, and what it is told when the slot is closed.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        suite::hash_raw(Label::RelaySlot, &self.0)
    }
}

/// What a device tells the relay about its inbox of a week, with the turn of each slot in that week.
#[must_use]
pub fn derive_inbox_registration(
    secret: &InboxSecret,
    root: &SlotRoot,
    turns: &[u32; SLOTS as usize],
    week: u32,
) -> InboxRegistration {
    let mut slot_hashes = [[0; 32]; SLOTS as usize];
    for ((slot, turn), hash) in (0..SLOTS).zip(turns).zip(&mut slot_hashes) {
        *hash = root
            .derive_slot_seed(slot, *turn)
            .derive_slot_token(week)
            .hash();
    }
    slot_hashes.sort_unstable();
    InboxRegistration {
        week,
        fetch_hash: secret.derive_fetch_token(week).hash(),
        wake_hash: secret.derive_wake_token(week).hash(),
        slot_hashes,
    }
}

impl SeededInbox {
    /// The inbox of a seed that two people know, or that only its reader knows.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(seed)
    }

    /// The seed, to be kept.
    #[must_use]
    pub fn leak_seed(&self) -> &[u8; 32] {
        &self.0
    }

    /// Its fetch token.
    #[must_use]
    pub fn fetch_token(&self) -> FetchToken {
        self.inbox().derive_fetch_token(0)
    }

    /// Its wake token.
    #[must_use]
    pub fn wake_token(&self) -> WakeToken {
        self.inbox().derive_wake_token(0)
    }

    /// The token of its one used slot.
    #[must_use]
    pub fn slot_token(&self) -> SlotToken {
        self.slots().derive_slot_seed(0, 0).derive_slot_token(0)
    }

    /// The outer key of its one used slot.
    #[must_use]
    pub fn slot_key(&self) -> SlotKey {
        self.slots().derive_slot_seed(0, 0).derive_slot_key(0)
    }

    /// What the relay is told when it is made on `day`: filed like an ordinary inbox of [`WEEKS_AHEAD`] weeks later.
    /// When two make the same inbox in different weeks the relay answers the second with a conflict: the inbox is there.
    #[must_use]
    pub fn registration(&self, day: u32) -> InboxRegistration {
        let mut it =
            derive_inbox_registration(&self.inbox(), &self.slots(), &[0; SLOTS as usize], 0);
        it.week = week_of(day).saturating_add(WEEKS_AHEAD);
        it
    }

    fn inbox(&self) -> InboxSecret {
        InboxSecret(suite::derive(Label::SeededInbox, &self.0, &[&[0]]))
    }

    fn slots(&self) -> SlotRoot {
        SlotRoot(suite::derive(Label::SeededInbox, &self.0, &[&[1]]))
    }
}

impl std::fmt::Debug for SeededInbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SeededInbox(..)")
    }
}

impl std::fmt::Debug for InboxRegistration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InboxRegistration(week {})", self.week)
    }
}

#[cfg(test)]
mod tests;
