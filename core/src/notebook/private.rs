//! The notebook for me alone: documents opened when they are first needed, edits that can be
//! undone, changes to keep and to send to my own devices. The nouns of a life have a file each
//! beside this one. Knows no disk: a [`Shelf`] hands it what is stored.
//! Invariant: no key is ever taken away here; 0 and the empty text stand for "not any more", so
//! that what is absent is only what this device has not heard of yet.

use std::collections::{BTreeMap, BTreeSet};

use super::Refused;
use super::document::{Applied, Document, StoredDocument, Value, is_within_limits};
use super::generation::Generation;
use super::keys::{self, Part};
use super::name::DocName;
use super::shared::DocChange;
use super::wire::WireItem;

/// Where stored documents come from.
pub trait Shelf {
    /// The document of this name, if there is one.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when it can't be read; nothing may be written over it then.
    fn load(&mut self, name: &DocName) -> Result<Option<StoredDocument>, Refused>;

    /// The names of all stored documents.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when they can't be read.
    fn names(&mut self) -> Result<Vec<DocName>, Refused>;

    /// Sixteen random bytes: the actor id of a document that this device begins.
    fn make_actor(&mut self) -> [u8; 16];
}

impl<S: Shelf + ?Sized> Shelf for &mut S {
    fn load(&mut self, name: &DocName) -> Result<Option<StoredDocument>, Refused> {
        (**self).load(name)
    }

    fn names(&mut self) -> Result<Vec<DocName>, Refused> {
        (**self).names()
    }

    fn make_actor(&mut self) -> [u8; 16] {
        (**self).make_actor()
    }
}

/// One value that an edit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The document.
    pub doc: DocName,
    /// The key there.
    pub key: String,
    /// What it held; nothing when it was not there.
    pub before: Option<Value>,
    /// What it holds now.
    pub after: Value,
}

/// The notebook for me alone.
#[derive(Debug)]
pub struct Private<S> {
    shelf: S,
    docs: BTreeMap<DocName, Document>,
    /// Names that the shelf was asked for and does not have.
    absent: BTreeSet<DocName>,
    edits: Vec<Edit>,
}

impl<S: Shelf> Private<S> {
    /// A notebook on this shelf; no document is opened yet.
    pub fn open(shelf: S) -> Self {
        Self {
            shelf,
            docs: BTreeMap::new(),
            absent: BTreeSet::new(),
            edits: Vec::new(),
        }
    }

    /// The same notebook, its open documents kept, on another handle to the same shelf.
    pub fn with_shelf<T: Shelf>(self, shelf: T) -> Private<T> {
        Private {
            shelf,
            docs: self.docs,
            absent: self.absent,
            edits: self.edits,
        }
    }

    /// The names of all documents, stored or only begun here.
    ///
    /// # Errors
    /// As [`Shelf::names`].
    pub fn names(&mut self) -> Result<BTreeSet<DocName>, Refused> {
        let mut names: BTreeSet<DocName> = self.shelf.names()?.into_iter().collect();
        names.extend(self.docs.keys());
        Ok(names)
    }

    /// The values changed since the last call, oldest first.
    pub fn take_edits(&mut self) -> Vec<Edit> {
        std::mem::take(&mut self.edits)
    }

    /// Writes the former values back, newest edit first. A value that was changed again since is
    /// left alone. Gives how many were written back; undoing is an edit too.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when a document does not open.
    pub fn undo(&mut self, edits: &[Edit]) -> Result<usize, Refused> {
        let mut undone = 0;
        for edit in edits.iter().rev() {
            if self.settled(edit.doc, &edit.key)?.as_ref() != Some(&edit.after) {
                continue;
            }
            let before = edit.before.clone().unwrap_or(match edit.after {
                Value::Int(_) => Value::Int(0),
                Value::Text(_) => Value::Text(String::new()),
            });
            undone += usize::from(self.edit(edit.doc, &edit.key, before)?);
        }
        Ok(undone)
    }

