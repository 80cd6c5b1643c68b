//! Routines and their days, as a person speaks of them. Everything here can be undone.
//! Knows no document and no disk. Invariant: a deed for a routine that is not there changes nothing.

use super::deed::Mine;
use super::sharing::MayHaveSeen;
use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::life::{DayRecord, ItemId, ItemRef, Mark, Pause, Rhythm, Routine, text};
use jiff::civil::{Date, Time};
use std::collections::BTreeMap;

impl Companion {
    /// Begins a routine today.
    ///
    /// # Errors
    /// [`AlongsideError::Invalid`] for a name or rhythm that can't be; the store's.
    pub fn add_routine(&mut self, name: &str, rhythm: Rhythm) -> Done<ItemId> {
        self.add_routine_with(name, rhythm, None, None)
    }

    /// Begins a routine today, with a time of day or a unit of amounts ("litres").
    ///
    /// # Errors
    /// As [`Companion::add_routine`].
    pub fn add_routine_with(
        &mut self,
        name: &str,
        rhythm: Rhythm,
        time: Option<Time>,
        unit: Option<&str>,
    ) -> Done<ItemId> {
        let id = self.make_id();
        let routine = Routine {
            id,
            name: text::name(name)?,
            rhythm: sound(rhythm)?,
            time,
            pause: None,
            unit: unit.map(text::short).transpose()?,
            started: self.clock.now().today,
            ended: false,
            import_key: None,
        };
        self.deed(|mine| Ok(mine.put_routine(&routine)?))?;
        Ok(id)
    }

    /// Calls a routine something else. Its marks stay.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`], [`AlongsideError::Invalid`]; the store's. So for every deed below.
    pub fn rename_routine(&mut self, id: ItemId, name: &str) -> Done<()> {
        let name = text::name(name)?;
        self.deed(|mine| {
            there(mine, id)?;
            Ok(mine.rename_routine(id, &name)?)
        })
    }

