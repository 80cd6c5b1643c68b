//! The flat state that one person may see, drawn from the private notebook at each delivery.
//! Knows what is shown to whom; not how it is written, sealed or sent.
//! Invariant: nothing is in a projection but what a running share, a word to this person or the
//! door I opened to them puts there; no private id, no other name, no order and no count.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Refused;
use super::document::Value;
use super::keys::{self, Part};
use super::name::DocName;
use super::private::{Private, Shelf};
use super::shared::Shared;
use super::shown::{SentIdea, SentWord, write_allow, write_state};
use crate::life::{Allow, ItemId, ItemRef, Offer, PersonRef, Share, Until, days};

/// The state that one person may see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Projection {
    /// What there is: document, key, value. The empty value stands for "not any more".
    pub values: BTreeMap<(DocName, String), Value>,
    /// What is shown now, by alias.
    pub running: BTreeMap<ItemId, Running>,
    /// What was shown once and is not any more, by alias.
    pub stopped: BTreeSet<ItemId>,
}

/// How a thing is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    /// The first day that goes with it.
    pub from: Date,
    /// Whether notes go with it.
    pub notes: bool,
}

impl Projection {
    /// Whether a key that the person has may stay with them.
    pub(super) fn lets_stay(&self, name: DocName, key: &str) -> bool {
        let Some(alias) = keys::alias(name, key) else {
            return true;
        };
        if self.stopped.contains(&alias) {
            return false;
        }
        match (self.running.get(&alias), keys::read_tick(name, key)) {
            (Some(running), Some((day, _, part))) => {
                day >= running.from && (running.notes || part != Part::Note)
            }
            _ => true,
        }
    }
}

/// Draws the state that `who` may see on `today` from the private notebook.
///
/// Day records go with it from the share's first day, at the earliest from `window_from`; older
/// ones only if `shown_before`, the notebook for this person as it stands, has them, so that a
/// change or removal reaches them too. `alias` gives each item the id by which this person knows
/// it: eight bytes, the same for ever, different for every person.
///
/// # Errors
/// [`Refused::Damaged`] when a document does not open.
pub fn derive_projection<S: Shelf>(
    private: &mut Private<S>,
    who: &PersonRef,
    today: Date,
    window_from: Date,
    alias: &dyn Fn(&ItemId) -> [u8; 8],
    shown_before: Option<&Shared>,
) -> Result<Projection, Refused> {
    let mut draw = Draw {
        private,
        who,
        today,
        window_from,
        alias,
        before: shown_before,
        drawn: Projection::default(),
        open: BTreeMap::new(),
        follows: BTreeMap::new(),
    };
    draw.door()?;
    draw.shares()?;
    draw.days()?;
    draw.words()?;
    Ok(draw.drawn)
}

struct Draw<'a, S> {
    private: &'a mut Private<S>,
    who: &'a PersonRef,
    today: Date,
    window_from: Date,
    alias: &'a dyn Fn(&ItemId) -> [u8; 8],
    before: Option<&'a Shared>,
    drawn: Projection,
    /// The items that are shown, by their private id.
    open: BTreeMap<ItemId, ItemId>,
    /// The routines whose days follow.
    follows: BTreeMap<ItemId, Share>,
}

