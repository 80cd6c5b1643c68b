//! Day records in the notebook for me alone: marks, notes and amounts, one document a month.
//! Invariant: of marks made apart done beats rest beats cleared, and every note stays; clearing
//! writes 0 and never takes a key away.

use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

use super::Refused;
use super::document::Value;
use super::keys::{self, Part};
use super::name::DocName;
use super::private::{Private, Shelf};
use crate::life::days::number_of;
use crate::life::{DayRecord, ItemId, ItemRef, Mark, Records};

/// So many days are a short time.
const SHORT: i64 = 100;

impl<S: Shelf> Private<S> {
    /// Marks a day, or clears its mark.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the month's document does not open.
    pub fn set_mark(&mut self, id: ItemId, day: Date, mark: Option<Mark>) -> Result<bool, Refused> {
        let mark = Value::Int(Mark::to_number(mark));
        self.edit(DocName::ticks(day), &keys::tick(day, id, Part::Mark), mark)
    }

    /// Writes the note of a day in place of those that are there; none removes them.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the month's document does not open; [`Refused::TooLarge`] for a
    /// text above what a notebook holds.
    pub fn set_note(&mut self, id: ItemId, day: Date, note: Option<&str>) -> Result<bool, Refused> {
        let note = Value::Text(note.unwrap_or_default().to_owned());
        self.edit(DocName::ticks(day), &keys::tick(day, id, Part::Note), note)
    }

    /// Writes the amount of a day, in thousandths of the unit; none or 0 removes it.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the month's document does not open.
    pub fn set_amount(
        &mut self,
        id: ItemId,
        day: Date,
        amount: Option<i64>,
    ) -> Result<bool, Refused> {
        let amount = Value::Int(amount.unwrap_or_default());
        let key = keys::tick(day, id, Part::Amount);
        self.edit(DocName::ticks(day), &key, amount)
    }

    /// What a day holds of one routine.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the month's document does not open.
    pub fn record(&mut self, id: ItemId, day: Date) -> Result<DayRecord, Refused> {
        let Some(doc) = self.reading(DocName::ticks(day))? else {
            return Ok(DayRecord::default());
        };
        let part = |part| doc.get_all(&keys::tick(day, id, part));
        let mut record = DayRecord::default();
        fill(&mut record, Part::Mark, &part(Part::Mark));
        fill(&mut record, Part::Note, &part(Part::Note));
        fill(&mut record, Part::Amount, &part(Part::Amount));
        Ok(record)
    }

    /// Everything kept of the days from `from` up to and with `until`; blank days are left out.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when a month's document does not open.
    pub fn records(&mut self, from: Date, until: Date) -> Result<Records, Refused> {
        let mut all = Records::new();
        for name in self.months(from, until)? {
            let Some(doc) = self.reading(name)? else {
                continue;
            };
            let is_within = |day: Date| (from..=until).contains(&day);
            let wanted = |key: &str| keys::tick_day(name, key).is_some_and(is_within);
            for (key, values) in doc.entries_of("", wanted) {
                if let Some((day, id, part)) = keys::read_tick(name, &key) {
                    fill(all.entry((id, day)).or_default(), part, &values);
                }
            }
        }
        all.retain(|_, record| !record.is_blank());
        Ok(all)
    }

    /// The documents of these months: of a short time by the calendar, which asks the disk for no list.
    fn months(&mut self, from: Date, until: Date) -> Result<BTreeSet<DocName>, Refused> {
        let (first, last) = (DocName::ticks(from), DocName::ticks(until));
        if from <= until && number_of(until) - number_of(from) <= SHORT {
            let days = (0..=SHORT).step_by(28).map(jiff::ToSpan::days);
            let days = days.map(|days| from.saturating_add(days).min(until));
            return Ok(days.chain([until]).map(DocName::ticks).collect());
        }
        let mut names = self.names()?;
        names.retain(|name| (first..=last).contains(name));
        Ok(names)
    }
}

/// What of a day was ever written, also if it was cleared since.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// A mark.
    pub mark: bool,
    /// An amount.
    pub amount: bool,
    /// A note.
    pub note: bool,
}

impl<S: Shelf> Private<S> {
    /// Every day of every routine on which anything was ever written, whatever became of it.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when a month's document does not open.
    pub fn ever_written(&mut self) -> Result<BTreeMap<(ItemId, Date), Written>, Refused> {
        let mut all: BTreeMap<(ItemId, Date), Written> = BTreeMap::new();
        for name in self.names()? {
            if !matches!(name, DocName::Ticks { .. }) {
                continue;
            }
            for (key, _) in self.entries(name, "")? {
                if let Some((day, id, part)) = keys::read_tick(name, &key) {
                    let written = all.entry((id, day)).or_default();
                    match part {
                        Part::Mark => written.mark = true,
                        Part::Amount => written.amount = true,
                        Part::Note => written.note = true,
                    }
                }
            }
        }
        Ok(all)
    }

    /// Every routine, goal and step that was ever here, deleted ones too.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn ever_items(&mut self) -> Result<BTreeSet<ItemRef>, Refused> {
        let mut all = BTreeSet::new();
        for (kind, item) in [
            ("r/", ItemRef::Routine as fn(ItemId) -> ItemRef),
            ("g/", ItemRef::Goal),
            ("s/", ItemRef::Step),
        ] {
            for (key, values) in self.entries(DocName::Core, kind)? {
                // A making that was undone left an empty name: that thing was never here.
                let named = values.iter().any(|value| !value.is_empty());
                if let Some((id, "name")) = keys::split(&key, kind).filter(|_| named) {
                    all.insert(item(id));
                }
            }
        }
        Ok(all)
    }
}

/// Puts the values of one key into a record.
pub(super) fn fill(record: &mut DayRecord, part: Part, values: &[Value]) {
    match part {
        Part::Mark => record.mark = keys::settle_mark(values),
        Part::Note => record.notes = keys::settle_notes(values),
        Part::Amount => {
            let amount = keys::settle_int(values).and_then(|value| value.as_int());
            record.amount = amount.filter(|amount| *amount != 0);
        }
    }
}