    /// Sets how often it comes round.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn set_rhythm(&mut self, id: ItemId, rhythm: Rhythm) -> Done<()> {
        let rhythm = sound(rhythm)?;
        self.deed(|mine| {
            there(mine, id)?;
            Ok(mine.set_rhythm(id, &rhythm)?)
        })
    }

    /// Sets the time of day the person has in mind, or takes it away.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn set_time(&mut self, id: ItemId, time: Option<Time>) -> Done<()> {
        self.deed(|mine| {
            there(mine, id)?;
            Ok(mine.set_time(id, time)?)
        })
    }

    /// Sets what its amounts are counted in, or takes it away.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn set_unit(&mut self, id: ItemId, unit: Option<&str>) -> Done<()> {
        let unit = unit.map(text::short).transpose()?;
        self.deed(|mine| {
            there(mine, id)?;
            Ok(mine.set_unit(id, unit.as_deref())?)
        })
    }

    /// Its name, how often it comes round and at what time of day, as one deed.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn change_routine(
        &mut self,
        id: ItemId,
        name: &str,
        rhythm: Rhythm,
        time: Option<Time>,
    ) -> Done<()> {
        let (name, rhythm) = (text::name(name)?, sound(rhythm)?);
        self.deed(|mine| {
            there(mine, id)?;
            mine.rename_routine(id, &name)?;
            mine.set_rhythm(id, &rhythm)?;
            Ok(mine.set_time(id, time)?)
        })
    }

    /// Pauses it, from a day up to and with another, or with no last day. What was marked stays.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn pause_routine(&mut self, id: ItemId, from: Date, until: Option<Date>) -> Done<()> {
        if until.is_some_and(|last| last < from) {
            return Err(AlongsideError::Invalid(
                "a pause ends on the day it begins, or later".into(),
            ));
        }
        self.deed(|mine| {
            there(mine, id)?;
            Ok(mine.set_pause(id, Some(Pause { from, until }))?)
        })
    }

    /// Takes a paused routine up again.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn resume_routine(&mut self, id: ItemId) -> Done<()> {
        self.deed(|mine| {
            there(mine, id)?;
            Ok(mine.set_pause(id, None)?)
        })
    }

    /// Ends it. What was marked stays, and it can be taken up again.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn end_routine(&mut self, id: ItemId) -> Done<()> {
        self.deed(|mine| {
            there(mine, id)?;
            Ok(mine.set_ended(id, true)?)
        })
    }

    /// Takes an ended routine up again.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn take_up_routine(&mut self, id: ItemId) -> Done<()> {
        self.deed(|mine| {
            there(mine, id)?;
            mine.set_pause(id, None)?;
            Ok(mine.set_ended(id, false)?)
        })
    }

    /// Deletes it, here and from the phones of those it is shown to when they next meet the post box. Undo brings it
    /// back here. Says who may have seen it before.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn delete_routine(&mut self, id: ItemId) -> Done<MayHaveSeen> {
        let seen = self.may_have_seen(ItemRef::Routine(id))?;
        self.deed(|mine| {
            there(mine, id)?;
            Ok(mine.set_routine_gone(id, true)?)
        })?;
        Ok(seen)
    }

    /// All routines, ended and paused ones too, in the order in which they began.
    ///
    /// # Errors
    /// The store's.
    pub fn routines(&mut self) -> Done<Vec<Routine>> {
        self.look(|mine| Ok(mine.routines()?))
    }

    /// One routine.
    ///
    /// # Errors
    /// [`AlongsideError::NotFound`]; the store's.
    pub fn routine(&mut self, id: ItemId) -> Done<Routine> {
        self.look(|mine| mine.routine(id)?.ok_or(AlongsideError::NotFound("routine")))
    }

    /// Done, on this day.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn mark_done(&mut self, id: ItemId, day: Date) -> Done<()> {
        self.set_mark(id, day, Some(Mark::Done))
    }

    /// A rest day, which counts as looking after oneself.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn mark_rest(&mut self, id: ItemId, day: Date) -> Done<()> {
        self.set_mark(id, day, Some(Mark::Rest))
    }

    /// Clears the mark of a day. Its notes stay.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn clear_mark(&mut self, id: ItemId, day: Date) -> Done<()> {
        self.set_mark(id, day, None)
    }

    fn set_mark(&mut self, id: ItemId, day: Date, mark: Option<Mark>) -> Done<()> {
        self.mark_with(id, day, mark, None, None)
    }

    /// Marks a day (none clears the mark), with a note or an amount where one is given, as one deed.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn mark_with(
        &mut self,
        id: ItemId,
        day: Date,
        mark: Option<Mark>,
        note: Option<&str>,
        amount: Option<i64>,
    ) -> Done<()> {
        let note = note.map(text::note).transpose()?;
        self.deed(|mine| {
            there(mine, id)?;
            mine.set_mark(id, day, mark)?;
            if note.is_some() {
                mine.set_note(id, day, note.as_deref())?;
            }
            if amount.is_some() {
                mine.set_amount(id, day, amount)?;
            }
            Ok(())
        })
    }

    /// Writes a note for a day, with or without a mark; none, or a blank one, takes it away.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn set_note(&mut self, id: ItemId, day: Date, note: Option<&str>) -> Done<()> {
        let note = note.filter(|note| !note.trim().is_empty());
        let note = note.map(text::note).transpose()?;
        self.deed(|mine| {
            there(mine, id)?;
            mine.set_note(id, day, note.as_deref())?;
            Ok(())
        })
    }

    /// Writes how much, in thousandths of the routine's unit; none takes it away.
    ///
    /// # Errors
    /// As [`Companion::rename_routine`].
    pub fn set_amount(&mut self, id: ItemId, day: Date, amount: Option<i64>) -> Done<()> {
        self.deed(|mine| {
            there(mine, id)?;
            mine.set_amount(id, day, amount)?;
            Ok(())
        })
    }

    /// What a day holds of one routine; a blank record where nothing was written.
    ///
    /// # Errors
    /// The store's.
    pub fn record(&mut self, id: ItemId, day: Date) -> Done<DayRecord> {
        self.look(|mine| Ok(mine.record(id, day)?))
    }

    /// The days of one routine on which something was written, from `from` up to and with `until`.
    ///
    /// # Errors
    /// The store's.
    pub fn history(
        &mut self,
        id: ItemId,
        from: Date,
        until: Date,
    ) -> Done<BTreeMap<Date, DayRecord>> {
        let all = self.look(|mine| Ok(mine.records(from, until)?))?;
        Ok(all
            .into_iter()
            .filter(|((one, _), _)| *one == id)
            .map(|((_, day), record)| (day, record))
            .collect())
    }
}

