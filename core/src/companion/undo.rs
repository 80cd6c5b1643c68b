//! Taking a deed back: what was written goes back to what it was, unless it was written anew since.
//! Invariant: an undo is written like any deed, and what an ended tie did can't be undone.

use super::{Companion, Done};
use crate::notebook::{DocName, Edit, Value};
use crate::store::{Reads, Record, StoreError, Txn};
use crate::trust::Refused;
use crate::trust::bytes::{Reader, Writer};

/// Namespace of what undo needs: a ring of [`UNDO_KEPT`] places, each with its deed's number first, so that a tick
/// writes over one place and clears none.
const UNDO: &str = "undo";
/// So many deeds can be undone.
const UNDO_KEPT: u64 = 50;

impl Companion {
    /// The number of the last deed that can be taken back; none where there is none.
    ///
    /// # Errors
    /// The store's.
    pub fn last_deed(&self) -> Done<Option<u64>> {
        Ok(newest_undo(&self.store)?.map(|(number, _)| number))
    }

    /// Takes this deed back, while it is the last one. False where another one came after it, or it was taken back.
    ///
    /// # Errors
    /// The store's.
    pub fn undo_deed(&mut self, number: u64) -> Done<bool> {
        if self.last_deed()? != Some(number) {
            return Ok(false);
        }
        self.undo()
    }

    /// Takes the last deed back. False where there is none.
    ///
    /// # Errors
    /// The store's.
    pub fn undo(&mut self) -> Done<bool> {
        let Some((_, (key, value))) = newest_undo(&self.store)? else {
            return Ok(false);
        };
        let mut r = Reader::new(&value);
        r.u64()?;
        let edits = decode_edits(&mut r)?;
        r.finish()?;
        let undone = self.write(false, |mine| Ok(mine.undo(&edits)?))?;
        let mut deed = self.store.begin()?;
        deed.delete(UNDO, &key)?;
        deed.commit()?;
        Ok(undone > 0)
    }
}

/// Nothing done before can be undone any more: what follows can't be, and an older deed in its place would surprise.
pub(crate) fn forget_undo(deed: &mut Txn<'_>) -> Done<()> {
    for (key, _) in deed.list(UNDO)? {
        deed.delete(UNDO, &key)?;
    }
    Ok(())
}

/// The newest deed that can be undone: its number and its record.
fn newest_undo(reads: &Reads) -> Result<Option<(u64, Record)>, StoreError> {
    let all = reads.list(UNDO)?.into_iter();
    let numbered =
        all.filter_map(|record| Some((u64::from_be_bytes(*record.1.first_chunk()?), record)));
    Ok(numbered.max_by_key(|(number, _)| *number))
}

pub(super) fn remember(deed: &mut Txn<'_>, edits: &[Edit]) -> Result<(), StoreError> {
    if edits.is_empty() {
        return Ok(());
    }
    let next = newest_undo(deed)?.map_or(1, |(number, _)| number + 1);
    let mut w = Writer::new();
    w.u64(next);
    encode_edits(&mut w, edits);
    deed.put(UNDO, &(next % UNDO_KEPT).to_be_bytes(), &w.finish())
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

fn encode_edits(w: &mut Writer, edits: &[Edit]) {
    w.count(edits.len());
    for edit in edits {
        w.bytes(edit.doc.to_string().as_bytes());
        w.bytes(edit.key.as_bytes());
        w.u8(u8::from(edit.before.is_some()));
        if let Some(before) = &edit.before {
            encode_value(w, before);
        }
        encode_value(w, &edit.after);
    }
}

fn decode_edits(r: &mut Reader<'_>) -> Result<Vec<Edit>, Refused> {
    let mut edits = Vec::new();
    for _ in 0..r.count(1 << 20)? {
        let doc = DocName::parse(&decode_text(r)?).ok_or(Refused::Malformed)?;
        let key = decode_text(r)?;
        let before = match r.u8()? {
            0 => None,
            _ => Some(decode_value(r)?),
        };
        edits.push(Edit {
            doc,
            key,
            before,
            after: decode_value(r)?,
        });
    }
    Ok(edits)
}

#[cfg(test)]
mod tests {
    use super::super::kit::{day, phone};
    use crate::life::Rhythm;

    #[test]
    fn fifty_deeds_can_be_taken_back_newest_first() {
        let mut robin = phone("Robin", 41);
        let walk = robin.add_routine("Walk", Rhythm::Daily).unwrap();
        for number in 1..=60 {
            robin.set_amount(walk, day(4), Some(number)).unwrap();
        }
        for number in (10..60).rev() {
            assert!(robin.undo().unwrap());
            let amount = robin.record(walk, day(4)).unwrap().amount;
            assert_eq!(amount, Some(number));
        }
        assert!(!robin.undo().unwrap());
        robin.mark_done(walk, day(4)).unwrap();
        assert!(robin.undo().unwrap());
        assert_eq!(robin.record(walk, day(4)).unwrap().mark, None);
    }

    #[test]
    fn a_deed_is_taken_back_by_its_number_while_it_is_the_last() {
        let mut robin = phone("Robin", 43);
        assert_eq!(robin.last_deed().unwrap(), None);
        robin.add_routine("Walk", Rhythm::Daily).unwrap();
        let first = robin.last_deed().unwrap().unwrap();
        robin.add_routine("Swim", Rhythm::Daily).unwrap();
        assert!(!robin.undo_deed(first).unwrap());
        assert_eq!(robin.routines().unwrap().len(), 2);
        let second = robin.last_deed().unwrap().unwrap();
        assert!(robin.undo_deed(second).unwrap());
        assert!(!robin.undo_deed(second).unwrap());
        assert!(robin.undo_deed(first).unwrap());
        assert!(robin.routines().unwrap().is_empty());
    }
}