    /// This device's new changes of every document that was edited: to append, and to send to my
    /// own devices.
    pub fn take_changes(&mut self) -> Vec<DocChange> {
        let mut all = Vec::new();
        for (name, doc) in &mut self.docs {
            let since = doc.taken_heads();
            let bytes = doc.take_changes();
            if !bytes.is_empty() {
                all.push(DocChange {
                    name: *name,
                    actor: doc.actor(),
                    since,
                    bytes,
                });
            }
        }
        all
    }

    /// This device's changes of a document since these heads: for my own devices, which knew as much.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn own_changes_since(
        &mut self,
        name: DocName,
        heads: &[[u8; 32]],
    ) -> Result<Vec<u8>, Refused> {
        self.reading(name)?;
        let doc = self.docs.get_mut(&name);
        Ok(doc
            .map(|doc| doc.own_changes_since(heads))
            .unwrap_or_default())
    }

    /// Takes in changes from another device of mine, in one batch. When they changed something
    /// the caller appends the same bytes to the stored document, under [`Private::actor`].
    ///
    /// # Errors
    /// [`Refused`] when they are not ours in form, or the document does not open.
    pub fn apply(&mut self, name: DocName, changes: &[u8]) -> Result<Applied, Refused> {
        self.writing(name)?.apply(changes)
    }

    /// Whether one of these changes was written by this device and is not here: its past was put back.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn lacks_own_of(&mut self, name: DocName, changes: &[u8]) -> Result<bool, Refused> {
        self.reading(name)?;
        let doc = self.docs.get_mut(&name);
        Ok(doc.is_some_and(|doc| doc.lacks_own_of(changes)))
    }

    /// As [`Document::gives_way_to`], of the first document by name in which there is such a pair.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when a document does not open.
    pub fn gives_way_to(&mut self, whole: &[WireItem]) -> Result<Option<bool>, Refused> {
        let mut by_name: Vec<&WireItem> = whole.iter().collect();
        by_name.sort_by_key(|item| item.name);
        for item in by_name {
            self.reading(item.name)?;
            let doc = self.docs.get_mut(&item.name);
            if let Some(gives_way) = doc.and_then(|doc| doc.gives_way_to(&item.changes)) {
                return Ok(Some(gives_way));
            }
        }
        Ok(None)
    }

    /// This device's actor in a document, which is begun if it is not there.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn actor(&mut self, name: DocName) -> Result<[u8; 16], Refused> {
        Ok(self.writing(name)?.actor())
    }

    /// A document as the store should keep it from now on: compact.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn to_stored(&mut self, name: DocName) -> Result<Option<StoredDocument>, Refused> {
        self.reading(name)?;
        Ok(self.docs.get_mut(&name).map(Document::to_stored))
    }

    /// Every document from its beginning, as items of kind 2, for a new device of mine.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when a document does not open.
    pub fn items_for_own_devices(&mut self) -> Result<Vec<WireItem>, Refused> {
        let mut items = Vec::new();
        for name in self.names()? {
            self.reading(name)?;
            if let Some(doc) = self.docs.get_mut(&name) {
                items.push(WireItem {
                    generation: Generation::PRIVATE,
                    name,
                    snapshot: true,
                    changes: doc.all_changes(),
                });
            }
        }
        Ok(items)
    }

    /// The documents that wait for changes which have not come.
    pub fn waiting(&self) -> Vec<DocName> {
        let waiting = self.docs.iter().filter(|(_, doc)| doc.is_waiting());
        waiting.map(|(name, _)| *name).collect()
    }

    /// The newest changes of each document: two devices that name the same ones hold the same.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when a document does not open.
    pub fn heads(&mut self) -> Result<BTreeMap<DocName, Vec<[u8; 32]>>, Refused> {
        let mut all = BTreeMap::new();
        for name in self.names()? {
            self.reading(name)?;
            all.extend(self.docs.get_mut(&name).map(|doc| (name, doc.heads())));
        }
        Ok(all)
    }

    /// The changes that a change of a document builds on directly.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn builds_on(
        &mut self,
        name: DocName,
        change: &[u8; 32],
    ) -> Result<Vec<[u8; 32]>, Refused> {
        self.reading(name)?;
        let doc = self.docs.get_mut(&name);
        Ok(doc.map(|doc| doc.builds_on(change)).unwrap_or_default())
    }

    /// Writes one value and remembers what was there.
    pub(super) fn edit(&mut self, name: DocName, key: &str, after: Value) -> Result<bool, Refused> {
        if !is_within_limits(key, &after) {
            return Err(Refused::TooLarge);
        }
        let before = self.settled(name, key)?;
        // Emptying what was never there says nothing.
        if before.is_none() && after.is_empty() {
            return Ok(false);
        }
        let written = self.writing(name)?.put(key, &after);
        if written {
            self.edits.push(Edit {
                doc: name,
                key: key.to_owned(),
                before,
                after,
            });
        }
        Ok(written)
    }

    /// The document for reading; `None` when there is none.
    pub(super) fn reading(&mut self, name: DocName) -> Result<Option<&Document>, Refused> {
        if !self.docs.contains_key(&name) && !self.absent.contains(&name) {
            match self.shelf.load(&name)? {
                Some(stored) => {
                    self.docs.insert(name, Document::load(&stored)?);
                }
                None => {
                    self.absent.insert(name);
                }
            }
        }
        Ok(self.docs.get(&name))
    }

    /// All keys of a document that begin with `prefix`.
    pub(super) fn entries(
        &mut self,
        name: DocName,
        prefix: &str,
    ) -> Result<Vec<(String, Vec<Value>)>, Refused> {
        let doc = self.reading(name)?;
        Ok(doc.map(|doc| doc.entries(prefix)).unwrap_or_default())
    }

    /// The winning value of a key of the core document.
    pub(super) fn core(&mut self, key: &str) -> Result<Option<Value>, Refused> {
        let doc = self.reading(DocName::Core)?;
        Ok(doc.and_then(|doc| doc.get(key)))
    }

    /// All concurrent values of a key of the core document.
    pub(super) fn core_all(&mut self, key: &str) -> Result<Vec<Value>, Refused> {
        let doc = self.reading(DocName::Core)?;
        Ok(doc.map(|doc| doc.get_all(key)).unwrap_or_default())
    }

    /// A text of the core document; the empty one counts as nothing.
    pub(super) fn core_text(&mut self, key: &str) -> Result<Option<String>, Refused> {
        let doc = self.reading(DocName::Core)?;
        Ok(doc.and_then(|doc| doc.get_text(key)))
    }

    /// Whether a number of the core document is there and not 0.
    pub(super) fn core_flag(&mut self, key: &str) -> Result<bool, Refused> {
        Ok(self.core(key)?.is_some_and(|value| !value.is_empty()))
    }

    pub(super) fn writing(&mut self, name: DocName) -> Result<&mut Document, Refused> {
        self.reading(name)?;
        self.absent.remove(&name);
        let Self { docs, shelf, .. } = self;
        let doc = docs.entry(name);
        Ok(doc.or_insert_with(|| Document::with_actor(shelf.make_actor())))
    }

    /// The one value that stands for a key: marks and notes by their own rules.
    fn settled(&mut self, name: DocName, key: &str) -> Result<Option<Value>, Refused> {
        let Some(doc) = self.reading(name)? else {
            return Ok(None);
        };
        Ok(match keys::read_tick(name, key) {
            Some((_, _, Part::Note)) => keys::settle_note(&doc.get_all(key)),
            Some(_) => keys::settle_int(&doc.get_all(key)),
            None => doc.get(key),
        })
    }
}
