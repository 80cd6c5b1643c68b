//! Routines in the notebook for me alone. Knows their keys in the core document.
//! Invariant: an ended or deleted routine keeps its marks; deleting is an edit that can be undone.

use jiff::civil::{Date, Time};

use super::document::Value;
use super::name::DocName;
use super::private::{Private, Shelf};
use super::{Refused, keys};
use crate::life::{ItemId, Pause, Rhythm, Routine};

impl<S: Shelf> Private<S> {
    /// Writes a new routine, or all of one that is there.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open; [`Refused::TooLarge`] for a text
    /// above what a notebook holds.
    pub fn put_routine(&mut self, routine: &Routine) -> Result<(), Refused> {
        let id = routine.id;
        self.rename_routine(id, &routine.name)?;
        self.set_rhythm(id, &routine.rhythm)?;
        self.set_time(id, routine.time)?;
        self.set_pause(id, routine.pause)?;
        self.set_unit(id, routine.unit.as_deref())?;
        self.routine_text(id, "started", routine.started.to_string())?;
        self.set_ended(id, routine.ended)?;
        let import = routine.import_key.clone().unwrap_or_default();
        self.routine_text(id, "import", import)?;
        self.set_routine_gone(id, false)
    }

    /// Gives a routine another name.
    ///
    /// # Errors
    /// As [`Private::put_routine`]; so for every edit below.
    pub fn rename_routine(&mut self, id: ItemId, name: &str) -> Result<(), Refused> {
        self.routine_text(id, "name", name.to_owned())
    }

    /// Sets how often it comes round.
    ///
    /// # Errors
    /// As [`Private::put_routine`].
    pub fn set_rhythm(&mut self, id: ItemId, rhythm: &Rhythm) -> Result<(), Refused> {
        self.routine_text(id, "rhythm", rhythm.to_string())
    }

    /// Sets or takes away the time of day.
    ///
    /// # Errors
    /// As [`Private::put_routine`].
    pub fn set_time(&mut self, id: ItemId, time: Option<Time>) -> Result<(), Refused> {
        let time = time.map(|time| time.strftime("%H:%M").to_string());
        self.routine_text(id, "time", time.unwrap_or_default())
    }

    /// Pauses it, or takes it up again.
    ///
    /// # Errors
    /// As [`Private::put_routine`].
    pub fn set_pause(&mut self, id: ItemId, pause: Option<Pause>) -> Result<(), Refused> {
        self.routine_text(id, "pause", pause.map(write_pause).unwrap_or_default())
    }

    /// Sets or takes away the unit of its amounts.
    ///
    /// # Errors
    /// As [`Private::put_routine`].
    pub fn set_unit(&mut self, id: ItemId, unit: Option<&str>) -> Result<(), Refused> {
        self.routine_text(id, "unit", unit.unwrap_or_default().to_owned())
    }

    /// Ends it, or takes it up again.
    ///
    /// # Errors
    /// As [`Private::put_routine`].
    pub fn set_ended(&mut self, id: ItemId, ended: bool) -> Result<(), Refused> {
        self.routine_int(id, "ended", ended)
    }

    /// Deletes it: it is in no list any more and goes from everyone who sees it. Undo brings it back.
    ///
    /// # Errors
    /// As [`Private::put_routine`].
    pub fn set_routine_gone(&mut self, id: ItemId, gone: bool) -> Result<(), Refused> {
        self.routine_int(id, "gone", gone)
    }

    /// All routines, ended ones too, in the order in which they began.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn routines(&mut self) -> Result<Vec<Routine>, Refused> {
        let mut all = Vec::new();
        for (key, _) in self.entries(DocName::Core, "r/")? {
            if let Some((id, "name")) = keys::split(&key, "r/") {
                all.extend(self.routine(id)?);
            }
        }
        all.sort_by_key(|routine| (routine.started, routine.id));
        Ok(all)
    }

    /// One routine, unless it was deleted or never there.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn routine(&mut self, id: ItemId) -> Result<Option<Routine>, Refused> {
        let Some(name) = self.core_text(&keys::routine(id, "name"))? else {
            return Ok(None);
        };
        if self.core_flag(&keys::routine(id, "gone"))? {
            return Ok(None);
        }
        let rhythm = self.core_text(&keys::routine(id, "rhythm"))?;
        let time = self.core_text(&keys::routine(id, "time"))?;
        let pause = self.core_text(&keys::routine(id, "pause"))?;
        let started = self.core_text(&keys::routine(id, "started"))?;
        Ok(Some(Routine {
            id,
            name,
            // A rhythm of a later version reads as "whenever it comes".
            rhythm: rhythm
                .and_then(|text| text.parse().ok())
                .unwrap_or(Rhythm::Free),
            time: time.and_then(|text| text.parse().ok()),
            pause: pause.and_then(|text| read_pause(&text)),
            unit: self.core_text(&keys::routine(id, "unit"))?,
            started: started
                .and_then(|text| text.parse().ok())
                .unwrap_or(Date::constant(1970, 1, 1)),
            ended: self.core_flag(&keys::routine(id, "ended"))?,
            import_key: self.core_text(&keys::routine(id, "import"))?,
        }))
    }

    /// Every routine that was brought in from elsewhere, deleted ones too, by where it came from:
    /// the same file brought in again finds them.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn import_keys(&mut self) -> Result<Vec<(String, ItemId)>, Refused> {
        let mut all = Vec::new();
        for (key, _) in self.entries(DocName::Core, "r/")? {
            if let Some((id, "import")) = keys::split(&key, "r/") {
                let text = self.core_text(&key)?;
                all.extend(text.map(|text| (text, id)));
            }
        }
        Ok(all)
    }

    fn routine_text(&mut self, id: ItemId, field: &str, text: String) -> Result<(), Refused> {
        self.edit(DocName::Core, &keys::routine(id, field), Value::Text(text))?;
        Ok(())
    }

    fn routine_int(&mut self, id: ItemId, field: &str, yes: bool) -> Result<(), Refused> {
        let key = keys::routine(id, field);
        self.edit(DocName::Core, &key, Value::Int(i64::from(yes)))?;
        Ok(())
    }
}

fn write_pause(pause: Pause) -> String {
    let until = pause.until.map(|day| day.to_string());
    format!("{}/{}", pause.from, until.unwrap_or_default())
}

fn read_pause(text: &str) -> Option<Pause> {
    let (from, until) = text.split_once('/')?;
    Some(Pause {
        from: from.parse().ok()?,
        until: match until {
            "" => None,
            day => Some(day.parse().ok()?),
        },
    })
}
