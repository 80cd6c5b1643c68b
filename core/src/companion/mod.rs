//! The front door: every sentence a person can say, one file for each noun. It introduces the rooms to each other and
//! holds no rule of its own about life, trust or disk. Invariant: one deed is one transaction; what a deed did not
//! finish is nowhere.

mod anew;
mod data;
pub(crate) mod deed;
pub(crate) mod devices;
mod find;
mod goals;
mod heard;
mod ideas;
mod inbox;
#[cfg(test)]
pub(crate) mod kit;
mod letters;
pub(crate) mod mine;
mod moment;
mod moving;
mod notices;
pub(crate) mod page;
mod people;
mod routines;
mod see;
mod sharing;
#[cfg(test)]
mod tests;
pub(crate) mod ties;
mod undo;
mod words;

pub use data::Import;
pub use devices::Device;
pub use find::told_apart;
pub use heard::Heads;
pub use ideas::Idea;
pub use inbox::Received;
pub use mine::PostBoxAt;
pub use moment::{Clock, Moment, SystemClock};
pub use moving::Opening;
pub use see::SeenAs;
pub use sharing::{BeforeShowing, MayHaveSeen, Showing};

use crate::error::AlongsideError;
use crate::notebook::Private;
use crate::store::{KeySource, Store};
use crate::trust::device::DeviceSecret;
use crate::trust::ids::{NotebookId, TieId};
use crate::trust::inbox::{InboxSecret, SlotRoot};
use crate::trust::recovery::Root;
use crate::trust::suite::make_32;
use crate::trust::tie::{Tie, TieStart};
use deed::NoShelf;
pub(crate) use find::labels_of;
use rand_core::CryptoRng;
use std::path::Path;

/// What every deed answers.
pub type Done<T> = Result<T, AlongsideError>;

/// A person's Alongside on one phone.
pub struct Companion {
    pub(crate) store: Store,
    pub(crate) clock: Box<dyn Clock>,
    pub(crate) rng: Box<dyn CryptoRng + Send>,
    pub(crate) home: TieId,
    pub(crate) notebook: NotebookId,
    pub(crate) private: Option<Private<NoShelf>>,
    /// Where visitors wait while a sync is under way; none: nobody else is here.
    pub(crate) door: Option<std::sync::Arc<crate::sync::Hall>>,
}

impl Companion {
    /// A new, blank one in `dir`, under the name the person gives themself (30 characters at most). Nothing is asked,
    /// nobody is told, no network is touched.
    ///
    /// # Errors
    /// [`AlongsideError::Invalid`] where one is there already or the name can't be shown; the disk's no.
    pub fn make(
        dir: &Path,
        key: &dyn KeySource,
        name: &str,
        clock: Box<dyn Clock>,
        mut rng: Box<dyn CryptoRng + Send>,
    ) -> Done<Self> {
        let name = crate::life::text::display_name(name)?;
        let mut store = Store::make(dir, key)?;
        let now = clock.now();
        let device = DeviceSecret::make(&mut rng);
        let inbox = InboxSecret::make(&mut rng);
        let slots = SlotRoot::make(&mut rng);
        let root = Root::make(&mut rng);
        let publics = root.derive_publics()?;
        let helper = make_32(&mut rng);
        let recovery = publics.keys.first().copied().unwrap_or_default();
        let start = TieStart::make(
            &device,
            recovery,
            helper,
            0,
            *slots.derive_slot_seed(0, 0).leak_bytes(),
            now.utc_day(),
            &mut rng,
        )?;
        let tie = Tie::make_home(start);
        let mut deed = store.begin()?;
        deed.put(mine::SELF, b"name", name.as_bytes())?;
        deed.put(mine::SELF, b"device", device.leak_bytes())?;
        deed.put(mine::SELF, b"inbox", inbox.leak_bytes())?;
        deed.put(mine::SELF, b"slots", slots.leak_bytes())?;
        deed.put(mine::SELF, b"root", root.leak_bytes())?;
        deed.put(mine::SELF, b"alias", &make_32(&mut rng))?;
        deed.put(mine::SELF, b"publics", &mine::encode_publics(&publics))?;
        deed.put(mine::SELF, b"home", &tie.id().0)?;
        mine::take_slot(&mut deed, 0, 0, &tie.id())?;
        ties::put_tie(&mut deed, &tie)?;
        deed.commit()?;
        Ok(Self {
            store,
            clock,
            rng,
            home: tie.id(),
            notebook: tie.my_notebook(),
            private: None,
            door: None,
        })
    }

    /// Opens the one in `dir`.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`], [`AlongsideError::InUse`], [`AlongsideError::StoreDamaged`],
    /// [`AlongsideError::NewerVersion`], [`AlongsideError::CannotOpen`], the disk's no. Nothing is written then.
    pub fn open(
        dir: &Path,
        key: &dyn KeySource,
        clock: Box<dyn Clock>,
        rng: Box<dyn CryptoRng + Send>,
    ) -> Done<Self> {
        let store = Store::open(dir, key)?;
        let home = mine::read_array(&store, b"home")?;
        let notebook = mine::read_array(&store, b"notebook")?;
        Ok(Self {
            store,
            clock,
            rng,
            home: TieId(home),
            notebook: NotebookId(notebook),
            private: None,
            door: None,
        })
    }

    /// What this phone's clock says.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// For tests of the town: another clock.
    pub fn set_clock(&mut self, clock: Box<dyn Clock>) {
        self.clock = clock;
    }

    /// Has the person be called otherwise, in invites from now on. Those who know them already call them as they like.
    ///
    /// # Errors
    /// [`AlongsideError::Invalid`] for a name that can't be shown; the store's.
    pub fn rename_me(&mut self, name: &str) -> Done<()> {
        let name = crate::life::text::display_name(name)?;
        let mut deed = self.store.begin()?;
        deed.put(mine::SELF, b"name", name.as_bytes())?;
        deed.commit()?;
        Ok(())
    }

    /// The name the person gave themself.
    ///
    /// # Errors
    /// The store's.
    pub fn name(&self) -> Done<String> {
        mine::read_text(&self.store, b"name")
    }
}

impl std::fmt::Debug for Companion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Companion(..)")
    }
}
