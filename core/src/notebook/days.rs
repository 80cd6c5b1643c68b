//! Day records in the notebook for me alone: marks, notes and amounts, one document a month.
//! Invariant: of marks made apart done beats rest beats cleared, and every note stays; clearing
//! writes 0 and never takes a key away.

use jiff::civil::Date;

use super::Refused;
use super::document::Value;
use super::keys::{self, Part};
use super::name::DocName;
use super::private::{Private, Shelf};
use crate::life::{DayRecord, ItemId, Mark, Records};

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
        for name in self.names()? {
            if !(DocName::ticks(from)..=DocName::ticks(until)).contains(&name) {
                continue;
            }
            for (key, values) in self.entries(name, "")? {
                if let Some((day, id, part)) = keys::read_tick(name, &key)
                    && (from..=until).contains(&day)
                {
                    fill(all.entry((id, day)).or_default(), part, &values);
                }
            }
        }
        all.retain(|_, record| !record.is_blank());
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
