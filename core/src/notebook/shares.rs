//! What is shown to whom, in the notebook for me alone. Knows the shares' keys in the core document.
//! Invariant: a share that was stopped on one device and changed on another is stopped.

use super::document::Value;
use super::name::DocName;
use super::private::{Private, Shelf};
use super::{Refused, keys};
use crate::life::{ItemRef, Person, PersonRef, Share};

impl<S: Shelf> Private<S> {
    /// Shows one thing to one person, or changes how it is shown.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn show(&mut self, share: &Share) -> Result<(), Refused> {
        let notes = if share.notes { "notes" } else { "" };
        let text = format!("{}/{}/{notes}", share.from, share.until);
        let key = keys::share(&share.to, share.item);
        self.edit(DocName::Core, &key, Value::Text(text))?;
        Ok(())
    }

    /// Stops showing it.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn stop_showing(&mut self, item: ItemRef, to: &PersonRef) -> Result<(), Refused> {
        let key = keys::share(to, item);
        self.edit(DocName::Core, &key, Value::Text(String::new()))?;
        Ok(())
    }

    /// Everything that is shown to this person.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn shares_with(&mut self, to: &PersonRef) -> Result<Vec<Share>, Refused> {
        let all = self.share_records(to)?;
        Ok(all.into_iter().filter_map(|(_, share)| share).collect())
    }

    /// To whom a thing is shown.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn shares_of(&mut self, item: ItemRef) -> Result<Vec<Share>, Refused> {
        let mut all = Vec::new();
        for person in self.people()? {
            let shares = self.shares_with(&person.who)?;
            all.extend(shares.into_iter().filter(|share| share.item == item));
        }
        Ok(all)
    }

    /// To whom a thing is or was shown, of those who are among my people still.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn ever_shown_to(&mut self, item: ItemRef) -> Result<Vec<Person>, Refused> {
        let mut all = Vec::new();
        for person in self.people()? {
            let records = self.share_records(&person.who)?;
            if records.iter().any(|(shown, _)| *shown == item) {
                all.push(person);
            }
        }
        Ok(all)
    }

    /// Everything that is or was shown to this person; `None` for what was stopped.
    pub(super) fn share_records(
        &mut self,
        to: &PersonRef,
    ) -> Result<Vec<(ItemRef, Option<Share>)>, Refused> {
        let prefix = format!("sh/{to}/");
        let mut all = Vec::new();
        for (key, values) in self.entries(DocName::Core, &prefix)? {
            let Some(item) = key.strip_prefix(&prefix).and_then(keys::read_item) else {
                continue;
            };
            let stopped = values.iter().any(Value::is_empty);
            let winner = self.core_text(&key)?.filter(|_| !stopped);
            all.push((item, winner.and_then(|text| read_share(item, to, &text))));
        }
        Ok(all)
    }
}

fn read_share(item: ItemRef, to: &PersonRef, text: &str) -> Option<Share> {
    let mut parts = text.split('/');
    Some(Share {
        item,
        to: to.clone(),
        from: parts.next()?.parse().ok()?,
        until: parts.next()?.parse().ok()?,
        notes: parts.next()? == "notes",
    })
}
