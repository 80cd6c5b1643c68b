//! The wake gateway's file: SQLite, for its own user alone, held by one process.
//! Knows hashes and subscriptions; knows no clock and no network.
//! Invariant: what a call returned for is on the disk; what is deleted is written over.
//! Long because the whole life of a registration is told, and tried, in one place.

use std::path::Path;
use std::sync::{Arc, Mutex};

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::wire::{Registration, Target};
use crate::chance::Chance;
use crate::files;
use crate::store::StoreError;
use crate::store::sqlite::class;

const SCHEMA: &str = include_str!("keep.sql");
const SCHEMA_VERSION: i64 = 1;
/// "AlWg": so that another program's database is never taken for ours.
const APPLICATION_ID: i64 = 0x416c_5767;
/// How long a registration lasts that is not renewed, in days: nine weeks of inboxes and one.
pub const LIFE_DAYS: u32 = 70;

/// A phone's number in the file: random.
pub type PhoneNo = i64;

/// The file.
#[derive(Clone)]
pub struct Keep {
    db: Arc<Mutex<Connection>>,
}

/// What came of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registered {
    /// It is kept.
    Kept,
    /// There are as many phones as are allowed.
    NoRoom,
}

impl Keep {
    /// Opens the file, and makes it with a key for push services when it is not there.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::Damaged`], [`StoreError::Newer`]: the file is left as it is; [`StoreError::NoFolder`].
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        files::make_folder(path).map_err(|_| StoreError::NoFolder)?;
        files::private(path, false).map_err(|_| StoreError::NoFolder)?;
        let db = Connection::open(path).map_err(class)?;
        // Gives back the new values as rows, so these are queried. A rollback journal keeps old pages for as long as a transaction lasts.
        for pragma in [
            "locking_mode = EXCLUSIVE",
            "journal_mode = TRUNCATE",
            "secure_delete = ON",
        ] {
            db.query_row(&format!("PRAGMA {pragma}"), [], |_| Ok(()))
                .map_err(class)?;
        }
        db.execute_batch("PRAGMA synchronous = FULL")
            .map_err(class)?;
        let number = |sql| db.query_row(sql, [], |row| row.get::<_, i64>(0));
        let tables = number("SELECT count(*) FROM sqlite_schema").map_err(class)?;
        if tables == 0 {
            let vapid = super::ciphers::new_key()?;
            db.execute_batch(&format!(
                "BEGIN EXCLUSIVE; PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION}; {SCHEMA}"
            ))
            .map_err(class)?;
            db.execute("INSERT INTO gateway (one, vapid) VALUES (1, ?1)", [vapid])
                .map_err(class)?;
            db.execute_batch("COMMIT").map_err(class)?;
        }
        if number("PRAGMA application_id").map_err(class)? != APPLICATION_ID {
            return Err(StoreError::Damaged);
        }
        if number("PRAGMA user_version").map_err(class)? > SCHEMA_VERSION {
            return Err(StoreError::Newer);
        }
        // Takes the lock for good: one process for each file.
        db.execute_batch("BEGIN EXCLUSIVE; COMMIT").map_err(class)?;
        Ok(Self {
            db: Arc::new(Mutex::new(db)),
        })
    }

    /// Does something beside the threads that answer.
    async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let db = Arc::clone(&self.db);
        let done = tokio::task::spawn_blocking(move || {
            let mut db = db.lock().map_err(|_| StoreError::Stopped)?;
            work(&mut db).map_err(class)
        });
        done.await.unwrap_or(Err(StoreError::Stopped))
    }

    /// The key that signs for push services, PKCS #8.
    ///
    /// # Errors
    /// [`StoreError`] when the disk does not answer; so for all below.
    pub async fn vapid(&self) -> Result<Vec<u8>, StoreError> {
        self.with(|db| db.query_row("SELECT vapid FROM gateway", [], |row| row.get(0)))
            .await
    }

    /// Keeps a registration in place of the one that this manage token had. An address that another phone has stays that phone's: else a
    /// thief of a post box's addresses would be told from then on when something comes.
    ///
    /// # Errors
    /// As above.
    pub async fn register(
        &self,
        manage: [u8; 32],
        registration: Registration,
        day: u32,
        most: u64,
    ) -> Result<Registered, StoreError> {
        let new = i64::from_be_bytes(Chance::System.make()?);
        self.with(move |db| {
            let deed = begin(db)?;
            let known: Option<i64> = deed
                .query_row("SELECT no FROM phone WHERE manage = ?1", [&manage], |row| row.get(0))
                .optional()?;
            let no = match known {
                Some(known) => known,
                None if whole(most) <= count(&deed)? => return Ok(Registered::NoRoom),
                None => new,
            };
            deed.execute(
                "INSERT INTO phone (no, manage, target, last_day) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (manage) DO UPDATE SET target = excluded.target, last_day = excluded.last_day",
                params![no, manage, registration.target.write(), day.saturating_add(LIFE_DAYS)],
            )?;
            deed.execute("DELETE FROM address WHERE phone = ?1", [no])?;
            for hash in &registration.addresses {
                deed.execute("INSERT OR IGNORE INTO address (hash, phone) VALUES (?1, ?2)", params![hash, no])?;
            }
            deed.commit()?;
            Ok(Registered::Kept)
        })
        .await
    }

    /// Takes a phone away by its manage token; nothing where there is none.
    ///
    /// # Errors
    /// As above.
    pub async fn unregister(&self, manage: [u8; 32]) -> Result<(), StoreError> {
        self.with(move |db| {
            let deed = begin(db)?;
            deed.execute(
                "DELETE FROM address WHERE phone = (SELECT no FROM phone WHERE manage = ?1)",
                [&manage],
            )?;
            deed.execute("DELETE FROM phone WHERE manage = ?1", [&manage])?;
            deed.commit()
        })
        .await
    }

    /// Takes a phone away that its push service does not know any more under this target. Gives whether it is gone: it may have registered
    /// under another one meanwhile, and stays then.
    ///
    /// # Errors
    /// As above.
    pub async fn forget(&self, phone: PhoneNo, target: &Target) -> Result<bool, StoreError> {
        let target = target.write();
        self.with(move |db| {
            let deed = begin(db)?;
            deed.execute(
                "DELETE FROM phone WHERE no = ?1 AND target = ?2",
                params![phone, target],
            )?;
            deed.execute(
                "DELETE FROM address WHERE phone = ?1 AND phone NOT IN (SELECT no FROM phone)",
                [phone],
            )?;
            let left: i64 =
                deed.query_row("SELECT count(*) FROM phone WHERE no = ?1", [phone], |row| {
                    row.get(0)
                })?;
            deed.commit()?;
            Ok(left == 0)
        })
        .await
    }

    /// Notes that something waits for the phones of these addresses since this quarter of an hour, and gives them. What waits longer stays so.
    ///
    /// # Errors
    /// As above.
    pub async fn wake(
        &self,
        hashes: Vec<[u8; 32]>,
        quarter: u64,
    ) -> Result<Vec<PhoneNo>, StoreError> {
        self.with(move |db| {
            let deed = begin(db)?;
            let mut phones: Vec<PhoneNo> = Vec::new();
            for hash in &hashes {
                let found: rusqlite::Result<PhoneNo> =
                    deed.query_row("SELECT phone FROM address WHERE hash = ?1", [hash], |row| {
                        row.get(0)
                    });
                phones.extend(found.optional()?);
            }
            phones.sort_unstable();
            phones.dedup();
            for phone in &phones {
                deed.execute(
                    "UPDATE phone SET waits_since = coalesce(waits_since, ?2), again = 1 WHERE no = ?1 AND (waits_since IS NULL OR again = 0)",
                    params![phone, whole(quarter)],
                )?;
            }
            deed.commit()?;
            Ok(phones)
        })
        .await
    }

    /// All for whom something waits, and since which quarter of an hour.
    ///
    /// # Errors
    /// As above.
    pub async fn waiting(&self) -> Result<Vec<(PhoneNo, u64)>, StoreError> {
        self.with(|db| {
            let mut sought =
                db.prepare("SELECT no, waits_since FROM phone WHERE waits_since IS NOT NULL")?;
            let rows = sought.query_map([], |row| {
                Ok((
                    row.get(0)?,
                    u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0),
                ))
            })?;
            rows.collect()
        })
        .await
    }

    /// A push is through: nothing waits for this phone any more, but for what came since it began; that waits since this quarter of an hour.
    /// Gives whether there is such.
    ///
    /// # Errors
    /// As above.
    pub async fn woken(&self, phone: PhoneNo, quarter: u64) -> Result<bool, StoreError> {
        self.with(move |db| {
            let deed = begin(db)?;
            let again: Option<bool> = deed
                .query_row("SELECT again FROM phone WHERE no = ?1", [phone], |row| {
                    row.get(0)
                })
                .optional()?;
            let again = again.unwrap_or(false);
            deed.execute(
                "UPDATE phone SET waits_since = ?2, again = 0 WHERE no = ?1",
                params![phone, again.then(|| whole(quarter))],
            )?;
            deed.commit()?;
            Ok(again)
        })
        .await
    }

    /// Begins a push: gives where this phone can be woken, `None` when it is gone. What comes from now on is not this push's.
    ///
    /// # Errors
    /// As above.
    pub async fn begin(&self, phone: PhoneNo) -> Result<Option<Target>, StoreError> {
        let kept: Option<Vec<u8>> = self
            .with(move |db| {
                let deed = begin(db)?;
                deed.execute("UPDATE phone SET again = 0 WHERE no = ?1", [phone])?;
                let kept = deed
                    .query_row("SELECT target FROM phone WHERE no = ?1", [phone], |row| {
                        row.get(0)
                    })
                    .optional()?;
                deed.commit()?;
                Ok(kept)
            })
            .await?;
        let target = kept.map(|kept| Target::read(&kept)).transpose();
        target.map_err(|_| StoreError::Damaged)
    }

    /// How many phones are registered.
    ///
    /// # Errors
    /// As above.
    pub async fn phones(&self) -> Result<u64, StoreError> {
        let count = self.with(|db| count(db)).await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Takes away what was not renewed, and gives how many phones are left.
    ///
    /// # Errors
    /// As above.
    pub async fn turn_day(&self, day: u32) -> Result<u64, StoreError> {
        self.with(move |db| {
            let deed = begin(db)?;
            deed.execute(
                "DELETE FROM address WHERE phone IN (SELECT no FROM phone WHERE last_day < ?1)",
                [day],
            )?;
            deed.execute("DELETE FROM phone WHERE last_day < ?1", [day])?;
            let left = count(&deed)?;
            deed.commit()?;
            Ok(u64::try_from(left).unwrap_or_default())
        })
        .await
    }
}

