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
    /// Phones whose past was put back and which have not taken another's notebook since.
    put_back: BTreeSet<String>,
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

    /// A phone has synced: what it has heard of now. It forgets nothing. `builds_on` says what a change builds on; it is
    /// asked only of a phone whose past was put back, which may have written what it brought along.
    ///
    /// # Errors
    /// Where it holds a change that no deed made, or has forgotten one.
    pub fn hears(
        &mut self,
        phone: &str,
        heads: Heads,
        mut builds_on: impl FnMut(&str, &[u8; 32]) -> Vec<[u8; 32]>,
    ) -> Result<(), Unheard> {
        let mut heard = BTreeSet::new();
        for (document, changes) in &heads {
            for change in changes {
                if !self.up_to.contains_key(change) {
                    let base = builds_on(document, change);
                    self.brings_along(phone, document, *change, &base)?;
                }
                heard.extend(self.up_to.get(change).into_iter().flatten());
            }
        }
        let before = self.heard.get(phone).cloned().unwrap_or_default();
        let lost: BTreeSet<Writing> = before.difference(&heard).copied().collect();
        if !lost.is_empty() {
            self.may_forget(phone, &lost, &before, &heard)?;
            self.put_back.remove(phone);
        }
        self.heard.insert(phone.to_owned(), heard);
        self.newest.insert(phone.to_owned(), heads);
        Ok(())
    }

    /// A phone's past was put back: it knows again what it knew then.
    ///
    /// # Errors
    /// Where it holds a change that no deed made.
    pub fn is_put_back(&mut self, phone: &str, heads: Heads) -> Result<(), Unheard> {
        self.heard.remove(phone);
        self.hears(phone, heads, |_, _| Vec::new())?;
        self.put_back.insert(phone.to_owned());
        Ok(())
    }

    /// A phone hands its notebook to a new one, which holds what it holds.
    pub fn hands_on(&mut self, phone: &str, new: &str) {
        if self.put_back.contains(phone) {
            self.has_two_notebooks();
            self.put_back.insert(new.to_owned());
        }
    }

    /// A phone that may not know yet that its past was put back gives others what it wrote since: of the two notebooks
    /// that this person has then, whichever phone holds the one may take the other.
    fn has_two_notebooks(&mut self) {
        self.put_back.extend(self.heard.keys().cloned());
    }

    /// A phone whose past was put back takes another's notebook for its own and writes on top what only it held: as if
    /// both had been written without knowing of each other, and then settled by a person who loses nothing.
    fn brings_along(
        &mut self,
        phone: &str,
        document: &str,
        change: [u8; 32],
        base: &[[u8; 32]],
    ) -> Result<(), Unheard> {
        let known = |change: &[u8; 32]| self.up_to.contains_key(change);
        if !self.put_back.contains(phone) || !base.iter().all(known) {
            return Err(Unheard(format!(
                "{phone}: a change in {document} that no deed made"
            )));
        }
        let base: BTreeSet<Writing> = base
            .iter()
            .flat_map(|at| &self.up_to[at])
            .copied()
            .collect();
        let before = self.heard.get(phone).cloned().unwrap_or_default();
        let mut up_to = base.clone();
        for (field, value) in self.to_bring(document, &before, &base) {
            let at = self.written.len();
            up_to.insert(at);
            self.of_field.entry(field.clone()).or_default().push(at);
            self.written.push(Written {
                instead_of: self.visible(&field, &base),
                field,
                value,
            });
        }
        self.up_to.insert(change, up_to);
        Ok(())
    }

    /// What of a document a phone has to write on top of what another holds, so that nothing of its own is lost.
    fn to_bring(
        &self,
        document: &str,
        own: &BTreeSet<Writing>,
        others: &BTreeSet<Writing>,
    ) -> Vec<(Field, Value)> {
        let fields: BTreeSet<&Field> = own.iter().map(|at| &self.written[*at].field).collect();
        let of_document = fields
            .into_iter()
            .filter(|field| field.document() == document);
        let mut all = Vec::new();
        for field in of_document {
            let values = |known| -> BTreeSet<Value> {
                let visible = self.visible(field, known).into_iter();
                visible.map(|at| self.written[at].value.clone()).collect()
            };
            let (own, others) = (values(own), values(others));
            if let Some(value) = settle(field, &own, &others)
                && others != BTreeSet::from([value.clone()])
                && !(others.is_empty() && value.is_blank() && !matches!(field, Field::Share(..)))
            {
                all.push((field.clone(), value));
            }
        }
        all
    }

    /// A phone whose past was put back may drop its own writings, once others stand for them.
    fn may_forget(
        &self,
        phone: &str,
        lost: &BTreeSet<Writing>,
        before: &BTreeSet<Writing>,
        heard: &BTreeSet<Writing>,
    ) -> Result<(), Unheard> {
        let documents = lost.iter().map(|at| self.written[*at].field.document());
        // What the others know as well is theirs to change: it may have been, after the notebook that was taken. And what
        // was brought along stands, also beside what others wrote without knowing of it.
        let only_here = |(field, value): &(Field, Value)| {
            let mut stood = self.visible(field, before).into_iter();
            let mut stands = self.visible(field, heard).into_iter();
            stood.any(|at| lost.contains(&at)) && !stands.any(|at| self.written[at].value == *value)
        };
        let left = documents
            .collect::<BTreeSet<_>>()
            .iter()
            .flat_map(|document| self.to_bring(document, before, heard))
            .find(only_here);
        let lost = lost.iter().map(|at| &self.written[*at]).next();
        match (left, lost) {
            (None, _) if self.put_back.contains(phone) => Ok(()),
            (left, lost) => Err(Unheard(format!(
                "{phone} has forgotten {:?}; lost is {left:?}",
                lost.map(|lost| (&lost.field, &lost.value))
            ))),
        }
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
        if self.put_back.contains(phone) {
            self.has_two_notebooks();
        }
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
        let mut up_to_now = BTreeSet::new();
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
            // A phone whose past was put back may do the very same again: that is the same change, for everybody.
            let up_to = self.up_to.entry(*one).or_insert(up_to);
            up_to_now.extend(up_to.iter().copied());
        }
        if let Some(document) = touched.keys().next() {
            return Err(Unheard(format!("{phone}: no document {document}")));
        }
        let mut knows = known;
        knows.extend(up_to_now);
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

    /// Whether there may be two notebooks of this person, of which one will take the other: then what a phone held when it
    /// took it matters.
    #[must_use]
    pub fn may_have_two_notebooks(&self) -> bool {
        !self.put_back.is_empty()
    }

    /// The newest changes that a phone holds, as far as it told.
    #[must_use]
    pub fn newest(&self, phone: &str) -> Option<&Heads> {
        self.newest.get(phone)
    }

    /// How many writings a phone has not heard of, of those that any phone of the person holds. What no phone holds went
    /// with a phone that was removed before it told any other: nothing else may be lost.
    #[must_use]
    pub fn unheard(&self, phone: &str) -> usize {
        let all: BTreeSet<&Writing> = self.heard.values().flatten().collect();
        all.len() - self.heard.get(phone).map_or(0, BTreeSet::len)
    }

    /// A phone is in nobody's hand any more; gives how many writings went with it.
    pub fn leaves(&mut self, phone: &str) -> usize {
        self.newest.remove(phone);
        let went = self.heard.remove(phone).unwrap_or_default();
        let kept: BTreeSet<Writing> = self.heard.values().flatten().copied().collect();
        went.difference(&kept).count()
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

/// What to write where two copies of one phone's notebook come together, if anything: done beats rest beats cleared, the
/// greatest amount stands, every note stays, and what was hidden, stopped or deleted in one of them stays so. Of all else
/// the other's stands where it has any.
fn settle(field: &Field, own: &BTreeSet<Value>, others: &BTreeSet<Value>) -> Option<Value> {
    let both = || own.union(others);
    match field {
        Field::Mark(..) | Field::Amount(..) | Field::Gone(_) => both().max().cloned(),
        Field::Note(..) => {
            let joined = |values: Vec<&Value>| {
                let texts = values.into_iter().filter(|value| !value.is_blank());
                texts.map(Value::words).collect::<Vec<_>>().join("\n")
            };
            let here = joined(others.iter().collect());
            let new = |value: &&Value| !value.is_blank() && !here.contains(value.words());
            own.iter()
                .any(|value| new(&value))
                .then(|| Value::Text(joined(both().collect())))
        }
        Field::Share(..) if own.iter().any(Value::is_blank) => Some(Value::text("")),
        _ if others.is_empty() => own.first().cloned(),
        _ => None,
    }
}
