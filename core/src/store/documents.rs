//! Documents of a notebook: a snapshot and the changes after it, clustered by document.
//! Does not know what a document is. Invariant: the pending changes of a document are numbered 1, 2, 3 ... without a gap.

use super::txn::row_number;
use super::{Reads, StoreError, Txn};
use rusqlite::{Connection, OptionalExtension, params};

/// A stored document, as its notebook put it.
#[derive(Clone, PartialEq, Eq)]
pub struct DocumentRows {
    /// Which generation of the notebook it belongs to.
    pub generation: Vec<u8>,
    /// The actor id with which this device writes in it; the same for ever.
    pub actor: Vec<u8>,
    /// The whole document at its last snapshot, if there was one.
    pub snapshot: Option<Vec<u8>>,
    /// The changes since, in the order they came.
    pub changes: Vec<Vec<u8>>,
}

impl std::fmt::Debug for DocumentRows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DocumentRows")
            .field("snapshot", &self.snapshot.as_ref().map(Vec::len))
            .field("changes", &self.changes.len())
            .finish_non_exhaustive()
    }
}

impl Reads {
    /// The document `name` of `notebook`.
    ///
    /// # Errors
    /// As every read: [`StoreError::StoreDamaged`] or the disk's no.
    pub fn load_document(
        &self,
        notebook: &[u8; 32],
        name: &str,
    ) -> Result<Option<DocumentRows>, StoreError> {
        let head: Option<(i64, DocumentRows)> = self
            .conn
            .prepare_cached(
                "SELECT id, generation, actor, snapshot FROM documents WHERE notebook = ?1 AND name = ?2",
            )?
            .query_row(params![notebook, name], |row| {
                let rows = DocumentRows {
                    generation: row.get(1)?,
                    actor: row.get(2)?,
                    snapshot: row.get(3)?,
                    changes: Vec::new(),
                };
                Ok((row.get(0)?, rows))
            })
            .optional()?;
        let Some((id, mut rows)) = head else {
            return Ok(None);
        };
        let (first, last) = span(id)?;
        let mut query = self
            .conn
            .prepare_cached("SELECT bytes FROM changes WHERE at BETWEEN ?1 AND ?2 ORDER BY at")?;
        for bytes in query.query_map([first, last], |row| row.get(0))? {
            rows.changes.push(bytes?);
        }
        Ok(Some(rows))
    }

