//! One tie: all that two people's phones (or one person's own phones) know of each other, as a state machine.
//! It decides whom a message is sealed for, which parts ride with it, and what is believed of what comes in.
//! It knows no disk, no network and no document. Invariant: what is written here is signed by this device alone,
//! and nothing of another's is taken that its author's own device list does not carry.

mod coming;
mod going;
mod kept;
mod members;
mod numbers;
mod renewal;
#[cfg(test)]
mod tests;

use super::Day;
use super::card::Card;
use super::ids::{BodyId, DeviceId, EpochId, NotebookId, PrekeyId, StatementId, TieId};
use super::list::{DeviceList, ListStatement, Signer};
use super::prekey::Prekey;
use super::suite::{Label, hash};
use super::wayback::Side;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

pub use coming::{Brought, Came, Counts};
pub use going::Sealed;
pub use members::{Meeting, TieStart, derive_home_id};
pub use numbers::Numbers;
pub use renewal::Successor;

/// An epoch is turned after so many days at the latest (protocol.md 6).
pub const EPOCH_DAYS: u32 = 28;
/// A secret is erased so many days of use after its epoch's end.
pub const KEPT_DAYS: u32 = 30;
/// One completed sync makes a key older by so many days at most, whatever the clock says.
pub const AGE_STEP: u32 = 10;
/// A sender's number may be so far above the highest one known, no further. A device writes a few messages a day, so
/// that an honest one never comes near; a lying one can't reach the end of the numbers.
pub const NUMBERS_STEP: u64 = 1 << 20;
/// Most ended epochs kept of one sender.
const ENDED_EPOCHS: usize = 64;
/// Most epochs kept of one sender, also where it is cloned and gives one number to many; and most of a whole tie. A tie
/// that holds more than its layout reads would not open again.
const EPOCHS_OF_ONE: usize = 256;
const EPOCHS: usize = 16_384;
/// So many erased prekeys are known by name, so that an old grant is not taken for one of a later self: two years of them.
const ERASED_PREKEYS: usize = 32;
/// Most senders of which numbers are kept, for the same reason.
const SENDERS: usize = 4_096;

/// What a tie is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TieKind {
    /// One person's own devices.
    Home,
    /// Two people.
    People,
}

/// One side of a tie: its device list and what its devices showed.
#[derive(Debug, Default)]
pub struct Party {
    /// Every statement believed, oldest first as they came; the first one is the party's own beginning.
    pub(crate) statements: Vec<ListStatement>,
    /// The newest card of each device.
    pub(crate) cards: BTreeMap<DeviceId, Card>,
}

impl Party {
    /// The device list that these statements join to.
    #[must_use]
    pub fn list(&self) -> DeviceList {
        DeviceList::join(&self.statements)
    }

    /// Whether a device was signed out by another one, or by the sheet; not one that signed itself out for its successor,
    /// which may bring its successor's statement later.
    #[must_use]
    pub fn was_signed_out(&self, device: &DeviceId) -> bool {
        let list = self.list();
        let own = list.public_ever(device).copied().map(Signer::Device);
        self.statements.iter().any(|statement| {
            statement.removes().iter().any(|(gone, _)| gone == device)
                && list.is_believed(&statement.id())
                && own.as_ref() != Some(statement.signer())
        })
    }

    /// The signed statements, the first one first.
    pub fn statements(&self) -> impl Iterator<Item = &[u8]> {
        self.statements.iter().map(ListStatement::bytes)
    }

    /// The id of the party's first list.
    #[must_use]
    pub fn first(&self) -> Option<StatementId> {
        self.statements.first().map(ListStatement::id)
    }

    /// The newest card of each device that is on the list now.
    pub fn cards(&self) -> impl Iterator<Item = (&DeviceId, &Card)> {
        let list = self.list();
        self.cards
            .iter()
            .filter(move |(device, _)| list.has(device))
    }
}

/// An epoch of this device's own writing.
pub(crate) struct OwnEpoch {
    pub(crate) id: EpochId,
    pub(crate) bytes: Vec<u8>,
    pub(crate) secret: Zeroizing<[u8; 32]>,
    pub(crate) start: Day,
    pub(crate) days: u32,
    pub(crate) readers: BTreeMap<DeviceId, Option<u64>>,
}

