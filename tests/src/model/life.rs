//! One person's deeds: what was written, on which phone, in place of what. Of things written without knowing of each
//! other all stand until somebody who knows of them writes again. Invariant: nothing here is ever taken away.

use super::field::{Field, Value};
use alongside_core::companion::Heads;
use std::collections::{BTreeMap, BTreeSet};

/// One writing, by its place in the order of all.
pub type Writing = usize;

struct Written {
    field: Field,
    value: Value,
    /// What its writer's phone showed there until then.
    instead_of: BTreeSet<Writing>,
}

/// A phone that did something which no deed explains.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unheard(pub String);

/// All that one person did.
#[derive(Default)]
pub struct Life {
    written: Vec<Written>,
    of_field: BTreeMap<Field, Vec<Writing>>,
    /// What a document holds that ends in this change.
    up_to: BTreeMap<[u8; 32], BTreeSet<Writing>>,
    /// What each phone has heard of.
    heard: BTreeMap<String, BTreeSet<Writing>>,
    /// The newest changes that each phone holds.
    newest: BTreeMap<String, Heads>,
}

impl Life {
    /// What was there before the first deed counts as known to all.
    pub fn begin(&mut self, phone: &str, heads: Heads) {
        for change in heads.values().flatten() {
            self.up_to.entry(*change).or_default();
        }
        self.heard.entry(phone.to_owned()).or_default();
        self.newest.insert(phone.to_owned(), heads);
    }

    /// A phone has synced: what it has heard of now. It forgets nothing.
    ///
    /// # Errors
    /// Where it holds a change that no deed made, or has forgotten one.
    pub fn hears(&mut self, phone: &str, heads: Heads) -> Result<(), Unheard> {
        let mut heard = BTreeSet::new();
        for (document, changes) in &heads {
            for change in changes {
                let up_to = self.up_to.get(change).ok_or_else(|| {
                    Unheard(format!("{phone}: a change in {document} that no deed made"))
                })?;
                heard.extend(up_to);
            }
        }
        let before = self.heard.entry(phone.to_owned()).or_default();
        if let Some(lost) = before.difference(&heard).next() {
            let lost = &self.written[*lost];
            return Err(Unheard(format!(
                "{phone} has forgotten {:?} = {:?}",
                lost.field, lost.value
            )));
        }
        *before = heard;
        self.newest.insert(phone.to_owned(), heads);
        Ok(())
    }

    /// A deed on a phone, and the newest changes it holds after it.
    ///
    /// # Errors
    /// Where the phone wrote something else, or not at all: one deed is one change of each document that it touches.
    pub fn does(
        &mut self,
        phone: &str,
        deed: Vec<(Field, Value)>,
        heads: Heads,
    ) -> Result<(), Unheard> {
        let mut touched: BTreeMap<String, Vec<Writing>> = BTreeMap::new();
        let known = self.heard.get(phone).cloned().unwrap_or_default();
        let mut knows = known.clone();
        for (field, value) in deed {
            let shown = self.visible(&field, &knows);
            let mut values = shown.iter().map(|at| &self.written[*at].value);
            // What stands there already, alone, is not written again; nor is "not any more" where nothing ever was.
            let says_nothing = match values.next() {
                None => value.is_blank(),
                Some(first) => *first == value && values.all(|other| *other == value),
            };
            if says_nothing {
                continue;
            }
            let at = self.written.len();
            touched.entry(field.document()).or_default().push(at);
            self.of_field.entry(field.clone()).or_default().push(at);
            knows.insert(at);
            self.written.push(Written {
                field,
                value,
                instead_of: shown,
            });
        }
        let nothing = Vec::new();
        let before = self.newest.get(phone).cloned().unwrap_or_default();
        for (document, changes) in &heads {
            let was = before.get(document).unwrap_or(&nothing);
            let Some(writings) = touched.remove(document) else {
                if was != changes {
                    return Err(Unheard(format!("{phone}: a deed wrote in {document}")));
                }
                continue;
            };
            let [one] = changes.as_slice() else {
                return Err(Unheard(format!("{phone}: not one change in {document}")));
            };
            if was.contains(one) {
                return Err(Unheard(format!(
                    "{phone}: a deed wrote nothing in {document}"
                )));
            }
            let mut up_to: BTreeSet<Writing> = writings.into_iter().collect();
            for change in was {
                up_to.extend(self.up_to.get(change).into_iter().flatten());
            }
            self.up_to.insert(*one, up_to);
        }
        if let Some(document) = touched.keys().next() {
            return Err(Unheard(format!("{phone}: no document {document}")));
        }
        self.heard.insert(phone.to_owned(), knows);
        self.newest.insert(phone.to_owned(), heads);
        Ok(())
    }

    /// The values that stand in a field on a phone, each once, in order.
    #[must_use]
    pub fn values(&self, phone: &str, field: &Field) -> BTreeSet<Value> {
        let known = self.heard.get(phone);
        let visible = known.map(|known| self.visible(field, known));
        let visible = visible.unwrap_or_default();
        visible
            .into_iter()
            .map(|at| self.written[at].value.clone())
            .collect()
    }

    /// Every field that a phone has heard of.
    #[must_use]
    pub fn fields(&self, phone: &str) -> BTreeSet<&Field> {
        let known = self.heard.get(phone).into_iter().flatten();
        known.map(|at| &self.written[*at].field).collect()
    }

    /// How many writings a phone has not heard of yet.
    #[must_use]
    pub fn unheard(&self, phone: &str) -> usize {
        self.written.len() - self.heard.get(phone).map_or(0, BTreeSet::len)
    }

    /// How many things were written by phones that did not know of each other, so that more than one stood.
    #[must_use]
    pub fn written_apart(&self) -> usize {
        let mut apart = 0;
        for writings in self.of_field.values() {
            let mut replaced: BTreeMap<Writing, usize> = BTreeMap::new();
            for at in writings {
                for before in &self.written[*at].instead_of {
                    *replaced.entry(*before).or_default() += 1;
                }
            }
            apart += replaced.values().filter(|times| **times > 1).count();
        }
        apart
    }

    fn visible(&self, field: &Field, known: &BTreeSet<Writing>) -> BTreeSet<Writing> {
        let all = self.of_field.get(field).into_iter().flatten();
        let heard: BTreeSet<Writing> = all.copied().filter(|at| known.contains(at)).collect();
        let over: BTreeSet<Writing> = heard
            .iter()
            .flat_map(|at| &self.written[*at].instead_of)
            .copied()
            .collect();
        heard.difference(&over).copied().collect()
    }
}
