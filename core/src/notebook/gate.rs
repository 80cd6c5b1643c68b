//! The gate for foreign bytes: what automerge is never shown unchecked.
//! Automerge trusts the run lengths, actor numbers and sequence numbers of a change (a few bytes
//! can name 2^40 operations, a wrong number is a panic), so each change is read here first,
//! within limits, and only the kind we write ourselves passes: puts and deletes of small ints and
//! strings at the root. Knows the columns of a change chunk, nothing of days or people.
//! Invariant: a change that passes is canonical: written again it has the same hash. Most show it here, column by
//! column; of one that does not, automerge itself is asked, which takes as long as all the rest.
//! Long because one change is followed from its bytes to its operations in one place.

use automerge::{Change, ChangeHash};

use super::Refused;

/// The most operations one change may hold.
pub(super) const MAX_OPERATIONS: usize = 32_768;
/// The longest key, in bytes.
pub(super) const MAX_KEY: usize = 96;
/// The longest text value, in bytes.
pub(super) const MAX_TEXT: usize = 64 * 1024;
/// Numbers lie below this, above or below 0: what their 63 bits hold.
pub(super) const MAX_NUMBER: u64 = 1 << 62;
/// The most bytes of changes taken in at once.
pub(super) const MAX_BYTES: usize = 8 * 1024 * 1024;

const MAX_ACTORS: usize = 256;
const MAX_DEPENDENCIES: usize = 1_024;
/// The most operations of a change that is seen to be canonical here: automerge writes long ones in another way.
const AT_ONCE: usize = 1_000;
const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const PLAIN_CHANGE: u8 = 1;

// Column numbers of a change chunk: id << 4 | type.
const KEY_TEXT: u64 = 21;
const INSERT: u64 = 52;
const ACTION: u64 = 66;
const VALUE_META: u64 = 86;
const VALUE_BYTES: u64 = 87;
const EARLIER_COUNT: u64 = 112;
const EARLIER_ACTOR: u64 = 113;
const EARLIER_NUMBER: u64 = 115;

const PUT: u64 = 1;
const DELETE: u64 = 3;
const VALUE_NULL: u64 = 0;
const VALUE_INT: u64 = 4;
const VALUE_TEXT: u64 = 6;

/// One operation of a checked change.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub key: String,
    pub delete: bool,
    /// The operations this one replaces: number and index into [`Checked::actors`].
    pub earlier: Vec<(u64, usize)>,
}

/// A change whose form is right; whether it fits the document is still to be seen.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    pub change: Change,
    pub rows: Vec<Row>,
    /// The writer first, then the others that it names.
    pub actors: Vec<[u8; 16]>,
}

impl Checked {
    /// The number of the first operation.
    pub fn first(&self) -> u64 {
        self.change.start_op().get()
    }

    /// The number of the last operation.
    pub fn last(&self) -> u64 {
        self.first()
            .saturating_add(self.rows.len() as u64)
            .saturating_sub(1)
    }
}

/// Reads concatenated plain change chunks.
///
/// # Errors
/// [`Refused::TooLarge`] above a limit, else [`Refused::Malformed`]: one wrong chunk refuses all.
pub(super) fn read_changes(bytes: &[u8]) -> Result<Vec<Checked>, Refused> {
    if bytes.len() > MAX_BYTES {
        return Err(Refused::TooLarge);
    }
    let mut from = Scan(bytes);
    let mut all = Vec::new();
    while !from.0.is_empty() {
        let whole = from.0;
        if from.take(4)? != MAGIC {
            return Err(Refused::Malformed);
        }
        let sum = from.take(4)?;
        if from.take(1)? != [PLAIN_CHANGE] {
            // Deflated chunks and whole documents could unpack to anything: never on the wire.
            return Err(Refused::Malformed);
        }
        let length = from.size()?;
        let body = from.take(length)?;
        let chunk = whole
            .get(..whole.len() - from.0.len())
            .ok_or(Refused::Malformed)?;
        all.push(read_change(chunk, sum, body)?);
    }
    Ok(all)
}

fn read_change(chunk: &[u8], sum: &[u8], body: &[u8]) -> Result<Checked, Refused> {
    let Body {
        rows,
        actors,
        canonical,
    } = read_body(body)?;
    let change = Change::from_bytes(chunk.to_vec()).map_err(|_| Refused::Malformed)?;
    let ChangeHash(hash) = change.hash();
    if hash.get(..4) != Some(sum) || change.len() != rows.len() {
        return Err(Refused::Malformed);
    }
    // Automerge keeps operations, not bytes, and writes the change anew when a document is saved:
    // a second form of the same change would make a document that does not open again.
    if !canonical && Change::from(change.decode()).hash() != change.hash() {
        return Err(Refused::Malformed);
    }
    Ok(Checked {
        change,
        rows,
        actors,
    })
}

