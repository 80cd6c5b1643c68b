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
        let doc = self.reading(DocName::Core)?;
        let fields = doc.map(|doc| doc.winners("r/")).unwrap_or_default();
        let mut all = Vec::new();
        // The keys are in order: all fields of a routine lie beside one another.
        let id = |key: &str| keys::split(key, "r/").map(|(id, _)| id);
        for of_one in fields.chunk_by(|(one, _), (next, _)| id(one) == id(next)) {
            let found = of_one.first().and_then(|(key, _)| id(key));
            let Some(found) = found else {
                continue;
            };
            all.extend(read_routine(found, |field| {
                let mut fields = of_one.iter();
                let is_it = |key: &str| keys::split(key, "r/") == Some((found, field));
                let value = fields.find_map(|(key, value)| is_it(key).then(|| value.clone()));
                Ok(value)
            })?);
        }
        all.sort_by_key(|routine| (routine.started, routine.id));
        Ok(all)
    }

    /// One routine, unless it was deleted or never there.
    ///
    /// # Errors
    /// [`Refused::Damaged`] when the document does not open.
    pub fn routine(&mut self, id: ItemId) -> Result<Option<Routine>, Refused> {
        read_routine(id, |field| self.core(&keys::routine(id, field)))
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

/// Reads a routine by its fields, unless it was deleted or never there.
fn read_routine(
    id: ItemId,
    mut field: impl FnMut(&str) -> Result<Option<Value>, Refused>,
) -> Result<Option<Routine>, Refused> {
    let mut text = |name: &str| -> Result<Option<String>, Refused> {
        Ok(match field(name)? {
            Some(Value::Text(text)) if !text.is_empty() => Some(text),
            _ => None,
        })
    };
    let Some(name) = text("name")? else {
        return Ok(None);
    };
    let rhythm = text("rhythm")?;
    let time = text("time")?;
    let pause = text("pause")?;
    let started = text("started")?;
    let unit = text("unit")?;
    let import_key = text("import")?;
    let mut flag = |name: &str| -> Result<bool, Refused> {
        Ok(field(name)?.is_some_and(|value| !value.is_empty()))
    };
    if flag("gone")? {
        return Ok(None);
    }
    Ok(Some(Routine {
        id,
        name,
        // A rhythm of a later version reads as "whenever it comes".
        rhythm: rhythm
            .and_then(|text| text.parse().ok())
            .unwrap_or(Rhythm::Free),
        time: time.and_then(|text| text.parse().ok()),
        pause: pause.and_then(|text| read_pause(&text)),
        unit,
        started: started
            .and_then(|text| text.parse().ok())
            .unwrap_or(Date::constant(1970, 1, 1)),
        ended: flag("ended")?,
        import_key,
    }))
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
