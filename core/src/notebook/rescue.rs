//! What a device that was rolled back or cloned brings along when it begins as a new one: the
//! values of its old notebook that the new one has not. Nothing here sends or deletes.
//! Invariant: no mark and no note of either copy is lost, and what is hidden, stopped or deleted
//! in one of them stays so.

use super::document::Value;
use super::keys::{self, Part};
use super::name::DocName;
use super::private::{Private, Shelf};
use super::{Refused, circle};

impl<S: Shelf> Private<S> {
    /// Takes over what `old`, another copy of this notebook, holds beyond it; gives how many
    /// values were written. They are edits of this device like any other.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when a document of either copy does not open.
    pub fn absorb<T: Shelf>(&mut self, old: &mut Private<T>) -> Result<usize, Refused> {
        let mut written = 0;
        for name in old.names()? {
            for (key, theirs) in old.entries(name, "")? {
                let doc = self.reading(name)?;
                let ours = doc.map(|doc| doc.get_all(&key)).unwrap_or_default();
                let Some(value) = join(name, &key, &ours, &theirs) else {
                    continue;
                };
                // Of what was stopped here the others may hear only later: it is said also where they have nothing yet.
                written += usize::from(if can_be_stopped(name, &key) {
                    self.writing(name)?.put(&key, &value)
                } else {
                    self.edit(name, &key, value)?
                });
            }
        }
        Ok(written)
    }
}

/// What to write so that nothing of `theirs` is lost; `None` where ours stands.
fn join(name: DocName, key: &str, ours: &[Value], theirs: &[Value]) -> Option<Value> {
    let all = || {
        let mut all = [ours, theirs].concat();
        all.sort();
        all.dedup();
        all
    };
    match keys::read_tick(name, key) {
        Some((_, _, Part::Mark | Part::Amount)) => return keys::settle_int(&all()),
        Some((_, _, Part::Note)) => {
            // One note that was joined from both before must not be joined again.
            let here = keys::settle_notes(ours).join("\n");
            let more = keys::settle_notes(theirs);
            let new = more.iter().any(|note| !here.contains(note.as_str()));
            return new.then(|| keys::settle_note(&all())).flatten();
        }
        None => {}
    }
    if ours.is_empty() {
        return theirs.first().cloned();
    }
    if key.ends_with("/gone") || key.ends_with("/blocked") {
        return keys::settle_int(&all());
    }
    if key.ends_with("/allow") {
        return Some(Value::Text(circle::least_open(&all()).to_string()));
    }
    (can_be_stopped(name, key) && theirs.iter().any(Value::is_empty))
        .then(|| Value::Text(String::new()))
}

/// Whether a key is of a share, which can be stopped, or of a word, which can be taken back.
fn can_be_stopped(name: DocName, key: &str) -> bool {
    key.starts_with("sh/") || (name != DocName::Core && keys::read_tick(name, key).is_none())
}