/// What a change says.
pub(super) struct Body {
    rows: Vec<Row>,
    actors: Vec<[u8; 16]>,
    /// It is written in the one way in which automerge writes it; if this is false, it may be all the same.
    pub canonical: bool,
}

/// Reads the body of a change chunk.
///
/// # Errors
/// As [`read_changes`].
pub(super) fn read_body(body: &[u8]) -> Result<Body, Refused> {
    let mut from = Scan(body);
    // The same once more, as automerge writes it.
    let mut again = Vec::with_capacity(body.len());
    let mut before: &[u8] = &[];
    let dependencies = from.count(MAX_DEPENDENCIES)?;
    write_unsigned(&mut again, dependencies as u64);
    for _ in 0..dependencies {
        let dependency = from.take(32)?;
        if before >= dependency {
            return Err(Refused::Malformed);
        }
        before = dependency;
        again.extend_from_slice(dependency);
    }
    let mut actors = vec![from.actor()?];
    let sequence = from.unsigned()?;
    let first = from.unsigned()?;
    let limit = u64::from(u32::MAX / 2);
    if sequence == 0 || first == 0 || sequence > limit || first > limit {
        return Err(Refused::Malformed);
    }
    // No time and no message: a change tells nothing but what it writes.
    if from.signed()? != 0 || from.unsigned()? != 0 {
        return Err(Refused::Malformed);
    }
    for _ in 0..from.count(MAX_ACTORS)? {
        actors.push(from.actor()?);
    }
    let mut columns = Vec::new();
    for _ in 0..from.count(8)? {
        columns.push((from.unsigned()?, from.size()?));
    }
    write_head(&mut again, &actors, [sequence, first], &columns);
    let in_order = columns.windows(2).all(|two| match two {
        [(one, _), (next, _)] => one < next,
        _ => true,
    });
    let canonical = in_order
        && columns.iter().all(|(_, length)| *length > 0)
        && body.starts_with(&again)
        && from.0.len() == body.len() - again.len();
    let mut parts = Columns::default();
    for (number, length) in columns {
        let bytes = from.take(length)?;
        let part = match number {
            KEY_TEXT => &mut parts.key,
            INSERT => &mut parts.insert,
            ACTION => &mut parts.action,
            VALUE_META => &mut parts.value_meta,
            VALUE_BYTES => &mut parts.value,
            EARLIER_COUNT => &mut parts.earlier_count,
            EARLIER_ACTOR => &mut parts.earlier_actor,
            EARLIER_NUMBER => &mut parts.earlier_number,
            _ => return Err(Refused::Malformed),
        };
        *part = bytes;
    }
    // What follows the columns would be an author's name: we write none.
    if !from.0.is_empty() {
        return Err(Refused::Malformed);
    }
    let (rows, plain) = parts.rows(first, &actors)?;
    Ok(Body {
        rows,
        actors,
        canonical: canonical && plain,
    })
}

/// Writes what stands between the dependencies and the columns.
fn write_head(
    into: &mut Vec<u8>,
    actors: &[[u8; 16]],
    numbers: [u64; 2],
    columns: &[(u64, usize)],
) {
    let write_actor = |into: &mut Vec<u8>, actor: &[u8; 16]| {
        into.push(16);
        into.extend_from_slice(actor);
    };
    let (writer, others) = actors.split_at(actors.len().min(1));
    writer.iter().for_each(|actor| write_actor(into, actor));
    for number in numbers {
        write_unsigned(into, number);
    }
    // No time, no message.
    into.extend_from_slice(&[0, 0]);
    write_unsigned(into, others.len() as u64);
    others.iter().for_each(|actor| write_actor(into, actor));
    write_unsigned(into, columns.len() as u64);
    for (number, length) in columns {
        write_unsigned(into, *number);
        write_unsigned(into, *length as u64);
    }
}

#[derive(Default)]
struct Columns<'a> {
    key: &'a [u8],
    insert: &'a [u8],
    action: &'a [u8],
    value_meta: &'a [u8],
    value: &'a [u8],
    earlier_count: &'a [u8],
    earlier_actor: &'a [u8],
    earlier_number: &'a [u8],
}