    /// The names of the documents of `notebook`, sorted.
    ///
    /// # Errors
    /// As every read.
    pub fn names(&self, notebook: &[u8; 32]) -> Result<Vec<String>, StoreError> {
        let mut query = self
            .conn
            .prepare_cached("SELECT name FROM documents WHERE notebook = ?1 ORDER BY name")?;
        let rows = query.query_map([notebook], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The notebooks that have a document here, sorted.
    ///
    /// # Errors
    /// As every read.
    pub fn notebooks(&self) -> Result<Vec<[u8; 32]>, StoreError> {
        let mut query = self
            .conn
            .prepare_cached("SELECT DISTINCT notebook FROM documents ORDER BY notebook")?;
        let rows = query.query_map([], |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// How many changes of a document wait for a snapshot; 0 when there is no such document.
    ///
    /// # Errors
    /// As every read.
    pub fn pending(&self, notebook: &[u8; 32], name: &str) -> Result<u64, StoreError> {
        match find(&self.conn, notebook, name)? {
            Some(head) => u64::try_from(last_number(&self.conn, head.id)?)
                .map_err(|_| StoreError::StoreDamaged),
            None => Ok(0),
        }
    }
}

impl Txn<'_> {
    /// Adds one change to a document, which begins with it if it was not there.
    ///
    /// # Errors
    /// [`StoreError::Mismatch`] when the document is there under another generation or actor; the disk's no.
    pub fn append_change(
        &mut self,
        notebook: &[u8; 32],
        name: &str,
        actor: &[u8],
        generation: &[u8],
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        self.append_changes(notebook, name, actor, generation, &[bytes])
    }

    /// Adds many changes to a document at once; much quicker than one after the other.
    ///
    /// # Errors
    /// As [`append_change`](Txn::append_change).
    pub fn append_changes<B: AsRef<[u8]>>(
        &mut self,
        notebook: &[u8; 32],
        name: &str,
        actor: &[u8],
        generation: &[u8],
        changes: &[B],
    ) -> Result<(), StoreError> {
        let conn = self.live()?;
        let id = match find(conn, notebook, name)? {
            Some(head) if head.generation != generation || head.actor != actor => {
                return Err(StoreError::Mismatch);
            }
            Some(head) => head.id,
            None => {
                conn.execute(
                    "INSERT INTO documents (notebook, name, generation, actor) VALUES (?1, ?2, ?3, ?4)",
                    params![notebook, name, generation, actor],
                )?;
                conn.last_insert_rowid()
            }
        };
        let (first, _) = span(id)?;
        let mut n = last_number(conn, id)?;
        let mut insert = conn.prepare_cached("INSERT INTO changes (at, bytes) VALUES (?1, ?2)")?;
        for bytes in changes {
            n += 1;
            insert.execute(params![first + n, bytes.as_ref()])?;
        }
        Ok(())
    }

    /// Puts the whole document in place of its last snapshot and all its changes; generation and actor too.
    ///
    /// # Errors
    /// The disk's no.
    pub fn put_snapshot(
        &mut self,
        notebook: &[u8; 32],
        name: &str,
        actor: &[u8],
        generation: &[u8],
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let conn = self.live()?;
        let id: i64 = conn
            .prepare_cached(
                "INSERT INTO documents (notebook, name, generation, actor, snapshot) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (notebook, name) DO UPDATE SET generation = excluded.generation, actor = excluded.actor,
                 snapshot = excluded.snapshot RETURNING id",
            )?
            .query_row(params![notebook, name, generation, actor, bytes], |row| {
                row.get(0)
            })?;
        drop_changes(conn, id)
    }

    /// Drops one document of a notebook; says whether it was there. Erasure is owed.
    ///
    /// # Errors
    /// The disk's no.
    pub fn drop_document(&mut self, notebook: &[u8; 32], name: &str) -> Result<bool, StoreError> {
        let conn = self.live()?;
        let Some(head) = find(conn, notebook, name)? else {
            return Ok(false);
        };
        drop_changes(conn, head.id)?;
        conn.execute("DELETE FROM documents WHERE id = ?1", [head.id])?;
        self.owe_erasure()?;
        Ok(true)
    }

    /// Drops all documents of a notebook; says how many. Erasure is owed: see [`Store::erase_now`](super::Store::erase_now).
    ///
    /// # Errors
    /// The disk's no.
    pub fn drop_documents(&mut self, notebook: &[u8; 32]) -> Result<usize, StoreError> {
        let names = self.names(notebook)?;
        for name in &names {
            self.drop_document(notebook, name)?;
        }
        Ok(names.len())
    }
}

struct Head {
    id: i64,
    generation: Vec<u8>,
    actor: Vec<u8>,
}

fn find(conn: &Connection, notebook: &[u8; 32], name: &str) -> Result<Option<Head>, StoreError> {
    Ok(conn
        .prepare_cached(
            "SELECT id, generation, actor FROM documents WHERE notebook = ?1 AND name = ?2",
        )?
        .query_row(params![notebook, name], |row| {
            Ok(Head {
                id: row.get(0)?,
                generation: row.get(1)?,
                actor: row.get(2)?,
            })
        })
        .optional()?)
}

/// The numbers of a document's changes lie between these; the first itself is never used.
fn span(id: i64) -> Result<(i64, i64), StoreError> {
    let first = row_number(i128::from(id) << 32)?;
    Ok((first, row_number((i128::from(id) << 32) | 0xffff_ffff)?))
}

/// The number of a document's last change since its snapshot; 0 when there is none.
fn last_number(conn: &Connection, id: i64) -> Result<i64, StoreError> {
    let (first, last) = span(id)?;
    let at: Option<i64> = conn
        .prepare_cached("SELECT max(at) FROM changes WHERE at BETWEEN ?1 AND ?2")?
        .query_row([first, last], |row| row.get(0))?;
    Ok(at.map_or(0, |at| at - first))
}

fn drop_changes(conn: &Connection, id: i64) -> Result<(), StoreError> {
    let (first, last) = span(id)?;
    conn.prepare_cached("DELETE FROM changes WHERE at BETWEEN ?1 AND ?2")?
        .execute([first, last])?;
    Ok(())
}
