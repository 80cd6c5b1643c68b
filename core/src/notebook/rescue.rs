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
                if let Some(value) = join(name, &key, &ours, &theirs) {
                    written += usize::from(self.edit(name, &key, value)?);
                }
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
    // A share that was stopped, a word that was taken back.
    let whole = key.starts_with("sh/") || !matches!(name, DocName::Core);
    (whole && theirs.iter().any(Value::is_empty)).then(|| Value::Text(String::new()))
}
