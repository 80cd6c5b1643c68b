//! One deed: what a person says changes the notebook for me alone, and everything that follows from it is one
//! transaction: documents, what waits for my other devices, what undo needs, today's page.
//! Invariant: after an error the notebook in memory is dropped, so that it never knows more than the disk.

use super::mine::{SELF, read_text};
use super::{Companion, Done};
use crate::error::AlongsideError;
use crate::life::{Records, Rhythm, TodayPage, today_page};
use crate::notebook::{self, DocName, Edit, Generation, Private, Shelf, StoredDocument, Value};
use crate::store::Reads;
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};
use jiff::ToSpan;
use jiff::civil::Date;
use rand_core::CryptoRng;

/// Namespace of what undo needs, newest last.
const UNDO: &str = "undo";
/// Namespace of changes that wait for my other devices.
pub(crate) const HOME_OUT: &str = "home-out";
/// The civil day of the person's last deed here, in this phone's own record.
const LAST_DEED: &[u8] = b"last-deed";
/// So many deeds can be undone.
const UNDO_KEPT: usize = 50;
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
        let mut folds = Vec::new();
        for change in &changes {
            if self
                .store
                .pending(&self.notebook.0, &change.name.to_string())?
                >= FOLD
            {
                folds.extend(mine.to_stored(change.name)?.map(|doc| (change.name, doc)));
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
                    queue_for_home(&mut deed, &name, &change.bytes)?;
                }
            }
            for (name, doc) in &folds {
                if let Some(snapshot) = &doc.snapshot {
                    deed.put_snapshot(
                        &self.notebook.0,
                        &name.to_string(),
                        &doc.actor,
                        &generation,
                        snapshot,
                    )?;
                }
            }
            if undoable {
                remember(&mut deed, &edits)?;
            }
            if undoable {
                deed.put(SELF, LAST_DEED, today.to_string().as_bytes())?;
            }
            deed.put_page("today", &page)?;
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
        if let Some(bytes) = self.store.page("today")?
            && let Ok(page) = serde_json::from_slice::<TodayPage>(&bytes)
            && page.day == today
        {
            return Ok(page);
        }
        let last = read_text(&self.store, LAST_DEED)?.parse().ok();
        let bytes = self.look(|mine| make_page(mine, today, last))?;
        let mut deed = self.store.begin()?;
        deed.put_page("today", &bytes)?;
        deed.commit()?;
        serde_json::from_slice(&bytes).map_err(|_| AlongsideError::StoreDamaged)
    }

    /// Takes the last deed back. False where there is none.
    ///
    /// # Errors
    /// The store's.
    pub fn undo(&mut self) -> Done<bool> {
        let Some((key, bytes)) = self.store.list(UNDO)?.pop() else {
            return Ok(false);
        };
        let edits = decode_edits(&bytes)?;
        let undone = self.write(false, |mine| Ok(mine.undo(&edits)?))?;
        let mut deed = self.store.begin()?;
        deed.delete(UNDO, &key)?;
        deed.commit()?;
        Ok(undone > 0)
    }
}

fn make_page(mine: &mut Mine<'_>, today: Date, last_deed: Option<Date>) -> Done<Vec<u8>> {
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
    let page = today_page(today, &routines, &records, last_deed);
    serde_json::to_vec(&page).map_err(|_| AlongsideError::StoreDamaged)
}

/// A change of the notebook for me alone waits for my other devices until the next delivery.
pub(crate) fn queue_for_home(
    deed: &mut crate::store::Txn<'_>,
    name: &str,
    bytes: &[u8],
) -> Result<(), crate::store::StoreError> {
    let next = deed
        .list(HOME_OUT)?
        .last()
        .and_then(|(key, _)| Some(u64::from_be_bytes(key.as_slice().try_into().ok()?) + 1))
        .unwrap_or(1);
    let mut w = Writer::new();
    w.bytes(name.as_bytes());
    w.bytes(bytes);
    deed.put(HOME_OUT, &next.to_be_bytes(), &w.finish())
}

fn remember(
    deed: &mut crate::store::Txn<'_>,
    edits: &[Edit],
) -> Result<(), crate::store::StoreError> {
    if edits.is_empty() {
        return Ok(());
    }
    let before = deed.list(UNDO)?;
    let next = before
        .last()
        .and_then(|(key, _)| Some(u64::from_be_bytes(key.as_slice().try_into().ok()?) + 1))
        .unwrap_or(1);
    for (key, _) in before.iter().rev().skip(UNDO_KEPT - 1) {
        deed.delete(UNDO, key)?;
    }
    deed.put(UNDO, &next.to_be_bytes(), &encode_edits(edits))
}

fn encode_value(w: &mut Writer, value: &Value) {
    match value {
        Value::Int(int) => {
            w.u8(0);
            w.fixed(&int.to_be_bytes());
        }
        Value::Text(text) => {
            w.u8(1);
            w.bytes(text.as_bytes());
        }
    }
}

fn decode_value(r: &mut Reader<'_>) -> Result<Value, Refused> {
    match r.u8()? {
        0 => Ok(Value::Int(i64::from_be_bytes(r.array()?))),
        1 => Ok(Value::Text(decode_text(r)?)),
        _ => Err(Refused::Malformed),
    }
}

fn decode_text(r: &mut Reader<'_>) -> Result<String, Refused> {
    String::from_utf8(r.bytes(1 << 20)?.to_vec()).map_err(|_| Refused::Malformed)
}

fn encode_edits(edits: &[Edit]) -> Vec<u8> {
    let mut w = Writer::new();
    w.count(edits.len());
    for edit in edits {
        w.bytes(edit.doc.to_string().as_bytes());
        w.bytes(edit.key.as_bytes());
        w.u8(u8::from(edit.before.is_some()));
        if let Some(before) = &edit.before {
            encode_value(&mut w, before);
        }
        encode_value(&mut w, &edit.after);
    }
    w.finish()
}

fn decode_edits(bytes: &[u8]) -> Result<Vec<Edit>, Refused> {
    let mut r = Reader::new(bytes);
    let mut edits = Vec::new();
    for _ in 0..r.count(1 << 20)? {
        let doc = DocName::parse(&decode_text(&mut r)?).ok_or(Refused::Malformed)?;
        let key = decode_text(&mut r)?;
        let before = match r.u8()? {
            0 => None,
            _ => Some(decode_value(&mut r)?),
        };
        edits.push(Edit {
            doc,
            key,
            before,
            after: decode_value(&mut r)?,
        });
    }
    r.finish()?;
    Ok(edits)
}
