//! One deed: what a person says changes the notebook for me alone, and everything that follows from it is one
//! transaction: documents, what waits for my other devices, what undo needs, today's page.
//! Invariant: after an error the notebook in memory is dropped, so that it never knows more than the disk.

use super::mine::{SELF, read_text};
use super::page::{ReadyPage, US, read_page};
use super::undo::remember;
use super::{Companion, Done};
use crate::life::{Records, Rhythm, TodayPage, today_page};
use crate::notebook::{self, DocChange, DocName, Generation, Private, Shelf, StoredDocument};
use crate::store::{Reads, StoreError, Txn};
use crate::trust::Refused;
use crate::trust::bytes::Reader;
use jiff::ToSpan;
use jiff::civil::Date;
use rand_core::CryptoRng;

/// Namespace of documents that my other devices lack something of: by name, the newest changes that they were told of.
/// Only the first deed after a delivery writes there.
pub(crate) const HOME_OUT: &str = "home-out";
/// The civil day of the person's last deed here, in this phone's own record.
const LAST_DEED: &[u8] = b"last-deed";
/// The civil day on which the person was last welcomed back, in this phone's own record.
const WELCOMED: &[u8] = b"welcomed";
/// A document is kept whole again after so many changes.
pub(crate) const FOLD: u64 = 100;
/// How far back today's page looks at least, in days: a week, for rhythms that count by the week.
const LOOK_BACK: i64 = 7;

/// No shelf at all: what the open notebook rests on between deeds.
#[derive(Debug)]
pub(crate) struct NoShelf;

impl Shelf for NoShelf {
    fn load(&mut self, _: &DocName) -> Result<Option<StoredDocument>, notebook::Refused> {
        Err(notebook::Refused::Damaged)
    }

    fn names(&mut self) -> Result<Vec<DocName>, notebook::Refused> {
        Err(notebook::Refused::Damaged)
    }

    fn make_actor(&mut self) -> [u8; 16] {
        [0; 16]
    }
}

/// The store as a shelf of one notebook.
pub(crate) struct StoreShelf<'a> {
    pub(crate) reads: &'a Reads,
    pub(crate) notebook: [u8; 32],
    pub(crate) rng: &'a mut dyn CryptoRng,
}

pub(crate) fn stored(
    rows: crate::store::DocumentRows,
) -> Result<StoredDocument, notebook::Refused> {
    Ok(StoredDocument {
        actor: rows
            .actor
            .try_into()
            .map_err(|_| notebook::Refused::Damaged)?,
        snapshot: rows.snapshot,
        changes: rows.changes,
    })
}

impl Shelf for StoreShelf<'_> {
    fn load(&mut self, name: &DocName) -> Result<Option<StoredDocument>, notebook::Refused> {
        self.reads
            .load_document(&self.notebook, &name.to_string())
            .map_err(|_| notebook::Refused::Damaged)?
            .map(stored)
            .transpose()
    }

    fn names(&mut self) -> Result<Vec<DocName>, notebook::Refused> {
        let names = self
            .reads
            .names(&self.notebook)
            .map_err(|_| notebook::Refused::Damaged)?;
        Ok(names
            .iter()
            .filter_map(|name| DocName::parse(name))
            .collect())
    }

    fn make_actor(&mut self) -> [u8; 16] {
        let mut actor = [0; 16];
        self.rng.fill_bytes(&mut actor);
        actor
    }
}

/// The generation as the store keeps it.
pub(crate) fn generation_bytes(generation: &Generation) -> Vec<u8> {
    let mut bytes = generation.number.to_be_bytes().to_vec();
    bytes.extend_from_slice(&generation.random);
    bytes
}

pub(crate) fn generation_from(bytes: &[u8]) -> Result<Generation, Refused> {
    let mut r = Reader::new(bytes);
    let generation = Generation {
        number: r.u64()?,
        random: r.array()?,
    };
    r.finish()?;
    Ok(generation)
}

/// The open notebook of a deed.
pub(crate) type Mine<'a> = Private<StoreShelf<'a>>;