/// An epoch that this device can read (its own among them).
pub(crate) struct ReadEpoch {
    pub(crate) id: EpochId,
    pub(crate) notebook: NotebookId,
    pub(crate) device: DeviceId,
    pub(crate) n: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) secret: Zeroizing<[u8; 32]>,
    pub(crate) learned: u32,
    pub(crate) ended: Option<u32>,
}

/// A prekey of this device with the days of use at which it was made and replaced.
pub(crate) struct OwnPrekey {
    pub(crate) pair: Prekey,
    pub(crate) made: u32,
    pub(crate) replaced: Option<u32>,
}

/// One tie, as one device of one person knows it.
pub struct Tie {
    pub(crate) id: TieId,
    pub(crate) kind: TieKind,
    pub(crate) side: Side,
    pub(crate) me: DeviceId,
    pub(crate) context: [u8; 32],
    pub(crate) mine: Party,
    pub(crate) theirs: Party,
    pub(crate) prekeys: Vec<OwnPrekey>,
    /// The latest prekeys of this device that were erased.
    pub(crate) erased: Vec<PrekeyId>,
    pub(crate) counter: u64,
    pub(crate) slot: u8,
    pub(crate) sequence: u64,
    pub(crate) previous: BodyId,
    pub(crate) epoch: Option<OwnEpoch>,
    pub(crate) last_n: u64,
    pub(crate) read: Vec<ReadEpoch>,
    pub(crate) newest: BTreeMap<(NotebookId, DeviceId), (u64, EpochId)>,
    pub(crate) opened: BTreeMap<(NotebookId, DeviceId), Numbers>,
    pub(crate) heard: BTreeMap<DeviceId, (u64, u64)>,
    pub(crate) given: BTreeMap<DeviceId, u64>,
    pub(crate) way_back: Vec<[u8; 32]>,
    pub(crate) age: u32,
    pub(crate) last_sync: Option<Day>,
    pub(crate) counts: Counts,
    pub(crate) ended: bool,
    pub(crate) owes_numbers: bool,
    pub(crate) rolled_back: bool,
    pub(crate) said_ahead: bool,
}

impl Tie {
    /// The id that both sides know.
    #[must_use]
    pub fn id(&self) -> TieId {
        self.id
    }

    /// Home, or two people.
    #[must_use]
    pub fn kind(&self) -> TieKind {
        self.kind
    }

    /// Which side of the way back this person writes.
    #[must_use]
    pub fn side(&self) -> Side {
        self.side
    }

    /// This device's id in this tie.
    #[must_use]
    pub fn me(&self) -> DeviceId {
        self.me
    }

    /// What this device's key for the tie is derived with; local, known to nobody else.
    #[must_use]
    pub fn context(&self) -> &[u8; 32] {
        &self.context
    }

    /// This person's side.
    #[must_use]
    pub fn mine(&self) -> &Party {
        &self.mine
    }

    /// The other side; at home it is this person's own.
    #[must_use]
    pub fn theirs(&self) -> &Party {
        match self.kind {
            TieKind::Home => &self.mine,
            TieKind::People => &self.theirs,
        }
    }

    /// The slot of this device's inboxes that the other side writes through.
    #[must_use]
    pub fn slot(&self) -> u8 {
        self.slot
    }

    /// Whether the tie has ended here. Nothing is sent or read any more; nobody is told.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Ends the tie here, silently.
    pub fn end(&mut self) {
        self.ended = true;
        self.epoch = None;
        self.read.clear();
    }

    /// Whether an own device met a later number of this one: its past was copied or restored, so it must become a new
    /// device.
    #[must_use]
    pub fn was_rolled_back(&self) -> bool {
        self.rolled_back
    }

    /// Whether the other side says that it met a later number of this device. That may be a lie: it is reason enough to
    /// begin anew in this tie, and not in others (docs/decisions/numbers-are-claims.md).
    #[must_use]
    pub fn is_said_ahead(&self) -> bool {
        self.said_ahead
    }

    /// The notebook this person writes in this tie.
    #[must_use]
    pub fn my_notebook(&self) -> NotebookId {
        derive_notebook_id(&self.id, self.mine.first())
    }

