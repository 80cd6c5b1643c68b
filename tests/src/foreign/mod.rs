//! Every decoder of foreign bytes, each behind one function that takes any bytes at all: the fuzz crate runs them on
//! what it finds, and a story runs them on the corpus. Where a seal or a signature stands before a decoder, the bytes
//! are sealed or signed here with keys of our own, so that what lies behind is reached.
//! Invariant: a function depends on its bytes alone, and panics only where the core or the relay broke a promise.

mod files;
mod fixture;
mod kept;
mod letters;
mod locked;
mod meeting;
mod notebook;
mod pieces;
mod post;
mod sealed;
pub mod seeds;
mod signed;

pub use files::{export, loop_db, loop_zip};
pub use kept::records;
pub use letters::{home_letters, people_letters};
pub use locked::backup;
pub use meeting::invite;
pub use notebook::changes;
pub use post::{settings, wire};
pub use sealed::{envelope, message};
pub use signed::{device_list, statements};

use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// What came of some bytes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    /// How many things were read to the end and believed.
    pub taken: u32,
    /// Something was believed that no file of the corpus brings: the fuzz crate plants its panic there, where only a
    /// search that gets through the decoder finds it.
    pub rare: bool,
}

impl Met {
    fn takes<T, E>(&mut self, what: Result<T, E>) -> Option<T> {
        self.taken += u32::from(what.is_ok());
        what.ok()
    }
}

/// A function of this folder.
pub type Decoder = fn(&[u8]) -> Met;

/// All of them, by the name of their fuzz target.
pub const DECODERS: [(&str, Decoder); 15] = [
    ("backup", backup),
    ("changes", changes),
    ("device_list", device_list),
    ("envelope", envelope),
    ("export", export),
    ("home_letters", home_letters),
    ("invite", invite),
    ("loop_db", loop_db),
    ("loop_zip", loop_zip),
    ("message", message),
    ("people_letters", people_letters),
    ("records", records),
    ("settings", settings),
    ("statements", statements),
    ("wire", wire),
];

thread_local! {
    static SHELF: TempDir = {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() }.unwrap()
    };
}

/// A place in memory for the files that some decoders read from a disk: one for each thread, used again and again.
fn place(name: &str) -> PathBuf {
    SHELF.with(|shelf| shelf.path().join(name))
}

/// An empty folder there.
fn empty_folder(name: &str) -> PathBuf {
    let folder = place(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    folder
}