impl Companion {
    /// Reads the notebook for me alone.
    pub(crate) fn look<T>(&mut self, f: impl FnOnce(&mut Mine<'_>) -> Done<T>) -> Done<T> {
        let kept = self
            .private
            .take()
            .unwrap_or_else(|| Private::open(NoShelf));
        let mut mine = kept.with_shelf(StoreShelf {
            reads: &self.store,
            notebook: self.notebook.0,
            rng: &mut self.rng,
        });
        let value = f(&mut mine)?;
        self.private = Some(mine.with_shelf(NoShelf));
        Ok(value)
    }

    /// Does a deed that can be undone.
    pub(crate) fn deed<T>(&mut self, f: impl FnOnce(&mut Mine<'_>) -> Done<T>) -> Done<T> {
        self.write(true, f)
    }

    /// Writes in the notebook for me alone, with or without a trace for undo.
    pub(crate) fn write<T>(
        &mut self,
        undoable: bool,
        f: impl FnOnce(&mut Mine<'_>) -> Done<T>,
    ) -> Done<T> {
        let today = self.clock.now().today;
        let siblings = self.has_siblings()? && !self.is_to_absorb()?;
        let kept = self
            .private
            .take()
            .unwrap_or_else(|| Private::open(NoShelf));
        let mut mine = kept.with_shelf(StoreShelf {
            reads: &self.store,
            notebook: self.notebook.0,
            rng: &mut self.rng,
        });
        let value = f(&mut mine)?;
        let edits = mine.take_edits();
        let changes = mine.take_changes();
        if changes.is_empty() {
            self.private = Some(mine.with_shelf(NoShelf));
            return Ok(value);
        }
        let page = make_page(&mut mine, today, Some(today))?;
        let pending = |name: &DocName| self.store.pending(&self.notebook.0, &name.to_string());
        let mut folds = Vec::new();
        for change in &changes {
            if pending(&change.name)? >= FOLD {
                folds.extend(mine.to_stored(change.name)?.map(|doc| (change.name, doc)));
            }
        }
        // With a new month's or year's document what is over is kept compact.
        if changes.iter().any(|change| change.since.is_empty()) {
            for name in mine.names()? {
                let is_changed = changes.iter().any(|change| change.name == name);
                if !is_changed && pending(&name)? > 0 {
                    folds.extend(mine.to_stored(name)?.map(|doc| (name, doc)));
                }
            }
        }
        self.private = Some(mine.with_shelf(NoShelf));
        let generation = generation_bytes(&Generation::PRIVATE);
        let result = (|| {
            let mut deed = self.store.begin()?;
            for change in &changes {
                let name = change.name.to_string();
                deed.append_change(
                    &self.notebook.0,
                    &name,
                    &change.actor,
                    &generation,
                    &change.bytes,
                )?;
                if siblings {
                    mark_for_home(&mut deed, change)?;
                }
            }
            for (name, doc) in &folds {
                let name = name.to_string();
                if let Some(snapshot) = &doc.snapshot {
                    deed.put_snapshot(&self.notebook.0, &name, &doc.actor, &generation, snapshot)?;
                    // What waits for earlier changes is in no snapshot.
                    deed.append_changes(
                        &self.notebook.0,
                        &name,
                        &doc.actor,
                        &generation,
                        &doc.changes,
                    )?;
                }
            }
            if undoable {
                remember(&mut deed, &edits)?;
            }
            if undoable {
                deed.put(SELF, LAST_DEED, today.to_string().as_bytes())?;
            }
            page.put(&mut deed)?;
            // A tick says nothing of people, and is to write little.
            if changes.iter().any(|one| !is_of_ticks(&one.name)) {
                deed.delete_page(US)?;
            }
            deed.commit()
        })();
        if let Err(why) = result {
            self.private = None;
            return Err(why.into());
        }
        Ok(value)
    }

    /// Today's page as it lies ready; no document is opened when the day is still the same.
    ///
    /// # Errors
    /// The store's.
    pub fn today(&mut self) -> Done<TodayPage> {
        let today = self.clock.now().today;
        if let Some(page) = read_page(&self.store)?
            && page.day == today
        {
            return Ok(page);
        }
        let of = |key| -> Done<Option<Date>> { Ok(read_text(&self.store, key)?.parse().ok()) };
        let (last, welcomed) = (of(LAST_DEED)?, of(WELCOMED)?);
        // Said once: the days after it are silent anew.
        let last = last.max(welcomed.filter(|day| *day < today));
        let page = self.look(|mine| make_page(mine, today, last))?;
        let mut deed = self.store.begin()?;
        if page.page.welcome_back {
            deed.put(SELF, WELCOMED, today.to_string().as_bytes())?;
        }
        page.put(&mut deed)?;
        deed.commit()?;
        Ok(page.page)
    }
}

fn is_of_ticks(name: &DocName) -> bool {
    matches!(name, DocName::Ticks { .. })
}

fn make_page(mine: &mut Mine<'_>, today: Date, last_deed: Option<Date>) -> Done<ReadyPage> {
    ReadyPage::of(page_of(mine, today, last_deed)?)
}

/// The page of a day as it is drawn from the notebook, also of a day to come.
pub(super) fn page_of(
    mine: &mut Mine<'_>,
    today: Date,
    last_deed: Option<Date>,
) -> Done<TodayPage> {
    let routines = mine.routines()?;
    let window = routines
        .iter()
        .filter(|routine| !routine.ended)
        .map(|routine| match routine.rhythm {
            Rhythm::TimesInDays { days, .. } => i64::from(days),
            _ => LOOK_BACK,
        })
        .max()
        .unwrap_or(LOOK_BACK);
    let records: Records = mine.records(today.saturating_sub(window.days()), today)?;
    Ok(today_page(today, &routines, &records, last_deed))
}

/// My other devices lack this from now on, until the next delivery.
pub(crate) fn mark_for_home(deed: &mut Txn<'_>, change: &DocChange) -> Result<(), StoreError> {
    let name = change.name.to_string();
    if deed.get(HOME_OUT, name.as_bytes())?.is_none() {
        deed.put(HOME_OUT, name.as_bytes(), &change.since.concat())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::kit::{Still, phone};
    use super::*;
    use crate::life::Mark;

    #[test]
    fn a_welcome_back_is_said_on_one_day_also_to_one_who_only_looks() {
        let mut robin = phone("Robin", 44);
        robin.add_routine("Walk", Rhythm::Daily).unwrap();
        let on = |robin: &mut Companion, day: Date| {
            robin.set_clock(Box::new(Still(day)));
            robin.today().unwrap().welcome_back
        };
        let day = |month, day| Date::constant(2026, month, day);
        assert!(!on(&mut robin, day(6, 3)));
        assert!(on(&mut robin, day(6, 4)));
        assert!(on(&mut robin, day(6, 4)), "all that day");
        assert!(!on(&mut robin, day(6, 5)));
        assert!(!on(&mut robin, day(7, 4)));
        assert!(on(&mut robin, day(7, 5)), "after as long a silence again");
    }

    #[test]
    fn a_month_that_is_over_is_kept_compact() {
        let mut robin = phone("Robin", 42);
        let walk = robin.add_routine("Walk", Rhythm::Daily).unwrap();
        let month = |day| DocName::ticks(day).to_string();
        let (old, new) = (Date::constant(2025, 12, 31), Date::constant(2026, 1, 1));
        robin.mark_done(walk, old).unwrap();
        robin.mark_rest(walk, old).unwrap();
        let own = robin.notebook.0;
        assert_eq!(robin.store.pending(&own, &month(old)).unwrap(), 2);
        robin.mark_done(walk, new).unwrap();
        assert_eq!(robin.store.pending(&own, &month(old)).unwrap(), 0);
        assert_eq!(robin.store.pending(&own, &month(new)).unwrap(), 1);
        robin.private = None;
        let marks = [old, new].map(|day| robin.record(walk, day).unwrap().mark);
        assert_eq!(marks, [Some(Mark::Rest), Some(Mark::Done)]);
    }
}