impl<S: Shelf> Draw<'_, S> {
    fn alias_of(&self, id: ItemId) -> ItemId {
        ItemId((self.alias)(&id))
    }

    fn put(&mut self, name: DocName, key: String, value: Value) {
        self.drawn.values.insert((name, key), value);
    }

    fn text(&mut self, item: ItemRef, field: &str, text: String) {
        let key = keys::item(item, field);
        self.put(DocName::Core, key, Value::Text(text));
    }

    fn int(&mut self, item: ItemRef, field: &str, int: i64) {
        let key = keys::item(item, field);
        self.put(DocName::Core, key, Value::Int(int));
    }

    /// What may come from them. Quiet and blocked are not told: the door looks as it did. This key
    /// is always there, so that a new generation always has a document to arrive with.
    fn door(&mut self) -> Result<(), Refused> {
        let open = match self.private.person(self.who)? {
            Some(person) if person.blocked || person.allows == Allow::Quiet => None,
            Some(person) => Some(person.allows),
            None => None,
        };
        let as_before = || self.before?.value(DocName::Core, "allow");
        let value = match open {
            Some(open) => write_allow(open),
            None => as_before().unwrap_or(write_allow(Allow::CardsOnly)),
        };
        self.put(DocName::Core, "allow".to_owned(), value);
        Ok(())
    }

    fn shares(&mut self) -> Result<(), Refused> {
        let person = self.private.person(self.who)?;
        let gone = self.private.core_flag(&keys::person(self.who, "gone"))?;
        let welcome = !gone && person.is_none_or(|person| !person.blocked);
        let mut running = Vec::new();
        for (item, share) in self.private.share_records(self.who)? {
            let open = share.filter(|share| welcome && share.is_open(self.today));
            match open {
                Some(share) if self.exists(item)? => running.push(share),
                _ => {
                    let alias = self.alias_of(item.id());
                    self.drawn.stopped.insert(alias);
                }
            }
        }
        for share in &running {
            let alias = self.alias_of(share.item.id());
            self.open.insert(share.item.id(), alias);
            let how = Running {
                from: share.from,
                notes: share.notes,
            };
            self.drawn.running.insert(alias, how);
        }
        for share in running {
            self.item(share)?;
        }
        Ok(())
    }

    fn exists(&mut self, item: ItemRef) -> Result<bool, Refused> {
        Ok(match item {
            ItemRef::Routine(id) => self.private.routine(id)?.is_some(),
            ItemRef::Goal(id) => self.private.goal(id)?.is_some(),
            ItemRef::Step(id) => self.private.step(id)?.is_some(),
        })
    }

    fn item(&mut self, share: Share) -> Result<(), Refused> {
        let alias = self.alias_of(share.item.id());
        let item = match share.item {
            ItemRef::Routine(_) => ItemRef::Routine(alias),
            ItemRef::Goal(_) => ItemRef::Goal(alias),
            ItemRef::Step(_) => ItemRef::Step(alias),
        };
        if !share.follows() && self.copy_as_sent(item, alias) {
            // It may have been shown for a time before: that time is over, and it stays.
            self.until(item, share.until);
            return Ok(());
        }
        match share.item {
            ItemRef::Routine(id) => {
                if let Some(routine) = self.private.routine(id)? {
                    self.text(item, "name", routine.name);
                    self.text(item, "rhythm", routine.rhythm.to_string());
                    self.text(item, "unit", routine.unit.unwrap_or_default());
                    // 0 going, 1 paused without a last day, else the last day's number: an int,
                    // so that a pause that ends does not make the notebook begin anew.
                    let pause = routine.pause.filter(|pause| pause.covers(self.today));
                    let pause = pause.map_or(0, |pause| pause.until.map_or(1, days::number_of));
                    self.int(item, "pause", pause);
                    self.int(item, "ended", i64::from(routine.ended));
                    self.until(item, share.until);
                    self.follows.insert(id, share);
                }
            }
            ItemRef::Goal(id) => {
                if let Some(goal) = self.private.goal(id)? {
                    self.text(item, "name", goal.name);
                    self.int(item, "state", write_state(goal.state));
                    self.until(item, share.until);
                }
            }
            ItemRef::Step(id) => {
                if let Some(step) = self.private.step(id)? {
                    let goal = step.goal.and_then(|goal| self.open.get(&goal).copied());
                    self.text(item, "name", step.name);
                    self.int(item, "state", write_state(step.state));
                    let goal = goal.map(|goal| goal.to_string()).unwrap_or_default();
                    self.text(item, "goal", goal);
                    self.until(item, share.until);
                }
            }
        }
        Ok(())
    }

    fn until(&mut self, item: ItemRef, until: Until) {
        let last = match until {
            Until::Through(day) => days::number_of(day),
            Until::Once | Until::UntilIStop => 0,
        };
        self.int(item, "until", last);
    }

    /// Something shown once stays as it was sent, whatever became of it since; but for what may not be seen any more, such
    /// as notes that went with it before. Of what two devices sent apart the same stands as elsewhere. False where it was
    /// not sent, or where a part of it was lost with a notebook that another of my devices began at the same time.
    fn copy_as_sent(&mut self, item: ItemRef, alias: ItemId) -> bool {
        let Some(before) = self.before else {
            return false;
        };
        let name = before.value(DocName::Core, &keys::item(item, "name"));
        if name.is_none_or(|name| name.is_empty()) {
            return false;
        }
        for name in before.names() {
            for (key, values) in before.entries(name, "") {
                if keys::alias(name, &key) != Some(alias) || !self.drawn.lets_stay(name, &key) {
                    continue;
                }
                let value = match keys::read_tick(name, &key) {
                    Some((_, _, Part::Note)) => keys::settle_note(&values),
                    Some(_) => keys::settle_int(&values),
                    None => before.value(name, &key),
                };
                if let Some(value) = value {
                    self.drawn.values.insert((name, key), value);
                }
            }
        }
        true
    }

    fn days(&mut self) -> Result<(), Refused> {
        if self.follows.is_empty() {
            return Ok(());
        }
        let first = DocName::ticks(self.window_from);
        for name in self.private.names()? {
            if !matches!(name, DocName::Ticks { .. }) || (name < first && !self.has_sent(name)) {
                continue;
            }
            for (key, values) in self.private.entries(name, "")? {
                let Some((day, id, part)) = keys::read_tick(name, &key) else {
                    continue;
                };
                let Some(share) = self.follows.get(&id) else {
                    continue;
                };
                let key = keys::tick(day, self.alias_of(id), part);
                let recent = day >= self.window_from || self.sent(name, &key).is_some();
                if !recent || !share.reaches(day) {
                    continue;
                }
                let value = match part {
                    Part::Mark | Part::Amount => keys::settle_int(&values),
                    Part::Note if share.notes => keys::settle_note(&values),
                    Part::Note => None,
                };
                if let Some(value) = value {
                    self.put(name, key, value);
                }
            }
        }
        Ok(())
    }

    fn words(&mut self) -> Result<(), Refused> {
        let recent = DocName::words(self.window_from);
        for name in self.private.names()? {
            if !matches!(name, DocName::Words { .. }) || (name < recent && !self.has_sent(name)) {
                continue;
            }
            for (id, own) in self.private.own_words(name)? {
                let key = keys::word(self.alias_of(id));
                let word = match own {
                    Some((to, _)) if to != *self.who => continue,
                    Some((_, word)) => Some(word),
                    None if self.sent(name, &key).is_some() => None,
                    None => continue,
                };
                let about = match word.as_ref().and_then(|word| word.about) {
                    Some(about) => self.about(about)?,
                    None => None,
                };
                let text = word.map(|word| SentWord::write(&word, about));
                self.put(name, key, Value::Text(text.unwrap_or_default()));
            }
            for (id, own) in self.private.own_ideas(name)? {
                let key = keys::idea(self.alias_of(id));
                let mut idea = match own {
                    Some((to, _)) if to != *self.who => continue,
                    Some((_, idea)) => Some(idea),
                    None if self.sent(name, &key).is_some() => None,
                    None => continue,
                };
                if let Some(Offer::NewStep { goal, .. }) = idea.as_mut().map(|idea| &mut idea.what)
                {
                    *goal = match *goal {
                        Some(id) => self.about(id)?,
                        None => None,
                    };
                }
                let text = idea.map(|idea| SentIdea::write(&idea));
                self.put(name, key, Value::Text(text.unwrap_or_default()));
            }
        }
        Ok(())
    }

    /// What a word is about is named by the id that the person knows: an alias of theirs as it
    /// came to me, or mine for a thing that I show them; any other id of mine would be a private one.
    fn about(&mut self, id: ItemId) -> Result<Option<ItemId>, Refused> {
        if let Some(alias) = self.open.get(&id) {
            return Ok(Some(*alias));
        }
        for item in [ItemRef::Routine(id), ItemRef::Goal(id), ItemRef::Step(id)] {
            // Deleted ones too: their id is as private as ever.
            if self.private.core(&keys::item(item, "name"))?.is_some() {
                return Ok(None);
            }
        }
        Ok(Some(id))
    }

    fn has_sent(&self, name: DocName) -> bool {
        let mut names = self.before.into_iter().flat_map(Shared::names);
        names.any(|sent| sent == name)
    }

    fn sent(&self, name: DocName, key: &str) -> Option<Value> {
        self.before?.value(name, key)
    }
}