fn there(mine: &mut Mine<'_>, id: ItemId) -> Done<()> {
    match mine.routine(id)? {
        Some(_) => Ok(()),
        None => Err(AlongsideError::NotFound("routine")),
    }
}

pub(crate) fn sound(rhythm: Rhythm) -> Done<Rhythm> {
    rhythm
        .checked()
        .map_err(|why| AlongsideError::Invalid(why.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::kit::{day, phone};
    use super::*;

    #[test]
    fn a_day_is_marked_noted_cleared_and_undone() {
        let mut robin = phone("Robin", 1);
        let walk = robin.add_routine(" Morning walk ", Rhythm::Daily).unwrap();
        let today = day(4);
        robin.mark_done(walk, today).unwrap();
        robin
            .set_note(walk, today, Some("Along the river"))
            .unwrap();
        robin.set_note(walk, day(3), Some("Rain")).unwrap();
        robin.set_amount(walk, today, Some(2_500)).unwrap();
        let record = robin.record(walk, today).unwrap();
        assert_eq!(record.mark, Some(Mark::Done));
        assert_eq!(record.notes, ["Along the river"]);
        assert_eq!(record.amount, Some(2_500));
        assert_eq!(robin.today().unwrap().items[0].name, "Morning walk");

        robin.clear_mark(walk, today).unwrap();
        assert_eq!(robin.record(walk, today).unwrap().mark, None);
        assert!(robin.undo().unwrap());
        assert_eq!(robin.record(walk, today).unwrap().mark, Some(Mark::Done));
        robin.mark_rest(walk, day(3)).unwrap();
        let history = robin.history(walk, day(1), today).unwrap();
        assert_eq!(history.keys().copied().collect::<Vec<_>>(), [day(3), today]);
        assert_eq!(history[&day(3)].mark, Some(Mark::Rest));
        assert_eq!(history[&day(3)].notes, ["Rain"]);
    }

    #[test]
    fn a_routine_is_renamed_paused_ended_deleted_and_brought_back() {
        let mut robin = phone("Robin", 2);
        let id = robin.add_routine("Swim", Rhythm::Daily).unwrap();
        robin.rename_routine(id, "Swim at the lido").unwrap();
        robin.set_rhythm(id, Rhythm::TimesAWeek(2)).unwrap();
        robin
            .set_time(id, Some(Time::constant(7, 30, 0, 0)))
            .unwrap();
        robin.pause_routine(id, day(4), Some(day(6))).unwrap();
        assert!(robin.pause_routine(id, day(4), Some(day(3))).is_err());
        assert_eq!(robin.today().unwrap().paused.len(), 1);
        robin.resume_routine(id).unwrap();
        assert_eq!(robin.today().unwrap().items.len(), 1);
        robin.mark_done(id, day(4)).unwrap();
        robin.end_routine(id).unwrap();
        assert!(robin.routine(id).unwrap().ended);
        robin.take_up_routine(id).unwrap();
        assert!(!robin.routine(id).unwrap().ended);

        let seen = robin.delete_routine(id).unwrap();
        assert!(seen.people.is_empty());
        assert!(robin.routines().unwrap().is_empty());
        assert_eq!(
            robin.mark_done(id, day(4)),
            Err(AlongsideError::NotFound("routine"))
        );
        assert!(robin.undo().unwrap());
        assert_eq!(robin.find_routine("swim").unwrap().name, "Swim at the lido");
        assert_eq!(robin.record(id, day(4)).unwrap().mark, Some(Mark::Done));
    }

    #[test]
    fn what_can_not_be_is_refused_and_changes_nothing() {
        let mut robin = phone("Robin", 3);
        assert!(robin.add_routine(" ", Rhythm::Daily).is_err());
        assert!(robin.add_routine("Walk", Rhythm::TimesAWeek(8)).is_err());
        assert!(robin.routines().unwrap().is_empty());
        assert!(!robin.undo().unwrap());
    }
}
