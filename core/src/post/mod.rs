//! The post box: where envelopes wait until a phone collects them.
//!
//! This room knows how to speak to a relay and nothing else: not what is inside the bytes, whose they
//! are, or when to send them. Its one invariant: one request holds one token and uses a connection of
//! its own, so that nothing but an address on the network can join two requests.

pub mod http;
pub mod retry;
pub mod wire;

use std::fmt;
use std::sync::Arc;

use zeroize::ZeroizeOnDrop;

pub use http::HttpPostBox;

/// The number of slots of every inbox; unused ones look like used ones.
pub const SLOTS: usize = 64;

/// The sizes in bytes that one envelope may have on the wire.
pub const LADDER: [usize; 5] = [1024, 2048, 4096, 16_384, 65_536];

/// How many 64 KiB chunks may travel in one request instead of a single item.
pub const CHUNKS: [usize; 8] = [2, 3, 4, 6, 8, 12, 16, 24];

/// A right to do one thing with one inbox: 32 bytes, id and capability in one.
///
/// Its bytes are zeroed on drop and never printed.
#[derive(ZeroizeOnDrop, PartialEq, Eq)]
pub struct Token(pub [u8; 32]);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// What a device tells the relay once about one of its weekly inboxes: hashes only.
#[derive(Clone, PartialEq, Eq)]
pub struct CreateInbox {
    /// The week it is for: UTC days since 1970-01-01, divided by 7.
    pub week: u32,
    /// Hash of the token that fetches, acknowledges, closes and deletes.
    pub fetch_hash: [u8; 32],
    /// Hash of the token that waits.
    pub wake_hash: [u8; 32],
    /// Hashes of the slots' tokens: exactly [`SLOTS`] of them.
    pub slot_hashes: Vec<[u8; 32]>,
}

impl fmt::Debug for CreateInbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateInbox")
            .field("week", &self.week)
            .field("slots", &self.slot_hashes.len())
            .finish_non_exhaustive()
    }
}

/// The relay's answer to one fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Older things than the cursor knew are gone: ask for the present state.
    pub gap: bool,
    /// Something was refused because the inbox or a slot was full.
    pub marker: bool,
    /// More waits than fitted in this answer.
    pub more: bool,
    /// Opaque place to go on from, given back in the next fetch.
    pub cursor: Vec<u8>,
    /// What waited, oldest first.
    pub items: Vec<FetchedItem>,
}

/// One thing that waited in an inbox.
#[derive(Clone, PartialEq, Eq)]
pub struct FetchedItem {
    /// The relay's id of it, to acknowledge it by.
    pub id: [u8; 16],
    /// The relay's day of arrival: UTC days since 1970-01-01. Not to be trusted for erasing anything.
    pub day: u32,
    /// The sealed bytes as they arrived, of a size in [`LADDER`].
    pub bytes: Vec<u8>,
}

impl fmt::Debug for FetchedItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchedItem")
            .field("day", &self.day)
            .field("size", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

/// Why a call to the post box did not do its work. No address, token or byte is ever in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PostError {
    /// The relay was not reached, or the answer broke off. The deed may or may not have been done.
    #[error("the post box was not reached")]
    Offline,
    /// The relay asks for patience.
    #[error("the post box asks to wait {seconds} seconds")]
    TryLater {
        /// How long to wait at least, in seconds (1 to 86,400).
        seconds: u32,
    },
    /// The inbox has no room left; its reader sees a marker.
    #[error("the post box has no room left")]
    Full,
    /// The token is unknown, closed or past its life: the relay does not say which.
    #[error("the post box knows no such inbox")]
    NoSuchInbox,
    /// The same key or inbox was used before with other content.
    #[error("the post box holds something else under the same name")]
    Conflict,
    /// The relay refuses this request for good; its HTTP status.
    #[error("the post box refused the request ({0})")]
    Refused(u16),
    /// The post box opens nothing that is sealed with the key at hand, or there is none yet: it is to be asked for anew.
    #[error("the post box has another key by now")]
    OtherKey,
    /// What answered does not speak the relay's protocol, or the address is not a post box's.
    #[error("what answered is not a post box")]
    NotThisProtocol,
}

/// Seals requests so that only the post box opens them.
pub trait Seal: Send + Sync {
    /// Seals one request, and gives what opens its answer.
    ///
    /// # Errors
    /// [`PostError::OtherKey`] for a key that is none.
    fn seal(&self, request: &[u8]) -> Result<(Vec<u8>, Box<dyn OpenAnswer>), PostError>;
}

/// Opens the answer to one sealed request.
pub trait OpenAnswer: Send {
    /// Opens it.
    ///
    /// # Errors
    /// [`PostError::NotThisProtocol`] for what does not open.
    fn open(self: Box<Self>, sealed: &[u8]) -> Result<Vec<u8>, PostError>;
}

