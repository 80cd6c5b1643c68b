//! Disk: documents, small records, outbox, inbox and ready-made pages in one encrypted file of one home.
//! The only room that knows SQL. It does not know what any of the bytes mean, nor the time, nor the network.
//! Invariant: one deed is one transaction, and a file it does not understand is never written to.
//!
//! ```
//! use alongside_core::store::{KeyFile, Store};
//! # let home = std::env::temp_dir().join(format!("alongside-store-doc-{}", std::process::id()));
//! # let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
//! let key = KeyFile::make(&home, &mut rng)?;
//! let mut store = Store::make(&home, &key)?;
//! let mut deed = store.begin()?;
//! deed.put("settings", b"word", b"my people")?;
//! deed.put_page("today", b"walk: done")?;
//! deed.commit()?;
//! assert_eq!(store.page("today")?.as_deref(), Some(&b"walk: done"[..]));
//! # drop(store);
//! # std::fs::remove_dir_all(&home).ok();
//! # Ok::<(), alongside_core::store::StoreError>(())
//! ```

mod documents;
mod error;
pub mod foreign;
mod home;
mod key;
mod log;
mod mail;
mod records;
mod schema;
mod sealed;
mod txn;

pub use documents::DocumentRows;
pub use error::StoreError;
pub use home::Store;
pub use key::{KeyFile, KeySource};
pub use mail::{ASIDE_BYTES, Aside, OutboxEntry, OutboxItem};
pub use records::Record;
pub use sealed::SealedRow;
pub use txn::{Reads, Txn};

#[cfg(test)]
mod tests;