impl Columns<'_> {
    /// The operations, and whether the columns are written in automerge's one way.
    fn rows(&self, first: u64, actors: &[[u8; 16]]) -> Result<(Vec<Row>, bool), Refused> {
        let actions = runs(self.action, MAX_OPERATIONS, Scan::unsigned)?;
        let keys = runs(self.key, actions.len(), Scan::key)?;
        let metas = runs(self.value_meta, actions.len(), Scan::unsigned)?;
        let counts = runs(self.earlier_count, actions.len(), Scan::unsigned)?;
        if actions.is_empty()
            || keys.len() != actions.len()
            || metas.len() != actions.len()
            || counts.len() != actions.len()
        {
            return Err(Refused::Malformed);
        }
        self.check_inserts(actions.len())?;
        let all: u64 = counts.iter().fold(0, |sum, n| sum.saturating_add(*n));
        let all = usize::try_from(all).map_err(|_| Refused::TooLarge)?;
        if all > MAX_OPERATIONS {
            return Err(Refused::TooLarge);
        }
        let earlier_actors = runs(self.earlier_actor, all, Scan::unsigned)?;
        let steps = runs(self.earlier_number, all, Scan::signed)?;
        let mut canonical = actions.len() <= AT_ONCE
            && all <= AT_ONCE
            && names_each_in_order(actors, &earlier_actors)
            && self.insert == unsigned(actions.len() as u64)
            && self.key == in_runs(&keys, write_text)
            && self.action == in_runs(&actions, write_number)
            && self.value_meta == in_runs(&metas, write_number)
            && self.earlier_count == in_runs(&counts, write_number)
            && self.earlier_actor == in_runs(&earlier_actors, write_number)
            && self.earlier_number == in_runs(&steps, write_signed);
        let mut earlier_actors = earlier_actors.into_iter();
        let mut steps = steps.into_iter();
        let mut values = Scan(self.value);
        let mut number = 0_i64;
        let mut rows = Vec::with_capacity(actions.len());
        for (at, (((action, key), meta), count)) in actions
            .into_iter()
            .zip(keys)
            .zip(metas)
            .zip(counts)
            .enumerate()
        {
            let delete = match action {
                PUT => false,
                DELETE => true,
                _ => return Err(Refused::Malformed),
            };
            canonical &= values.value(meta, delete)?;
            let mut earlier: Vec<(u64, usize)> = Vec::new();
            let mut before: Option<(u64, [u8; 16])> = None;
            for _ in 0..count {
                let actor = earlier_actors.next().ok_or(Refused::Malformed)?;
                let actor = usize::try_from(actor).map_err(|_| Refused::Malformed)?;
                let id = *actors.get(actor).ok_or(Refused::Malformed)?;
                let step = steps.next().ok_or(Refused::Malformed)?;
                number = number.checked_add(step).ok_or(Refused::Malformed)?;
                let replaced = u64::try_from(number).map_err(|_| Refused::Malformed)?;
                let own = first.saturating_add(at as u64);
                if replaced == 0 || replaced >= own || before >= Some((replaced, id)) {
                    return Err(Refused::Malformed);
                }
                before = Some((replaced, id));
                earlier.push((replaced, actor));
            }
            // A delete of nothing leaves no trace in a document, whose hash would then differ.
            if delete && earlier.is_empty() {
                return Err(Refused::Malformed);
            }
            rows.push(Row {
                key,
                delete,
                earlier,
            });
        }
        let nothing_left = earlier_actors.next().is_none() && steps.next().is_none();
        if nothing_left && values.0.is_empty() {
            Ok((rows, canonical))
        } else {
            Err(Refused::Malformed)
        }
    }

    /// The insert column says "no" for every operation: one run, as long as the change.
    fn check_inserts(&self, length: usize) -> Result<(), Refused> {
        let mut from = Scan(self.insert);
        if self.insert.is_empty() || (from.size()? == length && from.0.is_empty()) {
            Ok(())
        } else {
            Err(Refused::Malformed)
        }
    }
}

/// Reads a run-length column of at most `limit` values, none of them null.
fn runs<'a, T: Clone>(
    bytes: &'a [u8],
    limit: usize,
    read: impl Fn(&mut Scan<'a>) -> Result<T, Refused>,
) -> Result<Vec<T>, Refused> {
    let mut from = Scan(bytes);
    let mut all = Vec::new();
    while !from.0.is_empty() {
        let run = from.signed()?;
        let length = usize::try_from(run.unsigned_abs()).map_err(|_| Refused::TooLarge)?;
        if length > limit.saturating_sub(all.len()) {
            return Err(Refused::TooLarge);
        }
        if run > 0 {
            let value = read(&mut from)?;
            all.resize(all.len() + length, value);
        } else if run < 0 {
            for _ in 0..length {
                all.push(read(&mut from)?);
            }
        } else {
            return Err(Refused::Malformed);
        }
    }
    Ok(all)
}