fn begin(db: &mut Connection) -> rusqlite::Result<Transaction<'_>> {
    db.transaction_with_behavior(TransactionBehavior::Immediate)
}

fn count(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("SELECT count(*) FROM phone", [], |row| row.get(0))
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    fn registration(name: u8, addresses: &[u8]) -> Registration {
        Registration {
            target: Target::Apple(vec![name; 32]),
            addresses: addresses.iter().map(|one| [*one; 32]).collect(),
        }
    }

    #[tokio::test]
    async fn phones_come_are_woken_and_go() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("of-its-own/gateway.db");
        let keep = Keep::open(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(Keep::open(&path).err(), Some(StoreError::InUse));
        let vapid = keep.vapid().await.unwrap();
        let register = async |manage: u8, registration, most| {
            keep.register([manage; 32], registration, 100, most)
                .await
                .unwrap()
        };
        assert_eq!(
            register(1, registration(1, &[11, 12]), 2).await,
            Registered::Kept
        );
        assert_eq!(
            register(2, registration(2, &[21]), 2).await,
            Registered::Kept
        );
        assert_eq!(
            register(3, registration(3, &[31]), 2).await,
            Registered::NoRoom
        );
        let wake = async |hashes: &[u8], quarter| {
            let hashes = hashes.iter().map(|one| [*one; 32]).collect();
            keep.wake(hashes, quarter).await.unwrap()
        };
        let one = wake(&[11, 12, 99], 7).await;
        assert_eq!(one.len(), 1, "two addresses of one phone");
        assert_eq!(wake(&[12], 8).await, one);
        assert_eq!(keep.waiting().await.unwrap(), [(one[0], 7)]);
        // Renewed with other addresses: the old ones are unknown, and what waits goes on waiting.
        assert_eq!(
            register(1, registration(9, &[13]), 2).await,
            Registered::Kept
        );
        assert_eq!(wake(&[11], 8).await, [0; 0]);
        assert_eq!(
            keep.begin(one[0]).await.unwrap(),
            Some(Target::Apple(vec![9; 32]))
        );
        drop(keep);
        let keep = Keep::open(&path).unwrap();
        assert_eq!(keep.vapid().await.unwrap(), vapid);
        assert_eq!(keep.waiting().await.unwrap(), [(one[0], 7)]);
        // What comes while a push is under way outlives it; what came before does not.
        assert!(keep.begin(one[0]).await.unwrap().is_some());
        assert_eq!(keep.wake(vec![[13; 32]], 8).await.unwrap(), one);
        assert!(keep.woken(one[0], 9).await.unwrap());
        assert_eq!(keep.waiting().await.unwrap(), [(one[0], 9)]);
        keep.begin(one[0]).await.unwrap();
        assert!(!keep.woken(one[0], 9).await.unwrap());
        assert_eq!(keep.waiting().await.unwrap(), []);
        keep.unregister([2; 32]).await.unwrap();
        assert_eq!(keep.wake(vec![[21; 32]], 7).await.unwrap(), [0; 0]);
        assert_eq!(keep.turn_day(100 + LIFE_DAYS).await.unwrap(), 1);
        assert_eq!(keep.turn_day(101 + LIFE_DAYS).await.unwrap(), 0);
        assert_eq!(keep.wake(vec![[13; 32]], 7).await.unwrap(), [0; 0]);
        keep.register([1; 32], registration(1, &[11]), 300, 2)
            .await
            .unwrap();
        let again = keep.wake(vec![[11; 32]], 7).await.unwrap();
        // One that registered anew while its old target was called is not taken away for that one's sake.
        let old = registration(1, &[]).target;
        keep.register([1; 32], registration(2, &[11]), 300, 2)
            .await
            .unwrap();
        assert!(!keep.forget(again[0], &old).await.unwrap());
        assert_eq!(keep.wake(vec![[11; 32]], 7).await.unwrap(), again);
        // An address stays with who had it first, as long as that one is there.
        keep.register([4; 32], registration(4, &[11]), 300, 2)
            .await
            .unwrap();
        assert_eq!(keep.wake(vec![[11; 32]], 7).await.unwrap(), again);
        let new = registration(2, &[]).target;
        assert!(keep.forget(again[0], &new).await.unwrap());
        assert_eq!(keep.begin(again[0]).await.unwrap(), None);
        assert_eq!(keep.wake(vec![[11; 32]], 7).await.unwrap(), [0; 0]);
    }
}