    /// The notebook the other side writes.
    #[must_use]
    pub fn their_notebook(&self) -> NotebookId {
        derive_notebook_id(&self.id, self.theirs().first())
    }

    /// How often the author of a notebook of this tie began anew by the get-back sheet.
    #[must_use]
    pub fn beginnings(&self, notebook: &NotebookId) -> u32 {
        self.author(notebook).list().root_generation()
    }

    /// The side that writes a notebook of this tie.
    pub(crate) fn author(&self, notebook: &NotebookId) -> &Party {
        if *notebook == self.my_notebook() {
            &self.mine
        } else {
            self.theirs()
        }
    }

    /// The way-back secrets, the newest last; at most two are watched.
    #[must_use]
    pub fn way_back(&self) -> &[[u8; 32]] {
        &self.way_back
    }

    /// What was set aside, by kind; for the person's own eyes and for tests, never sent.
    #[must_use]
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// How far each sender of a notebook was opened here.
    #[must_use]
    pub fn opened(&self) -> &BTreeMap<(NotebookId, DeviceId), Numbers> {
        &self.opened
    }

    /// How far a device said it opened this device's writing: without gap, and at the highest.
    #[must_use]
    pub fn heard(&self, device: &DeviceId) -> (u64, u64) {
        self.heard.get(device).copied().unwrap_or_default()
    }

    /// This device's last number in its notebook.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Whether an opened message asks for this device's numbers in its next envelope.
    #[must_use]
    pub fn owes_numbers(&self) -> bool {
        self.owes_numbers
    }

    /// Whether something of a device that is still in is missing here: a later number came and an earlier did not.
    #[must_use]
    pub fn lacks_something(&self) -> bool {
        let mine = self.my_notebook();
        let read_here = |notebook: &NotebookId| self.kind == TieKind::Home || *notebook != mine;
        let list = self.theirs().list();
        !self.ended
            && self.opened.iter().any(|((notebook, device), numbers)| {
                numbers.has_gap() && read_here(notebook) && list.has(device)
            })
    }

    /// The day of the last completed sync.
    #[must_use]
    pub fn last_synced(&self) -> Option<Day> {
        self.last_sync
    }

    /// A completed sync on this day: keys grow older by the days gone by, ten at most, and those past their time are erased.
    /// Returns whether something was erased, so that the store can overwrite it.
    pub fn completed_sync(&mut self, today: Day) -> bool {
        let step = match self.last_sync {
            Some(last) if today > last => (today - last).min(AGE_STEP),
            _ => 0,
        };
        self.age = self.age.saturating_add(step);
        self.last_sync = Some(today);
        let age = self.age;
        let before = self.read.len() + self.prekeys.len();
        let current = self.epoch.as_ref().map(|epoch| epoch.id);
        self.read.retain(|epoch| {
            let end = epoch
                .ended
                .unwrap_or_else(|| epoch.learned.saturating_add(EPOCH_DAYS));
            Some(epoch.id) == current || age < end.saturating_add(KEPT_DAYS)
        });
        let kept = |own: &OwnPrekey| {
            own.replaced
                .is_none_or(|at| age < at.saturating_add(KEPT_DAYS))
        };
        let gone = self.prekeys.iter().filter(|own| !kept(own));
        self.erased.extend(gone.map(|own| own.pair.id()));
        self.erased
            .drain(..self.erased.len().saturating_sub(ERASED_PREKEYS));
        self.prekeys.retain(kept);
        self.read.len() + self.prekeys.len() < before
    }

    /// Whether this device's card is due to be renewed: 28 days of use.
    #[must_use]
    pub fn card_is_due(&self) -> bool {
        self.prekeys
            .iter()
            .filter(|own| own.replaced.is_none())
            .all(|own| self.age >= own.made.saturating_add(EPOCH_DAYS))
    }
}

impl std::fmt::Debug for Tie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tie")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("sequence", &self.sequence)
            .finish_non_exhaustive()
    }
}

/// Notebook id = hash of tie and author's first list.
#[must_use]
pub fn derive_notebook_id(tie: &TieId, first: Option<StatementId>) -> NotebookId {
    let first = first.map(|id| id.0).unwrap_or_default();
    NotebookId(hash(Label::NotebookId, &[&tie.0, &first]))
}