/// Whether the other actors are sorted, and each is named.
fn names_each_in_order(actors: &[[u8; 16]], named: &[u64]) -> bool {
    let others = actors.get(1..).unwrap_or_default();
    others.is_sorted_by(|one, next| one < next)
        && (1..actors.len() as u64).all(|other| named.contains(&other))
}

/// Values in runs as automerge writes them: what repeats once with its count, and between repeats what does not.
fn in_runs<T: PartialEq>(values: &[T], write: impl Fn(&mut Vec<u8>, &T)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut alone: Vec<&T> = Vec::new();
    let flush = |bytes: &mut Vec<u8>, alone: &mut Vec<&T>| {
        if !alone.is_empty() {
            write_signed(bytes, &-(i64::try_from(alone.len()).unwrap_or(i64::MAX)));
            alone.drain(..).for_each(|value| write(bytes, value));
        }
    };
    for same in values.chunk_by(PartialEq::eq) {
        match same {
            [value] => alone.push(value),
            [value, ..] => {
                flush(&mut bytes, &mut alone);
                write_signed(&mut bytes, &i64::try_from(same.len()).unwrap_or(i64::MAX));
                write(&mut bytes, value);
            }
            [] => {}
        }
    }
    flush(&mut bytes, &mut alone);
    bytes
}

fn write_text(into: &mut Vec<u8>, text: &String) {
    write_unsigned(into, text.len() as u64);
    into.extend_from_slice(text.as_bytes());
}

fn write_number(into: &mut Vec<u8>, number: &u64) {
    write_unsigned(into, *number);
}

/// The shortest unsigned LEB128.
fn write_unsigned(into: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        into.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    into.push((value & 0x7f) as u8);
}

/// The shortest signed LEB128.
fn write_signed(into: &mut Vec<u8>, value: &i64) {
    let mut value = *value;
    while !(-0x40..0x40).contains(&value) {
        into.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    into.push((value & 0x7f) as u8);
}

fn unsigned(value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_unsigned(&mut bytes, value);
    bytes
}

/// What is still to be read.
struct Scan<'a>(&'a [u8]);

impl<'a> Scan<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Refused> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Refused::Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Refused> {
        self.take(1)?.first().copied().ok_or(Refused::Malformed)
    }

    fn actor(&mut self) -> Result<[u8; 16], Refused> {
        if self.size()? != 16 {
            return Err(Refused::Malformed);
        }
        self.take(16)?.try_into().map_err(|_| Refused::Malformed)
    }

    fn key(&mut self) -> Result<String, Refused> {
        let length = self.size()?;
        if length == 0 || length > MAX_KEY {
            return Err(Refused::Malformed);
        }
        let bytes = self.take(length)?.to_vec();
        String::from_utf8(bytes).map_err(|_| Refused::Malformed)
    }

    /// Reads a value; false where its number could be written shorter.
    fn value(&mut self, meta: u64, delete: bool) -> Result<bool, Refused> {
        let length = usize::try_from(meta >> 4).map_err(|_| Refused::TooLarge)?;
        match meta & 0x0f {
            VALUE_NULL if delete && length == 0 => Ok(true),
            VALUE_INT if !delete && length <= 10 => {
                let bytes = self.take(length)?;
                let mut int = Scan(bytes);
                let value = int.signed()?;
                let mut shortest = Vec::with_capacity(length);
                write_signed(&mut shortest, &value);
                let is_shortest = shortest == bytes;
                int.0
                    .is_empty()
                    .then_some(is_shortest)
                    .ok_or(Refused::Malformed)
            }
            VALUE_TEXT if !delete => {
                if length > MAX_TEXT {
                    return Err(Refused::TooLarge);
                }
                std::str::from_utf8(self.take(length)?)
                    .map(|_| true)
                    .map_err(|_| Refused::Malformed)
            }
            _ => Err(Refused::Malformed),
        }
    }

    fn size(&mut self) -> Result<usize, Refused> {
        usize::try_from(self.unsigned()?).map_err(|_| Refused::TooLarge)
    }

    fn count(&mut self, limit: usize) -> Result<usize, Refused> {
        let count = self.size()?;
        if count > limit {
            return Err(Refused::TooLarge);
        }
        Ok(count)
    }

    /// Unsigned LEB128 of at most 63 bits.
    fn unsigned(&mut self) -> Result<u64, Refused> {
        let mut value = 0_u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Refused::Malformed)
    }

    /// Signed LEB128 of at most 63 bits.
    fn signed(&mut self) -> Result<i64, Refused> {
        let mut value = 0_i64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            value |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                if byte & 0x40 != 0 {
                    value |= -1_i64 << (shift + 7);
                }
                return Ok(value);
            }
        }
        Err(Refused::Malformed)
    }
}