/// What a post box tells everybody of who may create inboxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creating {
    /// Whether everybody may, without a create-secret.
    pub open: bool,
    /// Hashes of the create-secrets by month (28 UTC days each).
    pub secrets: Vec<(u32, [u8; 32])>,
}

/// A post box: the relay over HTTP, or one in memory that loses, repeats and delays.
///
/// Each call takes one token and uses a connection of its own.
#[allow(
    async_fn_in_trait,
    reason = "used through generics on one thread; no caller needs a Send bound"
)]
pub trait PostBox {
    /// Registers an inbox. The same call twice does no harm.
    ///
    /// # Errors
    /// [`PostError::Conflict`] if another inbox has this fetch hash; else as for any call.
    async fn create(&self, secret: Option<&Token>, inbox: &CreateInbox) -> Result<(), PostError>;

    /// Puts sealed bytes in one slot. They are durable at the relay once this returns.
    ///
    /// `key` names this deed: the same key and body again is the same deed.
    ///
    /// # Errors
    /// [`PostError::Refused`] (422) for a size outside the ladder, [`PostError::Full`],
    /// [`PostError::Conflict`] for a used key with another body; else as for any call.
    async fn post(&self, slot: &Token, key: [u8; 16], body: &[u8]) -> Result<(), PostError>;

    /// Acknowledges `acks` and takes at most `max` items from `cursor` on (empty at first).
    ///
    /// # Errors
    /// As for any call; [`PostError::NotThisProtocol`] also for an answer out of bounds.
    async fn fetch(
        &self,
        inbox: &Token,
        max: u16,
        cursor: &[u8],
        acks: &[[u8; 16]],
    ) -> Result<Fetched, PostError>;

    /// Lets the relay delete what is safely kept here.
    ///
    /// # Errors
    /// As for any call.
    async fn acknowledge(&self, inbox: &Token, acks: &[[u8; 16]]) -> Result<(), PostError>;

    /// Waits at most `seconds` (300 at most) until something is there; `true` if so.
    ///
    /// # Errors
    /// As for any call.
    async fn wait(&self, wake: &Token, seconds: u16) -> Result<bool, PostError>;

    /// Closes slots: from now on they answer like unknown tokens.
    ///
    /// # Errors
    /// As for any call.
    async fn close(&self, inbox: &Token, slot_hashes: &[[u8; 32]]) -> Result<(), PostError>;

    /// Deletes the inbox and all that waits in it.
    ///
    /// # Errors
    /// As for any call.
    async fn delete(&self, inbox: &Token) -> Result<(), PostError>;

    /// About how many bytes went and came over the network so far, both ways. A box in memory carries none.
    fn carried(&self) -> u64 {
        0
    }

    /// Whether requests go sealed through an oblivious relay.
    fn is_sealed(&self) -> bool {
        false
    }

    /// What seals requests from now on, where they go sealed.
    fn seal_with(&self, _seal: Arc<dyn Seal>) {}

    /// The post box's keys (`application/ohttp-keys`), as the oblivious relay gives them to everybody, or as the post box
    /// itself does (`straight`). It holds no token.
    ///
    /// # Errors
    /// As for any call; [`PostError::Refused`] where requests don't go sealed.
    async fn oblivious_keys(&self, _straight: bool) -> Result<Vec<u8>, PostError> {
        Err(PostError::Refused(404))
    }

    /// The create-secrets that a code fetches, by month; none where everybody may create.
    ///
    /// # Errors
    /// [`PostError::Refused`] (403) for a code that is unknown or revoked; else as for any call.
    async fn create_secrets(&self, _code: &Token) -> Result<Vec<(u32, Token)>, PostError> {
        Err(PostError::Refused(404))
    }

    /// Who may create inboxes, as the post box tells everybody. It holds no token and always goes straight.
    ///
    /// # Errors
    /// As for any call.
    async fn creating(&self) -> Result<Creating, PostError> {
        Err(PostError::Refused(404))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_matters_is_printed() {
        let token = Token([0xab; 32]);
        assert_eq!(format!("{token:?}"), "Token(..)");
        let inbox = CreateInbox {
            week: 7,
            fetch_hash: [0xab; 32],
            wake_hash: [0xab; 32],
            slot_hashes: vec![[0xab; 32]; SLOTS],
        };
        let item = FetchedItem {
            id: [0xab; 16],
            day: 3,
            bytes: vec![0xab; 1024],
        };
        let printed = format!("{inbox:?} {item:?}");
        assert!(
            !printed.contains("171") && !printed.contains("ab"),
            "{printed}"
        );
    }
}
